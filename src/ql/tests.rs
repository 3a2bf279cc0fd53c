use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sandbox::query::ql::{Search, read};

use super::*;
use crate::text::Untrusted;

/// What the oracle makes of a search, in our terms.
fn oracle(text: &str) -> &'static str {
    if text.trim().is_empty() {
        return "empty";
    }
    match read(text) {
        Search::Condition(_) => "understood",
        Search::PlainText => "words",
        Search::Crash => "refused",
    }
}

fn verdict(text: &str) -> &'static str {
    match lint(text) {
        Verdict::Empty => "empty",
        Verdict::Understood(_) => "understood",
        Verdict::Words { .. } => "words",
        Verdict::Refused { .. } => "refused",
    }
}

/// `events.md` 3.4, row by row, and what was recorded or read in authentik's source besides.
#[test]
fn every_measured_search_is_classified_as_measured() {
    let understood = [
        r#"action = "login""#,
        r#"action = "Login""#,
        r#"action in ("login", "logout")"#,
        r#"action != "login""#,
        r#"action ~ "log""#,
        r#"action !~ "log""#,
        r#"action startswith "log""#,
        r#"action not startswith "log""#,
        r#"app endswith "signals""#,
        r#"app not endswith "signals""#,
        r#"action not in ("login")"#,
        r#"action = "custom_foo""#,
        r#"action = "login" and client_ip = "81.2.69.142""#,
        r#"action = "login" or action = "logout""#,
        r#"created >= "2026-01-02""#,
        r#"created >= "2026-01-02 10:00""#,
        r#"created >= "2026-01-02 10:00:05""#,
        r#"created > "2026-11-20""#,
        r#"created ~ "2026-01-02""#,
        r#"created = """#,
        r#"context.a.b.c ~ "x""#,
        r#"context.a.b.c.d.e.f = "x""#,
        r#"context.geo.country = "GB""#,
        r#"context.http_request.path ~ "token""#,
        r#"context.http_request__path ~ "token""#,
        r#"context.context ~ "free text""#,
        r#"user.user ~ "x""#,
        r#"brand.brand ~ "x""#,
        r#"brand.name = "authentik-default""#,
        r#"client_ip ~ "81.2""#,
        r#"client_ip = """#,
        r#"client_ip = "2001:db8::1""#,
        r#"event_uuid = "f0bd7202-8ace-41a0-90d2-9a109eff1d9c""#,
        r#"event_uuid ~ "39dc""#,
        r#"(action = "login" or action = "logout") and user.username = "akadmin""#,
        r#"action="login"and app~"x""#,
        r#"app = "a\"b\n\u00e4""#,
        "action\n=\n\"login\"",
        r#"((((action = "login"))))"#,
    ];
    let words = [
        "login",
        "akadmin London",
        "action = login",
        r#"not action = "x""#,
        "action in ()",
        r#"created >= "2026-01-02T10:00:00Z""#,
        r#"created >= "2026-01-02 10:00:05.5""#,
        r#"created >= "2026-02-30""#,
        r#"created >= "2026-1-2 9:00:05""#,
        r#"created ~ "2026""#,
        "context.geo = None",
        "context.geo = False",
        "context.geo = 7",
        r#"context.user-agent = "x""#,
        r#"context.list.0 = "x""#,
        "user.pk = 4",
        "client_ip = None",
        r#"expires > "2026-01-01""#,
        r#"authorized_application.name = "My app""#,
        r#"nofield = "x""#,
        r#"action = "login" AND app ~ "x""#,
        r#"action = "login" order by created"#,
        "action = ",
        r#"(action = "login""#,
        r#"action = "login")"#,
        "action = 'login'",
        r#"action.foo = "x""#,
        r#"action.context = "x""#,
        r#"action in "login""#,
        r#"action in ("a", 7)"#,
        r#"action = "a\x""#,
        "action = \"a\nb\"",
        r#""akadmin""#,
        "(",
        "\"",
        "\\",
        "%",
        "81.2.69.142",
        "f0bd7202-8ace-41a0-90d2-9a109eff1d9c",
    ];
    let refused = [
        r#"context ~ "x""#,
        r#"user ~ "x""#,
        r#"user = "x""#,
        r#"brand != "x""#,
        r#"created >= """#,
        r#"created in ("2026-01-02")"#,
        r#"event_uuid = "39dc""#,
        r#"event_uuid in ("39dc")"#,
        r#"client_ip = "10.0.0.0/8""#,
        r#"client_ip in ("81.2.69.142", "x")"#,
        r#"app = "a\u0000b""#,
        r#"app = "\ud800""#,
        r#"action.app = "x""#,
        r#"action.context.x = "x""#,
        "action.context = None",
        r#"context.a.isnull = "x""#,
    ];
    for (expected, searches) in [
        ("understood", understood.as_slice()),
        ("words", &words),
        ("refused", &refused),
        ("empty", &["", "   ", "\n\t"]),
    ] {
        for search in searches {
            assert_eq!(verdict(search), expected, "{search}");
            assert_eq!(oracle(search), expected, "the sandbox on {search}");
        }
    }
}

