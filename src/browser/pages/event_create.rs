//! Creating an event.

use leptos::prelude::*;

/// The page.
#[component]
pub fn EventCreate() -> impl IntoView {
    ui! { <p></p> }
}
