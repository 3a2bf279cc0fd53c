//! The button that changes the theme.

use crate::browser::markup::Markup;

use super::icon::icon;
use crate::browser::ThemeHandle;

/// Light to dark and back.
pub fn theme_button(theme: ThemeHandle) -> Markup {
    ui! {
        <button class="btn btn--ghost btn--icon" type="button" aria-label="Change theme" aria-keyshortcuts="T"
            on:click=move |_| theme.toggle()>
            {icon("sun")}
        </button>
    }
}
