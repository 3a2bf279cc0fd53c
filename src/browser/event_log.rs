//! What the list of events has loaded. It outlives the page of the list, so that whoever comes
//! back from an event finds the rows, and where they stood.

use leptos::task::spawn_local;

use super::{
    Client, Clock, Navigation, SessionHandle,
    account::Account,
    client::Abort,
    clock,
    remote::{Loader, Remote, use_remote},
    server_actions::KnownActions,
    storage::{self, Place},
};
use crate::browser::signals::prelude::*;
use crate::{
    api::{self, ApiError, Failure, page::Page, stretch::Stretch, volume::Volume},
    event::{EventId, doubt::KnownNames},
    histogram::Plan,
    listing::{Listing, Matching, NotSent, Order},
    moment::Moment,
    route::Route,
    rows::{Rows, Sorted},
    session::Session,
};

/// How many events are asked for at a time.
pub const PAGE_SIZE: u32 = 50;

/// The loaded rows, in the context of every view inside the shell.
#[derive(Debug, Clone, Copy)]
pub struct EventLog {
    client: Client,
    clock: Clock,
    navigation: Navigation,
    /// Which actions the server knows.
    pub known: KnownActions,
    /// The list of the address, or of the last one that named a list.
    listing: Memo<Listing>,
    /// The rows.
    pub rows: Loader<Loaded>,
    /// The counts for the chart.
    pub volume: Loader<Counted>,
    /// Whether older rows are being fetched.
    pub more: RwSignal<More>,
    abort_more: StoredValue<Abort>,
    /// Whether an event that is opened stands beside the list.
    beside: RwSignal<bool>,
    /// Where the keyboard is.
    pub cursor: RwSignal<Option<EventId>>,
    /// Rows that were picked, in the order of picking.
    pub picked: RwSignal<Vec<EventId>>,
}

/// The rows of one question.
#[derive(Debug)]
pub struct Loaded {
    /// The rows.
    pub rows: Rows,
    /// What was asked, without what only changes how it looks.
    pub listing: Listing,
    /// What "now" meant in the question.
    pub asked: Moment,
    /// When the newest answer came.
    pub read: Moment,
    /// How long the first answer took, in milliseconds.
    pub took_ms: u32,
    /// Tells one question's rows from another's.
    pub number: u64,
    /// Why there are no rows, where it is not simply that nothing matches.
    pub absence: Option<Absence>,
}

/// Why there are no rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// The server says 403 to this filter and not to none: it may hide matches, or there are none.
    Hidden,
    /// It was not asked.
    NotSent(NotSent),
}

/// The counts of one question.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The counts.
    pub volume: Volume,
    /// What was asked.
    pub listing: Listing,
    /// What "now" meant in the question.
    pub asked: Moment,
    /// How long the answer took, in milliseconds.
    pub took_ms: u32,
}

/// Older rows.
#[derive(Debug, Clone)]
pub enum More {
    /// Nobody asks for them.
    Idle,
    /// On their way.
    Loading,
    /// They did not come.
    Failed(Failure),
}

/// The key of [`beside`](EventLog::beside) on this device.
const BESIDE: &str = "eventide.beside";

