//! The query language of `search=`: the DjangoQL that authentik 2026.5 carries, as far as events
//! use it.
//!
//! Three things can come of a search: a condition, plain text (what authentik falls back to
//! without a word when it does not understand), or a crash (what authentik does not catch).
//!
//! Oddities that are kept on purpose: `and` and `or` bind alike and to the right;
//! `\n` in a string is the letter n; a key that is missing is neither equal nor unequal;
//! an action that is not in the enum vanishes from a list.
//! Not kept: keys named like a Django look-up with a value that is no text (`regex`, `range`,
//! `has_key`, …) find nothing here.

use rusqlite::types::Value;
use uuid::Uuid;

use super::{Sql, text};
use crate::action::ACTIONS;
use crate::json;
use crate::text::{self as words, Place};
use crate::{address, moment};

/// What a search turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Search {
    /// A valid query.
    Condition(Sql),
    /// Not understood: authentik searches for it as plain words and says nothing.
    PlainText,
    /// Understood, and then not caught: authentik answers 500.
    Crash,
}

/// Reads a search.
#[must_use]
pub fn read(search: &str) -> Search {
    match parse(search).and_then(|expression| {
        check(&expression)?;
        build(&expression)
    }) {
        Ok(condition) => Search::Condition(condition),
        Err(Trouble::NotUnderstood) => Search::PlainText,
        Err(Trouble::NotCaught) => Search::Crash,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    NotUnderstood,
    NotCaught,
}

type Outcome<T> = Result<T, Trouble>;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    /// A number, `True`, `False` or `None`: valid signs, but no field of an event takes them.
    Other(Other),
    Comma,
    Open,
    Close,
    Sign(Operator),
    Or,
    And,
    Not,
    In,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Other {
    Number,
    Truth,
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Contains,
    NotContains,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
    In,
    NotIn,
}

/// How a value is compared once the "not" is taken off.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparison {
    Equal,
    Order(&'static str),
    Has(Place),
    In,
}

impl Operator {
    fn comparison(self) -> (Comparison, bool) {
        match self {
            Operator::Equal => (Comparison::Equal, false),
            Operator::NotEqual => (Comparison::Equal, true),
            Operator::Greater => (Comparison::Order(">"), false),
            Operator::GreaterEqual => (Comparison::Order(">="), false),
            Operator::Less => (Comparison::Order("<"), false),
            Operator::LessEqual => (Comparison::Order("<="), false),
            Operator::Contains => (Comparison::Has(Place::Anywhere), false),
            Operator::NotContains => (Comparison::Has(Place::Anywhere), true),
            Operator::StartsWith => (Comparison::Has(Place::Start), false),
            Operator::NotStartsWith => (Comparison::Has(Place::Start), true),
            Operator::EndsWith => (Comparison::Has(Place::End), false),
            Operator::NotEndsWith => (Comparison::Has(Place::End), true),
            Operator::In => (Comparison::In, false),
            Operator::NotIn => (Comparison::In, true),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Expression {
    Both(Box<Expression>, Box<Expression>),
    Either(Box<Expression>, Box<Expression>),
    Comparison {
        name: Vec<String>,
        operator: Operator,
        values: Vec<Constant>,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum Constant {
    Text(String),
    Other(Other),
}

// ---- signs

fn tokens(search: &str) -> Outcome<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = search;
    while let Some(sign) = rest.chars().next() {
        let (token, length) = match sign {
            ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{a0}' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                rest = rest.get(sign.len_utf8()..).unwrap_or_default();
                continue;
            }
            ',' => (Token::Comma, 1),
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '=' => (Token::Sign(Operator::Equal), 1),
            '~' => (Token::Sign(Operator::Contains), 1),
            '!' if rest.starts_with("!=") => (Token::Sign(Operator::NotEqual), 2),
            '!' if rest.starts_with("!~") => (Token::Sign(Operator::NotContains), 2),
            '>' if rest.starts_with(">=") => (Token::Sign(Operator::GreaterEqual), 2),
            '>' => (Token::Sign(Operator::Greater), 1),
            '<' if rest.starts_with("<=") => (Token::Sign(Operator::LessEqual), 2),
            '<' => (Token::Sign(Operator::Less), 1),
            '"' => {
                let (value, length) = string(rest)?;
                (Token::Text(value), length)
            }
            '-' | '0'..='9' => (Token::Other(Other::Number), number(rest)?),
            '_' | 'a'..='z' | 'A'..='Z' => word(rest),
            _ => return Err(Trouble::NotUnderstood),
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(tokens)
}

fn is_name(sign: char) -> bool {
    sign == '_' || sign.is_ascii_alphanumeric()
}

/// A keyword, or a name with its dots.
fn word(rest: &str) -> (Token, usize) {
    let plain = rest.find(|sign: char| !is_name(sign)).unwrap_or(rest.len());
    let keyword = match rest.get(..plain).unwrap_or_default() {
        "or" => Some(Token::Or),
        "and" => Some(Token::And),
        "not" => Some(Token::Not),
        "in" => Some(Token::In),
        "startswith" => Some(Token::StartsWith),
        "endswith" => Some(Token::EndsWith),
        "True" | "False" => Some(Token::Other(Other::Truth)),
        "None" => Some(Token::Other(Other::Nothing)),
        _ => None,
    };
    if let Some(keyword) = keyword {
        return (keyword, plain);
    }
    let mut end = plain;
    while let Some(part) = rest.get(end..).and_then(|rest| rest.strip_prefix('.')) {
        if !part.starts_with(|sign: char| sign == '_' || sign.is_ascii_alphabetic()) {
            break;
        }
        end += 1 + part.find(|sign: char| !is_name(sign)).unwrap_or(part.len());
    }
    (
        Token::Name(rest.get(..end).unwrap_or_default().to_owned()),
        end,
    )
}

fn number(rest: &str) -> Outcome<usize> {
    let digits = |from: usize| {
        rest.get(from..)
            .unwrap_or_default()
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count()
    };
    let mut end = usize::from(rest.starts_with('-'));
    end += match rest.as_bytes().get(end) {
        Some(b'0') => 1,
        Some(b'1'..=b'9') => digits(end),
        _ => return Err(Trouble::NotUnderstood),
    };
    if rest.as_bytes().get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(rest.as_bytes().get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(rest.as_bytes().get(end + 1), Some(b'+' | b'-')));
        if digits(end + 1 + signed) > 0 {
            end += 1 + signed + digits(end + 1 + signed);
        }
    }
    Ok(end)
}

/// A string: the escapes are `\" \\ \/ \b \f \n \r \t` (each of them the second sign itself) and
/// `\u` with four hexadecimal digits. Half a surrogate pair becomes a NUL: neither can be sent to the
/// database.
fn string(rest: &str) -> Outcome<(String, usize)> {
    let mut value = String::new();
    let mut signs = rest.char_indices();
    signs.next();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Ok((value, at + 1)),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => break,
            '\\' => match signs.next() {
                Some((_, escaped @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't'))) => {
                    value.push(escaped)
                }
                Some((at, 'u')) => {
                    let digits = rest
                        .get(at + 1..at + 5)
                        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
                    let code = digits
                        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                        .ok_or(Trouble::NotUnderstood)?;
                    value.push(char::from_u32(code).unwrap_or('\0'));
                    signs.nth(3);
                }
                _ => break,
            },
            plain => value.push(plain),
        }
    }
    Err(Trouble::NotUnderstood)
}

// ---- grammar

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

/// Python gives up somewhere below this many open parentheses or joined conditions.
const DEEPEST: usize = 900;

fn parse(search: &str) -> Outcome<Expression> {
    let mut parser = Parser {
        tokens: tokens(search)?.into_iter().peekable(),
    };
    let expression = parser.expression(0)?;
    if parser.tokens.next().is_some() {
        Err(Trouble::NotUnderstood)
    } else {
        Ok(expression)
    }
}

impl Parser {
    fn expression(&mut self, depth: usize) -> Outcome<Expression> {
        if depth > DEEPEST {
            return Err(Trouble::NotCaught);
        }
        let left = if self.tokens.next_if_eq(&Token::Open).is_some() {
            let inner = self.expression(depth + 1)?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.comparison()?
        };
        if self.tokens.next_if_eq(&Token::And).is_some() {
            return Ok(Expression::Both(
                Box::new(left),
                Box::new(self.expression(depth + 1)?),
            ));
        }
        if self.tokens.next_if_eq(&Token::Or).is_some() {
            return Ok(Expression::Either(
                Box::new(left),
                Box::new(self.expression(depth + 1)?),
            ));
        }
        Ok(left)
    }

    fn expect(&mut self, token: &Token) -> Outcome<()> {
        self.tokens
            .next_if_eq(token)
            .map(|_| ())
            .ok_or(Trouble::NotUnderstood)
    }

    fn comparison(&mut self) -> Outcome<Expression> {
        let Some(Token::Name(name)) = self.tokens.next() else {
            return Err(Trouble::NotUnderstood);
        };
        let negated = self.tokens.next_if_eq(&Token::Not).is_some();
        let operator = match (self.tokens.next(), negated) {
            (Some(Token::Sign(operator)), false) => operator,
            (Some(Token::In), false) => Operator::In,
            (Some(Token::In), true) => Operator::NotIn,
            (Some(Token::StartsWith), false) => Operator::StartsWith,
            (Some(Token::StartsWith), true) => Operator::NotStartsWith,
            (Some(Token::EndsWith), false) => Operator::EndsWith,
            (Some(Token::EndsWith), true) => Operator::NotEndsWith,
            _ => return Err(Trouble::NotUnderstood),
        };
        let values = if matches!(operator, Operator::In | Operator::NotIn) {
            self.list()?
        } else {
            vec![self.fitting_constant(operator)?]
        };
        Ok(Expression::Comparison {
            name: name.split('.').map(str::to_owned).collect(),
            operator,
            values,
        })
    }

    /// The grammar itself lets no number follow `~`, and `None` no `>`.
    fn fitting_constant(&mut self, operator: Operator) -> Outcome<Constant> {
        let constant = self.constant()?;
        let comparison = operator.comparison().0;
        let fits = match constant {
            Constant::Text(_) => true,
            Constant::Other(Other::Number) => !matches!(comparison, Comparison::Has(_)),
            Constant::Other(Other::Truth | Other::Nothing) => comparison == Comparison::Equal,
        };
        if fits {
            Ok(constant)
        } else {
            Err(Trouble::NotUnderstood)
        }
    }

    fn list(&mut self) -> Outcome<Vec<Constant>> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.constant()?];
        while self.tokens.next_if_eq(&Token::Comma).is_some() {
            values.push(self.constant()?);
        }
        self.expect(&Token::Close)?;
        Ok(values)
    }

    fn constant(&mut self) -> Outcome<Constant> {
        match self.tokens.next() {
            Some(Token::Text(value)) => Ok(Constant::Text(value)),
            Some(Token::Other(other)) => Ok(Constant::Other(other)),
            _ => Err(Trouble::NotUnderstood),
        }
    }
}

