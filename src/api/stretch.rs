//! One page of rows, read in smaller pages where the server fails to print some of them.

use super::{
    Failure,
    page::{Page, Row},
    walk::{Answered, Setback, Walk},
};

/// The reading of one page, as a value: whoever sends asks it what to ask.
#[derive(Debug)]
pub struct Stretch {
    number: u32,
    walk: Walk,
    end: u64,
    rows: Vec<Row>,
}

impl Stretch {
    /// A page, from 1.
    pub fn page(number: u32, page_size: u32) -> Self {
        let size = u64::from(page_size);
        let start = u64::from(number.saturating_sub(1)).saturating_mul(size);
        Self {
            number,
            walk: Walk::new(start, page_size),
            end: start.saturating_add(size),
            rows: Vec::new(),
        }
    }

    /// The same, when a row (from 0) failed before and is likely to fail again.
    pub fn around(mut self, failing: Option<u64>) -> Self {
        if let Some(row) = failing {
            self.walk.avoid(row);
        }
        self
    }

    /// The page to ask for and its size; `None` once everything is read.
    pub fn ask(&self) -> Option<(u32, u32)> {
        self.walk.ask().filter(|_| self.walk.at() < self.end)
    }

    /// What came of it.
    ///
    /// # Errors
    /// The failure, when it is not about single rows.
    pub fn answered(&mut self, answer: Result<Page, Failure>) -> Result<(), Failure> {
        match answer {
            Ok(page) => {
                let taken = self.walk.answered(&page.pagination, page.rows.len());
                if taken == Answered::Taken {
                    self.rows.extend(page.rows);
                }
            }
            Err(failure) => match self.walk.failed(&failure) {
                Setback::Narrowed | Setback::End => {}
                Setback::LeftOut(_) => self.rows.push(Row::LeftOut { number: 0 }),
                Setback::Lasting => return Err(failure),
            },
        }
        Ok(())
    }

