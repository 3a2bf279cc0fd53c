//! From an event back to its list, and on to its neighbors there.

use std::rc::Rc;

use super::Page;
use crate::browser::signals::prelude::*;
use crate::{
    browser::{
        markup::Markup,
        parts::{
            icon::icon,
            neighbors::{Neighbors, neighbors, no_more},
        },
        trail::Step,
    },
    count::grouped,
    rows::Way,
};

/// The line above an event: the list, the number of the event in it, and the neighbors. `failed`
/// says whether nothing is known of the event but its id.
pub fn way(page: Page, failed: impl Fn() -> bool + 'static) -> Markup {
    let trail = page.trail;
    let buttons = Neighbors {
        names: untrack(|| trail.names()),
        is_at_end: Rc::new(move |way| trail.is_at_end(page.id, way)),
        go: Callback::new(move |way| trail.go(page.id, way)),
        words: true,
    };
    on_cleanup(move || trail.stop());
    // A plain click goes back in the history where that leads to the list, as it was left.
    let leave = move |press: web_sys::MouseEvent| {
        let elsewhere =
            press.ctrl_key() || press.shift_key() || press.alt_key() || press.meta_key();
        if !elsewhere {
            press.prevent_default();
            page.navigation.leave(&page.back());
        }
    };
    ui! {
        <nav class="ev__nav" aria-label="Event">
            <span class="crumb">
                <a href=page.events() on:click=leave>"Events"</a>{icon("right")}{move || here(page, failed())}
                <span role="status">{move || said(page)}</span>
            </span>
            {neighbors(&buttons)}
        </nav>
    }
}

/// The number of the event in its list, or else the beginning of its id.
fn here(page: Page, failed: bool) -> Markup {
    let id = page.id.to_string();
    if failed {
        return ui! { <code>{id}</code> };
    }
    match page.trail.place(page.id) {
        Some((Some(place), count)) => ui! {
            <span class="num">{format!("{} of {}", grouped(place), grouped(count))}</span>
        },
        Some((None, _)) => ui! { <span>"not in this list"</span> },
        None => ui! { <code>{id.chars().take(8).collect::<String>()}</code> },
    }
}

/// What became of the last step, where that is not another event.
fn said(page: Page) -> Option<Markup> {
    let trail = page.trail;
    let name = |way: Way| {
        let [up, down] = trail.names();
        match way {
            Way::Up => up,
            Way::Down => down,
        }
    };
    trail.step.with(|step| match step {
        Step::Done => None,
        Step::Going => Some(ui! { "Looking…" }),
        Step::End(way) => Some(ui! { {no_more(name(*way))} }),
        Step::Failed(way, failure) => {
            let (way, title) = (*way, page.notice(failure, false).title);
            Some(ui! {
                {title}" "
                <button class="btn btn--link" type="button" on:click=move |_| trail.go(page.id, way)>"Retry"</button>
            })
        }
    })
}

/// Takes the keys that move; says whether it was one of them.
pub fn press(page: Page, key: &str) -> bool {
    let trail = page.trail;
    match key {
        "j" | "l" => trail.go(page.id, Way::Down),
        "k" | "h" => trail.go(page.id, Way::Up),
        "shift+l" => trail.go_to_end(page.id, Way::Down),
        "shift+h" => trail.go_to_end(page.id, Way::Up),
        _ => return false,
    }
    true
}
