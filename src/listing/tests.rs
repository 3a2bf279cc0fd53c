use proptest::prelude::*;

use super::*;
use crate::{
    event::EventAction,
    filter::{ModelKey, Test},
    ql::Field,
    text::Untrusted,
};

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|| panic!("{text} is no instant"))
}

fn read(query: &str) -> Listing {
    let listing = Listing::from_query(query);
    assert_eq!(
        Listing::from_query(&listing.to_query()),
        listing,
        "{query}: what was read comes back"
    );
    listing
}

#[test]
fn an_address_reads_as_people_would_write_it() {
    // Each query is what the listing writes, too.
    for query in [
        "",
        "action=login_failed,login",
        "action=!custom_door_opened",
        "user=akadmin",
        "user=!ak-outpost-*",
        "user=off:!a+b",
        "ip=192.0.2.7&ip=2001:db8:",
        "app=authentik.core",
        "object=authentik_core:application:1821047ae5d94bc7b2a4187759a94277:Grafana",
        "object=authentik_core",
        "object=::4",
        "application=1821047ae5d94bc7b2a4187759a94277:Grafana",
        "brand=Default+brand",
        "text=wrong+password",
        "value=context.geo.country:GB",
        "query=action+%3D+%22login%22",
        "range=24h",
        "range=all",
        "from=2026-11-20T06:00:00Z&to=2026-11-20T18:00:00Z",
        "from=2026-11-20T06:00:00.5Z",
        "to=2026-11-20T18:00:00Z",
        "selection=2026-11-20T06:00:00Z/2026-11-20T12:00:00Z",
        "order=created",
        "order=-client_ip",
        "columns=event,user",
        "zone=utc",
        "zone=Europe/Berlin",
        "user=a&action=login&range=30d&order=app&columns=event&zone=local",
    ] {
        let written = read(query).to_query();
        let shortened = written.replace(".500000Z", ".5Z");
        assert_eq!(shortened, query);
    }
}

#[test]
fn what_is_not_understood_is_left_out() {
    for (query, same) in [
        ("?range=24h", "range=24h"),
        ("page=2&utm_source=x&&=&a&user", "user="),
        ("range=7d", ""),
        ("range=168h", ""),
        ("range=0h", ""),
        ("range=1.5h&range=-2d&range=99999999999m&range=d", ""),
        ("from=yesterday&to=", ""),
        (
            "from=2026-11-20T18:00Z&to=2026-11-20T06:00%2B00:00",
            "from=2026-11-20T06:00:00Z&to=2026-11-20T18:00:00Z",
        ),
        ("range=1h&from=2026-11-20", "from=2026-11-20T00:00:00Z"),
        ("selection=2026-11-20/2026-11-20&selection=x/y", ""),
        ("order=user,-created&order=-&order=", ""),
        ("columns=event,x,event", "columns=event"),
        ("columns=", "columns=event"),
        ("zone=%00&zone=a+b&zone=", ""),
        ("zone=UTC", "zone=utc"),
        (
            "value=x&value=expires:1&value=context:1&value=context.a-b:1",
            "",
        ),
        ("object=a:b:c:d:e", "object=a:b:c:d"),
    ] {
        assert_eq!(read(query).to_query(), same, "{query}");
    }
}

#[test]
fn an_address_makes_a_limited_number_of_chips() {
    let listing = Listing::from_query(&"user=a&".repeat(5000));
    assert_eq!(listing.filter.chips.len(), MOST_CHIPS);
}

#[test]
fn an_absolute_address_means_the_same_at_any_time() {
    let now = moment("2026-11-22T12:00:00.25Z");
    let later = moment("2027-11-22T12:00:00Z");
    for (query, expected) in [
        (
            "",
            "from=2026-11-15T12:00:00.250000Z&to=2026-11-22T12:00:00.250000Z",
        ),
        (
            "user=a&range=1h&zone=utc",
            "user=a&from=2026-11-22T11:00:00.250000Z&to=2026-11-22T12:00:00.250000Z&zone=utc",
        ),
        ("range=all", "to=2026-11-22T12:00:00.250000Z"),
        (
            "from=2026-11-20",
            "from=2026-11-20T00:00:00Z&to=2026-11-22T12:00:00.250000Z",
        ),
        ("to=2026-11-20", "to=2026-11-20T00:00:00Z"),
    ] {
        let absolute = read(query).absolute(now);
        assert_eq!(absolute.to_query(), expected, "{query}");
        assert_eq!(absolute.absolute(later), absolute);
        assert_eq!(absolute.request(later), absolute.request(now));
    }
}

