//! The way from one event to the next, and what was seen on it.

use leptos::task::spawn_local;

use super::{
    Client, Clock, Navigation, SessionHandle, client::Abort, clock, event_log::EventLog,
    event_log::More,
};
use crate::browser::signals::prelude::*;
use crate::{
    api::{self, Failure, page::Page},
    around::{self, Around, Questions},
    event::{
        Event, EventId,
        seen::{Seen, SeenEvents},
    },
    listing::{Listing, Order},
    rows::Way,
    session::Session,
};

/// Moves through the list that an event was opened from; in the context of every view inside the
/// shell.
///
/// Rows of the list are whole events, so a neighbor among them opens at once. Where the list is not
/// loaded, or not that far, the neighbors are asked for one by one.
#[derive(Debug, Clone, Copy)]
pub struct Trail {
    client: Client,
    clock: Clock,
    navigation: Navigation,
    log: EventLog,
    seen: StoredValue<SeenEvents>,
    told: StoredValue<Option<EventId>>,
    /// What was asked about the event that is open.
    around: RwSignal<Option<Around>>,
    /// What became of the last step.
    pub step: RwSignal<Step>,
    abort: StoredValue<Abort>,
    /// The event whose page was shown last.
    last: StoredValue<Option<EventId>>,
    /// Whether the page that comes next was reached by a step.
    moving: StoredValue<bool>,
}

/// What became of a step.
#[derive(Debug, Clone)]
pub enum Step {
    /// It was made, or none was wanted.
    Done,
    /// The neighbor is asked for.
    Going,
    /// There is none.
    End(Way),
    /// The neighbor did not come.
    Failed(Way, Failure),
}

/// Nearer to the end of the loaded rows than this, more are fetched.
const NEAR_THE_END: usize = 3;

/// How often it is looked whether rows that somebody else asked for have come.
const LOOK_MS: u32 = 50;

impl Trail {
    /// Begins with nothing seen; what is seen ends with the session.
    pub fn start(session: SessionHandle, client: Client, clock: Clock, log: EventLog) -> Self {
        let trail = Self {
            client,
            clock,
            navigation: expect_context(),
            log,
            seen: StoredValue::new(SeenEvents::default()),
            told: StoredValue::new(None),
            around: RwSignal::new(None),
            step: RwSignal::new(Step::Done),
            abort: StoredValue::new(Abort::new()),
            last: StoredValue::new(None),
            moving: StoredValue::new(false),
        };
        // An effect because the session ends outside.
        Effect::with_last(move |before: Option<u64>| {
            let expired = matches!(session.get(), Session::Expired { .. });
            let now = session.generation();
            // The page stays while a token is renewed; another account must not find what it showed.
            if expired {
                return before.unwrap_or(now);
            }
            if before.is_some_and(|before| before != now) {
                trail.seen.update_value(SeenEvents::clear);
                trail.around.set(None);
            }
            now
        });
        trail
    }

    // What was seen.

    /// Keeps an event that the server has just told.
    pub fn keep(self, event: &Event) {
        let now = self.clock.now();
        self.seen.try_update_value(|seen| seen.keep(event, now));
    }

    /// Keeps an event that the server has told just now in full: its page need not ask for it.
    pub fn told(self, event: &Event) {
        self.keep(event);
        self.told.set_value(Some(event.id));
    }

    /// An event that was [`told`](Self::told), once.
    pub fn take_told(self, id: EventId) -> Option<Event> {
        self.told.get_value().filter(|told| *told == id)?;
        self.told.set_value(None);
        Some(self.known(id)?.event)
    }

    /// Keeps what is on a page.
    pub fn keep_all(self, page: &Page) {
        page.events().for_each(|event| self.keep(event));
    }

    /// Drops an event that the server no longer has.
    pub fn forget(self, id: EventId) {
        self.seen.try_update_value(|seen| seen.forget(id));
    }

    /// What is known of an event without asking: from this page's visits, or from the list.
    pub fn known(self, id: EventId) -> Option<Seen> {
        let seen = self.seen.try_with_value(|seen| seen.find(id).cloned());
        seen.flatten().or_else(|| {
            let listed = |loaded: &super::event_log::Loaded| {
                let place = loaded.rows.position(id)?;
                Some(Seen {
                    event: loaded.rows.event_at(place)?.clone(),
                    read: loaded.read,
                })
            };
            self.log.with_untracked(listed).flatten()
        })
    }

