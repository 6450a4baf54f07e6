//! One search for the settings of an address, and what came of it: what `discover` and `guess`
//! have in common.

use std::sync::Arc;

use anyhow::Result;
use mailscout::{
    Locator, Report, Tasks, json::Document, probe::login::Secret, schema::address::EmailAddress,
};

use super::world::World;
use crate::{
    args::{AccountArgs, DocumentArgs},
    ask::{self, Terminal},
    diagnostic::Usage,
    exit::Exit,
    output, password,
    progress::Progress,
    setup::{self, Configured},
};

/// What is searched for, and how.
pub(super) struct Account<'a> {
    pub(super) args: &'a AccountArgs,
    /// `None` where no documents are looked for.
    pub(super) documents: Option<&'a DocumentArgs>,
    pub(super) tasks: Tasks,
}

impl Account<'_> {
    /// Searches, and prints what came of it.
    pub(super) async fn search(&self) -> Result<Exit> {
        let network = &self.args.network;
        let typed = self.args.address.as_deref().map(setup::address).transpose()?;
        let configured = setup::configure(network.config.as_deref(), network.lab().is_some())?;
        let world = World::open(network, &configured).await?;
        let address = match (typed, world.address.as_deref()) {
            (Some(address), _) => address,
            (None, Some(text)) => setup::address(text)?,
            (None, None) => {
                return Err(Usage::new("an e-mail address is needed")
                    .hint("mailscout discover alice@contoso.example")
                    .into());
            }
        };
        let secret = password::read(&self.args.log_in, &address).await?;
        let report = self.locate(&address, &world, &configured, secret.clone()).await?;
        world.print_journal(network).await;
        self.print(&report, secret.as_ref())?;
        Ok(Exit::of(&report))
    }

    async fn locate(
        &self,
        address: &EmailAddress,
        world: &World,
        configured: &Configured,
        secret: Option<Secret>,
    ) -> Result<Report> {
        let config = &configured.config;
        let options = setup::options(self.args, self.documents, config)?;
        let probing = setup::probing(self.args, options.order, secret, config);
        let progress = Progress::new();
        let mut locator = Locator::new(&world.network)?
            .with_options(options)
            .with_probing(probing)
            .with_tasks(self.tasks)
            .with_observer(Arc::new(progress.clone()));
        if self.may_ask() {
            let memory = configured.path.clone();
            locator = locator.with_ask(Arc::new(Terminal { memory, progress: progress.clone() }));
        }
        let report = locator.locate(address).await;
        progress.end();
        report.map_err(|misuse| Usage::new(misuse.to_string()).into())
    }

    /// Standard input that holds the password has no answers.
    fn may_ask(&self) -> bool {
        let args = self.args;
        !args.network.no_prompt && !args.log_in.password_stdin && ask::somebody_is_there()
    }

    fn print(&self, report: &Report, secret: Option<&Secret>) -> Result<()> {
        if self.args.output.json {
            let text = serde_json::to_string_pretty(&Document::new(report))?;
            output::print(&(output::harmless_json(&text) + "\n"))?;
        } else {
            if self.args.output.explain {
                output::print(&output::explain::render(report))?;
            }
            output::print(&output::settings::render(report))?;
            output::print(&output::check::render(report))?;
            output::say(format_args!("{}", output::talk::render(report)));
        }
        if let (Some(secret), None, None) = (secret, &report.guess, &report.check) {
            output::say(format_args!("{}", output::talk::unused(secret, report)));
        }
        Ok(())
    }
}
