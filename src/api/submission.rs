//! One event on its way to the server, from the press of the button to its outcome.
//!
//! Nothing here sends. What can never happen: two requests with one intent, a second request after
//! an unknown outcome that no person asked for, and "created" without the server's word for it.

use super::Failure;
use super::events::CreateOutcome;
use crate::event::draft::{EventDraft, Field, NewEvent, Problems};
use crate::event::{Event, EventId, intent::Intent};
use crate::json::{JsonText, Tree};
use crate::moment::Moment;

/// Where the form stands.
#[derive(Debug, Clone, Default)]
pub enum Submission {
    /// Being typed.
    #[default]
    Editing,
    /// Something must be changed first; nothing was created.
    Faulty {
        /// What.
        problems: Problems,
        /// Who said so.
        judge: Judge,
    },
    /// On its way.
    Sending(Attempt),
    /// The server said no, or was not asked; nothing was created.
    Refused(Failure),
    /// It may have been created.
    Unknown {
        /// What was sent.
        attempt: Attempt,
        /// Why nobody knows.
        loss: Loss,
    },
    /// Created.
    Created(EventId),
}

/// Why nobody knows what became of a request.
#[derive(Debug, Clone)]
pub enum Loss {
    /// The answer was lost, or said nothing.
    Failed(Failure),
    /// The person stopped waiting.
    Stopped,
    /// The page was left while it was on its way.
    Left,
    /// The same draft was sent from another tab.
    Elsewhere,
}

/// Who found a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// The form, before anything was sent.
    Form,
    /// authentik.
    Server,
}

/// What is needed to find a sent event again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it was sent, by this computer's clock.
    pub sent: Moment,
    /// Its action, as sent.
    pub action: String,
    /// Its app, as sent.
    pub app: String,
    /// All of it, as sent.
    pub body: JsonText,
    /// Its mark; `None` when it was sent without.
    pub intent: Option<Intent>,
    /// The marks of attempts before it whose outcome is as unclear.
    pub unclear: Vec<Intent>,
}

/// What a press asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// The button of the form.
    Create,
    /// The button of the warning, after an unknown outcome.
    SendAgain,
}

impl Submission {
    /// Answers a press. `Some` must be sent, once. A second attempt gets the `fresh` intent. The
    /// rest is as for [`EventDraft::check`].
    pub fn press(
        &mut self,
        press: Press,
        draft: &mut EventDraft,
        fresh: Intent,
        now: Moment,
        offset: i32,
        is_own_token: &dyn Fn(&str) -> bool,
    ) -> Option<NewEvent> {
        let mut next = draft.clone();
        match (&*self, press) {
            (Self::Sending(_) | Self::Created(_), _) | (Self::Unknown { .. }, Press::Create) => {
                return None;
            }
            (Self::Unknown { .. }, Press::SendAgain) => {
                next.unclear.extend(next.intent);
                next.renew(fresh);
            }
            (Self::Editing | Self::Faulty { .. } | Self::Refused(_), _) => {}
        }
        match next.check(now, offset, is_own_token) {
            Ok(event) => {
                *self = Self::Sending(Attempt::of(&next, now));
                *draft = next;
                Some(event)
            }
            // The unknown outcome of the earlier attempt must stay in sight.
            Err(_) if matches!(self, Self::Unknown { .. }) => None,
            Err(problems) => {
                *self = Self::Faulty {
                    problems,
                    judge: Judge::Form,
                };
                None
            }
        }
    }

    /// What is on its way.
    pub fn attempt(&self) -> Option<&Attempt> {
        match self {
            Self::Sending(attempt) | Self::Unknown { attempt, .. } => Some(attempt),
            Self::Editing | Self::Faulty { .. } | Self::Refused(_) | Self::Created(_) => None,
        }
    }

