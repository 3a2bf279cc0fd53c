#![expect(clippy::string_slice, reason = "a wrong cut is a failing test")]

use proptest::prelude::*;

use super::*;

fn problem(text: &str) -> String {
    match JsonText::parse(text) {
        Ok(json) => format!("fine: {}", json.as_str()),
        Err(problem) => problem.to_string(),
    }
}

#[test]
fn a_broken_text_is_told_with_its_place_and_what_was_expected() {
    let table = [
        (
            "{\n  \"message\": \"x\",\n  \"rack\": 4\n  \"badge\": 1\n}",
            "Line 4, column 3: expected a comma or }",
        ),
        (
            "",
            "Line 1, column 1: expected a value, but the text ends here",
        ),
        (
            "  \n ",
            "Line 2, column 2: expected a value, but the text ends here",
        ),
        (
            "{",
            "Line 1, column 2: expected a key in double quotes or }, but the text ends here",
        ),
        (
            "[",
            "Line 1, column 2: expected a value or ], but the text ends here",
        ),
        (
            "[1",
            "Line 1, column 3: expected a comma or ], but the text ends here",
        ),
        ("[1 2]", "Line 1, column 4: expected a comma or ]"),
        ("[1}", "Line 1, column 3: expected a comma or ]"),
        ("{\"a\":1]", "Line 1, column 7: expected a comma or }"),
        ("[1,]", "Line 1, column 3: no comma may stand before ]"),
        (
            r#"{"action":"login","app":"x",}"#,
            "Line 1, column 28: no comma may stand before }",
        ),
        ("[,1]", "Line 1, column 2: expected a value"),
        (
            "{,}",
            "Line 1, column 2: expected a key in double quotes or }",
        ),
        (
            "{\"a\":1,,}",
            "Line 1, column 8: expected a key in double quotes",
        ),
        (
            "{a: 1}",
            "Line 1, column 2: expected a key in double quotes or }",
        ),
        (
            "{'a': 1}",
            "Line 1, column 2: expected a key in double quotes or }; a string stands in double quotes",
        ),
        (
            "{\"a\": 'b'}",
            "Line 1, column 7: expected a value; a string stands in double quotes",
        ),
        (
            "{“a”: 1}",
            "Line 1, column 2: expected a key in double quotes or }; only straight double quotes begin a string",
        ),
        (
            "{\"a\" 1}",
            "Line 1, column 6: expected a colon after the key",
        ),
        ("{\"a\":}", "Line 1, column 6: expected a value"),
        (
            "{\"ä\": 1, // why\n}",
            "Line 1, column 10: expected a key in double quotes; JSON has no comments",
        ),
        ("NaN", "Line 1, column 1: expected a value; JSON has no NaN"),
        (
            "[Infinity]",
            "Line 1, column 2: expected a value; JSON has no Infinity",
        ),
        (
            "[-Infinity]",
            "Line 1, column 3: expected a digit after the minus sign",
        ),
        ("[True]", "Line 1, column 2: expected true in small letters"),
        (
            "[False]",
            "Line 1, column 2: expected false in small letters",
        ),
        ("[None]", "Line 1, column 2: expected null"),
        ("[truefalse]", "Line 1, column 2: expected a value"),
        ("[nul]", "Line 1, column 2: expected a value"),
        ("01", "Line 1, column 1: a number may not start with 0"),
        ("-01", "Line 1, column 2: a number may not start with 0"),
        ("+1", "Line 1, column 1: a number may not start with +"),
        (
            ".5",
            "Line 1, column 1: a number may not start with a point; write 0 before it",
        ),
        (
            "1.",
            "Line 1, column 3: expected a digit after the decimal point",
        ),
        (
            "1e",
            "Line 1, column 3: expected a digit after the exponent sign",
        ),
        (
            "1e+",
            "Line 1, column 4: expected a digit after the exponent sign",
        ),
        ("1 2", "Line 1, column 3: expected the end of the text"),
        ("{} }", "Line 1, column 4: expected the end of the text"),
        (
            "\u{feff}{}",
            "Line 1, column 1: expected a value, not a byte order mark (U+FEFF)",
        ),
        (
            "{\u{a0}}",
            "Line 1, column 2: expected a key in double quotes or }, not a no-break space (U+00A0)",
        ),
        (
            "[\u{202e}]",
            "Line 1, column 2: expected a value, not U+202E",
        ),
        (
            "\"abc",
            "Line 1, column 1: this string has no closing quote",
        ),
        (
            "\"a\nb\"",
            r#"Line 1, column 3: expected " before the end of the line; a line break in a string is written \n"#,
        ),
        (
            "\"a\tb\"",
            r"Line 1, column 3: a tab in a string is written \t",
        ),
        (
            "\"a\u{0}b\"",
            r"Line 1, column 3: a control character in a string is written \u0000",
        ),
        (
            r#""\x41""#,
            r#"Line 1, column 2: expected one of " \ / b f n r t u after the backslash"#,
        ),
        (
            r#""\u12g4""#,
            r"Line 1, column 2: expected four hexadecimal digits after \u",
        ),
        (
            r#""é\u12"#,
            r"Line 1, column 3: expected four hexadecimal digits after \u",
        ),
        (
            "\"\\",
            r#"Line 1, column 2: expected one of " \ / b f n r t u after the backslash"#,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(problem(text), expected, "{text:?}");
    }
}

#[test]
fn a_problem_also_has_its_byte_offset() {
    let problem = JsonText::parse("{\n\"ä\": x}").unwrap_err();
    assert_eq!((problem.line, problem.column, problem.offset), (2, 6, 8));
}

#[test]
fn literals_order_and_duplicates_stay_as_written() {
    let text =
        r#"{"z":18446744073709551616,"a":1e400,"z":1.0,"b":-0,"c":1E2,"d":"\ud800","e":"\/"}"#;
    let json = JsonText::parse(text).unwrap();
    assert_eq!(json.as_str(), text);
    assert_eq!(json.compact(), text);
    assert_eq!(JsonText::parse(&json.pretty()).unwrap().compact(), text);
    let tree = json.tree();
    let numbers: Vec<_> = tree.nodes().filter_map(Node::number).collect();
    assert_eq!(
        numbers,
        ["18446744073709551616", "1e400", "1.0", "-0", "1E2"]
    );
    let keys: Vec<_> = tree.root().children().filter_map(Node::key_text).collect();
    assert_eq!(
        keys,
        [
            r#""z""#, r#""a""#, r#""z""#, r#""b""#, r#""c""#, r#""d""#, r#""e""#
        ]
    );
    assert_eq!(tree.root().get("z").unwrap().text(), "1.0");
    assert_eq!(tree.root().get("d").unwrap().string().unwrap(), "\u{fffd}");
}

#[test]
fn pretty_indents_by_two_and_leaves_empty_brackets_together() {
    let json = JsonText::parse(r#" {"a":[1,{"b":null}],"c":{},"d":[ ],"e":"x y"} "#).unwrap();
    let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {},\n  \"d\": [],\n  \"e\": \"x y\"\n}";
    assert_eq!(json.pretty(), expected);
    assert_eq!(
        json.compact(),
        r#"{"a":[1,{"b":null}],"c":{},"d":[],"e":"x y"}"#
    );
    assert_eq!(JsonText::parse("1").unwrap().pretty(), "1");
}

#[test]
fn the_index_knows_kinds_depths_ends_and_children() {
    let tree = Tree::of(r#"{"a":[true,{"b":null}],"c":"x","d":-12}"#);
    let seen: Vec<_> = tree
        .nodes()
        .map(|node| (node.kind(), node.depth(), node.end(), node.len()))
        .collect();
    let expected = [
        (Kind::Object, 0, 7, 3),
        (Kind::Array, 1, 5, 2),
        (Kind::Bool, 2, 3, 0),
        (Kind::Object, 2, 5, 1),
        (Kind::Null, 3, 5, 0),
        (Kind::String, 1, 6, 0),
        (Kind::Number, 1, 7, 0),
    ];
    assert_eq!(seen, expected);
    let root = tree.root();
    assert_eq!(
        root.children().map(Node::index).collect::<Vec<_>>(),
        [1, 5, 6]
    );
    assert_eq!(root.get("a").unwrap().text(), r#"[true,{"b":null}]"#);
    assert_eq!(root.get("d").unwrap().integer(), Some(-12));
    assert_eq!(root.get("c").unwrap().integer(), None);
    assert_eq!(tree.node(2).unwrap().bool(), Some(true));
    assert!(tree.node(7).is_none());
    assert_eq!(tree.depth(), 3);
    let path: Vec<_> = tree
        .node(4)
        .unwrap()
        .ancestors()
        .into_iter()
        .map(Node::index)
        .collect();
    assert_eq!(path, [0, 1, 3]);
    assert_eq!(
        tree.root().get("a").unwrap().json().as_str(),
        r#"[true,{"b":null}]"#
    );
}

#[test]
fn what_is_no_json_reads_as_null() {
    for text in ["", "{", "[1,]", "nul", "1 2"] {
        let tree = Tree::of(text);
        assert_eq!(
            (tree.len(), tree.root().kind(), tree.root().text()),
            (1, Kind::Null, "null")
        );
    }
}

#[test]
fn strings_are_unescaped() {
    let table = [
        (r#""""#, ""),
        (r#""a\"b\\c\/d""#, "a\"b\\c/d"),
        (r#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\u0041""#, "éA"),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        (r#""\ude00""#, "\u{fffd}"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\\u0041""#, "\\u0041"),
    ];
    for (literal, expected) in table {
        assert_eq!(
            Tree::of(literal).root().string().unwrap(),
            expected,
            "{literal}"
        );
    }
    let tree = Tree::of(r#"{"\u0061":1}"#);
    assert_eq!(tree.root().get("a").unwrap().integer(), Some(1));
}

#[test]
fn whole_numbers_are_read_only_when_they_fit() {
    let table = [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("9223372036854775807", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("1.0", None),
        ("1e3", None),
    ];
    for (text, expected) in table {
        assert_eq!(Tree::of(text).root().integer(), expected, "{text}");
    }
}

#[test]
fn what_authentik_would_change_is_found_with_its_place() {
    let check = |text: &str, expected: &[(FlawKind, u32, u32)]| {
        let flaws: Vec<_> = Tree::of(text)
            .flaws()
            .into_iter()
            .map(|flaw| (flaw.kind, flaw.line, flaw.column))
            .collect();
        assert_eq!(flaws, expected, "{text}");
    };
    let data = |text: &str| crate::text::Untrusted::new(text);
    check(r#"{"a":"b\\u0000","c":"\ud83d\ude00","n":1e308}"#, &[]);
    check("{\"a\":\n  \"x\\u0000\"}", &[(FlawKind::Nul, 2, 3)]);
    check(r#"{"a\u0000":1}"#, &[(FlawKind::Nul, 1, 2)]);
    check(
        r#"["\ud83d", "\ude00"]"#,
        &[(FlawKind::LoneSurrogate, 1, 2)],
    );
    check(r#"["\ud83d\\u"]"#, &[(FlawKind::LoneSurrogate, 1, 2)]);
    check(
        r#"{"k":1,"j":{"k":2},"\u006b":3,"k":4}"#,
        &[(FlawKind::DuplicateKey(data("k")), 1, 20)],
    );
    check(
        "[1e400,-1e999]",
        &[(FlawKind::Infinite(data("1e400")), 1, 2)],
    );
    check("[1e309]", &[(FlawKind::Infinite(data("1e309")), 1, 2)]);
    check("[1.7976931348623157e308]", &[]);
    check(
        "[1.7976931348623159e308]",
        &[(FlawKind::Infinite(data("1.7976931348623159e308")), 1, 2)],
    );
    check(
        "[0.00017976931348623159e312]",
        &[(FlawKind::Infinite(data("0.00017976931348623159e312")), 1, 2)],
    );
    check("[0e999,1e-999,1e-99999999999999999999]", &[]);
    check(
        "[1e99999999999999999999]",
        &[(FlawKind::Infinite(data("1e99999999999999999999")), 1, 2)],
    );
    check(
        "[18446744073709551615,-9223372036854775808,9007199254740993]",
        &[],
    );
    check(
        "[18446744073709551616]",
        &[(FlawKind::Rounded(data("18446744073709551616")), 1, 2)],
    );
    check(
        "[-9223372036854775809]",
        &[(FlawKind::Rounded(data("-9223372036854775809")), 1, 2)],
    );
}

#[test]
fn a_hundred_thousand_levels_are_no_problem() {
    let depth = 100_000;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let json = JsonText::parse(&text).unwrap();
        let tree = json.tree();
        assert_eq!(tree.len(), depth + 1);
        assert_eq!(tree.depth(), depth);
        let deepest = tree.node(depth).unwrap();
        assert_eq!((deepest.depth(), deepest.text()), (depth, "1"));
        assert_eq!(deepest.ancestors().len(), depth);
        assert_eq!(json.compact(), text);
        assert!(json.pretty().len() < text.len() + depth * 2 * (2 * DEEPEST_INDENT + 3));
        assert!(tree.flaws().is_empty());
        assert_eq!(serde_json::from_str::<JsonText>(&text).unwrap(), json);
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
        assert!(!syntax::tokens(&text).is_empty());
    }
}

#[test]
fn five_megabytes_are_quick() {
    let row = r#"{"name":"a value of ordinary length","list":[1,2,3,true,null],"n":1.5},"#;
    let text = format!("[{}0]", row.repeat(5 * 1024 * 1024 / row.len()));
    let started = std::time::Instant::now();
    let json = JsonText::parse(&text).unwrap();
    let tree = json.tree();
    assert!(tree.len() > 500_000);
    assert!(tree.flaws().is_empty());
    assert!(!json.pretty().is_empty());
    // Loose, because an unoptimised build on a busy machine counts too.
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn an_indented_text_has_an_upper_bound() {
    let depth = 100;
    let text = format!(
        "{}{}0{}",
        "[".repeat(depth),
        "0,".repeat(1_000_000),
        "]".repeat(depth)
    );
    let json = JsonText::parse(&text).unwrap();
    assert_eq!(json.pretty(), text);
}

#[test]
fn it_is_read_and_written_as_raw_text() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Page {
        results: Vec<JsonText>,
    }
    let text = r#"{"results":[{"b":1e400,"a":18446744073709551616},null]}"#;
    let page: Page = serde_json::from_str(text).unwrap();
    assert_eq!(
        page.results[0].as_str(),
        r#"{"b":1e400,"a":18446744073709551616}"#
    );
    assert_eq!(serde_json::to_string(&page).unwrap(), text);
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just(r#""\ud800\u0041""#.to_owned()),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let key = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec((key, inner), 0..6).prop_map(|items| {
                let items: Vec<_> = items
                    .into_iter()
                    .map(|(key, value)| format!("{key} : {value}"))
                    .collect();
                format!("{{\n{}\t}}", items.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn every_json_text_is_read_whole(text in json()) {
        let json = JsonText::parse(&text).unwrap();
        prop_assert_eq!(json.as_str(), &text);
        let pretty = JsonText::parse(&json.pretty()).unwrap();
        prop_assert_eq!(pretty.compact(), json.compact());
        let tree = json.tree();
        prop_assert_eq!(tree.root().text(), &text);
        for node in tree.nodes() {
            prop_assert!(JsonText::parse(node.text()).is_ok());
            prop_assert_eq!(node.children().count(), node.len());
            prop_assert!(node.children().all(|child| child.depth() == node.depth() + 1));
        }
    }

    #[test]
    fn what_is_json_is_what_serde_json_steps_over(text in json(), cut in 0usize..200, put in "[\\[\\]{},:\"\\\\ 0-9a-z\u{1}é]{0,3}") {
        let at = text.char_indices().map(|(at, _)| at).nth(cut % (text.chars().count() + 1)).unwrap_or(text.len());
        let broken = format!("{}{put}{}", &text[..at], text[at..].chars().skip(1).collect::<String>());
        for text in [text, broken] {
            let theirs = serde_json::from_str::<&RawValue>(&text).is_ok();
            prop_assert_eq!(JsonText::parse(&text).is_ok(), theirs, "{}", text);
        }
    }

    #[test]
    fn any_text_can_be_coloured(text in any::<String>(), mixed in "[\\[\\]{},:\"\\\\ \n0-9a-zé😀]{0,40}") {
        for text in [text, mixed] {
            let mut at = 0;
            for token in syntax::tokens(&text) {
                prop_assert!(token.range.start >= at && !token.range.is_empty());
                prop_assert!(text[at..token.range.start].trim_matches([' ', '\t', '\n', '\r']).is_empty());
                at = token.range.end;
            }
            prop_assert!(text[at..].trim_matches([' ', '\t', '\n', '\r']).is_empty());
        }
    }
}

#[test]
fn a_broken_text_is_coloured_as_far_as_it_goes() {
    use syntax::TokenKind::*;
    let text = "{\n  \"rack\": 4\n  \"door: {\n  'x', \"s\", tru, null, -1e5 }";
    let seen: Vec<_> = syntax::tokens(text)
        .into_iter()
        .map(|token| (token.kind, &text[token.range]))
        .collect();
    let expected = [
        (Punctuation, "{"),
        (Key, "\"rack\""),
        (Punctuation, ":"),
        (Number, "4"),
        (String, "\"door: {"),
        (Other, "'x'"),
        (Punctuation, ","),
        (String, "\"s\""),
        (Punctuation, ","),
        (Other, "tru"),
        (Punctuation, ","),
        (Literal, "null"),
        (Punctuation, ","),
        (Number, "-1e5"),
        (Punctuation, "}"),
    ];
    assert_eq!(seen, expected);
}
