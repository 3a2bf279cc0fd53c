//! A JSON value as rows that fold: which rows there are, which match a search, where keys move.
//!
//! A row is known by the place of its value in the reading order, so nothing here is tied to a
//! screen. Only objects and arrays that are open are walked: a folded document of a million values
//! costs as much as its first level.

use super::quoted;

use super::{Kind, Node, Tree};
use crate::{sort::sort_by_key, text::lowercase};

/// How deep the outline goes. A document may be far deeper; its text shows the rest.
pub const DEEPEST: usize = 100;

/// An object or array up to this many values opens by itself on the first level.
const SMALL: usize = 12;

/// A document up to this many values opens as a whole.
const TINY: usize = 40;

/// Which objects and arrays are open. The root always is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds(Open);

/// Places in a tree, in ascending order, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Open(Vec<usize>);

/// What a row is, for whoever draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A value without members.
    Leaf,
    /// An object or array with members, shown below it or not.
    Branch {
        /// Whether they are shown.
        open: bool,
    },
    /// An object or array with members that lies too deep to be opened.
    TooDeep,
}

/// A key press on the active row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To the row above.
    Up,
    /// To the row below.
    Down,
    /// Close, or to the parent.
    Out,
    /// Open, or to the first member.
    In,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Open {
    fn has(&self, place: usize) -> bool {
        self.0.binary_search(&place).is_ok()
    }

    fn add(&mut self, places: impl IntoIterator<Item = usize>) {
        self.0.extend(places);
        sort_by_key(&mut self.0, |place| *place);
        self.0.dedup();
    }

    fn remove(&mut self, place: usize) {
        self.0.retain(|other| *other != place);
    }
}

impl Folds {
    /// What is open at first: small things, so that most of an event is read without a click.
    pub fn initial(tree: &Tree) -> Self {
        let all = tree.len() <= TINY;
        let size = |node: Node<'_>| node.end().saturating_sub(node.index());
        let opens = |node: Node<'_>| all || (node.depth() == 1 && size(node) <= SMALL);
        let nodes = (0..tree.len().min(10_000)).filter_map(|index| tree.node(index));
        Self(Open(
            nodes
                .filter(|node| has_members(*node) && opens(*node))
                .map(Node::index)
                .collect(),
        ))
    }

    /// What the row of a value is now.
    pub fn row(&self, node: Node<'_>) -> Row {
        match has_members(node) {
            false => Row::Leaf,
            true if node.depth() >= DEEPEST => Row::TooDeep,
            true => Row::Branch {
                open: self.0.has(node.index()),
            },
        }
    }

    /// Opens what is closed and closes what is open. Leaves stay leaves.
    pub fn toggle(&mut self, node: Node<'_>) {
        match self.row(node) {
            Row::Branch { open: true } => self.0.remove(node.index()),
            Row::Branch { open: false } => self.0.add([node.index()]),
            Row::Leaf | Row::TooDeep => {}
        }
    }

    /// Opens everything above each of these values, so that each has a row.
    pub fn reveal(&mut self, tree: &Tree, values: &[usize]) {
        let above = |value: &usize| ancestors(tree, *value).into_iter().skip(1).map(Node::index);
        self.0.add(values.iter().flat_map(above));
    }

    /// Follows a change of the text: from a place on so many values are gone and so many came.
    pub fn shift(&mut self, at: usize, gone: usize, came: usize) {
        let Open(open) = &mut self.0;
        open.retain(|place| *place < at || *place >= at + gone);
        for place in open.iter_mut().filter(|place| **place >= at) {
            *place = *place + came - gone;
        }
    }

    /// The values that have a row, in reading order. A root without members is its own row.
    pub fn rows(&self, tree: &Tree) -> Vec<usize> {
        if !has_members(tree.root()) {
            return vec![0];
        }
        let mut rows = Vec::new();
        let mut next = 1;
        while let Some(node) = tree.node(next) {
            rows.push(next);
            next = match self.row(node) {
                Row::Branch { open: true } => next + 1,
                Row::Leaf | Row::Branch { open: false } | Row::TooDeep => node.end().max(next + 1),
            };
        }
        rows
    }

    /// Does what a key does on the active row; gives the row that is active afterwards.
    pub fn press(&mut self, tree: &Tree, active: usize, key: Move) -> usize {
        let rows = self.rows(tree);
        let at = rows.partition_point(|row| *row < active);
        let row = |at: usize| rows.get(at).copied().unwrap_or(active);
        match key {
            Move::Up => row(at.saturating_sub(1)),
            Move::Down => row(at + 1),
            Move::First => row(0),
            Move::Last => row(rows.len().saturating_sub(1)),
            Move::In | Move::Out => {
                let Some(node) = tree.node(active) else {
                    return active;
                };
                match (self.row(node), key) {
                    (Row::Branch { open: true }, Move::In) => row(at + 1),
                    (Row::Branch { open: false }, Move::In)
                    | (Row::Branch { open: true }, Move::Out) => {
                        self.toggle(node);
                        active
                    }
                    (_, Move::Out) => parent(tree, active)
                        .filter(|parent| *parent != 0)
                        .unwrap_or(active),
                    _ => active,
                }
            }
        }
    }
}

