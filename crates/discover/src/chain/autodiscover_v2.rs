//! Autodiscover v2: the same service is asked for the URL of one protocol after the other.
//!
//! Each question is an Autodiscover of its own, with the rules about redirects that all have. What
//! they come to is one answer, and no proof that the mailbox exists.

use std::collections::{BTreeSet, VecDeque};

use mailscout_schema::{autodiscover::v2::Protocol, notice::Notice, settings::AccountSettings};

use super::{
    Aside, Chain, Context, End, Move, Offer,
    autodiscover::{Autodiscover, Begin, Dialect},
};
use crate::{
    consent::{Consent, ConsentBook, Question},
    mechanism::Mechanism,
    reason::Reason,
    request::Outcome,
    trust::{Hop, Origin},
};

/// Code of the notice that what was found shows where a service would be, not that it is there.
pub const HINT_ONLY: &str = "hint-only";
/// Code of the notice that names the URL of Autodiscover in its plain XML, at which nothing is asked.
pub const AUTODISCOVER_V1: &str = "autodiscover-v1";

/// The protocols, in the order in which they are asked for.
const PROTOCOLS: [Protocol; 3] = [Protocol::ActiveSync, Protocol::Ews, Protocol::AutodiscoverV1];

/// Autodiscover v2 at work.
#[derive(Debug)]
pub(super) struct AutodiscoverV2 {
    inner: Autodiscover,
    left: VecDeque<Protocol>,
    done: Vec<Autodiscover>,
    /// What was answered, and the URL that said so first.
    offer: Offer,
    from: Option<String>,
    /// The ways to what was answered.
    hops: Vec<Hop>,
    asides: Vec<Aside>,
}

impl AutodiscoverV2 {
    pub(super) fn start(context: Context<'_>) -> Result<(Self, Move), Reason> {
        let mut left = VecDeque::from(PROTOCOLS);
        let first = left.pop_front().ok_or(Reason::NothingNamed)?;
        let (inner, next) = ask_for(first, context);
        let offer = Offer { settings: AccountSettings::default(), notices: Vec::new() };
        let mut chain = Self {
            inner,
            left,
            done: Vec::new(),
            offer,
            from: None,
            hops: Vec::new(),
            asides: Vec::new(),
        };
        let next = chain.after(false, next, context);
        Ok((chain, next))
    }

    /// Goes on to the next protocol where the service answered for this one, whatever it said. Who
    /// is no such service, or silent, is not asked again.
    fn after(&mut self, has_refused: bool, mut next: Move, context: Context<'_>) -> Move {
        let mut is_answered = has_refused;
        loop {
            match next {
                Move::End(End::Settings { offer, from }) => {
                    is_answered = true;
                    self.keep(*offer, from);
                }
                Move::End(End::Nothing) => {}
                next => return next,
            }
            let protocol = if is_answered { self.left.pop_front() } else { None };
            let Some(protocol) = protocol else { return self.end() };
            let (inner, first) = ask_for(protocol, context);
            let mut before = core::mem::replace(&mut self.inner, inner);
            self.asides.extend(before.take_asides());
            self.done.push(before);
            (next, is_answered) = (first, false);
        }
    }

    fn keep(&mut self, offer: Offer, from: String) {
        self.offer.settings.services.extend(offer.settings.services);
        self.offer.notices.extend(offer.notices);
        self.from.get_or_insert(from);
        self.hops.extend_from_slice(self.inner.hops());
    }

    /// Settings where a service was named. The URL of the plain XML alone is a remark.
    fn end(&mut self) -> Move {
        let Some(from) = self.from.take().filter(|_| !self.offer.settings.is_empty()) else {
            return Move::End(End::Nothing);
        };
        let text = "Autodiscover v2 answers anybody, for addresses too that do not exist: it says \
                    where a service would be, and proves no mailbox";
        let mut notices = core::mem::take(&mut self.offer.notices);
        notices.push(Notice::new(HINT_ONLY, text));
        let settings = core::mem::take(&mut self.offer.settings);
        Move::End(End::Settings { offer: Box::new(Offer { settings, notices }), from })
    }

    /// The context of the present question: what was followed for those before it is spent.
    fn around<'a>(&self, context: Context<'a>) -> Context<'a> {
        let spent = self.done.iter().map(Autodiscover::followed).sum::<usize>();
        Context { redirects_above: context.redirects_above + spent, ..context }
    }
}

impl Chain for AutodiscoverV2 {
    fn mechanism(&self) -> Mechanism {
        Mechanism::AutodiscoverV2
    }

    fn complete(&mut self, outcome: Outcome, context: Context<'_>) -> (Reason, Move) {
        let (reason, next) = self.inner.complete(outcome, self.around(context));
        let has_refused = matches!(reason, Reason::Refused { .. } | Reason::NothingNamed);
        let next = self.after(has_refused, next, context);
        (reason, next)
    }

    fn take_known_consent(
        &mut self,
        consent: Consent,
        question: &Question,
        context: Context<'_>,
    ) -> Move {
        let next = self.inner.take_known_consent(consent, question, self.around(context));
        self.after(false, next, context)
    }

    fn take_asides(&mut self) -> Vec<Aside> {
        let mut asides = core::mem::take(&mut self.asides);
        asides.extend(self.inner.take_asides());
        asides
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        core::mem::take(&mut self.offer.notices)
    }

    fn charge(&self, dead: &BTreeSet<String>, consents: &ConsentBook) -> (usize, bool) {
        let all = self.done.iter().chain([&self.inner]);
        all.map(|one| one.charge(dead, consents))
            .fold((0, false), |(sum, any), (cost, is_cut)| (sum + cost, any | is_cut))
    }

    fn hops(&self) -> &[Hop] {
        &self.hops
    }

    fn origin(&self) -> Origin {
        Origin::Https
    }
}

fn ask_for(protocol: Protocol, context: Context<'_>) -> (Autodiscover, Move) {
    let dialect = Dialect::Json(protocol);
    Autodiscover::at_hosts(Mechanism::AutodiscoverV2, dialect, &[Begin::Host], context)
}
