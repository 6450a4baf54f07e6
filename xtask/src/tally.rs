//! Counting what passed, failed and was skipped.

use std::fmt;
use std::ops::AddAssign;

/// Three counts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tally {
    /// Tests and checks that passed.
    pub(crate) passed: u64,
    /// Tests and checks that failed.
    pub(crate) failed: u64,
    /// Tests that were not run, or ended early because the machine lacks something.
    pub(crate) skipped: u64,
}

impl Tally {
    /// One thing that passed.
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One thing that failed.
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Adds up the lines `test result: ok. 3 passed; 0 failed; 1 ignored; …` of test programs.
    pub(crate) fn of_tests(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((_, counts)) = line.split_once("test result: ") else {
                continue;
            };
            for part in counts.split(['.', ';']) {
                let Some((number, noun)) = part.trim().split_once(' ') else {
                    continue;
                };
                let Ok(number) = number.parse::<u64>() else {
                    continue;
                };
                match noun {
                    "passed" => sum.passed += number,
                    "failed" => sum.failed += number,
                    "ignored" => sum.skipped += number,
                    _ => {}
                }
            }
        }
        sum
    }

    /// Moves tests that passed, because they gave up early, to the skipped ones; in CI, where
    /// nothing may be lacking, to the failed ones.
    pub(crate) fn give_up(&mut self, tests: u64, ci: bool) {
        self.passed = self.passed.saturating_sub(tests);
        self.skipped += tests;
        if ci {
            self.failed += self.skipped;
            self.skipped = 0;
        }
    }

    /// How many were counted at all.
    pub(crate) fn total(self) -> u64 {
        self.passed + self.failed + self.skipped
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "running 4 tests
test a_test_result_in_a_name ... ok
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.01s
\u{1b}[1mtest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished
all doctests ran in 0.2s
";

    #[test]
    fn every_result_line_counts() {
        let tally = Tally::of_tests(OUTPUT);
        assert_eq!(tally.to_string(), "4 passed, 2 failed, 1 skipped");
        assert_eq!(tally.total(), 7);
        assert_eq!(Tally::of_tests("error: could not compile"), Tally::default());
    }

    #[test]
    fn a_test_that_gave_up_is_skipped_and_in_ci_failed() {
        let counted = Tally { passed: 5, failed: 1, skipped: 1 };
        let mut tally = counted;
        tally.give_up(2, false);
        assert_eq!(tally.to_string(), "3 passed, 1 failed, 3 skipped");

        let mut tally = counted;
        tally.give_up(2, true);
        assert_eq!(tally.to_string(), "3 passed, 4 failed, 0 skipped");
    }
}
