use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    about::About,
    run::{Run, State},
    *,
};
use crate::{
    api::{
        Answer, ApiBase, ApiError, Failure, FromAnswer, NoAnswer, events,
        page::{Page, Pagination},
    },
    event::Event,
};

const UTC: fn(Moment) -> i32 = |_| 0;
const BERLIN: fn(Moment) -> i32 = |_| 60;

fn id(number: u64) -> String {
    format!("{number:08x}-10b9-466d-b649-8abeb23e408f")
}

fn event_text(number: u64) -> String {
    format!(
        r#"{{"pk":"{}","user":{{"pk":{number},"username":"u{number}","email":""}},"action":"login","app":"x","context":{{"n":1E400,"big":18446744073709551616}},"client_ip":"10.0.0.1","created":"2026-11-22T01:00:00.5Z","expires":"2027-11-22T01:00:00Z","brand":{{}}}}"#,
        id(number)
    )
}

fn row(text: &str) -> Row {
    Row::Event(Box::new(Event::read(text).unwrap()))
}

fn odd_row() -> Row {
    let answer = Answer {
        status: 200,
        body: r#"{"results":[{ "pk": null, "x": 1.50 }]}"#.to_owned(),
        ..Answer::default()
    };
    Page::from_answer(&answer).unwrap().rows.remove(0)
}

fn written(format: Format, rows: &[Row]) -> String {
    let mut writer = Writer::new(format, "Europe/Berlin");
    let mut out = String::new();
    for row in rows {
        writer.row(row, &BERLIN, &mut out);
    }
    writer.end(&mut out);
    out
}

/// Reads CSV by RFC 4180, by nothing but its grammar.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') => {
                assert!(cell.is_empty(), "a quote inside a cell");
                quoted = true;
            }
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, letter) => cell.push(letter),
        }
    }
    assert!(
        !quoted && cell.is_empty() && row.is_empty(),
        "the end is missing"
    );
    rows
}

