use super::*;
use crate::{event::KnownAction, listing::Listing, moment::Moment};

fn text(text: &str) -> Untrusted {
    Untrusted::new(text)
}

fn filter(query: &str) -> Filter {
    Listing::from_query(query).filter
}

fn chip(query: &str) -> Chip {
    filter(query).chips.pop().unwrap()
}

/// The parameters of a query in an address, as in `username=a search=…`.
fn request(query: &str) -> String {
    let query = if query.contains("range=") {
        query.to_owned()
    } else {
        format!("{query}&range=all")
    };
    let now = Moment::parse("2026-11-22T12:00:00Z").unwrap();
    let matching = Listing::from_query(&query).request(now);
    let parts = matching.parameters.iter();
    let parts: Vec<String> = parts
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.join(" ")
}

#[test]
fn parameters_come_before_queries() {
    let check = |query: &str, expected: &str| assert_eq!(request(query), expected, "{query}");
    check("", "");
    check("user=a", "username=a");
    check(
        "action=login,logout&ip=::1&brand=b&user=a",
        "actions=login actions=logout username=a client_ip=::1 brand_name=b",
    );
    check("ip=2001:0DB8::0001", "client_ip=2001:db8::1");
    check(
        "object=authentik_core:user:4:Name",
        "context_model_app=authentik_core context_model_name=user context_model_pk=4",
    );
    check(
        "application=1821047a-e5d9-4bc7-b2a4-187759a94277",
        "context_authorized_app=1821047ae5d94bc7b2a4187759a94277",
    );
    check("text=wrong+password,again", "search=wrong password again");
    check("text=a&text=b&user=u", "username=u search=a b");
    // What has no parameter, or has its parameter taken.
    check("app=x", "search=app = \"x\"");
    check("app=!x", "search=app != \"x\"");
    check("app=authentik.*", "search=app startswith \"authentik.\"");
    check("ip=192.0.2.", "search=client_ip startswith \"192.0.2.\"");
    check("ip=!10.0.0.0/8", "search=client_ip not startswith \"10.\"");
    check("action=custom_x", "search=action = \"custom_x\"");
    check(
        "action=login,custom_x",
        "search=action = \"login\" or action = \"custom_x\"",
    );
    check("action=!login", "search=action != \"login\"");
    check(
        "action=!login,logout",
        "search=action not in (\"login\", \"logout\")",
    );
    check(
        "user=a&user=b",
        "username=a search=user.username = \"b\" or context.username = \"b\"",
    );
    check("brand=a&brand=b", "brand_name=a search=brand.name = \"b\"");
    check(
        "value=context.geo.country:GB",
        "search=context.geo.country = \"GB\"",
    );
    // A parameter would be trimmed.
    check("brand=+b", "search=brand.name = \" b\"");
    check(
        "object=authentik_core:file:a-b.svg",
        "search=context.model.app = \"authentik_core\" and context.model.model_name = \"file\" and context.model.pk = \"a-b.svg\"",
    );
    // Disabled, and not to be asked.
    check(
        "user=off:a&app=off:!x&ip=no&action=&text=&query=user+~+%22x%22",
        "",
    );
}

#[test]
fn words_are_a_query_only_beside_one() {
    let one = "action ~ \"a\" or app ~ \"a\" or user.user ~ \"a\" or context.context ~ \"a\" or client_ip ~ \"a\" or event_uuid ~ \"a\"";
    assert_eq!(request("text=a"), "search=a");
    assert_eq!(
        request("text=a&app=x"),
        format!("search=app = \"x\" and ({one})")
    );
    assert_eq!(
        request("text=a&range=1h"),
        format!("search=created >= \"2026-11-22 11:00:00\" and ({one})")
    );
    assert_eq!(
        request("text=!a"),
        format!("search={}", one.replace('~', "!~").replace(" or ", " and "))
    );
    // A label would stand for an action.
    assert!(
        request("text=%22Login+failed%22")
            .starts_with("search=action ~ \"login failed\" or app ~ \"Login failed\"")
    );
}

#[test]
fn typed_queries_are_judged_before_they_are_sent() {
    let check = |typed: &str, expected: Result<&str, &str>| {
        let chip = Chip::of(Test::Ql(text(typed)));
        let sent = Matching::of(&Filter::default().with(chip.clone()), (None, None));
        let trouble = chip.trouble();
        assert_eq!(sent.search().ok_or(""), expected.map_err(|_| ""), "{typed}");
        if let Err(part) = expected {
            assert!(trouble.is_some_and(|why| why.contains(part)), "{typed}");
        }
    };
    check("action = \"login\"", Ok("action = \"login\""));
    check(
        "app=\"a\"and app=\"b\"or app=\"c\"",
        Ok("app = \"a\" and (app = \"b\" or app = \"c\")"),
    );
    check("wrong password", Ok("wrong password"));
    check("user.pk = 4", Ok("user.pk = 4"));
    check("  ", Err("nothing to look for"));
    check("user = \"x\"", Err("user.user"));
    check("event_uuid = \"39dc\"", Err(""));
}

