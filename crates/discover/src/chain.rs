//! One mechanism's way: from its first question through redirects to settings or a reason.
//!
//! A chain asks one question at a time. It knows nothing of other mechanisms: order, budget
//! across mechanisms and the clock are the engine's.

use std::collections::{BTreeMap, VecDeque};

use mailscout_net::{
    dns::{Lookup, LookupKind, Records, SrvRecord},
    failure::Failure,
    http::{HttpResponse, Method},
    policy::AddressPolicy,
};
use mailscout_schema::{address::EmailAddress, autodiscover::Lowered};

mod question;
mod redirects;

use question::{allowed_addresses, http_request, record_url, srv_name, well_known};

use crate::{
    answer::{self},
    consent::ConsentBook,
    mechanism::Mechanism,
    options::Options,
    reason::Reason,
    redirect::{From, Target},
    request::{Outcome, Request},
    srv,
    trust::{Hop, HopKind, Origin},
};

/// Bytes of a document that are read: a longer one is refused.
const MAX_DOCUMENT: usize = 512 * 1024;

/// What a chain is told of the search around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) options: &'a Options,
    pub(crate) address: &'a EmailAddress,
    /// Redirects followed by the mechanisms above this one, and before a change of address.
    pub(crate) redirects_above: usize,
    pub(crate) consents: &'a ConsentBook,
    /// What the DNS said of hosts that were looked up before.
    pub(crate) looked_up: &'a BTreeMap<String, Result<Records, Failure>>,
    /// Addresses that the search has been started with.
    pub(crate) tried: &'a [EmailAddress],
}

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
    Settings { lowered: Box<Lowered>, from: String },
    /// With another address to start over with.
    Restart(EmailAddress),
    /// With a redirect too many: discovery by XML has failed.
    Overrun,
    /// Without anything.
    Nothing,
}

/// One mechanism at work.
#[derive(Debug)]
pub(crate) struct Chain {
    mechanism: Mechanism,
    waiting: Waiting,
    /// The way to where the chain is now.
    hops: Vec<Hop>,
    /// All redirects that were followed, also those of SRV targets that led nowhere.
    redirects: usize,
    visited: Vec<String>,
    /// SRV targets that are still to be tried when the present one fails.
    records: VecDeque<SrvRecord>,
    /// What was decided without a question of its own, until the engine takes it.
    asides: Vec<Aside>,
}

/// Something that was decided without asking anybody: what it is about, and the decision.
#[derive(Debug)]
pub(crate) struct Aside {
    pub(crate) about: String,
    pub(crate) reason: Reason,
}

/// The answer that a chain waits for.
#[derive(Debug)]
enum Waiting {
    Nothing,
    Srv,
    File(String),
    Addresses(Target),
    Response(Target),
    Consent(Hop, Next),
}

/// Where a chain goes when the user agrees.
#[derive(Debug)]
enum Next {
    Target(Target),
    Address(EmailAddress),
}

impl Chain {
    /// Begins a mechanism; the reason is why there is nothing to ask.
    pub(crate) fn start(
        mechanism: Mechanism,
        context: Context<'_>,
    ) -> Result<(Self, Move), Reason> {
        let mut chain = Self {
            mechanism,
            waiting: Waiting::Nothing,
            hops: Vec::new(),
            redirects: 0,
            visited: Vec::new(),
            records: VecDeque::new(),
            asides: Vec::new(),
        };
        let domain = context.address.domain();
        let first = match mechanism {
            Mechanism::AutodiscoverHttpsRoot => {
                chain.begin_at("https", domain.as_str(), context)?
            }
            Mechanism::AutodiscoverHttpsHost => {
                chain.begin_at("https", &format!("autodiscover.{domain}"), context)?
            }
            Mechanism::HttpRedirect => {
                chain.begin_at("http", &format!("autodiscover.{domain}"), context)?
            }
            Mechanism::SrvRedirect => {
                chain.waiting = Waiting::Srv;
                let deadline = context.options.deadlines.dns;
                let lookup = Lookup::new(srv_name(domain), LookupKind::Srv, deadline);
                Move::Ask(Request::Lookup(lookup))
            }
            Mechanism::LocalXml => {
                let path = context.options.local_xml.get(domain);
                let path = path.ok_or(Reason::NoLocalFile)?.clone();
                chain.waiting = Waiting::File(path.display().to_string());
                Move::Ask(Request::ReadFile { path, max_bytes: MAX_DOCUMENT })
            }
        };
        Ok((chain, first))
    }

    /// Begins at a host that is made from the address's domain.
    fn begin_at(&mut self, scheme: &str, host: &str, context: Context<'_>) -> Result<Move, Reason> {
        let url = well_known(scheme, host).ok_or_else(|| Reason::BadUrl(host.to_owned()))?;
        let policy =
            if context.options.public_only { AddressPolicy::Public } else { AddressPolicy::Any };
        Ok(self.look_up(Target { url, policy }, context))
    }

