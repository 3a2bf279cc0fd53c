//! A query as a tree, and its text.

use std::fmt::{self, Display};

use super::{Field, Root};
use crate::event::KnownAction;

/// What a query asks of an event.
///
/// Printed, it is what authentik reads back as the same, whatever the values hold.
///
/// ```
/// use eventide::ql::{Expression, Field, Operator};
///
/// let expression = Expression::Compare {
///     field: Field::parse("user.username").unwrap(),
///     operator: Operator::Is,
///     values: vec!["say \"hi\"\n".to_owned()],
/// };
/// assert_eq!(expression.to_string(), r#"user.username = "say \"hi\"\u000a""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Each of them. Of none: every event.
    All(Vec<Expression>),
    /// At least one of them. Of none: no event.
    Any(Vec<Expression>),
    /// One field against one value, or against a list with `In` and `NotIn`.
    Compare {
        /// What is looked at.
        field: Field,
        /// How.
        operator: Operator,
        /// With what. Operators that take one value look at the first.
        values: Vec<String>,
    },
}

/// How a field is compared. Text is compared with regard to case by `Is`, `IsNot`, `In`, `NotIn`
/// and the four that order, without by the others. A field that an event does not have passes no
/// test, not even a negative one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `~`
    Contains,
    /// `!~`
    ContainsNot,
    /// `startswith`
    StartsWith,
    /// `not startswith`
    StartsNotWith,
    /// `endswith`
    EndsWith,
    /// `not endswith`
    EndsNotWith,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl Operator {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 14] = [
        Self::Is,
        Self::IsNot,
        Self::Contains,
        Self::ContainsNot,
        Self::In,
        Self::NotIn,
        Self::StartsWith,
        Self::StartsNotWith,
        Self::EndsWith,
        Self::EndsNotWith,
        Self::AtLeast,
        Self::More,
        Self::AtMost,
        Self::Less,
    ];
    /// As a query writes it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Contains => "~",
            Self::ContainsNot => "!~",
            Self::StartsWith => "startswith",
            Self::StartsNotWith => "not startswith",
            Self::EndsWith => "endswith",
            Self::EndsNotWith => "not endswith",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }
    /// As people say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Contains => "contains",
            Self::ContainsNot => "does not contain",
            Self::StartsWith => "starts with",
            Self::StartsNotWith => "does not start with",
            Self::EndsWith => "ends with",
            Self::EndsNotWith => "does not end with",
            Self::Less => "is before",
            Self::AtMost => "is at most",
            Self::More => "is after",
            Self::AtLeast => "is at least",
            Self::In => "is one of",
            Self::NotIn => "is none of",
        }
    }
    /// Whether it looks for a part of the text: `~`, `startswith`, `endswith` and their opposites.
    pub fn looks_inside(self) -> bool {
        matches!(
            self,
            Self::Contains
                | Self::ContainsNot
                | Self::StartsWith
                | Self::StartsNotWith
                | Self::EndsWith
                | Self::EndsNotWith
        )
    }
    /// Whether it takes a list.
    pub fn takes_list(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }
    /// The one that passes what this one does not, among events that have the field.
    pub fn opposite(self) -> Self {
        match self {
            Self::Is => Self::IsNot,
            Self::IsNot => Self::Is,
            Self::Contains => Self::ContainsNot,
            Self::ContainsNot => Self::Contains,
            Self::StartsWith => Self::StartsNotWith,
            Self::StartsNotWith => Self::StartsWith,
            Self::EndsWith => Self::EndsNotWith,
            Self::EndsNotWith => Self::EndsWith,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::More => Self::AtMost,
            Self::AtLeast => Self::Less,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
        }
    }
    /// Whether it passes what does not hold: `!=`, `!~`, `not …`.
    pub fn is_negative(self) -> bool {
        matches!(
            self,
            Self::IsNot | Self::ContainsNot | Self::StartsNotWith | Self::EndsNotWith | Self::NotIn
        )
    }
}

