//! The colours of a JSON text that may be broken: for editors and raw views.
//!
//! This only tells words apart; whether they stand in the right order is
//! [`JsonText::parse`](super::JsonText::parse)'s business. It never fails and goes over the text once.

use std::ops::Range;

/// A coloured part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes; always at character borders.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
}

/// The kinds of [`Token`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A string before a colon, with its quotes.
    Key,
    /// Any other string, with its quotes.
    String,
    /// What looks like a number.
    Number,
    /// `true`, `false`, `null`
    Literal,
    /// Brackets, commas, colons.
    Punctuation,
    /// Anything else that is no white space.
    Other,
}

/// The coloured parts of a text in order, without overlap; what lies between them is white space.
/// A string without its closing quote ends with its line.
///
/// ```
/// use eventide::json::syntax::{TokenKind, tokens};
///
/// let kinds: Vec<_> = tokens(r#"{"a": 1"#).into_iter().map(|token| token.kind).collect();
/// assert_eq!(kinds, [TokenKind::Punctuation, TokenKind::Key, TokenKind::Punctuation, TokenKind::Number]);
/// ```
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let (kind, length) = match first {
            ' ' | '\t' | '\n' | '\r' => {
                at += first.len_utf8();
                continue;
            }
            '{' | '}' | '[' | ']' | ',' => (TokenKind::Punctuation, 1),
            ':' => {
                if let Some(last) = tokens
                    .last_mut()
                    .filter(|last| last.kind == TokenKind::String)
                {
                    last.kind = TokenKind::Key;
                }
                (TokenKind::Punctuation, 1)
            }
            '"' => (TokenKind::String, string_length(rest)),
            _ => {
                let length = rest
                    .find([' ', '\t', '\n', '\r', '{', '}', '[', ']', ',', ':', '"'])
                    .unwrap_or(rest.len());
                let word = rest.get(..length).unwrap_or_default();
                let kind = match word {
                    "true" | "false" | "null" => TokenKind::Literal,
                    _ if first == '-' || first.is_ascii_digit() => TokenKind::Number,
                    _ => TokenKind::Other,
                };
                (kind, length)
            }
        };
        tokens.push(Token {
            range: at..at + length,
            kind,
        });
        at += length;
    }
    tokens
}

/// The length of the string at the start of `text`, up to its closing quote or the end of its line.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return at,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
