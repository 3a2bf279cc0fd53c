//! Who is signed in where: the token, and the form in which it is kept.

use std::fmt;

use crate::{api::ApiBase, moment::Moment};

/// An API token. It is never printed: no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a text is no token, in words for the person who pasted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenProblem(String);

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// Reads a token as pasted; `Bearer` before it, blanks and quotes around it are removed.
    ///
    /// # Errors
    /// [`TokenProblem`] names what cannot be part of a token.
    pub fn parse(pasted: &str) -> Result<Self, TokenProblem> {
        let _ = pasted;
        todo!()
    }
    /// The value of the `Authorization` header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
    /// The last four characters, the only part that a screen may show.
    pub fn ending(&self) -> &str {
        todo!()
    }
}

/// How long a token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepMode {
    /// In this tab, for at most 12 hours.
    #[default]
    Tab,
    /// On this device, for at most 24 hours.
    Device,
    /// Not at all: until the page is left or loaded again.
    Memory,
}

/// A token with what it is for. Made when someone signs in; kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The token.
    pub token: Token,
    /// The only server that it is ever sent to.
    pub base: ApiBase,
    /// How it is kept.
    pub mode: KeepMode,
    /// When it was entered.
    pub created: Moment,
    /// When this browser forgets it.
    pub ends: Moment,
}

/// Whether someone is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// Nobody.
    SignedOut,
    /// Somebody, or at least their token.
    SignedIn(Grant),
    /// The token is not accepted any more; what was on the screen may stay there, covered.
    Expired {
        /// The server that it was for.
        base: ApiBase,
    },
}

impl Grant {
    /// A token entered now.
    pub fn new(token: Token, base: ApiBase, mode: KeepMode, now: Moment) -> Self {
        let _ = (token, base, mode, now);
        todo!()
    }
    /// The form in which it is kept.
    pub fn encode(&self) -> String {
        todo!()
    }
    /// Reads the kept form. `None` for another version, another mode or server than the key it was
    /// found under says, a past end, or any damage: the caller then removes it.
    pub fn decode(text: &str, key: &str, mode: KeepMode, now: Moment) -> Option<Self> {
        let _ = (text, key, mode, now);
        todo!()
    }
}
