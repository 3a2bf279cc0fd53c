//! Where an event stands in a list of which nothing is loaded: whoever follows a link to an event
//! can go on from there, however deep in the list it is.
//!
//! Two small questions, up to the second of the event and from it on, have the neighbors in their
//! first rows, and together they count the list.

use crate::{
    api::page::Page,
    event::{Event, EventId},
    listing::{Listing, Order, OrderBy},
    moment::Moment,
    range::Range,
    rows::Way,
};

/// How many events are asked for on each side: those of one second may come in any order.
pub const PAGE_SIZE: u32 = 20;

/// The two questions about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// The same second and later, the oldest first.
    pub newer: Listing,
    /// Before that second, the newest first.
    pub older: Listing,
}

/// Where an event stands.
#[derive(Debug, Clone)]
pub struct Around {
    /// Which event.
    pub id: EventId,
    /// Its number in the list, from 1; `None` if it is not in it.
    pub place: Option<u64>,
    /// How many events are in the list.
    pub count: u64,
    above: Option<Event>,
    below: Option<Event>,
}

impl Questions {
    /// What to ask about an event of a list; `None` where the list is not sorted by time.
    pub fn of(listing: &Listing, created: Moment, now: Moment) -> Option<Self> {
        if listing.order.by != OrderBy::Created {
            return None;
        }
        let (from, to) = match listing.selection {
            Some((from, to)) => (Some(from), Some(to)),
            None => listing.range.bounds(now),
        };
        let (from, to) = (
            from.unwrap_or(Moment::EARLIEST),
            to.unwrap_or(Moment::LATEST),
        );
        let second = created.second_begun();
        let part = |from: Moment, to: Moment, descending| Listing {
            filter: listing.filter.clone(),
            // Nothing lies in a range that ends where it begins.
            range: Range::Between {
                from,
                to: to.max(from),
            },
            order: Order {
                by: OrderBy::Created,
                descending,
            },
            ..Listing::default()
        };
        Some(Self {
            newer: part(from.max(second), to, false),
            older: part(from, to.min(second), true),
        })
    }
}

impl Around {
    /// Reads the answers to both questions about an event.
    pub fn read(event: &Event, order: Order, newer: &Page, older: &Page) -> Self {
        let (up, down): (Vec<&Event>, Vec<&Event>) =
            (newer.events().collect(), older.events().collect());
        let own = up.iter().position(|other| other.id == event.id);
        let (later, earlier) = match own {
            Some(own) => (
                up.get(own + 1).copied(),
                own.checked_sub(1)
                    .and_then(|before| up.get(before))
                    .copied(),
            ),
            // Not in the list: what is next to where it would be.
            None => (
                up.iter()
                    .find(|other| other.created > event.created)
                    .copied(),
                up.iter()
                    .rev()
                    .find(|other| other.created < event.created)
                    .copied(),
            ),
        };
        let earlier = earlier.or(down.first().copied());
        let count = newer.pagination.count + older.pagination.count;
        let before = own.and_then(|own| u64::try_from(own).ok());
        let from_oldest = before.map(|before| older.pagination.count + before + 1);
        let (place, above, below) = if order.descending {
            let place = from_oldest.map(|place| (count + 1).saturating_sub(place));
            (place, later, earlier)
        } else {
            (from_oldest, earlier, later)
        };
        Self {
            id: event.id,
            place,
            count,
            above: above.cloned(),
            below: below.cloned(),
        }
    }

