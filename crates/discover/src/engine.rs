//! How the mechanisms play together: order, budget, consent, deadline, and the one winner.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use mailscout_net::{
    dns::{LookupKind, Records},
    failure::Failure,
    job::{self, JobId},
};
use mailscout_schema::{address::EmailAddress, notice::Notice};

use crate::{
    chain::{Chain, Context, End, Move},
    consent::{ConsentBook, Question},
    mechanism::Mechanism,
    options::{MAX_REDIRECTS, Options},
    reason::Reason,
    report::{Attempt, Found},
    request::{Outcome, Request},
    suffix,
    trust::{Hop, Trust},
};

mod ending;

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
    looked_up: BTreeMap<String, Result<Records, Failure>>,
    /// URLs that were asked for the present address, and led nowhere.
    dead: BTreeSet<String>,
    /// Those of them that belong to sources whose end is settled.
    settled: BTreeSet<String>,
    cancelled: Vec<JobId>,
    tried: Vec<EmailAddress>,
    attempts: Vec<Attempt>,
    skipped: Vec<Attempt>,
    next_job: u64,
    asking_since: Option<Duration>,
    asked_for: Duration,
    found: Option<Found>,
    notices: Vec<Notice>,
    is_done: bool,
}

/// One mechanism and how far it has come.
#[derive(Debug)]
struct Source {
    mechanism: Mechanism,
    state: State,
    /// Redirects that it took from the budget, when its end is settled.
    charged: usize,
}

#[derive(Debug)]
enum State {
    Waiting,
    Ready(Chain, Request),
    Running(Chain, Job),
    Ended(Chain, End),
    Skipped,
}

