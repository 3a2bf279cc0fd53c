//! Instants as authentik writes them and as people read them.
//!
//! Nothing here reads a clock or a time zone: "now" and offsets are arguments. Offsets are minutes
//! east of UTC.

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_DAY: i64 = 24 * 60 * MICROS_PER_MINUTE;

/// 0001-01-01T00:00:00Z; authentik knows nothing before.
const FIRST: i64 = -62_135_596_800 * MICROS_PER_SECOND;
/// 10000-01-01T00:00:00Z; authentik knows nothing from here on.
const BEHIND_LAST: i64 = 253_402_300_800 * MICROS_PER_SECOND;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// From the weekday of day 0, 1970-01-01.
const WEEKDAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

/// An instant, in microseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use eventide::moment::Moment;
///
/// let moment = Moment::parse("2026-11-22T14:29:13.902113Z").unwrap();
/// assert_eq!(moment.full(60), "Sun 22 Nov 2026, 15:29:13");
/// assert_eq!(moment.rfc3339(), "2026-11-22T14:29:13.902113Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the epoch, as browsers count.
    pub fn from_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(1000))
    }
    /// Milliseconds since the epoch, rounded down.
    pub fn ms(self) -> i64 {
        self.0.div_euclid(1000)
    }
    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }
    /// From microseconds since the epoch.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// So many days of 24 hours later.
    pub fn days_later(self, days: u32) -> Self {
        Self(
            self.0
                .saturating_add(i64::from(days).saturating_mul(MICROS_PER_DAY)),
        )
    }
    /// The first instant of the year 1; authentik knows nothing before.
    pub const EARLIEST: Self = Self(FIRST);
    /// The last microsecond of the year 9999; authentik knows nothing behind it.
    pub const LATEST: Self = Self(BEHIND_LAST - 1);

    /// So many minutes later, or earlier if negative.
    pub fn minutes_later(self, minutes: i64) -> Self {
        Self(
            self.0
                .saturating_add(minutes.saturating_mul(MICROS_PER_MINUTE)),
        )
    }
    /// The whole second that it lies in.
    pub fn second_begun(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(MICROS_PER_SECOND)))
    }
    /// The first whole second that is not before it.
    pub fn second_ended(self) -> Self {
        Self(self.0.saturating_add(MICROS_PER_SECOND - 1)).second_begun()
    }
    /// Whether authentik can store it: years 1 to 9999.
    pub fn is_storable(self) -> bool {
        (FIRST..BEHIND_LAST).contains(&self.0)
    }
    /// Reads what authentik prints and accepts: a date, then optionally `T` or a blank and hours and
    /// minutes, optionally seconds with a fraction of any length (cut to microseconds), then `Z`, an
    /// offset, or nothing for UTC. `None` for anything else, for days and times that do not exist,
    /// and outside the years 1 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_at(text, 0)
    }
    /// [`parse`](Self::parse), where a text without an offset is read at `offset`.
    pub fn parse_at(text: &str, offset: i32) -> Option<Self> {
        let mut rest = text.trim();
        let day = date(&mut rest)?;
        let (time, own_offset) = if rest.is_empty() {
            (0, None)
        } else {
            time_and_offset(rest)?
        };
        let shift = i64::from(own_offset.unwrap_or(offset)) * MICROS_PER_MINUTE;
        let moment = Self(day * MICROS_PER_DAY + time - shift);
        moment.is_storable().then_some(moment)
    }
    /// Reads the date of an HTTP header, as in `Sun, 22 Nov 2026 14:29:13 GMT`. `None` for the two
    /// forms that have been out of use since 1997, and for anything else.
    pub fn parse_http(text: &str) -> Option<Self> {
        let (_, date) = text.trim().split_once(", ")?;
        let mut parts = date.split(' ');
        let day = parts.next()?;
        let month = parts.next()?;
        let month = MONTHS
            .iter()
            .position(|name| name.get(..3) == Some(month))?
            + 1;
        let (year, time, zone) = (parts.next()?, parts.next()?, parts.next()?);
        let ends = parts.next().is_none();
        (ends && zone == "GMT")
            .then(|| Self::parse(&format!("{year}-{month:02}-{day}T{time}Z")))
            .flatten()
    }
    /// `2026-11-22T14:29:13.902113Z`; no fraction when it is zero.
    pub fn rfc3339(self) -> String {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            micros,
            ..
        } = self.civil(0);
        let fraction = if micros == 0 {
            String::new()
        } else {
            format!(".{micros:06}")
        };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
    }
    /// `2026-11-22T14:29:13` at `offset`, as a date and time field takes it.
    pub fn local(self, offset: i32) -> String {
        let Civil {
            year, month, day, ..
        } = self.civil(offset);
        format!("{year:04}-{month:02}-{day:02}T{}", self.time(offset))
    }
    /// `14:29:13` at `offset` minutes east of UTC.
    pub fn time(self, offset: i32) -> String {
        let Civil {
            hour,
            minute,
            second,
            ..
        } = self.civil(offset);
        format!("{hour:02}:{minute:02}:{second:02}")
    }
    /// `Sun 22 Nov 2026, 14:29:13`.
    pub fn full(self, offset: i32) -> String {
        let weekday = short(weekday(self.day_number(offset)));
        let Civil {
            year,
            month_name,
            day,
            ..
        } = self.civil(offset);
        format!(
            "{weekday} {day} {} {year}, {}",
            short(month_name),
            self.time(offset)
        )
    }
    /// `22 Nov 2026, 14:29:13.902` (milliseconds only when there are any).
    pub fn exact(self, offset: i32) -> String {
        let Civil {
            year,
            month_name,
            day,
            micros,
            ..
        } = self.civil(offset);
        let fraction = match micros / 1000 {
            0 => String::new(),
            ms => format!(".{ms:03}"),
        };
        format!(
            "{day} {} {year}, {}{fraction}",
            short(month_name),
            self.time(offset)
        )
    }
    /// `Sunday 22 November` (with the year when `now` is in another one), for day heads; with
    /// "Today, " or "Yesterday, " before it where true.
    pub fn day(self, offset: i32, now: Moment) -> String {
        let Civil {
            year,
            month_name,
            day,
            ..
        } = self.civil(offset);
        let number = self.day_number(offset);
        let prefix = match now.day_number(offset) - number {
            0 => "Today, ",
            1 => "Yesterday, ",
            _ => "",
        };
        let suffix = if now.civil(offset).year == year {
            String::new()
        } else {
            format!(" {year}")
        };
        format!("{prefix}{} {day} {month_name}{suffix}", weekday(number))
    }
    /// `Fri 20 Nov` at `offset`; where there is little room.
    pub fn short_day(self, offset: i32) -> String {
        let Civil {
            day, month_name, ..
        } = self.civil(offset);
        let weekday = short(weekday(self.day_number(offset)));
        format!("{weekday} {day} {}", short(month_name))
    }
    /// `14:29` at `offset`.
    pub fn minutes(self, offset: i32) -> String {
        let Civil { hour, minute, .. } = self.civil(offset);
        format!("{hour:02}:{minute:02}")
    }
    /// Day, month (in words) and year at `offset`.
    pub fn date(self, offset: i32) -> (i64, &'static str, i64) {
        let Civil {
            year,
            month_name,
            day,
            ..
        } = self.civil(offset);
        (day, month_name, year)
    }
    /// The first instant of a civil day, by its [`day_number`](Self::day_number), in a zone whose
    /// offset depends on the moment. Days begin late where the clocks skip midnight.
    pub fn start_of_day(number: i64, zone: &dyn Fn(Self) -> i32) -> Self {
        let midnight = number.saturating_mul(MICROS_PER_DAY);
        let at = |offset: i32| Self(midnight.saturating_sub(i64::from(offset) * MICROS_PER_MINUTE));
        // The offsets a day before and after are those on both sides of a change of the clocks.
        let [before, after] =
            [-1, 1].map(|side| at(zone(Self(at(0).0.saturating_add(side * MICROS_PER_DAY)))));
        let (first, last) = (before.min(after), before.max(after));
        if first.day_number(zone(first)) == number {
            first
        } else {
            last
        }
    }
    /// A number that is equal for instants of one civil day at `offset`.
    pub fn day_number(self, offset: i32) -> i64 {
        self.at(offset).div_euclid(MICROS_PER_DAY)
    }
    /// `3 minutes ago`, `in 365 days`, `now` (within ten seconds). The past is rounded down, the
    /// future to the nearest; years from two on.
    pub fn relative(self, now: Moment) -> String {
        let ahead = self > now;
        let distance = self.0.saturating_sub(now.0).saturating_abs();
        let number = |unit: i64| {
            let rounding = if ahead { unit / 2 } else { 0 };
            distance.saturating_add(rounding) / unit
        };
        let seconds = number(MICROS_PER_SECOND);
        let minutes = number(MICROS_PER_MINUTE);
        let hours = number(60 * MICROS_PER_MINUTE);
        let days = number(MICROS_PER_DAY);
        let (count, unit) = if seconds < 10 {
            return "now".to_owned();
        } else if seconds < 60 {
            (seconds, "second")
        } else if minutes < 60 {
            (minutes, "minute")
        } else if hours < 24 {
            (hours, "hour")
        } else if days < 730 {
            (days, "day")
        } else {
            (days / 365, "year")
        };
        let plural = if count == 1 { "" } else { "s" };
        if ahead {
            format!("in {count} {unit}{plural}")
        } else {
            format!("{count} {unit}{plural} ago")
        }
    }

    /// Microseconds on the clock of `offset`.
    fn at(self, offset: i32) -> i64 {
        self.0.saturating_add(i64::from(offset) * MICROS_PER_MINUTE)
    }

    fn civil(self, offset: i32) -> Civil {
        let at = self.at(offset);
        let (year, month, day) = civil_from_days(at.div_euclid(MICROS_PER_DAY));
        let time = at.rem_euclid(MICROS_PER_DAY);
        let seconds = time / MICROS_PER_SECOND;
        let month_name = usize::try_from(month - 1)
            .ok()
            .and_then(|index| MONTHS.get(index))
            .unwrap_or(&"");
        Civil {
            year,
            month,
            month_name,
            day,
            hour: seconds / 3600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            micros: time % MICROS_PER_SECOND,
        }
    }
}

