//! What stands above the form: a restored draft, what is wrong, and what became of the request.

use crate::browser::signals::prelude::*;

use crate::browser::markup::{IntoMarkup, Markup};

use super::{Page, focus_field, sending::LookUp};
use crate::{
    api::{
        Failure, Situation, Task,
        look_up::Seen,
        submission::{Attempt, Found, Judge, Loss, Press, Submission},
    },
    browser::parts::{
        form::id,
        icon::icon,
        loaded::seconds_until,
        notice::{browser_words, details, permission},
        sentence::sentence,
        time::{TimeForm, time},
    },
    compare::{Leaf, Sides},
    count::counted,
    event::{
        Event,
        draft::{Field, Problems},
        summary,
    },
    moment::Moment,
    route::Route,
    text::{Untrusted, size_name},
};

/// The status of a server, or of something before it, that takes no body as large.
const TOO_LARGE: u16 = 413;

/// Nobody reads more values that were changed.
const MOST_CHANGES: usize = 8;

/// The id of the banner that takes focus.
pub const SUMMARY: &str = "f-summary";

/// What the last press came to.
pub fn outcome(page: Page) -> Option<Markup> {
    page.form.submission.with(|submission| match submission {
        Submission::Editing | Submission::Sending(_) | Submission::Created(_) => None,
        Submission::Faulty { problems, judge } => Some(faulty(problems, *judge)),
        Submission::Refused(failure) => Some(refused(page, failure)),
        Submission::Unknown { attempt, loss } => Some(unknown(page, attempt, loss)),
    })
}

/// A draft came back.
pub fn restored(page: Page, saved: Moment) -> Markup {
    let clock = page.clock;
    let (now, offset) = (clock.now(), clock.offset_at(saved));
    let when = match saved.day_number(offset) == now.day_number(clock.offset_at(now)) {
        true => format!(
            "{} today",
            saved.time(offset).chars().take(5).collect::<String>()
        ),
        false => saved.full(offset),
    };
    ui! {
        <div class="banner" role="status">
            {icon("undo")}
            <div><b>"Draft restored"</b><p>{format!("From {when}. Drafts never hold the token.")}</p></div>
            <div class="btns">
                <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| page.discard()>
                    "Discard draft"
                </button>
                <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Dismiss"
                    on:click=move |_| page.restored.set(None)>
                    {icon("x")}
                </button>
            </div>
        </div>
    }
}

/// Says before anything is typed that this token cannot create events.
pub fn no_right(page: Page) -> Option<Markup> {
    let told = page
        .form
        .submission
        .with(|submission| matches!(submission, Submission::Refused(_)));
    let denied = page.account.rights().is_some_and(|rights| !rights.create);
    (denied && !told).then(|| {
        ui! {
            <div class="banner banner--warn" role="status">
                {icon("lock")}
                <div>
                    <b>"This token may not create events"</b>
                    <p>{format!("Ask an administrator of {} for this permission.", page.host())}</p>
                    {permission(crate::api::events::ADD)}
                </div>
            </div>
        }
    })
}

fn faulty(problems: &Problems, judge: Judge) -> Markup {
    let mut fields: Vec<Field> = problems.by_field.iter().map(|(field, _)| *field).collect();
    fields.dedup();
    let count = u64::try_from(fields.len()).unwrap_or(u64::MAX);
    let needs = match count {
        0 => String::new(),
        1 => "1 field needs a fix".to_owned(),
        _ => counted(count, "field needs a fix", "fields need a fix"),
    };
    let title = match (judge, needs.is_empty()) {
        (Judge::Server, true) => "authentik refused the event".to_owned(),
        (Judge::Server, false) => format!("authentik refused the event: {needs}"),
        (Judge::Form, true) => "The event cannot be sent".to_owned(),
        (Judge::Form, false) => needs,
    };
    let general: Vec<Markup> = problems
        .general
        .iter()
        .map(|problem| ui! { <p>{problem.clone()}</p> })
        .collect();
    let links = links(&fields);
    ui! {
        <div class="banner banner--danger" role="alert" tabindex="-1" id=SUMMARY>
            {icon("error")}
            <div><b>{title}</b>{general}<p>{links}"Nothing was created."</p></div>
        </div>
    }
}

