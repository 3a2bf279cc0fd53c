//! Reading a list page by page when some of its pages always fail.
//!
//! One event that the server cannot print (a context 253 levels deep) makes each page that holds it
//! a 500, for ever. So a page that fails is read in smaller ones, down to a single event, which is
//! left out; everything around it is read. Pages are by number, so a page size must divide the
//! place where it is read: sizes go down by their divisors, from 100 over 50, 25 and 5 to 1.

use super::{ApiError, Failure, NoAnswer, page::Pagination};

/// A way through a list, by the number of the row that is read next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    at: u64,
    /// The most rows that the server gives at once.
    largest: u32,
    size: u32,
    /// Some row before this one is known to fail.
    failing_until: u64,
    left_out: u64,
    /// Rows left out since the last one that was read.
    left_out_now: u64,
    count: Option<u64>,
    finished: bool,
}

/// What to do with the rows of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// They are the next ones.
    Taken,
    /// The server has smaller pages than was thought and gave others; ask again.
    Elsewhere,
}

/// What a failure means for the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// Ask again, for less.
    Narrowed,
    /// One row cannot be read and was left out: its number, from 0.
    LeftOut(u64),
    /// There is no such page: rows went away meanwhile, and this is the end.
    End,
    /// It is not about single rows; asking again later goes on at the same place.
    Lasting,
}

/// So many rows in a row may fail before it is the server, not the rows.
const MOST_IN_A_ROW: u64 = 20;
/// The same before anything was read at all: then it is rather the question.
const MOST_AT_FIRST: u64 = 4;

impl Walk {
    /// A way that begins at a row (from 0) with pages of a size.
    pub fn new(at: u64, page_size: u32) -> Self {
        let largest = page_size.max(1);
        Self {
            at,
            largest,
            size: fitting(at, largest, u64::MAX),
            failing_until: 0,
            left_out: 0,
            left_out_now: 0,
            count: None,
            finished: false,
        }
    }

    /// The page to ask for and its size; `None` at the end.
    pub fn ask(&self) -> Option<(u32, u32)> {
        let page = self.at.checked_div(u64::from(self.size))?.saturating_add(1);
        (!self.finished).then(|| (u32::try_from(page).unwrap_or(u32::MAX), self.size))
    }

    /// The row that is read next, from 0.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// How many rows could not be read.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many rows there are, as the last answer said.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// A row is known to fail: no page that is asked for holds both what is read next and it.
    pub fn avoid(&mut self, row: u64) {
        self.failing_until = row.saturating_add(1);
        self.go_to(self.at);
    }

    /// Goes on elsewhere.
    pub fn jump(&mut self, at: u64) {
        self.go_to(at);
        self.finished = self.count.is_some_and(|count| at >= count);
    }

    /// An answer with so many rows has come.
    pub fn answered(&mut self, pagination: &Pagination, rows: usize) -> Answered {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        self.count = Some(pagination.count);
        if let Some(smaller) = self.smaller_page(pagination, rows) {
            self.largest = smaller;
            if self.at > 0 {
                self.go_to(self.at);
                return Answered::Elsewhere;
            }
        }
        self.left_out_now = 0;
        self.go_to(self.at.saturating_add(rows));
        self.finished = rows == 0 || self.at >= pagination.count;
        Answered::Taken
    }

    /// The server's page size, when it is smaller than what was asked for.
    fn smaller_page(&self, pagination: &Pagination, rows: u64) -> Option<u32> {
        let before = pagination.start_index.saturating_sub(1);
        let pages = self.at / u64::from(self.size);
        let size = match pages {
            0 => rows,
            // Without numbers nothing can be said against the rows.
            _ if before == 0 || before == self.at => return None,
            pages => before / pages,
        };
        let smaller = u32::try_from(size).ok()?;
        (0 < smaller && smaller < self.size && (pages > 0 || pagination.next.is_some()))
            .then_some(smaller)
    }

    /// Asking has failed.
    pub fn failed(&mut self, failure: &Failure) -> Setback {
        if failure.error == ApiError::NotFound && self.at > 0 {
            self.finished = true;
            return Setback::End;
        }
        if !is_about_rows(failure) {
            return Setback::Lasting;
        }
        self.failing_until = self.at.saturating_add(u64::from(self.size));
        if self.size > 1 {
            self.size = divisor_below(self.size);
            return Setback::Narrowed;
        }
        let most = match self.count {
            Some(_) => MOST_IN_A_ROW,
            None => MOST_AT_FIRST,
        };
        self.left_out = self.left_out.saturating_add(1);
        self.left_out_now = self.left_out_now.saturating_add(1);
        if self.left_out_now >= most {
            // Not even the first of them was its own fault, then.
            self.left_out = self.left_out.saturating_sub(self.left_out_now);
            let first = self.at.saturating_sub(self.left_out_now.saturating_sub(1));
            self.left_out_now = 0;
            self.failing_until = 0;
            self.go_to(first);
            return Setback::Lasting;
        }
        let row = self.at;
        self.go_to(row.saturating_add(1));
        self.finished = self.count.is_some_and(|count| self.at >= count);
        Setback::LeftOut(row)
    }

