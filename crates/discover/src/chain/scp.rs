//! Service connection points: Active Directory names Autodiscover's URLs, which are then asked.
//!
//! The user's entry is read first, for the name of the Exchange server; then the connection points of
//! both kinds, by one search. A pointer leads to another directory, ten at most.

use std::collections::BTreeSet;

use mailscout_net::directory::{Base, DirectoryAnswer, Filter};
use mailscout_schema::autodiscover::scp::{
    self, BINDING_INFORMATION, Choice, KEYWORDS, POINTER_KEYWORD, Pointer, URL_KEYWORD,
};

use super::{Aside, Chain, Context, End, Move, autodiscover::Autodiscover};
use crate::{
    consent::{Consent, ConsentBook, Question},
    directory::{
        ExchangeServer, Inquiry, Person, user_by_address,
        way::{Around, Next, Place, Way},
    },
    mechanism::Mechanism,
    reason::{DirectoryReason, Reason},
    request::Outcome,
    trust::{Hop, Origin},
};

/// Pointers that are followed.
const MAX_POINTERS: usize = 10;

/// The directory, and then Autodiscover at the URLs that it names.
#[derive(Debug)]
pub(super) struct Scp {
    way: Way,
    step: Step,
    /// The directory that was searched first, once a pointer leads away from it, and those that
    /// pointers led to.
    followed: BTreeSet<String>,
    /// Where to go on when no URL of this directory answers.
    fallback: Option<Pointer>,
    inner: Option<Autodiscover>,
    exchange_server: Option<ExchangeServer>,
    asides: Vec<Aside>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Step {
    User,
    Points,
    Urls,
}

impl Scp {
    pub(super) fn start(context: Context<'_>) -> Result<(Self, Move), Reason> {
        let around = around(context).ok_or(Reason::Directory(DirectoryReason::NotConfigured))?;
        let known = around.directory.exchange_server.clone();
        let (step, inquiry) = match known {
            Some(_) => (Step::Points, points(None)),
            None => (Step::User, user_by_address(context.address)),
        };
        let (way, reason, next) = Way::start(inquiry, around);
        let exchange_server = known.map(|name| ExchangeServer { name, place: None });
        let mut chain = Self {
            way,
            step,
            followed: BTreeSet::new(),
            fallback: None,
            inner: None,
            exchange_server,
            asides: Vec::new(),
        };
        match chain.go(next, context) {
            Move::End(End::Nothing) => Err(reason),
            next => Ok((chain, next)),
        }
    }

    fn go(&mut self, next: Next, context: Context<'_>) -> Move {
        match next {
            Next::Ask(request) => Move::Ask(request),
            Next::Nothing => self.fall_back(context),
            Next::Answer(answer) => match (self.step, answer) {
                (Step::User, answer) => self.take_user(answer.as_ref().ok(), context),
                (_, Ok(answer)) => self.take_points(&answer, context),
                (_, Err(_)) => self.fall_back(context),
            },
        }
    }

    /// Keeps the user's Exchange server, and asks the same directory for connection points.
    fn take_user(&mut self, answer: Option<&DirectoryAnswer>, context: Context<'_>) -> Move {
        let person = answer.map(Person::of).unwrap_or_default();
        self.exchange_server = person.exchange_server.map(|name| {
            let about = format!("Exchange server {name}");
            self.asides.push(Aside { about, reason: Reason::Answered("kept".to_owned()) });
            ExchangeServer { name, place: self.way.present.clone() }
        });
        self.step = Step::Points;
        let Some(around) = around(context) else { return Move::End(End::Nothing) };
        let (_, next) = self.way.ask(points(None), around);
        self.go(next, context)
    }

    fn take_points(&mut self, answer: &DirectoryAnswer, context: Context<'_>) -> Move {
        let lists: Vec<[Vec<String>; 2]> = answer
            .entries
            .iter()
            .map(|entry| {
                [KEYWORDS, BINDING_INFORMATION]
                    .map(|name| entry.texts(name).map(str::to_owned).collect())
            })
            .collect();
        let entries: Vec<scp::Entry<'_>> =
            lists.iter().map(|[keywords, binding]| scp::Entry::new(keywords, binding)).collect();
        let site = context.options.directory.as_ref().and_then(|it| it.site.as_deref());
        let Choice { next, fallback, refused, .. } =
            scp::choose(&entries, context.address.domain(), site);
        for entry in refused {
            let why = entry.reason.to_string();
            let reason = DirectoryReason::Unusable { text: entry.text, why };
            self.note("service connection point", reason);
        }
        self.fallback = fallback;
        match next {
            scp::Next::Follow(pointer) => {
                self.fallback = None;
                self.follow(&pointer, context)
            }
            scp::Next::Urls(urls) if urls.is_empty() => self.fall_back(context),
            scp::Next::Urls(urls) => self.ask_urls(urls, context),
        }
    }

    fn ask_urls(&mut self, urls: Vec<String>, context: Context<'_>) -> Move {
        let Some(place) = self.way.present.clone() else { return Move::End(End::Nothing) };
        self.note(&place.name(), DirectoryReason::Urls(urls.clone()));
        self.step = Step::Urls;
        let (inner, next) = Autodiscover::at_urls(urls, place.name(), place.is_proved(), context);
        self.inner = Some(inner);
        self.after(next, context)
    }

