//! How a search ends: what is cut off, what is skipped, what it comes to.

use core::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use std::collections::BTreeSet;

use super::{Discovery, State};
use crate::{
    consent::Consent,
    mechanism::Mechanism,
    reason::{Ending, Reason},
    report::{Attempt, Conclusion, SearchReport},
    request::Request,
};

impl Discovery {
    /// The report, when [`poll`](Self::poll) has said [`Step::Done`](super::Step::Done).
    pub fn into_report(mut self, now: Duration) -> SearchReport {
        if !self.is_done {
            self.end_in_time(now);
            while !self.is_done && self.decide(now) {}
        }
        let conclusion = self.conclusion();
        // A site that the settings came from by another way needs no consent any more.
        let mut consent_needed = self.consents.refused().to_vec();
        for found in self.found.iter().chain(&self.joined) {
            let ways = found.hops.iter().map(|hop| hop.to.as_str()).chain([found.url.as_str()]);
            let hosts: Vec<String> = ways
                .filter_map(|way| Some(url::Url::parse(way).ok()?.host_str()?.to_owned()))
                .collect();
            consent_needed.retain(|question| !hosts.contains(&question.site));
        }
        // Who answers at one port is there, whatever becomes of another.
        let silent = self.silent.iter().map(SocketAddr::ip);
        let silent: BTreeSet<IpAddr> = silent.filter(|ip| !self.alive.contains(ip)).collect();
        self.attempts.sort_by_key(|attempt| attempt.started);
        self.attempts.append(&mut self.skipped);
        SearchReport {
            address: self.original,
            conclusion,
            found: self.found,
            joined: self.joined,
            compared: self.compared,
            not_offered: self.not_offered,
            beside: self.beside,
            consent_needed,
            notices: self.notices,
            attempts: self.attempts,
            refused_log_ins: self.refused_log_ins,
            elapsed: now,
            asked_for: self.asked_for,
            silent: silent.into_iter().collect(),
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
        self.drop_sources(now, why_not_asked, why_cut_off, |_| true);
        self.give_up_lookups(now, why_cut_off);
    }

    /// Ends what has not ended when the time is up; what has ended still counts. Who was still to
    /// be asked about a site is asked no more.
    pub(super) fn end_in_time(&mut self, now: Duration) {
        // What needs no time still counts.
        self.begin_the_table(now);
        let open = self.sources.iter().filter_map(|source| match &source.state {
            State::Ready(_, Request::Ask(question)) => Some(question),
            _ => None,
        });
        for question in open {
            self.consents.record(question, Consent::Unavailable);
        }
        for index in 0..self.sources.len() {
            self.end_source(index, now, &Reason::NotReached, &Reason::TimeUp);
        }
        self.early.clear();
        self.give_up_lookups(now, &Reason::TimeUp);
    }

    /// Ends the sources of these mechanisms, also those that have ended and wait for those above.
    pub(super) fn drop_sources(
        &mut self,
        now: Duration,
        why_not_asked: &Reason,
        why_cut_off: &Reason,
        which: impl Fn(Mechanism) -> bool,
    ) {
        for index in 0..self.sources.len() {
            if self.sources.get(index).is_some_and(|source| which(source.mechanism)) {
                self.end_source(index, now, why_not_asked, why_cut_off);
            }
            if let Some(source) = self.sources.get_mut(index)
                && which(source.mechanism)
            {
                source.state = State::Skipped;
            }
        }
    }

    /// Ends the sources above one that overtakes them; what they asked is given up.
    pub(super) fn cut_off_above(&mut self, below: usize, now: Duration) {
        for index in 0..below {
            self.end_source(index, now, &Reason::NotNeeded, &Reason::Overtaken);
        }
    }

    /// Ends a source that has not ended. A question to the DNS may be others' too: it goes on, and
    /// stands in the report once, with its end.
    fn end_source(
        &mut self,
        index: usize,
        now: Duration,
        why_not_asked: &Reason,
        why_cut_off: &Reason,
    ) {
        let Some(source) = self.sources.get_mut(index).filter(|source| source.is_open()) else {
            return;
        };
        let mechanism = source.mechanism;
        let ended = core::mem::replace(&mut source.state, State::Skipped);
        let (question, started, reason) = match ended {
            State::Running(_, job) => match self.names.open_as(job.id) {
                Some(open) if open.mechanism == mechanism => return,
                Some(_) => (String::new(), now, why_cut_off),
                None => {
                    if let Request::Ask(_) = job.request {
                        self.asking_since = None;
                        self.asked_for += now.saturating_sub(job.started);
                    }
                    self.note_given_up(&job.request);
                    self.cancelled.push(job.id);
                    (job.request.to_string(), job.started, why_cut_off)
                }
            },
            _ => (String::new(), now, why_not_asked),
        };
        let list = if question.is_empty() { &mut self.skipped } else { &mut self.attempts };
        list.push(Attempt {
            mechanism,
            question,
            started,
            elapsed: now.saturating_sub(started),
            status: None,
            reason: reason.clone(),
        });
    }

    fn conclusion(&self) -> Conclusion {
        if self.found.is_some() {
            return Conclusion::Found;
        }
        if !self.consents.refused().is_empty() {
            return Conclusion::NeedsConsent;
        }
        let reasons = || self.attempts.iter().map(|attempt| &attempt.reason);
        if reasons().any(Reason::is_about_a_login) {
            return Conclusion::NeedsLogin;
        }
        let is_refused = reasons().any(|reason| reason.ending() == Ending::Refused);
        let is_silent = reasons().any(Reason::is_silence);
        if is_silent && !is_refused { Conclusion::Failed } else { Conclusion::NotFound }
    }
}
