//! Events that were seen, so that they open at once, and without a network.
//!
//! They are kept in memory only: what an audit log tells about people is not put on a disk that
//! outlives the session. Whoever holds them drops them with the session.

use std::collections::VecDeque;

use super::{Event, EventId};
use crate::moment::Moment;

/// The latest events that were seen; older ones are dropped.
#[derive(Debug, Default)]
pub struct SeenEvents {
    /// The latest comes last.
    kept: VecDeque<Seen>,
    bytes: usize,
}

/// An event, and how old that is.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The event.
    pub event: Event,
    /// When the server said so.
    pub read: Moment,
}

/// So many are kept at most.
const MOST: usize = 200;

/// So many bytes of JSON are kept at most: a single event may have megabytes.
const MOST_BYTES: usize = 8_000_000;

impl SeenEvents {
    /// Keeps an event in the place of what was known of it.
    pub fn keep(&mut self, event: &Event, read: Moment) {
        self.forget(event.id);
        self.bytes = self.bytes.saturating_add(size(event));
        self.kept.push_back(Seen {
            event: event.clone(),
            read,
        });
        while self.kept.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(size(&oldest.event));
        }
    }

    /// What is known of an event.
    pub fn find(&self, id: EventId) -> Option<&Seen> {
        self.kept.iter().find(|seen| seen.event.id == id)
    }

    /// Drops one, as when the server no longer has it.
    pub fn forget(&mut self, id: EventId) {
        let bytes = &mut self.bytes;
        self.kept.retain(|seen| {
            let stays = seen.event.id != id;
            if !stays {
                *bytes = bytes.saturating_sub(size(&seen.event));
            }
            stays
        });
    }

    /// Drops all.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

fn size(event: &Event) -> usize {
    event.raw.as_str().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: usize, filling: usize) -> Event {
        let filling = "x".repeat(filling);
        Event::read(&format!(
            r#"{{"pk":"f6e33af7-10b9-466d-b649-{number:012x}","app":"{filling}"}}"#
        ))
        .unwrap()
    }

    fn id(number: usize) -> EventId {
        event(number, 0).id
    }

    fn at(ms: i64) -> Moment {
        Moment::from_ms(ms)
    }

    #[test]
    fn the_latest_answer_about_an_event_is_kept() {
        let mut seen = SeenEvents::default();
        seen.keep(&event(1, 1), at(1));
        seen.keep(&event(2, 1), at(2));
        seen.keep(&event(1, 5), at(3));
        let found = seen.find(id(1)).unwrap();
        assert_eq!((found.event.app.original(), found.read), ("xxxxx", at(3)));
        assert!(seen.find(id(3)).is_none());
        seen.forget(id(1));
        assert!(seen.find(id(1)).is_none() && seen.find(id(2)).is_some());
        seen.clear();
        assert!(seen.find(id(2)).is_none());
        assert_eq!(seen.bytes, 0);
    }

    #[test]
    fn the_oldest_make_room_for_more() {
        let mut seen = SeenEvents::default();
        for number in 0..MOST + 3 {
            seen.keep(&event(number, 0), at(0));
        }
        assert!(seen.find(id(2)).is_none() && seen.find(id(3)).is_some());
        assert_eq!(seen.kept.len(), MOST);
    }

    #[test]
    fn large_events_make_room_for_each_other_and_the_largest_is_not_kept() {
        let mut seen = SeenEvents::default();
        for number in 0..4 {
            seen.keep(&event(number, MOST_BYTES / 3), at(0));
        }
        assert!(seen.find(id(1)).is_none() && seen.find(id(2)).is_some());
        seen.keep(&event(9, MOST_BYTES), at(0));
        assert!(seen.find(id(9)).is_none());
        assert_eq!((seen.kept.len(), seen.bytes), (0, 0));
    }
}
