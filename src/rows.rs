//! The rows that a list has loaded, and where each of them is drawn.
//!
//! The server has page numbers only, and each new event moves every older one further back. So
//! rows are told apart by their id, and the page to ask next follows from how many rows without a
//! gap are known: what comes twice is dropped, and nothing between is missed.

mod left_out;
mod neighbor;

use std::collections::HashSet;

pub use left_out::LeftOut;
pub use neighbor::Way;

use crate::{
    api::page::{Page, Row},
    event::{Event, EventId},
    moment::Moment,
};

/// Loaded rows, the newest first, and those that arrived but are not shown yet.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Row>,
    known: HashSet<u128>,
    /// Arrived while somebody was reading.
    waiting: Vec<Row>,
    /// Shown since then, and not seen before.
    marked: HashSet<u128>,
    /// How often waiting rows were shown: the numbers of all others have changed so often.
    shown_times: u64,
    count: u64,
    /// The count when everything newer than these rows was known: what it has grown by since
    /// stands above them on the server.
    synced: u64,
    /// The last page that held nothing new.
    fruitless: u32,
    complete: bool,
    /// More has arrived than was asked for: some between are not known.
    gap: bool,
    /// How many the server could not print, shown or waiting.
    left_out: u64,
}

/// How the server sorts the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// As it does unless told otherwise: what arrives stands above.
    NewestFirst,
    /// What arrives may stand anywhere.
    Otherwise,
}

/// What tells one row from another: the id of an event, or what the server sent instead of one.
pub fn key(row: &Row) -> u128 {
    match row {
        Row::Event(event) => event.id.0.as_u128(),
        // FNV-1a: the same text is the same row, and no two texts are likely to meet.
        Row::Unreadable { raw, .. } => {
            raw.original()
                .bytes()
                .fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
                    (hash ^ u128::from(byte))
                        .wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
                })
        }
        // Version 14 does not exist: no id of an event looks like this.
        Row::LeftOut { number } => (0xeeee << 112) | u128::from(*number),
    }
}

impl Rows {
    /// The rows of the first page.
    pub fn first(page: Page) -> Self {
        let mut rows = Self {
            synced: page.pagination.count,
            ..Self::default()
        };
        rows.older(page, Sorted::NewestFirst);
        rows
    }

    /// Adds a page of rows behind the others; how many of them were not known.
    pub fn older(&mut self, page: Page, sorted: Sorted) -> usize {
        self.count = page.pagination.count;
        self.complete = page.pagination.next.is_none();
        let oldest = match sorted {
            Sorted::NewestFirst => self.rows.iter().rev().find_map(created),
            Sorted::Otherwise => None,
        };
        let before = self.rows.len();
        // Those at the end may be the ones that the page begins with.
        let mut met = self.rows.iter().rev().take_while(is_left_out).count();
        let mut left_out = 0_usize;
        for row in page.rows {
            if is_left_out(&&row) {
                left_out += 1;
                continue;
            }
            // Newer than those before it: it arrived since, and belongs above.
            let arrived = oldest.is_some() && created(&row) > oldest;
            if !arrived && self.known.insert(key(&row)) {
                let new = self.leave_out(left_out.saturating_sub(met));
                self.rows.extend(new);
                self.rows.push(row);
                met = 0;
            }
            // What stands above a known row is known or has arrived, as it has.
            left_out = 0;
        }
        let new = self.leave_out(left_out.saturating_sub(met));
        self.rows.extend(new);
        let added = self.rows.len() - before;
        self.fruitless = if added == 0 {
            page.pagination.current
        } else {
            0
        };
        added
    }

    /// Rows that the server has at its top now. Those not known wait; how many wait afterwards.
    pub fn arrive(&mut self, page: Page) -> usize {
        self.count = page.pagination.count;
        self.synced = self.count;
        let mut new = Vec::new();
        let mut meets = page.pagination.next.is_none();
        let mut left_out = 0_usize;
        for row in page.rows {
            if is_left_out(&&row) {
                left_out += 1;
                continue;
            }
            // What stands below a known row is older than that: the next page brings it in its place.
            if !self.known.insert(key(&row)) {
                meets = true;
                break;
            }
            new.extend(self.leave_out(std::mem::take(&mut left_out)));
            new.push(row);
        }
        // Those at the top may be the ones that the new rows end with.
        let met = self.top_down().take_while(is_left_out).count();
        new.extend(self.leave_out(left_out.saturating_sub(met)));
        self.gap |= !meets;
        new.append(&mut self.waiting);
        self.waiting = new;
        self.waiting.len()
    }

