//! Signing in and out, when a session ends by itself, and what other tabs say about it.
//!
//! Nothing that is kept is believed for long: what other tabs wrote is read again with every look,
//! and it is looked each second, with every sign of somebody, and whenever the page comes back from
//! where it was asleep.

use crate::browser::signals::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::StorageEvent;

use super::{
    client::Abort,
    clock::{self, Clock, every},
    intents,
    storage::{self, Place},
    tabs::Channel,
};
use crate::{
    api::ApiBase,
    configuration::Configuration,
    moment::Moment,
    presence::{Attendance, Clocks, Heartbeat, Presence},
    session::{Expiry, Grant, KeepMode, Session, Token},
    tabs::{Message, WAIT_MS},
};

/// The session, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct SessionHandle {
    state: RwSignal<Session>,
    attendance: RwSignal<Attendance>,
    farewell: RwSignal<Option<Farewell>>,
    inner: StoredValue<Inner>,
    channel: StoredValue<Option<Channel>>,
    /// The server that this tab is for, unless its people choose another.
    preferred: StoredValue<Option<ApiBase>>,
    configuration: &'static Configuration,
    clock: Clock,
}

/// How the last session ended, for the page that asks to sign in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// Somebody signed out here.
    Here,
    /// Somebody signed out in another tab.
    Elsewhere,
}

#[derive(Debug)]
struct Inner {
    /// Counts sessions.
    generation: u64,
    /// Stops everything that was asked for in this session.
    ending: Abort,
    /// What is being tried on the sign-in page; gone with the next sign-in or sign-out.
    candidates: Vec<(u32, ApiBase, Option<Token>)>,
    last_candidate: u32,
    /// When somebody was here last.
    presence: Presence,
    /// When the present session began, if other tabs can be told of it.
    shared_since: Option<Moment>,
    /// What other tabs were asked last: the question, and for which server.
    asked: Option<(String, ApiBase)>,
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

/// How often it is looked whether the session is over, and whether somebody is there.
const LOOK_MS: u32 = 1_000;

/// What somebody gives away by being there.
const SIGNS: [&str; 5] = [
    "pointerdown",
    "pointermove",
    "keydown",
    "touchstart",
    "wheel",
];

/// So many trials are remembered; a form that is used further forgets the oldest.
const MOST_CANDIDATES: usize = 8;

/// Under what is kept how far the events of a server have been seen.
pub fn seen_key(host: &str) -> String {
    format!("eventide.seen.{host}")
}

impl SessionHandle {
    /// What is kept in this tab or on this device. What is kept there but not valid is removed.
    /// From now on it follows what other tabs do, and ends by itself in time. `asked` is the host of
    /// the server that the address asks for.
    pub fn load(clock: Clock, configuration: &'static Configuration, asked: Option<&str>) -> Self {
        let preferred = configuration.preferred(asked).cloned();
        let handle = Self {
            state: RwSignal::new(Session::SignedOut),
            attendance: RwSignal::new(Attendance::There),
            farewell: RwSignal::new(None),
            inner: StoredValue::new(Inner {
                generation: 0,
                ending: Abort::default(),
                candidates: Vec::new(),
                last_candidate: 0,
                presence: Presence::now(clocks(clock)),
                shared_since: None,
                asked: None,
            }),
            channel: StoredValue::new(None),
            preferred: StoredValue::new(preferred),
            configuration,
            clock,
        };
        handle
            .channel
            .set_value(Channel::open(move |message| handle.hear(message)));
        // A link to one of several servers is about no other.
        let wanted = handle
            .preferred
            .get_value()
            .filter(|server| configuration.has_several() && asked == Some(server.host()));
        match handle.kept(wanted.as_ref()) {
            Some(grant) => {
                handle.adopt(grant);
            }
            None => handle.ask_at_the_beginning(),
        }
        handle.listen();
        handle
    }

