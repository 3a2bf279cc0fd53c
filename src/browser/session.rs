//! Signing in and out, and what other tabs say about it.

use leptos::prelude::*;

use super::clock::Clock;
use crate::{
    api::ApiBase,
    session::{KeepMode, Session, Token},
};

/// The session, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct SessionHandle {
    state: RwSignal<Session>,
    /// Counts sessions: an answer that was asked for in an earlier one is dropped.
    generation: StoredValue<u64>,
    clock: Clock,
}

impl SessionHandle {
    /// What is kept in this tab or on this device. What is kept there but not valid is removed.
    pub fn load(clock: Clock) -> Self {
        Self {
            state: RwSignal::new(Session::SignedOut),
            generation: StoredValue::new(0),
            clock,
        }
    }

    /// Whether someone is signed in.
    pub fn get(self) -> Session {
        self.state.get()
    }

    /// The same for code that must not run again when it changes.
    pub fn get_untracked(self) -> Session {
        self.state.get_untracked()
    }

    /// Starts a session. `false` when the browser could not keep the token as asked: then it lasts
    /// until the page is left.
    pub fn sign_in(self, token: Token, base: ApiBase, mode: KeepMode) -> bool {
        let _ = (token, base, mode, self.clock);
        todo!()
    }

    /// Ends it: the token is gone from memory and storage, here and (kept on the device) in every
    /// tab.
    pub fn sign_out(self) {
        todo!()
    }

    /// The server does not accept the token any more. The token is forgotten, the page may stay.
    pub fn expire(self) {
        todo!()
    }

    /// Which session this is.
    pub fn generation(self) -> u64 {
        self.generation.try_get_value().unwrap_or_default()
    }
}
