//! The signs of a query.

use std::ops::Range;

use super::Operator;

/// One sign and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub range: Range<usize>,
}

/// What a sign is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name with its dots, as it stands.
    Name,
    /// A string, without quotes and escapes.
    Text(String),
    /// A number: it belongs to the language, and no field of an event takes it.
    Number,
    /// `True` or `False`: likewise.
    Truth,
    /// `None`: likewise.
    Nothing,
    Comma,
    Open,
    Close,
    /// An operator that is written with signs.
    Sign(Operator),
    Or,
    And,
    Not,
    In,
    StartsWith,
    EndsWith,
    /// A string that does not end in its line.
    OpenText,
    /// A string with an escape that does not exist.
    WrongEscape,
    /// Anything else: the text is no query.
    Foreign,
}

/// The signs of a text, in order. Whatever cannot be read is the last of them.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if is_blank(letter) {
            at += letter.len_utf8();
            continue;
        }
        let (kind, length) = token(text.get(at..).unwrap_or_default(), letter);
        let is_last = matches!(kind, Kind::OpenText | Kind::WrongEscape | Kind::Foreign);
        tokens.push(Token {
            kind,
            range: at..at + length,
        });
        if is_last {
            break;
        }
        at += length;
    }
    tokens
}

/// What stands between signs: fewer letters than Unicode calls blank.
fn is_blank(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{a0}' | '\n' | '\r' | '\u{2028}' | '\u{2029}'
    )
}

fn token(rest: &str, first: char) -> (Kind, usize) {
    let two = rest.get(..2).unwrap_or_default();
    match (first, two) {
        (',', _) => (Kind::Comma, 1),
        ('(', _) => (Kind::Open, 1),
        (')', _) => (Kind::Close, 1),
        ('=', _) => (Kind::Sign(Operator::Is), 1),
        ('~', _) => (Kind::Sign(Operator::Contains), 1),
        ('!', "!=") => (Kind::Sign(Operator::IsNot), 2),
        ('!', "!~") => (Kind::Sign(Operator::ContainsNot), 2),
        ('<', "<=") => (Kind::Sign(Operator::AtMost), 2),
        ('<', _) => (Kind::Sign(Operator::Less), 1),
        ('>', ">=") => (Kind::Sign(Operator::AtLeast), 2),
        ('>', _) => (Kind::Sign(Operator::More), 1),
        ('"', _) => string(rest),
        ('-' | '0'..='9', _) => number(rest),
        ('_' | 'a'..='z' | 'A'..='Z', _) => word(rest),
        _ => (Kind::Foreign, first.len_utf8()),
    }
}

/// A string from its opening quote on.
fn string(rest: &str) -> (Kind, usize) {
    let mut value = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (Kind::Text(value), at + 1),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => return (Kind::OpenText, at),
            '\\' => match letters.next() {
                // Each of these is itself behind a backslash, `n` too.
                Some((_, escaped @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't'))) => {
                    value.push(escaped);
                }
                Some((_, 'u')) => {
                    let Some(unit) = code_unit(rest.get(at + 2..).unwrap_or_default()) else {
                        return (Kind::WrongEscape, rest.len());
                    };
                    // Half of a pair is as impossible to store as NUL.
                    value.push(char::from_u32(unit).unwrap_or('\0'));
                    letters.nth(3);
                }
                _ => return (Kind::WrongEscape, rest.len()),
            },
            _ => value.push(letter),
        }
    }
    (Kind::OpenText, rest.len())
}

fn code_unit(rest: &str) -> Option<u32> {
    let digits = rest.get(..4)?;
    let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hexadecimal
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

/// A whole number or a decimal, with or without an exponent. A lonely minus is no sign.
fn number(rest: &str) -> (Kind, usize) {
    let digits = |from: usize| {
        rest.bytes()
            .skip(from)
            .take_while(u8::is_ascii_digit)
            .count()
    };
    let byte = |at: usize| rest.as_bytes().get(at).copied().unwrap_or_default();
    let mut end = usize::from(byte(0) == b'-');
    end += match byte(end) {
        b'0' => 1,
        b'1'..=b'9' => digits(end),
        _ => return (Kind::Foreign, 1),
    };
    if byte(end) == b'.' && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(byte(end), b'e' | b'E') {
        let sign = usize::from(matches!(byte(end + 1), b'+' | b'-'));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    (Kind::Number, end)
}

/// A word of the language, or a name with its dots. `order` is a name; `in.x` is `in` and a dot.
fn word(rest: &str) -> (Kind, usize) {
    let length = |from: usize| {
        rest.bytes()
            .skip(from)
            .take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric())
            .count()
    };
    let mut end = length(0);
    let kind = match rest.get(..end).unwrap_or_default() {
        "or" => Kind::Or,
        "and" => Kind::And,
        "not" => Kind::Not,
        "in" => Kind::In,
        "startswith" => Kind::StartsWith,
        "endswith" => Kind::EndsWith,
        "True" | "False" => Kind::Truth,
        "None" => Kind::Nothing,
        _ => Kind::Name,
    };
    if kind == Kind::Name {
        let starts_name = |at: usize| {
            rest.as_bytes()
                .get(at)
                .is_some_and(|byte| *byte == b'_' || byte.is_ascii_alphabetic())
        };
        while rest.as_bytes().get(end) == Some(&b'.') && starts_name(end + 1) {
            end += 1 + length(end + 1);
        }
    }
    (kind, end)
}
