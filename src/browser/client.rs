//! The only code that sends.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::Future,
    pin::{Pin, pin},
    rc::Rc,
    task::{Poll, Waker},
};

use crate::browser::signals::prelude::*;
use form_urlencoded::Serializer;
use gloo_net::http::{Request as HttpRequest, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestInit, RequestMode, RequestRedirect, ResponseType, SecurityPolicyViolationEvent,
};

use super::{
    clock,
    session::{Credentials, SessionHandle},
};
use crate::{
    api::{
        self, Answer, ApiBase, ApiError, CREATE_S, Call, FIRST_BYTE_S, Failure, FromAnswer,
        LARGEST_ANSWER, Manner, Method, NoAnswer, READ_S, Request,
        events::{self, CreateOutcome},
        retry::{Attempts, Budget},
    },
    event::draft::{NewEvent, OWN_TOKEN},
    session::Token,
    text::Untrusted,
};

/// A future that stays in this thread, boxed.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

/// Sends one request and gives its answer, whatever it says. Dropping the future stops the request.
/// The seam for tests: the app has [`over_http`], tests have a fake server.
pub type Transport = Rc<dyn Fn(RawRequest) -> Boxed<Result<Answer, NoAnswer>>>;

/// A request as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// Method.
    pub method: Method,
    /// Address without a query.
    pub url: String,
    /// Query parameters, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// Headers. They hold the token.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Option<String>,
    /// What may be learnt from the answer.
    pub manner: Manner,
}

/// Sends calls; in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    session: SessionHandle,
    inner: StoredValue<Inner>,
    /// Not the session, but credentials that are being tried.
    candidate: Option<u32>,
}

struct Inner {
    transport: Transport,
    budget: Budget,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// Pauses from here on are told to whoever asked.
const TOLD_PAUSE_MS: u32 = 1_000;

impl Client {
    /// Sends for a session.
    pub fn new(session: SessionHandle, transport: Transport) -> Self {
        Self {
            session,
            inner: StoredValue::new(Inner {
                transport,
                budget: Budget::default(),
            }),
            candidate: None,
        }
    }

    /// Sends to a server and with a token that nobody is signed in with yet. What is refused there
    /// does not end the session. Good until the next sign-in or sign-out.
    pub fn candidate(self, base: ApiBase, token: Option<Token>) -> Self {
        Self {
            candidate: Some(self.session.try_credentials(base, token)),
            ..self
        }
    }

    /// Sends a call and reads its answer; a read is repeated as [`crate::api::retry`] says.
    ///
    /// # Errors
    /// Every [`Failure`]; [`NoAnswer::Cancelled`] when `abort` was used or the session changed
    /// meanwhile. A refused token ends the session before this returns.
    pub async fn send<T: FromAnswer>(self, call: Call<T>, abort: &Abort) -> Result<T, Failure> {
        let mut value = None;
        let mut read = |answer: &Answer| call.read(answer).map(|read| value = Some(read));
        self.exchange(&call.request, abort, &mut read).await?;
        value.ok_or_else(Failure::cancelled)
    }

    /// Sends a new event, once, and says what became of it.
    pub async fn create(self, event: &NewEvent, abort: &Abort) -> CreateOutcome {
        let call = events::create(event);
        let credentials = match self.credentials(&call.request) {
            Some(credentials) if online() => credentials,
            Some(_) => return events::outcome(&call, Err(NoAnswer::Offline)),
            None => return CreateOutcome::NotSent(self.no_session(&call.request)),
        };
        // Whoever checked the event may have done so in an earlier session.
        if let Some(token) = &credentials.token
            && token.is_in(event.body())
        {
            let why = vec![Untrusted::new(OWN_TOKEN)];
            return CreateOutcome::Refused(vec![(String::new(), why)]);
        }
        let answer = self.attempt(&call.request, &credentials, abort).await;
        match events::outcome(&call, answer.as_ref().map_err(Clone::clone)) {
            CreateOutcome::NotSent(failure) => CreateOutcome::NotSent(
                self.settled(failure, &call.request, &credentials, abort)
                    .await,
            ),
            outcome @ (CreateOutcome::Created(_)
            | CreateOutcome::Refused(_)
            | CreateOutcome::Unknown(_)) => outcome,
        }
    }

    /// Sends a request once and gives its answer, whatever it says: to find out what is in the way.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn once(self, request: &Request, abort: &Abort) -> Result<Answer, NoAnswer> {
        match self.credentials(request) {
            Some(credentials) => self.attempt(request, &credentials, abort).await,
            None => Err(NoAnswer::Cancelled),
        }
    }

