//! What JSON allows and authentik does not store, or not as written.

use super::place;
use super::tree::{Kind, Node, Tree, code_unit};
use crate::{
    sort::{sort_by, sort_by_key},
    text::Untrusted,
};

/// Something that JSON allows and authentik refuses or changes. Line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What it is.
    pub kind: FlawKind,
    /// Line of the key or value.
    pub line: u32,
    /// Column of the key or value, in characters.
    pub column: u32,
}

/// The kinds of [`Flaw`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlawKind {
    /// `\u0000` in a key or string: authentik's database cannot hold it and the request crashes.
    Nul,
    /// Half of a surrogate pair, as in `\ud83d` alone: authentik calls it a parse error.
    LoneSurrogate,
    /// A key that its object has already: authentik keeps only the last one.
    DuplicateKey(Untrusted),
    /// A number like `1e400` that is infinite as a double: authentik calls it a parse error.
    Infinite(Untrusted),
    /// A whole number outside −2^63 … 2^64−1: authentik stores it rounded to a double.
    Rounded(Untrusted),
}

impl Tree {
    /// The first flaw of each kind, in reading order.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut found: Vec<(usize, FlawKind)> = Vec::new();
        let mut note = |at: usize, kind: FlawKind| {
            let same = |other: &(usize, FlawKind)| {
                std::mem::discriminant(&other.1) == std::mem::discriminant(&kind)
            };
            if !found.iter().any(same) {
                found.push((at, kind));
            }
        };
        for node in self.nodes() {
            let string = (node.kind() == Kind::String).then(|| node.text());
            for (at, literal) in [(node.key_start(), node.key_text()), (node.start(), string)] {
                let literal = literal.unwrap_or_default();
                if has_nul(literal) {
                    note(at, FlawKind::Nul);
                }
                if has_lone_surrogate(literal) {
                    note(at, FlawKind::LoneSurrogate);
                }
            }
            if let Some(literal) = node.number() {
                if is_infinite(literal) {
                    note(node.start(), FlawKind::Infinite(Untrusted::new(literal)));
                } else if is_rounded(literal) {
                    note(node.start(), FlawKind::Rounded(Untrusted::new(literal)));
                }
            }
            if let Some((at, key)) = duplicate_key(node) {
                note(at, FlawKind::DuplicateKey(key));
            }
        }
        sort_by_key(&mut found, |(at, _)| *at);
        let flaw = |(at, kind)| {
            let (line, column) = place(self.text(), at);
            Flaw { kind, line, column }
        };
        found.into_iter().map(flaw).collect()
    }
}

/// The first key of an object that repeats an earlier one of the same object, and its place.
fn duplicate_key(object: Node<'_>) -> Option<(usize, Untrusted)> {
    if object.kind() != Kind::Object {
        return None;
    }
    // Sorted, not hashed: an object of a million keys made by an attacker stays as quick as any.
    let mut keys: Vec<_> = object
        .children()
        .filter_map(|child| Some((child.key_string()?, child.key_start())))
        .collect();
    sort_by(&mut keys, Ord::cmp);
    let mut repeated: Option<(usize, Untrusted)> = None;
    for pair in keys.windows(2) {
        if let [(earlier, _), (later, at)] = pair
            && earlier == later
            && repeated.as_ref().is_none_or(|(first, _)| at < first)
        {
            repeated = Some((*at, Untrusted::new(later.as_ref())));
        }
    }
    repeated
}

/// Whether a literal writes U+0000.
fn has_nul(literal: &str) -> bool {
    escapes(literal).any(|unit| unit == 0)
}

/// Whether a literal writes half of a surrogate pair.
fn has_lone_surrogate(literal: &str) -> bool {
    let mut rest = literal;
    while let Some((_, escaped)) = rest.split_once('\\') {
        let Some(digits) = escaped.strip_prefix('u') else {
            rest = escaped.get(1..).unwrap_or_default();
            continue;
        };
        let (unit, behind) = code_unit(digits);
        rest = behind;
        match unit {
            0xd800..=0xdbff => match rest.strip_prefix("\\u").map(code_unit) {
                Some((0xdc00..=0xdfff, behind)) => rest = behind,
                _ => return true,
            },
            0xdc00..=0xdfff => return true,
            _ => {}
        }
    }
    false
}

/// The code units of all `\u` escapes.
fn escapes(literal: &str) -> impl Iterator<Item = u32> {
    let mut rest = literal;
    std::iter::from_fn(move || {
        while let Some((_, escaped)) = rest.split_once('\\') {
            if let Some(digits) = escaped.strip_prefix('u') {
                let (unit, behind) = code_unit(digits);
                rest = behind;
                return Some(unit);
            }
            rest = escaped.get(1..).unwrap_or_default();
        }
        None
    })
}

/// Whether a number literal is beyond the largest double.
fn is_infinite(literal: &str) -> bool {
    // The digits of the half-way point above the largest double, 1.797…e308.
    const LIMIT: &str = "17976931348623158079";
    const LIMIT_EXPONENT: i64 = 308;
    let unsigned = literal.trim_start_matches('-');
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    let Some(leading) = digits().position(|digit| digit != b'0') else {
        return false;
    };
    let exponent = exponent
        .parse::<i64>()
        .unwrap_or(if exponent.starts_with('-') {
            -1_000_000
        } else {
            1_000_000
        });
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let leading_exponent = exponent
        .saturating_add(length(whole))
        .saturating_sub(1)
        .saturating_sub(i64::try_from(leading).unwrap_or(i64::MAX));
    match leading_exponent.cmp(&LIMIT_EXPONENT) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => digits()
            .skip(leading)
            .chain(std::iter::repeat(b'0'))
            .take(LIMIT.len())
            .ge(LIMIT.bytes()),
    }
}

/// Whether a literal is a whole number that authentik cannot keep exactly.
fn is_rounded(literal: &str) -> bool {
    let whole = literal.strip_prefix('-').unwrap_or(literal);
    whole.bytes().all(|byte| byte.is_ascii_digit())
        && literal.parse::<i64>().is_err()
        && literal.parse::<u64>().is_err()
}
