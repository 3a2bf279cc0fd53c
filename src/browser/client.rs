//! The only code that sends.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Poll, Waker},
};

use leptos::prelude::*;
use web_sys::AbortController;

use super::session::SessionHandle;
use crate::{
    api::{Answer, ApiBase, Call, Failure, FromAnswer, Method, NoAnswer, events::CreateOutcome},
    event::draft::NewEvent,
    session::Token,
};

/// A future that stays in this thread, boxed.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

/// Sends one request and gives its answer, whatever it says. The seam for tests: the app has
/// [`over_http`], tests have a fake server.
pub type Transport = Rc<dyn Fn(RawRequest, Abort) -> Boxed<Result<Answer, NoAnswer>>>;

/// A request as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// Method.
    pub method: Method,
    /// Address without a query.
    pub url: String,
    /// Query parameters, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Option<String>,
}

/// Sends calls; in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    session: SessionHandle,
    inner: StoredValue<Inner, LocalStorage>,
}

struct Inner {
    transport: Transport,
    /// Not the session's, but one that is being tried.
    candidate: Option<(ApiBase, Option<Token>)>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("candidate", &self.candidate)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Sends for a session.
    pub fn new(session: SessionHandle, transport: Transport) -> Self {
        Self {
            session,
            inner: StoredValue::new_local(Inner {
                transport,
                candidate: None,
            }),
        }
    }

    /// Sends to a server and with a token that nobody is signed in with yet. What is refused there
    /// does not end the session.
    pub fn candidate(self, base: ApiBase, token: Option<Token>) -> Self {
        let _ = (base, token);
        todo!()
    }

    /// Sends a call and reads its answer; a read is repeated as [`crate::api::retry`] says.
    ///
    /// # Errors
    /// Every [`Failure`]; [`NoAnswer::Cancelled`] when `abort` was used or the session changed
    /// meanwhile. A refused token ends the session before this returns.
    pub async fn send<T: FromAnswer>(self, call: Call<T>, abort: &Abort) -> Result<T, Failure> {
        let _ = (call, abort, self.session);
        todo!()
    }

    /// Sends a new event, once.
    pub async fn create(self, event: &NewEvent, abort: &Abort) -> CreateOutcome {
        let _ = (event, abort);
        todo!()
    }
}

/// Lets the one who asks stop waiting, and hear about waits between attempts.
#[derive(Clone)]
pub struct Abort(Rc<AbortState>);

struct AbortState {
    aborted: Cell<bool>,
    /// `None` where the browser has none.
    controller: Option<AbortController>,
    wakers: RefCell<Vec<Waker>>,
    on_wait: RefCell<Option<Rc<dyn Fn(Option<Wait>)>>>,
}

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
            controller: AbortController::new().ok(),
            wakers: RefCell::default(),
            on_wait: RefCell::default(),
        }))
    }

    /// Stops whatever runs under it, at once.
    pub fn abort(&self) {
        if self.0.aborted.replace(true) {
            return;
        }
        if let Some(controller) = &self.0.controller {
            controller.abort();
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

    /// What `work` gives, or `None` as soon as this is stopped.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|context| {
            if self.is_aborted() {
                return Poll::Ready(None);
            }
            self.0.wakers.borrow_mut().push(context.waker().clone());
            work.as_mut().poll(context).map(Some)
        })
        .await
    }
}

/// The real thing: `fetch`, with nothing in it that could leak.
pub fn over_http() -> Transport {
    Rc::new(|request, abort| {
        Box::pin(async move {
            let _ = (request, abort);
            todo!()
        })
    })
}
