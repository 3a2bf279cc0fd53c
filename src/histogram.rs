//! Events over time as bars: which steps, how tall, what is said of them, what a press selects.
//!
//! The server counts in steps of six hours (UTC), 90 days back at most. Ranges that these are too
//! coarse for are counted from the rows that are loaded, and the chart says so. Nothing here
//! measures a screen: places are shares of the width, heights are pixels of a fixed plot.

use crate::{
    api::volume::Volume,
    count::{counted, grouped},
    event::Severity,
    moment::Moment,
    range::Zone,
};

/// How far back the server counts.
pub const LONGEST_DAYS: u32 = 90;

/// Above so many days bars stand for days.
const LONGEST_FINE_DAYS: i64 = 30;

/// Up to so many hours the loaded rows tell more than the server, if all are loaded.
const ROWS_HOURS: i64 = 48;

/// Up to so many hours the server's steps tell nothing at all.
const ROWS_ONLY_HOURS: i64 = 6;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The steps that the server counts in.
const SERVER_STEP: Step = Step::Minutes(360);

/// Steps for rows, in minutes, and then in days.
const FINE_STEPS: [u32; 10] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360];
const DAY_STEPS: [u32; 7] = [1, 7, 28, 91, 364, 3_640, LONGEST_STEP];
/// Ten thousand years have fewer than 120 of these.
const LONGEST_STEP: u32 = 36_400;

/// No more bars than this are made of rows.
const MOST_BARS: i64 = 60;
/// Days are drawn thinner before they are put together.
const MOST_DAYS: i64 = 120;

/// Pixels: where the bars stand, and how tall the tallest may be.
const BASELINE: u32 = 75;
const TALLEST: u32 = 70;
/// A part that is there is never thinner.
const THINNEST: u32 = 2;

/// Time from `from` to before `to`; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Where it begins.
    pub from: Moment,
    /// Where it ends.
    pub to: Moment,
}

/// How the chart of a range is come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What it shows.
    pub window: Window,
    /// Whether the server is to be asked; else only rows can tell.
    pub asks: bool,
    /// Whether the range begins before the window: the server tells no more.
    pub cut: bool,
    /// Where the range ends, if it does.
    until: Option<Moment>,
}

/// What one bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many minutes.
    Minutes(u32),
    /// So many days of the viewer's zone, as near as the counts allow.
    Days(u32),
}

/// What the bars were counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The server counted all that match.
    Server,
    /// Rows were counted.
    Rows {
        /// How many.
        loaded: u64,
        /// How many match.
        count: u64,
    },
}

/// Events by severity. Sums stop at the largest number there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    errors: u64,
    warnings: u64,
    changes: u64,
    routine: u64,
}

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// Where its step begins.
    pub from: Moment,
    /// Where the next one begins.
    pub to: Moment,
    /// What is in it.
    pub counts: Counts,
}

/// The bars of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Every step of the window, those without events too; at least one.
    pub bars: Vec<Bar>,
    /// What is shown; the first and the last step may reach beyond it.
    pub window: Window,
    /// What a bar stands for.
    pub step: Step,
    /// What was counted.
    pub source: Source,
    /// Before this moment nothing is known: older rows are not loaded.
    pub known_from: Option<Moment>,
    /// Whether the range begins before the window: the server tells no more.
    pub cut: bool,
    /// Where the range ends, if it does.
    until: Option<Moment>,
}

/// A rectangle of a bar; `y` counts pixels from the top of the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its upper edge.
    pub y: u32,
    /// Its height.
    pub height: u32,
}

/// A mark on the time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Where, in thousandths of a percent.
    pub x: u32,
    /// What it says.
    pub label: String,
}

/// One end of a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handle {
    /// Where it begins.
    Start,
    /// Where it ends.
    End,
}

