//! Programs that tests talk to, and how a bare Debian gets them.
//!
//! Nothing is installed unless asked for, and no service is started.

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{Command, Echo};

/// A program that some tests need.
#[derive(Debug)]
pub(crate) struct Server {
    /// The Debian package.
    pub(crate) package: &'static str,
    /// The file name of the program, as tests name it when they give up.
    pub(crate) program: &'static str,
    /// What the tests do with it.
    pub(crate) why: &'static str,
}

/// All of them, in the order of the package names.
pub(crate) const SERVERS: &[Server] = &[
    Server {
        package: "bsdutils",
        program: "script",
        why: "gives the program a terminal of its own, on which a person types",
    },
    Server {
        package: "nginx",
        program: "nginx",
        why: "answers a POST with 405 and a file, as static hosting does",
    },
];

/// The servers that are not on this machine.
pub(crate) fn missing() -> Vec<&'static Server> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .collect();
    SERVERS
        .iter()
        .filter(|server| !folders.iter().any(|folder| folder.join(server.program).is_file()))
        .collect()
}

/// Installs the packages of `servers`; fails on a machine where it can't.
pub(crate) fn install(servers: &[&Server]) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() {
        bail!("only Debian's packages are known");
    }
    let user = Command("id -u").run(Echo::Silent, &[])?;
    if user.stdout.trim() != "0" {
        bail!("only root can install packages");
    }
    let _quiet = QuietServices::ensure(Path::new("/usr/sbin/policy-rc.d"))?;
    apt_get("update")?;
    let packages: Vec<_> = servers.iter().map(|server| server.package).collect();
    apt_get(&format!("install -y --no-install-recommends {}", packages.join(" ")))
}

fn apt_get(words: &str) -> Result<()> {
    let line = format!("DEBIAN_FRONTEND=noninteractive apt-get {words}");
    println!("$ {line}");
    if !Command(&line).run(Echo::Live, &[])?.success {
        bail!("`{line}` failed");
    }
    Ok(())
}

/// While it lives, an installed package starts no service.
#[derive(Debug)]
struct QuietServices {
    /// The file to remove; `None` when the machine had one of its own.
    written: Option<PathBuf>,
}

impl QuietServices {
    fn ensure(policy: &Path) -> Result<Self> {
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
    fn the_table_is_sorted_without_duplicates() {
        assert!(SERVERS.is_sorted_by(|a, b| a.package < b.package));
    }

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
