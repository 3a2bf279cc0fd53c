//! The views that a reader keeps on this device.

use super::{
    signals::prelude::*,
    storage::{self, Place},
};
use crate::{
    listing::Listing,
    text::Untrusted,
    view::{NotSaved, SavedViews},
};

/// The views that a reader keeps; cheap to copy, in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct ViewShelf(RwSignal<SavedViews>);

const KEY: &str = "eventide.views";

impl ViewShelf {
    /// As kept before.
    pub fn load() -> Self {
        let kept = storage::read(Place::Device, KEY).unwrap_or_default();
        Self(RwSignal::new(SavedViews::read(&kept)))
    }

    /// All of them.
    pub fn all(self) -> SavedViews {
        self.0.get()
    }

    /// Keeps a listing under a name.
    ///
    /// # Errors
    /// In words, why it is not kept.
    pub fn save(self, name: &str, listing: &Listing) -> Result<(), String> {
        self.change(|views| views.with(name, listing))
    }

    /// Gives a view another name.
    ///
    /// # Errors
    /// In words, why not.
    pub fn rename(self, old: &Untrusted, new: &str) -> Result<(), String> {
        self.change(|views| views.renamed(old, new))
    }

    /// Deletes a view.
    pub fn delete(self, name: &Untrusted) {
        // What is not kept now is not deleted later either; nothing else can go wrong.
        let _ = self.change(|views| Ok(views.without(name)));
    }

    /// Makes a view the one that the list begins with, or none.
    pub fn begin_with(self, name: Option<&Untrusted>) {
        let _ = self.change(|views| Ok(views.beginning_with(name)));
    }

    /// What the list begins with.
    pub fn beginning(self) -> Listing {
        self.0.with_untracked(SavedViews::beginning)
    }

    /// Forgets all of them, in this tab and on the device.
    pub fn forget(self) {
        storage::forget(Place::Device, KEY);
        self.0.set(SavedViews::read(""));
    }

    /// Reads again what another tab may have kept.
    pub fn look_again(self) {
        if let Some(kept) = storage::read(Place::Device, KEY) {
            self.0.set(SavedViews::read(&kept));
        }
    }

    /// Another tab may have changed what is kept since, so that is read again before it is changed.
    fn change(
        self,
        change: impl FnOnce(&SavedViews) -> Result<SavedViews, NotSaved>,
    ) -> Result<(), String> {
        let kept = storage::read(Place::Device, KEY).map(|kept| SavedViews::read(&kept));
        let views = kept.unwrap_or_else(|| self.0.get_untracked());
        let views = change(&views).map_err(NotSaved::words)?;
        let kept = storage::keep(Place::Device, KEY, &views.text());
        self.0.set(views);
        kept.map_err(|_| {
            "The browser keeps nothing for this page. The view is there until the page is closed"
                .to_owned()
        })
    }
}
