//! Claims an intent before it is sent, so that two tabs with the same draft send it once.

use std::{cell::Cell, rc::Rc};

use js_sys::{Function, Promise, Reflect};
use uuid::Builder;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::storage::{self, Place};
use crate::event::intent::{Claims, Intent};

const KEY: &str = "eventide.intents";

/// An id that nobody has had before.
pub fn fresh() -> Intent {
    let mut bytes = [0; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    Intent(Builder::from_random_bytes(bytes).into_uuid())
}

/// Claims an intent for this tab; `false` when it was claimed before. Where nothing can be kept every
/// claim is granted: the form says that it cannot protect there.
pub async fn claim(intent: Intent) -> bool {
    let granted = Rc::new(Cell::new(None));
    let grant = Rc::clone(&granted);
    let here = Closure::<dyn FnMut()>::new(move || grant.set(Some(claimed(intent))));
    // Looking and writing must not be torn apart by another tab.
    if let Some(locked) = locked(here.as_ref().unchecked_ref()) {
        let _ = JsFuture::from(locked).await;
    }
    granted.get().unwrap_or_else(|| claimed(intent))
}

fn claimed(intent: Intent) -> bool {
    let kept = storage::read(Place::Device, KEY).unwrap_or_default();
    let mut claims = Claims::from_text(&kept);
    let first = claims.claim(intent);
    if first {
        let _ = storage::keep(Place::Device, KEY, &claims.to_text());
    }
    first
}

/// Calls a function while no other tab does; `None` where the browser has no locks. The bindings call
/// them unstable, so they are looked up by name.
fn locked(act: &Function) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
    let request: Function = Reflect::get(&locks, &JsValue::from_str("request"))
        .ok()?
        .dyn_into()
        .ok()?;
    let asked = request.call2(&locks, &JsValue::from_str(KEY), act).ok()?;
    asked.dyn_into().ok()
}