#[test]
fn queries_stand_in_parentheses_beside_others() {
    assert_eq!(
        request("query=app=%22a%22+or+app=%22b%22&app=!c"),
        "search=(app = \"a\" or app = \"b\") and app != \"c\""
    );
    assert_eq!(
        request("query=!app=%22a%22+or+app=%22b%22"),
        "search=app != \"a\" and app != \"b\""
    );
}

#[test]
fn what_leaves_out_keeps_events_without_the_value() {
    assert_eq!(
        request("value=!context.geo.country:GB"),
        r#"search=context.geo.country != "GB" or context.context !~ "\"country\": \"GB\"""#
    );
    assert_eq!(
        request("user=!ak-outpost-*"),
        r#"search=(user.username not startswith "ak-outpost-" or user.user !~ "\"username\": \"ak-outpost-") and (context.username not startswith "ak-outpost-" or context.context !~ "\"username\": \"ak-outpost-")"#
    );
    assert_eq!(
        request("object=!authentik_core:user:4"),
        r#"search=(context.context !~ "\"model\": {\"pk\": \"4\", \"app\": \"authentik_core\"" and context.context !~ "\"model\": {\"pk\": 4, \"app\": \"authentik_core\"") or context.model.model_name != "user""#
    );
}

#[test]
fn what_cannot_be_asked_says_why() {
    let check = |query: &str, why: &str| assert_eq!(chip(query).trouble().as_deref(), Some(why));
    check("action=", "No action is chosen");
    check("user=", "No user is named");
    check("app=", "No app is named");
    check("object=", "No object is named");
    check("application=", "No application is named");
    check("brand=", "No brand is named");
    check("text=+,", "There is nothing to look for");
    check(
        "ip=1.2.3",
        "“1.2.3” is no address. Type one, or how it begins, as in “192.0.2.” or “2001:db8:”",
    );
    check(
        "ip=10.0.0.0/12",
        "“10.0.0.0/12” is no address. Type one, or how it begins, as in “192.0.2.” or “2001:db8:”",
    );
    check(
        "user=a%00",
        "it holds the character NUL, which no event of authentik can hold",
    );
    for fine in [
        "user=a",
        "value=user.email:",
        "text=x",
        "ip=!10.*",
        "object=::4",
    ] {
        assert_eq!(chip(fine).trouble(), None, "{fine}");
    }
}

#[test]
fn chips_say_what_they_do() {
    let check = |query: &str, words: &str, sentence: &str| {
        let chip = chip(query);
        let ChipWords {
            label,
            operator,
            value,
        } = chip.words();
        assert_eq!(format!("{label}|{operator}|{}", value.visible()), words);
        assert_eq!(chip.sentence(), sentence);
    };
    check("action=login", "Action|is|Login", "Action is Login");
    check(
        "action=!login,custom_door",
        "Action|is none of|2 actions",
        "Action is none of Login, Door",
    );
    check("user=akadmin", "User|is|akadmin", "User is “akadmin”");
    check(
        "user=!ak-*",
        "User|does not begin with|ak-",
        "User does not begin with “ak-”",
    );
    check(
        "ip=10.0.0.0/8",
        "Client IP|begins with|10.",
        "Client IP begins with “10.”",
    );
    check("app=x", "App|is|x", "App is “x”");
    check(
        "object=a:oauth2provider:6:Grafana",
        "Object|is|OAuth2 provider Grafana",
        "Object is “OAuth2 provider Grafana”",
    );
    check(
        "object=authentik_core",
        "Object|is|authentik_core",
        "Object is “authentik_core”",
    );
    check(
        "application=abc:Wiki",
        "Application|is|Wiki",
        "Application is “Wiki”",
    );
    check(
        "application=abc",
        "Application|is|abc",
        "Application is “abc”",
    );
    check("brand=!b", "Brand|is not|b", "Brand is not “b”");
    check("text=a+b", "Text|contains|a b", "Text contains “a b”");
    check(
        "value=context.geo.country:GB",
        "context.geo.country|is|GB",
        "context.geo.country is “GB”",
    );
    check(
        "query=!app=%22a%22",
        "Query|does not match|app=\"a\"",
        "Query does not match “app=\"a\"”",
    );
    check(
        "user=a%E2%80%AEb",
        "User|is|a⟨U+202E⟩b",
        "User is “a⟨U+202E⟩b”",
    );
    let severe = Chip::of(Test::Actions(errors_and_warnings()));
    assert_eq!(severe.words().value.original(), "errors and warnings");
    assert!(severe.sentence().contains("Login failed, "));
}

#[test]
fn a_filter_says_what_takes_part() {
    assert_eq!(filter("").words(), "no filter");
    assert_eq!(
        filter("user=a&app=off:b&ip=no&action=!login").words(),
        "User is “a” and Action is not Login"
    );
}

