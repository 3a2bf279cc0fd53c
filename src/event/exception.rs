//! Exceptions in events, in both shapes that authentik has written.

use crate::text::Untrusted;

/// One exception of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExceptionReport {
    /// `KeyError`
    pub kind: Untrusted,
    /// Its message.
    pub message: Untrusted,
    /// Notes added to it.
    pub notes: Vec<Untrusted>,
    /// Whether it caused the one before it.
    pub is_cause: bool,
    /// Frames, the raising one last, as Python prints them.
    pub frames: Vec<Frame>,
}

/// One frame of a traceback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Function.
    pub function: Untrusted,
    /// File.
    pub file: Untrusted,
    /// Line, when it is a number.
    pub line: Option<i64>,
    /// Whether it is authentik's own code (and not a library's).
    pub own: bool,
}
