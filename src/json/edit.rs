//! Changes to one value of a text. Everything around it stays as it was typed, byte for byte:
//! white space, the order of keys, numbers of any length, keys that stand there twice.

use std::ops::Range;

use super::{Kind, Node, Tree, outline::parent, quoted};

/// A text in which one value was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: String,
    /// From which place in the reading order on it is another.
    pub at: usize,
    /// So many values are no longer there, or not as they were.
    pub gone: usize,
    /// The place of the value that was changed or added; of one near by, if it was removed.
    pub place: usize,
}

/// The text with other JSON in the place of a value. `None` where there is no such value.
pub fn replaced(tree: &Tree, value: usize, json: &str) -> Option<Edited> {
    let node = tree.node(value)?;
    Some(Edited {
        text: spliced(tree, range(node), json),
        at: value,
        gone: node.end() - value,
        place: value,
    })
}

/// The text with another key for a value. `None` for a value that has none, or has this one.
pub fn renamed(tree: &Tree, value: usize, key: &str) -> Option<Edited> {
    let node = tree
        .node(value)
        .filter(|node| typed_key(*node).as_deref() != Some(key))?;
    let start = node.key_start();
    let old = node.key_text()?;
    Some(Edited {
        text: spliced(tree, start..start + old.len(), &quoted(key)),
        at: value,
        gone: 0,
        place: value,
    })
}

/// The text without a member. `None` for the root, which is no member.
pub fn removed(tree: &Tree, value: usize) -> Option<Edited> {
    let (node, around) = (tree.node(value)?, tree.node(parent(tree, value)?)?);
    let before = around.children().take_while(|other| other.index() < value);
    let after = around.children().find(|other| other.index() > value);
    let (range, place) = match (before.last(), after) {
        (Some(before), _) => (range(before).end..range(node).end, before.index()),
        (None, Some(after)) => (node.key_start()..after.key_start(), value),
        (None, None) => (inside(around), around.index()),
    };
    Some(Edited {
        text: spliced(tree, range, ""),
        at: value,
        gone: node.end() - value,
        place,
    })
}

/// The text with one more member at the end of an object or a list; a list takes no key. `None` for
/// what has no members.
pub fn added(tree: &Tree, container: usize, key: &str, json: &str) -> Option<Edited> {
    let around = tree.node(container)?;
    let member = match around.kind() {
        Kind::Object => format!("{}: {json}", quoted(key)),
        Kind::Array => json.to_owned(),
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => return None,
    };
    let text = match around.children().last() {
        Some(last) => {
            // It stands below the one before, or beside it, as that one stands.
            let head = tree.text().get(..last.key_start()).unwrap_or_default();
            let gap = head.trim_end().len()..head.len();
            let gap = head.get(gap).unwrap_or_default();
            let end = range(last).end;
            spliced(tree, end..end, &format!(",{gap}{member}"))
        }
        None => spliced(tree, inside(around), &member),
    };
    Some(Edited {
        text,
        at: around.end(),
        gone: 0,
        place: around.end(),
    })
}

/// The key of a value for a field in which it is changed: like what is typed, and unlike what is
/// shown, it is just as it is.
pub fn typed_key(node: Node<'_>) -> Option<String> {
    node.key_string().map(std::borrow::Cow::into_owned)
}

/// A key that an object does not have yet: `key`, `key2`, …
pub fn free_key(node: Node<'_>) -> String {
    let key = |number: usize| match number {
        1 => "key".to_owned(),
        number => format!("key{number}"),
    };
    let mut keys = (1..).map(key).filter(|key| node.get(key).is_none());
    keys.next().unwrap_or_default()
}

fn range(node: Node<'_>) -> Range<usize> {
    node.start()..node.start() + node.text().len()
}

/// Between the brackets.
fn inside(container: Node<'_>) -> Range<usize> {
    let Range { start, end } = range(container);
    start + 1..end.saturating_sub(1)
}

