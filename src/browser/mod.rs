//! Everything that needs a browser; wasm32 only.
//!
//! Side effects have one owner each: [`client`] sends, [`storage`] keeps, [`clock`] tells time,
//! [`navigation`] writes addresses, [`download`] writes files. Parts draw values and know none of
//! them; pages join the two.

#[macro_use]
mod macros;

pub mod account;
pub mod client;
pub mod clipboard;
pub mod clock;
mod crash;
pub mod download;
pub mod event_log;
pub mod exporter;
pub mod intents;
pub mod markup;
pub mod names;
pub mod navigation;
pub mod pages;
pub mod parts;
pub mod preferences;
pub mod remote;
pub mod saved_views;
pub mod server_actions;
pub mod session;
pub mod shell;
pub mod shortcuts;
pub mod sight;
pub mod signals;
pub mod storage;
pub mod theme;
pub mod trail;
pub mod typed_server;

use crate::browser::signals::prelude::*;

pub use client::Client;
pub use clock::Clock;
pub use navigation::Navigation;
pub use session::SessionHandle;
pub use theme::ThemeHandle;

/// The handles of the app. Each is `Copy`, and each is in the context of every view by its type:
/// `expect_context::<Client>()`.
#[derive(Debug, Clone, Copy)]
pub struct Handles {
    /// Time.
    pub clock: Clock,
    /// Who is signed in.
    pub session: SessionHandle,
    /// Sends calls.
    pub client: Client,
    /// Addresses.
    pub navigation: Navigation,
    /// Light or dark.
    pub theme: ThemeHandle,
}

impl Handles {
    /// Puts each handle into the context of the current owner.
    pub fn provide(self) {
        let Self {
            clock,
            session,
            client,
            navigation,
            theme,
        } = self;
        provide_context(clock);
        provide_context(session);
        provide_context(client);
        provide_context(navigation);
        provide_context(theme);
    }
}

/// Starts the app in the page that boot.js prepared.
pub fn mount() {
    crash::install_hook();
    let mounted = document().body().map(|body| {
        markup::mount(&body, || {
            let clock = Clock::Browser(clock::Zone::new());
            let session = SessionHandle::load(clock);
            let handles = Handles {
                clock,
                session,
                client: Client::new(session, client::over_http()),
                navigation: Navigation::start(),
                theme: ThemeHandle::load(),
            };
            handles.provide();
            shell::shell()
        })
    });
    // For as long as the page is there.
    std::mem::forget(mounted);
    crash::tell_alive();
}
