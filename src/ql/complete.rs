//! What can follow in a query that is being typed.

use std::ops::Range;

use super::{
    Field, Operator, Root,
    expression::quote,
    time,
    token::{Kind, Token, tokens},
};
use crate::{
    event::{KnownAction, country},
    moment::Moment,
    sort::sort_by_key,
    text::{Untrusted, lowercase},
};

/// What the caller has seen of the server: values that can be offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Names of users.
    pub users: Vec<Untrusted>,
    /// Apps that wrote events.
    pub apps: Vec<Untrusted>,
    /// Names of brands.
    pub brands: Vec<Untrusted>,
    /// Addresses of callers.
    pub addresses: Vec<Untrusted>,
    /// Fields inside the events at hand, besides those that authentik always writes.
    pub fields: Vec<Field>,
    /// The time, for instants that are told from now.
    pub now: Option<Moment>,
}

/// What can stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes of the text that a candidate takes the place of.
    pub range: Range<usize>,
    /// The candidates, best first. None where nothing can be proposed.
    pub candidates: Vec<Candidate>,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is written into the text, with quotes and a blank behind it where more must follow.
    pub text: String,
    /// What is shown.
    pub label: Untrusted,
    /// What it means, in a few words.
    pub hint: String,
}

impl Completions {
    /// The text with a candidate in it, and where the cursor stands then.
    ///
    /// ```
    /// use eventide::ql::{Known, complete};
    ///
    /// let completions = complete("act", 3, &Known::default());
    /// let first = completions.candidates.first().unwrap();
    /// assert_eq!(completions.accepted("act", first), ("action ".to_owned(), 7));
    /// ```
    pub fn accepted(&self, text: &str, candidate: &Candidate) -> (String, usize) {
        let before = text.get(..self.range.start).unwrap_or(text);
        let mut behind = text.get(self.range.end..).unwrap_or_default();
        if candidate.text.ends_with(' ') {
            behind = behind.strip_prefix(' ').unwrap_or(behind);
        }
        let cursor = before.len() + candidate.text.len();
        (format!("{before}{}{behind}", candidate.text), cursor)
    }
}

/// Proposes what can stand at the cursor, a place in bytes. Total: a cursor outside the text or
/// inside a letter gives nothing.
///
/// ```
/// use eventide::ql::{Known, complete};
///
/// let labels = |text: &str| -> Vec<String> {
///     let completions = complete(text, text.len(), &Known::default());
///     completions.candidates.iter().map(|candidate| candidate.label.visible()).collect()
/// };
/// assert_eq!(labels("action = \"login_"), ["login_failed"]);
/// assert_eq!(labels("action = \"login\" a"), ["and"]);
/// ```
pub fn complete(text: &str, cursor: usize, known: &Known) -> Completions {
    let Some(typed) = text.get(..cursor) else {
        return Completions::default();
    };
    let Spot { range, what } = spot(text, cursor);
    let typed = typed.get(range.start..).unwrap_or_default();
    let candidates = match what {
        What::Nothing => Vec::new(),
        What::Field => fields(typed, known),
        What::Operator(root) => operators(typed, root),
        What::Value(path) => values(typed.trim_start_matches('"'), path, known),
        What::Joint => joints(typed),
    };
    Completions { range, candidates }
}

/// Where the cursor is.
struct Spot<'text> {
    /// What is being typed there.
    range: Range<usize>,
    what: What<'text>,
}

/// What is expected at a place.
#[derive(Clone, Copy)]
enum What<'text> {
    Nothing,
    Field,
    Operator(Option<Root>),
    /// A value of this field.
    Value(&'text str),
    Joint,
}

/// What the grammar expects next.
#[derive(Clone, Copy)]
enum Next {
    Field,
    /// Behind a name that ends there.
    Operator(usize),
    Value,
    List,
    InList,
    Comma,
    Joint,
}

