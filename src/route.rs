//! Every address of the app.

use form_urlencoded::Serializer;

use crate::{
    event::{EventId, prefill::Prefill},
    listing::Listing,
    text::Untrusted,
};

/// A page.
///
/// ```
/// use eventide::{listing::Listing, range::{Range, Span}, route::Route};
///
/// let day = Listing { range: Range::Last(Span(24 * 60)), ..Listing::default() };
/// assert_eq!(Route::parse("/events", "range=24h", "/"), Route::Events(day.clone()));
/// assert_eq!(Route::Events(day).to_path("/console/"), "/console/events?range=24h");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/` and `/sign-in`, with the page to go to afterwards (`?next=`).
    SignIn {
        /// A page of this app; other addresses are dropped on reading.
        next: Option<Box<Route>>,
    },
    /// `/events`, with what the list shows.
    Events(Listing),
    /// `/events/{uuid}`, with the list that it was opened from.
    Event {
        /// Its id.
        id: EventId,
        /// What that list shows.
        from: Listing,
    },
    /// `/events/<something that is no uuid>`: known without asking the server.
    NoSuchEvent(Untrusted),
    /// `/events/new`, with what the form begins with.
    NewEvent(Start),
    /// `/events/import`
    Import,
    /// `/self-test`: whether this page can reach the API. For whoever comes, signed in or not.
    SelfTest,
    /// Anything else.
    NotFound,
}

/// What the form for a new event begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Start {
    /// What was typed there before, or nothing.
    #[default]
    Draft,
    /// The likeness of an event (`?like=`).
    Like(EventId),
    /// What the rest of the query says of the fields.
    Given(String),
}

impl Route {
    /// The form as it was left.
    pub fn new_event() -> Self {
        Self::NewEvent(Start::Draft)
    }
    /// The plain list.
    pub fn events() -> Self {
        Self::Events(Listing::default())
    }
    /// An event that was opened from no list in particular.
    pub fn event(id: EventId) -> Self {
        Self::Event {
            id,
            from: Listing::default(),
        }
    }
    /// Reads the path and query (with or without `?`) of an address. `base` is the path that the
    /// app lives under, as in `/` or `/eventide/`. Total: what is unknown is [`Route::NotFound`].
    pub fn parse(path: &str, query: &str, base: &str) -> Self {
        let base = base.trim_end_matches('/');
        let Some(below) = path.strip_prefix(base) else {
            return Self::NotFound;
        };
        // `/eventide` alone is the app's root, `/eventide-old` is somebody else's.
        if !below.is_empty() && !below.starts_with('/') {
            return Self::NotFound;
        }
        let below = below.strip_prefix('/').unwrap_or(below);
        let below = below.strip_suffix('/').unwrap_or(below);
        let query = query.strip_prefix('?').unwrap_or(query);
        match below.split_once('/') {
            None => match below {
                "" | "sign-in" => Self::SignIn {
                    next: next(query, base),
                },
                "events" => Self::Events(Listing::from_query(query)),
                "self-test" => Self::SelfTest,
                _ => Self::NotFound,
            },
            Some(("events", "new")) => Self::NewEvent(start(query)),
            Some(("events", "import")) => Self::Import,
            Some(("events", id)) if !id.contains('/') && !id.is_empty() => {
                let id = percent_decoded(id);
                match EventId::parse(&id) {
                    Some(id) => Self::Event {
                        id,
                        from: Listing::from_query(query),
                    },
                    None => Self::NoSuchEvent(Untrusted::new(id)),
                }
            }
            Some(_) => Self::NotFound,
        }
    }

    /// The address below `base`. Never leaves it, whatever the route holds.
    pub fn to_path(&self, base: &str) -> String {
        let base = base.trim_end_matches('/');
        match self {
            Self::SignIn { next: None } => format!("{base}/sign-in"),
            Self::SignIn { next: Some(next) } => {
                let query = Serializer::new(String::new())
                    .append_pair("next", &next.to_path(base))
                    .finish();
                format!("{base}/sign-in?{query}")
            }
            Self::Events(listing) => with_query(format!("{base}/events"), listing),
            Self::Event { id, from } => with_query(format!("{base}/events/{id}"), from),
            Self::NoSuchEvent(text) => {
                format!("{base}/events/{}", percent_encoded(text.original()))
            }
            Self::NewEvent(Start::Draft) => format!("{base}/events/new"),
            Self::NewEvent(Start::Like(id)) => format!("{base}/events/new?like={id}"),
            Self::NewEvent(Start::Given(query)) => format!("{base}/events/new?{query}"),
            Self::Import => format!("{base}/events/import"),
            Self::SelfTest => format!("{base}/self-test"),
            Self::NotFound => format!("{base}/"),
        }
    }
}

