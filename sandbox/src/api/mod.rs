//! authentik's answers to requests for events, as pure functions of request, store and clock.
//!
//! No socket is opened here: [Api::answer] takes a request and gives an answer, which is what the
//! tests replay recordings against. The order of the checks is Django REST framework's: the
//! Accept header, the token, the rights, the method, the body, the fields.

mod accounts;
mod create;
mod events;
mod siblings;

use uuid::Uuid;

use crate::action::Release;
use crate::caller::{self, Caller, Rights, Token, View};
use crate::clock::Clock;
use crate::json::quoted;
use crate::language::{Language, Message};
use crate::query::Sql;
use crate::query::filter::Parameters;
use crate::store::{Store, StoreError};

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path as it was sent, percent signs included.
    pub path: String,
    /// What stood behind the question mark.
    pub query: String,
    /// The headers; names in small letters.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The bytes of a header, if it was sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_slice())
    }

    /// A header as text, if it was sent and is text.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<&str> {
        self.header(name)
            .and_then(|value| std::str::from_utf8(value).ok())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers; names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for `HEAD`, while `content-length` says what `GET` would have.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, if it is set.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
enum Failure {
    /// A status with `{"detail": …}`.
    Detail(u16, Message),
    /// `400` with a body that is already JSON.
    Fields(String),
    /// What authentik does not catch.
    Crash,
    /// What we do not catch: said on stderr, answered as a crash.
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Store(error)
    }
}

impl From<crate::json::Unwritable> for Failure {
    fn from(_: crate::json::Unwritable) -> Failure {
        Failure::Crash
    }
}

/// A status and a JSON body, or why not.
type Outcome = Result<(u16, String), Failure>;

/// The API on top of a store.
#[derive(Debug)]
pub struct Api {
    /// The events.
    pub store: Store,
    /// What "now" is.
    pub clock: Clock,
    /// Who may call.
    pub tokens: Vec<Token>,
    /// Which authentik is played.
    pub release: Release,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Endpoint {
    List,
    Detail(String),
    Actions,
    Volume,
    Stats,
    TopPerUser,
    Export,
    Me,
    User(String),
    Group(String),
    Users,
    Config,
    Brand,
    Brands,
    Version,
}

impl Endpoint {
    /// The endpoint behind a decoded path below `/api/v3/`. `None` for anything else, a missing
    /// slash at the end included.
    fn of(path: &str) -> Option<Endpoint> {
        Some(match path.strip_prefix("/api/v3/")?.strip_suffix('/')? {
            "events/events" => Endpoint::List,
            "events/events/actions" => Endpoint::Actions,
            "events/events/volume" => Endpoint::Volume,
            "events/events/stats" => Endpoint::Stats,
            "events/events/top_per_user" => Endpoint::TopPerUser,
            "events/events/export" => Endpoint::Export,
            "core/users/me" => Endpoint::Me,
            "core/users" => Endpoint::Users,
            "core/brands" => Endpoint::Brands,
            "root/config" => Endpoint::Config,
            "core/brands/current" => Endpoint::Brand,
            "admin/version" => Endpoint::Version,
            other => {
                let (place, id) = other.rsplit_once('/')?;
                if id.is_empty() || id.contains('.') {
                    return None;
                }
                match place {
                    "events/events" => Endpoint::Detail(id.to_owned()),
                    "core/users" => Endpoint::User(id.to_owned()),
                    "core/groups" => Endpoint::Group(id.to_owned()),
                    _ => return None,
                }
            }
        })
    }

    /// The methods it knows, as its `allow` header lists them.
    fn allow(&self) -> &'static str {
        match self {
            Endpoint::List => "GET, POST, HEAD, OPTIONS",
            Endpoint::Detail(_) => "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
            Endpoint::Export => "POST, OPTIONS",
            Endpoint::Actions
            | Endpoint::Volume
            | Endpoint::Stats
            | Endpoint::TopPerUser
            | Endpoint::Me
            | Endpoint::Users
            | Endpoint::Brands
            | Endpoint::Config
            | Endpoint::Brand
            | Endpoint::Version => "GET, HEAD, OPTIONS",
            Endpoint::User(_) | Endpoint::Group(_) => "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
        }
    }

