//! What authentik will make of a search, said before it is sent.

use super::{Expression, Flaw, Outcome, parse};

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
///     "authentik does not read “AND” in capitals: write “and”"
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
