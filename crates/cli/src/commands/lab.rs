//! `--lab` and `mailscout lab`: the embedded internet, wired to the program or left to others.

use std::{io::Write, path::Path, time::Duration};

use anstream::println;
use anyhow::{Context, Result};
use mailscout::Network;
use mailscout_lab::{Scenario, World};

use crate::{args::LabCommand, diagnostic::Usage, exit::Exit};

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
    scenario.map_err(|error| {
        Usage::new(error.to_string()).hint("`mailscout lab list` lists the scenarios").into()
    })
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
    for (name, text) in Scenario::builtin() {
        let scenario = Scenario::from_toml(text).with_context(|| format!("scenario `{name}`"))?;
        println!("  {name:width$}  {}", scenario.title());
    }
    Ok(Exit::Success)
}

async fn serve(name: &str) -> Result<Exit> {
    let lab = start(name).await?;
    let folder = std::env::temp_dir();
    let ca_file = folder.join(format!("mailscout-lab-{}.pem", std::process::id()));
    std::fs::write(&ca_file, lab.world.ca_pem())
        .context("the lab's authority cannot be written")?;
    println!("{}", command_line(&lab, &ca_file));
    println!("\nEvery question that is asked of it, until Ctrl-C:\n");
    let served = watch(&lab.world).await;
    std::fs::remove_file(&ca_file).ok();
    served.map(|()| Exit::Success)
}

/// The command that searches in the lab from another terminal.
fn command_line(lab: &Lab, ca_file: &Path) -> String {
    let mut text = format!(
        "mailscout discover {} --dns-server {} --ca-file {}",
        crate::output::quote(&lab.address),
        lab.world.dns_server(),
        ca_file.display()
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

#[expect(
    clippy::disallowed_methods,
    reason = "the journal is looked at ten times a second, for a person"
)]
async fn watch(world: &World) -> Result<()> {
    let mut shown = 0;
    loop {
        tokio::select! {
            ended = tokio::signal::ctrl_c() => return ended.context("Ctrl-C cannot be waited for"),
            () = tokio::time::sleep(Duration::from_millis(100)) => {
                let lines = world.journal().lines();
                for line in lines.iter().skip(shown) {
                    println!("{line}");
                }
                shown = lines.len();
                std::io::stdout().flush().ok();
            }
        }
    }
}
