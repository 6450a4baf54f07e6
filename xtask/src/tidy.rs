//! `cargo xtask tidy`: what no compiler and no lint finds.
//!
//! Each check is a module that turns the repository into findings; none changes a file.

mod adr;
mod architecture;
mod code;
mod edges;
mod leaks;
mod licences;
mod pairs;
mod rust;
mod sizes;
mod specs;
mod text;

use std::fmt;
use std::process::ExitCode;

use anyhow::Result;

use crate::metadata::Metadata;
use crate::repository::Files;

/// What `cargo xtask tidy` takes: nothing.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

/// A place that is not as it should be.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Finding {
    path: String,
    /// From 1.
    line: usize,
    wrong: String,
    remedy: String,
}

impl Finding {
    fn new(path: &str, line: usize, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, wrong: wrong.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.path, self.line, self.wrong, self.remedy)
    }
}

/// Prints every finding; fails when there is one.
pub(crate) fn run(_: &Args) -> Result<ExitCode> {
    let findings = findings()?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks that read files alone.
const CHECKS: &[fn(&Files) -> Vec<Finding>] = &[
    adr::check,
    architecture::check,
    code::check,
    leaks::check,
    pairs::check,
    sizes::check,
    specs::check,
    text::check,
];

/// All findings, in the order of the files.
fn findings() -> Result<Vec<Finding>> {
    let files = Files::read()?;
    let metadata = Metadata::read()?;
    let mut findings: Vec<_> = CHECKS.iter().flat_map(|check| check(&files)).collect();
    findings.extend(edges::check(&files, &metadata));
    findings.extend(licences::check(&files, &metadata));
    findings.sort();
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let findings = findings().expect("git and cargo answer");
        let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }

    /// Runs a check on a made-up repository and compares `path:line: wrong`.
    #[track_caller]
    pub(super) fn expect(
        check: fn(&Files) -> Vec<Finding>,
        files: &[(&str, &str)],
        expected: &[&str],
    ) {
        let mut findings = check(&Files::made_up(files));
        findings.sort();
        let short =
            |finding: &Finding| format!("{}:{}: {}", finding.path, finding.line, finding.wrong);
        assert_eq!(findings.iter().map(short).collect::<Vec<_>>(), expected);
    }
}
