//! What no prober may do in any world, asserted at every step of every script.

use core::time::Duration;
use std::collections::{HashMap, HashSet};

use mailscout_net::job::{Consent, JobId};
use mailscout_probe::{
    conversation::Conversation,
    dialog::End,
    login::{Exposure, LogInVerdict, Secret},
    prober::{GuessReport, MAX_REJECTED, Options, Outcome, QuestionKind, Request, Step},
};
use mailscout_schema::settings::Security;

/// Looks over a prober's shoulder.
#[derive(Debug)]
pub(crate) struct Watch {
    options: Options,
    open: HashMap<JobId, Request>,
    used: HashSet<JobId>,
    names: HashSet<String>,
    met: HashSet<String>,
    consents: Vec<QuestionKind>,
    questions: HashSet<QuestionKind>,
    rejected: usize,
    connections: usize,
    steps: usize,
    now: Duration,
    is_done: bool,
}

impl Watch {
    pub(crate) fn new(options: &Options) -> Self {
        let mut consents = Vec::new();
        consents.extend(options.allow_unencrypted.then_some(QuestionKind::Unencrypted));
        consents
            .extend(options.allow_cleartext_password.then_some(QuestionKind::CleartextPassword));
        Self {
            options: options.clone(),
            open: HashMap::new(),
            used: HashSet::new(),
            names: HashSet::new(),
            met: HashSet::new(),
            consents,
            questions: HashSet::new(),
            rejected: 0,
            connections: 0,
            steps: 0,
            now: Duration::ZERO,
            is_done: false,
        }
    }

    #[track_caller]
    pub(crate) fn step(&mut self, step: &Step, now: Duration) {
        self.now = now;
        self.steps += 1;
        assert!(!self.is_done, "{step:?} after the end");
        match step {
            Step::Start(id, request) => {
                assert!(self.used.insert(*id), "{id:?} is used twice");
                self.start(request);
                self.open.insert(*id, request.clone());
            }
            Step::Cancel(id) => {
                let request = self.open.remove(id);
                assert!(request.is_some(), "{id:?} is given up and was not open");
                assert!(!matches!(request, Some(Request::Ask(_))), "a person is left standing");
            }
            Step::Wait(until) => {
                let is_asking = self.is_asking();
                assert_eq!(until.is_none(), is_asking, "a deadline runs unless a person is asked");
                assert!(until.is_none_or(|until| until > now), "waits for the past");
                assert!(!self.open.is_empty(), "waits for nothing");
            }
            Step::Done => {
                self.is_done = true;
                assert!(self.open.is_empty(), "left open: {:?}", self.open.values());
            }
        }
        assert!(self.used.len() <= 500, "there is no end to it");
        // A question is started, and is answered or given up; some moments are waited for.
        assert!(self.steps <= 3 * self.used.len() + 20, "{} steps", self.steps);
    }

    fn is_asking(&self) -> bool {
        self.open.values().any(|request| matches!(request, Request::Ask(_)))
    }

    #[track_caller]
    fn start(&mut self, request: &Request) {
        match request {
            Request::Lookup(lookup) => {
                assert!(self.names.insert(lookup.name.clone()), "{lookup} is asked twice");
                assert_eq!(lookup.deadline, self.options.dns);
            }
            Request::Converse(conversation) if conversation.log_in.is_some() => {
                self.start_log_in(conversation);
            }
            Request::Converse(conversation) => {
                assert_ne!(conversation.security, Security::Plain, "{conversation}");
                assert!(self.met.insert(conversation.to_string()), "{conversation} twice");
                self.connections += 1;
            }
            Request::Ask(question) => {
                assert!(!self.is_asking(), "two questions at once");
                assert!(self.questions.insert(question.kind), "{question} is asked twice");
                assert!(!self.consents.contains(&question.kind), "{question} was answered");
                assert!(!question.servers.is_empty(), "{question}");
                let is_second = question.kind == QuestionKind::CleartextPassword;
                assert!(!is_second || self.consents.contains(&QuestionKind::Unencrypted));
            }
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn start_log_in(&self, conversation: &Conversation) {
        let log_in = conversation.log_in.as_ref().unwrap();
        let is_log_in = |request: &Request| matches!(request, Request::Converse(other) if other.log_in.is_some());
        assert!(!self.open.values().any(is_log_in), "two log-ins at once: {conversation}");
        assert!(!self.is_asking(), "a log-in while a person is asked: {conversation}");
        assert!(self.rejected < MAX_REJECTED, "a log-in too many: {conversation}");
        let is_token = matches!(log_in.secret, Secret::Token(_));
        assert_eq!(log_in.mechanism.takes_token(), is_token, "{conversation}");
        let allowed = match (conversation.security, log_in.mechanism.reveals_secret()) {
            (Security::Plain, reveals) => {
                assert!(self.consents.contains(&QuestionKind::Unencrypted), "{conversation}");
                assert!(!reveals || self.consents.contains(&QuestionKind::CleartextPassword));
                if reveals { Exposure::ClearTextPassword } else { Exposure::Unencrypted }
            }
            _ => Exposure::Verified,
        };
        assert_eq!(log_in.exposure, allowed, "{conversation}");
    }

    #[track_caller]
    pub(crate) fn complete(&mut self, id: JobId, outcome: &Outcome) {
        let request = self.open.remove(&id).unwrap();
        match (request, outcome) {
            (Request::Ask(question), Outcome::Consent(Consent::Given)) => {
                self.consents.push(question.kind);
            }
            (Request::Converse(conversation), Outcome::Converse(evidence)) => {
                let facts = evidence.facts.as_ref();
                if let Some(taken) = facts.and_then(|facts| facts.log_in.as_ref()) {
                    assert!(facts.is_some_and(|facts| facts.end == End::Complete));
                    assert!(conversation.log_in.is_some());
                    let counts = [LogInVerdict::WrongPassword, LogInVerdict::MustEnable];
                    self.rejected += usize::from(counts.contains(&taken.verdict));
                }
            }
            _ => {}
        }
    }

    #[track_caller]
    pub(crate) fn report(&self, report: &GuessReport) {
        assert_eq!(report.elapsed, self.now);
        let met: usize = report.ports.iter().map(|port| port.met.len()).sum();
        assert!(met <= self.connections);
        for port in &report.ports {
            assert!(port.met.len() <= 2, "{port:?}");
        }
        for found in &report.found {
            let is_plain = found.row.security == Security::Plain;
            assert!(!is_plain || self.consents.contains(&QuestionKind::Unencrypted), "{found:?}");
            assert_eq!(found.row.security, found.server.security);
        }
    }
}
