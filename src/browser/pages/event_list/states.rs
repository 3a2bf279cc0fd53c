//! What the list shows beside rows: what went wrong, what is waited for, that nothing matches, and
//! what stands below the last row.

use super::List;
use crate::browser::signals::prelude::*;
use crate::{
    api::{self, Failure, Remedy, Situation, Task},
    browser::{
        Client,
        event_log::{Absence, Loaded, More, PAGE_SIZE},
        markup::{IntoMarkup, Markup},
        parts::{
            icon::icon,
            loaded::countdown,
            notice::{Ways, notice_banner, notice_page},
        },
        remote::{Remote, use_remote},
    },
    count::{counted, grouped},
    listing::{Listing, NotSent, OrderBy},
    moment::Moment,
    range::{Range, Span},
    route::Route,
    rows::LeftOut,
};

/// What went wrong above rows that stay, or what is waited for.
pub fn trouble(list: List) -> Option<Markup> {
    let loader = list.log.rows;
    let waiting = loader.waiting.get();
    let tail = list.tail.failure();
    loader.state.with(|state| match (state, waiting, tail) {
        (
            Remote::Failed {
                failure,
                stale: Some(stale),
            },
            ..,
        ) => Some(banner(list, failure, stale.read, None)),
        (Remote::Loading(Some(stale)), Some(wait), _) => Some(banner(
            list,
            &wait.failure,
            stale.read,
            Some(countdown(wait.until_ms)),
        )),
        (Remote::Ready(shown), _, Some(failure)) => Some(banner(list, &failure, shown.read, None)),
        (Remote::Failed { stale: None, .. } | Remote::Loading(_) | Remote::Ready(_), ..) => None,
    })
}

/// What stands in the place of the list when there is none.
pub fn failure(list: List, failure: &Failure) -> Markup {
    notice(list, failure, None, |notice| {
        notice_page(notice, failure, &ways(list), list.clock)
    })
}

fn banner(list: List, failure: &Failure, read: Moment, countdown: Option<Markup>) -> Markup {
    let since = read.time(list.clock.offset_at(read));
    notice(list, failure, Some(&since), |notice| {
        notice_banner(notice, failure, &ways(list), list.clock, countdown)
    })
}

fn notice(
    list: List,
    failure: &Failure,
    since: Option<&str>,
    draw: impl FnOnce(api::Notice) -> Markup,
) -> Markup {
    let server = list.session.host_untracked().unwrap_or_default();
    let username = untrack(|| list.account.username());
    draw(failure.notice(Situation {
        task: Task::ReadEvents,
        server: &server,
        username: username.as_ref(),
        shown_since: since,
    }))
}

fn ways(list: List) -> Ways {
    Ways {
        act: Callback::new(move |remedy| match remedy {
            Remedy::TryAgain => list.log.refresh(),
            Remedy::SignIn => list.session.sign_out(),
            // Nothing was typed, nothing sent, and the others are links.
            Remedy::ChangeInput | Remedy::LookForIt | Remedy::GoBack | Remedy::TestConnection => {}
        }),
        back: list.navigation.href(&Route::Events(Listing::default())),
        test: list.navigation.href(&Route::SelfTest),
    }
}

/// What stands below the last row: how many there are, and the way to more.
pub fn pager(list: List) -> Option<Markup> {
    let log = list.log;
    let (shown, count, complete) = log.with(|loaded| {
        let rows = &loaded.rows;
        (rows.shown().len(), rows.count(), rows.is_complete())
    })?;
    if shown == 0 {
        return None;
    }
    let left_out = left_out(list).map(|words| ui! { <p>{words}</p> });
    let more = move || match log.more.get() {
        More::Failed(failure) => Some(ui! {
            {banner(list, &failure, list.clock.now(), None)}
            <button class="btn btn--sm" type="button" on:click=move |_| log.load_older()>"Try again"</button>
        }),
        More::Loading => Some(ui! {
            <button class="btn btn--sm" type="button" aria-busy="true"><span class="spin"></span>"Loading…"</button>
        }),
        More::Idle if complete => None,
        More::Idle => Some(ui! {
            <button class="btn btn--sm" type="button" on:click=move |_| log.load_older()>
                "Load "{PAGE_SIZE}" more"
            </button>
            <span class="kbds only-lg">"or press "<kbd class="kbd">"L"</kbd></span>
        }),
    };
    Some(ui! {
        <div class="pager">
            <div role="status">
                "Showing "<span class="num">"1–"{grouped(shown as u64)}</span>
                " of "<span class="num">{grouped(count)}</span>
                {left_out}
            </div>
            {more}
        </div>
    })
}

