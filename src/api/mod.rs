//! Calls as values: how a request is written and its answer read. Nothing here sends, waits or
//! reads a clock.

pub mod base;
pub mod error;
pub mod events;
pub mod page;
pub mod retry;
pub mod server;
pub mod submission;
pub mod users;

use std::marker::PhantomData;

pub use base::{ApiBase, BaseProblem};
pub use error::{ApiError, Failure, FieldErrors, Notice, Remedy, Situation, Task};

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
#[derive(Debug)]
pub struct Call<T> {
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
    answer: PhantomData<fn() -> T>,
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

impl<T: FromAnswer> Call<T> {
    /// What the answer means.
    ///
    /// # Errors
    /// Everything but a readable success, classified.
    pub fn read(&self, answer: &Answer) -> Result<T, Failure> {
        let _ = answer;
        todo!()
    }
}
