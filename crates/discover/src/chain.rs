//! One mechanism's way: from its first question to settings or a reason.
//!
//! A chain asks one question at a time. It knows nothing of other mechanisms: order, budget
//! across mechanisms and the clock are the engine's. Each family of mechanisms has its file.

use core::{fmt, net::SocketAddr, time::Duration};
use std::collections::{BTreeMap, BTreeSet};

use mailscout_net::{
    dns::{Lookup, LookupKind, Records},
    failure::Failure,
};
use mailscout_schema::{
    address::{Domain, EmailAddress},
    notice::Notice,
    settings::{AccountSettings, Protocol, Service},
};

mod autoconfig;
mod autodiscover;
mod autodiscover_v2;
mod exchange_server;
mod pacc;
mod provider;
mod question;
mod scp;
pub(crate) mod services;

use autoconfig::Autoconfig;
use autodiscover::{Autodiscover, Begin, Dialect};
use autodiscover_v2::AutodiscoverV2;
use exchange_server::ByServer;
use pacc::Pacc;
use provider::InTable;
use scp::Scp;
use services::Services;

pub use autodiscover_v2::{AUTODISCOVER_V1, HINT_ONLY};
pub use provider::{MAIL_FILTER, NO_MAIL, OFFLINE};
pub use services::{SRV_HALF, SRV_PORT};

use crate::{
    consent::{Consent, ConsentBook, Question},
    directory::{self, ExchangeServer},
    mechanism::Mechanism,
    options::{Ispdb, Options},
    reason::Reason,
    request::{Outcome, Request},
    trust::{Hop, Origin},
};

/// Bytes of a document that are read: a longer one is refused.
const MAX_DOCUMENT: usize = 512 * 1024;

/// What a chain is told of the search around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) options: &'a Options,
    pub(crate) address: &'a EmailAddress,
    /// The domain of the address that the search began with.
    pub(crate) home: &'a Domain,
    /// Redirects followed by the mechanisms above this one, and before a change of address.
    pub(crate) redirects_above: usize,
    pub(crate) consents: &'a ConsentBook,
    /// What the DNS said of names that were looked up before.
    pub(crate) looked_up: &'a LookedUp,
    /// URLs that Autodiscover asked for this address, and that led nowhere.
    pub(crate) dead: &'a BTreeSet<String>,
    /// Addresses and ports that finished no TCP handshake: nobody tries them again.
    pub(crate) silent: &'a BTreeSet<SocketAddr>,
    /// How long a TCP handshake is waited for.
    pub(crate) connect: Duration,
    /// The user's Exchange server, where the directory named it.
    pub(crate) exchange_server: Option<&'a ExchangeServer>,
    /// Whether a server of this search has offered NTLM: nobody gets Basic in its place.
    pub(crate) has_seen_ntlm: bool,
    /// Log-ins that were refused in this search, or are under way.
    pub(crate) log_ins: usize,
    /// Addresses that the search has been started with.
    pub(crate) tried: &'a [EmailAddress],
}

/// What the DNS said of names.
pub(crate) type LookedUp = BTreeMap<(String, LookupKind), Result<Records, Failure>>;

/// What a chain does next.
#[derive(Debug)]
pub(crate) enum Move {
    Ask(Request),
    End(End),
}

/// How a chain ended.
#[derive(Debug)]
pub(crate) enum End {
    /// With settings, from this URL or file.
    Settings { offer: Box<Offer>, from: String },
    /// With another address to start over with.
    Restart(EmailAddress),
    /// With a redirect too many: discovery by XML has failed.
    Overrun,
    /// Without anything.
    Nothing,
}

/// Settings that a chain came to, and what was odd about them.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) settings: AccountSettings,
    pub(crate) notices: Vec<Notice>,
}

/// Something that was decided without asking anybody: what it is about, and the decision.
#[derive(Debug)]
pub(crate) struct Aside {
    pub(crate) about: String,
    pub(crate) reason: Reason,
}

/// One mechanism at work.
pub(crate) trait Chain: fmt::Debug + Send + Sync {
    /// Which mechanism it is.
    fn mechanism(&self) -> Mechanism;

    /// Takes an answer: what became of it, and what comes next.
    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move);

    /// Gives up the redirect that the user was to be asked about: its URL has led nowhere since.
    fn give_up(&mut self, url: String, context: Context<'_>) -> Move {
        let _ = (url, context);
        Move::End(End::Nothing)
    }

    /// Takes the answer that the user gave to another mechanism's question about the same site.
    fn take_known_consent(
        &mut self,
        consent: Consent,
        question: &Question,
        context: Context<'_>,
    ) -> Move {
        let _ = question;
        self.complete(Outcome::Consent(consent), context).1
    }

    /// What was decided beside the question that was answered last.
    fn take_asides(&mut self) -> Vec<Aside> {
        Vec::new()
    }

    /// Remarks of a chain that came to nothing, which hold whoever comes to something.
    fn take_notices(&mut self) -> Vec<Notice> {
        Vec::new()
    }

    /// The user's Exchange server, which another mechanism may need.
    fn exchange_server(&self) -> Option<&ExchangeServer> {
        None
    }

    /// Protocols that the domain says are not offered.
    fn not_offered(&self) -> Vec<Protocol> {
        Vec::new()
    }

    /// What the domain offers beside mail, of a chain that came to no mail server.
    fn services(&self) -> &[Service] {
        &[]
    }

    /// The URLs that were asked, and that lead nowhere for another of Autodiscover's mechanisms.
    fn asked(&self) -> &[String] {
        &[]
    }

    /// How many redirects are charged to the budget that all of Autodiscover shares, when none is
    /// followed to a URL that is known to lead nowhere, nor to a site that the user denied; and
    /// whether the chain's end lies behind such a place.
    fn charge(&self, dead: &BTreeSet<String>, consents: &ConsentBook) -> (usize, bool) {
        let _ = (dead, consents);
        (0, false)
    }

    /// The way to where the chain is now.
    fn hops(&self) -> &[Hop] {
        &[]
    }

    /// Where the way began.
    fn origin(&self) -> Origin;
}