// ---- fields

#[derive(Debug, Clone, Copy, PartialEq)]
enum Field {
    Action,
    App,
    ClientIp,
    Created,
    EventUuid,
    /// An object, by its column.
    Object(&'static str),
}

fn field(name: &str) -> Option<Field> {
    match name {
        "action" => Some(Field::Action),
        "app" => Some(Field::App),
        "client_ip" => Some(Field::ClientIp),
        "created" => Some(Field::Created),
        "event_uuid" => Some(Field::EventUuid),
        "user" => Some(Field::Object("user")),
        "context" => Some(Field::Object("context")),
        "brand" => Some(Field::Object("brand")),
        _ => None,
    }
}

/// The field that a name means to the schema: an object takes any path, anything else must be a
/// field name at every dot.
fn resolve(name: &[String]) -> Outcome<Field> {
    let root = name
        .first()
        .and_then(|root| field(root))
        .ok_or(Trouble::NotUnderstood)?;
    if matches!(root, Field::Object(_)) {
        return Ok(root);
    }
    let mut resolved = root;
    for part in name.get(1..).unwrap_or_default() {
        if matches!(resolved, Field::Object(_)) {
            return Err(Trouble::NotCaught);
        }
        resolved = field(part).ok_or(Trouble::NotUnderstood)?;
    }
    Ok(resolved)
}

/// The schema's look at the whole expression, before anything is built.
fn check(expression: &Expression) -> Outcome<()> {
    match expression {
        Expression::Both(left, right) | Expression::Either(left, right) => {
            check(left)?;
            check(right)
        }
        Expression::Comparison {
            name,
            operator,
            values,
        } => {
            let field = resolve(name)?;
            let root = name.first().and_then(|root| self::field(root));
            if matches!(field, Field::Object(_)) && root != Some(field) {
                // "action.context" ends at a model, which can only be compared to None.
                let is_none = values == &[Constant::Other(Other::Nothing)]
                    && operator.comparison().0 == Comparison::Equal;
                return if is_none {
                    Ok(())
                } else {
                    Err(Trouble::NotUnderstood)
                };
            }
            for value in values {
                let Constant::Text(value) = value else {
                    return Err(Trouble::NotUnderstood);
                };
                if field == Field::Created
                    && !value.is_empty()
                    && moment::parse_query_moment(value).is_none()
                {
                    return Err(Trouble::NotUnderstood);
                }
            }
            Ok(())
        }
    }
}

// ---- SQL

fn build(expression: &Expression) -> Outcome<Sql> {
    match expression {
        Expression::Both(left, right) => Ok(build(left)?.join("AND", build(right)?)),
        Expression::Either(left, right) => Ok(build(left)?.join("OR", build(right)?)),
        Expression::Comparison {
            name,
            operator,
            values,
        } => {
            let (comparison, inverted) = operator.comparison();
            let values: Vec<&str> = values
                .iter()
                .map(|value| match value {
                    Constant::Text(value) if !value.contains('\0') => Ok(value.as_str()),
                    Constant::Text(_) | Constant::Other(_) => Err(Trouble::NotCaught),
                })
                .collect::<Outcome<_>>()?;
            let root = resolve(name)?;
            let condition = match root {
                Field::Object(column) => object(column, name, comparison, &values)?,
                // "action.app" passes the schema and is no look-up that Django has.
                _ if name.len() > 1 => return Err(Trouble::NotCaught),
                Field::Action => action(comparison, &values),
                Field::App => column("e.app", comparison, &values),
                Field::Created => created(comparison, &values)?,
                Field::EventUuid => event_uuid(comparison, &values)?,
                Field::ClientIp => client_ip(comparison, &values)?,
            };
            Ok(match (inverted, root) {
                (false, _) => condition,
                // The one column that may be null: Django adds "and is not null" inside the "not".
                (true, Field::ClientIp) => condition
                    .join("AND", Sql::outside("e.client_ip IS NOT NULL", Vec::new()))
                    .negated(),
                (true, _) => condition.negated(),
            })
        }
    }
}

fn first<'value>(values: &[&'value str]) -> &'value str {
    values.first().copied().unwrap_or_default()
}

