use proptest::prelude::*;

use super::*;
use crate::{
    api::{Answer, FromAnswer},
    event::KnownAction,
};

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|| panic!("{text} is no instant"))
}

const UTC: fn(Moment) -> i32 = |_| 0;

fn volume(rows: &[(&str, KnownAction, u64)]) -> Volume {
    let rows: Vec<String> = rows
        .iter()
        .map(|(time, action, count)| {
            format!(
                r#"{{"time":"{time}","action":"{}","count":{count}}}"#,
                action.wire()
            )
        })
        .collect();
    Volume::from_answer(&Answer {
        status: 200,
        body: format!("[{}]", rows.join(",")),
        ..Answer::default()
    })
    .unwrap()
}

/// The bars that have something, as `from total`.
fn filled(histogram: &Histogram) -> Vec<String> {
    histogram
        .bars
        .iter()
        .filter(|bar| bar.counts.total() > 0)
        .map(|bar| format!("{} {}", bar.from.rfc3339(), bar.counts.total()))
        .collect()
}

fn week() -> (Plan, Moment) {
    let now = at("2026-11-22T14:32:17Z");
    (
        Plan::new((Some(at("2026-11-15T14:32:17Z")), None), now),
        now,
    )
}

#[test]
fn the_server_is_asked_where_its_steps_tell_something() {
    let now = at("2026-11-22T14:00:00Z");
    let check = |from: Option<&str>, to: Option<&str>, asks: bool, cut: bool| {
        let plan = Plan::new((from.map(at), to.map(at)), now);
        assert_eq!((plan.asks, plan.cut), (asks, cut), "{from:?} {to:?}");
        assert!(plan.window.from < plan.window.to);
    };
    check(Some("2026-11-15T14:00:00Z"), None, true, false);
    check(Some("2026-08-24T14:00:00Z"), None, true, false);
    check(Some("2026-01-01"), None, true, true);
    check(None, None, true, true);
    check(Some("2026-11-22T13:00:00Z"), None, false, false);
    check(Some("2026-11-22T08:00:00Z"), None, false, false);
    check(Some("2026-11-22T07:59:00Z"), None, true, false);
    check(Some("2026-11-20"), Some("2026-11-21"), true, false);
    // What lies wholly before, or ahead, only rows tell.
    check(Some("2026-01-01"), Some("2026-02-01"), false, false);
    check(None, Some("2026-02-01"), false, true);
    check(Some("2027-01-01"), Some("2027-02-01"), false, false);
    check(Some("2026-11-22"), Some("2026-11-21"), false, false);
}

#[test]
fn a_week_has_six_hour_bars_and_each_count_stands_in_its_own() {
    let (plan, now) = week();
    let volume = volume(&[
        ("2026-11-15T12:00:00", KnownAction::Login, 3),
        ("2026-11-20T06:00:00", KnownAction::Login, 100),
        ("2026-11-20T06:00:00", KnownAction::LoginFailed, 200),
        ("2026-11-20T06:00:00", KnownAction::SystemException, 8),
        ("2026-11-22T12:00:00", KnownAction::ModelUpdated, 1),
        ("2026-11-14T00:00:00", KnownAction::Login, 99),
        ("2027-11-14T00:00:00", KnownAction::Login, 99),
    ]);
    let drawn = plan.draw(Some(&volume), &[], 312, &UTC).unwrap();
    assert_eq!(drawn.bars.len(), 29);
    assert_eq!(
        filled(&drawn),
        [
            "2026-11-15T12:00:00Z 3",
            "2026-11-20T06:00:00Z 308",
            "2026-11-22T12:00:00Z 1"
        ]
    );
    assert_eq!(drawn.totals().total(), 312);
    assert_eq!(drawn.totals().of(Severity::Error), 8);
    assert_eq!((drawn.source, drawn.cut), (Source::Server, false));
    assert_eq!(drawn.words(), "in 6-hour steps");
    assert_eq!(drawn.scale(), 400);
    assert_eq!(
        drawn.sentence(&UTC, now),
        "Events per 6 hours, 15 to 22 November. Peak 308 on Friday 20 November."
    );
}

