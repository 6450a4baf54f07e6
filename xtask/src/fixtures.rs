//! `cargo xtask fixtures`: the golden tests, and the one way to rewrite what they expect.

use std::process::ExitCode;

use anyhow::Result;

use crate::command::{Command, Echo};
use crate::tally::Tally;

/// What `cargo xtask fixtures` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Writes what the tests see into the expectations; read the diff before you commit it.
    #[arg(long)]
    bless: bool,
}

/// The golden tests of the workspace.
const GOLDENS: &[&str] = &[
    "cargo test --locked -p mailscout-schema --features serde --test it fixtures",
    "cargo test --locked -p mailscout-probe --test it guess_table",
    "cargo test --locked -p mailscout-probe --test it dialog_transcripts",
    "cargo test --locked -p mailscout-discover --test it faults",
    "cargo test --locked -p mailscout --test it providers",
    "cargo test --locked -p mailscout-cli --test it scenarios",
];

/// Runs all of them, then says what changed in the generated files.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut good = true;
    for golden in GOLDENS {
        let line =
            if args.bless { format!("MAILSCOUT_BLESS=1 {golden}") } else { (*golden).into() };
        println!("$ {line}");
        let ended = Command(&line).run(Echo::Live, &[])?;
        good &= ended.success;
        if ended.success && Tally::of_tests(&ended.stdout).total() == 0 {
            println!("no test of that name; say the new one in xtask/src/fixtures.rs");
            good = false;
        }
    }
    let diff = Command("git --no-pager diff --stat -- fixtures docs");
    println!("$ {diff}");
    good &= diff.run(Echo::Live, &[])?.success;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
