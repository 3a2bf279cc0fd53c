//! One chip, and the button of a filter that is not set.

use leptos::ev;

use super::{Bar, Open, add_id, chip_id};
use crate::{
    browser::{
        markup::Markup,
        parts::{action::tile, icon::icon},
        signals::prelude::*,
    },
    event::{EventAction, Family},
    filter::{Chip, ChipWords, Kind, Test},
};

/// Longer values are cut.
const LONGEST_VALUE: usize = 40;

/// The chip at a place: label and value open its editor, the word between turns it round.
pub(super) fn chip(bar: Bar, place: usize, chip: &Chip) -> Markup {
    let ChipWords {
        label,
        operator,
        value,
    } = chip.words();
    let value = value.clipped(LONGEST_VALUE);
    let trouble = chip.trouble();
    let title = trouble.clone();
    let open = move || bar.own.editors.open.get() == Some(Open::Chip(place));
    ui! {
        <span class="anchor only-lg" on:focusout=move |event| bar.on_focus_left(&event)>
            <span class="chip" class:chip--off=chip.disabled class:chip--wrong=trouble.is_some()
                role="group" aria-label=chip.sentence() title=title
                on:keydown=move |press| on_key(bar, place, &press)>
                <button type="button" id=chip_id(place) aria-haspopup="dialog"
                    aria-expanded=move || open().to_string() on:click=move |_| bar.edit(place)>
                    {trouble.is_some().then(|| icon("warn"))}
                    <span class="sr">"Edit filter: "</span>{label.clone()}
                </button>
                <button class="chip__op" type="button" title="Turn round" aria-label=format!("{operator}, turn round")
                    on:click=move |_| bar.change_chip(place, Chip::inverted)>{operator}</button>
                <button class="chip__val" type="button" aria-haspopup="dialog" on:click=move |_| bar.edit(place)>
                    {tiles(chip)}{value}
                </button>
                {chip.disabled.then(|| enable(bar, place, &label))}
                <button class="chip__x" type="button" aria-label=format!("Remove filter {label}")
                    on:click=move |_| bar.remove(place)>{icon("x")}</button>
            </span>
            {trouble.map(|why| ui! { <span class="sr">{why}</span> })}
            {move || bar.popup(|open| open == Open::Chip(place))}
        </span>
    }
}

fn enable(bar: Bar, place: usize, label: &str) -> Markup {
    ui! {
        <button class="chip__x" type="button" title="Not applied. Press to apply it again"
            aria-label=format!("Apply filter {label} again")
            on:click=move |_| bar.change_chip(place, Chip::switched)>{icon("eye-off")}</button>
    }
}

/// Delete and Backspace remove the chip that has focus.
fn on_key(bar: Bar, place: usize, press: &ev::KeyboardEvent) {
    if matches!(press.key().as_str(), "Delete" | "Backspace") {
        press.prevent_default();
        bar.remove(place);
    }
}

/// A tile of each family that is looked for, at most three.
fn tiles(chip: &Chip) -> Option<Markup> {
    let Test::Actions(actions) = &chip.test else {
        return None;
    };
    let mut families: Vec<Family> = Vec::new();
    let mut tiles: Vec<Markup> = Vec::new();
    for action in actions {
        let family = EventAction::family(action);
        if tiles.len() < 3 && !families.contains(&family) {
            families.push(family);
            tiles.push(tile(action));
        }
    }
    Some(ui! { <span class="tiles">{tiles}</span> })
}

/// The button of a kind that is not set, and its editor.
pub(super) fn add_button(bar: Bar, kind: Kind) -> Markup {
    let open = move || bar.own.editors.open.get() == Some(Open::New(kind));
    ui! {
        <span class="anchor only-lg" on:focusout=move |event| bar.on_focus_left(&event)>
            <button class="chip chip--add" id=add_id(kind) type="button" aria-haspopup="dialog"
                aria-expanded=move || open().to_string() on:click=move |_| bar.add(kind)>
                <span>{icon("plus")}{kind.label()}</span>
            </button>
            {move || bar.popup(|open| open == Open::New(kind))}
        </span>
    }
}
