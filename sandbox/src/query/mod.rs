//! What a list asks for, from its query string to SQL.

pub mod filter;
pub mod ql;
pub mod search;

use rusqlite::types::Value;

/// A condition in SQL over `e` (an event's own columns) and `p` (its three objects), with the
/// values of its question marks in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sql {
    /// The text of the condition.
    pub text: String,
    /// One value for each question mark.
    pub values: Vec<Value>,
    /// Whether it looks into the objects, which are kept in a table of their own.
    pub looks_inside: bool,
}

impl Sql {
    /// A condition on the event's own columns.
    #[must_use]
    pub fn outside(text: impl Into<String>, values: Vec<Value>) -> Sql {
        Sql {
            text: text.into(),
            values,
            looks_inside: false,
        }
    }

    /// A condition that looks into user, context or brand.
    #[must_use]
    pub fn inside(text: impl Into<String>, values: Vec<Value>) -> Sql {
        Sql {
            text: text.into(),
            values,
            looks_inside: true,
        }
    }

    /// Both, or either, as the operator says; nothing is said about a missing value (SQL decides).
    #[must_use]
    pub fn join(self, operator: &str, other: Sql) -> Sql {
        let mut values = self.values;
        values.extend(other.values);
        Sql {
            text: format!("({}) {operator} ({})", self.text, other.text),
            values,
            looks_inside: self.looks_inside || other.looks_inside,
        }
    }

    /// Its opposite, with SQL's three truth values: unknown stays unknown.
    #[must_use]
    pub fn negated(self) -> Sql {
        Sql {
            text: format!("NOT ({})", self.text),
            ..self
        }
    }

    /// All of them.
    #[must_use]
    pub fn all(conditions: Vec<Sql>) -> Sql {
        conditions
            .into_iter()
            .reduce(|left, right| left.join("AND", right))
            .unwrap_or_else(|| Sql::outside("1", Vec::new()))
    }
}

/// A text value for a question mark.
#[must_use]
pub fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}
