//! What the detail page says of each event, as text that a person reviews.
//!
//! `tests/fixtures/events/` holds events as a running authentik sent them, `tests/fixtures/made/`
//! events of our own for shapes that were not recorded. Beside each stands a `.txt` with what the
//! page says. `UPDATE=1 cargo test --test fixtures` writes those; read them before they are
//! committed.
//!
//! With `EVENTIDE_RECORDINGS=DIR` every event in another folder of recordings is read as well: files
//! with `request` and `response`, and `.ndjson` files with one event a line.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the functions that tests share say what they expect"
)]

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use eventide::{
    event::{
        Event, EventAction, EventId, KnownAction, ModelRef,
        change::{Change, FieldChange},
        detail::{LogLine, Section, Tone, detail},
        diff::{Line, Run, Side, lines},
        exception::{ExceptionReport, Relation},
        facts::{Fact, FactGroup, Label, Mood, Value, facts},
        mail::Mail,
        summary::sentence,
    },
    json::{JsonText, Kind, Node, Tree},
    moment::Moment,
    text::{Piece, Sentence, Untrusted},
};

/// Shortly after the last recording.
const NOW: &str = "2026-11-22T02:30:00Z";

#[test]
fn the_page_says_what_was_reviewed() {
    let mut changed = Vec::new();
    for path in fixtures() {
        let text = fs::read_to_string(&path).expect("a fixture is readable");
        let event = Event::read(&text).unwrap_or_else(|error| panic!("{path:?}: {error:?}"));
        let said = page(&event);
        let reviewed = path.with_extension("txt");
        if env::var_os("UPDATE").is_some() {
            fs::write(&reviewed, &said).expect("a review can be written");
        } else if fs::read_to_string(&reviewed).unwrap_or_default() != said {
            changed.push(format!("{}\n{said}", reviewed.display()));
        }
    }
    assert!(
        changed.is_empty(),
        "{} pages say something else than what was reviewed. Run UPDATE=1 cargo test --test fixtures, read the difference, commit it.\n\n{}",
        changed.len(),
        changed.first().map_or("", String::as_str),
    );
}

#[test]
fn every_action_has_an_event_to_look_at() {
    let seen: Vec<EventAction> = fixtures()
        .iter()
        .filter_map(|path| Some(Event::read(&fs::read_to_string(path).ok()?).ok()?.action))
        .collect();
    for known in KnownAction::ALL {
        assert!(
            seen.contains(&EventAction::Known(*known)),
            "No fixture holds the action {known:?}. Put a recorded event into tests/fixtures/events/, or one of your own into tests/fixtures/made/.",
        );
    }
}

#[test]
fn a_review_stands_beside_an_event() {
    for path in files(&folder())
        .into_iter()
        .filter(|path| ends(path, "txt"))
    {
        assert!(
            path.with_extension("json").exists(),
            "{path:?} has lost its event. Delete it."
        );
    }
}

#[test]
fn every_event_of_a_folder_of_recordings_is_read() {
    let Some(folder) = env::var_os("EVENTIDE_RECORDINGS") else {
        return;
    };
    let (mut events, mut files_read) = (0, 0);
    for path in files(Path::new(&folder)) {
        let bytes = fs::read(&path).expect("a recording is readable");
        // Recordings of refused requests hold bytes that are no text.
        let text = String::from_utf8_lossy(&bytes);
        let before = events;
        if ends(&path, "ndjson") {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                events += read_all(&path, line);
            }
        } else if ends(&path, "json") {
            events += recorded(&Tree::of(&text))
                .into_iter()
                .map(|text| read_all(&path, &text))
                .sum::<usize>();
        }
        files_read += usize::from(events > before);
    }
    println!("{events} events in {files_read} files");
    assert!(events > 0, "{folder:?} holds no event.");
}

