//! JSON as authentik treats it: read by orjson, kept by PostgreSQL as jsonb, written by orjson.
//!
//! Three texts of one value exist and this module turns each into the next:
//! what was **sent** (any JSON), what is **stored** (jsonb's own text: keys by length and then by
//! bytes, the last of two equal keys, `": "` and `", "` between the parts, numbers without an
//! exponent), and what is **answered** (no blanks, numbers in their shortest form).
//!
//! Reading is iterative: a text of 1,024 levels costs no stack.

use std::cmp::Ordering;
use std::collections::HashMap;

/// How deep orjson reads; one level more is a parse error.
pub const DEEPEST_INPUT: usize = 1024;

/// How deep orjson writes; a value that is deeper crashes the answer that holds it.
pub const DEEPEST_OUTPUT: usize = 255;

/// A JSON value as Python holds it after orjson read it: keys in the order of their first
/// appearance, each once.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Digits with an optional minus: any length, because jsonb keeps any length.
    Integer(String),
    /// What was written with a fraction or an exponent, or too long for 64 bits.
    Float(f64),
    /// Unescaped text.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// Why a text is not JSON, in orjson's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// orjson's message.
    pub message: &'static str,
    /// The character (not byte) at which it stumbled.
    pub character: usize,
    /// The line of that character, from 1.
    pub line: usize,
    /// The column of that character, from 1.
    pub column: usize,
}

impl Malformed {
    fn at(text: &str, byte: usize, message: &'static str) -> Malformed {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Malformed {
            message,
            character: before.chars().count(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{}: line {} column {} (char {})",
            self.message, self.line, self.column, self.character
        )
    }
}

/// The value cannot be written: too deep, or an integer of more than 64 bits. authentik's answer
/// crashes on it, and so does ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwritable;

