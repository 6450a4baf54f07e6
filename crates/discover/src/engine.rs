//! How the mechanisms play together: order, budget, consent, deadline, and the one winner.

use core::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use std::collections::{BTreeSet, VecDeque};

use mailscout_net::{
    dns::{Lookup, LookupKind},
    failure::Failure,
    job::{self, JobId},
};
use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{Protocol, Service},
};

use crate::{
    chain::{self, Chain, Context, End, Move},
    consent::{ConsentBook, Question},
    directory::ExchangeServer,
    mechanism::Mechanism,
    options::{MAX_REDIRECTS, Options},
    reason::Reason,
    report::{Attempt, Found},
    request::{Outcome, Request},
    suffix,
    trust::Hop,
};

use names::Names;
pub use pace::HIGHER_SOURCE_SILENT;
pub use taking::JOINED;

mod ending;
mod log_ins;
mod lookups;
mod names;
mod pace;
mod restart;
mod taking;

/// Code of the notice that the domain does not exist.
pub const NO_SUCH_DOMAIN: &str = "no-such-domain";
/// Code of the notice that the search went on with another address.
pub const ADDRESS_CHANGED: &str = "address-changed";

/// A search that cannot be begun: the caller's mistake.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// The address's domain is a public suffix: names below it belong to others.
    #[error(
        "`{domain}` is a public suffix, under which names belong to others; nobody has mail there"
    )]
    PublicSuffix {
        /// The domain.
        domain: String,
    },
    /// The options leave no mechanism to ask.
    #[error("no mechanism is left to ask")]
    NoMechanism,
}

/// Whether settings of an address can be looked for at all.
///
/// # Errors
///
/// The address's domain is a public suffix.
pub fn check(address: &EmailAddress) -> Result<(), Misuse> {
    if suffix::is_public_suffix(address.domain().as_str()) {
        return Err(Misuse::PublicSuffix { domain: address.domain().to_string() });
    }
    Ok(())
}

/// What the driver must do next.
pub type Step = job::Step<Request>;

/// A search for the settings of one address.
///
/// All times are counted from the start of the search, which is `Duration::ZERO`.
#[derive(Debug)]
pub struct Discovery {
    options: Options,
    original: EmailAddress,
    address: EmailAddress,
    sources: Vec<Source>,
    /// The hops before the last change of address, of which each was a redirect.
    carried_hops: Vec<Hop>,
    /// All redirects before the last change of address.
    carried_redirects: usize,
    consents: ConsentBook,
    names: Names,
    /// Questions to the DNS that are asked before anybody waits for their answers.
    early: VecDeque<(Mechanism, Lookup)>,
    /// Addresses and ports that let a TCP handshake fall on the floor.
    silent: BTreeSet<SocketAddr>,
    /// Addresses that were heard of.
    alive: BTreeSet<IpAddr>,
    /// URLs that Autodiscover asked for the present address, and that led nowhere.
    dead: BTreeSet<String>,
    /// Those of them that belong to sources whose end is settled.
    settled: BTreeSet<String>,
    cancelled: Vec<JobId>,
    tried: Vec<EmailAddress>,
    /// When the search began with the present address.
    began: Duration,
    /// The user's Exchange server, where the directory named it.
    exchange_server: Option<ExchangeServer>,
    /// Log-ins that servers refused, or did not accept after they had been sent.
    refused_log_ins: usize,
    /// Whether a server has offered NTLM.
    has_seen_ntlm: bool,
    attempts: Vec<Attempt>,
    skipped: Vec<Attempt>,
    next_job: u64,
    asking_since: Option<Duration>,
    asked_for: Duration,
    found: Option<Found>,
    joined: Vec<Found>,
    compared: Vec<Found>,
    not_offered: Vec<Protocol>,
    beside: Vec<Service>,
    notices: Vec<Notice>,
    is_done: bool,
}

/// One mechanism and how far it has come.
#[derive(Debug)]
struct Source {
    mechanism: Mechanism,
    state: State,
    /// When it began.
    began: Option<Duration>,
    /// When it ended, less the time that persons took.
    ended: Option<Duration>,
    /// Redirects that it took from the budget, when its end is settled.
    charged: usize,
}

#[derive(Debug)]
enum State {
    Waiting,
    Ready(Box<dyn Chain>, Request),
    Running(Box<dyn Chain>, Job),
    Ended(Box<dyn Chain>, End),
    Skipped,
}

#[derive(Debug)]
struct Job {
    id: JobId,
    request: Request,
    started: Duration,
    /// The question is another mechanism's too, which has it in the report.
    is_joined: bool,
}