    fn leave_out(&mut self, rows: usize) -> impl Iterator<Item = Row> + use<> {
        let before = self.left_out;
        self.left_out = before.saturating_add(u64::try_from(rows).unwrap_or(u64::MAX));
        (before..self.left_out).map(|number| Row::LeftOut { number })
    }

    fn top_down(&self) -> impl Iterator<Item = &Row> {
        self.waiting.iter().chain(&self.rows)
    }

    /// Whether a row is among those that are known, shown or not.
    pub fn knows(&self, row: &Row) -> bool {
        self.known.contains(&key(row))
    }

    /// The first row, from the newest that is known, that the server could not print.
    pub fn first_left_out(&self) -> Option<u64> {
        let place = self.top_down().position(|row| is_left_out(&row))?;
        u64::try_from(place).ok()
    }

    /// The rows that the server could not print, among those that are shown.
    pub fn left_out(&self) -> Vec<LeftOut> {
        let mut found: Vec<LeftOut> = Vec::new();
        if self.left_out == 0 {
            return found;
        }
        let mut above = None;
        let mut open: Option<LeftOut> = None;
        for row in &self.rows {
            if is_left_out(&row) {
                let rows = open.map_or(1, |open| open.rows + 1);
                open = Some(LeftOut {
                    rows,
                    above,
                    below: None,
                });
            } else {
                above = created(row);
                let open = open.take();
                found.extend(open.map(|open| LeftOut {
                    below: above,
                    ..open
                }));
            }
        }
        found.extend(open);
        found
    }

    /// Whether so much arrived that rows between are missing: then only asking anew helps.
    pub fn has_gap(&self) -> bool {
        self.gap
    }

    /// How many have arrived and are not shown.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The newest event that is known, shown or not.
    pub fn newest(&self) -> Option<&Event> {
        self.top_down().find_map(event)
    }

    /// Shows what waited, and marks it.
    pub fn show_waiting(&mut self) {
        self.shown_times += 1;
        self.marked = self.waiting.iter().map(key).collect();
        let mut rows = std::mem::take(&mut self.waiting);
        rows.append(&mut self.rows);
        self.rows = rows;
    }

    /// How often waiting rows were shown.
    pub fn shown_times(&self) -> u64 {
        self.shown_times
    }

    /// Whether an event was among the rows that waited last.
    pub fn is_marked(&self, event: &Event) -> bool {
        self.marked.contains(&event.id.0.as_u128())
    }

    /// Those that are shown.
    pub fn shown(&self) -> &[Row] {
        &self.rows
    }

    /// The events among them.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.rows.iter().filter_map(event)
    }

    /// How many rows match, as the server counted last.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether the oldest one is loaded.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The page that holds the first row that is not loaded. Rows that it has in common with those
    /// that are known are dropped when it comes.
    pub fn next_page(&self, page_size: u32) -> Option<u32> {
        let size = usize::try_from(page_size).ok().filter(|size| *size > 0)?;
        let above = usize::try_from(self.count.saturating_sub(self.synced)).ok()?;
        let loaded = self.rows.len() + self.waiting.len() + above;
        let page = u32::try_from(loaded / size + 1).ok()?;
        (!self.complete).then(|| page.max(self.fruitless + 1))
    }

    /// Where an event stands among those that are shown.
    pub fn position(&self, id: EventId) -> Option<usize> {
        self.rows
            .iter()
            .position(|row| event(row).is_some_and(|event| event.id == id))
    }

    /// One that is shown.
    pub fn event_at(&self, position: usize) -> Option<&Event> {
        self.rows.get(position).and_then(event)
    }
}

fn event(row: &Row) -> Option<&Event> {
    match row {
        Row::Event(event) => Some(event),
        Row::Unreadable { .. } | Row::LeftOut { .. } => None,
    }
}

// A reference to a reference, as iterators hand it out.
fn is_left_out(row: &&Row) -> bool {
    matches!(row, Row::LeftOut { .. })
}

