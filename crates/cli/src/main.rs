//! The command `mailscout`: maps arguments to commands, and what they return to an exit code.

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;
use exit::Exit;

mod args;
mod ask;
mod cache;
mod commands;
mod config;
mod diagnostic;
mod exit;
mod output;
mod password;
mod progress;
#[cfg(windows)]
mod registry;
mod setup;

fn main() -> ExitCode {
    let args = match arguments() {
        Ok(args) => args,
        Err(end) => return end,
    };
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

/// The command line. What is wrong with it is printed, unless there may be a password in it.
fn arguments() -> Result<args::Args, ExitCode> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let read = args::Args::try_parse_from(&words);
    let is_talk = read.as_ref().is_err_and(|error| !error.use_stderr());
    let is_clear = read.as_ref().is_ok_and(args::Args::is_clear_about_the_password);
    let words = words.get(1..).unwrap_or_default();
    if args::may_hold_password(words) && !is_talk && !is_clear {
        let end = diagnostic::report(&password::not_understood().into());
        output::say(format_args!("\n{}\n", args::usage(words)));
        return Err(end.into());
    }
    read.map_err(|error| {
        let _ = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
    })
}
