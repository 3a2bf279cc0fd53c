//! Copying.

use wasm_bindgen_futures::JsFuture;

/// Puts a text on the clipboard, byte for byte. `false` when the browser refuses (no permission,
/// no clipboard, page not in front); the caller says so.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let navigator = window.navigator();
    // Absent on pages that are not served securely; the binding would throw on `undefined`.
    let present = js_sys::Reflect::get(&navigator, &wasm_bindgen::JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| clipboard.is_object());
    present
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}