fn spot(text: &str, cursor: usize) -> Spot<'_> {
    let mut next = Next::Field;
    let mut path = "";
    for Token { kind, range } in tokens(text) {
        if range.start >= cursor {
            break;
        }
        let part = text.get(range.clone()).unwrap_or_default();
        let is_word =
            part.starts_with(|letter: char| letter == '_' || letter.is_ascii_alphabetic());
        if range.end >= cursor {
            let here = |what| Spot {
                range: range.clone(),
                what,
            };
            // The sign at the cursor is being typed, unless it is complete in itself.
            match (next, &kind) {
                (Next::Field, _) if is_word => return here(What::Field),
                (Next::Joint, _) if is_word => return here(What::Joint),
                (Next::Operator(from), _) if is_word || kind == Kind::Foreign => {
                    return operator_spot(text, from, range.end, path);
                }
                (Next::Value | Next::InList, Kind::OpenText) => {
                    return Spot {
                        range: range.start..cursor,
                        what: What::Value(path),
                    };
                }
                (Next::Value | Next::InList, Kind::Text(_)) if cursor < range.end => {
                    return here(What::Value(path));
                }
                (Next::Value | Next::InList, _) if is_word || kind == Kind::Number => {
                    return here(What::Value(path));
                }
                _ => {}
            }
        }
        next = match (next, kind) {
            (Next::Field, Kind::Name) => {
                path = part;
                Next::Operator(range.end)
            }
            (Next::Field, Kind::Open) => Next::Field,
            (Next::Operator(_), Kind::Sign(_) | Kind::StartsWith | Kind::EndsWith) => Next::Value,
            (Next::Operator(from), Kind::Not) => Next::Operator(from),
            (Next::Operator(_), Kind::In) => Next::List,
            (Next::List, Kind::Open) | (Next::Comma, Kind::Comma) => Next::InList,
            (Next::InList, Kind::Text(_)) => Next::Comma,
            (Next::Value, Kind::Text(_)) | (Next::Comma | Next::Joint, Kind::Close) => Next::Joint,
            (Next::Joint, Kind::And | Kind::Or) => Next::Field,
            _ => return Spot::nothing(cursor),
        };
    }
    // Nothing is being typed: what follows needs a blank before it where words would touch.
    let before = text.get(..cursor).unwrap_or_default();
    let has_blank = before.ends_with(char::is_whitespace);
    let what = match next {
        Next::Field => What::Field,
        Next::Operator(from) => return operator_spot(text, from, cursor, path),
        Next::Value | Next::InList => What::Value(path),
        Next::Joint if has_blank => What::Joint,
        Next::Joint | Next::List | Next::Comma => What::Nothing,
    };
    Spot {
        range: cursor..cursor,
        what,
    }
}

impl Spot<'_> {
    fn nothing(cursor: usize) -> Self {
        Self {
            range: cursor..cursor,
            what: What::Nothing,
        }
    }
}

/// The operator that is being typed behind a name, with the `not` before it.
fn operator_spot<'text>(text: &str, name: usize, end: usize, path: &'text str) -> Spot<'text> {
    let behind = text.get(name..end).unwrap_or_default();
    let blank = behind.len() - behind.trim_start().len();
    Spot {
        range: name + blank..end,
        what: What::Operator(path.split('.').next().and_then(Root::named)),
    }
}

// ---- candidates

fn candidate(text: impl Into<String>, label: &str, hint: impl Into<String>) -> Candidate {
    Candidate {
        text: text.into(),
        label: Untrusted::new(label),
        hint: hint.into(),
    }
}

/// Whether a label is what somebody types: 0 if it begins so, 1 if it has it inside.
fn rank(typed: &str, label: &str) -> Option<u8> {
    let (typed, label) = (lowercase(typed), lowercase(label));
    if label.starts_with(&typed) {
        Some(0)
    } else {
        label.contains(&typed).then_some(1)
    }
}

/// More candidates than this help nobody.
const MOST: usize = 50;

/// The candidates that fit what is typed, those that begin so first, otherwise as they came.
fn fitting(typed: &str, all: impl IntoIterator<Item = (Candidate, Option<u8>)>) -> Vec<Candidate> {
    let mut ranked: Vec<(u8, Candidate)> = all
        .into_iter()
        .filter_map(|(candidate, more)| {
            let own = rank(typed, candidate.label.original());
            Some((own.into_iter().chain(more).min()?, candidate))
        })
        .collect();
    sort_by_key(&mut ranked, |(rank, _)| *rank);
    ranked.truncate(MOST);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The fields that authentik writes often enough to be offered unseen.
const FIELDS: [(&str, &str); 28] = [
    ("action", "what happened"),
    ("created", "when, in UTC"),
    ("user.username", "who did it"),
    ("client_ip", "the address of the caller"),
    ("app", "the part of authentik that wrote the event"),
    ("context.context", "anywhere in the context"),
    ("user.user", "anywhere in the user"),
    ("user.email", "who did it"),
    ("user.on_behalf_of.username", "who was impersonated"),
    (
        "user.authenticated_as.username",
        "who was signed in during a flow",
    ),
    ("brand.name", "the brand in use"),
    ("event_uuid", "the id of the event"),
    ("context.username", "the name that was typed to sign in"),
    ("context.message", "what an error or a notice says"),
    ("context.http_request.path", "the path of the request"),
    ("context.http_request.method", "the method of the request"),
    ("context.http_request.user_agent", "the browser or program"),
    ("context.http_request.request_id", "the id of the request"),
    ("context.geo.country", "two letters, as DE"),
    ("context.geo.city", "where the caller was"),
    ("context.asn.as_org", "the network's owner"),
    ("context.auth_method", "how somebody signed in"),
    ("context.model.name", "the changed object"),
    ("context.model.model_name", "the type of the changed object"),
    (
        "context.authorized_application.name",
        "the application that was opened",
    ),
    ("context.secret.name", "the secret that was looked at"),
    ("context.flow.slug", "the flow"),
    ("context.reason", "why something was refused"),
];

fn fields(typed: &str, known: &Known) -> Vec<Candidate> {
    let usual = FIELDS.into_iter();
    let seen = known
        .fields
        .iter()
        .map(|field| (field.path(), "seen in these events"));
    let unseen = |(path, _): &(&str, &str)| FIELDS.iter().all(|(usual, _)| usual != path);
    let all = usual
        .chain(seen.filter(unseen))
        .map(|(path, hint)| (candidate(format!("{path} "), path, hint), None));
    let mut found = fitting(typed, all);
    if !typed.is_empty() {
        found.extend(whole_comparisons(typed, known));
        found.truncate(MOST);
    }
    found
}

/// Comparisons with a value that somebody types where a field should stand.
fn whole_comparisons(typed: &str, known: &Known) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (path, hint) in [
        ("action", "action"),
        ("user.username", "user"),
        ("app", "app"),
    ] {
        found.extend(values(typed, path, known).into_iter().map(|value| {
            let text = format!("{path} = {}", value.text);
            let label = format!("{path} = {}", value.label.original());
            let hint = if path == hint {
                value.hint
            } else {
                hint.to_owned()
            };
            candidate(text, &label, hint)
        }));
    }
    found
}

