//! Everything that can go wrong with a call, and what to do next.

use std::fmt::Write as _;

use super::{Answer, NoAnswer, Shape};
use crate::{
    json::{JsonText, Node, Tree},
    moment::Moment,
    text::Untrusted,
};

/// What went wrong, by what a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// There is no answer.
    NoAnswer(NoAnswer),
    /// The token is not accepted (any more).
    TokenRefused,
    /// 403 whose cause only a probe can tell: see [`Failure::settled`].
    Refused,
    /// The token is fine, the permission is missing.
    Forbidden {
        /// As in `authentik_events.view_event`.
        permission: &'static str,
    },
    /// A 403 that authentik did not write: something before it refused the call.
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
    /// Find out what is between this page and the server.
    TestConnection,
}

impl ApiError {
    /// What a status from 400 to 599 means. Only the status and the shape of the body decide, never
    /// words: authentik translates them.
    pub(super) fn of_refusal(answer: &Answer, authorized: bool) -> Self {
        let json = answer.shape() == Shape::Json;
        match answer.status {
            400 if json => Self::Rejected(field_errors(answer.text())),
            // Without a token nobody is refused for its sake.
            401 | 403 if authorized && (json || answer.status == 401) => Self::Refused,
            401 | 403 => Self::Blocked,
            404 if json => Self::NotFound,
            404 => Self::WebPage,
            429 => Self::Wait {
                seconds: retry_after(answer),
                starting: false,
            },
            503 => {
                // The router before authentik says {"error"}, which the API itself never does, and
                // when to come back. It has not passed the call on.
                let starting = json
                    && answer.retry_after.is_some()
                    && tree(answer.text()).root().get("error").is_some();
                match retry_after(answer) {
                    seconds @ Some(_) => Self::Wait { seconds, starting },
                    None => Self::Server,
                }
            }
            _ => Self::Server,
        }
    }
}

impl Failure {
    /// Nobody waited for the answer.
    pub fn cancelled() -> Self {
        Self {
            error: ApiError::NoAnswer(NoAnswer::Cancelled),
            status: None,
            request_id: None,
            server_text: None,
            call: String::new(),
        }
    }

    /// Whether the server refused what was sent for a field or a parameter.
    pub fn rejects(&self, field: &str) -> bool {
        matches!(&self.error, ApiError::Rejected(errors) if errors.iter().any(|(name, _)| name == field))
    }

    /// A refusal after the probe: what `users/me` said about the same token. Any other failure, and
    /// a probe that learnt nothing, change nothing.
    #[must_use]
    pub fn settled(
        mut self,
        probe: Result<(), &Failure>,
        permission: Option<&'static str>,
    ) -> Self {
        if self.error != ApiError::Refused {
            return self;
        }
        self.error = match (probe, permission) {
            (Ok(()), Some(permission)) if self.status == Some(403) => {
                ApiError::Forbidden { permission }
            }
            // authentik knows no 401: the token is fine and something else refused it.
            (Ok(()), _) => ApiError::Blocked,
            (
                Err(Failure {
                    error: ApiError::Refused | ApiError::TokenRefused,
                    ..
                }),
                _,
            ) => ApiError::TokenRefused,
            (Err(_), _) => ApiError::Refused,
        };
        self
    }
}

/// At most so many messages are kept of one answer, and each at most so long.
const MOST_MESSAGES: usize = 100;
const LONGEST_MESSAGE: usize = 2_048;

fn tree(text: &str) -> Tree {
    JsonText::parse(text).map_or_else(|_| Tree::of("null"), |json| json.tree())
}

