//! The worlds of scripts: a line for each answer.
//!
//! Each line is `QUESTION = ANSWER [after DURATION]`:
//!
//! ```text
//! rtt = 40ms
//! contoso.example = 203.0.113.5
//! contoso.example = servfail after 5s
//! MX contoso.example = 10 mx.hoster.example, 20 mx.other.example
//! TXT contoso.example = v=spf1 -all | mailconf=https://contoso.example/a.xml
//! _autodiscover._tcp.contoso.example = SRV 0 0 443 mail.contoso.example
//! https://contoso.example/autodiscover/autodiscover.xml = 404
//! https://contoso.example/a = 302 https://contoso.example/b
//! https://contoso.example/b = 200 settings
//! https://autoconfig.contoso.example^?me = 200 autoconfig
//! ispdb:contoso.example = 200 autoconfig
//! /folder/contoso.example.xml = autoconfig
//! ask hoster.example = yes after 90s
//! table contoso.example = big-provider
//! table-mx mx.hoster.example = hoster
//! filter mx.filter.example = Filter & Sons
//! NTLM https://contoso.example~ = 200 settings
//! ```
//!
//! In a URL `~` stands for `/autodiscover/autodiscover.xml`, `!svc` for the service of SOAP, `!json:`
//! for that of version 2 up to the name of the protocol, `^` for `/mail/config-v1.1.xml`, `?me` for the
//! parameter that names `alice@contoso.example`, and `ispdb:` for Mozilla's database, whose
//! host exists. A name or URL of which the world says nothing does not exist, or closes the
//! connection. An answer takes 1 ms; with `rtt`, one round trip from the DNS, two over http and
//! three over https; where it is that nobody answers, as long as the request says.

use core::time::Duration;
use std::{collections::HashMap, sync::Arc};

use mailscout_discover::{Outcome, Request, consent::Consent};
use mailscout_net::{
    certificate::CertificateProblem,
    dns::{Addresses, Lookup, LookupKind, MxRecord, Records, SrvRecord},
    failure::Failure,
    http::{Challenge, HttpResponse},
};

use crate::{directory, document, table::Table};

/// What is known in a world.
#[derive(Debug)]
pub(crate) struct World {
    answers: HashMap<String, (String, Option<Duration>)>,
    round_trip: Option<Duration>,
}

impl World {
    pub(crate) fn read(world: &str) -> Self {
        let lines = world.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut answers: HashMap<_, _> = lines
            .map(|line| {
                let (question, answer) = line.split_once(" = ").expect(line);
                let (answer, after) = match answer.split_once(" after ") {
                    Some((answer, after)) => (answer, Some(duration(after))),
                    None => (answer, None),
                };
                (expand(question), (expand(answer), after))
            })
            .collect();
        let database = || ("9.9.9.9".to_owned(), None);
        answers.entry("autoconfig.thunderbird.net".to_owned()).or_insert_with(database);
        let round_trip = answers.remove("rtt").map(|(time, _)| duration(&time));
        Self { answers, round_trip }
    }

    /// The table of known providers.
    pub(crate) fn table(&self) -> Arc<Table> {
        let answers = self.answers.iter();
        Arc::new(Table::new(answers.map(|(question, (answer, _))| (&**question, &**answer))))
    }

    /// How long the answer takes.
    pub(crate) fn time(&self, request: &Request) -> Duration {
        let known = self.answers.get(&key(request));
        if let Some((_, Some(after))) = known {
            return *after;
        }
        let answer = known.map(|(answer, _)| answer.as_str());
        let trips = match (request, answer) {
            (Request::Lookup(lookup), Some("dns-timeout")) => return lookup.deadline,
            (Request::Http(request), Some("connect-timeout")) => return request.limits.connect,
            (Request::Http(request), Some("timeout")) => return request.limits.exchange,
            (Request::Lookup(_), _) => 1,
            (Request::Http(request), _) if request.url.scheme() == "http" => 2,
            (Request::Http(_) | Request::LogIn(..) | Request::Directory { .. }, _) => 3,
            _ => 0,
        };
        self.round_trip.map_or(Duration::from_millis(1), |time| time * trips)
    }

    /// The answer.
    pub(crate) fn outcome(&self, request: &Request) -> Outcome {
        let answer = self.answers.get(&key(request)).map(|(answer, _)| answer.as_str());
        match request {
            Request::Lookup(lookup) => Outcome::Lookup(match answer {
                Some(answer) => records(lookup.kind, answer),
                None => Err(self.absence(lookup)),
            }),
            Request::Http(request) => {
                let is_database = request.url.host_str() == Some("autoconfig.thunderbird.net");
                Outcome::Http(response(answer.unwrap_or(if is_database {
                    "404"
                } else {
                    "closed"
                })))
            }
            Request::ReadFile { .. } => Outcome::File(match answer {
                Some(words) => Ok(document::body(words)),
                None => Err("no such file".to_owned()),
            }),
            Request::LogIn(..) => Outcome::Http(response(answer.unwrap_or("401"))),
            Request::Directory { search, .. } => {
                let of_server = self.answers.get(&format!("LDAP {}", search.server.host));
                let of_server = of_server.map(|(answer, _)| answer.as_str());
                Outcome::Directory(directory::answer(search, answer, of_server))
            }
            _ => Outcome::Consent(match answer {
                Some("yes") => Consent::Given,
                Some("no") => Consent::Denied,
                _ => Consent::Unavailable,
            }),
        }
    }

