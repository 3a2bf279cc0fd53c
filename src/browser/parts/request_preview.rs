//! The event as it will be shown, and the request as it will be sent: its body, or a command for a
//! shell.

use crate::browser::signals::prelude::*;
use leptos::ev;

use crate::browser::markup::{IntoMarkup, Markup};

use super::{
    copy::{Look, copy_button_as},
    event_preview::event_preview,
    json_text::coloured,
};
use crate::{
    browser::clock::Clock,
    event::request_text::{Part, as_text},
    text::{Untrusted, size_name},
};

/// What the preview shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Event,
    Json,
    Curl,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Event, Self::Json, Self::Curl];

    fn id(self) -> &'static str {
        match self {
            Self::Event => "pv-0",
            Self::Json => "pv-1",
            Self::Curl => "pv-2",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Event => "Event",
            Self::Json => "JSON",
            Self::Curl => "curl",
        }
    }

    /// The one beside it, round and round.
    fn beside(self, forward: bool) -> Self {
        match (self, forward) {
            (Self::Event, true) | (Self::Curl, false) => Self::Json,
            (Self::Json, true) | (Self::Event, false) => Self::Curl,
            (Self::Curl, true) | (Self::Json, false) => Self::Event,
        }
    }
}

/// The request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Path on the server.
    pub path: String,
    /// The body, indented.
    pub body: String,
    /// The command.
    pub curl: Vec<Part>,
}

/// The preview. `note` stands below it.
pub fn request_preview(
    preview: Memo<Preview>,
    clock: Clock,
    note: impl Fn() -> Markup + 'static,
) -> Markup {
    let tab = RwSignal::new(Tab::Json);
    let buttons = Vec::from(Tab::ALL.map(|this| button(tab, this)));
    ui! {
        <aside class="preview" aria-label="Request preview">
            <div class="tabs" role="tablist" aria-label="Preview as" on:keydown=move |press| on_key(&press, tab)>{buttons}</div>
            {move || match tab.get() {
                Tab::Event => ui! {
                    <div class="preview__event" role="tabpanel" id="pv" tabindex="0" aria-labelledby=Tab::Event.id()>
                        {move || preview.with(|preview| event_preview(&preview.body, clock))}
                    </div>
                },
                shown => request(preview, shown),
            }}
            <p class="hint">{note}</p>
        </aside>
    }
}

fn request(preview: Memo<Preview>, shown: Tab) -> Markup {
    let text = move || {
        preview.with(|preview| match shown {
            Tab::Curl => as_text(&preview.curl),
            Tab::Json | Tab::Event => preview.body.clone(),
        })
    };
    ui! {
        <div class="code" role="tabpanel" id="pv" aria-labelledby=shown.id()>
            <header>
                <span class="badge badge--accent">"POST"</span>
                <code class="clip">{move || preview.with(|preview| preview.path.clone())}</code>
                {copy_button_as(Look::SmallWords("copy", "Copy"), "Copy", move || Untrusted::new(untrack(text)))}
            </header>
            <pre tabindex="0">{move || match shown {
                Tab::Curl => preview.with(|preview| preview.curl.iter().map(part).collect()),
                Tab::Json | Tab::Event => beginning(&text()),
            }}</pre>
        </div>
    }
}

/// How much of a text is shown, in bytes: more would cost more at each key than it says.
const LONGEST: usize = 32 * 1024;

fn beginning(text: &str) -> Vec<Markup> {
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end));
    match text.split_at_checked(end.unwrap_or_default()) {
        Some((shown, rest)) if !rest.is_empty() => {
            let mut drawn = coloured(shown);
            let size = size_name(rest.len());
            drawn.push(
                ui! { <span class="faint">{format!("\n… {size} more; Copy takes all")}</span> },
            );
            drawn
        }
        _ => coloured(text),
    }
}

fn button(tab: RwSignal<Tab>, this: Tab) -> Markup {
    let chosen = move || tab.get() == this;
    ui! {
        <button role="tab" type="button" id=this.id() aria-controls="pv"
            aria-selected=move || chosen().to_string()
            tabindex=move || if chosen() { "0" } else { "-1" }
            on:click=move |_| tab.set(this)>{this.words()}</button>
    }
}

fn on_key(press: &ev::KeyboardEvent, tab: RwSignal<Tab>) {
    let to = match press.key().as_str() {
        key @ ("ArrowLeft" | "ArrowRight") => tab.get_untracked().beside(key == "ArrowRight"),
        "Home" => Tab::Event,
        "End" => Tab::Curl,
        _ => return,
    };
    press.prevent_default();
    tab.set(to);
    if let Some(button) = document().get_element_by_id(to.id()) {
        use wasm_bindgen::JsCast;
        if let Some(button) = button.dyn_ref::<web_sys::HtmlElement>() {
            let _ = button.focus();
        }
    }
}

/// A part of the command; the JSON in it coloured as JSON.
fn part(part: &Part) -> Markup {
    match part {
        Part::Program(text) => ui! { <span class="k">{*text}</span> },
        Part::Option(text) => ui! { <span class="p">{*text}</span> },
        Part::Quoted(text) => ui! { <span class="s">{text.clone()}</span> },
        Part::Token(text) => ui! { <span class="l">{*text}</span> },
        Part::Body(text) => beginning(text).into_markup(),
        Part::Plain(text) => (*text).into_markup(),
    }
}
