use proptest::prelude::*;

use super::*;
use crate::json::JsonText;

/// Sun 22 Nov 2026, 12:00:00 UTC.
fn now() -> Moment {
    Moment::parse("2026-11-22T12:00:00Z").unwrap()
}

/// Nobody is signed in.
fn none(_: &str) -> bool {
    false
}

fn typed(edit: impl FnOnce(&mut EventDraft)) -> EventDraft {
    let mut draft = EventDraft {
        action: "login".into(),
        app: "lab.rec".into(),
        ..EventDraft::default()
    };
    edit(&mut draft);
    draft
}

fn body(edit: impl FnOnce(&mut EventDraft)) -> String {
    typed(edit)
        .check(now(), 60, &none)
        .unwrap()
        .body()
        .to_owned()
}

fn problems(edit: impl FnOnce(&mut EventDraft)) -> Vec<(Field, String)> {
    let problems = typed(edit).check(now(), 60, &none).unwrap_err();
    assert!(problems.general.is_empty(), "{problems:?}");
    problems.by_field
}

fn random(length: usize) -> String {
    let mut seed = 1_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from(seed >> 24).unwrap() % 26)
    };
    (0..length).map(|_| next()).collect()
}

fn nested(levels: usize) -> String {
    format!(
        "{}{{}}{}",
        "{\"d\":".repeat(levels - 1),
        "}".repeat(levels - 1)
    )
}

