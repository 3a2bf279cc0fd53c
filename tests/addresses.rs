//! Whatever an address holds, it leads to a page of this app; whatever a call holds, it goes to the
//! API and nowhere else.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    reason = "helpers of tests may stop at what cannot be"
)]

use eventide::{
    api::{ApiBase, Request, events, names::NameKey, offered},
    event::EventId,
    listing::{Listing, Matching, Order},
    reach::Step,
    route::Route,
    text::Untrusted,
};
use proptest::prelude::*;

const BASES: [&str; 3] = ["/", "/eventide/", "/a/b/"];

/// Whether an address is a path below `base` that no browser reads in another way.
fn stays(address: &str, base: &str) -> bool {
    let (path, _) = address.split_once('?').unwrap_or((address, ""));
    let below = path.strip_prefix(base);
    below.is_some_and(|below| {
        !below.starts_with(['/', '\\'])
            && below.split('/').all(|part| !matches!(part, "." | ".."))
            && address
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\\#\"<>".contains(&byte))
    })
}

/// Whether a request goes to `events/events/` or one event below it, as
/// `^{base}/api/v3/events/events/(<uuid>/)?$` says; queries are encoded by the browser half.
fn is_of_events(request: &Request, base: &ApiBase) -> bool {
    let url = base.url(&request.path);
    let rest = url.strip_prefix(&format!("{}/api/v3/events/events/", base.as_str()));
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_suffix('/').is_some_and(is_plain_uuid))
}

fn is_plain_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(place, letter)| match place {
            8 | 13 | 18 | 23 => letter == '-',
            _ => letter.is_ascii_digit() || ('a'..='f').contains(&letter),
        })
}

/// Addresses as they are written, and as nobody would write them.
fn addresses() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("events".to_owned()),
        Just("new".to_owned()),
        Just("import".to_owned()),
        Just("sign-in".to_owned()),
        Just("self-test".to_owned()),
        Just("..".to_owned()),
        Just("%2e%2e".to_owned()),
        Just("\\\\evil.example".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("f6e33af7-10b9-466d-b649-8abeb23e408f".to_owned()),
        Just("{F6E33AF710B9466DB6498ABEB23E408F}".to_owned()),
        "[%a-zA-Z0-9./\\\\@:?#&=+ -]{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| format!("/{}", parts.join("/")))
}

/// Queries, some of which name the page to go to afterwards.
fn queries() -> impl Strategy<Value = String> {
    let pair = prop_oneof![
        addresses().prop_map(|address| format!("next={address}")),
        any::<String>().prop_map(|text| format!("next={text}")),
        "(range|q|user|like|app|context|server|api|token)=[%a-zA-Z0-9./@: -]{0,16}",
        any::<String>(),
    ];
    prop::collection::vec(pair, 0..4).prop_map(|pairs| pairs.join("&"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_address_leads_out_of_the_app(path in addresses(), query in queries(), base in prop::sample::select(&BASES[..])) {
        let inside = format!("{}{path}", base.trim_end_matches('/'));
        for path in [path, inside] {
            let route = Route::parse(&path, &query, base);
            let address = route.to_path(base);
            prop_assert!(stays(&address, base), "{path:?}?{query:?} → {address:?}");
            // Read again it is the same page: what is shown is what the address says.
            if route != Route::NotFound {
                let (path, query) = address.split_once('?').unwrap_or((&address, ""));
                prop_assert_eq!(Route::parse(path, query, base), route, "{}", address);
            }
        }
    }

    #[test]
    fn the_page_after_signing_in_is_one_that_needs_it(query in queries()) {
        if let Route::SignIn { next: Some(next) } = Route::parse("/sign-in", &query, "/") {
            prop_assert!(!matches!(*next, Route::SignIn { .. } | Route::SelfTest | Route::NotFound), "{next:?}");
        }
    }

    #[test]
    fn an_event_is_asked_for_at_its_own_address_or_not_at_all(text in any::<String>(), base in "https://[a-z]{1,9}\\.example(:[1-9][0-9]{0,3})?(/[a-z]{1,6}){0,2}") {
        let base = ApiBase::parse(&base).expect("an address of a server");
        if let Some(id) = EventId::parse(&text) {
            prop_assert!(is_of_events(&events::get(id).request, &base));
        }
        let searched = Matching { parameters: vec![("search", text.clone())] };
        for request in [
            events::list(&searched, Order::default(), 1, 20).request,
            events::found_by(text.clone(), 5).request,
            events::newest_of(&text).request,
            events::rights().request,
        ] {
            prop_assert!(is_of_events(&request, &base), "{}", request.path);
        }
    }

    #[test]
    fn any_id_of_any_spelling_is_asked_for_at_one_address(id in "[{]?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}[}]?") {
        let base = ApiBase::parse("https://id.example.com/sso").expect("an address of a server");
        if let Some(id) = EventId::parse(&id) {
            prop_assert!(is_of_events(&events::get(id).request, &base));
        }
    }

    #[test]
    fn what_an_event_names_never_becomes_a_path_of_its_own(field in "(users|groups|roles|parents|x)", member in prop_oneof![any::<String>(), "[0-9]{1,12}", "[0-9a-f-]{30,38}", "\\.\\./[a-z/]{0,9}"]) {
        let key = NameKey::of(&Untrusted::new(field), &Untrusted::new(member.clone()));
        let paths = key.iter().map(|key| key.call().request.path)
            .chain([offered::users(&member).request.path]);
        for path in paths {
            let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/_".contains(&byte));
            prop_assert!(plain && path.ends_with('/') && !path.starts_with('/') && !path.contains("//"), "{path}");
        }
    }
}

#[test]
fn hosts_that_are_told_each_page_are_told_of_all() {
    for host in ["netlify", "cloudflare-pages"] {
        for file in ["_redirects", "_headers"] {
            let path = format!("{}/deploy/{host}/{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).expect("it is there");
            let told: Vec<&str> = text
                .lines()
                .filter_map(|line| line.split_whitespace().next())
                .collect();
            for route in [
                Route::SignIn { next: None },
                Route::SelfTest,
                Route::events(),
            ] {
                let page = route.to_path("/");
                assert!(told.contains(&page.as_str()), "{path} does not name {page}");
            }
        }
    }
}

#[test]
fn the_list_is_an_address_too() {
    let base = ApiBase::parse("https://id.example.com").expect("an address of a server");
    assert!(stays(&Route::Events(Listing::default()).to_path("/"), "/"));
    for step in Step::ALL {
        let url = base.url(&step.request().path);
        assert!(url.starts_with("https://id.example.com/api/v3/") && url.ends_with('/'));
    }
    // What the measure itself would let through is looked at here.
    for outside in [
        "//evil.example",
        "/\\evil",
        "https://evil.example",
        "/a/../..",
        "/events#x",
        "/e\nvents",
    ] {
        assert!(!stays(outside, "/"), "{outside}");
    }
}
