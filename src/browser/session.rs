//! Signing in and out, and what other tabs say about it.

use crate::browser::signals::prelude::*;
use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use super::{
    client::Abort,
    clock::{Clock, every},
    storage::{self, Place},
};
use crate::{
    api::ApiBase,
    session::{Grant, KeepMode, Session, Token},
};

/// The session, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct SessionHandle {
    state: RwSignal<Session>,
    inner: StoredValue<Inner>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Inner {
    /// Counts sessions.
    generation: u64,
    /// Stops everything that was asked for in this session.
    ending: Abort,
    /// What is being tried on the sign-in page; gone with the next sign-in or sign-out.
    candidates: Vec<(u32, ApiBase, Option<Token>)>,
    last_candidate: u32,
}

/// What a request is sent with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The server.
    pub base: ApiBase,
    /// The token, for calls that need one.
    pub token: Option<Token>,
    /// Stops what is sent with them when they are no longer in use.
    pub ending: Abort,
}

/// How often the end of the session is looked for.
const END_CHECK_MS: u32 = 30_000;

/// So many trials are remembered; a form that is used further forgets the oldest.
const MOST_CANDIDATES: usize = 8;

/// Under what is kept how far the events of a server have been seen.
pub fn seen_key(host: &str) -> String {
    format!("eventide.seen.{host}")
}

impl SessionHandle {
    /// What is kept in this tab or on this device. What is kept there but not valid is removed.
    /// From now on it follows what other tabs do with what is kept on the device.
    pub fn load(clock: Clock) -> Self {
        let kept = kept(clock);
        let handle = Self {
            state: RwSignal::new(kept.map_or(Session::SignedOut, Session::SignedIn)),
            inner: StoredValue::new(Inner::default()),
            clock,
        };
        let listeners = [
            window_event_listener_untyped("storage", move |event| {
                let key = event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key);
                // No key: everything was removed.
                if key.is_none_or(|key| is_ours(&key)) {
                    handle.follow();
                }
            }),
            // A page that comes back from where the browser kept it has missed all events.
            window_event_listener(ev::pageshow, move |_| handle.follow()),
            window_event_listener(ev::visibilitychange, move |_| handle.follow()),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
        every(END_CHECK_MS, move || handle.end_in_time());
        handle
    }

    /// Whether someone is signed in.
    pub fn get(self) -> Session {
        self.state.get()
    }

    /// The same for code that must not run again when it changes.
    pub fn get_untracked(self) -> Session {
        self.state.get_untracked()
    }

    /// Says of a text whether the token of the session stands in it.
    pub fn own_token(self) -> impl Fn(&str) -> bool {
        let token = self.token();
        move |text: &str| token.as_ref().is_some_and(|token| token.is_in(text))
    }

    /// The token, while somebody is signed in.
    pub fn token(self) -> Option<Token> {
        match self.get() {
            Session::SignedIn(grant) => Some(grant.token),
            Session::SignedOut | Session::Expired { .. } => None,
        }
    }

    /// The host of the server, while there is a session.
    pub fn host_untracked(self) -> Option<String> {
        match self.get_untracked() {
            Session::SignedIn(grant) => Some(grant.base.host().to_owned()),
            Session::Expired { base, .. } => Some(base.host().to_owned()),
            Session::SignedOut => None,
        }
    }

    /// Starts a session. `false` when the browser could not keep the token as asked: then it lasts
    /// until the page is left.
    pub fn sign_in(self, token: Token, base: ApiBase, mode: KeepMode) -> bool {
        self.forget();
        let grant = Grant::new(token, base, mode, self.clock.now());
        let kept = match place(mode) {
            None => true,
            Some(place) => storage::keep(place, &grant.base.session_key(), &grant.encode()).is_ok(),
        };
        self.begin(Session::SignedIn(grant));
        kept
    }

    /// Ends it: the token is gone from memory and storage, here and (kept on the device) in every
    /// tab; what was asked for is stopped.
    pub fn sign_out(self) {
        self.forget();
        self.begin(Session::SignedOut);
    }

    /// The server does not accept the token any more. The token is forgotten, the page may stay.
    pub fn expire(self) {
        if let Session::SignedIn(grant) = self.state.get_untracked() {
            self.forget();
            self.begin(Session::Expired {
                base: grant.base,
                mode: grant.mode,
            });
        }
    }

    /// Which session this is.
    pub fn generation(self) -> u64 {
        self.inner
            .try_with_value(|inner| inner.generation)
            .unwrap_or_default()
    }

    /// Whether the last one ended by itself.
    pub(super) fn has_expired(self) -> bool {
        self.state
            .try_with_untracked(|state| matches!(state, Session::Expired { .. }))
            .unwrap_or(false)
    }

