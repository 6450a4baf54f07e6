//! The locator and a directory: who may read it, who the user is, and what proves that to web servers.

use std::{sync::Arc, time::Duration};

use mailscout_discover::{
    self as discover, Attempt, Misuse, Options, PersonReport, PersonSearch,
    io::{CredentialProof, Credentials, World},
};
use mailscout_net::directory::{Bind, Directory};
use mailscout_probe::login::Secret;
use mailscout_schema::address::EmailAddress;
use secrecy::SecretString;

use super::Locator;
use crate::report::Report;

/// Why the settings of a person cannot be looked for.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoPerson {
    /// The directory has no address for the account, or could not be asked; every question says why.
    #[error("the directory has no address for the account")]
    NoAddress(Vec<Attempt>),
    /// The directory has an address, and nothing proves its word: it was read in clear text, or is
    /// not the domain's; or there is a password, and the address is of another site than the
    /// directory. The user knows whether it is the right one.
    #[error("the directory says that the address is {0}, and nothing proves that")]
    Unproved(EmailAddress),
    /// The address is none that settings can be looked for.
    #[error(transparent)]
    Misuse(#[from] Misuse),
}

impl Locator {
    /// Searches directories through `directory`. Default: [`Locator::new`] by LDAP,
    /// [`Locator::over`] not at all. Nobody is asked unless `directory` of the options says which.
    #[must_use]
    pub fn with_directory(mut self, directory: Arc<dyn Directory>) -> Self {
        self.directory = Some(directory);
        self
    }

    /// Reads the directory under this name, where it is read over TLS and is the one that was named,
    /// or of the domain. Default: anonymously.
    #[must_use]
    pub fn with_bind(mut self, name: impl Into<String>, password: SecretString) -> Self {
        self.bind = Bind::Simple { name: name.into(), password };
        self
    }

    /// The options of a search, which say whether there is something to bind with.
    pub(super) fn search_options(&self) -> Options {
        let mut options = self.options.clone();
        if let Some(directory) = &mut options.directory {
            directory.binds = matches!(self.bind, Bind::Simple { .. });
        }
        options
    }

    /// Asks the directory who the user of an account is: `alice`, `CONTOSO\\alice` or
    /// `alice@contoso.example`. Without a server in the options their `directory.domain` is needed.
    pub async fn person(&self, account: &str) -> PersonReport {
        let mut options = self.search_options();
        options.seed = options.seed.or(Some(1));
        let deadline = options.directory.as_ref().and_then(|directory| directory.deadline);
        // A directory that hangs ends its question by itself.
        let deadline = deadline.unwrap_or(QUESTION) + options.deadlines.dns;
        let search = PersonSearch::new(account, options);
        let world = self.world(None);
        Box::pin(discover::io::find_person(search, &world, &self.observer, deadline)).await
    }

    /// Looks for the settings of a person whom the directory knows. What was asked to find out who
    /// that is stands first in the report.
    ///
    /// # Errors
    ///
    /// There is no address, nothing proves it, or it is none that settings can be looked for.
    pub async fn locate_person(&self, person: PersonReport) -> Result<Report, NoPerson> {
        let PersonReport { person: found, is_proved, attempts, .. } = person;
        let Some((person, address)) = found.and_then(|person| {
            let address = person.address.clone()?;
            Some((person, address))
        }) else {
            return Err(NoPerson::NoAddress(attempts));
        };
        // Where a password is at hand, whoever may write into the directory must not choose where
        // it goes.
        if !is_proved || (self.probing.secret.is_some() && !self.is_of_directory(&address)) {
            return Err(NoPerson::Unproved(address));
        }
        let mut locator = self.clone();
        if let Some(directory) = &mut locator.options.directory {
            directory.exchange_server = person.exchange_server;
        }
        let mut report = Box::pin(locator.locate(&address)).await?;
        report.search.begin_with(attempts);
        Ok(report)
    }

    /// Whether an address is of the site of the directory that is asked.
    fn is_of_directory(&self, address: &EmailAddress) -> bool {
        let Some(directory) = &self.options.directory else { return false };
        let of_server = directory.server.as_ref().map(|server| &server.host);
        let places = directory.domain.iter().chain(of_server);
        let domain = address.domain().as_str();
        places.into_iter().any(|place| discover::is_same_site(place.as_str(), domain))
    }

    /// The outside, as a search for documents sees it; `address` is who logs in.
    pub(super) fn world(&self, address: Option<&EmailAddress>) -> World {
        let mut world = World::new(
            Arc::clone(&self.resolver),
            Arc::clone(&self.exchange),
            Arc::new(self.ask.clone()),
        );
        world.directory.clone_from(&self.directory);
        world.bind = self.bind.clone();
        let proof = self.probing.secret.as_ref().and_then(|secret| match secret {
            Secret::Password(password) => Some(CredentialProof::Password(password.clone())),
            Secret::Token(token) => Some(CredentialProof::Token(token.clone())),
            _ => None,
        });
        world.credentials =
            address.zip(proof).map(|(address, proof)| Credentials::new(address.to_string(), proof));
        world
    }
}

/// How long a question to a directory takes at most, where nothing else is said.
const QUESTION: Duration = Duration::from_secs(15);
