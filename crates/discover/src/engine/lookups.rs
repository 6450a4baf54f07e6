//! The questions to the DNS: asked together at the start, shared by whoever needs the answer.

use core::time::Duration;

use mailscout_net::{
    dns::{Lookup, LookupKind},
    job::JobId,
};

use super::{Discovery, State, names::Open};
use crate::{
    chain::{self, End, Move},
    mechanism::Mechanism,
    options::Strategy,
    reason::Reason,
    report::Attempt,
    request::Request,
};

impl Discovery {
    /// Plans the questions that the mechanisms begin with, to be asked all at once.
    pub(super) fn plan_lookups(&mut self) {
        self.early.clear();
        if self.options.strategy == Strategy::Sequential {
            return;
        }
        let planned: Vec<(Mechanism, Lookup)> = self
            .sources
            .iter()
            .filter(|source| matches!(source.state, State::Waiting))
            .flat_map(|source| {
                let lookups = chain::first_lookups(source.mechanism, self.context(0));
                lookups.into_iter().map(|lookup| (source.mechanism, lookup))
            })
            .collect();
        self.early.extend(planned);
    }

    /// The next of the planned questions that nobody has asked.
    pub(super) fn next_lookup(&mut self, now: Duration) -> Option<(JobId, Request)> {
        while let Some((mechanism, lookup)) = self.early.pop_front() {
            if self.names.answer(&lookup).is_none() && self.names.open(&lookup).is_none() {
                let id = self.number();
                self.names.ask(id, lookup.clone(), mechanism, now);
                return Some((id, Request::Lookup(lookup)));
            }
        }
        None
    }

    pub(super) fn is_waited_for(&self, id: JobId) -> bool {
        self.sources.iter().any(|source| source.waits_for(id))
    }

    /// Writes down what a mechanism made of an answer that it did not ask for itself: with the
    /// question, where that was asked on its behalf; else where it does not just go on from there.
    pub(super) fn note_shared(
        &mut self,
        mechanism: Mechanism,
        request: &Request,
        reason: Reason,
        next: &Move,
        now: Duration,
    ) {
        let question = request.to_string();
        let is_own =
            |attempt: &&mut Attempt| attempt.mechanism == mechanism && attempt.question == question;
        if let Some(own) = self.attempts.iter_mut().rev().find(is_own) {
            own.reason = reason;
            return;
        }
        let is_end = matches!(next, Move::End(End::Nothing));
        if !is_end && matches!(reason, Reason::Answered(_)) {
            return;
        }
        let is_of_host =
            matches!(request, Request::Lookup(Lookup { kind: LookupKind::Addresses, .. }));
        let reason = match reason {
            Reason::Network(failure) if is_of_host => Reason::NoAddress(failure),
            reason => reason,
        };
        self.attempts.push(Attempt {
            mechanism,
            question,
            started: now,
            elapsed: Duration::ZERO,
            status: None,
            reason,
        });
    }

    /// Gives up every question to the DNS that is not answered.
    pub(super) fn give_up_lookups(&mut self, now: Duration, reason: &Reason) {
        for (id, open) in self.names.give_up() {
            self.cancelled.push(id);
            self.note_lookup(open, reason.clone(), now);
        }
    }

    /// Writes down a question to the DNS that nobody waits for.
    pub(super) fn note_lookup(&mut self, open: Open, reason: Reason, now: Duration) {
        self.attempts.push(Attempt {
            mechanism: open.mechanism,
            question: Request::Lookup(open.lookup).to_string(),
            started: open.started,
            elapsed: now.saturating_sub(open.started),
            status: None,
            reason,
        });
    }
}