fn created(row: &Row) -> Option<Moment> {
    event(row).and_then(|event| event.created)
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The head of a day.
    Head {
        /// Days since 1970 in the zone of the reader.
        day: i64,
        /// Position of its first row.
        first: usize,
        /// How many rows of it are loaded.
        rows: usize,
    },
    /// The row at this position.
    Row(usize),
}

impl Line {
    /// What tells it from other lines that are drawn.
    pub fn key(self, rows: &Rows) -> u128 {
        match self {
            // Version 15 does not exist: no id of an event looks like this.
            Self::Head { day, rows, .. } => {
                let day = u128::from(day.cast_unsigned());
                (0xffff << 112) | (day << 48 & (0xffff_ffff << 48)) | (rows as u128 & 0xffff_ffff)
            }
            Self::Row(position) => rows.rows.get(position).map_or(0, key),
        }
    }
}

/// How high lines are, in CSS pixels, before they are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heights {
    /// A row.
    pub row: u16,
    /// The head of a day.
    pub head: u16,
}

/// All lines with their heights: where each would be if all were drawn.
#[derive(Debug)]
pub struct Layout {
    lines: Vec<Line>,
    heights: Vec<u16>,
    /// Sums of [`BLOCK`] heights each.
    blocks: Vec<u32>,
    usual: Heights,
    /// How many rows are laid out.
    rows: usize,
    /// The number of the last head, and its day.
    open: Option<(usize, i64)>,
}

/// The lines to draw, and how much room the others take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// Numbers of the lines, in order; the head of the first day is always among them.
    pub lines: Vec<usize>,
    /// Pixels above the first.
    pub above: u32,
    /// Pixels below the last.
    pub below: u32,
}

const BLOCK: usize = 64;

/// Windows begin at a multiple of so many lines, so that few scroll events draw anything.
const STEP: usize = 4;

impl Layout {
    /// Without lines. Each that comes is thought to be so high.
    pub fn new(usual: Heights) -> Self {
        Self {
            lines: Vec::new(),
            heights: Vec::new(),
            blocks: Vec::new(),
            usual,
            rows: 0,
            open: None,
        }
    }

    /// Adds the rows that are shown and were not when it was last done. `day` tells the day of a
    /// moment in the reader's zone; rows without a time belong to the day around them.
    pub fn extend(&mut self, rows: &Rows, day: impl Fn(Moment) -> i64) {
        for (position, row) in rows.rows.iter().enumerate().skip(self.rows) {
            let of_row = created(row).map(&day);
            if let Some(of_row) = of_row
                && self.open.is_none_or(|(_, day)| day != of_row)
            {
                self.open = Some((self.lines.len(), of_row));
                let head = Line::Head {
                    day: of_row,
                    first: position,
                    rows: 0,
                };
                self.push(head, self.usual.head);
            }
            self.push(Line::Row(position), self.usual.row);
            if let Some((head, _)) = self.open
                && let Some(Line::Head { rows, .. }) = self.lines.get_mut(head)
            {
                *rows += 1;
            }
        }
        self.rows = rows.rows.len();
    }

    fn push(&mut self, line: Line, height: u16) {
        let in_block = self.lines.len() % BLOCK;
        self.lines.push(line);
        self.heights.push(height);
        match self.blocks.last_mut().filter(|_| in_block > 0) {
            Some(block) => *block += u32::from(height),
            None => self.blocks.push(u32::from(height)),
        }
    }

    /// How high some of the lines are together.
    pub fn height_of(&self, lines: &[usize]) -> u32 {
        let heights = lines.iter().filter_map(|number| self.heights.get(*number));
        heights.copied().map(u32::from).sum()
    }

    /// How high lines were that were measured last: what others are likely to be.
    pub fn usual(&self) -> Heights {
        self.usual
    }

