//! The ways in which a secret can be spelt in a text.
//!
//! Nobody hides their token from themselves: these are the ways in which it gets somewhere by
//! mistake, out of a header, an address, a shell script or a log.

use std::ops::Range;

/// A shorter piece of base64 stands in many texts by chance.
const SHORTEST_CODED: usize = 12;

/// What is looked for, letter by letter.
struct Needle {
    letters: Vec<u8>,
    /// Whether it is base64, of which there are two alphabets.
    coded: bool,
}

/// The first place where a secret of plain letters stands in a text: as it is, with letters written
/// as `%41` (any number of times over) or `\u0041`, or inside something that was put into base64,
/// in either alphabet.
pub(super) fn place(secret: &str, text: &str) -> Option<Range<usize>> {
    let needles = needles(secret.as_bytes());
    let text = text.as_bytes();
    (0..text.len()).find_map(|start| {
        let (first, _) = letter(text, start)?;
        let mut ends = needles
            .iter()
            .filter(|needle| needle.begins_with(first))
            .filter_map(|needle| needle.end(text, start));
        ends.next().map(|end| start..end)
    })
}

fn needles(secret: &[u8]) -> Vec<Needle> {
    let plain = Needle {
        letters: secret.to_vec(),
        coded: false,
    };
    // Three bytes make four letters, so it depends on what stands before it which letters it makes.
    let coded = (0..3).map(|before| Needle {
        letters: base64(secret, before),
        coded: true,
    });
    let coded = coded.filter(|needle| needle.letters.len() >= SHORTEST_CODED);
    [plain]
        .into_iter()
        .filter(|needle| !needle.letters.is_empty())
        .chain(coded)
        .collect()
}

/// The letters of base64 that a secret alone decides when so many other bytes stand before it.
fn base64(secret: &[u8], before: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = || std::iter::repeat_n(0, before).chain(secret.iter().copied());
    let (mut bits, mut count, mut out) = (0_u32, 0_u32, Vec::new());
    for byte in bytes() {
        bits = bits << 8 & 0xffff | u32::from(byte);
        count += 8;
        while count >= 6 {
            count -= 6;
            let at = usize::try_from(bits >> count & 63).unwrap_or_default();
            out.extend(LETTERS.get(at));
        }
    }
    let foreign = (before * 8).div_ceil(6);
    out.drain(..foreign.min(out.len()));
    out
}

impl Needle {
    fn begins_with(&self, first: u8) -> bool {
        self.letters
            .first()
            .is_some_and(|letter| self.same(*letter, first))
    }

    /// Where it ends if it begins here.
    fn end(&self, text: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        for wanted in &self.letters {
            let (found, length) = letter(text, at)?;
            if !self.same(*wanted, found) {
                return None;
            }
            at += length;
        }
        Some(at)
    }

    fn same(&self, wanted: u8, found: u8) -> bool {
        let standard = |letter: u8| match letter {
            b'-' if self.coded => b'+',
            b'_' if self.coded => b'/',
            letter => letter,
        };
        standard(wanted) == standard(found)
    }
}

/// The letter that is spelt at a place, and the length of its spelling.
fn letter(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let plain = *text.get(at)?;
    let spelt = match plain {
        b'%' => percent(text, at),
        b'\\' => escape(text, at),
        _ => None,
    };
    Some(spelt.unwrap_or((plain, 1)))
}

/// `%41`, and what it becomes when it is encoded again: `%2541`.
fn percent(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let mut digits = at + 1;
    while text.get(digits..digits + 2) == Some(b"25") {
        digits += 2;
    }
    let code = hexadecimal(text.get(digits..digits + 2)?)?;
    Some((u8::try_from(code).ok()?, digits + 2 - at))
}

/// `\u0041`, `\/`, and what they become when they are quoted again.
fn escape(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let strokes = rest.iter().take_while(|letter| **letter == b'\\').count();
    match rest.get(strokes)? {
        b'/' => Some((b'/', strokes + 1)),
        b'u' => {
            let code = hexadecimal(rest.get(strokes + 1..strokes + 5)?)?;
            Some((u8::try_from(code).ok()?, strokes + 5))
        }
        _ => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        Some(number * 16 + char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Zt4~kP-9_w/8Qx+eL2vR.s6Hn==";

    fn found(text: &str) -> Option<&str> {
        text.get(place(SECRET, text)?)
    }

    fn coded(bytes: &[u8]) -> String {
        let mut padded = bytes.to_vec();
        while !padded.len().is_multiple_of(3) {
            padded.push(b' ');
        }
        String::from_utf8(base64(&padded, 0)).unwrap()
    }

    #[test]
    fn a_secret_is_found_however_it_is_spelt() {
        let each = |spelling: fn(u8) -> String| SECRET.bytes().map(spelling).collect::<String>();
        let percent = SECRET
            .replace('/', "%2f")
            .replace('+', "%2B")
            .replace('=', "%3D");
        let spellings = [
            SECRET.to_owned(),
            percent.clone(),
            percent.replace('%', "%25"),
            percent.replace('%', "%2525"),
            each(|letter| format!("%{letter:02X}")),
            each(|letter| format!("%{letter:02x}")),
            each(|letter| format!("\\u{letter:04x}")),
            each(|letter| format!("\\\\u{letter:04X}")),
            SECRET.replace('/', "\\/"),
            SECRET.replace('/', "\\\\/"),
        ];
        for spelling in &spellings {
            for (before, after) in [("", ""), ("ä\\n", "ö"), ("Bearer ", "%"), ("%", "\\u00")] {
                let text = format!("{before}{spelling}{after}");
                assert_eq!(found(&text), Some(spelling.as_str()), "{text}");
            }
        }
    }

    #[test]
    fn a_secret_is_found_inside_of_base64() {
        for before in ["", "a", "ab", "abc", "akadmin:", "Authorization: Bearer "] {
            let standard = coded(format!("{before}{SECRET}").as_bytes());
            let url = standard.replace('+', "-").replace('/', "_");
            let percent = standard.replace('+', "%2B").replace('/', "%2F");
            for text in [standard, url, percent] {
                assert!(found(&text).is_some(), "{before}: {text}");
                assert!(found(&format!("Basic {text}=")).is_some(), "{text}");
            }
        }
        assert_eq!(coded(b"light w"), "bGlnaHQgdyAg");
    }

    #[test]
    fn other_texts_do_not_hold_it() {
        let cut = SECRET.get(..SECRET.len() - 1).unwrap();
        let half = coded(SECRET.get(..14).unwrap().as_bytes());
        let other = SECRET.to_lowercase();
        let texts = [
            "",
            cut,
            &half,
            &other,
            "%",
            "%2",
            "\\",
            "\\u",
            "\\u00",
            "%zz",
            "\\u12345",
            "\u{fffd}",
            "Bearer ",
            &"Zt4".repeat(40),
            &coded(b"Authorization: Bearer something else"),
        ];
        for text in texts {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(place("", "anything"), None);
    }

    #[test]
    fn a_short_secret_is_found_as_it_is_only() {
        assert!(place("tok", "my tok").is_some());
        assert_eq!(place("tok", &coded(b"tok")), None);
    }
}
