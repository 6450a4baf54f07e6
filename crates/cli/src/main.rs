//! The command `mailscout`: maps arguments to commands, and what they return to an exit code.

use std::process::ExitCode;

use clap::Parser;

mod args;
mod ask;
mod commands;
mod config;
mod diagnostic;
mod exit;
mod output;
mod progress;
#[cfg(windows)]
mod registry;
mod setup;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(commands::run(args));
            // A prompt may still wait for a line: it is not waited for.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(error.into()),
    };
    ended.unwrap_or_else(|error| diagnostic::report(&error)).into()
}
