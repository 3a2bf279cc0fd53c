//! Buttons that copy, and say whether they did.

use crate::browser::signals::prelude::*;
use leptos::task::spawn_local;

use crate::browser::markup::Markup;

use super::icon::icon;
use crate::{
    browser::{clipboard, clock},
    text::Untrusted,
};

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
    fn icon(self, look: Look) -> &'static str {
        match self {
            Self::NotYet => look.icon(),
            Self::Yes => "check",
            Self::Refused => "x",
        }
    }

    fn short(self) -> Option<&'static str> {
        match self {
            Self::NotYet => None,
            Self::Yes => Some("Copied"),
            Self::Refused => Some("Could not copy"),
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

/// How a copy button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A small icon, for rows.
    Bare,
    /// This icon, small, for rows with more to copy than one thing.
    Sign(&'static str),
    /// A small icon with a frame, for heads of sections.
    Framed,
    /// An icon and these words, for heads of pages.
    Words(&'static str, &'static str),
    /// The same without a frame, beside a button that matters more.
    QuietWords(&'static str, &'static str),
    /// The same, small and without a frame, for heads of boxes.
    SmallWords(&'static str, &'static str),
}

impl Look {
    fn icon(self) -> &'static str {
        match self {
            Self::Bare | Self::Framed => "copy",
            Self::Sign(icon)
            | Self::Words(icon, _)
            | Self::QuietWords(icon, _)
            | Self::SmallWords(icon, _) => icon,
        }
    }

    fn words(self) -> Option<&'static str> {
        match self {
            Self::Bare | Self::Sign(_) | Self::Framed => None,
            Self::Words(_, words) | Self::QuietWords(_, words) | Self::SmallWords(_, words) => {
                Some(words)
            }
        }
    }
}

/// A small button with an icon only; `label` says what it copies, as in "Copy ID".
/// `text` is asked when it is pressed, and is copied byte for byte.
pub fn copy_button(label: impl Into<String>, text: impl Fn() -> Untrusted + 'static) -> Markup {
    draw(Look::Bare, label.into(), Box::new(text))
}

/// A button of another look. Words change to what became of the press, and back after two seconds.
pub fn copy_button_as(
    look: Look,
    label: impl Into<String>,
    text: impl Fn() -> Untrusted + 'static,
) -> Markup {
    draw(look, label.into(), Box::new(text))
}

fn draw(look: Look, label: String, text: Box<dyn Fn() -> Untrusted>) -> Markup {
    let copied = RwSignal::new(Copied::NotYet);
    let label = StoredValue::new(label);
    let title = move || {
        copied
            .get()
            .words()
            .map_or_else(|| label.get_value(), str::to_owned)
    };
    // Words name the button themselves, and say themselves what became of the press.
    let name = look.words().is_none().then(|| label.get_value());
    // Rows have one tab stop each, and it is not this.
    let tabindex = matches!(look, Look::Sign(_)).then_some("-1");
    ui! {
        <button class="btn" type="button" aria-label=name title=title tabindex=tabindex
            class:btn--icon=look.words().is_none()
            class:btn--ghost=matches!(look, Look::Bare | Look::Sign(_) | Look::QuietWords(..) | Look::SmallWords(..))
            class:btn--sm=!matches!(look, Look::Words(..) | Look::QuietWords(..))
            on:click=move |_| copy(text(), copied)>
            {move || icon(copied.get().icon(look))}
            {look.words().map(|words| move || copied.get().short().unwrap_or(words))}
        </button>
        {announcement(copied)}
    }
}

/// Always in the page, so that a change of it is read out.
fn announcement(copied: RwSignal<Copied>) -> Markup {
    ui! { <span class="sr" role="status">{move || copied.get().words()}</span> }
}

fn copy(text: Untrusted, copied: RwSignal<Copied>) {
    spawn_local(async move {
        let done = clipboard::copy(&text).await;
        // The button may be gone by now, and its signal with it.
        copied.try_set(if done { Copied::Yes } else { Copied::Refused });
        clock::sleep(SHOWN_MS).await;
        copied.try_set(Copied::NotYet);
    });
}