/// Reads what a client sent, as orjson does.
///
/// # Errors
/// [Malformed] with orjson's words and position.
pub fn read(bytes: &[u8]) -> Result<Json, Malformed> {
    let at_start = |message| Malformed {
        message,
        character: 0,
        line: 1,
        column: 1,
    };
    if bytes.is_empty() {
        return Err(at_start("Input is a zero-length, empty document"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(at_start("str is not valid UTF-8: surrogates not allowed"));
    };
    if text.bytes().all(is_blank) {
        return Err(at_start("input data is empty"));
    }
    Reader::new(text, Integers::SixtyFourBits)
        .document()
        .map_err(|(byte, message)| Malformed::at(text, byte, message))
}

/// Reads JSON of our own making (a stored text, a seed line) and keeps integers of any length.
/// `None` if it is not JSON.
#[must_use]
pub fn read_stored(text: &str) -> Option<Json> {
    Reader::new(text, Integers::AnyLength).document().ok()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[derive(Clone, Copy, PartialEq)]
enum Integers {
    SixtyFourBits,
    AnyLength,
}

type Step<T> = Result<T, (usize, &'static str)>;

enum Open {
    Array(Vec<Json>),
    Object(Members, String),
}

/// The members of an object that is being read; a later equal key replaces the value and keeps
/// the place, as a Python dict does.
#[derive(Default)]
struct Members {
    list: Vec<(String, Json)>,
    places: HashMap<String, usize>,
}

impl Members {
    /// Small objects are searched, large ones are indexed: 2,000 keys must not cost 4,000,000 looks.
    const SMALL: usize = 16;

    fn put(&mut self, key: String, value: Json) {
        if self.list.len() == Self::SMALL {
            self.places = self
                .list
                .iter()
                .enumerate()
                .map(|(place, (key, _))| (key.clone(), place))
                .collect();
        }
        let place = if self.list.len() < Self::SMALL {
            self.list.iter().position(|(known, _)| *known == key)
        } else {
            self.places.get(&key).copied()
        };
        match place.and_then(|place| self.list.get_mut(place)) {
            Some(member) => member.1 = value,
            None => {
                if self.list.len() >= Self::SMALL {
                    self.places.insert(key.clone(), self.list.len());
                }
                self.list.push((key, value));
            }
        }
    }
}

struct Reader<'text> {
    text: &'text str,
    bytes: &'text [u8],
    at: usize,
    integers: Integers,
}

impl<'text> Reader<'text> {
    fn new(text: &'text str, integers: Integers) -> Reader<'text> {
        Reader {
            text,
            bytes: text.as_bytes(),
            at: 0,
            integers,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    /// An error here, or the end of the text if that is what is wrong.
    fn stumble<T>(&self, at: usize, message: &'static str) -> Step<T> {
        if at >= self.bytes.len() {
            Err((self.bytes.len(), "unexpected end of data"))
        } else {
            Err((at, message))
        }
    }

    fn document(mut self) -> Step<Json> {
        let mut open: Vec<Open> = Vec::new();
        self.blanks();
        'value: loop {
            let mut value = match self.peek() {
                Some(b'{') => {
                    self.enter(&open)?;
                    if self.empty(b'}') {
                        Json::Object(Vec::new())
                    } else {
                        let key = self.key()?;
                        open.push(Open::Object(Members::default(), key));
                        continue 'value;
                    }
                }
                Some(b'[') => {
                    self.enter(&open)?;
                    if self.empty(b']') {
                        Json::Array(Vec::new())
                    } else {
                        open.push(Open::Array(Vec::new()));
                        continue 'value;
                    }
                }
                _ => self.scalar()?,
            };
            // The value is complete: give it to what holds it, and close what it completes.
            loop {
                match open.pop() {
                    None => {
                        self.blanks();
                        return if self.at < self.bytes.len() {
                            Err((self.at, "unexpected content after document"))
                        } else {
                            Ok(value)
                        };
                    }
                    Some(Open::Array(mut items)) => {
                        items.push(value);
                        if self.more(b']')? {
                            open.push(Open::Array(items));
                            continue 'value;
                        }
                        value = Json::Array(items);
                    }
                    Some(Open::Object(mut members, key)) => {
                        members.put(key, value);
                        if self.more(b'}')? {
                            let key = self.key()?;
                            open.push(Open::Object(members, key));
                            continue 'value;
                        }
                        value = Json::Object(members.list);
                    }
                }
            }
        }
    }

    fn enter(&mut self, open: &[Open]) -> Step<()> {
        self.at += 1;
        if open.len() >= DEEPEST_INPUT {
            return Err((self.at, "array and object recursion depth exceeded"));
        }
        self.blanks();
        Ok(())
    }

    fn empty(&mut self, close: u8) -> bool {
        let empty = self.peek() == Some(close);
        if empty {
            self.at += 1;
        }
        empty
    }

    /// After a value: `true` after a comma with something behind it, `false` after the closing sign.
    fn more(&mut self, close: u8) -> Step<bool> {
        self.blanks();
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.blanks();
                if self.peek() == Some(close) {
                    return Err((comma, "trailing comma is not allowed"));
                }
                Ok(true)
            }
            Some(sign) if sign == close => {
                self.at += 1;
                Ok(false)
            }
            _ => self.stumble(self.at, "unexpected character"),
        }
    }

    fn key(&mut self) -> Step<String> {
        if self.peek() != Some(b'"') {
            return self.stumble(self.at, "unexpected character");
        }
        let key = self.string()?;
        self.blanks();
        if self.peek() != Some(b':') {
            return self.stumble(self.at, "unexpected character");
        }
        self.at += 1;
        self.blanks();
        Ok(key)
    }

    fn scalar(&mut self) -> Step<Json> {
        match self.peek() {
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true", Json::Bool(true)),
            Some(b'f') => self.literal("false", Json::Bool(false)),
            Some(b'n') => self.literal("null", Json::Null),
            _ => self.stumble(self.at, "unexpected character"),
        }
    }

    fn literal(&mut self, word: &'static str, value: Json) -> Step<Json> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else if word.as_bytes().starts_with(rest) {
            Err((self.bytes.len(), "unexpected end of data"))
        } else {
            Err((self.at, "invalid literal"))
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Step<Json> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        match self.digits() {
            0 => return self.stumble(self.at, "no digit after minus sign"),
            1 => {}
            _ if self.bytes.get(first) == Some(&b'0') => {
                return Err((first, "number with leading zero is not allowed"));
            }
            _ => {}
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            if self.digits() == 0 {
                return self.stumble(self.at, "no digit after decimal point");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.stumble(self.at, "no digit after exponent sign");
            }
        }
        let literal = self.text.get(start..self.at).unwrap_or_default();
        if whole {
            if literal == "-0" {
                return Ok(Json::Integer("0".to_owned()));
            }
            let fits = literal.parse::<u64>().is_ok() || literal.parse::<i64>().is_ok();
            if fits || self.integers == Integers::AnyLength {
                return Ok(Json::Integer(literal.to_owned()));
            }
        }
        match literal.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Json::Float(value)),
            _ => Err((start, "number is infinity when parsed as double")),
        }
    }

    fn string(&mut self) -> Step<String> {
        self.at += 1;
        let mut value = String::new();
        loop {
            let plain = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20)
            {
                self.at += 1;
            }
            value.push_str(self.text.get(plain..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => self.escape(&mut value)?,
                _ => return self.stumble(self.at, "unexpected control character in string"),
            }
        }
    }

    fn escape(&mut self, value: &mut String) -> Step<()> {
        let start = self.at;
        let plain = match self.bytes.get(start + 1) {
            Some(b'u') => {
                value.push(self.code_point(start)?);
                return Ok(());
            }
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return self.stumble(start + 1, "invalid escaped character in string"),
        };
        value.push(plain);
        self.at = start + 2;
        Ok(())
    }

    /// Four hexadecimal digits at a place; `Err` at the backslash of the escape they belong to.
    fn hex(&self, from: usize, escape: usize) -> Step<u32> {
        let digits = self
            .bytes
            .get(from..(from + 4).min(self.bytes.len()))
            .unwrap_or_default();
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err((escape, "invalid escaped sequence in string"));
        }
        if digits.len() < 4 {
            return Err((self.bytes.len(), "unexpected end of data"));
        }
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        u32::from_str_radix(digits, 16).map_err(|_| (escape, "invalid escaped sequence in string"))
    }

    fn code_point(&mut self, start: usize) -> Step<char> {
        let high = self.hex(start + 2, start)?;
        self.at = start + 6;
        let code = match high {
            0xD800..=0xDBFF => {
                let second = self.at;
                if self.bytes.get(second) != Some(&b'\\')
                    || self.bytes.get(second + 1) != Some(&b'u')
                {
                    return self.stumble(second, "no low surrogate in string");
                }
                let low = self.hex(second + 2, second)?;
                if !(0xDC00..=0xDFFF).contains(&low) {
                    return Err((second, "invalid low surrogate in string"));
                }
                self.at = second + 6;
                0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
            }
            0xDC00..=0xDFFF => return Err((start, "invalid high surrogate in string")),
            other => other,
        };
        char::from_u32(code).ok_or((start, "invalid escaped sequence in string"))
    }
}