    fn is_public(&self) -> bool {
        matches!(self, Endpoint::Config | Endpoint::Brand)
    }

    /// Name and description that `OPTIONS` gives.
    fn title(&self) -> (&'static str, &'static str) {
        match self {
            Endpoint::List => ("Event List", "Event Read-Only Viewset"),
            Endpoint::Detail(_) => ("Event Instance", "Event Read-Only Viewset"),
            Endpoint::Actions => ("Actions", "Get all actions"),
            Endpoint::Volume => (
                "Volume",
                "Get event volume for specified filters and timeframe",
            ),
            Endpoint::Stats => ("Stats", "Get event statistics"),
            Endpoint::TopPerUser => ("Top per user", "Get the top_n events grouped by user count"),
            Endpoint::Export => ("Export", "Create a data export"),
            Endpoint::User(_) => ("User Instance", "User Viewset"),
            Endpoint::Group(_) => ("Group Instance", "Group Viewset"),
            Endpoint::Me => ("Me", "Get information about current user"),
            Endpoint::Users => ("User List", "User Viewset"),
            Endpoint::Brands => ("Brand List", "Brand Viewset"),
            Endpoint::Config => ("Config", "Retrieve public configuration options"),
            Endpoint::Brand => ("Current", "Get current brand"),
            Endpoint::Version => ("Version", "Get running and latest version."),
        }
    }
}

/// One request on its way through the checks.
struct Call<'request> {
    api: &'request Api,
    request: &'request Request,
    endpoint: &'request Endpoint,
    parameters: Parameters,
    language: Language,
    /// `None` when nobody is signed in.
    token: Option<Token>,
}

impl Api {
    /// Answers a request below `/api/v3/`.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Answer {
        let language = Language::asked_for(request.header_text("accept-language"));
        let path = percent_decoded(&request.path);
        let reads = matches!(request.method.as_str(), "GET" | "HEAD");
        let mut answer = match Endpoint::of(&path) {
            None if reads && HEALTH.contains(&path.as_str()) => page(200, String::new()),
            None if reads && path == "/api/v3/" => {
                page(200, html_page("API Browser - authentik", "", language))
            }
            None => error_page(&request.method, 404, language),
            Some(endpoint) => self.at(&endpoint, request, language),
        };
        answer.headers.extend([
            ("content-length", answer.body.len().to_string()),
            ("x-frame-options", "DENY".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("referrer-policy", "same-origin".to_owned()),
            ("x-authentik-id", Uuid::new_v4().simple().to_string()),
            ("vary", "Accept-Language, Cookie".to_owned()),
            ("content-language", language.tag().to_owned()),
        ]);
        if request.method == "HEAD" {
            answer.body.clear();
        }
        answer
    }

    fn at(&self, endpoint: &Endpoint, request: &Request, language: Language) -> Answer {
        let (status, body) = match self.outcome(endpoint, request, language) {
            Ok(answered) => answered,
            Err(Failure::Detail(status, message)) => (
                status,
                format!("{{\"detail\":{}}}", quoted(&language.say(&message))),
            ),
            Err(Failure::Fields(body)) => (400, body),
            Err(Failure::Crash) => return error_page(&request.method, 500, language),
            Err(Failure::Store(error)) => {
                eprintln!("sandbox: the store failed: {error}");
                return error_page(&request.method, 500, language);
            }
        };
        Answer {
            status,
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("allow", endpoint.allow().to_owned()),
            ],
            body: body.into_bytes(),
        }
    }

    fn outcome(&self, endpoint: &Endpoint, request: &Request, language: Language) -> Outcome {
        if !accepts_json(request.header_text("accept")) {
            return Err(Failure::Detail(406, Message::NotAcceptable));
        }
        let token = match caller::identify(request.header("authorization"), &self.tokens) {
            Caller::Crash => return Err(Failure::Crash),
            Caller::Refused => return Err(Failure::Detail(403, Message::TokenInvalid)),
            Caller::Anonymous => None,
            Caller::Known(token) => Some(token),
        };
        let parameters = Parameters::read(&request.query);
        Call {
            api: self,
            request,
            endpoint,
            parameters,
            language,
            token,
        }
        .outcome()
    }
}