impl Discovery {
    /// A search that has not begun.
    ///
    /// # Errors
    ///
    /// The address's domain is a public suffix, or the options leave nothing to ask.
    pub fn new(address: EmailAddress, options: Options) -> Result<Self, Misuse> {
        check(&address)?;
        let sources = new_sources(&options);
        if sources.is_empty() {
            return Err(Misuse::NoMechanism);
        }
        let mut discovery = Self {
            options,
            original: address.clone(),
            tried: vec![address.clone()],
            address,
            sources,
            carried_hops: Vec::new(),
            carried_redirects: 0,
            consents: ConsentBook::default(),
            names: Names::default(),
            early: VecDeque::new(),
            silent: BTreeSet::new(),
            alive: BTreeSet::new(),
            began: Duration::ZERO,
            dead: BTreeSet::new(),
            settled: BTreeSet::new(),
            cancelled: Vec::new(),
            exchange_server: None,
            refused_log_ins: 0,
            has_seen_ntlm: false,
            attempts: Vec::new(),
            skipped: Vec::new(),
            next_job: 0,
            asking_since: None,
            asked_for: Duration::ZERO,
            found: None,
            joined: Vec::new(),
            compared: Vec::new(),
            not_offered: Vec::new(),
            beside: Vec::new(),
            notices: Vec::new(),
            is_done: false,
        };
        discovery.plan_lookups();
        Ok(discovery)
    }

    /// Says what to do at this time. Never blocks; asking again without news changes nothing.
    pub fn poll(&mut self, now: Duration) -> Step {
        loop {
            if let Some(id) = self.cancelled.pop() {
                return Step::Cancel(id);
            }
            if self.is_done {
                return Step::Done;
            }
            if self.decide(now) {
                continue;
            }
            if self.is_time_up(now) {
                self.end_in_time(now);
                continue;
            }
            if let Some((id, request)) = self.next_lookup(now) {
                return Step::Start(id, request);
            }
            match self.next_action(now) {
                Action::Begin(index) => self.begin(index, now),
                Action::Ask(index) => {
                    if let Some((id, request)) = self.ask(index, now) {
                        return Step::Start(id, request);
                    }
                }
                Action::Nothing => return Step::Wait(self.wake_up(now)),
            }
        }
    }

    /// Takes the answer to a question, and gives back what was made of it; `None` for a question
    /// that nobody waits for any more.
    pub fn complete(&mut self, id: JobId, outcome: Outcome, now: Duration) -> Option<&Attempt> {
        let told = self.attempts.len();
        let open = match &outcome {
            Outcome::Lookup(answer) => self.names.take(id, answer, now),
            _ => None,
        };
        let says_no_such_domain =
            open.as_ref().is_some_and(|open| self.says_no_such_domain(&open.lookup, &outcome));
        if let Outcome::Http(answer) = &outcome {
            self.note_contact(id, answer.as_ref().err());
        }
        let waiting: Vec<usize> = (0..self.sources.len())
            .filter(|index| self.sources.get(*index).is_some_and(|source| source.waits_for(id)))
            .collect();
        match (waiting.split_last(), open, outcome) {
            (Some((last, others)), _, outcome) => {
                for index in others {
                    self.complete_one(*index, outcome.clone(), now);
                }
                self.complete_one(*last, outcome, now);
            }
            (None, Some(open), Outcome::Lookup(answer)) => {
                self.note_lookup(open, Reason::of_lookup(&answer), now);
            }
            _ => {}
        }
        if says_no_such_domain {
            self.skip_missing_domain(now);
        }
        self.attempts.get(told)
    }

    /// Tells one source the answer it waits for.
    fn complete_one(&mut self, index: usize, outcome: Outcome, now: Duration) {
        let Some(source) = self.sources.get_mut(index) else { return };
        let State::Running(mut chain, job) = core::mem::replace(&mut source.state, State::Skipped)
        else {
            return;
        };
        self.note_consent(&job, &outcome, now);
        let status = match &outcome {
            Outcome::Http(Ok(response)) => Some(response.status),
            _ => None,
        };
        self.note_log_in(&job.request, &outcome);
        let (reason, next) = chain.complete(outcome, self.context(index));
        if job.is_joined {
            self.note_shared(chain.mechanism(), &job.request, reason, &next, now);
        } else {
            self.attempts.push(Attempt {
                mechanism: chain.mechanism(),
                question: job.request.to_string(),
                started: job.started,
                elapsed: now.saturating_sub(job.started),
                status,
                reason,
            });
        }
        self.advance(index, chain, next, now);
    }

