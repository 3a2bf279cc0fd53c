//! Events that nobody would send, and everybody may: whatever stands in an event, it is read and
//! told without a panic, and nothing of it gets into our own words.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the functions that tests share say what they expect"
)]

use std::{fs, path::PathBuf};

use eventide::{
    event::{
        Event, EventAction, KnownAction,
        detail::{Section, detail},
        facts::{Fact, Label, Value, facts},
        row::row_cells,
        summary::sentence,
    },
    json::{Node, Tree},
    text::{Piece, Sentence},
};
use proptest::prelude::*;

/// Keys that something here reads, so that odd values stand where they are looked for.
const KEYS: &[&str] = &[
    "pk",
    "user",
    "action",
    "app",
    "context",
    "client_ip",
    "created",
    "expires",
    "brand",
    "username",
    "email",
    "is_anonymous",
    "on_behalf_of",
    "authenticated_as",
    "name",
    "model_name",
    "model",
    "diff",
    "add",
    "remove",
    "clear",
    "previous_value",
    "new_value",
    "message",
    "exception",
    "exceptions",
    "stacks",
    "frames",
    "exc_type",
    "exc_value",
    "exc_notes",
    "is_cause",
    "filename",
    "lineno",
    "http_request",
    "args",
    "path",
    "method",
    "request_id",
    "user_agent",
    "geo",
    "asn",
    "as_org",
    "country",
    "city",
    "lat",
    "long",
    "continent",
    "network",
    "auth_method",
    "auth_method_args",
    "known_device",
    "mfa_devices",
    "device_class",
    "duo_response",
    "stage",
    "password",
    "secret",
    "type",
    "token",
    "binding",
    "request",
    "obj",
    "result",
    "passing",
    "messages",
    "log_messages",
    "expression",
    "policy_uuid",
    "actor",
    "rel_obj",
    "deprecation",
    "replacement",
    "provider",
    "application",
    "authorized_application",
    "source",
    "mapping",
    "to_email",
    "subject",
    "body",
    "changelog",
    "hyperlink",
    "export",
    "target",
    "event_name",
    "invitation_uuid",
    "logout_reason",
    "ip",
    "reason",
    "created",
    "error",
    "flow",
    "",
];

/// Texts that have a meaning somewhere, and texts that want to break out.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\\u0000",
    "\\ud800",
    "\\u202e",
    "a\\nb",
    "********************",
    "<script>",
    "user",
    "oauth2provider",
    "passwordstage",
    "password",
    "totp",
    "duo",
    "255.255.255.255",
    "::ffff:1.2.3.4",
    "2026-11-22T01:00:00Z",
    "javascript:alert(1)",
    "https://a.example/",
    "custom_x",
    "private_key",
    "Binding from a #1 to Policy b",
    "x object (y)",
    "DE",
    "/authentik/x",
    "handler",
    "Traceback (most recent call last):\\n  File \\\"x\\\", line 1, in handler\\nKeyError: 'a'",
    "Traceback (most recent call last):",
    "c035bece-0489-4c1d-9c59-aeb6ae322da9",
];

/// Marks data, so that it is found where it does not belong.
const MARK: &str = "D4T4";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(TEXTS).prop_map(str::to_owned),
        "[a-z./ :#-]{0,12}",
        "\\PC{0,6}".prop_map(|text| text.replace(['"', '\\'], "")),
    ]
    .prop_map(|text| format!("\"{text}{MARK}\""))
}

fn plain_text() -> impl Strategy<Value = String> {
    prop::sample::select(TEXTS).prop_map(|text| format!("\"{text}\""))
}

/// Leaves that are no text.
const LITERALS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "7",
    "1e400",
    "18446744073709551616",
    "1.50",
];

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => text(),
        2 => plain_text(),
        2 => prop::sample::select(LITERALS).prop_map(str::to_owned),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(KEYS).prop_map(str::to_owned),
        1 => "[a-z_]{1,6}".prop_map(|key| format!("{key}{MARK}")),
    ]
}

