//! From a text to its meaning, or to why it has none.

use std::ops::Range;

use super::{
    Expression, Field, LONGEST, Operator, Root,
    reason::{self, Reason},
    schema,
    token::{Kind, Token, tokens},
};

/// Comparisons of one query. authentik's own parser gives up at some 900.
const MOST_COMPARISONS: usize = 200;

/// Levels of parentheses, and of `and` under `or` under `and`.
const DEEPEST: usize = 50;

/// Why a text is no query, and what authentik makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where it is, in bytes.
    pub at: Range<usize>,
    /// Why, and what to write instead: a clause without a full stop, fit for a screen.
    pub why: String,
    /// What to write in which place to be one step nearer, where that is known.
    pub instead: Option<(Range<usize>, String)>,
    /// What authentik makes of the text.
    pub outcome: Outcome,
}

/// What authentik makes of a text that is no query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Words, as they were meant: nothing in the text looks like a query.
    PlainWords,
    /// Words, although the text looks like a query.
    Words,
    /// A crash. It must not be sent.
    Refused,
}

/// Reads a query.
///
/// ```
/// use eventide::ql::parse;
///
/// let query = parse("action = \"login\" and app ~ \"a\" or app ~ \"b\"").unwrap();
/// assert_eq!(query.to_string(), "action = \"login\" and (app ~ \"a\" or app ~ \"b\")");
///
/// let flaw = parse("action = login").unwrap_err();
/// assert_eq!(flaw.why, "values need double quotes: write “\"login\"”");
/// ```
///
/// # Errors
/// The first [`Flaw`], in the order in which authentik meets them.
pub fn parse(text: &str) -> Result<Expression, Flaw> {
    Parser::new(text).and_then(Parser::expression)
}

struct Parser<'text> {
    text: &'text str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    comparisons: usize,
    /// What the first comparison that authentik's schema does not know is lacking.
    unknown: Option<Flaw>,
    /// What the first comparison that authentik cannot make is lacking; it is met after the whole
    /// query was found to be known.
    impossible: Option<Flaw>,
}

/// What stands between two parentheses.
struct Level {
    /// Where it opens.
    at: Range<usize>,
    parts: Vec<Part>,
    joints: Vec<Joint>,
}

/// An expression and how many levels it has.
struct Part {
    expression: Expression,
    depth: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

/// A value of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number,
    Truth,
    Nothing,
}

impl<'text> Parser<'text> {
    fn new(text: &'text str) -> Result<Self, Flaw> {
        if text.len() > LONGEST {
            return Err(reason::flaw(text, LONGEST..text.len(), Reason::TooLong));
        }
        if let Some(at) = text.find('\0') {
            return Err(reason::flaw(text, at..at + 1, Reason::Nul));
        }
        Ok(Self {
            text,
            tokens: tokens(text).into_iter().peekable(),
            comparisons: 0,
            unknown: None,
            impossible: None,
        })
    }

    fn expression(mut self) -> Result<Expression, Flaw> {
        let mut outer: Vec<Level> = Vec::new();
        let mut level = Level::at(0..0);
        loop {
            // A part: as many opening parentheses as there are, then a comparison.
            while let Some(open) = self.tokens.next_if(|token| token.kind == Kind::Open) {
                if outer.len() >= DEEPEST {
                    return Err(self.flaw(open.range, Reason::TooDeep));
                }
                outer.push(std::mem::replace(&mut level, Level::at(open.range)));
            }
            let expression = self.comparison()?;
            level.parts.push(Part {
                expression,
                depth: 0,
            });
            // What may follow it: closing parentheses, then a joint or the end.
            while self
                .tokens
                .next_if(|token| token.kind == Kind::Close)
                .is_some()
            {
                let Some(around) = outer.pop() else {
                    return Err(self.flaw(level.at, Reason::CloseTooMuch));
                };
                let part = self.folded(std::mem::replace(&mut level, around))?;
                level.parts.push(part);
            }
            let Some(token) = self.tokens.next() else {
                break;
            };
            level.joints.push(match token.kind {
                Kind::And => Joint::And,
                Kind::Or => Joint::Or,
                _ => return Err(self.flaw(token.range, Reason::NoJoint(token.kind))),
            });
        }
        if !outer.is_empty() {
            return Err(self.flaw(level.at, Reason::NotClosed));
        }
        let part = self.folded(level)?;
        match self.unknown.or(self.impossible) {
            Some(flaw) => Err(flaw),
            None => Ok(part.expression),
        }
    }

    fn flaw(&self, at: Range<usize>, reason: Reason) -> Flaw {
        reason::flaw(self.text, at, reason)
    }

    /// The parts of a level joined as authentik joins them: `and` and `or` bind alike, the last
    /// two parts first.
    fn folded(&self, level: Level) -> Result<Part, Flaw> {
        let mut parts = level.parts.into_iter().rev();
        let Some(mut whole) = parts.next() else {
            return Err(self.flaw(level.at, Reason::NoComparison(None)));
        };
        for (part, joint) in parts.zip(level.joints.into_iter().rev()) {
            whole = part.joined(joint, whole);
            if whole.depth > DEEPEST {
                return Err(self.flaw(level.at, Reason::TooDeep));
            }
        }
        Ok(whole)
    }

