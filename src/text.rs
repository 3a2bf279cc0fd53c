//! Text that came from outside, and the only form of it that a screen may show.
//!
//! # Escapes
//! A character that cannot be seen, that reorders its neighbours or that breaks the line is shown
//! as `⟨U+202E⟩`: its code point between mathematical angle brackets. A text that holds `⟨U+` itself
//! gets its bracket escaped too, so what is shown stands for exactly one text.

mod alike;
mod cluster;
mod marks;

use cluster::{Lines, Look, Shown, shown};

/// Text from a server, a file or an address: anyone may have written it.
///
/// It has no `Display` and no way into a view. [`visible`](Self::visible) gives a form in which
/// nothing can hide; [`original`](Self::original) gives the bytes back for copies and requests.
///
/// ```
/// use eventide::text::Untrusted;
///
/// let name = Untrusted::new("akadmin\u{202e}gnp.exe");
/// assert_eq!(name.visible(), "akadmin⟨U+202E⟩gnp.exe");
/// assert!(name.hides_something());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Untrusted(String);

/// A text in small letters, letter by letter: good for comparing, and a tenth of the program that
/// the spelling of Greek words needs.
pub fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Untrusted {
    /// Takes text from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// One line in which each character that cannot be seen, reorders its neighbours or breaks the
    /// line stands as a visible escape. Plain text of any script, emoji and the joiners that
    /// scripts need stay as they are; a ninth mark on one letter is escaped.
    pub fn visible(&self) -> String {
        self.written(Lines::One)
    }
    /// The same for places that show several lines: line feeds and tabs stay, and a carriage return
    /// before a line feed is part of the line break.
    pub fn visible_lines(&self) -> String {
        self.written(Lines::Several)
    }
    /// [`visible`](Self::visible), cut after `limit` graphemes with "… (1.2 MB)" behind, the size of
    /// the whole. Never cut inside a grapheme or an escape; looks at no more than it shows.
    pub fn clipped(&self, limit: usize) -> String {
        let mut out = String::new();
        let end = self.show(limit, |shown| write(&mut out, shown.character, shown.look));
        if end.is_some() {
            out.push_str(&format!("… ({})", size_name(self.0.len())));
        }
        out
    }
    /// The beginning of a text that is too long for a sentence: so many graphemes and "…", behind
    /// which stands the size of the whole where that is large. Still text from outside.
    #[must_use]
    pub fn brief(&self, limit: usize) -> Self {
        let Some(end) = self.show(limit, |_| ()) else {
            return self.clone();
        };
        // A joiner without what it joins would be shown as something hidden.
        let start = self.0.get(..end).unwrap_or_default();
        let start = start.trim_end_matches([' ', '\u{200c}', '\u{200d}']);
        let size = match self.0.len() {
            small if small < LARGE => String::new(),
            large => format!(" ({})", size_name(large)),
        };
        Self(format!("{start}…{size}"))
    }
    /// Hands on the first `limit` graphemes; where the text goes on behind them, in bytes.
    fn show(&self, limit: usize, mut each: impl FnMut(Shown)) -> Option<usize> {
        let (mut width, mut end) = (0, 0);
        for shown in shown(&self.0, Lines::One) {
            width += match shown.look {
                Look::Joined => 0,
                Look::Plain => 1,
                Look::Escaped => escape(shown.character).len() - BRACKET_EXCESS,
            };
            if width > limit {
                return Some(end);
            }
            end += shown.character.len_utf8();
            each(shown);
        }
        None
    }
    /// Whether anything had to be escaped, line feeds and tabs aside.
    pub fn hides_something(&self) -> bool {
        shown(&self.0, Lines::Several).any(|shown| shown.look == Look::Escaped)
    }
    /// Whether a word in it mixes scripts as no language does, as in "admin" with a Cyrillic "а".
    pub fn mixes_scripts(&self) -> bool {
        alike::mixes_scripts(&self.0)
    }
    /// What it looks like: two texts with the same skeleton are hard to tell apart. For
    /// comparisons only, never for a screen.
    pub fn skeleton(&self) -> Self {
        Self(alike::skeleton(&self.0))
    }
    /// The text as it came, for copies, requests and comparisons; never for a screen.
    pub fn original(&self) -> &str {
        &self.0
    }
    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A JSON text in which what hides is spelled as JSON does (`\u202e`): the same value, for
    /// fields, which show a text as it is.
    pub fn spelled_as_json(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        for Shown { character, look } in shown(&self.0, Lines::Several) {
            // Outside of strings a carriage return is a blank, and inside it is no JSON.
            match look {
                Look::Escaped if character != '\r' => {
                    let mut units = [0; 2];
                    for unit in character.encode_utf16(&mut units) {
                        out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                Look::Plain | Look::Joined | Look::Escaped => out.push(character),
            }
        }
        out
    }

    fn written(&self, lines: Lines) -> String {
        if self.0.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.0.clone();
        }
        let mut out = String::with_capacity(self.0.len());
        for Shown { character, look } in shown(&self.0, lines) {
            write(&mut out, character, look);
        }
        out
    }
}

/// From so many bytes on, a text that is told in part is told with its size.
const LARGE: usize = 1_000;

/// The two angle brackets take three bytes each in an [`escape`] and are one character wide.
const BRACKET_EXCESS: usize = 4;

fn write(out: &mut String, character: char, look: Look) {
    match look {
        Look::Plain | Look::Joined => out.push(character),
        Look::Escaped => out.push_str(&escape(character)),
    }
}

fn escape(character: char) -> String {
    format!("⟨U+{:04X}⟩", u32::from(character))
}

/// A size as people write it: `999 bytes`, `1.2 kB`, `5 MB`; steps of 1,000.
pub fn size_name(bytes: usize) -> String {
    if bytes < 1000 {
        return if bytes == 1 {
            "1 byte".to_owned()
        } else {
            format!("{bytes} bytes")
        };
    }
    // Tenths of the unit, rounded; 999,950 bytes are 1 MB and not 1000 kB.
    let (mut tenths, mut unit) = (bytes.saturating_add(50) / 100, "kB");
    for larger in ["MB", "GB"] {
        if tenths >= 10_000 {
            tenths = tenths.saturating_add(500) / 1000;
            unit = larger;
        }
    }
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        tenth => format!("{}.{tenth} {unit}", tenths / 10),
    }
}

impl std::fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Untrusted").field(&self.0).finish()
    }
}

/// One sentence for a person, made of our words and of data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence(pub Vec<Piece>);

/// A part of a [`Sentence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Our own words; never data.
    Words(String),
    /// Data, drawn plain.
    Data(Untrusted),
    /// The object of the sentence, drawn bold.
    Strong(Untrusted),
}

impl Sentence {
    /// The sentence as one line of text, for titles, copies and tests.
    pub fn visible(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Data(data) | Piece::Strong(data) => data.visible(),
        };
        self.0.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests;
