//! What a listing asks for is what it says: the sandbox, which reads requests as authentik does,
//! answers with the events that a plain look at each event finds.
#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests may stop at what cannot be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::{collections::BTreeSet, sync::LazyLock};

use eventide::{
    event::EventAction,
    filter::{Chip, Filter, ModelKey, Test, filter_for},
    listing::{Listing, Matching},
    moment::Moment,
    ql::Field,
    range::{Range, Span},
    text::Untrusted,
};
use proptest::prelude::*;
use sandbox::{
    action::Release,
    api::{Api, Request},
    caller,
    clock::Clock,
    event::Event,
    json,
    store::Store,
    text::{Place, has, upper},
};
use serde_json::Value;

// The events.

/// Sun 22 Nov 2026, 12:00:00.5 UTC.
const NOW: i64 = 1_795_348_800_500_000;
/// What every id begins with.
const IDS: &str = "f6e33af7-10b9-466d-b649-8abeb23e4";
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// An event as it is kept, and read.
struct Sample {
    stored: Event,
    read: eventide::event::Event,
    user: Value,
    context: Value,
    brand: Value,
}

const ACTIONS: [&str; 6] = [
    "login",
    "login_failed",
    "model_updated",
    "custom_",
    "custom_door \"A\"",
    "zzz_new",
];
const APPS: [&str; 5] = [
    "authentik.core",
    "authentik.core.signals",
    "say \"hi\" \\ bye",
    "Ünïcode*",
    "x",
];
const USERS: [&str; 8] = [
    "{}",
    r#"{"pk":1,"username":"akadmin","email":"a@b.example"}"#,
    r#"{"pk":2,"username":"AKADMIN","email":""}"#,
    r#"{"pk":3,"username":"ak-outpost-1821047a","email":""}"#,
    r#"{"pk":4,"username":"it's, \"quoted\" \\ \n\ttext","email":""}"#,
    r#"{"pk":5,"username":" blank ","email":"","on_behalf_of":{"pk":9,"username":"jonas.berg"}}"#,
    r#"{"pk":6,"email":"no@name.example"}"#,
    r#"{"pk":7,"username":7}"#,
];
const ADDRESSES: [Option<&str>; 6] = [
    None,
    Some("192.0.2.1"),
    Some("192.0.2.17"),
    Some("192.0.20.1"),
    Some("10.1.2.3"),
    Some("2001:db8::1"),
];
const BRANDS: [&str; 4] = [
    "{}",
    r#"{"pk":"5ad0b0c6a9a24f0f8d0f3d5e4c1b2a39","app":"authentik_brands","name":"Default brand","model_name":"brand"}"#,
    r#"{"pk":"6ad0b0c6a9a24f0f8d0f3d5e4c1b2a39","name":"Marke \"Ü\""}"#,
    r#"{"pk":"7ad0b0c6a9a24f0f8d0f3d5e4c1b2a39"}"#,
];
const UUID: &str = "1821047ae5d94bc7b2a4187759a94277";
const CONTEXTS: [&str; 11] = [
    "{}",
    r#"{"username":"akadmin","http_request":{"path":"/api/v3/","method":"GET"}}"#,
    r#"{"username":"it's, \"quoted\" \\ \n\ttext"}"#,
    r#"{"geo":{"country":"GB","city":"London"},"message":"one\ntwo\u0001"}"#,
    r#"{"geo":{"country":"DE","city":""},"number":7}"#,
    r#"{"model":{"pk":4,"app":"authentik_core","name":"a user","model_name":"user"}}"#,
    r#"{"model":{"pk":"1821047ae5d94bc7b2a4187759a94277","app":"authentik_core","name":"Grafana","model_name":"application"}}"#,
    r#"{"model":{"pk":"logo-dark.svg","app":"authentik_core","name":"logo-dark.svg","model_name":"file"}}"#,
    r#"{"model":{"pk":"4","app":"authentik_x","name":"another","model_name":"thing"}}"#,
    r#"{"authorized_application":{"pk":"1821047ae5d94bc7b2a4187759a94277","app":"authentik_core","name":"Grafana","model_name":"application"},"geo":{"country":"GB"}}"#,
    r#"{"authorized_application":{"pk":"2821047ae5d94bc7b2a4187759a94277","app":"authentik_core","name":"Wiki","model_name":"application"}}"#,
];

