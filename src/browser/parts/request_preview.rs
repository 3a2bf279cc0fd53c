//! The request as it will be sent: its body, or a command for a shell.

use crate::browser::signals::prelude::*;
use leptos::ev;

use crate::browser::markup::{IntoMarkup, Markup};

use super::{
    copy::{Look, copy_button_as},
    json_text::coloured,
};
use crate::{
    event::request_text::{Part, as_text},
    text::Untrusted,
};

/// What the preview shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Json,
    Curl,
}

impl Tab {
    fn id(self) -> &'static str {
        match self {
            Self::Json => "pv-1",
            Self::Curl => "pv-2",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Json => Self::Curl,
            Self::Curl => Self::Json,
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
pub fn request_preview(preview: Memo<Preview>, note: impl Fn() -> Markup + 'static) -> Markup {
    let tab = RwSignal::new(Tab::Json);
    let text = move || {
        preview.with(|preview| match tab.get() {
            Tab::Json => preview.body.clone(),
            Tab::Curl => as_text(&preview.curl),
        })
    };
    ui! {
        <aside class="preview" aria-label="Request preview">
            <div class="tabs" role="tablist" aria-label="Request as" on:keydown=move |press| on_key(&press, tab)>
                {button(tab, Tab::Json, "JSON")}
                {button(tab, Tab::Curl, "curl")}
            </div>
            <div class="code" role="tabpanel" id="pv" aria-labelledby=move || tab.get().id()>
                <header>
                    <span class="badge badge--accent">"POST"</span>
                    <code class="clip">{move || preview.with(|preview| preview.path.clone())}</code>
                    {copy_button_as(Look::SmallWords("copy", "Copy"), "Copy", move || Untrusted::new(untrack(text)))}
                </header>
                <pre tabindex="0">{move || match tab.get() {
                    Tab::Json => coloured(&text()),
                    Tab::Curl => preview.with(|preview| preview.curl.iter().map(part).collect()),
                }}</pre>
            </div>
            <p class="hint">{note}</p>
        </aside>
    }
}

fn button(tab: RwSignal<Tab>, this: Tab, words: &'static str) -> Markup {
    let chosen = move || tab.get() == this;
    ui! {
        <button role="tab" type="button" id=this.id() aria-controls="pv"
            aria-selected=move || chosen().to_string()
            tabindex=move || if chosen() { "0" } else { "-1" }
            on:click=move |_| tab.set(this)>{words}</button>
    }
}

fn on_key(press: &ev::KeyboardEvent, tab: RwSignal<Tab>) {
    let to = match press.key().as_str() {
        "ArrowLeft" | "ArrowRight" => tab.get_untracked().other(),
        "Home" => Tab::Json,
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
        Part::Body(text) => coloured(text).into_markup(),
        Part::Plain(text) => (*text).into_markup(),
    }
}