/// The values whose key or own text holds the search, upper and lower case alike. Empty for an
/// empty search.
pub fn matches(tree: &Tree, search: &str) -> Vec<usize> {
    let Some(needle) = Needle::new(search) else {
        return Vec::new();
    };
    let holds = |node: Node<'_>| {
        node.key().is_some_and(|key| needle.is_in(key.original()))
            || (!has_members(node)
                && node
                    .scalar()
                    .is_some_and(|text| needle.is_in(text.original())))
    };
    let nodes = (0..tree.len()).filter_map(|index| tree.node(index));
    nodes.filter(|node| holds(*node)).map(Node::index).collect()
}

/// Cuts a text into parts that match the search (`true`) and parts that do not.
pub fn marked(text: &str, search: &str) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    let needle: Vec<char> = lowercase(search.trim()).chars().collect();
    let mut add = |part: &str, hit: bool| match parts.last_mut() {
        Some((last, false)) if !hit => last.push_str(part),
        _ => parts.push((part.to_owned(), hit)),
    };
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = prefix_length(rest, &needle).unwrap_or(0);
        let (part, hit) = if length > 0 {
            (length, true)
        } else {
            (letter.len_utf8(), false)
        };
        let (head, tail) = rest.split_at_checked(part).unwrap_or((rest, ""));
        add(head, hit);
        rest = tail;
    }
    parts
}

/// How to reach a value from the object it is in, as in `context.http_request.args["a-b"][0]`.
pub fn path(tree: &Tree, value: usize, root: &str) -> String {
    let mut path = root.to_owned();
    let way = ancestors(tree, value);
    let steps = way
        .iter()
        .copied()
        .skip(1)
        .chain(tree.node(value).filter(|_| value != 0));
    for (parent, node) in way.iter().copied().zip(steps) {
        path.push_str(&step(node, || position(parent, node)));
    }
    path
}

/// The last step of a path to a value: `.args`, `["a-b"]`, `[0]`; `position` is asked for members of
/// lists.
pub fn step(node: Node<'_>, position: impl FnOnce() -> usize) -> String {
    match node.key() {
        Some(key) if is_name(key.original()) => format!(".{}", key.original()),
        Some(key) => format!("[{}]", quoted(key.original())),
        None => format!("[{}]", position()),
    }
}

/// Which member of its parent a value is, from 0.
pub fn position(parent: Node<'_>, node: Node<'_>) -> usize {
    parent
        .children()
        .take_while(|child| child.index() < node.index())
        .count()
}

/// The object or array that a value is a member of.
pub fn parent(tree: &Tree, value: usize) -> Option<usize> {
    ancestors(tree, value).last().map(|node| node.index())
}

/// Whether there is anything to open.
fn has_members(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Object | Kind::Array) && !node.is_empty()
}

/// Everything around a value, the root first, itself not included.
fn ancestors(tree: &Tree, value: usize) -> Vec<Node<'_>> {
    let mut way = Vec::new();
    let mut node = tree.root();
    while node.index() < value && value < node.end() {
        way.push(node);
        match node.children().find(|child| value < child.end()) {
            Some(child) => node = child,
            None => break,
        }
    }
    way
}

