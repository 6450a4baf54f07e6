//! The search for servers without a document: the rows of the guess table, proved on as few
//! connections as can be.
//!
//! Rows collapse into ports, and each port is met once (`approach`); what it shows judges every row
//! of it (`judge`). The winner of a protocol is the first row, in the order of the table, that
//! works: a row is taken only when all above it are refused, so that nothing wins by being fast.
//! IMAP, POP3 and SMTP run side by side. Rows without encryption are looked at when every
//! encrypted row of incoming, or of outgoing mail, has failed and the user agreed.
//!
//! No I/O and no clock: [`Prober::poll`] says what to do, [`Prober::complete`] takes what came.

use core::time::Duration;
use std::collections::VecDeque;

use mailscout_net::{
    dns::{Lookup, LookupKind},
    failure::Failure,
    job::{self, Consent, JobId},
    policy::AddressPolicy,
};
use mailscout_schema::{
    address::EmailAddress,
    settings::{Protocol, Server},
};

use crate::{
    conversation::{Evidence, Patience},
    dialog,
    guess::{self, Pass, Row},
    login::{Echo, Exposure, LogInVerdict, Mechanism},
};

mod decide;
mod ending;
mod hosts;
mod judge;
mod log_ins;
mod options;
mod ports;
mod report;
mod request;
mod verdict;

pub use ending::{
    ANONYMOUS_SMTP, LOG_IN_DOUBTFUL, NO_INCOMING, NO_OUTGOING, TIME_UP, WILDCARD_DNS,
};
pub use options::{MAX_REJECTED, MAX_UNACCEPTED, Options};
pub use report::{
    Conclusion, FoundServer, GivenUp, GuessReport, LookedUp, MetPort, Proof, TimedMeeting,
    TriedLogIn,
};
pub use request::{Outcome, Question, QuestionKind, Request};
pub use verdict::{Doubt, NotTried, Refusal, Verdict, end_code};

use decide::Decision;
use hosts::{Asked, Hosts};
use log_ins::LogIns;
use ports::Port;

/// What the driver must do next.
pub type Step = job::Step<Request>;

/// The protocols that are guessed.
pub const PROTOCOLS: [Protocol; 3] = [Protocol::Imap, Protocol::Pop3, Protocol::Smtp];

/// A search for the servers of one address.
///
/// All times are counted from its start, which is `Duration::ZERO`.
#[derive(Debug)]
pub struct Prober {
    options: Options,
    address: EmailAddress,
    rows: Vec<Row>,
    hosts: Hosts,
    ports: Vec<Port>,
    races: Vec<Race>,
    /// Whether every row is judged, although one above it works.
    is_exhaustive: bool,
    pass: Pass,
    log_ins: LogIns,
    log_in: Option<RunningLogIn>,
    tried: Vec<TriedLogIn>,
    unencrypted: Option<Consent>,
    cleartext: Option<Consent>,
    /// The servers that the question about the password in clear text named.
    named_in_clear: Vec<String>,
    asking: Option<Asking>,
    asked_for: Duration,
    refused: Vec<Question>,
    unsent: VecDeque<(JobId, Request)>,
    cancelled: Vec<JobId>,
    next_job: u64,
    /// Until when POP3 is waited for, once IMAP and SMTP are decided.
    alternative_until: Option<Duration>,
    time_was_up: bool,
    is_done: bool,
}

/// One protocol on its way to the first row that works.
#[derive(Debug)]
struct Race {
    protocol: Protocol,
    /// The pass it is in.
    pass: Pass,
    /// How it ended in this pass; `None` while it has not.
    end: Option<End>,
    /// Why it was ended before everything was known.
    cut: Option<NotTried>,
}

/// How a race ended.
#[derive(Clone, Copy, Debug)]
enum End {
    /// This row won.
    Won(usize, Proof),
    /// None did.
    Lost,
}

impl End {
    fn is_won(self) -> bool {
        matches!(self, Self::Won(..))
    }
}

#[derive(Debug)]
struct RunningLogIn {
    id: JobId,
    row: usize,
    mechanism: Mechanism,
    started: Duration,
}