/// The events that an exchange answered with: one event, or a page of the list.
fn recorded(tree: &Tree) -> Vec<String> {
    let root = tree.root();
    let text = |path: [&str; 2]| Some(root.get(path[0])?.get(path[1])?.string()?.into_owned());
    let Some(response) = root.get("response") else {
        return Vec::new();
    };
    let path = text(["request", "path"]).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    // authentik takes an id in braces too, which an address cannot hold as they are.
    let path = path.replace("%7B", "{").replace("%7D", "}");
    let Some((_, place)) = path.split_once("/events/events/") else {
        return Vec::new();
    };
    let status = response.get("status").and_then(Node::integer);
    let method = text(["request", "method"]);
    let body = response.get("body").map(body).unwrap_or_default();
    match (method.as_deref(), status, place) {
        (Some("GET"), Some(200), "") => {
            let page = Tree::of(&body);
            let results = page
                .root()
                .get("results")
                .expect("a page of the list has results");
            results
                .children()
                .map(|event| event.text().to_owned())
                .collect()
        }
        (Some("GET"), Some(200), id) if EventId::parse(id.trim_end_matches('/')).is_some() => {
            vec![body]
        }
        (Some("POST"), Some(201), "") => vec![body],
        _ => Vec::new(),
    }
}

/// A body is recorded as JSON, or as the text that came.
fn body(node: Node<'_>) -> String {
    node.string()
        .map_or_else(|| node.text().to_owned(), |text| text.into_owned())
}

fn read_all(path: &Path, text: &str) -> usize {
    let event = Event::read(text).unwrap_or_else(|error| panic!("{path:?}: {error:?}"));
    assert!(page(&event).len() > 200, "{path:?}: the page says nothing");
    assert!(
        !sentence(&event).visible().is_empty(),
        "{path:?}: there is no sentence"
    );
    1
}

#[test]
fn an_event_of_any_size_and_depth_is_read() {
    let whole = |context: &str| {
        format!(
            r#"{{"pk":"feca272b-d808-49d8-951f-173583a8af0d","user":{{}},"action":"login","app":"lab.rec","context":{context},"client_ip":null,"created":"2026-11-22T02:12:37.505155Z","expires":"2027-11-22T02:12:37.055017Z","brand":{{}}}}"#
        )
    };
    let deep = |open: &str, close: &str, depth: usize| {
        format!("{{\"d\":{}1{}}}", open.repeat(depth), close.repeat(depth))
    };
    let keys = |count: usize| -> Vec<String> {
        (0..count)
            .map(|number| format!("\"key {number}\":{number}"))
            .collect()
    };
    let objects: Vec<String> = (0..20_000)
        .map(|number| {
            format!(r#""{number}":{{"app":"a","model_name":"user","pk":{number},"name":"n"}}"#)
        })
        .collect();
    let group = |depth: usize| {
        format!(
            r#"{{"exception":[{}{}]}}"#,
            r#"{"exc_type":"G","is_group":true,"exceptions":[["#.repeat(depth),
            r#"]]}"#.repeat(depth)
        )
    };
    let cases = [
        (
            "a text of 20 MB",
            format!("{{\"s\":\"{}\"}}", "x".repeat(20_000_000)),
        ),
        (
            "a message of 5 MB in lines",
            format!("{{\"message\":\"{}\"}}", "line\\n".repeat(1_000_000)),
        ),
        ("arrays 100,000 deep", deep("[", "]", 100_000)),
        ("objects 100,000 deep", deep("{\"d\":", "}", 100_000)),
        ("10,000 keys", format!("{{{}}}", keys(10_000).join(","))),
        ("100,000 keys", format!("{{{}}}", keys(100_000).join(","))),
        (
            "100,000 times the same key",
            format!("{{{}\"k\":1}}", "\"k\":1,".repeat(100_000)),
        ),
        ("20,000 objects", format!("{{{}}}", objects.join(","))),
        ("groups of exceptions 20,000 deep", group(20_000)),
    ];
    for (name, context) in cases {
        for action in KnownAction::ALL {
            let text = whole(&context).replace("\"login\"", &format!("\"{}\"", action.wire()));
            let start = Instant::now();
            let event = Event::read(&text).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let said = (sentence(&event), facts(&event), detail(&event));
            assert!(said.2.len() < 200_000, "{name}: {} sections", said.2.len());
            // A build without optimisation on a busy machine; what may not happen is a square.
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{name} as {action:?} took {:?}",
                start.elapsed()
            );
            // Every action looks for its own keys; the other cases cost the same for each.
            if name != "10,000 keys" && *action == KnownAction::LoginFailed {
                break;
            }
        }
    }
}

