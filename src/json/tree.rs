//! The flat index: one entry a value, in reading order.

use std::borrow::Cow;
use std::sync::Arc;

use super::reader::{Bracket, Reader, Step};
use super::{JsonText, count};
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

/// An owned JSON text with its index. Copies share both.
#[derive(Debug, Clone)]
pub struct Tree {
    text: JsonText,
    entries: Arc<Vec<Entry>>,
}

/// One value; places are bytes of the text. Small on purpose: a page may hold millions of them.
#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    /// Where the key's opening quote is; [`NO_KEY`] inside arrays and at the root.
    key: u32,
    key_end: u32,
    depth: u32,
    /// The entry behind the last descendant.
    next: u32,
    children: u32,
    kind: Kind,
}

const NO_KEY: u32 = u32::MAX;

const NULL: Entry = Entry {
    start: 0,
    end: 4,
    key: NO_KEY,
    key_end: NO_KEY,
    depth: 0,
    next: 1,
    children: 0,
    kind: Kind::Null,
};

impl Tree {
    /// Indexes a text. A text that is not exactly one JSON value reads as `null`.
    pub fn of(text: &str) -> Self {
        Self::index(JsonText::whole(text.into()))
    }

    pub(super) fn index(text: JsonText) -> Self {
        match entries(text.as_str()) {
            Some(entries) => Self {
                text,
                entries: Arc::new(entries),
            },
            None => Self {
                text: JsonText::whole("null".into()),
                entries: Arc::new(vec![NULL]),
            },
        }
    }
    /// The whole value.
    pub fn root(&self) -> Node<'_> {
        Node {
            tree: self,
            index: 0,
        }
    }
    /// The value at a place of the reading order (0 is the root).
    pub fn node(&self, index: usize) -> Option<Node<'_>> {
        (index < self.entries.len()).then_some(Node { tree: self, index })
    }
    /// All values in reading order, the root first.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.entries.len()).map(|index| Node { tree: self, index })
    }
    /// How many values there are, containers and leaves; never 0.
    #[expect(clippy::len_without_is_empty, reason = "there is always a root")]
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    /// How deep brackets are nested: 0 for `1`, 1 for `{"a": 1}`, 2 for `{"a": []}`.
    pub fn depth(&self) -> usize {
        let deepest = self
            .nodes()
            .filter(|node| node.is_container())
            .map(|node| node.depth() + 1)
            .max();
        deepest.unwrap_or(0)
    }
    /// The whole text.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }
}

/// The entries of a text, or `None` when it is not exactly one JSON value.
fn entries(text: &str) -> Option<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    let (mut key, mut key_end) = (NO_KEY, NO_KEY);
    for token in Reader::new(text) {
        let token = token.ok()?;
        let (start, end) = (count(token.start), count(token.end));
        let kind = match token.step {
            Step::Key => {
                (key, key_end) = (start, end);
                continue;
            }
            Step::Close(_) => {
                let next = count(entries.len());
                let container = open
                    .pop()
                    .and_then(|index| entries.get_mut(index as usize))?;
                container.end = end;
                container.next = next;
                continue;
            }
            Step::Open(Bracket::Curly) => Kind::Object,
            Step::Open(Bracket::Square) => Kind::Array,
            Step::String => Kind::String,
            Step::Number => Kind::Number,
            Step::Bool => Kind::Bool,
            Step::Null => Kind::Null,
        };
        if let Some(parent) = open
            .last()
            .and_then(|index| entries.get_mut(*index as usize))
        {
            parent.children += 1;
        }
        let index = count(entries.len());
        entries.push(Entry {
            start,
            end,
            key,
            key_end,
            depth: count(open.len()),
            next: index + 1,
            children: 0,
            kind,
        });
        (key, key_end) = (NO_KEY, NO_KEY);
        if matches!(kind, Kind::Object | Kind::Array) {
            open.push(index);
        }
    }
    // Lists keep tens of thousands of these.
    entries.shrink_to_fit();
    (!entries.is_empty()).then_some(entries)
}

/// One value inside a [`Tree`]. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree,
    index: usize,
}

impl<'a> Node<'a> {
    fn entry(self) -> Entry {
        self.tree.entries.get(self.index).copied().unwrap_or(NULL)
    }