/// Every part meets others in ways that are not regular; times lie at and around whole seconds.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let stored = |text: &str| {
        json::read_stored(text)
            .expect("the samples are JSON")
            .stored()
    };
    (0..120_usize)
        .map(|at| {
            let pick = |factor: usize| at.wrapping_mul(factor) / 7 + at;
            let (user, context, brand) = (
                USERS[pick(13) % USERS.len()],
                CONTEXTS[pick(29) % CONTEXTS.len()],
                BRANDS[pick(17) % BRANDS.len()],
            );
            let edge = [0, 1, 499_999, 500_000, 500_001, 999_999][at % 6];
            let created = NOW - 500_000 - (at as i64) * HOUR + edge;
            let stored = Event {
                pk: format!("{IDS}{at:03x}").parse().expect("an id"),
                user: stored(user),
                action: ACTIONS[pick(11) % ACTIONS.len()].to_owned(),
                app: APPS[pick(19) % APPS.len()].to_owned(),
                context: stored(context),
                client_ip: ADDRESSES[pick(23) % ADDRESSES.len()].map(str::to_owned),
                created,
                expires: NOW + 1000 * HOUR,
                brand: stored(brand),
            };
            let text = stored.answered(0).expect("an answer");
            Sample {
                read: eventide::event::Event::read(&text).expect("an event"),
                stored,
                user: serde_json::from_str(user).expect("JSON"),
                context: serde_json::from_str(context).expect("JSON"),
                brand: serde_json::from_str(brand).expect("JSON"),
            }
        })
        .collect()
});

static API: LazyLock<Api> = LazyLock::new(|| api(Release::default()));

fn api(release: Release) -> Api {
    let store = Store::in_memory().expect("a store");
    let events = SAMPLES.iter().map(|sample| sample.stored.clone());
    store.fill(events, |_| ()).expect("filled");
    Api {
        store,
        clock: Clock::fixed(NOW),
        tokens: caller::tokens(),
        release,
    }
}

fn now() -> Moment {
    Moment::from_micros(NOW)
}

/// What an API answers to a query.
fn answer(api: &Api, path: &str, query: &str) -> (u16, String) {
    let answer = api.answer(&Request {
        method: "GET".to_owned(),
        path: format!("/api/v3/{path}"),
        query: query.to_owned(),
        headers: vec![(
            "authorization".to_owned(),
            b"Bearer eventide-viewer-token".to_vec(),
        )],
        body: Vec::new(),
    });
    (answer.status, String::from_utf8(answer.body).expect("text"))
}

fn page(matching: &Matching, page: u32) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("page_size", "100")
        .append_pair("page", &page.to_string())
        .extend_pairs(&matching.parameters)
        .finish()
}

/// The ids that the server answers, all pages of them.
fn answered(matching: &Matching) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for number in 1..=2 {
        let query = page(matching, number);
        let (status, body) = answer(&API, "events/events/", &query);
        if number > 1 && status == 404 {
            break;
        }
        assert_eq!(status, 200, "{query}");
        let mark = format!("{{\"pk\":\"{IDS}");
        let ids = body.match_indices(&mark);
        found.extend(ids.map(|(at, _)| body[at + 7..at + 43].to_owned()));
    }
    found
}

// What a chip means, told anew.

fn at<'json>(value: &'json Value, path: &[&str]) -> Option<&'json str> {
    let mut value = value;
    for key in path {
        value = value.get(key)?;
    }
    value.as_str()
}

fn named(name: Option<&str>, wanted: &str) -> bool {
    let Some(name) = name else { return false };
    match wanted
        .strip_suffix('*')
        .filter(|beginning| !beginning.is_empty())
    {
        Some(beginning) => has(name, &upper(beginning), Place::Start),
        None => name == wanted,
    }
}

fn contains(sample: &Sample, word: &str) -> bool {
    let Event {
        pk,
        user,
        action,
        app,
        context,
        client_ip,
        ..
    } = &sample.stored;
    let id = pk.to_string();
    let address = client_ip.as_deref().unwrap_or_default();
    [&id, user, action, app, context, address]
        .into_iter()
        .any(|text| has(text, &upper(word), Place::Anywhere))
}

