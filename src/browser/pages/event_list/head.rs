//! What stands above the rows: what is looked for, in which time, how it is spread over it, and
//! what can be done with all of it.

use std::rc::Rc;

use super::{
    List,
    look::{copy_link, look_menu},
    tail::live_button,
};
use crate::{
    api::events,
    browser::{
        Client,
        event_log::PAGE_SIZE,
        exporter::Exporter,
        markup::Markup,
        parts::{
            export_dialog::{ExportProperties, export_dialog},
            filter_bar::{Editors, FilterBar, Suggest, filter_bar},
            histogram::{Chart, ChartProperties, histogram},
            icon::icon,
            range_menu::{RangeMenu, range_menu},
            request_sent::{SentRequest, request_sent},
            selection_bar::{SelectionProperties, selection_bar},
            toast::Toasts,
            views_menu::{ViewsMenu, views_menu},
        },
        remote::Remote,
        saved_views::ViewShelf,
        signals::prelude::*,
    },
    event::{Event, EventAction, KnownAction, Severity},
    filter::{Chip, Filter, Kind, Test, offer::suggestions},
    histogram::{Histogram, Plan, STACK, Source},
    listing::Listing,
    moment::Moment,
    range::Range,
};

/// What is looked for and in which time.
pub fn bar(list: List, editors: Editors) -> Markup {
    let log = list.log;
    let listing = log.listing_memo();
    let change = Callback::new(move |listing| log.show(listing));
    let filters = FilterBar {
        listing,
        change,
        counts: Memo::new(move |_| counts(list)),
        found: Memo::new(move |_| log.with(|loaded| loaded.rows.count())),
        suggest: Suggest::new(move |kind| {
            log.with_untracked(|loaded| suggestions(loaded.rows.events(), kind))
                .unwrap_or_default()
        }),
        editors,
        clock: list.clock,
    };
    let range = RangeMenu {
        range: Memo::new(move |_| listing.with(|listing| listing.range)),
        change: Callback::new(move |range| show_range(list, range)),
        clock: list.clock,
    };
    let views = ViewsMenu {
        listing,
        change,
        shelf: expect_context::<ViewShelf>(),
    };
    ui! {
        <div class="filters" role="toolbar" aria-label="Filters">
            {filter_bar(filters)}
            <div class="filters__end">
                {views_menu(views)}
                {range_menu(range)}
                {live_button(list)}
                {tools(list)}
            </div>
        </div>
    }
}

/// Shows another time; what was selected in the chart was a part of the last one.
pub fn show_range(list: List, range: Range) {
    list.log.show(Listing {
        range,
        selection: None,
        ..list.log.listing_untracked()
    });
}

