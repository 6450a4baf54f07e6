//! What becomes of settings that a source came to: they are the answer, complete it, or are kept to
//! be compared with it.

use core::time::Duration;

use mailscout_schema::{
    notice::Notice,
    settings::{AccountSettings, Protocol, Server},
};

use super::Discovery;
use crate::{
    chain::{Chain, OFFLINE, Offer},
    mechanism::Mechanism,
    reason::{Ending, Reason},
    report::{Attempt, Found},
    trust::{Origin, Trust},
};

/// Code of the notice that servers were taken from a source of lower rank, for a wanted protocol
/// that none above names.
pub const JOINED: &str = "joined-source";

impl Discovery {
    /// Takes settings of a source above which every other is decided.
    ///
    /// The first are the answer. Further ones add servers of wanted protocols that the answer does
    /// not name, and change nothing of what it does: a source of lower rank weakens none above it.
    pub(super) fn take(
        &mut self,
        index: usize,
        chain: &dyn Chain,
        offer: Offer,
        from: String,
        now: Duration,
    ) {
        let whole = self.found_by(chain, offer.settings, from, now);
        if self.options.all && self.found.is_some() {
            self.put_aside(whole.mechanism, &whole.url, Reason::Compared, now);
            self.compared.push(whole.clone());
        }
        if self.is_of_use(&whole.settings) {
            self.note_silent_above(index);
            let servers = |found: &Found| protocols(&found.settings).count();
            let named = servers(&whole);
            let part = self.wanted_part(chain, whole);
            let mut notices = offer.notices;
            if servers(&part) < named && self.found.is_some() {
                // They may be about servers that are not taken.
                notices.clear();
            }
            if self.has_heard_somebody() {
                notices.retain(|notice| notice.code != OFFLINE);
            }
            self.notices.extend(notices);
            if self.found.is_none() {
                self.found = Some(part);
            } else {
                self.notices.push(note_joined(&part));
                self.joined.push(part);
            }
        } else if !self.options.all {
            self.put_aside(chain.mechanism(), &whole.url, Reason::NotWanted, now);
        }
        if self.found.is_some() && !self.options.all && self.missing().is_empty() {
            self.finish(now, &Reason::NotNeeded, &Reason::Overtaken);
        }
    }

    /// Whether anybody outside has answered.
    fn has_heard_somebody(&self) -> bool {
        let is_answer =
            |ending| matches!(ending, Ending::Answered | Ending::Redirect | Ending::Refused);
        self.attempts.iter().any(|attempt| is_answer(attempt.reason.ending()))
    }

    fn found_by(
        &self,
        chain: &dyn Chain,
        settings: AccountSettings,
        from: String,
        now: Duration,
    ) -> Found {
        let is_plain = settings.is_plain_for(&self.options.want);
        Found {
            trust: self.trust(chain, &settings),
            settings,
            mechanism: chain.mechanism(),
            url: from,
            address: self.address.clone(),
            is_provable: chain.origin() == (Origin::Names { is_inside: true }) && !is_plain,
            hops: [self.carried_hops.as_slice(), chain.hops()].concat(),
            at: now,
        }
    }

    /// The same settings with servers of those protocols alone that are still wanted.
    fn wanted_part(&self, chain: &dyn Chain, whole: Found) -> Found {
        if self.options.want.is_empty() {
            return whole;
        }
        let missing = self.missing();
        let mut settings = whole.settings;
        let is_wanted = |server: &Server| missing.contains(&server.protocol);
        settings.incoming.retain(is_wanted);
        settings.outgoing.retain(is_wanted);
        Found { at: whole.at, ..self.found_by(chain, settings, whole.url, whole.at) }
    }

    /// How far settings can be trusted that a chain came to.
    pub(super) fn trust(&self, chain: &dyn Chain, settings: &AccountSettings) -> Trust {
        let hops = [self.carried_hops.as_slice(), chain.hops()].concat();
        Trust::judge(chain.origin(), &hops, settings.is_plain_for(&self.options.want))
    }

    /// The wanted protocols for which no server was taken yet.
    pub(super) fn missing(&self) -> Vec<Protocol> {
        let taken = self.found.iter().chain(&self.joined);
        let taken: Vec<Protocol> = taken.flat_map(|found| protocols(&found.settings)).collect();
        let is_missing = |protocol: &&Protocol| !taken.contains(protocol);
        self.options.want.iter().filter(is_missing).copied().collect()
    }

    /// Whether settings would be taken, all or in part.
    pub(super) fn is_of_use(&self, settings: &AccountSettings) -> bool {
        if self.options.want.is_empty() {
            return self.found.is_none();
        }
        let missing = self.missing();
        protocols(settings).any(|protocol| missing.contains(&protocol))
    }

    /// Whether nothing would be missing any more if settings were taken.
    pub(super) fn completes(&self, settings: &AccountSettings) -> bool {
        self.is_of_use(settings)
            && self.missing().iter().all(|wanted| protocols(settings).any(|it| it == *wanted))
    }

    /// Writes down why what a source came to is not taken.
    pub(super) fn put_aside(
        &mut self,
        mechanism: Mechanism,
        from: &str,
        reason: Reason,
        now: Duration,
    ) {
        self.attempts.push(Attempt {
            mechanism,
            question: format!("settings of {from}"),
            started: now,
            elapsed: Duration::ZERO,
            status: None,
            reason,
        });
    }

    /// Writes down that a source was skipped.
    pub(super) fn skip(&mut self, mechanism: Mechanism, reason: Reason, now: Duration) {
        self.skipped.push(Attempt {
            mechanism,
            question: String::new(),
            started: now,
            elapsed: Duration::ZERO,
            status: None,
            reason,
        });
    }
}

fn protocols(settings: &AccountSettings) -> impl Iterator<Item = Protocol> {
    settings.incoming.iter().chain(&settings.outgoing).map(|server| server.protocol)
}

fn note_joined(part: &Found) -> Notice {
    let mut names: Vec<&str> = Vec::new();
    for protocol in protocols(&part.settings).map(Protocol::as_str) {
        if !names.contains(&protocol) {
            names.push(protocol);
        }
    }
    let text = format!(
        "what was found first names no server for {}; {} does ({})",
        names.join(", "),
        part.mechanism.as_str(),
        part.trust,
    );
    Notice::new(JOINED, text)
}
