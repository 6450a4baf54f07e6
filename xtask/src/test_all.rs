//! `cargo xtask test-all`: everything CI runs, the cheapest first, and one line of counts.
//!
//! What the steps are stands in `test_all/steps.rs`, how one is run in `test_all/runner.rs`.

mod runner;
mod skips;
mod steps;

use std::process::ExitCode;

use anyhow::{Result, bail};

use self::runner::Runner;
use self::skips::Skips;
use self::steps::{STEPS, Step};
use crate::servers;
use crate::tally::Tally;

/// What `cargo xtask test-all` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The steps to run; all of them when none is named.
    steps: Vec<String>,
    /// Lists the steps and their commands, and runs nothing.
    #[arg(long)]
    list: bool,
    /// Goes on after a step that failed.
    #[arg(long)]
    keep_going: bool,
    /// Installs the server programs that tests need (as root, on Debian); on by default in CI.
    #[arg(long)]
    install_servers: bool,
}

/// Runs the steps; the last line is the sum.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let steps = chosen(&args.steps)?;
    if args.list {
        list(&steps);
        return Ok(ExitCode::SUCCESS);
    }
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let mut sum = Tally::default();
    if steps.iter().any(|step| step.name == "tests")
        && let Err(error) = provide_servers(args.install_servers || ci)
    {
        println!("servers: {error:#}");
        sum += Tally::FAILED;
    }
    let skips = Skips::start()?;
    let mut runner = Runner::new(skips.path(), args.keep_going);
    for step in &steps {
        runner.step(step)?;
    }
    runner.report();
    sum += runner.sum();
    sum.give_up(skips.report()?, ci);
    println!("{sum}");
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The steps of these names, in the order of the table.
fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step `{unknown}`; there are: {}", known.join(", "));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

fn list(steps: &[&Step]) {
    for step in steps {
        println!("{:<12} {}", step.name, step.about);
        for proof in step.proofs {
            println!("             $ {}", proof.line);
        }
    }
    println!("`cargo xtask fixtures` is no step: `tests` runs the same golden tests");
}

/// Says which servers are missing, or installs them.
fn provide_servers(install: bool) -> Result<()> {
    let missing = servers::missing()?;
    if install && !missing.is_empty() {
        return servers::install(&missing);
    }
    for server in missing {
        println!(
            "no {}, which {}: its tests will be skipped \
             (cargo xtask test-all --install-servers installs it)",
            server.program(),
            server.why
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_in_the_order_of_the_table_whatever_the_order_asked_for() {
        let names = |asked: &[&str]| -> Result<Vec<_>> {
            let asked: Vec<_> = asked.iter().map(|name| (*name).to_owned()).collect();
            Ok(chosen(&asked)?.iter().map(|step| step.name).collect())
        };
        assert_eq!(names(&["tests", "fmt"]).expect("known"), ["fmt", "tests"]);
        assert_eq!(names(&[]).expect("known").len(), STEPS.len());
        let error = names(&["fmt", "test"]).expect_err("unknown");
        assert!(error.to_string().starts_with("no step `test`; there are: fmt, tidy, "), "{error}");
    }
}
