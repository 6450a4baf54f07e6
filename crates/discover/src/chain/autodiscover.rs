//! Autodiscover's ways: from the first question through redirects to settings or a reason.

use std::collections::{BTreeSet, VecDeque};

use mailscout_net::{
    dns::{Lookup, LookupKind, Records, SrvRecord},
    failure::Failure,
    http::{HttpResponse, HttpScheme, Method},
};
use mailscout_schema::address::EmailAddress;

mod dialect;
mod log_in;
mod places;
mod redirects;

use super::{
    Aside, Chain, Context, End, MAX_DOCUMENT, Move,
    question::{addresses_of, allowed_addresses, answered, first_policy, left_to_try, srv_name},
};

pub(super) use dialect::Dialect;

use crate::{
    consent::{Consent, ConsentBook, Question},
    mechanism::Mechanism,
    reason::Reason,
    redirect::{Referrer, Target},
    request::{Outcome, Request},
    trust::{Hop, Origin},
};

/// SRV targets that are tried.
const MAX_TARGETS: usize = 10;

/// One of Autodiscover's mechanisms at work.
#[derive(Debug)]
pub(super) struct Autodiscover {
    mechanism: Mechanism,
    /// What is asked, and how its answers are read.
    dialect: Dialect,
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
    /// URLs of a directory that are still to be tried, what it is called, and whether its word is
    /// proved.
    urls: VecDeque<String>,
    directory: (String, bool),
    /// Hosts of the domain that are still to be tried.
    hosts: VecDeque<Begin>,
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
    /// At the URLs of a directory.
    Urls,
    /// At several hosts of the domain, one after the other.
    Hosts,
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
    /// The answer to a log-in by the last of these schemes; the host refused those before.
    LogIn(Target, Vec<HttpScheme>),
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
            (Waiting::LogIn(target, tried), Outcome::Http(answer)) => {
                self.take_log_in(&target, tried, answer, context)
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
            Begin::Root | Begin::Host | Begin::Hosts => Origin::Https,
            Begin::File => Origin::File,
            Begin::PlainHttp => Origin::PlainHttp,
            Begin::Srv => Origin::Dns,
            Begin::Urls => Origin::Directory { is_proved: self.directory.1 },
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
        let mut chain = Self::new(mechanism, Dialect::Outlook, begin);
        let first = if chain.is_unsure_of_the_domain(context) {
            chain.waiting = Waiting::Domain;
            Move::Ask(addresses_of(context.address.domain().as_str(), context))
        } else {
            chain.begin(context)?
        };
        Ok((chain, first))
    }

    /// Begins at the first of the URLs that a directory names; the next one follows where it leads
    /// nowhere.
    pub(super) fn at_urls(
        urls: Vec<String>,
        directory: String,
        is_proved: bool,
        context: Context<'_>,
    ) -> (Self, Move) {
        let mut chain = Self::new(Mechanism::Scp, Dialect::Outlook, Begin::Urls);
        chain.urls = urls.into_iter().take(MAX_TARGETS).collect();
        chain.directory = (directory, is_proved);
        let first = chain.next_record(context);
        (chain, first)
    }

    /// Begins at the first of these hosts of the domain; the next one follows where it leads nowhere.
    pub(super) fn at_hosts(
        mechanism: Mechanism,
        dialect: Dialect,
        hosts: &[Begin],
        context: Context<'_>,
    ) -> (Self, Move) {
        let mut chain = Self::new(mechanism, dialect, Begin::Hosts);
        chain.hosts = hosts.iter().copied().collect();
        let first = chain.next_record(context);
        (chain, first)
    }

    fn new(mechanism: Mechanism, dialect: Dialect, begin: Begin) -> Self {
        Self {
            mechanism,
            dialect,
            begin,
            waiting: Waiting::Nothing,
            hops: Vec::new(),
            trail: Vec::new(),
            asked: Vec::new(),
            records: VecDeque::new(),
            urls: VecDeque::new(),
            directory: (String::new(), false),
            hosts: VecDeque::new(),
            asides: Vec::new(),
        }
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
        self.begin_here(self.begin, context)
    }

    fn begin_here(&mut self, begin: Begin, context: Context<'_>) -> Result<Move, Reason> {
        let domain = context.address.domain();
        Ok(match begin {
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
            Begin::Urls | Begin::Hosts => self.next_record(context),
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
        let url = self.dialect.url(scheme, host, context);
        let url = url.ok_or_else(|| Reason::BadUrl(host.to_owned()))?;
        let policy = first_policy(context);
        let is_home = context.address.domain() == context.home;
        let host = (!is_home).then(|| host.to_owned());
        let place = self.dialect.place(url.as_str());
        self.trail.push(Stop { place, host, cost: 0, begins: true });
        Ok(self.look_up(Target { url, policy, method: self.dialect.method() }, context))
    }

    fn visited(&self) -> impl Iterator<Item = &str> {
        self.trail.iter().map(|stop| stop.place.as_str())
    }

    /// How many redirects were followed, as they are charged.
    pub(super) fn followed(&self) -> usize {
        self.trail.iter().map(|stop| stop.cost).sum()
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
        if context.dead.contains(&self.dialect.place(target.url.as_str())) {
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
        let request = self.dialect.request(&target, left, context);
        self.waiting = Waiting::Response(target);
        (answered(&addresses), Move::Ask(Request::Http(request)))
    }

    fn take_response(
        &mut self,
        target: &Target,
        answer: Result<HttpResponse, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        self.asked.push(self.dialect.place(target.url.as_str()));
        let response = match answer {
            Ok(response) => response,
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        if response.status == 401 && target.method() == Method::Post {
            return self.log_in(target, Vec::new(), &response.challenges, context);
        }
        self.take_answer(target, &response, context)
    }

    fn take_answer(
        &mut self,
        target: &Target,
        response: &HttpResponse,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let answer = self.dialect.read(target, response, context);
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
                let answer = crate::answer::in_file(&bytes, context.address, context.options);
                self.follow(answer, Referrer::File, path, context)
            }
        }
    }
}

fn knows(context: Context<'_>, host: &str) -> bool {
    context.looked_up.contains_key(&(host.to_owned(), LookupKind::Addresses))
}
