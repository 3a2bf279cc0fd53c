//! How the reader likes lists: which columns, how dense.

use super::storage::{self, Place};
use crate::browser::signals::prelude::*;
use crate::listing::{Columns, ZoneChoice};

/// What was chosen on this device; in the context of every view inside the shell.
#[derive(Debug, Clone, Copy)]
pub struct Preferences {
    columns: RwSignal<Option<String>>,
    compact: RwSignal<bool>,
    zone: RwSignal<ZoneChoice>,
}

const ZONE: &str = "eventide.zone";
const COLUMNS: &str = "eventide.columns";
const DENSITY: &str = "eventide.density";
const COMPACT: &str = "compact";

impl Preferences {
    /// As chosen before.
    pub fn load() -> Self {
        let density = storage::read(Place::Device, DENSITY);
        let preferences = Self {
            columns: RwSignal::new(storage::read(Place::Device, COLUMNS)),
            compact: RwSignal::new(density.as_deref() == Some(COMPACT)),
            zone: RwSignal::new(
                storage::read(Place::Device, ZONE)
                    .and_then(|zone| ZoneChoice::parse(&zone))
                    .unwrap_or(ZoneChoice::Local),
            ),
        };
        // An effect because the root element is outside.
        Effect::new(move || {
            let Some(root) = document().document_element() else {
                return;
            };
            let _ = if preferences.compact.get() {
                root.set_attribute("data-density", COMPACT)
            } else {
                root.remove_attribute("data-density")
            };
        });
        preferences
    }

    /// The columns of lists whose address names none.
    pub fn columns(self) -> Columns {
        self.columns
            .with(|columns| columns.as_deref().map(Columns::parse))
            .unwrap_or_default()
    }

    /// Chooses columns, now and for later visits. Where nothing can be kept, for this visit.
    pub fn choose_columns(self, columns: &Columns) {
        let text = columns.text();
        if *columns == Columns::default() {
            storage::forget(Place::Device, COLUMNS);
        } else {
            let _ = storage::keep(Place::Device, COLUMNS, &text);
        }
        self.columns.set(Some(text));
    }

    /// Whether rows are low.
    pub fn is_compact(self) -> bool {
        self.compact.get()
    }

    /// Makes rows low or not, now and for later visits.
    pub fn set_compact(self, compact: bool) {
        if compact {
            let _ = storage::keep(Place::Device, DENSITY, COMPACT);
        } else {
            storage::forget(Place::Device, DENSITY);
        }
        self.compact.set(compact);
    }

    /// The zone that times are shown in where the address names none.
    pub fn zone(self) -> ZoneChoice {
        self.zone.get()
    }

    /// Chooses a zone, now and for later visits.
    pub fn choose_zone(self, zone: ZoneChoice) {
        if zone == ZoneChoice::Local {
            storage::forget(Place::Device, ZONE);
        } else {
            let _ = storage::keep(Place::Device, ZONE, zone.text());
        }
        self.zone.set(zone);
    }
}
