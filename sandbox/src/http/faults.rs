//! Faults on demand, and the log of what was asked.
//!
//! A fault waits for requests that match and says what happens to each: whether it is carried
//! out, how long it takes, what is answered instead, and where the connection breaks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Cut, LARGEST_BODY, Sandbox, body};
use crate::json::{Json, quoted};
use crate::seed;

/// Where a connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Before anything is answered.
    BeforeHeaders,
    /// After the status and the headers.
    AfterHeaders,
    /// In the middle of the body.
    MidBody,
}

/// Whether and when a request is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Perform {
    /// Before it is answered, as always.
    Now,
    /// Some time later, whatever is answered meanwhile.
    Later(Duration),
    /// Not at all.
    Never,
}

/// What `content-length` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// The truth.
    True,
    /// More than comes.
    TooLong,
    /// Less than comes.
    TooShort,
}

/// What happens to the requests that match.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Only this method; any if none.
    pub method: Option<String>,
    /// Only paths that start like this.
    pub path: String,
    /// Only queries that hold this text.
    pub query: String,
    /// So many matching requests pass first.
    pub skip: u64,
    /// So many are hit after that.
    pub times: u64,
    /// So many new events come in before it is carried out.
    pub arrive: u64,
    /// Time before it is carried out.
    pub delay: Duration,
    /// Time between carrying out and answering.
    pub delay_answer: Duration,
    /// Whether it is carried out.
    pub perform: Perform,
    /// Another status.
    pub status: Option<u16>,
    /// Another body.
    pub body: Option<String>,
    /// Another content type.
    pub content_type: Option<String>,
    /// More headers, or others.
    pub headers: Vec<(String, String)>,
    /// What the length says.
    pub length: Length,
    /// So many bytes at once, so far apart.
    pub drip: Option<(usize, Duration)>,
    /// Where the connection breaks.
    pub cut: Option<Break>,
}

impl Fault {
    /// Reads one fault.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn read(json: &Json) -> Result<Fault, String> {
        const KEYS: [&str; 17] = [
            "method",
            "path",
            "query",
            "skip",
            "times",
            "arrive",
            "delay_ms",
            "delay_answer_ms",
            "perform",
            "status",
            "body",
            "content_type",
            "headers",
            "length",
            "drip",
            "cut",
            "redirect",
        ];
        let Json::Object(members) = json else {
            return Err("a fault is an object".to_owned());
        };
        if let Some((unknown, _)) = members
            .iter()
            .find(|(key, _)| !KEYS.contains(&key.as_str()))
        {
            return Err(format!(
                "a fault has no \"{unknown}\", only {}",
                KEYS.join(", ")
            ));
        }
        let text = |key: &str| json.member(key).and_then(Json::text).map(str::to_owned);
        let number = |key: &str| match json.member(key) {
            None => Ok(None),
            Some(value) => value
                .integer()
                .and_then(|number| u64::try_from(number).ok())
                .map(Some)
                .ok_or_else(|| format!("\"{key}\" is a number, 0 or more")),
        };
        let millis =
            |key: &str| number(key).map(|millis| Duration::from_millis(millis.unwrap_or(0)));
        let mut status = match number("status")? {
            None => None,
            Some(status) => Some(
                u16::try_from(status)
                    .ok()
                    .filter(|status| (200..=599).contains(status))
                    .ok_or("\"status\" is 200 to 599")?,
            ),
        };
        let mut headers: Vec<(String, String)> = match json.member("headers") {
            Some(Json::Object(headers)) => headers
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.text()?.to_owned())))
                .collect(),
            _ => Vec::new(),
        };
        let body = text("body");
        if let Some(location) = text("redirect") {
            status = status.or(Some(302));
            headers.push(("location".to_owned(), location));
        }
        let canned = status.is_some() || body.is_some();
        let perform = match json.member("perform") {
            None if canned => Perform::Never,
            None | Some(Json::Bool(true)) => Perform::Now,
            Some(Json::Bool(false)) => Perform::Never,
            Some(later) => match later
                .member("later_ms")
                .and_then(Json::integer)
                .and_then(|millis| u64::try_from(millis).ok())
            {
                Some(millis) => Perform::Later(Duration::from_millis(millis)),
                None => {
                    return Err("\"perform\" is true, false or {\"later_ms\": number}".to_owned());
                }
            },
        };
        let length = match text("length").as_deref() {
            None => Length::True,
            Some("too-long") => Length::TooLong,
            Some("too-short") => Length::TooShort,
            Some(_) => return Err("\"length\" is \"too-long\" or \"too-short\"".to_owned()),
        };
        let cut = match text("cut").as_deref() {
            None => None,
            Some("before-headers") => Some(Break::BeforeHeaders),
            Some("after-headers") => Some(Break::AfterHeaders),
            Some("mid-body") => Some(Break::MidBody),
            Some(_) => {
                return Err(
                    "\"cut\" is \"before-headers\", \"after-headers\" or \"mid-body\"".to_owned(),
                );
            }
        };
        let drip = json.member("drip").map(|drip| {
            let part = |key: &str, otherwise: u64| {
                drip.member(key)
                    .and_then(Json::integer)
                    .and_then(|number| u64::try_from(number).ok())
                    .unwrap_or(otherwise)
            };
            (
                usize::try_from(part("bytes", 1)).unwrap_or(1),
                Duration::from_millis(part("every_ms", 100)),
            )
        });
        Ok(Fault {
            method: text("method").map(|method| method.to_ascii_uppercase()),
            path: text("path").unwrap_or_else(|| "/api/".to_owned()),
            query: text("query").unwrap_or_default(),
            skip: number("skip")?.unwrap_or(0),
            times: number("times")?.unwrap_or(1),
            arrive: number("arrive")?.unwrap_or(0),
            delay: millis("delay_ms")?,
            delay_answer: millis("delay_answer_ms")?,
            perform,
            status,
            body,
            content_type: text("content_type"),
            headers,
            length,
            drip,
            cut,
        })
    }

    fn matches(&self, method: &Method, path: &str, query: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted == method.as_str())
            && path.starts_with(&self.path)
            && query.contains(&self.query)
    }
}

