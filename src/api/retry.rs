//! When a read is sent again. Pure: time, chance and the state of the network are arguments.

use super::{ApiError, Failure, Method, NoAnswer};

/// How often the calls of one page may be repeated: at most three times each, and in a lasting
/// failure at most one repetition for ten calls, so that a broken server is not asked more the more
/// it is broken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Tenths of a repetition.
    left: u32,
}

/// Repetitions that a page may spend at once.
const AT_ONCE: u32 = 10;
const PER_CALL: u32 = 1;
const PER_RETRY: u32 = 10;

impl Default for Budget {
    fn default() -> Self {
        Self {
            left: AT_ONCE.saturating_mul(PER_RETRY),
        }
    }
}

impl Budget {
    /// A call is made for the first time.
    pub fn earn(&mut self) {
        self.left = self
            .left
            .saturating_add(PER_CALL)
            .min(AT_ONCE.saturating_mul(PER_RETRY));
    }

    fn spend(&mut self) -> bool {
        match self.left.checked_sub(PER_RETRY) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

/// How often one call was repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    done: u32,
}

/// No wait between two attempts is longer, unless the server asks for it.
const LONGEST_MS: f64 = 5_000.0;
const FIRST_MS: f64 = 300.0;
const MOST: u32 = 3;

impl Attempts {
    /// How many milliseconds to wait before the next attempt; `None` to give up. `chance` lies in
    /// 0..1. A POST is never sent again, and nothing is while the browser is offline.
    pub fn next(
        &mut self,
        method: Method,
        failure: &Failure,
        online: bool,
        chance: f64,
        budget: &mut Budget,
    ) -> Option<u32> {
        if !method.is_safe() || !online || self.done >= most(failure) || !budget.spend() {
            return None;
        }
        let ceiling =
            (FIRST_MS * 2_f64.powi(i32::try_from(self.done).unwrap_or(i32::MAX))).min(LONGEST_MS);
        self.done = self.done.saturating_add(1);
        // Between nothing and the ceiling, so that many pages do not come back together.
        let jitter = ceiling * chance.clamp(0.0, 1.0);
        let asked = match failure.error {
            ApiError::Wait {
                seconds: Some(seconds),
                ..
            } => f64::from(seconds) * 1_000.0,
            _ => 0.0,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 65,000"
        )]
        Some((asked + jitter) as u32)
    }
}

