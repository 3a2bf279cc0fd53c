//! When an event expires: spans and local times as people type them.

use crate::{moment::Moment, text::lowercase};

/// What the clocks of a zone do at a time as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocks {
    /// They show it once.
    Once,
    /// They show it twice, because they are set back; the later one is meant.
    Twice,
    /// They skip it, because they are set forward; as much later is meant.
    Never,
}

/// How far from UTC a local time is to be read, in minutes east, in a zone whose offset depends on
/// the moment; `None` for what is no time. A time that names its own offset happens once.
pub fn offset_of(typed: &str, zone: &dyn Fn(Moment) -> i32) -> Option<(i32, Clocks)> {
    let at = |offset: i32| Moment::parse_at(typed, offset);
    let near = at(0)?;
    // The offsets a day before and after are those on both sides of a change of the clocks.
    let [before, after] = [-DAY, DAY].map(|minutes| zone(near.minutes_later(minutes)));
    let fits = |offset: i32| at(offset).is_some_and(|moment| zone(moment) == offset);
    let later = before.min(after);
    Some(match (fits(before), fits(after)) {
        _ if before == after || at(before) == at(after) => (before, Clocks::Once),
        (true, false) => (before, Clocks::Once),
        (false, true) => (after, Clocks::Once),
        (true, true) => (later, Clocks::Twice),
        (false, false) => (later, Clocks::Never),
    })
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Reads `30 days`, `in 2 weeks`, `12h`, in minutes; a month has 30 days and a year 365. `None`
/// for anything else and for what nobody can wait for.
pub fn minutes(typed: &str) -> Option<i64> {
    let text = lowercase(typed.trim());
    let text = text.strip_prefix("in ").unwrap_or(&text).trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = match unit.trim() {
        "m" | "min" | "mins" | "minute" | "minutes" => 1,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "wk" | "week" | "weeks" => 7 * DAY,
        "mo" | "month" | "months" => 30 * DAY,
        "y" | "yr" | "year" | "years" => 365 * DAY,
        _ => return None,
    };
    number
        .parse::<u32>()
        .ok()
        .map(|number| i64::from(number) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin in 2027: an hour more from 28 March, 01:00Z, to 31 October, 01:00Z.
    fn berlin(moment: Moment) -> i32 {
        let at = |text: &str| Moment::parse(text).unwrap();
        let summer = at("2027-03-28T01:00:00Z")..at("2027-10-31T01:00:00Z");
        if summer.contains(&moment) { 120 } else { 60 }
    }

    #[test]
    fn a_local_time_is_read_as_the_clocks_of_that_day_go() {
        let check = |typed: &str, sent: &str, clocks: Clocks| {
            let (offset, found) = offset_of(typed, &berlin).unwrap();
            let moment = Moment::parse_at(typed, offset).unwrap();
            assert_eq!(
                (moment.rfc3339().as_str(), found),
                (sent, clocks),
                "{typed}"
            );
        };
        check("2027-01-15T12:00", "2027-01-15T11:00:00Z", Clocks::Once);
        check("2027-07-15T12:00", "2027-07-15T10:00:00Z", Clocks::Once);
        check("2027-03-28T01:59", "2027-03-28T00:59:00Z", Clocks::Once);
        check("2027-03-28T02:00", "2027-03-28T01:00:00Z", Clocks::Never);
        check("2027-03-28T02:30", "2027-03-28T01:30:00Z", Clocks::Never);
        check("2027-03-28T03:00", "2027-03-28T01:00:00Z", Clocks::Once);
        check("2027-10-31T01:59", "2027-10-30T23:59:00Z", Clocks::Once);
        check("2027-10-31T02:30", "2027-10-31T01:30:00Z", Clocks::Twice);
        check("2027-10-31T03:00", "2027-10-31T02:00:00Z", Clocks::Once);
        check("2027-10-31T02:30Z", "2027-10-31T02:30:00Z", Clocks::Once);
        check(
            "2027-03-28T02:30+02:00",
            "2027-03-28T00:30:00Z",
            Clocks::Once,
        );
        assert_eq!(offset_of("tomorrow", &berlin), None);
        assert_eq!(offset_of("", &berlin), None);
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        let table = [
            ("30 days", Some(30 * DAY)),
            ("in 2 weeks", Some(14 * DAY)),
            (" 12h ", Some(720)),
            ("In 90 Minutes", Some(90)),
            ("1 month", Some(30 * DAY)),
            ("2y", Some(730 * DAY)),
            ("0 days", Some(0)),
            ("", None),
            ("in", None),
            ("30", None),
            ("days", None),
            ("-3 days", None),
            ("1.5 days", None),
            ("tomorrow", None),
            ("99999999999 days", None),
        ];
        for (typed, expected) in table {
            assert_eq!(minutes(typed), expected, "{typed}");
        }
    }
}