#[test]
fn what_is_no_event_is_said_in_words() {
    let check = |text: &str, reason: &str| {
        assert_eq!(Event::read(text).expect_err(text).reason, reason, "{text}");
    };
    check("[]", "the answer is a list, not an event");
    check("null", "the answer is null, not an event");
    check("\"x\"", "the answer is a text, not an event");
    check("17", "the answer is a number, not an event");
    check("true", "the answer is true or false, not an event");
    check("{}", "the answer has no event id");
    check("{\"pk\":5}", "the answer has no event id");
    check("{\"pk\":\"not-a-uuid\"}", "the answer has no event id");
    assert!(
        Event::read("<html>")
            .expect_err("html")
            .reason
            .starts_with("the answer is not JSON: ")
    );
    assert!(
        Event::read("{\"pk\"")
            .expect_err("half")
            .reason
            .starts_with("the answer is not JSON: ")
    );
}

// The page as text.

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixtures() -> Vec<PathBuf> {
    files(&folder())
        .into_iter()
        .filter(|path| ends(path, "json"))
        .filter(|path| is_event(path))
        .collect()
}

/// Other tests keep their data below the same folder.
fn is_event(path: &Path) -> bool {
    path.parent()
        .is_some_and(|folder| folder.ends_with("events") || folder.ends_with("made"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

fn ends(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|own| own == ending)
}

/// All that the page says but the tree of the context, which repeats the event.
fn page(event: &Event) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}\n", told(&sentence(event)), meta(event));
    for section in detail(event) {
        let _ = writeln!(out, "{}", drawn_section(&section));
    }
    let context = event.context.tree().root();
    let _ = writeln!(out, "== Context: {}", content(context));
    for group in facts(event) {
        let _ = write!(out, "\n{}", drawn_group(&group));
    }
    if !event.odd.is_empty() {
        let _ = writeln!(out, "\n== Unexpected in this event");
        for odd in &event.odd {
            let _ = writeln!(out, "  {}", told(&odd.sentence()));
        }
    }
    out
}

fn meta(event: &Event) -> String {
    let now = Moment::parse(NOW).expect("a moment");
    let wire = event.action.wire();
    let label = event.label();
    let mut parts = vec![format!("{} `{}`", label.visible(), wire.visible())];
    parts.push(format!(
        "{}, {}",
        event.action.family().name(),
        event.action.severity().name()
    ));
    parts.extend(
        event
            .created
            .map(|created| format!("{}, {}", created.full(0), created.relative(now))),
    );
    parts.extend(
        event
            .expires
            .map(|expires| format!("expires {}", expires.relative(now))),
    );
    parts.join(" · ")
}

fn content(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Object if node.len() == 1 => "1 key".to_owned(),
        Kind::Object => format!("{} keys", node.len()),
        Kind::Array => format!("a list of {}", node.len()),
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => {
            Untrusted::new(node.text()).clipped(60)
        }
    }
}

fn told(sentence: &Sentence) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Data(data) => data.clipped(200),
        Piece::Strong(data) => format!("**{}**", data.clipped(200)),
    };
    sentence.0.iter().map(piece).collect()
}

