//! Who is signed in, what they may do, and what answers them.

use crate::browser::signals::prelude::*;

use super::{
    Client, SessionHandle,
    client::Abort,
    remote::{Loader, use_remote},
};
use crate::{
    api::{self, Call, Failure, FromAnswer, events::Rights, server::Version, users::Me},
    session::Session,
    text::Untrusted,
};

/// What is known of the account; in the context of every view inside the shell.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    me: Loader<Me>,
    version: Loader<Version>,
    rights: Loader<Rights>,
    told: StoredValue<Told>,
}

/// What signing in has found out already, so that it is not asked twice.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Whose token it is.
    pub me: Option<Me>,
    /// The server's version.
    pub version: Option<Version>,
    /// What the token may do.
    pub rights: Option<Rights>,
}

impl Account {
    /// Asks once for each session.
    pub fn load(session: SessionHandle, client: Client) -> Self {
        let told = StoredValue::new(Told::default());
        Self {
            me: ask(session, client, told, |told| told.me.take(), api::users::me),
            version: ask(
                session,
                client,
                told,
                |told| told.version.take(),
                api::server::version,
            ),
            rights: ask(
                session,
                client,
                told,
                |told| told.rights.take(),
                api::events::rights,
            ),
            told,
        }
    }

    /// What the session that is about to begin need not ask.
    pub fn tell(self, told: Told) {
        self.told.set_value(told);
    }

    /// Whose token it is, once known.
    pub fn me(self) -> Option<Me> {
        known(self.me)
    }

    /// Their login name, once known.
    pub fn username(self) -> Option<Untrusted> {
        self.me().map(|me| me.username)
    }

    /// The server's version, once known.
    pub fn version(self) -> Option<Version> {
        known(self.version)
    }

    /// What the token may do, once known.
    pub fn rights(self) -> Option<Rights> {
        known(self.rights)
    }
}

fn known<T: Clone>(loader: Loader<T>) -> Option<T> {
    loader.state.with(|state| state.value().cloned())
}

fn ask<T: FromAnswer + 'static>(
    session: SessionHandle,
    client: Client,
    told: StoredValue<Told>,
    take: fn(&mut Told) -> Option<T>,
    call: fn() -> Call<T>,
) -> Loader<T> {
    // An expired session keeps what is known of it: the page stays, and so does the name on it.
    let asked = Memo::new(move |before: Option<&Option<u64>>| match session.get() {
        Session::SignedIn(_) => Some(session.generation()),
        Session::Expired { .. } => before.copied().flatten(),
        Session::SignedOut | Session::Asking | Session::Locked { .. } => None,
    });
    use_remote(
        move || asked.get(),
        move |_, abort: Abort| async move {
            match told.try_update_value(take).flatten() {
                Some(known) => Ok::<T, Failure>(known),
                None => client.send(call(), &abort).await,
            }
        },
    )
}