fn place_number(place: Place) -> Value {
    Value::Integer(match place {
        Place::Anywhere => 0,
        Place::Start => 1,
        Place::End => 2,
    })
}

fn has(expression: &str, needle: &str, place: Place) -> Sql {
    Sql::outside(
        format!("has({expression}, ?, ?)"),
        vec![text(words::upper(needle)), place_number(place)],
    )
}

fn one_of(expression: &str, values: Vec<Value>) -> Sql {
    let marks = vec!["?"; values.len()].join(", ");
    Sql::outside(format!("{expression} IN ({marks})"), values)
}

/// A plain text column that is never null.
fn column(name: &str, comparison: Comparison, values: &[&str]) -> Sql {
    let value = first(values);
    match comparison {
        Comparison::Equal => Sql::outside(format!("{name} = ?"), vec![text(value)]),
        Comparison::Order(sign) => Sql::outside(format!("{name} {sign} ?"), vec![text(value)]),
        Comparison::Has(place) => has(name, value, place),
        Comparison::In => one_of(name, values.iter().map(|value| text(*value)).collect()),
    }
}

/// The action: a label stands for its value; in a list what is neither is left out.
fn action(comparison: Comparison, values: &[&str]) -> Sql {
    if comparison == Comparison::In {
        let known: Vec<&str> = ACTIONS
            .iter()
            .filter(|(value, label)| values.contains(value) || values.contains(label))
            .map(|(value, _)| *value)
            .collect();
        return column("e.action", comparison, &known);
    }
    let value = first(values);
    let meant = ACTIONS
        .iter()
        .find(|(known, label)| *known == value || *label == value)
        .map_or(value, |(known, _)| *known);
    column("e.action", comparison, &[meant])
}

