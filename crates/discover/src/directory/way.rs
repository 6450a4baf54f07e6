//! The way to a directory that answers: its servers, one after the other, and a question to the first
//! that takes it.

use std::{collections::VecDeque, net::IpAddr};

use mailscout_net::{
    directory::{
        DirectoryAnswer, DirectoryLimits, DirectorySearch, DirectorySecurity, DirectoryServer,
    },
    dns::{Lookup, LookupKind, Records},
    failure::Failure,
    policy::AddressPolicy,
};
use mailscout_schema::{address::Domain, autodiscover::scp::Pointer};

use super::{DirectoryOptions, DirectoryUrl, Inquiry, is_proved};
use crate::{
    chain::LookedUp,
    options::Options,
    reason::{DirectoryReason, Reason},
    request::{Outcome, Request},
    srv, suffix,
};

/// Domain controllers that are tried.
const MAX_CONTROLLERS: usize = 3;

/// The names below a domain at which its controllers stand, in order.
const CONTROLLERS: [&str; 2] = ["_ldap._tcp.dc._msdcs", "_ldap._tcp"];

/// A directory server, and how far it is trusted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    host: String,
    port: u16,
    security: DirectorySecurity,
    /// The user named it, or it is of the domain that was asked about: it may be bound to, and what
    /// it says over TLS is proved.
    is_known: bool,
    /// A proved directory named it.
    is_vouched: bool,
}

impl Place {
    fn of_url(url: &DirectoryUrl) -> Self {
        let security = if url.tls { DirectorySecurity::Ldaps } else { DirectorySecurity::StartTls };
        let host = url.host.to_string();
        Self { host, port: url.port, security, is_known: true, is_vouched: false }
    }

    /// Where a pointer leads that this place has given.
    pub(crate) fn pointed_at(&self, pointer: &Pointer) -> Self {
        let security =
            if pointer.tls { DirectorySecurity::Ldaps } else { DirectorySecurity::StartTls };
        let (host, port) = (pointer.host.clone(), pointer.port);
        Self { host, port, security, is_known: false, is_vouched: self.is_proved() }
    }

    /// Whether what it says is proved.
    pub(crate) fn is_proved(&self) -> bool {
        is_proved(self.security) && (self.is_known || self.is_vouched)
    }

    fn server(&self, addresses: Vec<IpAddr>) -> DirectoryServer {
        DirectoryServer::new(&self.host, self.port, addresses, self.security)
    }

    /// What it is called in a report.
    pub(crate) fn name(&self) -> String {
        self.server(Vec::new()).to_string()
    }
}

/// What a way knows of the search around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'a> {
    pub(crate) options: &'a Options,
    pub(crate) directory: &'a DirectoryOptions,
    /// The domain whose controllers are asked.
    pub(crate) domain: Option<&'a Domain>,
    pub(crate) looked_up: &'a LookedUp,
}

/// The way to a directory.
#[derive(Debug)]
pub(crate) struct Way {
    inquiry: Inquiry,
    waiting: Waiting,
    /// Servers that are still to be tried.
    places: VecDeque<Place>,
    /// The one that was asked last.
    pub(crate) present: Option<Place>,
    /// How many servers there were to begin with.
    shares: u32,
}

#[derive(Debug)]
enum Waiting {
    Nothing,
    /// The controllers under this name.
    Controllers(usize),
    Addresses(Place),
    Answer,
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Next {
    Ask(Request),
    /// The directory answered, or refused.
    Answer(Result<DirectoryAnswer, Failure>),
    /// No directory can be asked.
    Nothing,
}

impl Way {
    /// A way to the configured server, or to a controller of the domain.
    pub(crate) fn start(inquiry: Inquiry, around: Around<'_>) -> (Self, Reason, Next) {
        let places = around.directory.server.iter().map(Place::of_url).collect();
        let mut way = Self { inquiry, waiting: Waiting::Nothing, places, present: None, shares: 1 };
        let (reason, next) = if way.places.is_empty() {
            (Reason::Directory(DirectoryReason::NoServer), way.controllers(0, around))
        } else {
            way.next(around)
        };
        (way, reason, next)
    }