    fn go_to(&mut self, at: u64) {
        self.at = at;
        // A page over all the rest of a failing stretch would fail again.
        let rest = match self.failing_until.checked_sub(at) {
            Some(rest @ 1..) => rest,
            Some(0) | None => u64::MAX,
        };
        self.size = fitting(at, self.largest, rest);
    }
}

/// Whether a smaller page may do better.
fn is_about_rows(failure: &Failure) -> bool {
    match &failure.error {
        ApiError::Server => failure.status == Some(500),
        ApiError::Garbled { .. } | ApiError::NoAnswer(NoAnswer::TooLarge { .. }) => true,
        ApiError::NoAnswer(_)
        | ApiError::TokenRefused
        | ApiError::Refused
        | ApiError::Forbidden { .. }
        | ApiError::Blocked
        | ApiError::NotFound
        | ApiError::WebPage
        | ApiError::Rejected(_)
        | ApiError::Wait { .. } => false,
    }
}

/// The largest page size whose pages can begin at a row, and that is less than `below` unless it
/// is 1.
fn fitting(at: u64, largest: u32, below: u64) -> u32 {
    let mut size = largest.max(1);
    while size > 1 && (!at.is_multiple_of(u64::from(size)) || u64::from(size) >= below) {
        size = divisor_below(size);
    }
    size
}

