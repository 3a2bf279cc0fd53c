//! The sentence of an event, its object bold.

use leptos::prelude::*;

use crate::text::{Piece, Sentence};

/// How much of one piece of data is written; the whole stands in the context.
const LONGEST: usize = 120;

/// Draws a sentence.
pub fn sentence(sentence: &Sentence) -> Vec<AnyView> {
    sentence.0.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> AnyView {
    match piece {
        Piece::Words(words) => words.clone().into_any(),
        Piece::Data(data) => data.clipped(LONGEST).into_any(),
        Piece::Strong(data) => ui! { <b>{data.clipped(LONGEST)}</b> }.into_any(),
    }
}