    fn slice(self, start: u32, end: u32) -> &'a str {
        self.tree
            .text()
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Its place in the reading order.
    pub fn index(self) -> usize {
        self.index
    }
    /// What it is.
    pub fn kind(self) -> Kind {
        self.entry().kind
    }
    /// Whether it is an object or an array.
    pub fn is_container(self) -> bool {
        matches!(self.kind(), Kind::Object | Kind::Array)
    }
    /// How deep it lies; the root is 0.
    pub fn depth(self) -> usize {
        self.entry().depth as usize
    }
    /// The index behind its last descendant.
    pub fn end(self) -> usize {
        self.entry().next as usize
    }
    /// Its key, if its parent is an object.
    pub fn key(self) -> Option<Untrusted> {
        self.key_string().map(Untrusted::new)
    }
    /// Its key as it stands in the text, with quotes and escapes.
    pub fn key_text(self) -> Option<&'a str> {
        let entry = self.entry();
        (entry.key != NO_KEY).then(|| self.slice(entry.key, entry.key_end))
    }

    pub(super) fn key_string(self) -> Option<Cow<'a, str>> {
        self.key_text().map(unquote)
    }
    /// Its own text, byte for byte.
    pub fn text(self) -> &'a str {
        let entry = self.entry();
        self.slice(entry.start, entry.end)
    }
    /// Where its text begins, in bytes of the whole text.
    pub fn start(self) -> usize {
        self.entry().start as usize
    }

    /// Where it begins with its key, in bytes of the whole text.
    pub(super) fn key_start(self) -> usize {
        let entry = self.entry();
        if entry.key == NO_KEY {
            entry.start as usize
        } else {
            entry.key as usize
        }
    }
    /// Itself as a document of its own.
    pub fn json(self) -> JsonText {
        let entry = self.entry();
        self.tree.text.part(entry.start, entry.end)
    }
    /// How many children it has.
    pub fn len(self) -> usize {
        self.entry().children as usize
    }
    /// Whether it has no children; true for every leaf.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// Its children in order; duplicates included.
    pub fn children(self) -> Children<'a> {
        let entry = self.entry();
        Children {
            tree: self.tree,
            index: self.index + 1,
            end: entry.next as usize,
        }
    }
    /// The value under a key; with duplicates the last one, as the server itself reads them.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        if self.kind() != Kind::Object {
            return None;
        }
        self.children()
            .filter(|child| child.key_string().is_some_and(|own| own == key))
            .last()
    }
    /// The containers around it, the root first.
    pub fn ancestors(self) -> Vec<Node<'a>> {
        let mut ancestors = Vec::new();
        let mut at = self.tree.root();
        while at.index < self.index {
            let inner = at.children().find(|child| self.index < child.end());
            ancestors.push(at);
            match inner {
                Some(inner) => at = inner,
                None => break,
            }
        }
        ancestors
    }
    /// The content of a string; a lone surrogate reads as U+FFFD. `None` for any other kind.
    pub fn string(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::String).then(|| unquote(self.text()))
    }
    /// [`string`](Self::string) as text from outside.
    pub fn untrusted(self) -> Option<Untrusted> {
        self.string().map(Untrusted::new)
    }
    /// A boolean. `None` for any other kind.
    pub fn bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.text() == "true")
    }
    /// A whole number that fits. `None` for any other kind.
    pub fn integer(self) -> Option<i64> {
        (self.kind() == Kind::Number)
            .then(|| self.text().parse().ok())
            .flatten()
    }
    /// The literal of a number. `None` for any other kind.
    pub fn number(self) -> Option<&'a str> {
        (self.kind() == Kind::Number).then(|| self.text())
    }
    /// What a leaf says on a screen: the content of a string, the literal of anything else. `None`
    /// for objects and arrays.
    pub fn scalar(self) -> Option<Untrusted> {
        match self.kind() {
            Kind::Object | Kind::Array => None,
            Kind::String => self.untrusted(),
            Kind::Number | Kind::Bool | Kind::Null => Some(Untrusted::new(self.text())),
        }
    }
}

/// The children of a [`Node`], in order.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    tree: &'a Tree,
    index: usize,
    end: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.index >= self.end {
            return None;
        }
        let node = Node {
            tree: self.tree,
            index: self.index,
        };
        // `max` only guards against a loop without end; an entry never ends before itself.
        self.index = node.end().max(self.index + 1);
        Some(node)
    }
}

/// The content of a string literal with its quotes. A lone surrogate becomes U+FFFD.
fn unquote(literal: &str) -> Cow<'_, str> {
    let inner = literal
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(literal);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, escaped)) = rest.split_once('\\') {
        out.push_str(before);
        let mut after = escaped.chars();
        let letter = after.next().unwrap_or_default();
        rest = after.as_str();
        match letter {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let (unit, behind) = code_unit(rest);
                rest = behind;
                let low = rest.strip_prefix("\\u").map(code_unit);
                match (unit, low) {
                    (0xd800..=0xdbff, Some((low @ 0xdc00..=0xdfff, behind))) => {
                        rest = behind;
                        let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    _ => out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
            other => out.push(other),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The four hexadecimal digits at the start of `text`, and what stands behind them.
pub(super) fn code_unit(text: &str) -> (u32, &str) {
    match text.split_at_checked(4) {
        Some((digits, rest)) => (u32::from_str_radix(digits, 16).unwrap_or(0xfffd), rest),
        None => (0xfffd, ""),
    }
}
