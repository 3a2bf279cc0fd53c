//! An export on its way: what to ask for next, what to write, and what is to be said at its end.
//!
//! The caller asks the server and writes what it gets from here. The question has an end in time,
//! fixed before the start, so new events do not move the pages; rows that come twice all the same
//! are written once. Where rows go away meanwhile, those behind them move up into pages that were
//! read already: then the page before is read again.

use std::collections::HashSet;

use super::{Format, Writer};
use crate::{
    api::{
        Failure,
        page::{Page, Row},
        walk::{Answered, Setback, Walk},
    },
    count::{counted, grouped},
    range::Zone,
    rows::key,
};

/// The most rows that are asked for at once; authentik gives no more.
pub const PAGE_SIZE: u32 = 100;

/// How an export stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// There is more to ask for.
    Running,
    /// It cannot go on now; [`Run::resume`] goes on where it stopped.
    Failed(Failure),
    /// Everything is written that will be.
    Finished,
}

/// An export on its way.
#[derive(Debug)]
pub struct Run {
    walk: Walk,
    writer: Writer,
    state: State,
    cap: Option<u64>,
    known: HashSet<u128>,
    /// How many matched at the start.
    expected: Option<u64>,
    written: u64,
    /// Written, but not as events.
    no_events: u64,
    went_away: u64,
    /// Where it goes on after a page was read again.
    return_to: Option<u64>,
}

impl Run {
    /// An export from the first row on, of `cap` rows at most. `zone` is the name of the zone.
    pub fn new(format: Format, zone: impl Into<String>, cap: Option<u64>) -> Self {
        Self {
            walk: Walk::new(0, PAGE_SIZE),
            writer: Writer::new(format, zone),
            state: State::Running,
            cap,
            known: HashSet::new(),
            expected: None,
            written: 0,
            no_events: 0,
            went_away: 0,
            return_to: None,
        }
    }

    /// The page to ask for and its size; `None` unless it is running.
    pub fn ask(&self) -> Option<(u32, u32)> {
        match self.state {
            State::Running => self.walk.ask(),
            State::Failed(_) | State::Finished => None,
        }
    }

    /// How it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How many rows are written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// How many rows there will be, as far as that is known.
    pub fn goal(&self) -> Option<u64> {
        let expected = self.expected?;
        Some(self.cap.map_or(expected, |cap| cap.min(expected)))
    }

    /// How many rows could not be read, so far.
    pub fn left_out(&self) -> u64 {
        self.walk.left_out()
    }

    /// Takes an answer; gives what is to be written.
    pub fn answered(&mut self, page: &Page, zone: Zone<'_>) -> String {
        let mut out = String::new();
        let Some((_, size)) = self.ask() else {
            return out;
        };
        let (before, start) = (self.walk.count(), self.walk.at());
        if self.walk.answered(&page.pagination, page.rows.len()) == Answered::Elsewhere {
            return out;
        }
        self.expected.get_or_insert(page.pagination.count);
        for row in &page.rows {
            if self.is_full() {
                break;
            }
            if self.known.insert(key(row)) {
                self.writer.row(row, zone, &mut out);
                self.written += 1;
                self.no_events += u64::from(matches!(row, Row::Unreadable { .. }));
            }
        }
        let gone = before.map_or(0, |before| before.saturating_sub(page.pagination.count));
        self.went_away = self.went_away.saturating_add(gone);
        match self.return_to.take() {
            Some(place) => self.walk.jump(place.max(self.walk.at())),
            // Only once in a row: where events expire all the time it would never get on.
            None if gone > 0 && start > 0 => {
                self.return_to = Some(self.walk.at());
                self.walk.jump(start.saturating_sub(u64::from(size)));
            }
            None => {}
        }
        self.settle();
        out
    }

    /// Asking has failed.
    pub fn failed(&mut self, failure: Failure) {
        if self.ask().is_none() {
            return;
        }
        match self.walk.failed(&failure) {
            Setback::Narrowed | Setback::LeftOut(_) | Setback::End => self.settle(),
            Setback::Lasting => self.state = State::Failed(failure),
        }
    }

    /// Goes on after a failure, at the same place.
    pub fn resume(&mut self) {
        if matches!(self.state, State::Failed(_)) {
            self.state = State::Running;
        }
    }

    /// Ends the file; gives what is to be written last.
    pub fn end(&mut self) -> String {
        let mut out = String::new();
        self.writer.end(&mut out);
        out
    }

    /// What came of it, in sentences: first the numbers, then why they differ.
    pub fn summary(&self) -> Vec<String> {
        let written = counted(self.written, "event", "events");
        let Some(expected) = self.expected else {
            return vec![
                format!("{written} written."),
                "The server did not answer.".to_owned(),
            ];
        };
        let mut said = vec![format!(
            "{written} written. The server counted {} at the start.",
            grouped(expected)
        )];
        if self.no_events > 0 {
            said.push(format!(
                "{} that Eventide cannot read as events; they stand in the file as the server sent them.",
                counted(self.no_events, "row is among them", "rows are among them")
            ));
        }
        let mut missing = expected.saturating_sub(self.written);
        let mut explain = |count: u64, words: &str| {
            let count = count.min(missing);
            if count > 0 {
                missing -= count;
                said.push(format!("{} {words}", counted(count, "event", "events")));
            }
        };
        explain(
            self.walk.left_out(),
            "could not be read and left out: the server fails at each page that holds one.",
        );
        if self.is_full() {
            explain(u64::MAX, "beyond the most that was asked for.");
        }
        if let State::Failed(_) | State::Running = self.state {
            explain(u64::MAX, "not read: the export was stopped before its end.");
        }
        explain(self.went_away, "expired or deleted while the export ran.");
        explain(
            u64::MAX,
            "missing for a reason that is not known: the server did not send what it had counted.",
        );
        if self.written > expected {
            said.push(format!(
                "{} came in while the export ran.",
                counted(self.written - expected, "event", "events")
            ));
        }
        said
    }

    fn is_full(&self) -> bool {
        self.cap.is_some_and(|cap| self.written >= cap)
    }

    fn settle(&mut self) {
        if self.is_full() || self.walk.ask().is_none() {
            self.state = State::Finished;
        }
    }
}