/// The messages of a 400, whatever their nesting: `{field: [text]}`, `{"detail": text}`, a bare list.
fn field_errors(text: &str) -> FieldErrors {
    let tree = tree(text);
    let root = tree.root();
    let mut errors = FieldErrors::new();
    let mut left = MOST_MESSAGES;
    for child in root.children() {
        let key = child.key().unwrap_or_default();
        let field = match key.original() {
            "detail" | "non_field_errors" | "error" => "",
            key => super::cut(key, LONGEST_MESSAGE),
        };
        let mut messages = messages(&tree, child);
        messages.truncate(left);
        left = left.saturating_sub(messages.len());
        if messages.is_empty() {
            continue;
        }
        match errors.iter_mut().find(|(known, _)| known == field) {
            Some((_, known)) => known.extend(messages),
            None => errors.push((field.to_owned(), messages)),
        }
    }
    errors
}

/// The leaves below a value, each with its path if it lies in an object: "a.b: text".
fn messages(tree: &Tree, value: Node<'_>) -> Vec<Untrusted> {
    (value.index()..value.end())
        .filter_map(|index| tree.node(index))
        .filter(|node| !node.is_container())
        .take(MOST_MESSAGES)
        .filter_map(|leaf| {
            let words = leaf.scalar()?;
            let path: Vec<String> = leaf
                .ancestors()
                .into_iter()
                .chain([leaf])
                .filter(|node| node.index() > value.index())
                .filter_map(|node| node.key().map(|key| key.original().to_owned()))
                .collect();
            let words = super::cut(words.original(), LONGEST_MESSAGE);
            Some(Untrusted::new(if path.is_empty() {
                words.to_owned()
            } else {
                format!("{}: {words}", path.join("."))
            }))
        })
        .collect()
}

/// What a JSON error body says: its `detail` or `error`, or all of it.
pub(super) fn said(text: &str) -> Option<Untrusted> {
    let tree = tree(text);
    let root = tree.root();
    let words = ["detail", "error"]
        .into_iter()
        .find_map(|key| root.get(key)?.untrusted());
    Some(words.unwrap_or_else(|| Untrusted::new(text.trim())))
}

/// Nobody waits longer than a minute for a number in a header.
const LONGEST_WAIT_S: i64 = 60;

/// Seconds to wait, as a number or as a date that the answer's own date is compared with.
fn retry_after(answer: &Answer) -> Option<u32> {
    let value = answer.retry_after.as_deref()?.trim();
    let seconds = if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // More digits than a number holds are more than a minute.
        value.parse().unwrap_or(LONGEST_WAIT_S)
    } else {
        http_date(value)?.saturating_sub(http_date(answer.date.as_deref()?.trim())?)
    };
    u32::try_from(seconds.clamp(0, LONGEST_WAIT_S)).ok()
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers still send.
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let day: u8 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS
        .iter()
        .position(|month| *month == name)?
        .saturating_add(1);
    let year: u16 = words.next()?.parse().ok()?;
    let time = words.next()?;
    if words.next() != Some("GMT") {
        return None;
    }
    Moment::parse(&format!("{year:04}-{month:02}-{day:02}T{time}Z"))
        .map(|moment| moment.ms().div_euclid(1000))
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
    /// Create an event; for what surely was not stored.
    CreateEvent,
    /// Create an event; for what may have been stored.
    CreateUnclear,
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

impl Notice {
    fn new(title: impl Into<String>, text: impl Into<String>, remedies: &[Remedy]) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            permission: None,
            browser_words: None,
            wait_s: None,
            remedies: remedies.to_vec(),
        }
    }
}

