//! Two events, value by value.
//!
//! What is compared is the JSON itself, so that nothing is equal that is written differently but
//! white space and the escapes of strings: `1` and `1.0` differ. With a repeated key the last one
//! counts, as the server reads it.

use std::{collections::HashMap, net::IpAddr};

use crate::{
    event::{Event, intent::INTENT_KEY},
    json::{JsonText, Kind, Node, Tree, outline},
    text::Untrusted,
};

/// One value that has no members, on one side or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// How to reach it, as in `context.model.name`.
    pub path: Untrusted,
    /// How the sides stand to each other.
    pub sides: Sides,
}

/// How two sides stand to each other. Strings are without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sides {
    /// Both hold the same.
    Same(Untrusted),
    /// They hold different values.
    Changed {
        /// On the left.
        left: Untrusted,
        /// On the right.
        right: Untrusted,
    },
    /// Only the left one has it.
    LeftOnly(Untrusted),
    /// Only the right one has it.
    RightOnly(Untrusted),
}

/// How many values are compared of each side; what comes behind is left out.
const MOST_LEAVES: usize = 20_000;
/// How long their paths may be together, in bytes: those of deep documents grow without end.
const LONGEST_PATHS: usize = 4_000_000;

/// Two events, leaf by leaf in the order of the left one; what only the right one has stands where
/// it stands there.
pub fn compared(left: &Event, right: &Event) -> Vec<Leaf> {
    texts(&left.raw, &right.raw)
}

/// How an event differs from the body that it was sent with, in nothing but how a server may write
/// the same: numbers and addresses in another spelling, more fields than were sent. Leaves out
/// when it expires and its mark, which go by the time and the attempt.
pub fn changed(sent: &JsonText, stored: &Event) -> Vec<Leaf> {
    let own = ["pk", "expires", &format!("context.{INTENT_KEY}")];
    let mut leaves = texts(sent, &stored.raw);
    leaves.retain(|leaf| {
        !own.contains(&leaf.path.original())
            && match &leaf.sides {
                Sides::Same(_) | Sides::RightOnly(_) => false,
                Sides::Changed { left, right } => {
                    !means_the_same(left.original(), right.original())
                }
                // An empty object may come back with something in it.
                Sides::LeftOnly(value) => value.original() != "{}",
            }
    });
    leaves
}

fn means_the_same(left: &str, right: &str) -> bool {
    let address = |text: &str| Some(text.parse::<IpAddr>().ok()?.to_canonical());
    number(left).is_some_and(|left| Some(left) == number(right))
        || address(left).is_some_and(|left| Some(left) == address(right))
}

/// As many digits of a number as every reader keeps.
const KEPT_DIGITS: usize = 15;

/// Whether a number is negative, its digits from the first that is not zero, and how many of them
/// stand before the point. By hand: what reads numbers in the standard library is 12 KB to load.
fn number(text: &str) -> Option<(bool, String, i32)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if whole.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let kept = all.trim_start_matches('0');
    let leading = i32::try_from(all.len() - kept.len()).ok()?;
    let whole = i32::try_from(whole.len()).ok()?;
    let point = exponent.parse::<i32>().ok()?.checked_add(whole - leading)?;
    let kept = kept
        .get(..KEPT_DIGITS)
        .unwrap_or(kept)
        .trim_end_matches('0');
    match kept.is_empty() {
        true => Some((false, String::new(), 0)),
        false => Some((mantissa != digits, kept.to_owned(), point)),
    }
}

/// Whether anything differs.
pub fn differs(leaf: &Leaf) -> bool {
    match leaf.sides {
        Sides::Same(_) => false,
        Sides::Changed { .. } | Sides::LeftOnly(_) | Sides::RightOnly(_) => true,
    }
}

/// The differences as text for the clipboard: `-` before what the left one has, `+` before what
/// the right one has.
pub fn as_text(leaves: &[Leaf]) -> Untrusted {
    let line = |sign: char, leaf: &Leaf, value: &Untrusted| {
        format!("{sign} {}: {}\n", leaf.path.original(), one_line(value))
    };
    let lines = leaves.iter().map(|leaf| match &leaf.sides {
        Sides::Same(_) => String::new(),
        Sides::Changed { left, right } => line('-', leaf, left) + &line('+', leaf, right),
        Sides::LeftOnly(value) => line('-', leaf, value),
        Sides::RightOnly(value) => line('+', leaf, value),
    });
    Untrusted::new(lines.collect::<String>())
}

fn one_line(value: &Untrusted) -> String {
    value.original().replace('\r', "\\r").replace('\n', "\\n")
}

