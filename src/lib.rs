//! Eventide: an admin console for authentik's event (audit) log, in a browser.
//!
//! This page is the map. It names things; it does not repeat what they say of themselves.
//!
//! # Two halves
//! Everything outside `browser` is pure: it compiles and is tested natively, reads no clock,
//! touches no network and knows no browser crate. `browser` exists only on wasm32 and is the only
//! place with side effects. The compiler keeps that border: on a native build the browser crates
//! are not there. `tests/architecture.rs` keeps the rest, and says what to do instead.
//!
//! # From address to pixels
//! `browser::navigation` reads the address as a [`route::Route`], the list with its whole state
//! ([`listing::Listing`]: [`filter`] and [`range`]) → `browser::shell` picks the page → [`ql`]
//! judges a search as the server will → the page asks with a [`api::Call`], a value → `browser::client`, the only code that sends, gives
//! an answer or a [`api::Failure`] with its next step → `browser::remote` keeps only the answer to
//! the last question → pure functions say what is to be said ([`event::summary`],
//! [`event::facts`], [`event::detail`]) → `browser::parts` draw it with `ui!`, whose meaning is
//! `browser::markup`.
//!
//! `browser::boot` brings the [`configuration`] of the deployment. `browser::session` alone knows the
//! token ([`session`]), whether anybody is there ([`presence`]) and what other tabs say ([`tabs`]).
//!
//! Decisions are plain enums with methods, as in Elm ([`api::submission`]); propagation is signals,
//! as in Leptos. There is no store: shared are only the handles in `browser::Handles`.
//!
//! # What never happens
//! - Text from outside never reaches a screen but through [`text::Untrusted`], which has no way
//!   into a view except a form in which nothing can hide.
//! - An event is never refused for being odd: what cannot be understood is shown as it came
//!   ([`event::Oddity`], [`api::page::Row`]), JSON is kept as its own text ([`json::JsonText`]).
//! - A create is never sent twice by itself, and nothing typed is lost over it.
//! - The token of the session is in no event that is sent, and in no draft that is kept.
//! - Nothing recurses over data, and nothing panics on it.
//!
//! # Recipes
//! **A new action.** One line in the table of [`event::action`]. The build stops at the `match`es
//! that must decide ([`event::summary`], [`event::detail`]); `cargo test` stops until
//! `tests/fixtures/events/` has an event of it. `UPDATE=1 cargo test --test fixtures` writes what
//! the page says of it: read that, commit it. No browser code is touched.
//!
//! **A new endpoint.** One function in `api/<noun>.rs` that returns a [`api::Call`], and one row in
//! the table of its tests. Sending, retries, errors and the session are done already.
//!
//! **A new page.** A [`route::Route`], its row in the table of routes, a file in `browser/pages/`,
//! a spec in `tests/e2e/`.
//!
//! **A new kind of section.** A variant of [`event::detail::Section`]; the build stops at
//! `browser::parts::section` and at the text of the fixtures.

pub mod api;
pub mod around;
pub mod compare;
pub mod configuration;
pub mod count;
pub mod event;
pub mod export;
pub mod filter;
pub mod histogram;
pub mod json;
pub mod listing;
pub mod moment;
pub mod presence;
pub mod ql;
pub mod range;
pub mod reach;
pub mod related;
pub mod route;
pub mod rows;
pub mod safe_url;
pub mod session;
pub mod sign_in;
pub mod sort;
pub mod tabs;
pub mod text;
pub mod usual;
pub mod view;

// What `ui!` expands to names the crate, here as in tests.
extern crate self as eventide;

#[cfg(target_arch = "wasm32")]
pub mod browser;
