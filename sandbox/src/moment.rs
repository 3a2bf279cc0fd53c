//! Points in time: microseconds since 1970 in UTC, read and written as Django does.
//!
//! Nothing here reads a clock: [crate::clock] does.

/// Microseconds since 1970-01-01T00:00:00Z. Years 1 to 9999.
pub type Micros = i64;

/// One second.
pub const SECOND: Micros = 1_000_000;
/// One minute.
pub const MINUTE: Micros = 60 * SECOND;
/// One hour.
pub const HOUR: Micros = 60 * MINUTE;
/// One day.
pub const DAY: Micros = 24 * HOUR;

/// The first moment Python knows: year 1.
pub const EARLIEST: Micros = -62_135_596_800 * SECOND;
/// The last moment Python knows: the end of year 9999.
pub const LATEST: Micros = 253_402_300_799 * SECOND + 999_999;

/// Days since 1970 of a civil date; the date must exist.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The parts of a date and a time of day, not yet checked.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

impl Parts {
    fn micros(self) -> Option<Micros> {
        let exists = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=month_length(self.year, self.month)).contains(&self.day)
            && (0..=23).contains(&self.hour)
            && (0..=59).contains(&self.minute)
            && (0..=59).contains(&self.second);
        exists.then(|| {
            days(self.year, self.month, self.day) * DAY
                + self.hour * HOUR
                + self.minute * MINUTE
                + self.second * SECOND
                + self.micros
        })
    }
}

/// What a given expiry turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    /// A moment.
    Moment(Micros),
    /// No format that Django knows, or a date that does not exist.
    WrongFormat,
    /// A moment that its offset moves out of the years 1 to 9999.
    OutOfRange,
}

/// Reads a date and time as Django's serializer field does: `datetime.fromisoformat`, then
/// Django's own pattern; without a zone it is UTC.
#[must_use]
pub fn parse_datetime(text: &str) -> Parsed {
    let Some((local, offset)) = from_iso(text).or_else(|| from_pattern(text)) else {
        return Parsed::WrongFormat;
    };
    let (Some(local), Some(offset)) = (local.micros(), offset) else {
        return Parsed::WrongFormat;
    };
    let moment = local - offset;
    if (EARLIEST..=LATEST).contains(&moment) {
        Parsed::Moment(moment)
    } else {
        Parsed::OutOfRange
    }
}

/// A cursor over ASCII text.
struct Scan<'text> {
    rest: &'text str,
}

impl Scan<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let length = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if length < least {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        digits.parse().ok()
    }

    fn sign(&mut self, sign: char) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Digits behind a point or comma as microseconds; what is finer is cut off.
    fn fraction(&mut self, most: usize) -> Option<i64> {
        let length = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        let digits = digits.get(..digits.len().min(6))?;
        format!("{digits:0<6}").parse().ok()
    }
}

type Local = (Parts, Option<Micros>);

/// Python's `fromisoformat`: the extended and the basic format, weeks, any one sign between date
/// and time. `None` if it is not that; an offset of `None` if the offset is out of range.
fn from_iso(text: &str) -> Option<Local> {
    if !text.is_ascii() {
        return None;
    }
    let mut scan = Scan { rest: text };
    let year = scan.digits(4, 4)?;
    let dashed = scan.sign('-');
    let mut parts = if scan.sign('W') {
        let week = scan.digits(2, 2)?;
        let weekday = if dashed {
            if scan.sign('-') {
                scan.digits(1, 1)?
            } else {
                1
            }
        } else {
            scan.digits(1, 1).unwrap_or(1)
        };
        iso_week(year, week, weekday)?
    } else {
        let month = scan.digits(2, 2)?;
        if dashed && !scan.sign('-') {
            return None;
        }
        Parts {
            year,
            month,
            day: scan.digits(2, 2)?,
            ..Parts::default()
        }
    };
    if scan.rest.is_empty() {
        return parts.micros().map(|_| (parts, Some(0)));
    }
    let mut signs = scan.rest.chars();
    signs.next();
    scan.rest = signs.as_str();
    let time = clock_time(&mut scan)?;
    (parts.hour, parts.minute, parts.second, parts.micros) = time;
    let offset = if scan.rest.is_empty() || scan.rest == "Z" {
        scan.rest = "";
        0
    } else {
        let west = if scan.sign('-') {
            true
        } else if scan.sign('+') {
            false
        } else {
            return None;
        };
        let (hours, minutes, seconds, micros) = clock_time(&mut scan)?;
        let offset = hours * HOUR + minutes * MINUTE + seconds * SECOND + micros;
        if west { -offset } else { offset }
    };
    if !scan.rest.is_empty() {
        return None;
    }
    // An impossible date falls through to the pattern, as fromisoformat raises there.
    parts.micros()?;
    Some((parts, (offset.abs() < DAY).then_some(offset)))
}