    /// Sends until `read` takes an answer or nothing more helps. One for all types of answers: the
    /// program is smaller so.
    async fn exchange(
        self,
        request: &Request,
        abort: &Abort,
        read: &mut dyn FnMut(&Answer) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let credentials = self
            .credentials(request)
            .ok_or_else(|| self.no_session(request))?;
        self.spend(Budget::earn);
        let mut attempts = Attempts::default();
        loop {
            let failure = match self.attempt(request, &credentials, abort).await {
                Ok(answer) => match read(&answer) {
                    Ok(()) => return Ok(()),
                    Err(failure) => failure,
                },
                Err(reason) => request.unanswered(reason),
            };
            let chance = js_sys::Math::random();
            let pause = self
                .spend(|budget| attempts.next(request.method, &failure, online(), chance, budget));
            match pause.flatten() {
                None => return Err(self.settled(failure, request, &credentials, abort).await),
                Some(ms) => {
                    if self
                        .pause(ms, &failure, &credentials, abort)
                        .await
                        .is_none()
                    {
                        return Err(request.unanswered(NoAnswer::Cancelled));
                    }
                }
            }
        }
    }

    fn credentials(self, request: &Request) -> Option<Credentials> {
        self.session
            .credentials(self.candidate)
            .filter(|credentials| !request.authorized || credentials.token.is_some())
    }

    /// What a call gets that nobody is signed in for.
    fn no_session(self, request: &Request) -> Failure {
        if self.session.has_expired() {
            request.failure(ApiError::TokenRefused, None)
        } else {
            request.unanswered(NoAnswer::Cancelled)
        }
    }

    /// One request, one answer; [`NoAnswer::Cancelled`] as soon as nobody waits for it.
    async fn attempt(
        self,
        request: &Request,
        credentials: &Credentials,
        abort: &Abort,
    ) -> Result<Answer, NoAnswer> {
        let raw = raw(request, credentials);
        let work = self
            .inner
            .try_with_value(|inner| (inner.transport)(raw))
            .ok_or(NoAnswer::Cancelled)?;
        let answer = abort
            .or(credentials.ending.or(work))
            .await
            .flatten()
            .ok_or(NoAnswer::Cancelled)?;
        if credentials.ending.is_aborted() {
            Err(NoAnswer::Cancelled)
        } else {
            answer
        }
    }

    async fn pause(
        self,
        ms: u32,
        failure: &Failure,
        credentials: &Credentials,
        abort: &Abort,
    ) -> Option<()> {
        let told = ms >= TOLD_PAUSE_MS;
        if told {
            let until_ms = clock::elapsed_ms() + f64::from(ms);
            abort.tell(Some(Wait {
                failure: failure.clone(),
                until_ms,
            }));
        }
        let waited = abort
            .or(credentials.ending.or(clock::sleep(ms)))
            .await
            .flatten();
        if told {
            abort.tell(None);
        }
        waited
    }

    /// authentik says 403 for a bad token and for a missing permission alike: asking whose token it
    /// is tells the two apart.
    async fn settled(
        self,
        failure: Failure,
        request: &Request,
        credentials: &Credentials,
        abort: &Abort,
    ) -> Failure {
        if failure.error != ApiError::Refused {
            return failure;
        }
        let whose = api::users::me();
        let settled = if request.template == whose.request.template {
            failure.clone().settled(Err(&failure), request.permission)
        } else {
            let probe = match self.attempt(&whose.request, credentials, abort).await {
                Ok(answer) => whose.read(&answer).map(|_| ()),
                Err(reason) => Err(whose.request.unanswered(reason)),
            };
            failure.settled(probe.as_ref().copied(), request.permission)
        };
        if settled.error == ApiError::TokenRefused
            && self.candidate.is_none()
            && !credentials.ending.is_aborted()
        {
            self.session.expire();
        }
        settled
    }

    fn spend<R>(self, change: impl FnOnce(&mut Budget) -> R) -> Option<R> {
        self.inner
            .try_update_value(|inner| change(&mut inner.budget))
    }
}

/// The request of a call. No header beyond these: each more would need the server's consent from
/// another origin.
fn raw(request: &Request, credentials: &Credentials) -> RawRequest {
    let mut headers = vec![
        ("Accept", "application/json".to_owned()),
        // Field messages come in this language; the app is written in it.
        ("Accept-Language", "en".to_owned()),
    ];
    if let (true, Some(token)) = (request.authorized, &credentials.token) {
        headers.push(("Authorization", token.bearer()));
    }
    if request.body.is_some() || request.manner == Manner::EveryHeader {
        headers.push(("Content-Type", "application/json".to_owned()));
    }
    RawRequest {
        method: request.method,
        url: credentials.base.url(&request.path),
        query: request.query.clone(),
        headers,
        body: request.body.clone(),
        manner: request.manner,
    }
}

