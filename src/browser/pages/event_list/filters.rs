//! What the list is asked for: the filters, the time, the views, and the requests that come of it.

use super::List;
use crate::browser::signals::prelude::*;
use crate::{
    api::events,
    browser::{
        event_log::PAGE_SIZE,
        markup::Markup,
        parts::{
            filter_bar::{Editors, FilterBar, Suggest, filter_bar},
            range_menu::{RangeMenu, range_menu},
            request_sent::{SentRequest, request_sent},
            views_menu::{ViewsMenu, views_menu},
        },
        saved_views::ViewShelf,
        shortcuts::Shortcuts,
    },
    event::EventAction,
    filter::{Kind, offer},
    listing::Listing,
    range::Range,
};

/// Chips and editors.
pub fn filters(list: List, editors: Editors) -> Markup {
    let log = list.log;
    let suggest = Suggest::new(move |kind| {
        let found = log.with_untracked(|loaded| offer::suggestions(loaded.rows.events(), kind));
        found.unwrap_or_default()
    });
    filter_bar(FilterBar {
        listing: listing(list),
        change: Callback::new(move |listing| log.show(listing)),
        counts: Memo::new(move |_| counts(list)),
        found: Memo::new(move |_| log.with(|loaded| loaded.rows.count())),
        suggest,
        editors,
        clock: list.clock,
    })
}

/// The time, the views, and what is sent.
pub fn ends(list: List) -> Markup {
    let log = list.log;
    let listing = listing(list);
    let range = RangeMenu {
        range: Memo::new(move |_| listing.with(|listing| listing.range)),
        change: Callback::new(move |range| show_range(list, range)),
        clock: list.clock,
    };
    let views = ViewsMenu {
        listing,
        change: Callback::new(move |listing| log.show(listing)),
        shelf: expect_context::<ViewShelf>(),
    };
    let requests = Memo::new(move |_| requests(list));
    ui! { {views_menu(views)}{range_menu(range)}{request_sent(requests)} }
}

/// F adds a filter, `/` looks for words, 1 to 5 choose the time.
pub fn listen(list: List, editors: Editors, shortcuts: Shortcuts) {
    shortcuts.listen(move |key| {
        match key {
            "f" => editors.add(Kind::Action),
            "/" => editors.add(Kind::Words),
            key => {
                let place = key.parse().ok().and_then(|key: usize| key.checked_sub(1));
                let Some(range) = place.and_then(|place| Range::PRESETS.get(place)) else {
                    return false;
                };
                show_range(list, *range);
            }
        }
        true
    });
}

fn listing(list: List) -> Memo<Listing> {
    Memo::new(move |_| list.log.listing())
}

/// Another time: what was selected in the chart belongs to the one before.
fn show_range(list: List, range: Range) {
    list.log.show(Listing {
        range,
        selection: None,
        ..list.log.listing_untracked()
    });
}

/// How often each action happened. With a filter on actions the server counts no others.
fn counts(list: List) -> Vec<(EventAction, u64)> {
    list.log.volume.state.with(|state| {
        let Some(counted) = state.value() else {
            return Vec::new();
        };
        let filtered = counted.listing.filter.enabled();
        if filtered.into_iter().any(|chip| chip.kind() == Kind::Action) {
            return Vec::new();
        }
        let (from, to) = counted.listing.range.bounds(counted.asked);
        let (from, to) = (
            from.unwrap_or(crate::moment::Moment::EARLIEST),
            to.unwrap_or(crate::moment::Moment::LATEST),
        );
        counted.volume.by_action(from, to)
    })
}

/// The requests of what is shown.
fn requests(list: List) -> Vec<SentRequest> {
    let rows = list.log.with(|loaded| {
        let matching = loaded.listing.request(loaded.asked);
        let call = events::list(&matching, loaded.listing.order, 1, PAGE_SIZE);
        SentRequest {
            name: "Rows",
            path: format!("/api/v3/{}", call.request.path),
            parameters: call.request.query,
        }
    });
    let chart = list.log.volume.state.with(|state| {
        state.value().map(|counted| {
            let (matching, days) = counted.listing.volume_request(counted.asked);
            let call = events::volume(&matching, days);
            SentRequest {
                name: "Chart",
                path: format!("/api/v3/{}", call.request.path),
                parameters: call.request.query,
            }
        })
    });
    rows.into_iter().chain(chart).collect()
}
