//! Real servers: where they are, and what happens to a test that misses one.

use std::{
    fs::OpenOptions,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The program of a server, or `None` after saying loudly that the test is skipped. In CI a
/// missing server is a failure.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests are told by the environment where they run"
)]
pub(crate) fn find(program: &str, test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let libraries = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    // Where a program lives that is not for a shell, and where `cargo xtask` unpacks those that
    // cannot be installed beside others.
    let folders = std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/usr/lib", &libraries].map(PathBuf::from))
        .chain([target().join("servers/usr/sbin")]);
    let found = folders.map(|folder| folder.join(program)).find(|path| path.is_file());
    if found.is_none() {
        skip(program, test);
    }
    found
}

/// Says loudly that the test is skipped for want of something; in CI that is a failure.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests are told by the environment where they run"
)]
pub(crate) fn skip(needs: &str, test: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test} needs {needs}");
    // Not by `eprintln!`, which the test harness keeps from view; in one piece, among many tests.
    let line = format!("skipped: {test}: needs {needs}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(log) = std::env::var_os("MAILSCOUT_SKIP_LOG") {
        let mut log = OpenOptions::new().append(true).create(true).open(log).unwrap();
        writeln!(log, "{test}: needs {needs}").unwrap();
    }
}

/// The folder that cargo builds into.
fn target() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_mailscout")).ancestors().nth(2).unwrap()
}

/// A port of loopback that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A running nginx; dropping it ends it.
pub(crate) struct Nginx {
    child: Child,
}

impl Nginx {
    /// Starts nginx on a configuration in `folder`, and waits until `port` answers.
    #[expect(clippy::disallowed_methods, reason = "a real server needs real time to start")]
    #[expect(clippy::disallowed_types, reason = "whether it listens shows in a connection")]
    pub(crate) fn start(program: &Path, folder: &Path, servers: &str, port: u16) -> Self {
        let configuration = format!(
            "daemon off; master_process off; pid nginx.pid; error_log error.log;
             events {{ }}
             http {{ access_log access.log; client_body_temp_path body; proxy_temp_path proxy;
                 fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                 {servers} }}"
        );
        std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
        let child = Command::new(program)
            .args(["-p", folder.to_str().unwrap(), "-c", "nginx.conf", "-e", "error.log"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let nginx = Self { child };
        let started = Instant::now();
        while std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let log = || std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(10), "nginx did not start: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
