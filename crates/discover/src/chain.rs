//! One mechanism's way: from its first question through redirects to settings or a reason.
//!
//! A chain asks one question at a time. It knows nothing of other mechanisms: order, budget
//! across mechanisms and the clock are the engine's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use mailscout_net::{
    dns::{Lookup, LookupKind, Records, SrvRecord},
    failure::Failure,
    http::{HttpResponse, Method},
};
use mailscout_schema::{
    address::{Domain, EmailAddress},
    autodiscover::Lowered,
};

mod question;
mod redirects;

use question::{
    addresses_of, allowed_addresses, answered, first_policy, http_request, record_url, srv_name,
    well_known,
};

use crate::{
    answer::{self},
    consent::{Consent, ConsentBook, Question},
    mechanism::Mechanism,
    options::Options,
    reason::Reason,
    redirect::{Referrer, Target},
    request::{Outcome, Request},
    srv,
    trust::{Hop, HopKind, Origin},
};

/// Bytes of a document that are read: a longer one is refused.
const MAX_DOCUMENT: usize = 512 * 1024;

/// SRV targets that are tried.
const MAX_TARGETS: usize = 10;

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
    /// What the DNS said of hosts that were looked up before.
    pub(crate) looked_up: &'a BTreeMap<String, Result<Records, Failure>>,
    /// URLs that were asked for this address, and led nowhere.
    pub(crate) dead: &'a BTreeSet<String>,
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
    /// Every place that was gone to, in order.
    trail: Vec<Stop>,
    /// The URLs that were really asked.
    asked: Vec<String>,
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

/// A place that a chain went to.
#[derive(Debug)]
struct Stop {
    /// A URL, or an e-mail address.
    place: String,
    /// Its host or domain; `None` for a name of the domain that the search began with, which needs
    /// nobody's consent.
    host: Option<String>,
    /// What going there took from the budget.
    cost: usize,
    /// Whether the way begins there: at the first place, and at each SRV target.
    begins: bool,
}

