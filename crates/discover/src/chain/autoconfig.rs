//! Autoconfig's ways: the domain's own places, Mozilla's database, and both again by the MX record.
//!
//! Every place is asked by GET; https stays https. What comes over plain http, or from a place that
//! a text in the DNS names, is taken only after the user agreed. What is found by the MX record is
//! asked for without the address, and is proved by nothing.

use std::{
    collections::{BTreeSet, VecDeque},
    path::PathBuf,
};

use mailscout_net::{
    dns::{Lookup, LookupKind, MxRecord, Records},
    failure::Failure,
    http::{HttpResponse, Method},
    policy::AddressPolicy,
};
use mailscout_schema::{
    address::Domain,
    autoconfig::{self, LowerOptions},
    settings::Server,
};
use url::Url;

use super::{
    Aside, Chain, Context, End, MAX_DOCUMENT, Move, Offer,
    question::{
        addresses_of, allowed_addresses, answered, consent_to, first_policy, http_request,
        left_to_try, new_hop, refusal,
    },
};
use crate::{
    answer,
    consent::{Consent, ConsentBook, Question, Why},
    mechanism::Mechanism,
    mx,
    options::Ispdb,
    reason::Reason,
    redirect::{self, Referrer, Target},
    request::{Outcome, Request},
    trust::{ConsentState, Hop, HopKind, Origin},
};

/// Redirects that one place may take.
const MAX_REDIRECTS: usize = 5;

/// One of Autoconfig's mechanisms at work.
#[derive(Debug)]
pub(super) struct Autoconfig {
    mechanism: Mechanism,
    waiting: Waiting,
    places: VecDeque<Place>,
    /// The domain that the present place was asked for, where it is not the address's.
    asked_for: Option<Domain>,
    /// The way to the present place.
    hops: Vec<Hop>,
    /// Whether the settings came over plain http.
    is_plain: bool,
    asides: Vec<Aside>,
}

/// A place where a document may be, and the domain that it is asked for, where it is not the
/// address's.
#[derive(Clone, Debug)]
struct Place {
    at: At,
    asked_for: Option<Domain>,
}

#[derive(Clone, Debug)]
enum At {
    Url(Target),
    File(PathBuf),
}

#[derive(Debug)]
enum Waiting {
    Nothing,
    Mx,
    Text,
    Addresses(Target),
    Response(Target),
    File(String),
    /// Consent to go on to a target.
    Hop(Hop, Target),
    /// Consent to take what came from a target.
    Offer(Target, Box<Offer>),
}

impl Autoconfig {
    pub(super) fn start(
        mechanism: Mechanism,
        context: Context<'_>,
    ) -> Result<(Self, Move), Reason> {
        let mut chain = Self {
            mechanism,
            waiting: Waiting::Nothing,
            places: VecDeque::new(),
            asked_for: None,
            hops: Vec::new(),
            is_plain: false,
            asides: Vec::new(),
        };
        let domain = context.address.domain();
        // A database that cannot be asked is nothing to ask the DNS for either.
        let database = match mechanism {
            Mechanism::Ispdb | Mechanism::IspdbMx => Some(in_database(domain, None, context)?),
            _ => None,
        };
        let deadline = context.options.deadlines.dns;
        let ask =
            |kind| Move::Ask(Request::Lookup(Lookup::new(domain.to_string(), kind, deadline)));
        let first = match mechanism {
            Mechanism::Ispdb => {
                chain.places.extend(database);
                chain.next_place(context)
            }
            Mechanism::AutoconfigMx | Mechanism::IspdbMx => {
                chain.waiting = Waiting::Mx;
                ask(LookupKind::Mx)
            }
            Mechanism::MailconfTxt => {
                chain.waiting = Waiting::Text;
                ask(LookupKind::Txt)
            }
            _ => {
                chain.places.extend(at_home(mechanism, context));
                chain.next_place(context)
            }
        };
        Ok((chain, first))
    }

    fn next_place(&mut self, context: Context<'_>) -> Move {
        self.hops.clear();
        let Some(Place { at, asked_for }) = self.places.pop_front() else {
            return Move::End(End::Nothing);
        };
        self.asked_for = asked_for;
        match at {
            At::Url(target) => {
                if self.mechanism == Mechanism::MailconfTxt {
                    let (name, to) = (context.address.domain().as_str(), target.url.to_string());
                    self.hops.push(new_hop(HopKind::Txt, Referrer::Srv, name, to));
                }
                self.look_up(target, context)
            }
            At::File(path) => {
                self.waiting = Waiting::File(path.display().to_string());
                Move::Ask(Request::ReadFile { path, max_bytes: MAX_DOCUMENT })
            }
        }
    }

