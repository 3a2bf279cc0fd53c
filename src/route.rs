//! Every address of the app.

use crate::event::EventId;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/` and `/sign-in`
    SignIn,
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
