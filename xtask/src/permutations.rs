//! `cargo xtask permutations`: the rules of the guess table's order, for many addresses.

use std::process::ExitCode;

use anyhow::Result;

use crate::command::{Command, Echo};
use crate::tally::Tally;

/// What `cargo xtask permutations` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// How many addresses each rule is tried with.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    cases: u32,
}

/// The property tests of the order; the crate is built without its default features.
const TESTS: &str =
    "cargo test --locked -p mailscout-probe --no-default-features --test it guess_order";

/// Runs them; fails when one fails, and when there is none.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let line = line(args.cases);
    println!("$ {line}");
    let ended = Command(&line).run(Echo::Live, &[])?;
    if ended.success && Tally::of_tests(&ended.stdout).total() == 0 {
        println!("no test of that name; say the new one in xtask/src/permutations.rs");
        return Ok(ExitCode::FAILURE);
    }
    Ok(if ended.success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// proptest takes the number from the environment.
fn line(cases: u32) -> String {
    format!("PROPTEST_CASES={cases} {TESTS}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Alone {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn the_number_of_cases_reaches_proptest_and_is_never_none() {
        let read = |words: &[&str]| {
            Alone::try_parse_from([&["x"], words].concat()).map(|alone| line(alone.args.cases))
        };
        assert!(read(&["--cases", "7"]).expect("read").starts_with("PROPTEST_CASES=7 cargo test "));
        assert!(read(&[]).expect("read").starts_with("PROPTEST_CASES=1000 "));
        assert!(read(&["--cases", "0"]).is_err());
    }
}