#[derive(Debug)]
struct Asking {
    id: JobId,
    question: Question,
    since: Duration,
}

impl Prober {
    /// A search for the servers of an address, by the guess table.
    pub fn new(address: EmailAddress, options: Options) -> Self {
        let rows = guess::expand(&address, options.profile);
        let label = format!("mailscout-{:08x}", options.seed & 0xffff_ffff);
        Self::over(address, options, rows, Some(&label))
    }

    /// A check of servers that somebody named: each is met, and its row says whether it is what was
    /// said. No row is left out because one above it works.
    pub fn of_servers(address: EmailAddress, servers: &[Server], options: Options) -> Self {
        let rows = servers.iter().flat_map(|server| guess::named(&address, server)).collect();
        let mut prober = Self::over(address, options, rows, None);
        prober.is_exhaustive = true;
        for port in &mut prober.ports {
            let promised = prober.rows.iter().find(|row| port.is_of(row)).map(|row| row.security);
            port.promise(promised);
        }
        prober
    }

    /// A search over these rows; `label` is a name that nobody has.
    fn over(address: EmailAddress, options: Options, rows: Vec<Row>, label: Option<&str>) -> Self {
        let wanted = |protocol: &Protocol| {
            (options.protocols.is_empty() || options.protocols.contains(protocol))
                && !options.not_offered.contains(protocol)
        };
        let races: Vec<Race> = PROTOCOLS
            .into_iter()
            .filter(wanted)
            .map(|protocol| Race { protocol, pass: Pass::Encrypted, end: None, cut: None })
            .collect();
        let mut names: Vec<String> = Vec::new();
        let mut ports: Vec<Port> = Vec::new();
        for row in rows.iter().filter(|row| races.iter().any(|race| race.protocol == row.protocol))
        {
            if !names.contains(&row.host) {
                names.push(row.host.clone());
            }
            if !ports.iter().any(|port| port.is_of(row)) {
                ports.push(Port::new(row));
            }
        }
        let nobody = label.map(|label| format!("{label}.{}", address.domain()));
        let given = |given: bool| given.then_some(Consent::Given);
        Self {
            hosts: Hosts::new(names, nobody),
            log_ins: LogIns::new(options.secret.clone(), options.rejected_before),
            unencrypted: given(options.allow_unencrypted),
            cleartext: given(options.allow_cleartext_password),
            named_in_clear: Vec::new(),
            options,
            address,
            rows,
            ports,
            races,
            is_exhaustive: false,
            pass: Pass::Encrypted,
            log_in: None,
            tried: Vec::new(),
            asking: None,
            asked_for: Duration::ZERO,
            refused: Vec::new(),
            unsent: VecDeque::new(),
            cancelled: Vec::new(),
            next_job: 0,
            alternative_until: None,
            time_was_up: false,
            is_done: false,
        }
    }

    /// Says what to do next; says it again until something has happened, but hands out each
    /// question once.
    pub fn poll(&mut self, now: Duration) -> Step {
        loop {
            if let Some(id) = self.cancelled.pop() {
                return Step::Cancel(id);
            }
            if let Some((id, request)) = self.unsent.pop_front() {
                return Step::Start(id, request);
            }
            if self.is_done {
                return Step::Done;
            }
            let deadline = self.deadline();
            if deadline.is_some_and(|deadline| now >= deadline) {
                self.end_by_time(now);
            } else if !self.advance(now) {
                let alternative = self.alternative_until.into_iter();
                return Step::Wait(alternative.chain(deadline).min());
            }
        }
    }

    /// Takes what a question led to. An answer to a question that was given up is ignored.
    pub fn complete(&mut self, id: JobId, outcome: Outcome, now: Duration) {
        if self.log_in.as_ref().is_some_and(|log_in| log_in.id == id) {
            return self.take_log_in(outcome, now);
        }
        if self.asking.as_ref().is_some_and(|asking| asking.id == id) {
            return self.take_consent(&outcome, now);
        }
        match outcome {
            Outcome::Lookup(answer) => {
                let policy = self.policy();
                self.hosts.take(id, answer, policy, &self.options.silent, now);
            }
            Outcome::Converse(evidence) => {
                if let Some(port) = self.ports.iter_mut().find(|port| port.is_asked(id)) {
                    port.take(*evidence, now);
                }
            }
            Outcome::Consent(_) => {}
        }
    }