/// Never sent, although authentik might make something of it.
#[test]
fn what_is_too_much_is_refused() {
    let comparison = r#"app = "x""#;
    for search in [
        "x".repeat(LONGEST + 1),
        format!("app = \"{}\"", "x".repeat(LONGEST)),
        format!("{}{comparison}{}", "(".repeat(51), ")".repeat(51)),
        [comparison; 201].join(" and "),
        format!("{comparison} and {comparison} or ").repeat(30) + comparison,
        "(".repeat(LONGEST),
        "app = \"\0\"".to_owned(),
        r#"context.shift.range = "x""#.to_owned(),
        r#"context.a.regex != "[""#.to_owned(),
    ] {
        assert_eq!(verdict(&search), "refused", "{search}");
    }
    for search in [
        "x".repeat(LONGEST),
        format!("{}{comparison}{}", "(".repeat(50), ")".repeat(50)),
        [comparison; 200].join(" or "),
        r#"context.shift.range in ("x")"#.to_owned(),
        r#"context.shift.range ~ "x""#.to_owned(),
    ] {
        assert_ne!(verdict(&search), "refused", "{search}");
        assert_eq!(verdict(&search), oracle(&search), "{search}");
    }
}

// What is said of each.

/// The reason, and the text with the advice followed.
fn advice(text: &str) -> (String, Option<String>) {
    let flaw = parse(text).unwrap_err();
    let followed = flaw.instead.map(|(at, instead)| {
        let mut text = text.to_owned();
        text.replace_range(at, &instead);
        text
    });
    (flaw.why, followed)
}