    /// A way to one server.
    pub(crate) fn to(place: Place, inquiry: Inquiry, around: Around<'_>) -> (Self, Reason, Next) {
        let places = VecDeque::from([place]);
        let mut way = Self { inquiry, waiting: Waiting::Nothing, places, present: None, shares: 1 };
        let (reason, next) = way.next(around);
        (way, reason, next)
    }

    /// Another question to the server that has answered.
    pub(crate) fn ask(&mut self, inquiry: Inquiry, around: Around<'_>) -> (Reason, Next) {
        self.inquiry = inquiry;
        if let Some(place) = self.present.take() {
            self.places.push_front(place);
        }
        self.next(around)
    }

    /// Takes an answer: what became of it, and what comes next.
    pub(crate) fn complete(&mut self, outcome: Outcome, around: Around<'_>) -> (Reason, Next) {
        match (core::mem::replace(&mut self.waiting, Waiting::Nothing), outcome) {
            (Waiting::Controllers(index), Outcome::Lookup(answer)) => {
                self.take_controllers(index, answer, around)
            }
            (Waiting::Addresses(place), Outcome::Lookup(answer)) => {
                self.take_addresses(place, &answer, around)
            }
            (Waiting::Answer, Outcome::Directory(answer)) => self.take_answer(answer, around),
            _ => (Reason::OtherAnswer, Next::Nothing),
        }
    }

    fn controllers(&mut self, index: usize, around: Around<'_>) -> Next {
        let (Some(label), Some(domain)) = (CONTROLLERS.get(index), around.domain) else {
            return Next::Nothing;
        };
        self.waiting = Waiting::Controllers(index);
        let deadline = around.options.deadlines.dns;
        let name = format!("{label}.{domain}");
        Next::Ask(Request::Lookup(Lookup::new(name, LookupKind::Srv, deadline)))
    }

    fn take_controllers(
        &mut self,
        index: usize,
        answer: Result<Records, Failure>,
        around: Around<'_>,
    ) -> (Reason, Next) {
        let reason = Reason::of_lookup(&answer);
        let Ok(Records::Srv(records)) = answer else {
            return (reason, self.controllers(index + 1, around));
        };
        let domain = around.domain.map(Domain::as_str).unwrap_or_default();
        let seed = around.options.seed.unwrap_or(0);
        let records = srv::order(&records, seed);
        let controllers = records.into_iter().filter(|record| !record.target.is_empty());
        self.places = controllers
            .take(MAX_CONTROLLERS)
            .map(|record| Place {
                is_known: is_below(&record.target, domain),
                security: match record.port {
                    636 => DirectorySecurity::Ldaps,
                    _ => DirectorySecurity::StartTls,
                },
                host: record.target,
                port: record.port,
                is_vouched: false,
            })
            .collect();
        if self.places.is_empty() {
            return (reason, self.controllers(index + 1, around));
        }
        self.shares = u32::try_from(self.places.len()).unwrap_or(1).max(1);
        (reason, self.next(around).1)
    }

    /// Goes to the next server; the reason is of the last one that cannot be asked.
    fn next(&mut self, around: Around<'_>) -> (Reason, Next) {
        let mut last = Reason::Directory(DirectoryReason::NoServer);
        while let Some(place) = self.places.pop_front() {
            let name = (place.host.clone(), LookupKind::Addresses);
            let known = match (place.host.parse(), around.looked_up.get(&name)) {
                (Ok(address), _) => {
                    Ok(Records::Addresses(mailscout_net::dns::Addresses::new(vec![address])))
                }
                (Err(_), Some(known)) => known.clone(),
                (Err(_), None) => {
                    let deadline = around.options.deadlines.dns;
                    let lookup = Lookup::new(place.host.clone(), LookupKind::Addresses, deadline);
                    self.waiting = Waiting::Addresses(place);
                    return (last, Next::Ask(Request::Lookup(lookup)));
                }
            };
            match self.search(place, &known, around) {
                Ok(next) => return (last, next),
                Err(reason) => last = reason,
            }
        }
        (last, Next::Nothing)
    }

    fn take_addresses(
        &mut self,
        place: Place,
        answer: &Result<Records, Failure>,
        around: Around<'_>,
    ) -> (Reason, Next) {
        match self.search(place, answer, around) {
            Ok(next) => (Reason::of_lookup(answer), next),
            Err(reason) => (reason, self.next(around).1),
        }
    }

