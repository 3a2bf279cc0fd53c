//! From the press of the button to what became of it.

use leptos::task::spawn_local;

use super::{Page, SUMMARY, focus_later, keeper::forget};
use crate::{
    api::{
        ApiError, Failure, NoAnswer, Task,
        events::{self, CreateOutcome},
        look_up::{self, Seen},
        page::Row,
        submission::{Attempt, Found, Press, Submission},
    },
    browser::{
        client::Abort,
        clock::{elapsed_ms, sleep},
        intents,
        parts::toast::{Toast, ToastTone},
        signals::prelude::*,
    },
    event::{Event, summary},
    moment::Moment,
    route::{Route, Start},
};

/// The search for an event whose creation is unclear.
#[derive(Debug, Clone)]
pub(super) enum LookUp {
    NotYet,
    Looking,
    /// It was not there, and is looked for again.
    Waiting {
        /// At this time of [`elapsed_ms`].
        until_ms: f64,
        /// Why nobody could look the last time.
        failure: Option<Failure>,
    },
    /// What a look for its mark found.
    Seen(Seen),
    /// Without a mark: what looks like it.
    Alike(Found),
    Failed(Failure),
}

impl LookUp {
    /// Whether nobody could look because the browser is offline.
    pub(super) fn waits_for_network(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.error == ApiError::NoAnswer(NoAnswer::Offline))
    }
}

impl Page {
    /// The only way to a request: the state says whether there is one, before anything is awaited.
    pub(super) fn press(self, press: Press) {
        if self.wait_s.get_untracked() > 0 {
            return;
        }
        let mut draft = self.form.draft.get_untracked();
        let (now, fresh) = (self.now(), intents::fresh());
        let (offset, is_own_token) = untrack(|| (self.offset(&draft), self.session.own_token()));
        let mut sent = None;
        self.form.submission.update(|submission| {
            let event = submission.press(press, &mut draft, fresh, now, offset, &is_own_token);
            sent = event.zip(submission.attempt().cloned());
        });
        let Some((event, attempt)) = sent else {
            return focus_later(SUMMARY);
        };
        self.form.draft.set(draft);
        self.restored.set(None);
        self.look_up.set(LookUp::NotYet);
        self.waited_s.set(0);
        self.started_ms.set_value(elapsed_ms());
        // Kept as "on its way" before it is: whatever happens to this page, the next one knows.
        self.keeper.keep();
        let abort = Abort::new();
        self.abort.set_value(abort.clone());
        let key = self.keeper.key();
        spawn_local(async move {
            if let Some(intent) = attempt.intent
                && !intents::claim(intent).await
            {
                return self.sent_elsewhere();
            }
            let outcome = self.client.create(&event, &abort).await;
            self.answered(&attempt, &outcome, &key);
        });
    }

    /// The page may be gone by now: what outlives it is the kept draft and the toast.
    fn answered(self, attempt: &Attempt, outcome: &CreateOutcome, key: &str) {
        let fresh = intents::fresh();
        let here = self.form.submission.try_update(|submission| {
            let mut draft = self.form.draft.get_untracked();
            let before = draft.intent;
            submission.answered(attempt, outcome, &mut draft, fresh);
            if draft.intent != before {
                self.form.draft.set(draft);
            }
        });
        match outcome {
            CreateOutcome::Created(event) => {
                // Meanwhile the form may hold another draft.
                forget(key, attempt.intent);
                self.tell_created(event, here.is_some(), "");
            }
            CreateOutcome::Refused(_) | CreateOutcome::NotSent(_) | CreateOutcome::Unknown(_)
                if here.is_none() => {}
            CreateOutcome::NotSent(failure) => {
                self.keeper.keep();
                let notice = self.notice(failure, Task::CreateEvent);
                self.wait_s.set(notice.wait_s.unwrap_or_default());
                focus_later(SUMMARY);
            }
            CreateOutcome::Refused(_) => {
                self.keeper.keep();
                focus_later(SUMMARY);
            }
            CreateOutcome::Unknown(_) => self.lost(),
        }
    }

    fn sent_elsewhere(self) {
        if self
            .form
            .submission
            .try_update(Submission::sent_elsewhere)
            .is_some()
        {
            self.lost();
        }
    }

    /// Nobody knows what became of it: it is looked for at once.
    fn lost(self) {
        self.keeper.keep();
        focus_later(SUMMARY);
        if self.marked().is_some() {
            self.look_for_it();
        }
    }

    fn tell_created(self, event: &Event, go_there: bool, how: &str) {
        let like = Route::NewEvent(Start::Like(event.id));
        let mut links = vec![
            ("Create another", self.navigation.href(&Route::new_event())),
            ("Create one like it", self.navigation.href(&like)),
        ];
        let there = Route::event(event.id);
        if go_there {
            self.trail.told(event);
            // In the place of the form: Back must not lead to an empty one.
            self.navigation.replace(&there);
        } else {
            links.insert(0, ("View event", self.navigation.href(&there)));
        }
        self.toasts.show(Toast {
            tone: ToastTone::Done,
            title: "Event created".to_owned(),
            text: format!("{}{how}", summary::sentence(event).visible()),
            links,
        });
    }

