//! What stands above the rows: what is looked for, in which time, how it is spread over it, and
//! what can be done with all of it.

use std::rc::Rc;

use super::{
    List,
    look::{copy_link, look_menu},
    tail::live_button,
};
use crate::{
    api::{Request, events},
    browser::{
        Client,
        event_log::{Absence, PAGE_SIZE},
        exporter::Exporter,
        markup::{IntoMarkup, Markup},
        parts::{
            export_dialog::{ExportProperties, export_dialog},
            filter_bar::{Editors, FilterBar, Suggest, filter_bar},
            histogram::{Chart, ChartProperties, histogram},
            icon::icon,
            menu::Menu,
            range_menu::{RangeMenu, range_menu},
            request_sent::{SentRequest, request_sent},
            selection_bar::{SelectionProperties, selection_bar},
            toast::{Toast, ToastTone, Toasts},
            views_menu::{ViewsMenu, views_menu},
        },
        remote::Remote,
        saved_views::ViewShelf,
        signals::prelude::*,
    },
    event::{Event, EventAction, KnownAction, Severity},
    filter::{Chip, Filter, Kind, Test, offer::suggestions},
    histogram::{Histogram, Plan, STACK, Source},
    listing::{Listing, NotSent},
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
        menu: Menu::new(),
    };
    let tools = tools(list, views.menu);
    ui! {
        <div class="filters" role="toolbar" aria-label="Filters">
            {filter_bar(filters)}
            <div class="filters__end">
                {views_menu(views)}
                {range_menu(range)}
                {live_button(list)}
                {tools}
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

/// What can be done with all of it: a button each, or on small screens one for all of them.
fn tools(list: List, views: Menu) -> Markup {
    let log = list.log;
    let toasts = expect_context::<Toasts>();
    let exporter = Exporter::new(
        expect_context::<Client>(),
        log.known,
        list.session,
        list.clock,
    );
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
    let open = Callback::new(move |()| match not_sent(list) {
        None => exporter.open(),
        Some(why) => toasts.show(Toast {
            tone: ToastTone::Failed,
            title: why.title().to_owned(),
            text: why.text(),
            links: Vec::new(),
        }),
    });
    let (look, requested) = (Menu::new(), Menu::new());
    ui! {
        <button class="btn btn--icon btn--ghost only-lg" type="button" aria-label="Refresh" title="Refresh (R)"
            aria-busy=move || list.is_busy().then_some("true")
            on:click=move |_| refresh(list)>
            {move || if list.is_busy() { ui! { <span class="spin"></span> } } else { icon("refresh") }}
        </button>
        {look_menu(list, look)}
        {request_sent(requested, Memo::new(move |_| requests(list)))}
        <button class="btn btn--icon btn--ghost only-lg" type="button"
            aria-label="Copy a link to exactly these rows" title="Copy a link to exactly these rows"
            on:click=move |_| copy_link(list, toasts)>{icon("link")}</button>
        <button class="btn btn--icon btn--ghost only-lg" type="button" aria-label="Export"
            title="Export" on:click=move |_| open.run(())>{icon("download")}</button>
        {more(vec![
            ("refresh", "Refresh", Callback::new(move |_| refresh(list))),
            ("eye", "Views", Callback::new(move |menu| views.open_from(menu))),
            ("sliders", "Columns and density", Callback::new(move |menu| look.open_from(menu))),
            ("terminal", "Request", Callback::new(move |menu| requested.open_from(menu))),
            ("link", "Copy a link to exactly these rows", Callback::new(move |_| copy_link(list, toasts))),
            ("download", "Export", Callback::new(move |_| open.run(()))),
        ])}
        {export_dialog(export)}
    }
}

/// Why what is looked for cannot be asked.
fn not_sent(list: List) -> Option<NotSent> {
    let absence = list.log.with_untracked(|loaded| loaded.absence.clone());
    match absence.flatten() {
        Some(Absence::NotSent(why)) => Some(why),
        Some(Absence::Hidden) | None => None,
    }
}

fn refresh(list: List) {
    if !untrack(|| list.is_busy()) {
        list.log.refresh();
    }
}

/// An image, words, and what a press does, told the menu that it came from.
type Entry = (&'static str, &'static str, Callback<Menu>);

/// The menu that holds the tools where there is no room for a button each.
fn more(entries: Vec<Entry>) -> Markup {
    let menu = Menu::new();
    let button = ui! {
        <button class="btn btn--icon btn--ghost only-sm" type="button" aria-label="More" aria-haspopup="menu"
            aria-expanded=move || menu.is_open().to_string() on:click=move |_| menu.toggle()>{icon("more")}</button>
    };
    menu.draw("More", button, move || {
        let entry = |(image, words, act): &Entry| {
            let act = *act;
            ui! {
                <button class="menu__item" type="button" role="menuitem" tabindex="-1"
                    on:click=move |_| {
                        // First: what opens remembers what had focus before it.
                        menu.close();
                        act.run(menu);
                    }>{icon(image)}{*words}</button>
            }
        };
        entries
            .iter()
            .map(entry)
            .collect::<Vec<Markup>>()
            .into_markup()
    })
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
        let matching = list.log.known.fit(matching).ok()?;
        let call = events::list(&matching, loaded.listing.order, 1, PAGE_SIZE);
        Some(sent("Rows", call.request))
    });
    let chart = list.log.volume.state.with(|state| {
        state.value().map(|counted| {
            let (matching, days) = counted.listing.volume_request(counted.asked);
            let matching = list.log.known.fit(matching).ok()?;
            Some(sent("Chart", events::volume(&matching, days).request))
        })
    });
    [rows, chart].into_iter().flatten().flatten().collect()
}

fn sent(name: &'static str, request: Request) -> SentRequest {
    SentRequest {
        name,
        path: format!("/api/v3/{}", request.path),
        parameters: request.query,
    }
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
