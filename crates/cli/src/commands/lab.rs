//! `--lab` and `mailscout lab`: the embedded internet, wired to the program or left to others.

use std::{io::Write, net::SocketAddr, path::Path, time::Duration};

use anyhow::{Context, Result};
use mailscout::Network;
use mailscout_lab::{Scenario, World};

use crate::{
    args::LabCommand,
    diagnostic::Usage,
    exit::Exit,
    output,
    password::{PASSWORD, TOKEN},
};

/// A scenario that is being served.
pub(crate) struct Lab {
    world: World,
    address: String,
    arguments: Vec<String>,
    /// The variable with a password or a token, as a shell takes it.
    secret: Option<String>,
}

/// Serves a scenario, named or from a file.
pub(crate) async fn start(name: &str) -> Result<Lab> {
    start_at(name, None).await
}

/// Serves a scenario on loopback, or at its own addresses with the name server at this one.
async fn start_at(name: &str, own: Option<SocketAddr>) -> Result<Lab> {
    let scenario = load(name)?;
    let (address, arguments) = (scenario.address().to_owned(), scenario.arguments().to_vec());
    let secret = secret(&scenario);
    let world = match own {
        None => World::start(&scenario).await?,
        Some(dns_server) => World::start_at_own_addresses(&scenario, dns_server).await?,
    };
    Ok(Lab { world, address, arguments, secret })
}

/// What the user logs in with, as a variable of the environment.
fn secret(scenario: &Scenario) -> Option<String> {
    let password = scenario.password().map(|password| format!("{PASSWORD}={password}"));
    password.or_else(|| Some(format!("{TOKEN}={}", scenario.token()?)))
}

fn load(name: &str) -> Result<Scenario> {
    let is_file = Path::new(name).extension().is_some_and(|extension| extension == "toml");
    let scenario = if is_file { Scenario::from_file(name) } else { Scenario::named(name) };
    scenario
        .map_err(|error| Usage::of(&error).hint("`mailscout lab list` lists the scenarios").into())
}

impl Lab {
    /// The address that shows the scenario.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The lab as a network: its DNS, its authority, its routes, and nothing else.
    pub(crate) fn network(&self) -> Result<Network> {
        let routes = self.world.routes().iter();
        let routes = routes.map(|route| ((route.address, route.port).into(), route.target));
        Ok(Network::isolated(self.world.dns_server(), self.world.ca_pem().as_bytes(), routes)?)
    }

    /// What the lab's servers were asked, in order. Farewells that are still on their way are waited
    /// for.
    #[expect(clippy::disallowed_methods, reason = "a server of the lab may never end by itself")]
    pub(crate) async fn journal(&self) -> Vec<String> {
        let journal = self.world.journal();
        let _ = tokio::time::timeout(Duration::from_millis(500), journal.all_ended()).await;
        journal.summary()
    }
}

pub(crate) async fn run(command: LabCommand) -> Result<Exit> {
    match command {
        LabCommand::List => list(),
        LabCommand::Run { scenario, own_addresses } => serve(&scenario, own_addresses).await,
    }
}

fn list() -> Result<Exit> {
    let width = Scenario::builtin().iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (name, scenario) in Scenario::builtin() {
        let scenario =
            Scenario::from_toml(scenario).with_context(|| format!("scenario `{name}`"))?;
        let secret = secret(&scenario);
        let words = secret.iter().chain(scenario.arguments()).map(String::as_str);
        let arguments = words.collect::<Vec<_>>().join(" ");
        let arguments = if arguments.is_empty() { arguments } else { format!(" ({arguments})") };
        lines.push(format!("  {name:width$}  {}{arguments}\n", scenario.title()));
    }
    output::print(&lines.concat())?;
    Ok(Exit::Success)
}

async fn serve(name: &str, own: Option<SocketAddr>) -> Result<Exit> {
    let lab = start_at(name, own).await?;
    let cannot = "the lab's authority cannot be written";
    let mut ca_file = tempfile::Builder::new();
    let mut ca_file = ca_file.prefix("mailscout-lab-").suffix(".pem").tempfile().context(cannot)?;
    ca_file.write_all(lab.world.ca_pem().as_bytes()).context(cannot)?;
    // The command is data, and so is the journal; the talk goes beside them.
    output::print(&(command_line(&lab, ca_file.path()) + "\n"))?;
    output::say(format_args!("\nEvery question that is asked of it, until Ctrl-C:\n\n"));
    tokio::select! {
        () = watch(&lab.world) => {}
        () = told_to_end() => {}
    }
    Ok(Exit::Success)
}

/// Ctrl-C, or what a service manager sends.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = (signal(SignalKind::terminate()), signal(SignalKind::hangup()));
        if let (Ok(mut terminate), Ok(mut hang_up)) = signals {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// The command that searches in the lab from another terminal, and reaches nothing else.
fn command_line(lab: &Lab, ca_file: &Path) -> String {
    let mut words: Vec<String> = lab.secret.clone().into_iter().collect();
    words.extend(["mailscout".to_owned(), "discover".to_owned()]);
    // Who asks the directory for the address does not give it.
    if !lab.arguments.iter().any(|word| word.starts_with("--me")) {
        words.push(lab.address.clone());
    }
    words.extend(lab.arguments.iter().cloned());
    words.extend(["--dns-server".to_owned(), lab.world.dns_server().to_string()]);
    words.extend(["--ca-file".to_owned(), ca_file.display().to_string()]);
    let routes = lab.world.routes().iter();
    let routes = routes.map(|route| (SocketAddr::new(route.address, route.port), route.target));
    // What is served where it belongs is found without being told.
    let detours: Vec<_> = routes.filter(|(from, target)| from != target).collect();
    if !detours.is_empty() {
        words.push("--isolated".to_owned());
    }
    for (from, target) in detours {
        words.extend(["--connect-to".to_owned(), format!("{from}:{target}")]);
    }
    words.iter().map(|word| output::quote(word)).collect::<Vec<_>>().join(" ")
}

/// Prints the journal as it grows, until nobody reads it any more.
#[expect(
    clippy::disallowed_methods,
    reason = "the journal is looked at ten times a second, for a person"
)]
async fn watch(world: &World) {
    let mut shown = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let lines = world.journal().lines();
        let mut stdout = std::io::stdout().lock();
        for line in lines.iter().skip(shown) {
            if writeln!(stdout, "{}", output::printable(line)).is_err() {
                return;
            }
        }
        shown = lines.len();
        if stdout.flush().is_err() || nobody_reads() {
            return;
        }
    }
}

/// Whether the reader of standard output has gone away.
#[cfg(unix)]
fn nobody_reads() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let output = std::io::stdout();
    let mut watched = [PollFd::new(&output, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let ended = poll(&mut watched, Some(&at_once));
    ended.is_ok() && watched.iter().any(|fd| fd.revents().contains(PollFlags::ERR))
}

/// Whether the reader of standard output has gone away: it shows when something is written.
#[cfg(not(unix))]
fn nobody_reads() -> bool {
    false
}