    /// When the whole search is over; `None` while a person is waited for.
    fn deadline(&self) -> Option<Duration> {
        let deadline = self.options.overall.saturating_add(self.asked_for);
        self.asking.is_none().then_some(deadline)
    }

    fn policy(&self) -> AddressPolicy {
        if self.options.public_only { AddressPolicy::Public } else { AddressPolicy::Any }
    }

    /// What no server may repeat in the report.
    fn echo(&self) -> Option<Echo> {
        let users = self.rows.iter().filter_map(|row| row.login.as_ref());
        let mut users: Vec<&str> = users.map(|login| login.name.as_str()).collect();
        users.sort_unstable();
        users.dedup();
        self.log_ins.echo(users.into_iter())
    }

    /// How long is waited for what: a handshake for no longer than anybody takes who answers.
    fn patience(&self) -> Patience {
        let mut patience = self.options.patience;
        if self.options.is_hurried {
            let round_trips = self.hosts.round_trip().unwrap_or_default().saturating_mul(3);
            patience.connect = patience.connect.min(RETRANSMISSION.saturating_add(round_trips));
        }
        patience
    }

    /// Goes on as far as can be without an answer; whether there was anything to do.
    fn advance(&mut self, now: Duration) -> bool {
        self.look_up(now) || self.converse(now) || self.decide_all(now) || self.next_pass(now)
    }

    fn look_up(&mut self, now: Duration) -> bool {
        let deadline = self.options.dns;
        let (unsent, next_job) = (&mut self.unsent, &mut self.next_job);
        for host in self.hosts.all_mut().filter(|host| matches!(host.state, Asked::Not)) {
            let id = number(next_job);
            (host.state, host.started) = (Asked::Running(id), now);
            let lookup = Lookup::new(host.name.clone(), LookupKind::Addresses, deadline);
            unsent.push_back((id, Request::Lookup(lookup)));
        }
        !self.unsent.is_empty()
    }

    /// Starts every conversation that can be had and that somebody needs.
    fn converse(&mut self, now: Duration) -> bool {
        for index in 0..self.ports.len() {
            let Some(port) = self.ports.get(index).filter(|port| port.is_waiting()) else {
                continue;
            };
            let is_needed =
                self.races.iter().any(|race| race.protocol == port.protocol && race.end.is_none());
            let Some(addresses) = self.to_meet(port).filter(|_| is_needed) else {
                continue;
            };
            let (id, patience) = (number(&mut self.next_job), self.patience());
            if let Some(port) = self.ports.get_mut(index)
                && let Some(conversation) = port.start(id, addresses, patience, now)
            {
                self.unsent.push_back((id, Request::Converse(Box::new(conversation))));
            }
        }
        !self.unsent.is_empty()
    }

    /// Ends the races that can end, and starts the log-in or asks the question that one waits for.
    fn decide_all(&mut self, now: Duration) -> bool {
        for protocol in self.turns() {
            let decision = self.decide(protocol, false);
            match decision {
                // The log-ins of others may have something to say about it.
                Decision::Over(End::Won(_, Proof::Doubtful(_))) if !self.has_the_turn(protocol) => {
                }
                Decision::Over(end) => return self.end_race(protocol, end, now),
                Decision::LogIn(row, mechanism, exposure) if self.has_the_turn(protocol) => {
                    if self.log_in.is_none() && self.asking.is_none() {
                        self.start_log_in(row, mechanism, exposure, now);
                        return true;
                    }
                }
                Decision::Ask if self.has_the_turn(protocol) => {
                    if self.log_in.is_none() && self.asking.is_none() {
                        let servers = self.servers(&self.cleartext_rows());
                        self.ask(QuestionKind::CleartextPassword, servers, now);
                        return true;
                    }
                }
                Decision::Open | Decision::LogIn(..) | Decision::Ask => {}
            }
        }
        self.limit_the_alternative(now)
    }

