//! Runs the program: no configuration of the user's, no terminal, a watchdog.

use std::{
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

/// Runs `mailscout` with these arguments; what is not said stands for a terminal-less shell.
pub(crate) fn mailscout(arguments: &[&str]) -> Run {
    mailscout_with(arguments, &[], b"")
}

/// The same in this folder.
pub(crate) fn mailscout_in(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailscout"));
    command.current_dir(folder);
    run(command, arguments, &[], b"")
}

/// The same with environment variables and standard input.
pub(crate) fn mailscout_with(arguments: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Run {
    run(Command::new(env!("CARGO_BIN_EXE_mailscout")), arguments, variables, input)
}

fn run(mut command: Command, arguments: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Run {
    let home = tempfile::tempdir().unwrap();
    command
        .args(arguments)
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_CACHE_HOME", home.path())
        .env("TZ", "UTC")
        .env("COLUMNS", "100")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let read = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let watchdog = Watchdog::new(child.id());
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    let status = child.wait().unwrap();
    drop(watchdog);
    let code = status.code().expect("the program ended within a minute, by itself");
    Run { stdout: text, stderr: read.join().unwrap(), code }
}

/// Kills a process that has not ended within a minute.
struct Watchdog {
    _alive: std::sync::mpsc::Sender<()>,
}

impl Watchdog {
    fn new(pid: u32) -> Self {
        let (alive, ended) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            if let Err(std::sync::mpsc::RecvTimeoutError::Timeout) =
                ended.recv_timeout(Duration::from_mins(1))
            {
                let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
            }
        });
        Self { _alive: alive }
    }
}
