//! The sentence of an event, its object bold.

use crate::browser::markup::{IntoMarkup, Markup};

use crate::text::{Piece, Sentence};

/// How much of one piece of data is written. Sentences tell less by themselves, and this cuts none
/// of the marks behind what they left out.
const LONGEST: usize = 240;

/// Draws a sentence.
pub fn sentence(sentence: &Sentence) -> Vec<Markup> {
    sentence.0.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> Markup {
    match piece {
        Piece::Words(words) => words.clone().into_markup(),
        Piece::Data(data) => data.clipped(LONGEST).into_markup(),
        Piece::Strong(data) => ui! { <b>{data.clipped(LONGEST)}</b> },
    }
}
