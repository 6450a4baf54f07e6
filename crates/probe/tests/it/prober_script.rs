//! Scripts: a world in a few lines, a guess in virtual time, and the transcript it leaves.
//!
//! Each line of a world is `QUESTION = ANSWER [after DURATION]`; `~` stands for `contoso.example`:
//!
//! ```text
//! mail.~ = 203.0.113.7
//! imap.~ = nxdomain after 20ms
//! * = 203.0.113.9                            every name of which nothing else is said
//! mail.~:993 = tls PLAIN LOGIN after 120ms   a server, as `prober_server` reads it
//! 203.0.113.7:143 = starttls PLAIN           the same by its address
//! log-in imap alice PLAIN = accepted         all these words are of the log-in
//! ask unencrypted = yes after 90s
//! ```
//!
//! A name of which nothing is said does not exist, a port refuses the connection, a log-in is
//! rejected, and nobody is there to be asked. What must hold in every world is asserted in every
//! run (`prober_watch`).

use core::{net::IpAddr, time::Duration};

use mailscout_net::{
    certificate::CertificateProblem,
    dns::{Addresses, Records},
    failure::Failure,
    job::{Consent, JobId},
};
use mailscout_probe::{
    conversation::{Conversation, Evidence},
    dialog::End,
    guess::{Profile, Row},
    login::{LogInVerdict, Secret, offered},
    prober::{
        FoundServer, GuessReport, Options, Outcome, Prober, Proof, Question, Request, Step,
        end_code,
    },
};
use mailscout_schema::settings::Protocol;
use secrecy::SecretString;

use crate::{prober_server::Server, prober_watch::Watch};

/// A world and the options of a guess in it.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    world: Vec<(String, String, Duration)>,
    pub(crate) options: Options,
}

/// What came of a guess.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) report: GuessReport,
    /// Every question in the order in which it was asked.
    pub(crate) asked: Vec<Asked>,
}

/// A question, and what became of it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) at: Duration,
    /// When it ended, and how: `given up` where nobody needed it any more.
    pub(crate) end: Option<(Duration, String)>,
}

impl Script {
    #[track_caller]
    pub(crate) fn new(world: &str) -> Self {
        let lines = world.lines().map(str::trim).filter(|line| !line.is_empty());
        let world = lines
            .map(|line| {
                let (question, answer) = line.split_once(" = ").expect(line);
                let (answer, after) = answer.split_once(" after ").unwrap_or((answer, "1ms"));
                (expand(question), expand(answer), duration(after))
            })
            .collect();
        let mut options = Options::default();
        // Whole deadlines, unless a test says otherwise.
        options.is_hurried = false;
        Self { world, options }
    }

    /// The table of Outlook 2010.
    pub(crate) fn outlook(mut self) -> Self {
        self.options.profile = Profile::Outlook2010;
        self
    }

    pub(crate) fn password(mut self) -> Self {
        self.options.secret = Some(Secret::Password(SecretString::from("hunter2")));
        self
    }

    pub(crate) fn token(mut self) -> Self {
        self.options.secret = Some(Secret::Token(SecretString::from("hunter2")));
        self
    }

    pub(crate) fn only(mut self, protocols: &[Protocol]) -> Self {
        self.options.protocols = protocols.to_vec();
        self
    }

    /// With this said about the world too; it counts before what was said already.
    pub(crate) fn and(mut self, line: &str) -> Self {
        let first = Self::new(line).world;
        self.world.splice(0..0, first);
        self
    }