/// The parameter by which each address names the server that it is about, where a deployment has
/// several.
pub const INSTANCE: &str = "instance";

/// The host that a query names as its server. It chooses among the servers of the deployment and
/// brings none of its own.
pub fn instance(query: &str) -> Option<String> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let (_, host) = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == INSTANCE)?;
    Some(host.into_owned())
}

fn start(query: &str) -> Start {
    let like = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "like");
    let like = like.and_then(|(_, id)| EventId::parse(&id));
    match (like, Prefill::of_query(query)) {
        (Some(id), _) => Start::Like(id),
        (None, Some(_)) => {
            // Written anew: it comes from outside and goes into an address.
            let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != INSTANCE);
            Start::Given(Serializer::new(String::new()).extend_pairs(pairs).finish())
        }
        (None, None) => Start::Draft,
    }
}

fn with_query(path: String, listing: &Listing) -> String {
    match listing.to_query() {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    }
}

/// The page to go to after signing in; only what reads as a page that one signs in for.
fn next(query: &str, base: &str) -> Option<Box<Route>> {
    let (_, address) = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "next")?;
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    match Route::parse(path, query, base) {
        Route::SignIn { .. } | Route::SelfTest | Route::NotFound => None,
        route @ (Route::Events(_)
        | Route::Event { .. }
        | Route::NoSuchEvent(_)
        | Route::NewEvent(_)
        | Route::Import) => Some(Box::new(route)),
    }
}

