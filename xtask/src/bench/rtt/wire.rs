//! Two network namespaces and the wire between them: `wire.c` from the side of whoever lays it.
//!
//! Nothing has a name and nothing is written down outside of the target folder: the namespaces end
//! with the relay, and the relay with its standard input, even when this process is killed.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command as Process, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command::{Command, Echo};
use crate::repository;

/// What has to be on this machine.
pub(super) const NEEDS: &[Need] = &[
    Need { program: "cc", package: "gcc", why: "builds the relay" },
    Need { program: "ip", package: "iproute2", why: "gives the namespaces addresses and routes" },
    Need { program: "kill", package: "procps", why: "ends the lab" },
    Need { program: "nsenter", package: "util-linux", why: "starts programs in a namespace" },
];

/// A program that the bench starts.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) program: &'static str,
    /// The Debian package.
    pub(super) package: &'static str,
    pub(super) why: &'static str,
}

/// Where the name server is, on the far side.
pub(super) const NAME_SERVER: &str = "9.0.0.53";

/// Every address of the far side. Public, because the program follows no redirect to an address
/// that is not; whose they are does not matter, for nothing leaves the namespaces.
const FAR_SIDE: &str = "9.0.0.0/8";

/// Where a documentation address is on the far side.
const MOVES: &[(&str, &str)] =
    &[("192.0.2.", "9.0.2."), ("198.51.100.", "9.51.100."), ("203.0.113.", "9.0.113.")];

const NEAR_END: &str = "10.0.0.1";
const FAR_END: &str = "10.0.0.2";

/// A text in which every documentation address is one of the far side.
pub(super) fn moved(text: &str) -> String {
    MOVES.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Builds the relay.
pub(super) fn build(relay: &Path) -> Result<()> {
    let ended = Process::new("cc")
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-o"])
        .arg(relay)
        .arg(repository::root().join("xtask/src/bench/rtt/wire.c"))
        .status()
        .context("cannot start `cc`")?;
    if !ended.success() {
        bail!("the relay cannot be built");
    }
    Ok(())
}

/// A wire that lies. Dropping it takes it up.
#[derive(Debug)]
pub(super) struct Wire {
    relay: Child,
    told: BufReader<ChildStdout>,
    near: Namespace,
    far: Namespace,
}

/// A network namespace, by the path through which it is entered.
#[derive(Debug)]
pub(super) struct Namespace(String);

/// How well the wire kept its delay.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Punctuality {
    packets: u64,
    lost: u64,
    /// Of all packets together, in microseconds.
    late: u64,
    /// The latest one.
    latest: Duration,
}

impl Wire {
    /// Lays a wire that every packet takes `one_way` to pass.
    pub(super) fn lay(relay: &Path, one_way: Duration) -> Result<Self> {
        let mut relay = Process::new(relay)
            .arg(one_way.as_micros().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the relay")?;
        let told = relay.stdout.take().context("the relay has no output")?;
        let mut wire = Self {
            relay,
            told: BufReader::new(told),
            near: Namespace(String::new()),
            far: Namespace(String::new()),
        };
        let line = wire.line()?;
        let Some((near, far)) = line.split_once(' ') else {
            bail!("the relay made no namespaces");
        };
        (wire.near, wire.far) = (Namespace(near.to_owned()), Namespace(far.to_owned()));
        wire.near.connect(NEAR_END, FAR_END)?;
        wire.far.connect(FAR_END, NEAR_END)?;
        wire.near.run(&format!("ip route add {FAR_SIDE} dev wire"))?;
        wire.far.run(&format!("ip route add local {FAR_SIDE} dev lo"))?;
        Ok(wire)
    }

    /// Where the client is.
    pub(super) fn near(&self) -> &Namespace {
        &self.near
    }

    /// Where the servers are.
    pub(super) fn far(&self) -> &Namespace {
        &self.far
    }

    /// Takes the wire up, and says how punctual it was.
    pub(super) fn take_up(mut self) -> Result<Punctuality> {
        drop(self.relay.stdin.take());
        let line = self.line()?;
        Punctuality::from_line(&line).with_context(|| format!("the relay told `{line}`"))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.told.read_line(&mut line).context("cannot hear the relay")?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        drop(self.relay.stdin.take());
        // Without its standard input it ends by itself; this only makes sure.
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}

impl Namespace {
    /// A program that is to be started inside.
    pub(super) fn process(&self, program: &Path) -> Process {
        let mut process = Process::new("nsenter");
        process.arg(format!("--net={}", self.0)).arg("--").arg(program);
        process
    }

    fn connect(&self, own: &str, other: &str) -> Result<()> {
        self.run("ip link set lo up")?;
        // No packets but ours.
        self.run("ip link set wire addrgenmode none")?;
        self.run(&format!("ip address add {own} peer {other} dev wire"))?;
        self.run("ip link set wire up")
    }

    fn run(&self, words: &str) -> Result<()> {
        let line = format!("nsenter --net={} -- {words}", self.0);
        if !Command(&line).run(Echo::Silent, &[])?.success {
            bail!("`{line}` failed");
        }
        Ok(())
    }
}

impl Punctuality {
    fn from_line(line: &str) -> Option<Self> {
        let numbers: Vec<u64> = line.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
        let [packets, lost, mean, latest] = numbers[..] else { return None };
        let latest = Duration::from_micros(latest);
        Some(Self { packets, lost, late: mean * packets, latest })
    }

    /// Two wires as one.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            packets: self.packets + other.packets,
            lost: self.lost + other.lost,
            late: self.late + other.late,
            latest: self.latest.max(other.latest),
        }
    }
}

impl fmt::Display for Punctuality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { packets, lost, late, latest } = *self;
        let mean = Duration::from_micros(late / packets.max(1)).as_secs_f64() * 1e3;
        let latest = latest.as_secs_f64() * 1e3;
        write!(
            f,
            "The wire carried {packets} packets and lost {lost}; it was {mean:.2} ms late on average, {latest:.2} ms at most."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_addresses_move_and_others_stay() {
        assert_eq!(
            moved("a A 203.0.113.5\nb A 198.51.100.10\nc A 192.0.2.7\nd A 10.0.0.5 127.0.0.1"),
            "a A 9.0.113.5\nb A 9.51.100.10\nc A 9.0.2.7\nd A 10.0.0.5 127.0.0.1"
        );
    }

    #[test]
    fn the_relays_last_word_is_understood() {
        let told = Punctuality::from_line("200 1 20 1500").expect("four numbers");
        let both = told.and(Punctuality::from_line("100 0 50 900").expect("four numbers"));
        assert_eq!(
            both.to_string(),
            "The wire carried 300 packets and lost 1; it was 0.03 ms late on average, 1.50 ms at most."
        );
        for wrong in ["", "1 2 3", "1 2 3 x", "1 2 3 4 5"] {
            assert_eq!(Punctuality::from_line(wrong), None, "{wrong}");
        }
    }
}
