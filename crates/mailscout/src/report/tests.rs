//! Several sources as one report: how far it is trusted, what is joined, what a person has to see.

use std::time::Duration;

use mailscout_discover::{Trust, mechanism::Mechanism};
use mailscout_schema::settings::{InstructionKind, OAuth, ServiceKind};

use super::*;

fn server(protocol: Protocol, security: Security) -> Server {
    Server::new(protocol, "mail.contoso.example", Some(993), security, "alice")
}

fn settings(servers: &[(Protocol, Security)]) -> AccountSettings {
    let mut settings = AccountSettings::default();
    for (protocol, security) in servers {
        let server = server(*protocol, *security);
        match protocol {
            Protocol::Smtp => settings.outgoing.push(server),
            _ => settings.incoming.push(server),
        }
    }
    settings
}

fn found(word: TrustWord, settings: AccountSettings) -> Found {
    let address = "alice@contoso.example".parse().unwrap();
    Found::remembered(settings, Mechanism::Pacc, "pacc", address, Trust::remembered(word))
}

/// The report of these sources, the last of them guessed where there is one.
fn report(want: &[Protocol], sources: Vec<Found>, guessed: Option<AccountSettings>) -> Report {
    let mut search = SearchReport::not_made("alice@contoso.example".parse().unwrap());
    let mut sources = sources.into_iter();
    search.found = sources.next();
    search.joined = sources.collect();
    if search.found.is_some() {
        search.conclusion = Conclusion::Found;
    }
    let started = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let remembered = Remembered { found: started, until: None, profile: None };
    let remembered = guessed.map(|guessed| (remembered, Some(guessed)));
    let mut options = Options::default();
    options.want = want.to_vec();
    Report::new(search, (None, None), remembered, started, &options)
}

const IMAP: (Protocol, Security) = (Protocol::Imap, Security::Tls);
const POP3: (Protocol, Security) = (Protocol::Pop3, Security::Tls);
const SMTP: (Protocol, Security) = (Protocol::Smtp, Security::Tls);
const PLAIN_POP3: (Protocol, Security) = (Protocol::Pop3, Security::Plain);
const PLAIN_SMTP: (Protocol, Security) = (Protocol::Smtp, Security::Plain);

#[test]
fn a_report_is_trusted_as_far_as_its_weakest_source() {
    use TrustWord::{Authenticated, ThirdParty, Unauthenticated, Verified};
    let want = [Protocol::Imap, Protocol::Smtp];
    let joined = |first, second| {
        report(&want, vec![found(first, settings(&[IMAP])), found(second, settings(&[SMTP]))], None)
    };
    assert_eq!(joined(Authenticated, ThirdParty).trust(), Some(ThirdParty));
    assert_eq!(joined(ThirdParty, Authenticated).trust(), Some(ThirdParty));
    assert_eq!(joined(Authenticated, Unauthenticated).trust(), Some(Unauthenticated));
    assert!(joined(Authenticated, Unauthenticated).needs_a_person());
    let guessed = |word, guessed| {
        report(&want, vec![found(word, settings(&[IMAP]))], Some(settings(&[guessed]))).trust()
    };
    assert_eq!(guessed(Authenticated, SMTP), Some(Verified));
    assert_eq!(guessed(Authenticated, PLAIN_SMTP), Some(Unauthenticated));
    assert_eq!(guessed(ThirdParty, SMTP), Some(ThirdParty));
    assert_eq!(report(&want, Vec::new(), None).trust(), None);
}

#[test]
fn a_wanted_protocol_whose_first_server_is_plain_needs_a_person_who_looks() {
    let guess = |want: &[Protocol]| {
        let servers = settings(&[IMAP, PLAIN_POP3, SMTP]);
        let report = report(want, Vec::new(), Some(servers));
        (report.trust(), report.needs_a_person())
    };
    assert_eq!(guess(&[Protocol::Imap, Protocol::Smtp]), (Some(TrustWord::Verified), false));
    let want = [Protocol::Imap, Protocol::Pop3, Protocol::Smtp];
    assert_eq!(guess(&want), (Some(TrustWord::Unauthenticated), true));
}

#[test]
fn a_wanted_protocol_without_a_server_needs_a_person() {
    let needs = |want: &[Protocol]| {
        let sources = vec![found(TrustWord::Authenticated, settings(&[IMAP, SMTP]))];
        report(want, sources, None).needs_a_person()
    };
    assert!(!needs(&[Protocol::Imap, Protocol::Smtp]));
    assert!(needs(&[Protocol::Imap, Protocol::Pop3]));
}