    fn comparison(&mut self) -> Result<Expression, Flaw> {
        let end = self.text.len()..self.text.len();
        let name = match self.tokens.next() {
            Some(Token {
                kind: Kind::Name,
                range,
            }) => range,
            Some(token) => {
                return Err(self.flaw(token.range, Reason::NoComparison(Some(token.kind))));
            }
            None => return Err(self.flaw(end, Reason::NoComparison(None))),
        };
        let (operator, sign) = self.operator(&name)?;
        let values = if operator.takes_list() {
            self.list(&sign)?
        } else {
            vec![self.single(operator, &sign)?]
        };
        self.comparisons += 1;
        if self.comparisons > MOST_COMPARISONS {
            return Err(self.flaw(name, Reason::TooMany));
        }
        let path = self.text.get(name.clone()).unwrap_or_default();
        if self.unknown.is_none()
            && let Some((reason, at)) = schema::unknown(path, operator, &values)
        {
            self.unknown = Some(self.flaw(at.unwrap_or_else(|| name.clone()), reason));
        }
        let end = self
            .tokens
            .peek()
            .map_or(self.text.len(), |token| token.range.start);
        let values: Vec<String> = values
            .into_iter()
            .filter_map(|(value, _)| match value {
                Value::Text(text) => Some(text),
                Value::Number | Value::Truth | Value::Nothing => None,
            })
            .collect();
        if self.impossible.is_none()
            && let Some(reason) = schema::impossible(path, operator, &values)
        {
            let comparison = self
                .text
                .get(name.start..end)
                .unwrap_or_default()
                .trim_end();
            self.impossible = Some(self.flaw(name.start..name.start + comparison.len(), reason));
        }
        Ok(Expression::Compare {
            // Only what passed both looks leaves here.
            field: Field::parse(path).unwrap_or_else(|_| Field::of(Root::Action)),
            operator,
            values,
        })
    }

    /// The value of an operator that takes one. The grammar lets only text follow `~`.
    fn single(
        &mut self,
        operator: Operator,
        sign: &Range<usize>,
    ) -> Result<(Value, Range<usize>), Flaw> {
        let (value, at) = self.value(sign)?;
        let fits = match value {
            Value::Text(_) => true,
            Value::Number => !operator.looks_inside(),
            Value::Truth | Value::Nothing => matches!(operator, Operator::Is | Operator::IsNot),
        };
        if fits {
            Ok((value, at))
        } else {
            Err(self.flaw(at, Reason::NotText(value)))
        }
    }

    /// The operator and where it stands.
    fn operator(&mut self, name: &Range<usize>) -> Result<(Operator, Range<usize>), Flaw> {
        let negated = self.tokens.next_if(|token| token.kind == Kind::Not);
        let no_operator = |kind| Reason::NoOperator {
            name: name.clone(),
            kind,
        };
        let Some(token) = self.tokens.next() else {
            let end = name.end..self.text.len();
            return Err(self.flaw(end, no_operator(None)));
        };
        let operator = match (token.kind, negated.is_some()) {
            (Kind::Sign(operator), false) => operator,
            (Kind::In, false) => Operator::In,
            (Kind::In, true) => Operator::NotIn,
            (Kind::StartsWith, false) => Operator::StartsWith,
            (Kind::StartsWith, true) => Operator::StartsNotWith,
            (Kind::EndsWith, false) => Operator::EndsWith,
            (Kind::EndsWith, true) => Operator::EndsNotWith,
            (kind, false) => return Err(self.flaw(token.range, no_operator(Some(kind)))),
            (_, true) => return Err(self.flaw(token.range, Reason::AfterNot)),
        };
        Ok((operator, token.range))
    }

    fn value(&mut self, sign: &Range<usize>) -> Result<(Value, Range<usize>), Flaw> {
        let Some(token) = self.tokens.next() else {
            return Err(self.flaw(sign.end..self.text.len(), Reason::NoValue(None)));
        };
        let value = match token.kind {
            Kind::Text(text) => Value::Text(text),
            Kind::Number => Value::Number,
            Kind::Truth => Value::Truth,
            Kind::Nothing => Value::Nothing,
            kind => return Err(self.flaw(token.range, Reason::NoValue(Some(kind)))),
        };
        Ok((value, token.range))
    }

    /// A list with at least one value.
    fn list(&mut self, sign: &Range<usize>) -> Result<Vec<(Value, Range<usize>)>, Flaw> {
        let end = self.text.len();
        let Some(open) = self.tokens.next_if(|token| token.kind == Kind::Open) else {
            let next = self.tokens.peek().map(|token| token.range.clone());
            return Err(self.flaw(next.unwrap_or(sign.end..end), Reason::NoList));
        };
        if let Some(close) = self.tokens.next_if(|token| token.kind == Kind::Close) {
            return Err(self.flaw(open.range.start..close.range.end, Reason::EmptyList));
        }
        let mut values = vec![self.value(&open.range)?];
        loop {
            let Some(token) = self.tokens.next() else {
                return Err(self.flaw(open.range.start..end, Reason::NotClosed));
            };
            match token.kind {
                Kind::Comma => values.push(self.value(&token.range)?),
                Kind::Close => return Ok(values),
                kind => return Err(self.flaw(token.range, Reason::InList(kind))),
            }
        }
    }
}

impl Level {
    fn at(at: Range<usize>) -> Self {
        Self {
            at,
            parts: Vec::new(),
            joints: Vec::new(),
        }
    }
}

impl Part {
    fn joined(self, joint: Joint, other: Self) -> Self {
        // A part of the same kind dissolves in the whole, any other is one level in it.
        let depth = |part: &Self| match (&part.expression, joint) {
            (Expression::All(_), Joint::And) | (Expression::Any(_), Joint::Or) => part.depth,
            (Expression::Compare { .. }, _) => 1,
            (Expression::All(_) | Expression::Any(_), _) => part.depth + 1,
        };
        let depth = depth(&self).max(depth(&other));
        let parts = [self.expression, other.expression];
        let expression = match joint {
            Joint::And => Expression::all(parts),
            Joint::Or => Expression::any(parts),
        };
        Self { expression, depth }
    }
}
