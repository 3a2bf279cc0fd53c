//! Which time is looked at.
//!
//! Nothing here reads a clock or a time zone: "now" is an argument, and so is the zone, a function
//! that gives the minutes east of UTC at an instant. Days are days of that zone; one of them may
//! have 23 or 25 hours.
//!
//! A range holds its beginning and does not hold its end: "10:00 to 12:00" ends before 12:00:00,
//! and two ranges that touch share no event.

use crate::{moment::Moment, text::lowercase};

/// Gives the minutes east of UTC at an instant.
pub type Zone<'a> = &'a dyn Fn(Moment) -> i32;

/// Which time is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Up to now, and what is still to come.
    Last(Span),
    /// From one instant up to another, which is not in it. [`Moment::EARLIEST`] and
    /// [`Moment::LATEST`] leave a side open.
    Between {
        /// The first instant.
        from: Moment,
        /// The first instant behind it.
        to: Moment,
    },
    /// All there is.
    All,
}

/// How long, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u32);

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

impl Span {
    /// Reads `15m`, `24h`, `7d`: what [`text`](Self::text) writes. Nothing takes no time.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = match text.chars().next_back()? {
            'm' => 1,
            'h' => HOUR,
            'd' => DAY,
            _ => return None,
        };
        let number = text.get(..text.len().checked_sub(1)?)?;
        let plain = number.bytes().all(|digit| digit.is_ascii_digit());
        let number: u32 = number.parse().ok().filter(|number| plain && *number > 0)?;
        number.checked_mul(unit).map(Self)
    }
    /// `15m`, `24h`, `7d`.
    pub fn text(self) -> String {
        match self.0 {
            minutes if minutes > DAY && minutes.is_multiple_of(DAY) => {
                format!("{}d", minutes / DAY)
            }
            minutes if minutes.is_multiple_of(HOUR) => format!("{}h", minutes / HOUR),
            minutes => format!("{minutes}m"),
        }
    }
    /// `15 minutes`, `hour`, `24 hours`, `7 days`.
    fn words(self) -> String {
        let (number, unit) = match self.0 {
            minutes if minutes > DAY && minutes.is_multiple_of(DAY) => (minutes / DAY, "day"),
            minutes if minutes.is_multiple_of(HOUR) => (minutes / HOUR, "hour"),
            minutes => (minutes, "minute"),
        };
        if number == 1 {
            unit.to_owned()
        } else {
            format!("{number} {unit}s")
        }
    }
}

impl Default for Range {
    fn default() -> Self {
        Self::Last(Span(7 * DAY))
    }
}

impl Range {
    /// What menus offer, in the order of the keys 1 to 5.
    pub const PRESETS: [Self; 5] = [
        Self::Last(Span(HOUR)),
        Self::Last(Span(DAY)),
        Self::Last(Span(7 * DAY)),
        Self::Last(Span(30 * DAY)),
        Self::Last(Span(90 * DAY)),
    ];

    /// Five minutes before an instant and five behind it.
    pub fn around(moment: Moment) -> Self {
        Self::Between {
            from: moment.minutes_later(-5),
            to: moment.minutes_later(5),
        }
    }

    /// The first instant, and the first behind the last; `None` where a side is open.
    pub fn bounds(&self, now: Moment) -> (Option<Moment>, Option<Moment>) {
        match *self {
            Self::All => (None, None),
            Self::Last(Span(minutes)) => {
                let from = now.minutes_later(-i64::from(minutes));
                (Some(from).filter(|from| *from > Moment::EARLIEST), None)
            }
            Self::Between { from, to } => (
                Some(from).filter(|from| *from > Moment::EARLIEST),
                Some(to).filter(|to| *to < Moment::LATEST),
            ),
        }
    }

    /// The same range for readers at any time: it ends now, where it would go on with the clock.
    pub fn absolute(&self, now: Moment) -> Self {
        let (from, to) = self.bounds(now);
        Self::Between {
            from: from.unwrap_or(Moment::EARLIEST),
            to: to.unwrap_or(now),
        }
    }

    /// Whether an instant is in it.
    pub fn holds(&self, moment: Moment, now: Moment) -> bool {
        let (from, to) = self.bounds(now);
        from.is_none_or(|from| from <= moment) && to.is_none_or(|to| moment < to)
    }

    /// In words, as in "Last 7 days" or "Fri 20 Nov, 06:00 – 18:00"; the year only where it is not
    /// this one.
    pub fn words(&self, zone: Zone<'_>, now: Moment) -> String {
        match *self {
            Self::All => "All time".to_owned(),
            Self::Last(span) => format!("Last {}", span.words()),
            Self::Between { from, to } => between(from, to, zone, now),
        }
    }
}