/// Where a key moves a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One step earlier.
    Earlier,
    /// One step later.
    Later,
    /// A tenth of the chart earlier.
    MuchEarlier,
    /// A tenth of the chart later.
    MuchLater,
    /// As far as it goes to the start.
    First,
    /// As far as it goes to the end.
    Last,
}

/// From the baseline up: errors first, so that they compare across bars.
pub const STACK: [Severity; 4] = [
    Severity::Error,
    Severity::Warning,
    Severity::Change,
    Severity::Routine,
];

/// What the legend calls a severity.
pub fn label(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Errors",
        Severity::Warning => "Warnings",
        Severity::Change => "Changes",
        Severity::Routine => "Routine",
    }
}

/// `took 3.1 s`
pub fn took(ms: u32) -> String {
    let tenths = ms.saturating_add(50) / 100;
    format!("took {}.{} s", tenths / 10, tenths % 10)
}

/// A share of the width as an SVG attribute, from thousandths of a percent: `3.571%`.
pub fn percent(thousandths: u32) -> String {
    format!("{}.{:03}%", thousandths / 1000, thousandths % 1000)
}

impl Window {
    /// From one moment to another; one after the other at least.
    pub fn new(from: Moment, to: Moment) -> Self {
        let least = Moment::from_micros(from.micros().saturating_add(1));
        Self {
            from,
            to: to.max(least),
        }
    }

    fn length(self) -> i64 {
        self.to.micros().saturating_sub(self.from.micros())
    }
}

impl Plan {
    /// How a chart of the time between two moments is come by; a moment that is missing has no
    /// bound.
    pub fn new(bounds: (Option<Moment>, Option<Moment>), now: Moment) -> Self {
        let (from, to) = bounds;
        let oldest =
            Moment::from_micros(now.micros().saturating_sub(i64::from(LONGEST_DAYS) * DAY));
        // Nothing is in the future, unless the whole range is.
        let end = match to {
            Some(to) if from.is_some_and(|from| from >= now) => to,
            Some(to) => to.min(now),
            None => now,
        };
        let told = end > oldest;
        let start = match from {
            Some(from) if told => from.max(oldest),
            Some(from) => from,
            None if told => oldest,
            None => Moment::from_micros(end.micros().saturating_sub(DAY)),
        };
        let window = Window::new(start, end);
        let asks = told && window.from < now && window.length() > ROWS_ONLY_HOURS * HOUR;
        Self {
            window,
            asks,
            cut: from.is_none_or(|from| from < window.from),
            until: to,
        }
    }

    /// The chart of this plan; `None` while what it needs is not there. `rows` are the loaded
    /// events in the order of the list, `count` is how many match.
    pub fn draw(
        self,
        volume: Option<&Volume>,
        rows: &[(Moment, Severity)],
        count: u64,
        zone: Zone<'_>,
    ) -> Option<Histogram> {
        let all_loaded = number(rows.len()) >= count;
        let fine = all_loaded && (self.cut || self.window.length() <= ROWS_HOURS * HOUR);
        match (self.asks, volume) {
            (true, None) => None,
            (true, Some(Volume::Known(counts))) if !fine => {
                let mut drawn = self.empty(self.window, server_edges(self.window, zone));
                for count in counts {
                    drawn.add(count.time, count.action.severity(), count.count);
                }
                drawn.cut = self.cut;
                Some(drawn)
            }
            (false, _) | (true, Some(_)) => Some(self.of_rows(rows, count, zone)),
        }
    }

    fn of_rows(self, rows: &[(Moment, Severity)], count: u64, zone: Zone<'_>) -> Histogram {
        // A range without a beginning is as long as its rows.
        let oldest = rows.iter().map(|(created, _)| *created).min();
        let from = match oldest {
            Some(oldest) if self.cut => oldest,
            _ => self.window.from,
        };
        let window = Window::new(from, self.window.to);
        let mut drawn = self.empty(window, row_edges(window, zone));
        for (created, severity) in rows {
            drawn.add(*created, *severity, 1);
        }
        let loaded = number(rows.len());
        drawn.source = Source::Rows { loaded, count };
        // Of rows in another order nobody knows where the others are.
        let newest_first = rows.is_sorted_by(|(one, _), (next, _)| one >= next);
        drawn.known_from = oldest.filter(|_| loaded < count && newest_first);
        drawn
    }
}

