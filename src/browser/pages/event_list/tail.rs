//! Live: looks for new events again and again, and never moves a row by itself. What has arrived
//! waits behind a button that says how much it is.
//!
//! There are no desktop notices. They would be of use only while nobody sees the tab, and then
//! nothing is asked: a forgotten tab must not go on reading the log with somebody's token. Who has
//! to be called for an event gets that from authentik's own notification rules.

use leptos::task::spawn_local;

use super::List;
use crate::browser::signals::prelude::*;
use crate::{
    api::Failure,
    browser::{
        client::Abort,
        clock,
        event_log::EventLog,
        markup::Markup,
        parts::icon::icon,
        remote::Remote,
        session::{SessionHandle, seen_key},
        storage::{self, Place},
    },
    count::grouped,
    event::Event,
    moment::Moment,
};

/// How often it is looked, and at most how seldom when looking fails.
const EVERY_MS: u32 = 5_000;
const SELDOM_MS: u32 = 80_000;

/// Live or not; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
pub struct Tail {
    log: EventLog,
    on: RwSignal<bool>,
    /// Why the last look failed, and that it will be tried again.
    failure: RwSignal<Option<Failure>>,
    abort: StoredValue<Abort>,
    /// The newest event that was there when the list was last open, in another visit.
    seen: StoredValue<Option<Moment>>,
}

impl Tail {
    /// Off at first.
    pub fn start(log: EventLog, session: SessionHandle) -> Self {
        let key = session.host_untracked().map(|host| seen_key(&host));
        let seen = key
            .as_deref()
            .and_then(|key| storage::read(Place::Device, key))
            .and_then(|text| Moment::parse(&text));
        let tail = Self {
            log,
            on: RwSignal::new(false),
            failure: RwSignal::new(None),
            abort: StoredValue::new(Abort::new()),
            seen: StoredValue::new(seen),
        };
        // An effect because the storage is outside.
        Effect::new(move || {
            let newest = log.with(|loaded| loaded.rows.events().find_map(|event| event.created));
            if let (Some(key), Some(Some(newest))) = (&key, newest)
                && seen.is_none_or(|seen| newest > seen)
            {
                let _ = storage::keep(Place::Device, key, &newest.rfc3339());
            }
        });
        on_cleanup(move || tail.stop());
        tail
    }

    /// Whether it is live.
    pub fn is_on(self) -> bool {
        self.on.get()
    }

    /// Whether an event is newer than what was seen on the last visit.
    pub fn is_unseen(self, event: &Event) -> bool {
        let seen = self.seen.try_get_value().flatten();
        seen.is_some_and(|seen| event.created.is_some_and(|created| created > seen))
    }

    /// Starts or stops.
    pub fn toggle(self) {
        if self.on.get_untracked() {
            self.stop();
        } else {
            self.on.set(true);
            spawn_local(self.run());
        }
    }

    /// Stops, with what is on its way.
    pub fn stop(self) {
        let _ = self.on.try_set(false);
        let _ = self.failure.try_set(None);
        let _ = self.abort.try_with_value(Abort::abort);
    }

    /// Why there is no news, while it goes on being tried.
    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }

    /// Shows what has arrived.
    pub fn show(self) {
        let gap = self.log.change(|loaded| {
            let gap = loaded.rows.has_gap();
            if !gap {
                loaded.rows.show_waiting();
            }
            gap
        });
        if gap == Some(true) {
            self.log.refresh();
        }
    }

    /// Looks once, now.
    pub async fn look(self) -> Result<usize, Failure> {
        let abort = Abort::new();
        let _ = self.abort.try_set_value(abort.clone());
        self.log.look(&abort).await
    }

    async fn run(self) {
        let mut pause = EVERY_MS;
        loop {
            clock::sleep(pause).await;
            if self.on.try_get_untracked() != Some(true) {
                return;
            }
            if is_read() || !self.is_shown() {
                pause = EVERY_MS;
                continue;
            }
            let answer = self.look().await;
            pause = if answer.is_ok() {
                EVERY_MS
            } else {
                (pause * 2).min(SELDOM_MS)
            };
            if self.on.try_get_untracked() == Some(true) {
                let _ = self.failure.try_set(answer.err());
            }
        }
    }

    fn is_shown(self) -> bool {
        self.log
            .rows
            .state
            .try_with_untracked(|state| matches!(state, Remote::Ready(_)))
            .unwrap_or(false)
            && self.log.open_untracked().is_none()
    }
}

/// Whether nobody looks, or somebody reads something that must not change now: a text is marked, a
/// menu or a dialog is open.
fn is_read() -> bool {
    let marked = window()
        .get_selection()
        .ok()
        .flatten()
        .is_some_and(|selection| !selection.is_collapsed());
    let open = document()
        .query_selector("dialog[open], .pop[role]")
        .ok()
        .flatten()
        .is_some();
    document().hidden() || marked || open
}

/// The button that says how much has arrived.
pub fn arrived(list: List) -> Markup {
    let waiting = move || {
        list.log
            .with(|loaded| (loaded.rows.waiting(), loaded.rows.has_gap()))
            .filter(|(waiting, _)| *waiting > 0)
    };
    let words = move |(waiting, gap): (usize, bool)| {
        let count = grouped(waiting as u64);
        let more = if gap { "more than " } else { "" };
        let events = if waiting == 1 { "event" } else { "events" };
        format!("{more}{count} new {events}")
    };
    ui! {
        <div role="status">{move || waiting().map(|waiting| ui! {
            <div class="log__new">
                <button class="btn" type="button" on:click=move |_| {
                    list.tail.show();
                    list.to_the_top();
                }>{icon("up")}{words(waiting)}</button>
            </div>
        })}</div>
    }
}

/// The button that starts and stops.
pub fn live_button(list: List) -> Markup {
    let tail = list.tail;
    // What happens now can only be seen where the time reaches until now.
    let past = move || !list.log.listing().reaches_now();
    let title = move || {
        if past() {
            "The time range has ended: nothing new can be in it"
        } else if tail.is_on() {
            "Looks every 5 seconds"
        } else {
            "Look for new events every 5 seconds (.)"
        }
    };
    // An effect because looking is outside.
    Effect::new(move || {
        if past() {
            tail.stop();
        }
    });
    ui! {
        <button class="btn live" type="button" aria-keyshortcuts="." title=title
            aria-pressed=move || tail.is_on().to_string()
            aria-disabled=move || past().then_some("true")
            on:click=move |_| if !past() { tail.toggle() }>
            <span class="pulse"></span>"Live"
        </button>
    }
}
