//! The frame around every page.

use leptos::prelude::*;

/// The frame.
#[component]
pub fn Shell() -> impl IntoView {
    ui! { <main id="main"></main> }
}
