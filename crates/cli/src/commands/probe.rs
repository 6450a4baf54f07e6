//! `mailscout probe`: one port of one host.

use anyhow::Result;
use mailscout::{Locator, json::InspectionDocument};

use super::world::World;
use crate::{
    args::{Endpoint, ProbeArgs},
    exit::Exit,
    output,
    progress::Progress,
    setup,
};

pub(super) async fn run(args: &ProbeArgs) -> Result<Exit> {
    let network = &args.network;
    let configured = setup::configure(network.config.as_deref(), network.lab().is_some())?;
    let world = World::open(network, &configured).await?;
    let locator = Locator::new(&world.network)?
        .with_probing(setup::network_options(network, &configured.config));
    let Endpoint { host, port } = &args.endpoint;
    let progress = Progress::new();
    progress.look_at(&format!("{host}:{port}"));
    let inspection = locator.inspect(host, *port, args.protocol).await;
    progress.end();
    world.print_journal(network).await;
    if args.json {
        let text = serde_json::to_string_pretty(&InspectionDocument::new(&inspection))?;
        output::print(&(output::harmless_json(&text) + "\n"))?;
    } else {
        output::print(&output::inspection::render(&inspection))?;
    }
    Ok(Exit::of_port(&inspection))
}