fn spliced(tree: &Tree, range: Range<usize>, new: &str) -> String {
    let text = tree.text();
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    format!("{before}{new}{after}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json::JsonText;

    const TEXT: &str =
        "{\n  \"a\": 1.50,\n  \"b\": [1e2, {\"c\": 18446744073709551616}],\n  \"a\": null\n}";

    /// The place of the first value with this text.
    fn at(tree: &Tree, text: &str) -> usize {
        tree.nodes()
            .find(|node| node.text() == text)
            .unwrap()
            .index()
    }

    fn edited(change: impl Fn(&Tree) -> Option<Edited>) -> String {
        let tree = Tree::of(TEXT);
        let edited = change(&tree).unwrap();
        let after = Tree::of(&edited.text);
        assert!(JsonText::parse(&edited.text).is_ok(), "{}", edited.text);
        // What the outline needs to keep its folds.
        let came = after.len() + edited.gone - tree.len();
        for old in tree.nodes().map(Node::index) {
            let new = match old {
                old if old < edited.at => old,
                old if old >= edited.at + edited.gone => old + came - edited.gone,
                _ => continue,
            };
            assert_eq!(
                tree.node(old).unwrap().kind(),
                after.node(new).unwrap().kind()
            );
        }
        assert!(after.node(edited.place).is_some());
        edited.text
    }

    #[test]
    fn nothing_but_the_value_changes() {
        let check = |change: &dyn Fn(&Tree) -> Option<Edited>, from: &str, to: &str| {
            assert_eq!(edited(change), TEXT.replacen(from, to, 1));
        };
        check(
            &|tree| replaced(tree, at(tree, "1.50"), "\"x\""),
            "1.50",
            "\"x\"",
        );
        check(
            &|tree| replaced(tree, at(tree, "null"), "{\"d\": [1]}"),
            "null",
            "{\"d\": [1]}",
        );
        check(
            &|tree| replaced(tree, at(tree, "{\"c\": 18446744073709551616}"), "2"),
            "{\"c\": 18446744073709551616}",
            "2",
        );
        check(
            &|tree| renamed(tree, at(tree, "1.50"), "q\"ü"),
            "\"a\"",
            "\"q\\\"ü\"",
        );
        check(
            &|tree| removed(tree, at(tree, "1.50")),
            "\"a\": 1.50,\n  ",
            "",
        );
        check(
            &|tree| removed(tree, at(tree, "null")),
            ",\n  \"a\": null",
            "",
        );
        check(&|tree| removed(tree, at(tree, "1e2")), "1e2, ", "");
        check(
            &|tree| removed(tree, at(tree, "18446744073709551616")),
            "\"c\": 18446744073709551616",
            "",
        );
        check(
            &|tree| added(tree, 0, "d", "4"),
            "null\n",
            "null,\n  \"d\": 4\n",
        );
        check(
            &|tree| {
                added(
                    tree,
                    at(tree, "[1e2, {\"c\": 18446744073709551616}]"),
                    "no key",
                    "5",
                )
            },
            "616}]",
            "616}, 5]",
        );
        check(
            &|tree| added(tree, at(tree, "{\"c\": 18446744073709551616}"), "d", "{}"),
            "616}",
            "616,\"d\": {}}",
        );
    }

    #[test]
    fn what_is_not_there_is_not_changed() {
        let tree = Tree::of(TEXT);
        assert_eq!(replaced(&tree, 99, "1"), None);
        assert_eq!(renamed(&tree, 0, "a"), None);
        assert_eq!(renamed(&tree, at(&tree, "1.50"), "a"), None);
        assert_eq!(renamed(&tree, at(&tree, "1e2"), "a"), None);
        assert_eq!(removed(&tree, 0), None);
        assert_eq!(added(&tree, at(&tree, "1.50"), "a", "1"), None);
    }

    #[test]
    fn an_empty_object_takes_its_first_member() {
        let tree = Tree::of(" { } ");
        assert_eq!(added(&tree, 0, "a", "1").unwrap().text, " {\"a\": 1} ");
    }

    #[test]
    fn a_new_key_is_one_that_is_free() {
        let free = |text: &str| free_key(Tree::of(text).root());
        assert_eq!(free("{}"), "key");
        assert_eq!(free(r#"{"key": 1, "key2": 1, "key4": 1}"#), "key3");
    }

    proptest! {
        #[test]
        fn any_change_leaves_json(seed in 0_usize..10_000, key in any::<String>()) {
            let text = r#"{"a":[[],{"b":{}},1,[2,[3,{"c":"d"}]]],"a":{"e":null,"f":[true]},"g":"h"}"#;
            let mut text = text.to_owned();
            for round in 0..6 {
                let tree = Tree::of(&text);
                let value = (seed / (round + 1)) % tree.len();
                let edited = match (seed + round) % 4 {
                    0 => replaced(&tree, value, &quoted(&key)),
                    1 => renamed(&tree, value, &key),
                    2 => removed(&tree, value),
                    _ => added(&tree, value, &key, "[0]"),
                };
                let Some(edited) = edited else { continue };
                prop_assert!(JsonText::parse(&edited.text).is_ok(), "{}", edited.text);
                text = edited.text;
            }
        }
    }
}
