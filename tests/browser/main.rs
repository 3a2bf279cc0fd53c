//! What needs a browser: wiring, focus, addresses, storage, and the policy. What is only said is
//! tested natively, beside the code.
//!
//! Each test runs on a [`support::Stage`]: a page of its own under the app's content security
//! policy, with a fake server and a clock that stands still. A broken policy, or an error in the
//! console, fails the test that caused it.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod chart;
mod client;
mod export;
mod markup;
mod navigation;
mod policy;
mod query_field;
mod remote;
mod session;
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
