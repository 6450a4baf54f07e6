//! The table of known providers as the engine asks it.

use mailscout_discover::{Known, KnownProvider};
use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{Instruction, OAuth},
};

use crate::providers::{self, Confidence, Provider};

/// Code of the notice that a provider was recognised by a sign that may mislead.
pub(crate) const PROVIDER_UNSURE: &str = "provider-unsure";

/// The table that this crate brings along.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table;

impl Known for Table {
    fn by_domain(&self, address: &EmailAddress) -> Option<KnownProvider> {
        let provider = providers::by_domain(address.domain())?;
        Some(settings(provider, address, Vec::new()))
    }

    fn by_mx(&self, host: &str, address: &EmailAddress) -> Option<KnownProvider> {
        let found = providers::by_mx(host).filter(|found| found.hosted)?;
        let mut notices = Vec::new();
        if Confidence::needs_confirmation(found.confidence) {
            let text = format!(
                "{host} is taken for {}'s because such names usually are; ask the provider",
                found.provider.name
            );
            notices.push(Notice::new(PROVIDER_UNSURE, text));
        }
        Some(settings(found.provider, address, notices))
    }

    fn filter(&self, host: &str) -> Option<String> {
        providers::filter_by_mx(host).map(|filter| filter.name.to_owned())
    }
}

fn settings(provider: &Provider, address: &EmailAddress, notices: Vec<Notice>) -> KnownProvider {
    let mut settings = provider.settings(address);
    settings.instructions = provider.instructions().iter().map(instruction).collect();
    settings.oauth = provider.oauth().map(oauth);
    KnownProvider::new(provider.id, settings, notices)
}

fn instruction(known: &providers::Instruction) -> Instruction {
    Instruction::new(known.kind, known.text, known.url.map(str::to_owned))
}

fn oauth(known: &providers::OAuth) -> OAuth {
    let mut oauth = OAuth::default();
    oauth.issuer = Some(known.issuer.to_owned());
    oauth.authorization_url = Some(known.authorization_url.to_owned());
    oauth.token_url = Some(known.token_url.to_owned());
    oauth.scopes = known.scopes.iter().map(|&scope| scope.to_owned()).collect();
    oauth
}
