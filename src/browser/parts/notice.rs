//! What went wrong, what it means, and what to do next.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::{
    copy::copy_button,
    icon::{icon, small_icon},
    time::{TimeForm, time},
};
use crate::{
    api::{ApiError, Failure, NoAnswer, Notice, Remedy},
    browser::clock::Clock,
    moment::Moment,
    text::Untrusted,
};

/// Where the next steps of a notice lead.
#[derive(Debug, Clone)]
pub struct Ways {
    /// What a press on a remedy does. Those that lead to an address never get here: they are links.
    pub act: Callback<Remedy>,
    /// The address that [`Remedy::GoBack`] leads to.
    pub back: String,
    /// The address that [`Remedy::TestConnection`] leads to.
    pub test: String,
}

/// A notice in the place of a page: nothing else is there to be shown.
pub fn notice_page(notice: Notice, failure: &Failure, ways: &Ways, clock: Clock) -> Markup {
    ui! {
        <div class="empty" role="alert">
            {icon(picture(&failure.error))}
            <h1 tabindex="-1">{notice.title}</h1>
            <p>{notice.text}</p>
            {notice.permission.map(permission)}
            {browser_words(notice.browser_words)}
            <div class="btns">{remedies(&notice.remedies, ways, Form::Page)}</div>
            {details(failure, clock)}
        </div>
    }
}

/// A notice above what is still shown. `countdown` says when it is tried again by itself.
pub fn notice_banner(
    notice: Notice,
    failure: &Failure,
    ways: &Ways,
    clock: Clock,
    countdown: Option<Markup>,
) -> Markup {
    let open = RwSignal::new(false);
    let at = clock.now();
    let failure_shown = failure.clone();
    let browser_words = notice.browser_words;
    ui! {
        <div class="banner banner--danger banner--flush" role="alert">
            {icon(picture(&failure.error))}
            <div>
                <b>{notice.title}</b>
                <p>{notice.text}{countdown}</p>
                {move || open.get().then(|| ui! {
                    <div class="banner__more">
                        {browser_words.clone().map(|words| ui! { <code>{words}</code> })}
                        {circumstances(&failure_shown, at, clock)}
                    </div>
                })}
            </div>
            <div class="btns">
                <button class="btn btn--sm btn--ghost" type="button"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)>
                    "Details"
                </button>
                {remedies(&notice.remedies, ways, Form::Banner)}
            </div>
        </div>
    }
}

/// Where buttons stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Banner,
}

fn remedies(remedies: &[Remedy], ways: &Ways, form: Form) -> Vec<Markup> {
    remedies
        .iter()
        .enumerate()
        .map(|(at, remedy)| button(*remedy, at == 0, ways, form))
        .collect()
}

fn button(remedy: Remedy, first: bool, ways: &Ways, form: Form) -> Markup {
    let small = form == Form::Banner;
    let ghost = !first;
    let link = |address: &String, words: &'static str| {
        ui! {
            <a class="btn" class:btn--sm=small class:btn--ghost=ghost href=address.clone()>{words}</a>
        }
    };
    let (picture, words) = match remedy {
        Remedy::SignIn => ("key", "Use another token"),
        Remedy::TryAgain => ("refresh", if small { "Retry now" } else { "Try again" }),
        Remedy::ChangeInput => ("left", "Change the input"),
        Remedy::LookForIt => ("search", "Look for it"),
        Remedy::GoBack => return link(&ways.back, "Back to events"),
        Remedy::TestConnection => return link(&ways.test, "Test the connection"),
    };
    let act = ways.act;
    ui! {
        <button class="btn" class:btn--sm=small class:btn--ghost=ghost type="button"
            on:click=move |_| act.run(remedy)>
            {icon(picture)}{words}
        </button>
    }
}

/// A permission by its name, to be copied into a request.
pub fn permission(name: &'static str) -> Markup {
    ui! {
        <ul class="probe">
            <li class="is-bad">
                {icon("x")}
                <code>{name}</code>
                {copy_button("Copy permission name", move || Untrusted::new(name))}
            </li>
        </ul>
    }
}

/// The browser's own words, folded: browsers hide why a server was not reached.
pub fn browser_words(words: Option<String>) -> Option<Markup> {
    words.map(|words| {
        ui! {
            <details class="fold">
                <summary>{icon("right")}"What the browser reported"</summary>
                <div><code>{words}</code></div>
            </details>
        }
    })
}

/// What helps whoever looks after the server, folded.
pub fn details(failure: &Failure, clock: Clock) -> Markup {
    ui! {
        <details class="fold">
            <summary>{icon("right")}"Details"</summary>
            <div>{circumstances(failure, clock.now(), clock)}</div>
        </details>
    }
}

/// Status, call, request id, when it was, and the server's own words.
fn circumstances(failure: &Failure, at: Moment, clock: Clock) -> Markup {
    let answered = failure
        .status
        .map(|status| row("Status", status.to_string()));
    let request_id = failure.request_id.clone().map(|id| {
        let shown = id.clipped(80);
        ui! {
            <dt>"Request ID"</dt>
            <dd><code>{shown}</code>{copy_button("Copy request ID", move || id.clone())}</dd>
        }
    });
    let server_text = failure
        .server_text
        .as_ref()
        .filter(|text| !text.is_empty())
        .map(|text| {
            ui! { <div class="code"><pre tabindex="0">{text.visible_lines()}</pre></div> }
        });
    ui! {
        <dl class="dl">
            {answered}
            {row("Request", failure.call.clone())}
            {request_id}
            <dt>"Time"</dt>
            <dd>{time(at, TimeForm::Exact, clock)}</dd>
        </dl>
        {server_text}
    }
}

fn row(label: &'static str, value: String) -> Markup {
    ui! { <dt>{label}</dt><dd><code>{value}</code></dd> }
}

/// An error under a field, tied to it by `id`.
pub fn field_error(id: &'static str, text: String) -> Markup {
    ui! { <p class="err" id=id>{small_icon("error")}<span>{text}</span></p> }
}

fn picture(error: &ApiError) -> &'static str {
    match error {
        ApiError::Forbidden { .. } | ApiError::Refused => "lock",
        ApiError::TokenRefused => "key",
        ApiError::NotFound => "search",
        ApiError::NoAnswer(NoAnswer::Offline) => "offline",
        ApiError::Wait { .. } | ApiError::NoAnswer(NoAnswer::TimedOut { .. }) => "clock",
        ApiError::NoAnswer(
            NoAnswer::Unreachable { .. } | NoAnswer::TooLarge { .. } | NoAnswer::Cancelled,
        )
        | ApiError::Blocked
        | ApiError::WebPage
        | ApiError::Rejected(_)
        | ApiError::Server
        | ApiError::Garbled { .. } => "error",
    }
}
