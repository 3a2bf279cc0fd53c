//! What differs between two texts, for the eyes: marks inside one line, and marks by line.
//!
//! Both texts come as a screen will show them. Nothing here decides whether two values are equal;
//! that was known before.

use super::change::{Change, FieldChange};
use crate::{
    json::{JsonText, Kind},
    text::Untrusted,
};

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
    /// Its text in parts, or how many lines are left out here.
    pub runs: Vec<Run>,
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

/// Compares two values: texts line by line, objects and lists entry by entry, each at its place in
/// the value. Long stretches of equal lines are left out, and in a line that has a counterpart the
/// words that differ are marked.
pub fn lines(before: Option<&JsonText>, after: Option<&JsonText>) -> Vec<Line> {
    let entries = |side: Option<&JsonText>| side.map(entries).unwrap_or_default();
    let (old, new) = (entries(before), entries(after));
    without_long_equals(&compared(&old, &new))
}

/// A line of a value, and where in the value it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    place: u64,
    text: String,
}

/// The lines of a value. A tree has no commas: an entry does not change because one follows it.
fn entries(value: &JsonText) -> Vec<Entry> {
    let tree = value.tree();
    let root = tree.root();
    match root.kind() {
        Kind::Null => return Vec::new(),
        Kind::String => {
            let text = Untrusted::new(root.string().unwrap_or_default()).visible_lines();
            return text
                .lines()
                .map(|line| Entry::new(PLACE, line.to_owned()))
                .collect();
        }
        Kind::Object | Kind::Array | Kind::Number | Kind::Bool => {}
    }
    let mut entries = Vec::new();
    // The containers that are open: where they end, and the line that closes them.
    let mut open: Vec<(usize, Entry)> = Vec::new();
    for node in tree.nodes() {
        close(&mut open, node.index(), &mut entries);
        let around = open.last().map_or(PLACE, |(_, entry)| entry.place);
        let key = node.key_text();
        let place = key.map_or(around.wrapping_add(1), |key| placed(around, key));
        let (bracket, end) = match node.kind() {
            Kind::Object => ("{", "}"),
            Kind::Array => ("[", "]"),
            Kind::String | Kind::Number | Kind::Bool | Kind::Null => ("", ""),
        };
        let indent = "  ".repeat(open.len().min(DEEPEST));
        let said = match (bracket, node.is_empty()) {
            ("", _) => node.text().to_owned(),
            (_, true) => format!("{bracket}{end}"),
            (_, false) => bracket.to_owned(),
        };
        let key = key.map_or_else(String::new, |key| format!("{key}: "));
        let text = Untrusted::new(format!("{indent}{key}{said}")).visible();
        entries.push(Entry::new(place, text));
        if !bracket.is_empty() && !node.is_empty() {
            open.push((node.end(), Entry::new(place, format!("{indent}{end}"))));
        }
    }
    close(&mut open, usize::MAX, &mut entries);
    entries
}

/// Ends the containers that do not reach as far as a node.
fn close(open: &mut Vec<(usize, Entry)>, index: usize, entries: &mut Vec<Entry>) {
    while let Some((_, entry)) = open.pop_if(|(end, _)| *end <= index) {
        entries.push(entry);
    }
}

/// Deeper entries are not indented further.
const DEEPEST: usize = 40;

/// Where a value itself stands.
const PLACE: u64 = 0xcbf2_9ce4_8422_2325;

