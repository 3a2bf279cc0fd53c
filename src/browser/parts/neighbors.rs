//! The two buttons that lead from an event to its neighbors in the list.

use std::rc::Rc;

use super::icon::icon;
use crate::browser::signals::prelude::*;
use crate::{browser::markup::Markup, rows::Way, text::lowercase};

/// What the buttons know of the list.
#[derive(Clone)]
pub struct Neighbors {
    /// What lies above and below, as in "Newer" and "Older".
    pub names: [&'static str; 2],
    /// Whether there is nothing further on.
    pub is_at_end: Rc<dyn Fn(Way) -> bool>,
    /// Goes there.
    pub go: Callback<Way>,
    /// Whether the buttons have room for words.
    pub words: bool,
}

impl std::fmt::Debug for Neighbors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Neighbors").finish_non_exhaustive()
    }
}

/// Draws them. At an end a button stays where it is and says that there is no more.
pub fn neighbors(of: &Neighbors) -> Markup {
    let [up, down] = of.names;
    ui! {
        {button(of, Way::Up, up, "K", "up")}
        {button(of, Way::Down, down, "J", "down")}
    }
}

fn button(
    of: &Neighbors,
    way: Way,
    name: &'static str,
    key: &'static str,
    image: &'static str,
) -> Markup {
    let Neighbors {
        is_at_end,
        go,
        words,
        ..
    } = of.clone();
    let ends = Rc::clone(&is_at_end);
    let title = move || {
        if ends(way) {
            no_more(name)
        } else {
            format!("{name} event ({key})")
        }
    };
    ui! {
        <button class="btn btn--ghost btn--sm" class:btn--icon=!words type="button"
            aria-label=format!("{name} event") aria-keyshortcuts=key title=title
            aria-disabled=move || is_at_end(way).then_some("true")
            on:click=move |_| go.run(way)>{icon(image)}{words.then_some(name)}</button>
    }
}

/// What there is to say at an end of the list: "No older event in this list".
pub fn no_more(name: &'static str) -> String {
    format!("No {} event in this list", lowercase(name))
}
