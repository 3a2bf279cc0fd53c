//! [`Counts`]: how many tests a test runner says it ran, read from what it writes.

use std::ops::{Add, AddAssign};

/// What a run counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that ran and hold.
    pub passed: usize,
    /// Tests that ran and do not.
    pub failed: usize,
    /// Tests that did not run.
    pub skipped: usize,
}

impl Counts {
    /// One check that holds.
    pub const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    /// One check that does not.
    pub const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// Adds up the last words of every test binary:
    /// `test result: ok. 5 passed; 0 failed; 1 ignored; …`. Cargo's runner and wasm-bindgen's write
    /// the same.
    pub fn of_cargo(lines: &[String]) -> Self {
        lines
            .iter()
            .filter_map(|line| line.trim_start().strip_prefix("test result: "))
            .map(|result| Self {
                passed: number_before(result, "passed"),
                failed: number_before(result, "failed"),
                skipped: number_before(result, "ignored"),
            })
            .fold(Self::default(), Add::add)
    }

    /// The last line of the end-to-end tests: `end to end: 61 passed, 0 failed, 0 skipped in 40 s`.
    pub fn of_end_to_end(lines: &[String]) -> Self {
        let last = lines
            .iter()
            .rev()
            .find_map(|line| line.trim_start().strip_prefix("end to end: "));
        last.map(|line| Self {
            passed: number_before(line, "passed"),
            failed: number_before(line, "failed"),
            skipped: number_before(line, "skipped"),
        })
        .unwrap_or_default()
    }

    /// One check that could not be made.
    pub const ONE_SKIPPED: Self = Self {
        passed: 0,
        failed: 0,
        skipped: 1,
    };

    /// As in "61 passed, 2 failed", and what did not run where there is such.
    pub fn told(self) -> String {
        let mut told = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            told.push_str(&format!(", {} skipped", self.skipped));
        }
        told
    }

    /// Whether anything ran.
    pub fn ran(self) -> usize {
        self.passed + self.failed
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The number in front of `word`; 0 when there is none.
fn number_before(line: &str, word: &str) -> usize {
    let mut number = 0;
    for part in line.split([' ', ';', ',']).filter(|part| !part.is_empty()) {
        if part == word {
            return number;
        }
        number = part.parse().unwrap_or_default();
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_test_binary_of_cargo_is_added() {
        let output = "\
running 3 tests
test a ... ok
test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

     Running tests/fixtures.rs
test result: ok. 40 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.20s
   Doc-tests eventide
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.40s";
        assert_eq!(
            Counts::of_cargo(&lines(output)),
            Counts {
                passed: 43,
                failed: 1,
                skipped: 2
            }
        );
    }

    #[test]
    fn the_runner_in_the_browser_writes_the_same() {
        let output =
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 filtered out; finished in 1.52s";
        assert_eq!(
            Counts::of_cargo(&lines(output)),
            Counts {
                passed: 12,
                failed: 0,
                skipped: 0
            }
        );
    }

    #[test]
    fn the_end_to_end_tests_say_it_in_one_line() {
        let output = "  ✓  1 sign-in.spec.mjs\nend to end: 61 passed, 2 failed, 1 skipped in 40 s";
        assert_eq!(
            Counts::of_end_to_end(&lines(output)),
            Counts {
                passed: 61,
                failed: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn what_did_not_run_is_told_and_not_counted_as_passed() {
        assert_eq!(Counts::ONE_PASSED.told(), "1 passed, 0 failed");
        assert_eq!(
            (Counts::ONE_PASSED + Counts::ONE_SKIPPED).told(),
            "1 passed, 0 failed, 1 skipped"
        );
    }

    #[test]
    fn a_run_that_never_came_to_its_tests_counts_nothing() {
        let output =
            lines("error[E0425]: cannot find value `x` in this scope\n3 passed by me, she said");
        assert_eq!(Counts::of_cargo(&output).ran(), 0);
        assert_eq!(Counts::of_end_to_end(&output).ran(), 0);
    }
}