impl Call<'_> {
    fn outcome(&self) -> Outcome {
        self.permission()?;
        let method = self.request.method.as_str();
        match (self.endpoint, method) {
            (_, "OPTIONS") => Ok((200, self.metadata())),
            (Endpoint::List, "GET" | "HEAD") => self.list(),
            (Endpoint::List, "POST") => self.create(),
            (Endpoint::Detail(id), "GET" | "HEAD") => Ok((200, self.visible(id)?.answered(0)?)),
            (Endpoint::Detail(id), "PUT" | "PATCH" | "DELETE") => {
                // Who may see it may still not change it: nobody may, in a sandbox.
                self.visible(id)?;
                Err(Failure::Detail(403, Message::PermissionDenied))
            }
            (Endpoint::Actions, "GET" | "HEAD") => Ok((200, siblings::actions(self.api.release))),
            (Endpoint::Volume, "GET" | "HEAD") => self.volume(),
            (Endpoint::Stats, "GET" | "HEAD") => self.stats(),
            (Endpoint::TopPerUser, "GET" | "HEAD") => self.top_per_user(),
            (Endpoint::Export, "POST") => {
                let message = quoted(&self.language.say(&Message::EnterpriseRequired));
                Err(Failure::Fields(format!(
                    "{{\"non_field_errors\":[{message}]}}"
                )))
            }
            (Endpoint::Me, "GET" | "HEAD") => match &self.token {
                Some(token) => Ok((200, caller::me(token))),
                None => Err(Failure::Detail(403, Message::NotAuthenticated)),
            },
            (Endpoint::User(id), "GET" | "HEAD") => self.user(id),
            (Endpoint::Group(id), "GET" | "HEAD") => self.group(id),
            (Endpoint::Users, "GET" | "HEAD") => self.users(),
            (Endpoint::Brands, "GET" | "HEAD") => self.brands(),
            (Endpoint::Config, "GET" | "HEAD") => Ok((200, siblings::CONFIG.to_owned())),
            (Endpoint::Brand, "GET" | "HEAD") => Ok((200, siblings::BRAND.to_owned())),
            (Endpoint::Version, "GET" | "HEAD") => Ok((200, siblings::version(self.api.release))),
            _ => Err(Failure::Detail(
                405,
                Message::MethodNotAllowed(method.to_owned()),
            )),
        }
    }

    /// What may be said before the method is looked at: on an object everything may, its filter
    /// decides; on a collection one must be signed in, and writing needs its right.
    fn permission(&self) -> Result<(), Failure> {
        if self.endpoint.is_public() || matches!(self.endpoint, Endpoint::Detail(_)) {
            return Ok(());
        }
        let Some(token) = &self.token else {
            return Err(Failure::Detail(403, Message::NotAuthenticated));
        };
        let rights = token.rights.unwrap_or(NO_RIGHTS);
        let denied = match (self.endpoint, self.request.method.as_str()) {
            (Endpoint::Me | Endpoint::Version, _) => false,
            (_, "POST") => !rights.add,
            (_, "PUT" | "PATCH" | "DELETE") => !rights.superuser,
            _ => false,
        };
        if denied {
            Err(Failure::Detail(403, Message::PermissionDenied))
        } else {
            Ok(())
        }
    }

    fn rights(&self) -> Rights {
        self.token
            .as_ref()
            .and_then(|token| token.rights)
            .unwrap_or(NO_RIGHTS)
    }

    /// What the caller sees: nothing that has expired, and only what the rights allow.
    fn in_view(&self) -> Sql {
        let now = rusqlite::types::Value::Integer(self.api.clock.now());
        let unexpired = Sql::outside("e.expires >= ?", vec![now]);
        match self.rights().view {
            View::All => unexpired,
            View::One(id) => unexpired.join(
                "AND",
                Sql::outside("e.pk = ?", vec![crate::query::text(id.to_string())]),
            ),
            View::Nothing => Sql::outside("0", Vec::new()),
        }
    }

    fn say(&self, message: &Message) -> String {
        quoted(&self.language.say(message))
    }
}