impl Plan {
    /// A chart without events.
    fn empty(self, window: Window, (step, edges): Edges) -> Histogram {
        let bars = edges.iter().zip(edges.iter().skip(1));
        Histogram {
            bars: bars
                .map(|(from, to)| Bar {
                    from: *from,
                    to: *to,
                    counts: Counts::default(),
                })
                .collect(),
            window,
            step,
            source: Source::Server,
            known_from: None,
            cut: false,
            until: self.until,
        }
    }
}

/// The steps of a chart: where each begins, and where the last one ends.
type Edges = (Step, Vec<Moment>);

fn server_edges(window: Window, zone: Zone<'_>) -> Edges {
    let fine = even_edges(window, 6 * HOUR, 0);
    if window.length() <= LONGEST_FINE_DAYS * DAY {
        return (SERVER_STEP, fine);
    }
    // Six hours belong to the day in which their middle lies: days of most zones do not begin where
    // a step of the server does, and counts cannot be divided.
    let day = |edge: &Moment| {
        let middle = Moment::from_micros(edge.micros().saturating_add(3 * HOUR));
        middle.day_number(zone(middle))
    };
    let mut edges: Vec<Moment> = Vec::new();
    let mut last = None;
    let end = fine.last().copied();
    for edge in fine {
        if Some(edge) == end || last != Some(day(&edge)) {
            last = Some(day(&edge));
            edges.push(edge);
        }
    }
    (Step::Days(1), edges)
}

fn row_edges(window: Window, zone: Zone<'_>) -> Edges {
    let length = window.length();
    let offset = i64::from(zone(window.from)) * MINUTE;
    let fine = FINE_STEPS
        .into_iter()
        .find(|minutes| length <= i64::from(*minutes) * MINUTE * MOST_BARS);
    if let Some(minutes) = fine {
        let edges = even_edges(window, i64::from(minutes) * MINUTE, offset);
        return (Step::Minutes(minutes), edges);
    }
    let days = DAY_STEPS
        .into_iter()
        .find(|days| length <= i64::from(*days) * DAY * MOST_DAYS)
        .unwrap_or(LONGEST_STEP);
    let mut number = window.from.day_number(zone(window.from));
    let mut edges = vec![Moment::start_of_day(number, zone)];
    while edges.last().is_some_and(|last| *last < window.to) && edges.len() < 2_000 {
        number = number.saturating_add(i64::from(days));
        edges.push(Moment::start_of_day(number, zone));
    }
    (Step::Days(days), edges)
}

/// Edges a step apart on a clock that is `offset` ahead of UTC, around a window.
fn even_edges(window: Window, step: i64, offset: i64) -> Vec<Moment> {
    let start = window.from.micros().saturating_add(offset);
    let mut edge = start
        .div_euclid(step)
        .saturating_mul(step)
        .saturating_sub(offset);
    let mut edges = vec![Moment::from_micros(edge)];
    while edge < window.to.micros() && edges.len() < 2_000 {
        edge = edge.saturating_add(step);
        edges.push(Moment::from_micros(edge));
    }
    edges
}

impl Counts {
    fn add(&mut self, severity: Severity, count: u64) {
        let sum = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Change => &mut self.changes,
            Severity::Routine => &mut self.routine,
        };
        *sum = sum.saturating_add(count);
    }

    fn join(&mut self, other: Self) {
        for severity in STACK {
            self.add(severity, other.of(severity));
        }
    }

    /// How many of a severity.
    pub fn of(self, severity: Severity) -> u64 {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Change => self.changes,
            Severity::Routine => self.routine,
        }
    }

    /// How many in all.
    pub fn total(self) -> u64 {
        STACK
            .into_iter()
            .fold(0_u64, |sum, severity| sum.saturating_add(self.of(severity)))
    }
}

