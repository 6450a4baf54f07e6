//! What the project does to itself: `cargo xtask VERB`.
//!
//! This file only dispatches: each verb is a module with a `run` of its own.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask talks on the terminal")]
#![expect(
    clippy::disallowed_methods,
    reason = "xtask is all edge: it reads the clock and the environment"
)]

mod bench;
mod command;
mod fixtures;
mod layers;
mod metadata;
mod permutations;
mod repository;
mod servers;
mod tally;
mod test_all;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What the project does to itself.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs everything CI runs, the cheapest first, and counts.
    TestAll(test_all::Args),
    /// Finds what no compiler and no lint finds: layers, sizes, file heads, names without meaning.
    Tidy(tidy::Args),
    /// Runs the golden tests, or rewrites what they expect.
    Fixtures(fixtures::Args),
    /// Tries the rules of the guess table's order with many addresses.
    Permutations(permutations::Args),
    /// Runs the benches and compares them with their aims.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let end = match Arguments::parse().verb {
        Verb::TestAll(args) => test_all::run(&args),
        Verb::Tidy(args) => tidy::run(&args),
        Verb::Fixtures(args) => fixtures::run(&args),
        Verb::Permutations(args) => permutations::run(&args),
        Verb::Bench(args) => bench::run(&args),
    };
    end.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
