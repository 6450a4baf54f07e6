//! Runs one step after the other and keeps the counts; decides nothing about what they are.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::steps::{Counts, Holds, Proof, Step};
use crate::command::{Command, Echo};
use crate::tally::Tally;

/// The state between the steps.
#[derive(Debug)]
pub(crate) struct Runner<'a> {
    skip_log: &'a Path,
    keep_going: bool,
    done: Vec<Done>,
}

/// A step that was met.
#[derive(Debug)]
struct Done {
    name: &'static str,
    /// `None`: not run, because an earlier one failed.
    result: Option<(Tally, Duration)>,
}

impl<'a> Runner<'a> {
    /// Tests write what they skip to `skip_log`.
    pub(crate) fn new(skip_log: &'a Path, keep_going: bool) -> Self {
        Self { skip_log, keep_going, done: Vec::new() }
    }

    /// Runs a step, unless an earlier one failed and that ends everything.
    pub(crate) fn step(&mut self, step: &Step) -> Result<()> {
        if !self.keep_going && self.sum().failed > 0 {
            self.done.push(Done { name: step.name, result: None });
            return Ok(());
        }
        println!("\n== {}: {}", step.name, step.about);
        let start = Instant::now();
        let mut tally = Tally::default();
        for proof in step.proofs {
            tally += self.prove(step, proof)?;
            if tally.failed > 0 && !self.keep_going {
                break;
            }
        }
        if step.counts == Counts::Once {
            tally = if tally.failed == 0 { Tally::PASSED } else { Tally::FAILED };
        }
        self.done.push(Done { name: step.name, result: Some((tally, start.elapsed())) });
        Ok(())
    }

    fn prove(&self, step: &Step, proof: &Proof) -> Result<Tally> {
        let command = Command(proof.line);
        println!("$ {command}");
        let echo =
            if matches!(proof.holds, Holds::NoPackage(_)) { Echo::Silent } else { Echo::Live };
        let start = Instant::now();
        let ended = command.run(echo, &[("MAILSCOUT_SKIP_LOG", self.skip_log)])?;
        let broken = broken(proof.holds, &ended.stdout);
        let good = ended.success && broken.is_none();
        if let Some(broken) = broken.filter(|_| ended.success) {
            println!("{broken}");
        }
        println!(
            "{} in {:.1} s",
            if good { "ok" } else { "FAILED" },
            start.elapsed().as_secs_f64()
        );

        let mut tally = match step.counts {
            Counts::Once => Tally::default(),
            Counts::EachTest => Tally::of_tests(&ended.stdout),
        };
        if !good && tally.failed == 0 {
            // No test said so: it did not compile, or a test program died.
            tally += Tally::FAILED;
        }
        Ok(tally)
    }

    /// Everything counted so far.
    pub(crate) fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        for (tally, _) in self.done.iter().filter_map(|done| done.result) {
            sum += tally;
        }
        sum
    }

    /// Prints a line for each step.
    pub(crate) fn report(&self) {
        println!();
        for done in &self.done {
            match done.result {
                Some((tally, time)) => {
                    println!("{:<12} {tally} in {:.1} s", done.name, time.as_secs_f64());
                }
                None => println!("{:<12} not run", done.name),
            }
        }
    }
}

/// What is wrong with the output of a command that ended well.
fn broken(holds: Holds, output: &str) -> Option<String> {
    match holds {
        Holds::Always => None,
        Holds::SomeTestRan if Tally::of_tests(output).total() > 0 => None,
        Holds::SomeTestRan => Some("no test of that name ran".to_owned()),
        Holds::NoPackage(names) => {
            let packages = output.lines().filter_map(|line| line.split(' ').next());
            let found = packages.into_iter().find(|package| names.contains(package))?;
            Some(format!("`{found}` is there; `cargo tree -i {found}` says why"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Proof = Proof { line: "git check-ref-format refs/heads/x", holds: Holds::Always };
    const BAD: Proof = Proof { line: "git check-ref-format x", holds: Holds::Always };

    fn step(counts: Counts, proofs: &'static [Proof]) -> Step {
        Step { name: "made-up", about: "a test", counts, proofs }
    }

    #[test]
    fn a_step_without_tests_counts_as_one_check() {
        let mut runner = Runner::new(Path::new("nowhere"), true);
        runner.step(&step(Counts::Once, &[GOOD, GOOD])).expect("git runs");
        runner.step(&step(Counts::Once, &[BAD, BAD])).expect("git runs");
        assert_eq!(runner.sum().to_string(), "1 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn a_test_step_that_ends_badly_without_a_count_counts_as_failed() {
        let mut runner = Runner::new(Path::new("nowhere"), false);
        runner.step(&step(Counts::EachTest, &[GOOD, BAD, BAD])).expect("git runs");
        assert_eq!(runner.sum().to_string(), "0 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn the_first_failure_ends_it_unless_told_to_go_on() {
        for (keep_going, sum) in
            [(false, "0 passed, 1 failed, 0 skipped"), (true, "1 passed, 1 failed, 0 skipped")]
        {
            let mut runner = Runner::new(Path::new("nowhere"), keep_going);
            runner.step(&step(Counts::Once, &[BAD])).expect("git runs");
            runner.step(&step(Counts::Once, &[GOOD])).expect("git runs");
            assert_eq!(runner.sum().to_string(), sum);
        }
    }

    #[test]
    fn conditions_look_at_the_output() {
        let tree = "mailscout-net v0.1.0 (x)\ntokio-util v0.7.1\nhyper v1.12.0\n";
        assert_eq!(broken(Holds::NoPackage(&["tokio"]), tree), None);
        assert_eq!(
            broken(Holds::NoPackage(&["tokio", "hyper"]), tree).as_deref(),
            Some("`hyper` is there; `cargo tree -i hyper` says why")
        );
        let none = "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out";
        assert!(broken(Holds::SomeTestRan, none).is_some());
        assert_eq!(broken(Holds::SomeTestRan, &none.replace("0 passed", "1 passed")), None);
    }
}