impl Step {
    /// `in 6-hour steps`
    pub fn words(self) -> String {
        let (count, unit) = self.parts();
        format!("in {count}-{unit} steps")
    }

    /// `6 hours`, `minute`: what stands behind "per".
    fn per(self) -> String {
        match self.parts() {
            (1, unit) => unit.to_owned(),
            (count, unit) => format!("{count} {unit}s"),
        }
    }

    fn parts(self) -> (u32, &'static str) {
        match self {
            Self::Minutes(minutes) if minutes.is_multiple_of(60) => (minutes / 60, "hour"),
            Self::Minutes(minutes) => (minutes, "minute"),
            Self::Days(days) => (days, "day"),
        }
    }
}

impl Histogram {
    /// Counts into the bar of a moment; what lies in no bar is left out.
    fn add(&mut self, at: Moment, severity: Severity, count: u64) {
        let behind = self.bars.partition_point(|bar| bar.from <= at);
        let bar = behind.checked_sub(1).and_then(|bar| self.bars.get_mut(bar));
        if let Some(bar) = bar.filter(|bar| at < bar.to) {
            bar.counts.add(severity, count);
        }
    }

    /// All that is shown, by severity.
    pub fn totals(&self) -> Counts {
        self.sum(0, self.bars.len())
    }

    /// How many events the top of the plot stands for: 1, 2, 4, 5, 6 or 8 with noughts, at least 5.
    pub fn scale(&self) -> u64 {
        nice(self.peak().map_or(0, |bar| bar.counts.total()))
    }

    /// The rectangles of a bar as [`STACK`] has them, a pixel apart, and last the cap, which lies on
    /// the routine part. What is not there has no height.
    pub fn parts(&self, bar: &Bar, scale: u64) -> [Part; 5] {
        let mut free = BASELINE;
        let mut part = |severity: Severity| {
            let count = bar.counts.of(severity);
            let height = if count == 0 { 0 } else { height(count, scale) }.min(free);
            let y = free.saturating_sub(height);
            free = if count == 0 { y } else { y.saturating_sub(1) };
            Part { y, height }
        };
        let [error, warning, change, routine] = STACK.map(&mut part);
        let cap = Part {
            height: routine.height.min(THINNEST),
            ..routine
        };
        [error, warning, change, routine, cap]
    }

    /// What is said beside the total: the step, and what the bars do not hold.
    pub fn words(&self) -> String {
        let mut words = self.step.words();
        if self.cut {
            words.push_str(&format!(", the last {LONGEST_DAYS} days"));
        }
        if let Some(source) = self.source.words() {
            words.push_str(", drawn");
            words.push_str(source.strip_prefix("Drawn").unwrap_or_default());
        }
        words
    }

