//! What the embedder knows of providers without asking anybody: the seam for a table.

use core::fmt;

use mailscout_schema::{address::EmailAddress, notice::Notice, settings::AccountSettings};

/// Somebody who knows providers.
pub trait Known: fmt::Debug + Send + Sync {
    /// The provider whose users have addresses in the address's domain.
    fn by_domain(&self, address: &EmailAddress) -> Option<KnownProvider>;

    /// The provider that receives mail at this host of an MX record, if it keeps the mailboxes of
    /// such domains.
    fn by_mx(&self, host: &str, address: &EmailAddress) -> Option<KnownProvider>;

    /// The name of the mail filter behind this host of an MX record: the mailboxes are elsewhere.
    fn filter(&self, host: &str) -> Option<String>;
}

/// What is known of a provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KnownProvider {
    /// Its id in the table.
    pub id: String,
    /// Its settings for the address.
    pub settings: AccountSettings,
    /// Remarks.
    pub notices: Vec<Notice>,
}

impl KnownProvider {
    /// A provider.
    pub fn new(id: impl Into<String>, settings: AccountSettings, notices: Vec<Notice>) -> Self {
        Self { id: id.into(), settings, notices }
    }
}
