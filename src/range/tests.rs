use proptest::prelude::*;

use super::*;

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|| panic!("{text} is no instant"))
}

/// Sun 22 Nov 2026.
fn now() -> Moment {
    moment("2026-11-22T12:00:00Z")
}

/// Summer time as in Berlin in 2026: from 29 March 01:00 to 25 October 01:00 UTC.
fn berlin(at: Moment) -> i32 {
    let summer = moment("2026-03-29T01:00:00Z")..moment("2026-10-25T01:00:00Z");
    if summer.contains(&at) { 120 } else { 60 }
}

fn typed(text: &str, zone: Zone<'_>) -> Result<String, String> {
    let range = Range::typed(text, zone, now())?;
    Ok(match range {
        Range::Last(span) => span.text(),
        Range::All => "all".to_owned(),
        Range::Between { from, to } => format!("{} {}", from.rfc3339(), to.rfc3339()),
    })
}

#[test]
fn lengths_of_time_are_typed_as_people_say_them() {
    for (text, expected) in [
        ("3d", "3d"),
        ("3 days", "3d"),
        ("last 3 days", "3d"),
        ("Past Hour", "1h"),
        ("last week", "7d"),
        ("90 min", "90m"),
        ("120m", "2h"),
        ("24h", "24h"),
        ("1d", "24h"),
        ("36h", "36h"),
        ("2 weeks", "14d"),
        ("last month", "30d"),
        ("1y", "365d"),
        (" 15 minutes ", "15m"),
        ("all", "all"),
        ("All time", "all"),
    ] {
        assert_eq!(typed(text, &|_| 0).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn days_and_times_are_those_of_the_zone() {
    let check = |text: &str, zone: Zone<'_>, from: &str, to: &str| {
        assert_eq!(typed(text, zone), Ok(format!("{from} {to}")), "{text}");
    };
    let utc: Zone<'_> = &|_| 0;
    check("today", utc, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z");
    check(
        "yesterday",
        &|_| 840,
        "2026-11-21T10:00:00Z",
        "2026-11-22T10:00:00Z",
    );
    check(
        "2026-11-20",
        &|_| -660,
        "2026-11-20T11:00:00Z",
        "2026-11-21T11:00:00Z",
    );
    check(
        "2026-11-20",
        &|_| 330,
        "2026-11-19T18:30:00Z",
        "2026-11-20T18:30:00Z",
    );
    check(
        "2026-11-20 to 2026-11-22",
        utc,
        "2026-11-20T00:00:00Z",
        "2026-11-23T00:00:00Z",
    );
    check(
        "from 2026-11-20 until yesterday",
        utc,
        "2026-11-20T00:00:00Z",
        "2026-11-22T00:00:00Z",
    );
    check(
        "2026-11-20 10:00 to 12:00",
        &berlin,
        "2026-11-20T09:00:00Z",
        "2026-11-20T11:00:00Z",
    );
    check(
        "2026-11-20 10:00 – 2026-11-21 08:30:15",
        utc,
        "2026-11-20T10:00:00Z",
        "2026-11-21T08:30:15Z",
    );
    check(
        "2026-11-20T10:00..2026-11-20T12:00",
        utc,
        "2026-11-20T10:00:00Z",
        "2026-11-20T12:00:00Z",
    );
    check(
        "2026-11-20T10:00Z/2026-11-20T12:00+01:00",
        &berlin,
        "2026-11-20T10:00:00Z",
        "2026-11-20T11:00:00Z",
    );
    check(
        "10:00 to 11:30",
        &berlin,
        "2026-11-22T09:00:00Z",
        "2026-11-22T10:30:00Z",
    );
    check(
        "yesterday 22:00 to now",
        utc,
        "2026-11-21T22:00:00Z",
        "2026-11-22T12:00:00Z",
    );
    check(
        "yesterday 22:00 to today 06:00",
        utc,
        "2026-11-21T22:00:00Z",
        "2026-11-22T06:00:00Z",
    );
    check(
        "since 2026-11-20",
        utc,
        "2026-11-20T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    );
    check(
        "since yesterday 10:00",
        utc,
        "2026-11-21T10:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    );
    check(
        "until 2026-11-20 10:00",
        utc,
        "0001-01-01T00:00:00Z",
        "2026-11-20T10:00:00Z",
    );
}

#[test]
fn days_of_changing_clocks_are_whole_days() {
    let check = |text: &str, from: &str, to: &str| {
        assert_eq!(typed(text, &berlin), Ok(format!("{from} {to}")), "{text}");
    };
    // 23 hours and 25 hours.
    check("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    check("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    // 02:30 does not exist, and exists twice: then the range is the longer one.
    check(
        "2026-03-29 02:30 to 04:00",
        "2026-03-29T01:30:00Z",
        "2026-03-29T02:00:00Z",
    );
    check(
        "2026-10-25 02:30 to 04:00",
        "2026-10-25T00:30:00Z",
        "2026-10-25T03:00:00Z",
    );
    check(
        "2026-10-25 01:00 to 02:30",
        "2026-10-24T23:00:00Z",
        "2026-10-25T01:30:00Z",
    );
}

#[test]
fn what_is_not_understood_is_told_with_the_way_out() {
    let check = |text: &str, expected: &str| {
        assert_eq!(typed(text, &|_| 0), Err(expected.to_owned()), "{text}");
    };
    check(
        "",
        "Type a time, as in “3d”, “yesterday” or “2026-11-20 10:00 to 12:00”",
    );
    check(
        "soon",
        "“soon” is no time. Type “3d”, “yesterday” or “2026-11-20 10:00 to 12:00”",
    );
    check(
        "2026-02-30",
        "“2026-02-30” is no time. Type “3d”, “yesterday” or “2026-11-20 10:00 to 12:00”",
    );
    check(
        "20.11.2026",
        "“20.11.2026” is no time. Type “3d”, “yesterday” or “2026-11-20 10:00 to 12:00”",
    );
    check(
        "2026-11-20 to then",
        "“then” is no time. Type “3d”, “yesterday” or “2026-11-20 10:00 to 12:00”",
    );
    check("0d", "Type a length of time above 0, as in “3d”");
    check(
        "99999999999d",
        "That is longer than authentik exists. Type “all” for all events",
    );
    check(
        "2026-11-20 10:00",
        "That is one moment. Add an end, as in “2026-11-20 10:00 to 12:00”, or type “since 2026-11-20 10:00”",
    );
    check(
        "2026-11-20 10:00 to 09:00",
        "The end must lie behind the beginning. Exchange them",
    );
    check(
        "tomorrow",
        "“tomorrow” is no time. Type “3d”, “yesterday” or “2026-11-20 10:00 to 12:00”",
    );
}

#[test]
fn a_range_says_what_it_is() {
    let check = |range: Range, zone: Zone<'_>, expected: &str| {
        assert_eq!(range.words(zone, now()), expected, "{range:?}");
    };
    let utc: Zone<'_> = &|_| 0;
    let presets = Range::PRESETS.map(|range| range.words(utc, now()));
    assert_eq!(
        presets,
        [
            "Last hour",
            "Last 24 hours",
            "Last 7 days",
            "Last 30 days",
            "Last 90 days"
        ]
    );
    check(Range::Last(Span(15)), utc, "Last 15 minutes");
    check(Range::Last(Span(2 * DAY)), utc, "Last 2 days");
    check(Range::Last(Span(36 * HOUR)), utc, "Last 36 hours");
    check(Range::All, utc, "All time");
    let between = |from: &str, to: &str| Range::Between {
        from: moment(from),
        to: moment(to),
    };
    check(
        between("2026-11-20T06:00Z", "2026-11-20T18:00Z"),
        utc,
        "Fri 20 Nov, 06:00 – 18:00",
    );
    check(
        between("2026-11-20T06:00Z", "2026-11-20T18:00Z"),
        &berlin,
        "Fri 20 Nov, 07:00 – 19:00",
    );
    check(
        between("2026-11-20T06:00Z", "2026-11-21T18:00:05Z"),
        utc,
        "Fri 20 Nov, 06:00 – Sat 21 Nov, 18:00:05",
    );
    check(
        between("2026-11-20T00:00Z", "2026-11-21T00:00Z"),
        utc,
        "Fri 20 Nov",
    );
    check(
        between("2026-11-20T00:00Z", "2026-11-23T00:00Z"),
        utc,
        "Fri 20 Nov – Sun 22 Nov",
    );
    check(
        between("2026-11-20T06:00Z", "2026-11-21T00:00Z"),
        utc,
        "Fri 20 Nov, 06:00 – Sat 21 Nov, 00:00",
    );
    check(
        between("2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        &berlin,
        "Sun 29 Mar",
    );
    check(
        between("2025-12-31T06:00Z", "2026-01-01T06:00Z"),
        utc,
        "Wed 31 Dec 2025, 06:00 – Thu 1 Jan, 06:00",
    );
    check(
        between("2026-11-20T06:00:00.25Z", "2026-11-20T06:00:01Z"),
        utc,
        "Fri 20 Nov, 06:00:00.250 – 06:00:01",
    );
    check(
        Range::Between {
            from: moment("2026-11-20T06:00Z"),
            to: Moment::LATEST,
        },
        utc,
        "Since Fri 20 Nov, 06:00",
    );
    check(
        Range::Between {
            from: Moment::EARLIEST,
            to: moment("2026-11-20T06:00Z"),
        },
        utc,
        "Until Fri 20 Nov, 06:00",
    );
    check(
        Range::Between {
            from: Moment::EARLIEST,
            to: Moment::LATEST,
        },
        utc,
        "All time",
    );
    check(
        Range::around(moment("2026-11-20T06:00:10Z")),
        utc,
        "Fri 20 Nov, 05:55:10 – 06:05:10",
    );
}

#[test]
fn a_range_holds_its_beginning_and_not_its_end() {
    let range = Range::Between {
        from: moment("2026-11-20T06:00Z"),
        to: moment("2026-11-20T18:00Z"),
    };
    assert!(range.holds(moment("2026-11-20T06:00Z"), now()));
    assert!(!range.holds(moment("2026-11-20T18:00Z"), now()));
    assert!(Range::default().holds(moment("2026-11-22T13:00Z"), now()));
    assert!(!Range::default().holds(moment("2026-11-15T11:59:59Z"), now()));
    // Longer than time.
    let endless = Range::Last(Span(u32::MAX));
    assert_eq!(endless.bounds(now()), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn anything_can_be_typed(text in prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(vec![
            "last", "since", "to", " ", "3", "d", "2026-11-20", "10:00", "Z", "yesterday", "..", "–",
            "/", "9999-12-31", "0001-01-01", "T", "now", "until", "99999999999", "+14:00",
        ]), 0..7).prop_map(|parts| parts.concat()),
    ], offset in -900..900_i32) {
        match Range::typed(&text, &|_| offset, now()) {
            Ok(Range::Between { from, to }) => {
                prop_assert!(from <= to && from.is_storable() && to.is_storable(), "{}", text);
            }
            Ok(Range::Last(_) | Range::All) => {}
            Err(why) => prop_assert!(!why.is_empty() && !why.ends_with('.')),
        }
    }

    #[test]
    fn what_a_zone_shows_is_what_was_typed(
        micros in 1_760_000_000_i64..1_830_000_000,
        minutes in 1..100_000_i64,
    ) {
        let from = Moment::from_ms(micros * 1000);
        let to = from.minutes_later(minutes);
        let shown = |at: Moment| at.local(berlin(at));
        let range = Range::typed(&format!("{} to {}", shown(from), shown(to)), &berlin, now()).unwrap();
        let Range::Between { from: first, to: last } = range else { panic!("{range:?}") };
        prop_assert_eq!((shown(first), shown(last)), (shown(from), shown(to)));
        prop_assert!(first <= from && to <= last, "a time that is struck twice makes it longer");
    }

    #[test]
    fn spans_come_back_from_their_text(minutes in 1..u32::MAX) {
        prop_assert_eq!(Span::parse(&Span(minutes).text()), Some(Span(minutes)));
    }
}