fn created(comparison: Comparison, values: &[&str]) -> Outcome<Sql> {
    let value = first(values);
    let moment = moment::parse_query_moment(value);
    Ok(match (comparison, moment) {
        // A list reaches strptime as a list.
        (Comparison::In, _) => return Err(Trouble::NotCaught),
        (Comparison::Has(Place::Anywhere), _) => {
            has("created_text(e.created)", value, Place::Anywhere)
        }
        // "Cannot use None as a query value".
        (Comparison::Order(_) | Comparison::Has(_), None) => return Err(Trouble::NotCaught),
        // The pattern is made of "2026-01-02 00:00:00+00:00", which no timestamp's text has.
        (Comparison::Has(_), Some(_)) => Sql::outside("0", Vec::new()),
        (Comparison::Equal, None) => Sql::outside("e.created IS NULL", Vec::new()),
        (Comparison::Equal, Some(moment)) => {
            Sql::outside("e.created = ?", vec![Value::Integer(moment)])
        }
        (Comparison::Order(sign), Some(moment)) => {
            Sql::outside(format!("e.created {sign} ?"), vec![Value::Integer(moment)])
        }
    })
}

fn event_uuid(comparison: Comparison, values: &[&str]) -> Outcome<Sql> {
    if let Comparison::Has(place) = comparison {
        return Ok(has("e.pk", first(values), place));
    }
    let ids: Vec<String> = values
        .iter()
        .map(|value| {
            parse_uuid(value)
                .map(|id| id.to_string())
                .ok_or(Trouble::NotCaught)
        })
        .collect::<Outcome<_>>()?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    Ok(column("e.pk", comparison, &ids))
}

