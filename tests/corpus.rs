//! The corpus of hostile texts (`tests/fixtures/hostile/`), natively: what a screen would show, and
//! what files and copies hold. `tests/e2e/hostile.spec.mjs` does the same in a browser.
//!
//! Each look at a result is a function of its own, and is tried on results that are wrong on
//! purpose.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the functions that tests share say what they expect"
)]

use std::{fs, process::Command};

use eventide::{
    api::page::Row,
    event::{
        Event,
        detail::{Section, detail},
        facts::{Fact, Label, Value as FactValue, facts},
        prefill::Prefill,
        request_text,
        summary::sentence,
    },
    export::{
        Format, Writer,
        copy::{Form, copied},
        file_name,
        single::{Secrets, csv_row, markdown},
    },
    json::{JsonText, quoted},
    moment::Moment,
    text::{Piece, Untrusted},
};
use serde_json::Value;

const UTC: fn(Moment) -> i32 = |_| 0;
const ID: &str = "c035bece-0489-4c1d-9c59-aeb6ae322da9";

/// One text of the corpus.
struct Text {
    id: String,
    text: String,
    visible: String,
    csv: String,
    variants: Vec<(String, String)>,
}

fn corpus() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/hostile/corpus.json"
    );
    serde_json::from_str(&fs::read_to_string(path).expect("the corpus")).expect("JSON")
}

fn texts() -> Vec<Text> {
    let corpus = corpus();
    let all = corpus["texts"].as_array().expect("a list");
    let member = |one: &Value, name: &str| one[name].as_str().expect("a text").to_owned();
    all.iter()
        .map(|one| Text {
            id: member(one, "id"),
            text: member(one, "text"),
            visible: member(one, "visible"),
            csv: member(one, "csv"),
            variants: one["variants"]
                .as_object()
                .expect("an object")
                .iter()
                .map(|(name, text)| (name.clone(), text.as_str().expect("a text").to_owned()))
                .collect(),
        })
        .collect()
}

/// Values that are no plain texts: their name, their JSON, and what they say on a screen.
fn values() -> Vec<(String, String, String)> {
    let corpus = corpus();
    let all = corpus["values"].as_array().expect("a list");
    let member = |one: &Value, name: &str| one[name].as_str().expect("a text").to_owned();
    all.iter()
        .map(|one| {
            (
                member(one, "id"),
                member(one, "json"),
                member(one, "visible"),
            )
        })
        .collect()
}

/// Actions whose page and sentence say different things of a context.
const ACTIONS: [&str; 14] = [
    "login",
    "login_failed",
    "logout",
    "model_updated",
    "model_created",
    "email_sent",
    "system_exception",
    "system_task_exception",
    "policy_exception",
    "configuration_error",
    "secret_rotate",
    "update_available",
    "custom_",
    "zzz",
];