/// Whether the browser thinks it has a network; it is only sure when it says no.
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Lets the one who asks stop waiting, and hear about pauses between attempts.
#[derive(Clone)]
pub struct Abort(Rc<AbortState>);

struct AbortState {
    aborted: Cell<bool>,
    wakers: RefCell<Vec<Waker>>,
    on_wait: RefCell<Option<Listener>>,
}

/// Hears of each pause, and of its end.
type Listener = Rc<dyn Fn(Option<Wait>)>;

/// A pause before a read is sent again.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// What went wrong.
    pub failure: Failure,
    /// When it goes on, by [`super::clock::elapsed_ms`].
    pub until_ms: f64,
}

impl fmt::Debug for Abort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Abort").field(&self.0.aborted.get()).finish()
    }
}

impl Default for Abort {
    fn default() -> Self {
        Self::new()
    }
}

impl Abort {
    /// Nothing is stopped yet.
    pub fn new() -> Self {
        Self(Rc::new(AbortState {
            aborted: Cell::new(false),
            wakers: RefCell::default(),
            on_wait: RefCell::default(),
        }))
    }

    /// Stops whatever runs under it, at once.
    pub fn abort(&self) {
        if self.0.aborted.replace(true) {
            return;
        }
        for waker in self.0.wakers.take() {
            waker.wake();
        }
    }

    /// Whether it was stopped.
    pub fn is_aborted(&self) -> bool {
        self.0.aborted.get()
    }

    /// Calls `hear` with each pause that is a second or longer, and with `None` when it ends.
    pub fn on_wait(&self, hear: impl Fn(Option<Wait>) + 'static) {
        self.0.on_wait.replace(Some(Rc::new(hear)));
    }

    fn tell(&self, wait: Option<Wait>) {
        let hear = self.0.on_wait.borrow().clone();
        if let Some(hear) = hear {
            hear(wait);
        }
    }

    /// What `work` gives, or `None` as soon as this is stopped; `work` is dropped then.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            if self.is_aborted() {
                return Poll::Ready(None);
            }
            let mut wakers = self.0.wakers.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            drop(wakers);
            work.as_mut().poll(context).map(Some)
        })
        .await
    }
}

/// The real thing: `fetch`, with nothing in it that could leak.
pub fn over_http() -> Transport {
    let blocked = Blocked::watch();
    Rc::new(move |request| {
        let blocked = blocked.clone();
        Box::pin(async move { answer(request, &blocked).await })
    })
}

async fn answer(request: RawRequest, blocked: &Blocked) -> Result<Answer, NoAnswer> {
    let (first_byte_s, all_s) = match request.method {
        Method::Get | Method::Options => (FIRST_BYTE_S, READ_S),
        Method::Post => (CREATE_S, CREATE_S),
    };
    let method = request.method;
    let url = request.url.clone();
    let since = clock::elapsed_ms();
    let exchange = async {
        // Dropped with everything in here, however it ends: then the browser closes the connection.
        let stop = StopOnDrop(AbortController::new().map_err(|error| unreachable(&error))?);
        let response = within(first_byte_s, fetch(request, &stop.0)).await??;
        read(response).await
    };
    match within(all_s, exchange).await.flatten() {
        Err(NoAnswer::Unreachable { reason, .. }) => {
            let by_policy = blocked.has_blocked(&url, since).await;
            // For a create this is not the same: it may have arrived before the network went.
            if method != Method::Post && !by_policy && !online() {
                return Err(NoAnswer::Offline);
            }
            Err(NoAnswer::Unreachable { reason, by_policy })
        }
        other => other,
    }
}