/// What the form does with the input of a recorded exchange.
enum Verdict {
    /// It names this problem and sends nothing.
    Blocked(Field, &'static str),
    /// It sends the event; why is said where the server said anything but 201.
    Sent(&'static str),
    /// Nobody can type it.
    OutOfReach(&'static str),
}
use Verdict::{Blocked, OutOfReach, Sent};

const CHOICE: &str = "is not a valid choice.";
const DICTIONARY: &str = "Value must be a dictionary, and not have any duplicate keys.";
const TYPES: &str = "the form sends a text here, never another type";
const TRANSPORT: &str = "about headers or addresses, which the form does not make";
const BODY: &str = "the form makes the body itself, always one object";

type Edit = fn(&mut EventDraft);
type Row = (&'static str, Edit, Verdict);

/// Each recorded POST by name.
fn recorded() -> Vec<Row> {
    vec![
        (
            "action_custom_no_underscore",
            |d| d.action = "custom".into(),
            Blocked(Field::Action, "\"custom\" is not a valid choice."),
        ),
        (
            "action_empty",
            |d| d.action.clear(),
            Blocked(Field::Action, REQUIRED),
        ),
        ("action_list", |_| {}, OutOfReach(TYPES)),
        (
            "action_null",
            |d| d.action.clear(),
            Blocked(Field::Action, REQUIRED),
        ),
        (
            "action_spaces",
            |d| d.action = " login ".into(),
            Blocked(Field::Action, "\" login \" is not a valid choice."),
        ),
        (
            "action_unknown",
            |d| d.action = "does_not_exist".into(),
            Blocked(Field::Action, CHOICE),
        ),
        (
            "action_upper",
            |d| d.action = "LOGIN".into(),
            Blocked(Field::Action, CHOICE),
        ),
        (
            "app_10k",
            |d| d.app = "a".repeat(10_000),
            Blocked(Field::App, "2,600 bytes and has 10,000"),
        ),
        (
            "app_1M",
            |d| d.app = random(1_000_000),
            Blocked(Field::App, "2,600 bytes and has 1,000,000"),
        ),
        (
            "app_blank",
            |d| d.app = "   ".into(),
            Blocked(Field::App, BLANK),
        ),
        ("app_bool", |_| {}, OutOfReach(TYPES)),
        ("app_empty", |d| d.app.clear(), Blocked(Field::App, BLANK)),
        ("app_float", |d| d.app = "1.5".into(), Sent("")),
        ("app_list", |_| {}, OutOfReach(TYPES)),
        (
            "app_lone_surrogate",
            |_| {},
            OutOfReach("a text field holds no half characters"),
        ),
        ("app_newline", |d| d.app = "a\nb".into(), Sent("")),
        (
            "app_nul_byte",
            |d| d.app = "a\0b".into(),
            Blocked(Field::App, NO_NUL),
        ),
        ("app_null", |d| d.app.clear(), Blocked(Field::App, BLANK)),
        ("app_number", |d| d.app = "17".into(), Sent("")),
        ("app_object", |_| {}, OutOfReach(TYPES)),
        ("app_padded", |d| d.app = "  lab  ".into(), Sent("")),
        ("app_random_2000", |d| d.app = random(2000), Sent("")),
        ("app_random_255", |d| d.app = random(255), Sent("")),
        ("app_random_256", |d| d.app = random(256), Sent("")),
        ("app_random_2600", |d| d.app = random(2600), Sent("")),
        (
            "app_random_2800",
            |d| d.app = random(2800),
            Blocked(Field::App, "2,600 bytes and has 2,800"),
        ),
        (
            "as_auditor",
            |_| {},
            Sent("only the server knows what a token may do"),
        ),
        ("as_none_malformed_body", |_| {}, OutOfReach(BODY)),
        (
            "as_noperm",
            |_| {},
            Sent("only the server knows what a token may do"),
        ),
        ("as_poster", |_| {}, Sent("")),
        ("body_bom", |_| {}, OutOfReach(BODY)),
        ("body_empty_array", |_| {}, OutOfReach(BODY)),
        ("body_gzip_encoding", |_| {}, OutOfReach(TRANSPORT)),
        ("body_malformed", |_| {}, OutOfReach(BODY)),
        (
            "body_trailing_comma",
            |d| d.context = r#"{"a":"x",}"#.into(),
            Blocked(Field::Context, "no comma may stand before }"),
        ),
        ("body_true", |_| {}, OutOfReach(BODY)),
        (
            "brand_array",
            |d| d.brand = r#"[1, "a", null]"#.into(),
            Blocked(Field::Brand, DICTIONARY),
        ),
        ("brand_empty_object", |d| d.brand = "{}".into(), Sent("")),
        (
            "brand_empty_string",
            |d| d.brand = "\"\"".into(),
            Blocked(Field::Brand, DICTIONARY),
        ),
        (
            "brand_nested",
            |d| d.brand = r#"{"a": {"b": {"c": {"d": [1, {"e": null}]}}}}"#.into(),
            Sent(""),
        ),
        (
            "brand_null",
            |d| d.brand = "null".into(),
            Blocked(Field::Brand, "This field may not be null."),
        ),
        (
            "brand_number",
            |d| d.brand = "3".into(),
            Blocked(Field::Brand, DICTIONARY),
        ),
        (
            "brand_random_50000",
            |d| d.brand = format!("{{\"s\":\"{}\"}}", random(50_000)),
            Sent(""),
        ),
        (
            "brand_string",
            |d| d.brand = "\"text\"".into(),
            Blocked(Field::Brand, DICTIONARY),
        ),
        (
            "brand_true",
            |d| d.brand = "true".into(),
            Blocked(Field::Brand, DICTIONARY),
        ),
        (
            "client_ip_bool",
            |d| d.client_ip = "false".into(),
            Blocked(Field::ClientIp, BAD_ADDRESS),
        ),
        (
            "client_ip_invalid",
            |d| d.client_ip = "not-an-ip".into(),
            Blocked(Field::ClientIp, BAD_ADDRESS),
        ),
        (
            "client_ip_list",
            |d| d.client_ip = "[\"192.0.2.1\"]".into(),
            Blocked(Field::ClientIp, BAD_ADDRESS),
        ),
        ("client_ip_null", |d| d.client_ip.clear(), Sent("")),
        (
            "client_ip_v4",
            |d| d.client_ip = "192.0.2.1".into(),
            Sent(""),
        ),
        (
            "client_ip_v4_256",
            |d| d.client_ip = "256.1.1.1".into(),
            Blocked(Field::ClientIp, BAD_ADDRESS),
        ),
        (
            "client_ip_v4_cidr",
            |d| d.client_ip = "192.0.2.0/24".into(),
            Blocked(
                Field::ClientIp,
                "Enter a valid IPv4 or IPv6 address. Enter one address, without the network /24.",
            ),
        ),
        (
            "client_ip_v4_leading_zero",
            |d| d.client_ip = "192.000.002.001".into(),
            Blocked(
                Field::ClientIp,
                "Enter a valid IPv4 or IPv6 address. Write its numbers without leading zeros.",
            ),
        ),
        (
            "client_ip_v4_port",
            |d| d.client_ip = "192.0.2.1:80".into(),
            Blocked(
                Field::ClientIp,
                "Enter a valid IPv4 or IPv6 address. Leave out the port :80.",
            ),
        ),
        (
            "client_ip_v4_spaces",
            |d| d.client_ip = " 192.0.2.1 ".into(),
            Sent(""),
        ),
        (
            "client_ip_v6",
            |d| d.client_ip = "2001:db8::1".into(),
            Sent(""),
        ),
        (
            "client_ip_v6_brackets",
            |d| d.client_ip = "[2001:db8::1]".into(),
            Blocked(
                Field::ClientIp,
                "Enter a valid IPv4 or IPv6 address. Leave out the brackets.",
            ),
        ),
        (
            "client_ip_v6_long",
            |d| d.client_ip = "2001:0DB8:0000:0000:0000:0000:0000:0001".into(),
            Sent(""),
        ),
        (
            "client_ip_v6_mapped",
            |d| d.client_ip = "::ffff:192.0.2.1".into(),
            Sent(""),
        ),
        (
            "context_20MB",
            |d| d.context = format!("{{\"s\":\"{}\"}}", "x".repeat(20_000_000)),
            Blocked(Field::Context, ""),
        ),
        (
            "context_3MB",
            |d| d.context = format!("{{\"s\":\"{}\"}}", "x".repeat(3_000_000)),
            Sent(""),
        ),
        (
            "context_array",
            |d| d.context = r#"[1, "a", null]"#.into(),
            Blocked(Field::Context, DICTIONARY),
        ),
        (
            "context_authorized_application_random_5000",
            |d| {
                d.context = format!(
                    "{{\"authorized_application\":{{\"pk\":\"{}\"}}}}",
                    random(5000)
                )
            },
            Blocked(
                Field::Context,
                "authorized_application may have 2,600 bytes and has 5,009",
            ),
        ),
        (
            "context_bigint",
            |d| {
                d.context =
                    r#"{"n":123456789012345678901234567890,"m":9007199254740993,"f":1e400}"#.into()
            },
            Blocked(
                Field::Context,
                "Line 1, column 62: 1e400 is too large, authentik refuses it",
            ),
        ),
        (
            "context_bigint_ok",
            |d| {
                d.context =
                    r#"{"m":9007199254740993,"z":18446744073709551615,"f":1.10,"e":1e5}"#.into()
            },
            Sent(""),
        ),
        (
            "context_deep_1100",
            |d| d.context = nested(1100),
            Blocked(
                Field::Context,
                "This is 1100 levels deep; keep it within 100",
            ),
        ),
        (
            "context_deep_200",
            |d| d.context = nested(200),
            Blocked(
                Field::Context,
                "This is 200 levels deep; keep it within 100",
            ),
        ),
        (
            "context_dup_keys",
            |d| d.context = r#"{"k":1,"k":2}"#.into(),
            Blocked(
                Field::Context,
                "Line 1, column 8: the key \"k\" is here twice",
            ),
        ),
        (
            "context_empty_string",
            |d| d.context = "\"\"".into(),
            Blocked(Field::Context, DICTIONARY),
        ),
        (
            "context_float",
            |d| d.context = "0.1".into(),
            Blocked(Field::Context, DICTIONARY),
        ),
        (
            "context_nul",
            |d| d.context = r#"{"s": "a\u0000b"}"#.into(),
            Blocked(
                Field::Context,
                "Line 1, column 7: Null characters are not allowed.",
            ),
        ),
        (
            "context_random_50000",
            |d| d.context = format!("{{\"s\":\"{}\"}}", random(50_000)),
            Sent(""),
        ),
        (
            "context_string",
            |d| d.context = "\"text\"".into(),
            Blocked(Field::Context, DICTIONARY),
        ),
        (
            "context_true",
            |d| d.context = "true".into(),
            Blocked(Field::Context, DICTIONARY),
        ),
        (
            "created_null",
            |_| {},
            OutOfReach("the form has no such field"),
        ),
        ("ct_form", |_| {}, OutOfReach(TRANSPORT)),
        ("ct_json_charset", |_| {}, OutOfReach(TRANSPORT)),
        ("ct_json_latin1", |_| {}, OutOfReach(TRANSPORT)),
        ("ct_json_patch", |_| {}, OutOfReach(TRANSPORT)),
        ("ct_multipart", |_| {}, OutOfReach(TRANSPORT)),
        ("ct_none", |_| {}, OutOfReach(TRANSPORT)),
        ("delete_on_list", |_| {}, OutOfReach(TRANSPORT)),
        (
            "empty_object",
            |d| *d = EventDraft::default(),
            Blocked(Field::Action, REQUIRED),
        ),
        (
            "expires_empty",
            |d| d.expires = Expires::At(String::new()),
            Blocked(Field::Expires, BLANK),
        ),
        (
            "expires_epoch",
            |d| d.expires = Expires::At("1893456000".into()),
            Blocked(Field::Expires, BAD_TIME),
        ),
        (
            "expires_feb30",
            |d| d.expires = Expires::At("2030-02-30T00:00:00Z".into()),
            Blocked(Field::Expires, BAD_TIME),
        ),
        (
            "expires_garbage",
            |d| d.expires = Expires::At("tomorrow".into()),
            Blocked(Field::Expires, BAD_TIME),
        ),
        (
            "expires_leap_second",
            |d| d.expires = Expires::At("2030-06-30T23:59:60Z".into()),
            Blocked(Field::Expires, BAD_TIME),
        ),
        (
            "expires_nanos",
            |d| d.expires = Expires::At("2030-01-01T00:00:00.123456789Z".into()),
            Sent(""),
        ),
        (
            "expires_null",
            |d| d.expires = Expires::At(String::new()),
            Blocked(Field::Expires, BLANK),
        ),
        (
            "expires_offset",
            |d| d.expires = Expires::At("2030-01-01T00:00:00+02:00".into()),
            Sent(""),
        ),
        (
            "expires_past",
            |d| d.expires = Expires::At("2020-01-01T00:00:00Z".into()),
            Sent(""),
        ),
        (
            "expires_space",
            |d| d.expires = Expires::At("2030-01-01 00:00".into()),
            Sent(""),
        ),
        (
            "expires_y1",
            |d| d.expires = Expires::At("0001-01-01T00:00:00Z".into()),
            Sent(""),
        ),
        (
            "expires_year_10000",
            |d| d.expires = Expires::At("10000-01-01T00:00:00Z".into()),
            Blocked(Field::Expires, BAD_TIME),
        ),
        ("full", full, Sent("")),
        ("full_with_readonly", full, Sent("")),
        ("minimal", |_| {}, Sent("")),
        (
            "no_action",
            |d| d.action.clear(),
            Blocked(Field::Action, REQUIRED),
        ),
        ("no_app", |d| d.app.clear(), Blocked(Field::App, BLANK)),
        ("no_trailing_slash", |_| {}, OutOfReach(TRANSPORT)),
        ("patch_on_list", |_| {}, OutOfReach(TRANSPORT)),
        ("post_to_detail", |_| {}, OutOfReach(TRANSPORT)),
        ("put_on_list", |_| {}, OutOfReach(TRANSPORT)),
        (
            "unknown_extra_fields",
            |_| {},
            OutOfReach("the form has no such field"),
        ),
        (
            "user_array",
            |d| d.user = r#"[1, "a", null]"#.into(),
            Blocked(Field::User, DICTIONARY),
        ),
        ("user_empty_object", |d| d.user = "{}".into(), Sent("")),
        (
            "user_float",
            |d| d.user = "0.1".into(),
            Blocked(Field::User, DICTIONARY),
        ),
        (
            "user_nested",
            |d| d.user = r#"{"a": {"b": {"c": {"d": [1, {"e": null}]}}}}"#.into(),
            Sent(""),
        ),
        (
            "user_null",
            |d| d.user = "null".into(),
            Blocked(Field::User, "This field may not be null."),
        ),
        (
            "user_number",
            |d| d.user = "3".into(),
            Blocked(Field::User, DICTIONARY),
        ),
        (
            "user_random_5000",
            |d| d.user = format!("{{\"username\":\"{}\"}}", random(5000)),
            Blocked(Field::User, "The user may have 2,600 bytes and has 5,015"),
        ),
        (
            "user_random_50000",
            |d| d.user = format!("{{\"username\":\"{}\"}}", random(50_000)),
            Blocked(Field::User, "The user may have 2,600 bytes and has 50,015"),
        ),
        (
            "user_string",
            |d| d.user = "\"text\"".into(),
            Blocked(Field::User, DICTIONARY),
        ),
        (
            "user_true",
            |d| d.user = "true".into(),
            Blocked(Field::User, DICTIONARY),
        ),
        ("xff_spoof", |_| {}, OutOfReach(TRANSPORT)),
    ]
}

fn full(draft: &mut EventDraft) {
    draft.action = "authorize_application".into();
    draft.user =
        r#"{"pk": 4242, "username": "someone-else", "email": "x@y.example", "extra": [1, 2]}"#
            .into();
    draft.context = r#"{"message": "hi", "http_request": {"path": "/x", "method": "GET"}}"#.into();
    draft.client_ip = "192.0.2.1".into();
    draft.expires = Expires::At("2030-01-01T00:00:00Z".into());
    draft.brand =
        r#"{"pk": "x", "app": "authentik_brands", "model_name": "brand", "name": "b"}"#.into();
}

#[test]
fn the_form_stops_what_the_server_would_refuse_or_crash_on() {
    for (name, edit, verdict) in recorded() {
        let checked = typed(edit).check(now(), 60, &none);
        match (verdict, checked) {
            (Blocked(_, ""), Err(problems)) => {
                assert_eq!(
                    problems.general,
                    ["The event has 20 MB; at most 8 MB can be sent."],
                    "{name}"
                );
            }
            (Blocked(field, message), Err(problems)) => {
                let messages = problems.of(field);
                assert!(
                    messages.iter().any(|own| own.contains(message)),
                    "{name}: {messages:?}"
                );
            }
            (Blocked(..), Ok(event)) => panic!("{name} would be sent: {:.200}", event.body()),
            (Sent(_), Ok(event)) => assert!(JsonText::parse(event.body()).is_ok(), "{name}"),
            (Sent(_), Err(problems)) => panic!("{name} is blocked: {problems:?}"),
            (OutOfReach(why), _) => assert!(!why.is_empty(), "{name}"),
        }
    }
}

/// What authentik's create is known to do with each kind of body, row by row: stopped here in words
/// that say as much, or sent as something that it takes.
#[test]
fn each_row_of_the_servers_contract_is_stopped_or_sent() {
    let stopped: [(Edit, &[(Field, &str)]); 21] = [
        (
            |d| *d = EventDraft::default(),
            &[(Field::Action, REQUIRED), (Field::App, BLANK)],
        ),
        (|d| d.app = String::new(), &[(Field::App, BLANK)]),
        (|d| d.app = " \t ".into(), &[(Field::App, BLANK)]),
        (|d| d.action = "Login".into(), &[(Field::Action, CHOICE)]),
        (
            |d| d.action = "custom_foo".into(),
            &[(Field::Action, CHOICE)],
        ),
        (|d| d.action = String::new(), &[(Field::Action, REQUIRED)]),
        (
            |d| d.client_ip = "10.0.0.1:443".into(),
            &[(Field::ClientIp, BAD_ADDRESS)],
        ),
        (
            |d| d.client_ip = "1.2.3".into(),
            &[(Field::ClientIp, BAD_ADDRESS)],
        ),
        (|d| d.user = "[]".into(), &[(Field::User, DICTIONARY)]),
        (|d| d.user = "7".into(), &[(Field::User, DICTIONARY)]),
        (
            |d| d.user = "null".into(),
            &[(Field::User, "may not be null")],
        ),
        (
            |d| d.context = "\"x\"".into(),
            &[(Field::Context, DICTIONARY)],
        ),
        (
            |d| d.context = "null".into(),
            &[(Field::Context, "may not be null")],
        ),
        (
            |d| d.context = r#"{"a":1,"a":2}"#.into(),
            &[(Field::Context, "twice")],
        ),
        (
            |d| d.context = r#"{"a":"\u0000"}"#.into(),
            &[(Field::Context, NO_NUL)],
        ),
        (|d| d.brand = "true".into(), &[(Field::Brand, DICTIONARY)]),
        (
            |d| d.brand = "null".into(),
            &[(Field::Brand, "may not be null")],
        ),
        (
            |d| d.user = r#"{"\u0000":1}"#.into(),
            &[(Field::User, NO_NUL)],
        ),
        (|d| d.app = "a\0".into(), &[(Field::App, NO_NUL)]),
        (
            |d| d.expires = Expires::At(String::new()),
            &[(Field::Expires, BLANK)],
        ),
        (
            |d| d.expires = Expires::At("tomorrow".into()),
            &[(Field::Expires, BAD_TIME)],
        ),
    ];
    for (row, (edit, expected)) in stopped.into_iter().enumerate() {
        let found = problems(edit);
        assert_eq!(found.len(), expected.len(), "row {row}: {found:?}");
        for ((field, message), (at, says)) in found.iter().zip(expected) {
            assert!(
                field == at && message.contains(says),
                "row {row}: {found:?}"
            );
        }
    }
    let sent: [(Edit, &str, Option<&str>); 7] = [
        (|d| d.client_ip = String::new(), "client_ip", None),
        (|d| d.client_ip = "::1".into(), "client_ip", Some("\"::1\"")),
        (|d| d.user = "{}".into(), "user", Some("{}")),
        (|d| d.context = "{}".into(), "context", Some("{}")),
        (|d| d.brand = "{}".into(), "brand", Some("{}")),
        (
            |d| d.expires = Expires::At("2020-01-01T00:00".into()),
            "expires",
            Some("\"2019-12-31T23:00:00Z\""),
        ),
        (|d| d.app = " lab ".into(), "app", Some("\"lab\"")),
    ];
    for (row, (edit, key, expected)) in sent.into_iter().enumerate() {
        let body = body(edit);
        let tree = Tree::of(&body);
        let root = tree.root();
        let value = root.get(key).map(|value| value.text().to_owned());
        assert_eq!(value.as_deref(), expected, "row {row}: {body}");
        assert!(root.get("pk").is_none() && root.get("created").is_none());
    }
}

/// With the recordings at hand the table is held against what the server really answered.
#[test]
fn each_recorded_create_is_in_the_table() {
    let folder = std::env::var("EVENTIDE_RECORDINGS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings").to_owned());
    let Ok(files) = std::fs::read_dir(format!("{folder}/c_post")) else {
        return;
    };
    let table = recorded();
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (_, _, verdict) = table
            .iter()
            .find(|(row, ..)| *row == name)
            .unwrap_or_else(|| panic!("{name} is new"));
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let tree = Tree::of(&text);
        let response = tree.root().get("response").unwrap();
        let status = response
            .get("status")
            .and_then(crate::json::Node::integer)
            .unwrap();
        match verdict {
            Sent("") => assert_eq!(status, 201, "{name}"),
            Sent(_) => assert_eq!(status, 403, "{name}"),
            // Words of our own stand only where the server has none at this field.
            Blocked(field, message) => {
                let errors = response.get("body").and_then(|body| body.get(field.wire()));
                if let Some(own) = errors
                    .and_then(|errors| errors.children().next())
                    .and_then(crate::json::Node::string)
                {
                    let chosen = [REQUIRED, BLANK].contains(message) && message != &own;
                    assert!(
                        chosen || own.ends_with(message) || message.starts_with(own.as_ref()),
                        "{name}: {own}"
                    );
                }
            }
            OutOfReach(_) => {}
        }
    }
}

#[test]
fn the_body_holds_every_literal_as_typed() {
    assert_eq!(body(|_| {}), r#"{"action":"login","app":"lab.rec"}"#);
    let everything = body(|draft| {
        draft.client_ip = " ::FFFF:192.0.2.1 ".into();
        draft.expires = Expires::At("2030-01-01T01:00".into());
        draft.context =
            "\n{ \"n\": 18446744073709551615, \"b\":1E2,\"a\": 1.10 , \"z\":-0 }\n".into();
        draft.user = "{}".into();
        draft.brand = "{\"b\":\"\\u00e9\"}".into();
        draft.app = " a \"quoted\"\n\u{1}app ".into();
    });
    let expected = [
        r#"{"action":"login","app":"a \"quoted\"\n\u0001app","client_ip":"::ffff:192.0.2.1","#,
        r#""expires":"2030-01-01T00:00:00Z","#,
        r#""context":{ "n": 18446744073709551615, "b":1E2,"a": 1.10 , "z":-0 },"#,
        r#""user":{},"brand":{"b":"\u00e9"}}"#,
    ];
    assert_eq!(everything, expected.concat());
}

#[test]
fn days_count_from_the_moment_of_sending() {
    assert!(
        body(|draft| draft.expires = Expires::Days(30))
            .contains(r#""expires":"2026-12-22T12:00:00Z""#)
    );
    let check = |expires: Expires, expected: &str| {
        let found = problems(|draft| draft.expires = expires);
        assert!(
            found.len() == 1 && found[0].0 == Field::Expires && found[0].1.starts_with(expected),
            "{found:?}"
        );
    };
    check(
        Expires::Days(u32::MAX),
        "authentik stores no date after the year 9999.",
    );
    check(
        Expires::In("99999999 years".into()),
        "authentik stores no date after",
    );
    check(Expires::In("soon".into()), BAD_SPAN);
    check(Expires::In(" ".into()), BLANK);
    assert!(
        body(|draft| draft.expires = Expires::In("in 2 weeks".into()))
            .contains(r#""expires":"2026-12-06T12:00:00Z""#)
    );
    assert!(
        body(|draft| draft.expires = Expires::At("2026-11-22T13:01".into())).contains("12:01:00Z")
    );
    assert!(
        body(|draft| draft.expires = Expires::At("9999-12-31".into()))
            .contains("9999-12-30T23:00:00Z")
    );
}

#[test]
fn a_name_goes_into_the_context() {
    let named = |name: &str, context: &str| {
        body(|draft| {
            draft.action = "custom_".into();
            draft.name = name.into();
            draft.context = context.into();
        })
    };
    let start = r#"{"action":"custom_","app":"lab.rec""#;
    assert_eq!(named("", ""), format!("{start}}}"));
    assert_eq!(
        named(" Door \"2\" ", ""),
        format!(r#"{start},"context":{{"event_name":"Door \"2\""}}}}"#)
    );
    assert_eq!(
        named("x", " {\n} "),
        format!(r#"{start},"context":{{"event_name":"x"}}}}"#)
    );
    assert_eq!(
        named("x", "{\"a\": 1e2\n}"),
        format!(r#"{start},"context":{{"a": 1e2,"event_name":"x"}}}}"#)
    );
    assert_eq!(
        body(|draft| draft.name = "unused".into()),
        r#"{"action":"login","app":"lab.rec"}"#
    );
    let twice = problems(|draft| {
        draft.action = "custom_".into();
        draft.name = "x".into();
        draft.context = r#"{"event_name": null}"#.into();
    });
    assert_eq!(
        twice,
        [(
            Field::Name,
            "The context has its own event_name. Remove it there or leave this empty.".to_owned()
        )]
    );
    let nul = problems(|draft| {
        draft.action = "custom_".into();
        draft.name = "a\0".into();
    });
    assert_eq!(nul, [(Field::Name, NO_NUL.to_owned())]);
    let custom = problems(|draft| draft.action = "custom_door".into());
    let expected = "\"custom_door\" is not a valid choice. Choose custom_ and write what follows into the name.";
    assert_eq!(custom, [(Field::Action, expected.to_owned())]);
}

#[test]
fn an_action_that_the_server_offers_is_sent_although_nobody_here_knows_it() {
    let newer = |offered: bool| {
        typed(|draft| {
            draft.action = "door_opened".into();
            draft.offered = offered;
        })
    };
    assert_eq!(
        newer(true).check(now(), 0, &none).unwrap().body(),
        r#"{"action":"door_opened","app":"lab.rec"}"#
    );
    assert!(newer(false).check(now(), 0, &none).is_err());
}

#[test]
fn all_problems_come_at_once_in_page_order() {
    let draft = EventDraft {
        action: String::new(),
        offered: false,
        name: String::new(),
        app: " ".into(),
        client_ip: "x".into(),
        expires: Expires::At("x".into()),
        user: "{".into(),
        context: "{\"a\": NaN}".into(),
        brand: "[]".into(),
        ..EventDraft::default()
    };
    let problems = draft.check(now(), 0, &none).unwrap_err();
    let fields: Vec<_> = problems.by_field.iter().map(|(field, _)| *field).collect();
    let expected = Field::ALL
        .into_iter()
        .filter(|field| *field != Field::Name)
        .collect::<Vec<_>>();
    assert_eq!(fields, expected);
    assert_eq!(
        problems.of(Field::Context),
        ["Line 1, column 7: expected a value; JSON has no NaN"]
    );
}

#[test]
fn every_flaw_of_an_object_is_named_with_its_place() {
    let context = "{\n\"a\": \"\\u0000\",\n\"b\": \"\\ud800\",\n\"a\": 1e999, \"__proto__\": {}}";
    let found = problems(|draft| draft.context = context.into());
    let messages: Vec<_> = found.iter().map(|(_, message)| message.as_str()).collect();
    let expected = [
        "Line 2, column 6: Null characters are not allowed.",
        "Line 3, column 6: this is half of a character (a lone surrogate), authentik refuses it",
        "Line 4, column 1: the key \"a\" is here twice, authentik would keep only the last one",
        "Line 4, column 6: 1e999 is too large, authentik refuses it",
    ];
    assert_eq!(messages, expected);
    assert!(body(|draft| draft.context = nested(100)).len() > 500);
}

#[test]
fn addresses_that_are_nearly_right_get_a_hint() {
    let table = [
        ("[::1]:443", "Leave out the brackets and the port."),
        (
            "fe80::1%eth0",
            "Leave out the zone %eth0; authentik drops it.",
        ),
        (
            "2001:db8::/32",
            "Enter one address, without the network /32.",
        ),
        ("192.0.2.1, 198.51.100.7", "Enter one address only."),
        ("01.2.3.4", "Write its numbers without leading zeros."),
        ("1.2.3", ""),
        ("1.2.3.4.5", ""),
        ("example.com:80", ""),
        ("[x]", ""),
        ("%", ""),
        ("127.1", ""),
        ("::g", ""),
    ];
    for (text, hint) in table {
        let found = problems(|draft| draft.client_ip = text.into());
        assert_eq!(
            found,
            [(
                Field::ClientIp,
                format!("{BAD_ADDRESS} {hint}").trim_end().to_owned()
            )],
            "{text}"
        );
    }
}

#[test]
fn data_in_a_problem_cannot_hide() {
    let found = problems(|draft| draft.action = "lo\u{202e}gin".into());
    assert_eq!(found[0].1, "\"lo⟨U+202E⟩gin\" is not a valid choice.");
    let found = problems(|draft| draft.context = "{\"\u{202e}\":1,\"\u{202e}\":2}".into());
    assert!(found[0].1.contains("⟨U+202E⟩"), "{found:?}");
}

#[test]
fn what_the_server_says_stands_at_its_field() {
    let errors = [
        ("brand", vec!["b"]),
        ("context.foo", vec!["n"]),
        ("", vec!["g"]),
        ("action", vec!["a", "\u{202e}"]),
        ("non_field_errors", vec!["h"]),
        ("detail", vec!["i"]),
        ("unknown\u{7}", vec!["u"]),
    ];
    let errors: Vec<_> = errors
        .into_iter()
        .map(|(key, messages)| {
            (
                key.to_owned(),
                messages.into_iter().map(Untrusted::new).collect(),
            )
        })
        .collect();
    let problems = Problems::from_server(&errors);
    assert_eq!(
        problems.general,
        ["context.foo: n", "g", "h", "i", "unknown⟨U+0007⟩: u"]
    );
    assert_eq!(
        problems.by_field,
        [
            (Field::Action, "a".to_owned()),
            (Field::Action, "⟨U+202E⟩".to_owned()),
            (Field::Brand, "b".to_owned())
        ]
    );
}

#[test]
fn fields_have_one_key_each() {
    for field in Field::ALL {
        assert_eq!(Field::from_wire(field.wire()), Some(field));
        assert!(!field.label().is_empty());
    }
    assert_eq!(Field::from_wire("pk"), None);
}

#[test]
fn secrets_and_rounded_numbers_ask_for_a_second_look() {
    let cautions = |context: &str| {
        typed(|draft| draft.context = context.into())
            .cautions(now(), 0)
            .by_field
    };
    let secrets = [
        r#"{"password":"x"}"#,
        r#"{"a":[{"accessToken":"x"}]}"#,
        r#"{"X-Api-Key":"x"}"#,
        r#"{"client_secret":"x"}"#,
        r#"{"Authorization":"x"}"#,
        r#"{"Set-Cookie":"x"}"#,
        r#"{"private_key":"x"}"#,
        r#"{"header":"Bearer abc"}"#,
        r#"{"pem":"-----BEGIN PRIVATE KEY-----"}"#,
        r#"{"list":["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"]}"#,
        r#"{"x":"B2tNFTpmmHGqIMnpLDoJYuS7nVAAcYzDBVTRnQTAGYyFtJhXZFSwzRHANxlH"}"#,
        r#"{"DB_PASSWORD":"x"}"#,
        r#"{"SIGNATURE":1}"#,
        r#"{"author":"masked by authentik too"}"#,
    ];
    for text in secrets {
        let found = cautions(text);
        assert!(
            found.len() == 1 && found[0].1.starts_with("Will be stored readable: "),
            "{text}: {found:?}"
        );
    }
    let fine = [
        "",
        "{",
        r#"{"password":""}"#,
        r#"{"password":"********************"}"#,
        r#"{"password":true,"token":{"pk":1,"name":"x"},"secret":null}"#,
        r#"{"token_type":"bearer"}"#,
        r#"{"auth_method":"password","passing":"x"}"#,
        r#"{"cookie_banner":"on"}"#,
        r#"{"message":"the token of Mia"}"#,
        r#"{"sha":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
        r#"{"n":9007199254740993}"#,
    ];
    for text in fine {
        assert_eq!(cautions(text), [], "{text}");
    }
    let many = cautions(r#"{"pass1":"a","pass2":"a","pass3":"a","pass4":"a","sub":{"pass1":"b"}}"#);
    assert!(
        many[0]
            .1
            .contains("\"pass1\", \"pass2\", \"pass3\" and more;"),
        "{many:?}"
    );
    let rounded = cautions(r#"{"n": 123456789012345678901234567890}"#);
    assert_eq!(
        rounded[0].1,
        "Line 1, column 7: authentik stores 123456789012345678901234567890 rounded"
    );
    let large = typed(|draft| draft.context = format!("{{\"s\":\"{}\"}}", "x".repeat(1_200_000)))
        .cautions(now(), 0);
    assert_eq!(
        large.general,
        ["The event has 1.2 MB. Everyone who opens a list with this event loads all of it."]
    );
}

#[test]
fn secrets_are_seen_in_every_field_and_the_token_is_found_where_it_is() {
    let cautions = typed(|draft| {
        draft.name = "Bearer abc".into();
        draft.app = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln".into();
        draft.client_ip = "ghp_16C7e42F292c6912E7710c838347Ae178B4a".into();
        draft.user = r#"{"token":"x"}"#.into();
    })
    .cautions(now(), 0);
    let fields: Vec<_> = cautions.by_field.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        [Field::Name, Field::App, Field::ClientIp, Field::User]
    );
    let mine = typed(|draft| {
        draft.context = r#"{"note": "tok-en"}"#.into();
        draft.expires = Expires::In("tok-en".into());
    });
    assert_eq!(
        mine.fields_with(&|text| text.contains("tok-en")),
        [Field::Expires, Field::Context]
    );
    assert_eq!(mine.fields_with(&|text| text.contains("other")), []);
}

#[test]
fn the_token_of_the_session_is_in_no_body_and_can_be_taken_out() {
    let is_own = |text: &str| text.contains("tok-en");
    let right = || {
        typed(|draft| {
            full(draft);
            draft.action = "custom_".into();
            draft.name = "door".into();
        })
    };
    assert!(right().check(now(), 60, &is_own).is_ok());
    for field in Field::ALL {
        let mut draft = right();
        if field == Field::Expires {
            draft.expires = Expires::In(String::new());
        }
        let inside = match field {
            Field::Context | Field::User | Field::Brand => r#"{"x": ["tok-en"]}"#,
            _ => "tok-en",
        };
        inside.clone_into(draft.text_mut(field).unwrap());
        let problems = draft.check(now(), 60, &is_own).unwrap_err();
        assert!(problems.of(field).contains(&OWN_TOKEN), "{problems:?}");
        let sketch = draft.sketch(now(), 60, &is_own);
        assert!(!sketch.contains("tok-en"), "{sketch}");
        draft.rewrite(&|text| text.replace("tok-en", ""));
        assert_eq!(draft.fields_with(&is_own), []);
    }
    let mut days = typed(|draft| draft.expires = Expires::Days(1));
    assert_eq!(days.text_mut(Field::Expires), None);
}

#[test]
fn a_time_in_the_past_is_sent_and_cautioned() {
    let caution = |expires: Expires| {
        let draft = typed(|draft| draft.expires = expires);
        assert!(draft.check(now(), 60, &none).is_ok());
        draft.expiry_caution(now(), 60).unwrap_or_default()
    };
    let past = "This is in the past";
    assert!(caution(Expires::Days(0)).starts_with(past));
    assert!(caution(Expires::In("0 days".into())).starts_with(past));
    assert!(caution(Expires::At("2026-11-22T13:00".into())).starts_with(past));
    assert!(caution(Expires::At("0001-01-01T00:00:00Z".into())).starts_with(past));
    assert!(
        caution(Expires::At("2026-11-22T13:00:59".into()))
            .starts_with("This is less than a minute")
    );
    assert_eq!(caution(Expires::At("2026-11-22T13:01".into())), "");
    assert_eq!(caution(Expires::In("1 minute".into())), "");
    assert_eq!(caution(Expires::ServerDefault), "");
}

#[test]
fn an_address_with_too_much_is_put_right_at_once() {
    let fix = |text: &str| {
        let fix = typed(|draft| draft.client_ip = text.into()).client_ip_fix()?;
        Some(format!("{}: {}", fix.words, fix.address))
    };
    let table = [
        ("10.0.0.1:443", Some("Remove the port: 10.0.0.1")),
        ("[::1]:443", Some("Remove the brackets and the port: ::1")),
        ("[::1]", Some("Remove the brackets: ::1")),
        ("10.0.0.0/8", Some("Remove the network: 10.0.0.0")),
        ("fe80::1%eth0", Some("Remove the zone: fe80::1")),
        ("010.0.0.1", Some("Remove the leading zeros: 10.0.0.1")),
        ("10.0.0.1", None),
        ("::1", None),
        ("", None),
        ("1.2.3", None),
        ("localhost:80", None),
        ("[10.0.0.1]:80", None),
    ];
    for (text, expected) in table {
        assert_eq!(fix(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn the_event_can_be_imagined_however_little_is_typed() {
    use crate::event::Event;
    let read =
        |draft: &EventDraft| Event::read(&imagined(&draft.sketch(now(), 60, &none))).unwrap();
    let nothing = read(&EventDraft::default());
    assert_eq!(nothing.client_ip, None);
    assert!(nothing.context.is_empty());
    let everything = read(&typed(full));
    let missing: Vec<&str> = everything
        .odd
        .iter()
        .map(|odd| odd.field.original())
        .collect();
    assert_eq!(missing, ["created"]);
    assert_eq!(
        everything.action.wire().original(),
        KnownAction::AuthorizeApplication.wire()
    );
    assert_eq!(everything.client_ip.unwrap().original(), "192.0.2.1");
    assert_eq!(everything.brand_name.unwrap().original(), "b");
    assert_eq!(everything.expires, Moment::parse("2030-01-01T00:00:00Z"));
    let broken = read(&typed(|draft| draft.context = "{".into()));
    assert!(broken.context.is_empty());
}

#[test]
fn an_untouched_form_is_pristine() {
    assert!(EventDraft::default().is_pristine());
    assert!(!typed(|_| {}).is_pristine());
}

proptest! {
    #[test]
    fn whatever_is_typed_is_a_readable_body_or_a_problem(
        action in prop_oneof![Just("login".to_owned()), Just("custom_".to_owned()), any::<String>()],
        name in any::<String>(),
        app in any::<String>(),
        client_ip in "[0-9a-f.:%/\\[\\], ]{0,20}",
        at in "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}){0,1}.{0,3}",
        context in "[{}\\[\\]\",:a-c0-9\\\\ ]{0,12}",
    ) {
        let draft = EventDraft { action, name, app, client_ip, expires: Expires::At(at), context, ..EventDraft::default() };
        match draft.check(now(), 0, &none) {
            Ok(event) => {
                let tree = Tree::of(event.body());
                prop_assert_eq!(tree.root().text(), event.body());
                prop_assert!(tree.root().get("action").is_some());
                prop_assert_eq!(tree.root().get("app").and_then(|app| app.string()).unwrap(), trimmed(&draft.app));
            }
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}

#[test]
fn the_sketch_leaves_out_what_is_wrong_and_is_the_body_when_nothing_is() {
    let sketch = |edit: fn(&mut EventDraft)| typed(edit).sketch(now(), 60, &none);
    assert_eq!(EventDraft::default().sketch(now(), 60, &none), "{}");
    assert_eq!(sketch(|_| {}), body(|_| {}));
    assert_eq!(
        sketch(|draft| {
            draft.client_ip = "nowhere".into();
            draft.context = "{\"a\": ".into();
            draft.user = "{\"pk\": 1.50}".into();
        }),
        r#"{"action":"login","app":"lab.rec","user":{"pk": 1.50}}"#
    );
}

#[test]
fn a_wrong_field_is_taken_from_when_it_was_right() {
    let earlier = typed(|draft| draft.context = "{\"a\": 1}".into());
    let now_wrong = typed(|draft| {
        draft.context = "{\"a\": ".into();
        draft.app = "other".into();
    });
    let problems = now_wrong.check(now(), 60, &none).unwrap_err();
    let seen = now_wrong.or_earlier(&earlier, &problems);
    assert_eq!(
        (seen.app.as_str(), seen.context.as_str()),
        ("other", "{\"a\": 1}")
    );
}

#[test]
fn the_place_of_a_problem_is_where_a_browser_counts_it() {
    let check = |text: &str, expected: Option<u32>| {
        let problem = object_problems(text).into_iter().next().unwrap();
        assert_eq!(problem.utf16_offset(text), expected, "{text}");
    };
    check("{\n  \"rack\": 4\n  \"badge\": 1\n}", Some(16));
    check("{\"😀\": x}", Some(7));
    check("{\"a\": 1", Some(7));
    check("[]", None);
}