/// An event that holds a text wherever an event can hold one.
fn event_with(action: &str, text: &str) -> String {
    let t = quoted(text);
    let user = format!(r#""pk":7,"username":{t},"email":{t}"#);
    let model = format!(r#"{{"pk":{t},"app":{t},"name":{t},"model_name":{t}}}"#);
    let frame = format!(r#"{{"name":{t},"lineno":1,"filename":{t}}}"#);
    let context = format!(
        r#"{{{t}:{t},"message":{t},"event_name":{t},"username":{t},"new_version":{t},"reason":{t},
        "http_request":{{"path":{t},"method":{t},"args":{{{t}:{t}}},"user_agent":{t},"request_id":{t}}},
        "geo":{{"city":{t},"country":{t},"continent":{t},"lat":1,"long":2}},
        "asn":{{"asn":64500,"as_org":{t},"network":{t}}},
        "model":{model},"token":{model},"application":{model},"binding":{model},"mapping":{model},
        "diff":{{{t}:{{"new_value":{t},"previous_value":{{{t}:{t}}}}}}},
        "exception":[{{"exc_type":{t},"exc_value":{t},"exc_notes":[{t}],"frames":[{frame}]}}],
        "hyperlink":{t},"hyperlink_label":{t},"changelog":{t},"subject":{t},"body":{t},"to_email":[{t}],
        "expression":{t},"log_messages":[{{"event":{t},"log_level":{t},"logger":{t},"attributes":{{{t}:{t}}}}}]}}"#
    );
    let action = quoted(action);
    format!(
        r#"{{"pk":"{ID}","action":{action},"app":{t},"user":{{{user},"on_behalf_of":{{{user}}}}},"client_ip":{t},"brand":{{"pk":{t},"app":{t},"model_name":{t},"name":{t}}},"created":"2026-11-22T01:00:00Z","expires":"2027-11-22T01:00:00Z","context":{context}}}"#
    )
}

fn row(text: &str) -> Row {
    Row::Event(Box::new(Event::read(text).expect("it has an id")))
}

fn file(format: Format, rows: &[Row]) -> String {
    let mut writer = Writer::new(format, "UTC");
    let mut out = String::new();
    for row in rows {
        writer.row(row, &UTC, &mut out);
    }
    writer.end(&mut out);
    out
}

// What is looked at, each with results that are wrong on purpose below.

/// Letters that no screen may hold as they are, written down anew from the contract and not taken
/// from the code.
fn is_raw(letter: char) -> bool {
    matches!(u32::from(letter),
        0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180e
        | 0x200b | 0x200e | 0x200f | 0x2028..=0x202f | 0x2060..=0x2064 | 0x2066..=0x206f | 0x3164
        | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfeff | 0xffa0 | 0xfff9..=0xfffb | 0xfffe | 0xffff
        | 0x1d173..=0x1d17a | 0xe0100..=0xe01ef | 0xf0000..=0x10_ffff)
}

/// What is wrong with the visible form of a text.
fn wrong_on_screen(text: &Text, shown: &str) -> Option<String> {
    if let Some(raw) = shown.chars().find(|letter| is_raw(*letter)) {
        return Some(format!("{}: raw U+{:04X}", text.id, u32::from(raw)));
    }
    (shown != text.visible).then(|| format!("{}: {shown:?} is not {:?}", text.id, text.visible))
}

/// What is wrong with the cell of a text in a table.
fn wrong_in_table(text: &Text, cell: &str) -> Option<String> {
    (cell != text.csv).then(|| format!("{}: {cell:?} is not {:?}", text.id, text.csv))
}

/// What is wrong with a file of one event a line.
fn wrong_lines(events: &[String], file: &str) -> Option<String> {
    let breaks = ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    if file.contains(breaks) {
        return Some("a line breaks inside".to_owned());
    }
    let lines: Vec<&str> = file.split_terminator('\n').collect();
    if lines.len() != events.len() {
        return Some(format!("{} lines", lines.len()));
    }
    let same = |line: &str, event: &String| {
        serde_json::from_str::<Value>(line).ok() == serde_json::from_str::<Value>(event).ok()
    };
    let other = lines
        .iter()
        .zip(events)
        .position(|(line, event)| !same(line, event));
    other.map(|at| format!("line {} is another event", at + 1))
}

/// What a forge or a chat would act on in a text that came out of data.
fn wrong_in_markdown(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map_or(' ', |at| letters[at]);
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let found = match letter {
            '<' | '>' if *letter == '<' => true,
            '[' | '`' | '*' | '|' | '~' | '$' => before != '\\',
            '@' => !before.is_alphanumeric() && before != '\u{200b}',
            '#' => after.is_ascii_digit(),
            '/' => before == ':' && (at < 2 || letters[at - 2] != '\\'),
            letter => is_raw(*letter) && !matches!(letter, '\u{200b}' | '\n'),
        };
        if found {
            return Some(format!("{letter:?} in {text:?}"));
        }
    }
    let lower = text.to_lowercase();
    ["www.", "mailto:", "gh-3"]
        .into_iter()
        .find(|word| lower.contains(word))
        .map(|word| format!("{word} in {text:?}"))
}

