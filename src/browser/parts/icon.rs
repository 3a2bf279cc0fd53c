//! Icons from the sprite in the page.

use crate::browser::markup::Markup;

/// An icon, decorative: the words beside it or the control's label say what it means.
/// `name` is the id in the sprite without `i-`.
pub fn icon(name: &'static str) -> Markup {
    ui! { <svg class="i" aria-hidden="true"><use href=address(name)/></svg> }
}

/// The same at 14 pixels, for fields and lines of small text.
pub fn small_icon(name: &'static str) -> Markup {
    ui! { <svg class="i i--sm" aria-hidden="true"><use href=address(name)/></svg> }
}

fn address(name: &str) -> String {
    format!("#i-{name}")
}
