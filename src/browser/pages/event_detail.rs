//! One event.

mod paper;
mod related;
mod take;
mod way;

use crate::browser::signals::prelude::*;
use std::rc::Rc;

use leptos::task::spawn_local;

use crate::browser::markup::Markup;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use paper::paper;
use take::{Copy, buttons};

use crate::{
    api::{ApiError, Failure, Notice, Remedy, Situation, Task, events},
    browser::{
        Client, Clock, Navigation, SessionHandle,
        account::Account,
        clock::every,
        event_log::{EventLog, known_names},
        names::Names,
        parts::{
            action::large_tile,
            context_section::context_section,
            diff::NameOf,
            facts::{Around, facts},
            icon::icon,
            json_tree::TreeFilter,
            loaded::{countdown, loaded, patience},
            notice::{Ways, notice_banner, notice_page},
            oddities::{doubtful, oddities},
            section::sections,
            sentence::sentence,
            time::{TimeForm, time},
            toast::Toasts,
        },
        remote::{Loader, Remote, use_remote},
        shortcuts::Shortcuts,
        trail::Trail,
    },
    event::{
        Event, EventId, detail,
        doubt::doubts,
        facts::{self as event_facts, Fact},
        row::{UserCell, row_cells},
        summary,
    },
    filter::{Chip, fact_chip, filter_for},
    listing::Listing,
    moment::Moment,
    route::{Route, Start},
    session::Session,
};

/// How often "3 minutes ago" is looked at again.
const AGE_MS: u32 = 10_000;

/// Where an event is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// On a page of its own.
    Page,
    /// Beside the list.
    Beside,
}

/// What the page is made with.
#[derive(Debug, Clone, Copy)]
struct Page {
    id: EventId,
    frame: Frame,
    /// The list to go back to.
    list: StoredValue<Listing>,
    navigation: Navigation,
    session: SessionHandle,
    clock: Clock,
    account: Account,
    log: EventLog,
    toasts: Toasts,
    trail: Trail,
    names: Names,
    /// When the server told what is shown.
    read: RwSignal<Moment>,
}

/// The page of one event, which leads back to the list that it was opened from.
pub fn event_detail(id: EventId, list: Listing) -> Markup {
    let event = event(id, Frame::Page, list);
    ui! { <main class="scroll" id="main">{event}</main> }
}

/// The same beside the list; `ways` leads to its neighbors.
pub fn event_beside(id: EventId, list: Listing, ways: Markup) -> Markup {
    let event = event(id, Frame::Beside, list);
    ui! { <article class="ev ev--pane">{ways}{event}</article> }
}

fn event(id: EventId, frame: Frame, list: Listing) -> Markup {
    let page = Page {
        id,
        frame,
        list: StoredValue::new(list),
        navigation: expect_context::<Navigation>(),
        session: expect_context::<SessionHandle>(),
        clock: expect_context::<Clock>(),
        account: expect_context::<Account>(),
        log: expect_context::<EventLog>(),
        toasts: expect_context::<Toasts>(),
        trail: expect_context::<Trail>(),
        names: expect_context::<Names>(),
        read: RwSignal::new(expect_context::<Clock>().now()),
    };
    let client = expect_context::<Client>();
    let session = page.session;
    let signed_in = move || matches!(session.get(), Session::SignedIn(_));
    let loader = use_remote(
        move || signed_in().then(|| (id, session.generation())),
        move |(id, _), abort| async move {
            if let Some(event) = page.trail.take_told(id) {
                return Ok(event);
            }
            let answer = client.send(events::get(id), &abort).await;
            page.note(&answer);
            answer
        },
    );
    page.navigation.set_title("Event");
    // What was seen before is there at once, and is asked for again behind its back.
    if let Some(seen) = page.trail.known(id) {
        page.read.set(seen.read);
        loader.state.set(Remote::Loading(Some(seen.event)));
    }
    page.hide_what_is_forbidden(loader);
    let ways = Ways {
        act: Callback::new(move |remedy| match remedy {
            Remedy::TryAgain => loader.retry(),
            Remedy::SignIn => session.sign_out(),
            Remedy::ChangeInput | Remedy::LookForIt | Remedy::GoBack | Remedy::TestConnection => {}
        }),
        back: page.events(),
        test: page.navigation.href(&Route::SelfTest),
    };
    page.listen(move || loader.state.with_untracked(|state| state.value().cloned()));
    let ways_in_place = ways.clone();
    let content = loaded(
        loader,
        version,
        move || skeleton(page),
        move |failure| failed(page, failure, &ways_in_place),
        move |event| article(page, event),
    );
    ui! {
        {patience(loader)}
        {move || trouble(page, loader, &ways)}
        {match frame {
            Frame::Beside => content,
            Frame::Page => {
                let failed = move || loader.state.with(|state| matches!(state, Remote::Failed { stale: None, .. }));
                let busy = move || loader.state.with(|state| state.value().is_none() && matches!(state, Remote::Loading(_)));
                ui! {
                    <article class="ev" aria-busy=move || busy().then_some("true")>{way::way(page, failed)}{content}</article>
                }
            }
        }}
    }
}