    /// Ends a race; what is still running for it is given up.
    fn end_race(&mut self, protocol: Protocol, end: End, now: Duration) -> bool {
        if let Some(race) = self.races.iter_mut().find(|race| race.protocol == protocol) {
            race.end = Some(end);
        }
        for port in self.ports.iter_mut().filter(|port| port.protocol == protocol) {
            self.cancelled.extend(port.give_up(now));
        }
        true
    }

    /// POP3 is an alternative to IMAP: once IMAP and SMTP are decided, it is waited for only half
    /// as long again.
    fn limit_the_alternative(&mut self, now: Duration) -> bool {
        let is_alternative = !self.is_exhaustive
            && self.end_of(Protocol::Imap).is_some_and(End::is_won)
            && self.turns() == [Protocol::Pop3]
            && self.log_in.is_none()
            && self.asking.is_none();
        if !is_alternative {
            self.alternative_until = None;
            return false;
        }
        let until = *self
            .alternative_until
            .get_or_insert_with(|| now.saturating_add(SHORTEST_GRACE.max(now / 2)));
        if now < until {
            return false;
        }
        self.alternative_until = None;
        self.end_at_once(Protocol::Pop3, NotTried::OnlyAlternative, now)
    }

    /// Ends a race by what is known.
    fn end_at_once(&mut self, protocol: Protocol, why: NotTried, now: Duration) -> bool {
        if let Some(race) = self.races.iter_mut().find(|race| race.protocol == protocol) {
            race.cut = Some(why);
        }
        let end = match self.decide(protocol, true) {
            Decision::Over(end) => end,
            Decision::Open | Decision::LogIn(..) | Decision::Ask => End::Lost,
        };
        self.end_race(protocol, end, now)
    }

    /// When all races are over: the other pass, or the end.
    fn next_pass(&mut self, now: Duration) -> bool {
        if self.is_done || self.asking.is_some() || self.races.iter().any(|race| race.end.is_none())
        {
            return false;
        }
        let candidates = if self.pass == Pass::Encrypted { self.plain_rows() } else { Vec::new() };
        match self.unencrypted {
            _ if candidates.is_empty() => self.finish(now),
            Some(Consent::Given) => self.begin_plain_pass(),
            Some(_) => self.finish(now),
            None => {
                let servers = self.servers(&candidates);
                self.ask(QuestionKind::Unencrypted, servers, now);
            }
        }
        true
    }

    fn begin_plain_pass(&mut self) {
        self.pass = Pass::Plain;
        let lacking = self.lacking();
        for race in self.races.iter_mut().filter(|race| lacking.contains(&race.protocol)) {
            (race.pass, race.end) = (Pass::Plain, None);
        }
    }

    fn ask(&mut self, kind: QuestionKind, servers: Vec<String>, now: Duration) {
        let id = number(&mut self.next_job);
        let question = Question::new(kind, self.address.clone(), servers);
        self.unsent.push_back((id, Request::Ask(question.clone())));
        self.asking = Some(Asking { id, question, since: now });
    }

    fn take_consent(&mut self, outcome: &Outcome, now: Duration) {
        let consent = match outcome {
            Outcome::Consent(consent) => *consent,
            _ => Consent::Unavailable,
        };
        let Some(Asking { question, since, .. }) = self.asking.take() else {
            return;
        };
        self.asked_for += now.saturating_sub(since);
        match question.kind {
            QuestionKind::Unencrypted => self.unencrypted = Some(consent),
            QuestionKind::CleartextPassword => {
                self.cleartext = Some(consent);
                self.named_in_clear.clone_from(&question.servers);
            }
        }
        if consent != Consent::Given {
            self.refused.push(question);
        }
    }