    /// What to send with: of the session, or of a trial. `None` when there is nothing (any more).
    pub(super) fn credentials(self, candidate: Option<u32>) -> Option<Credentials> {
        let (base, token) = match candidate {
            Some(number) => self.inner.try_with_value(|inner| {
                let found = inner
                    .candidates
                    .iter()
                    .find(|(other, ..)| *other == number)?;
                Some((found.1.clone(), found.2.clone()))
            })??,
            None => match self.state.try_get_untracked()? {
                Session::SignedIn(grant) if grant.ends <= self.clock.now() => {
                    self.expire();
                    return None;
                }
                Session::SignedIn(grant) => (grant.base, Some(grant.token)),
                Session::SignedOut | Session::Expired { .. } => return None,
            },
        };
        let ending = self.inner.try_with_value(|inner| inner.ending.clone())?;
        Some(Credentials {
            base,
            token,
            ending,
        })
    }

    /// Takes note of what is to be tried before anyone is signed in with it.
    pub(super) fn try_credentials(self, base: ApiBase, token: Option<Token>) -> u32 {
        self.inner
            .try_update_value(|inner| {
                inner.last_candidate = inner.last_candidate.wrapping_add(1);
                if inner.candidates.len() >= MOST_CANDIDATES {
                    inner.candidates.remove(0);
                }
                inner.candidates.push((inner.last_candidate, base, token));
                inner.last_candidate
            })
            .unwrap_or_default()
    }

    /// A new session, whatever it is: what was asked for in the one before is stopped, and late
    /// answers are dropped.
    fn begin(self, session: Session) {
        let ended = self.inner.try_update_value(|inner| {
            inner.generation = inner.generation.wrapping_add(1);
            inner.candidates.clear();
            std::mem::take(&mut inner.ending)
        });
        self.state.set(session);
        if let Some(ended) = ended {
            ended.abort();
        }
    }

    /// Removes what is kept of the present session.
    fn forget(self) {
        let key = match self.state.get_untracked() {
            Session::SignedIn(grant) => grant.base.session_key(),
            Session::Expired { base, .. } => base.session_key(),
            Session::SignedOut => return,
        };
        storage::forget(Place::Tab, &key);
        storage::forget(Place::Device, &key);
        // When somebody looked last is nobody else's business.
        if let Some(host) = self.host_untracked() {
            storage::forget(Place::Device, &seen_key(&host));
        }
    }

    /// A token is forgotten at its end even if nothing is asked any more.
    fn end_in_time(self) {
        let now = self.clock.now();
        let over = self.state.try_with_untracked(
            |state| matches!(state, Session::SignedIn(grant) if grant.ends <= now),
        );
        if over == Some(true) {
            self.expire();
        }
    }

    /// Does what another tab did: signed out there means signed out here, if both used what is kept
    /// on the device; signed in there means that nobody need sign in here.
    fn follow(self) {
        self.end_in_time();
        match self.state.try_get_untracked() {
            Some(Session::SignedIn(grant)) if grant.mode == KeepMode::Device => {
                if storage::read(Place::Device, &grant.base.session_key()).is_none() {
                    self.begin(Session::SignedOut);
                }
            }
            Some(Session::SignedOut) => {
                if let Some(grant) = kept(self.clock) {
                    self.begin(Session::SignedIn(grant));
                }
            }
            Some(Session::Expired { base, .. }) => {
                if let Some(grant) = kept(self.clock).filter(|grant| grant.base == base) {
                    self.begin(Session::SignedIn(grant));
                }
            }
            Some(Session::SignedIn(_)) | None => {}
        }
    }
}

fn place(mode: KeepMode) -> Option<Place> {
    match mode {
        KeepMode::Tab => Some(Place::Tab),
        KeepMode::Device => Some(Place::Device),
        KeepMode::Memory => None,
    }
}

fn is_ours(key: &str) -> bool {
    key.starts_with("eventide.") && key.ends_with(".session")
}

/// The newest valid session that is kept, this tab's first. Every other one is removed.
fn kept(clock: Clock) -> Option<Grant> {
    [KeepMode::Tab, KeepMode::Device]
        .into_iter()
        .find_map(|mode| {
            let place = place(mode)?;
            let mut newest: Option<Grant> = None;
            for key in storage::keys(place).into_iter().filter(|key| is_ours(key)) {
                let grant = storage::read(place, &key)
                    .and_then(|text| Grant::decode(&text, &key, mode, clock.now()));
                match grant {
                    None => storage::forget(place, &key),
                    Some(grant)
                        if newest
                            .as_ref()
                            .is_none_or(|newest| newest.created < grant.created) =>
                    {
                        newest = Some(grant)
                    }
                    Some(_) => {}
                }
            }
            newest
        })
}