impl Task {
    /// The title when nothing more special can be said.
    fn failed(self, refreshing: bool) -> &'static str {
        match self {
            Self::FindServer => "The server could not be checked",
            Self::CheckToken => "The token could not be checked",
            Self::ReadEvents if refreshing => "Could not refresh events",
            Self::ReadEvents => "Could not load events",
            Self::ReadEvent if refreshing => "Could not refresh this event",
            Self::ReadEvent => "Could not load this event",
            Self::CreateEvent => "The event was not created",
            Self::CreateUnclear => "The event may have been created",
        }
    }

    /// What it means for what the person typed.
    fn consequence(self) -> &'static str {
        match self {
            Self::FindServer | Self::CheckToken | Self::ReadEvents | Self::ReadEvent => "",
            Self::CreateEvent => " Nothing was stored, and what you typed is still here.",
            Self::CreateUnclear => {
                " It is not known whether the event was stored. Look for it before you send it again. What you typed is still here."
            }
        }
    }

    /// The next step where another token may help.
    fn with_other_token(self) -> &'static [Remedy] {
        match self {
            Self::FindServer | Self::CheckToken | Self::ReadEvents | Self::ReadEvent => {
                &[Remedy::TryAgain, Remedy::SignIn]
            }
            Self::CreateEvent => &[Remedy::SignIn],
            Self::CreateUnclear => &[Remedy::LookForIt, Remedy::SignIn],
        }
    }

    /// The next step when nothing more special helps.
    fn again(self) -> &'static [Remedy] {
        match self {
            Self::FindServer | Self::CheckToken | Self::ReadEvents | Self::ReadEvent => {
                &[Remedy::TryAgain]
            }
            // The form's own button sends again.
            Self::CreateEvent => &[],
            Self::CreateUnclear => &[Remedy::LookForIt],
        }
    }
}

impl Failure {
    /// What a person is told: what failed, what the server said, what it means for what was typed
    /// or shown, and what comes next.
    pub fn notice(&self, situation: Situation<'_>) -> Notice {
        let Situation {
            task, shown_since, ..
        } = situation;
        let mut notice = match &self.error {
            ApiError::NoAnswer(reason) => no_answer(reason, situation),
            ApiError::TokenRefused
            | ApiError::Refused
            | ApiError::Forbidden { .. }
            | ApiError::Blocked => self.not_allowed(situation),
            ApiError::NotFound | ApiError::WebPage | ApiError::Rejected(_) => {
                self.not_as_asked(situation)
            }
            ApiError::Wait { .. } | ApiError::Server | ApiError::Garbled { .. } => {
                self.server_trouble(situation)
            }
        };
        if self.lies_in_between(task) {
            notice.remedies.push(Remedy::TestConnection);
        }
        notice.text.push_str(task.consequence());
        if let Some(time) = shown_since {
            // Writing to a string does not fail.
            let _ = write!(notice.text, " What is shown is from {time}.");
        }
        notice
    }

    /// Whether something between this page and authentik may be to blame, which a test of the
    /// connection tells better.
    fn lies_in_between(&self, task: Task) -> bool {
        let reads = !matches!(task, Task::CreateEvent | Task::CreateUnclear);
        match &self.error {
            ApiError::NoAnswer(NoAnswer::Unreachable { .. } | NoAnswer::TimedOut { .. })
            | ApiError::Blocked
            | ApiError::WebPage => reads,
            ApiError::NotFound | ApiError::Server | ApiError::Garbled { .. } => {
                task == Task::FindServer
            }
            ApiError::NoAnswer(_)
            | ApiError::TokenRefused
            | ApiError::Refused
            | ApiError::Forbidden { .. }
            | ApiError::Rejected(_)
            | ApiError::Wait { .. } => false,
        }
    }

