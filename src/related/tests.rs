use super::*;

fn event(number: u8, action: &str, rest: &str) -> Event {
    Event::read(&format!(
        r#"{{"pk":"f6e33af7-10b9-466d-b649-{number:012}","action":"{action}",{rest}}}"#
    ))
    .unwrap()
}

/// Title, address of the list, and what the link to it says.
fn offers(event: &Event) -> Vec<(&'static str, String, String)> {
    let told = |relation: Relation| {
        (
            relation.title,
            relation.listing.to_query(),
            relation.about.visible(),
        )
    };
    related(event).into_iter().map(told).collect()
}

fn titles(event: &Event) -> Vec<&'static str> {
    offers(event).into_iter().map(|(title, ..)| title).collect()
}

const AT: &str = r#""created":"2026-11-20T10:00:05.5Z""#;

#[test]
fn a_failed_sign_in_asks_for_others_of_the_name_and_of_the_address() {
    let event = event(
        1,
        "login_failed",
        &format!(
            r#"{AT},"client_ip":"192.0.2.146","user":{{"pk":7,"username":"mia"}},"context":{{"username":"mia","http_request":{{"request_id":"e41f"}}}}"#
        ),
    );
    let hour = "from=2026-11-20T09:00:05Z&to=2026-11-20T10:00:06Z";
    let day = "from=2026-11-19T10:00:05Z&to=2026-11-20T10:00:06Z";
    let expected = [
        (
            "Failed for this name",
            format!("action=login_failed&user=mia&{hour}"),
            " failed for mia in the hour before",
        ),
        (
            "Failed from this IP",
            format!("action=login_failed&ip=192.0.2.146&{hour}"),
            " failed from 192.0.2.146 in the hour before",
        ),
        (
            "Same IP",
            format!("ip=192.0.2.146&{day}"),
            " from 192.0.2.146 in the 24 hours before",
        ),
        (
            "Same user",
            "user=mia&from=2026-11-20T09:50:05Z&to=2026-11-20T10:10:06Z".to_owned(),
            " of mia within 10 minutes",
        ),
        (
            "Same request",
            "value=context.http_request.request_id:e41f&from=2026-11-20T09:00:05Z&to=2026-11-20T11:00:06Z"
                .to_owned(),
            " of this request",
        ),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(title, query, about)| (title, query, about.to_owned()))
        .collect();
    assert_eq!(offers(&event), expected);
}

#[test]
fn an_object_has_its_whole_history() {
    let event = event(
        1,
        "model_updated",
        &format!(
            r#"{AT},"user":{{}},"context":{{"model":{{"pk":"3f9c2a71d04e4b0c9e6b5a1f7c88d2e0","app":"authentik_core","name":"Grafana","model_name":"application"}}}}"#
        ),
    );
    let offers = offers(&event);
    assert_eq!(offers.len(), 1);
    let (title, query, about) = offers.first().unwrap();
    assert_eq!(
        (*title, about.as_str()),
        ("Same object", " about application Grafana")
    );
    assert!(query.ends_with("&range=all"), "{query}");
}