impl Json {
    /// The member of an object. `None` for another key and for what is no object.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members
                .iter()
                .find(|(known, _)| known == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string value, and only of that.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// An integer value that fits.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            Json::Integer(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// Whether a NUL is in any key or text: jsonb cannot keep it.
    #[must_use]
    pub fn has_nul(&self) -> bool {
        match self {
            Json::String(text) => text.contains('\0'),
            Json::Array(items) => items.iter().any(Json::has_nul),
            Json::Object(members) => members
                .iter()
                .any(|(key, value)| key.contains('\0') || value.has_nul()),
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Float(_) => false,
        }
    }

    /// The text that PostgreSQL keeps for it.
    #[must_use]
    pub fn stored(&self) -> String {
        let mut out = String::new();
        self.store(&mut out);
        out
    }

    fn store(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Integer(digits) => out.push_str(digits),
            Json::Float(value) => out.push_str(&numeric(*value)),
            Json::String(text) => quote(text, out),
            Json::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    item.store(out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                let mut sorted: Vec<&(String, Json)> = members.iter().collect();
                sorted.sort_by(|(left, _), (right, _)| by_length(left, right));
                out.push('{');
                for (place, (key, value)) in sorted.into_iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    quote(key, out);
                    out.push_str(": ");
                    value.store(out);
                }
                out.push('}');
            }
        }
    }

    /// The text that orjson answers with, `inside` levels of which are already open.
    ///
    /// # Errors
    /// [Unwritable] when it is too deep or holds an integer of more than 64 bits.
    pub fn answered(&self, inside: usize) -> Result<String, Unwritable> {
        let mut out = String::new();
        self.answer(inside, &mut out)?;
        Ok(out)
    }

    fn answer(&self, inside: usize, out: &mut String) -> Result<(), Unwritable> {
        let opened = || {
            if inside < DEEPEST_OUTPUT {
                Ok(())
            } else {
                Err(Unwritable)
            }
        };
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Integer(digits) => integer(digits, out)?,
            Json::Float(value) => out.push_str(&shortest(*value)),
            Json::String(text) => quote(text, out),
            Json::Array(items) => {
                opened()?;
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    item.answer(inside + 1, out)?;
                }
                out.push(']');
            }
            Json::Object(members) => {
                opened()?;
                out.push('{');
                for (place, (key, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    value.answer(inside + 1, out)?;
                }
                out.push('}');
            }
        }
        Ok(())
    }

    /// What Python's `str()` makes of it, as it stands in "… is not a valid choice."
    #[must_use]
    pub fn python_text(&self) -> String {
        match self {
            Json::String(text) => text.clone(),
            other => other.python_repr(),
        }
    }

    fn python_repr(&self) -> String {
        match self {
            Json::Null => "None".to_owned(),
            Json::Bool(true) => "True".to_owned(),
            Json::Bool(false) => "False".to_owned(),
            Json::Integer(digits) => digits.clone(),
            Json::Float(value) => python_float(*value),
            Json::String(text) => python_string(text),
            Json::Array(items) => {
                format!(
                    "[{}]",
                    items
                        .iter()
                        .map(Json::python_repr)
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Json::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("{}: {}", python_string(key), value.python_repr()))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }

    /// The name of its type in Python, as it stands in "Expected a dictionary, but got …".
    #[must_use]
    pub fn python_type(&self) -> &'static str {
        match self {
            Json::Null => "NoneType",
            Json::Bool(_) => "bool",
            Json::Integer(_) => "int",
            Json::Float(_) => "float",
            Json::String(_) => "str",
            Json::Array(_) => "list",
            Json::Object(_) => "dict",
        }
    }

    /// Bytes that sort as jsonb sorts the values: null, text, numbers, booleans, arrays, objects;
    /// fewer members first; numbers by their 64-bit value.
    #[must_use]
    pub fn sort_key(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.sort_bytes(&mut out);
        out
    }

    fn sort_bytes(&self, out: &mut Vec<u8>) {
        let text = |text: &str, out: &mut Vec<u8>| {
            for byte in text.bytes() {
                out.push(byte);
                if byte == 0 {
                    out.push(0xFF);
                }
            }
            out.extend([0, 0]);
        };
        let number = |value: f64, out: &mut Vec<u8>| {
            let bits = value.to_bits();
            let ordered = if bits >> 63 == 1 {
                !bits
            } else {
                bits | (1 << 63)
            };
            out.extend(ordered.to_be_bytes());
        };
        let count = |length: usize, out: &mut Vec<u8>| {
            out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes())
        };
        match self {
            Json::Null => out.push(0),
            Json::String(value) => {
                out.push(1);
                text(value, out);
            }
            Json::Integer(digits) => {
                out.push(2);
                number(digits.parse().unwrap_or(0.0), out);
            }
            Json::Float(value) => {
                out.push(2);
                number(*value, out);
            }
            Json::Bool(value) => out.extend([3, u8::from(*value)]),
            Json::Array(items) => {
                out.push(4);
                count(items.len(), out);
                items.iter().for_each(|item| item.sort_bytes(out));
            }
            Json::Object(members) => {
                out.push(5);
                count(members.len(), out);
                let mut sorted: Vec<&(String, Json)> = members.iter().collect();
                sorted.sort_by(|(left, _), (right, _)| by_length(left, right));
                for (key, value) in sorted {
                    text(key, out);
                    value.sort_bytes(out);
                }
            }
        }
    }
}