    fn context(&self, index: usize) -> Context<'_> {
        Context {
            options: &self.options,
            address: &self.address,
            home: self.original.domain(),
            redirects_above: self.redirects_above(index),
            consents: &self.consents,
            looked_up: self.names.known(),
            silent: &self.silent,
            connect: self.connect_deadline(),
            dead: &self.dead,
            exchange_server: self.exchange_server.as_ref(),
            has_seen_ntlm: self.has_seen_ntlm,
            log_ins: self.refused_log_ins + self.open_log_ins(),
            tried: &self.tried,
        }
    }

    fn is_time_up(&self, now: Duration) -> bool {
        self.deadline().is_some_and(|deadline| now >= deadline)
    }

    /// When the whole search ends; `None` while a person is waited for.
    fn deadline(&self) -> Option<Duration> {
        match self.asking_since {
            Some(_) => None,
            None => Some(self.options.overall_deadline() + self.asked_for),
        }
    }

    fn note_consent(&mut self, job: &Job, outcome: &Outcome, now: Duration) {
        if let (Request::Ask(question), Outcome::Consent(consent)) = (&job.request, outcome) {
            self.consents.record(question, *consent);
            self.asking_since = None;
            self.asked_for += now.saturating_sub(job.started);
        }
    }

    /// The time less what persons took of it.
    fn working_time(&self, now: Duration) -> Duration {
        let asking = self.asking_since.map(|since| now.saturating_sub(since)).unwrap_or_default();
        now.saturating_sub(self.asked_for).saturating_sub(asking)
    }

    /// Whether the answer says that the domain itself does not exist, so that nothing below it
    /// can. Who names mechanisms by hand is asked for them all the same.
    fn says_no_such_domain(&self, lookup: &Lookup, outcome: &Outcome) -> bool {
        self.options.only.is_empty()
            && lookup.kind == LookupKind::Addresses
            && lookup.name == self.address.domain().as_str()
            && *outcome == Outcome::Lookup(Err(Failure::NxDomain))
    }

    /// Settles what the highest sources that have ended mean, in order; whether anything changed.
    fn decide(&mut self, now: Duration) -> bool {
        for index in 0..self.sources.len() {
            let Some(source) = self.sources.get_mut(index) else { break };
            if matches!(source.state, State::Waiting | State::Ready(..) | State::Running(..)) {
                return self.overtake(index, now);
            }
            let ended = core::mem::replace(&mut source.state, State::Skipped);
            let State::Ended(mut chain, end) = ended else { continue };
            let (charged, is_cut) = chain.charge(&self.settled, &self.consents);
            source.charged = charged;
            self.not_offered.extend(chain.not_offered());
            self.beside.extend_from_slice(chain.services());
            match end {
                _ if self.is_overrun(index, charged) => {
                    return self.settle(index, chain.as_ref(), End::Overrun, now);
                }
                End::Nothing => {
                    self.settled.extend(chain.asked().iter().cloned());
                    self.notices.extend(chain.take_notices());
                }
                _ if is_cut => self.skip(chain.mechanism(), Reason::AskedBefore, now),
                end => return self.settle(index, chain.as_ref(), end, now),
            }
        }
        self.finish(now, &Reason::NotNeeded, &Reason::Unneeded);
        true
    }

    /// Whether a source took more redirects than Autodiscover's mechanisms have together.
    fn is_overrun(&self, index: usize, charged: usize) -> bool {
        let source = self.sources.get(index);
        source.is_some_and(|source| source.mechanism.shares_redirects())
            && self.redirects_above(index) + charged > MAX_REDIRECTS
    }

    fn redirects_above(&self, index: usize) -> usize {
        let above = self.sources.iter().take(index).map(|source| source.charged);
        self.carried_redirects + above.sum::<usize>()
    }

    fn settle(&mut self, index: usize, chain: &dyn Chain, end: End, now: Duration) -> bool {
        match end {
            End::Nothing => {}
            End::Overrun => {
                let reason = Reason::BudgetSpent;
                self.drop_sources(now, &reason, &reason, Mechanism::shares_redirects);
            }
            End::Restart(address) if self.found.is_some() => {
                let reason = Reason::OtherAddress(address.to_string());
                self.put_aside(chain.mechanism(), &address.to_string(), reason, now);
            }
            End::Restart(address) => self.restart(index, chain, address, now),
            End::Settings { offer, from } => self.take(index, chain, *offer, from, now),
        }
        true
    }

    fn next_action(&self, now: Duration) -> Action {
        let mut all_above_ended = true;
        for (index, source) in self.sources.iter().enumerate() {
            match &source.state {
                State::Waiting if self.may_start(index, all_above_ended, now) => {
                    return Action::Begin(index);
                }
                // A person is asked only when every source above has ended, one thing at a time.
                State::Ready(_, Request::Ask(_))
                    if !all_above_ended || self.asking_since.is_some() => {}
                State::Ready(..) => return Action::Ask(index),
                State::Waiting | State::Running(..) | State::Ended(..) | State::Skipped => {}
            }
            all_above_ended &= matches!(source.state, State::Ended(..) | State::Skipped);
        }
        Action::Nothing
    }

    fn begin(&mut self, index: usize, now: Duration) {
        let Some(mechanism) = self.sources.get(index).map(|source| source.mechanism) else {
            return;
        };
        if let Some(source) = self.sources.get_mut(index) {
            source.began = Some(now);
        }
        match chain::start(mechanism, self.context(index)) {
            Ok((chain, next)) => self.advance(index, chain, next, now),
            Err(reason) => self.skip_waiting(now, &reason, |other| other == mechanism),
        }
    }

    /// Looks the domain up in the table of known providers, which takes neither time nor network.
    fn begin_the_table(&mut self, now: Duration) {
        let index = self.sources.iter().position(|source| {
            source.mechanism == Mechanism::Provider && matches!(source.state, State::Waiting)
        });
        if let Some(index) = index {
            self.begin(index, now);
        }
    }

    /// Writes down what a chain decided by itself, and takes what it does next.
    fn advance(&mut self, index: usize, mut chain: Box<dyn Chain>, next: Move, now: Duration) {
        let decided = chain.take_asides().into_iter().map(|aside| Attempt {
            mechanism: chain.mechanism(),
            question: aside.about,
            started: now,
            elapsed: Duration::ZERO,
            status: None,
            reason: aside.reason,
        });
        self.attempts.extend(decided);
        if let Some(server) = chain.exchange_server() {
            self.exchange_server = Some(server.clone());
        }
        if matches!(next, Move::End(End::Nothing)) {
            self.dead.extend(chain.asked().iter().cloned());
        }
        let ended = matches!(next, Move::End(_)).then(|| self.working_time(now));
        if let Some(source) = self.sources.get_mut(index) {
            source.ended = ended;
            source.state = match next {
                Move::Ask(request) => State::Ready(chain, request),
                Move::End(end) => State::Ended(chain, end),
            };
        }
    }

    fn ask(&mut self, index: usize, now: Duration) -> Option<(JobId, Request)> {
        let source = self.sources.get_mut(index)?;
        let ready = core::mem::replace(&mut source.state, State::Skipped);
        let State::Ready(mut chain, request) = ready else { return None };
        if let Request::Ask(question) = &request {
            if let Some(next) = self.answer_by_itself(chain.as_mut(), question, index) {
                self.advance(index, chain, next, now);
                return None;
            }
            self.asking_since = Some(now);
        }
        if let Request::Lookup(lookup) = &request {
            if let Some(answer) = self.names.answer(lookup).cloned() {
                let context = self.context(index);
                let (reason, next) = chain.complete(Outcome::Lookup(answer), context);
                self.note_shared(chain.mechanism(), &request, reason, &next, now);
                self.advance(index, chain, next, now);
                return None;
            }
            if let Some((id, open)) = self.names.open(lookup) {
                let (started, is_joined) = (open.started, self.is_waited_for(id));
                let job = Job { id, request, started, is_joined };
                self.sources.get_mut(index)?.state = State::Running(chain, job);
                return None;
            }
        }
        let id = self.number();
        if let Request::Lookup(lookup) = &request {
            self.names.ask(id, lookup.clone(), chain.mechanism(), now);
        }
        let job = Job { id, request: request.clone(), started: now, is_joined: false };
        self.sources.get_mut(index)?.state = State::Running(chain, job);
        Some((id, request))
    }

    fn number(&mut self) -> JobId {
        self.next_job += 1;
        JobId::new(self.next_job)
    }

    /// Spares the user a question that another mechanism has settled since it was thought of: the
    /// site was answered for, or the URL has led nowhere.
    fn answer_by_itself(
        &self,
        chain: &mut dyn Chain,
        question: &Question,
        index: usize,
    ) -> Option<Move> {
        if chain.mechanism().is_autodiscover() && self.dead.contains(&question.to) {
            return Some(chain.give_up(question.to.clone(), self.context(index)));
        }
        let consent = self.consents.answer(&question.site)?;
        Some(chain.take_known_consent(consent, question, self.context(index)))
    }
}

impl Source {
    fn waits_for(&self, id: JobId) -> bool {
        matches!(&self.state, State::Running(_, job) if job.id == id)
    }
}

enum Action {
    Begin(usize),
    Ask(usize),
    Nothing,
}

fn new_sources(options: &Options) -> Vec<Source> {
    let source = |mechanism| Source {
        mechanism,
        state: State::Waiting,
        began: None,
        ended: None,
        charged: 0,
    };
    options.mechanisms().into_iter().map(source).collect()
}
