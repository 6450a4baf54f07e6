//! A scenario behind the wire, and the program that searches in it. Both are the release binary.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command as Process, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::cases::Case;
use super::wire::{NAME_SERVER, Wire, moved};
use crate::repository;

/// The program, and a folder in which it finds no configuration.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) file: PathBuf,
    pub(super) folder: PathBuf,
}

/// A scenario that is being served on the far side. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Lab<'a> {
    case: &'static Case,
    wire: &'a Wire,
    program: &'a Program,
    server: Child,
    /// The command that searches in it, as the lab printed it.
    command: Vec<String>,
    journal: Arc<Mutex<Vec<String>>>,
}

impl<'a> Lab<'a> {
    /// Serves the scenario of a case, with the documentation addresses in it moved.
    pub(super) fn open(case: &'static Case, wire: &'a Wire, program: &'a Program) -> Result<Self> {
        let scenario = repository::root().join(case.scenario);
        let text = fs::read_to_string(&scenario)
            .with_context(|| format!("cannot read {}", scenario.display()))?;
        let file = program.folder.join(format!("{}.toml", case.name));
        fs::write(&file, moved(&text))
            .with_context(|| format!("cannot write {}", file.display()))?;
        let mut server = wire
            .far()
            .process(&program.file)
            .args(["lab", "run"])
            .arg(&file)
            .args(["--own-addresses", NAME_SERVER])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the lab")?;
        let mut output = BufReader::new(server.stdout.take().context("the lab has no output")?);
        let mut line = String::new();
        output.read_line(&mut line).context("cannot hear the lab")?;
        let Some(command) = words_of(&line) else {
            let mut said = String::new();
            if let Some(mut stderr) = server.stderr.take() {
                stderr.read_to_string(&mut said)?;
            }
            bail!("the lab does not serve {}: {line}{said}", file.display());
        };
        let journal = Arc::default();
        let lab = Self { case, wire, program, server, command, journal: Arc::clone(&journal) };
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                journal.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        Ok(lab)
    }

    /// Searches once, and says how long the program took, from its start to its end.
    pub(super) fn search(&self) -> Result<Duration> {
        let mut client = self.client();
        let started = Instant::now();
        let ended = client.output().context("cannot start the program")?;
        let took = started.elapsed();
        if ended.status.code() != Some(self.case.exit) {
            bail!(
                "{}: {}, not the exit code {}\n{}{}",
                self.case.name,
                ended.status,
                self.case.exit,
                String::from_utf8_lossy(&ended.stdout),
                String::from_utf8_lossy(&ended.stderr),
            );
        }
        Ok(took)
    }

    fn client(&self) -> Process {
        let mut client = self.wire.near().process(&self.program.file);
        let variables = self.command.iter().map_while(|word| word.split_once('='));
        client
            .env("XDG_CONFIG_HOME", &self.program.folder)
            .env_remove("MAILSCOUT_PASSWORD")
            .env_remove("MAILSCOUT_TOKEN")
            .envs(variables.clone())
            .arg(self.case.verb)
            // The name of the program and its verb are ours.
            .args(self.command.iter().skip(variables.count() + 2))
            .args(self.case.options)
            .stdin(Stdio::null());
        client
    }

    /// The ports that were connected to so far, once for each connection.
    pub(super) fn connections(&self) -> Vec<u16> {
        let mut seen = 0;
        loop {
            thread::sleep(JOURNAL_PAUSE);
            let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
            if journal.len() == seen {
                return journal.iter().filter_map(|line| port_of(line)).collect();
            }
            seen = journal.len();
        }
    }
}

impl Drop for Lab<'_> {
    fn drop(&mut self) {
        // Told so, it takes the file of its authority with it.
        let told = Process::new("kill").arg(self.server.id().to_string()).status();
        if !told.is_ok_and(|told| told.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// The words of a command that needs no shell; `None` when there is no command, or one that does.
fn words_of(line: &str) -> Option<Vec<String>> {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let is_plain = !line.contains(['\'', '"', '\\']);
    (is_plain && words.iter().any(|word| word == "mailscout")).then_some(words)
}

/// The port of a connection, from the journal's line `tcp HOST:PORT`.
fn port_of(line: &str) -> Option<u16> {
    line.strip_prefix("tcp ")?.rsplit_once(':')?.1.parse().ok()
}

/// Longer than the lab lets anybody wait for a line of its journal.
const JOURNAL_PAUSE: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_read_off_the_journal() {
        assert_eq!(port_of("tcp mail.contoso.example:993"), Some(993));
        assert_eq!(port_of("tcp 9.0.113.7:587"), Some(587));
        assert_eq!(port_of("imap+tls mail.contoso.example:993 LOGOUT"), None);
        assert_eq!(port_of("tcp"), None);
    }

    #[test]
    fn a_command_that_needs_a_shell_is_not_taken_apart() {
        let words = words_of("X=1 mailscout discover a@b.example --dns-server 9.0.0.53:53\n");
        assert_eq!(words.expect("plain").len(), 6);
        assert_eq!(words_of("mailscout discover 'a b'@c.example\n"), None);
        assert_eq!(words_of("error: no\n"), None);
    }
}
