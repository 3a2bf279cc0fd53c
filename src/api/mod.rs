//! Calls as values: how a request is written and its answer read. Nothing here sends, waits or
//! reads a clock.

pub mod base;
pub mod error;
pub mod events;
pub mod look_up;
pub mod names;
pub mod offered;
pub mod page;
pub mod retry;
pub mod server;
pub mod stretch;
pub mod submission;
pub mod users;
pub mod volume;
pub mod walk;

use std::fmt;

use crate::{
    json::{JsonProblem, JsonText, Kind, Tree},
    text::Untrusted,
};

pub use base::{ApiBase, BaseProblem};
pub use error::{ApiError, Failure, FieldErrors, Notice, Remedy, Situation, Task};

/// A read gives up after so many seconds without a first byte…
pub const FIRST_BYTE_S: u32 = 15;
/// …and after so many in all.
pub const READ_S: u32 = 30;
/// A create gives up after so many seconds: authentik's router cuts at 60.
pub const CREATE_S: u32 = 65;
/// No answer is read beyond so many bytes.
pub const LARGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// HTTP method. No other exists in this app: it never edits or deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create.
    Post,
    /// Ask what one may do.
    Options,
}

/// One request, and the type of its answer.
pub struct Call<T> {
    /// What is sent.
    pub request: Request,
    check: Check<T>,
}

/// What is sent, whatever comes back.
#[derive(Debug, Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Path below `/api/v3/`, with its trailing slash: without it authentik would redirect, and a
    /// redirected POST loses its body.
    pub path: String,
    /// The path with ids replaced, for logs and details: never data.
    pub template: &'static str,
    /// Query parameters.
    pub query: Vec<(&'static str, String)>,
    /// JSON body.
    pub body: Option<String>,
    /// Whether the token is sent; public endpoints are asked without it.
    pub authorized: bool,
    /// What a 403 would mean if the token is fine, as in `authentik_events.view_event`; `None` for
    /// calls that every account may make.
    pub permission: Option<&'static str>,
    /// How it is sent.
    pub manner: Manner,
}

/// How a request is sent, which decides what a browser lets a page learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As every call of the app.
    Usual,
    /// As [`Manner::Usual`], with every header that the app ever sends, so that a browser asks
    /// another origin for leave first.
    EveryHeader,
    /// So that no other origin is asked for leave. The answer then says only that there is one: its
    /// status is 0, or [`Answer::REDIRECTS`].
    Presence,
}

/// What else a readable answer must be, beside readable.
type Check<T> = Box<dyn Fn(&T) -> Result<(), String>>;

// Derived, it would demand the same of `T` and of the check.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// One answer, whatever it says. Header names are the fields' docs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `content-type`, lower case, empty when missing.
    pub content_type: String,
    /// `x-authentik-id`
    pub request_id: Option<String>,
    /// `retry-after`
    pub retry_after: Option<String>,
    /// `date`
    pub date: Option<String>,
    /// Body as text; invalid UTF-8 is replaced.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// The browser could not reach the server; browsers do not say why. The text is the browser's.
    Unreachable {
        /// The browser's words.
        reason: String,
        /// Whether this page's own policy stopped it.
        by_policy: bool,
    },
    /// No first byte, or no end, in time (seconds).
    TimedOut {
        /// Limit in seconds.
        after_s: u32,
    },
    /// The body is larger than this many bytes.
    TooLarge {
        /// Limit in bytes.
        limit: u64,
    },
    /// The browser is offline.
    Offline,
    /// Nobody waits for it any more.
    Cancelled,
}

/// A type that an answer of status 200 or 201 can be read as.
pub trait FromAnswer: Sized {
    /// Reads the answer of a successful call.
    ///
    /// # Errors
    /// In words, what is wrong with the body.
    fn from_answer(answer: &Answer) -> Result<Self, String>;
}

impl Method {
    /// Its name in a request.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Options => "OPTIONS",
        }
    }

    /// Whether the server changes nothing by it, so that it may be sent again.
    pub fn is_safe(self) -> bool {
        match self {
            Self::Get | Self::Options => true,
            Self::Post => false,
        }
    }
}

impl<T> Call<T> {
    /// A call with the token, without parameters or body.
    fn new(method: Method, path: impl Into<String>, template: &'static str) -> Self {
        let request = Request {
            method,
            path: path.into(),
            template,
            query: Vec::new(),
            body: None,
            authorized: true,
            permission: None,
            manner: Manner::Usual,
        };
        Self {
            request,
            check: Box::new(|_| Ok(())),
        }
    }
}