/// The largest divisor of a size that is smaller than it; 1 for 1.
fn divisor_below(size: u32) -> u32 {
    (2..=size)
        .find(|part| size.is_multiple_of(*part))
        .map_or(1, |part| size / part)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::api::events;

    fn failure(status: u16) -> Failure {
        let mut failure = events::rights().request.failure(ApiError::Server, None);
        failure.status = Some(status);
        failure
    }

    /// A list of so many rows, of which some cannot be printed.
    struct Server {
        rows: u64,
        poisoned: BTreeSet<u64>,
        largest: u32,
        asked: Vec<(u32, u32)>,
    }

    impl Server {
        fn new(rows: u64, poisoned: &[u64]) -> Self {
            Self {
                rows,
                poisoned: poisoned.iter().copied().collect(),
                largest: 100,
                asked: Vec::new(),
            }
        }

        /// Answers the next page into `seen`; `None` at the end.
        fn step(&mut self, walk: &mut Walk, seen: &mut Vec<u64>) -> Option<Option<Setback>> {
            let (page, size) = walk.ask()?;
            self.asked.push((page, size));
            let size = u64::from(size.min(self.largest));
            let start = u64::from(page - 1) * size;
            let end = (start + size).min(self.rows);
            if start >= self.rows && page > 1 {
                let mut missing = failure(404);
                missing.error = ApiError::NotFound;
                return Some(Some(walk.failed(&missing)));
            }
            if self.poisoned.range(start..end).next().is_some() {
                return Some(Some(walk.failed(&failure(500))));
            }
            let pagination = Pagination {
                count: self.rows,
                current: page,
                next: (end < self.rows).then_some(page + 1),
                start_index: if self.rows == 0 { 0 } else { start + 1 },
                ..Pagination::default()
            };
            let rows = usize::try_from(end - start).unwrap();
            if walk.answered(&pagination, rows) == Answered::Taken {
                seen.extend(start..end);
            }
            Some(None)
        }

        fn read(&mut self, walk: &mut Walk) -> Vec<u64> {
            let mut seen = Vec::new();
            while let Some(setback) = self.step(walk, &mut seen) {
                assert_ne!(setback, Some(Setback::Lasting));
                assert!(self.asked.len() < 2_000);
            }
            seen
        }
    }

    #[test]
    fn sizes_go_down_by_their_divisors() {
        let chain = |size| {
            std::iter::successors(Some(size), |size| {
                Some(divisor_below(*size)).filter(|next| next < size)
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(chain(100), [100, 50, 25, 5, 1]);
        assert_eq!(chain(30), [30, 15, 5, 1]);
        assert_eq!(chain(97), [97, 1]);
    }

    #[test]
    fn all_rows_are_read_in_order_when_nothing_fails() {
        let mut server = Server::new(250, &[]);
        let seen = server.read(&mut Walk::new(0, 100));
        assert!(seen.into_iter().eq(0..250));
        assert_eq!(server.asked, [(1, 100), (2, 100), (3, 100)]);
        let mut server = Server::new(0, &[]);
        assert!(server.read(&mut Walk::new(0, 100)).is_empty());
        assert_eq!(server.asked.len(), 1);
    }

    #[test]
    fn only_the_poisoned_row_is_left_out_and_few_pages_are_asked_for_it() {
        let mut server = Server::new(1_000, &[377]);
        let mut walk = Walk::new(0, 100);
        let seen = server.read(&mut walk);
        assert!(seen.into_iter().eq((0..1_000).filter(|row| *row != 377)));
        assert_eq!(walk.left_out(), 1);
        assert!(server.asked.len() <= 24, "{:?}", server.asked);
        let again: BTreeSet<_> = server.asked.iter().collect();
        assert_eq!(
            again.len(),
            server.asked.len(),
            "a page was asked for twice"
        );
    }

    #[test]
    fn a_server_with_smaller_pages_is_understood() {
        for (largest, start) in [(40, 0), (40, 300), (33, 0), (50, 100)] {
            let mut server = Server::new(400, &[17, 350]);
            server.largest = largest;
            let seen = server.read(&mut Walk::new(start, 100));
            let expected = (start..400).filter(|row| ![17, 350].contains(row));
            assert!(seen.into_iter().eq(expected), "{largest} from {start}");
        }
    }

    #[test]
    fn a_failure_that_is_not_about_rows_keeps_the_place() {
        let mut server = Server::new(500, &[]);
        let (mut walk, mut seen) = (Walk::new(0, 100), Vec::new());
        server.step(&mut walk, &mut seen);
        let before = walk.clone();
        for status in [502, 503, 504, 429] {
            assert_eq!(walk.failed(&failure(status)), Setback::Lasting);
            assert_eq!(walk, before);
        }
        seen.extend(server.read(&mut walk));
        assert!(seen.into_iter().eq(0..500));
    }

    #[test]
    fn a_server_that_fails_at_everything_is_not_asked_for_each_row() {
        let mut server = Server::new(500, &(0..500).collect::<Vec<_>>());
        let (mut walk, mut seen) = (Walk::new(0, 100), Vec::new());
        while server.step(&mut walk, &mut seen) != Some(Some(Setback::Lasting)) {}
        assert_eq!(server.asked.len(), 8);
        assert_eq!((walk.at(), walk.left_out()), (0, 0));
        assert_eq!(walk.ask(), Some((1, 100)));
        // In the middle it may be a bad stretch; it goes on where that begins.
        let mut server = Server::new(500, &(150..500).collect::<Vec<_>>());
        let mut walk = Walk::new(0, 100);
        while server.step(&mut walk, &mut seen) != Some(Some(Setback::Lasting)) {}
        assert_eq!((seen.len(), walk.at(), walk.left_out()), (150, 150, 0));
        server.poisoned.clear();
        seen.extend(server.read(&mut walk));
        assert!(seen.into_iter().eq(0..500));
    }

    #[test]
    fn rows_that_went_away_end_the_list() {
        let mut server = Server::new(300, &[]);
        let (mut walk, mut seen) = (Walk::new(0, 100), Vec::new());
        server.step(&mut walk, &mut seen);
        server.step(&mut walk, &mut seen);
        server.rows = 150;
        assert_eq!(server.step(&mut walk, &mut seen), Some(Some(Setback::End)));
        assert_eq!(walk.ask(), None);
    }

    proptest! {
        #[test]
        fn each_readable_row_is_read_once(
            rows in 0u64..400,
            poisoned in proptest::collection::btree_set(0u64..400, 0..8),
            page_size in 1u32..=100,
            largest in 1u32..=100,
            pages in 0u64..3,
        ) {
            let mut server = Server::new(rows, &poisoned.iter().copied().collect::<Vec<_>>());
            server.largest = largest;
            let start = (pages * u64::from(page_size)).min(rows);
            let mut walk = Walk::new(start, page_size);
            let mut seen = Vec::new();
            while let Some(setback) = server.step(&mut walk, &mut seen) {
                if setback == Some(Setback::Lasting) {
                    // Only where enough poison lies together.
                    prop_assert!(poisoned.len() >= 4);
                    return Ok(());
                }
                prop_assert!(server.asked.len() < 3_000);
            }
            let expected: Vec<u64> = (start..rows).filter(|row| !poisoned.contains(row)).collect();
            prop_assert_eq!(seen, expected);
        }
    }
}
