//! The list of events.

use leptos::prelude::*;

/// The page.
#[component]
pub fn EventList() -> impl IntoView {
    ui! { <p></p> }
}