/// How many repetitions may help against a failure.
fn most(failure: &Failure) -> u32 {
    match &failure.error {
        ApiError::NoAnswer(NoAnswer::Unreachable {
            by_policy: false, ..
        }) => MOST,
        // Fifteen seconds were lost already; a body that stalls is not asked for again.
        ApiError::NoAnswer(NoAnswer::TimedOut { after_s }) => {
            u32::from(*after_s <= super::FIRST_BYTE_S)
        }
        ApiError::NoAnswer(
            NoAnswer::Unreachable {
                by_policy: true, ..
            }
            | NoAnswer::TooLarge { .. }
            | NoAnswer::Offline
            | NoAnswer::Cancelled,
        ) => 0,
        ApiError::Wait { .. } => MOST,
        ApiError::Server => match failure.status {
            Some(408 | 425 | 502 | 503 | 504 | 520..=527) => MOST,
            Some(500..=599) => 1,
            _ => 0,
        },
        // A body that was cut on the way; web pages and other events do not get better.
        ApiError::Garbled { .. } => u32::from(matches!(failure.status, Some(200 | 304))),
        ApiError::TokenRefused
        | ApiError::Refused
        | ApiError::Forbidden { .. }
        | ApiError::Blocked
        | ApiError::NotFound
        | ApiError::WebPage
        | ApiError::Rejected(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::users;

    /// Numbers from 0 to 1 that are the same in every run.
    fn chances() -> impl Iterator<Item = f64> {
        let mut state = 7_u64;
        std::iter::repeat_with(move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        })
    }

    fn failure(status: u16) -> Failure {
        Failure {
            status: Some(status),
            ..users::me().request.failure(ApiError::Server, None)
        }
    }

    fn unanswered(reason: NoAnswer) -> Failure {
        users::me().request.unanswered(reason)
    }

    fn unreachable(by_policy: bool) -> Failure {
        unanswered(NoAnswer::Unreachable {
            reason: "Failed to fetch".to_owned(),
            by_policy,
        })
    }

    fn wait(seconds: Option<u32>) -> Failure {
        users::me().request.failure(
            ApiError::Wait {
                seconds,
                starting: true,
            },
            None,
        )
    }

    fn repetitions(method: Method, failure: &Failure, online: bool) -> usize {
        let (mut attempts, mut budget) = (Attempts::default(), Budget::default());
        std::iter::from_fn(|| attempts.next(method, failure, online, 0.5, &mut budget)).count()
    }

    #[test]
    fn only_what_may_pass_by_itself_is_asked_again() {
        let check = |failure: Failure, expected: usize| {
            assert_eq!(
                repetitions(Method::Get, &failure, true),
                expected,
                "{failure:?}"
            );
            assert_eq!(
                repetitions(Method::Options, &failure, true),
                expected,
                "{failure:?}"
            );
            assert_eq!(
                repetitions(Method::Get, &failure, false),
                0,
                "offline: {failure:?}"
            );
            assert_eq!(
                repetitions(Method::Post, &failure, true),
                0,
                "POST: {failure:?}"
            );
        };
        for status in [408, 425, 502, 503, 504, 520, 527] {
            check(failure(status), 3);
        }
        for status in [500, 501, 505, 599] {
            check(failure(status), 1);
        }
        for status in [
            400, 402, 405, 406, 409, 410, 413, 414, 415, 418, 422, 431, 451, 600,
        ] {
            check(failure(status), 0);
        }
        check(unreachable(false), 3);
        check(unreachable(true), 0);
        check(unanswered(NoAnswer::TimedOut { after_s: 15 }), 1);
        check(unanswered(NoAnswer::TimedOut { after_s: 30 }), 0);
        check(unanswered(NoAnswer::TooLarge { limit: 1 }), 0);
        check(unanswered(NoAnswer::Offline), 0);
        check(unanswered(NoAnswer::Cancelled), 0);
        check(wait(Some(5)), 3);
        check(wait(None), 3);
        for error in [
            ApiError::TokenRefused,
            ApiError::Refused,
            ApiError::Blocked,
            ApiError::NotFound,
            ApiError::WebPage,
        ] {
            check(users::me().request.failure(error, None), 0);
        }
    }

    #[test]
    fn ten_thousand_delays_lie_within_their_bounds() {
        let mut chances = chances();
        let mut sums = (0_u64, [0_u64; 3]);
        for _ in 0..10_000 {
            let (mut attempts, mut budget) = (Attempts::default(), Budget::default());
            for (at, ceiling) in [300, 600, 1_200].into_iter().enumerate() {
                let chance = chances.next().unwrap();
                let delay = attempts
                    .next(Method::Get, &unreachable(false), true, chance, &mut budget)
                    .unwrap();
                assert!(delay <= ceiling, "{delay} <= {ceiling}");
                sums.1[at] += u64::from(delay);
                sums.0 += 1;
            }
            assert_eq!(
                attempts.next(Method::Get, &unreachable(false), true, 0.5, &mut budget),
                None
            );
        }
        // Full jitter: the middle is half of the ceiling.
        for (sum, middle) in sums.1.into_iter().zip([150, 300, 600]) {
            assert!((sum / 10_000).abs_diff(middle) < 10, "{}", sum / 10_000);
        }
    }

    #[test]
    fn a_server_that_names_a_time_is_not_asked_before_it() {
        for seconds in [0, 5, 60] {
            let (mut attempts, mut budget) = (Attempts::default(), Budget::default());
            let delay = attempts
                .next(Method::Get, &wait(Some(seconds)), true, 0.999, &mut budget)
                .unwrap();
            assert!(
                (seconds * 1_000..=seconds * 1_000 + 300).contains(&delay),
                "{delay}"
            );
        }
    }

    #[test]
    fn chance_outside_its_range_does_no_harm() {
        for chance in [-1.0, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let (mut attempts, mut budget) = (Attempts::default(), Budget::default());
            let delay = attempts.next(Method::Get, &unreachable(false), true, chance, &mut budget);
            assert!(delay.is_some_and(|delay| delay <= 300), "{chance}");
        }
    }

    #[test]
    fn in_a_lasting_failure_one_call_in_ten_is_repeated() {
        let mut budget = Budget::default();
        let mut repeated = 0;
        for _ in 0..1_000 {
            budget.earn();
            let mut attempts = Attempts::default();
            while attempts
                .next(Method::Get, &failure(503), true, 0.5, &mut budget)
                .is_some()
            {
                repeated += 1;
            }
        }
        assert!(repeated <= 110, "{repeated} repetitions of 1,000 calls");
    }
}
