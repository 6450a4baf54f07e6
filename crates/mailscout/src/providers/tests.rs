//! The rows are sane, and the look-up finds what it should and nothing else.

use std::collections::BTreeSet;

use mailscout_probe::guess::NameForm;
use mailscout_schema::{
    address::EmailAddress,
    settings::{AuthMethod, Protocol, Security},
};

use super::*;

fn domain(text: &str) -> Domain {
    text.parse().unwrap()
}

/// The names of a kind are there once in the whole table.
#[track_caller]
fn check_unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "{what} `{name}` twice");
    }
}

#[track_caller]
fn check_host(host: &str) {
    assert_eq!(host.parse::<Domain>().unwrap().as_str(), host);
}

/// A name that a pattern matches.
fn sample(pattern: &str) -> String {
    pattern.replace('?', "1").replace('*', "x7")
}

#[test]
fn ids_domains_and_patterns_are_there_once() {
    check_unique("id", all().map(|row| row.id));
    check_unique("name", all().map(|row| row.name));
    let domains = |row: &'static Provider| row.domains.iter().chain(row.domain_globs).copied();
    check_unique("domain", all().flat_map(domains));
    let of_providers = all().flat_map(|row| row.mx).map(|mx| mx.glob);
    let of_filters = filters().flat_map(|filter| filter.mx).copied();
    check_unique("MX", of_providers.chain(of_filters));
    assert!(filter::FILTERS.is_sorted_by(|a, b| a.name < b.name));
}

#[test]
fn every_host_is_encrypted_on_the_port_of_its_protocol() {
    for (row, server) in all().flat_map(|row| row.servers.iter().map(move |one| (row, one))) {
        check_host(server.host);
        let usual = match (server.protocol, server.security) {
            (Protocol::Imap, Security::Tls) => 993,
            (Protocol::Imap, Security::StartTls) => 143,
            (Protocol::Pop3, Security::Tls) => 995,
            (Protocol::Pop3, Security::StartTls) => 110,
            (Protocol::Smtp, Security::Tls) => 465,
            (Protocol::Smtp, Security::StartTls) => 587,
            other => panic!("{}: {other:?}", row.id),
        };
        assert_eq!(server.port, usual, "{}: {}", row.id, server.host);
    }
}