#[test]
fn a_reason_names_the_fault_and_what_to_write_instead() {
    let table = [
        (
            "action = login",
            "values need double quotes: write “\"login\"”",
            r#"action = "login""#,
        ),
        (
            "action in (login)",
            "values need double quotes: write “\"login\"”",
            r#"action in ("login")"#,
        ),
        (
            "created > 2026-11-20",
            "values need double quotes: write “\"2026-11-20\"”",
            r#"created > "2026-11-20""#,
        ),
        (
            "client_ip = 10.0.0.1",
            "values need double quotes: write “\"10.0.0.1\"”",
            r#"client_ip = "10.0.0.1""#,
        ),
        (
            "action = 'login'",
            "authentik reads straight double quotes only: write “\"login\"”",
            r#"action = "login""#,
        ),
        (
            "app = “a b”",
            "authentik reads straight double quotes only: write “\"a b\"”",
            r#"app = "a b""#,
        ),
        (
            r#"action = "login" AND app ~ "x""#,
            "authentik does not read “AND” in capitals: write “and”",
            r#"action = "login" and app ~ "x""#,
        ),
        (
            r#"action IN ("x")"#,
            "authentik does not read “IN” in capitals: write “in”",
            r#"action in ("x")"#,
        ),
        (
            r#"app = "a" && app = "b""#,
            "authentik does not read “&&”: write “and”",
            r#"app = "a" and app = "b""#,
        ),
        (
            r#"app = "a" || app = "b""#,
            "authentik does not read “||”: write “or”",
            r#"app = "a" or app = "b""#,
        ),
        (
            r#"app == "a""#,
            "authentik does not read “==”: write “=”",
            r#"app = "a""#,
        ),
        (
            r#"app <> "a""#,
            "authentik does not read “<>”: write “!=”",
            r#"app != "a""#,
        ),
        (
            r#"app: "a""#,
            "authentik does not read “:”: write “=”",
            r#"app= "a""#,
        ),
        (
            r#"app LIKE "a""#,
            "authentik does not read “LIKE”: write “~”",
            r#"app ~ "a""#,
        ),
        (
            r#"created >= "2026-01-02T10:00:00+02:00""#,
            "authentik reads times in UTC, without “T”, “Z” and fractions: write “\"2026-01-02 08:00:00\"”",
            r#"created >= "2026-01-02 08:00:00""#,
        ),
        (
            r#"authorized_application.name = "My app""#,
            "authentik cannot search by “authorized_application.name”: write “context.authorized_application.name”",
            r#"context.authorized_application.name = "My app""#,
        ),
        (
            r#"username = "x""#,
            "authentik cannot search by “username”: write “user.username”",
            r#"user.username = "x""#,
        ),
        (
            r#"(context !~ "x")"#,
            "“context” is a whole object: to look in all of it write “context.context !~ \"x\"”",
            r#"(context.context !~ "x")"#,
        ),
        (
            r#"event_uuid = "39dc" and app ~ "x""#,
            "“event_uuid” needs a whole id: for a part of one write “event_uuid ~ \"39dc\"”",
            r#"event_uuid ~ "39dc" and app ~ "x""#,
        ),
        (
            r#"client_ip = "10.1.0.0/16""#,
            "authentik does not search for networks: for the beginning of addresses write “client_ip startswith \"10.1.\"”",
            r#"client_ip startswith "10.1.""#,
        ),
        (
            r#"client_ip != "10.1""#,
            "“client_ip” needs a whole IP address: for a part of one write “client_ip !~ \"10.1\"”",
            r#"client_ip !~ "10.1""#,
        ),
    ];
    for (text, why, followed) in table {
        assert_eq!(
            advice(text),
            (why.to_owned(), Some(followed.to_owned())),
            "{text}"
        );
        assert_eq!(verdict(followed), "understood", "{followed}");
    }
}

#[test]
fn a_reason_without_a_text_to_write_still_says_the_way_out() {
    let table = [
        ("login", "each word is looked for in the whole event"),
        (
            "10.0.0.1 failed",
            "each word is looked for in the whole event",
        ),
        ("\"New York\"", "each word is looked for in the whole event"),
        (
            r#"not action = "x""#,
            "“not” cannot stand before a comparison: write “!=”, “!~” or “not in” inside it",
        ),
        (
            r#"NOT action = "x""#,
            "“not” cannot stand before a comparison: write “!=”, “!~” or “not in” inside it",
        ),
        (
            r#"action not = "x""#,
            "“not” must be followed by “in”, “startswith” or “endswith”: otherwise write “!=” or “!~”",
        ),
        (
            "action in ()",
            "the list is empty: put at least one value in double quotes into it",
        ),
        (
            r#"action in "login""#,
            "“in” needs a list: write “in (\"…\", \"…\")”",
        ),
        (
            r#"action in ("a" "b")"#,
            "a comma is missing in the list before “\"b\"”",
        ),
        (
            r#"action in ("a""#,
            "a parenthesis is opened and never closed: add “)”",
        ),
        (
            r#"(action = "a""#,
            "a parenthesis is opened and never closed: add “)”",
        ),
        (
            r#"action = "a")"#,
            "a parenthesis is closed that was never opened: take out one “)”",
        ),
        (
            "action = ",
            "a value is missing: write one in double quotes",
        ),
        (
            r#"action = "a" and "#,
            "a comparison is missing at the end: write one, as in “action = \"…\"”",
        ),
        (
            r#"action = "a" app = "b""#,
            "“and” or “or” is missing before “app”",
        ),
        (
            r#"action = "a" order by created"#,
            "a query only chooses events: take out “order”",
        ),
        (
            r#"app = "a\x""#,
            "a backslash in a text must be doubled: write “\\\\”",
        ),
        (
            "app = \"a\nb\"",
            "a text is opened with “\"” and not closed in its line: add “\"”",
        ),
        (
            r#"action "login""#,
            "an operator is missing after “action”: write “=”, “!=”, “~” or “in (…)”",
        ),
        (
            "user.pk = 4",
            "authentik compares events with text only, and “4” is a number",
        ),
        (
            "context.x = False",
            "authentik compares events with text only, and “False” is a truth value",
        ),
        (
            "client_ip = None",
            "authentik cannot look for what is missing: “None” finds nothing",
        ),
        (
            r#"context.user-agent = "x""#,
            "authentik can name keys of Latin letters, digits and “_” only, and “context.user” goes on with “-”: look in all of the context with “context.context ~ \"…\"”",
        ),
        (
            r#"expires > "2026-01-01""#,
            "authentik cannot search by “expires”: a field is “action”, “app”, “client_ip”, “created”, “event_uuid”, or a key as in “user.username”, “context.message”, “brand.name”",
        ),
        (
            r#"created > "yesterday""#,
            "authentik reads times in UTC, without “T”, “Z” and fractions: write “\"2026-11-22 14:29:13\"”",
        ),
        (
            r#"created >= """#,
            "“created” needs a time to compare with: write one as “\"2026-11-22 14:29:13\"”, in UTC",
        ),
        (
            r#"created in ("2026-01-02")"#,
            "“created” is compared with one time, not with a list: write “created >= \"…\" and created < \"…\"”",
        ),
        (
            r#"event_uuid in ("39dc", "x")"#,
            "“event_uuid” needs a whole id: for a part of one write “event_uuid ~ \"…\"”",
        ),
        (
            r#"action.app = "x""#,
            "“action” has no parts: leave out what follows its dot",
        ),
        (
            r#"app = "a\u0000""#,
            "no event can hold the character NUL or half of a pair: take out “\\u0000”",
        ),
        (
            r#"context.shift.range = "x""#,
            "authentik takes “range” at the end of a name for a comparison of its own: write “in (\"…\")” instead of “=”",
        ),
    ];
    for (text, why) in table {
        assert_eq!(advice(text), (why.to_owned(), None), "{text}");
    }
    // What is quoted can hide nothing.
    assert_eq!(
        advice("\u{202e}x = \"y\"").0,
        "a comparison begins with a field, as in “action = \"…\"”, and not with “⟨U+202E⟩”"
    );
}

