use super::*;

const ORIGIN: &str = "https://events.example.com";

fn read(text: &str) -> Configuration {
    Configuration::read(Some(text), ORIGIN).unwrap_or_else(|problem| panic!("{problem}: {text}"))
}

fn problem(text: &str) -> String {
    match Configuration::read(Some(text), ORIGIN) {
        Ok(configuration) => panic!("{text} was taken: {configuration:?}"),
        Err(problem) => problem.to_string(),
    }
}

fn base(address: &str) -> ApiBase {
    ApiBase::parse(address).unwrap()
}

#[test]
fn without_a_file_or_a_key_the_defaults_hold() {
    let default = Configuration::default_at(ORIGIN);
    assert_eq!(Configuration::read(None, ORIGIN), Ok(default.clone()));
    assert_eq!(read("{}"), default);
    assert_eq!(read(" {\r\n} "), default);
    assert_eq!(default.preferred(None), Some(&base(ORIGIN)));
    assert_eq!(default.preferred(Some("evil.example")), Some(&base(ORIGIN)));
    assert!(default.allows(&base("https://id.example.com")));
    assert_eq!(default.keep, KeepMode::ALL);
    assert_eq!(default.limits, Limits::default());
    assert!(default.hand_over && !default.has_several());
    assert_eq!(default.sign_in_text, None);
    // A page that comes over http has no server of its own that a token may go to.
    let insecure = Configuration::default_at("http://events.example.com");
    assert_eq!(insecure.preferred(None), None);
}