#[test]
fn every_row_says_who_it_is_for_and_who_says_so() {
    for row in all() {
        let id = row.id;
        assert!(
            id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        );
        assert!(!id.is_empty() && !row.name.is_empty() && !row.domains.is_empty(), "{id}");
        row.domains.iter().for_each(|domain| check_host(domain));
        assert!(row.domains.iter().all(|domain| !is_public_suffix(domain)), "{id}");
        assert!(!row.sources.is_empty(), "{id}");
        for source in row.sources {
            assert!(!source.name.is_empty(), "{id}");
            assert!(source.date.is_none_or(is_date), "{id}: {:?}", source.date);
        }
        // What nobody dated or checked is not certain, unless there is no server to be wrong about.
        let is_dated = row.sources.iter().any(|source| source.date.is_some());
        assert!(is_dated || row.certainty == Certainty::Low || row.servers.is_empty(), "{id}");
    }
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, not after the table was put together.
fn is_date(date: &str) -> bool {
    let parts: Vec<_> = date.split('-').collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    let number = |at: usize| parts.get(at).map_or(Some(1), |part| part.parse::<u8>().ok());
    [vec![4], vec![4, 2], vec![4, 2, 2]].contains(&lengths)
        && parts[0].parse::<u16>().is_ok_and(|year| year > 2010)
        && number(1).is_some_and(|month| (1..=12).contains(&month))
        && number(2).is_some_and(|day| (1..=31).contains(&day))
        && date.get(..7).unwrap_or(date) <= COMPILED
}

#[test]
fn servers_credentials_and_instructions_fit_each_other() {
    for row in all() {
        let id = row.id;
        let speaks = |protocol| row.servers.iter().any(|server| server.protocol == protocol);
        let told = |kind| row.instructions.iter().any(|instruction| instruction.kind == kind);
        let has = |credential| row.credentials.contains(&credential);
        if row.status == Status::Ok {
            let reads = speaks(Protocol::Imap) || speaks(Protocol::Pop3);
            assert!(reads && speaks(Protocol::Smtp) && !row.credentials.is_empty(), "{id}");
        } else {
            assert!(row.servers.is_empty() && row.credentials.is_empty(), "{id}");
            assert!(told(InstructionKind::Other), "{id}");
        }
        let is_oauth_alone = row.credentials == [Credential::OAuth2];
        assert_eq!(is_oauth_alone, told(InstructionKind::OAuthOnly), "{id}");
        assert!(row.oauth.is_none() || has(Credential::OAuth2), "{id}");
        let code = has(Credential::AuthorizationCode);
        assert_eq!(code, told(InstructionKind::AuthorizationCode), "{id}");
        if has(Credential::AppPassword) && !has(Credential::Password) {
            assert!(told(InstructionKind::AppPassword), "{id}");
        }
        for Instruction { text, url, .. } in row.instructions {
            assert!(text.ends_with('.') && !text.contains("  "), "{id}: {text}");
            assert!(url.is_none_or(|url| url.starts_with("https://")), "{id}");
        }
        assert!(row.help.is_none_or(|url| url.starts_with("https://")), "{id}");
        if let Some(OAuth { authorization_url, token_url, scopes, issuer }) = &row.oauth {
            check_host(issuer.strip_prefix("https://").unwrap_or(issuer));
            let urls = [authorization_url, token_url];
            assert!(
                urls.iter().all(|url| url.starts_with("https://")) && !scopes.is_empty(),
                "{id}"
            );
        }
    }
}

#[test]
fn every_pattern_finds_its_own_row_and_no_other() {
    let patterns = |row: &'static Provider| row.mx.iter().map(move |mx| (row, mx));
    for (row, mx) in all().flat_map(patterns) {
        let host = sample(mx.glob);
        check_host(&host);
        let found: Vec<_> = all()
            .flat_map(patterns)
            .filter(|(_, other)| glob::matches(other.glob, &host))
            .map(|(row, other)| (row.id, other.glob))
            .collect();
        assert_eq!(found, [(row.id, mx.glob)], "{host}");
        assert_eq!(filter_by_mx(&host), None, "{host}");
    }
    for filter in filters() {
        for host in filter.mx.iter().map(|pattern| sample(pattern)) {
            check_host(&host);
            assert_eq!(filter_by_mx(&host), Some(filter));
            assert_eq!(by_mx(&host), None, "{host}");
        }
    }
    for row in all() {
        for named in row.domains {
            assert_eq!(by_domain(&domain(named)), Some(row));
        }
    }
}

#[track_caller]
fn check_domain(name: &str, expected: Option<&str>) {
    assert_eq!(by_domain(&domain(name)).map(|row| row.id), expected, "{name}");
}

#[test]
fn a_domain_is_its_providers_and_one_that_looks_like_it_is_nobodys() {
    check_domain("GMail.com.", Some("gmail"));
    check_domain("foxmail.com", Some("qq"));
    for name in ["hotmail.de", "hotmail.co.uk", "hotmail.com.br", "live.nl", "outlook.com.au"] {
        check_domain(name, Some("outlook-consumer"));
    }
    check_domain("yahoo.fr", Some("yahoo"));
    check_domain("yahoo.com.sg", Some("yahoo"));
    check_domain("yahoo.co.jp", Some("yahoo-jp"));
    check_domain("contoso.onmicrosoft.com", Some("microsoft365"));
    check_domain("contoso.mail.onmicrosoft.com", Some("microsoft365"));
    for name in [
        "contoso.example",
        "mail.gmail.com",
        "gmail.com.evil.example",
        "notgmail.com",
        "gmail.co",
        "hotmail.evil.example",
        "hotmail.example",
        "hotmail.xyz",
        "hotmail.com.de",
        "hotmail.github.io",
        "live.church",
        "live.us",
        "outlook.app",
        "evil-onmicrosoft.com",
        "co.uk",
        "com.br",
    ] {
        check_domain(name, None);
    }
}

#[test]
fn an_mx_names_its_provider_and_what_it_is_worth() {
    let found = |host| {
        by_mx(host).map(|found| {
            (found.provider.id, found.pattern, found.confidence.as_str(), found.hosted)
        })
    };
    assert_eq!(
        found("Contoso-COM.mail.protection.outlook.com."),
        Some(("microsoft365", "*.mail.protection.outlook.com", "documented", true))
    );
    assert_eq!(
        found("contoso-com.q-v1.mx.microsoft"),
        Some(("microsoft365", "*.mx.microsoft", "general", true))
    );
    assert_eq!(
        found("hotmail-com.olc.protection.outlook.com"),
        Some(("outlook-consumer", "*.olc.protection.outlook.com", "third-party-list", false))
    );
    let gmail = Some(("gmail", "alt?.aspmx.l.google.com", "documented", true));
    assert_eq!(found("alt2.aspmx.l.google.com"), gmail);
    let own = Some(("gmail", "alt?.gmail-smtp-in.l.google.com", "documented", false));
    assert_eq!(found("alt4.gmail-smtp-in.l.google.com"), own);
    assert_eq!(found("mxbiz2.qq.com"), Some(("exmail", "mxbiz?.qq.com", "third-party-list", true)));
    assert_eq!(found("mx3.qq.com"), Some(("qq", "mx?.qq.com", "third-party-list", false)));
    for host in [
        "mail.protection.outlook.com",
        "mail.protection.outlook.com.evil.example",
        "evil-mail.protection.outlook.com",
        "aspmx.l.google.com.evil.example",
        "mx.contoso.example",
        "mx1.mail.139.com",
        "",
        ".",
    ] {
        assert_eq!(found(host), None, "{host}");
    }
    for (confidence, expected) in [
        (Confidence::Documented, false),
        (Confidence::ThirdPartyList, true),
        (Confidence::General, true),
    ] {
        assert_eq!(confidence.needs_confirmation(), expected);
    }
}

#[test]
fn a_filter_is_named() {
    let named = |host| filter_by_mx(host).map(|filter| filter.name);
    assert_eq!(named("mx0a-001b2d01.pphosted.com."), Some("Proofpoint"));
    assert_eq!(named("mx1-us1.ppe-hosted.com"), Some("Proofpoint Essentials"));
    assert_eq!(named("EU-SMTP-inbound-1.mimecast.com"), Some("Mimecast"));
    assert_eq!(named("d12345a.ess.barracudanetworks.com"), Some("Barracuda"));
    assert_eq!(named("cluster5.eu.messagelabs.com"), Some("Symantec Email Security.cloud"));
    assert_eq!(named("mx1.hc3370-68.iphmx.com"), Some("Cisco Secure Email"));
    assert_eq!(named("contoso.in.tmes.trendmicro.eu"), Some("Trend Micro"));
    for host in ["pphosted.com", "a.pphosted.com.evil.example", "mx.contoso.example"] {
        assert_eq!(named(host), None, "{host}");
    }
}

#[test]
fn a_provider_is_found_by_what_a_person_types() {
    let ids = |name| find(name).iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids("qq"), ["qq"]);
    assert_eq!(ids(" Gmail "), ["gmail"]);
    assert_eq!(ids("alice@hotmail.fr"), ["outlook-consumer"]);
    assert_eq!(ids("126.com"), ["netease-126"]);
    assert_eq!(ids("mail.com"), ["mail.com"]);
    assert_eq!(ids("Exchange Online"), ["microsoft365"]);
    assert_eq!(ids("tencent"), ["exmail"]);
    assert_eq!(ids("GMX"), ["gmx-de", "gmx-com"]);
    assert_eq!(ids("zoho").len(), 5);
    for nothing in ["", " ", "contoso.example", "alice@"] {
        assert!(ids(nothing).is_empty(), "{nothing:?}");
    }
}