    /// One line.
    pub fn line(&self, number: usize) -> Option<Line> {
        self.lines.get(number).copied()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line of the row at a position.
    pub fn line_of(&self, position: usize) -> Option<usize> {
        // Heads only push rows back, and there are few of them.
        (position..self.lines.len()).find(|number| self.line(*number) == Some(Line::Row(position)))
    }

    /// Pixels above a line.
    pub fn above(&self, number: usize) -> u32 {
        let block = number / BLOCK;
        let whole: u32 = self.blocks.iter().take(block).sum();
        let part: u32 = self
            .heights
            .iter()
            .skip(block * BLOCK)
            .take(number - block * BLOCK)
            .copied()
            .map(u32::from)
            .sum();
        whole + part
    }

    /// Height of all lines.
    pub fn height(&self) -> u32 {
        self.blocks.iter().sum()
    }

    /// The line that a pixel lies in; the last one for pixels behind it.
    pub fn at(&self, pixel: u32) -> usize {
        let mut rest = pixel;
        let mut number = 0;
        for block in &self.blocks {
            if rest < *block {
                break;
            }
            rest -= block;
            number += BLOCK;
        }
        for height in self.heights.iter().skip(number) {
            let height = u32::from(*height);
            if rest < height {
                return number;
            }
            rest -= height;
            number += 1;
        }
        self.lines.len().saturating_sub(1)
    }

    /// A line has been drawn and is so high. Whether that is news.
    pub fn measured(&mut self, number: usize, height: u16) -> bool {
        let (Some(known), Some(block)) = (
            self.heights.get_mut(number),
            self.blocks.get_mut(number / BLOCK),
        ) else {
            return false;
        };
        match self.lines.get(number) {
            Some(Line::Head { .. }) => self.usual.head = height,
            Some(Line::Row(_)) => self.usual.row = height,
            None => {}
        }
        if *known == height {
            return false;
        }
        *block = (*block + u32::from(height)).saturating_sub(u32::from(*known));
        *known = height;
        true
    }

    /// The lines to draw for what is seen from `top` on, with `spare` pixels on both sides.
    pub fn window(&self, top: u32, height: u32, spare: u32) -> Window {
        if self.lines.is_empty() {
            return Window::default();
        }
        let first = self.at(top.saturating_sub(spare)) / STEP * STEP;
        let last = self.at(top.saturating_add(height).saturating_add(spare)) / STEP * STEP + STEP;
        let last = last.min(self.lines.len());
        let mut above = self.above(first);
        let mut lines: Vec<usize> = (first..last).collect();
        // Heads stick to the top while their rows pass below, so the head of the first row is there.
        if let Some(Line::Row(_)) = self.line(first)
            && let Some(head) = (0..first)
                .rev()
                .find(|number| matches!(self.line(*number), Some(Line::Head { .. })))
        {
            above = above.saturating_sub(self.heights.get(head).copied().map_or(0, u32::from));
            lines.insert(0, head);
        }
        Window {
            lines,
            above,
            below: self.height().saturating_sub(self.above(last)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::api::{Answer, FromAnswer as _};

    fn event(number: u32) -> String {
        // Three events an hour, the newest with the highest number.
        let created =
            Moment::parse("2026-11-20T00:00:00Z").unwrap().ms() + i64::from(number) * 1_200_000;
        format!(
            r#"{{"pk":"00000000-0000-4000-8000-{number:012}","user":{{}},"action":"login","app":"a","context":{{}},"client_ip":null,"created":"{}","expires":"2027-11-20T00:00:00Z","brand":{{}}}}"#,
            Moment::from_ms(created).rfc3339()
        )
    }

    /// The same from a server that fails to print some.
    fn page_without(newest: u32, number: u32, size: u32, poisoned: &[u32]) -> Page {
        let mut page = page(newest, number, size);
        let first = newest - (number - 1) * size;
        for (at, row) in page.rows.iter_mut().enumerate() {
            if poisoned.contains(&(first - at as u32)) {
                *row = Row::LeftOut { number: 0 };
            }
        }
        page
    }

    /// A server that has the events 0 to `newest` and gives one page of them.
    fn page(newest: u32, page: u32, size: u32) -> Page {
        let count = newest + 1;
        let mut body = String::new();
        let first = (page - 1) * size;
        let last = (first + size).min(count);
        for at in first..last {
            let comma = if at == first { "" } else { "," };
            write!(body, "{comma}{}", event(newest - at)).unwrap();
        }
        let next = if last < count { page + 1 } else { 0 };
        Page::from_answer(&Answer {
            status: 200,
            body: format!(r#"{{"pagination":{{"next":{next},"count":{count},"current":{page}}},"results":[{body}]}}"#),
            ..Answer::default()
        })
        .unwrap()
    }

    fn numbers(rows: &Rows) -> Vec<u128> {
        rows.events()
            .map(|event| {
                let text = event.id.to_string();
                text.get(24..).unwrap().parse().unwrap()
            })
            .collect()
    }

    fn down(newest: u128, oldest: u128) -> Vec<u128> {
        (oldest..=newest).rev().collect()
    }

    #[test]
    fn older_rows_never_shift_or_repeat_when_new_ones_arrive_in_between() {
        let mut newest = 99;
        let mut rows = Rows::first(page(newest, 1, 10));
        while let Some(next) = rows.next_page(10) {
            newest += 7;
            rows.older(page(newest, next, 10), Sorted::NewestFirst);
            assert!(rows.shown().len() <= 100, "a row came twice");
        }
        assert_eq!(numbers(&rows), down(99, 0));
        assert_eq!(rows.count(), u64::from(newest) + 1);
        assert!(rows.is_complete());
    }

    #[test]
    fn a_page_of_known_rows_only_is_followed_by_the_page_after_what_arrived() {
        let mut rows = Rows::first(page(99, 1, 10));
        assert_eq!(rows.older(page(120, 2, 10), Sorted::NewestFirst), 0);
        // The server counts 21 more than at first.
        assert_eq!(rows.next_page(10), Some(4));
        // Known now that 21 are newer: they count as known rows without a gap.
        rows.arrive(page(120, 1, 100));
        assert_eq!(rows.waiting(), 21);
        assert_eq!(rows.next_page(10), Some(4));
        assert_eq!(rows.older(page(120, 4, 10), Sorted::NewestFirst), 9);
        assert_eq!(numbers(&rows), down(99, 81));
    }

    #[test]
    fn what_arrives_waits_until_it_is_asked_for_and_is_marked() {
        let mut rows = Rows::first(page(20, 1, 10));
        assert_eq!(rows.arrive(page(22, 1, 10)), 2);
        assert_eq!(rows.arrive(page(22, 1, 10)), 2);
        assert_eq!(rows.arrive(page(23, 1, 10)), 3);
        assert_eq!(numbers(&rows), down(20, 11));
        assert_eq!(
            rows.newest()
                .map(|event| event.id.to_string())
                .unwrap()
                .get(24..)
                .unwrap(),
            "000000000023"
        );
        rows.show_waiting();
        assert_eq!(numbers(&rows), down(23, 11));
        let marked: Vec<bool> = rows.events().map(|event| rows.is_marked(event)).collect();
        assert_eq!(marked.iter().filter(|marked| **marked).count(), 3);
        assert_eq!(marked.first(), Some(&true));
        assert!(!rows.has_gap());
        rows.arrive(page(60, 1, 10));
        assert!(rows.has_gap());
    }

    /// The numbers of the events that are shown, and nothing for those that are left out.
    fn places(rows: &Rows) -> Vec<Option<u32>> {
        rows.shown()
            .iter()
            .map(|row| match row {
                Row::Event(event) => event.id.to_string().get(24..).unwrap().parse().ok(),
                Row::Unreadable { .. } | Row::LeftOut { .. } => None,
            })
            .collect()
    }

    fn expected(newest: u32, oldest: u32, poisoned: &[u32]) -> Vec<Option<u32>> {
        (oldest..=newest)
            .rev()
            .map(|number| (!poisoned.contains(&number)).then_some(number))
            .collect()
    }

    #[test]
    fn rows_that_are_left_out_keep_their_place_and_come_once() {
        for poisoned in [vec![90], vec![91, 90, 89], vec![99, 95, 0], vec![40, 77]] {
            let mut newest = 99;
            let mut rows = Rows::first(page_without(newest, 1, 10, &poisoned));
            while let Some(next) = rows.next_page(10) {
                newest += 3;
                rows.older(
                    page_without(newest, next, 10, &poisoned),
                    Sorted::NewestFirst,
                );
                assert!(rows.shown().len() <= 100, "{poisoned:?}");
            }
            assert_eq!(places(&rows), expected(99, 0, &poisoned), "{poisoned:?}");
            let mut keys: Vec<u128> = rows.shown().iter().map(key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), 100);
            let left_out: usize = rows.left_out().iter().map(|place| place.rows).sum();
            assert_eq!(left_out, poisoned.len());
        }
    }

    #[test]
    fn arrivals_that_are_left_out_wait_once() {
        let poisoned = [22, 25];
        let mut rows = Rows::first(page_without(20, 1, 10, &poisoned));
        assert_eq!(rows.arrive(page_without(22, 1, 10, &poisoned)), 2);
        // It stands at the top still, and is met again.
        assert_eq!(rows.first_left_out(), Some(0));
        assert_eq!(rows.arrive(page_without(22, 1, 10, &poisoned)), 2);
        assert_eq!(rows.arrive(page_without(24, 1, 10, &poisoned)), 4);
        assert_eq!(rows.arrive(page_without(26, 1, 10, &poisoned)), 6);
        rows.show_waiting();
        assert_eq!(places(&rows), expected(26, 11, &poisoned));
        assert_eq!(rows.next_page(10), Some(2));
        let place = |number| Some(created(rows.shown().get(number).unwrap()).unwrap());
        assert_eq!(
            rows.left_out(),
            [(0, 2), (3, 5)].map(|(above, below)| LeftOut {
                rows: 1,
                above: place(above),
                below: place(below)
            })
        );
    }

    const HEIGHTS: Heights = Heights { row: 36, head: 28 };

    fn layout(rows: &Rows) -> Layout {
        let mut layout = Layout::new(HEIGHTS);
        layout.extend(rows, |moment| moment.day_number(0));
        layout
    }

    #[test]
    fn each_day_has_a_head_with_its_count() {
        let rows = Rows::first(page(99, 1, 100));
        let layout = layout(&rows);
        let heads: Vec<(usize, usize)> = (0..layout.len())
            .filter_map(|number| match layout.line(number)? {
                Line::Head { first, rows, .. } => Some((first, rows)),
                Line::Row(_) => None,
            })
            .collect();
        assert_eq!(heads, [(0, 28), (28, 72)]);
        assert_eq!(layout.height(), 2 * 28 + 100 * 36);
        assert_eq!(layout.line_of(28), Some(30));
        assert_eq!(layout.above(30), 2 * 28 + 28 * 36);
        let mut keys: Vec<u128> = (0..layout.len())
            .filter_map(|number| Some(layout.line(number)?.key(&rows)))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 102);
    }

    #[test]
    fn a_layout_that_grew_is_the_one_of_all_rows() {
        let day = |moment: Moment| moment.day_number(0);
        let mut rows = Rows::first(page(199, 1, 10));
        let mut grown = layout(&rows);
        while let Some(next) = rows.next_page(10) {
            rows.older(page(199, next, 10), Sorted::NewestFirst);
            grown.extend(&rows, day);
            grown.extend(&rows, day);
            let whole = layout(&rows);
            assert_eq!(grown.lines, whole.lines);
            assert_eq!(grown.blocks, whole.blocks);
            assert_eq!(grown.height(), whole.height());
        }
        assert_eq!(grown.height_of(&[0, 1, 2]), 28 + 2 * 36);
    }

    #[test]
    fn a_window_and_the_room_around_it_are_as_high_as_everything() {
        let rows = Rows::first(page(999, 1, 1_000));
        let mut layout = layout(&rows);
        for (number, height) in [(3, 54), (70, 72), (500, 54), (99_999, 9)] {
            layout.measured(number, height);
        }
        for number in 0..layout.len() {
            let above = layout.above(number);
            assert_eq!(
                layout.at(above),
                number,
                "a line begins where it is said to"
            );
        }
        for top in (0..layout.height() + 500).step_by(97) {
            let window = layout.window(top, 800, 400);
            let drawn: u32 = window
                .lines
                .iter()
                .map(|number| layout.above(number + 1) - layout.above(*number))
                .sum();
            assert_eq!(
                window.above + drawn + window.below,
                layout.height(),
                "{top}"
            );
            assert!(window.lines.len() < 80);
            assert!(matches!(
                layout.line(*window.lines.first().unwrap()),
                Some(Line::Head { .. })
            ));
            let seen = layout.at(top);
            assert!(window.lines.contains(&seen), "{top}");
        }
        assert_eq!(Layout::new(HEIGHTS).window(0, 800, 400), Window::default());
    }
}