/// What can be done with all of it.
fn tools(list: List) -> Markup {
    let log = list.log;
    let toasts = expect_context::<Toasts>();
    let exporter = Exporter::new(expect_context::<Client>(), list.session, list.clock);
    let export = ExportProperties {
        stage: Rc::new(move || exporter.stage()),
        count: Rc::new(move || log.with(|loaded| loaded.rows.count())),
        range: Rc::new(move || {
            let listing = log.listing();
            let shown = match listing.selection {
                Some((from, to)) => Range::Between { from, to },
                None => listing.range,
            };
            shown.words(&|at| list.clock.offset_at(at), list.clock.now())
        }),
        start: Callback::new(move |choice| exporter.start(&log.listing_untracked(), choice)),
        step: Callback::new(move |step| exporter.step(step)),
    };
    ui! {
        <button class="btn btn--icon btn--ghost" type="button" aria-label="Refresh" title="Refresh (R)"
            aria-busy=move || list.is_busy().then_some("true")
            on:click=move |_| if !list.is_busy() { log.refresh() }>
            {move || if list.is_busy() { ui! { <span class="spin"></span> } } else { icon("refresh") }}
        </button>
        {look_menu(list)}
        {request_sent(Memo::new(move |_| requests(list)))}
        <button class="btn btn--icon btn--ghost only-lg" type="button"
            aria-label="Copy a link to exactly these rows" title="Copy a link to exactly these rows"
            on:click=move |_| copy_link(list, toasts)>{icon("link")}</button>
        <button class="btn btn--icon btn--ghost only-lg" type="button" aria-label="Export"
            title="Export" on:click=move |_| exporter.open()>{icon("download")}</button>
        {export_dialog(export)}
    }
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
            from.unwrap_or(Moment::EARLIEST),
            to.unwrap_or(Moment::LATEST),
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

fn plan(listing: &Listing, now: Moment) -> Plan {
    Plan::new(listing.range.bounds(now), now)
}

/// The chart.
pub fn chart(list: List) -> Markup {
    histogram(ChartProperties {
        chart: Rc::new(move || drawn(list)),
        selection: Rc::new(move || list.log.listing().selection),
        left_out: Rc::new(move || left_out(&list.log.listing().filter)),
        clock: list.clock,
        select: Callback::new(move |selection| select(list, selection)),
        severity: Callback::new(move |severity| {
            let listing = list.log.listing_untracked();
            list.log.show(Listing {
                filter: listing.filter.toggled(&without(severity)),
                ..listing
            });
        }),
        retry: Callback::new(move |()| list.log.volume.retry()),
    })
}

fn drawn(list: List) -> Chart {
    let log = list.log;
    let made = log.with(|loaded| {
        let plan = plan(&loaded.listing, loaded.asked);
        let rows: Vec<(Moment, Severity)> = loaded
            .rows
            .events()
            .filter_map(|event| Some((event.created?, event.action.severity())))
            .collect();
        log.volume.state.with(|state| {
            let counted = state.value();
            let zone = |at| list.clock.offset_at(at);
            let histogram = plan.draw(
                counted.map(|counted| &counted.volume),
                &rows,
                loaded.rows.count(),
                &zone,
            );
            let failed = matches!(state, Remote::Failed { .. }) && plan.asks;
            let took = counted.map(|counted| counted.took_ms);
            (histogram, failed, took)
        })
    });
    match made {
        Some((Some(histogram), _, took)) => Chart::Drawn {
            took_ms: took.filter(|_| histogram.source == Source::Server),
            histogram: Rc::new(histogram),
            busy: log
                .volume
                .state
                .with(|state| matches!(state, Remote::Loading(_))),
        },
        Some((None, true, _)) => {
            Chart::Missing("The server gave no counts for this time.".to_owned())
        }
        None if list.has_failed() => Chart::Missing("There is no chart without events.".to_owned()),
        Some((None, false, _)) | None => Chart::Loading,
    }
}

/// A selection in a chart of all events is a part of the time; where only loaded rows could be
/// drawn, nothing would be known of the rest, so it becomes the time itself.
fn select(list: List, selection: Option<(Moment, Moment)>) {
    let listing = list.log.listing_untracked();
    let of_rows =
        matches!(untrack(|| drawn(list)), Chart::Drawn { histogram, .. } if is_of_rows(&histogram));
    list.log.show(match selection {
        Some((from, to)) if of_rows => Listing {
            range: Range::Between { from, to },
            selection: None,
            ..listing
        },
        selection => Listing {
            selection,
            ..listing
        },
    });
}

fn is_of_rows(histogram: &Histogram) -> bool {
    matches!(histogram.source, Source::Rows { .. })
}

/// The chip that leaves out a severity.
fn without(severity: Severity) -> Chip {
    Chip {
        negated: true,
        ..Chip::of(Test::Actions(of_severity(severity)))
    }
}

fn of_severity(severity: Severity) -> Vec<EventAction> {
    KnownAction::ALL
        .iter()
        .filter(|action| action.severity() == severity)
        .copied()
        .map(EventAction::Known)
        .collect()
}

/// Which severities a filter leaves out as a whole.
fn left_out(filter: &Filter) -> Vec<Severity> {
    STACK
        .into_iter()
        .filter(|severity| {
            let all = of_severity(*severity);
            filter.enabled().any(|chip| {
                chip.negated
                    && matches!(&chip.test, Test::Actions(actions) if all.iter().all(|action| actions.contains(action)))
            })
        })
        .collect()
}

/// What can be done with picked rows.
pub fn picked(list: List) -> Markup {
    let log = list.log;
    selection_bar(SelectionProperties {
        count: Rc::new(move || log.picked.with(Vec::len)),
        events: Rc::new(move || {
            let picked = log.picked.get_untracked();
            log.with_untracked(|loaded| {
                let chosen = loaded
                    .rows
                    .events()
                    .filter(|event| picked.contains(&event.id));
                chosen.cloned().collect::<Vec<Event>>()
            })
            .unwrap_or_default()
        }),
        clock: list.clock,
        clear: Callback::new(move |()| log.picked.set(Vec::new())),
    })
}
