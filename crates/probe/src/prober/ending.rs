//! How a guess ends: what is cut off, and what it all comes to.

use core::time::Duration;

use mailscout_net::failure::Failure;
use mailscout_schema::{
    notice::Notice,
    settings::{AuthMethod, Protocol, Server},
};

use super::{
    Conclusion, End, FoundServer, GuessReport, LookedUp, NotTried, Port, Prober, Proof, Refusal,
    Verdict,
    decide::{Known, is_success},
    hosts::{Asked, Host},
    judge,
    log_ins::Need,
};
use crate::{
    guess::{Pass, Row},
    login::{Mechanism, offered},
};

/// Code of the notice that SMTP was found without a log-in.
pub const ANONYMOUS_SMTP: &str = "anonymous-smtp";
/// Code of the notice that every name below the domain has an address.
pub const WILDCARD_DNS: &str = "wildcard-dns";
/// Code of the notice that no server was found to read mail from.
pub const NO_INCOMING: &str = "no-incoming";
/// Code of the notice that no server was found to send mail with.
pub const NO_OUTGOING: &str = "no-outgoing";
/// Code of the notice that a log-in was not accepted.
pub const LOG_IN_DOUBTFUL: &str = "log-in-doubtful";
/// Code of the notice that the time was up before everything was known.
pub const TIME_UP: &str = "time-up";

impl Prober {
    /// The report, when [`poll`](Self::poll) has said [`Step::Done`](super::Step::Done).
    pub fn into_report(mut self, now: Duration) -> GuessReport {
        if !self.is_done {
            self.end_by_time(now);
        }
        if let Some(echo) = self.echo() {
            self.ports.iter_mut().for_each(|port| port.withhold(&echo));
        }
        let verdicts: Vec<Verdict> =
            (0..self.rows.len()).filter_map(|index| self.verdict(index)).collect();
        let all: Vec<FoundServer> =
            self.races.iter().filter_map(|race| self.found(race.end?)).collect();
        let notices = self.notices(&all);
        let conclusion = if all.iter().any(|found| is_success(&found.row)) {
            Conclusion::Found
        } else if !self.refused.is_empty() {
            Conclusion::NeedsConsent
        } else if self.nobody_answered() {
            Conclusion::Failed
        } else {
            Conclusion::NotFound
        };
        GuessReport {
            conclusion,
            found: if conclusion == Conclusion::Found { all } else { Vec::new() },
            consent_needed: self.refused,
            notices,
            rows: self.rows.into_iter().zip(verdicts).collect(),
            lookups: self.hosts.all().map(looked_up).collect(),
            ports: self.ports.into_iter().map(Port::into_report).collect(),
            rejected: self.log_ins.rejected(),
            log_ins: self.tried,
            address: self.address,
            profile: self.options.profile,
            elapsed: now,
        }
    }

    /// Ends everything: what runs is given up, and what is known decides.
    pub(super) fn end_by_time(&mut self, now: Duration) {
        self.time_was_up = true;
        for race in self.turns() {
            self.end_at_once(race, NotTried::TimeUp, now);
        }
        if let Some(log_in) = self.log_in.take() {
            self.cancelled.push(log_in.id);
            if let Some(tried) = self.tried.last_mut() {
                tried.elapsed = now.saturating_sub(log_in.started);
            }
        }
        self.cancelled.extend(self.asking.take().map(|asking| asking.id));
        self.unsent.clear();
        self.finish(now);
    }

    /// It is over; look-ups that nobody needs are given up.
    pub(super) fn finish(&mut self, now: Duration) {
        let lookups = self.hosts.all_mut().filter_map(|host| host.give_up(now));
        self.cancelled.extend(lookups);
        self.is_done = true;
    }

    fn found(&self, end: End) -> Option<FoundServer> {
        let End::Won(index, proof) = end else {
            return None;
        };
        let row = self.rows.get(index)?.clone();
        let username = row.login.as_ref().map_or("", |login| login.name.as_str());
        let mut server =
            Server::new(row.protocol, row.host.clone(), Some(row.port), row.security, username);
        server.spa = row.login.as_ref().is_some_and(|login| login.spa);
        server.authentication = self.authentication(&row, proof);
        if !matches!(proof, Proof::LoggedIn(_)) {
            server.username_alternatives = self.other_names(&row);
        }
        Some(FoundServer { row, server, proof })
    }

