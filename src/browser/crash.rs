//! The line to boot.js, which shows a page of its own when this half cannot go on.

use std::{any::Any, panic::PanicHookInfo};

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // boot.js defines both; `catch` because tests run without it.
    #[wasm_bindgen(catch, js_namespace = window, js_name = eventideCrashed)]
    fn crashed(place: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = window, js_name = eventideAlive)]
    fn alive() -> Result<(), JsValue>;
}

/// Hands the page to boot.js at the first panic. Half of the page would go on working otherwise,
/// and show things that are no longer true.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let report = report(info);
        web_sys::console::error_1(&JsValue::from_str(&report));
        let _ = crashed(&report);
    }));
}

/// Tells boot.js that the app draws the page now.
pub fn tell_alive() {
    let _ = alive();
}

/// Where it happened, and what only if the words are our own: a formatted message may quote events.
fn report(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(
        || "unknown place".to_owned(),
        |place| format!("{}:{}", place.file(), place.line()),
    );
    let payload: &dyn Any = info.payload();
    match payload.downcast_ref::<&'static str>() {
        Some(words) => format!("{words} ({place})"),
        None => place,
    }
}
