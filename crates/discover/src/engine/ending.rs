//! How a search ends: what is cut off, what is skipped, what it comes to.

use core::time::Duration;

use super::{Discovery, State};
use crate::{
    mechanism::Mechanism,
    reason::{Ending, Reason},
    report::{Attempt, Conclusion, SearchReport},
};

impl Discovery {
    /// The report, when [`poll`](Self::poll) has said [`Step::Done`](super::Step::Done).
    pub fn into_report(mut self, now: Duration) -> SearchReport {
        if !self.is_done {
            self.cut_off(now, &Reason::NotReached, &Reason::TimeUp);
            while !self.is_done && self.decide(now) {}
        }
        let conclusion = self.conclusion();
        // A site that the settings came from by another way needs no consent any more.
        let mut consent_needed = self.consents.refused().to_vec();
        if let Some(found) = &self.found {
            let ways = found.hops.iter().map(|hop| hop.to.as_str()).chain([found.url.as_str()]);
            let hosts: Vec<String> = ways
                .filter_map(|way| Some(url::Url::parse(way).ok()?.host_str()?.to_owned()))
                .collect();
            consent_needed.retain(|question| !hosts.contains(&question.site));
        }
        self.attempts.sort_by_key(|attempt| attempt.started);
        self.attempts.append(&mut self.skipped);
        SearchReport {
            address: self.original,
            conclusion,
            found: self.found,
            consent_needed,
            notices: self.notices,
            attempts: self.attempts,
            elapsed: now,
            asked_for: self.asked_for,
        }
    }

    /// Ends the mechanisms that have not begun and that `which` names.
    pub(super) fn skip_waiting(
        &mut self,
        now: Duration,
        reason: &Reason,
        which: impl Fn(Mechanism) -> bool,
    ) {
        for source in &mut self.sources {
            if matches!(source.state, State::Waiting) && which(source.mechanism) {
                source.state = State::Skipped;
                self.skipped.push(Attempt {
                    mechanism: source.mechanism,
                    question: String::new(),
                    started: now,
                    elapsed: Duration::ZERO,
                    status: None,
                    reason: reason.clone(),
                });
            }
        }
    }

    /// Ends the search.
    pub(super) fn finish(&mut self, now: Duration, why_not_asked: &Reason, why_cut_off: &Reason) {
        self.is_done = true;
        self.drop_sources(now, why_not_asked, why_cut_off);
    }

    /// Ends every source, also those that have ended and wait for those above.
    pub(super) fn drop_sources(
        &mut self,
        now: Duration,
        why_not_asked: &Reason,
        why_cut_off: &Reason,
    ) {
        self.cut_off(now, why_not_asked, why_cut_off);
        for source in &mut self.sources {
            source.state = State::Skipped;
        }
    }

    /// Ends every source that has not ended: what waits is not asked, what runs is given up.
    pub(super) fn cut_off(&mut self, now: Duration, why_not_asked: &Reason, why_cut_off: &Reason) {
        self.skip_waiting(now, why_not_asked, |_| true);
        for source in &mut self.sources {
            if let State::Running(_, job) = &source.state {
                self.attempts.push(Attempt {
                    mechanism: source.mechanism,
                    question: job.request.to_string(),
                    started: job.started,
                    elapsed: now.saturating_sub(job.started),
                    status: None,
                    reason: why_cut_off.clone(),
                });
                self.cancelled.push(job.id);
            }
            if matches!(source.state, State::Running(..) | State::Ready(..)) {
                source.state = State::Skipped;
            }
        }
        self.asking_since = None;
    }

    fn conclusion(&self) -> Conclusion {
        if self.found.is_some() {
            return Conclusion::Found;
        }
        if !self.consents.refused().is_empty() {
            return Conclusion::NeedsConsent;
        }
        let reasons = || self.attempts.iter().map(|attempt| &attempt.reason);
        if reasons().any(|reason| matches!(reason, Reason::LoginNeeded(_))) {
            return Conclusion::NeedsLogin;
        }
        let is_refused = reasons().any(|reason| reason.ending() == Ending::Refused);
        let is_silent = reasons().any(Reason::is_silence);
        if is_silent && !is_refused { Conclusion::Failed } else { Conclusion::NotFound }
    }
}