    // Where one is.

    /// The page of an event is shown. What comes next is made ready for who is on the move.
    pub fn arrived(self, event: &Event) {
        let id = event.id;
        self.last.set_value(Some(id));
        let was_moving = self.moving.try_update_value(std::mem::take) == Some(true);
        let left = self.rows(|rows| {
            let place = rows.position(id)?;
            Some(rows.shown().len().saturating_sub(place))
        });
        match left.flatten() {
            Some(left) => {
                self.log.cursor.set(Some(id));
                if was_moving && left <= NEAR_THE_END {
                    self.log.load_older();
                }
            }
            None if was_moving && !self.is_around(id) => {
                let event = event.clone();
                spawn_local(async move {
                    // Who moves on asks again, and then hears why not.
                    let _ = self.look_around(&event, &Abort::new()).await;
                });
            }
            None => {}
        }
    }

    /// The event whose page was shown before the list came back; asked once.
    pub fn take_last(self) -> Option<EventId> {
        self.last.try_update_value(Option::take).flatten()
    }

    /// Whether the list knows the row of the event that was looked at last.
    pub fn leads_to_a_row(self) -> bool {
        let cursor = self.log.cursor.try_get_untracked().flatten();
        cursor.is_some_and(|id| self.is_listed(id))
    }

    /// The number of an event in its list, from 1, and how many there are; `None` while not known.
    pub fn place(self, id: EventId) -> Option<(Option<u64>, u64)> {
        let listed = self.rows_heard(|rows| {
            let place = u64::try_from(rows.position(id)?).ok()?;
            Some((Some(place + 1), rows.count()))
        });
        listed.flatten().or_else(|| {
            self.around.with(|around| {
                let around = around.as_ref().filter(|around| around.id == id)?;
                Some((around.place, around.count))
            })
        })
    }

    /// Whether it is known that there is nothing further on.
    pub fn is_at_end(self, id: EventId, way: Way) -> bool {
        let listed = self.rows_heard(|rows| {
            rows.position(id)?;
            let all = way == Way::Up || rows.is_complete();
            Some(all && rows.neighbor(id, way).is_none())
        });
        listed.flatten().unwrap_or_else(|| {
            self.around.with(|around| {
                let around = around.as_ref().filter(|around| around.id == id);
                around.is_some_and(|around| around.neighbor(way).is_none())
            })
        })
    }

    /// What lies above an event of the list and below it, as in "Newer" and "Older".
    pub fn names(self) -> [&'static str; 2] {
        self.log.listing().order.ways()
    }

    // Steps.

    /// Goes to the neighbor of the event that is open.
    pub fn go(self, id: EventId, way: Way) {
        match self.neighbor(id, way) {
            Next::Event(next) => self.show(next),
            Next::End => self.step.set(Step::End(way)),
            Next::Unknown => self.look(id, way, Distance::One),
        }
    }

    /// Goes to the first event of the list, or to the last.
    pub fn go_to_end(self, id: EventId, way: Way) {
        self.look(id, way, Distance::All);
    }

    fn look(self, id: EventId, way: Way, distance: Distance) {
        if matches!(self.step.get_untracked(), Step::Going) {
            return;
        }
        let abort = Abort::new();
        self.abort.set_value(abort.clone());
        self.step.set(Step::Going);
        spawn_local(async move {
            let found = match distance {
                Distance::One => self.find(id, way, &abort).await,
                Distance::All => self.end(way, &abort).await,
            };
            // Somebody has gone elsewhere meanwhile.
            if abort.is_aborted() {
                return;
            }
            let step = match found {
                Ok(Some(next)) if next != id => return self.show(next),
                Ok(_) => Step::End(way),
                Err(failure) => Step::Failed(way, failure),
            };
            let _ = self.step.try_set(step);
        });
    }

    /// The page of an event goes: nobody waits for a step from it any more.
    pub fn stop(self) {
        self.abort.try_update_value(|abort| abort.abort());
        self.step.try_set(Step::Done);
    }

    fn show(self, id: EventId) {
        self.moving.set_value(true);
        self.navigation.step(&self.log.event(id));
    }

