//! What is wrong with a query, in words and with the way out.

use std::ops::Range;

use super::{
    Flaw, LONGEST, Outcome, Root,
    expression::quote,
    parser::Value,
    time,
    token::{Kind, tokens},
};
use crate::{moment::Moment, text::Untrusted};

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
    if !reason.is_refused() && !looks_like_query(text) {
        return Flaw {
            at,
            why: "each word is looked for in the whole event".to_owned(),
            instead: None,
            outcome: Outcome::PlainWords,
        };
    }
    let outcome = if reason.is_refused() {
        Outcome::Refused
    } else {
        Outcome::Words
    };
    let Advice { why, instead } = Place { text, at: &at }.advice(&reason);
    Flaw {
        at,
        why,
        instead,
        outcome,
    }
}

/// Whether somebody meant a text as a query: it holds a sign or a word that compares, or begins
/// with a field and goes on with more than words.
fn looks_like_query(text: &str) -> bool {
    let name = text.trim_start();
    let end = name.find(|letter: char| letter != '_' && !letter.is_ascii_alphabetic());
    let begins_with_field = end
        .and_then(|end| name.get(..end))
        .is_some_and(|name| Root::named(&name.to_ascii_lowercase()).is_some());
    text.contains(['=', '~', '<', '>'])
        || begins_with_field && text.contains(['"', '\'', '“', '(', ':'])
        || tokens(text).windows(2).any(|pair| match pair {
            [first, second] => {
                let compares = matches!(first.kind, Kind::In | Kind::StartsWith | Kind::EndsWith);
                compares && matches!(second.kind, Kind::Open | Kind::Text(_))
            }
            _ => false,
        })
}

/// What is said of a flaw, and what to put in which place.
struct Advice {
    why: String,
    instead: Option<(Range<usize>, String)>,
}

/// What is wrong, where no text can be proposed.
fn say(why: impl Into<String>) -> Advice {
    Advice {
        why: why.into(),
        instead: None,
    }
}

/// What is wrong, up to the words "write this", and what to write there.
fn write(problem: &str, at: Range<usize>, text: impl Into<String>) -> Advice {
    let text = text.into();
    Advice {
        why: format!("{problem} write {}", named(&text)),
        instead: Some((at, text)),
    }
}

/// A part of a text between quotes, as a screen may show it.
fn named(part: &str) -> String {
    format!("“{}”", Untrusted::new(part).clipped(60))
}

/// Where a flaw is.
#[derive(Clone, Copy)]
struct Place<'text> {
    text: &'text str,
    at: &'text Range<usize>,
}

const NOT_BEFORE: &str =
    "“not” cannot stand before a comparison: write “!=”, “!~” or “not in” inside it";