    /// Takes the answer to an attempt. An answer that nobody waits for changes nothing, unless it
    /// tells what nobody knew. After a refusal the draft goes on with the `fresh` intent: the old
    /// one was sent.
    pub fn answered(
        &mut self,
        to: &Attempt,
        outcome: &CreateOutcome,
        draft: &mut EventDraft,
        fresh: Intent,
    ) {
        match (&*self, outcome) {
            (Self::Unknown { attempt, .. }, CreateOutcome::Created(event)) if attempt == to => {
                *self = Self::Created(event.id);
                return;
            }
            (Self::Sending(attempt), _) if attempt == to => {}
            _ => return,
        }
        let attempt = to.clone();
        *self = match outcome {
            CreateOutcome::Created(event) => Self::Created(event.id),
            CreateOutcome::Refused(errors) => {
                draft.renew(fresh);
                Self::Faulty {
                    problems: Problems::from_server(errors),
                    judge: Judge::Server,
                }
            }
            CreateOutcome::NotSent(failure) => {
                draft.renew(fresh);
                Self::Refused(failure.clone())
            }
            CreateOutcome::Unknown(failure) => Self::Unknown {
                attempt,
                loss: Loss::Failed(failure.clone()),
            },
        };
    }

    /// Nothing was sent here, because another tab did with the same draft.
    pub fn sent_elsewhere(&mut self) {
        self.lose(Loss::Elsewhere);
    }

    /// The person stops waiting. What was sent stays sent.
    pub fn cancel(&mut self) {
        self.lose(Loss::Stopped);
    }

    fn lose(&mut self, loss: Loss) {
        if let Self::Sending(attempt) = self {
            let attempt = attempt.clone();
            *self = Self::Unknown { attempt, loss };
        }
    }

    /// The event of an unclear attempt was found.
    pub fn found(&mut self, event: &Event) {
        if matches!(self, Self::Unknown { .. }) {
            *self = Self::Created(event.id);
        }
    }

    /// The page was left while something was on its way.
    pub fn interrupted(draft: &EventDraft, sent: Moment) -> Self {
        Self::Unknown {
            attempt: Attempt::of(draft, sent),
            loss: Loss::Left,
        }
    }

    /// A field was changed: what was wrong with it no longer is, until the next press.
    pub fn edited(&mut self, field: Field) {
        if let Self::Faulty { problems, .. } = self {
            problems.by_field.retain(|(at, _)| *at != field);
            if problems.is_empty() {
                *self = Self::Editing;
            }
        }
    }

    /// The person decided that the attempt does not matter any more.
    pub fn dismiss(&mut self) {
        if !matches!(self, Self::Sending(_)) {
            *self = Self::Editing;
        }
    }

    /// When what is on its way, or has an unknown outcome, was sent.
    pub fn sent(&self) -> Option<Moment> {
        match self {
            Self::Sending(attempt) | Self::Unknown { attempt, .. } => Some(attempt.sent),
            Self::Editing | Self::Faulty { .. } | Self::Refused(_) | Self::Created(_) => None,
        }
    }

    /// Whether something is on its way.
    pub fn is_sending(&self) -> bool {
        matches!(self, Self::Sending(_))
    }

    /// What is wrong with a field, in the words of whoever found it.
    pub fn problems_of(&self, field: Field) -> Vec<String> {
        match self {
            Self::Faulty { problems, .. } => {
                problems.of(field).into_iter().map(str::to_owned).collect()
            }
            Self::Editing
            | Self::Sending(_)
            | Self::Refused(_)
            | Self::Unknown { .. }
            | Self::Created(_) => Vec::new(),
        }
    }
}

/// What was found when looking for a sent event, newest first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Stored after it was sent, as far as two clocks can tell.
    pub likely: Vec<Event>,
    /// Alike, but stored before.
    pub earlier: Vec<Event>,
}

/// How far this computer's clock may be ahead of the server's before the two groups mix.
const CLOCKS_DIFFER_MS: i64 = 120_000;

/// Nobody compares more than this.
const MOST_SHOWN: usize = 5;

impl Attempt {
    /// Which of the newest events may be the one that was sent.
    pub fn among(&self, events: impl IntoIterator<Item = Event>) -> Found {
        let alike = events.into_iter().filter(|event| self.may_be(event));
        let since = self.sent.ms().saturating_sub(CLOCKS_DIFFER_MS);
        let is_since = |event: &Event| event.created.is_some_and(|created| created.ms() >= since);
        let (mut likely, mut earlier): (Vec<Event>, Vec<Event>) = alike.partition(is_since);
        likely.truncate(MOST_SHOWN);
        earlier.truncate(MOST_SHOWN);
        Found { likely, earlier }
    }