/// Whether an event passes a chip as people read it; `None` for chips that cannot be asked.
fn passes(sample: &Sample, chip: &Chip) -> Option<bool> {
    let Sample {
        stored,
        user,
        context,
        brand,
        ..
    } = sample;
    let plain = match &chip.test {
        Test::Actions(actions) if actions.is_empty() => return None,
        Test::Actions(actions) => actions
            .iter()
            .any(|action| action.wire().original() == stored.action),
        Test::User(name) => {
            named(at(user, &["username"]), name.original())
                || named(at(context, &["username"]), name.original())
        }
        Test::ClientIp(address) => {
            let own = stored.client_ip.as_deref().unwrap_or_default();
            match address.original() {
                "192.0.2." | "192.0.2.*" | "192.0.2.0/24" => own.starts_with("192.0.2."),
                "192.0.2.1" => own == "192.0.2.1",
                "2001:0DB8::0001" => own == "2001:db8::1",
                "2001:db8:" => own.starts_with("2001:db8:"),
                "not an address" => return None,
                other => panic!("{other} is not told"),
            }
        }
        Test::App(app) => named(Some(&stored.app), app.original()),
        Test::Object(key) => {
            if key == &ModelKey::default() {
                return None;
            }
            let model = &context["model"];
            let pk = match &model["pk"] {
                Value::Number(number) => Some(number.to_string()),
                other => other.as_str().map(str::to_owned),
            };
            let same = |wanted: &Untrusted, own: Option<&str>| {
                wanted.is_empty() || own == Some(wanted.original())
            };
            same(&key.app, at(model, &["app"]))
                && same(&key.model_name, at(model, &["model_name"]))
                && same(&undashed(&key.pk), pk.as_deref())
                && (!key.pk.is_empty() || same(&key.name, at(model, &["name"])))
        }
        Test::AuthorizedApp { pk, name } => {
            let application = &context["authorized_application"];
            if pk.is_empty() {
                at(application, &["name"]) == Some(name.original())
            } else {
                at(application, &["pk"]) == Some(undashed(pk).original())
            }
        }
        Test::Brand(name) => at(brand, &["name"]) == Some(name.original()),
        Test::Words(words) => match words.original() {
            "" | " , " => return None,
            "akadmin London" => contains(sample, "akadmin") && contains(sample, "London"),
            "\"Login Failed\" x" => false,
            "say \"\\\"quoted\\\"\"" => {
                contains(sample, "say")
                    && contains(sample, "\\")
                    && contains(sample, "quoted\\\"\"")
            }
            one => contains(sample, one),
        },
        Test::Value { field, text } => {
            let keys: Vec<&str> = field.path().split('.').collect();
            let own = match keys[0] {
                "user" => at(user, &keys[1..]),
                "context" => at(context, &keys[1..]),
                "brand" => at(brand, &keys[1..]),
                "app" => Some(stored.app.as_str()),
                other => panic!("{other} is not told"),
            };
            own == Some(text.original())
        }
        Test::Ql(query) => match query.original() {
            "action = \"login\" and app ~ \"core\" or context.geo.country = \"GB\"" => {
                stored.action == "login"
                    && (has(&stored.app, "CORE", Place::Anywhere)
                        || at(context, &["geo", "country"]) == Some("GB"))
            }
            "context.geo.city != \"London\"" => {
                at(context, &["geo", "city"]).is_some_and(|city| city != "London")
            }
            "user.username not in (\"akadmin\")" => match &user["username"] {
                Value::Null => false,
                name => name != "akadmin",
            },
            "client_ip ~ \"192\"" => {
                let own = stored.client_ip.as_deref();
                own.is_some_and(|address| address.contains("192"))
            }
            "London" => contains(sample, "London"),
            // Not a query, and so words, all of them: quotation marks hold phrases.
            "expires > \"2026\"" => {
                contains(sample, "expires") && contains(sample, ">") && contains(sample, "2026")
            }
            "event_uuid = \"39dc\"" | "" => return None,
            other => panic!("{other} is not told"),
        },
    };
    Some(plain != chip.negated)
}

fn undashed(text: &Untrusted) -> Untrusted {
    match text.original() {
        "1821047a-e5d9-4bc7-b2a4-187759a94277" => Untrusted::new(UUID),
        _ => text.clone(),
    }
}