fn between(from: Moment, to: Moment, zone: Zone<'_>, now: Moment) -> String {
    let (_, _, this_year) = now.date(zone(now));
    let day = |moment: Moment| {
        let offset = zone(moment);
        match moment.date(offset) {
            (_, _, year) if year == this_year => moment.short_day(offset),
            (_, _, year) => format!("{} {year}", moment.short_day(offset)),
        }
    };
    let point = |moment: Moment| format!("{}, {}", day(moment), clock(moment, zone));
    let open = (from <= Moment::EARLIEST, to >= Moment::LATEST);
    match open {
        (true, true) => return "All time".to_owned(),
        (true, false) => return format!("Until {}", point(to)),
        (false, true) => return format!("Since {}", point(from)),
        (false, false) => {}
    }
    // The last instant that is in it, so that midnight ends the day before.
    let last = Moment::from_ms(to.ms().saturating_sub(1)).max(from);
    let same_day = from.day_number(zone(from)) == last.day_number(zone(last));
    if is_midnight(from, zone) && is_midnight(to, zone) {
        return if same_day {
            day(from)
        } else {
            format!("{} – {}", day(from), day(last))
        };
    }
    if same_day && !is_midnight(to, zone) {
        format!("{} – {}", point(from), clock(to, zone))
    } else {
        format!("{} – {}", point(from), point(to))
    }
}

fn is_midnight(moment: Moment, zone: Zone<'_>) -> bool {
    // Where clocks jump at midnight, the day begins at another time of the clock.
    let before = Moment::from_ms(moment.ms().saturating_sub(1));
    moment.micros().rem_euclid(1000) == 0
        && moment.day_number(zone(moment)) != before.day_number(zone(before))
}

/// `06:00`, with seconds and milliseconds where they matter.
fn clock(moment: Moment, zone: Zone<'_>) -> String {
    let time = moment.time(zone(moment));
    match moment.ms().rem_euclid(1000) {
        0 => time.strip_suffix(":00").unwrap_or(&time).to_owned(),
        ms => format!("{time}.{ms:03}"),
    }
}

// What is typed.

const EXAMPLES: &str = "“3d”, “yesterday” or “2026-11-20 10:00 to 12:00”";

impl Range {
    /// Reads what a person types: `3d`, `last 2 weeks`, `yesterday`, `2026-11-20`,
    /// `2026-11-20 10:00 to 12:00`, `since 2026-11-20`, `all`. Days and times are those of the
    /// zone, unless they name one, as in `2026-11-20T10:00Z`. A day at the end is in the range.
    ///
    /// # Errors
    /// In words, what was not understood and what to type instead.
    pub fn typed(text: &str, zone: Zone<'_>, now: Moment) -> Result<Self, String> {
        let text = lowercase(text.trim());
        let text = text.as_str();
        if text.is_empty() {
            return Err(format!("Type a time, as in {EXAMPLES}"));
        }
        if ["all", "all time", "any", "any time", "everything"].contains(&text) {
            return Ok(Self::All);
        }
        if let Some(span) = span(text) {
            return span.map(Self::Last);
        }
        let read = Reading { zone, now };
        for (word, open_end) in [
            ("since ", true),
            ("from ", true),
            ("until ", false),
            ("before ", false),
        ] {
            // "from … to …" is no open range.
            if let Some(point) = text
                .strip_prefix(word)
                .filter(|point| halves(point).is_none())
            {
                return read.open(point.trim(), open_end);
            }
        }
        match halves(text.strip_prefix("from ").unwrap_or(text)) {
            Some((from, to)) => read.between(from, to),
            None => read.day(text),
        }
    }
}

/// `3d`, `last 2 weeks`, `90 min`; `None` if it is no length of time at all.
fn span(text: &str) -> Option<Result<Span, String>> {
    let text = ["last ", "past "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text)
        .trim();
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
    let number = if number.is_empty() {
        // "last week", but not "week".
        1
    } else {
        number.parse().unwrap_or(u32::MAX)
    };
    Some(match number.checked_mul(unit) {
        Some(0) => Err("Type a length of time above 0, as in “3d”".to_owned()),
        Some(minutes) => Ok(Span(minutes)),
        None => Err("That is longer than authentik exists. Type “all” for all events".to_owned()),
    })
}

/// The two sides of `… to …`.
fn halves(text: &str) -> Option<(&str, &str)> {
    let between = [
        " to ", " until ", " till ", "..", "…", " – ", " — ", " - ", "–", "/",
    ];
    let (from, to) = between.iter().find_map(|word| text.split_once(word))?;
    Some((from.trim(), to.trim()))
}

/// Reads days and times of a zone.
#[derive(Clone, Copy)]
struct Reading<'a> {
    zone: Zone<'a>,
    now: Moment,
}