    fn neighbor(self, id: EventId, way: Way) -> Next {
        if let Some(next) = self
            .rows(|rows| rows.neighbor(id, way).map(|event| event.id))
            .flatten()
        {
            return Next::Event(next);
        }
        if untrack(|| self.is_at_end(id, way)) {
            return Next::End;
        }
        let around = self.around.with_untracked(|around| {
            let around = around.as_ref().filter(|around| around.id == id)?;
            Some(around.neighbor(way)?.id)
        });
        around.map_or(Next::Unknown, Next::Event)
    }

    async fn find(self, id: EventId, way: Way, abort: &Abort) -> Result<Option<EventId>, Failure> {
        if self.is_listed(id) {
            // More rows than one page may be no events.
            while matches!(self.neighbor(id, way), Next::Unknown) && !abort.is_aborted() {
                if self.log.is_fetching() {
                    clock::sleep(LOOK_MS).await;
                } else {
                    self.log.fetch_older().await;
                }
                if let More::Failed(failure) = self.log.more.get_untracked() {
                    return Err(failure);
                }
            }
        } else if let Some(seen) = self.known(id) {
            self.look_around(&seen.event, abort).await?;
        }
        Ok(match self.neighbor(id, way) {
            Next::Event(next) => Some(next),
            Next::End | Next::Unknown => None,
        })
    }

    /// Asks for the neighbors of an event whose list is not loaded.
    async fn look_around(self, event: &Event, abort: &Abort) -> Result<(), Failure> {
        let listing = self.log.listing_untracked();
        let now = self.clock.now();
        let questions = event
            .created
            .and_then(|created| Questions::of(&listing, created, now));
        let Some(questions) = questions else {
            return Ok(());
        };
        let newer = self.ask(&questions.newer, around::PAGE_SIZE, abort).await?;
        let older = self.ask(&questions.older, around::PAGE_SIZE, abort).await?;
        let around = Around::read(event, listing.order, &newer, &older);
        let neighbors = [Way::Up, Way::Down].into_iter();
        neighbors
            .filter_map(|way| around.neighbor(way))
            .for_each(|event| self.keep(event));
        let _ = self.around.try_set(Some(around));
        Ok(())
    }

    async fn end(self, way: Way, abort: &Abort) -> Result<Option<EventId>, Failure> {
        let loaded = self.rows(|rows| match way {
            Way::Up => rows.events().next().map(|event| event.id),
            Way::Down if rows.is_complete() => rows.events().next_back().map(|event| event.id),
            Way::Down => None,
        });
        if let Some(end) = loaded.flatten() {
            return Ok(Some(end));
        }
        let listing = self.log.listing_untracked();
        let order = Order {
            descending: listing.order.descending == (way == Way::Up),
            ..listing.order
        };
        let page = self.ask(&Listing { order, ..listing }, 1, abort).await?;
        self.keep_all(&page);
        Ok(page.events().next().map(|event| event.id))
    }

    async fn ask(self, listing: &Listing, size: u32, abort: &Abort) -> Result<Page, Failure> {
        let matching = listing.request(self.clock.now());
        let call = api::events::list(&matching, listing.order, 1, size);
        self.client.send(call, abort).await
    }

    // The rows, where they are those of the list that the address names.

    fn rows<T>(self, read: impl FnOnce(&crate::rows::Rows) -> T) -> Option<T> {
        untrack(|| self.rows_heard(read))
    }

    fn rows_heard<T>(self, read: impl FnOnce(&crate::rows::Rows) -> T) -> Option<T> {
        let listing = self.log.listing_memo();
        self.log
            .with(|loaded| {
                let own = listing.with(|listing| loaded.listing == listing.question());
                own.then(|| read(&loaded.rows))
            })
            .flatten()
    }

    fn is_listed(self, id: EventId) -> bool {
        self.rows(|rows| rows.position(id).is_some()) == Some(true)
    }

    fn is_around(self, id: EventId) -> bool {
        self.around
            .with_untracked(|around| around.as_ref().is_some_and(|around| around.id == id))
    }
}

/// How far a step goes.
enum Distance {
    One,
    All,
}

/// What is known of a neighbor.
enum Next {
    Event(EventId),
    /// There is none.
    End,
    /// Only asking tells.
    Unknown,
}
