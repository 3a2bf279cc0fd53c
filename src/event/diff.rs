//! What differs between two texts, for the eyes: marks inside one line, and marks by line.
//!
//! Both texts come as a screen will show them. Nothing here decides whether two values are equal;
//! that was known before.

use super::change::{Change, FieldChange};
use crate::{json::JsonText, text::Untrusted};

/// A part of a line, and whether the other side has it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its text.
    pub text: String,
    /// Whether only this side has it.
    pub differs: bool,
}

/// A line of a block, and on which side it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// On which side.
    pub side: Side,
    /// Its text, or how many lines are left out here.
    pub text: String,
}

/// Where a [`Line`] stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before and after.
    Both,
    /// Before only.
    Before,
    /// After only.
    After,
    /// Equal lines that are left out.
    LeftOut,
}

/// Blocks with more lines than this are compared by their common head and tail only: the table
/// of the longest common sequence grows with the product of both sides.
const LINES_COMPARED: usize = 400;

/// Equal lines kept around a difference.
const LINES_AROUND: usize = 3;

/// Marks, word by word, what two single lines do not share. Lines that share no word carry no
/// marks at all: a mark over everything says nothing.
///
/// `https://metrics.example/` and `https://grafana.example/` differ in `metrics` and `grafana`.
pub fn marked(before: &str, after: &str) -> (Vec<Run>, Vec<Run>) {
    let (old, new) = (words(before), words(after));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()).saturating_sub(head);
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let shared = old.iter().take(head).chain(old.iter().rev().take(tail));
    let worth_it = shared
        .flat_map(|word| word.chars())
        .any(char::is_alphanumeric);
    (
        runs(&old, head, tail, worth_it),
        runs(&new, head, tail, worth_it),
    )
}

/// Compares two blocks line by line; long stretches of equal lines are left out.
pub fn lines(before: &str, after: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    without_long_equals(&compared(&old, &new))
}

/// How many lines stand on one side only.
pub fn differing(lines: &[Line]) -> usize {
    lines
        .iter()
        .filter(|line| matches!(line.side, Side::Before | Side::After))
        .count()
}

/// What changed as text for the clipboard: a line a value, `-` before what went and `+` before
/// what came.
pub fn as_text(changes: &[Change]) -> Untrusted {
    Untrusted::new(changes.iter().map(change_as_text).collect::<String>())
}

fn change_as_text(change: &Change) -> String {
    let field = change.field.original();
    let side = |sign: char, value: &JsonText| format!("{sign} {field}: {}\n", value.compact());
    let sides = |sign: char, values: &[JsonText]| -> String {
        values.iter().map(|value| side(sign, value)).collect()
    };
    match &change.kind {
        FieldChange::Replaced { before, after } => side('-', before) + &side('+', after),
        FieldChange::Members { added, removed } => sides('-', removed) + &sides('+', added),
        FieldChange::Cleared => format!("- {field}: all members\n"),
        FieldChange::Masked => format!("  {field}: redacted by authentik\n"),
        FieldChange::Unclear(value) => side(' ', value),
    }
}

fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    for letter in line.chars() {
        let word = letter.is_alphanumeric();
        match words.last_mut() {
            Some(last) if word && inside => last.push(letter),
            _ => words.push(letter.to_string()),
        }
        inside = word;
    }
    words
}

fn runs(words: &[String], head: usize, tail: usize, worth_it: bool) -> Vec<Run> {
    let middle = words.len().saturating_sub(head + tail);
    let text = |from: usize, count: usize| {
        words
            .iter()
            .skip(from)
            .take(count)
            .map(String::as_str)
            .collect()
    };
    if !worth_it {
        return vec![Run {
            text: text(0, words.len()),
            differs: false,
        }];
    }
    [
        Run {
            text: text(0, head),
            differs: false,
        },
        Run {
            text: text(head, middle),
            differs: true,
        },
        Run {
            text: text(head + middle, tail),
            differs: false,
        },
    ]
    .into_iter()
    .filter(|run| !run.text.is_empty())
    .collect()
}

fn compared<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Side, &'a str)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let middle = |lines: &[&'a str]| {
        lines
            .iter()
            .skip(head)
            .take(lines.len() - head - tail)
            .copied()
            .collect()
    };
    let (middle_old, middle_new): (Vec<&str>, Vec<&str>) = (middle(old), middle(new));
    let mut all: Vec<(Side, &str)> = old
        .iter()
        .take(head)
        .map(|line| (Side::Both, *line))
        .collect();
    if middle_old.len().max(middle_new.len()) > LINES_COMPARED {
        all.extend(middle_old.iter().map(|line| (Side::Before, *line)));
        all.extend(middle_new.iter().map(|line| (Side::After, *line)));
    } else {
        all.extend(by_longest_common(&middle_old, &middle_new));
    }
    all.extend(
        old.iter()
            .skip(old.len() - tail)
            .map(|line| (Side::Both, *line)),
    );
    all
}