/// What a shell makes of a command, when `curl` writes down what it was given: the arguments, or
/// what is wrong.
fn run_in_shell(command: &str) -> Result<Vec<String>, String> {
    let check = Command::new("sh").args(["-n", "-c", command]).output();
    let check = check.map_err(|error| error.to_string())?;
    if !check.status.success() {
        return Err("it does not parse".to_owned());
    }
    // A file of this name in the folder, and a variable, would show that something was expanded.
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}");
    let run = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("AUTHENTIK_TOKEN", "t0ken")
        .env("HOME", "/expanded")
        .output();
    let run = run.map_err(|error| error.to_string())?;
    if !run.status.success() || !run.stderr.is_empty() {
        return Err(String::from_utf8_lossy(&run.stderr).into_owned());
    }
    let said = String::from_utf8(run.stdout).map_err(|error| error.to_string())?;
    Ok(said.split_terminator('\0').map(str::to_owned).collect())
}

/// Every text out of data that a page shows of an event, mails aside, which are decoded once.
fn shown_data(event: &Event) -> Vec<Untrusted> {
    let mut all = Vec::new();
    let pieces = |pieces: &[Piece], all: &mut Vec<Untrusted>| {
        all.extend(pieces.iter().filter_map(|piece| match piece {
            Piece::Words(_) => None,
            Piece::Data(data) | Piece::Strong(data) => Some(data.clone()),
        }));
    };
    let fact = |fact: &Fact, all: &mut Vec<Untrusted>| {
        if let Label::Theirs(key) = &fact.label {
            all.push(key.clone());
        }
        all.extend(
            fact.value
                .iter()
                .chain(&fact.notes)
                .filter_map(|value| match value {
                    FactValue::Text(text)
                    | FactValue::Code(text)
                    | FactValue::Path(text)
                    | FactValue::Badge(text)
                    | FactValue::Link(text, _)
                    | FactValue::Admin(text, _) => Some(text.clone()),
                    FactValue::Words(_)
                    | FactValue::Absent(_)
                    | FactValue::Pill(..)
                    | FactValue::Marked(..)
                    | FactValue::Flag(_)
                    | FactValue::At(_)
                    | FactValue::FromNow(_) => None,
                }),
        );
    };
    pieces(&sentence(event).0, &mut all);
    for group in facts(event) {
        group.facts.iter().for_each(|one| fact(one, &mut all));
    }
    for section in detail(event) {
        match section {
            Section::Fields { rows, .. } => rows.iter().for_each(|one| fact(one, &mut all)),
            Section::Object { model, .. } => {
                all.extend([model.pk.clone(), model.title().clone(), model.kind()]);
            }
            Section::Note { text, .. } => pieces(&text.0, &mut all),
            Section::Code { text, .. } => all.push(text),
            Section::Log { lines, .. } => all.extend(lines.into_iter().map(|line| line.text)),
            Section::Changes(_) | Section::Exceptions(_) | Section::Mail(_) => {}
        }
    }
    all
}

#[test]
fn the_corpus_is_large_and_of_every_class() {
    let (texts, values) = (texts(), values());
    assert!(texts.len() >= 250, "{} texts", texts.len());
    let mut ids: Vec<&str> = texts.iter().map(|text| text.id.as_str()).collect();
    ids.extend(values.iter().map(|(id, ..)| id.as_str()));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands there twice");
    for class in [
        "H1-", "H2-", "H5-", "H6-", "H8-", "H9-", "H11-", "H12-", "H13-", "H14-", "H15-", "H16-",
        "H17-", "H18-", "H19-", "H20-", "H22-", "H23-", "H24-",
    ] {
        assert!(ids.iter().any(|id| id.starts_with(class)), "{class}");
    }
    assert!(texts.iter().filter(|text| text.variants.len() == 5).count() >= 200);
}