#[test]
fn ninety_days_are_drawn_by_day_and_no_event_is_lost() {
    let now = at("2026-11-22T14:32:00Z");
    let plan = Plan::new((None, None), now);
    let rows: Vec<(String, KnownAction, u64)> = (0..365)
        .map(|step| {
            let time = at("2026-08-24T12:00:00Z").micros() + step * 6 * HOUR;
            let time = Moment::from_micros(time).rfc3339();
            (time, KnownAction::Login, 1)
        })
        .collect();
    let rows: Vec<(&str, KnownAction, u64)> = rows
        .iter()
        .map(|(time, action, count)| (time.as_str(), *action, *count))
        .collect();
    let volume = volume(&rows);
    let inside = 361;
    for offset in [0, 60, 330, 840, -660, 345, -180] {
        let zone = move |_: Moment| offset;
        let drawn = plan.draw(Some(&volume), &[], 1_000, &zone).unwrap();
        assert_eq!(drawn.step, Step::Days(1));
        assert!((90..=92).contains(&drawn.bars.len()), "{offset}");
        assert_eq!(drawn.totals().total(), inside, "{offset}");
        assert!(drawn.cut);
        // No bar begins further from midnight than half a step of the server.
        for bar in drawn.bars.iter().skip(1) {
            let behind = (bar.from.micros() + i64::from(offset) * MINUTE).rem_euclid(DAY);
            assert!(behind.min(DAY - behind) <= 3 * HOUR, "{offset}");
        }
    }
    // The clocks go back inside: still one bar a day.
    let change = at("2026-10-25T01:00:00Z");
    let berlin = move |moment: Moment| if moment < change { 120 } else { 60 };
    let drawn = plan.draw(Some(&volume), &[], 1_000, &berlin).unwrap();
    assert_eq!(drawn.words(), "in 1-day steps, the last 90 days");
    assert_eq!((drawn.bars.len(), drawn.totals().total()), (91, inside));
}

#[test]
fn short_ranges_are_counted_from_rows_and_say_so() {
    let now = at("2026-11-22T14:00:00Z");
    let plan = Plan::new((Some(at("2026-11-22T13:00:00Z")), None), now);
    let rows = [
        (at("2026-11-22T13:59:59Z"), Severity::Error),
        (at("2026-11-22T13:59:00Z"), Severity::Routine),
        (at("2026-11-22T13:30:30Z"), Severity::Routine),
    ];
    let part = plan.draw(None, &rows, 5_000, &UTC).unwrap();
    assert_eq!((part.step, part.bars.len()), (Step::Minutes(1), 60));
    assert_eq!(
        filled(&part),
        ["2026-11-22T13:30:00Z 1", "2026-11-22T13:59:00Z 2"]
    );
    assert_eq!(part.known_from, Some(at("2026-11-22T13:30:30Z")));
    assert_eq!(
        part.sentence(&UTC, now),
        "Events per minute, 22 November, 13:00 to 14:00. Peak 2 at 13:59. Drawn from the 3 loaded of 5,000 events."
    );
    let all = plan.draw(None, &rows, 3, &UTC).unwrap();
    assert_eq!(all.known_from, None);
    assert_eq!(
        all.source.words().unwrap(),
        "Drawn from the 3 events loaded"
    );
    // Rows in another order tell nothing about where the others are.
    let mixed = [rows[2], rows[0]];
    let drawn = plan.draw(None, &mixed, 5_000, &UTC).unwrap();
    assert_eq!(drawn.known_from, None);
}

#[test]
fn a_day_is_counted_from_rows_when_all_are_loaded_and_else_by_the_server() {
    let now = at("2026-11-22T14:00:00Z");
    let plan = Plan::new((Some(at("2026-11-21T14:00:00Z")), None), now);
    let rows = [(at("2026-11-22T13:59:59Z"), Severity::Error)];
    let volume = volume(&[("2026-11-22T12:00:00", KnownAction::Login, 7)]);
    let step = |volume, count| {
        plan.draw(volume, &rows, count, &UTC)
            .map(|drawn| drawn.step)
    };
    assert_eq!(step(Some(&volume), 7), Some(SERVER_STEP));
    assert_eq!(step(Some(&volume), 1), Some(Step::Minutes(30)));
    assert_eq!(step(Some(&Volume::NotKnown), 7), Some(Step::Minutes(30)));
    assert_eq!(step(None, 1), None);
}