/// Hours, minutes, seconds and microseconds, with colons or without.
fn clock_time(scan: &mut Scan) -> Option<(i64, i64, i64, i64)> {
    let hour = scan.digits(2, 2)?;
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['Z', '+', '-']);
    if ends(scan.rest) {
        return Some((hour, 0, 0, 0));
    }
    let colon = scan.sign(':');
    let minute = scan.digits(2, 2)?;
    if ends(scan.rest) {
        return Some((hour, minute, 0, 0));
    }
    if colon != scan.sign(':') {
        return None;
    }
    let second = scan.digits(2, 2)?;
    let micros = if scan.sign('.') || scan.sign(',') {
        if !scan.rest.starts_with(|sign: char| sign.is_ascii_digit()) {
            return None;
        }
        scan.fraction(usize::MAX)?
    } else {
        0
    };
    ends(scan.rest).then_some((hour, minute, second, micros))
}

fn iso_week(year: i64, week: i64, weekday: i64) -> Option<Parts> {
    if !(1..=53).contains(&week) || !(1..=7).contains(&weekday) {
        return None;
    }
    let fourth = days(year, 1, 4);
    // 1970-01-01 was a Thursday.
    let monday = fourth - (fourth + 3).rem_euclid(7);
    if week == 53 && civil(monday + 52 * 7 + 3).0 != year {
        return None;
    }
    let (year, month, day) = civil(monday + (week - 1) * 7 + weekday - 1);
    Some(Parts {
        year,
        month,
        day,
        ..Parts::default()
    })
}

/// Django's own pattern: one or two digits for all but the year, blanks before the zone.
fn from_pattern(text: &str) -> Option<Local> {
    let mut scan = Scan { rest: text };
    let year = scan.digits(4, 4)?;
    let month = scan.sign('-').then(|| scan.digits(1, 2))??;
    let day = scan.sign('-').then(|| scan.digits(1, 2))??;
    if !(scan.sign('T') || scan.sign(' ')) {
        return None;
    }
    let hour = scan.digits(1, 2)?;
    let minute = scan.sign(':').then(|| scan.digits(1, 2))??;
    let (mut second, mut micros) = (0, 0);
    if scan.sign(':') {
        second = scan.digits(1, 2)?;
        if scan.sign('.') || scan.sign(',') {
            if !scan.rest.starts_with(|sign: char| sign.is_ascii_digit()) {
                return None;
            }
            micros = scan.fraction(12)?;
        }
    }
    scan.rest = scan.rest.trim_start();
    let offset = match scan.rest {
        "" | "Z" => 0,
        _ => {
            let west = if scan.sign('-') {
                true
            } else if scan.sign('+') {
                false
            } else {
                return None;
            };
            let hours = scan.digits(2, 2)?;
            let minutes = if scan.rest.is_empty() {
                0
            } else {
                scan.sign(':');
                scan.digits(2, 2)?
            };
            if !scan.rest.is_empty() {
                return None;
            }
            let offset = hours * HOUR + minutes * MINUTE;
            if west { -offset } else { offset }
        }
    };
    let parts = Parts {
        year,
        month,
        day,
        hour,
        minute,
        second,
        micros,
    };
    Some((parts, (offset.abs() < DAY).then_some(offset)))
}