    /// Goes on where Autodiscover ended without anything.
    fn after(&mut self, next: Move, context: Context<'_>) -> Move {
        match next {
            Move::End(End::Nothing) => {
                self.asides.extend(self.inner.iter_mut().flat_map(Chain::take_asides));
                self.fall_back(context)
            }
            next => next,
        }
    }

    fn fall_back(&mut self, context: Context<'_>) -> Move {
        match self.fallback.take() {
            Some(pointer) => self.follow(&pointer, context),
            None => Move::End(End::Nothing),
        }
    }

    fn follow(&mut self, pointer: &Pointer, context: Context<'_>) -> Move {
        let (Some(around), Some(from)) = (around(context), self.way.present.clone()) else {
            return Move::End(End::Nothing);
        };
        let place = from.pointed_at(pointer);
        let to = match pointer.base.as_deref() {
            Some(base) if !base.is_empty() => format!("{base} at {}", place.name()),
            _ => place.name(),
        };
        if self.followed.is_empty() {
            self.followed.insert(from.name().to_lowercase());
        }
        if self.followed.len() > MAX_POINTERS {
            self.note(&from.name(), DirectoryReason::TooManyPointers);
            return Move::End(End::Nothing);
        }
        if !self.followed.insert(to.to_lowercase()) {
            self.note(&from.name(), DirectoryReason::Loop(to));
            return Move::End(End::Nothing);
        }
        self.note(&from.name(), DirectoryReason::Pointer(to));
        self.step = Step::Points;
        let (way, reason, next) = Way::to(place, points(pointer.base.as_deref()), around);
        self.way = way;
        if matches!(next, Next::Nothing) {
            self.asides.push(Aside { about: "pointer".to_owned(), reason });
        }
        self.go(next, context)
    }

    fn note(&mut self, about: &str, reason: DirectoryReason) {
        self.asides.push(Aside { about: about.to_owned(), reason: Reason::Directory(reason) });
    }
}

impl Chain for Scp {
    fn mechanism(&self) -> Mechanism {
        Mechanism::Scp
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        if let (Step::Urls, Some(inner)) = (self.step, &mut self.inner) {
            let (reason, next) = inner.complete(outcome, context);
            return (reason, self.after(next, context));
        }
        let Some(around) = around(context) else {
            return (Reason::OtherAnswer, Move::End(End::Nothing));
        };
        let (reason, next) = self.way.complete(outcome, around);
        (reason, self.go(next, context))
    }

    fn give_up(&mut self, url: String, context: Context<'_>) -> Move {
        let next = self.inner.as_mut().map(|inner| inner.give_up(url, context));
        self.after(next.unwrap_or(Move::End(End::Nothing)), context)
    }

    fn take_known_consent(
        &mut self,
        consent: Consent,
        question: &Question,
        context: Context<'_>,
    ) -> Move {
        let inner = self.inner.as_mut();
        let next = inner.map(|inner| inner.take_known_consent(consent, question, context));
        self.after(next.unwrap_or(Move::End(End::Nothing)), context)
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        let mut asides = core::mem::take(&mut self.asides);
        asides.extend(self.inner.iter_mut().flat_map(Chain::take_asides));
        asides
    }

    fn exchange_server(&self) -> Option<&ExchangeServer> {
        self.exchange_server.as_ref()
    }

    fn asked(&self) -> &[String] {
        self.inner.as_ref().map_or(&[], Chain::asked)
    }

    fn charge(&self, dead: &BTreeSet<String>, consents: &ConsentBook) -> (usize, bool) {
        self.inner.as_ref().map_or((0, false), |inner| inner.charge(dead, consents))
    }

    fn hops(&self) -> &[Hop] {
        self.inner.as_ref().map_or(&[], Chain::hops)
    }

    fn origin(&self) -> Origin {
        let is_proved = self.way.present.as_ref().is_some_and(Place::is_proved);
        Origin::Directory { is_proved }
    }
}

/// The search for connection points of both kinds.
fn points(base: Option<&str>) -> Inquiry {
    let is = |attribute: &str, value: &str| Filter::Equals {
        attribute: attribute.to_owned(),
        value: value.as_bytes().to_vec(),
    };
    let base = match base {
        Some(name) if !name.is_empty() => Base::At(name.to_owned()),
        _ => Base::ConfigurationNamingContext,
    };
    let kinds = Filter::Or(vec![is(KEYWORDS, POINTER_KEYWORD), is(KEYWORDS, URL_KEYWORD)]);
    let filter = Filter::And(vec![is("objectClass", "serviceConnectionPoint"), kinds]);
    let attributes = [KEYWORDS, BINDING_INFORMATION].map(str::to_owned).to_vec();
    Inquiry { base, filter, attributes }
}

/// What a directory's way knows of the search.
pub(super) fn around(context: Context<'_>) -> Option<Around<'_>> {
    let directory = context.options.directory.as_ref()?;
    Some(Around {
        options: context.options,
        directory,
        domain: directory.domain.as_ref().or(Some(context.home)),
        looked_up: context.looked_up,
    })
}
