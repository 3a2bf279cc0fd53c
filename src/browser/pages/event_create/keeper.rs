//! Keeps the draft while it is typed, and finds it again.

use crate::browser::signals::prelude::*;
use leptos::ev;

use crate::{
    api::submission::Submission,
    browser::{
        SessionHandle,
        clock::{Clock, every},
        parts::form::Form,
        storage::{self, Place},
    },
    event::{draft::EventDraft, intent::Intent, saved_draft::SavedDraft},
    session::Token,
};

/// A change is kept within this time.
const KEPT_WITHIN_MS: u32 = 300;

/// The draft's place in the storage of this tab. It never holds the token.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    key: StoredValue<String>,
    clock: Clock,
    form: Form,
    session: SessionHandle,
    /// The token of the session, also for a while after its end.
    token: StoredValue<Option<Token>>,
    /// What is kept already.
    last: StoredValue<Option<EventDraft>>,
    /// Whether the last try to keep it worked.
    pub works: RwSignal<bool>,
}

impl Keeper {
    /// For one server's form. Gives what was kept before; from now on each change is kept.
    pub fn start(key: String, clock: Clock, form: Form) -> (Self, Option<SavedDraft>) {
        let kept = storage::read(Place::Tab, &key).and_then(|text| SavedDraft::from_text(&text));
        let keeper = Self {
            key: StoredValue::new(key),
            clock,
            form,
            session: expect_context::<SessionHandle>(),
            token: StoredValue::new(None),
            last: StoredValue::new(kept.as_ref().map(|kept| kept.draft.clone())),
            works: RwSignal::new(true),
        };
        every(KEPT_WITHIN_MS, move || keeper.keep_changes());
        let leaving = window_event_listener(ev::pagehide, move |_| keeper.keep_changes());
        on_cleanup(move || {
            leaving.remove();
            keeper.keep_changes();
        });
        (keeper, kept)
    }

    /// Keeps the draft now, and whether it is on its way: before it is sent, and when its state
    /// changed.
    pub fn keep(self) {
        let Some(draft) = self.form.draft.try_get_untracked() else {
            return;
        };
        let sent = self
            .form
            .submission
            .try_with_untracked(Submission::sent)
            .flatten();
        let text = SavedDraft::new(self.without_token(&draft), self.clock.now(), sent).to_text();
        let works = self.key.try_with_value(|key| match text {
            Some(text) => storage::keep(Place::Tab, key, &text).is_ok(),
            None => {
                storage::forget(Place::Tab, key);
                true
            }
        });
        self.last.try_set_value(Some(draft));
        if let Some(works) = works.filter(|works| *works != self.works.get_untracked()) {
            self.works.set(works);
        }
    }

    fn without_token(self, draft: &EventDraft) -> EventDraft {
        if let Some(token) = untrack(|| self.session.token()) {
            self.token.try_set_value(Some(token));
        }
        let mut draft = draft.clone();
        if let Some(token) = self.token.try_get_value().flatten() {
            draft.rewrite(&|text| token.removed_from(text));
        }
        draft
    }

    fn keep_changes(self) {
        let created = |submission: &Submission| matches!(submission, Submission::Created(_));
        if self.form.submission.try_with_untracked(created) != Some(false) {
            return;
        }
        let same = self.form.draft.try_with_untracked(|draft| {
            self.last
                .with_value(|last| last.as_ref().unwrap_or(&EventDraft::default()) == draft)
        });
        if same == Some(false) {
            self.keep();
        }
    }

    /// The key, for whoever outlives the page.
    pub fn key(self) -> String {
        self.key.get_value()
    }
}

/// Forgets the draft under a key, if it is the one with this intent.
pub fn forget(key: &str, intent: Option<Intent>) {
    let kept = storage::read(Place::Tab, key).and_then(|text| SavedDraft::from_text(&text));
    if kept.is_none_or(|kept| kept.draft.intent == intent) {
        storage::forget(Place::Tab, key);
    }
}