    fn listen(self) {
        let storage = window_event_listener_untyped("storage", move |event| {
            let key = event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key);
            // No key: everything was removed.
            if key.is_none_or(|key| is_session(&key) || is_presence(&key)) {
                self.follow();
            }
        });
        // A page that was asleep has missed all events; what it shows is looked at before it is
        // drawn again.
        let waking = ["pageshow", "visibilitychange", "resume", "focus"]
            .map(|name| window_event_listener_untyped(name, move |_| self.follow()));
        let signs = SIGNS.map(|name| window_event_listener_untyped(name, move |_| self.sign()));
        on_cleanup(move || {
            storage.remove();
            waking.into_iter().for_each(|listener| listener.remove());
            signs.into_iter().for_each(|listener| listener.remove());
        });
        every(LOOK_MS, move || {
            self.look();
        });
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
            Session::SignedOut
            | Session::Asking
            | Session::Expired { .. }
            | Session::Locked { .. } => None,
        }
    }

    /// The host of the server, while there is a session.
    pub fn host_untracked(self) -> Option<String> {
        self.state
            .with_untracked(|state| state.base().map(|base| base.host().to_owned()))
    }

    /// The same, or the host of the server to begin with.
    pub fn host_or_preferred(self) -> Option<String> {
        let preferred = || self.preferred.try_get_value().flatten();
        self.host_untracked()
            .or_else(|| Some(preferred()?.host().to_owned()))
    }

    /// Whether somebody is there; heard of when it changes.
    pub fn attendance(self) -> Attendance {
        self.attendance.get()
    }

    /// How the last session ended, if that is worth a word.
    pub fn farewell(self) -> Option<Farewell> {
        self.farewell.get()
    }

    /// Whether this tab keeps the draft of an event.
    pub fn has_draft(self) -> bool {
        let keys = storage::keys(Place::Tab);
        keys.iter()
            .any(|key| key.starts_with("eventide.") && key.ends_with(".draft"))
    }

    /// The server to begin with.
    pub fn preferred(self) -> Option<ApiBase> {
        self.preferred.get_value()
    }

    /// Starts a session. `false` when the browser could not keep the token as asked: then it lasts
    /// until the page is left.
    pub fn sign_in(self, token: Token, base: ApiBase, mode: KeepMode) -> bool {
        self.forget();
        let now = clocks(self.clock);
        let grant = Grant::new(token, base, mode, self.configuration.limits, now.wall);
        // Sessions in other tabs go on; what is left of older ones does not come back.
        let since = self
            .fresh_heartbeat(&grant.base)
            .map_or(grant.created, |beat| beat.since);
        let beat = Heartbeat {
            since,
            at: now.wall,
        };
        let shared = keep_heartbeat(&grant.base, beat);
        let kept = match place(mode) {
            None => true,
            Some(place) => {
                shared && storage::keep(place, &grant.base.session_key(), &grant.encode()).is_ok()
            }
        };
        let created = grant.created;
        self.inner.update_value(|inner| {
            inner.presence = Presence::now(now);
            inner.shared_since = shared.then_some(created);
        });
        self.preferred.set_value(Some(grant.base.clone()));
        self.begin(Session::SignedIn(grant));
        kept
    }

    /// Ends it: the token is gone from memory and storage, here and in every tab with a session with
    /// the same server; what was asked for is stopped.
    pub fn sign_out(self) {
        let base = self.state.with_untracked(|state| state.base().cloned());
        if let Some(base) = base {
            // Without it no tab takes what it keeps for a session any more.
            storage::forget(Place::Device, &base.presence_key());
            self.forget();
            self.forget_user(&base);
            let base = base.as_str().to_owned();
            self.say(&Message::SignedOut { base });
        }
        self.farewell.set(Some(Farewell::Here));
        self.begin(Session::SignedOut);
    }

    /// Somebody signed out in another tab.
    fn leave(self) {
        let base = self.state.with_untracked(|state| state.base().cloned());
        self.forget();
        if let Some(base) = base {
            self.forget_user(&base);
        }
        self.farewell.set(Some(Farewell::Elsewhere));
        self.begin(Session::SignedOut);
    }

    /// The server does not accept the token any more. The token is forgotten, the page may stay.
    pub fn expire(self) {
        self.end(Expiry::Refused);
    }

    fn end(self, why: Expiry) {
        if let Session::SignedIn(grant) = self.state.get_untracked() {
            self.forget();
            self.begin(Session::Expired {
                base: grant.base,
                mode: grant.mode,
                why,
            });
        }
    }

    /// Nobody was there for too long, here or in any other tab.
    pub fn lock(self) {
        let (base, mode) = match self.state.get_untracked() {
            Session::SignedIn(grant) => (grant.base, grant.mode),
            Session::Expired { base, mode, .. } => (base, mode),
            Session::SignedOut | Session::Asking | Session::Locked { .. } => return,
        };
        if let Some(beat) = heartbeat(&base) {
            let idle_minutes = self.configuration.limits.idle_minutes;
            let now = self.clock.now();
            // Written once: tabs that lock because of it have nothing to tell.
            if !beat.is_over(now, idle_minutes) {
                keep_heartbeat(&base, beat.stopped(now, idle_minutes));
            }
        }
        self.forget();
        self.begin(Session::Locked { base, mode });
    }

    /// Somebody says that they are there, after being asked.
    pub fn stay(self) {
        if self.look() {
            self.beat();
            self.look();
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
                    self.end(Expiry::Over);
                    return None;
                }
                Session::SignedIn(grant) => (grant.base, Some(grant.token)),
                Session::SignedOut
                | Session::Asking
                | Session::Expired { .. }
                | Session::Locked { .. } => return None,
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
        self.attendance.set(Attendance::There);
        if !matches!(session, Session::SignedOut) {
            self.farewell.set(None);
        }
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
        let base = self.state.with_untracked(|state| state.base().cloned());
        let Some(base) = base else { return };
        storage::forget(Place::Tab, &base.session_key());
        storage::forget(Place::Device, &base.session_key());
        // When somebody looked last is nobody else's business.
        storage::forget(Place::Device, &seen_key(base.host()));
    }

    /// Whose tab it was is of no interest, unless they leave a draft.
    fn forget_user(self, base: &ApiBase) {
        if storage::read(Place::Tab, &base.draft_key()).is_none() {
            storage::forget(Place::Tab, &base.user_key());
        }
    }

    /// Looks at both clocks and at what other tabs wrote, and ends what is over. Whether somebody is
    /// signed in then.
    fn look(self) -> bool {
        let Some(state) = self.state.try_get_untracked() else {
            return false;
        };
        let Some(base) = state.base() else {
            return false;
        };
        let now = clocks(self.clock);
        let idle_minutes = self.configuration.limits.idle_minutes;
        let since = self.inner.with_value(|inner| inner.shared_since);
        let mut locked_elsewhere = false;
        if let Some(since) = since {
            let Some(beat) = heartbeat(base).filter(|beat| beat.since <= since) else {
                self.leave();
                return false;
            };
            locked_elsewhere = beat.is_over(now.wall, idle_minutes);
            self.inner
                .update_value(|inner| inner.presence.hear(beat.at, now));
        }
        let attendance = self
            .inner
            .with_value(|inner| inner.presence.attendance(now, idle_minutes));
        if locked_elsewhere || attendance == Attendance::Gone {
            self.lock();
            return false;
        }
        if self.attendance.get_untracked() != attendance {
            self.attendance.set(attendance);
        }
        if matches!(&state, Session::SignedIn(grant) if grant.ends <= now.wall) {
            self.end(Expiry::Over);
        }
        true
    }

    /// Somebody did something here. While it is asked whether anybody is there, only the answer
    /// counts: a desk that is bumped into moves the pointer as well.
    fn sign(self) {
        let now = clocks(self.clock);
        let news = self
            .inner
            .try_with_value(|inner| !inner.presence.was_near(now));
        // Who comes back too late is somebody else.
        if news == Some(true) && self.look() && self.attendance.get_untracked() == Attendance::There
        {
            self.beat();
        }
    }

    /// Somebody is there: noted here, and for the other tabs.
    fn beat(self) {
        let now = clocks(self.clock);
        let shared = self.inner.try_update_value(|inner| {
            inner.presence = Presence::now(now);
            inner.shared_since.is_some()
        });
        let base = self.state.with_untracked(|state| state.base().cloned());
        if let (Some(true), Some(base)) = (shared, base)
            && let Some(beat) = heartbeat(&base)
        {
            keep_heartbeat(
                &base,
                Heartbeat {
                    at: now.wall,
                    ..beat
                },
            );
        }
    }

    /// Does what another tab did: signed out there means signed out here; signed in there, with the
    /// token kept on the device, means that nobody need sign in here.
    fn follow(self) {
        self.look();
        match self.state.try_get_untracked() {
            Some(Session::SignedIn(grant)) if grant.mode == KeepMode::Device => {
                // Refused there, so it is refused here.
                if storage::read(Place::Device, &grant.base.session_key()).is_none() {
                    self.end(Expiry::Refused);
                }
            }
            Some(Session::SignedOut) => {
                let preferred = self.preferred.get_value();
                if let Some(grant) = self.kept(preferred.as_ref()) {
                    self.adopt(grant);
                }
            }
            Some(Session::Expired { base, .. }) => {
                if let Some(grant) = self.kept(Some(&base)) {
                    self.adopt(grant);
                }
            }
            Some(Session::Locked { base, .. }) => match self.kept(Some(&base)) {
                Some(grant) => {
                    self.adopt(grant);
                }
                None => {
                    self.ask(&base);
                }
            },
            Some(Session::SignedIn(_) | Session::Asking) | None => {}
        }
    }

    /// Begins a session that was begun elsewhere.
    fn adopt(self, grant: Grant) {
        let now = clocks(self.clock);
        let beat = heartbeat(&grant.base);
        self.inner.update_value(|inner| {
            inner.shared_since = Some(grant.created);
            inner.presence = Presence::now(now);
            if let Some(beat) = beat {
                inner.presence = Presence::before(beat.at, now);
            }
        });
        self.preferred.set_value(Some(grant.base.clone()));
        self.begin(Session::SignedIn(grant));
    }

    /// The newest valid session that is kept for a server or for any, this tab's first. What is not
    /// valid is removed.
    fn kept(self, server: Option<&ApiBase>) -> Option<Grant> {
        [KeepMode::Tab, KeepMode::Device]
            .into_iter()
            .find_map(|mode| {
                let place = place(mode)?;
                let mut newest: Option<Grant> = None;
                for key in storage::keys(place)
                    .into_iter()
                    .filter(|key| is_session(key))
                {
                    let Some(grant) =
                        storage::read(place, &key).and_then(|text| self.valid(&text, &key, mode))
                    else {
                        storage::forget(place, &key);
                        continue;
                    };
                    if server.is_none_or(|server| grant.base == *server)
                        && newest
                            .as_ref()
                            .is_none_or(|newest| newest.created < grant.created)
                    {
                        newest = Some(grant);
                    }
                }
                newest
            })
    }

    /// Reads a record. `None` for one that is damaged or over, that the deployment does not allow, or
    /// whose session was ended or left alone too long.
    fn valid(self, text: &str, key: &str, mode: KeepMode) -> Option<Grant> {
        let configuration = self.configuration;
        let grant = Grant::decode(text, key, mode, configuration.limits, self.clock.now())?;
        let alive = self
            .fresh_heartbeat(&grant.base)
            .is_some_and(|beat| beat.since <= grant.created);
        let allowed = configuration.keep.contains(&mode) && configuration.allows(&grant.base);
        (alive && allowed).then_some(grant)
    }

    fn fresh_heartbeat(self, base: &ApiBase) -> Option<Heartbeat> {
        let idle_minutes = self.configuration.limits.idle_minutes;
        heartbeat(base).filter(|beat| beat.is_fresh(self.clock.now(), idle_minutes))
    }

    /// A new tab asks the others for their session, if there can be any.
    fn ask_at_the_beginning(self) {
        let Some(base) = self.preferred.get_value() else {
            return;
        };
        if !self.ask(&base) {
            return;
        }
        self.state.set(Session::Asking);
        spawn_local(async move {
            clock::sleep(WAIT_MS).await;
            if matches!(self.state.try_get_untracked(), Some(Session::Asking)) {
                self.begin(Session::SignedOut);
            }
        });
    }

    /// Asks all other tabs for a session with a server. `false` when there is nobody to ask.
    fn ask(self, base: &ApiBase) -> bool {
        let may = self.may_hand_over() && self.fresh_heartbeat(base).is_some();
        if !may {
            return false;
        }
        let id = intents::fresh().to_string();
        self.inner
            .update_value(|inner| inner.asked = Some((id.clone(), base.clone())));
        let base = base.as_str().to_owned();
        self.say(&Message::Hello { id, base })
    }

    fn may_hand_over(self) -> bool {
        self.configuration.hand_over && self.configuration.keep.contains(&KeepMode::Tab)
    }

    /// `false` where no tab can be told anything.
    fn say(self, message: &Message) -> bool {
        self.channel
            .try_with_value(|channel| channel.as_ref().map(|channel| channel.say(message)))
            .flatten()
            .is_some()
    }

    /// What another tab says.
    fn hear(self, message: Message) {
        match message {
            Message::Hello { id, base } => {
                // Only what is kept in a tab is handed on: the device has its own place, and what is
                // not kept stays where it was typed.
                if self.may_hand_over()
                    && self.look()
                    && let Session::SignedIn(grant) = self.state.get_untracked()
                    && grant.mode == KeepMode::Tab
                    && grant.base.as_str() == base
                {
                    let record = grant.encode();
                    self.say(&Message::Grant { id, record });
                }
            }
            Message::Grant { id, record } => {
                let asked = self.inner.try_update_value(|inner| {
                    let is_answer = |asked: &(String, ApiBase)| asked.0 == id;
                    inner.asked.take_if(|asked| is_answer(asked))
                });
                let waits = matches!(
                    self.state.try_get_untracked(),
                    Some(Session::Asking | Session::Locked { .. })
                );
                let Some((_, base)) = asked.flatten().filter(|_| waits) else {
                    return;
                };
                let key = base.session_key();
                if let Some(grant) = self.valid(&record, &key, KeepMode::Tab) {
                    let _ = storage::keep(Place::Tab, &key, &record);
                    self.adopt(grant);
                }
            }
            Message::SignedOut { base } => {
                let here = self.state.try_with_untracked(|state| {
                    state.base().is_some_and(|own| own.as_str() == base)
                });
                if here == Some(true) {
                    self.leave();
                }
            }
        }
    }
}

fn clocks(clock: Clock) -> Clocks {
    Clocks {
        wall: clock.now(),
        // A page is closed long before this is more than an i64 holds.
        #[allow(clippy::cast_possible_truncation)]
        steady_ms: clock::elapsed_ms() as i64,
    }
}

fn place(mode: KeepMode) -> Option<Place> {
    match mode {
        KeepMode::Tab => Some(Place::Tab),
        KeepMode::Device => Some(Place::Device),
        KeepMode::Memory => None,
    }
}

fn is_session(key: &str) -> bool {
    key.starts_with("eventide.") && key.ends_with(".session")
}

fn is_presence(key: &str) -> bool {
    key.starts_with("eventide.") && key.ends_with(".presence")
}

fn heartbeat(base: &ApiBase) -> Option<Heartbeat> {
    Heartbeat::decode(&storage::read(Place::Device, &base.presence_key())?)
}

/// Whether other tabs can read it.
fn keep_heartbeat(base: &ApiBase, beat: Heartbeat) -> bool {
    storage::keep(Place::Device, &base.presence_key(), &beat.encode()).is_ok()
}