impl EventLog {
    /// Follows the address: asks whenever it names another list.
    pub fn follow(session: SessionHandle, client: Client, navigation: Navigation) -> Self {
        let clock = expect_context::<Clock>();
        let listing = Memo::new(move |before: Option<&Listing>| match navigation.route() {
            Route::Events(listing) => listing,
            Route::Event { from, .. } if before.is_none_or(|before| *before != from) => from,
            _ => before.cloned().unwrap_or_default(),
        });
        let beside = RwSignal::new(storage::read(Place::Device, BESIDE).is_some());
        // Nothing is asked before a list is shown, and nothing anew while an event covers it.
        let question = Memo::new(move |before: Option<&Option<(Listing, u64)>>| {
            let token = match session.get() {
                Session::SignedIn(_) => session.generation(),
                // While there is no token, the rows of the last one stay.
                Session::Expired { .. } => return before.cloned().flatten(),
                Session::SignedOut | Session::Asking | Session::Locked { .. } => return None,
            };
            match navigation.route() {
                Route::Events(_) => {}
                Route::Event { .. } if beside.get() => {}
                _ => return before.cloned().flatten(),
            }
            Some((listing.with(Listing::question), token))
        });
        let numbers = StoredValue::new(0);
        let known = KnownActions::new(client, session);
        let rows = use_remote(
            move || question.get(),
            move |(listing, _), abort| read((client, known), clock, numbers, listing, abort),
        );
        // Neither a page turn nor a selection in the chart changes it.
        let chart = Memo::new(move |_| {
            let (listing, token) = question.get()?;
            let now = clock.now();
            // For short times the rows tell more than the server's six hours do.
            let asks = Plan::new(listing.range.bounds(now), now).asks;
            asks.then(|| (chart(listing), token))
        });
        let volume = use_remote(
            move || chart.get(),
            move |(listing, _), abort| count((client, known), clock, listing, abort),
        );
        let log = Self {
            client,
            clock,
            navigation,
            known,
            listing,
            rows,
            volume,
            more: RwSignal::new(More::Idle),
            abort_more: StoredValue::new(Abort::new()),
            beside,
            cursor: RwSignal::new(None),
            picked: RwSignal::new(Vec::new()),
        };
        log.stop_with(question);
        log.stop_when_covered();
        log
    }

    /// The list that the address names, as it changes.
    pub fn listing_memo(self) -> Memo<Listing> {
        self.listing
    }

    /// The list that the address names.
    pub fn listing(self) -> Listing {
        self.listing.get()
    }

    /// The same for code that must not run again when it changes.
    pub fn listing_untracked(self) -> Listing {
        self.listing.get_untracked()
    }

    /// Shows another list; Back returns to this one.
    pub fn show(self, listing: Listing) {
        self.navigation.navigate(&Route::Events(listing));
    }

    /// Whether an event that is opened stands beside the list.
    pub fn is_beside(self) -> bool {
        self.beside.get()
    }

    /// Opens events beside the list from now on, or on pages of their own.
    pub fn open_beside(self, beside: bool) {
        self.beside.set(beside);
        if beside {
            let _ = storage::keep(Place::Device, BESIDE, "yes");
        } else {
            storage::forget(Place::Device, BESIDE);
        }
    }

    /// The event that is open beside the list.
    pub fn open(self) -> Option<EventId> {
        match self.navigation.route() {
            Route::Event { id, .. } if self.beside.get() => Some(id),
            _ => None,
        }
    }

    /// The same for code that must not run again when it changes.
    pub fn open_untracked(self) -> Option<EventId> {
        untrack(|| self.open())
    }

    /// The address of an event, with the way back to this list.
    pub fn event(self, id: EventId) -> Route {
        Route::Event {
            id,
            from: self.listing.get_untracked(),
        }
    }

    /// Asks for everything again.
    pub fn refresh(self) {
        self.rows.retry();
        self.volume.retry();
    }

    /// Reads what is known of the rows.
    pub fn with<T>(self, read: impl FnOnce(&Loaded) -> T) -> Option<T> {
        self.rows.state.with(|state| state.value().map(read))
    }