/// The settings of `alice` as text: a line for each server.
fn settings(address: &str) -> String {
    let address: EmailAddress = address.parse().unwrap();
    let provider = by_domain(address.domain()).unwrap();
    let settings = provider.settings(&address);
    assert_eq!(settings.provider.name.as_deref(), Some(provider.name));
    let lines = settings.incoming.iter().chain(&settings.outgoing).map(|server| {
        let methods: Vec<_> = server.authentication.iter().map(|method| method.as_str()).collect();
        let or = server.username_alternatives.iter().map(|name| format!(" or {name}"));
        format!(
            "{} {} {} {} {}{} {}\n",
            server.protocol,
            server.host,
            server.port.unwrap(),
            server.security,
            server.username,
            or.collect::<String>(),
            methods.join(",")
        )
    });
    lines.collect()
}

#[test]
fn the_settings_are_what_the_providers_publish() {
    let check = |address: &str, expected: &[&str]| {
        assert_eq!(settings(address).lines().collect::<Vec<_>>(), expected, "{address}");
    };
    check(
        "alice@contoso.onmicrosoft.com",
        &[
            "imap outlook.office365.com 993 tls alice@contoso.onmicrosoft.com oauth2",
            "pop3 outlook.office365.com 995 tls alice@contoso.onmicrosoft.com oauth2",
            "smtp smtp.office365.com 587 starttls alice@contoso.onmicrosoft.com oauth2",
        ],
    );
    check(
        "alice@gmail.com",
        &[
            "imap imap.gmail.com 993 tls alice@gmail.com oauth2,password",
            "pop3 pop.gmail.com 995 tls alice@gmail.com oauth2,password",
            "smtp smtp.gmail.com 465 tls alice@gmail.com oauth2,password",
            "smtp smtp.gmail.com 587 starttls alice@gmail.com oauth2,password",
        ],
    );
    check(
        "alice@hotmail.co.uk",
        &[
            "imap outlook.office365.com 993 tls alice@hotmail.co.uk oauth2",
            "pop3 outlook.office365.com 995 tls alice@hotmail.co.uk oauth2",
            "smtp smtp-mail.outlook.com 587 starttls alice@hotmail.co.uk oauth2",
        ],
    );
    check(
        "alice@qq.com",
        &[
            "imap imap.qq.com 993 tls alice@qq.com or alice password",
            "pop3 pop.qq.com 995 tls alice@qq.com or alice password",
            "smtp smtp.qq.com 465 tls alice@qq.com or alice password",
            "smtp smtp.qq.com 587 starttls alice@qq.com or alice password",
        ],
    );
    check(
        "alice@exmail.qq.com",
        &[
            "imap imap.exmail.qq.com 993 tls alice@exmail.qq.com password",
            "imap hwimap.exmail.qq.com 993 tls alice@exmail.qq.com password",
            "pop3 pop.exmail.qq.com 995 tls alice@exmail.qq.com password",
            "pop3 hwpop.exmail.qq.com 995 tls alice@exmail.qq.com password",
            "smtp smtp.exmail.qq.com 465 tls alice@exmail.qq.com password",
            "smtp hwsmtp.exmail.qq.com 465 tls alice@exmail.qq.com password",
        ],
    );
    for domain in ["163.com", "126.com"] {
        let line = |protocol: &str, label: &str, port: u16| {
            format!("{protocol} {label}.{domain} {port} tls alice@{domain} password")
        };
        let lines =
            [line("imap", "imap", 993), line("pop3", "pop", 995), line("smtp", "smtp", 465)];
        check(&format!("alice@{domain}"), &lines.each_ref().map(String::as_str));
    }
    check(
        "alice@icloud.com",
        &[
            "imap imap.mail.me.com 993 tls alice or alice@icloud.com password",
            "smtp smtp.mail.me.com 587 starttls alice@icloud.com password",
        ],
    );
    check("alice@proton.me", &[]);
}