/// The faults that wait.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Mutex<Vec<Fault>>,
}

impl Faults {
    fn waiting(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more fault waits.
    pub fn arm(&self, fault: Fault) {
        self.waiting().push(fault);
    }

    /// None waits any more.
    pub fn disarm(&self) {
        self.waiting().clear();
    }

    /// How many requests will still be hit.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.waiting()
            .iter()
            .fold(0, |sum, fault| sum.saturating_add(fault.times))
    }

    /// The first fault that hits a request; it has one time less afterwards.
    fn hit(&self, method: &Method, path: &str, query: &str) -> Option<Fault> {
        let mut waiting = self.waiting();
        let place = waiting
            .iter()
            .position(|fault| fault.matches(method, path, query))?;
        let fault = waiting.get_mut(place)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times = fault.times.saturating_sub(1);
        let hit = fault.clone();
        if fault.times == 0 {
            waiting.remove(place);
        }
        Some(hit)
    }
}

/// What was asked lately. Never a header, never a body: no token gets in here.
#[derive(Debug, Default)]
pub struct Log {
    entries: Mutex<VecDeque<Arc<Entry>>>,
}

#[derive(Debug)]
struct Entry {
    method: String,
    path: String,
    query: String,
    end: Mutex<Option<End>>,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Answered(u16, Duration),
    Cut(Duration),
    /// The client went away first.
    Abandoned(Duration),
}

/// Entries beyond this many are forgotten, the oldest first.
const LONGEST_LOG: usize = 10_000;

impl Log {
    fn entries(&self) -> MutexGuard<'_, VecDeque<Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, method: &Method, path: &str, query: &str) -> Running {
        let entry = Arc::new(Entry {
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            end: Mutex::new(None),
        });
        let mut entries = self.entries();
        if entries.len() >= LONGEST_LOG {
            entries.pop_front();
        }
        entries.push_back(Arc::clone(&entry));
        Running {
            entry,
            since: Instant::now(),
        }
    }

    /// Nothing was asked yet.
    pub fn clear(&self) {
        self.entries().clear();
    }

    /// The log as JSON: method, path, query, status (null while it runs, or when nothing was
    /// answered), how it ended and after how long.
    #[must_use]
    pub fn json(&self) -> String {
        let entries: Vec<String> = self
            .entries()
            .iter()
            .map(|entry| {
                let end = *entry.end.lock().unwrap_or_else(PoisonError::into_inner);
                let (status, ended, after) = match end {
                    None => ("null".to_owned(), "running", Duration::ZERO),
                    Some(End::Answered(status, after)) => (status.to_string(), "answered", after),
                    Some(End::Cut(after)) => ("null".to_owned(), "cut", after),
                    Some(End::Abandoned(after)) => ("null".to_owned(), "abandoned", after),
                };
                format!(
                    r#"{{"method":{},"path":{},"query":{},"status":{status},"ended":"{ended}","ms":{}}}"#,
                    quoted(&entry.method),
                    quoted(&entry.path),
                    quoted(&entry.query),
                    after.as_millis()
                )
            })
            .collect();
        format!("[{}]", entries.join(","))
    }
}

/// A request that is being answered; one that is dropped before was abandoned by its client.
struct Running {
    entry: Arc<Entry>,
    since: Instant,
}

impl Running {
    fn end(&self, end: End) {
        let mut known = self
            .entry
            .end
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            *known = Some(end);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end(End::Abandoned(self.since.elapsed()));
    }
}

/// Answers a request for the API, with whatever fault waits for it.
pub(super) async fn around_api(shared: Arc<Sandbox>, request: axum::extract::Request) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let running = shared.log.begin(request.method(), &path, &query);
    let fault = shared
        .faults
        .as_ref()
        .and_then(|faults| faults.hit(request.method(), &path, &query));
    let response = match fault {
        None => shared.api_answer(request).await,
        Some(fault) => faulty(shared, request, fault).await,
    };
    if response.extensions().get::<Cut>().is_some() {
        running.end(End::Cut(running.since.elapsed()));
    } else {
        running.end(End::Answered(
            response.status().as_u16(),
            running.since.elapsed(),
        ));
    }
    response
}

