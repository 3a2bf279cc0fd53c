//! Every address of the app.

use crate::event::EventId;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/` and `/sign-in`, with the page to go to afterwards (`?next=`).
    SignIn {
        /// A page of this app; other addresses are dropped on reading.
        next: Option<Box<Route>>,
    },
    /// `/events`, with the page number from 1.
    Events {
        /// Page number.
        page: u32,
    },
    /// `/events/{uuid}`
    Event(EventId),
    /// `/events/<something that is no uuid>`: known without asking the server.
    NoSuchEvent(crate::text::Untrusted),
    /// `/events/new`
    NewEvent,
    /// Anything else.
    NotFound,
}

impl Route {
    /// Reads the path and query (with or without `?`) of an address. `base` is the path that the
    /// app lives under, as in `/` or `/eventide/`. Total: what is unknown is [`Route::NotFound`].
    pub fn parse(path: &str, query: &str, base: &str) -> Self {
        let _ = (path, query, base);
        todo!()
    }
    /// The address below `base`. Never leaves it, whatever the route holds.
    pub fn to_path(&self, base: &str) -> String {
        let _ = base;
        todo!()
    }
}
