//! Packages that bring a service do not start it.

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// While it lives, an installed package starts no service.
#[derive(Debug)]
pub(super) struct QuietServices {
    /// The file to remove; `None` when the machine had one of its own.
    written: Option<PathBuf>,
}

impl QuietServices {
    /// Sees to the policy file, which the guard removes again if it is its own.
    pub(super) fn ensure(policy: &Path) -> Result<Self> {
        if policy.exists() {
            return Ok(Self { written: None });
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o755);
        let mut file =
            options.open(policy).with_context(|| format!("cannot write {}", policy.display()))?;
        let quiet = Self { written: Some(policy.to_owned()) };
        std::io::Write::write_all(&mut file, b"#!/bin/sh\nexit 101\n")?;
        Ok(quiet)
    }
}

impl Drop for QuietServices {
    fn drop(&mut self) {
        let Some(policy) = &self.written else { return };
        if let Err(error) = fs::remove_file(policy) {
            eprintln!("cannot remove {}: {error}", policy.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_file_lives_as_long_as_its_guard_and_a_foreign_one_stays() {
        let policy = std::env::temp_dir().join(format!("policy-rc.d-{}", std::process::id()));
        let guard = QuietServices::ensure(&policy).expect("written");
        assert_eq!(fs::read_to_string(&policy).expect("there"), "#!/bin/sh\nexit 101\n");
        drop(QuietServices::ensure(&policy).expect("one is there"));
        assert!(policy.exists(), "a file that was there stays");
        drop(guard);
        assert!(!policy.exists());
    }
}
