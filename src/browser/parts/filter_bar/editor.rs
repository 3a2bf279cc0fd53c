//! The editor of one filter.

use leptos::ev;

use super::{Bar, Open, action_list::action_list, offered};
use crate::{
    browser::{
        markup::Markup,
        parts::{
            notice::field_error,
            query_field::{QueryField, query_field},
        },
        signals::prelude::*,
    },
    filter::{
        Chip, Edit, Kind, Test,
        offer::{fits, said},
    },
    ql::Known,
    text::{Untrusted, lowercase},
};

/// The id of what is said below the fields.
const SAID: &str = "filter-said";

/// Draws the editor of what is open, in a box of a class.
pub(super) fn editor(bar: Bar, open: Open, class: &'static str) -> Markup {
    let kind = bar.own.editors.edit.with_untracked(|edit| edit.kind);
    let content = match kind {
        Kind::Action => form(bar, open, action_list(bar)),
        Kind::User
        | Kind::ClientIp
        | Kind::App
        | Kind::Object
        | Kind::AuthorizedApp
        | Kind::Brand
        | Kind::Value => form(bar, open, ui! { {fields(bar)}{suggestions(bar, kind)} }),
        // It is a form of its own.
        Kind::Words | Kind::Ql => query(bar, open),
    };
    let label = format!("Filter by {}", lowercase(offered(kind)));
    ui! {
        <div class=class role="dialog" aria-label=label tabindex="-1" data-editor="" on:keydown=move |press| on_key(bar, &press)>
            {content}
        </div>
    }
}

fn form(bar: Bar, open: Open, content: Markup) -> Markup {
    ui! {
        <form class="pick" novalidate on:submit=move |event| {
            event.prevent_default();
            bar.submit();
        }>
            {content}
            <div class="pick__foot">
                {choices(bar, open)}
                <button class="btn btn--sm btn--primary" type="submit">"Apply"</button>
            </div>
        </form>
    }
}

/// The editor of words and queries: which of both it is, what is typed decides.
fn query(bar: Bar, open: Open) -> Markup {
    let edit = bar.own.editors.edit;
    let texts = |kind: Kind| {
        let tests = untrack(|| bar.own.suggest.of(kind));
        tests.iter().map(said).collect::<Vec<Untrusted>>()
    };
    let field = QueryField {
        id: "filter-query",
        label: "Words or a query",
        send: "Apply",
        known: RwSignal::new(Known {
            users: texts(Kind::User),
            apps: texts(Kind::App),
            brands: texts(Kind::Brand),
            addresses: texts(Kind::ClientIp),
            fields: Vec::new(),
            now: Some(bar.own.clock.now()),
        }),
        on_send: Callback::new(move |text: String| {
            let Edit {
                negated, disabled, ..
            } = edit.get_untracked();
            bar.apply(Chip {
                test: Test::of_typed(&text),
                negated,
                disabled,
            });
        }),
    };
    let text = edit.with_untracked(|edit| edit.text.clone());
    ui! {
        <div class="pick pick--query">
            <div class="pick__form">{query_field(field, text)}</div>
            <div class="pick__foot">{choices(bar, open)}</div>
        </div>
    }
}

