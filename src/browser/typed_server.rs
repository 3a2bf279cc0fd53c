//! The address of a server as it was typed last, so that whoever goes from signing in to the test of
//! the connection, and back, need not type it again. It is never read from an address or a storage.

use crate::browser::signals::prelude::*;

/// What was typed; in the context of every view inside the shell.
#[derive(Debug, Clone, Copy)]
pub struct TypedServer(StoredValue<Option<String>>);

impl Default for TypedServer {
    fn default() -> Self {
        Self::new()
    }
}

impl TypedServer {
    /// Nothing was typed yet.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// What was typed last.
    pub fn get(self) -> Option<String> {
        self.0.get_value()
    }

    /// Takes what is typed.
    pub fn note(self, typed: &str) {
        self.0.set_value(Some(typed.to_owned()));
    }
}
