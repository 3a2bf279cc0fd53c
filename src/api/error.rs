//! Everything that can go wrong with a call, and what to do next.

use super::NoAnswer;
use crate::text::Untrusted;

/// What went wrong, by what a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// There is no answer.
    NoAnswer(NoAnswer),
    /// The token is not accepted (any more).
    TokenRefused,
    /// 403 whose cause only a probe can tell: see [`ApiError::settle`].
    Refused,
    /// The token is fine, the permission is missing.
    Forbidden {
        /// As in `authentik_events.view_event`.
        permission: &'static str,
    },
    /// An HTML 403: something before authentik refused it.
    Blocked,
    /// 404 in JSON.
    NotFound,
    /// A web page where JSON should be: the address is probably wrong.
    WebPage,
    /// 400 with messages by field.
    Rejected(FieldErrors),
    /// 429, or 503 while authentik starts; seconds to wait when told.
    Wait {
        /// Seconds, capped at 60.
        seconds: Option<u32>,
        /// Whether authentik is starting.
        starting: bool,
    },
    /// Any other 4xx or 5xx.
    Server,
    /// A success that cannot be read.
    Garbled {
        /// What is wrong with it.
        reason: String,
    },
}

/// The server's messages of a 400, by wire field; `""` for those without one.
pub type FieldErrors = Vec<(String, Vec<Untrusted>)>;

/// An error with its circumstances: what a details panel shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub error: ApiError,
    /// Status, when there was an answer.
    pub status: Option<u16>,
    /// `x-authentik-id`, for the server's log.
    pub request_id: Option<Untrusted>,
    /// Up to 2 KB of what the server said.
    pub server_text: Option<Untrusted>,
    /// Method and path template.
    pub call: String,
}

/// The next step that an error offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Sign in again.
    SignIn,
    /// Send the same read again.
    TryAgain,
    /// Change what was typed.
    ChangeInput,
    /// Look whether it was saved.
    LookForIt,
    /// Go back to the list.
    GoBack,
}

/// What was being tried, and where: with it a [`Failure`] becomes words.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What was being tried.
    pub task: Task,
    /// [`ApiBase::host`](super::ApiBase::host) of the server.
    pub server: &'a str,
    /// Who is signed in, when known.
    pub username: Option<&'a Untrusted>,
    /// When what is still on the screen was read, as in "14:32:18"; `None` when nothing is.
    pub shown_since: Option<&'a str>,
}

/// What was being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Find the server, without a token.
    FindServer,
    /// Find out whose token it is.
    CheckToken,
    /// Read a page of events.
    ReadEvents,
    /// Read one event.
    ReadEvent,
    /// Create an event.
    CreateEvent,
}

impl Failure {
    /// What a person is told.
    pub fn notice(&self, situation: Situation<'_>) -> Notice {
        let _ = situation;
        todo!()
    }
}

/// What a person is told: title, sentences, next steps (first is primary).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// One line.
    pub title: String,
    /// What it means and what happens next.
    pub text: String,
    /// A permission to name and copy, as in `authentik_events.view_event`.
    pub permission: Option<&'static str>,
    /// The browser's own words, folded below: what went wrong where browsers hide the cause.
    pub browser_words: Option<String>,
    /// Seconds until the server wants to be asked again, for a countdown.
    pub wait_s: Option<u32>,
    /// The buttons.
    pub remedies: Vec<Remedy>,
}