/// The order in which jsonb keeps keys: short before long, then by bytes.
fn by_length(left: &str, right: &str) -> Ordering {
    left.len()
        .cmp(&right.len())
        .then_with(|| left.as_bytes().cmp(right.as_bytes()))
}

/// Writes a JSON string the way both orjson and PostgreSQL do: only what must be escaped is.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            8 => "\\b",
            12 => "\\f",
            0..=0x1F => "",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        if escape.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

/// A JSON string of a text.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

fn integer(digits: &str, out: &mut String) -> Result<(), Unwritable> {
    if digits.parse::<u64>().is_ok() || digits.parse::<i64>().is_ok() {
        out.push_str(digits);
        Ok(())
    } else {
        Err(Unwritable)
    }
}

/// The shortest digits of a float and the power of ten of the first one.
fn digits_of(value: f64) -> (bool, String, i32) {
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    (
        value.is_sign_negative(),
        digits,
        exponent.parse().unwrap_or(0),
    )
}

/// A float in positional notation, or in scientific notation when its first digit stands outside
/// `smallest..=15`; exponents of less than two digits are filled up with `pad`.
fn notation(value: f64, smallest: i32, pad: usize) -> String {
    let (negative, digits, exponent) = digits_of(value);
    let sign = if negative { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0.0");
    }
    if (smallest..=15).contains(&exponent) {
        let plain = format!("{}", value.abs());
        return if plain.contains('.') {
            format!("{sign}{plain}")
        } else {
            format!("{sign}{plain}.0")
        };
    }
    let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
    let point = if rest.is_empty() { "" } else { "." };
    let direction = if exponent < 0 { '-' } else { '+' };
    format!(
        "{sign}{first}{point}{rest}e{direction}{:0pad$}",
        exponent.abs()
    )
}

