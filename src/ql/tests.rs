use proptest::prelude::*;
use sandbox::query::ql::{Search, read};

use super::*;

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

/// `spec/events.md` 3.4, row by row, and what was recorded or read in authentik's source besides.
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
        (root, inside).prop_map(|(root, keys)| {
            Field::inside(root, keys.iter().map(String::as_str)).unwrap()
        }),
    ]
}

fn any_comparison() -> impl Strategy<Value = Expression> {
    let operator = proptest::sample::select(Operator::ALL.to_vec());
    (
        any_field(),
        operator,
        proptest::collection::vec(any_value(), 1..4),
    )
        .prop_map(|(field, operator, mut values)| {
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
        Expression::Compare { field, values, .. } => {
            values.iter().any(|value| value.contains('\0')) || field.taken().is_some()
        }
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
    fn any_text_gets_the_verdict_of_the_server(text in "[a-z =~<>!\"\\\\().,_0-9A-Z-]{0,40}") {
        prop_assert_eq!(verdict(&text), oracle(&text), "{}", text);
    }

    #[test]
    fn every_instant_is_a_time_of_the_server(ms in -62_135_596_800_000_i64..253_402_300_799_999) {
        let text = Expression::compare(Field::of(Root::Created), Operator::AtLeast, time(Moment::from_ms(ms))).to_string();
        prop_assert_eq!(oracle(&text), "understood");
        prop_assert_eq!(verdict(&text), "understood");
    }
}
