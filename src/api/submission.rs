//! One event on its way to the server, from the press of the button to its outcome.
//!
//! Nothing here sends. What can never happen: a second request for one press, a second request
//! after an unknown outcome that no person asked for, and "created" without the server's answer.

use super::events::CreateOutcome;
use super::Failure;
use crate::event::draft::{EventDraft, Field, NewEvent, Problems};
use crate::event::{Event, EventId};
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
        /// What went wrong; `None` when the page was left while sending.
        failure: Option<Failure>,
    },
    /// Created.
    Created(EventId),
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
    /// Answers a press. `Some` must be sent, once.
    pub fn press(
        &mut self,
        press: Press,
        draft: &EventDraft,
        now: Moment,
        offset: i32,
    ) -> Option<NewEvent> {
        match (&*self, press) {
            (Self::Sending(_) | Self::Created(_), _) | (Self::Unknown { .. }, Press::Create) => {
                return None;
            }
            (Self::Unknown { .. }, Press::SendAgain)
            | (Self::Editing | Self::Faulty { .. } | Self::Refused(_), _) => {}
        }
        match draft.check(now, offset) {
            Ok(event) => {
                *self = Self::Sending(Attempt::of(draft, now));
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

    /// Takes the answer to what was sent. An answer that nobody waits for changes nothing.
    pub fn answered(&mut self, outcome: &CreateOutcome) {
        let Self::Sending(attempt) = self else { return };
        *self = match outcome {
            CreateOutcome::Created(event) => Self::Created(event.id),
            CreateOutcome::Refused(errors) => Self::Faulty {
                problems: Problems::from_server(errors),
                judge: Judge::Server,
            },
            CreateOutcome::NotSent(failure) => Self::Refused(failure.clone()),
            CreateOutcome::Unknown(failure) => Self::Unknown {
                attempt: attempt.clone(),
                failure: Some(failure.clone()),
            },
        };
    }

    /// The person stops waiting. What was sent stays sent.
    pub fn cancel(&mut self) {
        if let Self::Sending(attempt) = self {
            *self = Self::Unknown {
                attempt: attempt.clone(),
                failure: None,
            };
        }
    }

    /// The page was left while something was on its way.
    pub fn interrupted(draft: &EventDraft, sent: Moment) -> Self {
        Self::Unknown {
            attempt: Attempt::of(draft, sent),
            failure: None,
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

impl Attempt {
    fn of(draft: &EventDraft, sent: Moment) -> Self {
        // authentik trims an app before it stores it.
        Self {
            sent,
            action: draft.action.clone(),
            app: draft.app.trim().to_owned(),
        }
    }

    /// Whether an event may be the one that was sent.
    pub fn may_be(&self, event: &Event) -> bool {
        event.action.wire().original() == self.action && event.app.original() == self.app
    }
}
