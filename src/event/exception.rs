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
    /// How it stands to the one before it.
    pub relation: Relation,
    /// Frames, the raising one last, as Python prints them.
    pub frames: Vec<Frame>,
}

/// How an exception stands to the one before it in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relation {
    /// It is the one that was raised at the end.
    #[default]
    Raised,
    /// It was given as the cause of the one before it (`raise … from …`).
    Cause,
    /// The one before it was raised while this one was handled.
    Handled,
    /// It is a member of the nearest group before it.
    Member,
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
