//! Runs the program on a terminal of its own, by the `script` of util-linux.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Runs `mailscout` on a pseudo-terminal with these keys typed; gives what is seen, and the exit
/// code.
pub(crate) fn mailscout(arguments: &[&str], typed: &str) -> (String, i32) {
    let home = tempfile::tempdir().unwrap();
    let words = std::iter::once(env!("CARGO_BIN_EXE_mailscout")).chain(arguments.iter().copied());
    let line: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--flush", "--command", &line.join(" "), "/dev/null"])
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code().unwrap())
}
