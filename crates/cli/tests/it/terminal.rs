//! Runs the program on a terminal of its own, by the `script` of util-linux.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

/// Runs `mailscout` on a pseudo-terminal; each line is typed when the program asks for one. Gives
/// what is seen, and the exit code.
pub(crate) fn mailscout(arguments: &[&str], typed: &[&str]) -> (String, i32) {
    let prompt =
        |index| if index == 0 && arguments.contains(&"--password") { PASSWORD } else { ASK };
    let typed: Vec<_> =
        typed.iter().enumerate().map(|(index, line)| (prompt(index), Do::Type(line))).collect();
    mailscout_then(arguments, &typed, "")
}

/// What stands before the password.
pub(crate) const PASSWORD: &str = "Password of ";
/// What stands before any other answer.
pub(crate) const ASK: &str = "\n> ";

/// What somebody does at the terminal.
#[derive(Clone, Copy)]
pub(crate) enum Do<'a> {
    /// Types this.
    Type(&'a str),
    /// Sends the program a signal, then types this.
    Send(&'a str, &'a str),
}

/// The same, each thing done when a text is seen that was not there before, or at once where that is
/// empty, and with more words of the shell behind the program, whose exit code counts.
pub(crate) fn mailscout_then(
    arguments: &[&str],
    typed: &[(&str, Do<'_>)],
    then: &str,
) -> (String, i32) {
    let home = tempfile::tempdir().unwrap();
    let words = std::iter::once(env!("CARGO_BIN_EXE_mailscout")).chain(arguments.iter().copied());
    let line: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    // A job of its own: others are never stopped.
    let own = r#"set -m; sh -c 'echo "process $$" >&2; exec "$0" "$@"' "#;
    let line = format!("{own}{}{then}", line.join(" "));
    let mut child = Command::new("timeout")
        .args([
            "--foreground",
            "60",
            "script",
            "--quiet",
            "--return",
            "--flush",
            "--command",
            &line,
            "/dev/null",
        ])
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut keys = child.stdin.take().unwrap();
    let mut screen = child.stdout.take().unwrap();
    let (mut seen, mut answered, mut typed) = (Vec::new(), 0, typed.iter().peekable());
    if let Some(("", Do::Type(line))) = typed.peek() {
        keys.write_all(line.as_bytes()).unwrap();
        typed.next();
    }
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = screen.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..count]);
        if let Some((awaited, what)) = typed.peek()
            && seen[answered..].windows(awaited.len()).any(|text| text == awaited.as_bytes())
        {
            let line = match what {
                Do::Type(line) => line,
                Do::Send(signal, line) => {
                    send(signal, &seen);
                    line
                }
            };
            keys.write_all(line.as_bytes()).unwrap();
            answered = seen.len();
            typed.next();
        }
    }
    let code = child.wait().unwrap().code().unwrap();
    (String::from_utf8_lossy(&seen).into_owned(), code)
}

/// Sends a signal to the program that said its number.
fn send(signal: &str, seen: &[u8]) {
    let seen = String::from_utf8_lossy(seen);
    let number = seen.split_once("process ").and_then(|(_, rest)| rest.split_whitespace().next());
    let sent = Command::new("kill").args(["-s", signal, number.unwrap()]).status().unwrap();
    assert!(sent.success());
}
