//! Copying.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Clipboard;

use crate::text::Untrusted;

/// Puts a text on the clipboard, byte for byte. `false` when the browser refuses (no permission,
/// no clipboard, page not in front); the caller says so.
pub async fn copy(text: &Untrusted) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text.original()))
            .await
            .is_ok(),
        None => false,
    }
}

/// What is on the clipboard. `None` when the browser refuses; the caller says so.
pub async fn paste() -> Option<String> {
    JsFuture::from(clipboard()?.read_text())
        .await
        .ok()?
        .as_string()
}

/// Absent on pages that are not served securely; the binding would throw on `undefined`.
fn clipboard() -> Option<Clipboard> {
    let navigator = web_sys::window()?.navigator();
    js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| clipboard.is_object())
        .then(|| navigator.clipboard())
}
