//! The event that is open beside the list.

use std::rc::Rc;

use super::{
    DrawBeside, List,
    keys::{close, step},
    table::Table,
};
use crate::browser::signals::prelude::*;
use crate::{
    browser::{
        markup::Markup,
        parts::{
            icon::icon,
            neighbors::{Neighbors, neighbors},
        },
        trail::Trail,
    },
    count::grouped,
    event::EventId,
};

/// The event, with the ways to its neighbors, to its own page and back.
pub fn beside(list: List, table: Table, id: EventId, draw: DrawBeside) -> Markup {
    let log = list.log;
    let trail = expect_context::<Trail>();
    let words = move || match trail.place(id) {
        Some((Some(place), count)) => format!("{} of {}", grouped(place), grouped(count)),
        Some((None, _)) | None => "Not among the loaded events".to_owned(),
    };
    let buttons = Neighbors {
        names: trail.names(),
        is_at_end: Rc::new(move |way| trail.is_at_end(id, way)),
        go: Callback::new(move |way| {
            step(list, table, way);
        }),
        words: false,
    };
    let ways = ui! {
        <div class="ev__nav">
            <span class="crumb" role="status"><span class="num">{words}</span></span>
            {neighbors(&buttons)}
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Open full page"
                title="Open full page" on:click=move |_| log.open_beside(false)>{icon("expand")}</button>
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Close"
                aria-keyshortcuts="Escape" title="Close (Esc)"
                on:click=move |_| close(list, table, id)>{icon("x")}</button>
        </div>
    };
    ui! {
        <aside class="detail-pane" aria-label="Event detail" tabindex="0">
            {draw(id, log.listing_untracked(), ways)}
        </aside>
    }
}
