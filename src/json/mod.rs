//! JSON as its own text.
//!
//! authentik stores numbers, key order, duplicate keys and depths that a parse into values would
//! lose or choke on, so a document is kept as text and read through a flat index of it. Nothing
//! here recurses: not the reader, not the walk, not the drop.

mod tree;
pub use tree::{Kind, Node, Tree};

use serde_json::value::RawValue;

/// One JSON value as the text that the server sent.
#[derive(Clone)]
pub struct JsonText(Box<RawValue>);

/// Where and why a text is no JSON. Line and column count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonProblem {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, as in "expected a comma or }".
    pub message: String,
}

impl JsonText {
    /// Reads a text that must be exactly one JSON value.
    ///
    /// # Errors
    /// The first place where the text stops being JSON.
    pub fn parse(text: &str) -> Result<Self, JsonProblem> {
        let _ = text;
        todo!()
    }
    /// The text, byte for byte.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
    /// The flat index of it.
    pub fn tree(&self) -> Tree {
        todo!()
    }
    /// The same value, indented by two blanks, literals and key order kept.
    pub fn pretty(&self) -> String {
        todo!()
    }
    /// The same value without white space outside strings.
    pub fn compact(&self) -> String {
        todo!()
    }
}

impl std::fmt::Debug for JsonText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("JsonText").field(&self.as_str()).finish()
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
