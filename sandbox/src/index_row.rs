//! What fits into a row of a PostgreSQL b-tree index.
//!
//! authentik has such indexes over `app`, `user` and `context.authorized_application`; a value
//! that does not fit crashes the request that stores it. A value is compressed before it is
//! refused, so ten thousand equal letters fit and three thousand random ones do not. The
//! compression is PostgreSQL's method (a window of 4,096 bytes, matches of 3 to 273) without its
//! shortcuts: near the limit it may judge a few bytes differently.

use crate::json::Json;

/// The largest row that a page of an index takes.
const LARGEST_ROW: usize = 2704;

/// A row's own header and the length word of its value.
const ROW_OVERHEAD: usize = 8 + 4;

/// Values below this are not compressed.
const COMPRESSED_FROM: usize = 510;

/// What compression has to save.
const LEAST_SAVING: usize = 25;

/// Whether a text fits.
#[must_use]
pub fn fits_text(text: &str) -> bool {
    fits(text.as_bytes())
}

/// Whether a JSON value fits, as jsonb keeps it.
#[must_use]
pub fn fits_json(value: &Json) -> bool {
    let mut binary = Vec::new();
    jsonb(value, &mut binary);
    fits(&binary)
}

fn fits(value: &[u8]) -> bool {
    let row = |length: usize| (ROW_OVERHEAD + length).next_multiple_of(8);
    if row(value.len()) <= LARGEST_ROW {
        return true;
    }
    // More than this cannot be compressed into a row: every 273 bytes cost at least three.
    if value.len() / 273 * 3 > LARGEST_ROW {
        return false;
    }
    value.len() > COMPRESSED_FROM && row(4 + compressed(value)) <= LARGEST_ROW
}

/// The length after compression, or the length itself where compression would not be used.
fn compressed(value: &[u8]) -> usize {
    let mut window = Window::over(value);
    let (mut at, mut out, mut items) = (0, 0_usize, 0_usize);
    while at < value.len() {
        let length = window.longest_match(at);
        let step = if length >= Window::SHORTEST {
            length
        } else {
            1
        };
        (at..at + step).for_each(|passed| window.remember(passed));
        items += 1;
        at += step;
        out += match step {
            1 => 1,
            2..=17 => 2,
            _ => 3,
        };
    }
    // One bit for each item says whether it is a byte or a match.
    let size = out + items.div_ceil(8);
    if size * 100 <= value.len() * (100 - LEAST_SAVING) {
        size
    } else {
        value.len()
    }
}

/// Where in a text each start of four bytes stood before.
struct Window<'value> {
    value: &'value [u8],
    /// The last place of a start, by its hash.
    latest: Vec<Option<usize>>,
    /// The place before this one with the same hash.
    before: Vec<Option<usize>>,
}

impl<'value> Window<'value> {
    const WIDTH: usize = 4096;
    const SHORTEST: usize = 3;
    const LONGEST: usize = 273;
    const HASHES: usize = 8192;
    /// How many earlier places are compared.
    const TRIES: usize = 64;

    fn over(value: &'value [u8]) -> Window<'value> {
        Window {
            value,
            latest: vec![None; Self::HASHES],
            before: vec![None; value.len()],
        }
    }

    fn hash(&self, at: usize) -> Option<usize> {
        let start = self.value.get(at..at + 4)?;
        Some(
            start.iter().fold(0_usize, |hash, byte| {
                hash.wrapping_mul(31).wrapping_add(usize::from(*byte))
            }) % Self::HASHES,
        )
    }

    fn remember(&mut self, at: usize) {
        let Some(hash) = self.hash(at) else { return };
        if let (Some(latest), Some(before)) = (self.latest.get_mut(hash), self.before.get_mut(at)) {
            *before = latest.replace(at);
        }
    }

    fn longest_match(&self, at: usize) -> usize {
        let here = self.value.get(at..).unwrap_or_default();
        let mut longest = 0;
        let mut place = self
            .hash(at)
            .and_then(|hash| self.latest.get(hash).copied().flatten());
        for _ in 0..Self::TRIES {
            let Some(earlier) = place.filter(|earlier| at - earlier < Self::WIDTH) else {
                break;
            };
            let there = self.value.get(earlier..).unwrap_or_default();
            let length = here
                .iter()
                .zip(there)
                .take(Self::LONGEST)
                .take_while(|(left, right)| left == right)
                .count();
            longest = longest.max(length);
            place = self.before.get(earlier).copied().flatten();
        }
        longest
    }
}

/// The size and the content of jsonb, near enough: four bytes for each container, key and value,
/// then the keys and the values.
fn jsonb(value: &Json, out: &mut Vec<u8>) {
    match value {
        Json::Null | Json::Bool(_) => out.extend([0x40, 0, 0, 0]),
        Json::Integer(digits) => {
            out.extend([0x10, 0, 0, 8]);
            out.extend(
                digits
                    .as_bytes()
                    .chunks(2)
                    .map(|pair| pair.first().copied().unwrap_or_default()),
            );
        }
        Json::Float(number) => {
            out.extend([0x10, 0, 0, 8]);
            out.extend(number.to_be_bytes());
        }
        Json::String(text) => {
            out.extend([0, 0, 0, 0]);
            out.extend(text.as_bytes());
        }
        Json::Array(items) => {
            out.extend([0x40, 0, 0, 0]);
            items.iter().for_each(|item| jsonb(item, out));
        }
        Json::Object(members) => {
            out.extend([0x20, 0, 0, 0]);
            for (key, value) in members {
                out.extend([0, 0, 0, 0]);
                out.extend(key.as_bytes());
                jsonb(value, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters without a pattern, the same every time.
    fn random(length: usize) -> String {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(
                    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                        [(state % 62) as usize],
                )
            })
            .collect()
    }

    #[test]
    fn what_compresses_fits_and_what_does_not_ends_near_2700_bytes() {
        assert!(fits_text(&random(2600)));
        assert!(!fits_text(&random(2800)));
        assert!(fits_text(&"a".repeat(10_000)));
        assert!(!fits_text(&"a".repeat(1_000_000)));
        let user =
            |length| Json::Object(vec![("username".to_owned(), Json::String(random(length)))]);
        assert!(fits_json(&user(2000)));
        assert!(!fits_json(&user(5000)));
    }
}