    /// Where a moment lies, in thousandths of a percent of the width; moments outside lie at the
    /// ends.
    pub fn x(&self, at: Moment) -> u32 {
        let (start, end) = self.ends();
        let length = end.micros().saturating_sub(start.micros()).max(1);
        let behind = at.micros().saturating_sub(start.micros()).clamp(0, length);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100,000"
        )]
        let x = (behind as f64 / length as f64 * 100_000.0).round() as u32;
        x
    }

    /// Left edge and width of a bar without its gaps, a tenth of its step on each side.
    pub fn place(&self, bar: &Bar) -> (u32, u32) {
        let (left, right) = (self.x(bar.from), self.x(bar.to));
        let width = right.saturating_sub(left);
        let gap = width / 10;
        (left + gap, width.saturating_sub(2 * gap).max(1))
    }

    /// The marks of the time axis: days where the window has several, else times. No more than fit
    /// beside each other.
    pub fn axis(&self, zone: Zone<'_>, now: Moment) -> Vec<Tick> {
        let (start, end) = self.ends();
        let length = end.micros().saturating_sub(start.micros());
        let today = now.day_number(zone(now));
        let tick = |at: Moment, label: String| Tick {
            x: self.x(at),
            label,
        };
        if length <= 2 * DAY {
            let step = TIME_TICKS
                .into_iter()
                .find(|minutes| length <= minutes * MINUTE * MOST_TICKS)
                .unwrap_or(720);
            let offset = i64::from(zone(start)) * MINUTE;
            let inside = even_edges(Window::new(start, end), step * MINUTE, offset);
            return inside
                .into_iter()
                .filter(|at| (start..end).contains(at))
                .map(|at| match at.minutes(zone(at)) {
                    midnight if midnight == "00:00" => tick(at, day_label(at, zone, false)),
                    time => tick(at, time),
                })
                .filter(|tick| tick.x <= 100_000 - LEAST_ROOM / 2)
                .collect();
        }
        let first = start.day_number(zone(start));
        let last = last_instant(end).day_number(zone(last_instant(end)));
        let days = last.saturating_sub(first).saturating_add(1);
        let every = (days - 1).div_euclid(MOST_TICKS + 1) + 1;
        let short = days > MOST_TICKS + 1;
        let mut ticks: Vec<Tick> = Vec::new();
        // From the end, so that today is among them.
        let mut number = last;
        while number >= first && number <= last && ticks.len() < 20 {
            let midnight = Moment::start_of_day(number, zone);
            let noon = Moment::from_micros(midnight.micros().saturating_add(DAY / 2));
            let label = if number == today {
                "Today".to_owned()
            } else {
                day_label(noon, zone, short)
            };
            let x = self.x(midnight);
            let room = ticks
                .last()
                .map_or(100_000, |next| next.x)
                .saturating_sub(x);
            if room >= LEAST_ROOM {
                ticks.push(tick(midnight, label));
            }
            number = number.saturating_sub(every);
        }
        ticks.reverse();
        ticks
    }

    /// What the chart shows, for those who do not see it.
    pub fn sentence(&self, zone: Zone<'_>, now: Moment) -> String {
        let span = span_of_days(self.window, zone, now);
        let mut text = format!("Events per {}, {span}.", self.step.per());
        match self.peak().filter(|bar| bar.counts.total() > 0) {
            Some(bar) => {
                let peak = grouped(bar.counts.total());
                text.push_str(&format!(" Peak {peak} {}.", self.when(bar, zone, now)));
            }
            None => text.push_str(" None."),
        }
        if let Some(words) = self.source.words() {
            text.push_str(&format!(" {words}."));
        }
        text
    }

    /// When a bar is, as in `on Friday 20 November` or `at 14:05`.
    fn when(&self, bar: &Bar, zone: Zone<'_>, now: Moment) -> String {
        let at = bar.from.max(self.window.from);
        let time = at.minutes(zone(at));
        let one_day = {
            let (from, to) = (self.window.from, last_instant(self.window.to));
            from.day_number(zone(from)) == to.day_number(zone(to))
        };
        let middle = Moment::from_micros(bar.from.micros() / 2 + bar.to.micros() / 2);
        match self.step {
            Step::Minutes(_) if one_day => format!("at {time}"),
            Step::Minutes(minutes) if minutes < 360 => {
                format!("on {} at {time}", day_words(at, zone, now))
            }
            Step::Minutes(_) => format!("on {}", day_words(at, zone, now)),
            Step::Days(1) => format!("on {}", day_words(middle, zone, now)),
            Step::Days(_) => format!("from {}", day_words(at, zone, now)),
        }
    }

    /// Where a step begins or the last one ends: edge 0 is the first bar's left one. None lies
    /// outside the range; that of a range up to now may lie ahead of it.
    pub fn edge(&self, edge: usize) -> Moment {
        let (_, end) = self.ends();
        let at = self.bars.get(edge).map_or(end, |bar| bar.from);
        let at = at.max(self.window.from);
        self.until.map_or(at, |until| at.min(until))
    }

    /// The bar at a share of the width, from 0 to 1.
    pub fn bar_at(&self, share: f64) -> usize {
        let (start, end) = self.ends();
        let length = end.micros().saturating_sub(start.micros());
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a share of a length"
        )]
        let behind = (share.clamp(0.0, 1.0) * length as f64) as i64;
        let at = Moment::from_micros(start.micros().saturating_add(behind));
        let bar = self.bars.partition_point(|bar| bar.from <= at);
        bar.saturating_sub(1)
    }

    /// The edges around the bars from one share of the width to another, in either direction.
    pub fn dragged(&self, from: f64, to: f64) -> (usize, usize) {
        let (one, other) = (self.bar_at(from), self.bar_at(to));
        (one.min(other), one.max(other) + 1)
    }

    /// The edges after a handle moved; there is always a bar between the two.
    pub fn moved(&self, handle: Handle, to: Move, (start, end): (usize, usize)) -> (usize, usize) {
        let last = self.bars.len();
        let far = (last / 10).max(1);
        let moved = |at: usize, least: usize, most: usize| {
            let to = match to {
                Move::Earlier => at.saturating_sub(1),
                Move::Later => at.saturating_add(1),
                Move::MuchEarlier => at.saturating_sub(far),
                Move::MuchLater => at.saturating_add(far),
                Move::First => least,
                Move::Last => most,
            };
            to.max(least).min(most)
        };
        match handle {
            Handle::Start => (moved(start, 0, end.saturating_sub(1)), end),
            Handle::End => (start, moved(end, start.saturating_add(1), last)),
        }
    }

    /// The moments that two edges select; `None` when they are all there is.
    pub fn selected(&self, (start, end): (usize, usize)) -> Option<(Moment, Moment)> {
        let all = start == 0 && end >= self.bars.len();
        (!all).then(|| (self.edge(start), self.edge(end)))
    }

    /// The edges nearest to a selection: all there is when nothing is selected.
    pub fn edges(&self, selection: Option<(Moment, Moment)>) -> (usize, usize) {
        let last = self.bars.len();
        let Some((from, to)) = selection else {
            return (0, last);
        };
        let start = self.bar_with(from).min(last.saturating_sub(1));
        let end = match self.bar_with(to) {
            bar if self.edge(bar) >= to => bar,
            bar => bar + 1,
        };
        (start, end.max(start + 1).min(last))
    }

    fn bar_with(&self, at: Moment) -> usize {
        self.bars
            .partition_point(|bar| bar.from <= at)
            .saturating_sub(1)
    }

    /// How many events a selection holds; `None` when it cuts through a bar.
    pub fn count(&self, selection: (Moment, Moment)) -> Option<u64> {
        let (start, end) = self.edges(Some(selection));
        let from = selection.0.max(self.window.from);
        let whole = (self.edge(start), self.edge(end)) == (from, selection.1);
        whole.then(|| self.sum(start, end).total())
    }

    /// How many events there are between two edges.
    fn sum(&self, start: usize, end: usize) -> Counts {
        let mut sum = Counts::default();
        let inside = self.bars.iter().take(end).skip(start);
        inside.for_each(|bar| sum.join(bar.counts));
        sum
    }

    /// The tallest bar, the first of equals.
    fn peak(&self) -> Option<&Bar> {
        self.bars.iter().reduce(|best, bar| {
            if bar.counts.total() > best.counts.total() {
                bar
            } else {
                best
            }
        })
    }

    fn ends(&self) -> (Moment, Moment) {
        let first = self.bars.first().map_or(self.window.from, |bar| bar.from);
        let last = self.bars.last().map_or(self.window.to, |bar| bar.to);
        (first, last)
    }
}

