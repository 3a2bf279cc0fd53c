//! One event.

use leptos::prelude::*;

/// The page.
#[component]
pub fn EventDetail(
    /// Which.
    id: crate::event::EventId,
) -> impl IntoView {
    let _ = id;
    ui! { <p></p> }
}
