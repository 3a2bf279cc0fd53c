//! Plain words as authentik takes a search apart that is no query.

use super::{Expression, Field, Operator, Root};

/// The words of a search, as authentik tells them apart: at blanks and commas; quotes hold a phrase
/// together.
///
/// ```
/// assert_eq!(eventide::ql::words("akadmin, \"New York\" x"), ["akadmin", "New York", "x"]);
/// ```
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    while !rest.is_empty() {
        let (part, behind) = rest
            .split_at_checked(part_length(rest))
            .unwrap_or((rest, ""));
        let part = part.trim_matches(',');
        match part.chars().next() {
            Some(quote @ ('"' | '\'')) if part.ends_with(quote) => words.push(phrase(part, quote)),
            _ => words.extend(
                part.split(',')
                    .map(|word| word.trim_matches(is_blank).to_owned()),
            ),
        }
        rest = behind.trim_start_matches(is_blank);
    }
    words.retain(|word| !word.is_empty());
    words
}

impl Expression {
    /// What a search for plain words finds, as a query that other conditions can be added to: each
    /// word somewhere in the event.
    pub fn words(text: &str) -> Self {
        /// Where authentik looks for words.
        const PLACES: [Root; 6] = [
            Root::Action,
            Root::App,
            Root::User,
            Root::Context,
            Root::ClientIp,
            Root::EventUuid,
        ];
        Self::all(words(text).into_iter().map(|word| {
            Self::any(PLACES.into_iter().map(|root| {
                let word = match root {
                    // A label stands for its action in a query, and labels begin with a capital.
                    Root::Action => word.to_ascii_lowercase(),
                    _ => word.clone(),
                };
                Self::compare(Field::of(root), Operator::Contains, word)
            }))
        }))
    }
}

/// What Python calls blank.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{1c}'..='\u{1f}')
}

/// The length of the first part: up to a blank that stands in no quotes, if quotes close in it; or
/// else up to the first blank.
fn part_length(text: &str) -> usize {
    let plain = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let length = rest.find(|letter| is_blank(letter) || matches!(letter, '"' | '\''));
        from + length.unwrap_or(rest.len())
    };
    let mut at = plain(0);
    let mut end = None;
    while let Some(length) = text.get(at..).and_then(phrase_length) {
        at = plain(at + length);
        end = Some(at);
    }
    end.unwrap_or_else(|| text.find(is_blank).unwrap_or(text.len()))
}

/// The length of the phrase in quotes that a text begins with.
fn phrase_length(text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    let (_, quote) = letters
        .next()
        .filter(|(_, first)| matches!(first, '"' | '\''))?;
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            return Some(at + 1);
        }
        if letter == '\\' {
            letters.next().filter(|(_, escaped)| *escaped != '\n')?;
        }
    }
    None
}

/// What stands in the quotes.
fn phrase(part: &str, quote: char) -> String {
    let inside = part
        .get(1..part.len().saturating_sub(1))
        .unwrap_or_default();
    inside
        .replace(&format!("\\{quote}"), &quote.to_string())
        .replace("\\\\", "\\")
}