    fn search(
        &mut self,
        place: Place,
        addresses: &Result<Records, Failure>,
        around: Around<'_>,
    ) -> Result<Next, Reason> {
        let addresses = match addresses {
            Ok(Records::Addresses(addresses)) => addresses,
            Ok(_) => return Err(Reason::Network(Failure::NoData)),
            Err(failure) => return Err(Reason::Network(failure.clone())),
        };
        let policy = match (addresses.routed, around.options.public_only, place.is_known) {
            (true, ..) => AddressPolicy::Any,
            (_, true, _) => AddressPolicy::Public,
            (_, _, true) => AddressPolicy::Any,
            _ => AddressPolicy::NotLocal,
        };
        let list = addresses.list.iter().copied();
        let allowed: Vec<IpAddr> = list.filter(|address| policy.allows(*address)).collect();
        if let (true, Some(address)) = (allowed.is_empty(), addresses.list.first()) {
            return Err(Reason::ForbiddenAddress { host: place.host, address: *address });
        }
        let mut limits = DirectoryLimits::default();
        let deadlines = &around.options.deadlines;
        (limits.connect, limits.tls) = (deadlines.connect, deadlines.tls);
        // Several servers share the time of one.
        limits.whole = around.directory.deadline.unwrap_or(limits.whole) / self.shares;
        let Inquiry { base, filter, attributes } = self.inquiry.clone();
        let mut search = DirectorySearch::new(place.server(allowed), base, filter, limits);
        search.attributes = attributes;
        // Who named no directory has a password for none.
        let is_named = around.directory.server.is_some() || around.directory.domain.is_some();
        let binds =
            around.directory.binds && is_named && place.is_known && is_proved(place.security);
        self.waiting = Waiting::Answer;
        self.present = Some(place);
        Ok(Next::Ask(Request::Directory { search: Box::new(search), binds }))
    }

    fn take_answer(
        &mut self,
        answer: Result<DirectoryAnswer, Failure>,
        around: Around<'_>,
    ) -> (Reason, Next) {
        let failure = match answer {
            Ok(answer) => {
                let told = DirectoryReason::Entries {
                    count: answer.entries.len(),
                    is_cut: answer.is_cut,
                    referral: answer
                        .referrals
                        .first()
                        .filter(|_| answer.entries.is_empty())
                        .cloned(),
                };
                return (Reason::Directory(told), Next::Answer(Ok(answer)));
            }
            Err(failure) => failure,
        };
        let reason = Reason::Network(failure.clone());
        match failure {
            Failure::LdapRefused { .. } | Failure::LdapNoNamingContext { .. } => {
                (reason, Next::Answer(Err(failure)))
            }
            // Another controller would count it as one more wrong password.
            Failure::LdapBindRefused { .. } => {
                self.places.clear();
                (reason, Next::Nothing)
            }
            // What is read in clear text proves nothing; who binds reads nothing that way.
            Failure::LdapStartTlsRefused { .. } if !around.directory.binds => {
                if let Some(place) = self.present.take() {
                    self.places.push_front(Place { security: DirectorySecurity::Plain, ..place });
                }
                (reason, self.next(around).1)
            }
            _ => (reason, self.next(around).1),
        }
    }
}

/// Whether a host is of a domain: the domain itself or below it, which no public suffix is.
fn is_below(host: &str, domain: &str) -> bool {
    let is_it = host == domain
        || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1);
    is_it && !suffix::is_public_suffix(domain)
}

/// The question with which the way to a directory begins.
pub(crate) fn first_lookup(options: &Options, domain: &Domain) -> Vec<Lookup> {
    let Some(directory) = &options.directory else {
        return Vec::new();
    };
    let deadline = options.deadlines.dns;
    let domain = directory.domain.as_ref().unwrap_or(domain);
    let of_domain = || {
        let [label, _] = CONTROLLERS;
        Lookup::new(format!("{label}.{domain}"), LookupKind::Srv, deadline)
    };
    let of_server = |server: &DirectoryUrl| {
        Lookup::new(server.host.to_string(), LookupKind::Addresses, deadline)
    };
    vec![directory.server.as_ref().map_or_else(of_domain, of_server)]
}
