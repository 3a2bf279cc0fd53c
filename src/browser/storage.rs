//! The only code that touches `localStorage` and `sessionStorage`.
//!
//! Both may be absent, refuse to be looked at, be full, or hold anything; nothing here panics and
//! nothing here logs.

use web_sys::Storage;

/// Where something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Until the tab closes (`sessionStorage`).
    Tab,
    /// Until it is removed, for every tab of this browser profile (`localStorage`).
    Device,
}

/// Why something could not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// This browser gives the page no storage (private mode, policy, blocked).
    NoStorage,
    /// The storage took no more, which is how browsers say "full".
    Refused,
}

/// The text under a key; `None` when there is none or the storage cannot be read.
pub fn read(place: Place, key: &str) -> Option<String> {
    open(place)?.get_item(key).ok().flatten()
}

/// Keeps a text under a key.
///
/// # Errors
/// [`NotKept`], and the page goes on without.
pub fn keep(place: Place, key: &str, text: &str) -> Result<(), NotKept> {
    let storage = open(place).ok_or(NotKept::NoStorage)?;
    storage.set_item(key, text).map_err(|_| NotKept::Refused)
}

/// Forgets what is under a key. A storage that cannot be opened holds nothing of ours.
pub fn forget(place: Place, key: &str) {
    if let Some(storage) = open(place) {
        // Removing throws only where the storage itself is unusable.
        let _ = storage.remove_item(key);
    }
}

/// All keys, in no order.
pub fn keys(place: Place) -> Vec<String> {
    let Some(storage) = open(place) else {
        return Vec::new();
    };
    let count = storage.length().unwrap_or(0);
    (0..count)
        .filter_map(|index| storage.key(index).ok().flatten())
        .collect()
}

fn open(place: Place) -> Option<Storage> {
    let window = web_sys::window()?;
    match place {
        Place::Tab => window.session_storage(),
        Place::Device => window.local_storage(),
    }
    .ok()
    .flatten()
}