#[test]
fn each_text_is_shown_as_the_corpus_says() {
    let wrong: Vec<String> = texts()
        .iter()
        .filter_map(|text| wrong_on_screen(text, &Untrusted::new(text.text.as_str()).visible()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_encoded_stays_encoded() {
    let mut seen = 0;
    for text in texts() {
        for (name, variant) in &text.variants {
            assert_eq!(
                Untrusted::new(variant.as_str()).visible(),
                *variant,
                "{} {name}",
                text.id
            );
            // Texts of one letter stand in other texts.
            if text.text.len() < 6 || variant.contains(&text.text) {
                continue;
            }
            for action in ["login_failed", "zzz"] {
                let event = Event::read(&event_with(action, variant)).expect("it has an id");
                for shown in shown_data(&event) {
                    seen += 1;
                    assert!(
                        !shown.original().contains(&text.text),
                        "{} {name} was decoded: {shown:?}",
                        text.id
                    );
                }
            }
        }
    }
    assert!(seen > 20_000, "only {seen} texts were looked at");
}

#[test]
fn whatever_is_said_of_an_event_shows_nothing_raw() {
    for text in texts() {
        // Long texts say nothing more.
        let most = if text.text.len() > 600 {
            2
        } else {
            ACTIONS.len()
        };
        for action in ACTIONS.into_iter().take(most).chain([text.text.as_str()]) {
            let event = Event::read(&event_with(action, &text.text)).expect("it has an id");
            let said = sentence(&event).visible();
            assert!(!said.chars().any(is_raw), "{}: {said:?}", text.id);
            for data in shown_data(&event) {
                for shown in [data.visible(), data.clipped(120), data.brief(80).visible()] {
                    assert!(!shown.chars().any(is_raw), "{}: {shown:?}", text.id);
                }
            }
        }
    }
}

#[test]
fn names_in_scripts_of_their_own_hide_nothing() {
    for text in texts().iter().filter(|text| text.id.starts_with("H24-")) {
        assert!(
            !Untrusted::new(text.text.as_str()).hides_something(),
            "{}",
            text.id
        );
    }
}

#[test]
fn a_cell_of_a_table_holds_the_text_and_starts_no_formula() {
    let texts = texts();
    let rows: Vec<Row> = texts
        .iter()
        .map(|text| row(&event_with("zzz", &text.text)))
        .collect();
    let table = file(Format::Csv, &rows);
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().expect("a head").clone();
    let at = |name: &str| head.iter().position(|own| own == name).expect("a column");
    let columns = [
        "App",
        "User",
        "Client IP",
        "Object type",
        "Object",
        "Object ID",
        "Brand",
    ]
    .map(at);
    let mut wrong = Vec::new();
    let mut count = 0;
    for (record, text) in reader.records().zip(&texts) {
        let record = record.expect("a record");
        count += 1;
        // What is blank names nobody.
        for column in columns.iter().filter(|_| !text.text.trim().is_empty()) {
            wrong.extend(wrong_in_table(text, &record[*column]));
        }
        let context = record[at("Context (JSON)")].to_owned();
        let context: Value = serde_json::from_str(&context).expect("JSON");
        assert_eq!(
            context["message"],
            Value::String(text.text.clone()),
            "{}",
            text.id
        );
    }
    assert_eq!(count, texts.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for text in &texts {
        let event = Event::read(&event_with("zzz", &text.text)).expect("it has an id");
        let one = csv_row(&event, &UTC);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(one.original().as_bytes());
        let records: Vec<_> = reader.records().collect();
        assert_eq!(records.len(), 1, "{}", text.id);
    }
}

#[test]
fn lines_and_lists_hold_each_event_as_it_was_sent() {
    let mut events: Vec<String> = Vec::new();
    for text in texts() {
        events.push(event_with("zzz", &text.text).replace("\n        ", ""));
    }
    for (_, json, _) in values() {
        events.push(
            event_with("zzz", "x")
                .replace("\"x\":\"x\"", &format!("\"x\":{json}"))
                .replace("\n        ", ""),
        );
    }
    let rows: Vec<Row> = events.iter().map(|event| row(event)).collect();
    // Numbers are compared by their letters, because no reader of numbers keeps them all.
    let lines = file(Format::Ndjson, &rows);
    let readable: Vec<String> = events
        .iter()
        .map(|event| {
            event
                .replace("\\ud800", "x")
                .replace("\\udc00", "x")
                .replace("1e400", "1")
        })
        .collect();
    let read = lines
        .replace("\\ud800", "x")
        .replace("\\udc00", "x")
        .replace("1e400", "1");
    assert_eq!(wrong_lines(&readable, &read), None);
    for (line, event) in lines.split_terminator('\n').zip(&events) {
        let escaped = event
            .replace('\u{85}', "\\u0085")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029");
        assert_eq!(line, escaped);
    }
    let list = file(Format::Json, &rows);
    assert!(JsonText::parse(&list).is_ok());
    assert_eq!(list.lines().count(), events.len() + 2);
    let all: Vec<Event> = events
        .iter()
        .map(|event| Event::read(event).expect("it has an id"))
        .collect();
    let all: Vec<&Event> = all.iter().collect();
    assert_eq!(copied(&all, Form::Ndjson, &UTC).original(), lines);
}

#[test]
fn texts_for_tickets_hold_nothing_that_acts() {
    for text in texts() {
        for action in ["login", "zzz", text.text.as_str()] {
            let event = Event::read(&event_with(action, &text.text)).expect("it has an id");
            let table = copied(&[&event], Form::Markdown, &UTC);
            let lines: Vec<&str> = table.original().split('\n').collect();
            assert_eq!(lines.len(), 4, "{}: {table:?}", text.id);
            let row = lines[2].trim_start_matches("| ").trim_end_matches(" |");
            for cell in row.split(" | ") {
                assert_eq!(wrong_in_markdown(cell), None, "{}", text.id);
            }
            let line = copied(&[&event], Form::Text, &UTC);
            assert_eq!(
                line.original().trim_end().split('\n').count(),
                1,
                "{}",
                text.id
            );
            assert!(
                !line.original().trim_end().chars().any(is_raw),
                "{}",
                text.id
            );
            for secrets in [Secrets::LeftOut, Secrets::Kept] {
                let said = markdown(&event, &Untrusted::new("https://e.example/"), &UTC, secrets);
                assert!(!said.original().chars().any(|letter| is_raw(letter) && !matches!(letter, '\n' | '\t' | '\u{200b}')), "{}: {said:?}", text.id);
            }
        }
    }
}

#[test]
fn a_shell_hands_on_what_was_written_and_expands_nothing() {
    let texts = texts();
    let texts: Vec<&Text> = texts
        .iter()
        .filter(|text| !text.text.contains('\0') && text.text.len() < 2_000)
        .collect();
    assert!(texts.len() >= 200);
    for text in texts {
        let address = format!("https://id.example/{}", text.text);
        let body = format!("{{\"a\":{}}}", quoted(&text.text));
        for (body, raw) in [(body.as_str(), false), (text.text.as_str(), true)] {
            let command = request_text::as_text(&request_text::curl(&address, body));
            let arguments =
                run_in_shell(&command).unwrap_or_else(|why| panic!("{}: {why}", text.id));
            let expected = [
                "-X",
                "POST",
                &address,
                "-H",
                "Authorization: Bearer t0ken",
                "-H",
                "Content-Type: application/json",
                "--data-raw",
                body,
            ];
            assert_eq!(arguments, expected, "{} {raw}", text.id);
        }
        let command = request_text::as_text(&request_text::get(&address));
        let expected = [address.as_str(), "-H", "Authorization: Bearer t0ken"];
        assert_eq!(
            run_in_shell(&command).expect("it runs"),
            expected,
            "{}",
            text.id
        );
    }
}

#[test]
fn a_form_like_an_event_shows_what_hides_and_sends_the_same() {
    for text in texts() {
        let event = Event::read(&event_with("zzz", &text.text)).expect("it has an id");
        let draft = Prefill::like(&event).draft;
        for (name, json) in [
            ("context", &draft.context),
            ("user", &draft.user),
            ("brand", &draft.brand),
        ] {
            assert!(
                !json
                    .chars()
                    .any(|letter| is_raw(letter) && !matches!(letter, '\n' | '\t')),
                "{} {name}",
                text.id
            );
        }
        let read = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
        assert_eq!(read(&draft.user), read(event.user.as_str()), "{}", text.id);
        assert_eq!(
            read(&draft.brand),
            read(event.brand.as_str()),
            "{}",
            text.id
        );
        assert_eq!(draft.app, text.text, "{}", text.id);
    }
}

#[test]
fn no_text_gets_into_the_name_of_a_file() {
    let now = Moment::parse("2026-11-22T01:00:00Z").expect("a moment");
    for text in texts() {
        for name in [
            file_name(&text.text, (None, now), "UTC", &UTC, Format::Csv),
            file_name(
                "id.example",
                (Some(now), now),
                &text.text,
                &UTC,
                Format::Json,
            ),
        ] {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_+".contains(letter);
            assert!(
                name.starts_with("events_") && name.chars().all(plain),
                "{}: {name}",
                text.id
            );
            assert!(!name.contains("..") || name.len() < 200, "{name}");
        }
    }
}

// Each look catches what is wrong.

fn text_of(text: &str, visible: &str, csv: &str) -> Text {
    Text {
        id: "own".to_owned(),
        text: text.to_owned(),
        visible: visible.to_owned(),
        csv: csv.to_owned(),
        variants: Vec::new(),
    }
}

#[test]
fn the_looks_catch_what_is_wrong_on_purpose() {
    let spoof = text_of("a\u{202e}b", "a⟨U+202E⟩b", "a\u{202e}b");
    assert_eq!(wrong_on_screen(&spoof, "a⟨U+202E⟩b"), None);
    // A screen that shows it as it is, drops it, replaces it, or escapes it otherwise.
    for shown in ["a\u{202e}b", "ab", "a\u{fffd}b", "a&#x202e;b", "a⟨U+202e⟩b"] {
        assert!(wrong_on_screen(&spoof, shown).is_some(), "{shown:?}");
    }
    let formula = text_of("=1+1", "=1+1", "'=1+1");
    assert_eq!(wrong_in_table(&formula, "'=1+1"), None);
    for cell in ["=1+1", "\t=1+1", "1+1", "''=1+1"] {
        assert!(wrong_in_table(&formula, cell).is_some(), "{cell}");
    }
    let events = ["{\"a\":\"\u{2028}\"}".to_owned(), "{}".to_owned()];
    assert_eq!(wrong_lines(&events, "{\"a\":\"\\u2028\"}\n{}\n"), None);
    for file in [
        "{\"a\":\"\u{2028}\"}\n{}\n",
        "{\"a\":\"\\u2028\"}\n",
        "{\"a\":\"\\u2028\"}\n\n{}\n",
        "{\"a\":\"x\"}\n{}\n",
        "{\"a\":\"\\u2028\"}\r\n{}\r\n",
    ] {
        assert!(wrong_lines(&events, file).is_some(), "{file:?}");
    }
    assert_eq!(wrong_in_markdown("a \\[b\\] &lt;c \u{200b}@d"), None);
    for text in [
        "[a](b)",
        "<b>",
        "x @all",
        "`x`",
        "fixes #1",
        "a | b",
        "https://x",
        "www.x.example",
        "a\u{202e}b",
    ] {
        assert!(wrong_in_markdown(text).is_some(), "{text}");
    }
    for (command, said) in [
        ("curl 'a b'", Some(vec!["a b"])),
        ("curl \"$HOME\"", Some(vec!["/expanded"])),
        ("curl 'a'; echo x", Some(vec!["a", "x\n"])),
        ("curl 'a", None),
        ("curl `nothing-of-this-name`", None),
    ] {
        let said = said.map(|said| said.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(run_in_shell(command).ok(), said, "{command}");
    }
}