/// Reads an id as Python's `UUID(hex=…)` does: with or without dashes, braces and "urn:uuid:".
#[must_use]
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    let plain = text.replace("urn:", "").replace("uuid:", "");
    let plain = plain.trim_matches(['{', '}']).replace('-', "");
    if plain.len() == 32 {
        Uuid::try_parse(&plain).ok()
    } else {
        None
    }
}

fn client_ip(comparison: Comparison, values: &[&str]) -> Outcome<Sql> {
    if let Comparison::Has(place) = comparison {
        return Ok(has("e.client_ip", first(values), place));
    }
    let addresses: Vec<Value> = values
        .iter()
        .map(|value| match *value {
            "" => Ok(Value::Null),
            value => address::parse_filter(value)
                .map(Value::Text)
                .ok_or(Trouble::NotCaught),
        })
        .collect::<Outcome<_>>()?;
    Ok(match comparison {
        Comparison::Order(sign) => {
            Sql::outside(format!("ip_key(e.client_ip) {sign} ip_key(?)"), addresses)
        }
        Comparison::Equal => Sql::outside("e.client_ip = ?", addresses),
        Comparison::In | Comparison::Has(_) => one_of("e.client_ip", addresses),
    })
}

/// A path into user, context or brand.
fn object(column: &str, name: &[String], comparison: Comparison, values: &[&str]) -> Outcome<Sql> {
    // authentik hands the path over without its last name if that is the field itself, and Django
    // takes it apart again at every double underscore.
    let last_is_root = name.last().is_some_and(|last| last == column);
    let path = if last_is_root {
        name.get(..name.len().saturating_sub(1)).unwrap_or_default()
    } else {
        name
    };
    if path.is_empty() {
        return Err(Trouble::NotCaught);
    }
    let joined = path.join("__");
    let mut keys: Vec<&str> = joined.split("__").skip(1).collect();
    let mut comparison = comparison;
    if comparison == Comparison::Equal
        && let Some(lookup) = keys.last().copied().and_then(lookup)
    {
        keys.pop();
        match lookup {
            Lookup::As(other) => comparison = other,
            Lookup::NeedsBoolean => return Err(Trouble::NotCaught),
            Lookup::NotCovered => return Ok(Sql::outside("0", Vec::new())),
        }
    }
    let root = format!("p.{column}");
    let (part, as_text, path) = if keys.is_empty() {
        (root.clone(), root, Vec::new())
    } else {
        (
            format!("json_part({root}, ?)"),
            format!("json_text({root}, ?)"),
            vec![text(keys.join("\u{1f}"))],
        )
    };
    let with = |values: Vec<Value>| path.iter().cloned().chain(values).collect::<Vec<_>>();
    let literal = |value: &str| text(json::quoted(value));
    let value = first(values);
    Ok(match comparison {
        Comparison::Equal => Sql::inside(format!("{part} = ?"), with(vec![literal(value)])),
        Comparison::Order(sign) => Sql::inside(
            format!("json_key({part}) {sign} json_key(?)"),
            with(vec![literal(value)]),
        ),
        Comparison::Has(place) => Sql::inside(
            format!("has({as_text}, ?, ?)"),
            with(vec![text(words::upper(value)), place_number(place)]),
        ),
        Comparison::In => {
            let marks = vec!["?"; values.len()].join(", ");
            Sql::inside(
                format!("{part} IN ({marks})"),
                with(values.iter().map(|value| literal(value)).collect()),
            )
        }
    })
}

