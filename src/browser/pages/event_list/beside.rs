//! The event that is open beside the list.

use super::{
    DrawBeside, List,
    keys::{close, step},
    table::Table,
};
use crate::{
    browser::{markup::Markup, parts::icon::icon},
    count::grouped,
    event::EventId,
};

/// The event, with the ways to its neighbors, to its own page and back.
pub fn beside(list: List, table: Table, id: EventId, draw: DrawBeside) -> Markup {
    let log = list.log;
    let place = move || {
        log.with(|loaded| {
            let place = loaded.rows.position(id)?;
            Some((place, loaded.rows.shown().len(), loaded.rows.count()))
        })
        .flatten()
    };
    let words = move || match place() {
        Some((place, _, count)) => format!("{} of {}", grouped(place as u64 + 1), grouped(count)),
        None => "Not among the loaded events".to_owned(),
    };
    let at_end = move |last: bool| {
        place().is_none_or(|(place, loaded, _)| {
            if last {
                place + 1 >= loaded
            } else {
                place == 0
            }
        })
    };
    let ways = ui! {
        <div class="ev__nav">
            <span class="crumb" role="status"><span class="num">{words}</span></span>
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Newer event"
                aria-keyshortcuts="K" title="Newer event (K)" aria-disabled=move || at_end(false).then_some("true")
                on:click=move |_| { step(list, table, -1); }>{icon("up")}</button>
            <button class="btn btn--icon btn--ghost btn--sm" type="button" aria-label="Older event"
                aria-keyshortcuts="J" title="Older event (J)" aria-disabled=move || at_end(true).then_some("true")
                on:click=move |_| { step(list, table, 1); }>{icon("down")}</button>
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