/// The answer that a chain waits for.
#[derive(Debug)]
enum Waiting {
    Nothing,
    Domain,
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

impl Next {
    fn host(&self) -> &str {
        match self {
            Self::Target(target) => target.host(),
            Self::Address(address) => address.domain().as_str(),
        }
    }
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
            trail: Vec::new(),
            asked: Vec::new(),
            records: VecDeque::new(),
            asides: Vec::new(),
        };
        let first = if chain.is_unsure_of_the_domain(context) {
            chain.waiting = Waiting::Domain;
            Move::Ask(addresses_of(context.address.domain().as_str(), context))
        } else {
            chain.begin(context)?
        };
        Ok((chain, first))
    }

    /// Whether the domain itself is looked up first: a domain that does not exist is asked for
    /// nothing, whatever mechanisms are left. The first mechanism looks it up anyway.
    fn is_unsure_of_the_domain(&self, context: Context<'_>) -> bool {
        let options = context.options;
        self.mechanism.needs_network()
            && options.only.is_empty()
            && options.skip.contains(&Mechanism::AutodiscoverHttpsRoot)
            && !context.looked_up.contains_key(context.address.domain().as_str())
    }

    fn begin(&mut self, context: Context<'_>) -> Result<Move, Reason> {
        let domain = context.address.domain();
        Ok(match self.mechanism {
            Mechanism::AutodiscoverHttpsRoot => self.begin_at("https", domain.as_str(), context)?,
            Mechanism::AutodiscoverHttpsHost => {
                self.begin_at("https", &format!("autodiscover.{domain}"), context)?
            }
            Mechanism::HttpRedirect => {
                self.begin_at("http", &format!("autodiscover.{domain}"), context)?
            }
            Mechanism::SrvRedirect => {
                self.waiting = Waiting::Srv;
                let deadline = context.options.deadlines.dns;
                let lookup = Lookup::new(srv_name(domain), LookupKind::Srv, deadline);
                Move::Ask(Request::Lookup(lookup))
            }
            Mechanism::LocalXml => {
                let path = context.options.local_xml.get(domain);
                let path = path.ok_or(Reason::NoLocalFile)?.clone();
                self.waiting = Waiting::File(path.display().to_string());
                Move::Ask(Request::ReadFile { path, max_bytes: MAX_DOCUMENT })
            }
        })
    }

    /// Begins at a host that is made from the address's domain.
    fn begin_at(&mut self, scheme: &str, host: &str, context: Context<'_>) -> Result<Move, Reason> {
        let url = well_known(scheme, host).ok_or_else(|| Reason::BadUrl(host.to_owned()))?;
        let policy = first_policy(context);
        let is_home = context.address.domain() == context.home;
        let host = (!is_home).then(|| host.to_owned());
        self.trail.push(Stop { place: url.to_string(), host, cost: 0, begins: true });
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
            (Waiting::Domain, Outcome::Lookup(answer)) => self.take_domain(answer, context),
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

    /// Gives up the redirect that the user was to be asked about: its URL has led nowhere since.
    pub(crate) fn give_up(&mut self, url: String, context: Context<'_>) -> Move {
        self.waiting = Waiting::Nothing;
        self.asides.push(Aside { about: format!("ASK {url}"), reason: Reason::Loop(url) });
        self.next_record(context)
    }

    /// Takes the answer that the user gave to another mechanism's question about the same site.
    pub(crate) fn take_known_consent(
        &mut self,
        consent: Consent,
        question: &Question,
        context: Context<'_>,
    ) -> Move {
        let (reason, next) = self.complete(Outcome::Consent(consent), context);
        self.asides.push(Aside { about: format!("ASK {question}"), reason });
        next
    }

    /// What was decided beside the question that was answered last.
    pub(crate) fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    pub(crate) fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The URLs that were asked.
    pub(crate) fn asked(&self) -> &[String] {
        &self.asked
    }

    fn visited(&self) -> impl Iterator<Item = &str> {
        self.trail.iter().map(|stop| stop.place.as_str())
    }

    /// How many redirects are charged when none is followed to a URL that is known to lead nowhere,
    /// nor to a site that the user denied, and whether the chain's end lies behind such a place.
    ///
    /// Beside each other, chains may follow what they would not have followed one after the other:
    /// the budget is charged as if they had waited.
    pub(crate) fn charge(&self, dead: &BTreeSet<String>, consents: &ConsentBook) -> (usize, bool) {
        let (mut redirects, mut is_cut) = (0, false);
        for stop in &self.trail {
            is_cut &= !stop.begins;
            is_cut |= dead.contains(&stop.place);
            let answer = stop.host.as_ref().and_then(|host| consents.answer(host));
            is_cut |= answer == Some(Consent::Denied);
            redirects += if is_cut { 0 } else { stop.cost };
        }
        (redirects, is_cut)
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
        let about = format!("{} {}", target.method(), target.url);
        let site = self.trail.last().and_then(|stop| stop.host.clone());
        if let Some(site) =
            site.filter(|site| context.consents.answer(site) == Some(Consent::Denied))
        {
            self.asides.push(Aside { about, reason: Reason::ConsentDenied(site) });
            return Move::End(End::Nothing);
        }
        if context.dead.contains(target.url.as_str()) {
            self.asides.push(Aside { about, reason: Reason::AskedBefore });
            return Move::End(End::Nothing);
        }
        let host = target.host().to_owned();
        let Some(known) = context.looked_up.get(&host) else {
            self.waiting = Waiting::Addresses(target);
            return Move::Ask(addresses_of(&host, context));
        };
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

    fn take_domain(
        &mut self,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let reason = match answer {
            Ok(Records::Addresses(addresses)) => answered(&addresses),
            Ok(_) => Reason::Network(Failure::NoData),
            Err(Failure::NxDomain) => {
                return (Reason::Network(Failure::NxDomain), Move::End(End::Nothing));
            }
            Err(failure) => Reason::Network(failure),
        };
        let next = self.begin(context).unwrap_or(Move::End(End::Nothing));
        (reason, next)
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
        let request = http_request(&target, allowed, context);
        self.waiting = Waiting::Response(target);
        (answered(&addresses), Move::Ask(Request::Http(request)))
    }

    fn take_response(
        &mut self,
        target: &Target,
        answer: Result<HttpResponse, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        self.asked.push(target.url.to_string());
        let response = match answer {
            Ok(response) => response,
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        let answer = match target.method() {
            Method::Post => answer::to_post(&response, context.address, context.options),
            _ => answer::to_get(&response),
        };
        self.follow(answer, Referrer::Target(target), target.url.as_str(), context)
    }

    fn take_file(
        &mut self,
        path: &str,
        bytes: Result<Vec<u8>, String>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        match bytes {
            Err(detail) => {
                let reason = Reason::FileUnreadable(format!("{path}: {detail}"));
                (reason, Move::End(End::Nothing))
            }
            Ok(bytes) => {
                let answer = answer::in_file(&bytes, context.address, context.options);
                self.follow(answer, Referrer::File, path, context)
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
        let all = records.len();
        self.records = srv::order(&records, context.options.seed.unwrap_or(0)).into();
        self.records.retain(|record| !record.target.is_empty());
        self.records.truncate(MAX_TARGETS);
        if self.records.is_empty() {
            return (Reason::NotOffered, Move::End(End::Nothing));
        }
        let list = self.records.iter().map(|record| format!("{}:{}", record.target, record.port));
        let mut list = list.collect::<Vec<_>>().join(", ");
        if all > self.records.len() {
            list = format!("{list}, of {all} records");
        }
        let answered = Reason::RedirectTo(list);
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
                let target = format!("{}:{}", record.target, record.port);
                self.asides.push(Aside { about, reason: Reason::BadTarget(target) });
                continue;
            };
            let (reason, next) = self.redirect(&to, HopKind::Srv, Referrer::Srv, &name, context);
            if !matches!(reason, Reason::RedirectTo(_)) {
                self.asides.push(Aside { about, reason });
            }
            if !matches!(next, Move::End(End::Nothing)) {
                return next;
            }
        }
        Move::End(End::Nothing)
    }
}