/// Tells one answer about an event from another: the same text is not drawn again.
fn version(event: &Event) -> u64 {
    let text = event.raw.as_str().bytes();
    // FNV-1a
    text.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl Page {
    /// Keeps an answer for the next time; what the server no longer has is not shown again.
    fn note(self, answer: &Result<Event, Failure>) {
        match answer {
            Ok(event) => {
                self.trail.keep(event);
                let _ = self.read.try_set(self.clock.now());
            }
            Err(failure) => match failure.error {
                ApiError::NotFound | ApiError::Forbidden { .. } => self.trail.forget(self.id),
                _ => {}
            },
        }
    }

    /// What was seen before is not shown to who may no longer see it. An effect because the server
    /// is outside.
    fn hide_what_is_forbidden(self, loader: Loader<Event>) {
        Effect::new(move || {
            let forbidden = loader.state.with(|state| match state {
                Remote::Failed {
                    failure,
                    stale: Some(_),
                } if matches!(failure.error, ApiError::Forbidden { .. }) => Some(failure.clone()),
                _ => None,
            });
            if let Some(failure) = forbidden {
                loader.state.set(Remote::Failed {
                    failure,
                    stale: None,
                });
            }
        });
    }

    fn events(self) -> String {
        self.navigation.href(&self.back())
    }

    fn back(self) -> Route {
        Route::Events(self.list.try_get_value().unwrap_or_default())
    }

    /// Shows the list with a chip more, or without one that is there.
    fn filter(self, chip: &Chip) {
        let listing = self.list.try_get_value().unwrap_or_default();
        self.navigation.navigate(&Route::Events(Listing {
            filter: listing.filter.toggled(chip),
            ..listing
        }));
    }

    fn tree_filter(self, event: &Event) -> TreeFilter {
        let event = event.clone();
        TreeFilter {
            chip: Rc::new(move |node| {
                filter_for(&event, "context", node).map_err(|why| why.words())
            }),
            filter: Callback::new(move |chip: Chip| self.filter(&chip)),
        }
    }

    /// Buttons that filter for a fact and leave it out.
    fn fact_filter(self, event: &Event, fact: &Fact) -> Option<Markup> {
        let chip = fact_chip(event, fact)?;
        let out = chip.inverted();
        let words = [
            format!("Filter for {}", chip.words().value.clipped(80)),
            format!("Leave out {}", chip.words().value.clipped(80)),
        ];
        let [filter_for, leave_out] = words;
        let is_on = self
            .list
            .with_value(|list| (list.filter.has(&chip), list.filter.has(&out)));
        Some(ui! {
            <span class="dl__acts">
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label=filter_for.clone()
                title=filter_for aria-pressed=is_on.0.then_some("true")
                on:click=move |_| self.filter(&chip)>{icon("filter")}</button>
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label=leave_out.clone()
                title=leave_out aria-pressed=is_on.1.then_some("true")
                on:click=move |_| self.filter(&out)>{icon("eye-off")}</button>
            </span>
        })
    }

    /// What to say of a failure; `shown` if there is something to show all the same.
    fn notice(self, failure: &Failure, shown: bool) -> Notice {
        self.notice_of(Task::ReadEvent, failure, shown)
    }

    fn notice_of(self, task: Task, failure: &Failure, shown: bool) -> Notice {
        let read = self.read.get();
        let since = read.full(self.clock.offset_at(read));
        let server = self.session.host_untracked().unwrap_or_default();
        let username = untrack(|| self.account.username());
        failure.notice(Situation {
            task,
            server: &server,
            username: username.as_ref(),
            shown_since: shown.then_some(since.as_str()),
        })
    }

    /// The address of the server, for links to pages of its own.
    fn server(self) -> Option<String> {
        let session = self.session.get_untracked();
        session.base().map(|base| base.as_str().to_owned())
    }

    fn listen(self, event: impl Fn() -> Option<Event> + 'static) {
        expect_context::<Shortcuts>().listen(move |key| match (key, event()) {
            // Beside the list, the list listens to it.
            ("escape", _) if self.frame == Frame::Page => {
                self.navigation.leave(&self.back());
                true
            }
            (key, _) if self.frame == Frame::Page && way::press(self, key) => true,
            ("d", Some(event)) => {
                self.navigation
                    .navigate(&Route::NewEvent(Start::Like(event.id)));
                true
            }
            ("c", Some(event)) => {
                self.copy(&event, Copy::Json);
                true
            }
            ("shift+c", Some(event)) => {
                self.copy(&event, Copy::Link);
                true
            }
            ("ctrl+alt+c", Some(event)) => {
                self.copy(&event, Copy::Markdown);
                true
            }
            _ => false,
        });
    }
}

fn article(page: Page, event: &Event) -> Markup {
    let said = summary::sentence(event);
    page.navigation.set_title(&said.visible());
    let heading = match page.frame {
        Frame::Page => {
            page.trail.arrived(event);
            keep_focus();
            ui! { <h1 tabindex="-1">{sentence(&said)}</h1> }
        }
        Frame::Beside => ui! { <h2>{sentence(&said)}</h2> },
    };
    let server = page.server();
    let known = page.names;
    let names = NameOf(Rc::new(move |field, member| known.of(field, member)));
    let around = Around {
        clock: page.clock,
        server: server.as_deref(),
        names: &names,
    };
    let content = ui! {
        <header class="ev__head">
            {large_tile(&event.action)}
            <div class="ev__title">{heading}{meta(page, event)}</div>
            {buttons(page, event)}
        </header>
        <div class="ev__cols">
            <div class="ev__main">
                {doubtful(&doubts(event, &untrack(|| known_names(page.account, page.log))))}
                {sections(&detail::detail(event), around)}
                {related::usual_section(page, event)}
                {related::impersonation_section(page, event)}
                {oddities(&event.odd)}
                {context_section(event, page.tree_filter(event))}
                {related::related_section(page, event)}
            </div>
            <aside class="ev__side" aria-label="Facts">
                {facts(&event_facts::facts(event), around, &|fact| page.fact_filter(event, fact))}
            </aside>
        </div>
        {paper(page, event)}
    };
    content
}

/// Where the heading of the page before had focus, as after a click on a link, the new one gets it.
fn keep_focus() {
    let heading = || document().query_selector("#main h1").ok().flatten();
    if heading().is_none() || document().active_element() != heading() {
        return;
    }
    spawn_local(async move {
        // The new heading is in the page by then.
        leptos::task::tick().await;
        if let Some(heading) = heading().and_then(|heading| heading.dyn_into::<HtmlElement>().ok())
        {
            let _ = heading.focus();
        }
    });
}

/// The line under the sentence: what kind, when, until when, and on narrow screens who and whence.
fn meta(page: Page, event: &Event) -> Markup {
    let now = RwSignal::new(page.clock.now());
    every(AGE_MS, move || now.set(page.clock.now()));
    let created = event.created.map(|created| {
        ui! {
            <span>
                {icon("clock")}{time(created, TimeForm::Full, page.clock)}
                <span class="faint">{move || created.relative(now.get())}</span>
            </span>
        }
    });
    let expires = event
        .expires
        .map(|expires| ui! { <span class="faint">{move || expiry(expires, now.get())}</span> });
    let wire = event.action.wire().clipped(80);
    ui! {
        <p class="meta">
            <span>{event.label().clipped(80)}" "<code class="faint">{wire}</code></span>
            {created}
            {expires}
            {narrow(event)}
        </p>
    }
}

fn expiry(expires: Moment, now: Moment) -> String {
    let verb = if expires > now { "Expires" } else { "Expired" };
    format!("{verb} {}", expires.relative(now))
}

fn narrow(event: &Event) -> Markup {
    let cells = row_cells(event);
    let user = match cells.user {
        UserCell::Words(words) => words.to_owned(),
        UserCell::Account { name, .. } => name.clipped(80),
    };
    let source = cells.source.map(|source| {
        let flag = source
            .flag
            .map(|flag| ui! { <span class="flag" aria-hidden="true">{flag}</span> });
        ui! { <span class="only-narrow">{flag}<code>{source.address.clipped(80)}</code></span> }
    });
    ui! { <span class="only-narrow">{icon("user")}{user}</span>{source} }
}

fn failed(page: Page, failure: &Failure, ways: &Ways) -> Markup {
    let notice = page.notice(failure, false);
    page.navigation.set_title(&notice.title);
    let content = notice_page(notice, failure, ways, page.clock);
    match page.frame {
        Frame::Beside => content,
        Frame::Page => {
            keep_focus();
            content
        }
    }
}

/// What went wrong, above what was seen before or while it is about to be tried again by itself.
fn trouble(page: Page, loader: Loader<Event>, ways: &Ways) -> Option<Markup> {
    let wait = loader.waiting.get();
    loader.state.with(|state| {
        let (failure, left) = match (state, wait) {
            (
                Remote::Failed {
                    failure,
                    stale: Some(_),
                },
                _,
            ) => (failure.clone(), None),
            (_, Some(wait)) => (wait.failure, Some(countdown(wait.until_ms))),
            (Remote::Loading(_) | Remote::Ready(_) | Remote::Failed { .. }, None) => return None,
        };
        let notice = page.notice(&failure, state.value().is_some());
        Some(notice_banner(notice, &failure, ways, page.clock, left))
    })
}

fn skeleton(page: Page) -> Markup {
    let heading = match page.frame {
        Frame::Page => ui! { <h1 class="sr" tabindex="-1">"Loading event"</h1> },
        Frame::Beside => ui! { <h2 class="sr">"Loading event"</h2> },
    };
    let content = ui! {
        {heading}
        <header class="ev__head">
            <span class="skel skel--tile tile--lg"></span>
            <div class="ev__title ev__title--skel">
                <span class="skel skel--5"></span><span class="skel skel--4"></span>
            </div>
        </header>
        <div class="ev__cols" aria-hidden="true">
            <div class="ev__main">
                <section>
                    <header><span class="skel skel--2"></span></header>
                    <div class="diff">{row_frame()}{row_frame()}{row_frame()}</div>
                </section>
                <section>
                    <header><span class="skel skel--2"></span></header>
                    {line_frames()}
                </section>
            </div>
            <aside class="ev__side">
                <div class="facts">{Vec::from([2, 3, 3, 4].map(facts_frame))}</div>
            </aside>
        </div>
    };
    content
}

fn row_frame() -> Markup {
    ui! {
        <div class="diff__row">
            <div><span class="skel skel--3"></span></div>
            <div><span class="skel skel--3"></span></div>
            <div><span class="skel skel--4"></span></div>
        </div>
    }
}

fn line_frames() -> Markup {
    ui! {
        <p class="skel-line"><span class="skel skel--4"></span></p>
        <p class="skel-line"><span class="skel skel--5"></span></p>
        <p class="skel-line"><span class="skel skel--3"></span></p>
        <p class="skel-line"><span class="skel skel--4"></span></p>
        <p class="skel-line"><span class="skel skel--5"></span></p>
        <p class="skel-line"><span class="skel skel--4"></span></p>
    }
}

fn facts_frame(rows: usize) -> Markup {
    let row = |_| {
        ui! {
            <dt><span class="skel skel--2"></span></dt>
            <dd><span class="skel skel--3"></span></dd>
        }
    };
    let rows: Vec<Markup> = (0..rows).map(row).collect();
    ui! {
        <section><h3><span class="skel skel--1"></span></h3><dl class="dl">{rows}</dl></section>
    }
}
