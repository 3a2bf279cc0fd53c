//! Eventide: an admin console for authentik's event (audit) log.
//!
//! This page is the map.
//!
//! # Two halves
//! Everything outside [`browser`](crate) is pure: it compiles and is tested natively, reads no
//! clock, touches no network and knows no browser crate. `src/browser/` exists only on wasm32 and
//! is the only place with side effects. The compiler keeps the border: on a native build the
//! browser crates are not there. `tests/architecture.rs` keeps the rest.

pub mod api;
pub mod count;
pub mod event;
pub mod json;
pub mod moment;
pub mod route;
pub mod safe_url;
pub mod session;
pub mod sign_in;
pub mod text;

// What `ui!` expands to names the crate, here as in tests.
extern crate self as eventide;

#[cfg(target_arch = "wasm32")]
pub mod browser;
