//! The flat index: one entry a value, in reading order.

use std::borrow::Cow;

use crate::text::Untrusted;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number of any size, kept as its literal.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
}

/// An owned JSON text with its index.
#[derive(Debug, Clone)]
pub struct Tree {/* text: Rc/Arc<str>, nodes: Vec<Entry{kind, start, end, key_start, key_end, depth, next, children}> */}

impl Tree {
    /// Indexes a text; every JSON text has an index, other text gives the index of `null` cut where
    /// it stops being JSON.
    pub fn of(text: &str) -> Self {
        let _ = text;
        todo!()
    }
    /// The whole value.
    pub fn root(&self) -> Node<'_> {
        todo!()
    }
    /// The value at a place of the reading order (0 is the root).
    pub fn node(&self, index: usize) -> Option<Node<'_>> {
        let _ = index;
        todo!()
    }
    /// How many values there are, containers and leaves.
    pub fn len(&self) -> usize {
        todo!()
    }
}

/// One value inside a [`Tree`]. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree,
    index: usize,
}

impl<'a> Node<'a> {
    /// Its place in the reading order.
    pub fn index(self) -> usize {
        self.index
    }
    /// What it is.
    pub fn kind(self) -> Kind {
        todo!()
    }
    /// How deep it lies; the root is 0.
    pub fn depth(self) -> usize {
        todo!()
    }
    /// The index behind its last descendant.
    pub fn end(self) -> usize {
        todo!()
    }
    /// Its key, if its parent is an object.
    pub fn key(self) -> Option<Untrusted> {
        todo!()
    }
    /// Its own text, byte for byte.
    pub fn text(self) -> &'a str {
        todo!()
    }
    /// How many children it has.
    pub fn len(self) -> usize {
        todo!()
    }
    /// Its children in order; duplicates included.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let _ = self;
        std::iter::empty()
    }
    /// The value under a key; with duplicates the last one, as the server itself reads them.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        let _ = key;
        todo!()
    }
    /// The content of a string; a lone surrogate reads as U+FFFD. `None` for any other kind.
    pub fn string(self) -> Option<Cow<'a, str>> {
        todo!()
    }
    /// [`string`](Self::string) as text from outside.
    pub fn untrusted(self) -> Option<Untrusted> {
        self.string().map(Untrusted::new)
    }
    /// A boolean. `None` for any other kind.
    pub fn bool(self) -> Option<bool> {
        todo!()
    }
    /// A whole number that fits. `None` for any other kind.
    pub fn integer(self) -> Option<i64> {
        todo!()
    }
    /// What a leaf says on a screen: the content of a string, the literal of anything else.
    pub fn scalar(self) -> Option<Untrusted> {
        todo!()
    }
}