    fn not_allowed(&self, situation: Situation<'_>) -> Notice {
        let Situation {
            task,
            server,
            username,
            shown_since,
        } = situation;
        let title = task.failed(shown_since.is_some());
        match (&self.error, task) {
            (ApiError::TokenRefused | ApiError::Refused, Task::CheckToken) => Notice::new(
                "The token was refused",
                format!(
                    "{server} does not accept this token. It has to be an API token that has not expired, of an account that is active, copied whole."
                ),
                &[Remedy::ChangeInput],
            ),
            (ApiError::TokenRefused, _) => Notice::new(
                "Your token is no longer accepted",
                format!(
                    "{server} refused it: it has expired or was deleted, or its account was deactivated."
                ),
                &[Remedy::SignIn],
            ),
            (ApiError::Forbidden { permission }, _) => {
                let who = username.map_or_else(
                    || "This account".to_owned(),
                    |name| name.clipped(LONGEST_NAME),
                );
                let (title, what) = match task {
                    Task::ReadEvent => ("You can’t view this event", "view events"),
                    Task::FindServer | Task::CheckToken | Task::ReadEvents => {
                        ("You can’t view events", "view events")
                    }
                    Task::CreateEvent | Task::CreateUnclear => {
                        ("You can’t create events", "create events")
                    }
                };
                let mut notice = Notice::new(
                    title,
                    format!(
                        "{who} signed in fine, but may not {what}. Ask an administrator of {server} for this permission."
                    ),
                    task.with_other_token(),
                );
                notice.permission = Some(permission);
                notice
            }
            (ApiError::Blocked, Task::CreateEvent | Task::CreateUnclear) => Notice::new(
                title,
                format!(
                    "Something before authentik, such as a firewall, refused it ({}). It may dislike what the fields hold.",
                    self.answered()
                ),
                &[],
            ),
            (ApiError::Blocked, _) => Notice::new(
                title,
                format!(
                    "Something before authentik refused this ({}): a firewall, or a login of your network. The token was not judged.",
                    self.answered()
                ),
                &[Remedy::TryAgain],
            ),
            _ => Notice::new(
                title,
                format!(
                    "{server} refused this, and whether the token or a permission is to blame could not be found out."
                ),
                task.with_other_token(),
            ),
        }
    }

    fn not_as_asked(&self, situation: Situation<'_>) -> Notice {
        let Situation {
            task,
            server,
            shown_since,
            ..
        } = situation;
        let title = task.failed(shown_since.is_some());
        match (&self.error, task) {
            (ApiError::NotFound, Task::ReadEvent) => Notice::new(
                "This event is not there",
                format!(
                    "{server} knows no event with this id. It may have expired and been removed, it may have been deleted, or your account may not see it."
                ),
                &[Remedy::GoBack],
            ),
            (ApiError::NotFound, Task::ReadEvents) => Notice::new(
                "This page of events is not there",
                "There are fewer pages now: events expire and are removed.",
                &[Remedy::GoBack],
            ),
            (ApiError::NotFound, _) => Notice::new(
                title,
                format!(
                    "{server} has no such service. The address may lead to something other than authentik."
                ),
                task.again(),
            ),
            (ApiError::WebPage, Task::FindServer) => Notice::new(
                "This is not authentik’s address",
                format!(
                    "{server} answered with a web page where authentik’s API should be. Check the address, and whether a login of your network is in between."
                ),
                &[Remedy::ChangeInput],
            ),
            (ApiError::WebPage, _) => Notice::new(
                title,
                format!(
                    "{server} answered with a web page where authentik’s API should be. The server address may be wrong, or a login of your network may be in between."
                ),
                task.again(),
            ),
            (_, Task::CreateEvent | Task::CreateUnclear) => Notice::new(
                "authentik did not accept the event",
                format!("{server} refused it.{}", self.in_its_words()),
                &[Remedy::ChangeInput],
            ),
            _ => Notice::new(
                title,
                format!("{server} refused the request.{}", self.in_its_words()),
                task.again(),
            ),
        }
    }

    fn server_trouble(&self, situation: Situation<'_>) -> Notice {
        let Situation {
            task,
            server,
            shown_since,
            ..
        } = situation;
        let title = task.failed(shown_since.is_some());
        match &self.error {
            ApiError::Wait { seconds, starting } => {
                let mut notice = if *starting {
                    Notice::new(
                        "authentik is starting",
                        format!("{server} will answer soon."),
                        task.again(),
                    )
                } else {
                    Notice::new(
                        title,
                        format!("{server} asks to wait: it {}.", self.answered()),
                        task.again(),
                    )
                };
                notice.wait_s = *seconds;
                notice
            }
            ApiError::Garbled { reason } => Notice::new(
                title,
                format!("{server} answered something that Eventide does not understand: {reason}."),
                task.again(),
            ),
            _ if self.status.is_some_and(|status| status < 500) => Notice::new(
                title,
                format!("{server} refused the request: it {}.", self.answered()),
                task.again(),
            ),
            _ if matches!(self.status, Some(502 | 504)) => Notice::new(
                title,
                format!(
                    "{server} {}: the server is there, authentik behind it does not answer.",
                    self.answered()
                ),
                task.again(),
            ),
            _ => Notice::new(
                title,
                format!("{server} {}.", self.answered()),
                task.again(),
            ),
        }
    }

