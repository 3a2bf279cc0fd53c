//! What stands as it is, what must be escaped, and which characters belong together.
//!
//! This is no full implementation of Unicode's text segmentation: it knows enough that a cut never
//! falls into an accent, a syllable, a flag or a family.

use super::marks::is_mark;

/// Whether line feeds and tabs may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    One,
    Several,
}

/// How a character is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// As it is; a cut may fall before it.
    Plain,
    /// As it is; belongs to the character before it.
    Joined,
    /// As its code point.
    Escaped,
}

/// A character and how it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub character: char,
    pub look: Look,
}

/// More marks than this on one letter reach into other lines.
const MOST_MARKS: usize = 8;

/// A cluster of more characters than this is cut all the same; the longest emoji has ten.
const LONGEST_CLUSTER: usize = 32;

/// The flags whose tag characters are not hidden text: England, Scotland, Wales.
const TAGGED_FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// The characters of a text as they are to be shown, in order.
pub(super) fn shown(text: &str, lines: Lines) -> impl Iterator<Item = Shown> {
    let mut rest = text.chars();
    let mut before = Before::default();
    std::iter::from_fn(move || {
        let mut character = rest.next()?;
        if lines == Lines::Several && character == '\r' && rest.as_str().starts_with('\n') {
            character = rest.next()?;
        }
        let look = match character {
            '\n' | '\t' if lines == Lines::Several => Look::Plain,
            _ => before.look(character, rest.as_str()),
        };
        before.step(character, look);
        before.expect_tags(character, rest.as_str());
        Some(Shown { character, look })
    })
}

/// What came before the character in question.
#[derive(Debug, Default)]
struct Before {
    /// The last character; `None` at the start, behind an escape and behind a line break, where
    /// there is nothing that a mark could stand on.
    last: Option<char>,
    /// The last character that is no mark, joiner, selector or modifier.
    base: Option<char>,
    marks: usize,
    length: usize,
    /// Whether the last character is the first half of a flag.
    half_flag: bool,
    /// How many tag characters of a flag are still to come.
    tags: usize,
}

impl Before {
    /// How `character` is shown when `rest` follows it.
    fn look(&self, character: char, rest: &str) -> Look {
        if matches!(character, ' '..='~') {
            return Look::Plain;
        }
        let joined = |allowed: bool| if allowed { Look::Joined } else { Look::Escaped };
        match character {
            '\u{200c}' | '\u{200d}' => joined(self.joiner_fits(character, rest)),
            '\u{fe0e}' | '\u{fe0f}' => joined(self.selector_fits(rest)),
            '\u{180b}'..='\u{180d}' | '\u{180f}' => joined(
                self.last
                    .is_some_and(|last| matches!(last, '\u{1820}'..='\u{18aa}')),
            ),
            '\u{e0020}'..='\u{e007f}' => joined(self.tags > 0),
            '⟨' if rest.starts_with("U+") => Look::Escaped,
            // The blank of Braille is a blank only among Braille.
            '\u{2800}' if self.last.is_some_and(is_braille) || rest.starts_with(is_braille) => {
                Look::Plain
            }
            _ if is_hidden(character) => Look::Escaped,
            _ if is_mark(character) => joined(self.last.is_some() && self.marks < MOST_MARKS),
            _ if self.length < LONGEST_CLUSTER && self.continues(character) => Look::Joined,
            _ => Look::Plain,
        }
    }

    fn step(&mut self, character: char, look: Look) {
        if look == Look::Escaped || matches!(character, '\n' | '\t') {
            *self = Self::default();
            return;
        }
        let starts = look == Look::Plain;
        self.length = if starts { 1 } else { self.length + 1 };
        self.half_flag = starts && is_flag_half(character);
        self.tags = self.tags.saturating_sub(1);
        self.last = Some(character);
        if is_mark(character) {
            self.marks += 1;
        } else if !matches!(
            character,
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'
        ) || starts
        {
            self.marks = 0;
            self.base = Some(character);
        }
    }

    /// Whether a joiner has something to join: neighbours of a script that uses it, or two emoji.
    fn joiner_fits(&self, joiner: char, rest: &str) -> bool {
        let (Some(last), next) = (self.last, rest.chars().next()) else {
            return false;
        };
        if is_virama(last) {
            return true;
        }
        let Some(next) = next else {
            return false;
        };
        let joins_emoji = joiner == '\u{200d}'
            && self.base.is_some_and(is_pictograph)
            && !is_mark(last)
            && is_pictograph(next);
        let script = joining_script(last);
        joins_emoji || (script.is_some() && script == joining_script(next))
    }

    /// Whether a variation selector chooses the form of an emoji or belongs to a keycap.
    fn selector_fits(&self, rest: &str) -> bool {
        self.last.is_some_and(|last| {
            is_pictograph(last)
                || (matches!(last, '0'..='9' | '#' | '*') && rest.starts_with('\u{20e3}'))
        })
    }

    /// Whether a visible character that is no mark belongs to the one before it.
    fn continues(&self, character: char) -> bool {
        let Some(last) = self.last else {
            return false;
        };
        match character {
            '\u{1f3fb}'..='\u{1f3ff}' => is_pictograph(last),
            _ if is_flag_half(character) => self.half_flag,
            _ if last == '\u{200d}' => true,
            // A conjunct: the letter takes its place below the one before it.
            _ if is_stacking(last) => {
                character.is_alphabetic() && joining_script(character) == joining_script(last)
            }
            _ => continues_syllable(last, character),
        }
    }

