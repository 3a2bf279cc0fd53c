//! A form that does not begin empty: the likeness of an event, or what a link holds. Nothing of it
//! is sent before somebody presses the button.

use leptos::task::spawn_local;

use super::{Page, focus_later};
use crate::{
    api::{Task, events},
    browser::{
        client::Abort,
        intents,
        markup::Markup,
        parts::{
            form::id,
            icon::icon,
            toast::{Toast, ToastTone},
        },
        signals::prelude::*,
    },
    event::{
        Event, EventId,
        draft::{EventDraft, Field},
        prefill::Prefill,
        summary,
    },
    route::{Route, Start},
};

/// Where the values of the form come from, until it is dismissed.
#[derive(Debug, Clone)]
pub(super) struct Given {
    title: String,
    notes: Vec<String>,
    /// What was typed before, if anything.
    earlier: Option<EventDraft>,
}

impl Page {
    /// Takes what the address says of the form, and takes it out of the address: a reload brings the
    /// draft back, not what it began with.
    pub(super) fn follow_address(self) {
        // An effect because the address bar is outside.
        Effect::new(move || {
            if let Route::NewEvent(start) = self.navigation.route() {
                untrack(|| self.begin(start));
            }
        });
    }

    fn begin(self, start: Start) {
        match start {
            Start::Draft => return,
            Start::Given(query) => {
                if let Some(prefill) = Prefill::of_query(&query) {
                    self.fill("Filled in by a link".to_owned(), prefill);
                }
            }
            Start::Like(id) => self.begin_like(id),
        }
        self.navigation.replace(&Route::new_event());
    }

    fn begin_like(self, id: EventId) {
        if let Some(seen) = self.trail.known(id) {
            return self.fill_like(&seen.event);
        }
        spawn_local(async move {
            match self.client.send(events::get(id), &Abort::new()).await {
                Ok(event) => self.fill_like(&event),
                Err(failure) => {
                    let notice = self.notice(&failure, Task::ReadEvent);
                    self.tell(notice.title, notice.text);
                }
            }
        });
    }

    fn fill_like(self, event: &Event) {
        let said = summary::sentence(event).visible();
        self.fill(format!("Duplicate of “{said}”"), Prefill::like(event));
    }

    fn fill(self, title: String, prefill: Prefill) {
        // The page may be gone by now, or wait for something.
        match self
            .form
            .submission
            .try_with_untracked(|submission| submission.attempt().is_some())
        {
            Some(false) => {}
            Some(true) => {
                let why = "What became of the event that was sent from this form is to be cleared up first.";
                return self.tell("The form was not filled in".to_owned(), why.to_owned());
            }
            None => return,
        }
        let earlier = self.form.draft.get_untracked();
        self.given.set(Some(Given {
            title,
            notes: prefill.notes,
            earlier: (!earlier.is_pristine()).then_some(earlier),
        }));
        self.restored.set(None);
        self.form.draft.set(EventDraft {
            intent: Some(intents::fresh()),
            ..prefill.draft
        });
        self.keeper.keep();
    }

    fn tell(self, title: String, text: String) {
        self.toasts.show(Toast {
            tone: ToastTone::Failed,
            title,
            text,
            links: Vec::new(),
        });
    }

    fn bring_back(self, earlier: EventDraft) {
        self.form.draft.set(earlier);
        self.given.set(None);
        self.keeper.keep();
        focus_later(id(Field::Action));
    }
}

/// Says where the values come from.
pub(super) fn given(page: Page) -> Option<Markup> {
    let given = page.given.get()?;
    let notes: Vec<Markup> = given
        .notes
        .into_iter()
        .map(|note| ui! { <li>{note}</li> })
        .collect();
    let bring_back = given.earlier.map(|earlier| {
        ui! {
            <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| page.bring_back(earlier.clone())>
                {icon("undo")}"Bring back my draft"
            </button>
        }
    });
    Some(ui! {
        <div class="banner" role="status">
            {icon("duplicate")}
            <div>
                <b>{given.title}</b>
                <p>"Nothing is sent until you press Create event."</p>
                <ul class="odd">{notes}</ul>
            </div>
            <div class="btns">
                {bring_back}
                <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Dismiss"
                    on:click=move |_| page.given.set(None)>{icon("x")}</button>
            </div>
        </div>
    })
}