    /// What is read so far.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What is read, as the page that it is instead of. `count` is how many rows were known of
    /// before.
    pub fn into_page(self, count: u64) -> Page {
        let mut page = Page::none();
        let rows = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        page.pagination.count = self.walk.count().unwrap_or(count).max(rows);
        page.pagination.current = self.number;
        page.pagination.next = self.walk.ask().map(|_| self.number.saturating_add(1));
        page.rows = self.rows;
        page
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::api::{Answer, ApiError, FromAnswer as _, events};

    fn failure(error: ApiError, status: u16) -> Failure {
        let mut failure = events::rights().request.failure(error, None);
        failure.status = Some(status);
        failure
    }

    /// A page of a server with so many rows, of which some cannot be printed.
    fn serve(rows: u64, poisoned: &[u64], (page, size): (u32, u32)) -> Result<Page, Failure> {
        let start = u64::from(page - 1) * u64::from(size);
        let end = (start + u64::from(size)).min(rows);
        if start >= rows && page > 1 {
            return Err(failure(ApiError::NotFound, 404));
        }
        if poisoned.iter().any(|row| (start..end).contains(row)) {
            return Err(failure(ApiError::Server, 500));
        }
        let mut results = String::new();
        for row in start..end {
            let comma = if row == start { "" } else { "," };
            write!(results, "{comma}{row}").unwrap();
        }
        let next = if end < rows { page + 1 } else { 0 };
        Ok(Page::from_answer(&Answer {
            status: 200,
            body: format!(
                r#"{{"pagination":{{"count":{rows},"current":{page},"next":{next},"start_index":{}}},"results":[{results}]}}"#,
                start + 1
            ),
            ..Answer::default()
        })
        .unwrap())
    }

    fn read(mut stretch: Stretch, rows: u64, poisoned: &[u64]) -> (Result<Page, Failure>, usize) {
        let mut asked = 0;
        while let Some(ask) = stretch.ask() {
            asked += 1;
            if let Err(failure) = stretch.answered(serve(rows, poisoned, ask)) {
                return (Err(failure), asked);
            }
        }
        (Ok(stretch.into_page(0)), asked)
    }

    /// The numbers of the rows, and a sign for those that are left out.
    fn shape(page: &Page) -> Vec<Option<u64>> {
        page.rows
            .iter()
            .map(|row| match row {
                Row::Unreadable { raw, .. } => raw.original().parse().ok(),
                Row::LeftOut { .. } | Row::Event(_) => None,
            })
            .collect()
    }

    fn rows(range: std::ops::Range<u64>, poisoned: &[u64]) -> Vec<Option<u64>> {
        range
            .map(|row| (!poisoned.contains(&row)).then_some(row))
            .collect()
    }

    #[test]
    fn a_page_without_failures_is_asked_for_once() {
        let (page, asked) = read(Stretch::page(2, 50), 120, &[]);
        let page = page.unwrap();
        assert_eq!(shape(&page), rows(50..100, &[]));
        assert_eq!((asked, page.pagination.next), (1, Some(3)));
        assert_eq!(page.pagination.count, 120);
    }

    #[test]
    fn what_fails_keeps_its_place_and_nothing_beyond_the_page_is_read() {
        for poisoned in [vec![50], vec![77], vec![99], vec![60, 61, 98]] {
            let (page, asked) = read(Stretch::page(2, 50), 120, &poisoned);
            let page = page.unwrap();
            assert_eq!(shape(&page), rows(50..100, &poisoned), "{poisoned:?}");
            assert_eq!(
                (page.pagination.current, page.pagination.next),
                (2, Some(3))
            );
            assert!(asked < 40, "{poisoned:?}: {asked}");
        }
    }

    #[test]
    fn the_last_page_ends_even_where_its_last_row_fails() {
        for (all, poisoned) in [(75, 74), (75, 60), (51, 50)] {
            let (page, _) = read(Stretch::page(2, 50), all, &[poisoned]);
            let page = page.unwrap();
            assert_eq!(shape(&page), rows(50..all, &[poisoned]), "{all}");
            assert_eq!(page.pagination.next, None, "{all}");
        }
        // Not even the count is known.
        let (page, _) = read(Stretch::page(1, 50), 1, &[0]);
        let page = page.unwrap();
        assert_eq!(shape(&page), [None]);
        assert_eq!((page.pagination.count, page.pagination.next), (1, None));
    }

    #[test]
    fn a_page_that_went_away_is_an_empty_last_one() {
        let mut stretch = Stretch::page(3, 50);
        stretch.answered(serve(80, &[], (3, 50))).unwrap();
        assert_eq!(stretch.ask(), None);
        let page = stretch.into_page(120);
        assert!(page.rows.is_empty());
        assert_eq!((page.pagination.count, page.pagination.next), (120, None));
    }

    #[test]
    fn a_server_that_fails_at_everything_gives_its_failure() {
        let all: Vec<u64> = (0..200).collect();
        let (page, asked) = read(Stretch::page(1, 50), 200, &all);
        assert_eq!(page.unwrap_err().status, Some(500));
        assert!(asked < 8, "{asked}");
    }

    #[test]
    fn a_row_that_is_known_to_fail_is_gone_around_from_the_start() {
        let stretch = || Stretch::page(1, 50);
        assert_eq!(stretch().around(Some(40)).ask(), Some((1, 25)));
        assert_eq!(stretch().around(Some(3)).ask(), Some((1, 1)));
        assert_eq!(stretch().around(Some(0)).ask(), Some((1, 1)));
        assert_eq!(stretch().around(Some(50)).ask(), Some((1, 50)));
        let (page, asked) = read(stretch().around(Some(30)), 200, &[30]);
        assert_eq!(shape(&page.unwrap()), rows(0..50, &[30]));
        let (_, without) = read(stretch(), 200, &[30]);
        assert!(asked < without);
    }
}
