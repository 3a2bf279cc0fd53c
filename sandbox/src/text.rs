//! Text as PostgreSQL and Python compare it.

use std::borrow::Cow;

/// What Python's `str.strip()` takes off.
#[must_use]
pub fn is_python_blank(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\u{1c}'..='\u{1f}')
}

/// PostgreSQL's `upper()`: one sign for one sign.
#[must_use]
pub fn upper(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Cow::Owned(text.to_ascii_uppercase());
        }
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(upper_sign).collect())
}

fn upper_sign(sign: char) -> char {
    let mut upper = sign.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => sign,
    }
}

/// Where in a text a needle may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// At the start.
    Start,
    /// At the end.
    End,
}

/// Whether a text has a needle, in capitals or not; the needle is given in [upper] form.
#[must_use]
pub fn has(text: &str, needle: &str, place: Place) -> bool {
    if needle.is_empty() {
        return true;
    }
    if needle.is_ascii() {
        return has_ascii(text.as_bytes(), needle.as_bytes(), place);
    }
    let text = upper(text);
    match place {
        Place::Anywhere => text.contains(needle),
        Place::Start => text.starts_with(needle),
        Place::End => text.ends_with(needle),
    }
}

fn has_ascii(text: &[u8], needle: &[u8], place: Place) -> bool {
    let Some(last) = text.len().checked_sub(needle.len()) else {
        return false;
    };
    let same = |at: usize| {
        text.get(at..at + needle.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(needle))
    };
    match place {
        Place::Start => same(0),
        Place::End => same(last),
        Place::Anywhere => {
            let first = needle.first().copied().unwrap_or_default();
            let other = first.to_ascii_lowercase();
            let heads = text.get(..=last).unwrap_or_default();
            heads
                .iter()
                .enumerate()
                .any(|(at, byte)| (*byte == first || *byte == other) && same(at))
        }
    }
}

/// Splits a search into its words as Django REST framework does: at blanks and commas; quotes
/// hold a phrase together.
#[must_use]
pub fn search_words(search: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in smart_split(search) {
        let part = part.trim_matches(',');
        let mark = part
            .chars()
            .next()
            .filter(|mark| matches!(mark, '"' | '\''));
        match mark {
            Some(mark) if part.ends_with(mark) => words.push(unescape_literal(part, mark)),
            _ => words.extend(
                part.split(',')
                    .filter(|word| !word.is_empty())
                    .map(|word| word.trim_matches(is_python_blank).to_owned()),
            ),
        }
    }
    words
}

/// The inside of a quoted literal. One lonely quote has nothing inside.
fn unescape_literal(literal: &str, mark: char) -> String {
    let inside = literal
        .get(1..literal.len().saturating_sub(1))
        .unwrap_or_default();
    inside
        .replace(&format!("\\{mark}"), &mark.to_string())
        .replace("\\\\", "\\")
}

/// Django's `smart_split`: parts between blanks, where a complete quoted phrase may hold blanks.
fn smart_split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let rest = rest.trim_start_matches(is_python_blank);
        if rest.is_empty() {
            break;
        }
        let start = text.len() - rest.len();
        let length =
            with_phrases(rest).unwrap_or_else(|| rest.find(is_python_blank).unwrap_or(rest.len()));
        parts.push(text.get(start..start + length).unwrap_or_default());
        at = start + length;
    }
    parts
}

/// The length of plain text with at least one complete quoted phrase in it.
fn with_phrases(text: &str) -> Option<usize> {
    let plain = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest
            .find(|sign: char| is_python_blank(sign) || matches!(sign, '"' | '\''))
            .unwrap_or(rest.len())
    };
    let mut end = None;
    let mut at = plain(0);
    while let Some(close) = phrase(text, at) {
        at = plain(close);
        end = Some(at);
    }
    end
}

/// The byte behind the phrase that opens at `at`, if it opens and closes.
fn phrase(text: &str, at: usize) -> Option<usize> {
    let mut signs = text.get(at..)?.char_indices();
    let (_, mark) = signs
        .next()
        .filter(|(_, mark)| matches!(mark, '"' | '\''))?;
    while let Some((offset, sign)) = signs.next() {
        if sign == '\\' {
            // A dot of the pattern: anything but the end of a line.
            signs.next().filter(|(_, escaped)| *escaped != '\n')?;
        } else if sign == mark {
            return Some(at + offset + 1);
        }
    }
    None
}

/// Python's `int()` of a text: blanks around, one sign, single underscores between digits.
#[must_use]
pub fn python_int(text: &str) -> Option<i64> {
    let text = text.trim_matches(is_python_blank);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let well_formed = digits
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    if !well_formed {
        return None;
    }
    let plain = text.replace('_', "");
    let saturated = if plain.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Some(
        plain
            .strip_prefix('+')
            .unwrap_or(&plain)
            .parse()
            .unwrap_or(saturated),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as Django REST framework split it.
    #[test]
    fn searches_are_split_as_the_framework_splits_them() {
        let rows: &[(&str, &[&str])] = &[
            ("\"", &[""]),
            ("\"a b\" c", &["a b", "c"]),
            ("'a b'", &["a b"]),
            ("a,b", &["a", "b"]),
            ("a, b", &["a", "b"]),
            (",", &[]),
            ("\"a,b\"", &["a,b"]),
            ("\"a\" \"", &["a", ""]),
            ("a\"b c\"d", &["a\"b c\"d"]),
            ("\"a b", &["\"a", "b"]),
            ("it's", &["it's"]),
            ("\"a\\\"b\"", &["a\"b"]),
            ("  ", &[]),
            ("a\tb\nc", &["a", "b", "c"]),
            ("\"a\",\"b\"", &["a\",\"b"]),
            ("x=\"y z\"", &["x=\"y z\""]),
            ("\\", &["\\"]),
            ("\"\\", &["\"\\"]),
            ("\"\\\"", &["\\"]),
            ("''", &[""]),
            ("a,,b", &["a", "b"]),
            (",\"a b\",", &["a b"]),
            ("\"a\\nb\"", &["a\\nb"]),
        ];
        for (search, words) in rows {
            assert_eq!(search_words(search), *words, "{search:?}");
        }
    }

    #[test]
    fn case_does_not_matter_in_any_script() {
        assert!(has("user Müller", "MÜLLER", Place::Anywhere));
        assert!(has("AbCd", "BC", Place::Anywhere));
        assert!(has("abcd", "AB", Place::Start) && !has("abcd", "BC", Place::Start));
        assert!(has("abcd", "CD", Place::End) && !has("abcd", "BC", Place::End));
        assert!(has("", "", Place::Anywhere) && !has("", "A", Place::Anywhere));
        assert_eq!(upper("straße ä"), "STRAßE Ä");
    }

    #[test]
    fn integers_are_read_as_python_reads_them() {
        let rows = [
            ("1_0", Some(10)),
            (" 5 ", Some(5)),
            ("+5", Some(5)),
            ("-0", Some(0)),
            ("1.0", None),
            ("", None),
            ("1__0", None),
            ("_1", None),
            ("0x1", None),
            ("-", None),
        ];
        for (text, expected) in rows {
            assert_eq!(python_int(text), expected, "{text:?}");
        }
    }
}