    fn of(draft: &EventDraft, sent: Moment) -> Self {
        // authentik trims an app before it stores it.
        Self {
            sent,
            action: draft.action.clone(),
            app: draft.app.trim().to_owned(),
            body: Tree::of(&draft.sketch(sent, 0, &|_| false)).root().json(),
            intent: draft.intent,
            unclear: draft.unclear.clone(),
        }
    }

    /// The marks that its event may carry, oldest first.
    pub fn intents(&self) -> impl Iterator<Item = Intent> {
        self.unclear.iter().copied().chain(self.intent)
    }

    /// Whether an event may be the one that was sent.
    pub fn may_be(&self, event: &Event) -> bool {
        event.action.wire().original() == self.action && event.app.original() == self.app
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ApiError, FieldErrors};
    use crate::text::Untrusted;

    const NOW: i64 = 1_795_000_000_000;

    fn now() -> Moment {
        Moment::from_ms(NOW)
    }

    fn good() -> EventDraft {
        EventDraft {
            action: "login".to_owned(),
            app: " my.app ".to_owned(),
            ..EventDraft::default()
        }
    }

    fn sending() -> Submission {
        let mut submission = Submission::default();
        assert!(press(&mut submission, Press::Create, good()).is_some());
        submission
    }

    fn press(submission: &mut Submission, press: Press, mut draft: EventDraft) -> Option<NewEvent> {
        submission.press(
            press,
            &mut draft,
            Intent(uuid::Uuid::from_u128(99)),
            now(),
            0,
            &|text| text.contains("tok-en"),
        )
    }

    fn answer(submission: &mut Submission, outcome: &CreateOutcome) {
        let attempt = sending().attempt().unwrap().clone();
        submission.answered(
            &attempt,
            outcome,
            &mut good(),
            Intent(uuid::Uuid::from_u128(99)),
        );
    }

    fn failure() -> Failure {
        Failure {
            error: ApiError::Server,
            status: Some(502),
            request_id: None,
            server_text: None,
            call: "POST events/events/".to_owned(),
        }
    }

    fn event(action: &str, app: &str) -> Event {
        let text = format!(
            r#"{{"pk":"6f1d0e52-8f0c-4f5e-9c3c-2b7a51f3a9d4","action":"{action}","app":"{app}"}}"#
        );
        Event::read(&text).unwrap()
    }

    fn unknown() -> Submission {
        let mut submission = sending();
        answer(&mut submission, &CreateOutcome::Unknown(failure()));
        submission
    }

    #[test]
    fn a_second_press_sends_nothing() {
        let mut submission = sending();
        for press in [Press::Create, Press::SendAgain, Press::Create] {
            assert!(super::tests::press(&mut submission, press, good()).is_none());
        }
        assert!(submission.is_sending());
    }

    #[test]
    fn what_is_wrong_is_said_before_anything_is_sent() {
        let mut submission = Submission::default();
        assert!(press(&mut submission, Press::Create, EventDraft::default()).is_none());
        assert!(matches!(
            &submission,
            Submission::Faulty {
                judge: Judge::Form,
                ..
            }
        ));
        assert_eq!(
            submission.problems_of(Field::Action),
            ["This field is required."]
        );
        submission.edited(Field::Action);
        assert!(submission.problems_of(Field::Action).is_empty());
        submission.edited(Field::App);
        assert!(matches!(submission, Submission::Editing));
    }

    #[test]
    fn the_token_of_the_session_is_never_sent() {
        let mut submission = Submission::default();
        let mut draft = good();
        draft.context = r#"{"note": "mine is tok-en"}"#.to_owned();
        assert!(press(&mut submission, Press::Create, draft.clone()).is_none());
        assert_eq!(
            submission.problems_of(Field::Context),
            [
                "The token you signed in with is in here. Remove it: whoever reads the event could act as you."
            ]
        );
        let mut submission = unknown();
        assert!(press(&mut submission, Press::SendAgain, draft).is_none());
        assert!(matches!(submission, Submission::Unknown { .. }));
    }