impl Request {
    /// The same request, failing with an error.
    pub fn failure(&self, error: ApiError, answer: Option<&Answer>) -> Failure {
        Failure {
            error,
            status: answer.map(|answer| answer.status),
            request_id: answer
                .and_then(|answer| answer.request_id.as_deref())
                .filter(|id| !id.is_empty())
                .map(|id| Untrusted::new(cut(id, LONGEST_ID))),
            server_text: answer.and_then(Answer::said),
            call: format!("{} {}", self.method.name(), self.template),
        }
    }

    /// The same request, failing without an answer.
    pub fn unanswered(&self, reason: NoAnswer) -> Failure {
        self.failure(ApiError::NoAnswer(reason), None)
    }

    /// The error of an answer that is no success, or none that anybody asked for.
    fn refusal(&self, answer: &Answer) -> Option<ApiError> {
        Some(match (answer.status, answer.shape()) {
            (200 | 201, Shape::WebPage) => ApiError::WebPage,
            (200 | 201, Shape::Empty) => ApiError::Garbled {
                reason: "the answer is empty".to_owned(),
            },
            (200 | 201, Shape::Json | Shape::Other) => return None,
            (status @ (100..=399 | 600..), _) => ApiError::Garbled {
                reason: format!("the status {status} was not expected"),
            },
            _ => ApiError::of_refusal(answer, self.authorized),
        })
    }
}

impl<T: FromAnswer> Call<T> {
    /// What the answer means.
    ///
    /// # Errors
    /// Everything but a readable success, classified.
    pub fn read(&self, answer: &Answer) -> Result<T, Failure> {
        let error = match self.request.refusal(answer) {
            Some(error) => error,
            None => match T::from_answer(answer)
                .and_then(|value| (self.check)(&value).map(|()| value))
            {
                Ok(value) => return Ok(value),
                Err(reason) => ApiError::Garbled { reason },
            },
        };
        Err(self.request.failure(error, Some(answer)))
    }
}

/// A server's text in a message is cut here, in bytes.
const LONGEST_SAID: usize = 2_048;

/// authentik's request ids have 32 characters.
const LONGEST_ID: usize = 128;

/// What a body looks like. A content type alone tells little: proxies send pages as JSON and JSON as
/// text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Empty,
    Json,
    WebPage,
    Other,
}

impl Answer {
    /// The status of an answer that leads elsewhere and was not followed; browsers hide which it was.
    pub const REDIRECTS: u16 = 302;

    /// The body without a byte order mark.
    pub fn text(&self) -> &str {
        self.body.strip_prefix('\u{feff}').unwrap_or(&self.body)
    }

    fn shape(&self) -> Shape {
        let text = self.text().trim_start();
        if text.is_empty() {
            Shape::Empty
        } else if text.starts_with(['{', '[']) {
            Shape::Json
        } else if text.starts_with('<') || self.content_type.starts_with("text/html") {
            Shape::WebPage
        } else {
            Shape::Other
        }
    }

    /// What the server said about a refusal, at most 2 KB of it.
    fn said(&self) -> Option<Untrusted> {
        if matches!(self.status, 200 | 201) && self.shape() == Shape::Json {
            // A success holds data; a message must not repeat it.
            return None;
        }
        let words = match self.shape() {
            Shape::Json => error::said(self.text()),
            Shape::WebPage | Shape::Other => Some(Untrusted::new(self.text().trim())),
            Shape::Empty => None,
        }?;
        Some(Untrusted::new(cut(words.original(), LONGEST_SAID))).filter(|words| !words.is_empty())
    }
}

/// The body as an object.
fn object(answer: &Answer) -> Result<Tree, String> {
    let text = answer.text();
    let json = JsonText::parse(text).map_err(|problem| {
        if problem.offset >= text.len() {
            "it stops in the middle".to_owned()
        } else {
            not_json(&problem)
        }
    })?;
    let tree = json.tree();
    match tree.root().kind() {
        Kind::Object => Ok(tree),
        Kind::Array => Err("it is a list, not an object".to_owned()),
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => {
            Err("it is a single value, not an object".to_owned())
        }
    }
}

fn not_json(problem: &JsonProblem) -> String {
    let JsonProblem {
        line,
        column,
        message,
        ..
    } = problem;
    format!("it is not JSON (line {line}, column {column}: {message})")
}

/// The first bytes of a text, never half a character.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
