//! `--lab` and `mailscout lab`: the embedded internet, wired to the program or left to others.

use std::{io::Write, path::Path, time::Duration};

use anyhow::{Context, Result};
use mailscout::Network;
use mailscout_lab::{Scenario, World};

use crate::{args::LabCommand, diagnostic::Usage, exit::Exit, output};

/// A scenario that is being served.
pub(crate) struct Lab {
    world: World,
    address: String,
}

/// Serves a scenario, named or from a file.
pub(crate) async fn start(name: &str) -> Result<Lab> {
    let scenario = load(name)?;
    let address = scenario.address().to_owned();
    Ok(Lab { world: World::start(&scenario).await?, address })
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

    /// What the lab's servers were asked, in order.
    pub(crate) fn journal(&self) -> Vec<String> {
        self.world.journal().summary()
    }
}

pub(crate) async fn run(command: LabCommand) -> Result<Exit> {
    match command {
        LabCommand::List => list(),
        LabCommand::Run { scenario } => serve(&scenario).await,
    }
}

fn list() -> Result<Exit> {
    let width = Scenario::builtin().iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (name, scenario) in Scenario::builtin() {
        let scenario =
            Scenario::from_toml(scenario).with_context(|| format!("scenario `{name}`"))?;
        lines.push(format!("  {name:width$}  {}\n", scenario.title()));
    }
    output::print(&lines.concat())?;
    Ok(Exit::Success)
}

async fn serve(name: &str) -> Result<Exit> {
    let lab = start(name).await?;
    let cannot = "the lab's authority cannot be written";
    let mut ca_file = tempfile::Builder::new();
    let mut ca_file = ca_file.prefix("mailscout-lab-").suffix(".pem").tempfile().context(cannot)?;
    ca_file.write_all(lab.world.ca_pem().as_bytes()).context(cannot)?;
    // The command is data, and so is the journal; the talk goes beside them.
    output::print(&(command_line(&lab, ca_file.path()) + "\n"))?;
    anstream::eprintln!("\nEvery question that is asked of it, until Ctrl-C:\n");
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
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// The command that searches in the lab from another terminal.
fn command_line(lab: &Lab, ca_file: &Path) -> String {
    let mut text = format!(
        "mailscout discover {} --dns-server {} --ca-file {}",
        output::quote(&lab.address),
        lab.world.dns_server(),
        output::quote(&ca_file.display().to_string())
    );
    let mut seen: Vec<String> = Vec::new();
    for route in lab.world.routes() {
        for name in &route.names {
            let entry = format!(" \\\n  --connect-to {name}:{}:{}", route.port, route.target);
            if !seen.contains(&entry) {
                text.push_str(&entry);
                seen.push(entry);
            }
        }
    }
    text
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
        let mut output = std::io::stdout().lock();
        for line in lines.iter().skip(shown) {
            if writeln!(output, "{line}").is_err() {
                return;
            }
        }
        shown = lines.len();
        if output.flush().is_err() {
            return;
        }
    }
}