impl<'text> Place<'text> {
    fn part(self) -> &'text str {
        self.text.get(self.at.clone()).unwrap_or_default()
    }
    fn before(self) -> &'text str {
        self.text.get(..self.at.start).unwrap_or_default()
    }
    fn rest(self) -> &'text str {
        self.text.get(self.at.start..).unwrap_or_default()
    }
    fn write(self, problem: &str, text: impl Into<String>) -> Advice {
        write(problem, self.at.clone(), text)
    }

    fn advice(self, reason: &Reason) -> Advice {
        match reason {
            Reason::TooLong => say(format!(
                "it is longer than {LONGEST} bytes, which servers before authentik may refuse: \
                 search for less at once"
            )),
            Reason::TooDeep => {
                say("its parentheses go deeper than authentik can follow: search for less at once")
            }
            Reason::TooMany => say(
                "it has more comparisons than authentik can follow: search for less at once, or \
                 write lists, as in “action in (\"…\", \"…\")”",
            ),
            Reason::Nul => say("it holds the character NUL, which authentik refuses: take it out"),
            Reason::NoComparison(kind) => self.no_comparison(kind.as_ref()),
            Reason::NoOperator { name, kind } => self.no_operator(name, kind.as_ref()),
            Reason::AfterNot => say(
                "“not” must be followed by “in”, “startswith” or “endswith”: \
                 otherwise write “!=” or “!~”",
            ),
            Reason::NoValue(kind) => self.no_value(kind.as_ref()),
            Reason::NoList => say("“in” needs a list: write “in (\"…\", \"…\")”"),
            Reason::EmptyList => {
                say("the list is empty: put at least one value in double quotes into it")
            }
            Reason::InList(Kind::Foreign) => self.quotes_missing(),
            Reason::InList(kind @ (Kind::OpenText | Kind::WrongEscape)) => {
                self.no_value(Some(kind))
            }
            Reason::InList(_) => say(format!(
                "a comma is missing in the list before {}",
                named(self.part())
            )),
            Reason::NoJoint(kind) => self.no_joint(kind),
            Reason::NotClosed => say("a parenthesis is opened and never closed: add “)”"),
            Reason::CloseTooMuch => {
                say("a parenthesis is closed that was never opened: take out one “)”")
            }
            Reason::UnknownField => self.unknown_field(),
            Reason::NotText(value) => self.not_text(value),
            Reason::NoTime => self.no_time(),
            Reason::Impossible => no_parts(self.part()),
            Reason::WholeObject => {
                let name = self.name();
                let problem = format!("{} is a whole object: to look in all of it", named(name));
                self.write_contains(&problem, &format!("{name}.{name}"))
            }
            Reason::TimeList => say(
                "“created” is compared with one time, not with a list: write \
                 “created >= \"…\" and created < \"…\"”",
            ),
            Reason::EmptyTime => say(
                "“created” needs a time to compare with: write one as “\"2026-11-22 14:29:13\"”, \
                 in UTC",
            ),
            Reason::NotUuid => self.write_contains(
                "“event_uuid” needs a whole id: for a part of one",
                Root::EventUuid.name(),
            ),
            Reason::NotAddress => self.not_address(),
            Reason::ValueNul => {
                say("no event can hold the character NUL or half of a pair: take out “\\u0000”")
            }
            Reason::TakenKey(key) => say(format!(
                "authentik takes {} at the end of a name for a comparison of its own: write \
                 “in (\"…\")” instead of “=”",
                named(key)
            )),
        }
    }

    /// The comparison again, as one that looks for a part of the text.
    fn write_contains(self, problem: &str, path: &str) -> Advice {
        let texts: Vec<String> = tokens(self.part())
            .into_iter()
            .filter_map(|token| match token.kind {
                Kind::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        match texts.as_slice() {
            [text] => {
                let operator = if self.part().contains("!") { "!~" } else { "~" };
                self.write(problem, format!("{path} {operator} {}", quote(text)))
            }
            _ => say(format!("{problem} write “{path} ~ \"…\"”")),
        }
    }

    fn not_address(self) -> Advice {
        let name = Root::ClientIp.name();
        let network = self.part().split('"').nth(1).and_then(beginning);
        match network {
            Some(beginning) if !self.part().contains(['!', '(']) => self.write(
                "authentik does not search for networks: for the beginning of addresses",
                format!("{name} startswith {}", quote(&beginning)),
            ),
            _ => self.write_contains(
                "“client_ip” needs a whole IP address: for a part of one",
                name,
            ),
        }
    }

    /// The name that the part begins with, up to its first dot.
    fn name(self) -> &'text str {
        let is_letter = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
        let part = self.part();
        let end = part.find(|letter| !is_letter(letter));
        part.get(..end.unwrap_or(part.len())).unwrap_or_default()
    }

    /// What somebody wrote who thought of another language.
    fn other_language(self) -> Option<Advice> {
        // Only the first of two signs is the part.
        let rest = self.rest();
        let (sign, instead) = match self.part() {
            "&" if rest.starts_with("&&") => ("&&", "and"),
            "|" if rest.starts_with("||") => ("||", "or"),
            word => (word, other_word(word)?),
        };
        let problem = if sign.eq_ignore_ascii_case(instead) {
            format!("authentik does not read {} in capitals:", named(sign))
        } else {
            format!("authentik does not read {}:", named(sign))
        };
        let at = self.at.start..self.at.start + sign.len();
        Some(write(&problem, at, instead))
    }

    fn no_comparison(self, kind: Option<&Kind>) -> Advice {
        let part = named(self.part());
        match kind {
            Some(Kind::Not) => say(NOT_BEFORE),
            Some(Kind::And | Kind::Or) => say(format!("a comparison is missing before {part}")),
            Some(Kind::Close) => say("nothing stands in the parentheses before this “)”"),
            Some(Kind::Text(_) | Kind::Number | Kind::Truth | Kind::Nothing) => say(format!(
                "a comparison begins with a field, and {part} is a value: write it as in \
                 “user.username = \"…\"”"
            )),
            None => say("a comparison is missing at the end: write one, as in “action = \"…\"”"),
            Some(_) => say(format!(
                "a comparison begins with a field, as in “action = \"…\"”, and not with {part}"
            )),
        }
    }

    fn no_operator(self, name: &Range<usize>, kind: Option<&Kind>) -> Advice {
        let name = self.text.get(name.clone()).unwrap_or_default();
        let part = named(self.part());
        if name.eq_ignore_ascii_case("not") {
            return say(NOT_BEFORE);
        }
        let Some(kind) = kind else {
            return say(format!(
                "{} is compared with nothing: write {name} = \"…\"",
                named(name)
            ));
        };
        if matches!(kind, Kind::Foreign) && self.touches_word() && self.part() != ":" {
            // A key with a dash, an index, a letter of another script.
            return say(format!(
                "authentik can name keys of Latin letters, digits and “_” only, and {} goes on \
                 with {part}: look in all of the context with “context.context ~ \"…\"”",
                named(name)
            ));
        }
        self.other_language().unwrap_or_else(|| match kind {
            Kind::Text(_) | Kind::Open | Kind::OpenText => say(format!(
                "an operator is missing after {}: write “=”, “!=”, “~” or “in (…)”",
                named(name)
            )),
            _ => say(format!(
                "{part} is no operator: after {} write “=”, “!=”, “~” or “in (…)”",
                named(name)
            )),
        })
    }

    /// Whether no blank stands before it.
    fn touches_word(self) -> bool {
        let before = self.before().chars().next_back();
        before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'))
    }

    fn no_value(self, kind: Option<&Kind>) -> Advice {
        let before = self.before().trim_end();
        let doubled = |signs: &str, instead: &str| {
            let at = before.len().saturating_sub(1)..self.at.end;
            write(
                &format!("authentik does not read {}:", named(signs)),
                at,
                instead,
            )
        };
        match (kind, self.part()) {
            (Some(Kind::OpenText), _) => {
                say("a text is opened with “\"” and not closed in its line: add “\"”")
            }
            (Some(Kind::WrongEscape), _) => {
                say("a backslash in a text must be doubled: write “\\\\”")
            }
            (Some(Kind::Sign(_)), "=") if before.ends_with('=') => doubled("==", "="),
            (Some(Kind::Sign(_)), ">") if before.ends_with('<') => doubled("<>", "!="),
            (Some(Kind::Sign(_)), ">") if before.ends_with('=') => doubled("=>", ">="),
            (Some(Kind::Sign(_)), "~") if before.ends_with('=') => doubled("=~", "~"),
            (Some(Kind::Open), _) => say("a list needs “in”: write “in (\"…\", \"…\")”"),
            (None | Some(Kind::And | Kind::Or | Kind::Close | Kind::Comma | Kind::Sign(_)), _) => {
                say("a value is missing: write one in double quotes")
            }
            (Some(_), _) => self.quotes_missing(),
        }
    }

    /// A value without quotes, or in quotes of another kind.
    fn quotes_missing(self) -> Advice {
        let before = self.before();
        let breaks = |letter: char| {
            letter.is_whitespace()
                || matches!(letter, '=' | '<' | '>' | '~' | '(' | ')' | ',' | '"')
        };
        let start = before.rfind(breaks).map_or(0, |at| {
            at + before
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        });
        let rest = self.text.get(start..).unwrap_or_default();
        let quotes = ['\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»'];
        if let Some(inside) = rest.strip_prefix(quotes) {
            let opening = rest.len() - inside.len();
            let length = inside.find(quotes).unwrap_or(inside.len());
            let closing = inside.get(length..).and_then(|rest| rest.chars().next());
            let end = start + opening + length + closing.map_or(0, char::len_utf8);
            let value = inside.get(..length).unwrap_or_default();
            return write(
                "authentik reads straight double quotes only:",
                start..end,
                quote(value),
            );
        }
        let end = rest.find(breaks).unwrap_or(rest.len());
        let value = rest.get(..end).unwrap_or_default();
        write(
            "values need double quotes:",
            start..start + end,
            quote(value),
        )
    }

    fn no_joint(self, kind: &Kind) -> Advice {
        if let Some(advice) = self.other_language() {
            return advice;
        }
        let part = self.part();
        match kind {
            Kind::OpenText | Kind::WrongEscape => self.no_value(Some(kind)),
            Kind::Foreign | Kind::Number | Kind::Name if self.touches_word() => {
                self.quotes_missing()
            }
            Kind::Text(_) => say(
                "a value ends at its second “\"”: write “\\\"” for a quote inside it, or “and” \
                 before the next comparison",
            ),
            Kind::Name
                if matches!(
                    part.to_ascii_lowercase().as_str(),
                    "order" | "sort" | "limit"
                ) =>
            {
                say(format!(
                    "a query only chooses events: take out {}",
                    named(part)
                ))
            }
            _ => say(format!("“and” or “or” is missing before {}", named(part))),
        }
    }

    fn not_text(self, value: &Value) -> Advice {
        let part = named(self.part());
        match value {
            Value::Nothing => {
                say("authentik cannot look for what is missing: “None” finds nothing")
            }
            Value::Truth => say(format!(
                "authentik compares events with text only, and {part} is a truth value"
            )),
            Value::Number | Value::Text(_) => say(format!(
                "authentik compares events with text only, and {part} is a number"
            )),
        }
    }

    fn no_time(self) -> Advice {
        let problem = "authentik reads times in UTC, without “T”, “Z” and fractions:";
        let text = self.part().trim_matches('"');
        match Moment::parse(text) {
            Some(moment) => self.write(problem, quote(&time(moment))),
            _ => say(format!("{problem} write “\"2026-11-22 14:29:13\"”")),
        }
    }

    fn unknown_field(self) -> Advice {
        let (path, root) = (self.part(), self.name());
        if Root::named(root).is_some() {
            return no_parts(root);
        }
        let problem = format!("authentik cannot search by {}", named(path));
        if CONTEXT_KEYS.contains(&root) {
            return self.write(&format!("{problem}:"), format!("context.{path}"));
        }
        match other_field(root) {
            Some(other) => self.write(&format!("{problem}:"), other),
            None => say(format!(
                "{problem}: a field is “action”, “app”, “client_ip”, “created”, “event_uuid”, \
                 or a key as in “user.username”, “context.message”, “brand.name”"
            )),
        }
    }
}

