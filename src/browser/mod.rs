//! Everything that needs a browser; wasm32 only.
//!
//! Side effects have one owner each: [`client`] sends, [`storage`] keeps, [`clock`] tells time,
//! [`navigation`] writes addresses, [`download`] writes files, [`tabs`] speaks to other tabs. Parts draw values and know none of
//! them; pages join the two.

#[macro_use]
mod macros;

pub mod account;
mod boot;
pub mod client;
pub mod clipboard;
pub mod clock;
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
pub mod tabs;
pub mod theme;
pub mod trail;
pub mod typed_server;

use crate::{browser::signals::prelude::*, configuration::Configuration};

pub use client::Client;
pub use clock::Clock;
pub use navigation::Navigation;
pub use session::SessionHandle;
pub use theme::ThemeHandle;

/// The handles of the app. Each is `Copy`, and each is in the context of every view by its type:
/// `expect_context::<Client>()`.
#[derive(Debug, Clone, Copy)]
pub struct Handles {
    /// What the deployment decides; the same for as long as the page is there.
    pub configuration: &'static Configuration,
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
            configuration,
            clock,
            session,
            client,
            navigation,
            theme,
        } = self;
        provide_context(configuration);
        provide_context(clock);
        provide_context(session);
        provide_context(client);
        provide_context(navigation);
        provide_context(theme);
    }
}

/// Starts the app in the page that boot.js prepared.
pub fn mount() {
    boot::install_hook();
    let configuration: &Configuration = match boot::configuration() {
        Ok(configuration) => Box::leak(Box::new(configuration)),
        Err(problem) => return boot::refuse(&problem),
    };
    let mounted = document().body().map(|body| {
        markup::mount(&body, || {
            let clock = Clock::Browser(clock::Zone::new());
            let session = SessionHandle::load(
                clock,
                configuration,
                navigation::instance_asked().as_deref(),
            );
            let handles = Handles {
                configuration,
                clock,
                session,
                client: Client::new(session, client::over_http()),
                navigation: Navigation::start(configuration.has_several().then_some(session)),
                theme: ThemeHandle::load(),
            };
            handles.provide();
            shell::shell()
        })
    });
    // For as long as the page is there.
    std::mem::forget(mounted);
    boot::tell_alive();
}