fn is_name(key: &str) -> bool {
    let mut letters = key.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn prefix_length(text: &str, needle: &[char]) -> Option<usize> {
    let mut wanted = needle.iter();
    let mut length = 0;
    for letter in text.chars() {
        if wanted.len() == 0 {
            break;
        }
        for lower in letter.to_lowercase() {
            if wanted.next() != Some(&lower) {
                return None;
            }
        }
        length += letter.len_utf8();
    }
    (wanted.len() == 0).then_some(length)
}

/// A search, prepared once: documents of megabytes are searched at each keystroke.
struct Needle(String);

impl Needle {
    fn new(search: &str) -> Option<Self> {
        let search = lowercase(search.trim());
        (!search.is_empty()).then_some(Self(search))
    }

    fn is_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            let needle = self.0.as_bytes();
            text.as_bytes()
                .windows(needle.len())
                .any(|part| part.eq_ignore_ascii_case(needle))
        } else {
            lowercase(text).contains(&self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"model":{"pk":"3f","name":"Grafana"},"list":[1,{"a-b":true},[]],"empty":{},"text":"GRAF"}"#;

    fn keys(tree: &Tree, rows: &[usize]) -> Vec<String> {
        rows.iter().map(|row| path(tree, *row, "")).collect()
    }

    #[test]
    fn a_closed_branch_hides_its_members_and_an_open_one_shows_them() {
        let tree = Tree::of(EVENT);
        let mut folds = Folds::default();
        assert_eq!(
            keys(&tree, &folds.rows(&tree)),
            [".model", ".list", ".empty", ".text"]
        );
        let list = tree.root().get("list").unwrap();
        folds.toggle(list);
        assert_eq!(
            keys(&tree, &folds.rows(&tree)),
            [
                ".model", ".list", ".list[0]", ".list[1]", ".list[2]", ".empty", ".text"
            ]
        );
        folds.toggle(list);
        assert_eq!(folds, Folds::default());
    }

    #[test]
    fn small_documents_open_as_a_whole_and_large_ones_by_their_small_parts() {
        let tree = Tree::of(EVENT);
        assert_eq!(Folds::initial(&tree).rows(&tree).len(), tree.len() - 1);
        let long: Vec<String> = (0..60).map(|n| format!("\"k{n}\":{n}")).collect();
        let tree = Tree::of(&format!(
            "{{\"long\":{{{}}},\"small\":{{\"a\":{{\"b\":1}}}}}}",
            long.join(",")
        ));
        assert_eq!(
            keys(&tree, &Folds::initial(&tree).rows(&tree)),
            [".long", ".small", ".small.a"]
        );
    }

    #[test]
    fn what_has_no_members_is_one_row() {
        for text in ["{}", "[]", "7", "\"a\"", "null"] {
            let tree = Tree::of(text);
            assert_eq!(Folds::initial(&tree).rows(&tree), [0], "{text}");
        }
    }

    #[test]
    fn keys_move_open_and_close_as_in_any_tree() {
        let tree = Tree::of(EVENT);
        let mut folds = Folds::default();
        let model = folds.press(&tree, 1, Move::First);
        assert_eq!(folds.press(&tree, model, Move::In), model);
        let pk = folds.press(&tree, model, Move::In);
        assert_eq!(path(&tree, pk, "context"), "context.model.pk");
        assert_eq!(folds.press(&tree, pk, Move::In), pk);
        let name = folds.press(&tree, pk, Move::Down);
        assert_eq!(folds.press(&tree, name, Move::Up), pk);
        assert_eq!(folds.press(&tree, name, Move::Out), model);
        assert_eq!(folds.press(&tree, model, Move::Out), model);
        assert_eq!(folds, Folds::default());
        let last = folds.press(&tree, model, Move::Last);
        assert_eq!(path(&tree, last, ""), ".text");
        assert_eq!(folds.press(&tree, last, Move::Down), last);
        assert_eq!(folds.press(&tree, model, Move::Up), model);
        assert_eq!(folds.press(&tree, last, Move::Out), last);
    }

    #[test]
    fn a_search_finds_keys_and_values_and_opens_what_is_around_them() {
        let tree = Tree::of(EVENT);
        let check = |search: &str, expected: &[&str]| {
            assert_eq!(keys(&tree, &matches(&tree, search)), expected, "{search}")
        };
        check("graf", &[".model.name", ".text"]);
        check("A-B", &[".list[1][\"a-b\"]"]);
        check("tru", &[".list[1][\"a-b\"]"]);
        check("model", &[".model"]);
        check(" ", &[]);
        check("zzz", &[]);
        let mut folds = Folds::default();
        folds.reveal(&tree, &matches(&tree, "a-b"));
        assert!(keys(&tree, &folds.rows(&tree)).contains(&".list[1][\"a-b\"]".to_owned()));
    }

    #[test]
    fn marks_cover_each_occurrence_in_any_case() {
        let shown = |text: &str, search: &str| -> String {
            marked(text, search)
                .into_iter()
                .map(|(part, hit)| if hit { format!("[{part}]") } else { part })
                .collect()
        };
        assert_eq!(
            shown("authentik.LDAP.ldap_sync", "ldap"),
            "authentik.[LDAP].[ldap]_sync"
        );
        assert_eq!(shown("aaa", "aa"), "[aa]a");
        assert_eq!(shown("aaa", ""), "aaa");
        assert_eq!(shown("ÄÖ", "äö"), "[ÄÖ]");
        assert_eq!(shown("", "a"), "");
    }

    #[test]
    fn depth_ends_the_outline_and_nothing_else() {
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        let tree = Tree::of(&deep);
        let mut folds = Folds::default();
        folds.reveal(&tree, &[tree.len() - 1]);
        let rows = folds.rows(&tree);
        assert_eq!(rows.len(), DEEPEST);
        let last = tree.node(*rows.last().unwrap()).unwrap();
        assert_eq!(folds.row(last), Row::TooDeep);
    }
}
