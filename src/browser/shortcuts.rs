//! Single keys that do something wherever focus is.

use crate::browser::signals::prelude::*;
use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::storage::{self, Place};

/// Whether single keys do anything; in the context of every view inside the shell. Whoever dictates
/// or has unsteady hands can switch them off (WCAG 2.1.4).
#[derive(Debug, Clone, Copy)]
pub struct Shortcuts(RwSignal<bool>);

const KEY: &str = "eventide.shortcuts";
const OFF: &str = "off";

impl Shortcuts {
    /// As chosen before; on at first.
    pub fn load() -> Self {
        Self(RwSignal::new(
            storage::read(Place::Device, KEY).as_deref() != Some(OFF),
        ))
    }

    /// Whether they are on.
    pub fn are_on(self) -> bool {
        self.0.get()
    }

    /// Switches them, now and for later visits. Where nothing can be kept, for this visit.
    pub fn switch(self, on: bool) {
        if on {
            storage::forget(Place::Device, KEY);
        } else {
            let _ = storage::keep(Place::Device, KEY, OFF);
        }
        self.0.set(on);
    }

    /// Calls `press` with each key pressed alone, with Shift, or with Ctrl and Alt (as in "n",
    /// "shift+c" or "ctrl+alt+c") while nobody types and nothing lies over the page, until the
    /// current owner is gone. `press` says whether it took the key.
    pub fn listen(self, press: impl Fn(&str) -> bool + 'static) {
        let listener = window_event_listener(ev::keydown, move |event| {
            let (control, alt) = (event.ctrl_key() || event.meta_key(), event.alt_key());
            if self.0.get_untracked()
                && control == alt
                && !event.default_prevented()
                && !event.is_composing()
                && !is_busy(&event)
                && press(&name_of(&event))
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }
}

/// `n`, `escape`, `?`; a letter with Shift is `shift+c`, whatever Caps Lock makes of it.
fn name_of(event: &ev::KeyboardEvent) -> String {
    if event.alt_key() {
        // With Alt the key itself is another character on many keyboards.
        let code = event.code().to_ascii_lowercase();
        return format!("ctrl+alt+{}", code.trim_start_matches("key"));
    }
    let key = event.key().to_ascii_lowercase();
    let is_letter = key.len() == 1 && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    if event.shift_key() && is_letter {
        format!("shift+{key}")
    } else {
        key
    }
}

/// Whether keys mean something else where focus is: in fields, menus and dialogs.
fn is_busy(event: &ev::KeyboardEvent) -> bool {
    const OWN_KEYS: &str = "input, textarea, select, dialog, [contenteditable], [role=menu], [role=dialog], [role=listbox], [role=tree]";
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.closest(OWN_KEYS).is_ok_and(|own| own.is_some()))
        || document()
            .query_selector("dialog[open]")
            .is_ok_and(|dialog| dialog.is_some())
}