    /// The event next to it.
    pub fn neighbor(&self, way: Way) -> Option<&Event> {
        match way {
            Way::Up => self.above.as_ref(),
            Way::Down => self.below.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::page::Row, filter::Chip, text::Untrusted};

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn event(number: u8, second: &str) -> Event {
        Event::read(&format!(
            r#"{{"pk":"f6e33af7-10b9-466d-b649-{number:012}","created":"2026-11-20T10:00:{second}Z"}}"#
        ))
        .unwrap()
    }

    fn page(events: &[Event], count: u64) -> Page {
        let mut page = Page::none();
        page.rows = events
            .iter()
            .map(|event| Row::Event(Box::new(event.clone())))
            .collect();
        page.pagination.count = count;
        page
    }

    const NEWEST_FIRST: Order = Order {
        by: OrderBy::Created,
        descending: true,
    };
    const OLDEST_FIRST: Order = Order {
        by: OrderBy::Created,
        descending: false,
    };

    fn check(
        order: Order,
        newer: &[Event],
        older: &[Event],
        place: Option<u64>,
        above: Option<u8>,
        below: Option<u8>,
    ) {
        let own = event(5, "05.5");
        let around = Around::read(&own, order, &page(newer, 7), &page(older, 100));
        let found = |way| around.neighbor(way).map(|event| event.id);
        let named = |number: Option<u8>| number.map(|number| event(number, "00").id);
        assert_eq!(
            (around.place, around.count, found(Way::Up), found(Way::Down)),
            (place, 107, named(above), named(below))
        );
    }

    #[test]
    fn neighbors_and_number_follow_the_order_of_the_list() {
        let newer = [event(5, "05.5"), event(6, "06"), event(7, "07")];
        let older = [event(4, "04"), event(3, "03")];
        check(NEWEST_FIRST, &newer, &older, Some(7), Some(6), Some(4));
        check(OLDEST_FIRST, &newer, &older, Some(101), Some(4), Some(6));
    }

    #[test]
    fn events_of_the_same_second_stand_between() {
        let newer = [event(2, "05.1"), event(3, "05.2"), event(5, "05.5")];
        check(
            NEWEST_FIRST,
            &newer,
            &[event(1, "04")],
            Some(5),
            None,
            Some(3),
        );
    }

    #[test]
    fn an_event_that_the_filter_leaves_out_still_has_neighbors() {
        let newer = [event(2, "05.1"), event(6, "06")];
        check(
            NEWEST_FIRST,
            &newer,
            &[event(1, "04")],
            None,
            Some(6),
            Some(2),
        );
        check(NEWEST_FIRST, &[], &[event(1, "04")], None, None, Some(1));
        check(NEWEST_FIRST, &[], &[], None, None, None);
    }

    #[test]
    fn both_sides_stay_within_the_list() {
        let listing = Listing {
            filter: crate::filter::Filter::default().with(Chip::user(&Untrusted::new("mia"))),
            range: Range::Between {
                from: at("2026-11-20T00:00:00Z"),
                to: at("2026-11-21T00:00:00Z"),
            },
            ..Listing::default()
        };
        let asked = |created: &str| {
            let questions = Questions::of(&listing, at(created), at("2026-11-22T00:00:00Z"));
            let questions = questions.unwrap();
            assert_eq!(questions.newer.filter, listing.filter);
            (questions.newer.to_query(), questions.older.to_query())
        };
        let (newer, older) = asked("2026-11-20T10:00:05.5Z");
        assert_eq!(
            newer,
            "user=mia&from=2026-11-20T10:00:05Z&to=2026-11-21T00:00:00Z&order=created"
        );
        assert_eq!(
            older,
            "user=mia&from=2026-11-20T00:00:00Z&to=2026-11-20T10:00:05Z"
        );
        // One that lies outside has the list on one side, and nothing on the other.
        let (newer, older) = asked("2026-11-25T10:00:05Z");
        assert_eq!(
            newer,
            "user=mia&from=2026-11-25T10:00:05Z&to=2026-11-25T10:00:05Z&order=created"
        );
        assert_eq!(
            older,
            "user=mia&from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z"
        );
    }

    #[test]
    fn lists_in_another_order_are_not_asked() {
        let listing = Listing {
            order: Order {
                by: OrderBy::App,
                descending: false,
            },
            ..Listing::default()
        };
        let now = at("2026-11-22T00:00:00Z");
        assert_eq!(Questions::of(&listing, now, now), None);
    }
}