impl Source {
    /// `Drawn from the 100 loaded of 5,000 events`; `None` where all were counted by the server.
    pub fn words(self) -> Option<String> {
        match self {
            Self::Server => None,
            Self::Rows { loaded, count } if loaded >= count => Some(format!(
                "Drawn from the {} loaded",
                counted(loaded, "event", "events")
            )),
            Self::Rows { loaded, count } => Some(format!(
                "Drawn from the {} loaded of {}",
                grouped(loaded),
                counted(count, "event", "events")
            )),
        }
    }
}

/// `Fri 20 Nov, 06:00`
pub fn moment_words(at: Moment, zone: Zone<'_>) -> String {
    format!("{}, {}", at.short_day(zone(at)), at.minutes(zone(at)))
}

/// Minutes between the marks of a day or two.
const TIME_TICKS: [i64; 9] = [5, 10, 15, 30, 60, 120, 180, 360, 720];
/// So many marks fit.
const MOST_TICKS: i64 = 8;
/// Closer to the next mark than this, in thousandths of a percent, a label has no room.
const LEAST_ROOM: u32 = 6_000;

fn day_label(at: Moment, zone: Zone<'_>, short: bool) -> String {
    let label = at.short_day(zone(at));
    let mut words = label.split(' ');
    let (weekday, day, month) = (words.next(), words.next(), words.next());
    let (one, other) = if short { (day, month) } else { (weekday, day) };
    format!("{} {}", one.unwrap_or_default(), other.unwrap_or_default())
}

