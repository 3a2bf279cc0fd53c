//! The field for a token: hidden, shown for a moment on request, filled from the clipboard.

use crate::browser::signals::prelude::*;
use leptos::{html, task::spawn_local};

use crate::browser::markup::{IntoMarkup, Markup};

use super::{icon::icon, notice::field_error};
use crate::{
    browser::{clipboard, clock},
    session::Token,
};

/// What is in the field and what is wrong with it; cheap to copy into handlers.
#[derive(Debug, Clone, Copy)]
pub struct TokenEntry {
    text: RwSignal<String>,
    problem: RwSignal<Option<String>>,
    node: NodeRef<html::Input>,
}

/// A token that is shown hides again after this time.
const SHOWN_MS: u32 = 10_000;

impl TokenEntry {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            node: NodeRef::new(),
        }
    }

    /// The token in it. With none, the field says what is wrong and takes focus.
    pub fn read(self) -> Option<Token> {
        match self.text.with_untracked(|text| Token::parse(text)) {
            Ok(token) => Some(token),
            Err(problem) => {
                self.refuse(problem.to_string());
                None
            }
        }
    }

    /// Says what is wrong with the token, keeps it and takes focus.
    pub fn refuse(self, words: String) {
        self.problem.set(Some(words));
        self.focus();
    }

    /// Takes focus.
    pub fn focus(self) {
        if let Some(input) = self.node.get_untracked() {
            let _ = input.focus();
        }
    }

    /// Empties the field.
    pub fn clear(self) {
        self.text.set(String::new());
        self.problem.set(None);
    }

    /// What was typed, for whoever has to react to a change of it.
    pub fn typed(self) -> String {
        self.text.get()
    }
}

impl Default for TokenEntry {
    fn default() -> Self {
        Self::new()
    }
}

/// The field. There is one in the page at a time: its ids are fixed.
pub fn token_field(entry: TokenEntry) -> Markup {
    let shown = RwSignal::new(false);
    ui! {
        <div class="field">
            <label class="label" for="token">"API token"</label>
            <div class="group">
                // Without a name: nothing that reads forms may find it.
                <input class="input input--mono" id="token" spellcheck="false" autocomplete="off"
                    autocapitalize="off" node_ref=entry.node
                    type=move || if shown.get() { "text" } else { "password" }
                    aria-invalid=move || entry.problem.get().is_some().then_some("true")
                    aria-describedby=move || if entry.problem.get().is_some() { "token-error" } else { "token-hint" }
                    prop:value=move || entry.text.get()
                    on:input=move |event| {
                        entry.text.set(event_target_value(&event));
                        entry.problem.set(None);
                    }
                    on:blur=move |_| {
                        // Removed with focus inside, it is left when its signal is gone already.
                        shown.try_set(false);
                    }/>
                {show_button(shown)}
                <button class="btn btn--ghost" type="button" on:click=move |_| paste(entry)>"Paste"</button>
            </div>
            {move || match entry.problem.get() {
                Some(words) => field_error("token-error", words).into_markup(),
                None => hint().into_markup(),
            }}
        </div>
    }
}

fn hint() -> Markup {
    ui! {
        <p class="hint" id="token-hint">
            "In authentik: Directory › Tokens and App passwords › Create."
        </p>
    }
}

fn show_button(shown: RwSignal<bool>) -> Markup {
    let press = move |_| {
        shown.update(|shown| *shown = !*shown);
        if shown.get_untracked() {
            spawn_local(async move {
                clock::sleep(SHOWN_MS).await;
                shown.try_set(false);
            });
        }
    };
    ui! {
        // Focus stays in the field, so that leaving the field is what hides the token.
        <button class="btn btn--icon btn--ghost" type="button"
            aria-label=move || if shown.get() { "Hide token" } else { "Show token" }
            on:mousedown=move |event| event.prevent_default() on:click=press>
            {move || icon(if shown.get() { "eye-off" } else { "eye" })}
        </button>
    }
}

fn paste(entry: TokenEntry) {
    spawn_local(async move {
        match clipboard::paste().await {
            Some(text) => {
                entry.text.try_set(text.trim().to_owned());
                entry.problem.try_set(None);
            }
            None => {
                entry.problem.try_set(Some(
                    "The browser does not let this page read the clipboard. Paste into the field itself.".to_owned(),
                ));
            }
        }
        entry.focus();
    });
}
