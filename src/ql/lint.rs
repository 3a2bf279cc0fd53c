//! What authentik will make of a search, said before it is sent.

use std::ops::Range;

use super::{
    Expression, Field, Flaw, LONGEST, NotMatchable, Operator, Outcome, Root, parse,
    parser::Value,
    time,
    token::{Kind, tokens},
};
use crate::{moment::Moment, text::Untrusted};

/// What authentik will make of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is nothing to search for: every event.
    Empty,
    /// A query, and this is how authentik reads it.
    Understood(Expression),
    /// Plain words, each of which must stand somewhere in the event.
    Words {
        /// Why it is no query and what to write instead: a clause, fit for a screen.
        why: String,
    },
    /// authentik would crash, so it is never sent.
    Refused {
        /// Why, and what to write instead: a clause, fit for a screen.
        why: String,
    },
}

/// Classifies a search as authentik does.
///
/// ```
/// use eventide::ql::{Verdict, lint};
///
/// let words = |text| match lint(text) {
///     Verdict::Words { why } | Verdict::Refused { why } => why,
///     other => format!("{other:?}"),
/// };
/// assert_eq!(
///     words("action = \"login\" AND app ~ \"x\""),
///     "authentik does not read “AND” in capitals: write and"
/// );
/// assert_eq!(lint("  "), Verdict::Empty);
/// ```
pub fn lint(text: &str) -> Verdict {
    if text.trim().is_empty() {
        return Verdict::Empty;
    }
    match parse(text) {
        Ok(expression) => Verdict::Understood(expression),
        Err(Flaw { why, outcome, .. }) => match outcome {
            Outcome::PlainWords | Outcome::Words => Verdict::Words { why },
            Outcome::Refused => Verdict::Refused { why },
        },
    }
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    // Never sent, whatever it means.
    TooLong,
    TooDeep,
    TooMany,
    Nul,
    // The text breaks the grammar.
    NoComparison(Option<Kind>),
    NoOperator {
        name: Range<usize>,
        kind: Option<Kind>,
    },
    AfterNot,
    NoValue(Option<Kind>),
    NoList,
    EmptyList,
    InList(Kind),
    NoJoint(Kind),
    NotClosed,
    CloseTooMuch,
    // The schema does not know it.
    UnknownField,
    NotText(Value),
    NoTime,
    // The database cannot be asked for it.
    Impossible,
    WholeObject,
    TimeList,
    EmptyTime,
    NotUuid,
    NotAddress,
    ValueNul,
    TakenKey(&'static str),
}

impl Reason {
    /// Whether it is the value that is wrong, not the field.
    pub(super) fn is_about_value(&self) -> bool {
        matches!(self, Self::NotText(_) | Self::NoTime)
    }

    fn is_refused(&self) -> bool {
        match self {
            Self::TooLong
            | Self::TooDeep
            | Self::TooMany
            | Self::Nul
            | Self::Impossible
            | Self::WholeObject
            | Self::TimeList
            | Self::EmptyTime
            | Self::NotUuid
            | Self::NotAddress
            | Self::ValueNul
            | Self::TakenKey(_) => true,
            Self::NoComparison(_)
            | Self::NoOperator { .. }
            | Self::AfterNot
            | Self::NoValue(_)
            | Self::NoList
            | Self::EmptyList
            | Self::InList(_)
            | Self::NoJoint(_)
            | Self::NotClosed
            | Self::CloseTooMuch
            | Self::UnknownField
            | Self::NotText(_)
            | Self::NoTime => false,
        }
    }
}

pub(super) fn flaw(text: &str, at: Range<usize>, reason: Reason) -> Flaw {
    let (why, outcome) = if reason.is_refused() {
        (words(text, &at, &reason), Outcome::Refused)
    } else if looks_like_query(text) {
        (words(text, &at, &reason), Outcome::Words)
    } else {
        let why = "each word is looked for in the whole event".to_owned();
        (why, Outcome::PlainWords)
    };
    Flaw { at, why, outcome }
}

/// Whether somebody meant a text as a query: it holds a sign or a word that compares.
fn looks_like_query(text: &str) -> bool {
    text.contains(['=', '~', '<', '>'])
        || tokens(text).windows(2).any(|pair| match pair {
            [first, second] => {
                let compares = matches!(first.kind, Kind::In | Kind::StartsWith | Kind::EndsWith);
                compares && matches!(second.kind, Kind::Open | Kind::Text(_))
            }
            _ => false,
        })
}

/// Why authentik crashes over a comparison that its schema knows.
pub(super) fn impossible(path: &str, operator: Operator, values: &[String]) -> Option<Reason> {
    let field = match Field::parse(path) {
        Ok(field) => field,
        Err(NotMatchable::Container) => return Some(Reason::WholeObject),
        Err(_) => return Some(Reason::Impossible),
    };
    if values.iter().any(|value| value.contains('\0')) {
        return Some(Reason::ValueNul);
    }
    let is_in_text = matches!(
        operator,
        Operator::Contains
            | Operator::ContainsNot
            | Operator::StartsWith
            | Operator::StartsNotWith
            | Operator::EndsWith
            | Operator::EndsNotWith
    );
    match field.root() {
        Root::Action | Root::App => None,
        Root::Created => match operator {
            Operator::In | Operator::NotIn => Some(Reason::TimeList),
            Operator::Is | Operator::IsNot | Operator::Contains | Operator::ContainsNot => None,
            Operator::StartsWith
            | Operator::StartsNotWith
            | Operator::EndsWith
            | Operator::EndsNotWith
            | Operator::Less
            | Operator::AtMost
            | Operator::More
            | Operator::AtLeast => values
                .iter()
                .any(String::is_empty)
                .then_some(Reason::EmptyTime),
        },
        Root::EventUuid => {
            let wrong = !is_in_text && !values.iter().all(|value| is_uuid(value));
            wrong.then_some(Reason::NotUuid)
        }
        Root::ClientIp => {
            let wrong = !is_in_text && !values.iter().all(|value| is_address(value));
            wrong.then_some(Reason::NotAddress)
        }
        Root::User | Root::Context | Root::Brand => match (operator, field.taken()) {
            (
                Operator::Is | Operator::IsNot,
                Some(key @ ("isnull" | "range" | "regex" | "iregex")),
            ) => Some(Reason::TakenKey(key)),
            _ => None,
        },
    }
}

/// Whether authentik reads a text as a time: `%Y-%m-%d`, with ` %H:%M` if it is longer than 10
/// letters, with `:%S` if it is longer than 16.
pub(super) fn is_time(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let (date, clock) = match text.find(|letter: char| letter.is_ascii_whitespace()) {
        Some(blank) => text.split_at(blank),
        None => (text, ""),
    };
    let Some(date) = numbers(date, '-') else {
        return false;
    };
    let ([year, month, day], [4, 1..=2, 1..=2]) = date else {
        return false;
    };
    let clock = clock.trim_start_matches(|letter: char| letter.is_ascii_whitespace());
    let clock = match text.len() {
        0..=10 => clock.is_empty().then_some(([0, 0, 0], [1, 1, 1])),
        11..=16 => numbers(&format!("{clock}:0"), ':'),
        _ => numbers(clock, ':'),
    };
    let Some(([hour, minute, second], [1..=2, 1..=2, 1..=2])) = clock else {
        return false;
    };
    let day = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    Moment::parse(&day).is_some()
}

/// Three numbers and how many digits each has.
fn numbers(text: &str, between: char) -> Option<([u32; 3], [usize; 3])> {
    let mut numbers = [0; 3];
    let mut lengths = [0; 3];
    let mut parts = text.split(between);
    for (number, length) in numbers.iter_mut().zip(&mut lengths) {
        let part = parts.next()?;
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
        *length = part.len();
    }
    parts.next().is_none().then_some((numbers, lengths))
}

/// Whether authentik reads a text as an id: 32 hexadecimal digits with any dashes, braces around
/// and `urn:uuid:` before.
fn is_uuid(text: &str) -> bool {
    let plain = text.replace("urn:", "").replace("uuid:", "");
    let digits = plain.trim_matches(['{', '}']).replace('-', "");
    digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether authentik reads a text as an address. An empty one is none, and no event has it.
fn is_address(text: &str) -> bool {
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// The longest text that is looked at.
    const LONGEST_IPV6: usize = 39;
    if !text.contains(':') {
        return text.is_empty() || text.parse::<Ipv4Addr>().is_ok();
    }
    let (address, zone) = text.split_once('%').unwrap_or((text, "0"));
    text.len() <= LONGEST_IPV6
        && !zone.is_empty()
        && !zone.contains('%')
        && address.parse::<Ipv6Addr>().is_ok()
}

// ---- words

/// The part of the text that is meant, between quotes, as a screen may show it.
fn named(part: &str) -> String {
    format!("“{}”", shown(part))
}

fn shown(part: &str) -> String {
    Untrusted::new(part).clipped(40)
}

fn words(text: &str, at: &Range<usize>, reason: &Reason) -> String {
    let part = text.get(at.clone()).unwrap_or_default();
    let name = |part: &str| {
        part.split(['.', ' ', '=', '!', '~'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    match reason {
        Reason::TooLong => format!(
            "it is longer than {LONGEST} bytes, which servers before authentik may refuse: search for less at once"
        ),
        Reason::TooDeep => "its parentheses go deeper than authentik can follow: search for less at once".to_owned(),
        Reason::TooMany => "it has more comparisons than authentik can follow: search for less at once, or write a list with in (…)".to_owned(),
        Reason::Nul => "it holds the character NUL, which authentik refuses: take it out".to_owned(),
        Reason::NoComparison(kind) => no_comparison(part, kind.as_ref()),
        Reason::NoOperator { name, kind } => {
            no_operator(text, text.get(name.clone()).unwrap_or_default(), at, kind.as_ref())
        }
        Reason::AfterNot => format!(
            "not must be followed by in, startswith or endswith, not by {}: write != or !~",
            if part.is_empty() { "nothing".to_owned() } else { named(part) }
        ),
        Reason::NoValue(kind) => no_value(text, at, kind.as_ref()),
        Reason::NoList => "in needs a list in parentheses: write in (\"…\", \"…\")".to_owned(),
        Reason::EmptyList => "the list is empty: put at least one value in double quotes between the parentheses".to_owned(),
        Reason::InList(Kind::Foreign | Kind::OpenText | Kind::WrongEscape) => no_value(text, at, None),
        Reason::InList(_) => format!("a comma is missing in the list before {}", named(part)),
        Reason::NoJoint(kind) => no_joint(text, at, kind),
        Reason::NotClosed => "a parenthesis is opened and never closed: add )".to_owned(),
        Reason::CloseTooMuch => "a parenthesis is closed that was never opened: take out one )".to_owned(),
        Reason::UnknownField => unknown_field(part),
        Reason::NotText(value) => not_text(part, value),
        Reason::NoTime => no_time(part),
        Reason::Impossible => format!("authentik knows no parts of {}: leave out what follows the dot", named(&name(part))),
        Reason::WholeObject => {
            let name = name(part);
            format!("{} is a whole object: write {name}.{name} ~ \"…\" to look in all of it, or {name}. and a key", named(&name))
        }
        Reason::TimeList => "authentik compares created with one time, not with a list: write created >= \"…\" and created < \"…\"".to_owned(),
        Reason::EmptyTime => "created needs a time to compare with: write one as \"2026-11-22 14:29:13\", in UTC".to_owned(),
        Reason::NotUuid => "event_uuid needs a whole id: with a part of one, write event_uuid ~ \"…\"".to_owned(),
        Reason::NotAddress => "client_ip needs a whole IP address: with a part of one, write client_ip ~ \"…\"".to_owned(),
        Reason::ValueNul => "its text holds the character NUL or half of one, which no event can hold: take out \\u0000".to_owned(),
        Reason::TakenKey(key) => format!(
            "authentik takes {} at the end of a name for a comparison of its own: write in (\"…\") instead of =",
            named(key)
        ),
    }
}

/// What somebody wrote who thought of another language, and what authentik has for it.
fn other_word(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let write = match lower.as_str() {
        "and" | "or" | "not" | "in" | "startswith" | "endswith" if word != lower => {
            return Some(format!(
                "authentik does not read {} in capitals: write {lower}",
                named(word)
            ));
        }
        "&" | "&&" => "and",
        "|" | "||" => "or",
        ":" | "is" | "eq" | "equals" | "==" => "=",
        "<>" | "ne" | "!" => "!=",
        "like" | "ilike" | "contains" | "includes" | "has" | "matches" | "=~" => "~",
        "starts" | "begins" => "startswith",
        "ends" => "endswith",
        "order" | "sort" | "limit" => {
            return Some(format!(
                "authentik's queries only choose events: take out {}",
                named(word)
            ));
        }
        _ => return None,
    };
    Some(format!(
        "authentik does not read {}: write {write}",
        named(word)
    ))
}

fn no_comparison(part: &str, kind: Option<&Kind>) -> String {
    match kind {
        Some(Kind::Not) => "not cannot stand before a comparison: write !=, !~ or not in inside it".to_owned(),
        Some(Kind::And | Kind::Or) => format!("a comparison is missing before {}", named(part)),
        Some(Kind::Close) => "nothing stands in the parentheses before this )".to_owned(),
        Some(Kind::Text(_) | Kind::Number | Kind::Truth | Kind::Nothing) => format!(
            "a comparison begins with the name of a field, and {} is a value: write it as in user.username = \"…\"",
            named(part)
        ),
        None => "it ends where a comparison is expected: add one, as in action = \"…\"".to_owned(),
        Some(_) => other_word(part).unwrap_or_else(|| {
            format!("a comparison cannot begin with {}: it begins with the name of a field, as in action = \"…\"", named(part))
        }),
    }
}

fn no_operator(text: &str, name: &str, at: &Range<usize>, kind: Option<&Kind>) -> String {
    let part = text.get(at.clone()).unwrap_or_default();
    let Some(kind) = kind else {
        return format!(
            "{} is compared with nothing: write {} = \"…\"",
            named(name),
            shown(name)
        );
    };
    if name.eq_ignore_ascii_case("not") {
        return "not cannot stand before a comparison: write !=, !~ or not in inside it".to_owned();
    }
    if let Some(word) = other_word(part) {
        return word;
    }
    match kind {
        // A key with a dash, an index, a letter of another script.
        Kind::Foreign | Kind::Number if touches(text, at) => format!(
            "authentik can name keys of Latin letters, digits and _ only, and {} goes on with {}: search for the value as words, or with context.context ~ \"…\"",
            named(name),
            named(part)
        ),
        Kind::Text(_) | Kind::Open => format!(
            "an operator is missing after {}: write {} = \"…\"",
            named(name),
            shown(name)
        ),
        _ => format!(
            "{} is no operator: after {} write =, !=, ~, !~ or in (…)",
            named(part),
            named(name)
        ),
    }
}

/// Whether no blank stands before.
fn touches(text: &str, at: &Range<usize>) -> bool {
    let before = text
        .get(..at.start)
        .and_then(|text| text.chars().next_back());
    before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.')
}

fn no_value(text: &str, at: &Range<usize>, kind: Option<&Kind>) -> String {
    let rest = text.get(at.start..).unwrap_or_default();
    let part = text.get(at.clone()).unwrap_or_default();
    let before = text.get(..at.start).unwrap_or_default().trim_end();
    match (kind, rest.chars().next()) {
        (Some(Kind::OpenText), _) => {
            "a text is opened with \" and not closed in its line: add \"".to_owned()
        }
        (Some(Kind::WrongEscape), _) => {
            "a backslash in a text must be doubled: write \\\\".to_owned()
        }
        (_, Some(quote @ ('\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»'))) => {
            let inside: String = rest
                .chars()
                .skip(1)
                .take_while(|letter| *letter != quote && !matches!(letter, '”' | '’' | '»'))
                .collect();
            format!(
                "authentik reads double quotes only: write \"{}\" instead of {quote}",
                shown(&inside)
            )
        }
        (Some(Kind::Sign(_)), Some('=')) if before.ends_with('=') => {
            "authentik does not read “==”: write =".to_owned()
        }
        (Some(Kind::Sign(_)), Some('>')) if before.ends_with('<') => {
            "authentik does not read “<>”: write !=".to_owned()
        }
        (Some(Kind::Sign(_)), Some('~')) if before.ends_with('=') => {
            "authentik does not read “=~”: write ~".to_owned()
        }
        (Some(Kind::Open), _) => "a list needs in: write in (\"…\", \"…\")".to_owned(),
        (None, _) | (Some(Kind::And | Kind::Or | Kind::Close | Kind::Comma), _) => {
            "a value is missing: write one in double quotes".to_owned()
        }
        _ => {
            let word = rest
                .split(|letter: char| letter.is_whitespace() || matches!(letter, ')' | ',' | '"'))
                .next();
            format!(
                "text needs double quotes: write \"{}\"",
                shown(word.filter(|word| !word.is_empty()).unwrap_or(part))
            )
        }
    }
}

fn no_joint(text: &str, at: &Range<usize>, kind: &Kind) -> String {
    let part = text.get(at.clone()).unwrap_or_default();
    if let Some(word) = other_word(part) {
        return word;
    }
    match kind {
        Kind::Foreign | Kind::Number | Kind::Name if touches(text, at) => {
            "the whole value needs double quotes, as in created >= \"2026-11-22 14:29\"".to_owned()
        }
        Kind::OpenText | Kind::WrongEscape => no_value(text, at, Some(kind)),
        Kind::Text(_) => "a value is complete with its closing quote: write \\\" for a quote inside it, or and before the next comparison".to_owned(),
        _ => format!("and or or is missing before {}", named(part)),
    }
}

fn not_text(part: &str, value: &Value) -> String {
    match value {
        Value::Nothing => {
            "authentik cannot search events for what is missing: None matches nothing here"
                .to_owned()
        }
        Value::Truth | Value::Number | Value::Text(_) => format!(
            "authentik compares events with text only, never with {}: in double quotes it finds the text, not the {}",
            named(part),
            if *value == Value::Truth {
                "truth value"
            } else {
                "number"
            }
        ),
    }
}

fn no_time(part: &str) -> String {
    // The first text in it: lists are refused for other reasons anyway.
    let text = part.split('"').nth(1).unwrap_or_default();
    let written = Moment::parse(text).map_or_else(|| "2026-11-22 14:29:13".to_owned(), time);
    let how = "authentik reads times in UTC, without T, Z and fractions";
    format!("{how}: write \"{written}\"")
}

/// Names that people write for fields that authentik calls otherwise.
fn other_field(root: &str) -> Option<&'static str> {
    Some(match root.to_ascii_lowercase().as_str() {
        "username" | "user_name" | "actor" | "user" => "user.username",
        "email" => "user.email",
        "ip" | "address" | "clientip" | "client" | "client_ip" => "client_ip",
        "date" | "time" | "timestamp" | "created" | "created_at" => "created",
        "pk" | "id" | "uuid" | "event_uuid" => "event_uuid",
        "event" | "type" | "action" => "action",
        "application" | "app" => "app",
        "tenant" | "domain" | "brand" => "brand.name",
        "country" => "context.geo.country",
        "city" => "context.geo.city",
        "message" => "context.message",
        "context" => "context.context",
        _ => return None,
    })
}

/// The keys that authentik writes at the top of a context.
const CONTEXT_KEYS: [&str; 24] = [
    "geo",
    "asn",
    "http_request",
    "model",
    "diff",
    "authorized_application",
    "auth_method",
    "auth_method_args",
    "source",
    "outpost",
    "device",
    "flow",
    "scopes",
    "secret",
    "provider",
    "stage",
    "binding",
    "request",
    "result",
    "exception",
    "reason",
    "target",
    "subject",
    "password",
];

fn unknown_field(path: &str) -> String {
    let root = path.split('.').next().unwrap_or_default();
    if Root::named(root).is_some() {
        return format!(
            "authentik knows no parts of {}: leave out what follows the dot",
            named(root)
        );
    }
    let instead = if CONTEXT_KEYS.contains(&root) {
        format!("write context.{}", shown(path))
    } else if let Some(other) = other_field(root) {
        format!("write {other}")
    } else {
        "it begins with action, app, client_ip, created, event_uuid, user., context. or brand."
            .to_owned()
    };
    format!("authentik cannot search by {}: {instead}", named(path))
}