enum Lookup {
    As(Comparison),
    NeedsBoolean,
    NotCovered,
}

/// What Django takes the last name of a path for when nothing follows it.
fn lookup(name: &str) -> Option<Lookup> {
    Some(match name {
        "exact" => Lookup::As(Comparison::Equal),
        "gt" => Lookup::As(Comparison::Order(">")),
        "gte" => Lookup::As(Comparison::Order(">=")),
        "lt" => Lookup::As(Comparison::Order("<")),
        "lte" => Lookup::As(Comparison::Order("<=")),
        "icontains" => Lookup::As(Comparison::Has(Place::Anywhere)),
        "istartswith" => Lookup::As(Comparison::Has(Place::Start)),
        "iendswith" => Lookup::As(Comparison::Has(Place::End)),
        "isnull" => Lookup::NeedsBoolean,
        "iexact" | "contains" | "contained_by" | "startswith" | "endswith" | "regex" | "iregex"
        | "in" | "range" | "has_key" | "has_keys" | "has_any_keys" => Lookup::NotCovered,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(search: &str) -> &'static str {
        match read(search) {
            Search::Condition(_) => "query",
            Search::PlainText => "text",
            Search::Crash => "crash",
        }
    }

    /// Every row of the table of what the language accepts, and what was measured besides.
    #[test]
    fn each_search_is_a_query_or_text_or_a_crash_as_measured() {
        let queries = [
            "action = \"login\"",
            "action = \"Login\"",
            "action in (\"login\", \"logout\")",
            "action != \"login\"",
            "action ~ \"log\"",
            "action !~ \"log\"",
            "action startswith \"log\"",
            "action not startswith \"log\"",
            "app endswith \"signals\"",
            "action not in (\"login\")",
            "action = \"custom_foo\"",
            "created >= \"2026-01-02\"",
            "created >= \"2026-01-02 10:00\"",
            "created >= \"2026-01-02 10:00:05\"",
            "created ~ \"2026-01-02\"",
            "created = \"\"",
            "context.a.b.c ~ \"x\"",
            "context.a.b.c.d.e.f = \"x\"",
            "context.context ~ \"free text\"",
            "user.user ~ \"x\"",
            "brand.brand ~ \"x\"",
            "brand.name = \"authentik-default\"",
            "client_ip ~ \"81.2\"",
            "client_ip = \"81.2.69.142\"",
            "event_uuid = \"f0bd7202-8ace-41a0-90d2-9a109eff1d9c\"",
            "event_uuid ~ \"39dc\"",
            "(action = \"login\" or action = \"logout\") and user.username = \"akadmin\"",
            "action=\"login\"and app~\"x\"",
            "app = \"a\\\"b\\n\"",
            "action\n=\n\"login\"",
            "context.http_request__path ~ \"x\"",
        ];
        for search in queries {
            assert_eq!(kind(search), "query", "{search}");
        }
        let texts = [
            "login",
            "action = login",
            "not action = \"x\"",
            "action in ()",
            "created >= \"2026-01-02T10:00:00Z\"",
            "created >= \"2026-01-02 10:00:05.5\"",
            "created >= \"2026-02-30\"",
            "created ~ \"2026\"",
            "context.geo = None",
            "context.geo = False",
            "context.geo = 7",
            "context.user-agent = \"x\"",
            "user.pk = 4",
            "client_ip = None",
            "expires > \"2026-01-01\"",
            "authorized_application.name = \"My app\"",
            "action = \"login\" AND app ~ \"x\"",
            "action = \"login\" order by created",
            "nofield = \"x\"",
            "action = ",
            "(action = \"login\"",
            "action = 'login'",
            "action.foo = \"x\"",
            "action in \"login\"",
            "action in (\"a\", 7)",
            "\"akadmin\"",
            "",
            "   ",
            "context.list.0 = \"x\"",
            "action.context = \"x\"",
            "action.context in (None)",
            "action.context.x ~ 7",
            "action.context.x > None",
        ];
        for search in texts {
            assert_eq!(kind(search), "text", "{search}");
        }
        let crashes = [
            "context ~ \"x\"",
            "user ~ \"x\"",
            "user = \"x\"",
            "brand != \"x\"",
            "created >= \"\"",
            "created in (\"2026-01-02\")",
            "event_uuid = \"39dc\"",
            "event_uuid = \"zzz\"",
            "client_ip = \"zzz\"",
            "client_ip in (\"81.2.69.142\", \"x\")",
            "app = \"a\\u0000b\"",
            "app = \"\\ud800\"",
            "action.app = \"x\"",
            "context.a.isnull = \"x\"",
            "action.context = None",
        ];
        for search in crashes {
            assert_eq!(kind(search), "crash", "{search}");
        }
        // The schema is asked before anything is built: not understood wins over not caught.
        assert_eq!(kind("event_uuid = \"zzz\" and nofield = \"x\""), "text");
    }

    fn sql(search: &str) -> String {
        match read(search) {
            Search::Condition(condition) => condition.text,
            other => panic!("{search} is {other:?}"),
        }
    }

    #[test]
    fn and_and_or_bind_alike_and_to_the_right() {
        assert_eq!(
            sql("action = \"a\" and action = \"b\" or action = \"c\""),
            "(e.action = ?) AND ((e.action = ?) OR (e.action = ?))"
        );
        assert_eq!(
            sql("(action = \"a\" and action = \"b\") or action = \"c\""),
            "((e.action = ?) AND (e.action = ?)) OR (e.action = ?)"
        );
    }

    #[test]
    fn labels_become_values_and_unknown_actions_leave_a_list() {
        let Search::Condition(condition) = read("action in (\"Login\", \"custom_foo\")") else {
            panic!("a query")
        };
        assert_eq!(
            condition,
            Sql::outside("e.action IN (?)", vec![text("login")])
        );
        let Search::Condition(condition) = read("action not in (\"custom_foo\")") else {
            panic!("a query")
        };
        assert_eq!(condition.text, "NOT (e.action IN ())");
    }

    #[test]
    fn ids_are_read_in_every_form_python_reads() {
        let id = Uuid::try_parse("f6e33af7-10b9-466d-b649-8abeb23e408f").unwrap();
        for form in [
            "f6e33af7-10b9-466d-b649-8abeb23e408f",
            "F6E33AF7-10B9-466D-B649-8ABEB23E408F",
            "{f6e33af7-10b9-466d-b649-8abeb23e408f}",
            "urn:uuid:f6e33af7-10b9-466d-b649-8abeb23e408f",
            "f6e33af710b9466db6498abeb23e408f",
            "f6e33af7-10b9466db6498abeb23e-408f",
        ] {
            assert_eq!(parse_uuid(form), Some(id), "{form}");
        }
        for form in [
            "",
            "39dc",
            "not-a-uuid",
            "f6e33af710b9466db6498abeb23e408",
            "g6e33af710b9466db6498abeb23e408f",
        ] {
            assert_eq!(parse_uuid(form), None, "{form}");
        }
    }
}
