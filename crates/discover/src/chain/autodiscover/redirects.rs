//! Where an answer leads: another URL, another address, a question to the user first.

use mailscout_schema::address::EmailAddress;

use super::{Autodiscover, Next, Stop, Waiting, dialect::told};
use crate::{
    answer::Answer,
    chain::{
        Context, End, Move,
        question::{consent_to, new_hop, refusal},
    },
    consent::{Consent, Question},
    options::MAX_REDIRECTS,
    reason::Reason,
    redirect::{self, Referrer},
    request::Request,
    suffix,
    trust::{ConsentState, Hop, HopKind},
};

impl Autodiscover {
    pub(super) fn follow(
        &mut self,
        answer: Answer,
        from: Referrer<'_>,
        name: &str,
        context: Context<'_>,
    ) -> (Reason, Move) {
        match answer {
            Answer::No(reason) => (reason, Move::End(End::Nothing)),
            Answer::Settings(offer) => {
                let reason = told(&offer);
                (reason, Move::End(End::Settings { offer, from: name.to_owned() }))
            }
            Answer::Location(to) => self.redirect(&to, HopKind::Http, from, name, context),
            Answer::RedirectUrl(to) => {
                self.redirect(&to, HopKind::RedirectUrl, from, name, context)
            }
            Answer::RedirectAddr(to) => self.change_address(&to, from, name, context),
        }
    }

    pub(super) fn redirect(
        &mut self,
        to: &str,
        kind: HopKind,
        from: Referrer<'_>,
        name: &str,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let allowed = match redirect::judge(to, kind, from, context) {
            Ok(allowed) => allowed,
            Err(reason) => return (reason, Move::End(End::Nothing)),
        };
        let target = match self.dialect.onward(allowed.target, self.hops.len(), context) {
            Ok(target) => target,
            Err(reason) => return (reason, Move::End(End::Nothing)),
        };
        let url = target.url.to_string();
        let place = self.dialect.place(&url);
        if self.visited().any(|visited| visited == place) || context.dead.contains(&place) {
            return (Reason::Loop(url), Move::End(End::Nothing));
        }
        let site = target.host().to_owned();
        let hop = new_hop(kind, from, name, url);
        self.go(hop, Next::Target(target), allowed.needs_consent.then_some(site), context)
    }

    pub(super) fn change_address(
        &mut self,
        to: &str,
        from: Referrer<'_>,
        name: &str,
        context: Context<'_>,
    ) -> (Reason, Move) {
        let Ok(address) = to.parse::<EmailAddress>() else {
            let shown = to.chars().take(200).collect();
            return (Reason::BadAddress(shown), Move::End(End::Nothing));
        };
        if let Err(reason) = redirect::check_name(address.domain().as_str()) {
            return (reason, Move::End(End::Nothing));
        }
        let domain = address.domain().to_string();
        if context.consents.answer(&domain) == Some(Consent::Denied) {
            return (Reason::ConsentDenied(domain), Move::End(End::Nothing));
        }
        if context.tried.iter().any(|tried| tried.is_same_as(&address)) {
            return (Reason::Loop(address.to_string()), Move::End(End::Nothing));
        }
        let (old, new) = (context.address.domain().as_str(), address.domain().as_str());
        let is_asked = match from {
            Referrer::File => true,
            _ => old != new && !suffix::is_same_site(old, new),
        };
        let site = is_asked.then(|| new.to_owned());
        let hop = new_hop(HopKind::RedirectAddr, from, name, address.to_string());
        self.go(hop, Next::Address(address), site, context)
    }

    /// Goes on to where a redirect leads: within the budget, and with consent where `site` asks
    /// for it.
    pub(super) fn go(
        &mut self,
        mut hop: Hop,
        next: Next,
        site: Option<String>,
        context: Context<'_>,
    ) -> (Reason, Move) {
        if context.redirects_above + self.followed() + self.cost(&hop) > MAX_REDIRECTS {
            return (Reason::TooManyRedirects, Move::End(End::Overrun));
        }
        let answered = Reason::RedirectTo(hop.to.clone());
        let Some(site) = site else {
            return (answered, self.arrive(hop, next, context));
        };
        match consent_to(&site, context) {
            Some(Consent::Given) => {}
            Some(refused) => return (refusal(refused, site), Move::End(End::Nothing)),
            None => {
                let (from, to) = (hop.from.clone(), hop.to.clone());
                let question = Question::new(context.address.clone(), site, from, to);
                self.waiting = Waiting::Consent(hop, next);
                return (answered, Move::Ask(Request::Ask(question)));
            }
        }
        hop.consent = ConsentState::Given;
        (answered, self.arrive(hop, next, context))
    }

    pub(super) fn take_consent(
        &mut self,
        mut hop: Hop,
        next: Next,
        consent: Consent,
        context: Context<'_>,
    ) -> (Reason, Move) {
        if consent != Consent::Given {
            return (refusal(consent, next.host().to_owned()), Move::End(End::Nothing));
        }
        hop.consent = ConsentState::Given;
        (Reason::Answered("allowed".to_owned()), self.arrive(hop, next, context))
    }

    /// What a hop takes from the budget: an SRV answer is charged with its first target, a directory's
    /// not at all.
    fn cost(&self, hop: &Hop) -> usize {
        match hop.kind {
            HopKind::Scp => 0,
            HopKind::Srv => usize::from(self.trail.is_empty()),
            _ => 1,
        }
    }

    pub(super) fn arrive(&mut self, hop: Hop, next: Next, context: Context<'_>) -> Move {
        let begins = matches!(hop.kind, HopKind::Srv | HopKind::Scp);
        let host = Some(next.host().to_owned());
        let place = self.dialect.place(&hop.to);
        self.trail.push(Stop { place, host, cost: self.cost(&hop), begins });
        self.hops.push(hop);
        match next {
            Next::Target(target) => self.look_up(target, context),
            Next::Address(address) => Move::End(End::Restart(address)),
        }
    }
}
