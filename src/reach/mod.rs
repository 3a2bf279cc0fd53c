//! Whether this page can reach the API, and what is in the way.
//!
//! A browser hides why a request failed, so one request alone tells little. Here are several that
//! differ in one thing each, and what is concluded from the first that fails: [`Trial::next`] says
//! what to ask next, or what the matter is. Nothing here asks; the page does and tells.

mod fix;
mod words;

use crate::{
    api::{
        Answer, ApiBase, ApiError, Call, Failure, FromAnswer, Manner, NoAnswer, Request, server,
        users,
    },
    session::Token,
};

pub use fix::{Fix, Front};
pub use words::Advice;

/// One question, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Does anything answer? No page needs leave to ask that, and none learns more.
    Presence,
    /// May this page read an answer, and is it authentik's?
    Open,
    /// May it read a refusal too?
    Refusal,
    /// May it send a token? Asked with one that is made up, and to be refused.
    Leave,
    /// Is the token of this session accepted?
    Token,
}

/// With which token a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// With none.
    Nobody,
    /// With [`made_up_token`].
    MadeUp,
    /// With that of the session.
    Session,
}

/// What was tried so far, and what was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The origin of this page, as in `https://events.example.com`.
    pub page: String,
    /// The server.
    pub base: ApiBase,
    /// Whether there is a token for this server.
    pub signed_in: bool,
    heard: Vec<Heard>,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    step: Step,
    answer: Result<Answer, NoAnswer>,
    took_ms: u32,
}

/// What the matter is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Works {
        /// Whether this page may read the ids that authentik gives its answers.
        request_ids: bool,
    },
    /// Nothing answers, or not in time, or nothing left this browser.
    Silent(NoAnswer),
    /// This page's own server sends the question elsewhere.
    Redirected,
    /// Something answers, and this page may not read it.
    NotReadable,
    /// This page may read what succeeds and not what is refused.
    RefusalsNotReadable,
    /// This page may read, and may not send a token.
    NoLeave,
    /// Something answers that is not authentik's API, or not in order.
    Foreign(Failure),
    /// A token does not get as far as authentik.
    TokenLost,
    /// The token of this session is not accepted, or could not be checked.
    Token(Failure),
}

/// A token that no server has given out.
pub fn made_up_token() -> Option<Token> {
    Token::parse("eventide-self-test-not-a-token").ok()
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 5] = [
        Self::Presence,
        Self::Open,
        Self::Refusal,
        Self::Leave,
        Self::Token,
    ];

    /// What is sent.
    pub fn request(self) -> Request {
        let mut request = match self {
            Self::Presence | Self::Open | Self::Leave => server::config().request,
            Self::Refusal | Self::Token => users::me().request,
        };
        request.authorized = matches!(self, Self::Leave | Self::Token);
        request.manner = match self {
            Self::Presence => Manner::Presence,
            Self::Leave => Manner::EveryHeader,
            Self::Open | Self::Refusal | Self::Token => Manner::Usual,
        };
        request
    }

    /// With which token.
    pub fn bearer(self) -> Bearer {
        match self {
            Self::Presence | Self::Open | Self::Refusal => Bearer::Nobody,
            Self::Leave => Bearer::MadeUp,
            Self::Token => Bearer::Session,
        }
    }
}

impl Trial {
    /// Nothing was tried yet.
    pub fn new(page: &str, base: ApiBase, signed_in: bool) -> Self {
        Self {
            page: page.to_owned(),
            base,
            signed_in,
            heard: Vec::new(),
        }
    }

    /// Whether the server is this page's own.
    pub fn is_own(&self) -> bool {
        self.base.origin() == self.page
    }

    /// Takes what came of a question and how long it took.
    pub fn hear(&mut self, step: Step, answer: Result<Answer, NoAnswer>, took_ms: u32) {
        self.heard.push(Heard {
            step,
            answer,
            took_ms,
        });
    }

    /// What to ask next, or what the matter is.
    ///
    /// # Errors
    /// The verdict: nothing more needs to be asked.
    pub fn next(&self) -> Result<Step, Verdict> {
        for step in Step::ALL.into_iter().filter(|step| self.asks(*step)) {
            match self.heard.iter().find(|heard| heard.step == step) {
                None => return Ok(step),
                Some(heard) => self.judge(heard)?,
            }
        }
        let has_id = |heard: &Heard| {
            let answer = heard.answer.as_ref();
            answer.is_ok_and(|answer| answer.request_id.is_some())
        };
        Err(Verdict::Works {
            request_ids: self.heard.iter().any(has_id),
        })
    }

    fn asks(&self, step: Step) -> bool {
        match step {
            // Within one origin no leave is needed to read anything.
            Step::Refusal => !self.is_own(),
            Step::Token => self.signed_in,
            Step::Presence | Step::Open | Step::Leave => true,
        }
    }

    /// What one question says by itself, given that all before it went well.
    fn judge(&self, heard: &Heard) -> Result<(), Verdict> {
        let answer = match &heard.answer {
            Ok(answer) => answer,
            // The session ended while it was asked: its token was refused elsewhere.
            Err(NoAnswer::Cancelled) => {
                let refused = heard.step.request().failure(ApiError::TokenRefused, None);
                return Err(Verdict::Token(refused));
            }
            // What is known does not depend on what was asked.
            Err(reason) if tells_itself(reason) => return Err(Verdict::Silent(reason.clone())),
            Err(reason) => {
                return Err(match heard.step {
                    Step::Open if !self.is_own() => Verdict::NotReadable,
                    Step::Refusal => Verdict::RefusalsNotReadable,
                    Step::Leave if !self.is_own() => Verdict::NoLeave,
                    Step::Presence | Step::Open | Step::Leave | Step::Token => {
                        Verdict::Silent(reason.clone())
                    }
                });
            }
        };
        match heard.step {
            Step::Presence if answer.status == Answer::REDIRECTS => Err(Verdict::Redirected),
            // That it answers is all that there is to know.
            Step::Presence | Step::Refusal => Ok(()),
            Step::Open => read(server::config(), heard.step, answer).map_err(Verdict::Foreign),
            Step::Leave => match read(server::config(), heard.step, answer) {
                Ok(()) => Err(Verdict::TokenLost),
                Err(failure) if failure.error == ApiError::Refused => Ok(()),
                Err(failure) => Err(Verdict::Foreign(failure)),
            },
            Step::Token => read(users::me(), heard.step, answer).map_err(|failure| {
                // Whose token it is every account may ask: a refusal is the token's.
                let refused = failure.clone();
                Verdict::Token(failure.settled(Err(&refused), None))
            }),
        }
    }
}

/// Reads an answer as that of a call which was sent the way of this step.
fn read<T: FromAnswer>(mut call: Call<T>, step: Step, answer: &Answer) -> Result<(), Failure> {
    call.request = step.request();
    call.read(answer).map(|_| ())
}

/// Whether a reason is known, and not only that there is no answer.
fn tells_itself(reason: &NoAnswer) -> bool {
    !matches!(
        reason,
        NoAnswer::Unreachable {
            by_policy: false,
            ..
        }
    )
}

#[cfg(test)]
mod tests;
