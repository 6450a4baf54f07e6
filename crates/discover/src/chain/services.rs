//! SRV records of mail services: the domain names its servers in the DNS.
//!
//! [RFC 6186](https://www.rfc-editor.org/rfc/rfc6186), [RFC 8314 §5.1](https://www.rfc-editor.org/rfc/rfc8314#section-5.1);
//! calendars and address books after [RFC 6764](https://www.rfc-editor.org/rfc/rfc6764), JMAP after
//! [RFC 8620 §2.2](https://www.rfc-editor.org/rfc/rfc8620#section-2.2).

use std::collections::VecDeque;

use mailscout_net::{
    dns::{Lookup, LookupKind, Records, SrvRecord},
    failure::Failure,
};
use mailscout_schema::{
    address::Domain,
    notice::Notice,
    settings::{AccountSettings, AuthMethod, Protocol, Security, Server, Service, ServiceKind},
};
use url::Url;

use super::{Aside, Chain, Context, End, Move, Offer};
use crate::{
    answer,
    mechanism::Mechanism,
    reason::Reason,
    redirect,
    request::{Outcome, Request},
    srv, suffix,
    trust::Origin,
};

/// A mail service: its label, what it is, and how its connections begin.
const MAIL: [(&str, Protocol, Security); 6] = [
    ("_imaps", Protocol::Imap, Security::Tls),
    ("_imap", Protocol::Imap, Security::StartTls),
    ("_pop3s", Protocol::Pop3, Security::Tls),
    ("_pop3", Protocol::Pop3, Security::StartTls),
    ("_submissions", Protocol::Smtp, Security::Tls),
    ("_submission", Protocol::Smtp, Security::StartTls),
];

/// Another service: its label, what it is, and where it is looked for on the host that is named.
const OTHERS: [(&str, ServiceKind, &str); 3] = [
    ("_caldavs", ServiceKind::CalDav, "/.well-known/caldav"),
    ("_carddavs", ServiceKind::CardDav, "/.well-known/carddav"),
    ("_jmap", ServiceKind::Jmap, "/.well-known/jmap"),
];

/// Ports whose meaning is fixed, whatever label a record stands under: half of the world's
/// `_submission` records name port 465.
const FIXED: [(u16, Security); 6] = [
    (993, Security::Tls),
    (143, Security::StartTls),
    (995, Security::Tls),
    (110, Security::StartTls),
    (465, Security::Tls),
    (587, Security::StartTls),
];

/// Code of the notice that a record stands under the wrong label for its port.
pub const SRV_PORT: &str = "srv-port-of-another-service";

/// Code of the notice that the records name servers for one direction only.
pub const SRV_HALF: &str = "srv-one-direction";

/// Servers of one service that are kept.
const MAX_TARGETS: usize = 4;

/// The questions of one domain, one after the other.
#[derive(Debug)]
pub(super) struct Services {
    waiting: VecDeque<Lookup>,
    present: Option<Lookup>,
    answers: Vec<(String, Vec<SrvRecord>)>,
    paths: Vec<(String, String)>,
    is_outside: bool,
    /// What is not mail.
    beside_mail: Vec<Service>,
    asides: Vec<Aside>,
}

impl Services {
    pub(super) fn start(context: Context<'_>) -> (Self, Move) {
        let mut chain = Self {
            waiting: lookups(context).into(),
            present: None,
            answers: Vec::new(),
            paths: Vec::new(),
            is_outside: false,
            beside_mail: Vec::new(),
            asides: Vec::new(),
        };
        let next = chain.next(context);
        (chain, next)
    }

    fn next(&mut self, context: Context<'_>) -> Move {
        self.present = self.waiting.pop_front();
        match &self.present {
            Some(lookup) => Move::Ask(Request::Lookup(lookup.clone())),
            None => self.conclude(context),
        }
    }