/// That the server fails to print some of the rows.
fn left_out(list: List) -> Option<String> {
    let zone = |moment| list.clock.offset_at(moment);
    let places = list.log.with(|loaded| {
        let by_time = loaded.listing.order.by == OrderBy::Created;
        (loaded.rows.left_out(), by_time)
    });
    places.and_then(|(places, by_time)| LeftOut::words(&places, by_time, &zone))
}

/// That nothing matches, what exists beside it, and the nearest wider search.
pub fn empty(list: List, loaded: &Loaded) -> Markup {
    let listing = loaded.listing.clone();
    let asked = loaded.asked;
    let filtered = listing.filter.enabled().next().is_some();
    let whole = listing == Listing::everything();
    let title = match (&loaded.absence, filtered, whole) {
        (Some(Absence::Hidden), ..) => "No matches, or no permission for them",
        (Some(Absence::NotSent(why)), ..) => why.title(),
        (None, true, _) => "No events match these filters",
        (None, false, true) => "No events yet",
        (None, false, false) => "No events in this time",
    };
    // What was not asked for its length may well exist.
    let is_known = !matches!(loaded.absence, Some(Absence::NotSent(NotSent::TooLong(_))));
    let why = match &loaded.absence {
        Some(Absence::Hidden) => "authentik answers the same to a search without matches and to one whose matches this token may not see. ".to_owned(),
        Some(Absence::NotSent(why)) => why.text() + " ",
        None => String::new(),
    };
    ui! {
        <div class="empty">
            {icon("search")}
            <h2>{title}</h2>
            <p>{why}{is_known.then(|| beside(list, &listing, asked, whole))}</p>
            <div class="btns">{wider(list, &listing)}</div>
        </div>
    }
}

/// What exists beside what was looked for.
fn beside(list: List, listing: &Listing, asked: Moment, whole: bool) -> Markup {
    if whole {
        return "The server has none that this token may see. authentik writes one at the next sign-in, change or error.".into_markup();
    }
    let client = expect_context::<Client>();
    let clock = list.clock;
    let time = match listing.range {
        // "Last 7 days" is "the last 7 days" within a sentence.
        Range::Last(_) => {
            let words = listing
                .range
                .words(&|moment| clock.offset_at(moment), asked);
            format!("the {}", crate::text::lowercase(&words))
        }
        Range::All => "all time".to_owned(),
        Range::Between { .. } => "this time".to_owned(),
    };
    let filter = listing.filter.words();
    // The same time without filters, or all time where there are none.
    let around = if listing.filter.is_empty() {
        Listing::everything()
    } else {
        Listing {
            range: listing.range,
            ..Listing::default()
        }
    };
    let all_time = listing.filter.is_empty();
    let count = use_remote(
        move || Some(around.clone()),
        move |around, abort| async move {
            let call = api::events::list(&around.request(asked), around.order, 1, 1);
            client.send(call, &abort).await
        },
    );
    let words = move || {
        count.state.with(|state| {
            let count = counted(state.value()?.pagination.count, "event", "events");
            Some(if all_time {
                format!("There are {count} at other times, but none in {time}.")
            } else {
                format!("There are {count} in {time}, but none of them matches: {filter}.")
            })
        })
    };
    Markup::follows(words)
}

/// Wider searches, the nearest first.
fn wider(list: List, listing: &Listing) -> Vec<Markup> {
    let show = move |words: String, wider: Listing| {
        let href = list.navigation.href(&Route::Events(wider));
        ui! { <a class="btn" href=href>{words}</a> }
    };
    let mut ways = Vec::new();
    let quarter = Range::Last(Span(90 * 24 * 60));
    if listing.range != Range::All && listing.range != quarter {
        ways.push(show(
            "Search the last 90 days".to_owned(),
            Listing {
                range: quarter,
                selection: None,
                ..listing.clone()
            },
        ));
    } else if listing.range == quarter {
        ways.push(show(
            "Search all time".to_owned(),
            Listing {
                range: Range::All,
                selection: None,
                ..listing.clone()
            },
        ));
    }
    if let Some((place, chip)) = listing
        .filter
        .chips
        .iter()
        .enumerate()
        .find(|(_, chip)| !chip.disabled)
    {
        ways.push(show(
            format!("Remove {}", chip.kind().label()),
            Listing {
                filter: listing.filter.without(place),
                ..listing.clone()
            },
        ));
    }
    if !listing.filter.is_empty() {
        ways.push(show(
            "Clear all filters".to_owned(),
            Listing {
                filter: Default::default(),
                ..listing.clone()
            },
        ));
    }
    if listing.filter.is_empty() {
        let create = list.navigation.href(&Route::new_event());
        let account = list.account;
        ways.push(Markup::follows(move || {
            account
                .rights()
                .is_none_or(|rights| rights.create)
                .then(|| ui! { <a class="btn" href=create.clone()>{icon("plus")}"New event"</a> })
        }));
    }
    ways
}