    /// The same for code that must not run again when it changes.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Loaded) -> T) -> Option<T> {
        self.rows
            .state
            .try_with_untracked(|state| state.value().map(read))
            .flatten()
    }

    /// Changes the rows that are shown; does nothing while there are none.
    pub fn change<T>(self, change: impl FnOnce(&mut Loaded) -> T) -> Option<T> {
        self.rows
            .state
            .try_update(|state| match state {
                Remote::Ready(loaded) => Some(change(loaded)),
                Remote::Loading(_) | Remote::Failed { .. } => None,
            })
            .flatten()
    }

    /// Fetches older rows, unless that is going on or there are none.
    pub fn load_older(self) {
        spawn_local(self.fetch_older());
    }

    /// The same for who waits for them; [`more`](Self::more) says what became of it.
    pub async fn fetch_older(self) {
        if self.is_fetching() {
            return;
        }
        let next = self.rows.state.with_untracked(|state| match state {
            Remote::Ready(loaded) => loaded.rows.next_page(PAGE_SIZE).and_then(|page| {
                let question = self.question(loaded, loaded.asked)?;
                Some((question, page, loaded.number, loaded.rows.count()))
            }),
            Remote::Loading(_) | Remote::Failed { .. } => None,
        });
        let Some((question, page, number, count)) = next else {
            return;
        };
        let abort = Abort::new();
        self.abort_more.set_value(abort.clone());
        let _ = self.more.try_set(More::Loading);
        let stretch = Stretch::page(page, PAGE_SIZE);
        let read = fill(self.client, &question, stretch, &abort, &|_| false).await;
        // Another list is shown by now.
        if self.with_untracked(|loaded| loaded.number) != Some(number) {
            return;
        }
        let state = match read {
            Ok(stretch) => {
                let page = stretch.into_page(count);
                self.change(|loaded| loaded.rows.older(page, sorted(question.1)));
                More::Idle
            }
            Err(failure) => More::Failed(failure),
        };
        let _ = self.more.try_set(state);
    }

    /// Whether older rows are on their way.
    pub fn is_fetching(self) -> bool {
        self.more
            .try_with_untracked(|more| matches!(more, More::Loading))
            .unwrap_or(false)
    }

    /// Asks what the server has at its top now. What is new waits; how many wait.
    ///
    /// # Errors
    /// No answer; the rows stay as they are.
    pub async fn look(self, abort: &Abort) -> Result<usize, Failure> {
        let asked = self.with_untracked(|loaded| {
            let question = self.question(loaded, self.clock.now())?;
            Some((question, loaded.rows.first_left_out(), loaded.number))
        });
        let Some((question, around, number)) = asked.flatten() else {
            return Ok(0);
        };
        // What stands below a known row is of no interest.
        let meets = |stretch: &Stretch| {
            let knows = |loaded: &Loaded| stretch.rows().iter().any(|row| loaded.rows.knows(row));
            self.with_untracked(knows) == Some(true)
        };
        let stretch = Stretch::page(1, PAGE_SIZE).around(around);
        let stretch = fill(self.client, &question, stretch, abort, &meets).await?;
        let now = self.clock.now();
        let waiting = self.change(|loaded| {
            if loaded.number != number {
                return loaded.rows.waiting();
            }
            loaded.read = now;
            loaded.rows.arrive(stretch.into_page(loaded.rows.count()))
        });
        Ok(waiting.unwrap_or_default())
    }

    /// What is asked for rows; `None` if nothing is to be asked.
    fn question(self, loaded: &Loaded, now: Moment) -> Option<(Matching, Order)> {
        let matching = self.known.fit(loaded.listing.request(now)).ok()?;
        Some((matching, loaded.listing.order))
    }

    /// Another question makes fetching older rows of the last one pointless, and its picks too.
    fn stop_with(self, question: Memo<Option<(Listing, u64)>>) {
        // An effect because the server is outside.
        Effect::with_last(move |before: Option<()>| {
            question.with(|_| ());
            if before.is_some() {
                let _ = self.abort_more.try_with_value(Abort::abort);
                self.more.set(More::Idle);
                self.picked.set(Vec::new());
            }
        });
    }

    /// Nobody waits for rows while another page is shown; coming back asks again.
    fn stop_when_covered(self) {
        // An effect because the server is outside.
        Effect::with_last(move |before: Option<bool>| {
            let shown = match self.navigation.route() {
                Route::Events(_) => true,
                Route::Event { .. } => self.beside.get(),
                _ => false,
            };
            match (before, shown) {
                (Some(true), false) => {
                    self.rows.cancel_open();
                    self.volume.cancel_open();
                }
                (Some(false), true) => {
                    self.rows.resume();
                    self.volume.resume();
                }
                _ => {}
            }
            shown
        });
    }
}

/// How the server sorts in an order.
fn sorted(order: Order) -> Sorted {
    if order == Order::default() {
        Sorted::NewestFirst
    } else {
        Sorted::Otherwise
    }
}

