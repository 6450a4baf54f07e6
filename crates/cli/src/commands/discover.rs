//! `mailscout discover`: one search, and what came of it.

use std::sync::Arc;

use anyhow::Result;
use mailscout::{Locator, Network, Report, json::Document, schema::address::EmailAddress};

use crate::{
    args::DiscoverArgs,
    ask::{self, Terminal},
    diagnostic::Usage,
    exit::Exit,
    output,
    progress::Progress,
    setup::{self, Configured},
};

pub(crate) async fn run(args: &DiscoverArgs) -> Result<Exit> {
    let is_lab = lab_name(args).is_some();
    let typed = args.address.as_deref().map(setup::address).transpose()?;
    let configured = setup::configure(args.config.as_deref(), is_lab)?;
    let (report, address) = search(args, typed, configured).await?;
    print(args, &report, &address)?;
    Ok(Exit::of(&report))
}

#[cfg(feature = "lab")]
fn lab_name(args: &DiscoverArgs) -> Option<&str> {
    args.lab.as_deref()
}

#[cfg(not(feature = "lab"))]
fn lab_name(_: &DiscoverArgs) -> Option<&str> {
    None
}

async fn search(
    args: &DiscoverArgs,
    typed: Option<EmailAddress>,
    configured: Configured,
) -> Result<(Report, EmailAddress)> {
    #[cfg(feature = "lab")]
    if let Some(name) = lab_name(args) {
        let lab = super::lab::start(name).await?;
        let address = match typed {
            Some(address) => address,
            None => setup::address(lab.address())?,
        };
        let mut network = lab.network()?;
        setup::bend(&mut network, args, &configured.config)?;
        let report = locate(args, &address, &network, &configured).await?;
        if args.lab_journal {
            for line in lab.journal() {
                anstream::eprintln!("lab: {line}");
            }
        }
        return Ok((report, address));
    }
    let address = typed.ok_or_else(|| {
        Usage::new("an e-mail address is needed").hint("mailscout discover alice@contoso.example")
    })?;
    let network = setup::network(args, &configured.config)?;
    Ok((locate(args, &address, &network, &configured).await?, address))
}

async fn locate(
    args: &DiscoverArgs,
    address: &EmailAddress,
    network: &Network,
    configured: &Configured,
) -> Result<Report> {
    let options = setup::options(args, &configured.config)?;
    let progress = Progress::new();
    let mut locator =
        Locator::new(network)?.with_options(options).with_observer(Arc::new(progress.clone()));
    if !args.no_prompt && ask::somebody_is_there() {
        let memory = configured.path.clone();
        locator = locator.with_ask(Arc::new(Terminal { memory, progress: progress.clone() }));
    }
    let report = locator.locate(address).await;
    progress.end();
    report.map_err(|misuse| Usage::new(misuse.to_string()).into())
}

fn print(args: &DiscoverArgs, report: &Report, address: &EmailAddress) -> Result<()> {
    if args.json {
        let text = serde_json::to_string_pretty(&Document::new(report))?;
        return output::print(&(output::harmless_json(&text) + "\n"));
    }
    if args.explain {
        output::print(&output::explain::render(report))?;
    }
    output::print(&output::settings::render(report))?;
    let talk = output::talk::render(report, address);
    anstream::eprint!("{talk}");
    Ok(())
}
