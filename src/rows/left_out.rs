//! Rows that the server could not print, in words.

use crate::{count::counted, moment::Moment};

/// Rows that the server could not print: they stand between two that it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// How many in a row.
    pub rows: usize,
    /// When the event above was made, if there is one.
    pub above: Option<Moment>,
    /// When the event below was made, if one is loaded.
    pub below: Option<Moment>,
}

/// So many places are named.
const MOST_PLACES: usize = 3;

impl LeftOut {
    /// How many could not be read, why, and from when they are where the rows are in the order of
    /// time; `None` when there are none.
    pub fn words(places: &[Self], by_time: bool, zone: &dyn Fn(Moment) -> i32) -> Option<String> {
        let rows: usize = places.iter().map(|place| place.rows).sum();
        if rows == 0 {
            return None;
        }
        let one = rows == 1;
        let (it, was) = if one { ("it", "was") } else { ("them", "were") };
        let mut words = format!(
            "{} could not be read: the server fails to print {it}, as it does when a context is \
             nested too deeply. Whoever runs the server can look for {it} there.",
            counted(u64::try_from(rows).unwrap_or(u64::MAX), "event", "events"),
        );
        let times: Vec<String> = places
            .iter()
            .take(MOST_PLACES)
            .filter_map(|place| place.time(zone))
            .collect();
        if by_time && !times.is_empty() {
            let more = if places.len() > MOST_PLACES {
                ", and at other times"
            } else {
                ""
            };
            let subject = if one { "It" } else { "They" };
            words += &format!(" {subject} {was} made {}{more}.", times.join(", "));
        }
        Some(words)
    }

    fn time(&self, zone: &dyn Fn(Moment) -> i32) -> Option<String> {
        let full = |moment: Moment| moment.full(zone(moment));
        Some(match (self.above, self.below) {
            (Some(above), Some(below)) => {
                let (from, to) = (above.min(below), above.max(below));
                let day = |moment: Moment| moment.day_number(zone(moment));
                let to = if day(from) == day(to) {
                    to.time(zone(to))
                } else {
                    full(to)
                };
                format!("between {} and {to}", full(from))
            }
            // Neighbors that are not loaded or not there: the one that is says which side.
            (Some(above), None) => format!("next to {}", full(above)),
            (None, Some(below)) => format!("next to {}", full(below)),
            (None, None) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Moment> {
        Some(Moment::parse(text).unwrap())
    }

    fn words(places: &[LeftOut]) -> String {
        LeftOut::words(places, true, &|_| 60).unwrap_or_default()
    }

    #[test]
    fn it_is_said_how_many_and_from_when() {
        let place = LeftOut {
            rows: 1,
            above: at("2026-11-20T13:03:09Z"),
            below: at("2026-11-20T13:02:11Z"),
        };
        let one = "1 event could not be read: the server fails to print it, as it does when a \
                   context is nested too deeply. Whoever runs the server can look for it there.";
        assert_eq!(
            words(&[place]),
            format!("{one} It was made between Fri 20 Nov 2026, 14:02:11 and 14:03:09.")
        );
        assert_eq!(LeftOut::words(&[place], false, &|_| 60).unwrap(), one);
        let night = LeftOut {
            rows: 2,
            above: at("2026-11-21T00:00:00Z"),
            below: at("2026-11-20T22:00:00Z"),
        };
        let newest = LeftOut {
            rows: 1,
            above: None,
            below: at("2026-11-22T00:00:00Z"),
        };
        assert!(words(&[newest, night]).ends_with(
            "They were made next to Sun 22 Nov 2026, 01:00:00, \
             between Fri 20 Nov 2026, 23:00:00 and Sat 21 Nov 2026, 01:00:00."
        ));
        assert!(words(&[place; 4]).starts_with("4 events could"));
        assert!(words(&[place; 4]).ends_with("and 14:03:09, and at other times."));
        let nowhere = LeftOut {
            above: None,
            below: None,
            ..place
        };
        assert_eq!(words(&[nowhere]), one);
        assert_eq!(words(&[]), "");
    }
}