/// The questions to the DNS that a mechanism begins with; they go to the domain's own servers.
pub(crate) fn first_lookups(mechanism: Mechanism, context: Context<'_>) -> Vec<Lookup> {
    let (domain, deadline) = (context.address.domain(), context.options.deadlines.dns);
    let is_idle = match mechanism {
        Mechanism::IspdbMx => context.options.ispdb == Ispdb::Off,
        Mechanism::ProviderMx => context.options.known.is_none(),
        _ => false,
    };
    if is_idle {
        return Vec::new();
    }
    let addresses = |name: String| vec![Lookup::new(name, LookupKind::Addresses, deadline)];
    match mechanism {
        Mechanism::AutodiscoverHttpsRoot
        | Mechanism::AutodiscoverMobileSync
        | Mechanism::AutoconfigWellKnown => addresses(domain.to_string()),
        Mechanism::AutodiscoverHttpsHost
        | Mechanism::HttpRedirect
        | Mechanism::AutodiscoverSoap
        | Mechanism::AutodiscoverV2 => addresses(format!("autodiscover.{domain}")),
        Mechanism::AutoconfigHttpsHost | Mechanism::AutoconfigHttp => {
            addresses(format!("autoconfig.{domain}"))
        }
        Mechanism::Pacc => pacc::lookups(context),
        Mechanism::AutoconfigMx | Mechanism::IspdbMx | Mechanism::ProviderMx => {
            vec![Lookup::new(domain.to_string(), LookupKind::Mx, deadline)]
        }
        Mechanism::MailconfTxt => {
            vec![Lookup::new(domain.to_string(), LookupKind::Txt, deadline)]
        }
        Mechanism::Scp => directory::way::first_lookup(context.options, domain),
        Mechanism::LocalXml
        | Mechanism::Provider
        | Mechanism::Ispdb
        | Mechanism::ExchangeServer => Vec::new(),
        Mechanism::SrvRedirect => {
            vec![Lookup::new(question::srv_name(domain), LookupKind::Srv, deadline)]
        }
        Mechanism::SrvServices => services::lookups(context),
    }
}

/// Begins a mechanism; the reason is why there is nothing to ask.
pub(crate) fn start(
    mechanism: Mechanism,
    context: Context<'_>,
) -> Result<(Box<dyn Chain>, Move), Reason> {
    let autodiscover = |begin| -> Result<(Box<dyn Chain>, Move), Reason> {
        let (chain, first) = Autodiscover::start(mechanism, begin, context)?;
        Ok((Box::new(chain), first))
    };
    let at_hosts = |dialect, hosts: &[Begin]| -> Result<(Box<dyn Chain>, Move), Reason> {
        let (chain, first) = Autodiscover::at_hosts(mechanism, dialect, hosts, context);
        Ok((Box::new(chain), first))
    };
    match mechanism {
        Mechanism::AutodiscoverSoap => at_hosts(Dialect::Soap, &[Begin::Host, Begin::Root]),
        Mechanism::AutodiscoverMobileSync => {
            at_hosts(Dialect::MobileSync, &[Begin::Root, Begin::Host])
        }
        Mechanism::AutodiscoverV2 => {
            let (chain, first) = AutodiscoverV2::start(context)?;
            Ok((Box::new(chain), first))
        }
        Mechanism::AutodiscoverHttpsRoot => autodiscover(Begin::Root),
        Mechanism::AutodiscoverHttpsHost => autodiscover(Begin::Host),
        Mechanism::LocalXml => autodiscover(Begin::File),
        Mechanism::HttpRedirect => autodiscover(Begin::PlainHttp),
        Mechanism::SrvRedirect => autodiscover(Begin::Srv),
        Mechanism::Scp => {
            let (chain, first) = Scp::start(context)?;
            Ok((Box::new(chain), first))
        }
        Mechanism::ExchangeServer => {
            let (chain, first) = ByServer::start(context)?;
            Ok((Box::new(chain), first))
        }
        Mechanism::SrvServices => {
            let (chain, first) = Services::start(context);
            Ok((Box::new(chain), first))
        }
        Mechanism::Pacc => {
            let (chain, first) = Pacc::start(context)?;
            Ok((Box::new(chain), first))
        }
        Mechanism::Provider | Mechanism::ProviderMx => {
            let (chain, first) = InTable::start(mechanism, context)?;
            Ok((Box::new(chain), first))
        }
        Mechanism::AutoconfigHttpsHost
        | Mechanism::AutoconfigWellKnown
        | Mechanism::AutoconfigHttp
        | Mechanism::AutoconfigMx
        | Mechanism::Ispdb
        | Mechanism::IspdbMx
        | Mechanism::MailconfTxt => {
            let (chain, first) = Autoconfig::start(mechanism, context)?;
            Ok((Box::new(chain), first))
        }
    }
}