/// The textbook table, read from the front: cell (i, j) holds how many lines `old[i..]` and
/// `new[j..]` share.
fn by_longest_common<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Side, &'a str)> {
    let width = new.len() + 1;
    let mut shared = vec![0u16; (old.len() + 1) * width];
    let cell = |table: &[u16], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            let best = if left == right {
                cell(&shared, i + 1, j + 1) + 1
            } else {
                cell(&shared, i + 1, j).max(cell(&shared, i, j + 1))
            };
            if let Some(place) = shared.get_mut(i * width + j) {
                *place = best;
            }
        }
    }
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (Some(left), Some(right)) if left == right => {
                all.push((Side::Both, *left));
                (i, j) = (i + 1, j + 1);
            }
            (Some(left), right)
                if right.is_none() || cell(&shared, i + 1, j) >= cell(&shared, i, j + 1) =>
            {
                all.push((Side::Before, *left));
                i += 1;
            }
            (_, Some(right)) => {
                all.push((Side::After, *right));
                j += 1;
            }
            (_, None) => return all,
        }
    }
}

fn without_long_equals(all: &[(Side, &str)]) -> Vec<Line> {
    let differs = |at: usize| all.get(at).is_some_and(|(side, _)| *side != Side::Both);
    let near = |at: usize| (at.saturating_sub(LINES_AROUND)..=at + LINES_AROUND).any(differs);
    let mut lines: Vec<Line> = Vec::new();
    let mut left_out = 0usize;
    for (at, (side, text)) in all.iter().enumerate() {
        // Leaving out a single line would take as much room as the line itself.
        if near(at) || (left_out == 0 && near(at + 1)) {
            if left_out > 0 {
                lines.push(Line {
                    side: Side::LeftOut,
                    text: left_out.to_string(),
                });
                left_out = 0;
            }
            lines.push(Line {
                side: *side,
                text: (*text).to_owned(),
            });
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        lines.push(Line {
            side: Side::LeftOut,
            text: left_out.to_string(),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| {
                if run.differs {
                    format!("[{}]", run.text)
                } else {
                    run.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn a_changed_word_is_marked_and_its_neighbours_are_not() {
        let check = |before: &str, after: &str, old: &str, new: &str| {
            let (left, right) = marked(before, after);
            assert_eq!(
                (shown(&left).as_str(), shown(&right).as_str()),
                (old, new),
                "{before} -> {after}"
            );
        };
        check(
            "https://metrics.harbor.example/login",
            "https://grafana.harbor.example/login",
            "https://[metrics].harbor.example/login",
            "https://[grafana].harbor.example/login",
        );
        check("any", "all", "any", "all");
        check("30", "10", "30", "10");
        check("a b", "a b c", "a b", "a b[ c]");
        check("x x", "x x x", "x x", "x x[ x]");
        check("", "new", "", "new");
        check("äöü ß", "äöü s", "äöü [ß]", "äöü [s]");
    }

    fn drawn(before: &str, after: &str) -> String {
        lines(before, after)
            .iter()
            .map(|line| match line.side {
                Side::Both => format!(" {}\n", line.text),
                Side::Before => format!("-{}\n", line.text),
                Side::After => format!("+{}\n", line.text),
                Side::LeftOut => format!("…{}\n", line.text),
            })
            .collect()
    }

    #[test]
    fn blocks_keep_order_and_name_each_side() {
        assert_eq!(
            drawn(
                "{\n  \"a\": 1,\n  \"b\": 2\n}",
                "{\n  \"a\": 1,\n  \"b\": 3,\n  \"c\": 4\n}"
            ),
            " {\n   \"a\": 1,\n-  \"b\": 2\n+  \"b\": 3,\n+  \"c\": 4\n }\n"
        );
        assert_eq!(drawn("a\nb\nc", "a\nc"), " a\n-b\n c\n");
        assert_eq!(drawn("", "a"), "+a\n");
        assert_eq!(drawn("a", ""), "-a\n");
        assert_eq!(drawn("x\na\nb", "a\nb\nx"), "-x\n a\n b\n+x\n");
    }

    #[test]
    fn long_equal_stretches_are_counted_instead_of_shown() {
        let before: String = (0..50).map(|n| format!("{n}\n")).collect();
        let after = before.replace("25\n", "changed\n");
        let text = drawn(&before, &after);
        assert!(
            text.starts_with("…22\n 22\n 23\n 24\n-25\n+changed\n 26\n"),
            "{text}"
        );
        assert!(text.ends_with("…21\n"), "{text}");
    }

    #[test]
    fn blocks_beyond_the_table_are_still_compared() {
        let before: String = (0..2000).map(|n| format!("a{n}\n")).collect();
        let after: String = (0..2000).map(|n| format!("b{n}\n")).collect();
        assert_eq!(differing(&lines(&before, &after)), 4000);
    }
}