    fn look_up(&mut self, target: Target, context: Context<'_>) -> Move {
        let is_own = self.hops.is_empty() && self.mechanism != Mechanism::AutoconfigMx;
        if !is_own && context.consents.answer(target.host()) == Some(Consent::Denied) {
            let about = format!("GET {}", target.url);
            let reason = Reason::ConsentDenied(target.host().to_owned());
            self.asides.push(Aside { about, reason });
            return self.next_place(context);
        }
        let lookup = addresses_of(target.host(), context);
        self.waiting = Waiting::Addresses(target);
        Move::Ask(lookup)
    }

    fn take_addresses(
        &mut self,
        target: Target,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let refused = |reason, chain: &mut Self| (reason, chain.next_place(context));
        let addresses = match answer {
            Ok(Records::Addresses(addresses)) => addresses,
            Ok(_) => return refused(Reason::Network(Failure::NoData), self),
            Err(failure) => return refused(Reason::Network(failure), self),
        };
        let allowed = match allowed_addresses(&addresses, &target) {
            Ok(allowed) => allowed,
            Err(reason) => return refused(reason, self),
        };
        let left = left_to_try(allowed, &target, context);
        if left.is_empty() {
            let about = format!("GET {}", target.url);
            self.asides.push(Aside { about, reason: Reason::HostSilent });
            return refused(answered(&addresses), self);
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
        let response = match answer {
            Ok(response) => response,
            Err(failure) => return (Reason::Network(failure), self.next_place(context)),
        };
        match (response.status, &response.location) {
            (200, _) => {
                let offer =
                    self.read(&response.body, response.content_encoding.as_deref(), context);
                match offer {
                    Ok(offer) => self.take_offer(offer, target, context),
                    Err(reason) => (reason, self.next_place(context)),
                }
            }
            (301 | 302 | 303 | 307 | 308, Some(location)) => self.follow(location, target, context),
            (301 | 302 | 303 | 307 | 308, None) => (Reason::NoLocation, self.next_place(context)),
            (status, _) => (Reason::Status(status), self.next_place(context)),
        }
    }

    fn read(
        &self,
        body: &[u8],
        encoding: Option<&str>,
        context: Context<'_>,
    ) -> Result<Box<Offer>, Reason> {
        if let Some(encoding) = encoding {
            return Err(Reason::Compressed(encoding.chars().take(40).collect()));
        }
        let reading = autoconfig::read(body).map_err(|error| answer::not_a_document(&error))?;
        let mut options = LowerOptions::default();
        options.asked_for.clone_from(&self.asked_for);
        let lowered = autoconfig::lower(&reading.config, context.address, &options);
        let mut settings = lowered.settings;
        if !settings.has_mail_servers() {
            return Err(Reason::NothingUsable);
        }
        if let Some(protocol) = context.options.prefer {
            settings.prefer(protocol);
        }
        let notices = reading.notices.into_iter().chain(lowered.notices).collect();
        Ok(Box::new(Offer { settings, notices }))
    }

    /// Takes what came over https; what came over plain http, or from where a text in the DNS led,
    /// is the user's to take.
    fn take_offer(
        &mut self,
        offer: Box<Offer>,
        target: &Target,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let reason = Reason::Settings(answer::summary(&offer.settings));
        self.is_plain = !target.is_https();
        let why = match self.mechanism {
            _ if self.is_plain => Why::PlainHttp,
            Mechanism::MailconfTxt => Why::TxtRecord,
            _ => return (reason, settings(offer, target)),
        };
        match consent_to(target.host(), context) {
            Some(Consent::Given) => {
                self.note_consent(target);
                (reason, settings(offer, target))
            }
            Some(refused) => (refusal(refused, target.host().to_owned()), self.next_place(context)),
            None => {
                let from = self.hops.last().map_or(target.url.as_str(), |hop| hop.from.as_str());
                let address = context.address.clone();
                let mut question = Question::new(address, target.host(), from, target.url.as_str());
                question.why = why;
                let named = offer.settings.incoming.iter().chain(&offer.settings.outgoing);
                question.servers = named.map(Server::place).collect();
                self.waiting = Waiting::Offer(target.clone(), offer);
                (reason, Move::Ask(Request::Ask(question)))
            }
        }
    }

    /// Writes down that the user took what came from the target.
    fn note_consent(&mut self, target: &Target) {
        let url = target.url.as_str();
        if self.hops.is_empty() {
            self.hops.push(new_hop(HopKind::Http, Referrer::Target(target), url, url.to_owned()));
        }
        if let Some(last) = self.hops.last_mut() {
            last.consent = ConsentState::Given;
        }
    }

    fn follow(&mut self, location: &str, source: &Target, context: Context<'_>) -> (Reason, Move) {
        let judged = redirect::judge_get(location, source, context);
        let target = match judged {
            Ok(target) => target,
            Err(reason) => return (reason, self.next_place(context)),
        };
        let url = target.url.to_string();
        let is_seen = |hop: &Hop| hop.from == url || hop.to == url;
        if url == source.url.as_str() || self.hops.iter().any(is_seen) {
            return (Reason::Loop(url), self.next_place(context));
        }
        let followed = self.hops.iter().filter(|hop| hop.kind == HopKind::Http).count();
        if followed >= MAX_REDIRECTS {
            return (Reason::TooManyRedirects, self.next_place(context));
        }
        let (site, from) = (target.host(), source.url.as_str());
        let mut hop = new_hop(HopKind::Http, Referrer::Target(source), from, url.clone());
        if !source.is_https() && source.host() != site {
            match consent_to(site, context) {
                Some(Consent::Given) => hop.consent = ConsentState::Given,
                Some(refused) => {
                    return (refusal(refused, site.to_owned()), self.next_place(context));
                }
                None => {
                    let question = Question::new(context.address.clone(), site, from, url.clone());
                    self.waiting = Waiting::Hop(hop, target);
                    return (Reason::RedirectTo(url), Move::Ask(Request::Ask(question)));
                }
            }
        }
        self.hops.push(hop);
        (Reason::RedirectTo(url), self.look_up(target, context))
    }

    fn take_mx(
        &mut self,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let records: Vec<MxRecord> = match answer {
            Ok(Records::Mx(records)) => records,
            Ok(_) => return (Reason::Network(Failure::NoData), Move::End(End::Nothing)),
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        if mx::is_null(&records) {
            return (Reason::NoMail, Move::End(End::Nothing));
        }
        // Who filters a domain's mail does not keep its mailboxes, and says nothing of them.
        let filter = |host| context.options.known.as_ref().and_then(|known| known.filter(host));
        if let Some(filter) = mx::best(&records).find_map(filter) {
            return (Reason::MailFilter(filter), Move::End(End::Nothing));
        }
        let list: Vec<String> = records.iter().map(|record| record.host.clone()).collect();
        for name in mx::hosters(&records, context.address.domain()) {
            let place = match self.mechanism {
                Mechanism::IspdbMx => in_database(&name, Some(name.clone()), context).ok(),
                _ => at_hoster(&name, context),
            };
            self.places.extend(place);
        }
        if self.places.is_empty() {
            return (Reason::NoHoster, Move::End(End::Nothing));
        }
        (Reason::Answered(list.join(", ")), self.next_place(context))
    }

    fn take_text(
        &mut self,
        answer: Result<Records, Failure>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let texts = match answer {
            Ok(Records::Txt(texts)) => texts,
            Ok(_) => return (Reason::Network(Failure::NoData), Move::End(End::Nothing)),
            Err(failure) => return (Reason::Network(failure), Move::End(End::Nothing)),
        };
        let Some(named) = texts.iter().find_map(|text| text.trim().strip_prefix("mailconf="))
        else {
            return (Reason::Network(Failure::NoData), Move::End(End::Nothing));
        };
        match redirect::judge_named(named.trim(), context) {
            Ok(target) => {
                self.places.push_back(Place { at: At::Url(target), asked_for: None });
                (Reason::RedirectTo(named.to_owned()), self.next_place(context))
            }
            Err(reason) => (reason, Move::End(End::Nothing)),
        }
    }
}

fn settings(offer: Box<Offer>, target: &Target) -> Move {
    Move::End(End::Settings { offer, from: target.url.to_string() })
}

/// Whether a hop went to a site that the user has denied since.
fn is_denied(hop: &Hop, consents: &ConsentBook) -> bool {
    let url = Url::parse(&hop.to).ok();
    let answer = url.and_then(|url| consents.answer(url.host_str()?));
    hop.consent != ConsentState::Given && answer == Some(Consent::Denied)
}

/// The domain's own place of a mechanism.
fn at_home(mechanism: Mechanism, context: Context<'_>) -> Option<Place> {
    let domain = context.address.domain();
    let url = match mechanism {
        Mechanism::AutoconfigWellKnown => {
            format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml")
        }
        Mechanism::AutoconfigHttp => format!("http://autoconfig.{domain}/mail/config-v1.1.xml"),
        _ => format!("https://autoconfig.{domain}/mail/config-v1.1.xml"),
    };
    let mut url = Url::parse(&url).ok()?;
    if mechanism == Mechanism::AutoconfigHttpsHost {
        url.query_pairs_mut().append_pair("emailaddress", &context.address.to_string());
        // A blank is `+` in a form, and nowhere else; a real `+` is `%2B` by now.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
    }
    let target = Target { url, policy: first_policy(context), method: Method::Get };
    Some(Place { at: At::Url(target), asked_for: None })
}

/// A hoster's place; the address stays here.
fn at_hoster(name: &Domain, context: Context<'_>) -> Option<Place> {
    let host = format!("autoconfig.{name}");
    redirect::check_name(&host).ok()?;
    let url = Url::parse(&format!("https://{host}/mail/config-v1.1.xml")).ok()?;
    let at = At::Url(redirect::abroad(url, context));
    Some(Place { at, asked_for: Some(name.clone()) })
}

/// The place of a domain in Mozilla's database; only the domain is told.
fn in_database(
    domain: &Domain,
    asked_for: Option<Domain>,
    context: Context<'_>,
) -> Result<Place, Reason> {
    let at = match &context.options.ispdb {
        Ispdb::Off => return Err(Reason::NoThirdParty),
        Ispdb::Folder(folder) => At::File(folder.join(format!("{domain}.xml"))),
        Ispdb::At(base) => {
            let base = base.trim_end_matches('/');
            let url = Url::parse(&format!("{base}/{domain}"))
                .map_err(|_| Reason::BadUrl(base.to_owned()))?;
            if url.scheme() != "https" {
                return Err(Reason::BadScheme(url.scheme().to_owned()));
            }
            // Whoever runs the program chose it, so it may be in the own network.
            let is_limited = context.options.public_only;
            let policy = if is_limited { AddressPolicy::Public } else { AddressPolicy::Any };
            At::Url(Target { url, policy, method: Method::Get })
        }
    };
    Ok(Place { at, asked_for })
}

impl Chain for Autoconfig {
    fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        let waiting = core::mem::replace(&mut self.waiting, Waiting::Nothing);
        match (waiting, outcome) {
            (Waiting::Mx, Outcome::Lookup(answer)) => self.take_mx(answer, context),
            (Waiting::Text, Outcome::Lookup(answer)) => self.take_text(answer, context),
            (Waiting::Addresses(target), Outcome::Lookup(answer)) => {
                self.take_addresses(target, answer, context)
            }
            (Waiting::Response(target), Outcome::Http(answer)) => {
                self.take_response(&target, answer, context)
            }
            (Waiting::File(path), Outcome::File(Ok(bytes))) => {
                match self.read(&bytes, None, context) {
                    Ok(offer) => {
                        let reason = Reason::Settings(answer::summary(&offer.settings));
                        (reason, Move::End(End::Settings { offer, from: path }))
                    }
                    Err(reason) => (reason, self.next_place(context)),
                }
            }
            (Waiting::File(path), Outcome::File(Err(detail))) => {
                (Reason::NotInFolder(format!("{path}: {detail}")), self.next_place(context))
            }
            (Waiting::Hop(hop, target), Outcome::Consent(consent)) => {
                if consent != Consent::Given {
                    let reason = refusal(consent, target.host().to_owned());
                    return (reason, self.next_place(context));
                }
                self.hops.push(Hop { consent: ConsentState::Given, ..hop });
                (Reason::Answered("allowed".to_owned()), self.look_up(target, context))
            }
            (Waiting::Offer(target, offer), Outcome::Consent(consent)) => {
                if consent != Consent::Given {
                    let reason = refusal(consent, target.host().to_owned());
                    return (reason, self.next_place(context));
                }
                self.note_consent(&target);
                (Reason::Answered("allowed".to_owned()), settings(offer, &target))
            }
            _ => (Reason::OtherAnswer, Move::End(End::Nothing)),
        }
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

    fn charge(&self, _: &BTreeSet<String>, consents: &ConsentBook) -> (usize, bool) {
        (0, self.hops.iter().any(|hop| is_denied(hop, consents)))
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        core::mem::take(&mut self.asides)
    }

    fn hops(&self) -> &[Hop] {
        &self.hops
    }

    fn origin(&self) -> Origin {
        match self.mechanism {
            Mechanism::Ispdb => Origin::ThirdParty,
            Mechanism::IspdbMx | Mechanism::AutoconfigMx => Origin::Mx,
            _ if self.is_plain => Origin::PlainAnswer,
            Mechanism::AutoconfigHttp | Mechanism::MailconfTxt => Origin::PlainHttp,
            _ => Origin::Https,
        }
    }
}
