//! What authentik's schema knows and its database can be asked for: the two looks at a comparison
//! whose grammar is right.

use std::ops::Range;

use super::{Field, NotMatchable, Operator, Root, parser::Value, reason::Reason};
use crate::moment::Moment;

/// Why authentik's schema does not know a comparison, and the place of the value if it is one that
/// is wrong.
pub(super) fn unknown(
    path: &str,
    operator: Operator,
    values: &[(Value, Range<usize>)],
) -> Option<(Reason, Option<Range<usize>>)> {
    let mut keys = path.split('.');
    let Some(root) = keys.next().and_then(Root::named) else {
        return Some((Reason::UnknownField, None));
    };
    let mut last = root;
    if !root.is_object() {
        for key in keys {
            // authentik looks for the field in the object's name and finds no model.
            if last.is_object() {
                return Some((Reason::Impossible, None));
            }
            match Root::named(key) {
                Some(next) => last = next,
                None => return Some((Reason::UnknownField, None)),
            }
        }
        if last.is_object() {
            let is_none = matches!(values, [(Value::Nothing, _)]) && !operator.takes_list();
            return (!is_none).then_some((Reason::UnknownField, None));
        }
    }
    values.iter().find_map(|(value, at)| {
        let reason = match value {
            Value::Text(text) if last == Root::Created && !text.is_empty() && !is_time(text) => {
                Reason::NoTime
            }
            Value::Text(_) => return None,
            Value::Number | Value::Truth | Value::Nothing => Reason::NotText(value.clone()),
        };
        Some((reason, Some(at.clone())))
    })
}

/// Why authentik crashes over a comparison that its schema knows.
pub(super) fn impossible(path: &str, operator: Operator, values: &[String]) -> Option<Reason> {
    let field = match Field::parse(path) {
        Ok(field) => field,
        Err(NotMatchable::Container) => return Some(Reason::WholeObject),
        Err(_) => return Some(Reason::Impossible),
    };
    if values.iter().any(|value| value.contains('\0')) {
        return Some(Reason::ValueNul);
    }
    match field.root() {
        Root::Action | Root::App => None,
        Root::Created if operator.takes_list() => Some(Reason::TimeList),
        // Equal to nothing is no crash, and a part of a text may be empty.
        Root::Created => {
            let may_be_empty = matches!(
                operator,
                Operator::Is | Operator::IsNot | Operator::Contains | Operator::ContainsNot
            );
            let is_empty = values.iter().any(String::is_empty);
            (is_empty && !may_be_empty).then_some(Reason::EmptyTime)
        }
        Root::EventUuid => {
            let wrong = !operator.looks_inside() && !values.iter().all(|value| is_uuid(value));
            wrong.then_some(Reason::NotUuid)
        }
        Root::ClientIp => {
            let wrong = !operator.looks_inside() && !values.iter().all(|value| is_address(value));
            wrong.then_some(Reason::NotAddress)
        }
        Root::User | Root::Context | Root::Brand => match (operator, field.taken()) {
            (
                Operator::Is | Operator::IsNot,
                Some(key @ ("isnull" | "range" | "regex" | "iregex")),
            ) => Some(Reason::TakenKey(key)),
            _ => None,
        },
    }
}

/// Whether authentik reads a text as a time: `%Y-%m-%d`, with ` %H:%M` if it is longer than 10
/// letters, with `:%S` if it is longer than 16.
fn is_time(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let (date, clock) = match text.find(|letter: char| letter.is_ascii_whitespace()) {
        Some(blank) => text.split_at(blank),
        None => (text, ""),
    };
    let Some(date) = numbers(date, '-') else {
        return false;
    };
    let ([year, month, day], [4, 1..=2, 1..=2]) = date else {
        return false;
    };
    let clock = clock.trim_start_matches(|letter: char| letter.is_ascii_whitespace());
    let clock = match text.len() {
        0..=10 => clock.is_empty().then_some(([0, 0, 0], [1, 1, 1])),
        11..=16 => numbers(&format!("{clock}:0"), ':'),
        _ => numbers(clock, ':'),
    };
    let Some(([hour, minute, second], [1..=2, 1..=2, 1..=2])) = clock else {
        return false;
    };
    let day = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    Moment::parse(&day).is_some()
}

/// Three numbers and how many digits each has.
fn numbers(text: &str, between: char) -> Option<([u32; 3], [usize; 3])> {
    let mut numbers = [0; 3];
    let mut lengths = [0; 3];
    let mut parts = text.split(between);
    for (number, length) in numbers.iter_mut().zip(&mut lengths) {
        let part = parts.next()?;
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
        *length = part.len();
    }
    parts.next().is_none().then_some((numbers, lengths))
}

/// Whether authentik reads a text as an id: 32 hexadecimal digits with any dashes, braces around
/// and `urn:uuid:` before.
fn is_uuid(text: &str) -> bool {
    let plain = text.replace("urn:", "").replace("uuid:", "");
    let digits = plain.trim_matches(['{', '}']).replace('-', "");
    digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether authentik reads a text as an address. An empty one is none, and no event has it.
fn is_address(text: &str) -> bool {
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// The longest text that is looked at.
    const LONGEST_IPV6: usize = 39;
    if !text.contains(':') {
        return text.is_empty() || text.parse::<Ipv4Addr>().is_ok();
    }
    let (address, zone) = text.split_once('%').unwrap_or((text, "0"));
    text.len() <= LONGEST_IPV6
        && !zone.is_empty()
        && !zone.contains('%')
        && address.parse::<Ipv6Addr>().is_ok()
}