/// Every byte but letters, digits, `-`, `_` and `~`. A dot too: `..` would climb.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;

    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// What is not an escape stays as it is; bytes that are no UTF-8 become U+FFFD.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| after.split_at_checked(2))
            .flatten()
            .and_then(|(digits, behind)| {
                let digits = std::str::from_utf8(digits)
                    .ok()
                    .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
                Some((u8::from_str_radix(digits, 16).ok()?, behind))
            });
        let (byte, behind) = escaped.unwrap_or((first, after));
        bytes.push(byte);
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::{Range, Span};

    const ID: &str = "f6e33af7-10b9-466d-b649-8abeb23e408f";

    fn id() -> EventId {
        EventId::parse(ID).unwrap()
    }

    fn day() -> Listing {
        Listing {
            range: Range::Last(Span(24 * 60)),
            ..Listing::default()
        }
    }

    fn sign_in(next: Option<Route>) -> Route {
        Route::SignIn {
            next: next.map(Box::new),
        }
    }

    fn none(text: &str) -> Route {
        Route::NoSuchEvent(Untrusted::new(text))
    }

    /// Reads an address at two bases; it must mean the same at both.
    fn check(address: &str, expected: &Route) {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        assert_eq!(Route::parse(path, query, "/"), *expected, "{address}");
        for base in ["/console/", "/a/b"] {
            let path = format!("{}{path}", base.trim_end_matches('/'));
            assert_eq!(Route::parse(&path, query, base), *expected, "{path}");
        }
    }

    #[test]
    fn an_address_names_a_page() {
        check("/", &sign_in(None));
        check("/sign-in", &sign_in(None));
        check("/sign-in/", &sign_in(None));
        check("/events", &Route::events());
        check("/events/", &Route::events());
        check("/events?range=24h", &Route::Events(day()));
        check("/events?x=1&range=24h", &Route::Events(day()));
        for range in ["0h", "-1h", "1.5h", "last", "", "99999999999d", "١h"] {
            check(&format!("/events?range={range}"), &Route::events());
        }
        check("/events/new", &Route::new_event());
        check("/events/import", &Route::Import);
        check("/self-test", &Route::SelfTest);
        check("/self-test/?server=//evil.example", &Route::SelfTest);
        check("/events/new?utm_source=x", &Route::new_event());
        check(
            &format!("/events/new?like={ID}"),
            &Route::NewEvent(Start::Like(id())),
        );
        let given = Start::Given("app=a+b&x=1".to_owned());
        check("/events/new?app=a%20b&x=1", &Route::NewEvent(given));
        check(&format!("/events/{ID}"), &Route::event(id()));
        check(
            &format!("/events/{ID}?range=24h"),
            &Route::Event {
                id: id(),
                from: day(),
            },
        );
        check(&format!("/events/{ID}/"), &Route::event(id()));
        check(
            "/events/F6E33AF710B9466DB6498ABEB23E408F",
            &Route::event(id()),
        );
        check(&format!("/events/%7B{ID}%7D"), &Route::event(id()));
        check("/events/zzz", &none("zzz"));
        check("/events/NEW", &none("NEW"));
        check("/events/%2F%2fevil", &none("//evil"));
        check("/events/%E2%80%AE%ff%", &none("\u{202e}\u{fffd}%"));
        for unknown in [
            "/nowhere",
            "/events/a/b",
            "/events//",
            "//events",
            "/Events",
            "/events/new/x",
            "/eventsx",
        ] {
            check(unknown, &Route::NotFound);
        }
    }

    #[test]
    fn the_server_is_named_beside_the_page() {
        assert_eq!(
            instance("?range=24h&instance=id.example.com%3A9443").as_deref(),
            Some("id.example.com:9443")
        );
        assert_eq!(instance("range=24h&instances=x"), None);
        check(
            "/events?range=24h&instance=id.example.com",
            &Route::Events(day()),
        );
        check("/events/new?instance=id.example.com", &Route::new_event());
        let given = Start::Given("app=a".to_owned());
        check(
            "/events/new?app=a&instance=id.example.com",
            &Route::NewEvent(given),
        );
    }

    #[test]
    fn an_address_outside_the_app_is_not_found() {
        for path in [
            "/other",
            "/consoleevents",
            "/",
            "",
            "console/events",
            "/CONSOLE/events",
        ] {
            assert_eq!(
                Route::parse(path, "", "/console/"),
                Route::NotFound,
                "{path}"
            );
        }
        assert_eq!(Route::parse("/console", "", "/console/"), sign_in(None));
    }

    #[test]
    fn signing_in_goes_to_a_page_of_this_app_or_nowhere_special() {
        let check = |next: &str, expected: Option<Route>| {
            let query = Serializer::new(String::new())
                .append_pair("next", next)
                .finish();
            assert_eq!(
                Route::parse("/console/sign-in", &query, "/console/"),
                sign_in(expected),
                "{next:?}"
            );
        };
        check("/console/events", Some(Route::events()));
        check("/console/events?range=24h", Some(Route::Events(day())));
        check(&format!("/console/events/{ID}"), Some(Route::event(id())));
        check("/console/events/new", Some(Route::new_event()));
        for hostile in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https://evil.example/console/events",
            "javascript:alert(1)",
            "data:text/html,x",
            "%2f%2fevil.example",
            "/%2fevil.example",
            "\t//evil.example",
            "\n/console/events",
            "/console\t/events",
            "/console/events\n",
            "//evil@console/events",
            "/console//events",
            "／console/events",
            "/console∕events",
            "/console/../evil",
            "/console/./events",
            "/console/%2e%2e/evil",
            "%252f%252fevil",
            "%25252f",
            "",
            "/",
            "events",
            "./events",
            "../console/events",
            "?next=/console/events",
            "#/console/events",
            "/console/sign-in",
            "/console/",
            "/console/nowhere",
            "/console/self-test",
            "/CONSOLE/events",
            "vbscript:x",
            "blob:https://x/y",
            "file:///etc/passwd",
            "http:/console/events",
            " /console/events",
            "/console/events/a/b",
            "/console/eventsx",
            "\u{200b}/console/events",
            "\u{202e}/console/events",
        ] {
            check(hostile, None);
        }
        check(&"/".repeat(100_000), None);
    }

    #[test]
    fn a_page_comes_back_from_its_own_address() {
        let routes = [
            sign_in(None),
            sign_in(Some(Route::Events(day()))),
            sign_in(Some(Route::Event {
                id: id(),
                from: day(),
            })),
            sign_in(Some(Route::event(id()))),
            sign_in(Some(none("a&next=//evil?#"))),
            Route::events(),
            Route::Events(day()),
            Route::event(id()),
            Route::new_event(),
            Route::Import,
            Route::SelfTest,
            Route::NewEvent(Start::Like(id())),
            Route::NewEvent(Start::Given(
                "action=login&context=%7B%22a%22%3A1%7D".to_owned(),
            )),
            none("zzz"),
            none(".."),
            none("//evil.example/?#%\\"),
            none("\u{202e}\n\u{0}é😀"),
        ];
        for route in routes {
            for base in ["/", "/console/", "/a/b/"] {
                let address = route.to_path(base);
                assert!(
                    address.starts_with(base) && !address.starts_with("//"),
                    "{address}"
                );
                let (path, query) = address.split_once('?').unwrap_or((&address, ""));
                assert!(!path.contains("..") && path.is_ascii(), "{address}");
                assert_eq!(Route::parse(path, query, base), route, "{address}");
            }
        }
    }
}