#[derive(Debug)]
struct Job {
    id: JobId,
    request: Request,
    started: Duration,
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
        Ok(Self {
            options,
            original: address.clone(),
            tried: vec![address.clone()],
            address,
            sources,
            carried_hops: Vec::new(),
            carried_redirects: 0,
            consents: ConsentBook::default(),
            looked_up: BTreeMap::new(),
            dead: BTreeSet::new(),
            settled: BTreeSet::new(),
            cancelled: Vec::new(),
            attempts: Vec::new(),
            skipped: Vec::new(),
            next_job: 0,
            asking_since: None,
            asked_for: Duration::ZERO,
            found: None,
            notices: Vec::new(),
            is_done: false,
        })
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
                // What has ended in time still counts.
                self.cut_off(now, &Reason::NotReached, &Reason::TimeUp);
                continue;
            }
            match self.next_action() {
                Action::Begin(index) => self.begin(index, now),
                Action::Ask(index) => {
                    if let Some((id, request)) = self.ask(index, now) {
                        return Step::Start(id, request);
                    }
                }
                Action::Nothing => return Step::Wait(self.wake_up()),
            }
        }
    }

    /// Takes the answer to a question, and gives back what was made of it; `None` for a question
    /// that nobody waits for any more.
    pub fn complete(&mut self, id: JobId, outcome: Outcome, now: Duration) -> Option<&Attempt> {
        let index = self
            .sources
            .iter()
            .position(|source| matches!(&source.state, State::Running(_, job) if job.id == id))?;
        let source = self.sources.get_mut(index)?;
        let State::Running(mut chain, job) = core::mem::replace(&mut source.state, State::Skipped)
        else {
            return None;
        };
        self.note_consent(&job, &outcome, now);
        self.note_lookup(&job.request, &outcome);
        let says_no_such_domain = self.says_no_such_domain(&job.request, &outcome);
        let status = match &outcome {
            Outcome::Http(Ok(response)) => Some(response.status),
            _ => None,
        };
        let (reason, next) = chain.complete(outcome, self.context(index));
        let told = self.attempts.len();
        self.attempts.push(Attempt {
            mechanism: chain.mechanism(),
            question: job.request.to_string(),
            started: job.started,
            elapsed: now.saturating_sub(job.started),
            status,
            reason,
        });
        self.advance(index, chain, next, now);
        if says_no_such_domain {
            self.skip_missing_domain(now);
        }
        self.attempts.get(told)
    }

    fn context(&self, index: usize) -> Context<'_> {
        let above = self.sources.iter().take(index).map(|source| source.charged);
        Context {
            options: &self.options,
            address: &self.address,
            home: self.original.domain(),
            redirects_above: self.carried_redirects + above.sum::<usize>(),
            consents: &self.consents,
            looked_up: &self.looked_up,
            dead: &self.dead,
            tried: &self.tried,
        }
    }

    fn is_time_up(&self, now: Duration) -> bool {
        self.wake_up().is_some_and(|deadline| now >= deadline)
    }

    /// When the whole search ends; `None` while a person is waited for.
    fn wake_up(&self) -> Option<Duration> {
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

    fn note_lookup(&mut self, request: &Request, outcome: &Outcome) {
        if let (Request::Lookup(lookup), Outcome::Lookup(answer)) = (request, outcome)
            && lookup.kind == LookupKind::Addresses
        {
            self.looked_up.insert(lookup.name.clone(), answer.clone());
        }
    }

    /// Whether the answer says that the domain itself does not exist, so that nothing below it
    /// can. Who names mechanisms by hand is asked for them all the same.
    fn says_no_such_domain(&self, request: &Request, outcome: &Outcome) -> bool {
        let Request::Lookup(lookup) = request else {
            return false;
        };
        self.options.only.is_empty()
            && lookup.name == self.address.domain().as_str()
            && *outcome == Outcome::Lookup(Err(Failure::NxDomain))
    }

    /// Settles what the highest sources that have ended mean, in order; whether anything changed.
    fn decide(&mut self, now: Duration) -> bool {
        for index in 0..self.sources.len() {
            let Some(source) = self.sources.get_mut(index) else { break };
            if matches!(source.state, State::Waiting | State::Ready(..) | State::Running(..)) {
                return false;
            }
            let ended = core::mem::replace(&mut source.state, State::Skipped);
            let State::Ended(chain, end) = ended else { continue };
            let (charged, is_cut) = chain.charge(&self.settled, &self.consents);
            source.charged = charged;
            let is_overrun = self.context(index).redirects_above + charged > MAX_REDIRECTS;
            match end {
                End::Nothing => self.settled.extend(chain.asked().iter().cloned()),
                _ if is_cut => self.skipped.push(Attempt {
                    mechanism: chain.mechanism(),
                    question: String::new(),
                    started: now,
                    elapsed: Duration::ZERO,
                    status: None,
                    reason: Reason::AskedBefore,
                }),
                _ if is_overrun => return self.settle(index, &chain, End::Overrun, now),
                end => return self.settle(index, &chain, end, now),
            }
        }
        self.finish(now, &Reason::NotNeeded, &Reason::Overtaken);
        true
    }

    fn settle(&mut self, index: usize, chain: &Chain, end: End, now: Duration) -> bool {
        match end {
            End::Nothing => {}
            End::Overrun => {
                self.drop_sources(now, &Reason::BudgetSpent, &Reason::BudgetSpent);
            }
            End::Restart(address) => self.restart(index, chain, address, now),
            End::Settings { lowered, from } => {
                let hops = [self.carried_hops.as_slice(), chain.hops()].concat();
                let is_plain = lowered.settings.first_choice_is_plain();
                self.found = Some(Found {
                    settings: lowered.settings,
                    mechanism: chain.mechanism(),
                    url: from,
                    address: self.address.clone(),
                    trust: Trust::judge(chain.origin(), &hops, is_plain),
                    hops,
                    at: now,
                });
                self.notices.extend(lowered.notices);
                self.finish(now, &Reason::NotNeeded, &Reason::Overtaken);
            }
        }
        true
    }

    /// Starts over with another address; the budget and the answers to questions are kept.
    fn restart(&mut self, index: usize, chain: &Chain, address: EmailAddress, now: Duration) {
        let text = format!("the search went on with {address}");
        self.notices.push(Notice::new(ADDRESS_CHANGED, text));
        let reason = Reason::AddressChanged(address.to_string());
        self.drop_sources(now, &reason, &reason);
        let charged = self.sources.iter().take(index + 1).map(|source| source.charged);
        self.carried_redirects += charged.sum::<usize>();
        self.dead.clear();
        self.settled.clear();
        self.carried_hops.extend_from_slice(chain.hops());
        self.tried.push(address.clone());
        self.address = address;
        self.sources = new_sources(&self.options);
        let known = self.looked_up.get(self.address.domain().as_str());
        if self.options.only.is_empty() && known == Some(&Err(Failure::NxDomain)) {
            self.skip_missing_domain(now);
        }
    }

    /// Ends every mechanism that would ask below a domain that does not exist.
    fn skip_missing_domain(&mut self, now: Duration) {
        let domain = self.address.domain().to_string();
        let text = format!("{domain} does not exist: the DNS knows no such name");
        self.notices.push(Notice::new(NO_SUCH_DOMAIN, text));
        self.skip_waiting(now, &Reason::NoSuchDomain(domain), Mechanism::needs_network);
    }

    fn next_action(&self) -> Action {
        let mut all_above_ended = true;
        for (index, source) in self.sources.iter().enumerate() {
            match &source.state {
                State::Waiting if self.options.strategy.may_start(all_above_ended) => {
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
        match Chain::start(mechanism, self.context(index)) {
            Ok((chain, next)) => self.advance(index, chain, next, now),
            Err(reason) => self.skip_waiting(now, &reason, |other| other == mechanism),
        }
    }

    /// Writes down what a chain decided by itself, and takes what it does next.
    fn advance(&mut self, index: usize, mut chain: Chain, next: Move, now: Duration) {
        let decided = chain.take_asides().into_iter().map(|aside| Attempt {
            mechanism: chain.mechanism(),
            question: aside.about,
            started: now,
            elapsed: Duration::ZERO,
            status: None,
            reason: aside.reason,
        });
        self.attempts.extend(decided);
        if matches!(next, Move::End(End::Nothing)) {
            self.dead.extend(chain.asked().iter().cloned());
        }
        if let Some(source) = self.sources.get_mut(index) {
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
            if let Some(next) = self.answer_by_itself(&mut chain, question, index) {
                self.advance(index, chain, next, now);
                return None;
            }
            self.asking_since = Some(now);
        }
        let id = JobId::new(self.next_job);
        self.next_job += 1;
        let job = Job { id, request: request.clone(), started: now };
        self.sources.get_mut(index)?.state = State::Running(chain, job);
        Some((id, request))
    }

    /// Spares the user a question that another mechanism has settled since it was thought of: the
    /// site was answered for, or the URL has led nowhere.
    fn answer_by_itself(
        &self,
        chain: &mut Chain,
        question: &Question,
        index: usize,
    ) -> Option<Move> {
        if self.dead.contains(&question.to) {
            return Some(chain.give_up(question.to.clone(), self.context(index)));
        }
        let consent = self.consents.answer(&question.site)?;
        Some(chain.take_known_consent(consent, question, self.context(index)))
    }
}

enum Action {
    Begin(usize),
    Ask(usize),
    Nothing,
}

fn new_sources(options: &Options) -> Vec<Source> {
    let source = |mechanism| Source { mechanism, state: State::Waiting, charged: 0 };
    options.mechanisms().into_iter().map(source).collect()
}
