//! Programs that tests talk to, and how a bare Debian gets them.
//!
//! Nothing is installed unless asked for, and no service is started.

mod quiet;
mod unpack;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::quiet::QuietServices;
use crate::command::{Command, Echo};

/// A package that some tests need.
#[derive(Debug)]
pub(crate) struct Server {
    /// The Debian package.
    pub(crate) package: &'static str,
    /// What tests take from it, as they name it when they give up: file names of programs, or
    /// paths below a folder that holds programs.
    pub(crate) programs: &'static [&'static str],
    /// What the tests do with it.
    pub(crate) why: &'static str,
    /// How it comes to this machine.
    pub(crate) way: Way,
}

impl Server {
    /// The program that stands for the package.
    pub(crate) fn program(&self) -> &'static str {
        self.programs.first().copied().unwrap_or(self.package)
    }
}

/// How a package comes to this machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// It is installed.
    Installed,
    /// It is installed, and this is what it would ask for, as debconf knows it.
    Answered(&'static str),
    /// It would drive another of the table away, so it is unpacked into a folder below cargo's,
    /// and the libraries that it names are installed. None of its programs keeps a setuid bit.
    Unpacked,
}

/// All of them, in the order of the package names.
pub(crate) const SERVERS: &[Server] = &[
    Server {
        package: "bsdutils",
        programs: &["script"],
        why: "gives the program a terminal of its own, on which a person types",
        way: Way::Installed,
    },
    Server {
        package: "dovecot-imapd",
        programs: &["dovecot", "dovecot/imap"],
        why: "serves IMAP in every kind of encryption, and knows users for Postfix",
        way: Way::Installed,
    },
    Server {
        package: "dovecot-pop3d",
        programs: &["dovecot/pop3"],
        why: "serves POP3 beside IMAP",
        way: Way::Installed,
    },
    Server {
        package: "exim4-daemon-light",
        programs: &["exim4"],
        why: "takes submissions, and at port 25 clear text with log-in or none",
        way: Way::Unpacked,
    },
    Server {
        package: "libnss-wrapper",
        programs: &["libnss_wrapper.so"],
        why: "tells Exim of the user that its installation would have made",
        way: Way::Installed,
    },
    Server {
        package: "nginx",
        programs: &["nginx"],
        why: "answers a POST with 405 and a file, as static hosting does",
        way: Way::Installed,
    },
    Server {
        package: "postfix",
        programs: &["postfix", "postfix/sbin/master"],
        why: "takes submissions, and mail at port 25 without log-in",
        way: Way::Answered("postfix/main_mailer_type select No configuration"),
    },
    Server {
        package: "slapd",
        programs: &["slapd", "slapadd"],
        why: "is a directory with service connection points",
        way: Way::Answered("slapd/no_configuration boolean true"),
    },
    Server {
        package: "winbind",
        programs: &["ntlm_auth"],
        why: "says to Dovecot whether somebody knows the password by NTLM",
        way: Way::Installed,
    },
];

/// Whether some server has this program.
pub(crate) fn is_known(program: &str) -> bool {
    SERVERS.iter().any(|server| server.programs.contains(&program))
}

/// The servers that are not on this machine, or not all of them.
pub(crate) fn missing() -> Result<Vec<&'static Server>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let libraries = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders: Vec<_> = std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/usr/lib", &libraries].map(PathBuf::from))
        .collect();
    let mut missing = Vec::new();
    for server in SERVERS {
        let is_there = |program: &&str| folders.iter().any(|dir| dir.join(program).is_file());
        let is_installed = server.programs.iter().all(is_there);
        if !is_installed && (server.way != Way::Unpacked || !unpack::is_whole(server, &folder()?)) {
            missing.push(server);
        }
    }
    Ok(missing)
}

/// Where packages are unpacked: beside what cargo builds, where the tests look too.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot tell where xtask is")?;
    let target = program.ancestors().nth(2).context("xtask is not in a target folder")?;
    Ok(target.join("servers"))
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
    let folder = folder()?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let _quiet = QuietServices::ensure(Path::new("/usr/sbin/policy-rc.d"))?;
    show_and_run("DEBIAN_FRONTEND=noninteractive apt-get update", &folder)?;
    let mut packages = Vec::new();
    for server in servers {
        match server.way {
            Way::Installed => packages.push(server.package.to_owned()),
            Way::Answered(answer) => {
                set_answer(server.package, answer, &folder)?;
                packages.push(server.package.to_owned());
            }
            Way::Unpacked => packages.extend(unpack::unpack(server, &folder)?),
        }
    }
    // Libraries that are here already stay as they are.
    let install = "apt-get install -y --no-install-recommends --no-upgrade";
    let packages = packages.join(" ");
    show_and_run(&format!("DEBIAN_FRONTEND=noninteractive {install} {packages}"), &folder)
}

/// Answers a question of a package before it is asked.
fn set_answer(package: &str, answer: &str, folder: &Path) -> Result<()> {
    let file = folder.join("answers");
    fs::write(&file, format!("{package} {answer}\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    show_and_run("debconf-set-selections answers", folder)
}

/// Runs a command in a folder, all to be seen; fails when it does.
fn show_and_run(line: &str, folder: &Path) -> Result<()> {
    println!("$ {line}");
    if !Command(line).run_in(folder, Echo::Live, &[])?.success {
        bail!("`{line}` failed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_without_duplicates() {
        assert!(SERVERS.is_sorted_by(|a, b| a.package < b.package));
        let mut programs: Vec<_> = SERVERS.iter().flat_map(|server| server.programs).collect();
        let all = programs.len();
        programs.sort();
        programs.dedup();
        assert_eq!(programs.len(), all);
        assert!(SERVERS.iter().all(|server| !server.programs.is_empty()));
    }
}