#[test]
fn filtering_for_a_value_again_takes_it_back() {
    let check = |query: &str, toggle: &str, expected: &str| {
        let toggled = filter(query).toggled(&chip(toggle));
        assert_eq!(toggled, filter(expected), "{query} with {toggle}");
        let had = filter(query).has(&chip(toggle));
        assert_eq!(toggled.has(&chip(toggle)), !had, "{query} with {toggle}");
    };
    check("", "user=a", "user=a");
    check("user=a", "user=a", "");
    check("user=!a", "user=a", "user=a");
    check("user=a", "user=!a", "user=!a");
    check("user=off:a", "user=a", "user=a");
    // An event has one of these, so that another wish takes the place of the first.
    check("app=x&user=a", "user=b", "app=x&user=b");
    check("ip=::1", "ip=::2", "ip=::2");
    check("action=login,logout", "action=login", "action=login");
    // But it may lack many, and hold many values and words.
    check("user=!a", "user=!b", "user=!a&user=!b");
    check("user=!a", "user=b", "user=!a&user=b");
    check("text=a", "text=b", "text=a&text=b");
    check(
        "value=context.a:1",
        "value=context.b:1",
        "value=context.a:1&value=context.b:1",
    );
    check("user=off:a", "user=b", "user=off:a&user=b");
    // Actions that are left out share a chip.
    check("action=!login", "action=!logout", "action=!login,logout");
    check("action=!login,logout", "action=!logout", "action=!login");
    check("action=!login", "action=!login", "");
}

#[test]
fn chips_are_changed_by_place() {
    let two = filter("user=a&app=b");
    assert_eq!(two.without(0), filter("app=b"));
    assert_eq!(two.without(9), two);
    assert_eq!(two.replaced(1, chip("app=c")), filter("user=a&app=c"));
    assert_eq!(two.replaced(9, chip("app=c")), two);
    assert_eq!(two.with(chip("ip=::1")), filter("user=a&app=b&ip=::1"));
    assert_eq!(chip("user=a").inverted(), chip("user=!a"));
    assert_eq!(chip("user=a").switched(), chip("user=off:a"));
    assert!(!filter("user=off:a").has(&chip("user=a")));
    assert!(!filter("user=off:a").is_empty());
}

#[test]
fn a_name_with_a_star_at_its_end_is_found_exactly() {
    let star = text("star*");
    let sent = |chip: Chip| Matching::of(&Filter { chips: vec![chip] }, (None, None)).parameters;
    assert_eq!(
        sent(Chip::user(&star)),
        [("search", "user.username = \"star*\"".to_owned())]
    );
    assert_eq!(
        sent(Chip::app(&star)),
        [("search", "app = \"star*\"".to_owned())]
    );
    assert_eq!(
        sent(Chip::action(&EventAction::Known(KnownAction::Login))),
        [("actions", "login".to_owned())]
    );
}

fn for_old_server(query: &str) -> Result<String, NotSent> {
    let matching = Listing::from_query(&format!("{query}&range=all")).request(Moment::EARLIEST);
    let new = ["export_ready", "configuration_warning", "review_overdue"];
    let fitting = matching.for_server(Some(&|action| !new.contains(&action)))?;
    let parts = fitting.parameters.iter();
    let parts: Vec<String> = parts
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(parts.join(" "))
}

#[test]
fn a_server_is_asked_for_the_actions_that_it_knows() {
    let check = |query: &str, expected: &str| {
        assert_eq!(for_old_server(query).as_deref(), Ok(expected), "{query}");
    };
    check("", "");
    check("user=a", "username=a");
    check("action=login&user=a", "actions=login username=a");
    check("action=export_ready,login,review_overdue", "actions=login");
    // As a query it is no mistake: the server has no such event, and says so.
    check("action=!export_ready", "search=action != \"export_ready\"");
}

#[test]
fn what_only_newer_servers_know_is_not_asked_but_told() {
    let told = |query: &str| {
        let why = for_old_server(query).unwrap_err();
        format!("{}: {}", why.title(), why.text())
    };
    assert_eq!(
        told("action=configuration_warning&user=a"),
        "This server does not know this action: It is an authentik from before 2026.2, so it has \
         no such events: “Configuration warning”."
    );
    assert_eq!(
        told("action=export_ready,review_overdue"),
        "This server does not know these actions: It is an authentik from before 2025.12, so it \
         has no such events: “Export ready”, “Review overdue”."
    );
}

#[test]
fn what_is_too_long_together_is_not_sent() {
    let users = |count: usize| {
        let chips = (0..count).map(|at| Chip::user(&text(&format!("a user {at:02} “ü”"))));
        let filter = Filter {
            chips: chips.collect(),
        };
        let listing = Listing {
            filter,
            ..Listing::default()
        };
        listing.request(Moment::EARLIEST)
    };
    let fits = (1..100)
        .take_while(|count| users(*count).for_server(None).is_ok())
        .count();
    let longest = users(fits).length();
    // One more would have been too much, and the address has room for a path and a page.
    assert!((7_300..=7_500).contains(&longest), "{fits}: {longest}");
    let NotSent::TooLong(length) = users(fits + 1).for_server(None).unwrap_err() else {
        panic!("it is too long");
    };
    assert_eq!(length, users(fits + 1).length());
    assert_eq!(
        NotSent::TooLong(9_120).text(),
        "Together they make a request of 9,120 bytes, and servers before authentik begin to refuse \
         at 8,192. Remove or disable some."
    );
}
