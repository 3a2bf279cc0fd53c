//! A page of events.

use super::{Answer, FromAnswer};
use crate::{event::Event, json::JsonText};

/// Where a page stands among all pages. Numbers count from 1; everything is 0 for no events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pagination {
    /// How many events match.
    pub count: u64,
    /// This page.
    pub current: u32,
    /// How many pages there are; at least 1.
    pub total_pages: u32,
    /// Number of the first row.
    pub start_index: u64,
    /// Number of the last row.
    pub end_index: u64,
    /// The page after this one.
    pub next: Option<u32>,
    /// The page before this one.
    pub previous: Option<u32>,
}

/// One page of events.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it stands.
    pub pagination: Pagination,
    /// Its rows in the server's order.
    pub rows: Vec<Row>,
}

/// One row. What cannot be read as an event takes its own row, never the page.
#[derive(Debug, Clone)]
pub enum Row {
    /// An event.
    Event(Box<Event>),
    /// Something else.
    Unreadable {
        /// What the server sent.
        raw: JsonText,
        /// Why it is no event.
        reason: String,
    },
}

impl FromAnswer for Page {
    fn from_answer(answer: &Answer) -> Result<Self, String> {
        let _ = answer;
        todo!()
    }
}