#[test]
fn errors_with_a_message_ask_where_else_it_came() {
    let of = |message: &str| {
        titles(&event(
            1,
            "system_exception",
            &format!(r#"{AT},"context":{{"message":"{message}"}}"#),
        ))
    };
    assert_eq!(of("boom"), ["Same message"]);
    assert!(of(&"x".repeat(501)).is_empty());
}

#[test]
fn what_the_server_cannot_be_asked_is_not_offered() {
    for rest in [
        r#""client_ip":"10.0.0.1:443""#,
        r#""client_ip":"255.255.255.255""#,
        r#""client_ip":"somewhere""#,
        r#""context":{"http_request":{"request_id":"a\u0000b"}}"#,
        r#""context":{"http_request":{"request_id":7}}"#,
        r#""context":[]"#,
        r#""user":{"username":""}"#,
    ] {
        assert_eq!(
            titles(&event(1, "login", &format!("{AT},{rest}"))),
            [""; 0],
            "{rest}"
        );
    }
    // Without a time there is no "before".
    let timeless = event(
        1,
        "login",
        r#""client_ip":"192.0.2.1","user":{"username":"mia"}"#,
    );
    assert_eq!(titles(&timeless), [""; 0]);
}

#[test]
fn distances_are_told_in_one_unit_or_two() {
    let at = |seconds: i64| Moment::from_ms(seconds * 1_000);
    for (other, expected) in [
        (1_000, "at once"),
        (992, "8 s before"),
        (1_059, "59 s later"),
        (820, "3 min before"),
        (1_000 + 2 * 3_600, "2 h later"),
        (1_000 + 2 * 3_600 + 300, "2 h 5 min later"),
        (1_000 + 5 * 86_400, "5 days later"),
    ] {
        assert_eq!(apart(at(1_000), at(other)), expected);
    }
    assert_eq!(
        apart(Moment::from_ms(0), Moment::from_ms(300)),
        "under 1 s later"
    );
}

#[test]
fn an_event_stands_among_its_relatives() {
    let at = |number: u8, second: u8| {
        event(
            number,
            "login",
            &format!(r#""created":"2026-11-20T10:00:{second:02}Z""#),
        )
    };
    let own = at(5, 5);
    let others = [at(9, 9), own.clone(), at(7, 7), at(1, 1), at(0, 0)];
    let seen: Vec<EventId> = rail(&own, others.iter(), 3)
        .iter()
        .map(|event| event.id)
        .collect();
    let named = [9, 7, 5, 1].map(|number| at(number, 0).id);
    assert_eq!(seen, named);
}

fn acting(number: u8, action: &str, minute: u8, target: Option<&str>) -> Event {
    let target = target.map_or_else(String::new, |target| {
        format!(r#","on_behalf_of":{{"pk":9,"username":"{target}"}}"#)
    });
    event(
        number,
        action,
        &format!(
            r#""created":"2026-11-20T10:{minute:02}:00Z","user":{{"pk":1,"username":"root"{target}}}"#
        ),
    )
}

#[test]
fn an_impersonation_is_found_from_its_beginning_its_end_and_between() {
    let started =
        |number, minute, target| acting(number, "impersonation_started", minute, Some(target));
    let ended = |number, minute| acting(number, "impersonation_ended", minute, None);
    // The newest first, as the server answers.
    let found = [
        started(6, 50, "eva"),
        ended(4, 40),
        started(3, 30, "mia"),
        ended(2, 20),
        started(1, 10, "mia"),
    ];
    let check = |event: &Event, start: Option<u8>, end: Option<u8>| {
        let named = |number: Option<u8>| number.map(|number| ended(number, 0).id);
        let expected = Span {
            start: named(start),
            end: named(end),
        };
        assert_eq!(span(event, found.iter()), expected, "{:?}", event.created);
    };
    check(&started(1, 10, "mia"), Some(1), Some(2));
    check(&ended(2, 20), Some(1), Some(2));
    check(&ended(4, 40), Some(3), Some(4));
    check(&acting(9, "login", 35, Some("mia")), Some(3), Some(4));
    check(&acting(9, "login", 25, Some("mia")), None, None);
    check(&acting(9, "login", 15, Some("eva")), None, None);
    // Not ended yet.
    check(&started(6, 50, "eva"), Some(6), None);
    check(&acting(9, "login", 55, Some("eva")), Some(6), None);
    // Began before what was asked for.
    let end = ended(8, 5);
    assert_eq!(
        span(&end, [end.clone()].iter()),
        Span {
            start: None,
            end: Some(end.id)
        }
    );
}

#[test]
fn only_events_of_an_impersonation_ask_for_it() {
    let asked = |event: &Event| impersonation(event).map(|listing| listing.to_query());
    assert_eq!(asked(&acting(1, "login", 10, None)), None);
    assert_eq!(asked(&event(1, "impersonation_ended", AT)), None);
    let query = "action=impersonation_started,impersonation_ended&user=root&from=2026-11-19T10:10:00Z&to=2026-11-21T10:10:01Z";
    for event in [
        acting(1, "impersonation_ended", 10, None),
        acting(1, "model_updated", 10, Some("mia")),
    ] {
        assert_eq!(asked(&event).as_deref(), Some(query));
    }
}