fn texts(left: &JsonText, right: &JsonText) -> Vec<Leaf> {
    let (left, right) = (left.tree(), right.tree());
    let (left, right) = (leaves(&left), leaves(&right));
    let (on_left, on_right) = (places(&left), places(&right));
    let mut all = Vec::with_capacity(left.len().max(right.len()));
    // What only the right one has follows its neighbour.
    let follow = |all: &mut Vec<Leaf>, from: usize| {
        let only = right
            .iter()
            .skip(from)
            .take_while(|(path, _)| !on_left.contains_key(path.as_str()));
        all.extend(only.map(|(path, node)| Leaf {
            path: Untrusted::new(path.as_str()),
            sides: Sides::RightOnly(value(*node)),
        }));
    };
    follow(&mut all, 0);
    for (path, node) in &left {
        let other = on_right
            .get(path.as_str())
            .and_then(|at| Some((*at, right.get(*at)?.1)));
        all.push(Leaf {
            path: Untrusted::new(path.as_str()),
            sides: match other {
                None => Sides::LeftOnly(value(*node)),
                Some((_, other)) if same(*node, other) => Sides::Same(value(*node)),
                Some((_, other)) => Sides::Changed {
                    left: value(*node),
                    right: value(other),
                },
            },
        });
        if let Some((at, _)) = other {
            follow(&mut all, at + 1);
        }
    }
    all
}

