//! One search for the settings of an address, and what came of it: what `discover` and `guess`
//! have in common.

use std::sync::Arc;

use anyhow::Result;
use mailscout::{
    Locator, Report, Tasks, discover::Options, json::Document, probe::login::Secret,
    schema::address::EmailAddress,
};

use super::{person, world::World};
use crate::{
    args::{AccountArgs, CacheArgs, DirectoryArgs, DocumentArgs},
    ask::{self, Terminal},
    cache,
    config::Config,
    diagnostic::Usage,
    exit::Exit,
    output, password,
    progress::Progress,
    setup::{self, Configured, Reader},
};

/// What is searched for, and how.
pub(super) struct Account<'a> {
    pub(super) args: &'a AccountArgs,
    /// `None` where no documents are looked for.
    pub(super) documents: Option<&'a DocumentArgs>,
    /// `None` where no directory is asked, and no web server gets a login.
    pub(super) directory: Option<&'a DirectoryArgs>,
    /// `None` where nothing is kept.
    pub(super) cache: Option<&'a CacheArgs>,
    pub(super) tasks: Tasks,
}

/// Whose settings are looked for.
enum Whose {
    Address(EmailAddress),
    /// An account, whose address the directory knows.
    Account(String),
}

/// What the user gave to log in with.
struct Given {
    secret: Option<Secret>,
    reader: Option<Reader>,
}

impl Account<'_> {
    /// Searches, and prints what came of it.
    pub(super) async fn search(&self) -> Result<Exit> {
        let network = &self.args.network;
        let me = self.directory.map(setup::me).transpose()?.flatten();
        let typed = self.args.address.as_deref().map(setup::address).transpose()?;
        let configured = setup::configure(network.config.as_deref(), network.lab().is_some())?;
        let cache = match self.cache {
            Some(args) => cache::of_search(args, network, &configured.config)?,
            None => None,
        };
        let mut options = setup::options(self.args, self.documents, &configured.config)?;
        if let Some(args) = self.directory {
            let timeout = options.deadlines.overall;
            options.directory = setup::directory(args, me.as_deref(), timeout, &configured.config)?;
        }
        let world = World::open(network, &configured).await?;
        let whose = match (me, typed, world.address.as_deref()) {
            (Some(account), ..) => Whose::Account(account),
            (None, Some(address), _) => Whose::Address(address),
            (None, None, Some(text)) => Whose::Address(setup::address(text)?),
            (None, None, None) => {
                return Err(Usage::new("an e-mail address is needed")
                    .hint("mailscout discover alice@contoso.example")
                    .into());
            }
        };
        let given = self.given(&whose, &mut options, &configured.config).await?;
        let progress = Progress::new();
        let locator = self.locator(options, &given, &world, &configured, &progress)?;
        let locator = match cache {
            Some((cache, freshness)) => locator.with_cache(cache, freshness),
            None => locator,
        };
        let report = match &whose {
            Whose::Address(address) => {
                let report = locator.locate(address).await;
                Ok(report.map_err(|misuse| Usage::new(misuse.to_string()))?)
            }
            Whose::Account(account) => {
                person::find(&locator, account, &self.args.output, &progress).await?
            }
        };
        progress.end();
        world.print_journal(network).await;
        let report = match report {
            Ok(report) => report,
            Err(nobody) => return nobody.print(&self.args.output),
        };
        self.print(&report, &given)?;
        Ok(Exit::of(&report))
    }

    /// The secrets that the user gave, and what may be done with them.
    async fn given(&self, whose: &Whose, options: &mut Options, config: &Config) -> Result<Given> {
        let name = match whose {
            Whose::Address(address) => address.to_string(),
            Whose::Account(account) => account.clone(),
        };
        let secret = password::read(&self.args.log_in, &name).await?;
        let mut reader = None;
        if let Some(args) = self.directory {
            options.log_in = setup::log_in(args, secret.as_ref());
            if options.directory.is_some() {
                reader = setup::reader(args, config, secret.as_ref())?;
            }
        }
        Ok(Given { secret, reader })
    }

    fn locator(
        &self,
        options: Options,
        given: &Given,
        world: &World,
        configured: &Configured,
        progress: &Progress,
    ) -> Result<Locator> {
        let config = &configured.config;
        let probing = setup::probing(self.args, options.order, given.secret.clone(), config);
        let mut locator = Locator::new(&world.network)?
            .with_options(options)
            .with_probing(probing)
            .with_tasks(self.tasks)
            .with_observer(Arc::new(progress.clone()));
        if let Some(reader) = &given.reader {
            locator = locator.with_bind(&reader.name, reader.password.clone());
        }
        if self.may_ask() {
            let memory = configured.path.clone();
            locator = locator.with_ask(Arc::new(Terminal { memory, progress: progress.clone() }));
        }
        Ok(locator)
    }

    /// Standard input that holds the password has no answers.
    fn may_ask(&self) -> bool {
        let args = self.args;
        !args.network.no_prompt && !args.log_in.password_stdin && ask::somebody_is_there()
    }

    fn print(&self, report: &Report, given: &Given) -> Result<()> {
        if self.args.output.json {
            let text = serde_json::to_string_pretty(&Document::new(report))?;
            output::print(&(output::harmless_json(&text) + "\n"))?;
        } else {
            if self.args.output.explain {
                output::print(&output::explain::render(report))?;
            }
            output::print(&output::settings::render(report))?;
            if self.documents.is_some_and(|documents| documents.all) {
                output::print(&output::compared::render(report))?;
            }
            output::print(&output::check::render(report))?;
            output::print(&output::oauth::render(report))?;
            output::say(format_args!("{}", output::talk::render(report)));
            output::say(format_args!("{}", output::oauth::talk(report)));
        }
        output::say(format_args!("{}", output::cache::talk(report)));
        let was_lent = given.reader.as_ref().is_some_and(|reader| reader.is_own);
        if let (Some(secret), None, None, false) =
            (&given.secret, &report.guess, &report.check, was_lent)
        {
            output::say(format_args!("{}", output::talk::unused(secret, report)));
        }
        Ok(())
    }
}