/// "App, Client IP. "
fn links(fields: &[Field]) -> Vec<Markup> {
    let last = fields.len().saturating_sub(1);
    let link = |(at, field): (usize, &Field)| {
        let field = *field;
        let address = format!("#{}", id(field));
        let after = if at == last { ". " } else { ", " };
        ui! {
            <a class="link" href=address on:click=move |event| {
                event.prevent_default();
                focus_field(field);
            }>{field.label()}</a>{after}
        }
    };
    fields.iter().enumerate().map(link).collect()
}

fn refused(page: Page, failure: &Failure) -> Markup {
    let notice = page.notice(failure, Task::CreateEvent);
    let wait = move || {
        let left = page.wait_s.get();
        (left > 0).then(|| format!(" It can be sent again in {left} s."))
    };
    let size = (failure.status == Some(TOO_LARGE)).then(|| {
        let size = size_name(page.size());
        format!(" The event has {size}; make its context smaller, or have the limit of the server raised.")
    });
    ui! {
        <div class="banner banner--danger" role="alert" tabindex="-1" id=SUMMARY>
            {icon(if notice.permission.is_some() { "lock" } else { "error" })}
            <div>
                <b>{notice.title}</b>
                <p>{notice.text}{size}{wait}</p>
                {notice.permission.map(permission)}
                {browser_words(notice.browser_words)}
                {details(failure, page.clock)}
            </div>
        </div>
    }
}

fn unknown(page: Page, attempt: &Attempt, loss: &Loss) -> Markup {
    let at = attempt.sent.time(page.clock.offset_at(attempt.sent));
    let failure = match loss {
        Loss::Failed(failure) => Some(failure),
        Loss::Stopped | Loss::Left | Loss::Elsewhere => None,
    };
    let title = match loss {
        Loss::Elsewhere => "This draft was sent from another tab",
        Loss::Failed(_) | Loss::Stopped | Loss::Left => "The event may have been created",
    };
    let mark = attempt
        .intent
        .map(|intent| ui! { <p class="faint">"Its mark: "<code>{intent.to_string()}</code></p> });
    ui! {
        <div class="banner banner--warn" role="alert" tabindex="-1" id=SUMMARY>
            {icon("offline")}
            <div>
                <b>{title}</b>
                <p>{lost_words(page, loss)}{format!(" It was sent at {at}.")}</p>
                <div role="status">{move || looked(page)}</div>
                {mark}
                {failure.map(|failure| details(failure, page.clock))}
            </div>
            {move || ways_on(page)}
        </div>
    }
}

fn lost_words(page: Page, loss: &Loss) -> String {
    let host = page.host();
    match loss {
        Loss::Failed(failure) => page.notice(failure, Task::CreateUnclear).text,
        Loss::Stopped => {
            format!("Waiting for the answer of {host} was stopped; what you typed is still here.")
        }
        Loss::Left => {
            format!("The page was left before {host} answered; what you typed is still here.")
        }
        Loss::Elsewhere => "It was not sent a second time from here.".to_owned(),
    }
}

/// Sending again is offered only when looking has come to an end: a second event cannot be taken
/// back.
fn ways_on(page: Page) -> Markup {
    let (busy, again) = page.look_up.with(|look_up| match look_up {
        LookUp::Looking | LookUp::Waiting { .. } => (true, false),
        LookUp::NotYet => (false, false),
        LookUp::Seen(seen) => (false, matches!(seen, Seen::None)),
        LookUp::Alike(_) => (false, true),
        LookUp::Failed(_) => (false, !look_up.waits_for_network()),
    });
    let again = again.then(|| {
        ui! {
            <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| page.press(Press::SendAgain)>
                "Send again"
            </button>
        }
    });
    ui! {
        <div class="btns">
            <button class="btn btn--sm" type="button" on:click=move |_| page.look_for_it()
                aria-busy=busy.to_string()>
                {icon("search")}"Look for it"
            </button>
            {again}
        </div>
    }
}

