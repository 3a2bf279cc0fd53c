//! Server, token, and whether they work.

use leptos::prelude::*;

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    ui! { <p></p> }
}