fn expected(listing: &Listing) -> BTreeSet<String> {
    let (from, to) = match listing.selection {
        Some((from, to)) => (Some(from), Some(to)),
        None => listing.range.bounds(now()),
    };
    SAMPLES
        .iter()
        .filter(|sample| {
            let created = Moment::from_micros(sample.stored.created);
            let chips = listing.filter.enabled();
            from.is_none_or(|from| from <= created)
                && to.is_none_or(|to| created < to)
                && chips
                    .filter_map(|chip| passes(sample, chip))
                    .all(|passed| passed)
        })
        .map(|sample| sample.stored.pk.to_string())
        .collect()
}

/// The answer, judged by the microsecond as rows are.
fn shown(listing: &Listing) -> BTreeSet<String> {
    let found = answered(&listing.request(now()));
    let mut kept = BTreeSet::new();
    for sample in SAMPLES.iter() {
        let id = sample.stored.pk.to_string();
        if found.contains(&id) && listing.holds(&sample.read, now()) {
            kept.insert(id);
        }
    }
    kept
}

// Filters that nobody thought of.

fn text(texts: &'static [&'static str]) -> impl Strategy<Value = Untrusted> {
    prop::sample::select(texts).prop_map(Untrusted::new)
}

fn test() -> impl Strategy<Value = Test> {
    let action = prop::sample::select(&ACTIONS[..]).prop_map(EventAction::read);
    let user = text(&[
        "akadmin",
        "AKADMIN",
        "ak-outpost-*",
        "ak-outpost-1821047a",
        "*",
        "jonas.berg",
        " blank ",
        "it's, \"quoted\" \\ \n\ttext",
        "it's, \"quoted\" \\*",
        "nobody",
    ]);
    let object = prop_oneof![
        Just(("", "", "", "")),
        Just(("authentik_core", "user", "4", "a user")),
        Just(("authentik_core", "", "4", "")),
        Just(("", "thing", "4", "")),
        Just(("", "", "4", "")),
        Just(("authentik_core", "application", UUID, "Grafana")),
        Just((
            "authentik_core",
            "application",
            "1821047a-e5d9-4bc7-b2a4-187759a94277",
            ""
        )),
        Just(("authentik_core", "file", "logo-dark.svg", "logo-dark.svg")),
        Just(("authentik_core", "", "", "")),
        Just(("", "application", "", "")),
        Just(("authentik_core", "application", "", "Grafana")),
    ];
    let application = prop_oneof![
        Just((UUID, "Grafana")),
        Just(("1821047a-e5d9-4bc7-b2a4-187759a94277", "")),
        Just(("", "Wiki")),
        Just(("zzz", "")),
    ];
    let value = prop_oneof![
        Just(("context.geo.country", "GB")),
        Just(("context.geo.city", "")),
        Just(("context.message", "one\ntwo\u{1}")),
        Just(("context.http_request.path", "/api/v3/")),
        Just(("context.nothing.there", "x")),
        Just(("user.username", "akadmin")),
        Just(("user.email", "")),
        Just(("user.on_behalf_of.username", "jonas.berg")),
        Just(("brand.name", "Default brand")),
        Just(("app", "Ünïcode*")),
    ];
    prop_oneof![
        3 => prop::collection::vec(action, 0..4).prop_map(Test::Actions),
        3 => user.prop_map(Test::User),
        2 => text(&["192.0.2.1", "192.0.2.", "192.0.2.*", "192.0.2.0/24", "2001:0DB8::0001", "2001:db8:", "not an address"])
            .prop_map(Test::ClientIp),
        2 => text(&["authentik.core", "authentik.*", "say \"hi\" \\ bye", "say \"hi\" \\*", "ü*", "y"]).prop_map(Test::App),
        2 => object.prop_map(|(app, model_name, pk, name)| Test::Object(ModelKey {
            app: Untrusted::new(app),
            model_name: Untrusted::new(model_name),
            pk: Untrusted::new(pk),
            name: Untrusted::new(name),
        })),
        2 => application.prop_map(|(pk, name)| Test::AuthorizedApp {
            pk: Untrusted::new(pk),
            name: Untrusted::new(name),
        }),
        2 => text(&["Default brand", "Marke \"Ü\"", "default brand"]).prop_map(Test::Brand),
        2 => text(&["akadmin", "akadmin London", "\"Login Failed\" x", "ünïCODE*", "192.0.2", "8abeb23e4", "\\", "", " , "])
            .prop_map(Test::Words),
        2 => value.prop_map(|(field, text)| Test::Value {
            field: Field::parse(field).expect("a field"),
            text: Untrusted::new(text),
        }),
        2 => text(&[
            "action = \"login\" and app ~ \"core\" or context.geo.country = \"GB\"",
            "context.geo.city != \"London\"",
            "user.username not in (\"akadmin\")",
            "client_ip ~ \"192\"",
            "London",
            "expires > \"2026\"",
            "event_uuid = \"39dc\"",
            "",
        ])
        .prop_map(Test::Ql),
    ]
}