/// A float as orjson writes it: `100000.0`, `1e-7`, `1e+16`.
#[must_use]
pub fn shortest(value: f64) -> String {
    notation(value, -5, 1)
}

/// A float as Python's `repr` writes it: `100000.0`, `1e-07`, `1e+16`.
#[must_use]
pub fn python_float(value: f64) -> String {
    notation(value, -4, 2)
}

/// A float as jsonb keeps it: what Python's `repr` wrote, without the exponent.
fn numeric(value: f64) -> String {
    if value == 0.0 {
        return "0.0".to_owned();
    }
    let plain = format!("{value}");
    // Python writes `.0` behind a whole float below 1e16 and an exponent above; jsonb keeps the
    // former as a fraction and the latter as an integer.
    if plain.contains('.') || value.abs() >= 1e16 {
        plain
    } else {
        format!("{plain}.0")
    }
}

/// A Python string literal: single quotes unless the text has some and no double ones.
fn python_string(text: &str) -> String {
    let mark = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(mark);
    for sign in text.chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            sign if sign == mark => {
                out.push('\\');
                out.push(sign);
            }
            sign if is_unprintable(sign) => {
                let code = u32::from(sign);
                out.push_str(&match code {
                    0..=0xFF => format!("\\x{code:02x}"),
                    0x100..=0xFFFF => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                });
            }
            sign => out.push(sign),
        }
    }
    out.push(mark);
    out
}

/// The common part of what Python's `isprintable` refuses: controls, odd blanks, marks of direction.
fn is_unprintable(sign: char) -> bool {
    sign.is_control()
        || (sign.is_whitespace() && sign != ' ')
        || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}')
}