fn drawn_section(section: &Section) -> String {
    match section {
        Section::Fields { title, rows } => format!("== {title}\n{}", drawn_facts(rows)),
        Section::Object {
            title,
            model,
            admin,
        } => {
            let page = admin.as_ref().map(|page| format!(" -> {}", page.as_str()));
            let page = page.unwrap_or_default();
            format!("== {}: {}{page}\n", label(title), drawn_model(model))
        }
        Section::Changes(changes) => {
            format!(
                "== Changes ({})\n{}",
                changes.len(),
                changes.iter().map(drawn_change).collect::<String>()
            )
        }
        Section::Exceptions(reports) => {
            format!(
                "== Exceptions\n{}",
                reports.iter().map(drawn_exception).collect::<String>()
            )
        }
        Section::Code {
            title,
            text,
            failing_line,
        } => {
            let lines = text.visible_lines();
            let lines = lines.lines().take(20).enumerate().map(|(at, line)| {
                let failing = failing_line.is_some_and(|failing| {
                    usize::try_from(failing).is_ok_and(|failing| failing == at + 1)
                });
                format!(
                    "  {}{:>3} {line}\n",
                    if failing { '>' } else { ' ' },
                    at + 1
                )
            });
            format!("== {title}\n{}", lines.collect::<String>())
        }
        Section::Log { lines, more } => {
            let lines: String = lines.iter().map(drawn_line).collect();
            let more = if *more > 0 {
                format!("  and {more} more\n")
            } else {
                String::new()
            };
            format!("== Log\n{lines}{more}")
        }
        Section::Mail(mail) => drawn_mail(mail),
        Section::Note { title, tone, text } => {
            let tone = match tone {
                Tone::Info => "note",
                Tone::Warning => "warning",
            };
            format!("== {title} ({tone})\n  {}\n", told(text))
        }
    }
}

fn drawn_line(line: &LogLine) -> String {
    let at = line.at.map_or("no time".to_owned(), |at| at.exact(0));
    let level = line
        .level
        .as_ref()
        .map_or("-".to_owned(), |level| level.clipped(20));
    let attributes = line
        .attributes
        .as_ref()
        .map(|attributes| Untrusted::new(attributes.compact()).clipped(120));
    format!(
        "  {at} [{level}] {} {}\n",
        line.text.clipped(200),
        attributes.unwrap_or_default()
    )
}

fn drawn_mail(mail: &Mail) -> String {
    let mut out = "== Text of the email (may hold links that still work)\n".to_owned();
    for line in mail.text.visible_lines().lines().take(40) {
        let _ = writeln!(out, "  | {line}");
    }
    for link in &mail.links {
        let host = link
            .host
            .as_ref()
            .map_or("no web address".to_owned(), |host| host.visible());
        let _ = writeln!(
            out,
            "  link {} -> {} at {host}",
            link.words.clipped(80),
            link.address.clipped(200)
        );
    }
    if mail.more_links > 0 {
        let _ = writeln!(out, "  and {} links more", mail.more_links);
    }
    let html = mail.html.is_some();
    let _ = writeln!(out, "  HTML to be shown: {html}");
    out
}

fn drawn_model(model: &ModelRef) -> String {
    format!(
        "{} **{}** `{}` of {}",
        model.kind().visible(),
        model.name.clipped(120),
        model.pk.clipped(80),
        model.app.visible()
    )
}