fn object(members: Vec<(String, String)>) -> String {
    let members: Vec<String> = members
        .into_iter()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn json() -> impl Strategy<Value = String> {
    leaf().prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            3 => prop::collection::vec((key(), inner.clone()), 0..6).prop_map(object),
            1 => prop::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}

/// A model reference, or nearly one.
fn model() -> impl Strategy<Value = String> {
    (text(), plain_text(), leaf(), leaf()).prop_map(|(name, model_name, app, pk)| {
        format!(r#"{{"name":{name},"model_name":{model_name},"app":{app},"pk":{pk}}}"#)
    })
}

fn context() -> impl Strategy<Value = String> {
    let member = (key(), prop_oneof![3 => json(), 1 => model()]);
    prop_oneof![8 => prop::collection::vec(member, 0..12).prop_map(object), 1 => json()]
}

fn action() -> impl Strategy<Value = String> {
    let known =
        prop::sample::select(KnownAction::ALL).prop_map(|known| format!("\"{}\"", known.wire()));
    prop_oneof![20 => known, 1 => leaf(), 1 => Just(format!("\"custom_{MARK}\""))]
}

fn event() -> impl Strategy<Value = String> {
    let fields = (
        action(),
        context(),
        json(),
        leaf(),
        leaf(),
        leaf(),
        leaf(),
        json(),
    );
    fields.prop_map(|(action, context, user, app, ip, created, expires, brand)| {
        format!(
            r#"{{"pk":"c035bece-0489-4c1d-9c59-aeb6ae322da9","action":{action},"context":{context},"user":{user},"app":{app},"client_ip":{ip},"created":{created},"expires":{expires},"brand":{brand}}}"#
        )
    })
}

/// All words of ours that a page would show.
fn own_words(event: &Event) -> Vec<String> {
    let mut words = sentence_words(&sentence(event));
    for odd in &event.odd {
        words.extend(sentence_words(&odd.sentence()));
    }
    for group in facts(event) {
        words.extend(group.facts.iter().flat_map(fact_words));
    }
    for section in detail(event) {
        match section {
            Section::Fields { rows, .. } => words.extend(rows.iter().flat_map(fact_words)),
            Section::Note { text, .. } => words.extend(sentence_words(&text)),
            Section::Object {
                title: Label::Ours(title),
                ..
            } => words.push(title.to_owned()),
            Section::Object { .. }
            | Section::Changes(_)
            | Section::Exceptions(_)
            | Section::Code { .. }
            | Section::Log { .. }
            | Section::Mail(_) => {}
        }
    }
    words
}

fn sentence_words(sentence: &Sentence) -> Vec<String> {
    let words = sentence.0.iter().filter_map(|piece| match piece {
        Piece::Words(words) => Some(words.clone()),
        Piece::Data(_) | Piece::Strong(_) => None,
    });
    words.collect()
}

fn fact_words(fact: &Fact) -> Vec<String> {
    let values = fact.value.iter().chain(&fact.notes);
    values
        .filter_map(|value| match value {
            Value::Words(words) => Some(words.clone()),
            Value::Absent(words) | Value::Pill(_, words) => Some((*words).to_owned()),
            Value::Text(_)
            | Value::Code(_)
            | Value::Path(_)
            | Value::Badge(_)
            | Value::Flag(_)
            | Value::At(_)
            | Value::FromNow(_)
            | Value::Marked(..)
            | Value::Admin(..)
            | Value::Link(..) => None,
        })
        .collect()
}

/// `PROPTEST_CASES=100000 cargo test --test hostile` looks further.
fn config() -> ProptestConfig {
    let further = std::env::var_os("PROPTEST_CASES").is_some();
    let told = ProptestConfig::default();
    ProptestConfig {
        cases: if further { told.cases } else { 1_000 },
        failure_persistence: None,
        ..told
    }
}

/// Events that a server wrote, each small enough to be changed value by value.
fn written() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut found: Vec<PathBuf> = ["events", "made"]
        .iter()
        .flat_map(|name| fs::read_dir(format!("{folder}/{name}")).expect("fixtures"))
        .map(|entry| entry.expect("a fixture").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    found.sort();
    let texts = found
        .into_iter()
        .map(|path| fs::read_to_string(path).expect("a fixture"));
    texts.filter(|text| text.len() < 9_000).collect()
}

/// The text with something else in place of one value.
fn changed(text: &str, node: Node<'_>, value: &str) -> String {
    let (start, end) = (node.start(), node.start() + node.text().len());
    format!("{}{value}{}", &text[..start], &text[end..])
}

#[test]
fn no_text_of_an_event_becomes_words_of_ours() {
    let mut values = 0;
    for text in written() {
        let tree = Tree::of(&text);
        for node in tree.nodes().filter(|node| node.string().is_some()) {
            let marked = format!("\"{MARK} {}", node.text().trim_start_matches('"'));
            // Without a readable id there is no event.
            let Ok(event) = Event::read(&changed(&text, node, &marked)) else {
                continue;
            };
            values += 1;
            for words in own_words(&event) {
                assert!(!words.contains(MARK), "{words}\n{marked} in\n{text}");
            }
        }
    }
    assert!(values > 2_000, "only {values} values were tried");
}

/// A context that has a value under every key that something here reads.
fn everywhere(value: &str) -> String {
    let members: Vec<String> = KEYS
        .iter()
        .map(|key| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

#[test]
fn every_action_is_told_whatever_its_context_is() {
    let nested = |open: &str, close: &str, levels: usize| {
        format!(
            "{{\"message\":\"deep\",\"d\":{}1{}}}",
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    let counted = |count: usize, item: &dyn Fn(usize) -> String| -> String {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    };
    let keys = counted(10_000, &|at| format!("\"key {at}\":{at}"));
    let fields = counted(10_000, &|at| format!("\"f{at}\":{{\"new_value\":{at}}}"));
    let frame = r#"{"name":"f","filename":"/x.py","lineno":1}"#;
    let frames = counted(1_000, &|_| frame.to_owned());
    let reports = counted(1_000, &|_| {
        format!(r#"{{"exc_type":"E","frames":[{frame}]}}"#)
    });
    let long = "x".repeat(50_000);
    let mut contexts = vec![
        None,
        Some("null".to_owned()),
        Some("{}".to_owned()),
        Some("[]".to_owned()),
        Some("\"text\"".to_owned()),
        Some("7".to_owned()),
        Some(format!("{{{keys}}}")),
        Some(format!("{{\"diff\":{{{fields}}}}}")),
        Some(format!(
            "{{\"exception\":[{{\"exc_type\":\"E\",\"frames\":[{frames}]}},{reports}]}}"
        )),
        Some(nested("[", "]", 200)),
        Some(nested("{\"d\":", "}", 200)),
        Some(nested("[", "]", 100_000)),
        // 5 MB, a part of it under each key.
        Some(everywhere(&format!("\"{long}\""))),
    ];
    let odd = [
        "null",
        "true",
        "0",
        "\"\"",
        "[]",
        "{}",
        "[[],{},null,7]",
        "{\"pk\":[]}",
        "[{\"pk\":7}]",
    ];
    contexts.extend(odd.map(|value| Some(everywhere(value))));
    contexts.extend(
        TEXTS
            .iter()
            .map(|text| Some(everywhere(&format!("\"{text}\"")))),
    );
    for context in contexts {
        let context = context.map_or_else(String::new, |context| format!(",\"context\":{context}"));
        let first = format!(r#"{{"pk":"c035bece-0489-4c1d-9c59-aeb6ae322da9"{context}}}"#);
        let mut event = Event::read(&first).expect("it has an id");
        let known = KnownAction::ALL.iter().map(|known| known.wire().to_owned());
        for action in known.chain(["custom_x".to_owned(), "zzz_new".to_owned()]) {
            event.action = EventAction::read(&action);
            assert!(!sentence(&event).visible().trim().is_empty(), "{action}");
            is_drawable(&event, &action);
        }
        assert_eq!(event.raw.as_str(), first);
    }
}

/// Whether no part of the page is larger than a browser draws at once.
fn is_drawable(event: &Event, action: &str) {
    let sections = detail(event);
    assert!(
        sections.len() <= 120,
        "{action}: {} sections",
        sections.len()
    );
    for section in sections {
        match section {
            Section::Fields { rows, .. } => assert!(rows.len() <= 60, "{action}: {}", rows.len()),
            Section::Changes(changes) => assert!(changes.len() <= 300, "{action}"),
            Section::Log { lines, .. } => assert!(lines.len() <= 200, "{action}"),
            Section::Mail(mail) => assert!(mail.links.len() <= 50, "{action}"),
            Section::Exceptions(reports) => {
                assert!(reports.len() <= 40, "{action}: {}", reports.len());
                assert!(
                    reports.iter().all(|report| report.frames.len() <= 200),
                    "{action}"
                );
            }
            Section::Object { .. } | Section::Code { .. } | Section::Note { .. } => {}
        }
    }
    let rows: usize = facts(event).iter().map(|group| group.facts.len()).sum();
    assert!(rows <= 60, "{action}: {rows} facts");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_an_event_holds_is_told(text in event()) {
        let event = Event::read(&text).expect("it has an id");
        prop_assert!(!sentence(&event).visible().trim().is_empty(), "no sentence: {text}");
        let _ = row_cells(&event);
        for words in own_words(&event) {
            prop_assert!(!words.contains(MARK), "data in our words: {words}\n{text}");
        }
        prop_assert_eq!(event.raw.as_str(), &text);
    }

    #[test]
    fn an_object_with_an_id_is_an_event(context in json(), members in prop::collection::vec((key(), json()), 0..9)) {
        let mut members = members;
        members.push(("context".to_owned(), context));
        members.push(("pk".to_owned(), "\"c035bece-0489-4c1d-9c59-aeb6ae322da9\"".to_owned()));
        let event = Event::read(&object(members)).expect("it has an id");
        let told = (sentence(&event), facts(&event), detail(&event));
        prop_assert!(!told.0.visible().is_empty());
        prop_assert!(!told.1.is_empty());
    }

    #[test]
    fn any_value_of_an_event_may_be_anything(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), value in json()) {
        let texts = written();
        let text = which.get(&texts);
        let tree = Tree::of(text);
        let node = tree.node(place.index(tree.len())).expect("a value");
        if let Ok(event) = Event::read(&changed(text, node, &value)) {
            prop_assert!(!sentence(&event).visible().trim().is_empty(), "no sentence: {text}");
            for words in own_words(&event) {
                prop_assert!(!words.contains(MARK), "data in our words: {words}\n{text}");
            }
        }
    }

    #[test]
    fn any_text_is_an_event_or_none(text in "\\PC{0,40}") {
        let _ = Event::read(&text);
    }

    #[test]
    fn any_action_can_be_read_and_written_again(wire in "[a-z_]{0,20}") {
        let action = EventAction::read(&wire);
        let again = action.wire();
        prop_assert_eq!(again.original(), &wire);
        prop_assert!(!action.label().is_empty());
    }
}
