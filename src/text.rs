//! Text that came from outside, and the only form of it that a screen may show.

/// Text from a server, a file or an address: anyone may have written it.
///
/// It has no `Display` and no way into a view. [`visible`](Self::visible) gives a form in which
/// nothing can hide; [`original`](Self::original) gives the bytes back for copies and requests.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Untrusted(String);

impl Untrusted {
    /// Takes text from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// One line in which each character that cannot be seen, reorders its neighbours or breaks the
    /// line stands as a visible escape (`spec`: security S10).
    pub fn visible(&self) -> String {
        todo!()
    }
    /// The same for places that show several lines: line feeds and tabs stay.
    pub fn visible_lines(&self) -> String {
        todo!()
    }
    /// [`visible`](Self::visible), cut after `limit` graphemes with "… (1.2 MB)" behind.
    pub fn clipped(&self, limit: usize) -> String {
        let _ = limit;
        todo!()
    }
    /// Whether anything had to be escaped.
    pub fn hides_something(&self) -> bool {
        todo!()
    }
    /// The text as it came, for copies, requests and comparisons; never for a screen.
    pub fn original(&self) -> &str {
        &self.0
    }
    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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
        todo!()
    }
}
