//! DjangoQL, the query language of authentik's `search=`, as far as authentik 2026.5 reads it.
//!
//! authentik answers a search in one of three ways, and says nothing of which: as a query; as plain
//! words, when it does not understand the query; or with a crash, when it understands and cannot
//! compare. [`lint()`] tells them apart before anything is sent, with the reason and the way out.
//!
//! # What never happens
//! - A value never breaks out of its quotes: what [`Expression`] prints is read back as itself.
//! - Nothing here recurses over a text: a query of a thousand parentheses is refused, not followed.

mod complete;
mod expression;
mod field;
mod lint;
mod parser;
mod plain;
mod reason;
mod remark;
mod schema;
mod token;
pub mod typing;

pub use complete::{Candidate, Completions, Known, complete};
pub use expression::{Expression, Operator};
pub use field::{Field, NotMatchable, Root};
pub use lint::{Verdict, lint};
pub use parser::{Flaw, Outcome, parse};
pub use plain::words;
pub use remark::remark;

use crate::moment::Moment;

/// The longest search that is sent, in bytes. authentik itself takes more; the servers in front of
/// it begin to refuse addresses of 8 kB.
pub const LONGEST: usize = 6000;

/// An instant as `created` is compared: `2026-11-22 14:29:13`, UTC, cut to the second. authentik
/// reads neither `T` nor `Z` nor fractions here.
pub fn time(moment: Moment) -> String {
    moment.local(0).replace('T', " ")
}

#[cfg(test)]
mod tests;