/// The values without members, with their paths; of a repeated key the last one.
fn leaves(tree: &Tree) -> Vec<(String, Node<'_>)> {
    let mut leaves: Vec<(String, Node<'_>)> = Vec::new();
    // The containers around the next value: where each ends, the length of its path, and how many
    // members have passed.
    let mut around: Vec<(usize, usize, usize)> = Vec::new();
    let (mut path, mut room) = (String::new(), LONGEST_PATHS);
    for node in tree.nodes() {
        if leaves.len() >= MOST_LEAVES || room == 0 {
            break;
        }
        while around.last().is_some_and(|(end, ..)| *end <= node.index()) {
            around.pop();
        }
        if let Some((_, length, passed)) = around.last_mut() {
            path.truncate(*length);
            path.push_str(&outline::step(node, || *passed));
            *passed += 1;
        }
        if node.is_container() && !node.is_empty() {
            around.push((node.end(), path.len(), 0));
        } else {
            let name = path.strip_prefix('.').unwrap_or(&path);
            room = room.saturating_sub(name.len());
            leaves.push((name.to_owned(), node));
        }
    }
    last_of_repeated(leaves)
}

fn last_of_repeated(mut leaves: Vec<(String, Node<'_>)>) -> Vec<(String, Node<'_>)> {
    let last = places(&leaves);
    let kept: Vec<bool> = leaves
        .iter()
        .enumerate()
        .map(|(at, (path, _))| last.get(path.as_str()) == Some(&at))
        .collect();
    let mut kept = kept.into_iter();
    leaves.retain(|_| kept.next() == Some(true));
    leaves
}

/// Where each path stands; of a repeated one the last place.
fn places<'a>(leaves: &'a [(String, Node<'_>)]) -> HashMap<&'a str, usize> {
    leaves
        .iter()
        .enumerate()
        .map(|(at, (path, _))| (path.as_str(), at))
        .collect()
}

fn same(left: Node<'_>, right: Node<'_>) -> bool {
    left.kind() == right.kind()
        && match left.kind() {
            Kind::String => left.string() == right.string(),
            // Both are without members.
            Kind::Object | Kind::Array => true,
            Kind::Number | Kind::Bool | Kind::Null => left.text() == right.text(),
        }
}

fn value(node: Node<'_>) -> Untrusted {
    match node.kind() {
        Kind::Object => Untrusted::new("{}"),
        Kind::Array => Untrusted::new("[]"),
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => node.scalar().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(left: &str, right: &str) -> Vec<String> {
        let parse = |text: &str| JsonText::parse(text).unwrap();
        texts(&parse(left), &parse(right))
            .iter()
            .map(|leaf| {
                let path = leaf.path.original();
                match &leaf.sides {
                    Sides::Same(value) => format!("{path} = {}", value.original()),
                    Sides::Changed { left, right } => {
                        format!("{path}: {} > {}", left.original(), right.original())
                    }
                    Sides::LeftOnly(value) => format!("{path} - {}", value.original()),
                    Sides::RightOnly(value) => format!("{path} + {}", value.original()),
                }
            })
            .collect()
    }

    #[test]
    fn each_leaf_is_told_in_the_order_of_the_documents() {
        assert_eq!(
            seen(
                r#"{"pk":"1","user":{"pk":7,"name":"mia"},"old":true,"list":[1,2],"same":null}"#,
                r#"{"first":0,"pk":"2","user":{"pk":7,"name":"mia","email":"x"},"list":[1,3,4],"same":null,"last":{}}"#,
            ),
            [
                "first + 0",
                "pk: 1 > 2",
                "user.pk = 7",
                "user.name = mia",
                "user.email + x",
                "old - true",
                "list[0] = 1",
                "list[1]: 2 > 3",
                "list[2] + 4",
                "same = null",
                "last + {}"
            ]
        );
    }

    #[test]
    fn values_are_compared_as_they_are_written() {
        let check = |left: &str, right: &str, expected: &[&str]| {
            assert_eq!(seen(left, right), expected, "{left} {right}");
        };
        check(r#"{"a":1}"#, r#"{"a":1.0}"#, &["a: 1 > 1.0"]);
        check(r#"{"a":1}"#, r#"{"a":"1"}"#, &["a: 1 > 1"]);
        check(r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#, &["a = A"]);
        check(r#"{"a":{}}"#, r#"{"a":[]}"#, &["a: {} > []"]);
        check(r#"{"a":{"b":1}}"#, r#"{"a":{}}"#, &["a + {}", "a.b - 1"]);
        check(r#"{"a":1,"a":2}"#, r#"{"a":2}"#, &["a = 2"]);
        check(
            r#"{"a-b":{"c":[{"d":1}]}}"#,
            r#"{"a-b":{"c":[{"d":2}]}}"#,
            &[r#"["a-b"].c[0].d: 1 > 2"#],
        );
        check("{}", "{}", &[" = {}"]);
    }

    #[test]
    fn what_was_stored_is_what_was_sent_however_the_server_writes_it() {
        let sent = JsonText::parse(
            r#"{"action":"login","app":"a","client_ip":"::ffff:192.0.2.1","expires":"2026-11-22T12:00:00Z",
            "context":{"n":1.50,"big":1e2,"text":"x","eventide_intent":"one"},"user":{},"brand":{}}"#,
        )
        .unwrap();
        let stored = |app: &str, context: &str| {
            let text = format!(
                r#"{{"pk":"f6e33af7-10b9-466d-b649-8abeb23e408f","created":"x","user":{{}},"action":"login","app":"{app}",
                "client_ip":"192.0.2.1","expires":"2027-01-01T00:00:00Z","context":{context},"brand":{{"name":"x"}}}}"#
            );
            let leaves = changed(&sent, &Event::read(&text).unwrap());
            leaves
                .iter()
                .map(|leaf| leaf.path.original().to_owned())
                .collect::<Vec<_>>()
        };
        let good = r#"{"text":"x","big":100.0,"n":1.5,"more":1,"eventide_intent":"two"}"#;
        assert_eq!(stored("a", good), Vec::<String>::new());
        assert_eq!(stored("b", good), ["app"]);
        assert_eq!(
            stored("a", r#"{"text":"y","n":1.5}"#),
            ["context.big", "context.text"]
        );
        assert_eq!(
            stored("a", "[]"),
            ["context.n", "context.big", "context.text"]
        );
    }

    #[test]
    fn numbers_are_the_same_however_they_are_spelt() {
        for (left, right) in [
            ("1.50", "1.5"),
            ("1e2", "100.0"),
            ("1E+2", "100"),
            ("0.00120", "1.2e-3"),
            ("-0", "0.0"),
            ("123456789012345678901234567890", "1.2345678901234568e+29"),
        ] {
            assert!(means_the_same(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("1", "10"),
            ("1", "-1"),
            ("0.1", "0.01"),
            ("1.5", "1.50x"),
            ("x", "y"),
            ("", ""),
            (".5", "0.5"),
        ] {
            assert!(!means_the_same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn a_copy_holds_the_differences_a_line_each() {
        let parse = |text: &str| JsonText::parse(text).unwrap();
        let leaves = texts(
            &parse(r#"{"a":1,"b":2,"c":"x\ny"}"#),
            &parse(r#"{"a":1,"b":3,"d":4}"#),
        );
        assert_eq!(
            as_text(&leaves).original(),
            "- b: 2\n+ b: 3\n+ d: 4\n- c: x\\ny\n"
        );
        assert_eq!(leaves.iter().filter(|leaf| differs(leaf)).count(), 3);
    }

    #[test]
    fn depth_and_size_are_no_danger() {
        let deep = format!("{}1{}", "[".repeat(3_000), "]".repeat(3_000));
        assert_eq!(seen(&deep, &deep).len(), 1);
        let steep = format!("{}1{}", "[1,".repeat(20_000), "]".repeat(20_000));
        assert!(seen(&steep, &steep).len() < MOST_LEAVES);
        let wide: Vec<String> = (0..MOST_LEAVES + 10).map(|n| n.to_string()).collect();
        let wide = format!("[{}]", wide.join(","));
        assert_eq!(seen(&wide, "[]").len(), MOST_LEAVES + 1);
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            "-?[1-9][0-9]{0,3}",
            any::<String>().prop_map(|text| crate::json::quoted(&text)),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4)
                    .prop_map(|members| format!("[{}]", members.join(","))),
                proptest::collection::vec(("[a-d]{1,2}", inner), 0..4).prop_map(|members| {
                    let members: Vec<String> = members
                        .into_iter()
                        .map(|(key, value)| format!("\"{key}\":{value}"))
                        .collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_differs_from_itself_and_both_ways_tell_the_same(left in json(), right in json()) {
            let parse = |text: &str| JsonText::parse(text).unwrap();
            let (left, right) = (parse(&left), parse(&right));
            prop_assert!(texts(&left, &left).iter().all(|leaf| !differs(leaf)));
            let there = texts(&left, &right);
            let mut paths: Vec<_> = there.iter().map(|leaf| &leaf.path).collect();
            paths.sort();
            paths.dedup();
            prop_assert_eq!(paths.len(), there.len());
            let back = texts(&right, &left);
            let count = |leaves: &[Leaf]| leaves.iter().filter(|leaf| differs(leaf)).count();
            prop_assert_eq!(count(&there), count(&back));
        }
    }
}
