//! Autodiscover's ways: from the first question through redirects to settings or a reason.

use std::collections::{BTreeSet, VecDeque};

use mailscout_net::{
    dns::{Lookup, LookupKind, Records, SrvRecord},
    failure::Failure,
    http::{HttpResponse, Method},
};
use mailscout_schema::address::EmailAddress;

mod redirects;

use super::{
    Aside, Chain, Context, End, MAX_DOCUMENT, Move,
    question::{
        addresses_of, allowed_addresses, answered, first_policy, http_request, left_to_try,
        record_url, srv_name, well_known,
    },
};

use crate::{
    answer::{self},
    consent::{Consent, ConsentBook, Question},
    mechanism::Mechanism,
    reason::Reason,
    redirect::{Referrer, Target},
    request::{Outcome, Request},
    srv,
    trust::{Hop, HopKind, Origin},
};

/// SRV targets that are tried.
const MAX_TARGETS: usize = 10;

/// One of Autodiscover's mechanisms at work.
#[derive(Debug)]
pub(super) struct Autodiscover {
    mechanism: Mechanism,
    begin: Begin,
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

/// Where one of Autodiscover's mechanisms begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begin {
    /// At the domain itself.
    Root,
    /// At its autodiscover host.
    Host,
    /// In a local file.
    File,
    /// At its autodiscover host, over plain http.
    PlainHttp,
    /// At its SRV record.
    Srv,
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

impl Chain for Autodiscover {
    fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
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

    fn give_up(&mut self, url: String, context: Context<'_>) -> Move {
        self.waiting = Waiting::Nothing;
        self.asides.push(Aside { about: format!("ASK {url}"), reason: Reason::Loop(url) });
        self.next_record(context)
    }

    fn take_known_consent(
        &mut self,
        consent: Consent,
        question: &Question,
        context: Context<'_>,
    ) -> Move {
        let (reason, next) = self.complete(Outcome::Consent(consent), context);
        self.asides.push(Aside { about: format!("ASK {question}"), reason });
        next
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    fn asked(&self) -> &[String] {
        &self.asked
    }

    fn charge(&self, dead: &BTreeSet<String>, consents: &ConsentBook) -> (usize, bool) {
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

    fn hops(&self) -> &[Hop] {
        &self.hops
    }

    fn origin(&self) -> Origin {
        match self.begin {
            Begin::Root | Begin::Host => Origin::Https,
            Begin::File => Origin::File,
            Begin::PlainHttp => Origin::PlainHttp,
            Begin::Srv => Origin::Dns,
        }
    }
}

impl Autodiscover {
    /// Begins a mechanism; the reason is why there is nothing to ask.
    pub(super) fn start(
        mechanism: Mechanism,
        begin: Begin,
        context: Context<'_>,
    ) -> Result<(Self, Move), Reason> {
        let mut chain = Self {
            mechanism,
            begin,
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
            && !knows(context, context.address.domain().as_str())
    }

    fn begin(&mut self, context: Context<'_>) -> Result<Move, Reason> {
        let domain = context.address.domain();
        Ok(match self.begin {
            Begin::Root => self.begin_at("https", domain.as_str(), context)?,
            Begin::Host => self.begin_at("https", &format!("autodiscover.{domain}"), context)?,
            Begin::PlainHttp => {
                self.begin_at("http", &format!("autodiscover.{domain}"), context)?
            }
            Begin::Srv => {
                self.waiting = Waiting::Srv;
                let deadline = context.options.deadlines.dns;
                let lookup = Lookup::new(srv_name(domain), LookupKind::Srv, deadline);
                Move::Ask(Request::Lookup(lookup))
            }
            Begin::File => {
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
        Ok(self.look_up(Target { url, policy, method: Method::Post }, context))
    }

    fn visited(&self) -> impl Iterator<Item = &str> {
        self.trail.iter().map(|stop| stop.place.as_str())
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
        let Some(known) = context.looked_up.get(&(host.clone(), LookupKind::Addresses)) else {
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
        let left = left_to_try(allowed, &target, context);
        if left.is_empty() {
            let about = format!("{} {}", target.method(), target.url);
            self.asides.push(Aside { about, reason: Reason::HostSilent });
            return (answered(&addresses), Move::End(End::Nothing));
        }
        let request = http_request(&target, left, context);
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

fn knows(context: Context<'_>, host: &str) -> bool {
    context.looked_up.contains_key(&(host.to_owned(), LookupKind::Addresses))
}