    /// As in "answered 502 Bad Gateway".
    fn answered(&self) -> String {
        match self.status {
            None => "did not answer".to_owned(),
            Some(status) => match reason(status) {
                "" => format!("answered {status}"),
                words => format!("answered {status} {words}"),
            },
        }
    }

    /// As in " It said: …", empty when it said nothing.
    fn in_its_words(&self) -> String {
        self.server_text.as_ref().map_or_else(String::new, |text| {
            format!(" It said: {}", text.clipped(LONGEST_QUOTE))
        })
    }
}

/// In graphemes: a name, and a quotation, inside a sentence of ours.
const LONGEST_NAME: usize = 60;
const LONGEST_QUOTE: usize = 300;

fn no_answer(reason: &NoAnswer, situation: Situation<'_>) -> Notice {
    let Situation {
        task,
        server,
        shown_since,
        ..
    } = situation;
    let title = task.failed(shown_since.is_some());
    match reason {
        NoAnswer::Unreachable {
            by_policy: true,
            reason,
        } => {
            let mut notice = Notice::new(
                title,
                format!(
                    "The content security policy of this page does not let it call {server}. The one who runs Eventide has to add that server to connect-src."
                ),
                &[Remedy::ChangeInput],
            );
            notice.browser_words = Some(reason.clone());
            if !matches!(task, Task::FindServer) {
                notice.remedies = task.again().to_vec();
            }
            notice
        }
        NoAnswer::Unreachable {
            by_policy: false,
            reason,
        } => {
            let text = match task {
                Task::FindServer => format!(
                    "No answer from {server}. Check the spelling, your network or VPN. If Eventide is not served from there, that server also has to allow this page by CORS: browsers do not tell the two apart."
                ),
                Task::CheckToken | Task::ReadEvents | Task::ReadEvent => {
                    format!(
                        "No answer from {server}. Check your network or VPN; an extension of this browser may also block it."
                    )
                }
                Task::CreateEvent | Task::CreateUnclear => {
                    format!(
                        "The connection to {server} broke, or was sent on to another address, which is not followed."
                    )
                }
            };
            let mut notice = Notice::new(title, text, task.again());
            notice.browser_words = Some(reason.clone());
            notice
        }
        NoAnswer::TimedOut { after_s } => Notice::new(
            title,
            format!("{server} did not answer within {after_s} seconds."),
            task.again(),
        ),
        NoAnswer::TooLarge { limit } => {
            let mb = limit.div_euclid(1024 * 1024);
            let next = match task {
                Task::ReadEvent => " Copy the request as a curl command to get it whole.",
                Task::ReadEvents => " One of the events on this page is very large.",
                _ => "",
            };
            let remedies: &[Remedy] = match task {
                Task::ReadEvent => &[Remedy::GoBack],
                _ => task.again(),
            };
            Notice::new(
                title,
                format!("The answer of {server} is larger than {mb} MB, too large to show.{next}"),
                remedies,
            )
        }
        NoAnswer::Offline => {
            let text = match task {
                Task::CreateEvent | Task::CreateUnclear => {
                    "This browser is offline. Nothing is sent by itself later: press the button when you are online."
                }
                _ => "This browser is offline. It is tried again when you are back online.",
            };
            Notice::new(title, text, task.again())
        }
        NoAnswer::Cancelled => Notice::new(
            title,
            format!("You stopped waiting for {server}."),
            task.again(),
        ),
    }
}

/// The words that belong to a status, for those that people meet.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        425 => "Too Early",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