/// Turns a stored text into the answered one, appended to `out`, `inside` levels of which are
/// already open. Made for speed: no value is built.
///
/// # Errors
/// [Unwritable] when it is too deep or holds an integer of more than 64 bits.
pub fn answer_stored(stored: &str, inside: usize, out: &mut String) -> Result<(), Unwritable> {
    let bytes = stored.as_bytes();
    let mut at = 0;
    let mut depth = inside;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' => at += 1,
            b'"' => {
                let end = end_of_string(bytes, at);
                out.push_str(stored.get(at..end).unwrap_or_default());
                at = end;
            }
            b'-' | b'0'..=b'9' => {
                let length = bytes
                    .get(at..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(|byte| {
                        matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
                    })
                    .count();
                let literal = stored.get(at..at + length).unwrap_or_default();
                if literal.contains('.') {
                    out.push_str(&shortest(literal.parse().unwrap_or(0.0)));
                } else {
                    integer(literal, out)?;
                }
                at += length;
            }
            other => {
                match other {
                    b'{' | b'[' => {
                        depth += 1;
                        if depth > DEEPEST_OUTPUT {
                            return Err(Unwritable);
                        }
                    }
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                out.push(char::from(other));
                at += 1;
            }
        }
    }
    Ok(())
}

/// The byte behind the closing quote of the string that opens at `at`.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    loop {
        match bytes.get(end) {
            Some(b'\\') => end += 2,
            Some(b'"') => return end + 1,
            Some(_) => end += 1,
            None => return bytes.len(),
        }
    }
}

/// The byte behind the value that starts at `at`.
fn end_of_value(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut end = at;
    loop {
        match bytes.get(end) {
            Some(b'"') => {
                end = end_of_string(bytes, end);
                if depth == 0 {
                    return end;
                }
            }
            Some(b'{' | b'[') => {
                depth += 1;
                end += 1;
            }
            Some(b'}' | b']') => {
                if depth == 0 {
                    return end;
                }
                depth -= 1;
                end += 1;
                if depth == 0 {
                    return end;
                }
            }
            Some(b',') if depth == 0 => return end,
            Some(_) => end += 1,
            None => return bytes.len(),
        }
    }
}

/// The part of a stored text that a path of keys leads to: PostgreSQL's `#>`.
#[must_use]
pub fn find<'stored>(stored: &'stored str, path: &[&str]) -> Option<&'stored str> {
    let mut part = stored;
    for key in path {
        part = find_key(part, key)?;
    }
    Some(part)
}

fn find_key<'stored>(object: &'stored str, key: &str) -> Option<&'stored str> {
    let bytes = object.as_bytes();
    if bytes.first() != Some(&b'{') {
        return None;
    }
    let mut at = 1;
    while bytes.get(at) == Some(&b'"') {
        let end = end_of_string(bytes, at);
        let raw = object
            .get(at + 1..end.saturating_sub(1))
            .unwrap_or_default();
        // ": " follows every key of a stored text, ", " every value.
        let value = end + 2;
        let value_end = end_of_value(bytes, value);
        let same = if raw.contains('\\') {
            unquoted(object.get(at..end)?).as_deref() == Some(key)
        } else {
            raw == key
        };
        if same {
            return object.get(value..value_end);
        }
        at = value_end + 2;
    }
    None
}

/// The text of a stored string. `None` for another kind of value.
#[must_use]
pub fn unquoted(stored: &str) -> Option<String> {
    if !stored.starts_with('"') {
        return None;
    }
    match read_stored(stored)? {
        Json::String(text) => Some(text),
        _ => None,
    }
}

