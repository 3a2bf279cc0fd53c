//! Whether somebody is still there.
//!
//! Two clocks are asked, because each is wrong alone: the wall clock can be set back, and the steady
//! one stands still while a computer sleeps. Whichever says that more time has passed is believed.

use crate::moment::Moment;

/// The two clocks, read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// What the wall clock says.
    pub wall: Moment,
    /// Milliseconds of a clock that nobody can set, from whenever it began.
    pub steady_ms: i64,
}

/// When somebody was there last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    last: Clocks,
    /// What other tabs wrote last: the same text read again is no news.
    heard: Option<Moment>,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// Somebody is there.
    There,
    /// Nobody was there for nearly too long; so many seconds are left.
    Leaving(u32),
    /// Nobody was there for too long.
    Gone,
}

/// So long before the end it is asked whether somebody is there.
const WARNING_MS: i64 = 60_000;

/// Signs of somebody count at most this often.
const THROTTLE_MS: i64 = 10_000;

impl Presence {
    /// Somebody is there now.
    pub fn now(now: Clocks) -> Self {
        Self {
            last: now,
            heard: None,
        }
    }

    /// Somebody was there when the wall clock said so.
    pub fn before(at: Moment, now: Clocks) -> Self {
        let age_ms = age_ms(at, now);
        Self {
            last: Clocks {
                wall: Moment::from_ms(now.wall.ms().saturating_sub(age_ms)),
                steady_ms: now.steady_ms.saturating_sub(age_ms),
            },
            heard: Some(at),
        }
    }

    /// Whether somebody was there so shortly before that another sign of them is no news.
    pub fn was_near(&self, now: Clocks) -> bool {
        (0..THROTTLE_MS).contains(&now.steady_ms.saturating_sub(self.last.steady_ms))
    }

    /// Another tab saw somebody at a time of the wall clock.
    pub fn hear(&mut self, at: Moment, now: Clocks) {
        if self.heard.replace(at) == Some(at) {
            return;
        }
        if age_ms(at, now) < self.idle_ms(now) {
            *self = Self::before(at, now);
        }
    }

    /// How it stands when nobody may be away longer than that.
    pub fn attendance(&self, now: Clocks, idle_minutes: u32) -> Attendance {
        let left_ms = limit_ms(idle_minutes).saturating_sub(self.idle_ms(now));
        match left_ms {
            ..=0 => Attendance::Gone,
            // Whole seconds, the one that has begun included.
            1..=WARNING_MS => Attendance::Leaving(
                u32::try_from(left_ms.saturating_add(999) / 1_000).unwrap_or_default(),
            ),
            _ => Attendance::There,
        }
    }

    fn idle_ms(&self, now: Clocks) -> i64 {
        let wall = now.wall.ms().saturating_sub(self.last.wall.ms());
        let steady = now.steady_ms.saturating_sub(self.last.steady_ms);
        wall.max(steady).max(0)
    }
}

/// How long ago a time of the wall clock is. One that is to come was written before the clock was set
/// back: that was just now.
fn age_ms(at: Moment, now: Clocks) -> i64 {
    now.wall.ms().saturating_sub(at.ms()).max(0)
}

fn limit_ms(idle_minutes: u32) -> i64 {
    i64::from(idle_minutes).saturating_mul(60_000)
}

/// What all tabs of a session share: two times, and nothing that anybody could use.
///
/// It is there for as long as anybody is signed in with a server in this browser. A kept token counts
/// only beside it, so signing out in one tab ends those that are asleep, and those that a browser
/// brings back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// When the first of the present sessions began: what is older belongs to one that was ended.
    pub since: Moment,
    /// When somebody was there last.
    pub at: Moment,
}

impl Heartbeat {
    /// The text to keep.
    pub fn encode(self) -> String {
        format!("{} {}", self.since.ms(), self.at.ms())
    }

    /// Reads a kept text. `None` for any other.
    pub fn decode(text: &str) -> Option<Self> {
        let (since, at) = text.split_once(' ')?;
        let read = Self {
            since: Moment::from_ms(since.parse().ok()?),
            at: Moment::from_ms(at.parse().ok()?),
        };
        (read.encode() == text).then_some(read)
    }

    /// The same with nobody there for just too long: every tab that reads it locks.
    pub fn stopped(self, now: Moment, idle_minutes: u32) -> Self {
        Self {
            at: Moment::from_ms(now.ms().saturating_sub(limit_ms(idle_minutes))),
            ..self
        }
    }

    /// Whether nobody was there for too long, by the wall clock.
    pub fn is_over(self, now: Moment, idle_minutes: u32) -> bool {
        now.ms().saturating_sub(self.at.ms()) >= limit_ms(idle_minutes)
    }

