//! What in an event is not as the API promises. An event with oddities is shown all the same.

use crate::{
    json::Node,
    text::{Piece, Sentence, Untrusted},
};

/// A field that is not as the API promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// Its key, with the keys around it, as in `user.pk`.
    pub field: Untrusted,
    /// What is odd about it.
    pub kind: OddityKind,
}

/// What is odd about a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OddityKind {
    /// It is not there.
    Missing,
    /// It is there, and this stands in it instead of what the API promises.
    Unexpected(Untrusted),
    /// The API promises no such field; this stands in it.
    Unknown(Untrusted),
    /// It is there more than once; this stands in one of those that do not count.
    Repeated(Untrusted),
}

/// Found values are told this far; the whole event stands beside.
const TOLD_CHARACTERS: usize = 200;

impl Oddity {
    pub(super) fn new(field: impl Into<String>, kind: OddityKind) -> Self {
        Self {
            field: Untrusted::new(field),
            kind,
        }
    }
    /// A value as an oddity tells it.
    pub(super) fn found(node: Node<'_>) -> Untrusted {
        Untrusted::new(node.json().compact())
    }
    /// One sentence for the page, as in `client_ip holds something unexpected: 17`.
    pub fn sentence(&self) -> Sentence {
        let (words, found) = match &self.kind {
            OddityKind::Missing => (" is missing", None),
            OddityKind::Unexpected(found) => (" holds something unexpected: ", Some(found)),
            OddityKind::Unknown(found) => (" is a field this page does not know: ", Some(found)),
            OddityKind::Repeated(found) => (
                " is there more than once; the last one counts, this one does not: ",
                Some(found),
            ),
        };
        let mut pieces = vec![
            Piece::Strong(self.field.clone()),
            Piece::Words(words.to_owned()),
        ];
        pieces.extend(found.map(|found| Piece::Data(found.brief(TOLD_CHARACTERS))));
        Sentence(pieces)
    }
}