/// What the chart depends on.
fn chart(listing: Listing) -> Listing {
    Listing {
        selection: None,
        order: Order::default(),
        ..listing
    }
}

async fn read(
    (client, known): (Client, KnownActions),
    clock: Clock,
    numbers: StoredValue<u64>,
    listing: Listing,
    abort: Abort,
) -> Result<Loaded, Failure> {
    let asked = clock.now();
    let started = clock::elapsed_ms();
    let matching = listing.request(asked);
    let is_whole = matching.parameters.is_empty();
    let answer = loop {
        let fitting = match known.fit(matching.clone()) {
            Ok(fitting) => fitting,
            Err(not_sent) => break Err(not_sent),
        };
        let first = Stretch::page(1, PAGE_SIZE);
        let question = (fitting, listing.order);
        match fill(client, &question, first, &abort, &|_| false).await {
            Err(failure) if known.learn(&failure, &abort).await => {}
            answer => break Ok(answer),
        }
    };
    let (page, absence) = match answer {
        Err(not_sent) => (Page::none(), Some(Absence::NotSent(not_sent))),
        Ok(Err(Failure {
            error: ApiError::Forbidden { .. },
            ..
        })) if !is_whole => {
            // A user with rights on single events gets 403 instead of an empty list.
            let all = Listing::everything();
            let call = api::events::list(&all.request(asked), all.order, 1, 1);
            client.send(call, &abort).await?;
            (Page::none(), Some(Absence::Hidden))
        }
        Ok(stretch) => (stretch?.into_page(0), None),
    };
    let number = numbers.try_update_value(|numbers| {
        *numbers += 1;
        *numbers
    });
    Ok(Loaded {
        rows: Rows::first(page),
        listing,
        asked,
        read: clock.now(),
        took_ms: since(started),
        number: number.unwrap_or_default(),
        absence,
    })
}

/// Sends what a stretch asks for, until it has all of its rows or enough of them.
///
/// # Errors
/// The failure of a request, when it is not about single rows.
pub async fn fill(
    client: Client,
    (matching, order): &(Matching, Order),
    mut stretch: Stretch,
    abort: &Abort,
    is_enough: &dyn Fn(&Stretch) -> bool,
) -> Result<Stretch, Failure> {
    while let Some((page, size)) = stretch.ask() {
        let call = api::events::list(matching, *order, page, size);
        stretch.answered(client.send(call, abort).await)?;
        if is_enough(&stretch) {
            break;
        }
    }
    Ok(stretch)
}

async fn count(
    (client, known): (Client, KnownActions),
    clock: Clock,
    listing: Listing,
    abort: Abort,
) -> Result<Counted, Failure> {
    let asked = clock.now();
    let started = clock::elapsed_ms();
    let (matching, days) = listing.volume_request(asked);
    let volume = loop {
        let Ok(fitting) = known.fit(matching.clone()) else {
            break Volume::Known(Vec::new());
        };
        let call = api::events::volume(&fitting, days);
        match client.send(call, &abort).await {
            Err(failure) if known.learn(&failure, &abort).await => {}
            volume => break volume?,
        }
    };
    Ok(Counted {
        volume,
        listing,
        asked,
        took_ms: since(started),
    })
}

/// Milliseconds since an instant of [`clock::elapsed_ms`].
fn since(started: f64) -> u32 {
    // Not negative, and a page is closed before it is a month old.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a duration of this page"
    )]
    let passed = (clock::elapsed_ms() - started) as u32;
    passed
}

/// Names are taken from so many events; those of older ones are known no longer.
const KNOWN_FROM: usize = 2_000;

/// The names that are known here: one's own, and those of accounts in the events that are loaded.
pub fn known_names(account: Account, log: EventLog) -> KnownNames {
    let own = account.username();
    let of_log =
        log.with(|loaded| KnownNames::of(own.clone(), loaded.rows.events().take(KNOWN_FROM)));
    of_log.unwrap_or_else(|| KnownNames::of(own, []))
}