#[test]
fn steps_of_rows_are_nice_and_begin_on_the_clock_of_the_zone() {
    let check = |from: &str, to: &str, offset: i32, step: Step, first: &str| {
        let zone = move |_: Moment| offset;
        let (found, edges) = row_edges(Window::new(at(from), at(to)), &zone);
        assert_eq!(
            (found, edges[0].rfc3339().as_str()),
            (step, first),
            "{from} {to}"
        );
        assert!(edges.len() <= 122, "{} {from} {to}", edges.len());
        assert!(edges[0] <= at(from) && *edges.last().unwrap() >= at(to));
    };
    check(
        "2026-11-22T13:00:00Z",
        "2026-11-22T14:00:00Z",
        0,
        Step::Minutes(1),
        "2026-11-22T13:00:00Z",
    );
    check(
        "2026-11-22T13:07:11Z",
        "2026-11-22T13:07:12Z",
        0,
        Step::Minutes(1),
        "2026-11-22T13:07:00Z",
    );
    check(
        "2026-11-22T08:02:00Z",
        "2026-11-22T14:02:00Z",
        0,
        Step::Minutes(10),
        "2026-11-22T08:00:00Z",
    );
    check(
        "2026-11-21T14:10:00Z",
        "2026-11-22T14:10:00Z",
        330,
        Step::Minutes(30),
        "2026-11-21T14:00:00Z",
    );
    check(
        "2026-11-20T14:10:00Z",
        "2026-11-22T14:10:00Z",
        330,
        Step::Minutes(60),
        "2026-11-20T13:30:00Z",
    );
    check(
        "2026-11-12T14:10:00Z",
        "2026-11-22T14:10:00Z",
        330,
        Step::Minutes(360),
        "2026-11-12T12:30:00Z",
    );
    check(
        "2026-10-22T14:10:00Z",
        "2026-11-22T14:10:00Z",
        -660,
        Step::Days(1),
        "2026-10-22T11:00:00Z",
    );
    check(
        "2016-10-22T14:10:00Z",
        "2026-11-22T14:10:00Z",
        0,
        Step::Days(91),
        "2016-10-22T00:00:00Z",
    );
    check(
        "0001-01-01",
        "9999-12-31",
        0,
        Step::Days(36_400),
        "0001-01-01T00:00:00Z",
    );
}

#[test]
fn days_of_rows_begin_at_midnight_through_a_change_of_the_clocks() {
    let change = at("2026-10-25T01:00:00Z");
    let berlin = move |moment: Moment| if moment < change { 120 } else { 60 };
    let window = Window::new(at("2026-10-10T00:00:00Z"), at("2026-11-20T00:00:00Z"));
    let (_, edges) = row_edges(window, &berlin);
    assert!(
        edges
            .iter()
            .all(|edge| edge.minutes(berlin(*edge)) == "00:00")
    );
    assert_eq!(edges.len(), 43);
}

#[test]
fn a_range_without_a_beginning_is_as_long_as_its_rows() {
    let now = at("2026-11-22T14:00:00Z");
    let plan = Plan::new((None, None), now);
    let rows = [
        (at("2026-11-22T13:59:59Z"), Severity::Error),
        (at("2024-11-22T13:00:00Z"), Severity::Routine),
    ];
    let drawn = plan.draw(Some(&Volume::NotKnown), &rows, 2, &UTC).unwrap();
    assert_eq!(drawn.totals().total(), 2);
    assert_eq!(drawn.step, Step::Days(7));
    // Rows that are all there reach further back than the server.
    let known = volume(&[("2026-11-22T12:00:00", KnownAction::Login, 1)]);
    let drawn = plan.draw(Some(&known), &rows, 2, &UTC).unwrap();
    assert_eq!(drawn.totals().total(), 2);
}

#[test]
fn nothing_at_all_is_a_chart_too() {
    let (plan, now) = week();
    let drawn = plan.draw(Some(&volume(&[])), &[], 0, &UTC).unwrap();
    assert_eq!(drawn.totals().total(), 0);
    let parts = drawn.parts(&drawn.bars[0], drawn.scale());
    assert!(parts.iter().all(|part| part.height == 0));
    assert!(
        drawn
            .sentence(&UTC, now)
            .ends_with("15 to 22 November. None.")
    );
    let rows = plan.draw(Some(&Volume::NotKnown), &[], 0, &UTC).unwrap();
    assert_eq!(
        rows.source.words().unwrap(),
        "Drawn from the 0 events loaded"
    );
}

