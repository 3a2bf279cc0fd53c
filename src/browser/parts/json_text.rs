//! JSON as coloured text.

use crate::browser::markup::{IntoMarkup, Markup};

use crate::{
    json::syntax::{TokenKind, tokens},
    text::Untrusted,
};

/// Longer texts stay in one colour: a span a token would fill the page with hundreds of thousands.
const LONGEST_COLOURED: usize = 64 * 1024;

/// A JSON text, coloured, nothing hidden in it.
pub fn coloured(text: &str) -> Vec<Markup> {
    let seen = |part: &str| Untrusted::new(part).visible_lines();
    if text.len() > LONGEST_COLOURED {
        return vec![seen(text).into_markup()];
    }
    pieces(text)
        .into_iter()
        .map(|(part, kind)| piece(seen(part), kind))
        .collect()
}

/// The lines of a text that is being typed, coloured and otherwise as they are: they lie exactly
/// under the letters of the field.
pub fn typed_lines(text: &str) -> Vec<Vec<Markup>> {
    let mut lines = vec![Vec::new()];
    for (part, kind) in pieces(text) {
        for (at, line) in part.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            if let Some(last) = lines.last_mut().filter(|_| !line.is_empty()) {
                last.push(piece(line.to_owned(), kind));
            }
        }
    }
    lines
}

/// The whole text in parts, each with its kind; what is between tokens has none.
fn pieces(text: &str) -> Vec<(&str, Option<TokenKind>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut add = |from: usize, to: usize, kind| {
        if let Some(part) = text.get(from..to).filter(|part| !part.is_empty()) {
            pieces.push((part, kind));
        }
    };
    for token in tokens(text) {
        add(at, token.range.start, None);
        add(token.range.start, token.range.end, Some(token.kind));
        at = token.range.end;
    }
    add(at, text.len(), None);
    pieces
}

fn piece(text: String, kind: Option<TokenKind>) -> Markup {
    match kind {
        Some(TokenKind::Key) => ui! { <span class="k">{text}</span> },
        Some(TokenKind::String) => ui! { <span class="s">{text}</span> },
        Some(TokenKind::Number) => ui! { <span class="n">{text}</span> },
        Some(TokenKind::Literal) => ui! { <span class="l">{text}</span> },
        Some(TokenKind::Punctuation) if text == ":" => {
            ui! { <span class="p">{text}</span> }
        }
        Some(TokenKind::Punctuation | TokenKind::Other) | None => text.into_markup(),
    }
}