/// Reads the moments that the query language knows: `YYYY-MM-DD`, then a blank and `HH:MM`, then
/// `:SS`, in UTC; how many are expected follows from the length alone. `None` for anything else.
#[must_use]
pub fn parse_query_moment(text: &str) -> Option<Micros> {
    let length = text.chars().count();
    let mut scan = Scan { rest: text };
    let mut parts = Parts {
        year: scan.digits(4, 4)?,
        ..Parts::default()
    };
    parts.month = scan.sign('-').then(|| scan.digits(1, 2))??;
    parts.day = scan.sign('-').then(|| scan.digits(1, 2))??;
    if length > 10 {
        let behind = scan.rest.trim_start();
        if behind.len() == scan.rest.len() {
            return None;
        }
        scan.rest = behind;
        parts.hour = scan.digits(1, 2)?;
        parts.minute = scan.sign(':').then(|| scan.digits(1, 2))??;
    }
    if length > 16 {
        parts.second = scan.sign(':').then(|| scan.digits(1, 2))??;
    }
    if scan.rest.is_empty() {
        parts.micros()
    } else {
        None
    }
}

/// RFC 3339 in UTC with a `Z`; microseconds only when there are any.
#[must_use]
pub fn rfc3339(moment: Micros) -> String {
    let (date, time, micros) = split(moment);
    let fraction = if micros == 0 {
        String::new()
    } else {
        format!(".{micros:06}")
    };
    format!("{date}T{time}{fraction}Z")
}

/// The same without zone and fraction: how `volume/` writes its buckets.
#[must_use]
pub fn without_zone(moment: Micros) -> String {
    let (date, time, _) = split(moment);
    format!("{date}T{time}")
}

/// What PostgreSQL shows for a timestamp in UTC: `created ~ "…"` searches in it.
#[must_use]
pub fn postgres_text(moment: Micros) -> String {
    let (date, time, micros) = split(moment);
    let fraction = format!("{micros:06}");
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{date} {time}{point}{fraction}+00")
}

/// A date as HTTP writes it.
#[must_use]
pub fn http_date(moment: Micros) -> String {
    let whole_days = moment.div_euclid(DAY);
    let (year, month, day) = civil(whole_days);
    let name = |names: [&'static str; 12], at: i64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at).copied())
            .unwrap_or("")
    };
    let weekday = [
        "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "", "", "", "", "",
    ];
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, time, _) = split(moment);
    format!(
        "{}, {day:02} {} {year:04} {time} GMT",
        name(weekday, whole_days.rem_euclid(7)),
        name(months, month - 1)
    )
}

/// Reads a date as HTTP writes it. `None` if it is none.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<Micros> {
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let day = words.next()?.parse().ok()?;
    let name = words.next()?;
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = i64::try_from(months.iter().position(|month| *month == name)?).ok()? + 1;
    let year = words.next()?.parse().ok()?;
    let mut clock = words
        .next()?
        .split(':')
        .map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    Parts {
        year,
        month,
        day,
        hour,
        minute,
        second,
        micros: 0,
    }
    .micros()
}