fn moment() -> impl Strategy<Value = Moment> {
    let edge = prop::sample::select(vec![0, 1, 499_999, 500_000, 500_001, 999_999, SECOND]);
    (0..125_i64, edge)
        .prop_map(|(hours, edge)| Moment::from_micros(NOW - 500_000 - hours * HOUR + edge))
}

fn between() -> impl Strategy<Value = (Moment, Moment)> {
    (moment(), moment())
        .prop_filter("a range has a length", |(one, other)| one != other)
        .prop_map(|(one, other)| (one.min(other), one.max(other)))
}

fn listing() -> impl Strategy<Value = Listing> {
    let chip =
        (test(), any::<bool>(), prop::bool::weighted(0.1)).prop_map(|(test, negated, disabled)| {
            Chip {
                test,
                negated,
                disabled,
            }
        });
    let range = prop_oneof![
        2 => Just(Range::All),
        1 => Just(Range::Last(Span(60))),
        1 => Just(Range::Last(Span(2 * 24 * 60))),
        1 => between().prop_map(|(from, to)| Range::Between { from, to }),
        1 => moment().prop_map(|from| Range::Between { from, to: Moment::LATEST }),
    ];
    (
        prop::collection::vec(chip, 0..4),
        range,
        prop::option::weighted(0.1, between()),
    )
        .prop_map(|(chips, range, selection)| Listing {
            filter: Filter { chips },
            range,
            selection,
            ..Listing::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_server_finds_what_the_chips_say(listing in listing()) {
        for chip in &listing.filter.chips {
            let asked = passes(&SAMPLES[0], chip).is_some();
            prop_assert_eq!(chip.trouble().is_none(), asked, "{:?}", chip.trouble());
        }
        let matching = listing.request(now());
        prop_assert_eq!(shown(&listing), expected(&listing), "{:?}", matching);
        let (whole, _) = listing.volume_request(now());
        let answered = answered(&whole);
        let unselected = Listing { selection: None, ..listing };
        prop_assert!(expected(&unselected).is_subset(&answered), "the chart shows no less");
    }
}

#[test]
fn each_value_of_an_event_finds_it_and_can_leave_it_out() {
    let mut refused = BTreeSet::new();
    for sample in SAMPLES.iter() {
        let event = &sample.read;
        let id = event.id.to_string();
        let tree = event.raw.tree();
        for root in [
            "pk",
            "action",
            "app",
            "client_ip",
            "user",
            "context",
            "brand",
        ] {
            let part = tree.root().get(root).expect("a field").json();
            let part = part.tree();
            for node in part.nodes() {
                let chip = match filter_for(event, root, node) {
                    Ok(chip) => chip,
                    Err(reason) => {
                        refused.insert(format!("{root}: {}", reason.words()));
                        continue;
                    }
                };
                assert_eq!(chip.trouble(), None, "{chip:?}");
                let asked = |chip: Chip| {
                    let listing = Listing {
                        filter: Filter { chips: vec![chip] },
                        range: Range::All,
                        ..Listing::default()
                    };
                    answered(&listing.request(now())).contains(&id)
                };
                assert!(asked(chip.clone()), "{chip:?} finds {id}");
                assert!(!asked(chip.inverted()), "{chip:?} leaves out {id}");
            }
        }
    }
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    let compared = "authentik compares values inside an event as text only, and this is";
    let single = "authentik compares single values only: open it and choose one inside";
    assert_eq!(
        refused,
        [
            format!("brand: {single}"),
            format!("client_ip: {compared} null"),
            format!("context: {single}"),
            format!("context: {compared} a number"),
            format!("user: {single}"),
            format!("user: {compared} a number"),
        ]
    );
}

#[test]
fn a_typed_time_is_asked_in_utc_wherever_the_browser_is() {
    let check = |offset: i32, typed: &str, from: &str, to: &str| {
        let range = Range::typed(typed, &|_| offset, now()).expect("a time");
        let listing = Listing {
            range,
            ..Listing::default()
        };
        let matching = listing.request(now());
        let search = matching.search().expect("a query");
        assert_eq!(
            search,
            format!("created >= \"{from}\" and created < \"{to}\""),
            "{typed} at {offset}"
        );
        assert_eq!(shown(&listing), expected(&listing), "{typed} at {offset}");
    };
    let (pago, kolkata, kiritimati) = (-11 * 60, 5 * 60 + 30, 14 * 60);
    check(
        pago,
        "2026-11-20",
        "2026-11-20 11:00:00",
        "2026-11-21 11:00:00",
    );
    check(
        kolkata,
        "2026-11-20",
        "2026-11-19 18:30:00",
        "2026-11-20 18:30:00",
    );
    check(
        kiritimati,
        "2026-11-20",
        "2026-11-19 10:00:00",
        "2026-11-20 10:00:00",
    );
    // At noon in UTC it is already the 23rd there.
    check(
        kiritimati,
        "yesterday",
        "2026-11-21 10:00:00",
        "2026-11-22 10:00:00",
    );
    check(pago, "today", "2026-11-22 11:00:00", "2026-11-23 11:00:00");
    check(
        kolkata,
        "2026-11-20 10:00 to 12:00:30",
        "2026-11-20 04:30:00",
        "2026-11-20 06:30:30",
    );
    check(
        pago,
        "2026-11-20T10:00Z to 2026-11-20T12:00Z",
        "2026-11-20 10:00:00",
        "2026-11-20 12:00:00",
    );
}

#[test]
fn what_is_left_out_is_left_out_at_another_place_too() {
    // The one event that a chip leaves out although it does not pass the chip: it has no login name
    // of its own, and somebody else's at another place.
    let event = r#"{"authenticated_as":{"username":"akadmin"}}"#;
    let store = Store::in_memory().expect("a store");
    let one = Event {
        user: json::read_stored(event).expect("JSON").stored(),
        ..SAMPLES[0].stored.clone()
    };
    store.fill([one].into_iter(), |_| ()).expect("filled");
    let chip = Chip::user(&Untrusted::new("akadmin")).inverted();
    let listing = Listing {
        filter: Filter { chips: vec![chip] },
        range: Range::All,
        ..Listing::default()
    };
    let matching = listing.request(now());
    let search = matching.search().expect("a query");
    let sandbox::query::ql::Search::Condition(condition) = sandbox::query::ql::read(search) else {
        panic!("{search} is a query");
    };
    assert_eq!(store.count(&condition).expect("a count"), 0);
}

#[test]
fn an_older_server_refuses_new_actions_by_their_field_and_names_those_that_it_knows() {
    let old = api(Release::Y2025M10);
    let read = |path: &str, query: &str| {
        let (status, body) = answer(&old, path, query);
        eventide::api::Answer {
            status,
            body,
            ..Default::default()
        }
    };
    let chip = Chip::of(Test::Actions(eventide::filter::errors_and_warnings()));
    let listing = Listing {
        filter: Filter { chips: vec![chip] },
        range: Range::All,
        ..Listing::default()
    };
    let whole = listing.request(now());
    let list = eventide::api::events::list(&whole, listing.order, 1, 100);
    let failure = list
        .read(&read("events/events/", &page(&whole, 1)))
        .unwrap_err();
    assert!(failure.rejects("actions"), "{failure:?}");
    assert!(!failure.rejects("username"));
    let known = eventide::api::events::actions()
        .read(&read("events/events/actions/", ""))
        .unwrap();
    let fitting = whole
        .for_server(Some(&|action| known.knows(action)))
        .unwrap();
    assert_eq!(read("events/events/", &page(&fitting, 1)).status, 200);
    // It is what the new server answers: none of its events is of a new action.
    assert!(!answered(&fitting).is_empty());
}
