//! The filters of small screens: one button, and a sheet over the page.

use leptos::html;

use super::{Bar, OFFERED, Open, editor::editor, focus_soon, offered};
use crate::{
    browser::{
        markup::{IntoMarkup, Markup},
        parts::icon::icon,
        signals::prelude::*,
    },
    count::counted,
    filter::{Filter, Kind},
};

/// The button with the number of filters, and the sheet while it is open.
pub(super) fn sheet(bar: Bar) -> Markup {
    let open = bar.own.editors.sheet;
    let count = move || bar.filter.with(|filter| filter.enabled().count());
    ui! {
        <button class="btn only-sm" id="filters-button" type="button" aria-haspopup="dialog" on:click=move |_| open.set(true)>
            {icon("filter")}"Filters"
            {move || (count() > 0).then(|| ui! { " "<span class="badge badge--accent">{count()}</span> })}
        </button>
        {move || open.get().then(|| dialog(bar))}
    }
}

fn dialog(bar: Bar) -> Markup {
    let editors = bar.own.editors;
    let node = NodeRef::<html::Dialog>::new();
    // An effect because only a script can open a dialog so that the page behind it rests.
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
        }
    });
    let content = move || match editors.open.get() {
        Some(open) => one(bar, open),
        None => all(bar),
    };
    ui! {
        <dialog class="dialog sheet" node_ref=node aria-labelledby="sheet-title"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close(bar);
            }>{content}</dialog>
    }
}

fn close(bar: Bar) {
    bar.own.editors.open.set(None);
    bar.own.editors.sheet.set(false);
    focus_soon("#filters-button".to_owned());
}

/// One filter.
fn one(bar: Bar, open: Open) -> Markup {
    let editors = bar.own.editors;
    let kind = editors.edit.with_untracked(|edit| edit.kind);
    ui! {
        <div class="dialog__head">
            <button class="btn btn--icon btn--ghost" type="button" aria-label="All filters"
                on:click=move |_| editors.open.set(None)>{icon("left")}</button>
            <h2 id="sheet-title">{offered(kind)}</h2>
        </div>
        {editor(bar, open, "sheet__editor")}
    }
}

/// The list of all kinds, each with what is looked for.
fn all(bar: Bar) -> Markup {
    let entries = move || bar.filter.with(|filter| entries(bar, filter));
    let show = move || match bar.own.found.get() {
        Some(found) => format!("Show {}", counted(found, "event", "events")),
        None => "Show events".to_owned(),
    };
    ui! {
        <div class="dialog__head">
            <h2 id="sheet-title">"Filters"</h2>
            <button class="btn btn--icon btn--ghost" type="button" aria-label="Close" on:click=move |_| close(bar)>{icon("x")}</button>
        </div>
        <div class="dialog__body">{entries}</div>
        <div class="dialog__foot">
            <button class="btn" type="button" on:click=move |_| bar.set(Filter::default())>"Clear all"</button>
            <button class="btn btn--primary" type="button" on:click=move |_| close(bar)>{show}</button>
        </div>
    }
}

fn entries(bar: Bar, filter: &Filter) -> Vec<Markup> {
    let mut entries = Vec::new();
    for kind in Kind::ADDABLE {
        let chips = filter.chips.iter().enumerate();
        let before = entries.len();
        for (place, chip) in chips.filter(|(_, chip)| chip.kind() == kind) {
            let words = chip.words();
            let said = format!("{} {}", words.operator, words.value.clipped(40));
            let said = if chip.disabled {
                format!("{said} (disabled)")
            } else {
                said
            };
            entries.push(entry(words.label, said, move || bar.edit(place)));
        }
        if entries.len() == before && OFFERED.contains(&kind) {
            let any = offered(kind).to_owned();
            entries.push(entry(any, "Any".to_owned(), move || bar.add(kind)));
        }
    }
    entries
}

fn entry(label: String, said: String, open: impl Fn() + 'static) -> Markup {
    ui! {
        <button class="menu__item" type="button" on:click=move |_| open()>
            {label}<span class="clip">{said.into_markup()}</span>{icon("right")}
        </button>
    }
}
