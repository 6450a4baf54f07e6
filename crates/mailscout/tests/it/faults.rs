//! Every word with which the lab's web servers go wrong, at each place that is asked by GET, over
//! real sockets: the code is exact, and the search ends within the bounds of its exchanges.

use core::time::Duration;

use mailscout::{Tasks, discover::Ispdb, discover::Options, schema::pacc::Record};
use mailscout_lab::Scenario;
use tokio::task::JoinSet;

use crate::lab::{serve, watched};

/// A place: its mechanism, its host, its path, and the document that stands there.
struct Place {
    mechanism: &'static str,
    host: &'static str,
    path: &'static str,
    document: &'static str,
}

const PACC: &str = r#"{"protocols":{"imap":{"host":"imap.contoso.example"}},
"info":{"provider":{"name":"Contoso"}}}"#;

const AUTOCONFIG: &str = r#"<clientConfig version="1.1"><emailProvider id="contoso.example">
<domain>contoso.example</domain><incomingServer type="imap">
<hostname>imap.contoso.example</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>
</incomingServer></emailProvider></clientConfig>"#;

const PLACES: [Place; 4] = [
    Place {
        mechanism: "pacc",
        host: "ua-auto-config.contoso.example",
        path: "/.well-known/user-agent-configuration.json",
        document: PACC,
    },
    Place {
        mechanism: "autoconfig-https-host",
        host: "autoconfig.contoso.example",
        path: "/mail/config-v1.1.xml",
        document: AUTOCONFIG,
    },
    Place {
        mechanism: "autoconfig-well-known",
        host: "contoso.example",
        path: "/.well-known/autoconfig/mail/config-v1.1.xml",
        document: AUTOCONFIG,
    },
    Place {
        mechanism: "ispdb",
        host: "ispdb.contoso.example",
        path: "/v1.1/contoso.example",
        document: AUTOCONFIG,
    },
];

/// Where a word of the scenario stands.
enum At {
    Service,
    Route,
    /// In the place of the document.
    Body,
}

/// What goes wrong, the code that tells of it, and how the search ends.
const FAULTS: [(At, &str, &str, &str); 25] = [
    (At::Route, "", "settings", "found"),
    (At::Route, "fault = 'slow-drip'", "timeout", "failed"),
    (At::Route, "fault = 'silence'", "timeout", "failed"),
    (At::Route, "fault = 'huge-body'", "body-too-large", "not-found"),
    (At::Route, "fault = 'endless-header'", "header-too-large", "not-found"),
    (At::Route, "fault = 'truncated'", "closed", "not-found"),
    (At::Route, "fault = 'reset'", "closed", "not-found"),
    (At::Route, "fault = 'gzip'", "compressed", "not-found"),
    (At::Route, "fault = 'bad-status-line'", "not-http", "not-found"),
    (At::Route, "status = 400", "http-400", "not-found"),
    (At::Route, "status = 404", "http-404", "not-found"),
    (At::Route, "method = 'POST'", "http-404", "not-found"),
    (At::Body, "body_hex = 'ff fe 00 d8 3c 00 00 01'", "document-encoding", "not-found"),
    (
        At::Body,
        "body = '<!DOCTYPE html><html><body>Welcome</body></html>'",
        "web-page",
        "not-found",
    ),
    (At::Body, "body = ''", "empty-body", "not-found"),
    (At::Service, "fault = 'silence'", "tls-timeout", "failed"),
    (At::Service, "fault = 'blackhole'", "connect-timeout", "failed"),
    (At::Service, "fault = 'refuse'", "connection-refused", "not-found"),
    (At::Service, "fault = 'cut-handshake'", "tls-handshake", "not-found"),
    (At::Service, "fault = 'plain-text'", "not-tls", "not-found"),
    (At::Service, "certificate = 'expired'", "certificate-expired", "not-found"),
    (At::Service, "certificate = 'not-yet-valid'", "certificate-not-yet-valid", "not-found"),
    (At::Service, "certificate = 'self-signed'", "certificate-self-signed", "not-found"),
    (At::Service, "certificate = 'unknown-ca'", "certificate-unknown-issuer", "not-found"),
    (At::Service, "certificate = 'wrong-name'", "certificate-wrong-name", "not-found"),
];

/// How long a lookup, a TCP handshake, a TLS handshake and an exchange may each take.
const STEP: Duration = Duration::from_secs(1);

/// Worlds that stand at the same time.
const WORKERS: usize = 8;

fn scenario(place: &Place, at: &At, words: &str) -> String {
    let Place { host, path, document, .. } = place;
    let (mut service, mut route, mut body) = ("", "", format!("body = '''{document}'''"));
    match at {
        At::Service => service = words,
        At::Route => route = words,
        At::Body => words.clone_into(&mut body),
    }
    let record = Record::of(document.as_bytes());
    format!(
        "title = 'One place, one fault'
         address = 'alice@contoso.example'
         [zones.'contoso.example']
         records = '''
{host}. A 203.0.113.9
_ua-auto-config TXT \"{record}\"
'''
         [[hosts]]
         names = ['{host}']
         addresses = ['203.0.113.9']
         [[hosts.services]]
         {service}
         [[hosts.services.routes]]
         path = '{path}'
         {route}
         {body}"
    )
}

/// What is not as it should be of one fault at one place.
async fn check(
    place: &Place,
    (at, words, code, conclusion): &(At, &str, &str, &str),
) -> Option<String> {
    let scenario = Scenario::from_toml(&scenario(place, at, words)).expect(words);
    let (world, locator) = serve(&scenario).await;
    let mut options = Options::default();
    options.only = vec![place.mechanism.parse().unwrap()];
    options.ispdb = Ispdb::At("https://ispdb.contoso.example/v1.1".to_owned());
    options.deadlines.dns = STEP;
    options.deadlines.connect = STEP;
    options.deadlines.tls = STEP;
    options.deadlines.exchange = STEP;
    let tasks = Tasks { guess: false, ..Tasks::default() };
    let locator = locator.with_options(options).with_tasks(tasks);
    let report = locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();

    let codes: Vec<_> = report.search.attempts.iter().map(|a| a.reason.code()).collect();
    let last = codes.iter().rfind(|code| *code != "answered");
    let end = report.search.conclusion.as_str();
    let took = report.search.elapsed;
    let is_right = last.is_some_and(|last| last == code)
        && end == *conclusion
        && took < 4 * STEP
        && world.journal().outside().is_empty();
    (!is_right).then(|| {
        let outside = world.journal().outside();
        format!("{}, {words}: {codes:?}, {end}, after {took:?}, {outside:?}", place.mechanism)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_every_place_is_named_and_ends_in_time() {
    let cases = PLACES.iter().flat_map(|place| FAULTS.iter().map(move |fault| (place, fault)));
    let (mut running, mut wrong) = (JoinSet::new(), Vec::new());
    for (place, fault) in cases {
        if running.len() == WORKERS {
            wrong.extend(running.join_next().await.unwrap().unwrap());
        }
        running.spawn(watched(check(place, fault)));
    }
    while let Some(ended) = running.join_next().await {
        wrong.extend(ended.unwrap());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