    /// The ways to log in: what was accepted, or what the row means, before what is offered too.
    fn authentication(&self, row: &Row, proof: Proof) -> Vec<AuthMethod> {
        let Some(login) = &row.login else {
            return vec![AuthMethod::None];
        };
        let had = self.ports.iter().find(|port| port.is_of(row)).map_or(&[][..], Port::had);
        let mut mechanisms = match judge::heard(row, had) {
            Ok(heard) => offered(heard, row.protocol),
            Err(_) => Vec::new(),
        };
        mechanisms.sort_by_key(|mechanism| match proof {
            Proof::LoggedIn(accepted) => *mechanism != accepted,
            _ => (*mechanism == Mechanism::Ntlm) != login.spa,
        });
        let mut methods: Vec<AuthMethod> = Vec::new();
        for method in mechanisms.into_iter().map(Mechanism::method) {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        methods
    }

    /// The user names of the other rows that are the same otherwise.
    fn other_names(&self, row: &Row) -> Vec<String> {
        let Some(login) = &row.login else {
            return Vec::new();
        };
        let mut names: Vec<String> = Vec::new();
        let same = |other: &&Row| {
            (other.protocol, &other.host, other.port, other.security)
                == (row.protocol, &row.host, row.port, row.security)
        };
        for other in self.rows.iter().filter(same).filter_map(|other| other.login.as_ref()) {
            if other.name != login.name && !names.contains(&other.name) {
                names.push(other.name.clone());
            }
        }
        names
    }

    fn verdict(&self, index: usize) -> Option<Verdict> {
        let row = self.rows.get(index)?;
        let Some(race) = self.races.iter().find(|race| race.protocol == row.protocol) else {
            let is_refused = self.options.not_offered.contains(&row.protocol);
            let why = if is_refused { NotTried::NotOffered } else { NotTried::NotWanted };
            return Some(Verdict::NotTried(why));
        };
        if matches!(race.end, Some(End::Won(won, _)) if won == index) {
            return Some(Verdict::Chosen);
        }
        let is_left_out = row.pass() == Pass::Plain && race.pass == Pass::Encrypted;
        if is_left_out && !self.lacking().contains(&row.protocol) {
            return Some(Verdict::NotTried(NotTried::EncryptedFound));
        }
        Some(match self.know(row) {
            Known::Refused(refusal) => Verdict::Refused(refusal),
            Known::Open => Verdict::NotTried(match (race.end, race.cut) {
                (Some(End::Won(won, proof)), Some(why)) => {
                    let is_overtaken = won < index && !matches!(proof, Proof::Doubtful(_));
                    if is_overtaken { NotTried::Overtaken } else { why }
                }
                (_, why) => why.unwrap_or(NotTried::Overtaken),
            }),
            Known::Fits(_) if is_left_out => Verdict::NotTried(if self.time_was_up {
                NotTried::TimeUp
            } else if self.plain_rows().is_empty() {
                NotTried::NoSuccess
            } else {
                NotTried::NoConsent
            }),
            Known::Fits(mechanisms) => match self.need(row, &mechanisms) {
                Need::GiveUp(doubt) => Verdict::Unproved(doubt),
                _ => Verdict::Possible,
            },
        })
    }

    fn notices(&self, found: &[FoundServer]) -> Vec<Notice> {
        let mut notices = Vec::new();
        if self.hosts.has_wildcard() {
            let domain = self.address.domain();
            notices.push(Notice::new(
                WILDCARD_DNS,
                format!("the DNS has an address for every name below {domain}; the names that share it were tried as one"),
            ));
        }
        for FoundServer { row, proof, .. } in found {
            let place = format!("{}:{}", row.host, row.port);
            if row.login.is_none() {
                let text = format!(
                    "{place} takes mail without a log-in: perhaps it only receives mail for the domain (its MX)"
                );
                notices.push(Notice::new(ANONYMOUS_SMTP, text));
            }
            if let Proof::Doubtful(doubt) = proof {
                notices.push(Notice::new(LOG_IN_DOUBTFUL, format!("{place}: {doubt}")));
            }
        }
        notices.extend(self.missing_half(found));
        if self.time_was_up {
            notices.push(Notice::new(TIME_UP, "the time was up before everything was known"));
        }
        notices
    }

    /// What is missing where one half of what a mail client needs was found.
    fn missing_half(&self, found: &[FoundServer]) -> Option<Notice> {
        let is_wanted = |wanted: &[Protocol]| {
            self.races.iter().any(|race| wanted.contains(&race.protocol)) && !self.is_exhaustive
        };
        let is_outgoing = |found: &&FoundServer| found.server.protocol == Protocol::Smtp;
        let outgoing = found.iter().filter(is_outgoing).count();
        match (found.len() - outgoing, outgoing) {
            (0, 1..) if is_wanted(&[Protocol::Imap, Protocol::Pop3]) => {
                Some(Notice::new(NO_INCOMING, "no server was found to read mail from"))
            }
            (1.., 0) if is_wanted(&[Protocol::Smtp]) => {
                Some(Notice::new(NO_OUTGOING, "no server was found to send mail with"))
            }
            _ => None,
        }
    }

    /// Whether there was silence, and nobody who as much as said no.
    fn nobody_answered(&self) -> bool {
        let failures = self.hosts.named().filter_map(|host| match &host.state {
            Asked::Known(Err(Refusal::NoAddress(failure))) => Some(failure),
            _ => None,
        });
        let met = || self.ports.iter().flat_map(Port::had).map(|met| &met.evidence);
        let failures: Vec<&Failure> =
            failures.chain(met().filter_map(|evidence| evidence.failure.as_ref())).collect();
        let is_answered = failures.iter().any(|failure| failure.is_answer())
            || met().any(|met| met.peer.is_some());
        !is_answered && (!failures.is_empty() || self.time_was_up)
    }
}

fn looked_up(host: &Host) -> LookedUp {
    LookedUp {
        name: host.name.clone(),
        answer: match &host.state {
            Asked::Known(answer) => Some(answer.clone()),
            _ => None,
        },
        started: host.started,
        elapsed: host.elapsed,
    }
}
