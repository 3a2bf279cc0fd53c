//! Dialogs: while one is open the page behind it rests.

use leptos::{
    html,
    task::{spawn_local, tick},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser::signals::prelude::*;

/// The element of a dialog; it opens as soon as it is drawn. What had focus before takes it again
/// once the dialog is gone: browsers do that only for dialogs that are closed before they go.
pub fn opened() -> NodeRef<html::Dialog> {
    let node = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new(None);
    // An effect because only a script can open a dialog so that the page behind it rests.
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            before.set_value(focused());
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        let before = before.try_update_value(Option::take).flatten();
        spawn_local(async move {
            tick().await;
            // Whoever took focus meanwhile keeps it.
            if let (Some(before), None) = (before, focused()) {
                let _ = before.focus();
            }
        });
    });
    node
}

/// What has focus; the page as a whole is nothing.
fn focused() -> Option<HtmlElement> {
    let element = document().active_element();
    let element = element.filter(|element| element.tag_name() != "BODY")?;
    element.dyn_into().ok()
}