/// One field, or two for what has a place or a kind.
fn fields(bar: Bar) -> Markup {
    let edit = bar.own.editors.edit;
    let (kind, place) = edit.with_untracked(|edit| (edit.kind, edit.place_label()));
    let (example, place_example) =
        edit.with_untracked(|edit| (edit.example(), edit.place_example()));
    let label = if place.is_some() {
        "Text"
    } else {
        kind.label()
    };
    let label = if kind == Kind::Object {
        "Object"
    } else {
        label
    };
    let problem = bar.own.editors.problem;
    let invalid = move || problem.get().map(|_| "true");
    let typed = move |change: fn(&mut Edit, String), event: &ev::Event| {
        let text = event_target_value(event);
        edit.update(|edit| change(edit, text));
        problem.set(None);
    };
    ui! {
        <div class="pick__form">
            {place.map(|label| ui! {
                <div class="field">
                    <label class="label" for="filter-place">{label}</label>
                    <input class="input input--mono" id="filter-place" type="text" autocomplete="off" autocapitalize="off"
                        spellcheck="false" placeholder=place_example aria-describedby=SAID aria-invalid=invalid
                        prop:value=move || edit.with(|edit| edit.place.clone())
                        on:input=move |event| typed(|edit, text| edit.place = text, &event)/>
                </div>
            })}
            <div class="field">
                <label class="label" for="filter-text">{label}</label>
                <input class="input" id="filter-text" type="text" autocomplete="off" autocapitalize="off"
                    spellcheck="false" placeholder=example aria-describedby=SAID aria-invalid=invalid
                    prop:value=move || edit.with(|edit| edit.text.clone())
                    on:input=move |event| typed(|edit, text| edit.text = text, &event)/>
            </div>
            {move || problem.get().map(|why| field_error(SAID, why))}
        </div>
    }
}

/// What loaded events hold, narrowed to what is typed.
fn suggestions(bar: Bar, kind: Kind) -> Markup {
    let all = untrack(|| bar.own.suggest.of(kind));
    if all.is_empty() {
        return Markup::Nothing;
    }
    let edit = bar.own.editors.edit;
    let untouched = edit.get_untracked().text;
    let list = move || {
        let typed = edit.with(|edit| edit.text.clone());
        // What the chip says already narrows nothing.
        let typed = if typed == untouched { "" } else { &typed };
        let fitting = all.iter().filter(|test| fits(test, typed));
        fitting
            .map(|test| suggestion(bar, test))
            .collect::<Vec<Markup>>()
    };
    ui! {
        <div class="pick__list" role="group" aria-label="In the loaded events">{list}</div>
    }
}

fn suggestion(bar: Bar, test: &Test) -> Markup {
    let chosen = test.clone();
    ui! {
        <button class="opt-row" type="button" on:click=move |_| {
            let edit = bar.own.editors.edit.get_untracked();
            bar.apply(Chip { test: chosen.clone(), negated: edit.negated, disabled: false });
        }>{said(test).clipped(60)}</button>
    }
}

/// Only or except, and what is done with a chip that is there.
fn choices(bar: Bar, open: Open) -> Markup {
    let edit = bar.own.editors.edit;
    let choice = move |label: &'static str, negated: bool| {
        ui! {
            <label>
                <input type="radio" name="filter-only" prop:checked=move || edit.with(|edit| edit.negated) == negated
                    on:change=move |_| edit.update(|edit| edit.negated = negated)/>
                <span>{label}</span>
            </label>
        }
    };
    let place = match open {
        Open::Chip(place) => Some(place),
        Open::New(_) => None,
    };
    ui! {
        <div class="seg" role="radiogroup" aria-label="Events that match">{choice("Only", false)}{choice("Except", true)}</div>
        {place.map(|place| changes(bar, place))}
    }
}

/// Disabling and, where the chip itself is covered, removing.
fn changes(bar: Bar, place: usize) -> Markup {
    let editors = bar.own.editors;
    let disabled = editors.edit.with_untracked(|edit| edit.disabled);
    let remove = editors.sheet.get_untracked().then(|| {
        ui! {
            <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| bar.remove(place)>"Remove"</button>
        }
    });
    ui! {
        {remove}
        <button class="btn btn--sm btn--ghost" type="button" on:click=move |_| {
            bar.change_chip(place, Chip::switched);
            bar.close();
        }>{if disabled { "Enable" } else { "Disable" }}</button>
    }
}

/// Arrows go through what is offered, Escape closes.
fn on_key(bar: Bar, press: &ev::KeyboardEvent) {
    if press.default_prevented() {
        return;
    }
    let step = match press.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Escape" => {
            press.stop_propagation();
            press.prevent_default();
            return bar.close();
        }
        _ => return,
    };
    if super::step_focus(press, step) {
        press.prevent_default();
    }
}
