//! The list of events.

use leptos::prelude::*;

/// The page.
#[component]
pub fn EventList(
    /// Page number from 1.
    page: u32,
) -> impl IntoView {
    let _ = page;
    ui! { <p></p> }
}