    /// Whether somebody was there within the limit, for whoever has only the wall clock to tell: a
    /// time that is to come by more than a minute was written by a clock that was set since.
    pub fn is_fresh(self, now: Moment, idle_minutes: u32) -> bool {
        !self.is_over(now, idle_minutes) && self.at.ms() <= now.ms().saturating_add(60_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const START: i64 = 1_800_000_000_000;

    /// Some time after the start by the wall clock and by the steady one.
    fn after(wall_ms: i64, steady_ms: i64) -> Clocks {
        Clocks {
            wall: Moment::from_ms(START + wall_ms),
            steady_ms: 5_000 + steady_ms,
        }
    }

    fn begun() -> Presence {
        Presence::now(after(0, 0))
    }

    #[test]
    fn the_clock_that_says_more_is_believed() {
        let check = |what: &str, wall_ms: i64, steady_ms: i64, expected: Attendance| {
            let found = begun().attendance(after(wall_ms, steady_ms), 30);
            assert_eq!(found, expected, "{what}");
        };
        use Attendance::{Gone, Leaving, There};
        check("at once", 0, 0, There);
        check("well before", 29 * MINUTE - 1, 29 * MINUTE - 1, There);
        check("a minute before", 29 * MINUTE, 29 * MINUTE, Leaving(60));
        check(
            "half a second less",
            29 * MINUTE + 500,
            29 * MINUTE + 500,
            Leaving(60),
        );
        check(
            "a second before",
            30 * MINUTE - 1_000,
            30 * MINUTE - 1_000,
            Leaving(1),
        );
        check("just before", 30 * MINUTE - 1, 30 * MINUTE - 1, Leaving(1));
        check("at the limit", 30 * MINUTE, 30 * MINUTE, Gone);
        check("asleep for an hour", HOUR, 1_000, Gone);
        check("asleep for ten minutes", 10 * MINUTE, 1_000, There);
        check("set ahead by an hour", HOUR + MINUTE, MINUTE, Gone);
        check("set back by an hour, before", MINUTE - HOUR, MINUTE, There);
        check(
            "set back by an hour, a minute before",
            29 * MINUTE - HOUR,
            29 * MINUTE,
            Leaving(60),
        );
        check(
            "set back by an hour, after",
            30 * MINUTE - HOUR,
            30 * MINUTE,
            Gone,
        );
        check(
            "set back by ten years",
            -10 * 365 * 24 * HOUR,
            30 * MINUTE,
            Gone,
        );
        check("to the end of time", i64::MAX - START, 0, Gone);
        check("to its beginning", i64::MIN / 2, 0, There);
    }

    #[test]
    fn signs_count_every_ten_seconds() {
        let near = |wall_ms: i64, steady_ms: i64| begun().was_near(after(wall_ms, steady_ms));
        assert!(near(0, 0) && near(9_999, 9_999));
        assert!(!near(10_000, 10_000));
        // The wall clock is no reason to wait, and none to hurry.
        assert!(!near(-HOUR, 10_000));
        assert!(near(HOUR, 9_999));
    }

    #[test]
    fn other_tabs_are_heard() {
        let mut presence = begun();
        let now = after(29 * MINUTE, 29 * MINUTE);
        presence.hear(Moment::from_ms(START + 28 * MINUTE), now);
        assert_eq!(presence.attendance(now, 30), Attendance::There);
        let later = after(58 * MINUTE, 58 * MINUTE);
        assert_eq!(presence.attendance(later, 30), Attendance::Gone);

        let mut presence = begun();
        presence.hear(Moment::from_ms(START - HOUR), now);
        assert_eq!(
            presence.attendance(now, 30),
            Attendance::Leaving(60),
            "old news"
        );
        presence.hear(Moment::from_ms(0), now);
        assert_eq!(presence.attendance(now, 30), Attendance::Leaving(60));

        // Before the clock was set back another tab wrote what is now a time to come: once it is a
        // sign, read again and again it is none.
        let mut presence = begun();
        let ahead = Moment::from_ms(START + HOUR);
        presence.hear(ahead, after(MINUTE, MINUTE));
        for minute in 2..=31 {
            presence.hear(ahead, after(minute * MINUTE, minute * MINUTE));
        }
        let now = after(31 * MINUTE, 31 * MINUTE);
        assert_eq!(presence.attendance(now, 30), Attendance::Gone);
    }

    #[test]
    fn a_heartbeat_is_two_times_and_nothing_else() {
        let beat = Heartbeat {
            since: Moment::from_ms(START),
            at: Moment::from_ms(START + MINUTE),
        };
        assert_eq!(beat.encode(), "1800000000000 1800000060000");
        assert_eq!(Heartbeat::decode(&beat.encode()), Some(beat));
        for text in [
            "",
            " ",
            "1",
            "1 ",
            " 1",
            "1  2",
            "1 2 3",
            "1 2\n",
            "+1 2",
            "01 2",
            "1.0 2",
            "a b",
            "99999999999999999999 1",
            "null",
            "{}",
        ] {
            assert_eq!(Heartbeat::decode(text), None, "{text:?}");
        }
        let fresh = |ms: i64| beat.is_fresh(Moment::from_ms(START + ms), 30);
        assert!(fresh(MINUTE) && fresh(31 * MINUTE - 1) && fresh(0));
        assert!(!fresh(31 * MINUTE));
        assert!(!fresh(-1), "a minute and more to come");
        let now = Moment::from_ms(START + 2 * MINUTE);
        let stopped = beat.stopped(now, 30);
        assert!(beat.is_fresh(now, 30) && !stopped.is_fresh(now, 30));
        assert_eq!(stopped.since, beat.since);
        assert!(stopped.is_over(now, 30));
        // A clock that was set back ends nothing by itself.
        let back = Moment::from_ms(START - HOUR);
        assert!(!beat.is_over(back, 30) && !beat.is_fresh(back, 30));
    }
}