    fn take(&mut self, answer: Result<Records, Failure>) -> Reason {
        let Some(asked) = self.present.take() else {
            return Reason::OtherAnswer;
        };
        let label = asked.name.split('.').next().unwrap_or_default().to_owned();
        match answer {
            Ok(Records::Srv(records)) => {
                let is_offered = records.iter().any(|record| !record.target.is_empty());
                let list: Vec<String> = records
                    .iter()
                    .map(|record| format!("{}:{}", record.target, record.port))
                    .collect();
                let is_dav = OTHERS
                    .iter()
                    .any(|(known, kind, _)| *known == label && *kind != ServiceKind::Jmap);
                if is_dav && is_offered {
                    let path = Lookup::new(asked.name, LookupKind::Txt, asked.deadline);
                    self.waiting.push_back(path);
                }
                self.answers.push((label, records));
                if is_offered { Reason::Answered(list.join(", ")) } else { Reason::NotOffered }
            }
            Ok(Records::Txt(texts)) => {
                let path = texts.iter().find_map(|text| text.strip_prefix("path="));
                if let Some(path) = path.filter(|path| path.starts_with('/')) {
                    self.paths.push((label, path.to_owned()));
                }
                Reason::Answered(texts.join(" "))
            }
            Ok(_) => Reason::Network(Failure::NoData),
            Err(failure) => Reason::Network(failure),
        }
    }

    fn conclude(&mut self, context: Context<'_>) -> Move {
        let mut offer = Offer { settings: AccountSettings::default(), notices: Vec::new() };
        let seed = context.options.seed.unwrap_or(0);
        let mut outgoing: Vec<Server> = Vec::new();
        let mut incoming: Vec<(u16, Server)> = Vec::new();
        for (label, protocol, security) in MAIL {
            for record in self.records(label, seed) {
                let Some(server) =
                    self.server(&record, protocol, security, context, &mut offer.notices)
                else {
                    continue;
                };
                match protocol {
                    Protocol::Smtp => outgoing.push(server),
                    _ => incoming.push((record.priority, server)),
                }
            }
        }
        outgoing.sort_by_key(|server| server.security != Security::Tls);
        offer.settings.outgoing = once_each(outgoing);
        // The lower priority wins between IMAP and POP3, but never over encryption from the start.
        incoming.sort_by_key(|(priority, server)| (server.security != Security::Tls, *priority));
        offer.settings.incoming = once_each(incoming.into_iter().map(|(_, server)| server));
        if let Some(protocol) = context.options.prefer {
            offer.settings.prefer(protocol);
        }
        for (label, kind, path) in OTHERS {
            let named = self.paths.iter().find(|(known, _)| known == label);
            let path = named.map_or(path, |(_, path)| path);
            let Some(first) = self.records(label, seed).into_iter().next() else { continue };
            let place = format!("SRV target {}:{}", first.target, first.port);
            match service(&first, kind, path) {
                Ok((host, service)) => {
                    self.note_place(&host, context);
                    offer.settings.services.push(service);
                }
                Err(reason) => self.asides.push(Aside { about: place, reason }),
            }
        }
        if !offer.settings.has_mail_servers() {
            if !offer.settings.services.is_empty() {
                let about = format!("SRV records of {}", context.address.domain());
                self.asides.push(Aside { about, reason: Reason::NothingUsable });
            }
            self.beside_mail = offer.settings.services;
            return Move::End(End::Nothing);
        }
        let missing = match (&*offer.settings.incoming, &*offer.settings.outgoing) {
            ([], _) => Some("reading"),
            (_, []) => Some("sending"),
            _ => None,
        };
        offer.notices.extend(missing.map(|direction| {
            let text = format!("the SRV records name no server for {direction} mail");
            Notice::new(SRV_HALF, text)
        }));
        let reason = Reason::Settings(answer::summary(&offer.settings));
        let from = format!("SRV records of {}", context.address.domain());
        self.asides.push(Aside { about: from.clone(), reason });
        Move::End(End::Settings { offer: Box::new(offer), from })
    }

    /// The records of a service in the order in which they are to be tried.
    fn records(&self, label: &str, seed: u64) -> Vec<SrvRecord> {
        let records = self.answers.iter().find(|(known, _)| known == label);
        let Some((_, records)) = records else {
            return Vec::new();
        };
        let mut ordered = srv::order(records, seed);
        ordered.retain(|record| !record.target.is_empty());
        ordered.truncate(MAX_TARGETS);
        ordered
    }

