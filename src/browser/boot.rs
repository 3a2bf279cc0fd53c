//! The line to boot.js: it brings the configuration, and shows a page of its own when this half
//! cannot go on.

use std::{any::Any, panic::PanicHookInfo};

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::configuration::{Configuration, ConfigurationProblem};

#[wasm_bindgen]
extern "C" {
    // boot.js defines both; `catch` because tests run without it.
    #[wasm_bindgen(catch, js_namespace = window, js_name = eventideCrashed)]
    fn crashed(place: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = window, js_name = eventideAlive)]
    fn alive() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = window, js_name = eventideMisconfigured)]
    fn misconfigured(words: &str) -> Result<(), JsValue>;
}

/// Where boot.js puts the text of `config.json`, which it fetches beside the program.
const CONFIGURATION: &str = "eventideConfiguration";

/// What the one who runs the app has decided.
///
/// # Errors
/// The text that this server gives out is no configuration: nothing may start.
pub fn configuration() -> Result<Configuration, ConfigurationProblem> {
    let window = web_sys::window();
    let origin = window.and_then(|window| window.location().origin().ok());
    let text = Reflect::get(&js_sys::global(), &CONFIGURATION.into()).ok();
    let text = text.and_then(|text| text.as_string());
    Configuration::read(text.as_deref(), &origin.unwrap_or_default())
}

/// Hands the page to boot.js, which says why nothing starts.
pub fn refuse(problem: &ConfigurationProblem) {
    let _ = misconfigured(&problem.to_string());
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