/// What stands on one side.
#[derive(Clone, Copy)]
enum Point {
    /// A day, by its number.
    Day(i64),
    /// A time of a day, on the clock of the zone, written as if that were UTC.
    Local(Moment),
    /// An instant.
    At(Moment),
}

/// Which of two instants is meant where clocks show a time twice: the one that makes a range
/// longer.
#[derive(Clone, Copy)]
enum Side {
    Beginning,
    End,
}

impl Reading<'_> {
    fn day(self, text: &str) -> Result<Range, String> {
        match self.point(text, None)? {
            Point::Day(day) => Ok(self.days(day, day)),
            Point::Local(_) | Point::At(_) => Err(format!(
                "That is one moment. Add an end, as in “{text} to 12:00”, or type “since {text}”"
            )),
        }
    }

    fn open(self, text: &str, open_end: bool) -> Result<Range, String> {
        let point = self.point(text, None)?;
        Ok(if open_end {
            Range::Between {
                from: self.instant(point, Side::Beginning),
                to: Moment::LATEST,
            }
        } else {
            Range::Between {
                from: Moment::EARLIEST,
                to: self.instant(point, Side::Beginning),
            }
        })
    }

    fn between(self, from: &str, to: &str) -> Result<Range, String> {
        let from = self.point(from, None)?;
        let to = self.point(to, Some(from))?;
        let from = self.instant(from, Side::Beginning);
        let to = match to {
            // The last day is in it.
            Point::Day(day) => self.midnight(day + 1),
            Point::Local(_) | Point::At(_) => self.instant(to, Side::End),
        };
        if from < to {
            Ok(Range::Between { from, to })
        } else {
            Err("The end must lie behind the beginning. Exchange them".to_owned())
        }
    }

    /// Reads one side; a time alone is one of the day that the other side names, or of today.
    fn point(self, text: &str, other: Option<Point>) -> Result<Point, String> {
        let today = self.now.day_number((self.zone)(self.now));
        match text {
            "now" => return Ok(Point::At(self.now)),
            "today" => return Ok(Point::Day(today)),
            "yesterday" => return Ok(Point::Day(today - 1)),
            _ => {}
        }
        let day = match other {
            None => today,
            Some(Point::Day(day)) => day,
            Some(Point::Local(local)) => local.day_number(0),
            Some(Point::At(moment)) => moment.day_number((self.zone)(moment)),
        };
        if let Some(point) = written(text) {
            return Ok(point);
        }
        for (word, day) in [("yesterday ", today - 1), ("today ", today), ("", day)] {
            let time = text.strip_prefix(word);
            if let Some(point) = time.and_then(|time| of_day(day, time)) {
                return Ok(point);
            }
        }
        Err(format!("“{text}” is no time. Type {EXAMPLES}"))
    }

    fn days(self, first: i64, last: i64) -> Range {
        Range::Between {
            from: self.midnight(first),
            to: self.midnight(last + 1),
        }
    }

    fn midnight(self, day: i64) -> Moment {
        Moment::start_of_day(day, self.zone).clamp(Moment::EARLIEST, Moment::LATEST)
    }

    /// When it is. A time that clocks skip is as long after the jump as it is after its beginning.
    fn instant(self, point: Point, side: Side) -> Moment {
        let local = match point {
            Point::At(moment) => moment,
            Point::Day(day) => self.midnight(day),
            Point::Local(local) => {
                let day = 24 * 60;
                let before = (self.zone)(local.minutes_later(-day));
                let after = (self.zone)(local.minutes_later(day));
                let at = |offset: i32| local.minutes_later(-i64::from(offset));
                let shown = |offset: &i32| (self.zone)(at(*offset)) == *offset;
                let fits = [before, after].into_iter().filter(shown).map(at);
                match side {
                    Side::Beginning => fits.min(),
                    Side::End => fits.max(),
                }
                .unwrap_or_else(|| at(before))
            }
        };
        local.clamp(Moment::EARLIEST, Moment::LATEST)
    }
}

/// A date, with a time or without, and perhaps with an offset.
fn written(text: &str) -> Option<Point> {
    let text = text.to_ascii_uppercase();
    let local = Moment::parse(&text)?;
    let has_own_offset = Moment::parse_at(&text, 1) == Some(local);
    if has_own_offset {
        return Some(Point::At(local));
    }
    if text.contains(':') {
        Some(Point::Local(local))
    } else {
        Some(Point::Day(local.day_number(0)))
    }
}

/// A time of a day.
fn of_day(day: i64, time: &str) -> Option<Point> {
    let date = Moment::start_of_day(day, &|_| 0).local(0);
    let (date, _) = date.split_once('T')?;
    Moment::parse(&format!("{date} {}", time.trim()))
        .filter(|_| time.contains(':'))
        .map(Point::Local)
}

#[cfg(test)]
mod tests;