    /// Remarks a host that is not the domain's own.
    fn note_place(&mut self, host: &str, context: Context<'_>) {
        self.is_outside |= !suffix::is_same_site(host, context.address.domain().as_str());
    }

    fn server(
        &mut self,
        record: &SrvRecord,
        protocol: Protocol,
        labelled: Security,
        context: Context<'_>,
        notices: &mut Vec<Notice>,
    ) -> Option<Server> {
        let place = format!("{}:{}", record.target, record.port);
        let host = match record.target.parse::<Domain>() {
            Ok(host) if record.port != 0 => host.to_string(),
            _ => {
                let about = format!("SRV target {place}");
                self.asides.push(Aside { about, reason: Reason::BadTarget(place) });
                return None;
            }
        };
        if let Err(reason) = redirect::check_name(&host) {
            self.asides.push(Aside { about: format!("SRV target {place}"), reason });
            return None;
        }
        self.note_place(&host, context);
        let fixed = FIXED.iter().find(|(port, _)| *port == record.port);
        let security = fixed.map_or(labelled, |(_, security)| *security);
        if security != labelled {
            let text = format!(
                "{place} stands under the label of {labelled}, and its port means {security}; the port counts"
            );
            notices.push(Notice::new(SRV_PORT, text));
        }
        let name = context.address.to_string();
        let mut server = Server::new(protocol, host, Some(record.port), security, name);
        server.username_alternatives = vec![context.address.local_part().to_owned()];
        server.authentication = vec![AuthMethod::Password];
        Some(server)
    }
}

impl Chain for Services {
    fn mechanism(&self) -> Mechanism {
        Mechanism::SrvServices
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        match outcome {
            Outcome::Lookup(answer) => {
                let reason = self.take(answer);
                (reason, self.next(context))
            }
            _ => (Reason::OtherAnswer, Move::End(End::Nothing)),
        }
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    fn not_offered(&self) -> Vec<Protocol> {
        let of = |protocol: Protocol| {
            let labels = MAIL.iter().filter(move |(_, known, _)| *known == protocol);
            labels
                .flat_map(|(label, ..)| self.answers.iter().filter(move |(name, _)| name == label))
        };
        let is_offered = |(_, records): &(String, Vec<SrvRecord>)| {
            records.iter().any(|record| !record.target.is_empty())
        };
        // Who says of one way to connect that it is not offered, and is silent on the other, offers
        // none.
        let is_refused =
            |protocol: &Protocol| of(*protocol).next().is_some() && !of(*protocol).any(is_offered);
        [Protocol::Imap, Protocol::Pop3, Protocol::Smtp].into_iter().filter(is_refused).collect()
    }

    fn services(&self) -> &[Service] {
        &self.beside_mail
    }

    fn origin(&self) -> Origin {
        Origin::Names { is_inside: !self.is_outside }
    }
}

/// The questions about a domain, in order.
pub(crate) fn lookups(context: Context<'_>) -> Vec<Lookup> {
    let (domain, deadline) = (context.address.domain(), context.options.deadlines.dns);
    let labels =
        MAIL.iter().map(|(label, ..)| *label).chain(OTHERS.iter().map(|(label, ..)| *label));
    labels
        .map(|label| Lookup::new(format!("{label}._tcp.{domain}"), LookupKind::Srv, deadline))
        .collect()
}

fn service(record: &SrvRecord, kind: ServiceKind, path: &str) -> Result<(String, Service), Reason> {
    let (target, port) = (&record.target, record.port);
    let bad = || Reason::BadTarget(format!("{target}:{port}"));
    let host: Domain = target.parse().map_err(|_| bad())?;
    redirect::check_name(host.as_str())?;
    let url = match port {
        0 => return Err(bad()),
        443 => format!("https://{host}{path}"),
        port => format!("https://{host}:{port}{path}"),
    };
    let url = Url::parse(&url).map_err(|_| bad())?;
    Ok((host.to_string(), Service::new(kind, url.to_string(), None)))
}

/// The servers, each of them once: the same one may stand under two labels.
fn once_each(servers: impl IntoIterator<Item = Server>) -> Vec<Server> {
    let mut kept: Vec<Server> = Vec::new();
    for server in servers {
        if !kept.contains(&server) {
            kept.push(server);
        }
    }
    kept
}