#[test]
fn a_scale_ends_at_a_nice_number() {
    for (most, expected) in [
        (0, 5),
        (1, 5),
        (5, 5),
        (6, 6),
        (7, 8),
        (9, 10),
        (92, 100),
        (308, 400),
        (401, 500),
        (999, 1_000),
        (1_001, 2_000),
        (u64::MAX, u64::MAX),
    ] {
        assert_eq!(nice(most), expected, "{most}");
    }
}

#[test]
fn parts_stand_on_each_other_a_pixel_apart_and_none_is_too_thin_to_see() {
    let (plan, _) = week();
    let drawn = plan.draw(Some(&volume(&[])), &[], 0, &UTC).unwrap();
    let shape = |errors, warnings, changes, routine| {
        let counts = Counts {
            errors,
            warnings,
            changes,
            routine,
        };
        let bar = Bar {
            counts,
            ..drawn.bars[0]
        };
        drawn
            .parts(&bar, 400)
            .iter()
            .map(|part| format!("{}+{}", part.y, part.height))
            .collect::<Vec<_>>()
            .join(" ")
    };
    // The first bar of the comp.
    assert_eq!(shape(1, 5, 9, 30), "73+2 70+2 67+2 61+5 61+2");
    assert_eq!(shape(0, 400, 0, 0), "75+0 5+70 4+0 4+0 4+0");
    assert_eq!(shape(0, 0, 0, 1), "75+0 75+0 75+0 73+2 73+2");
    assert_eq!(
        shape(u64::MAX, u64::MAX, u64::MAX, u64::MAX),
        "5+70 0+4 0+0 0+0 0+0"
    );
}

#[test]
fn hostile_counts_are_drawn_without_overflow() {
    let (plan, now) = week();
    let volume = volume(&[
        ("2026-11-20T06:00:00", KnownAction::Login, u64::MAX),
        ("2026-11-20T06:00:00", KnownAction::Logout, u64::MAX),
        (
            "2026-11-20T06:00:00",
            KnownAction::SystemException,
            u64::MAX,
        ),
        (
            "2026-11-20T12:00:00",
            KnownAction::SystemException,
            u64::MAX,
        ),
    ]);
    let drawn = plan.draw(Some(&volume), &[], 0, &UTC).unwrap();
    assert_eq!(drawn.totals().total(), u64::MAX);
    for bar in &drawn.bars {
        for part in drawn.parts(bar, drawn.scale()) {
            assert!(part.y + part.height <= 76);
        }
    }
    assert!(
        drawn
            .sentence(&UTC, now)
            .contains("18,446,744,073,709,551,615")
    );
}

#[test]
fn bars_share_the_width_and_moments_have_places() {
    let now = at("2026-11-23T00:00:00Z");
    let plan = Plan::new((Some(at("2026-11-16T00:00:00Z")), None), now);
    let drawn = plan.draw(Some(&volume(&[])), &[], 0, &UTC).unwrap();
    assert_eq!(drawn.bars.len(), 28);
    let place = |bar: usize| {
        let (x, width) = drawn.place(&drawn.bars[bar]);
        (percent(x), percent(width))
    };
    assert_eq!(place(0), ("0.357%".to_owned(), "2.857%".to_owned()));
    assert_eq!(place(1).0, "3.928%");
    assert_eq!(drawn.x(at("2000-01-01")), 0);
    assert_eq!(drawn.x(at("2030-01-01")), 100_000);
    for bar in 0..28 {
        #[allow(clippy::cast_precision_loss, reason = "28 bars")]
        let middle = (bar as f64 + 0.5) / 28.0;
        assert_eq!(drawn.bar_at(middle), bar);
    }
    assert_eq!((drawn.bar_at(-3.0), drawn.bar_at(7.0)), (0, 27));
    assert_eq!(drawn.bar_at(f64::NAN), 0);
}