const NO_RIGHTS: Rights = Rights {
    view: View::Nothing,
    add: false,
    superuser: false,
};

/// Whether JSON is among what a client takes.
fn accepts_json(accept: Option<&str>) -> bool {
    accept
        .unwrap_or("*/*")
        .split(',')
        .any(|range| is_media_type(range, "application", "json"))
}

/// Whether a media range means a type; parameters do not count.
fn is_media_type(range: &str, main: &str, sub: &str) -> bool {
    let full = range
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let (range_main, range_sub) = full.split_once('/').unwrap_or((&full, ""));
    (range_sub == "*" || range_sub == sub) && (range_main == "*" || range_main == main)
}

/// The paths that say that the server is up: empty pages.
const HEALTH: [&str; 2] = ["/-/health/live/", "/-/health/ready/"];

fn page(status: u16, html: String) -> Answer {
    let media_type = ("content-type", "text/html; charset=utf-8".to_owned());
    Answer {
        status,
        headers: vec![media_type],
        body: html.into_bytes(),
    }
}

/// The page that authentik shows for what is not there and for what broke. It can only be got:
/// any other method gets an empty 405.
fn error_page(method: &str, status: u16, language: Language) -> Answer {
    let (status, html) = match method {
        "GET" | "HEAD" => {
            let heading = if status == 404 {
                "Not Found"
            } else {
                "Server Error"
            };
            return page(status, html_page("authentik", heading, language));
        }
        "OPTIONS" => (200, String::new()),
        _ => (405, String::new()),
    };
    let mut answer = page(status, html);
    answer
        .headers
        .push(("allow", "GET, HEAD, OPTIONS".to_owned()));
    answer
}

/// A page that starts as authentik's pages start; their scripts and styles are left out.
fn html_page(title: &str, heading: &str, language: Language) -> String {
    let language = language.tag();
    format!(
        "\n\n\n\n\n<!DOCTYPE html>\n<html\n    lang=\"{language}\"\n    data-theme=\"light\"\n    data-theme-choice=\"auto\"\n>\n    \
         <head>\n        <meta charset=\"UTF-8\">\n        <title>\n{title}\n</title>\n        \
         <link rel=\"icon\" href=\"/static/dist/assets/icons/icon.png\">\n    </head>\n    \
         <body>\n        <h1>{heading}</h1>\n        \
         <script>\"use strict\"; window.authentik = {{ locale: \"{language}\" }};</script>\n    </body>\n</html>\n"
    )
}

/// A path without its percent signs; what is no UTF-8 becomes a replacement sign.
pub(crate) fn percent_decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = path
            .get(at + 1..at + 3)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) if byte == b'%' => {
                out.push(code);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_endpoints_only_with_their_last_slash() {
        let rows = [
            ("/api/v3/events/events/", Some(Endpoint::List)),
            ("/api/v3/events/events", None),
            (
                "/api/v3/events/events/per_month/",
                Some(Endpoint::Detail("per_month".to_owned())),
            ),
            (
                "/api/v3/events/events/{a}/",
                Some(Endpoint::Detail("{a}".to_owned())),
            ),
            ("/api/v3/events/events/a.json/", None),
            ("/api/v3/events/events/a/used_by/", None),
            ("/api/v3/nope/", None),
            ("/api/v3/", None),
        ];
        for (path, expected) in rows {
            assert_eq!(Endpoint::of(path), expected, "{path}");
        }
        assert_eq!(percent_decoded("/a/%7Bb%7d/%zz/%"), "/a/{b}/%zz/%");
    }

    #[test]
    fn accept_headers_are_weighed_by_type_alone() {
        for accept in [
            None,
            Some("*/*"),
            Some("application/json"),
            Some("text/html, application/*;q=0.1"),
            Some("application/json; indent=4"),
        ] {
            assert!(accepts_json(accept), "{accept:?}");
        }
        for accept in [Some("text/html"), Some("application/xml"), Some("")] {
            assert!(!accepts_json(accept), "{accept:?}");
        }
    }
}