#[test]
fn each_key_does_what_it_says() {
    let one = read(r#"{"server": "https://id.example.com/sso/"}"#);
    assert_eq!(
        one.preferred(None),
        Some(&base("https://id.example.com/sso"))
    );
    assert!(!one.any_server && one.allows(&base("https://id.example.com/sso")));
    assert!(!one.allows(&base("https://id.example.com")));
    assert!(!one.allows(&base(ORIGIN)), "only what is named");
    let free = read(r#"{"server": "https://id.example.com", "server_choice": "free"}"#);
    assert!(free.allows(&base("https://other.example.com")));
    let own = read(r#"{"server_choice": "fixed"}"#);
    assert!(own.allows(&base(ORIGIN)) && !own.allows(&base("https://other.example.com")));

    let keep = read(r#"{"keep": ["memory", "tab"]}"#).keep;
    assert_eq!(keep, [KeepMode::Memory, KeepMode::Tab]);
    let limits = read(r#"{"idle_minutes": 5, "session_hours": 1, "device_hours": 24}"#).limits;
    assert_eq!(
        (
            limits.idle_minutes,
            limits.session_hours,
            limits.device_hours
        ),
        (5, 1, 24)
    );
    assert!(!read(r#"{"hand_over": false}"#).hand_over);
    let said = read(r#"{"sign_in_text": " Ask the \u202edesk "}"#).sign_in_text;
    assert_eq!(said.unwrap().visible(), "Ask the ⟨U+202E⟩desk");
}

#[test]
fn instances_have_names_servers_and_colors() {
    let several = read(
        r#"{"instances": [
            {"name": "Production", "server": "https://id.example.com", "color": "red"},
            {"name": "Stage", "server": "https://id.stage.example.com"}
        ]}"#,
    );
    assert!(several.has_several() && !several.any_server);
    assert_eq!(several.preferred(None).unwrap().host(), "id.example.com");
    let stage = several.preferred(Some("id.stage.example.com")).unwrap();
    assert_eq!(stage.host(), "id.stage.example.com");
    assert_eq!(
        several.preferred(Some("evil.example")).unwrap().host(),
        "id.example.com",
        "an address offers no server of its own"
    );
    let first = several.instance(&base("https://id.example.com")).unwrap();
    assert_eq!(first.name.as_ref().unwrap().visible(), "Production");
    assert_eq!(first.color.map(Color::name), Some("red"));
    assert_eq!(several.instance(stage).unwrap().color, None);
}

#[test]
fn what_is_wrong_is_named_with_its_fix() {
    let check = |text: &str, expected: &str| assert_eq!(problem(text), expected, "{text}");
    let keys = "server, server_choice, instances, keep, idle_minutes, session_hours, device_hours, hand_over, sign_in_text";
    check(
        "",
        "It is not JSON. Line 1, column 1: expected a value, but the text ends here.",
    );
    check(
        "{\n  \"hand_over\": false,\n}",
        "It is not JSON. Line 2, column 21: no comma may stand before }.",
    );
    check(
        "<!doctype html><title>Eventide</title>",
        "It is a web page. Where this server has no config.json it must answer 404, not with a page; or a login is in between.",
    );
    check(
        "[]",
        &format!("It is not an object. Write {{ … }} with keys from: {keys}."),
    );
    check(
        r#"{"idle_minuts": 5}"#,
        &format!(
            "There is no key \"idle_minuts\". Correct it or take it out; the keys are: {keys}."
        ),
    );
    check(
        r#"{"hand_over": true, "hand_over": false}"#,
        "\"hand_over\" is there twice. Keep one of them.",
    );
    check(
        r#"{"hand_over": "no"}"#,
        "\"hand_over\" is \"no\". Write true or false, without quotes.",
    );
    for wrong in [
        "4",
        "121",
        "-5",
        "5.5",
        "1e1",
        "\"30\"",
        "null",
        "99999999999999999999",
    ] {
        check(
            &format!("{{\"idle_minutes\": {wrong}}}"),
            &format!(
                "\"idle_minutes\" is {wrong}. Write a whole number from 5 to 120, without quotes."
            ),
        );
    }
    check(
        r#"{"session_hours": 13}"#,
        "\"session_hours\" is 13. Write a whole number from 1 to 12, without quotes.",
    );
    check(
        r#"{"device_hours": 0}"#,
        "\"device_hours\" is 0. Write a whole number from 1 to 24, without quotes.",
    );
    check(
        r#"{"server_choice": true}"#,
        "\"server_choice\" is true. Write one of \"free\", \"fixed\".",
    );
    check(
        r#"{"server": "http://id.example.com"}"#,
        "\"server\" is \"http://id.example.com\". Use https://. Over http:// anyone on the way could read the token; it is accepted for this computer only.",
    );
    check(
        r#"{"server": null}"#,
        "\"server\" is null. Write an address in quotes, as in \"https://id.example.com\".",
    );
    for wrong in [
        r#"[]"#,
        r#""tab""#,
        r#"["tab", "tab"]"#,
        r#"["cookie"]"#,
        r#"["tab", 1]"#,
        "{}",
    ] {
        let said = problem(&format!("{{\"keep\": {wrong}}}"));
        assert!(
            said.starts_with(&format!(
                "\"keep\" is {wrong}. Write a list of one or more of"
            )),
            "{said}"
        );
    }
    for wrong in ["\"\"", "\"  \"", "7", &format!("\"{}\"", "x".repeat(501))] {
        let said = problem(&format!("{{\"sign_in_text\": {wrong}}}"));
        assert!(
            said.ends_with("Write a text in quotes, of 1 to 500 characters."),
            "{said}"
        );
        assert!(said.chars().count() < 200, "{said}");
    }
}

#[test]
fn what_is_wrong_with_an_instance_is_named_with_its_place() {
    let one = r#"{"name": "A", "server": "https://a.example.com"}"#;
    let check = |instances: &str, expected: &str| {
        let said = problem(&format!("{{\"instances\": {instances}}}"));
        assert!(said.contains(expected), "{said}");
    };
    check("[]", "\"instances\" is []. Write a list of 1 to 12 objects");
    check("{}", "\"instances\" is {}. Write a list");
    check(
        &format!("[{}]", vec![one; 13].join(",")),
        "Write a list of 1 to 12 objects",
    );
    check("[1]", "\"instances[0]\" is not an object.");
    check(
        r#"[{"name": "A"}]"#,
        "\"instances[0]\" is incomplete. Write a list",
    );
    check(
        r#"[{"name": "A", "server": "https://a.example.com", "colour": "red"}]"#,
        "There is no key \"instances[0].colour\". Correct it or take it out; the keys are: name, server, color.",
    );
    check(
        r#"[{"name": "A", "server": "https://a.example.com", "color": "pink"}]"#,
        "\"instances[0].color\" is \"pink\". Write one of \"red\", \"amber\", \"green\", \"blue\", \"violet\", \"gray\".",
    );
    check(
        &format!(r#"[{one}, {{"name": "B", "server": "a b"}}]"#),
        "\"instances[1].server\" is \"a b\". This is not the name of a server.",
    );
    for same in [
        r#"{"name": "A", "server": "https://b.example.com"}"#,
        r#"{"name": "B", "server": "https://a.example.com/other"}"#,
    ] {
        check(
            &format!("[{one}, {same}]"),
            "\"instances[1]\" has the name or the host of one before it.",
        );
    }
    let said = problem(&format!(
        r#"{{"server": "https://a.example.com", "instances": [{one}]}}"#
    ));
    assert!(
        said.starts_with("\"server\" and \"instances\" are both there."),
        "{said}"
    );
}

#[test]
fn the_example_of_the_documentation_is_right() {
    let page = include_str!("../../docs/configuration.md");
    let examples: Vec<&str> = page
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() >= 2, "{examples:?}");
    for example in examples {
        read(example);
    }
    read(include_str!("../../deploy/config.example.json"));
    for key in KEYS.iter().chain(INSTANCE_KEYS) {
        assert!(page.contains(&format!("`{key}`")), "{key} is explained");
    }
    for color in Color::ALL {
        assert!(page.contains(&format!("`\"{}\"`", color.name())));
    }
}