#[test]
fn the_axis_names_days_of_the_zone_and_times_of_short_ranges() {
    let now = at("2026-11-22T14:32:00Z");
    let axis = |from: &str, zone: Zone<'_>| {
        let plan = Plan::new((Some(at(from)), None), now);
        let drawn = plan.draw(Some(&volume(&[])), &[], 1, zone).unwrap();
        drawn
            .axis(zone, now)
            .into_iter()
            .map(|tick| format!("{} {}", tick.x / 1000, tick.label))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        axis("2026-11-16T00:00:00Z", &UTC),
        [
            "0 Mon 16",
            "14 Tue 17",
            "29 Wed 18",
            "44 Thu 19",
            "59 Fri 20",
            "74 Sat 21",
            "88 Today"
        ]
    );
    // The days of Kathmandu begin between two steps; the first one is cut short.
    let kathmandu = |_: Moment| 345;
    assert_eq!(
        axis("2026-11-17T14:32:00Z", &kathmandu),
        [
            "4 Wed 18",
            "24 Thu 19",
            "43 Fri 20",
            "62 Sat 21",
            "81 Today"
        ]
    );
    assert_eq!(
        axis("2026-10-24T00:00:00Z", &UTC),
        [
            "3 25 Oct",
            "16 29 Oct",
            "30 2 Nov",
            "43 6 Nov",
            "57 10 Nov",
            "70 14 Nov",
            "84 18 Nov"
        ]
    );
    assert_eq!(axis("2026-08-24T14:32:00Z", &UTC).len(), 8);
    assert_eq!(
        axis("2026-11-22T13:32:00Z", &UTC),
        [
            "13 13:40", "30 13:50", "46 14:00", "63 14:10", "80 14:20", "96 14:30"
        ]
    );
    assert_eq!(axis("2026-11-21T14:32:00Z", &kathmandu)[1], "20 Sun 22");
}

#[test]
fn selections_are_whole_steps_within_the_range() {
    let (plan, _) = week();
    let volume = volume(&[
        ("2026-11-15T12:00:00", KnownAction::Login, 3),
        ("2026-11-20T06:00:00", KnownAction::Login, 5),
        ("2026-11-22T12:00:00", KnownAction::Login, 2),
    ]);
    let drawn = plan.draw(Some(&volume), &[], 10, &UTC).unwrap();
    // A click on a bar, and a drag to the left.
    let bar = drawn.dragged(0.66, 0.66);
    assert_eq!(
        drawn.selected(bar),
        Some((at("2026-11-20T06:00:00Z"), at("2026-11-20T12:00:00Z")))
    );
    assert_eq!(drawn.count(drawn.selected(bar).unwrap()), Some(5));
    assert_eq!(drawn.dragged(0.66, 0.0), (0, 20));
    assert_eq!(drawn.selected(drawn.dragged(0.0, 1.0)), None);
    // The first step begins with the range, the last one is not over.
    let first = drawn.selected((0, 1)).unwrap();
    assert_eq!(first.0, at("2026-11-15T14:32:17Z"));
    let last = drawn.selected((28, 29)).unwrap();
    assert_eq!(last.1, at("2026-11-22T18:00:00Z"));
    for edges in [(0, 1), (28, 29), (3, 20), (0, 28)] {
        let selection = drawn.selected(edges).unwrap();
        assert_eq!(drawn.edges(Some(selection)), edges);
        assert!(drawn.count(selection).is_some());
    }
    assert_eq!(drawn.edges(None), (0, 29));
    // A selection that is not of these steps is held by the steps around it, and not counted.
    let other = (at("2026-11-20T07:00:00Z"), at("2026-11-20T13:00:00Z"));
    assert_eq!(drawn.edges(Some(other)), (19, 21));
    assert_eq!(drawn.count(other), None);
    let outside = (at("2020-01-01"), at("2020-01-02"));
    assert_eq!(drawn.edges(Some(outside)), (0, 1));
    // A range with an end selects no more than that.
    let plan = Plan::new(
        (Some(at("2026-11-15")), Some(at("2026-11-18T14:00:00Z"))),
        at("2026-11-22"),
    );
    let drawn = plan.draw(Some(&volume), &[], 10, &UTC).unwrap();
    let last = drawn.bars.len();
    assert_eq!(drawn.edge(last), at("2026-11-18T14:00:00Z"));
}