/// `10.1.0.0/16` → `10.1.`, for networks that end with a dot.
fn beginning(network: &str) -> Option<String> {
    let (address, bits) = network.split_once('/')?;
    let octets = address.parse::<std::net::Ipv4Addr>().ok()?.octets();
    let count = match bits {
        "8" => 1,
        "16" => 2,
        "24" => 3,
        _ => return None,
    };
    Some(
        octets
            .iter()
            .take(count)
            .map(|octet| format!("{octet}."))
            .collect(),
    )
}

fn no_parts(path: &str) -> Advice {
    let root = path.split(['.', ' ']).next().unwrap_or_default();
    say(format!(
        "{} has no parts: leave out what follows its dot",
        named(root)
    ))
}

/// What authentik has for a word of another language, or for one of its own in capitals.
fn other_word(word: &str) -> Option<&'static str> {
    let own = ["and", "or", "not", "in", "startswith", "endswith"];
    if let Some(own) = own.into_iter().find(|own| word.eq_ignore_ascii_case(own)) {
        return (word != own).then_some(own);
    }
    Some(match word.to_ascii_lowercase().as_str() {
        "&" => "and",
        "|" => "or",
        ":" | "is" | "eq" | "equals" => "=",
        "!" | "ne" => "!=",
        "like" | "ilike" | "contains" | "includes" | "has" | "matches" => "~",
        _ => return None,
    })
}

/// What authentik calls a field that people call otherwise.
fn other_field(root: &str) -> Option<&'static str> {
    Some(match root.to_ascii_lowercase().as_str() {
        "username" | "user_name" | "actor" | "user" => "user.username",
        "email" => "user.email",
        "ip" | "address" | "client" | "client_ip" => "client_ip",
        "date" | "time" | "timestamp" | "created" => "created",
        "pk" | "id" | "uuid" | "event_uuid" => "event_uuid",
        "event" | "type" | "action" => "action",
        "application" | "app" => "app",
        "tenant" | "domain" | "brand" => "brand.name",
        "country" => "context.geo.country",
        "city" => "context.geo.city",
        _ => return None,
    })
}

/// Keys that authentik writes at the top of a context.
const CONTEXT_KEYS: [&str; 21] = [
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
    "message",
];