    /// How the DNS says that it has no such records: a name that exists has no data.
    fn absence(&self, lookup: &Lookup) -> Failure {
        let exists = self.answers.get(&lookup.name).is_some_and(|(answer, _)| answer != "nxdomain");
        if exists { Failure::NoData } else { Failure::NxDomain }
    }
}

/// The question of a request, as a line has it.
fn key(request: &Request) -> String {
    match request {
        Request::Lookup(lookup) => match lookup.kind {
            LookupKind::Mx => format!("MX {}", lookup.name),
            LookupKind::Txt => format!("TXT {}", lookup.name),
            _ => lookup.name.clone(),
        },
        Request::Http(request) => request.url.to_string(),
        Request::LogIn(request, scheme) => format!("{scheme} {}", request.url),
        Request::Directory { search, .. } => directory::key(search),
        Request::ReadFile { path, .. } => path.display().to_string(),
        Request::Ask(question) => format!("ask {}", question.site),
        _ => String::new(),
    }
}

/// What the short forms in a text stand for.
const SHORT: [(&str, &str); 6] = [
    ("~", "/autodiscover/autodiscover.xml"),
    ("^", "/mail/config-v1.1.xml"),
    ("?me", "?emailaddress=alice%40contoso.example"),
    ("!svc", "/autodiscover/autodiscover.svc"),
    ("!json:", "/autodiscover/autodiscover.json?Email=alice%40contoso.example&Protocol="),
    ("ispdb:", "https://autoconfig.thunderbird.net/v1.1/"),
];

pub(crate) fn expand(text: &str) -> String {
    SHORT.iter().fold(text.to_owned(), |text, (short, long)| text.replace(short, long))
}

pub(crate) fn shorten(text: &str) -> String {
    SHORT.iter().fold(text.to_owned(), |text, (short, long)| text.replace(long, short))
}

fn duration(text: &str) -> Duration {
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(millis.parse().unwrap()),
        None => Duration::from_secs(text.strip_suffix('s').expect(text).parse().unwrap()),
    }
}

fn failure(word: &str) -> Option<Failure> {
    let detail = || "the system says so".to_owned();
    Some(match word {
        "nxdomain" => Failure::NxDomain,
        "no-data" => Failure::NoData,
        "servfail" => Failure::ServFail,
        "dns-refused" => Failure::DnsRefused { code: "REFUSED".to_owned() },
        "dns-timeout" => Failure::DnsTimeout,
        "dns-unreachable" => Failure::DnsUnreachable { detail: detail() },
        "closed" => Failure::Closed,
        "not-tls" => Failure::NotTls,
        "tls-handshake" => Failure::Handshake { detail: detail() },
        "not-http" => Failure::NotHttp { detail: detail() },
        "header-too-large" => Failure::HeaderTooLarge,
        "timeout" => Failure::ExchangeTimeout,
        "tls-timeout" => Failure::TlsTimeout,
        "connect-timeout" => Failure::ConnectTimeout,
        "connection-refused" => Failure::ConnectionRefused,
        "unreachable" => Failure::Unreachable { detail: detail() },
        "certificate-expired" => Failure::Certificate(CertificateProblem::Expired),
        "certificate-self-signed" => Failure::Certificate(CertificateProblem::SelfSigned),
        "certificate-not-yet-valid" => Failure::Certificate(CertificateProblem::NotYetValid),
        "certificate-unknown-issuer" => Failure::Certificate(CertificateProblem::UnknownIssuer),
        "certificate-wrong-name" => Failure::Certificate(CertificateProblem::WrongName {
            names: vec!["parked.example".to_owned()],
        }),
        "body-too-large" => Failure::BodyTooLarge { max_body: 512 * 1024 },
        _ => return None,
    })
}

fn records(kind: LookupKind, answer: &str) -> Result<Records, Failure> {
    if let Some(failure) = failure(answer) {
        return Err(failure);
    }
    match kind {
        LookupKind::Mx => {
            let record = |text: &str| {
                let (preference, host) = text.split_once(' ').expect(text);
                MxRecord::new(preference.parse().unwrap(), host.trim_matches('.'))
            };
            return Ok(Records::Mx(answer.split(", ").map(record).collect()));
        }
        LookupKind::Txt => {
            return Ok(Records::Txt(answer.split(" | ").map(str::to_owned).collect()));
        }
        _ => {}
    }
    if let Some(list) = answer.strip_prefix("SRV ") {
        let record = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let number = |index: usize| words[index].parse().unwrap();
            let target = words.get(3).copied().unwrap_or_default();
            // `.` is the root, which stands for nobody.
            SrvRecord::new(number(0), number(1), number(2), target.trim_matches('.'))
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
        (401, schemes) => response.challenges = schemes.split(' ').map(Challenge::new).collect(),
        (_, body) => {
            let plain = body.strip_prefix("gzip ");
            response.content_encoding = plain.map(|_| "gzip".to_owned());
            response.body = document::body(plain.unwrap_or(body));
        }
    }
    Ok(response)
}