#[test]
fn keys_move_the_handles_and_never_cross_them() {
    let (plan, _) = week();
    let drawn = plan.draw(Some(&volume(&[])), &[], 0, &UTC).unwrap();
    let moved = |handle, to, edges| drawn.moved(handle, to, edges);
    assert_eq!(moved(Handle::Start, Move::Later, (0, 29)), (1, 29));
    assert_eq!(moved(Handle::Start, Move::Earlier, (0, 29)), (0, 29));
    assert_eq!(moved(Handle::Start, Move::Last, (0, 29)), (28, 29));
    assert_eq!(moved(Handle::Start, Move::Later, (28, 29)), (28, 29));
    assert_eq!(moved(Handle::Start, Move::MuchLater, (4, 29)), (6, 29));
    assert_eq!(moved(Handle::End, Move::First, (4, 29)), (4, 5));
    assert_eq!(moved(Handle::End, Move::MuchEarlier, (4, 29)), (4, 27));
    assert_eq!(moved(Handle::End, Move::Last, (4, 5)), (4, 29));
    assert_eq!(moved(Handle::End, Move::Earlier, (4, 5)), (4, 5));
}

#[test]
fn edges_and_times_are_told_in_the_zone() {
    let it = at("2026-11-20T18:00:00Z");
    assert_eq!(moment_words(it, &UTC), "Fri 20 Nov, 18:00");
    assert_eq!(moment_words(it, &|_| 840), "Sat 21 Nov, 08:00");
    assert_eq!(took(3_061), "took 3.1 s");
    assert_eq!(took(20), "took 0.0 s");
}

#[test]
fn spans_name_months_and_years_only_where_they_differ() {
    let now = at("2026-11-22");
    let check = |from: &str, to: &str, expected: &str| {
        assert_eq!(
            span_of_days(Window::new(at(from), at(to)), &UTC, now),
            expected
        );
    };
    check("2026-11-16", "2026-11-23", "16 to 22 November");
    check("2026-10-28", "2026-11-04", "28 October to 3 November");
    check(
        "2025-12-28",
        "2026-01-04",
        "28 December 2025 to 3 January 2026",
    );
    check("2025-12-20", "2025-12-28", "20 to 27 December 2025");
    check(
        "2026-11-20T06:00:00Z",
        "2026-11-20T18:00:00Z",
        "20 November, 06:00 to 18:00",
    );
}

proptest! {
    #[test]
    fn every_range_has_a_chart_that_holds_together(
        from in proptest::option::of(-70_000_000_000i64..260_000_000_000),
        to in proptest::option::of(-70_000_000_000i64..260_000_000_000),
        now in 1_600_000_000i64..1_900_000_000,
        offset in -840i32..=840,
        times in proptest::collection::vec(-70_000_000_000i64..260_000_000_000, 0..40),
        near in proptest::collection::vec(0i64..8_000_000, 0..40),
        shares in (0.0f64..1.0, 0.0f64..1.0),
        known in any::<bool>(),
    ) {
        let second = |second: i64| Moment::from_micros(second.saturating_mul(1_000_000));
        let zone = move |moment: Moment| if moment.micros() % 2 == 0 { offset } else { offset / 2 };
        let plan = Plan::new((from.map(second), to.map(second)), second(now));
        let rows: Vec<(Moment, Severity)> = times
            .into_iter()
            .chain(near.into_iter().map(|back| now - back))
            .map(|time| (second(time), Severity::Warning))
            .collect();
        let volume = if known { volume(&[]) } else { Volume::NotKnown };
        let drawn = plan.draw(Some(&volume), &rows, 1_000, &zone).unwrap();
        prop_assert!(!drawn.bars.is_empty() && drawn.bars.len() < 2_000);
        prop_assert!(drawn.bars.is_sorted_by(|one, next| one.from < one.to && one.to == next.from));
        prop_assert!(drawn.axis(&zone, second(now)).len() <= 20);
        let edges = drawn.dragged(shares.0, shares.1);
        prop_assert!(edges.0 < edges.1 && edges.1 <= drawn.bars.len());
        if let Some((start, end)) = drawn.selected(edges) {
            prop_assert!(start <= end);
        }
        prop_assert!(!drawn.sentence(&zone, second(now)).is_empty());
    }
}