    /// Takes an answer: what became of it, and what comes next.
    pub(crate) fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        let waiting = core::mem::replace(&mut self.waiting, Waiting::Nothing);
        let (reason, next) = match (waiting, outcome) {
            (Waiting::Addresses(target), Outcome::Lookup(answer)) => {
                self.take_addresses(target, answer, context)
            }
            (Waiting::Response(target), Outcome::Http(answer)) => {
                self.take_response(&target, answer, context)
            }
            (Waiting::Srv, Outcome::Lookup(answer)) => self.take_records(answer, context),
            (Waiting::File(path), Outcome::File(bytes)) => self.take_file(&path, bytes, context),
            (Waiting::Consent(hop, next), Outcome::Consent(consent)) => {
                self.take_consent(hop, next, consent, context)
            }
            _ => (Reason::OtherAnswer, Move::End(End::Nothing)),
        };
        match next {
            // A dead SRV target is not the end while there are others.
            Move::End(End::Nothing) => (reason, self.next_record(context)),
            next => (reason, next),
        }
    }

    /// What was decided beside the question that was answered last.
    pub(crate) fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    pub(crate) fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// How many redirects were followed.
    pub(crate) fn redirects(&self) -> usize {
        self.redirects
    }

    /// The way to where the chain is now.
    pub(crate) fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// Where the way began.
    pub(crate) fn origin(&self) -> Origin {
        match self.mechanism {
            Mechanism::AutodiscoverHttpsRoot | Mechanism::AutodiscoverHttpsHost => Origin::Https,
            Mechanism::LocalXml => Origin::File,
            Mechanism::HttpRedirect => Origin::PlainHttp,
            Mechanism::SrvRedirect => Origin::Dns,
        }
    }

    /// Goes to a target: looks its host up, unless the search has done so before.
    fn look_up(&mut self, target: Target, context: Context<'_>) -> Move {
        self.visited.push(target.url.to_string());
        let host = target.host().to_owned();
        let Some(known) = context.looked_up.get(&host) else {
            self.waiting = Waiting::Addresses(target);
            let deadline = context.options.deadlines.dns;
            let lookup = Lookup::new(host, LookupKind::Addresses, deadline);
            return Move::Ask(Request::Lookup(lookup));
        };
        let about = format!("{} {}", target.method(), target.url);
        let (reason, next) = self.take_addresses(target, known.clone(), context);
        match reason {
            Reason::Answered(_) => {}
            Reason::Network(failure) => {
                self.asides.push(Aside { about, reason: Reason::NoAddress(failure) });
            }
            reason => self.asides.push(Aside { about, reason }),
        }
        next
    }

    fn take_addresses(
        &mut self,
        target: Target,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let addresses = match answer {
            Ok(Records::Addresses(addresses)) => addresses,
            Ok(_) => return (Reason::Network(Failure::NoData), Move::End(End::Nothing)),
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        let allowed = match allowed_addresses(&addresses, &target) {
            Ok(allowed) => allowed,
            Err(reason) => return (reason, Move::End(End::Nothing)),
        };
        let list: Vec<_> = addresses.list.iter().map(ToString::to_string).collect();
        let request = http_request(&target, allowed, context);
        self.waiting = Waiting::Response(target);
        (Reason::Answered(list.join(", ")), Move::Ask(Request::Http(request)))
    }

    fn take_response(
        &mut self,
        target: &Target,
        answer: Result<HttpResponse, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let response = match answer {
            Ok(response) => response,
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        let answer = match target.method() {
            Method::Post => answer::to_post(&response, context.address, context.options),
            _ => answer::to_get(&response),
        };
        self.follow(answer, From::Target(target), target.url.as_str(), context)
    }

    fn take_file(
        &mut self,
        path: &str,
        bytes: Result<Vec<u8>, String>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        match bytes {
            Err(detail) => (Reason::FileUnreadable(detail), Move::End(End::Nothing)),
            Ok(bytes) => {
                let answer = answer::in_file(&bytes, context.address, context.options);
                self.follow(answer, From::File, path, context)
            }
        }
    }

    fn take_records(
        &mut self,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let records = match answer {
            Ok(Records::Srv(records)) => records,
            Ok(_) => return (Reason::Network(Failure::NoData), Move::End(End::Nothing)),
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        self.records = srv::order(&records, context.options.seed).into();
        self.records.retain(|record| !record.target.is_empty());
        if self.records.is_empty() {
            return (Reason::NotOffered, Move::End(End::Nothing));
        }
        let list = self.records.iter().map(|record| format!("{}:{}", record.target, record.port));
        let answered = Reason::RedirectTo(list.collect::<Vec<_>>().join(", "));
        (answered, self.next_record(context))
    }

    /// Goes to the first SRV target that may be followed.
    fn next_record(&mut self, context: Context<'_>) -> Move {
        let name = srv_name(context.address.domain());
        while let Some(record) = self.records.pop_front() {
            // The way begins anew: what led to the target before leads nowhere.
            self.hops.clear();
            let about = format!("SRV target {}:{}", record.target, record.port);
            let Some(to) = record_url(&record) else {
                self.asides.push(Aside { about, reason: Reason::BadTarget(record.target) });
                continue;
            };
            let (reason, next) = self.redirect(&to, HopKind::Srv, From::Srv, &name, context);
            if let Move::End(_) = &next {
                self.asides.push(Aside { about, reason });
            }
            if !matches!(next, Move::End(End::Nothing)) {
                return next;
            }
        }
        Move::End(End::Nothing)
    }
}
