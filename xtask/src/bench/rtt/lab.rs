//! A scenario behind the wire, and the program that searches in it. Both are the release binary.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command as Process, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::cases::{Case, Client, Search};
use super::wire::{NAME_SERVER, Wire, moved};
use crate::repository;

/// What searches, and a folder in which it finds no configuration.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) file: PathBuf,
    /// The example of the library that searches twice.
    pub(super) twice: PathBuf,
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
        let (command, output) = match command_of(&mut server) {
            Ok(told) => told,
            Err(error) => {
                end(&mut server);
                return Err(error.context(format!("the lab does not serve {}", file.display())));
            }
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

    /// Searches, and says how long that took.
    pub(super) fn search(&self) -> Result<Duration> {
        match self.case.client {
            Client::Program => self.search_with(&[]),
            Client::Library(search) => {
                let (_, ended) = self.run(&self.program.twice, &[], &[])?;
                time_of(search, &ended).with_context(|| format!("`twice` said {ended:?}"))
            }
        }
    }

    /// Searches by the program, with these arguments too; its start and its end count.
    pub(super) fn search_with(&self, options: &[&str]) -> Result<Duration> {
        Ok(self.run(&self.program.file, &[self.case.verb], options)?.0)
    }

    /// Runs a program in the lab, and gives its time and what it said.
    fn run(&self, file: &Path, verb: &[&str], options: &[&str]) -> Result<(Duration, String)> {
        let mut client = self.wire.near().process(file);
        let variables = self.command.iter().map_while(|word| word.split_once('='));
        client
            .env("XDG_CONFIG_HOME", &self.program.folder)
            .env_remove("MAILSCOUT_PASSWORD")
            .env_remove("MAILSCOUT_TOKEN")
            .envs(variables.clone())
            .args(verb)
            // The name of the program and its verb are ours.
            .args(self.command.iter().skip(variables.count() + 2))
            .args(self.case.options)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let child = client.spawn().context("cannot start the program")?;
        let watchdog = Watchdog::over(&child, PATIENCE);
        let ended = child.wait_with_output().context("cannot hear the program")?;
        let took = started.elapsed();
        drop(watchdog);
        if ended.status.code() != Some(self.case.exit) {
            bail!(
                "{}: {} after {} s, not the exit code {}\n{}{}",
                self.case.name,
                ended.status,
                took.as_secs(),
                self.case.exit,
                String::from_utf8_lossy(&ended.stdout),
                String::from_utf8_lossy(&ended.stderr),
            );
        }
        Ok((took, String::from_utf8_lossy(&ended.stdout).into_owned()))
    }

    /// The ports that were connected to so far, once for each connection.
    pub(super) fn connections(&self) -> Vec<u16> {
        let mut seen = 0;
        for _ in 0..MOST_PAUSES {
            thread::sleep(JOURNAL_PAUSE);
            let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
            if journal.len() == seen {
                break;
            }
            seen = journal.len();
        }
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.iter().filter_map(|line| port_of(line)).collect()
    }
}

impl Drop for Lab<'_> {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}

/// The command that a lab prints first, and the rest of what it writes. A lab that prints something
/// else may go on serving: nothing is waited for then.
fn command_of(server: &mut Child) -> Result<(Vec<String>, BufReader<ChildStdout>)> {
    let mut output = BufReader::new(server.stdout.take().context("the lab has no output")?);
    let mut line = String::new();
    let watchdog = Watchdog::over(server, PATIENCE);
    output.read_line(&mut line).context("cannot hear the lab")?;
    drop(watchdog);
    if let Some(command) = words_of(&line) {
        return Ok((command, output));
    }
    end(server);
    let mut said = String::new();
    if let Some(mut stderr) = server.stderr.take() {
        stderr.read_to_string(&mut said)?;
    }
    bail!("{line}{said}")
}

/// Ends a server and waits for that. Told so, it takes the file of its authority with it; one that
/// does not listen is killed.
fn end(server: &mut Child) {
    let watchdog = Watchdog::over(server, FAREWELL);
    if !signal(server.id(), "TERM") {
        let _ = server.kill();
    }
    let _ = server.wait();
    drop(watchdog);
}

