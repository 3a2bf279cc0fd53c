//! Keys of the list: J and K move, O opens beside, X selects, L loads more, `.` is live, F filters,
//! `/` searches, 1 to 5 are times, R refreshes.

use super::{List, head::show_range, table::Table};
use crate::browser::signals::prelude::*;
use crate::{
    browser::{parts::filter_bar::Editors, shortcuts::Shortcuts},
    event::EventId,
    filter::Kind,
    range::Range,
    rows::Way,
};

/// Listens until the page is gone. Enter opens the row that has focus: it is a link.
pub fn listen(list: List, table: Table, editors: Editors, shortcuts: Shortcuts) {
    shortcuts.listen(move |key| match key {
        "j" => step(list, table, Way::Down),
        "k" => step(list, table, Way::Up),
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

/// Moves to the next row; at first to the first. What is open beside moves with it, in the same
/// entry of the history: Back leaves it in one step. At the last row more are fetched.
pub fn step(list: List, table: Table, way: Way) -> bool {
    let target = list.log.with_untracked(|loaded| {
        let rows = &loaded.rows;
        let next = match current(list).filter(|id| rows.position(*id).is_some()) {
            Some(id) => rows.neighbor(id, way),
            None => rows.events().next(),
        };
        next.map(|event| event.id)
    });
    let Some(Some(id)) = target else {
        if way == Way::Down {
            list.log.load_older();
        }
        return false;
    };
    if list.log.open_untracked().is_some() {
        list.navigation.replace(&list.log.event(id));
    }
    list.log.cursor.set(Some(id));
    table.focus(id);
    true
}