    /// Counts the tags that may follow a black flag.
    fn expect_tags(&mut self, character: char, rest: &str) {
        if character == '\u{1f3f4}' {
            let tags: String = rest
                .chars()
                .map_while(|tag| {
                    u32::from(tag)
                        .checked_sub(0xe0000)
                        .and_then(|tag| u8::try_from(tag).ok())
                })
                .map(char::from)
                .take(6)
                .collect();
            if TAGGED_FLAGS
                .iter()
                .any(|flag| tags.strip_prefix(flag) == Some("\u{7f}"))
            {
                self.tags = 6;
            }
        }
    }
}

/// Characters that leave nothing to be seen, wherever they stand.
pub(super) fn is_unseen(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}') || is_hidden(character)
}

/// Characters without a shape of their own, or with power over their neighbours.
fn is_hidden(character: char) -> bool {
    let code = u32::from(character);
    match code {
        // Controls, soft hyphen, grapheme joiner, Arabic letter mark.
        0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c
        // Fillers, inherent vowels, Mongolian separator and selectors.
        | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
        // Zero widths and directions, separators, word joiner to the last format character.
        | 0x200b..=0x200f | 0x2028..=0x202f | 0x2060..=0x206f
        // Braille blank, Hangul fillers, byte order mark, variation selectors, annotations.
        | 0x2800 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
        // Shorthand and musical format characters, tags and all that is reserved beside them.
        | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff
        // Private use.
        | 0xe000..=0xf8ff | 0xf0000..=0xffffd | 0x10_0000..=0x10_fffd
        // Noncharacters.
        | 0xfdd0..=0xfdef => true,
        _ => code & 0xfffe == 0xfffe,
    }
}

/// Which family of scripts that need joiners a character belongs to. Joiners between two families
/// have no work to do.
fn joining_script(character: char) -> Option<u32> {
    match u32::from(character) {
        // Arabic, Syriac, Thaana, N'Ko, Mandaic and the Arabic extensions.
        0x600..=0x8ff | 0xfb50..=0xfdff | 0xfe70..=0xfefc | 0x1e900..=0x1e95f => Some(0x600),
        // The scripts of India, one family a block.
        code @ 0x900..=0xdff => Some(code & !0x7f),
        code @ (0xf00..=0x109f
        | 0x1700..=0x18af
        | 0x1900..=0x1cff
        | 0xa800..=0xaadf
        | 0x11000..=0x11fff) => Some(code & !0xff),
        _ => None,
    }
}

/// Marks that silence the vowel of a letter and tie it to the next one.
fn is_virama(character: char) -> bool {
    matches!(
        u32::from(character),
        0x94d
            | 0x9cd
            | 0xa4d
            | 0xacd
            | 0xb4d
            | 0xbcd
            | 0xc4d
            | 0xccd
            | 0xd4d
            | 0xdca
            | 0x1039
            | 0x17d2
            | 0x1b44
            | 0xa9c0
    )
}

/// The same without those of Tamil and Sinhala, which leave the next letter where it is.
fn is_stacking(character: char) -> bool {
    is_virama(character) && !matches!(character, '\u{bcd}' | '\u{dca}')
}

/// Whether a character is an emoji, or may be one with a selector.
fn is_pictograph(character: char) -> bool {
    match u32::from(character) {
        0x1f1e6..=0x1f1ff | 0x1f3fb..=0x1f3ff => false,
        0xa9
        | 0xae
        | 0x203c
        | 0x2049
        | 0x2122
        | 0x2139
        | 0x2190..=0x21ff
        | 0x231a..=0x23ff
        | 0x24c2
        | 0x25aa..=0x25fe
        | 0x2600..=0x27bf
        | 0x2934
        | 0x2935
        | 0x2b05..=0x2b55
        | 0x3030
        | 0x303d
        | 0x3297
        | 0x3299
        | 0x1f000..=0x1faff => true,
        _ => false,
    }
}

fn is_flag_half(character: char) -> bool {
    matches!(character, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_braille(character: char) -> bool {
    matches!(character, '\u{2801}'..='\u{28ff}')
}

/// Whether two Hangul characters belong to one syllable.
fn continues_syllable(last: char, character: char) -> bool {
    #[derive(PartialEq)]
    enum Part {
        Lead,
        Vowel,
        Tail,
        OpenSyllable,
        ClosedSyllable,
    }
    let part = |character: char| match u32::from(character) {
        0x1100..=0x115e | 0xa960..=0xa97c => Some(Part::Lead),
        0x1161..=0x11a7 | 0xd7b0..=0xd7c6 => Some(Part::Vowel),
        0x11a8..=0x11ff | 0xd7cb..=0xd7fb => Some(Part::Tail),
        code @ 0xac00..=0xd7a3 if (code - 0xac00) % 28 == 0 => Some(Part::OpenSyllable),
        0xac00..=0xd7a3 => Some(Part::ClosedSyllable),
        _ => None,
    };
    matches!(
        (part(last), part(character)),
        (
            Some(Part::Lead),
            Some(Part::Lead | Part::Vowel | Part::OpenSyllable | Part::ClosedSyllable)
        ) | (
            Some(Part::Vowel | Part::OpenSyllable),
            Some(Part::Vowel | Part::Tail)
        ) | (Some(Part::Tail | Part::ClosedSyllable), Some(Part::Tail))
    )
}
