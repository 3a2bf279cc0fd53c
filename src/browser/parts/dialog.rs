//! Dialogs: while one is open the page behind it rests.

use leptos::html;

use crate::browser::signals::prelude::*;

/// The element of a dialog; it opens as soon as it is drawn.
pub fn opened() -> NodeRef<html::Dialog> {
    let node = NodeRef::<html::Dialog>::new();
    // An effect because only a script can open a dialog so that the page behind it rests.
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
        }
    });
    node
}
