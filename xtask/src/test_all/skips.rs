//! Tests that gave up because the machine lacks a server: they say so in a file.
//!
//! libtest has no word for it, so such a test passes; it appends `NAME: needs PROGRAM` to the
//! file named by `MAILSCOUT_SKIP_LOG`, and the sum is put right here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::servers;

/// The file, emptied at the start.
#[derive(Debug)]
pub(crate) struct Skips {
    path: PathBuf,
}

impl Skips {
    /// Starts an empty log in the folder xtask was built into.
    pub(crate) fn start() -> Result<Self> {
        let program = std::env::current_exe().context("cannot tell where xtask is")?;
        Self::start_at(program.with_file_name("mailscout-skips.log"))
    }

    fn start_at(path: PathBuf) -> Result<Self> {
        fs::write(&path, "").with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path })
    }

    /// Where tests write.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Prints a line for each skip and returns how many there were.
    pub(crate) fn report(&self) -> Result<u64> {
        let log = fs::read_to_string(&self.path)
            .with_context(|| format!("cannot read {}", self.path.display()))?;
        let mut count = 0;
        for line in log.lines().filter(|line| !line.trim().is_empty()) {
            println!("skipped: {}", with_remedy(line.trim()));
            count += 1;
        }
        Ok(count)
    }
}

/// Adds how to get the program, where that is known.
fn with_remedy(line: &str) -> String {
    let needs = line.rsplit_once(": needs ").map(|(_, program)| program);
    if needs.is_some_and(servers::is_known) {
        format!("{line} (cargo xtask test-all --install-servers installs it)")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_server_comes_with_its_remedy() {
        assert_eq!(
            with_remedy("static_405_is_read: needs nginx"),
            "static_405_is_read: needs nginx (cargo xtask test-all --install-servers installs it)"
        );
        assert_eq!(with_remedy("dual_stack: needs IPv6"), "dual_stack: needs IPv6");
    }

    #[test]
    fn a_new_run_forgets_the_skips_of_the_last() {
        let path = std::env::temp_dir().join(format!("xtask-skips-{}", std::process::id()));
        let skips = Skips::start_at(path.clone()).expect("written");
        fs::write(skips.path(), "a: needs nginx\n\nb: needs nginx\n").expect("written");
        assert_eq!(skips.report().expect("read"), 2);
        let skips = Skips::start_at(path.clone()).expect("written");
        assert_eq!(skips.report().expect("read"), 0);
        fs::remove_file(path).expect("removed");
    }
}