impl Expression {
    /// One field against one value.
    pub fn compare(field: Field, operator: Operator, value: impl Into<String>) -> Self {
        Self::Compare {
            field,
            operator,
            values: vec![value.into()],
        }
    }
    /// The field is one of the values, written in the way that authentik reads as that: a list
    /// forgets actions it does not know (`custom_…`), and `=` stumbles over some last keys.
    pub fn is_any_of(field: Field, values: Vec<String>) -> Self {
        Self::of_values(field, values, Operator::Is)
    }
    /// The field is there and none of the values; see [`is_any_of`](Self::is_any_of).
    pub fn is_none_of(field: Field, values: Vec<String>) -> Self {
        Self::of_values(field, values, Operator::IsNot)
    }

    fn of_values(field: Field, values: Vec<String>, single: Operator) -> Self {
        let list = if single == Operator::Is {
            Operator::In
        } else {
            Operator::NotIn
        };
        let listed = |value: &String| KnownAction::from_wire(value).is_some();
        let forgets = field.root() == Root::Action && !values.iter().all(listed);
        if values.len() == 1 && field.taken().is_none() || forgets {
            let each = values
                .into_iter()
                .map(|value| Self::compare(field.clone(), single, value));
            return if single == Operator::Is {
                Self::any(each)
            } else {
                Self::all(each)
            };
        }
        Self::Compare {
            field,
            operator: list,
            values,
        }
    }

    /// Each of them, without needless levels: one alone is itself.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::All(inner) => flat.extend(inner),
                Self::Any(_) | Self::Compare { .. } => flat.push(part),
            }
        }
        match (flat.pop(), flat.is_empty()) {
            (Some(only), true) => only,
            (Some(last), false) => {
                flat.push(last);
                Self::All(flat)
            }
            (None, _) => Self::All(Vec::new()),
        }
    }
    /// At least one of them, without needless levels: one alone is itself.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Any(inner) => flat.extend(inner),
                Self::All(_) | Self::Compare { .. } => flat.push(part),
            }
        }
        match (flat.pop(), flat.is_empty()) {
            (Some(only), true) => only,
            (Some(last), false) => {
                flat.push(last);
                Self::Any(flat)
            }
            (None, _) => Self::Any(Vec::new()),
        }
    }
}

/// What every event passes: authentik knows no earlier time, and each event has one.
const EVERY: &str = "created >= \"0001-01-01\"";
/// What no event passes.
const NONE: &str = "created < \"0001-01-01\"";

impl Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " and ", EVERY),
            Self::Any(parts) => joined(f, parts, " or ", NONE),
            Self::Compare {
                field,
                operator,
                values,
            } => comparison(f, field, *operator, values),
        }
    }
}

/// `and` and `or` bind alike and to the right in authentik, so every part that has parts itself
/// gets its parentheses.
fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expression],
    joint: &str,
    of_none: &str,
) -> fmt::Result {
    if parts.is_empty() {
        return f.write_str(of_none);
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(joint)?;
        }
        match part {
            Expression::All(_) | Expression::Any(_) => write!(f, "({part})")?,
            Expression::Compare { .. } => write!(f, "{part}")?,
        }
    }
    Ok(())
}

fn comparison(
    f: &mut fmt::Formatter<'_>,
    field: &Field,
    operator: Operator,
    values: &[String],
) -> fmt::Result {
    // authentik cannot be asked for NUL, and has no event that holds it; and an empty list is no
    // query. What is left of such a comparison is known without asking.
    let mut storable = values.iter().filter(|value| !value.contains('\0'));
    let Some(first) = storable.next() else {
        return f.write_str(if operator.is_negative() { EVERY } else { NONE });
    };
    write!(f, "{} {} ", field.path(), operator.sign())?;
    if !operator.takes_list() {
        return f.write_str(&quote(first));
    }
    write!(f, "({}", quote(first))?;
    for value in storable {
        write!(f, ", {}", quote(value))?;
    }
    f.write_str(")")
}

/// A value in its quotes. Only `\"`, `\\` and `\u` with four hexadecimal digits mean in authentik
/// what they mean elsewhere: `\n` is the letter n there.
pub(super) fn quote(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => text.push(letter),
        }
    }
    text.push('"');
    text
}
