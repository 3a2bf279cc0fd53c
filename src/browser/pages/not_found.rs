//! No such page, or no such event.

use leptos::prelude::*;

/// The page.
#[component]
pub fn NotFound() -> impl IntoView {
    ui! { <p></p> }
}
