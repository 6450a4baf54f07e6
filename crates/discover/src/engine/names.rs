//! The DNS as one search sees it: each question is asked once, whoever needs the answer.

use core::time::Duration;
use std::collections::BTreeMap;

use mailscout_net::{
    dns::{Lookup, LookupKind, Records},
    failure::Failure,
    job::JobId,
};

use crate::{chain::LookedUp, mechanism::Mechanism};

/// What was asked of the DNS, and what it said.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: LookedUp,
    open: BTreeMap<JobId, Open>,
    /// The quickest answer so far: about one round trip.
    quickest: Option<Duration>,
}

/// A question that is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) lookup: Lookup,
    pub(super) started: Duration,
    /// On whose behalf it was asked first.
    pub(super) mechanism: Mechanism,
}

impl Names {
    /// What is known so far.
    pub(super) fn known(&self) -> &LookedUp {
        &self.known
    }

    /// The answer to a question that was asked before.
    pub(super) fn answer(&self, lookup: &Lookup) -> Option<&Result<Records, Failure>> {
        self.known.get(&key(lookup))
    }

    /// The question, where it is being asked, and its number.
    pub(super) fn open(&self, lookup: &Lookup) -> Option<(JobId, &Open)> {
        let same = |(_, open): &(&JobId, &Open)| key(&open.lookup) == key(lookup);
        self.open.iter().find(same).map(|(id, open)| (*id, open))
    }

    /// The question of a number, where it is one to the DNS.
    pub(super) fn open_as(&self, id: JobId) -> Option<&Open> {
        self.open.get(&id)
    }

    pub(super) fn ask(&mut self, id: JobId, lookup: Lookup, mechanism: Mechanism, now: Duration) {
        self.open.insert(id, Open { lookup, started: now, mechanism });
    }

    /// Takes an answer; gives the question back, if somebody asked it.
    pub(super) fn take(
        &mut self,
        id: JobId,
        answer: &Result<Records, Failure>,
        now: Duration,
    ) -> Option<Open> {
        let open = self.open.remove(&id)?;
        if answer.as_ref().map_or_else(Failure::is_answer, |_| true) {
            let took = now.saturating_sub(open.started);
            self.quickest = Some(self.quickest.map_or(took, |known| known.min(took)));
        }
        self.known.insert(key(&open.lookup), answer.clone());
        Some(open)
    }

    /// Gives up every open question.
    pub(super) fn give_up(&mut self) -> Vec<(JobId, Open)> {
        core::mem::take(&mut self.open).into_iter().collect()
    }

    /// About one round trip, as the DNS shows it; `None` before it has answered.
    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.quickest
    }
}

fn key(lookup: &Lookup) -> (String, LookupKind) {
    (lookup.name.clone(), lookup.kind)
}