fn drawn_change(change: &Change) -> String {
    let list = |members: &[JsonText]| {
        members
            .iter()
            .map(|member| Untrusted::new(member.compact()).clipped(120))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let one = |value: &JsonText| Untrusted::new(value.compact()).clipped(120);
    let side = |value: &Option<JsonText>| value.as_ref().map_or("(not recorded)".to_owned(), one);
    let how = match &change.kind {
        FieldChange::Replaced { before, after }
            if [before, after].into_iter().flatten().any(is_tree) =>
        {
            let line = |line: &Line| {
                let sign = match line.side {
                    Side::Both => ' ',
                    Side::Before => '-',
                    Side::After => '+',
                    Side::LeftOut => '…',
                };
                format!("\n    {sign} {}", drawn_runs(&line.runs))
            };
            lines(before.as_ref(), after.as_ref())
                .iter()
                .map(line)
                .collect()
        }
        FieldChange::Replaced { before, after } => format!("{} -> {}", side(before), side(after)),
        FieldChange::Members { added, removed } => {
            format!("added ({}) removed ({})", list(added), list(removed))
        }
        FieldChange::Cleared => "all members removed".to_owned(),
        FieldChange::Masked => "masked by authentik".to_owned(),
        FieldChange::Unclear(text) => format!("unclear: {}", one(text)),
    };
    format!("  {}: {how}\n", change.field.visible())
}

fn drawn_exception(report: &ExceptionReport) -> String {
    let relation = match report.relation {
        Relation::Raised => "raised",
        Relation::Cause => "caused by",
        Relation::Handled => "while handling",
        Relation::Member => "with",
    };
    let mut out = format!(
        "  {relation} {}: {}\n",
        report.kind.visible(),
        report.message.clipped(200)
    );
    for note in &report.notes {
        let _ = writeln!(out, "    note {}", note.clipped(200));
    }
    let library = report.frames.iter().filter(|frame| !frame.own).count();
    for frame in report.frames.iter().rev().filter(|frame| frame.own) {
        let line = frame
            .line
            .map_or_else(|| "no line".to_owned(), |line| format!("line {line}"));
        let _ = writeln!(
            out,
            "    {} in {}, {line}",
            frame.function.clipped(80),
            frame.file.clipped(120)
        );
    }
    if library > 0 {
        let _ = writeln!(out, "    and {library} library frames");
    }
    out
}

fn drawn_runs(runs: &[Run]) -> String {
    let run = |run: &Run| match run.differs {
        true => format!("{{{}}}", run.text),
        false => run.text.clone(),
    };
    runs.iter().map(run).collect()
}

fn is_tree(value: &JsonText) -> bool {
    matches!(value.tree().root().kind(), Kind::Object | Kind::Array)
}

fn drawn_group(group: &FactGroup) -> String {
    format!("-- {}\n{}", group.title, drawn_facts(&group.facts))
}

fn drawn_facts(facts: &[Fact]) -> String {
    let mut out = String::new();
    for fact in facts {
        let values: Vec<String> = fact.value.iter().map(drawn_value).collect();
        let copy = if fact.copy.is_some() { " [copy]" } else { "" };
        let _ = writeln!(
            out,
            "  {:<16} {}{copy}",
            label(&fact.label),
            values.join(" ")
        );
        for note in &fact.notes {
            let _ = writeln!(out, "  {:<16} {}", "", drawn_value(note));
        }
    }
    out
}

fn label(label: &Label) -> String {
    match label {
        Label::Ours(words) => (*words).to_owned(),
        Label::Theirs(key) => format!("`{}`", key.clipped(80)),
    }
}

fn drawn_value(value: &Value) -> String {
    match value {
        Value::Words(words) => words.clone(),
        Value::Absent(words) => format!("({words})"),
        Value::Text(text) => text.clipped(400),
        Value::Code(text) | Value::Path(text) => format!("`{}`", text.clipped(400)),
        Value::Badge(text) => format!("[{}]", text.visible()),
        Value::Pill(mood, words) => match mood {
            Mood::Plain => format!("({words})"),
            Mood::Good => format!("(+ {words})"),
            Mood::Warning => format!("(! {words})"),
            Mood::Bad => format!("(- {words})"),
        },
        Value::Marked(runs, _) => {
            format!("`{}`", drawn_runs(runs))
        }
        Value::Flag(flag) => flag.clone(),
        Value::At(moment) => moment.exact(0),
        Value::FromNow(moment) => moment.relative(Moment::parse(NOW).expect("a moment")),
        Value::Link(text, url) => format!("<{}> at {}", text.clipped(400), url.host()),
        Value::Admin(words, path) => format!("<{}> -> {}", words.clipped(80), path.as_str()),
    }
}