    /// Runs the guess to its end.
    #[track_caller]
    pub(crate) fn run(&self) -> Run {
        let mut prober =
            Prober::new("alice@contoso.example".parse().unwrap(), self.options.clone());
        let mut watch = Watch::new(&self.options);
        let mut asked: Vec<Asked> = Vec::new();
        let mut now = Duration::ZERO;
        let mut open: Vec<(Duration, JobId, usize, Outcome)> = Vec::new();
        loop {
            let step = prober.poll(now);
            watch.step(&step, now);
            match step {
                Step::Start(id, request) => {
                    let (outcome, after) = self.answer(&request);
                    open.push((now + after, id, asked.len(), outcome));
                    asked.push(Asked { request, at: now, end: None });
                }
                Step::Wait(until) => {
                    open.sort_by_key(|(at, id, ..)| (*at, *id));
                    let next = open.first().map(|(at, ..)| *at);
                    match (next, until) {
                        (Some(at), Some(until)) if until < at => now = until,
                        (Some(at), _) => {
                            now = at;
                            let (_, id, index, outcome) = open.remove(0);
                            asked[index].end = Some((now, word(&outcome)));
                            watch.complete(id, &outcome);
                            prober.complete(id, outcome, now);
                        }
                        (None, Some(until)) => now = until,
                        (None, None) => panic!("the prober waits for nothing"),
                    }
                }
                Step::Cancel(id) => {
                    let place = open.iter().position(|(_, open, ..)| *open == id).unwrap();
                    let (_, _, index, _) = open.remove(place);
                    asked[index].end = Some((now, "given up".to_owned()));
                }
                Step::Done => break,
            }
        }
        assert!(matches!(prober.poll(now), Step::Done));
        let report = prober.into_report(now);
        watch.report(&report);
        Run { report, asked }
    }

    /// What the world says to a question.
    pub(crate) fn says(&self, question: &str) -> Option<&str> {
        self.look(&expand(question)).map(|(answer, _)| answer)
    }

    /// How a log-in for a row is taken; `None` where the server is gone before it answers.
    pub(crate) fn verdict(&self, row: &Row, address: IpAddr, by: &str) -> Option<LogInVerdict> {
        let user = row.login.as_ref().map_or("", |login| login.name.as_str());
        verdict(self.taken(&[row.protocol.as_str(), &row.host, &address.to_string(), user, by]).0)
    }

    fn look(&self, question: &str) -> Option<(&str, Duration)> {
        let line = self.world.iter().find(|(known, ..)| known == question)?;
        Some((line.1.as_str(), line.2))
    }

    /// The world's answer to a question.
    pub(crate) fn outcome(&self, request: &Request) -> Outcome {
        self.answer(request).0
    }

    fn answer(&self, request: &Request) -> (Outcome, Duration) {
        let none = ("", Duration::from_millis(1));
        match request {
            Request::Lookup(lookup) => {
                let known = self.look(&lookup.name).or_else(|| self.look("*"));
                let (answer, after) = known.unwrap_or(("nxdomain", none.1));
                (Outcome::Lookup(records(answer)), after)
            }
            Request::Converse(conversation) => {
                let (evidence, after) = self.converse(conversation);
                (Outcome::Converse(Box::new(evidence)), after)
            }
            Request::Ask(question) => {
                let (answer, after) =
                    self.look(&format!("ask {}", question.kind.as_str())).unwrap_or(none);
                let consent = match answer {
                    "yes" => Consent::Given,
                    "no" => Consent::Denied,
                    _ => Consent::Unavailable,
                };
                (Outcome::Consent(consent), after)
            }
            other => panic!("{other:?}"),
        }
    }

    fn converse(&self, conversation: &Conversation) -> (Evidence, Duration) {
        let target = &conversation.target;
        let by_address = || {
            let address = target.addresses.first()?;
            self.look(&format!("{address}:{}", target.port))
        };
        let known = self.look(&target.to_string()).or_else(by_address);
        let (text, after) = known.unwrap_or(("refused", Duration::from_millis(1)));
        let (mut evidence, waited) = Server::read(text).converse(conversation);
        let mut after = after + waited;
        let facts = evidence.facts.as_ref().filter(|facts| facts.end == End::Complete);
        if let (Some(log_in), Some(facts)) = (&conversation.log_in, facts) {
            let heard = facts.inside_tls.as_ref().or(facts.before_tls.as_ref()).unwrap();
            let (answer, more) =
                if offered(heard, conversation.protocol).contains(&log_in.mechanism) {
                    let address = target.addresses.first().map(ToString::to_string);
                    self.taken(&[
                        conversation.protocol.as_str(),
                        &target.host,
                        address.as_deref().unwrap_or_default(),
                        &log_in.user,
                        log_in.mechanism.as_str(),
                    ])
                } else {
                    ("mechanism-refused", Duration::ZERO)
                };
            after += more;
            evidence = match answer {
                // Another server answers there than the one that was looked at.
                "bad-certificate" => {
                    let mut evidence = Evidence::default();
                    evidence.failure = Some(Failure::Certificate(CertificateProblem::SelfSigned));
                    evidence
                }
                // What was sent proves the secret, whatever the server says of it.
                "hangs-up" => evidence.with_log_in(LogInVerdict::Broken, None).with_proof_sent(),
                "not-known" => {
                    evidence.with_log_in(LogInVerdict::MechanismRefused, None).with_proof_sent()
                }
                answer => match verdict(answer) {
                    Some(verdict) => evidence.with_log_in(verdict, None),
                    None => evidence,
                },
            };
        }
        (evidence, after)
    }

