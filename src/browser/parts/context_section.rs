//! The context of an event as a tree, and the whole event as the server sent it.

use crate::browser::signals::prelude::*;

use crate::browser::markup::Markup;

use super::{
    copy::{Look, copy_button, copy_button_as},
    icon::icon,
    json_text::coloured,
    json_tree::{TreeFilter, TreeView, json_tree},
};
use crate::{
    count::counted,
    event::Event,
    json::JsonText,
    text::{Untrusted, size_name},
};

/// How much of a text is written before a button has to be pressed for the rest, in bytes.
const LONGEST: usize = 200_000;

/// What the section shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Tree,
    Raw,
}

/// How the raw text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    AsSent,
    Indented,
}

/// The section.
pub fn context_section(event: &Event, filter: TreeFilter) -> Markup {
    let shown = RwSignal::new(Shown::Tree);
    let is = move |this: Shown| shown.get() == this;
    let tree = TreeView::new(event.context.tree().clone(), "context", Some(filter));
    let context = Untrusted::new(event.context.text().as_str());
    let (empty, raw) = (event.context.is_empty(), event.raw.clone());
    let button = move |this: Shown, words: &'static str| {
        ui! {
            <button class="btn btn--sm" type="button" on:click=move |_| shown.set(this)
                aria-pressed=move || is(this).to_string()>{words}</button>
        }
    };
    // Paper has the whole event instead.
    ui! {
        <section data-screen>
            <header>
                <h2>"Context"</h2>
                <span class="faint" role="status">{move || tree.said()}</span>
                {move || (is(Shown::Tree) && !empty).then(|| search(tree))}
                <div class="join">{button(Shown::Tree, "Tree")}{button(Shown::Raw, "Raw")}</div>
                {copy_button_as(Look::Framed, "Copy context as JSON", move || context.clone())}
            </header>
            {move || match shown.get() {
                Shown::Tree if empty => nothing(),
                Shown::Tree => ui! { <div class="code">{json_tree(tree, "Context")}</div> },
                Shown::Raw => raw_event(raw.clone()),
            }}
        </section>
    }
}

fn nothing() -> Markup {
    ui! { <p class="note">{icon("info")}<span>"No context is recorded for this event."</span></p> }
}

/// The field, and how much it finds. Enter goes to the next match, Shift and Enter to the one before.
fn search(tree: TreeView) -> Markup {
    let found = move || {
        let count = tree.found()?;
        Some(counted(
            u64::try_from(count).unwrap_or(u64::MAX),
            "match",
            "matches",
        ))
    };
    ui! {
        <div class="wrap ctx-find">
            <svg class="i i--start i--sm" aria-hidden="true"><use href="#i-search"/></svg>
            <input class="input" type="search" aria-label="Search context" placeholder="Search keys and values"
                prop:value=move || tree.search()
                on:input=move |event| tree.look_for(event_target_value(&event))
                on:keydown=move |press| if press.key() == "Enter" {
                    press.prevent_default();
                    tree.next_match(press.shift_key());
                }/>
        </div>
        <span class="faint num" role="status">{found}</span>
    }
}

fn raw_event(raw: JsonText) -> Markup {
    let form = RwSignal::new(Form::AsSent);
    let all = RwSignal::new(false);
    let raw = StoredValue::new(raw);
    let text = move || match form.get() {
        Form::AsSent => raw.with_value(|raw| raw.as_str().to_owned()),
        Form::Indented => raw.with_value(JsonText::pretty),
    };
    let size = raw.with_value(|raw| size_name(raw.as_str().len()));
    let button = move |this: Form, words: &'static str| {
        ui! {
            <button class="btn btn--sm" type="button" on:click=move |_| form.set(this)
                aria-pressed=move || (form.get() == this).to_string()>{words}</button>
        }
    };
    ui! {
        <div class="code code--wrap">
            <header>
                <span>{format!("The whole event, {size}")}</span>
                <div class="btns">
                    <div class="join">{button(Form::AsSent, "As sent")}{button(Form::Indented, "Indented")}</div>
                    {copy_button("Copy event as JSON", move || {
                        raw.with_value(|raw| Untrusted::new(raw.as_str()))
                    })}
                </div>
            </header>
            {move || raw_text(&text(), all)}
        </div>
    }
}

fn raw_text(text: &str, all: RwSignal<bool>) -> Markup {
    let shown = if all.get() { text } else { head(text, LONGEST) };
    let rest = (shown.len() < text.len()).then(|| {
        ui! {
            <div class="pager">
                <span>{format!("The first {} are shown.", size_name(shown.len()))}</span>
                <button class="btn btn--sm" type="button" on:click=move |_| all.set(true)>
                    {format!("Show all {}", size_name(text.len()))}
                </button>
            </div>
        }
    });
    ui! { <pre tabindex="0">{coloured(shown)}</pre>{rest} }
}

/// The beginning of a text, at most so many bytes and never inside a letter.
fn head(text: &str, limit: usize) -> &str {
    (0..=limit)
        .rev()
        .find_map(|end| text.get(..end))
        .unwrap_or(text)
}