#[test]
fn settings_of_a_foreign_domain_have_its_address_as_user_name() {
    let address: EmailAddress = "alice@contoso.example".parse().unwrap();
    let exmail = by_mx("mxbiz1.qq.com").unwrap().provider;
    let settings = exmail.settings(&address);
    assert_eq!(settings.incoming[0].username, "alice@contoso.example");
    assert!(!find("tuta")[0].settings(&address).has_mail_servers());
}

#[test]
fn what_the_user_must_do_goes_with_the_row() {
    let kinds = |name: &str| {
        let provider = by_domain(&domain(name)).unwrap();
        provider.instructions().iter().map(|one| one.kind.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("outlook.com"), ["oauth-only", "enable-protocol"]);
    assert_eq!(kinds("gmail.com"), ["app-password", "enable-protocol"]);
    assert_eq!(kinds("qq.com"), ["enable-protocol", "authorization-code", "other"]);
    assert_eq!(kinds("163.com"), ["enable-protocol", "authorization-code", "other"]);
    let issuer = |name: &str| by_domain(&domain(name)).unwrap().oauth().map(|oauth| oauth.issuer);
    assert_eq!(issuer("hotmail.it"), Some("login.microsoftonline.com"));
    assert_eq!(issuer("qq.com"), None);
    assert_eq!(Credential::OAuth2.method(), AuthMethod::OAuth2);
    assert!(all().all(|row| row.user_names.incoming != NameForm::Named));
}