/// A date and time on somebody's clock.
struct Civil {
    year: i64,
    month: i64,
    month_name: &'static str,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

fn weekday(day_number: i64) -> &'static str {
    let index = usize::try_from(day_number.rem_euclid(7)).unwrap_or_default();
    WEEKDAYS.get(index).unwrap_or(&"")
}

/// `UTC`, `UTC+1`, `UTC−3:30`: an offset in minutes east of UTC as people write it.
pub fn offset_name(offset: i32) -> String {
    let sign = match offset {
        0 => return "UTC".to_owned(),
        ..0 => '\u{2212}',
        _ => '+',
    };
    let (hours, minutes) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
    if minutes == 0 {
        format!("UTC{sign}{hours}")
    } else {
        format!("UTC{sign}{hours}:{minutes:02}")
    }
}

/// Days since 1970-01-01 in the Gregorian calendar. The year begins in March here, so that the
/// leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Takes the date at the start of a text, as days since 1970-01-01.
fn date(rest: &mut &str) -> Option<i64> {
    let year = number(rest, 4, 4)?;
    let month = skip(rest, '-').and_then(|()| number(rest, 1, 2))?;
    let day = skip(rest, '-').and_then(|()| number(rest, 1, 2))?;
    let days = days_from_civil(year, month, day);
    // A day that does not exist, as 30 February, comes back as another one.
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// Reads what follows a date: microseconds of the day, and the offset if there is one.
fn time_and_offset(text: &str) -> Option<(i64, Option<i32>)> {
    let mut rest = text.strip_prefix(['T', 't', ' '])?.trim_start();
    let hour = number(&mut rest, 1, 2)?;
    skip(&mut rest, ':')?;
    let minute = number(&mut rest, 2, 2)?;
    let (mut second, mut micros) = (0, 0);
    if skip(&mut rest, ':').is_some() {
        second = number(&mut rest, 2, 2)?;
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            (micros, rest) = fraction_micros(fraction)?;
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time = (hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND + micros;
    Some((time, offset(rest.trim_start())?))
}

/// Reads the digits behind the point; those beyond the sixth are cut off.
fn fraction_micros(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let kept = digits.get(..6).unwrap_or(digits);
    let micros: i64 = format!("{kept:0<6}").parse().ok()?;
    (length > 0).then_some((micros, rest))
}

/// Reads `Z`, `+02`, `+0200`, `+02:00` or nothing.
fn offset(text: &str) -> Option<Option<i32>> {
    let (sign, mut rest) = match text.chars().next() {
        None => return Some(None),
        Some('Z' | 'z') if text.len() == 1 => return Some(Some(0)),
        Some('+') => (1, text.get(1..)?),
        Some('-') => (-1, text.get(1..)?),
        Some('\u{2212}') => (-1, text.strip_prefix('\u{2212}')?),
        Some(_) => return None,
    };
    let hours = number(&mut rest, 2, 2)?;
    let minutes = match (skip(&mut rest, ':'), rest.is_empty()) {
        (None, true) => 0,
        _ => number(&mut rest, 2, 2)?,
    };
    let offset = i32::try_from(hours * 60 + minutes).ok()?;
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(Some(sign * offset))
}

/// Takes `least` to `most` digits from the start of a text.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let length = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (digits, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    (length >= least).then(|| digits.parse().ok()).flatten()
}

fn skip(rest: &mut &str, wanted: char) -> Option<()> {
    *rest = rest.strip_prefix(wanted)?;
    Some(())
}

/// Reads an offset as browsers name it, as in "GMT+05:30", "GMT-3" or "GMT".
pub fn offset_named(text: &str) -> Option<i32> {
    let rest = text.strip_prefix("GMT")?;
    let Some(sign) = rest.chars().next() else {
        return Some(0);
    };
    let sign = match sign {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let digits = rest.trim_start_matches(['+', '-', '\u{2212}']);
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let hours: i32 = hours
        .parse()
        .ok()
        .filter(|hours| (0..=24).contains(hours))?;
    // Zones of long ago had seconds as well.
    let minutes = minutes.split(':').next()?;
    let minutes: i32 = minutes
        .parse()
        .ok()
        .filter(|minutes| (0..60).contains(minutes))?;
    Some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap_or_else(|| panic!("{text} is no instant"))
    }

    #[test]
    fn every_shape_that_authentik_prints_or_accepts_is_read() {
        let table = [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2026-11-22T14:29:13.902113Z", "2026-11-22T14:29:13.902113Z"),
            ("2026-11-22T14:29:13Z", "2026-11-22T14:29:13Z"),
            ("2026-11-15T00:00:00", "2026-11-15T00:00:00Z"),
            ("2030-01-01", "2030-01-01T00:00:00Z"),
            ("2030-01-01 00:00", "2030-01-01T00:00:00Z"),
            ("2030-01-01T10:20", "2030-01-01T10:20:00Z"),
            ("2030-01-01t10:20z", "2030-01-01T10:20:00Z"),
            ("2030-01-01T00:00:00+02:00", "2029-12-31T22:00:00Z"),
            ("2030-01-01T00:00:00-0330", "2030-01-01T03:30:00Z"),
            ("2030-01-01T00:00:00+02", "2029-12-31T22:00:00Z"),
            ("2030-01-01 00:00 +02:00", "2029-12-31T22:00:00Z"),
            ("2030-01-01T00:00:00\u{2212}01:00", "2030-01-01T01:00:00Z"),
            (
                "2030-01-01T00:00:00.123456789Z",
                "2030-01-01T00:00:00.123456Z",
            ),
            ("2030-01-01T00:00:00.1Z", "2030-01-01T00:00:00.100000Z"),
            ("2030-01-01T00:00:00,5", "2030-01-01T00:00:00.500000Z"),
            ("  2030-1-2 3:04 ", "2030-01-02T03:04:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("2000-02-29", "2000-02-29T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ];
        for (text, expected) in table {
            assert_eq!(moment(text).rfc3339(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        let table = [
            "",
            "tomorrow",
            "1893456000",
            "2030",
            "2030-01",
            "2030-13-01",
            "2030-00-01",
            "2030-02-30T00:00:00Z",
            "2023-02-29",
            "1900-02-29",
            "2030-06-31",
            "2030-01-00",
            "2030-06-30T23:59:60Z",
            "2030-01-01T24:00",
            "2030-01-01T00:60",
            "2030-01-01T00",
            "2030-01-01T00:00:00.Z",
            "2030-01-01T00:00:00+",
            "2030-01-01T00:00:00+2",
            "2030-01-01T00:00:00+02:",
            "2030-01-01T00:00:00+24:00",
            "2030-01-01T00:00:00+02:60",
            "2030-01-01T00:00:00Zulu",
            "2030-01-01T00:00:00 CET",
            "10000-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "-2030-01-01",
            "2030-01-01Tä",
            "２０３０-01-01",
        ];
        for text in table {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_without_an_offset_is_read_at_the_given_one() {
        let at = |text, offset| Moment::parse_at(text, offset).unwrap().rfc3339();
        assert_eq!(at("2026-11-22T14:29", 60), "2026-11-22T13:29:00Z");
        assert_eq!(at("2026-11-22T14:29", -210), "2026-11-22T17:59:00Z");
        assert_eq!(at("2026-11-22T14:29Z", 60), "2026-11-22T14:29:00Z");
        assert_eq!(at("2026-11-22", 60), "2026-11-21T23:00:00Z");
    }

    #[test]
    fn dates_of_http_headers_are_read() {
        let read = |text| Moment::parse_http(text).map(Moment::rfc3339);
        assert_eq!(
            read("Sun, 22 Nov 2026 14:29:13 GMT").as_deref(),
            Some("2026-11-22T14:29:13Z")
        );
        for text in [
            "",
            "5",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun, 22 Nov 2026 14:29:13",
            "Sun, 22 Nov 2026 14:29:13 CET",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_is_written_as_people_read_it() {
        let it = moment("2026-11-22T23:29:13.902113Z");
        assert_eq!(it.time(0), "23:29:13");
        assert_eq!(it.time(60), "00:29:13");
        assert_eq!(it.full(0), "Sun 22 Nov 2026, 23:29:13");
        assert_eq!(it.full(60), "Mon 23 Nov 2026, 00:29:13");
        assert_eq!(it.exact(0), "22 Nov 2026, 23:29:13.902");
        assert_eq!(it.local(-210), "2026-11-22T19:59:13");
        assert_eq!(
            moment("2026-11-02T03:04:05.000999Z").exact(0),
            "2 Nov 2026, 03:04:05"
        );
        assert_eq!(moment("0001-01-01").full(0), "Mon 1 Jan 1, 00:00:00");
        assert_eq!(Moment::from_ms(-1).rfc3339(), "1969-12-31T23:59:59.999000Z");
    }

    #[test]
    fn days_have_heads() {
        let now = moment("2026-11-22T12:00:00Z");
        let check =
            |text: &str, expected: &str| assert_eq!(moment(text).day(60, now), expected, "{text}");
        check("2026-11-22T11:00:00Z", "Today, Sunday 22 November");
        check("2026-11-21T23:00:00Z", "Today, Sunday 22 November");
        check("2026-11-21T22:59:59Z", "Yesterday, Saturday 21 November");
        check("2026-11-20T12:00:00Z", "Friday 20 November");
        check("2026-11-23T12:00:00Z", "Monday 23 November");
        check("2025-12-31T12:00:00Z", "Wednesday 31 December 2025");
        check("2026-01-01T00:00:00Z", "Thursday 1 January");
        let new_year = moment("2027-01-01T10:00:00Z");
        assert_eq!(
            moment("2026-12-31T10:00:00Z").day(0, new_year),
            "Yesterday, Thursday 31 December 2026"
        );
    }

    #[test]
    fn days_begin_where_the_clocks_of_the_zone_say() {
        // A zone that changes from one offset to another at an instant.
        let check = |change: &str, before: i32, after: i32, day: &str, expected: &str| {
            let change = moment(change);
            let zone = move |at: Moment| if at < change { before } else { after };
            let number = moment(day).day_number(0);
            let start = Moment::start_of_day(number, &zone);
            assert_eq!(start.rfc3339(), expected, "{day} {before} {after}");
        };
        let summer = "2026-03-29T01:00:00Z";
        check(summer, 60, 120, "2026-03-28", "2026-03-27T23:00:00Z");
        check(summer, 60, 120, "2026-03-29", "2026-03-28T23:00:00Z");
        check(summer, 60, 120, "2026-03-30", "2026-03-29T22:00:00Z");
        let winter = "2026-10-25T01:00:00Z";
        check(winter, 120, 60, "2026-10-25", "2026-10-24T22:00:00Z");
        check(winter, 120, 60, "2026-10-26", "2026-10-25T23:00:00Z");
        // The clocks skip midnight, or strike it twice.
        check(
            "2018-11-04T03:00:00Z",
            -180,
            -120,
            "2018-11-04",
            "2018-11-04T03:00:00Z",
        );
        check(
            "2018-02-18T02:00:00Z",
            -120,
            -180,
            "2018-02-18",
            "2018-02-18T03:00:00Z",
        );
        check(summer, 840, 840, "2026-11-22", "2026-11-21T10:00:00Z");
        check(summer, -660, -660, "2026-11-22", "2026-11-22T11:00:00Z");
        for number in [i64::MIN, i64::MAX] {
            let _ = Moment::start_of_day(number, &|_| 60);
        }
    }

    #[test]
    fn short_forms_keep_the_day_and_the_minute() {
        let it = moment("2026-11-20T23:05:59Z");
        assert_eq!(
            (it.short_day(0), it.minutes(0)),
            ("Fri 20 Nov".into(), "23:05".into())
        );
        assert_eq!(
            (it.short_day(60), it.minutes(60)),
            ("Sat 21 Nov".into(), "00:05".into())
        );
        assert_eq!(it.date(60), (21, "November", 2026));
    }

    #[test]
    fn distances_are_rounded_to_one_unit() {
        let now = moment("2026-11-22T12:00:00Z");
        let second = 1000;
        let (minute, hour, day) = (60 * second, 3600 * second, 86_400 * second);
        let table = [
            (0, "now"),
            (-9 * second, "now"),
            (9 * second, "now"),
            (-10 * second, "10 seconds ago"),
            (30 * second, "in 30 seconds"),
            (-59_999, "59 seconds ago"),
            (-minute, "1 minute ago"),
            (-119 * second, "1 minute ago"),
            (-3 * minute, "3 minutes ago"),
            (59_600, "in 1 minute"),
            (-59 * minute, "59 minutes ago"),
            (-hour, "1 hour ago"),
            (-23 * hour - 59 * minute, "23 hours ago"),
            (-day, "1 day ago"),
            (30 * day, "in 30 days"),
            (365 * day - 5 * second, "in 365 days"),
            (-400 * day, "400 days ago"),
            (730 * day, "in 2 years"),
            (-3650 * day, "10 years ago"),
        ];
        for (ms, expected) in table {
            assert_eq!(
                Moment::from_ms(now.ms() + ms).relative(now),
                expected,
                "{ms}"
            );
        }
    }

    #[test]
    fn offsets_have_names() {
        let table = [
            (0, "UTC"),
            (60, "UTC+1"),
            (-210, "UTC\u{2212}3:30"),
            (345, "UTC+5:45"),
            (-600, "UTC\u{2212}10"),
        ];
        for (offset, expected) in table {
            assert_eq!(offset_name(offset), expected);
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for ms in [i64::MIN, i64::MAX] {
            let it = Moment::from_ms(ms);
            assert!(!it.is_storable());
            let written = [
                it.rfc3339(),
                it.full(-720),
                it.exact(840),
                it.day(0, Moment::from_ms(0)),
                it.relative(Moment::from_ms(-1)),
            ];
            assert!(written.iter().all(|text| !text.is_empty()));
            assert!(it.days_later(u32::MAX) >= it);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(micros in FIRST..BEHIND_LAST) {
            let it = Moment(micros);
            prop_assert_eq!(Moment::parse(&it.rfc3339()), Some(it));
        }

        #[test]
        fn local_times_are_read_back_at_their_offset(seconds in -60_000_000_000i64..250_000_000_000, offset in -840..=840) {
            let it = Moment(seconds * MICROS_PER_SECOND);
            prop_assert_eq!(Moment::parse_at(&it.local(offset), offset), Some(it));
            prop_assert_eq!(it.day_number(offset), it.at(offset).div_euclid(MICROS_PER_DAY));
        }

        #[test]
        fn any_text_is_an_instant_or_not(text in any::<String>(), shaped in "[0-9]{0,5}-?[0-9]{0,3}-?[0-9]{0,3}[T ]?[0-9:.,Z+-]{0,20}") {
            for text in [text, shaped] {
                if let Some(it) = Moment::parse(&text) {
                    prop_assert_eq!(Moment::parse(&it.rfc3339()), Some(it));
                }
                let _ = Moment::parse_http(&text);
            }
        }

        #[test]
        fn days_follow_each_other(day in -800_000i64..3_000_000) {
            let (year, month, date) = civil_from_days(day);
            prop_assert_eq!(days_from_civil(year, month, date), day);
            let next = civil_from_days(day + 1);
            prop_assert!(next == (year, month, date + 1) || next == (year, month + 1, 1) || next == (year + 1, 1, 1));
        }
    }
}
