//! Scripts: a world in a few lines, a search in virtual time, and the transcript it leaves.
//!
//! Each line of a world is `QUESTION = ANSWER [after DURATION]`:
//!
//! ```text
//! contoso.example = 203.0.113.5
//! contoso.example = servfail after 5s
//! _autodiscover._tcp.contoso.example = SRV 0 0 443 mail.contoso.example
//! https://contoso.example/autodiscover/autodiscover.xml = 404
//! https://contoso.example/a = 302 https://contoso.example/b
//! https://contoso.example/b = 200 settings
//! ask hoster.example = yes after 90s
//! ```
//!
//! In a URL `~` stands for `/autodiscover/autodiscover.xml`. A name or URL of which the world
//! says nothing does not exist, or closes the connection.

use core::time::Duration;
use std::collections::HashMap;

use mailscout_discover::{
    Discovery, JobId, Options, Outcome, Request, SearchReport, Step,
    consent::{Consent, SitePattern},
};
use mailscout_net::{
    certificate::CertificateProblem,
    dns::{Addresses, Records, SrvRecord},
    failure::Failure,
    http::HttpResponse,
};

use crate::document;

/// A world and the options of a search in it.
pub(crate) struct Script {
    world: HashMap<String, (String, Duration)>,
    pub(crate) options: Options,
    /// The requests of the search, as they were asked.
    pub(crate) asked: Vec<Request>,
}

impl Script {
    pub(crate) fn new(world: &str) -> Self {
        let lines = world.lines().map(str::trim).filter(|line| !line.is_empty());
        let world = lines
            .map(|line| {
                let (question, answer) = line.split_once(" = ").expect(line);
                let (answer, after) = answer.split_once(" after ").unwrap_or((answer, "1ms"));
                (expand(question), (expand(answer), duration(after)))
            })
            .collect();
        Self { world, options: Options::default(), asked: Vec::new() }
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
        for _ in 0..1000 {
            match discovery.poll(now) {
                Step::Start(id, request) => {
                    let after =
                        self.look(&request).map_or(Duration::from_millis(1), |(_, after)| after);
                    self.asked.push(request.clone());
                    open.push((now + after, id, request));
                }
                Step::Wait(until) => {
                    open.sort_by_key(|(at, id, _)| (*at, *id));
                    let next = open.first().map(|(at, ..)| *at);
                    match (next, until) {
                        (Some(at), Some(until)) if until < at => now = until,
                        (Some(at), _) => {
                            now = at;
                            let (_, id, request) = open.remove(0);
                            let outcome = self.outcome(&request);
                            discovery.complete(id, outcome, now);
                        }
                        (None, Some(until)) => now = until,
                        (None, None) => panic!("the engine waits for nothing"),
                    }
                }
                Step::Cancel(cancelled) => open.retain(|(_, id, _)| *id != cancelled),
                Step::Done => return discovery.into_report(now),
            }
        }
        panic!("the search never ends")
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

    fn look(&self, request: &Request) -> Option<(String, Duration)> {
        let key = match request {
            Request::Lookup(lookup) => lookup.name.clone(),
            Request::Http(request) => request.url.to_string(),
            Request::ReadFile { path, .. } => path.display().to_string(),
            Request::Ask(question) => format!("ask {}", question.site),
            _ => return None,
        };
        self.world.get(&key).cloned()
    }

    fn outcome(&self, request: &Request) -> Outcome {
        let answer = self.look(request).map(|(answer, _)| answer);
        let answer = answer.as_deref();
        match request {
            Request::Lookup(_) => Outcome::Lookup(records(answer.unwrap_or("nxdomain"))),
            Request::Http(_) => Outcome::Http(response(answer.unwrap_or("closed"))),
            Request::ReadFile { .. } => Outcome::File(match answer {
                Some(words) => Ok(document::body(words).into_bytes()),
                None => Err("no such file".to_owned()),
            }),
            _ => Outcome::Consent(match answer {
                Some("yes") => Consent::Given,
                Some("no") => Consent::Denied,
                _ => Consent::Unavailable,
            }),
        }
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

fn expand(text: &str) -> String {
    text.replace('~', "/autodiscover/autodiscover.xml")
}

fn shorten(text: &str) -> String {
    text.replace("/autodiscover/autodiscover.xml", "~")
}

fn duration(text: &str) -> Duration {
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(millis.parse().unwrap()),
        None => Duration::from_secs(text.strip_suffix('s').expect(text).parse().unwrap()),
    }
}

fn failure(word: &str) -> Option<Failure> {
    Some(match word {
        "nxdomain" => Failure::NxDomain,
        "no-data" => Failure::NoData,
        "servfail" => Failure::ServFail,
        "dns-timeout" => Failure::DnsTimeout,
        "closed" => Failure::Closed,
        "timeout" => Failure::ExchangeTimeout,
        "connect-timeout" => Failure::ConnectTimeout,
        "connection-refused" => Failure::ConnectionRefused,
        "certificate-expired" => Failure::Certificate(CertificateProblem::Expired),
        "certificate-self-signed" => Failure::Certificate(CertificateProblem::SelfSigned),
        "body-too-large" => Failure::BodyTooLarge { max_body: 512 * 1024 },
        _ => return None,
    })
}

fn records(answer: &str) -> Result<Records, Failure> {
    if let Some(failure) = failure(answer) {
        return Err(failure);
    }
    if let Some(list) = answer.strip_prefix("SRV ") {
        let record = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let number = |index: usize| words[index].parse().unwrap();
            let target = words.get(3).copied().unwrap_or_default();
            SrvRecord::new(number(0), number(1), number(2), target)
        };
        return Ok(Records::Srv(list.split(',').map(record).collect()));
    }
    if let Some(list) = answer.strip_prefix("routed ") {
        let list = list.split(", ").map(|address| address.parse().unwrap()).collect();
        return Ok(Records::Addresses(Addresses::routed(list)));
    }
    let list = answer.split(", ").map(|address| address.parse().unwrap()).collect();
    Ok(Records::Addresses(Addresses::new(list)))
}

fn response(answer: &str) -> Result<HttpResponse, Failure> {
    if let Some(failure) = failure(answer) {
        return Err(failure);
    }
    let (status, rest) = answer.split_once(' ').unwrap_or((answer, ""));
    let status = status.parse().expect(answer);
    let mut response = HttpResponse::new(status, Vec::new());
    match (status, rest) {
        (_, "") => {}
        (300..=399, location) => response.location = Some(location.to_owned()),
        (401, schemes) => response.challenges = schemes.split(' ').map(str::to_owned).collect(),
        (_, body) => match body.strip_prefix("gzip ") {
            Some(body) => {
                response.content_encoding = Some("gzip".to_owned());
                response.body = document::body(body).into_bytes();
            }
            None => response.body = document::body(body).into_bytes(),
        },
    }
    Ok(response)
}
