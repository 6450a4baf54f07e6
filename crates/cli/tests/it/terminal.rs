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
        typed.iter().enumerate().map(|(index, line)| (prompt(index), *line)).collect();
    mailscout_then(arguments, &typed, "")
}

/// What stands before the password.
pub(crate) const PASSWORD: &str = "Password of ";
/// What stands before any other answer.
const ASK: &str = "\n> ";

/// The same, each line typed when a text is seen that was not there before, and with a command of
/// the shell behind it, whose exit code counts.
pub(crate) fn mailscout_then(
    arguments: &[&str],
    typed: &[(&str, &str)],
    then: &str,
) -> (String, i32) {
    let home = tempfile::tempdir().unwrap();
    let words = std::iter::once(env!("CARGO_BIN_EXE_mailscout")).chain(arguments.iter().copied());
    let line: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    let line = format!("{}{then}", line.join(" "));
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"])
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
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = screen.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..count]);
        if let Some((awaited, line)) = typed.peek()
            && seen[answered..].windows(awaited.len()).any(|text| text == awaited.as_bytes())
        {
            keys.write_all(line.as_bytes()).unwrap();
            answered = seen.len();
            typed.next();
        }
    }
    let code = child.wait().unwrap().code().unwrap();
    (String::from_utf8_lossy(&seen).into_owned(), code)
}