    #[test]
    fn an_unknown_outcome_is_sent_again_only_on_demand() {
        let mut submission = unknown();
        assert!(press(&mut submission, Press::Create, good()).is_none());
        assert!(matches!(submission, Submission::Unknown { .. }));
        // A broken draft must not hide that something may have been created.
        assert!(press(&mut submission, Press::SendAgain, EventDraft::default()).is_none());
        assert!(matches!(submission, Submission::Unknown { .. }));
        assert!(press(&mut submission, Press::SendAgain, good()).is_some());
        assert!(submission.is_sending());
    }

    #[test]
    fn each_outcome_leads_to_its_state() {
        let mut submission = sending();
        answer(
            &mut submission,
            &CreateOutcome::Created(Box::new(event("login", "my.app"))),
        );
        assert!(matches!(submission, Submission::Created(_)));

        let mut submission = sending();
        answer(&mut submission, &CreateOutcome::NotSent(failure()));
        assert!(matches!(submission, Submission::Refused(_)));
        assert!(press(&mut submission, Press::Create, good()).is_some());

        let errors: FieldErrors = vec![
            (
                "app".to_owned(),
                vec![Untrusted::new("This field may not be blank.")],
            ),
            ("colour".to_owned(), vec![Untrusted::new("no")]),
        ];
        let mut submission = sending();
        answer(&mut submission, &CreateOutcome::Refused(errors));
        let Submission::Faulty {
            problems,
            judge: Judge::Server,
        } = &submission
        else {
            panic!("{submission:?}");
        };
        assert_eq!(problems.of(Field::App), ["This field may not be blank."]);
        assert_eq!(problems.general, ["colour: no"]);
    }

    #[test]
    fn a_late_answer_changes_nothing() {
        let created = || CreateOutcome::Created(Box::new(event("login", "my.app")));
        let mut submission = Submission::default();
        answer(&mut submission, &created());
        assert!(matches!(submission, Submission::Editing));
        // Of another attempt: what is on its way now is another event.
        let mut submission = sending();
        let mut earlier = submission.attempt().unwrap().clone();
        earlier.intent = Some(Intent(uuid::Uuid::from_u128(1)));
        let fresh = Intent(uuid::Uuid::from_u128(2));
        submission.answered(&earlier, &created(), &mut good(), fresh);
        assert!(submission.is_sending());
        // Of the unclear attempt itself: now it is clear.
        let mut submission = unknown();
        answer(&mut submission, &CreateOutcome::NotSent(failure()));
        assert!(matches!(submission, Submission::Unknown { .. }));
        answer(&mut submission, &created());
        assert!(matches!(submission, Submission::Created(_)));
    }

    #[test]
    fn stopping_to_wait_is_no_proof_that_nothing_was_created() {
        let mut submission = sending();
        submission.cancel();
        assert!(matches!(
            submission,
            Submission::Unknown {
                loss: Loss::Stopped,
                ..
            }
        ));
        submission.dismiss();
        assert!(matches!(submission, Submission::Editing));
    }

    #[test]
    fn what_was_stored_since_then_is_told_from_what_was_there_before() {
        let Submission::Sending(attempt) = sending() else {
            panic!("not sending");
        };
        let at = |ms: i64| Event {
            created: Some(Moment::from_ms(NOW + ms)),
            ..event("login", "my.app")
        };
        let other = event("login", "other.app");
        let found = attempt.among([at(900), other, at(-60_000), at(-600_000)]);
        assert_eq!((found.likely.len(), found.earlier.len()), (2, 1));
    }

    #[test]
    fn a_sent_event_is_known_by_action_and_app() {
        let Submission::Sending(attempt) = sending() else {
            panic!("not sending");
        };
        assert!(attempt.may_be(&event("login", "my.app")));
        assert!(!attempt.may_be(&event("login", "other")));
        assert!(!attempt.may_be(&event("login_failed", "my.app")));
    }
}