    fn start_log_in(&mut self, index: usize, by: Mechanism, exposure: Exposure, now: Duration) {
        let Some(row) = self.rows.get(index).cloned() else {
            return;
        };
        let Some(log_in) = self.log_ins.log_in(&row, by, exposure) else {
            return;
        };
        let id = number(&mut self.next_job);
        let addresses = match self.hosts.answer(&row.host) {
            Some(Ok(addresses)) => addresses.to_vec(),
            _ => Vec::new(),
        };
        let conversation = ports::log_in(&row, addresses, log_in, self.options.patience);
        self.unsent.push_back((id, Request::Converse(Box::new(conversation))));
        self.log_in = Some(RunningLogIn { id, row: index, mechanism: by, started: now });
        self.tried.push(TriedLogIn {
            row,
            mechanism: by,
            verdict: None,
            text: None,
            started: now,
            elapsed: Duration::ZERO,
        });
    }

    fn take_log_in(&mut self, outcome: Outcome, now: Duration) {
        let Some(RunningLogIn { row, mechanism, started, .. }) = self.log_in.take() else {
            return;
        };
        let mut evidence = match outcome {
            Outcome::Converse(evidence) => *evidence,
            _ => Evidence::default(),
        };
        if let Some(echo) = self.echo() {
            evidence.withhold(&echo);
        }
        let (verdict, text, proof_sent) = how_it_went(&evidence);
        if let Some(row) = self.rows.get(row) {
            if let Some(refusal) = contradiction(&evidence) {
                if let Some(port) = self.ports.iter_mut().find(|port| port.is_of(row)) {
                    port.contradict(refusal);
                }
            } else {
                let server = self.hosts.server_of(&row.host);
                self.log_ins.take(row, mechanism, &server, verdict, proof_sent);
            }
        }
        if let Some(tried) = self.tried.last_mut() {
            tried.verdict = Some(verdict);
            tried.text = text;
            tried.elapsed = now.saturating_sub(started);
        }
    }
}

/// How a log-in went, from what its conversation showed, and whether the secret was proved.
fn how_it_went(evidence: &Evidence) -> (LogInVerdict, Option<String>, bool) {
    let log_in = evidence.facts.as_ref().and_then(|facts| facts.log_in.as_ref());
    match (log_in, &evidence.failure, &evidence.facts) {
        (Some(log_in), ..) => (log_in.verdict, log_in.text.clone(), log_in.proof_sent),
        (None, Some(failure), _) => (LogInVerdict::Temporary, Some(failure.to_string()), false),
        (None, None, Some(facts)) => (LogInVerdict::Temporary, Some(facts.end.to_string()), false),
        (None, None, None) => (LogInVerdict::Temporary, Some(Failure::Closed.to_string()), false),
    }
}

/// What the connection of a log-in showed that takes back what the first one did: another
/// certificate, or no encryption. Nothing was said on it.
fn contradiction(evidence: &Evidence) -> Option<Refusal> {
    let end = evidence.facts.as_ref().map(|facts| facts.end);
    let is_logged_in = evidence.facts.as_ref().is_some_and(|facts| facts.log_in.is_some());
    match (&evidence.failure, end) {
        _ if is_logged_in => None,
        (
            Some(failure @ (Failure::Certificate(_) | Failure::NotTls | Failure::Handshake { .. })),
            _,
        ) => Some(Refusal::Network(failure.clone())),
        (
            _,
            Some(
                end @ (dialog::End::StartTlsMissing
                | dialog::End::StartTlsRefused { temporary: false }
                | dialog::End::TlsFailed
                | dialog::End::Injected
                | dialog::End::PreauthInClear
                | dialog::End::NotThisProtocol(_)),
            ),
        ) => Some(Refusal::Dialog(end)),
        _ => None,
    }
}

fn number(next: &mut u64) -> JobId {
    *next += 1;
    JobId::new(*next)
}

/// After how long a SYN that was not answered is sent again
/// ([RFC 6298 §2](https://www.rfc-editor.org/rfc/rfc6298#section-2)).
const RETRANSMISSION: Duration = Duration::from_secs(1);

/// The shortest time that POP3 is waited for when all else is decided.
const SHORTEST_GRACE: Duration = Duration::from_millis(250);