#[test]
fn an_understood_query_is_remarked_on_where_it_may_not_be_meant() {
    let remarked = |text: &str| remark(text, &parse(text).unwrap());
    let table = [
        (
            r#"app = "a" and app = "b" or app = "c""#,
            r#"authentik joins from the right, so it reads: app = "a" and (app = "b" or app = "c")"#,
        ),
        (
            r#"context.geo.country in ("FR", "germany")"#,
            "countries are recorded by two letters: germany is “DE”",
        ),
        (r#"action = "log_in""#, "no action is called “log_in”"),
        (
            r#"action in ("login", "custom_x")"#,
            "lists forget actions of your own: write “action = …” for “custom_x”",
        ),
        (
            r#"created startswith "2026-01-02""#,
            "no time begins or ends like that for authentik: write “~”, “>=” or “<”",
        ),
        (
            r#"context.model.pk = "f0bd7202-8ace-41a0-90d2-9a109eff1d9c""#,
            "ids inside an event have no dashes: take them out",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(remarked(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        r#"(app = "a" and app = "b") or app = "c""#,
        r#"app = "a" and app = "b" and (app = "c" or app = "d")"#,
        r#"context.geo.country = "DE""#,
        r#"action = "Login Failed""#,
        r#"action = "custom_x""#,
        r#"action ~ "nothing""#,
        r#"created ~ "2026-01-02""#,
    ] {
        assert_eq!(remarked(text), None, "{text}");
    }
}

// Values and text.

#[test]
fn a_list_of_values_is_written_so_that_authentik_finds_them() {
    let field = |path: &str| Field::parse(path).unwrap();
    let any = |path: &str, values: &[&str]| {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let any = Expression::is_any_of(field(path), values.clone());
        (
            any.to_string(),
            Expression::is_none_of(field(path), values).to_string(),
        )
    };
    let written = |any: &str, none: &str| (any.to_owned(), none.to_owned());
    assert_eq!(any("app", &["a"]), written(r#"app = "a""#, r#"app != "a""#));
    assert_eq!(
        any("action", &["login", "logout"]),
        written(
            r#"action in ("login", "logout")"#,
            r#"action not in ("login", "logout")"#
        )
    );
    // A list forgets what is not in authentik's enum.
    assert_eq!(
        any("action", &["login", "custom_x"]),
        written(
            r#"action = "login" or action = "custom_x""#,
            r#"action != "login" and action != "custom_x""#
        )
    );
    assert_eq!(
        any("context.shift.range", &["x"]),
        written(
            r#"context.shift.range in ("x")"#,
            r#"context.shift.range not in ("x")"#
        )
    );
    let (nothing, everything) = any("app", &[]);
    assert_eq!(oracle(&nothing), "understood");
    assert_eq!(oracle(&everything), "understood");
}

/// How many of the sandbox's events a search finds.
fn found(store: &sandbox::store::Store, search: &str) -> i64 {
    let condition = match read(search) {
        Search::Condition(condition) => condition,
        Search::PlainText => sandbox::query::search::plain(search).unwrap(),
        Search::Crash => panic!("{search} crashes"),
    };
    store.count(&condition).unwrap()
}

#[test]
fn words_as_a_query_find_what_the_words_find() {
    let store = sandbox::store::Store::in_memory().unwrap();
    let now = sandbox::moment::parse_query_moment("2026-11-22 14:29:13").unwrap();
    store
        .fill(sandbox::seed::Seed::of(500).events(now), |_| {})
        .unwrap();
    for text in [
        "akadmin",
        "akadmin login",
        "\"password\"",
        "81.2",
        "auth, password",
        "zzz",
        "Müller",
    ] {
        let query = Expression::words(text);
        assert_eq!(
            found(&store, &query.to_string()),
            found(&store, text),
            "{text}"
        );
    }
    assert!(found(&store, "auth, password") > 0);
}

#[test]
fn a_path_is_a_field_or_the_reason_why_not() {
    let inside = |keys: &[&str]| {
        Field::inside(Root::Context, keys.iter().copied()).map(|field| field.path().to_owned())
    };
    assert_eq!(
        inside(&["geo", "country"]).as_deref(),
        Ok("context.geo.country")
    );
    assert_eq!(inside(&["_exec_time"]).as_deref(), Ok("context._exec_time"));
    assert_eq!(
        inside(&["a", "context"]).as_deref(),
        Ok("context.a.context.context")
    );
    let key = |key: &str| Err(NotMatchable::Key(Untrusted::new(key)));
    assert_eq!(inside(&["user-agent"]), key("user-agent"));
    assert_eq!(inside(&["a__b"]), key("a__b"));
    assert_eq!(inside(&["a_", "b"]), key("a_"));
    assert_eq!(inside(&["0"]), key("0"));
    assert_eq!(inside(&[""]), key(""));
    assert_eq!(inside(&["größe"]), key("größe"));
    assert_eq!(inside(&[]), Err(NotMatchable::Container));
    assert_eq!(Field::parse("context"), Err(NotMatchable::Container));
    for path in [
        "expires",
        "action.x",
        "",
        "Action",
        "context.",
        "context..a",
    ] {
        assert!(Field::parse(path).is_err(), "{path}");
    }
    for root in Root::ALL {
        assert_eq!(Field::of(root).root(), root);
        assert!(Field::parse(Field::of(root).path()).is_ok());
    }
}

#[test]
fn what_cannot_be_matched_says_why() {
    let table = [
        (
            NotMatchable::Number,
            "authentik compares values inside an event as text only, and this is a number",
        ),
        (
            NotMatchable::Truth,
            "authentik compares values inside an event as text only, and this is true or false",
        ),
        (
            NotMatchable::Null,
            "authentik compares values inside an event as text only, and this is null",
        ),
        (
            NotMatchable::Container,
            "authentik compares single values only: open it and choose one inside",
        ),
        (
            NotMatchable::Item,
            "authentik cannot look at one item of a list: search for its text as words",
        ),
        (
            NotMatchable::Key(Untrusted::new("user-agent")),
            "authentik's queries cannot name the key “user-agent”: only letters, digits and single underscores can be written",
        ),
        (
            NotMatchable::Unknown(Untrusted::new("expires")),
            "authentik has no search by “expires”",
        ),
        (
            NotMatchable::Nul,
            "it holds the character NUL, which no event of authentik can hold",
        ),
        (
            NotMatchable::Long,
            "it is longer than a search may be: search for a part of it",
        ),
    ];
    for (reason, words) in table {
        assert_eq!(reason.words(), words);
    }
}

#[test]
fn a_time_is_utc_without_t_and_z() {
    let moment = Moment::parse("2026-11-22T15:29:13.902+01:00").unwrap();
    assert_eq!(time(moment), "2026-11-22 14:29:13");
}

// Completion.

fn known() -> Known {
    let texts = |texts: &[&str]| texts.iter().map(|text| Untrusted::new(*text)).collect();
    Known {
        users: texts(&["akadmin", "bob \"the\" builder", "nul\0"]),
        apps: texts(&["authentik.core.auth"]),
        brands: texts(&["Default brand"]),
        addresses: texts(&["81.2.69.142"]),
        fields: vec![
            Field::parse("context.door").unwrap(),
            Field::of(Root::Action),
        ],
        now: Moment::parse("2026-11-22T14:29:13Z"),
    }
}

/// The texts that are offered at `|`, and what the first makes of the text, its cursor as `|`.
fn offered(marked: &str) -> (Vec<String>, String) {
    let cursor = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    let completions = complete(&text, cursor, &known());
    let accepted = completions.candidates.first().map(|first| {
        let (mut text, cursor) = completions.accepted(&text, first);
        text.insert(cursor, '|');
        text
    });
    let texts = completions
        .candidates
        .into_iter()
        .map(|candidate| candidate.text)
        .collect();
    (texts, accepted.unwrap_or_default())
}

#[test]
fn what_fits_is_offered_where_it_fits() {
    let table = [
        ("act|", "action |"),
        ("act| = \"x\"", "action |= \"x\""),
        ("ac|t = \"x\"", "action |= \"x\""),
        ("doo|", "context.door |"),
        ("login_f|", "action = \"login_failed\"|"),
        ("akadm|", "user.username = \"akadmin\"|"),
        ("action |", "action = |"),
        ("action n|", "action not in (|"),
        ("action not s|", "action not startswith |"),
        ("action !|", "action != |"),
        ("created |", "created >= |"),
        ("action = |", "action = \"login\"|"),
        ("action = \"login_f|", "action = \"login_failed\"|"),
        (
            "action = \"login_f|\" and app ~ \"x\"",
            "action = \"login_failed\"| and app ~ \"x\"",
        ),
        ("action = fail|", "action = \"login_failed\"|"),
        (
            "action in (\"login\", |",
            "action in (\"login\", \"login\"|",
        ),
        (
            "context.geo.country = \"germ|",
            "context.geo.country = \"DE\"|",
        ),
        (
            "user.username = bob|",
            "user.username = \"bob \\\"the\\\" builder\"|",
        ),
        (
            "user.on_behalf_of.username = \"ak|",
            "user.on_behalf_of.username = \"akadmin\"|",
        ),
        ("app = |", "app = \"authentik.core.auth\"|"),
        ("client_ip = 81|", "client_ip = \"81.2.69.142\"|"),
        ("brand.name = |", "brand.name = \"Default brand\"|"),
        ("created >= |", "created >= \"2026-11-22 13:29:13\"|"),
        ("created >= \"7 d|", "created >= \"2026-11-15 14:29:13\"|"),
        ("action = \"login\" |", "action = \"login\" and |"),
        ("action = \"login\" o|", "action = \"login\" or |"),
        (
            "(action = \"login\" or us|",
            "(action = \"login\" or user.username |",
        ),
    ];
    for (marked, accepted) in table {
        assert_eq!(offered(marked).1, accepted, "{marked}");
    }
    for nowhere in [
        "action = \"login\"|",
        "action = \"zzz|",
        "a b c|",
        "action in |",
        "%|",
        "'|",
        "context.door = |",
    ] {
        assert!(offered(nowhere).0.is_empty(), "{nowhere}");
    }
    // Objects are not ordered, times are.
    assert!(
        !offered("user.username |")
            .0
            .iter()
            .any(|text| text.starts_with('<'))
    );
    assert_eq!(offered("created |").0.len(), 5);
    // No event holds a NUL.
    assert_eq!(offered("user.username = |").0.len(), 2);
}

// Generated.

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z\"\\\\ \n\r\t\u{0}\u{2028}()=~,.']{0,12}",
        Just("\u{2029}\"\\\"".to_owned()),
    ]
}

fn any_field() -> impl Strategy<Value = Field> {
    let inside = proptest::collection::vec("[a-z][a-z0-9]{0,6}", 1..4);
    let root = prop_oneof![Just(Root::User), Just(Root::Context), Just(Root::Brand)];
    prop_oneof![
        Just(Field::of(Root::App)),
        Just(Field::of(Root::Action)),
        Just(Field::of(Root::Context)),
        (root, inside).prop_map(|(root, keys)| Field::inside(
            root,
            keys.iter().map(String::as_str)
        )
        .unwrap()),
    ]
}

fn any_comparison() -> impl Strategy<Value = Expression> {
    let operator = proptest::sample::select(Operator::ALL.to_vec());
    let values = proptest::collection::vec(any_value(), 1..4);
    (any_field(), operator, values).prop_map(|(field, operator, mut values)| {
        if !operator.takes_list() {
            values.truncate(1);
        }
        Expression::Compare {
            field,
            operator,
            values,
        }
    })
}

fn any_expression() -> impl Strategy<Value = Expression> {
    any_comparison().prop_recursive(4, 24, 4, |inner| {
        let parts = || proptest::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            parts().prop_map(Expression::all),
            parts().prop_map(Expression::any),
        ]
    })
}

/// Whether it says something that no query can: an empty `All` or `Any`, or a NUL.
fn has_no_text(expression: &Expression) -> bool {
    match expression {
        Expression::All(parts) | Expression::Any(parts) => {
            parts.is_empty() || parts.iter().any(has_no_text)
        }
        Expression::Compare { values, .. } => values.iter().any(|value| value.contains('\0')),
    }
}

/// The signs that queries are made of, right and wrong ones.
fn any_sign() -> impl Strategy<Value = String> {
    let of =
        |signs: &'static [&'static str]| proptest::sample::select(signs).prop_map(str::to_owned);
    prop_oneof![
        4 => of(&["action", "app", "client_ip", "created", "event_uuid", "user.username", "context.geo.country", "context.context", "brand.name"]),
        1 => of(&["user", "context", "expires", "nofield", "action.app", "action.context", "action.context.x", "created.foo", "context.a.isnull", "context.a__gt", "context.a-b", "context.0", "in.x", "order", "Action"]),
        5 => of(&["=", "!=", "~", "!~", "in", "not in", "startswith", "not endswith", ">=", "<"]),
        1 => of(&["==", "!", ":", "not", "IN", "like"]),
        4 => of(&["\"login\"", "\"x\"", "\"2026-01-02\"", "\"2026-01-02 10:00\"", "\"81.2.69.142\"", "\"f0bd7202-8ace-41a0-90d2-9a109eff1d9c\"", "(\"a\")", "(\"a\", \"b\")"]),
        1 => of(&["\"\"", "\"2026\"", "\"2026-01-02T10:00:00Z\"", "\"a\\u0000\"", "\"a\\n\"", "\"a\\x\"", "\"a", "login", "'x'", "7", "-1.5e3", "None", "True", "()", "(\"a\", 7)", "(None)"]),
        2 => of(&["and", "or"]),
        1 => of(&["AND", "(", ")", ",", "&&", ";"]),
    ]
}

/// A query of the right shape whose signs may be wrong, one of any shape, or none at all.
fn any_search() -> impl Strategy<Value = String> {
    let of = |texts: &'static [&'static str]| proptest::sample::select(texts);
    let field = prop_oneof![
        8 => of(&["action", "app", "user.username", "context.a.b", "context.context", "created", "client_ip"]),
        1 => of(&["event_uuid", "user", "context", "expires", "action.context", "context.a.isnull"]),
    ];
    let operator = proptest::sample::select(Operator::ALL.to_vec());
    let value = || {
        prop_oneof![
            8 => of(&["\"login\"", "\"2026-01-02\"", "\"2026-01-02 10:00:05\"", "\"::1\"", "\"\\\"\\\\\""]),
            4 => of(&["\"\"", "\"f0bd72028ace41a090d29a109eff1d9c\""]),
            1 => of(&["7", "None", "True", "login"]),
        ]
    };
    let comparison =
        (field, operator, value(), value()).prop_map(|(field, operator, one, other)| {
            let sign = operator.sign();
            if operator.takes_list() {
                format!("{field} {sign} ({one}, {other})")
            } else {
                format!("{field} {sign} {one}")
            }
        });
    let shaped = comparison.prop_recursive(3, 8, 3, |inner| {
        let joint = proptest::sample::select(vec![" and ", " or "]);
        (proptest::collection::vec(inner, 1..3), joint, any::<bool>()).prop_map(
            |(parts, joint, grouped)| {
                let text = parts.join(joint);
                if grouped { format!("({text})") } else { text }
            },
        )
    });
    prop_oneof![
        4 => shaped,
        2 => proptest::collection::vec(any_sign(), 1..8).prop_map(|signs| signs.join(" ")),
        1 => "[a-z =~<>!\"\\\\().,_0-9A-Z-]{0,40}",
    ]
}

/// The share of each class is asserted, so that the generator cannot become blind to one.
#[test]
fn two_thousand_generated_searches_are_classified_as_the_sandbox_does() {
    let mut runner = TestRunner::deterministic();
    let searches = any_search();
    let mut counts = std::collections::BTreeMap::new();
    for _ in 0..2_000 {
        let search = searches.new_tree(&mut runner).unwrap().current();
        assert_eq!(verdict(&search), oracle(&search), "{search}");
        *counts.entry(verdict(&search)).or_insert(0) += 1;
    }
    for class in ["understood", "words", "refused"] {
        assert!(
            counts.get(class).is_some_and(|count| *count >= 100),
            "{counts:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_is_printed_is_read_back(expression in any_expression()) {
        let text = expression.to_string();
        prop_assume!(text.len() <= LONGEST);
        let read = parse(&text);
        prop_assert!(read.is_ok(), "{text}: {read:?}");
        if !has_no_text(&expression) {
            prop_assert_eq!(read, Ok(expression), "{}", text);
        }
    }

    #[test]
    fn a_value_never_leaves_its_quotes(value in any_value()) {
        let text = Expression::compare(Field::of(Root::App), Operator::Is, value.clone()).to_string();
        prop_assume!(text.len() <= LONGEST);
        prop_assert_eq!(oracle(&text), "understood");
        let Ok(Expression::Compare { values, .. }) = parse(&text) else {
            return Err(TestCaseError::fail(text));
        };
        if !value.contains('\0') {
            prop_assert_eq!(values, vec![value]);
        }
    }

    #[test]
    fn any_search_gets_the_verdict_of_the_server(search in any_search()) {
        prop_assert_eq!(verdict(&search), oracle(&search), "{}", search);
    }

    #[test]
    fn any_text_gets_a_verdict_and_completions(text in any_value(), cursor in 0_usize..16) {
        let text = text.replace('\0', "");
        if text.len() <= LONGEST {
            prop_assert_eq!(verdict(&text), oracle(&text), "{}", text);
        }
        let completions = complete(&text, cursor, &known());
        for candidate in &completions.candidates {
            let (accepted, cursor) = completions.accepted(&text, candidate);
            prop_assert!(accepted.is_char_boundary(cursor));
        }
        if let Err(Flaw { instead: Some((at, instead)), .. }) = parse(&text) {
            let mut followed = text;
            followed.replace_range(at, &instead);
        }
    }

    #[test]
    fn every_instant_is_a_time_of_the_server(ms in -62_135_596_800_000_i64..253_402_300_799_999) {
        let text = Expression::compare(Field::of(Root::Created), Operator::AtLeast, time(Moment::from_ms(ms))).to_string();
        prop_assert_eq!(oracle(&text), "understood");
        prop_assert_eq!(verdict(&text), "understood");
    }

    #[test]
    fn words_are_told_apart_as_the_server_does(text in "[a-z,\"'\\\\ \t\u{1c}\u{e4}]{0,16}") {
        let mut expected = sandbox::text::search_words(&text);
        expected.retain(|word| !word.is_empty());
        prop_assert_eq!(words(&text), expected);
        let query = Expression::words(&text).to_string();
        prop_assert_eq!(oracle(&query), "understood", "{}", query);
    }
}