/// PostgreSQL's `#>>`: the text of a string, the JSON of anything else, nothing for null.
#[must_use]
pub fn as_text(stored: &str) -> Option<String> {
    match stored {
        "null" => None,
        text if text.starts_with('"') => unquoted(text),
        other => Some(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What orjson 3.11.7 says to each text.
    #[test]
    fn broken_json_is_refused_in_orjsons_words() {
        let rows: &[(&str, &str, usize)] = &[
            ("{", "unexpected end of data", 1),
            ("{\"a\"", "unexpected end of data", 4),
            ("{\"a\":1,", "unexpected end of data", 7),
            ("[1,]", "trailing comma is not allowed", 2),
            ("[1,2,\n]", "trailing comma is not allowed", 4),
            ("{\"a\":1 ,\n }", "trailing comma is not allowed", 7),
            ("[,1]", "unexpected character", 1),
            ("{,}", "unexpected character", 1),
            ("{\"a\" 1}", "unexpected character", 5),
            ("{a:1}", "unexpected character", 1),
            ("nul", "unexpected end of data", 3),
            ("[nul]", "invalid literal", 1),
            ("[fals", "unexpected end of data", 5),
            ("NaN", "unexpected character", 0),
            ("-", "unexpected end of data", 1),
            ("-a", "no digit after minus sign", 1),
            ("01", "number with leading zero is not allowed", 0),
            ("[-01]", "number with leading zero is not allowed", 2),
            ("1.", "unexpected end of data", 2),
            ("1.a", "no digit after decimal point", 2),
            ("[1.0e]", "no digit after exponent sign", 5),
            ("1e400", "number is infinity when parsed as double", 0),
            (".5", "unexpected character", 0),
            ("\"abc", "unexpected end of data", 4),
            ("\"a\nb\"", "unexpected control character in string", 2),
            ("\"\\x\"", "invalid escaped character in string", 2),
            ("\"\\u12\"", "invalid escaped sequence in string", 1),
            ("\"\\u", "unexpected end of data", 3),
            ("\"\\", "unexpected end of data", 2),
            ("\"\\ud800\"", "no low surrogate in string", 7),
            ("\"\\ud800\\u0041\"", "invalid low surrogate in string", 7),
            ("\"\\udc00\"", "invalid high surrogate in string", 1),
            ("{\"a\":1} x", "unexpected content after document", 8),
            ("\u{feff}{}", "unexpected character", 0),
            ("[1 2]", "unexpected character", 3),
            ("[1}", "unexpected character", 2),
            ("{\"ä\":x}", "unexpected character", 5),
            ("   ", "input data is empty", 0),
            ("", "Input is a zero-length, empty document", 0),
            ("[true", "unexpected end of data", 5),
        ];
        for (text, message, character) in rows {
            let malformed = read(text.as_bytes()).expect_err(text);
            assert_eq!(
                (malformed.message, malformed.character),
                (*message, *character),
                "{text:?}"
            );
        }
        let malformed = read(b"\n\n{\"a\":}").expect_err("no value");
        assert_eq!(
            malformed.to_string(),
            "unexpected character: line 3 column 6 (char 7)"
        );
        assert_eq!(
            read(b"\xff").expect_err("no UTF-8").message,
            "str is not valid UTF-8: surrogates not allowed"
        );
    }

    #[test]
    fn depth_ends_at_1024_levels_without_a_stack() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(nested(1024).as_bytes()).is_ok());
        let malformed = read(nested(1025).as_bytes()).expect_err("too deep");
        assert_eq!(
            (malformed.message, malformed.character),
            ("array and object recursion depth exceeded", 1025)
        );
        let text = nested(254);
        assert!(read(text.as_bytes()).unwrap().answered(1).is_ok());
        assert!(read(text.as_bytes()).unwrap().answered(2).is_err());
        assert!(answer_stored(&text, 1, &mut String::new()).is_ok());
        assert!(answer_stored(&text, 2, &mut String::new()).is_err());
    }

    #[test]
    fn numbers_pass_through_python_and_postgresql_as_they_do_there() {
        let rows: &[(&str, &str, &str, &str)] = &[
            ("1.10", "1.1", "1.1", "1.1"),
            ("1e5", "100000.0", "100000.0", "100000.0"),
            ("1e-7", "1e-7", "0.0000001", "1e-7"),
            ("0.00001", "0.00001", "0.00001", "0.00001"),
            (
                "9007199254740993",
                "9007199254740993",
                "9007199254740993",
                "9007199254740993",
            ),
            (
                "18446744073709551615",
                "18446744073709551615",
                "18446744073709551615",
                "18446744073709551615",
            ),
            ("1e16", "1e+16", "10000000000000000", "10000000000000000"),
            ("-0", "0", "0", "0"),
            ("-0.0", "-0.0", "0.0", "0.0"),
            ("1.5e300", "1.5e+300", "", ""),
        ];
        for (sent, echoed, stored, answered) in rows {
            let value = read(sent.as_bytes()).unwrap();
            assert_eq!(value.answered(0).unwrap(), *echoed, "{sent}");
            if !stored.is_empty() {
                assert_eq!(value.stored(), *stored, "{sent}");
                let mut out = String::new();
                answer_stored(&value.stored(), 0, &mut out).unwrap();
                assert_eq!(out, *answered, "{sent}");
            }
        }
        let huge = read(b"123456789012345678901234567890").unwrap();
        assert_eq!(huge.answered(0).unwrap(), "1.2345678901234568e+29");
        assert!(
            answer_stored(&huge.stored(), 0, &mut String::new()).is_err(),
            "Python reads it back as a long integer"
        );
    }

    #[test]
    fn storing_sorts_keys_by_length_and_keeps_the_last_of_equal_ones() {
        let value =
            read(br#"{"bb":1,"a":{"z":[1,{"y":null}],"b":"q\"\u0001\u00e9"},"bb":2,"aa":true}"#)
                .unwrap();
        assert_eq!(
            value.stored(),
            "{\"a\": {\"b\": \"q\\\"\\u0001é\", \"z\": [1, {\"y\": null}]}, \"aa\": true, \"bb\": 2}"
        );
        let mut out = String::new();
        answer_stored(&value.stored(), 0, &mut out).unwrap();
        assert_eq!(
            out,
            "{\"a\":{\"b\":\"q\\\"\\u0001é\",\"z\":[1,{\"y\":null}]},\"aa\":true,\"bb\":2}"
        );
        let many: String = (0..40).map(|n| format!("\"k{}\":{n},", n % 20)).collect();
        let value = read(format!("{{{}}}", many.trim_end_matches(',')).as_bytes()).unwrap();
        assert_eq!(value.member("k3"), Some(&Json::Integer("23".to_owned())));
        assert!(matches!(value, Json::Object(members) if members.len() == 20));
    }

    #[test]
    fn a_path_finds_its_part_and_nothing_else() {
        let stored = read(br#"{"a":{"b,c":"x}","d":[{"e":1}]},"n":null,"q\"":"odd","t":7}"#)
            .unwrap()
            .stored();
        assert_eq!(find(&stored, &["a", "b,c"]), Some("\"x}\""));
        assert_eq!(find(&stored, &["a", "d"]), Some("[{\"e\": 1}]"));
        assert_eq!(find(&stored, &["q\""]), Some("\"odd\""));
        assert_eq!(find(&stored, &["a", "d", "e"]), None);
        assert_eq!(find(&stored, &["x"]), None);
        assert_eq!(
            find(&stored, &["t"]).and_then(as_text).as_deref(),
            Some("7")
        );
        assert_eq!(find(&stored, &["n"]).and_then(as_text), None);
    }

    #[test]
    fn jsonb_sorts_by_kind_then_size_then_content() {
        let key = |text: &str| read(text.as_bytes()).unwrap().sort_key();
        let sorted = [
            "null",
            "\"a\"",
            "\"b\"",
            "-1",
            "2",
            "10.5",
            "false",
            "true",
            "[]",
            "[9]",
            "[1,2]",
            "{}",
            "{\"aa\":1}",
            "{\"b\":1}",
            "{\"b\":2}",
            "{\"a\":1,\"b\":1}",
        ];
        for pair in sorted.windows(2) {
            assert!(
                key(pair[0]) < key(pair[1]),
                "{} sorts before {}",
                pair[0],
                pair[1]
            );
        }
    }

    #[test]
    fn python_writes_values_its_own_way() {
        let text = |json: &str| read(json.as_bytes()).unwrap().python_text();
        assert_eq!(text("[\"login\"]"), "['login']");
        assert_eq!(
            text("{\"a\":1,\"b\":[null,true,\"q'\\n\\u200bé\"]}"),
            "{'a': 1, 'b': [None, True, \"q'\\n\\u200bé\"]}"
        );
        assert_eq!(text("1e22"), "1e+22");
        assert_eq!(text("1e-5"), "1e-05");
    }
}