/// The same as the reader reads it that most programs in Rust use.
fn csv_rows_of_others(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = ::csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

/// The cell without the apostrophe of the guard.
fn unguarded(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if csv::may_be_formula(rest) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

fn column(rows: &[Vec<String>], name: &str) -> String {
    let at = rows[0].iter().position(|own| own == name);
    rows[1][at.unwrap_or_else(|| panic!("no column {name}"))].clone()
}

#[test]
fn a_table_has_a_row_an_event_and_a_column_for_each_question() {
    let text = r#"{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","user":{"pk":7,"username":"akadmin","email":"","on_behalf_of":{"pk":8,"username":"jonas","email":""}},"action":"model_updated","app":"authentik.core","context":{"asn":{"asn":64496,"as_org":"Nordkabel"},"geo":{"country":"DE","city":"Kiel"},"model":{"pk":"3f","app":"authentik_core","name":"Grafana, \"new\"","model_name":"application"},"n":1E400},"client_ip":"192.0.2.1","created":"2026-11-22T01:00:00.5Z","expires":"2027-11-22T01:00:00Z","brand":{"pk":"1","app":"authentik_brands","model_name":"brand","name":"Harbor"}}"#;
    let file = written(Format::Csv, &[row(text)]);
    let rows = csv_rows(&file);
    assert_eq!(rows.len(), 2);
    for (name, expected) in [
        ("Time (UTC)", "2026-11-22T01:00:00.500000Z"),
        ("Time (Europe/Berlin)", "2026-11-22 02:00:00"),
        ("Action", "model_updated"),
        ("Label", "Model updated"),
        ("Severity", "change"),
        (
            "Event",
            "akadmin, as jonas, changed application Grafana, \"new\"",
        ),
        ("User", "akadmin"),
        ("Acting", "as jonas"),
        ("Client IP", "192.0.2.1"),
        ("Country", "DE"),
        ("Network", "AS64496 Nordkabel"),
        ("App", "authentik.core"),
        ("Object type", "application"),
        ("Object", "Grafana, \"new\""),
        ("Object ID", "3f"),
        ("Brand", "Harbor"),
        ("Event ID", "f6e33af7-10b9-466d-b649-8abeb23e408f"),
        ("Expires (UTC)", "2027-11-22T01:00:00Z"),
    ] {
        assert_eq!(column(&rows, name), expected, "{name}");
    }
    assert!(column(&rows, "Context (JSON)").ends_with(r#""n":1E400}"#));
    assert!(file.ends_with("\r\n"));
}

#[test]
fn what_is_no_event_is_written_all_the_same() {
    let rows = csv_rows(&written(Format::Csv, &[odd_row()]));
    assert!(column(&rows, "Event").starts_with("Could not be read: "));
    assert_eq!(
        column(&rows, "Context (JSON)"),
        r#"{ "pk": null, "x": 1.50 }"#
    );
    assert_eq!(
        written(Format::Ndjson, &[odd_row()]),
        "{\"pk\":null,\"x\":1.50}\n"
    );
}

#[test]
fn lists_and_lines_hold_each_event_to_the_last_digit() {
    let rows: Vec<Row> = (0..3).map(|number| row(&event_text(number))).collect();
    let texts: Vec<String> = (0..3).map(event_text).collect();
    assert_eq!(
        written(Format::Ndjson, &rows),
        format!("{}\n", texts.join("\n"))
    );
    assert_eq!(
        written(Format::Json, &rows),
        format!("[\n{}\n]\n", texts.join(",\n"))
    );
    assert_eq!(written(Format::Json, &[]), "[\n]\n");
    assert_eq!(written(Format::Ndjson, &[]), "");
    assert_eq!(csv_rows(&written(Format::Csv, &[])).len(), 1);
}

#[test]
fn one_event_is_one_line_for_every_reader() {
    let text = event_text(1).replace("u1", "a\u{2028}b\u{2029}c\u{85}d");
    let file = written(Format::Ndjson, &[row(&text)]);
    assert_eq!(file.lines().count(), 1);
    assert!(!file.contains(['\u{2028}', '\u{2029}', '\u{85}']));
    let back = Event::read(file.trim()).unwrap();
    assert_eq!(
        back.actor.username().unwrap().original(),
        "a\u{2028}b\u{2029}c\u{85}d"
    );
}

#[test]
fn cells_that_spreadsheets_act_on_are_guarded() {
    for cell in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "|cmd",
        "%0A",
        "\tx",
        "\rx",
        "\nx",
        "  =1",
        "\u{a0}=1",
        "\u{3000}=1",
        "\u{feff}=1",
        "\u{200b}=1",
        "\"=1",
        "'=1",
        "''=1",
        "’=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\u{2212}1",
        "\u{202e}=1",
        "\u{0}=1",
        "=cmd|' /C calc'!A0",
    ] {
        assert!(csv::may_be_formula(cell), "{cell:?}");
    }
    for cell in [
        "",
        "a=1",
        "1-1",
        "{\"a\":1}",
        "[=]",
        "ä@b",
        " x",
        "'x",
        "2026-11-22",
        "10.0.0.1",
    ] {
        assert!(!csv::may_be_formula(cell), "{cell:?}");
    }
}

#[test]
fn names_of_files_hold_nothing_but_names() {
    let at = |text: &str| Moment::parse(text).unwrap();
    let range = (Some(at("2026-11-15T13:32:17Z")), at("2026-11-22T13:32:17Z"));
    let name = |host: &str, zone: &str| file_name(host, range, zone, &BERLIN, Format::Csv);
    assert_eq!(
        name("id.example.com:9443", "Europe/Berlin"),
        "events_id.example.com-9443_20261115-1432_20261122-1432_Europe-Berlin.csv"
    );
    assert_eq!(
        name("../..\\x\u{202e}", "UTC+1"),
        "events_-..-x-_20261115-1432_20261122-1432_UTC+1.csv"
    );
    assert_eq!(
        file_name("h", (None, range.1), "UTC", &UTC, Format::Ndjson),
        "events_h_start_20261122-1332_UTC.ndjson"
    );
}

/// A server with rows that come and go; rows are numbers, the newest first.
#[derive(Debug)]
struct Server {
    rows: Vec<u64>,
    poisoned: BTreeSet<u64>,
    asked: usize,
}

impl Server {
    fn new(rows: u64) -> Self {
        Self {
            rows: (0..rows).collect(),
            poisoned: BTreeSet::new(),
            asked: 0,
        }
    }

    fn page(&mut self, page: u32, size: u32) -> Result<Page, Failure> {
        self.asked += 1;
        let (size, page_number) = (
            usize::try_from(size).unwrap(),
            usize::try_from(page).unwrap(),
        );
        let start = (page_number - 1) * size;
        if start > 0 && start >= self.rows.len() {
            return Err(failure(404, ApiError::NotFound));
        }
        let rows: Vec<u64> = self.rows.iter().skip(start).take(size).copied().collect();
        if rows.iter().any(|row| self.poisoned.contains(row)) {
            return Err(failure(500, ApiError::Server));
        }
        let number = |count: usize| u64::try_from(count).unwrap();
        let end = start + rows.len();
        Ok(Page {
            pagination: Pagination {
                count: number(self.rows.len()),
                current: page,
                next: (end < self.rows.len()).then_some(page + 1),
                start_index: number(start + 1),
                ..Pagination::default()
            },
            rows: rows
                .iter()
                .map(|number| row(&event_text(*number)))
                .collect(),
        })
    }

    /// One question and its answer; `false` when nothing is asked any more.
    fn step(&mut self, run: &mut Run, file: &mut String) -> bool {
        let Some((page, size)) = run.ask() else {
            return false;
        };
        match self.page(page, size) {
            Ok(page) => file.push_str(&run.answered(&page, &UTC)),
            Err(failure) => run.failed(failure),
        }
        assert!(self.asked < 5_000);
        true
    }

    fn export(&mut self, run: &mut Run) -> String {
        let mut file = String::new();
        while self.step(run, &mut file) {}
        file.push_str(&run.end());
        file
    }
}

fn failure(status: u16, error: ApiError) -> Failure {
    let mut failure = events::rights().request.failure(error, None);
    failure.status = Some(status);
    failure
}

fn run(cap: Option<u64>) -> Run {
    Run::new(Format::Ndjson, "UTC", cap)
}

/// The numbers of the events in a file.
fn numbers(file: &str) -> Vec<u64> {
    file.lines()
        .map(|line| {
            let event = Event::read(line).unwrap();
            let name = event.actor.username().unwrap().original().to_owned();
            name.trim_start_matches('u').parse().unwrap()
        })
        .collect()
}

#[test]
fn all_events_are_written_once_and_the_numbers_agree() {
    for count in [0, 1, 99, 100, 101, 730] {
        let (mut server, mut run) = (Server::new(count), run(None));
        let file = server.export(&mut run);
        assert_eq!(numbers(&file), (0..count).collect::<Vec<_>>());
        assert_eq!(run.state(), &State::Finished);
        assert_eq!((run.written(), run.goal()), (count, Some(count)));
        assert_eq!(run.summary().len(), 1);
        assert_eq!(
            server.asked,
            usize::try_from(count.div_ceil(100)).unwrap().max(1)
        );
    }
}

#[test]
fn a_cap_ends_it_and_says_so() {
    let (mut server, mut run) = (Server::new(730), run(Some(250)));
    let file = server.export(&mut run);
    assert_eq!(numbers(&file), (0..250).collect::<Vec<_>>());
    assert_eq!(server.asked, 3);
    assert_eq!(
        run.summary(),
        [
            "250 events written. The server counted 730 at the start.",
            "480 events beyond the most that was asked for."
        ]
    );
}

#[test]
fn poisoned_events_are_left_out_alone_and_counted() {
    let (mut server, mut run) = (Server::new(400), run(None));
    server.poisoned = [0, 133, 134, 399].into();
    let file = server.export(&mut run);
    let expected: Vec<u64> = (0..400)
        .filter(|row| ![0, 133, 134, 399].contains(row))
        .collect();
    assert_eq!(numbers(&file), expected);
    assert_eq!(run.left_out(), 4);
    assert_eq!(
        run.summary()[1],
        "4 events could not be read and left out: the server fails at each page that holds one."
    );
    assert_eq!(run.summary().len(), 2);
}

#[test]
fn events_that_arrive_meanwhile_shift_nothing_out_of_the_file() {
    let (mut server, mut run) = (Server::new(500), run(None));
    let mut file = String::new();
    let mut next = 1_000;
    while server.step(&mut run, &mut file) {
        for _ in 0..7 {
            server.rows.insert(0, next);
            next += 1;
        }
    }
    let mut seen = numbers(&file);
    seen.retain(|row| *row < 1_000);
    assert_eq!(seen, (0..500).collect::<Vec<_>>());
}

#[test]
fn events_that_go_away_meanwhile_take_no_other_with_them() {
    let (mut server, mut run) = (Server::new(1_000), run(None));
    let mut file = String::new();
    let mut steps = 0;
    let mut gone = Vec::new();
    while server.step(&mut run, &mut file) {
        steps += 1;
        if steps == 3 || steps == 7 {
            gone.push(server.rows.remove(150 + steps));
            gone.push(server.rows.remove(20));
        }
    }
    // Everything that is still there, and what was read before it went.
    let seen: BTreeSet<u64> = numbers(&file).into_iter().collect();
    assert!(server.rows.iter().all(|row| seen.contains(row)));
    assert_eq!(numbers(&file).len(), seen.len());
}

#[test]
fn a_server_that_loses_events_all_the_time_is_read_to_the_end() {
    let (mut server, mut run) = (Server::new(1_000), run(None));
    let mut file = String::new();
    while server.step(&mut run, &mut file) {
        server.rows.pop();
    }
    let seen: BTreeSet<u64> = numbers(&file).into_iter().collect();
    assert!(server.rows.iter().all(|row| seen.contains(row)));
    let summary = run.summary().join("\n");
    assert!(
        summary.contains("expired or deleted while the export ran"),
        "{summary}"
    );
    assert!(!summary.contains("not known"), "{summary}");
}

#[test]
fn a_failure_keeps_the_place_and_the_file_goes_on_there() {
    let (mut server, mut run) = (Server::new(350), run(None));
    let mut file = String::new();
    server.step(&mut run, &mut file);
    let offline = failure(0, ApiError::NoAnswer(NoAnswer::Offline));
    run.failed(offline.clone());
    assert_eq!(run.state(), &State::Failed(offline.clone()));
    assert_eq!(run.ask(), None);
    assert!(run.answered(&server.page(2, 100).unwrap(), &UTC).is_empty());
    assert_eq!(
        run.summary()[1],
        "250 events not read: the export was stopped before its end."
    );
    run.resume();
    file.push_str(&server.export(&mut run));
    assert_eq!(numbers(&file), (0..350).collect::<Vec<_>>());
    assert_eq!(run.summary().len(), 1);
    // What is finished neither fails nor resumes.
    run.failed(offline);
    run.resume();
    assert_eq!(run.state(), &State::Finished);
}

#[test]
fn a_server_that_always_fails_is_not_asked_for_ever() {
    let (mut server, mut run) = (Server::new(350), run(None));
    server.poisoned = (0..350).collect();
    let mut file = String::new();
    while server.step(&mut run, &mut file) {}
    assert!(matches!(run.state(), State::Failed(_)));
    assert!(server.asked < 10);
    assert_eq!(
        run.summary(),
        ["0 events written.", "The server did not answer."]
    );
}

#[test]
fn the_file_beside_says_what_the_file_is() {
    let (mut server, mut run) = (Server::new(2), run(None));
    server.poisoned = [1].into();
    server.export(&mut run);
    let at = |text: &str| Moment::parse(text).unwrap();
    let about = About {
        file: "events_x.csv".to_owned(),
        format: Format::Csv,
        server: ApiBase::parse("https://id.example.com").unwrap(),
        filter: "Action is “Login”\nFile: forged".to_owned(),
        range: "Last 7 days".to_owned(),
        request: "/api/v3/events/events/?actions=login&ordering=-created".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        started: at("2026-11-22T01:00:00Z"),
    };
    assert_eq!(about.file_name(), "events_x.csv.about.txt");
    let text = about.text(&run, at("2026-11-22T01:00:09Z"), &BERLIN);
    let expected = format!(
        "authentik events, exported with Eventide {}\n\n\
         File:      events_x.csv\n\
         Server:    https://id.example.com\n\
         Filter:    Action is “Login”⟨U+000A⟩File: forged\n\
         Range:     Last 7 days\n\
         Time zone: Europe/Berlin\n\
         Request:   GET /api/v3/events/events/?actions=login&ordering=-created\n\
         Began:     2026-11-22T01:00:00Z (Sun 22 Nov 2026, 02:00:00, UTC+1)\n\
         Ended:     2026-11-22T01:00:09Z (Sun 22 Nov 2026, 02:00:09, UTC+1)\n\n\
         1 event written. The server counted 2 at the start.\n\
         1 event could not be read and left out: the server fails at each page that holds one.\n\n",
        env!("CARGO_PKG_VERSION")
    );
    assert!(text.starts_with(&expected), "{text}");
    assert!(text.contains("apostrophe"));
}

/// Any event: its texts are whatever somebody wrote.
fn any_event() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        any::<String>(),
        "[ \"'\u{feff}\u{200b}\t\r\n]{0,3}[=+@|%＝－-]?[ -~,;\"\r\n]{0,12}",
    ];
    proptest::collection::vec(text, 6).prop_map(|texts| {
        let text = |at: usize| crate::json::quoted(&texts[at]);
        format!(
            r#"{{"pk":"{}","user":{{"pk":1,"username":{},"email":""}},"action":{},"app":{},"context":{{{}:{},"asn":{{"asn":1,"as_org":{}}}}},"client_ip":{},"created":"2026-11-22T01:00:00Z","expires":null,"brand":{{"name":{}}}}}"#,
            id(1), text(0), text(1), text(2), text(3), text(4), text(5), text(0), text(3)
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_cell_starts_a_formula_and_each_is_read_back(text in any_event()) {
        let rows = [row(&text)];
        let file = written(Format::Csv, &rows);
        let table = csv_rows(&file);
        prop_assert_eq!(&csv_rows_of_others(&file), &table);
        prop_assert_eq!(table.len(), rows.len() + 1);
        for (cells, row) in table.iter().skip(1).zip(&rows) {
            prop_assert_eq!(cells.len(), table[0].len());
            for cell in cells {
                let dangerous = cell.chars().next().is_some_and(|first| {
                    "=+-@|%\t\r\n＝＋－＠ \u{feff}\u{200b}\"".contains(first)
                });
                prop_assert!(!dangerous || !csv::may_be_formula(cell), "{:?}", cell);
            }
            let Row::Event(event) = row else { continue };
            let cell = |name: &str| {
                let at = table[0].iter().position(|own| own == name).unwrap();
                unguarded(&cells[at])
            };
            let action = event.action.wire();
            prop_assert_eq!(cell("App"), event.app.original());
            prop_assert_eq!(cell("Action"), action.original());
            prop_assert_eq!(cell("Context (JSON)"), one_line(event.context.text()));
            let address = event.client_ip.as_ref().map_or("", |address| address.original());
            prop_assert_eq!(cell("Client IP"), address);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn each_line_is_the_event_that_was_sent(texts in proptest::collection::vec(any_event(), 0..4)) {
        let rows: Vec<Row> = texts.iter().map(|text| row(text)).collect();
        let file = written(Format::Ndjson, &rows);
        prop_assert_eq!(file.lines().count(), rows.len());
        for (line, text) in file.lines().zip(&texts) {
            let (ours, theirs) = (Event::read(line).unwrap(), Event::read(text).unwrap());
            prop_assert_eq!(&ours.app, &theirs.app);
            prop_assert_eq!(ours.actor, theirs.actor);
        }
        prop_assert!(JsonText::parse(&written(Format::Json, &rows)).is_ok());
    }

    #[test]
    fn whatever_comes_and_goes_no_event_is_written_twice_and_none_that_stays_is_lost(
        count in 0u64..450,
        poisoned in proptest::collection::btree_set(0u64..450, 0..4),
        happenings in proptest::collection::vec((0u8..6, 0usize..450), 0..30),
        cap in proptest::option::of(0u64..500),
    ) {
        let (mut server, mut run) = (Server::new(count), run(cap));
        let mut file = String::new();
        let mut next = 10_000;
        let mut removed = false;
        for (kind, place) in happenings {
            match kind {
                0 => {
                    server.rows.insert(0, next);
                    next += 1;
                }
                1 => run.failed(failure(502, ApiError::Server)),
                2 if place < server.rows.len() => {
                    server.rows.remove(place);
                    removed = true;
                }
                _ => {}
            }
            run.resume();
            server.step(&mut run, &mut file);
        }
        // Poison only where nothing moves: a row left out is known by its place.
        server.poisoned = if removed || next > 10_000 { BTreeSet::new() } else { poisoned };
        while server.step(&mut run, &mut file) {}
        prop_assert_eq!(run.state(), &State::Finished);
        let seen = numbers(&file);
        let once: BTreeSet<u64> = seen.iter().copied().collect();
        prop_assert_eq!(once.len(), seen.len());
        prop_assert!(cap.is_none_or(|cap| run.written() <= cap));
        if cap.is_none() && !removed {
            let lost = (0..count).filter(|row| !once.contains(row)).count();
            prop_assert_eq!(lost as u64, run.left_out());
        }
        prop_assert!(!run.summary().is_empty());
    }
}
