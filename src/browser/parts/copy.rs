//! Buttons that copy, and say whether they did.

use leptos::{prelude::*, task::spawn_local};

use super::icon::icon;
use crate::browser::{clipboard, clock};

/// What became of the last press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Copied {
    #[default]
    NotYet,
    Yes,
    Refused,
}

/// How long the answer stays.
const SHOWN_MS: u32 = 2_000;

impl Copied {
    fn icon(self) -> &'static str {
        match self {
            Self::NotYet => "copy",
            Self::Yes => "check",
            Self::Refused => "x",
        }
    }

    fn words(self) -> Option<&'static str> {
        match self {
            Self::NotYet => None,
            Self::Yes => Some("Copied"),
            Self::Refused => Some("The browser refused access to the clipboard"),
        }
    }
}

/// A small button with an icon only; `label` says what it copies, as in "Copy ID".
/// `text` is asked when it is pressed, and is copied byte for byte.
pub fn copy_button(label: &'static str, text: impl Fn() -> String + 'static) -> impl IntoView {
    let copied = RwSignal::new(Copied::NotYet);
    ui! {
        <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label=label
            title=move || copied.get().words().unwrap_or(label)
            on:click=move |_| copy(text(), copied)>
            {move || icon(copied.get().icon())}
        </button>
        {announcement(copied)}
    }
}

/// A button with words. They change to the answer, and back after two seconds.
pub fn copy_text_button(label: &'static str, text: impl Fn() -> String + 'static) -> impl IntoView {
    let copied = RwSignal::new(Copied::NotYet);
    ui! {
        <button class="btn btn--ghost" type="button" on:click=move |_| copy(text(), copied)>
            {move || icon(copied.get().icon())}
            {move || match copied.get() {
                Copied::NotYet => label,
                Copied::Yes => "Copied",
                Copied::Refused => "Could not copy",
            }}
        </button>
        {announcement(copied)}
    }
}

/// Always in the page, so that a change of it is read out.
fn announcement(copied: RwSignal<Copied>) -> impl IntoView {
    ui! { <span class="sr" role="status">{move || copied.get().words()}</span> }
}

fn copy(text: String, copied: RwSignal<Copied>) {
    spawn_local(async move {
        let done = clipboard::copy(&text).await;
        // The button may be gone by now, and its signal with it.
        copied.try_set(if done { Copied::Yes } else { Copied::Refused });
        clock::sleep(SHOWN_MS).await;
        copied.try_set(Copied::NotYet);
    });
}
