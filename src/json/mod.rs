//! JSON as its own text.
//!
//! authentik stores numbers, key order, duplicate keys and depths that a parse into values would
//! lose or choke on, so a document is kept as text and read through a flat index of it. Nothing
//! here recurses: not the reader, not the walk, not the drop.

pub mod edit;
mod flaw;
pub mod outline;
mod reader;
pub mod syntax;
mod tree;

pub use flaw::{Flaw, FlawKind};
pub use tree::{Children, Kind, Node, Tree};

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use reader::{Reader, Step};

/// Indentation stops growing here, so that a text of ten thousand brackets does not become a
/// hundred megabytes of blanks.
const DEEPEST_INDENT: usize = 64;

/// An indented text may get this long; a longer one is shown without white space.
const LONGEST_INDENTED: usize = 64 * 1024 * 1024;

/// One JSON value as the text that the server sent, without the white space around it. Copies
/// share the text, and so does each value in it that is kept as a document of its own.
///
/// ```
/// use eventide::json::JsonText;
///
/// let json = JsonText::parse(r#" {"n": 18446744073709551616, "n": 1E2} "#).unwrap();
/// assert_eq!(json.compact(), r#"{"n":18446744073709551616,"n":1E2}"#);
///
/// let problem = JsonText::parse("{\"a\": 1\n\"b\": 2}").unwrap_err();
/// assert_eq!(problem.to_string(), "Line 2, column 1: expected a comma or }");
/// ```
#[derive(Clone)]
pub struct JsonText {
    /// The text that it is a part of.
    whole: Arc<str>,
    start: u32,
    end: u32,
}

/// Where and why a text is no JSON. Line and column count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonProblem {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The same place in bytes from the start of the text.
    pub offset: usize,
    /// What is wrong, as in "expected a comma or }".
    pub message: String,
}

impl std::fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

impl std::error::Error for JsonProblem {}

impl JsonText {
    /// Reads a text that must be exactly one JSON value.
    ///
    /// # Errors
    /// The first place where the text stops being JSON.
    pub fn parse(text: &str) -> Result<Self, JsonProblem> {
        let stop = Reader::new(text).find_map(Result::err);
        match stop {
            None => Ok(Self::whole(trim(text).into())),
            Some(stop) => {
                let (line, column) = place(text, stop.at);
                Err(JsonProblem {
                    line,
                    column,
                    offset: stop.at,
                    message: stop.message,
                })
            }
        }
    }
    fn whole(text: Arc<str>) -> Self {
        Self {
            start: 0,
            end: count(text.len()),
            whole: text,
        }
    }
    /// A value in it; places are bytes of its text.
    fn part(&self, start: u32, end: u32) -> Self {
        Self {
            whole: Arc::clone(&self.whole),
            start: self.start.saturating_add(start),
            end: self.start.saturating_add(end),
        }
    }
    /// The text, byte for byte.
    pub fn as_str(&self) -> &str {
        self.whole
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
    /// The flat index of it.
    pub fn tree(&self) -> Tree {
        Tree::index(self.clone())
    }
    /// The same value, indented by two blanks, literals and key order kept. Levels below the 64th
    /// get no further indentation.
    pub fn pretty(&self) -> String {
        self.indented(2)
    }
    /// The same value without white space outside strings.
    pub fn compact(&self) -> String {
        let text = self.as_str();
        let mut out = String::with_capacity(text.len());
        let mut last = None;
        for token in Reader::new(text).flatten() {
            if needs_comma(last, token.step) {
                out.push(',');
            }
            out.push_str(text.get(token.start..token.end).unwrap_or_default());
            if token.step == Step::Key {
                out.push(':');
            }
            last = Some(token.step);
        }
        out
    }

    fn indented(&self, width: usize) -> String {
        let text = self.as_str();
        let mut out = String::with_capacity(text.len().saturating_mul(2));
        let mut reader = Reader::new(text);
        let mut last = None;
        while let Some(Ok(token)) = reader.next() {
            if out.len() > LONGEST_INDENTED {
                return self.compact();
            }
            if needs_comma(last, token.step) {
                out.push(',');
            }
            let (breaks, depth) = match (last, token.step) {
                (None | Some(Step::Key), _) | (Some(Step::Open(_)), Step::Close(_)) => (false, 0),
                // The reader has entered the bracket already; the bracket itself stands outside it.
                (_, Step::Open(_)) => (true, reader.depth().saturating_sub(1)),
                _ => (true, reader.depth()),
            };
            if breaks {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', depth.min(DEEPEST_INDENT) * width));
            }
            out.push_str(text.get(token.start..token.end).unwrap_or_default());
            if token.step == Step::Key {
                out.push_str(": ");
            }
            last = Some(token.step);
        }
        out
    }
}

/// Whether a comma stands between two tokens.
fn needs_comma(last: Option<Step>, step: Step) -> bool {
    !matches!(last, None | Some(Step::Open(_) | Step::Key)) && !matches!(step, Step::Close(_))
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// Line and column of a place, both from 1, columns in characters.
fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (count(line), count(column))
}

/// A count or place as `u32`; bodies are capped far below what does not fit.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for JsonText {}

impl std::fmt::Debug for JsonText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("JsonText").field(&self.as_str()).finish()
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde_json steps over a raw value with a loop, not by recursion, and checks it.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self::whole(Box::<str>::from(raw).into()))
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue =
            serde_json::from_str(self.as_str()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

#[cfg(test)]
mod tests;

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