fn looked(page: Page) -> Markup {
    page.look_up.with(|look_up| match look_up {
        LookUp::NotYet => ().into_markup(),
        LookUp::Looking => ui! { <p>"Looking for it…"</p> },
        LookUp::Waiting { until_ms, failure } => {
            let seconds = seconds_until(*until_ms);
            let said = match failure {
                None => "It is not in the log yet.".to_owned(),
                Some(failure) => {
                    let notice = page.notice(failure, Task::ReadEvents);
                    format!("It could not be looked for. {}", notice.text)
                }
            };
            // The count is for the eye: those who listen would hear it each second.
            ui! { <p>{said}" Looking again"<span aria-hidden="true">" in "<span class="num">{move || seconds.get()}</span>" s"</span>"."</p> }
        }
        LookUp::Failed(failure) => {
            let notice = page.notice(failure, Task::ReadEvents);
            ui! {
                <p>"It could not be looked for. "{notice.title}". "{notice.text}</p>
                {notice.permission.map(permission)}
            }
        }
        LookUp::Alike(found) => hits(page, found),
        LookUp::Seen(seen) => found(page, seen),
    })
}

fn found(page: Page, seen: &Seen) -> Markup {
    match seen {
        Seen::NotYet | Seen::None => {
            ui! { <p>"It is not in the log, a minute and a half after it was sent: it was not created."</p> }
        }
        Seen::One(event) => ui! { <ul class="odd">{hit(page, event)}</ul> },
        Seen::Other(event, changed) => ui! {
            <p>"It was saved with other values than were sent. Discard the draft if it is yours."</p>
            <ul class="odd">{hit(page, event)}{changes(changed)}</ul>
            {discard_button(page)}
        },
        Seen::Many(events) => {
            let rows: Vec<Markup> = events.iter().map(|event| hit(page, event)).collect();
            let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
            ui! {
                <p>{format!("It was saved {}.", counted(count, "time", "times"))}</p>
                <ul class="odd">{rows}</ul>
                {discard_button(page)}
            }
        }
    }
}

/// "app: “a” was sent, “b” is stored", a line each.
fn changes(changed: &[Leaf]) -> Vec<Markup> {
    let quoted = |value: &Untrusted| format!("“{}”", value.clipped(60));
    let line = |leaf: &Leaf| {
        let (sent, stored) = match &leaf.sides {
            Sides::Changed { left, right } => (quoted(left), quoted(right)),
            Sides::Same(value) => (quoted(value), quoted(value)),
            Sides::LeftOnly(value) => (quoted(value), "nothing".to_owned()),
            Sides::RightOnly(value) => ("nothing".to_owned(), quoted(value)),
        };
        ui! { <li><code>{leaf.path.clipped(60)}</code>{format!(": {sent} was sent, {stored} is stored")}</li> }
    };
    changed.iter().take(MOST_CHANGES).map(line).collect()
}

fn discard_button(page: Page) -> Markup {
    ui! { <button class="btn btn--sm" type="button" on:click=move |_| page.discard()>"Discard draft"</button> }
}

fn hits(page: Page, found: &Found) -> Markup {
    let none = found.likely.is_empty();
    let said = match (none, found.earlier.is_empty()) {
        (false, _) => "This was stored since then. If it is yours, discard the draft.",
        (true, false) => {
            "Nothing with this action and app was stored since then. It may still be on its way for a minute. Stored before:"
        }
        (true, true) => {
            "No event with this action and app is stored. It may still be on its way for a minute."
        }
    };
    let shown = if none { &found.earlier } else { &found.likely };
    let rows: Vec<Markup> = shown.iter().map(|event| hit(page, event)).collect();
    ui! {
        <p>{said}</p>
        <ul class="odd">{rows}</ul>
        {(!none).then(|| discard_button(page))}
    }
}

fn hit(page: Page, event: &Event) -> Markup {
    let address = page.navigation.href(&Route::event(event.id));
    let at = event
        .created
        .map(|created| time(created, TimeForm::Full, page.clock));
    ui! {
        <li>
            {at}" "
            <a class="link" href=address>"View: "{sentence(&summary::sentence(event))}</a>
        </li>
    }
}

impl Page {
    pub(super) fn notice(self, failure: &Failure, task: Task) -> crate::api::Notice {
        let username = untrack(|| self.account.username());
        failure.notice(Situation {
            task,
            server: &self.host(),
            username: username.as_ref(),
            shown_since: None,
        })
    }
}
