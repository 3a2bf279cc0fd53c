//! Short messages at the lower edge of the page.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::icon::icon;

/// The messages that are shown now, oldest first; in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How it went.
    pub tone: ToastTone,
    /// A few words, as in "Event created".
    pub title: String,
    /// One line more, or nothing.
    pub text: String,
    /// Where to look next: words and address.
    pub links: Vec<(&'static str, String)>,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastTone {
    /// Well.
    Done,
    /// Not at all. Stays until it is dismissed.
    Failed,
}

/// How long a message stays that is neither read (hovered, focused) nor about a failure.
const SHOWN_S: u32 = 6;

impl Toasts {
    /// None yet.
    pub fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
        }
    }

    /// Shows one more.
    pub fn show(self, toast: Toast) {
        self.shown.update(|shown| shown.push(toast));
    }

    /// Takes all of them away: they may be about what nobody may see any more.
    pub fn clear(self) {
        self.shown.set(Vec::new());
    }

    fn dismiss(self, toast: &Toast) {
        self.shown
            .update(|shown| shown.retain(|other| other != toast));
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// The region of the messages. It is always in the page, so that what comes in is read out.
pub fn toast_region(toasts: Toasts) -> Markup {
    ui! {
        <div class="toasts" role="status" aria-live="polite">
            {move || toasts.shown.get().into_iter().map(|toast| draw(toast, toasts)).collect::<Vec<_>>()}
        </div>
    }
}

fn draw(toast: Toast, toasts: Toasts) -> Markup {
    let held = RwSignal::new(false);
    // Dismissed under the pointer, it is left when its signal is gone already.
    let hold = move |it| {
        held.try_set(it);
    };
    if toast.tone == ToastTone::Done {
        let toast = toast.clone();
        let seconds = StoredValue::new(0);
        crate::browser::clock::every(1_000, move || {
            seconds.update_value(|seconds| {
                *seconds = if held.get_untracked() {
                    0
                } else {
                    *seconds + 1
                }
            });
            if seconds.get_value() >= SHOWN_S {
                toasts.dismiss(&toast);
            }
        });
    }
    let links = toast
        .links
        .iter()
        .map(|(words, address)| ui! { <a class="btn btn--link" href=address.clone()>{*words}</a> })
        .collect::<Vec<_>>();
    let has_links = !toast.links.is_empty();
    let text = (!toast.text.is_empty()).then(|| ui! { <p>{toast.text.clone()}</p> });
    let title = toast.title.clone();
    let failed = toast.tone == ToastTone::Failed;
    ui! {
        <div class="toast" class:toast--ok=!failed class:toast--danger=failed
            on:mouseenter=move |_| hold(true) on:mouseleave=move |_| hold(false)
            on:focusin=move |_| hold(true) on:focusout=move |_| hold(false)>
            {icon(if failed { "error" } else { "ok" })}
            <div>
                <b>{title}</b>
                {text}
                {has_links.then(|| ui! { <div class="btns">{links}</div> })}
            </div>
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Dismiss"
                on:click=move |_| toasts.dismiss(&toast)>
                {icon("x")}
            </button>
        </div>
    }
}
