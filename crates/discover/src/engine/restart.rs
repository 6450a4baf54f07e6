//! Another address, and a domain that does not exist: what becomes of the sources.

use core::time::Duration;

use mailscout_net::{dns::LookupKind, failure::Failure};
use mailscout_schema::{address::EmailAddress, notice::Notice};

use super::{ADDRESS_CHANGED, Discovery, NO_SUCH_DOMAIN, new_sources};
use crate::{chain::Chain, mechanism::Mechanism, reason::Reason};

impl Discovery {
    /// Starts over with another address; the budget and the answers to questions are kept. What the
    /// DNS was asked goes on, for the new address may need it too.
    pub(super) fn restart(
        &mut self,
        index: usize,
        chain: &dyn Chain,
        address: EmailAddress,
        now: Duration,
    ) {
        let text = format!("the search went on with {address}");
        self.notices.push(Notice::new(ADDRESS_CHANGED, text));
        let reason = Reason::AddressChanged(address.to_string());
        self.drop_sources(now, &reason, &reason, |_| true);
        let charged = self.sources.iter().take(index + 1).map(|source| source.charged);
        self.carried_redirects += charged.sum::<usize>();
        self.dead.clear();
        self.not_offered.clear();
        self.beside.clear();
        self.settled.clear();
        self.carried_hops.extend_from_slice(chain.hops());
        self.tried.push(address.clone());
        self.address = address;
        self.began = now;
        self.sources = new_sources(&self.options);
        let domain = (self.address.domain().to_string(), LookupKind::Addresses);
        let known = self.names.known().get(&domain);
        if self.options.only.is_empty() && known == Some(&Err(Failure::NxDomain)) {
            self.skip_missing_domain(now);
        }
        self.plan_lookups();
    }

    /// Ends every mechanism that would ask below a domain that does not exist.
    pub(super) fn skip_missing_domain(&mut self, now: Duration) {
        let domain = self.address.domain().to_string();
        let text = format!("{domain} does not exist: the DNS knows no such name");
        self.notices.push(Notice::new(NO_SUCH_DOMAIN, text));
        self.skip_waiting(now, &Reason::NoSuchDomain(domain), Mechanism::needs_network);
    }
}