async fn fetch(request: RawRequest, stop: &AbortController) -> Result<Response, NoAnswer> {
    let (mode, redirect) = match request.manner {
        // A redirected request would take the token, or a body, to an address nobody named.
        Manner::Usual | Manner::EveryHeader => (RequestMode::Cors, RequestRedirect::Error),
        // Within one origin everything may be read, and that it leads elsewhere can be told.
        Manner::Presence if is_own(&request.url) => {
            (RequestMode::SameOrigin, RequestRedirect::Manual)
        }
        // Browsers know no other way without leave; what goes along is no secret.
        Manner::Presence => (RequestMode::NoCors, RequestRedirect::Follow),
    };
    let how = RequestInit::new();
    how.set_method(request.method.name());
    how.set_mode(mode);
    how.set_credentials(RequestCredentials::Omit);
    how.set_cache(RequestCache::NoStore);
    how.set_redirect(redirect);
    how.set_referrer_policy(ReferrerPolicy::NoReferrer);
    how.set_signal(Some(&stop.signal()));
    if let Some(body) = &request.body {
        how.set_body(&JsValue::from_str(body));
    }
    let mut address = request.url;
    if !request.query.is_empty() {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&request.query);
        address = format!("{address}?{}", query.finish());
    }
    let sent = web_sys::Request::new_with_str_and_init(&address, &how)
        .and_then(|sent| {
            for (name, value) in &request.headers {
                sent.headers().set(name, value)?;
            }
            Ok(sent)
        })
        .map_err(|error| unreachable(&error))?;
    HttpRequest::from(sent)
        .send()
        .await
        .map_err(|error| NoAnswer::Unreachable {
            reason: error.to_string(),
            by_policy: false,
        })
}

/// Whether an address is within the origin of this page.
fn is_own(url: &str) -> bool {
    let origin = window().location().origin().unwrap_or_default();
    url.strip_prefix(&origin)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Reads an answer piece by piece, so that one without an end does not fill the memory.
async fn read(response: Response) -> Result<Answer, NoAnswer> {
    let headers = response.headers();
    let mut answer = Answer {
        status: match response.type_() {
            ResponseType::Opaqueredirect => Answer::REDIRECTS,
            _ => response.status(),
        },
        content_type: headers
            .get("content-type")
            .unwrap_or_default()
            .to_ascii_lowercase(),
        request_id: headers.get("x-authentik-id"),
        retry_after: headers.get("retry-after"),
        date: headers.get("date"),
        body: String::new(),
    };
    let Some(stream) = response.body() else {
        return Ok(answer);
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read())
            .await
            .map_err(|error| unreachable(&error))?;
        let value = Reflect::get(&piece, &JsValue::from_str("value")).unwrap_or(JsValue::UNDEFINED);
        // Only the last piece has no value.
        let Ok(piece) = value.dyn_into::<Uint8Array>() else {
            break;
        };
        let size = bytes.len().saturating_add(piece.length() as usize);
        if size as u64 > LARGEST_ANSWER {
            return Err(NoAnswer::TooLarge {
                limit: LARGEST_ANSWER,
            });
        }
        let start = bytes.len();
        bytes.resize(size, 0);
        if let Some(room) = bytes.get_mut(start..) {
            piece.copy_to(room);
        }
    }
    answer.body = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok(answer)
}

/// What `work` gives, if it does so in time.
async fn within<T>(seconds: u32, work: impl Future<Output = T>) -> Result<T, NoAnswer> {
    let mut work = pin!(work);
    let mut time = pin!(clock::sleep(seconds.saturating_mul(1_000)));
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending => time
            .as_mut()
            .poll(context)
            .map(|()| Err(NoAnswer::TimedOut { after_s: seconds })),
    })
    .await
}

fn unreachable(error: &JsValue) -> NoAnswer {
    let words = error.dyn_ref::<js_sys::Error>().map_or_else(
        || "the connection broke".to_owned(),
        |error| String::from(error.to_string()),
    );
    NoAnswer::Unreachable {
        reason: words,
        by_policy: false,
    }
}

struct StopOnDrop(AbortController);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the page's own policy stopped. `fetch` itself says only "failed".
#[derive(Clone, Default)]
struct Blocked(Rc<RefCell<Vec<(String, f64)>>>);

/// The browser reports a violation in a task of its own, after `fetch` has failed.
const REPORT_DELAY_MS: u32 = 50;

impl Blocked {
    fn watch() -> Self {
        let blocked = Self::default();
        let seen = blocked.clone();
        let handle = window_event_listener_untyped("securitypolicyviolation", move |event| {
            let Ok(event) = event.dyn_into::<SecurityPolicyViolationEvent>() else {
                return;
            };
            if event.effective_directive() == "connect-src" {
                let mut seen = seen.0.borrow_mut();
                // Only the latest matter.
                seen.retain(|(_, at)| clock::elapsed_ms() - at < 60_000.0);
                seen.push((event.blocked_uri(), clock::elapsed_ms()));
            }
        });
        on_cleanup(move || handle.remove());
        blocked
    }

    async fn has_blocked(&self, url: &str, since: f64) -> bool {
        clock::sleep(REPORT_DELAY_MS).await;
        // The report names the address, or only its origin.
        self.0.borrow().iter().any(|(uri, at)| {
            *at >= since && !uri.is_empty() && url.starts_with(uri.split('?').next().unwrap_or(uri))
        })
    }
}