/// The place of an entry within the place of its object (FNV-1a). Members of a list have no place
/// of their own, because a list moves when one comes or goes.
fn placed(around: u64, key: &str) -> u64 {
    key.bytes().chain([0]).fold(around, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl Entry {
    fn new(place: u64, text: String) -> Self {
        Self { place, text }
    }
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
        FieldChange::Replaced { before, after } => {
            let one =
                |sign, value: &Option<JsonText>| value.as_ref().map(|value| side(sign, value));
            one('-', before).unwrap_or_default() + &one('+', after).unwrap_or_default()
        }
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

fn compared<'a>(old: &'a [Entry], new: &'a [Entry]) -> Vec<(Side, &'a Entry)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let middle = |lines: &'a [Entry]| -> Vec<&'a Entry> {
        let count = lines.len() - head - tail;
        lines.iter().skip(head).take(count).collect()
    };
    let (middle_old, middle_new) = (middle(old), middle(new));
    let head = old.iter().take(head);
    let mut all: Vec<(Side, &Entry)> = head.map(|line| (Side::Both, line)).collect();
    if middle_old.len().max(middle_new.len()) > LINES_COMPARED {
        all.extend(middle_old.iter().map(|line| (Side::Before, *line)));
        all.extend(middle_new.iter().map(|line| (Side::After, *line)));
    } else {
        all.extend(by_longest_common(&middle_old, &middle_new));
    }
    all.extend(
        old.iter()
            .skip(old.len() - tail)
            .map(|line| (Side::Both, line)),
    );
    all
}

/// The textbook table, read from the front: cell (i, j) holds how many lines `old[i..]` and
/// `new[j..]` share.
fn by_longest_common<'a>(old: &[&'a Entry], new: &[&'a Entry]) -> Vec<(Side, &'a Entry)> {
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

fn without_long_equals(all: &[(Side, &Entry)]) -> Vec<Line> {
    let marks = counterparts(all);
    let differs = |at: usize| all.get(at).is_some_and(|(side, _)| *side != Side::Both);
    let near = |at: usize| (at.saturating_sub(LINES_AROUND)..=at + LINES_AROUND).any(differs);
    let mut lines: Vec<Line> = Vec::new();
    let mut left_out = 0usize;
    for (at, ((side, entry), runs)) in all.iter().zip(marks).enumerate() {
        // Leaving out a single line would take as much room as the line itself.
        if near(at) || (left_out == 0 && near(at + 1)) {
            if left_out > 0 {
                lines.push(Line::left_out(left_out));
                left_out = 0;
            }
            lines.push(Line {
                side: *side,
                runs: runs.unwrap_or_else(|| plain(&entry.text)),
            });
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        lines.push(Line::left_out(left_out));
    }
    lines
}

impl Line {
    fn left_out(count: usize) -> Self {
        Self {
            side: Side::LeftOut,
            runs: plain(&count.to_string()),
        }
    }
}

fn plain(text: &str) -> Vec<Run> {
    vec![Run {
        text: text.to_owned(),
        differs: false,
    }]
}

/// The runs of the lines that stand for the same entry on both sides; none for the other lines.
/// Such lines are found within one stretch of differences only.
fn counterparts(all: &[(Side, &Entry)]) -> Vec<Option<Vec<Run>>> {
    let mut runs: Vec<Option<Vec<Run>>> = vec![None; all.len()];
    let mut waiting: Vec<(usize, &Entry)> = Vec::new();
    for (at, (side, entry)) in all.iter().enumerate() {
        match side {
            Side::Before if waiting.len() < LINES_COMPARED => waiting.push((at, entry)),
            Side::Before => {}
            Side::Both | Side::LeftOut => waiting.clear(),
            Side::After => {
                let found = waiting.iter().position(|(_, old)| old.place == entry.place);
                let Some((old_at, old)) = found.map(|found| waiting.remove(found)) else {
                    continue;
                };
                let (left, right) = marked(&old.text, &entry.text);
                for (at, marked) in [(old_at, left), (at, right)] {
                    if let Some(place) = runs.get_mut(at) {
                        *place = Some(marked);
                    }
                }
            }
        }
    }
    runs
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
        let value = |text: &str| JsonText::parse(text).unwrap();
        drawn_lines(&lines(Some(&value(before)), Some(&value(after))))
    }

    fn drawn_lines(lines: &[Line]) -> String {
        let line = |line: &Line| {
            let sign = match line.side {
                Side::Both => ' ',
                Side::Before => '-',
                Side::After => '+',
                Side::LeftOut => '…',
            };
            format!("{sign}{}\n", shown(&line.runs))
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn entries_are_compared_at_their_place() {
        let check = |before: &str, after: &str, expected: &[&str]| {
            let expected: String = expected.iter().map(|line| format!("{line}\n")).collect();
            assert_eq!(drawn(before, after), expected, "{before} -> {after}");
        };
        // A comma more is no difference, and the words that differ are marked.
        check(
            r#"{"a":1,"b":"two words"}"#,
            r#"{"a":1,"b":"two apples","c":4}"#,
            &[
                " {",
                r#"   "a": 1"#,
                r#"-  "b": "two [words]""#,
                r#"+  "b": "two [apples]""#,
                r#"+  "c": 4"#,
                " }",
            ],
        );
        check(
            r#"{"x":{"on":true},"y":{"on":false}}"#,
            r#"{"x":{"on":true},"z":{"on":false}}"#,
            &[
                " {",
                r#"   "x": {"#,
                r#"     "on": true"#,
                "   }",
                r#"-  "y": {"#,
                r#"-    "on": false"#,
                "-  }",
                r#"+  "z": {"#,
                r#"+    "on": false"#,
                "+  }",
                " }",
            ],
        );
        check(
            r#"["ops","sre"]"#,
            r#"["oncall","ops"]"#,
            &[" [", r#"+  "oncall""#, r#"   "ops""#, r#"-  "sre""#, " ]"],
        );
        check("[]", "{}", &["-[]", "+{}"]);
        check("null", "[1]", &["+[", "+  1", "+]"]);
        check(
            r#""one\ntwo""#,
            r#""one\nthree""#,
            &[" one", "-two", "+three"],
        );
        check(
            "{\"k\":\"a\"}",
            "{\"k\":\"\u{202e}a\"}",
            &[" {", r#"-  "k": "a""#, r#"+  "k": "[⟨U+202E⟩]a""#, " }"],
        );
    }

    #[test]
    fn a_side_that_was_not_recorded_has_no_lines() {
        let value = JsonText::parse("[1]").unwrap();
        assert_eq!(drawn_lines(&lines(None, Some(&value))), "+[\n+  1\n+]\n");
        assert_eq!(drawn_lines(&lines(None, None)), "");
    }

    fn list(count: usize, item: impl Fn(usize) -> String) -> String {
        let items: Vec<String> = (0..count).map(item).collect();
        format!("[{}]", items.join(","))
    }

    #[test]
    fn long_equal_stretches_are_counted_instead_of_shown() {
        let numbers = list(50, |at| at.to_string());
        let text = drawn(&numbers, &numbers.replace(",25,", ",\"changed\","));
        assert!(
            text.starts_with("…23\n   22\n   23\n   24\n-  25\n+  \"changed\"\n   26\n"),
            "{text}"
        );
        assert!(text.ends_with("…22\n"), "{text}");
    }

    #[test]
    fn blocks_of_any_length_and_depth_are_compared() {
        let value = |text: &str| JsonText::parse(text).unwrap();
        let long = |letter: &str| value(&list(2_000, |at| format!("\"{letter}{at}\"")));
        assert_eq!(differing(&lines(Some(&long("a")), Some(&long("b")))), 4_000);
        let deep = |leaf: &str| {
            let (open, close) = ("[".repeat(50_000), "]".repeat(50_000));
            value(&format!("{open}{leaf}{close}"))
        };
        assert_eq!(differing(&lines(Some(&deep("1")), Some(&deep("2")))), 2);
    }
}
