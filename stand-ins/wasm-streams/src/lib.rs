//! Stands in for the crate of this name.
//!
//! Leptos links it for the bodies of server functions. This app calls none, but the real crate
//! exports functions to JavaScript, which no linker may drop, so every user would load them. Here
//! are the names that Leptos needs to compile; a stream is an empty one.

use futures_util::stream::{self, Empty, Stream};
use wasm_bindgen::{JsCast, JsValue};

/// In the place of a stream of JavaScript's.
#[derive(Debug)]
pub struct ReadableStream {
    raw: web_sys::ReadableStream,
}

impl ReadableStream {
    /// Takes a stream of JavaScript's.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self { raw }
    }

    /// Makes none out of one of Rust's.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        Self {
            raw: JsValue::UNDEFINED.unchecked_into(),
        }
    }

    /// The stream of JavaScript's.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.raw
    }

    /// A stream of Rust's, without anything in it.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        stream::empty()
    }
}