fn operators(typed: &str, root: Option<Root>) -> Vec<Candidate> {
    let orders = |operator: Operator| {
        matches!(
            operator,
            Operator::Less | Operator::AtMost | Operator::More | Operator::AtLeast
        )
    };
    let offered = |operator: &Operator| match root {
        Some(Root::Created) => orders(*operator) || *operator == Operator::Contains,
        Some(_) => !orders(*operator),
        None => true,
    };
    let fits = |operator: &Operator| operator.sign().starts_with(typed);
    let mut all: Vec<Operator> = Operator::ALL
        .into_iter()
        .filter(offered)
        .filter(fits)
        .collect();
    if root == Some(Root::Created) {
        // A time is more often a bound than a text.
        sort_by_key(&mut all, |operator| !orders(*operator));
    }
    all.into_iter()
        .map(|operator| {
            let open = if operator.takes_list() { " (" } else { " " };
            candidate(
                format!("{}{open}", operator.sign()),
                operator.sign(),
                operator.words(),
            )
        })
        .collect()
}

fn joints(typed: &str) -> Vec<Candidate> {
    let all = [
        ("and", "both must be true"),
        ("or", "one of them must be true"),
    ];
    all.into_iter()
        .filter(|(word, _)| word.starts_with(typed))
        .map(|(word, hint)| candidate(format!("{word} "), word, hint))
        .collect()
}

fn value(value: &str, hint: impl Into<String>) -> Candidate {
    candidate(quote(value), value, hint)
}

/// How somebody can sign in, as `auth_method` says it.
const METHODS: [&str; 8] = [
    "password",
    "auth_mfa",
    "auth_webauthn_pwl",
    "token",
    "jwt",
    "oauth_client_secret",
    "mtls",
    "trusted_endpoint",
];

fn values(typed: &str, path: &str, known: &Known) -> Vec<Candidate> {
    let plain = |hint: &'static str| move |text: &str| (value(text, hint), None);
    let seen = |texts: &[Untrusted], hint: &'static str| {
        let texts = texts.iter().map(Untrusted::original);
        // No event holds a NUL, and no query can ask for one.
        fitting(
            typed,
            texts.filter(|text| !text.contains('\0')).map(plain(hint)),
        )
    };
    match path {
        "action" => fitting(
            typed,
            KnownAction::ALL.iter().map(|action| {
                (
                    value(action.wire(), action.label()),
                    rank(typed, action.label()).map(|_| 1),
                )
            }),
        ),
        "created" => times(typed, known.now),
        "app" => seen(&known.apps, "app"),
        "client_ip" => seen(&known.addresses, "address"),
        "brand.name" => seen(&known.brands, "brand"),
        "context.geo.country" => fitting(
            typed,
            country::countries().map(|(code, name)| (value(code, name), rank(typed, name))),
        ),
        "context.auth_method" => fitting(typed, METHODS.into_iter().map(plain("method"))),
        // Small here: a build that holds a method which changes or deletes is refused, and these
        // are only words to search for.
        "context.http_request.method" => fitting(
            typed,
            ["get", "post", "put", "patch", "delete"]
                .map(str::to_ascii_uppercase)
                .iter()
                .map(|method| plain("method")(method)),
        ),
        _ if path.ends_with("username") => seen(&known.users, "user"),
        _ => Vec::new(),
    }
}

/// Instants told from now, and the last midnight in UTC.
fn times(typed: &str, now: Option<Moment>) -> Vec<Candidate> {
    const HOUR_MS: i64 = 3_600_000;
    let Some(now) = now else {
        return Vec::new();
    };
    let ago = |hours: i64| Moment::from_ms(now.ms() - hours * HOUR_MS);
    let midnight = Moment::from_ms(now.ms() - now.ms().rem_euclid(24 * HOUR_MS));
    let all = [
        (ago(1), "1 hour ago"),
        (ago(24), "24 hours ago"),
        (midnight, "today, in UTC"),
        (ago(7 * 24), "7 days ago"),
        (ago(30 * 24), "30 days ago"),
    ];
    fitting(
        typed,
        all.into_iter()
            .map(|(moment, hint)| (value(&time(moment), hint), rank(typed, hint))),
    )
}