fn signal(process: u32, name: &str) -> bool {
    let mut told = Process::new("kill");
    told.args(["-s", name, &process.to_string()]).stderr(Stdio::null());
    told.status().is_ok_and(|told| told.success())
}

/// Kills a process that lasts longer than it may. Dropped, it lets the process live.
#[derive(Debug)]
struct Watchdog {
    _leash: mpsc::Sender<()>,
}

impl Watchdog {
    fn over(process: &Child, patience: Duration) -> Self {
        let (leash, let_go) = mpsc::channel();
        let process = process.id();
        thread::spawn(move || {
            if let_go.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                signal(process, "KILL");
            }
        });
        Self { _leash: leash }
    }
}

/// The words of a command as a shell takes it: by blanks, and whole between single quotes. `None`
/// where it is none of the program's.
fn words_of(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in line.trim_end().chars() {
        match character {
            _ if is_escaped => {
                word.get_or_insert_default().push(character);
                is_escaped = false;
            }
            '\'' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            '\\' if !is_quoted => is_escaped = true,
            ' ' if !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    let is_whole = !is_quoted && !is_escaped;
    (is_whole && words.iter().any(|word| word == "mailscout")).then_some(words)
}

/// The time of one of two searches, from a line with the microseconds of both.
fn time_of(search: Search, line: &str) -> Option<Duration> {
    let (first, second) = line.trim_end().split_once(' ')?;
    let time = match search {
        Search::First => first,
        Search::Second => second,
    };
    time.parse().ok().map(Duration::from_micros)
}

/// The port of a connection, from the journal's line `tcp HOST:PORT`.
fn port_of(line: &str) -> Option<u16> {
    line.strip_prefix("tcp ")?.rsplit_once(':')?.1.parse().ok()
}

/// Longer than the lab lets anybody wait for a line of its journal.
const JOURNAL_PAUSE: Duration = Duration::from_millis(250);
/// A journal that has not come to rest by then is taken as it is.
const MOST_PAUSES: usize = 20;

/// Far longer than any search or start of a lab may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a server has to end by itself.
const FAREWELL: Duration = Duration::from_secs(5);

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
    fn a_command_is_taken_apart_as_a_shell_does() {
        let words = words_of("X=1 mailscout discover 'a+b&c'@d.example --x 'it'\\''s' ''\n");
        let expected = ["X=1", "mailscout", "discover", "a+b&c@d.example", "--x", "it's", ""];
        assert_eq!(words.expect("a command"), expected);
        for other in ["error: no\n", "", "mailscout 'open\n", "mailscout \\"] {
            assert_eq!(words_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_searches_of_the_library_are_told_apart() {
        assert_eq!(time_of(Search::First, "900 70\n"), Some(Duration::from_micros(900)));
        assert_eq!(time_of(Search::Second, "900 70\n"), Some(Duration::from_micros(70)));
        assert_eq!(time_of(Search::First, "900\n"), None);
    }

    /// A server that would go on for longer than a test may.
    fn server(script: &str) -> Child {
        Process::new("sh")
            .args(["-c", &format!("{script}; exec sleep 600")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sh starts")
    }

    #[test]
    fn a_lab_that_prints_no_command_is_ended_and_not_waited_for() {
        let mut lab = server("echo because >&2; echo no command");
        let error = command_of(&mut lab).expect_err("no command");
        assert_eq!(error.to_string(), "no command\nbecause\n");
        assert!(lab.try_wait().expect("its end").is_some());
    }

    #[test]
    fn who_lasts_too_long_is_killed() {
        let mut slow = server("true");
        let watchdog = Watchdog::over(&slow, Duration::from_millis(1));
        assert_eq!(slow.wait().expect("its end").code(), None);
        drop(watchdog);
        let mut stubborn = server("trap '' TERM");
        drop(Watchdog::over(&stubborn, Duration::from_mins(10)));
        assert_eq!(stubborn.try_wait().expect("no end"), None);
        stubborn.kill().expect("it lives");
        stubborn.wait().expect("its end");
    }
}
