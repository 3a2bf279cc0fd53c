//! Keys of the list: J and K move, O opens beside, X selects, L loads more, `.` is live, F filters,
//! `/` searches, 1 to 5 are times, R refreshes.

use super::{List, head::show_range, table::Table};
use crate::browser::signals::prelude::*;
use crate::{
    browser::{parts::filter_bar::Editors, shortcuts::Shortcuts},
    event::EventId,
    filter::Kind,
    range::Range,
};

/// Listens until the page is gone. Enter opens the row that has focus: it is a link.
pub fn listen(list: List, table: Table, editors: Editors, shortcuts: Shortcuts) {
    shortcuts.listen(move |key| match key {
        "j" => step(list, table, 1),
        "k" => step(list, table, -1),
        "o" => {
            let Some(id) = current(list) else {
                return false;
            };
            list.log.open_beside(true);
            list.open(id);
            true
        }
        "x" => {
            let Some(id) = current(list) else {
                return false;
            };
            list.pick(id);
            true
        }
        "l" => {
            list.log.load_older();
            true
        }
        "f" => {
            editors.add(Kind::Action);
            true
        }
        "/" => {
            editors.add(Kind::Words);
            true
        }
        "1" | "2" | "3" | "4" | "5" => {
            let preset = key
                .parse::<usize>()
                .ok()
                .and_then(|key| Range::PRESETS.get(key - 1));
            if let Some(range) = preset {
                show_range(list, *range);
            }
            preset.is_some()
        }
        "r" => {
            list.log.refresh();
            true
        }
        "." => {
            list.tail.toggle();
            true
        }
        "escape" => {
            let open = list.log.open_untracked();
            if let Some(id) = open {
                close(list, table, id);
            }
            open.is_some()
        }
        _ => false,
    });
}

/// Closes the event beside the list; focus goes back to its row.
pub fn close(list: List, table: Table, id: EventId) {
    list.navigation
        .navigate(&crate::route::Route::Events(list.log.listing_untracked()));
    table.focus(id);
}

/// The row that has focus or is open.
fn current(list: List) -> Option<EventId> {
    list.log
        .open_untracked()
        .or_else(|| list.log.cursor.get_untracked())
}

/// Moves to the row so many below; at first to the first. What is open beside moves with it, in
/// the same entry of the history: Back leaves it in one step.
pub fn step(list: List, table: Table, by: isize) -> bool {
    let target = list.log.with_untracked(|loaded| {
        let rows = &loaded.rows;
        let at = current(list).and_then(|id| rows.position(id));
        let mut place = match at {
            Some(at) => at.checked_add_signed(by)?,
            None => 0,
        };
        // Rows that are no events are passed over.
        while place < rows.shown().len() {
            if let Some(event) = rows.event_at(place) {
                return Some(event.id);
            }
            place = place.checked_add_signed(by.signum())?;
        }
        None
    });
    let Some(Some(id)) = target else {
        return false;
    };
    if list.log.open_untracked().is_some() {
        list.navigation.replace(&list.log.event(id));
    }
    list.log.cursor.set(Some(id));
    table.focus(id);
    true
}
