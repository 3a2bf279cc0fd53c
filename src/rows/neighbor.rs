//! From one event of the list to the next.

use super::Rows;
use crate::event::{Event, EventId};

/// A direction in the list as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Towards the first row.
    Up,
    /// Towards the last row.
    Down,
}

impl Rows {
    /// The event next to one that is shown; rows that are no events are passed over. `None` at the
    /// end of what is loaded, and for what is not among it.
    pub fn neighbor(&self, id: EventId, way: Way) -> Option<&Event> {
        let mut place = self.position(id)?;
        loop {
            place = match way {
                Way::Up => place.checked_sub(1)?,
                Way::Down => place + 1,
            };
            if place >= self.shown().len() {
                return None;
            }
            if let Some(event) = self.event_at(place) {
                return Some(event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::page::{Page, Row},
        text::Untrusted,
    };

    fn id(number: u8) -> EventId {
        EventId::parse(&format!("f6e33af7-10b9-466d-b649-{number:012}")).unwrap()
    }

    fn rows(numbers: &[u8]) -> Rows {
        let row = |number: &u8| match number {
            0 => Row::Unreadable {
                raw: Untrusted::new("null"),
                reason: String::new(),
            },
            number => {
                let event = Event::read(&format!(r#"{{"pk":"{}"}}"#, id(*number)));
                Row::Event(Box::new(event.unwrap()))
            }
        };
        let mut page = Page::none();
        page.rows = numbers.iter().map(row).collect();
        Rows::first(page)
    }

    #[test]
    fn rows_that_are_no_events_are_passed_over() {
        let rows = rows(&[1, 0, 2, 3]);
        let next = |number, way| rows.neighbor(id(number), way).map(|event| event.id);
        assert_eq!(next(1, Way::Down), Some(id(2)));
        assert_eq!(next(2, Way::Up), Some(id(1)));
        assert_eq!(next(2, Way::Down), Some(id(3)));
    }

    #[test]
    fn there_is_nothing_behind_the_ends_and_beside_strangers() {
        let rows = rows(&[1, 2, 0]);
        let next = |number, way| rows.neighbor(id(number), way).map(|event| event.id);
        assert_eq!(next(1, Way::Up), None);
        assert_eq!(next(2, Way::Down), None);
        assert_eq!(next(9, Way::Down), None);
    }
}