#[test]
fn the_chart_asks_for_the_whole_range_and_counts_days_back() {
    let now = moment("2026-11-22T12:00:00Z");
    let check = |query: &str, search: Option<&str>, days: u32| {
        let (matching, history) = read(query).volume_request(now);
        assert_eq!(matching.search(), search, "{query}");
        assert_eq!(history, days, "{query}");
    };
    check("", None, 7);
    check("range=24h&selection=2026-11-22/2026-11-23", None, 1);
    check("range=90d", None, 90);
    check("range=all", None, 90);
    check("range=6h", Some("created >= \"2026-11-22 06:00:00\""), 2);
    check("range=30d&app=a", Some("app = \"a\""), 30);
    check(
        "from=2020-01-01",
        Some("created >= \"2020-01-01 00:00:00\""),
        90,
    );
    check(
        "to=2026-11-20",
        Some("created < \"2026-11-20 00:00:00\""),
        90,
    );
    check(
        "from=2026-11-20T06:00Z&to=2026-11-20T06:00:00.000001Z",
        Some("created >= \"2026-11-20 06:00:00\" and created < \"2026-11-20 06:00:01\""),
        4,
    );
}

#[test]
fn rows_at_the_ends_are_judged_by_the_microsecond() {
    let now = moment("2026-11-22T12:00:00.5Z");
    let holds = |query: &str, created: &str| {
        let event =
            format!(r#"{{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","created":"{created}"}}"#);
        read(query).holds(&Event::read(&event).unwrap(), now)
    };
    assert!(holds("range=1h", "2026-11-22T11:00:00.5Z"));
    assert!(!holds("range=1h", "2026-11-22T11:00:00.499999Z"));
    assert!(holds("range=1h", "2026-11-22T13:00:00Z"), "still to come");
    let between = "from=2026-11-20T06:00Z&to=2026-11-20T18:00Z";
    assert!(holds(between, "2026-11-20T06:00:00Z"));
    assert!(holds(between, "2026-11-20T17:59:59.999999Z"));
    assert!(!holds(between, "2026-11-20T18:00:00Z"));
    let selected = format!("{between}&selection=2026-11-20T06:00Z/2026-11-20T12:00Z");
    assert!(!holds(&selected, "2026-11-20T12:00:00Z"));
    assert!(holds(between, "at some time"), "nobody knows when");
}

#[test]
fn columns_hold_the_sentence_and_nothing_twice() {
    use Column::{App, Event, User};
    let check = |text: &str, columns: &[Column]| {
        assert_eq!(Columns::parse(text).all(), columns, "{text}");
    };
    check("user,event,app", &[User, Event, App]);
    check("user,user", &[User, Event]);
    check("", &[Event]);
    assert_eq!(
        Columns::parse(&Columns::default().text()),
        Columns::default()
    );
}

#[test]
fn what_is_sorted_by_is_what_the_server_sorts_by() {
    assert_eq!(Order::default().parameter(), "-created");
    let orders = Column::ALL.iter().filter_map(|column| column.order());
    let parameters = orders.map(|by| {
        let order = Order {
            by,
            descending: false,
        };
        order.parameter()
    });
    assert_eq!(
        parameters.collect::<Vec<_>>(),
        [
            "action,-created",
            "client_ip,-created",
            "app,-created",
            "expires,-created"
        ]
    );
}

// Laws.

/// Texts with all that has a meaning in an address, and anything else.
fn text() -> impl Strategy<Value = Untrusted> {
    let sign = prop_oneof![
        3 => prop::sample::select("!\\:,-*.\"'%&=+#?/ ~@()\0\n\u{202e}éa1".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    let signs =
        prop::collection::vec(sign, 0..8).prop_map(|signs| signs.into_iter().collect::<String>());
    prop_oneof![
        4 => signs.clone(),
        1 => signs.prop_map(|rest| format!("off:{rest}")),
        1 => Just("off:!\\".to_owned()),
    ]
    .prop_map(Untrusted::new)
}

fn field() -> impl Strategy<Value = Field> {
    let key = "[a-z_][a-z0-9_]{0,6}";
    let inside = (
        prop::sample::select(vec!["user", "context", "brand"]),
        prop::collection::vec(key, 1..4),
    );
    prop_oneof![
        prop::sample::select(vec!["action", "app", "client_ip", "created", "event_uuid"])
            .prop_map(|name| Field::parse(name).unwrap()),
        inside
            .prop_map(|(root, keys)| Field::parse(&format!("{root}.{}", keys.join("."))).unwrap()),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let action = prop_oneof![
        text().prop_map(|wire| EventAction::read(wire.original())),
        prop::sample::select(vec![
            "login",
            "login_failed",
            "custom_",
            "custom_a,b",
            "x\\"
        ])
        .prop_map(EventAction::read),
    ];
    prop_oneof![
        prop::collection::vec(action, 0..4).prop_map(Test::Actions),
        text().prop_map(Test::User),
        text().prop_map(Test::ClientIp),
        text().prop_map(Test::App),
        (text(), text(), text(), text()).prop_map(|(app, model_name, pk, name)| {
            Test::Object(ModelKey {
                app,
                model_name,
                pk,
                name,
            })
        }),
        (text(), text()).prop_map(|(pk, name)| Test::AuthorizedApp { pk, name }),
        text().prop_map(Test::Brand),
        text().prop_map(Test::Words),
        (field(), text()).prop_map(|(field, text)| Test::Value { field, text }),
        text().prop_map(Test::Ql),
    ]
}

fn chip() -> impl Strategy<Value = Chip> {
    (test(), any::<bool>(), any::<bool>()).prop_map(|(test, negated, disabled)| Chip {
        test,
        negated,
        disabled,
    })
}

fn between() -> impl Strategy<Value = (Moment, Moment)> {
    let any = Moment::EARLIEST.micros()..Moment::LATEST.micros();
    let near = 1_700_000_000_000_000_i64..1_800_000_000_000_000;
    let micros = prop_oneof![any, near];
    (micros.clone(), micros)
        .prop_filter("a range has a length", |(one, other)| one != other)
        .prop_map(|(one, other)| {
            (
                Moment::from_micros(one.min(other)),
                Moment::from_micros(one.max(other)),
            )
        })
}

fn range() -> impl Strategy<Value = Range> {
    prop_oneof![
        Just(Range::default()),
        Just(Range::All),
        (1..200_000_u32).prop_map(|minutes| Range::Last(Span(minutes))),
        between().prop_map(|(from, to)| Range::Between { from, to }),
        between().prop_map(|(from, _)| Range::Between {
            from,
            to: Moment::LATEST
        }),
        between().prop_map(|(_, to)| Range::Between {
            from: Moment::EARLIEST,
            to
        }),
    ]
}

fn listing() -> impl Strategy<Value = Listing> {
    let order = (prop::sample::select(OrderBy::ALL.to_vec()), any::<bool>())
        .prop_map(|(by, descending)| Order { by, descending });
    let columns = prop::collection::vec(prop::sample::select(Column::ALL.to_vec()), 0..9)
        .prop_map(Columns::new);
    let zone = prop::sample::select(vec!["local", "utc", "Europe/Berlin", "Etc/GMT+1"])
        .prop_map(|name| ZoneChoice::parse(name).unwrap());
    (
        prop::collection::vec(chip(), 0..5),
        range(),
        prop::option::of(between()),
        order,
        prop::option::of(columns),
        prop::option::of(zone),
    )
        .prop_map(|(chips, range, selection, order, columns, zone)| Listing {
            filter: Filter { chips },
            range,
            selection,
            order,
            columns,
            zone,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn every_listing_comes_back_from_its_address(listing in listing()) {
        let query = listing.to_query();
        prop_assert!(query.is_ascii() && !query.contains(['#', ' ', '"', '<', '>', '\'']), "{}", query);
        prop_assert_eq!(&Listing::from_query(&query), &listing, "{}", query);
        prop_assert_eq!(query.is_empty(), listing == Listing::default());
    }

    #[test]
    fn any_text_is_an_address(query in prop_oneof![
        any::<String>(),
        prop::collection::vec((
            prop::sample::select(vec![
                "action", "user", "ip", "app", "object", "application", "brand", "text", "value",
                "query", "range", "from", "to", "selection", "order", "columns", "zone",
            ]),
            prop::collection::vec(prop::sample::select("!\\:,-/%0aF9T Z&=+#*.oxu".chars().collect::<Vec<_>>()), 0..12),
        ), 0..6).prop_map(|pairs| {
            let pairs = pairs.into_iter().map(|(name, value)| {
                format!("{name}={}", value.into_iter().collect::<String>())
            });
            pairs.collect::<Vec<_>>().join("&")
        }),
    ]) {
        let listing = Listing::from_query(&query);
        prop_assert_eq!(&Listing::from_query(&listing.to_query()), &listing);
        let now = Moment::from_ms(1_795_000_000_000);
        let _ = (listing.request(now), listing.volume_request(now), listing.absolute(now).to_query());
        let _ = (listing.filter.words(), listing.range.words(&|_| 60, now));
    }

    #[test]
    fn every_search_that_is_sent_is_understood(listing in listing()) {
        let now = Moment::from_ms(1_795_000_000_000);
        let matching = listing.request(now);
        if let Some(search) = matching.search() {
            let plain = !search.contains('"');
            let understood = matches!(crate::ql::lint(search), crate::ql::Verdict::Understood(_));
            prop_assert!(plain || understood || search.len() > crate::ql::LONGEST, "{}", search);
        }
        let mut names: Vec<&str> = matching.parameters.iter().map(|(name, _)| *name).collect();
        names.retain(|name| *name != "actions");
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), all, "only actions may come again");
    }
}