async fn faulty(shared: Arc<Sandbox>, request: axum::extract::Request, fault: Fault) -> Response {
    let head = request.method() == Method::HEAD;
    tokio::time::sleep(fault.delay).await;
    for _ in 0..fault.arrive {
        let event = seed::event_of(&Json::Null, shared.api.clock.now());
        // Without a database the answer itself will say so.
        let _ = shared.api.store.add(&event);
    }
    let performed = match fault.perform {
        // In a task of its own: a client that goes away does not stop a server.
        Perform::Now => tokio::spawn(shared.api_answer(request)).await.ok(),
        Perform::Later(after) => {
            // The body has to be read while the connection is still there.
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                shared
                    .api_answer(axum::extract::Request::from_parts(parts, Body::from(body)))
                    .await
            });
            None
        }
        Perform::Never => {
            let _ = to_bytes(request.into_body(), LARGEST_BODY).await;
            None
        }
    };
    tokio::time::sleep(fault.delay_answer).await;
    if fault.cut == Some(Break::BeforeHeaders) {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Cut);
        return response;
    }
    let (mut parts, body) = performed
        .unwrap_or_else(|| StatusCode::OK.into_response())
        .into_parts();
    let mut bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if let Some(status) = fault
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
    {
        parts.status = status;
    }
    if let Some(body) = fault.body {
        bytes = Bytes::from(body);
    }
    let content_type = fault
        .content_type
        .unwrap_or_else(|| "application/json".to_owned());
    if !parts.headers.contains_key(header::CONTENT_TYPE) || fault.perform != Perform::Now {
        set(&mut parts.headers, "content-type", &content_type);
    }
    for (name, value) in &fault.headers {
        set(&mut parts.headers, name, value);
    }
    let length = bytes.len();
    let said = match fault.length {
        Length::True => length,
        Length::TooLong => length + 100,
        Length::TooShort => length / 2,
    };
    set(&mut parts.headers, "content-length", &said.to_string());
    let half = bytes.slice(..length / 2);
    if fault.length == Length::TooShort {
        // A client stops reading where it was told to: what comes after is lost either way.
        bytes.truncate(said);
    }
    let body = match (fault.cut, fault.length, fault.drip) {
        _ if head => Body::empty(),
        (Some(Break::AfterHeaders), ..) => body::broken(Bytes::new()),
        (Some(_), ..) => body::broken(half),
        (None, Length::TooLong, _) => body::broken(bytes),
        (None, _, Some((at_once, every))) => body::dripping(bytes, at_once, every),
        (None, Length::True | Length::TooShort, None) => Body::from(bytes),
    };
    Response::from_parts(parts, body)
}

fn set(headers: &mut axum::http::HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Fault, String> {
        Fault::read(&crate::json::read(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_fault_that_answers_by_itself_does_not_carry_out() {
        assert_eq!(read(r#"{"status":503}"#).unwrap().perform, Perform::Never);
        assert_eq!(read(r#"{"delay_ms":5}"#).unwrap().perform, Perform::Now);
        assert_eq!(
            read(r#"{"perform":{"later_ms":7},"cut":"before-headers"}"#)
                .unwrap()
                .perform,
            Perform::Later(Duration::from_millis(7))
        );
        let redirect = read(r#"{"redirect":"https://elsewhere.example/"}"#).unwrap();
        assert_eq!((redirect.status, redirect.headers.len()), (Some(302), 1));
    }

    #[test]
    fn a_misspelt_fault_is_refused() {
        assert!(
            read(r#"{"delay":5}"#)
                .unwrap_err()
                .contains("has no \"delay\"")
        );
        assert!(read(r#"{"cut":"never"}"#).is_err());
        assert!(read(r#"{"status":99}"#).is_err());
        assert!(read("[]").is_err());
    }

    #[test]
    fn faults_hit_as_often_as_they_say_and_only_what_they_name() {
        let faults = Faults::default();
        faults
            .arm(read(r#"{"method":"post","path":"/api/v3/events/","skip":1,"times":2}"#).unwrap());
        let hit = |method: Method, path| faults.hit(&method, path, "page=2").is_some();
        assert!(!hit(Method::GET, "/api/v3/events/events/"));
        assert!(!hit(Method::POST, "/api/v3/core/"));
        let post = || hit(Method::POST, "/api/v3/events/events/");
        assert_eq!([post(), post(), post(), post()], [false, true, true, false]);
        assert_eq!(faults.remaining(), 0);
        faults.arm(read(r#"{"query":"page=3"}"#).unwrap());
        assert!(!hit(Method::GET, "/api/v3/events/events/"));
        faults.disarm();
        faults.arm(read(r#"{"query":"page=2","arrive":3}"#).unwrap());
        assert!(hit(Method::GET, "/api/v3/events/events/"));
    }
}
