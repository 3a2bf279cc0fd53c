//! Light, dark, or what the system says.

use crate::browser::signals::prelude::*;

use super::storage::{self, Place};

/// The choice. boot.js applies it before the first paint; this changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// boot.js reads the same key.
const KEY: &str = "eventide.theme";

/// The chosen theme, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct ThemeHandle(RwSignal<Theme>);

impl ThemeHandle {
    /// What was chosen before, or the system's.
    pub fn load() -> Self {
        let theme = match storage::read(Place::Device, KEY).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        show(theme);
        Self(RwSignal::new(theme))
    }

    /// The choice.
    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Changes it, now and for later visits. Where nothing can be kept, for this visit.
    pub fn choose(self, theme: Theme) {
        match theme.name() {
            None => storage::forget(Place::Device, KEY),
            Some(name) => {
                let _ = storage::keep(Place::Device, KEY, name);
            }
        }
        show(theme);
        self.0.set(theme);
    }

    /// Light to dark and back, starting from what is seen: what the button in the bar does.
    pub fn toggle(self) {
        let dark = match self.0.get_untracked() {
            Theme::Dark => true,
            Theme::Light => false,
            Theme::System => system_is_dark(),
        };
        self.choose(if dark { Theme::Light } else { Theme::Dark });
    }
}

impl Theme {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

fn system_is_dark() -> bool {
    web_sys::window()
        .and_then(|window| {
            window
                .match_media("(prefers-color-scheme: dark)")
                .ok()
                .flatten()
        })
        .is_some_and(|query| query.matches())
}

fn show(theme: Theme) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match theme.name() {
        None => root.remove_attribute("data-theme"),
        Some(name) => root.set_attribute("data-theme", name),
    };
}