/// Settings with an issuer, whose server takes tokens or not.
fn with_issuer(servers: &[(Protocol, Security)], issuer: &str, takes: bool) -> AccountSettings {
    let mut settings = settings(servers);
    let mut oauth = OAuth::default();
    oauth.issuer = Some(issuer.to_owned());
    settings.oauth = Some(oauth);
    for server in settings.incoming.iter_mut().chain(&mut settings.outgoing) {
        server.authentication = vec![if takes { AuthMethod::OAuth2 } else { AuthMethod::Password }];
    }
    settings
}

#[test]
fn tokens_for_a_server_come_from_where_its_own_source_says() {
    let issuer = |parts: &[AccountSettings]| {
        joined(parts.iter(), None).unwrap().oauth.and_then(|oauth| oauth.issuer)
    };
    let mut silent = with_issuer(&[IMAP], "", true);
    silent.oauth = None;
    let high = with_issuer(&[IMAP], "high.example", true);
    let low = with_issuer(&[SMTP], "low.example", true);
    let lowest = with_issuer(&[POP3], "lowest.example", true);
    let useless = with_issuer(&[SMTP], "useless.example", false);
    let is = |text: &str| Some(text.to_owned());
    assert_eq!(issuer(&[high.clone(), low.clone()]), is("high.example"));
    assert_eq!(issuer(&[silent.clone(), low.clone()]), None, "not from a source below");
    assert_eq!(issuer(&[settings(&[IMAP]), low.clone()]), is("low.example"));
    assert_eq!(issuer(&[settings(&[IMAP]), low, lowest]), is("low.example"));
    assert_eq!(issuer(&[settings(&[IMAP]), useless.clone()]), None, "no server takes its tokens");
    assert_eq!(issuer(&[high, useless]), is("high.example"));
}

#[test]
fn a_lower_source_adds_its_servers_services_and_instructions_once() {
    let part = |servers: &[(Protocol, Security)], urls: &[&str]| {
        let mut settings = settings(servers);
        for url in urls {
            settings.services.push(Service::new(ServiceKind::Owa, *url, None));
            settings.instructions.push(Instruction::new(InstructionKind::Other, *url, None));
        }
        settings
    };
    let parts =
        [part(&[IMAP], &["a", "b"]), part(&[SMTP], &["b", "c"]), part(&[POP3], &["a", "c"])];
    let whole = joined(parts.iter(), None).unwrap();
    let urls: Vec<&str> = whole.services.iter().map(|service| service.url.as_str()).collect();
    assert_eq!(urls, ["a", "b", "c"]);
    let texts: Vec<&str> = whole.instructions.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["a", "b", "c"]);
    let protocols = |servers: &[Server]| servers.iter().map(|it| it.protocol).collect::<Vec<_>>();
    assert_eq!(protocols(&whole.incoming), [Protocol::Imap, Protocol::Pop3]);
    assert_eq!(protocols(&whole.outgoing), [Protocol::Smtp]);
    let preferred = joined(parts.iter(), Some(Protocol::Pop3)).unwrap();
    assert_eq!(protocols(&preferred.incoming), [Protocol::Pop3, Protocol::Imap]);
}

#[test]
fn what_the_domain_offers_beside_mail_is_added_once() {
    let mut search = SearchReport::not_made("alice@contoso.example".parse().unwrap());
    let service = |url: &str| Service::new(ServiceKind::Owa, url, None);
    let mut of_document = settings(&[IMAP]);
    of_document.services.push(service("a"));
    search.found = Some(found(TrustWord::Authenticated, of_document));
    search.beside = vec![service("a"), service("b")];
    let options = Options::default();
    let report = Report::new(search, (None, None), None, SystemTime::UNIX_EPOCH, &options);
    let urls: Vec<&str> = report.services().iter().map(|service| service.url.as_str()).collect();
    assert_eq!(urls, ["a", "b"]);
}

#[test]
fn each_server_has_the_source_that_names_it() {
    let want = [Protocol::Imap, Protocol::Pop3, Protocol::Smtp];
    let sources = vec![
        found(TrustWord::Authenticated, settings(&[IMAP])),
        found(TrustWord::ThirdParty, settings(&[SMTP])),
    ];
    let report = report(&want, sources, Some(settings(&[POP3])));
    let of = |of: (Protocol, Security)| {
        let index = report.source_of(&server(of.0, of.1));
        report.trust_of(report.sources()[index])
    };
    assert_eq!(of(IMAP), TrustWord::Authenticated);
    assert_eq!(of(SMTP), TrustWord::ThirdParty);
    assert_eq!(of(POP3), TrustWord::Verified);
    assert_eq!(report.source_of(&server(Protocol::Pop3, Security::Plain)), 0, "nobody names it");
}