/// `Friday 20 November`
fn day_words(at: Moment, zone: Zone<'_>, now: Moment) -> String {
    let words = at.day(zone(at), now);
    match words.rsplit_once(", ") {
        Some((_, day)) => day.to_owned(),
        None => words,
    }
}

/// The last instant before a moment.
fn last_instant(end: Moment) -> Moment {
    Moment::from_micros(end.micros().saturating_sub(1))
}

/// `16 to 22 November`, `28 October to 3 November`; years where they are not this one; times
/// where it is one day.
fn span_of_days(window: Window, zone: Zone<'_>, now: Moment) -> String {
    let last = last_instant(window.to);
    let (day, month, year) = window.from.date(zone(window.from));
    let (last_day, last_month, last_year) = last.date(zone(last));
    let (.., this_year) = now.date(zone(now));
    let all_this_year = year == this_year && last_year == this_year;
    let with_year = |words: String, year: i64| match all_this_year {
        true => words,
        false => format!("{words} {year}"),
    };
    if (day, month, year) == (last_day, last_month, last_year) {
        let times = (
            window.from.minutes(zone(window.from)),
            window.to.minutes(zone(window.to)),
        );
        let date = with_year(format!("{day} {month}"), year);
        return format!("{date}, {} to {}", times.0, times.1);
    }
    let end = with_year(format!("{last_day} {last_month}"), last_year);
    let start = match (month == last_month, year == last_year) {
        (true, true) => day.to_string(),
        (false, true) => format!("{day} {month}"),
        (_, false) => with_year(format!("{day} {month}"), year),
    };
    format!("{start} to {end}")
}

fn height(count: u64, scale: u64) -> u32 {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of 70"
    )]
    let height = (count as f64 / scale.max(1) as f64 * f64::from(TALLEST)).round() as u32;
    height.clamp(THINNEST, TALLEST)
}

/// The next number that a scale may end at.
fn nice(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        let fits = [1, 2, 4, 5, 6, 8]
            .into_iter()
            .map(|digit| unit.saturating_mul(digit))
            .find(|nice| *nice >= most && *nice >= 5);
        if let Some(nice) = fits {
            return nice;
        }
        unit = unit.saturating_mul(10);
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