fn split(moment: Micros) -> (String, String, i64) {
    let (year, month, day) = civil(moment.div_euclid(DAY));
    let of_day = moment.rem_euclid(DAY);
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!(
        "{:02}:{:02}:{:02}",
        of_day / HOUR,
        of_day / MINUTE % 60,
        of_day / SECOND % 60
    );
    (date, time, of_day % SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as Django 5.2 on Python 3.11 answered it.
    #[test]
    fn expiries_are_read_as_django_reads_them() {
        let rows = [
            ("2030-01-01", "2030-01-01T00:00:00Z"),
            ("20300101", "2030-01-01T00:00:00Z"),
            ("2030-W01-1", "2029-12-31T00:00:00Z"),
            ("2030-W01", "2029-12-31T00:00:00Z"),
            ("2030W011", "2029-12-31T00:00:00Z"),
            ("2030-01-01T10", "2030-01-01T10:00:00Z"),
            ("2030-01-01x10:00", "2030-01-01T10:00:00Z"),
            ("2030-01-01T10:00:05,123", "2030-01-01T10:00:05.123000Z"),
            ("2030-01-01T10:00:05.1234567", "2030-01-01T10:00:05.123456Z"),
            (
                "2030-01-01T10:00:00.123456789123Z",
                "2030-01-01T10:00:00.123456Z",
            ),
            ("2030-01-01T10:00:05 Z", "2030-01-01T10:00:05Z"),
            ("2030-01-01T10:00+0200", "2030-01-01T08:00:00Z"),
            ("2030-01-01T10:00+02", "2030-01-01T08:00:00Z"),
            ("2030-01-01T10:00+02:00:30", "2030-01-01T07:59:30Z"),
            ("2030-1-1T1:2:3.5+05", "2029-12-31T20:02:03.500000Z"),
            ("2030-01-01T10:00 ", "2030-01-01T10:00:00Z"),
            ("2030-01-01T1000", "2030-01-01T10:00:00Z"),
            ("20300101T100000Z", "2030-01-01T10:00:00Z"),
            ("2030-01-01T10:0", "2030-01-01T10:00:00Z"),
            ("2030-1-1 1:2 \t Z", "2030-01-01T01:02:00Z"),
            ("0001-01-01", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ];
        for (text, expected) in rows {
            match parse_datetime(text) {
                Parsed::Moment(moment) => assert_eq!(rfc3339(moment), expected, "{text:?}"),
                other => panic!("{text:?} is {other:?}"),
            }
        }
        let wrong = [
            "",
            "tomorrow",
            "2030-01-01T10:00:05z",
            "2030-1-1",
            "2030-01-01T24:00",
            " 2030-01-01",
            "2030-001",
            "2030-01-01T",
            "0000-01-01",
            "2030-02-30T00:00:00Z",
            "2030-06-30T23:59:60Z",
            "10000-01-01T00:00:00Z",
            "2030-01-01T10:00:00Zx",
            "2030-01-01T10:00:00+0",
            "2030-01-01TT10:00",
            "2030-01-01T10:00:00+24:00",
            "2030-1-1 1:2+99",
            "2030-13-01",
            "２０３０-01-01",
        ];
        for text in wrong {
            assert_eq!(parse_datetime(text), Parsed::WrongFormat, "{text:?}");
        }
        for text in ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00"] {
            assert_eq!(parse_datetime(text), Parsed::OutOfRange, "{text:?}");
        }
    }

    #[test]
    fn the_query_language_knows_three_lengths_of_moment() {
        let rows = [
            ("2026-01-02", Some("2026-01-02T00:00:00Z")),
            ("2026-1-2", Some("2026-01-02T00:00:00Z")),
            ("2026-01-02 10:00", Some("2026-01-02T10:00:00Z")),
            ("2026-01-02 1:00", Some("2026-01-02T01:00:00Z")),
            ("2026-01-02\t10:00", Some("2026-01-02T10:00:00Z")),
            ("2026-01-02 10:00:05", Some("2026-01-02T10:00:05Z")),
            ("2026-01-02 10:00:5", Some("2026-01-02T10:00:05Z")),
            ("2026-01-02  10:00", None),
            ("2026-01-02T10:00:05Z", None),
            ("2026-01-02 10:00:05.5", None),
            ("2026-01-02 ", None),
            ("2026-02-30", None),
            ("2026-01-02 10:00:60", None),
            ("2026", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(
                parse_query_moment(text).map(rfc3339).as_deref(),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn moments_are_written_as_the_server_writes_them() {
        let Parsed::Moment(moment) = parse_datetime("2026-11-22T02:10:35.120500Z") else {
            panic!("a moment")
        };
        assert_eq!(rfc3339(moment), "2026-11-22T02:10:35.120500Z");
        assert_eq!(without_zone(moment), "2026-11-22T02:10:35");
        assert_eq!(postgres_text(moment), "2026-11-22 02:10:35.1205+00");
        assert_eq!(http_date(moment), "Sun, 22 Nov 2026 02:10:35 GMT");
        assert_eq!(
            parse_http_date("Sun, 22 Nov 2026 02:10:35 GMT"),
            Some(moment - 120_500)
        );
        assert_eq!(rfc3339(EARLIEST), "0001-01-01T00:00:00Z");
        assert_eq!(rfc3339(LATEST), "9999-12-31T23:59:59.999999Z");
    }
}
