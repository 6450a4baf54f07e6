//! Scripts: a world in a few lines, a search in virtual time, and the transcript it leaves.
//!
//! The lines are those of [`World`]; what happens in one search is kept in [`Script::log`].

use core::time::Duration;

use mailscout_discover::{
    Discovery, JobId, Options, Request, SearchReport, Step, Strategy,
    consent::SitePattern,
    mechanism::{Mechanism, Order},
};

use crate::world::{World, shorten};

/// A world and the options of a search in it.
pub(crate) struct Script {
    world: World,
    pub(crate) options: Options,
    /// The requests of the search, as they were asked.
    pub(crate) asked: Vec<Request>,
    /// What happened, with its time: `ask`, `end` or `cancel`, and the question.
    pub(crate) log: Vec<(Duration, &'static str, String)>,
    /// How often the engine was asked what to do.
    pub(crate) polls: usize,
}

impl Script {
    /// A search of Autodiscover alone, in Outlook's order.
    pub(crate) fn new(world: &str) -> Self {
        let world = World::read(world);
        let mut options = Options::default();
        options.order = Order::Outlook;
        options.known = Some(world.table());
        Self { world, options, asked: Vec::new(), log: Vec::new(), polls: 0 }
    }

    /// A search of all sources, one after the other.
    pub(crate) fn standard(world: &str) -> Self {
        let mut script = Self::new(world);
        script.options.order = Order::Standard;
        script
    }

    /// A search of all sources, with the strategy.
    pub(crate) fn with(strategy: Strategy, world: &str) -> Self {
        let mut script = Self::standard(world);
        script.options.strategy = strategy;
        script
    }

    /// A search of some sources.
    pub(crate) fn only(mechanisms: &[&str], world: &str) -> Self {
        let mut script = Self::standard(world);
        script.options.only = mechanisms.iter().map(|id| id.parse().unwrap()).collect();
        script
    }

    /// A search that nothing cuts short.
    pub(crate) fn patient(mut self) -> Self {
        self.options.deadlines.overall = Some(Duration::from_hours(1));
        self.options.deadlines.connect = Duration::from_secs(1);
        self.options.deadlines.grace = Some(Duration::from_hours(1));
        self
    }

    /// The mechanisms that are asked; without a directory nobody asks one.
    pub(crate) fn mechanisms(&self) -> Vec<Mechanism> {
        let needs_directory = |id: &str| ["scp", "exchange-server"].contains(&id);
        let mut all = self.options.order.mechanisms();
        all.retain(|mechanism| {
            self.options.directory.is_some() || !needs_directory(mechanism.as_str())
        });
        all
    }

    pub(crate) fn allow(mut self, site: &str) -> Self {
        self.options.allow_redirect.push(site.parse::<SitePattern>().unwrap());
        self
    }

    /// Runs the search to its end.
    pub(crate) fn run(&mut self, address: &str) -> SearchReport {
        let mut discovery = Discovery::new(address.parse().unwrap(), self.options.clone()).unwrap();
        let mut now = Duration::ZERO;
        let mut open: Vec<(Duration, JobId, Request)> = Vec::new();
        for _ in 0..5000 {
            self.polls += 1;
            match discovery.poll(now) {
                Step::Start(id, request) => {
                    self.note(now, "ask", &request);
                    self.asked.push(request.clone());
                    open.push((now + self.world.time(&request), id, request));
                }
                Step::Wait(until) => {
                    assert!(until.is_none_or(|until| until > now), "the engine spins at {now:?}");
                    open.sort_by_key(|(at, id, _)| (*at, *id));
                    let next = open.first().map(|(at, ..)| *at);
                    match (next, until) {
                        (Some(at), Some(until)) if until < at => now = until,
                        (Some(at), _) => {
                            now = at;
                            let (_, id, request) = open.remove(0);
                            self.note(now, "end", &request);
                            discovery.complete(id, self.world.outcome(&request), now);
                        }
                        (None, Some(until)) => now = until,
                        (None, None) => panic!("the engine waits for nothing"),
                    }
                }
                Step::Cancel(cancelled) => {
                    let index = open.iter().position(|(_, id, _)| *id == cancelled);
                    let (_, _, request) = open.remove(index.expect("what is cancelled is open"));
                    self.note(now, "cancel", &request);
                }
                Step::Done => {
                    assert!(open.is_empty(), "questions are left open: {open:?}");
                    let (polls, happened) = (self.polls, self.log.len());
                    assert!(polls <= 3 * happened + 40, "{polls} polls for {happened} events");
                    return discovery.into_report(now);
                }
            }
        }
        panic!("the search never ends")
    }

    fn note(&mut self, now: Duration, what: &'static str, request: &Request) {
        self.log.push((now, what, shorten(&request.to_string())));
    }

    /// When a question was asked whose text contains this; `None` if it never was.
    pub(crate) fn asked_at(&self, part: &str) -> Option<Duration> {
        self.times(part).first().copied()
    }

    /// When the questions were asked whose text contains this.
    pub(crate) fn times(&self, part: &str) -> Vec<Duration> {
        let asked = self.log.iter().filter(|(_, what, text)| *what == "ask" && text.contains(part));
        asked.map(|(at, ..)| *at).collect()
    }

    /// Runs the search and writes down what happened: a line for each question, then the end.
    pub(crate) fn transcript(mut self, address: &str) -> String {
        let report = self.run(address);
        let mut lines: Vec<String> = report
            .attempts
            .iter()
            .filter(|attempt| !attempt.question.is_empty())
            .map(|attempt| format!("{} -> {}", shorten(&attempt.question), attempt.reason.code()))
            .collect();
        lines.push(match &report.found {
            Some(found) => {
                format!("{} {} {}", report.conclusion.as_str(), found.mechanism, found.trust)
            }
            None => report.conclusion.as_str().to_owned(),
        });
        lines.join("\n")
    }
}

/// Asserts the transcript of a search for `alice@contoso.example`.
#[track_caller]
pub(crate) fn check(script: Script, expected: &str) {
    check_address(script, "alice@contoso.example", expected);
}

#[track_caller]
pub(crate) fn check_address(script: Script, address: &str, expected: &str) {
    let expected: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let got = script.transcript(address);
    assert_eq!(got.lines().collect::<Vec<_>>().join("\n"), expected.join("\n"));
}
