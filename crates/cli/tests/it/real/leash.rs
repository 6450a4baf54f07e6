//! A server process that cannot outlive its test, nor leave its folder behind.

use std::{
    ffi::OsStr,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Holds a server from its folder until the pipe at standard input closes: that is when the test
/// lets go, or its process is gone, even by SIGKILL. The server has a process group with its
/// children; they end at one stroke, for Dovecot starts a child that ends before it anew.
const SHELL: &str = r#"
folder=$1
shift
cd "$folder" || exit
setsid sh -c '"$@" </dev/null >output 2>&1; echo "$?" >ended' sh "$@" &
server=$!
read -r _
kill -KILL "-$server" || kill -KILL "$server" # which may not have its group yet
wait "$server"
rm -rf "$folder"
"#;

/// A running process with a folder; dropping it ends the one and removes the other.
pub(super) struct Leash {
    shell: Child,
    held: Option<ChildStdin>,
    folder: PathBuf,
}

impl Leash {
    /// Starts a program in the folder.
    pub(super) fn new(folder: TempDir, program: &Path, arguments: &[impl AsRef<OsStr>]) -> Self {
        let folder = folder.keep();
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, "leash"])
            .args([&folder, program])
            .args(arguments)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let held = shell.stdin.take();
        Self { shell, held, folder }
    }

    /// Where the process runs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits for a sign from the server; panics when it ends before, or takes too long.
    #[expect(clippy::disallowed_methods, reason = "a real server needs real time")]
    #[track_caller]
    pub(super) fn wait_until(&self, ready: impl Fn() -> bool, log: &str) {
        let read = |name| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        let started = Instant::now();
        while !ready() {
            let ended = self.folder.join("ended").exists();
            let late = started.elapsed() > Duration::from_secs(20);
            assert!(!ended && !late, "no sign of the server:\n{}\n{}", read("output"), read(log));
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.held.take());
        let _ = self.shell.wait();
    }
}
