//! `events/events/`: list, get, create, and what one may do there.

use super::{Answer, Call, Failure, FieldErrors, FromAnswer, NoAnswer, page::Page};
use crate::event::{Event, EventId, draft::NewEvent};

/// What a token may do with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Whether it may create them (`authentik_events.add_event`).
    pub create: bool,
}

/// What became of an attempt to create an event.
#[derive(Debug, Clone)]
pub enum CreateOutcome {
    /// The server stored it and sent it back.
    Created(Box<Event>),
    /// The server refused what was typed; nothing was stored.
    Refused(FieldErrors),
    /// Surely not stored: refused before authentik looked at it, or never sent.
    NotSent(Failure),
    /// It may have been stored or not; only looking for it tells.
    Unknown(Failure),
}

/// One page of events, newest first.
pub fn list(page: u32, page_size: u32) -> Call<Page> {
    let _ = (page, page_size);
    todo!()
}

/// One event. An answer about another event is [`super::ApiError::Garbled`].
pub fn get(id: EventId) -> Call<Event> {
    let _ = id;
    todo!()
}

/// Creates an event; read its answer with [`outcome`], not with [`Call::read`].
pub fn create(event: &NewEvent) -> Call<Event> {
    let _ = event;
    todo!()
}

/// What the token may do with events.
pub fn rights() -> Call<Rights> {
    todo!()
}

/// What became of a [`create`] call. Total: anything unclear is [`CreateOutcome::Unknown`].
pub fn outcome(call: &Call<Event>, answer: Result<&Answer, NoAnswer>) -> CreateOutcome {
    let _ = (call, answer);
    todo!()
}

impl FromAnswer for Event {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        Event::read(&answer.body).map_err(|no_event| no_event.reason)
    }
}

impl FromAnswer for Rights {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let _ = answer;
        todo!()
    }
}