    /// How the first line that fits says that a log-in of these words is taken, and how long that
    /// takes; without a verdict the server is gone before it answers.
    fn taken(&self, words: &[&str]) -> (&str, Duration) {
        let fits = |question: &str| {
            question
                .strip_prefix("log-in")
                .is_some_and(|of| of.split_whitespace().all(|word| words.contains(&word)))
        };
        let line = self.world.iter().find(|(question, ..)| fits(question));
        line.map_or(("wrong-password", Duration::ZERO), |line| (line.1.as_str(), line.2))
    }
}

impl Run {
    /// What happened: a line for each question, the winners, the conclusion.
    pub(crate) fn transcript(&self) -> String {
        let lines = self.asked.iter().map(Asked::line);
        lines.chain([self.outcome()]).collect::<Vec<_>>().join("\n")
    }

    /// The winners and the conclusion, a line for each.
    pub(crate) fn outcome(&self) -> String {
        let mut lines: Vec<String> = self.report.found.iter().map(winner).collect();
        lines.push(self.report.conclusion.as_str().to_owned());
        lines.join("\n")
    }

    /// The questions to servers and to the user, with what became of them.
    pub(crate) fn talks(&self) -> Vec<String> {
        let talks = self.asked.iter().filter(|asked| !matches!(asked.request, Request::Lookup(_)));
        talks.map(Asked::line).collect()
    }

    /// The log-ins, with what became of them.
    pub(crate) fn log_ins(&self) -> Vec<String> {
        let log_ins = self.talks().into_iter().filter(|talk| talk.contains("log-in"));
        log_ins.map(|talk| talk.replace("log-in ", "")).collect()
    }

    /// The questions to the user.
    pub(crate) fn questions(&self) -> Vec<&Question> {
        let asked = self.asked.iter();
        asked
            .filter_map(|asked| match &asked.request {
                Request::Ask(question) => Some(question),
                _ => None,
            })
            .collect()
    }

    /// The codes of a protocol's rows in their order, those that follow each other as one.
    pub(crate) fn verdicts(&self, protocol: Protocol) -> String {
        let rows = self.report.rows.iter().filter(|(row, _)| row.protocol == protocol);
        let codes: Vec<&str> = rows.map(|(_, verdict)| verdict.code()).collect();
        let count = |codes: &[&str]| format!("{} {}", codes.len(), codes[0]);
        codes.chunk_by(|a, b| a == b).map(count).collect::<Vec<_>>().join(", ")
    }

    /// The code of one row, written as winners are.
    #[track_caller]
    pub(crate) fn verdict(&self, row: &str) -> &'static str {
        let mut rows = self.report.rows.iter();
        rows.find(|(known, _)| place(known) == row).expect(row).1.code()
    }
}

impl Asked {
    fn line(&self) -> String {
        let end = self.end.as_ref().map_or("open", |(_, word)| word.as_str());
        shorten(&format!("{} -> {end}", self.request))
    }
}

/// Asserts winners and conclusion.
#[track_caller]
pub(crate) fn check(script: &Script, expected: &str) -> Run {
    let run = script.run();
    assert_eq!(run.outcome(), trimmed(expected), "{}", run.transcript());
    run
}

/// Asserts lines, whatever stands before them.
#[track_caller]
pub(crate) fn same_lines(got: &[String], expected: &str) {
    assert_eq!(got.join("\n"), trimmed(expected));
}

fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A row in one line.
pub(crate) fn place(row: &Row) -> String {
    let name = row.login.as_ref().map_or("anonymous", |login| login.name.as_str());
    let spa = if row.login.as_ref().is_some_and(|login| login.spa) { " spa" } else { "" };
    shorten(&format!("{} {}:{} {} {name}{spa}", row.protocol, row.host, row.port, row.security))
}

fn winner(found: &FoundServer) -> String {
    let proof = match found.proof {
        Proof::LoggedIn(mechanism) => format!("by {mechanism}"),
        Proof::Answered => "answered".to_owned(),
        Proof::Doubtful(doubt) => doubt.code().to_owned(),
        other => format!("{other:?}"),
    };
    format!("{}, {proof}", place(&found.row))
}

fn expand(text: &str) -> String {
    text.replace('~', "contoso.example")
}

fn shorten(text: &str) -> String {
    text.replace("contoso.example", "~")
}

/// How a question ended, in a word or two.
fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Lookup(Ok(Records::Addresses(addresses))) => {
            let list: Vec<String> = addresses.list.iter().map(ToString::to_string).collect();
            list.join(", ")
        }
        Outcome::Lookup(Err(failure)) => failure.code().to_owned(),
        Outcome::Converse(evidence) => {
            let problem = evidence.tls.as_ref().and_then(|tls| tls.problem.as_ref());
            let facts = evidence.facts.as_ref();
            let log_in = facts.and_then(|facts| facts.log_in.as_ref());
            match (log_in, problem, &evidence.failure, facts) {
                (Some(log_in), ..) => verdict_word(log_in.verdict).to_owned(),
                (_, Some(problem), ..) => problem.code().to_owned(),
                (_, _, Some(failure), _) => failure.code().to_owned(),
                (.., Some(facts)) => end_code(facts.end).to_owned(),
                _ => "nothing".to_owned(),
            }
        }
        Outcome::Consent(Consent::Given) => "yes".to_owned(),
        Outcome::Consent(Consent::Denied) => "no".to_owned(),
        _ => "nobody".to_owned(),
    }
}

const VERDICTS: [(&str, LogInVerdict); 7] = [
    ("accepted", LogInVerdict::Accepted),
    ("wrong-password", LogInVerdict::WrongPassword),
    ("mechanism-refused", LogInVerdict::MechanismRefused),
    ("temporary", LogInVerdict::Temporary),
    ("must-enable", LogInVerdict::MustEnable),
    ("locked", LogInVerdict::Locked),
    ("broken", LogInVerdict::Broken),
];

fn verdict_word(verdict: LogInVerdict) -> &'static str {
    VERDICTS.iter().find(|(_, known)| *known == verdict).unwrap().0
}

#[track_caller]
fn verdict(word: &str) -> Option<LogInVerdict> {
    let known = VERDICTS.iter().find(|(known, _)| *known == word).map(|(_, verdict)| *verdict);
    assert!(known.is_some() || word == "gone", "{word} is no verdict");
    known
}

pub(crate) fn duration(text: &str) -> Duration {
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(millis.parse().unwrap()),
        None => Duration::from_secs(text.strip_suffix('s').expect(text).parse().unwrap()),
    }
}

#[track_caller]
pub(crate) fn records(answer: &str) -> Result<Records, Failure> {
    let (addresses, list) = match answer {
        "nxdomain" => return Err(Failure::NxDomain),
        "no-data" => return Err(Failure::NoData),
        "servfail" => return Err(Failure::ServFail),
        "dns-timeout" => return Err(Failure::DnsTimeout),
        "srv" => return Ok(Records::Srv(Vec::new())),
        "none" => return Ok(Records::Addresses(Addresses::new(Vec::new()))),
        answer => match answer.strip_prefix("routed ") {
            Some(list) => (Addresses::routed as fn(_) -> _, list),
            None => (Addresses::new as fn(_) -> _, answer),
        },
    };
    let list = list.split(", ").map(|address| address.parse().expect(address)).collect();
    Ok(Records::Addresses(addresses(list)))
}
