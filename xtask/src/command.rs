//! A child process as the terminal shows it: one line that can be pasted, then its output.
//!
//! Nothing here goes through a shell, and nothing is quoted: a line is words between spaces.

use std::fmt;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command as Process, Stdio};

use anyhow::{Context, Result};

use crate::repository;

/// Words between spaces: variables as `NAME=VALUE`, the program, its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command<'a>(pub(crate) &'a str);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// It ended with the exit code 0.
    pub(crate) success: bool,
    /// What it wrote to stdout; stderr goes straight to the terminal.
    pub(crate) stdout: String,
}

/// Whether the output of a command is shown while it runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Echo {
    /// As it comes.
    Live,
    /// Not at all: it is read by us alone.
    Silent,
}

impl Command<'_> {
    /// Runs to the end, in the root of the repository.
    ///
    /// The variables in `unprinted` are set too, but are not part of the line that is shown.
    pub(crate) fn run(self, echo: Echo, unprinted: &[(&str, &Path)]) -> Result<Ended> {
        self.run_in(&repository::root(), echo, unprinted)
    }

    /// The same in another folder.
    pub(crate) fn run_in(
        self,
        folder: &Path,
        echo: Echo,
        unprinted: &[(&str, &Path)],
    ) -> Result<Ended> {
        let mut child = self
            .process(unprinted)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{self}`"))?;
        let mut stdout = Vec::new();
        if let Some(pipe) = child.stdout.take() {
            copy(pipe, echo, &mut stdout).with_context(|| format!("cannot read from `{self}`"))?;
        }
        let status = child.wait().with_context(|| format!("cannot wait for `{self}`"))?;
        Ok(Ended {
            success: status.success(),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
        })
    }

    fn process(self, unprinted: &[(&str, &Path)]) -> Process {
        let mut words = self.0.split_whitespace().peekable();
        let mut env = Vec::new();
        while let Some(variable) = words.peek().and_then(|word| word.split_once('=')) {
            env.push(variable);
            words.next();
        }
        let mut process = Process::new(words.next().unwrap_or_default());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(set_by_cargo_run) {
                process.env_remove(name);
            }
        }
        process.args(words).envs(env).envs(unprinted.iter().copied()).stdin(Stdio::null());
        process
    }
}

impl fmt::Display for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Variables that `cargo run` sets for xtask. A build script that watches one of them (ring's
/// does) would be built again by every change between our children and a cargo by hand.
fn set_by_cargo_run(name: &str) -> bool {
    name == "OUT_DIR"
        || ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start))
}

fn copy(mut from: impl Read, echo: Echo, kept: &mut Vec<u8>) -> std::io::Result<()> {
    let mut buffer = [0; 8192];
    loop {
        let length = from.read(&mut buffer)?;
        let Some(read) = buffer.get(..length).filter(|read| !read.is_empty()) else {
            return Ok(());
        };
        if echo == Echo::Live {
            let mut terminal = std::io::stdout().lock();
            terminal.write_all(read)?;
            terminal.flush()?;
        }
        kept.extend_from_slice(read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_the_program_are_its_environment() {
        let line = "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=a.b GIT_CONFIG_VALUE_0=c git config a.b";
        let ended = Command(line).run(Echo::Silent, &[]).expect("git starts");
        assert!(ended.success);
        assert_eq!(ended.stdout, "c\n");
    }

    #[test]
    fn a_bad_end_is_told_and_a_missing_program_is_an_error() {
        let ended = Command("git check-ref-format x").run(Echo::Silent, &[]).expect("git starts");
        assert!(!ended.success);
        let error = Command("no-such-program -x").run(Echo::Silent, &[]).expect_err("missing");
        assert_eq!(error.to_string(), "cannot start `no-such-program -x`");
    }

    #[test]
    fn what_cargo_run_adds_to_the_environment_is_taken_out() {
        assert!(set_by_cargo_run("CARGO_MANIFEST_DIR") && set_by_cargo_run("CARGO_PKG_NAME"));
        assert!(!set_by_cargo_run("CARGO_TARGET_DIR") && !set_by_cargo_run("CARGO_HOME"));
    }
}
