//! Total, typed readings of the free-form context. Absent and malformed look alike here; the raw
//! section shows the truth.

use crate::{json::{JsonText, Node, Tree}, text::Untrusted};

/// The `context` object: its text, and the index of it.
#[derive(Debug, Clone)]
pub struct Context {
    text: JsonText,
    tree: Tree,
}

/// A Django object that an event refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRef {
    /// `authentik_core`
    pub app: Untrusted,
    /// `user`
    pub model_name: Untrusted,
    /// A uuid in hex without dashes, an integer or another key, as text.
    pub pk: Untrusted,
    /// What a person calls it.
    pub name: Untrusted,
}

impl Context {
    /// Indexes the text of a context.
    pub fn new(text: JsonText) -> Self {
        let tree = text.tree();
        Self { text, tree }
    }
    /// The text as the server sent it.
    pub fn text(&self) -> &JsonText {
        &self.text
    }
    /// Its index.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }
    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<Node<'_>> {
        let mut node = self.tree.root();
        for key in path {
            node = node.get(key)?;
        }
        Some(node)
    }
    /// A non-empty string at a path.
    pub fn string(&self, path: &[&str]) -> Option<Untrusted> {
        self.at(path)?.untrusted().filter(|text| !text.is_empty())
    }
    /// An object reference at a path.
    pub fn model(&self, path: &[&str]) -> Option<ModelRef> {
        let _ = path;
        todo!()
    }
}