    /// The state goes first, so that the answer "cancelled" finds nobody who waits for it.
    pub(super) fn cancel(self) {
        self.form.submission.update(Submission::cancel);
        self.abort.with_value(Abort::abort);
        self.lost();
    }

    /// The unclear attempt, if its event can be told from others.
    pub(super) fn marked(self) -> Option<Attempt> {
        let attempt = self.unclear()?;
        attempt.intent.is_some().then_some(attempt)
    }

    fn unclear(self) -> Option<Attempt> {
        self.form
            .submission
            .try_with_untracked(|submission| match submission {
                Submission::Unknown { attempt, .. } => Some(attempt.clone()),
                Submission::Editing
                | Submission::Faulty { .. }
                | Submission::Sending(_)
                | Submission::Refused(_)
                | Submission::Created(_) => None,
            })?
    }

    /// What could not be looked for without a network is looked for when there is one.
    pub(super) fn is_back_online(self) {
        if self.look_up.with_untracked(LookUp::waits_for_network) {
            self.look_for_it();
        }
    }

    pub(super) fn look_for_it(self) {
        let busy = self
            .look_up
            .with_untracked(|look_up| matches!(look_up, LookUp::Looking | LookUp::Waiting { .. }));
        let Some(attempt) = self.unclear().filter(|_| !busy) else {
            return;
        };
        self.look_up.set(LookUp::Looking);
        spawn_local(async move {
            let found = if attempt.intent.is_some() {
                self.look_for_mark(&attempt).await
            } else {
                self.look_for_alike(&attempt).await
            };
            // Somebody may have decided otherwise meanwhile.
            if self.unclear().as_ref() == Some(&attempt) {
                self.looked(found.unwrap_or_else(LookUp::Failed));
            }
        });
    }

    fn looked(self, look_up: LookUp) {
        if let LookUp::Seen(Seen::One(event)) = &look_up {
            let (key, intent) = (
                self.keeper.key(),
                self.form.draft.with_untracked(|draft| draft.intent),
            );
            self.form
                .submission
                .update(|submission| submission.found(event));
            forget(&key, intent);
            return self.tell_created(
                event,
                true,
                ". Its answer was lost; it was found in the log.",
            );
        }
        self.look_up.set(look_up);
    }

    async fn look_for_alike(self, attempt: &Attempt) -> Result<LookUp, Failure> {
        let found = self.events(events::newest_of(&attempt.action)).await?;
        Ok(LookUp::Alike(attempt.among(found)))
    }

    /// Looks until it is there, or surely is not.
    async fn look_for_mark(self, attempt: &Attempt) -> Result<LookUp, Failure> {
        let mut failure = None;
        // Meanwhile another attempt may be looked for, and tell how that goes.
        let is_over = || self.unclear().as_ref() != Some(attempt);
        for nth in 0.. {
            if is_over() {
                break;
            }
            self.wait_for_look(attempt.sent, nth, failure.take()).await;
            if is_over() {
                break;
            }
            self.look_up.try_set(LookUp::Looking);
            let is_final = look_up::is_final(attempt.sent, self.clock.now());
            match self.look(attempt, is_final).await {
                Ok(Seen::NotYet) => {}
                Ok(seen) => return Ok(LookUp::Seen(seen)),
                Err(now) if is_final || !look_up::may_work_later(&now) => return Err(now),
                Err(now) => failure = Some(now),
            }
        }
        Ok(LookUp::NotYet)
    }

    async fn look(self, attempt: &Attempt, is_final: bool) -> Result<Seen, Failure> {
        for words in look_up::searches(attempt, is_final) {
            let found = self.events(events::found_by(words, 5)).await?;
            match look_up::seen(attempt, found, is_final) {
                Seen::NotYet | Seen::None => {}
                seen @ (Seen::One(_) | Seen::Other(..) | Seen::Many(_)) => return Ok(seen),
            }
        }
        Ok(match is_final {
            true => Seen::None,
            false => Seen::NotYet,
        })
    }

    async fn wait_for_look(self, sent: Moment, nth: usize, failure: Option<Failure>) {
        let wait = look_up::wait_ms(sent, self.clock.now(), nth);
        let Some(wait) = u32::try_from(wait).ok().filter(|wait| *wait > 0) else {
            return;
        };
        self.look_up.try_set(LookUp::Waiting {
            until_ms: elapsed_ms() + f64::from(wait),
            failure,
        });
        sleep(wait).await;
    }

    async fn events(
        self,
        call: crate::api::Call<crate::api::page::Page>,
    ) -> Result<Vec<Event>, Failure> {
        let page = self.client.send(call, &Abort::new()).await?;
        let event = |row| match row {
            Row::Event(event) => Some(*event),
            Row::Unreadable { .. } | Row::LeftOut { .. } => None,
        };
        Ok(page.rows.into_iter().filter_map(event).collect())
    }
}
