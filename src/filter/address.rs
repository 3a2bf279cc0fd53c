//! Chips as parameters of an address: `user=akadmin`, `action=!login,logout`, `app=off:authentik.core`.
//!
//! `!` before a value leaves out, `off:` before that disables. A backslash takes the meaning from
//! the sign behind it, and `\-` is an empty part, so that any text survives.

use super::{Chip, Filter, ModelKey, Test};
use crate::{event::EventAction, ql, text::Untrusted};

impl Filter {
    /// One parameter for each chip, in the order of the chips.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        self.chips.iter().map(Chip::parameter).collect()
    }
}

impl Chip {
    pub(super) fn parameter(&self) -> (&'static str, String) {
        let mut value = String::new();
        if self.disabled {
            value.push_str(OFF);
        }
        if self.negated {
            value.push('!');
        }
        let (name, text) = match &self.test {
            Test::Actions(actions) => {
                let wires: Vec<Untrusted> = actions.iter().map(EventAction::wire).collect();
                ("action", joined(LIST, &wires.iter().collect::<Vec<_>>()))
            }
            Test::User(text) => ("user", plain(text)),
            Test::ClientIp(text) => ("ip", plain(text)),
            Test::App(text) => ("app", plain(text)),
            Test::Object(key) => (
                "object",
                joined(KEY, &[&key.app, &key.model_name, &key.pk, &key.name]),
            ),
            Test::AuthorizedApp { pk, name } => ("application", joined(KEY, &[pk, name])),
            Test::Brand(text) => ("brand", plain(text)),
            Test::Words(text) => ("text", plain(text)),
            Test::Value { field, text } => {
                ("value", format!("{}:{}", field.path(), text.original()))
            }
            Test::Ql(text) => ("query", plain(text)),
        };
        value.push_str(&text);
        (name, value)
    }

    /// Reads a parameter; `None` if it is none of a chip's.
    pub(crate) fn from_parameter(name: &str, value: &str) -> Option<Self> {
        let (disabled, value) = strip(value, OFF);
        let (negated, value) = strip(value, "!");
        let whole = || Untrusted::new(value.strip_prefix('\\').unwrap_or(value));
        let test = match name {
            "action" => Test::Actions(
                split(LIST, value)
                    .iter()
                    .map(|wire| EventAction::read(wire))
                    .collect(),
            ),
            "user" => Test::User(whole()),
            "ip" => Test::ClientIp(whole()),
            "app" => Test::App(whole()),
            "object" => {
                let mut parts = split(KEY, value).into_iter().map(Untrusted::new);
                let mut part = || parts.next().unwrap_or_default();
                Test::Object(ModelKey {
                    app: part(),
                    model_name: part(),
                    pk: part(),
                    name: part(),
                })
            }
            "application" => {
                let mut parts = split(KEY, value).into_iter().map(Untrusted::new);
                Test::AuthorizedApp {
                    pk: parts.next().unwrap_or_default(),
                    name: parts.next().unwrap_or_default(),
                }
            }
            "brand" => Test::Brand(whole()),
            "text" => Test::Words(whole()),
            "value" => {
                let (field, text) = value.split_once(':')?;
                Test::Value {
                    field: ql::Field::parse(field).ok()?,
                    text: Untrusted::new(text),
                }
            }
            "query" => Test::Ql(whole()),
            _ => return None,
        };
        Some(Self {
            test,
            negated,
            disabled,
        })
    }
}

fn strip<'a>(value: &'a str, mark: &str) -> (bool, &'a str) {
    match value.strip_prefix(mark) {
        Some(rest) => (true, rest),
        None => (false, value),
    }
}

/// A text whose beginning is not taken for a mark.
fn plain(text: &Untrusted) -> String {
    let text = text.original();
    if text.starts_with(['!', '\\']) || text.starts_with(OFF) {
        format!("\\{text}")
    } else {
        text.to_owned()
    }
}

/// Parts between separators. A list tells an empty part from none; a key leaves out what is empty
/// at its end.
fn joined(separator: char, parts: &[&Untrusted]) -> String {
    let is_list = separator == LIST;
    let last = parts.iter().rposition(|part| is_list || !part.is_empty());
    let kept = last.map_or(0, |last| last + 1);
    let mut text = String::new();
    for (at, part) in parts.iter().take(kept).enumerate() {
        if at > 0 {
            text.push(separator);
        }
        if is_list && part.is_empty() {
            text.push_str(EMPTY);
        }
        for letter in part.original().chars() {
            if letter == separator || letter == '\\' {
                text.push('\\');
            }
            text.push(letter);
        }
    }
    if text.starts_with('!') || text.starts_with(OFF) {
        text.insert(0, '\\');
    }
    text
}

/// The parts of what [`joined`] wrote; of nothing, none.
fn split(separator: char, text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => part.extend(letters.next().filter(|escaped| *escaped != '-')),
            letter if letter == separator => parts.push(std::mem::take(&mut part)),
            letter => part.push(letter),
        }
    }
    parts.push(part);
    parts
}

const OFF: &str = "off:";
const LIST: char = ',';
const KEY: char = ':';
const EMPTY: &str = "\\-";
