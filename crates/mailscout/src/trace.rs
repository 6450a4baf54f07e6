//! What was asked while servers were met, one entry for each question, in order of time.

use std::time::Duration;

use mailscout_probe::{
    approach::Met,
    conversation::Evidence,
    prober::{
        GuessReport, LookedUp, MetPort, NotTried, TimedMeeting, TriedLogIn, Verdict, end_code,
    },
};

/// One question of a guess or a check, and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Asked {
    /// The question, such as `imap mail.contoso.example:993 tls`.
    pub question: String,
    /// When it was asked, counted from the start of the guess.
    pub started: Duration,
    /// How long the answer took.
    pub elapsed: Duration,
    /// `answered`, `refused`, `failed` or `skipped`.
    pub outcome: &'static str,
    /// The stable code of the answer.
    pub code: &'static str,
    /// The answer as a sentence.
    pub answer: String,
}

/// Every question of a guess or a check, in the order in which they were asked.
pub fn trace(report: &GuessReport) -> Vec<Asked> {
    let mut asked: Vec<Asked> = report.lookups.iter().map(Asked::lookup).collect();
    for port in &report.ports {
        asked.extend(port.met.iter().map(|met| Asked::meeting(&port.host, port.port, met)));
        asked.extend(Asked::given_up(port));
    }
    asked.extend(report.log_ins.iter().map(Asked::log_in));
    asked.sort_by_key(|asked| asked.started);
    asked
}

impl Asked {
    /// The look-up of a name.
    pub fn lookup(lookup: &LookedUp) -> Self {
        let (outcome, code, answer) = match &lookup.answer {
            Some(Ok(addresses)) => {
                let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                ("answered", "answered", list.join(" "))
            }
            Some(Err(refusal)) => ("refused", refusal.code(), refusal.to_string()),
            None => ("skipped", "overtaken", "not waited for".to_owned()),
        };
        Self {
            question: format!("DNS A/AAAA {}", lookup.name),
            started: lookup.started,
            elapsed: lookup.elapsed,
            outcome,
            code,
            answer,
        }
    }

    /// A conversation with a port.
    pub fn meeting(host: &str, port: u16, met: &TimedMeeting) -> Self {
        let Met { protocol, security, evidence, .. } = &met.met;
        let (outcome, code, answer) = came_to(evidence);
        Self {
            question: format!("{protocol} {host}:{port} {security}"),
            started: met.started,
            elapsed: met.elapsed,
            outcome,
            code,
            answer,
        }
    }

    /// The conversation with a port that was given up, where one was.
    pub fn given_up(port: &MetPort) -> Option<Self> {
        let verdict = Verdict::NotTried(NotTried::Overtaken);
        port.given_up.map(|given_up| Self {
            question: format!("{} {}:{}", port.protocol, port.host, port.port),
            started: given_up.started,
            elapsed: given_up.elapsed,
            outcome: "skipped",
            code: verdict.code(),
            answer: "not waited for".to_owned(),
        })
    }

    /// A log-in.
    pub fn log_in(tried: &TriedLogIn) -> Self {
        let row = &tried.row;
        let user = row.login.as_ref().map_or("", |login| login.name.as_str());
        let place = format!("{} {}:{}", row.protocol, row.host, row.port);
        let (outcome, code, sentence) = match tried.verdict {
            Some(verdict) if verdict.as_str() == "accepted" => {
                ("answered", verdict.as_str(), verdict.sentence().to_owned())
            }
            Some(verdict) => ("refused", verdict.as_str(), verdict.sentence().to_owned()),
            None => ("skipped", "time-up", "not waited for".to_owned()),
        };
        let answer = match &tried.text {
            Some(text) => format!("{sentence} ({text})"),
            None => sentence,
        };
        Self {
            question: format!("{place} {}, log-in {user} by {}", row.security, tried.mechanism),
            started: tried.started,
            elapsed: tried.elapsed,
            outcome,
            code,
            answer,
        }
    }
}

/// What a conversation came to: the outcome, the stable code, the sentence.
pub(crate) fn came_to(evidence: &Evidence) -> (&'static str, &'static str, String) {
    let problem = evidence.tls.as_ref().and_then(|tls| tls.problem.as_ref());
    match (&evidence.failure, &evidence.facts, problem) {
        (Some(failure), ..) if failure.is_answer() => {
            ("refused", failure.code(), failure.to_string())
        }
        (Some(failure), ..) => ("failed", failure.code(), failure.to_string()),
        (None, _, Some(problem)) => ("refused", problem.code(), problem.to_string()),
        (None, Some(facts), None) => {
            let code = end_code(facts.end);
            let heard = facts.inside_tls.as_ref().or(facts.before_tls.as_ref());
            let mechanisms = heard.map(|heard| heard.mechanisms.join(" ")).unwrap_or_default();
            if code == "complete" {
                ("answered", code, format!("complete; mechanisms: {mechanisms}"))
            } else {
                ("refused", code, facts.end.to_string())
            }
        }
        (None, None, None) => ("failed", "closed", "nothing was said".to_owned()),
    }
}
