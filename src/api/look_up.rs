//! The search for an event whose creation is unclear.
//!
//! Looking once proves nothing: a request may lie in front of the server and be written long after
//! its answer was given up. The router of authentik cuts requests off after a minute, so what is not
//! there a minute and a half after it was sent was not created.

use crate::{
    compare::{Leaf, changed},
    event::{
        Event,
        intent::{INTENT_KEY, Intent},
    },
    moment::Moment,
};

use super::{ApiError, Failure, NoAnswer, submission::Attempt};

/// When it is looked, in seconds after sending.
const SCHEDULE_S: [i64; 8] = [0, 2, 5, 10, 20, 40, 60, 90];

/// From when on a search that finds nothing is final, in seconds after sending.
const FINAL_S: i64 = 90;

/// How long to wait before looking for the `nth` time (from 0), in milliseconds: times of the
/// schedule that have gone by are not made up for, but there is always one look.
pub fn wait_ms(sent: Moment, now: Moment, nth: usize) -> i64 {
    let age = age_ms(sent, now);
    let due = SCHEDULE_S.iter().map(|s| s * 1_000).filter(|at| *at > age);
    match nth {
        0 => 0,
        _ => due.min().unwrap_or(age.max(FINAL_S * 1_000)) - age,
    }
}

/// Whether a look that begins now settles it.
pub fn is_final(sent: Moment, now: Moment) -> bool {
    age_ms(sent, now) >= FINAL_S * 1_000
}

/// Whether a look that failed may work a little later; others would fail the same.
pub fn may_work_later(failure: &Failure) -> bool {
    match &failure.error {
        // The way back online is waited for, not the time.
        ApiError::NoAnswer(NoAnswer::Offline | NoAnswer::Cancelled)
        | ApiError::TokenRefused
        | ApiError::Refused
        | ApiError::Forbidden { .. }
        | ApiError::Blocked
        | ApiError::NotFound
        | ApiError::WebPage
        | ApiError::Rejected(_) => false,
        ApiError::NoAnswer(
            NoAnswer::Unreachable { .. } | NoAnswer::TimedOut { .. } | NoAnswer::TooLarge { .. },
        )
        | ApiError::Wait { .. }
        | ApiError::Server
        | ApiError::Garbled { .. } => true,
    }
}

/// Never negative: the clock may have been set back.
fn age_ms(sent: Moment, now: Moment) -> i64 {
    now.ms().saturating_sub(sent.ms()).max(0)
}

/// What a look found.
#[derive(Debug, Clone)]
pub enum Seen {
    /// The event, as sent.
    One(Box<Event>),
    /// An event with the mark, but other values than were sent: these.
    Other(Box<Event>, Vec<Leaf>),
    /// More than one event with the mark.
    Many(Vec<Event>),
    /// None, and it may still come.
    NotYet,
    /// None, and none will come.
    None,
}

/// What the answer to a look says. `events` may hold others: searches for words find the mark
/// anywhere.
pub fn seen(attempt: &Attempt, events: impl IntoIterator<Item = Event>, is_final: bool) -> Seen {
    let marked = |event: &Event| attempt.intents().any(|intent| intent.marks(event));
    let mut found: Vec<Event> = events.into_iter().filter(marked).collect();
    match (found.len(), found.pop()) {
        (1, Some(event)) => {
            let changed = changed(&attempt.body, &event);
            let event = Box::new(event);
            match changed.is_empty() {
                true => Seen::One(event),
                false => Seen::Other(event, changed),
            }
        }
        (_, Some(last)) => {
            found.push(last);
            Seen::Many(found)
        }
        (_, None) if is_final => Seen::None,
        (_, None) => Seen::NotYet,
    }
}

/// What to search for, one after the other until one finds something: a query for the marks, and at
/// the last look plain words as well, which servers without a query language understand.
pub fn searches(attempt: &Attempt, is_final: bool) -> Vec<String> {
    let marks: Vec<Intent> = attempt.intents().collect();
    let words = marks.last().filter(|_| is_final).map(Intent::to_string);
    [query(&marks)].into_iter().chain(words).collect()
}

/// The query for events that carry one of the marks.
pub fn query(marks: &[Intent]) -> String {
    let marks: Vec<String> = marks.iter().map(Intent::to_string).collect();
    format!("context.{INTENT_KEY} in (\"{}\")", marks.join("\", \""))
}
