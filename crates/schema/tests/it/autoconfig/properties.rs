//! What holds for every `clientConfig`, however broken, and for whatever can be built.

use std::num::NonZeroU16;

use mailscout_schema::address::{Domain, EmailAddress};
use mailscout_schema::autoconfig::{
    self, Authentication, ClientConfig, Documentation, DomainPurpose, Enable, LocalText,
    LoginPageInfo, LowerOptions, OAuth2, PageField, Port, ProviderDomain, Role, Section,
    ServerType, SocketType, WebMail, lower,
};
use mailscout_schema::settings::{AccountSettings, Security, ServiceKind};
use mailscout_schema::text::Text;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::properties::SEED;
use crate::round_trip::text as any_text;

/// Addresses whose local part is all that a host and a URL cannot have.
const ADDRESSES: [&str; 8] = [
    "alice@contoso.example",
    "..@contoso.example",
    "a/../b?c#d%41@contoso.example",
    "evil.example/@contoso.example",
    "\"evil.example:1@x y\"@contoso.example",
    "%EMAILADDRESS%@contoso.example",
    "ü。:@bücher.example",
    "https://evil.example\\@contoso.example",
];

/// Reads a document and holds the outcome to what every outcome keeps.
pub(crate) fn check_document(document: &[u8]) {
    let Ok(reading) = autoconfig::read(document) else {
        return;
    };
    assert!(reading.notices.len() <= 33, "{} notices", reading.notices.len());
    let again = autoconfig::read(reading.config.to_xml().as_bytes());
    if let Ok(again) = again {
        assert_eq!(again.config, reading.config);
    }
    // One of the addresses for each document: together they meet all of them.
    for address in [ADDRESSES[0], ADDRESSES[document.len() % ADDRESSES.len()]] {
        check_lowering(&reading.config, &address.parse().unwrap());
    }
}

fn check_lowering(config: &ClientConfig, address: &EmailAddress) {
    let lowered = lower(config, address, &LowerOptions::default());
    let said_plain = |role: Role| {
        config.sections(role).iter().any(|section| {
            !section.socket_types.is_empty()
                && section.socket_types.iter().all(|word| *word == SocketType::Plain)
        })
    };
    let settings = &lowered.settings;
    for (role, servers) in
        [(Role::Incoming, &settings.incoming), (Role::Outgoing, &settings.outgoing)]
    {
        for (at, server) in servers.iter().enumerate() {
            assert!(!server.authentication.is_empty() && !server.username.is_empty());
            let is_ip = server.host.parse::<std::net::IpAddr>().is_ok();
            let domain = server.host.parse::<Domain>();
            assert!(is_ip || domain.is_ok_and(|domain| domain.as_str() == server.host));
            if server.security == Security::Plain {
                assert!(said_plain(role), "{server:?}");
                assert!(lowered.notices.iter().any(|notice| notice.code == "plaintext"));
            } else {
                let before = &servers[..at];
                let is_plain_like_it = |other: &&mailscout_schema::settings::Server| {
                    other.protocol == server.protocol && other.security == Security::Plain
                };
                assert_eq!(before.iter().find(is_plain_like_it), None, "plain before {server:?}");
            }
        }
    }
    check_urls(settings);
}

fn check_urls(settings: &AccountSettings) {
    let oauth = settings.oauth.iter();
    let tokens = oauth.flat_map(|oauth| oauth.authorization_url.iter().chain(&oauth.token_url));
    let is_sieve = |kind| kind == ServiceKind::ManageSieve;
    let services = settings.services.iter().filter(|service| !is_sieve(service.kind));
    for text in tokens.chain(services.map(|service| &service.url)) {
        let url = url::Url::parse(text).unwrap();
        assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none());
        assert!(text.is_ascii() && !text.contains(|c: char| c.is_whitespace() || c.is_control()));
        // What was filled in is read as what it was written as.
        let authority = text[8..].split(['/', '?', '#']).next().unwrap();
        let host = url.host_str().unwrap();
        assert!(
            authority
                .to_ascii_lowercase()
                .trim_end_matches('.')
                .starts_with(host.trim_end_matches('.')),
            "{text}"
        );
    }
    for service in settings.services.iter().filter(|service| is_sieve(service.kind)) {
        assert!(url::Url::parse(&service.url).is_ok_and(|url| url.port().is_some()));
    }
}

/// Texts: hosts, URLs, placeholders good and bad, words of the vocabularies, and anything else.
fn text() -> BoxedStrategy<Text> {
    let words = [
        "imap.contoso.example",
        "%EMAILDOMAIN%",
        "mail.%EMAILLOCALPART%",
        "%EMAILLOCALPART%.contoso.example",
        "%EMAILADDRESS%",
        "%EMAILADDRESS",
        "%USER%",
        "https://%EMAILADDRESS%/",
        "https://%EMAILLOCALPART%.contoso.example/",
        "https://x.example/%EMAILLOCALPART%",
        "https://x.example:8443/?%EMAILADDRESS%#%EMAILLOCALPART%",
        "https://x.example%EMAILLOCALPART%",
        "http://x.example/",
        "https://x.example/",
        "993",
        "143",
        "0",
        "imap",
        "pop3",
        "smtp",
        "jmap",
        "exchange",
        "caldav",
        "managesieve",
        "plain",
        "SSL",
        "STARTTLS",
        "TLS",
        "none",
        "http",
        "sasl",
        "PLAIN",
        "password-cleartext",
        "OAuth2",
        "mx",
        "en",
    ];
    prop_oneof![
        3 => select(words.to_vec()).prop_map(|word| Text::new(word).unwrap()),
        1 => any_text(),
    ]
    .boxed()
}

fn kind() -> impl Strategy<Value = ServerType> {
    let known = ["imap", "pop3", "smtp", "jmap", "exchange", "ews", "caldav", "managesieve"];
    let known = select(known.to_vec()).prop_map(|word| Text::new(word).unwrap());
    prop_oneof![3 => known, 1 => text()].prop_map(ServerType::from)
}

fn socket_type() -> impl Strategy<Value = SocketType> {
    let known = select(vec!["plain", "SSL", "STARTTLS", "TLS"]);
    prop_oneof![3 => known.prop_map(|word| Text::new(word).unwrap()), 1 => text()]
        .prop_map(SocketType::from)
}

fn section() -> BoxedStrategy<Section> {
    let number = any::<NonZeroU16>().prop_map(Port::from);
    let port = of(prop_oneof![4 => number, 1 => text().prop_map(Port::from)]);
    let way = (of(text()), text()).prop_map(|(system, name)| Authentication::new(system, name));
    let place = (kind(), of(text()), port, vec(socket_type(), 0..3));
    let urls = (of(text()), of(text()), of(text()), of(text()));
    (place, urls, vec(way, 0..3), of(text()))
        .prop_map(|(place, urls, ways, username)| {
            let mut section = Section::new(place.0);
            (section.hostname, section.port, section.socket_types) = (place.1, place.2, place.3);
            (section.url, section.owa_url, section.ews_url, section.eas_url) = urls;
            section.authentication = ways;
            section.username = username;
            section
        })
        .boxed()
}

fn local_texts() -> impl Strategy<Value = Vec<LocalText>> {
    let local = (of(text()), text()).prop_map(|(language, text)| {
        let mut local = LocalText::new(text);
        local.language = language;
        local
    });
    vec(local, 0..3)
}

fn page_field() -> impl Strategy<Value = PageField> {
    (of(text()), of(text())).prop_map(|(id, name)| {
        let mut field = PageField::default();
        (field.id, field.name) = (id, name);
        field
    })
}

fn web_mail() -> BoxedStrategy<WebMail> {
    let fields = (of(page_field()), of(page_field()), of(page_field()));
    let info = (of(text()), of(text()), fields).prop_map(|(url, username, fields)| {
        let mut info = LoginPageInfo::default();
        (info.url, info.username) = (url, username);
        (info.username_field, info.password_field, info.login_button) = fields;
        info
    });
    (of(text()), of(info))
        .prop_map(|(page, info)| {
            let mut web_mail = WebMail::default();
            (web_mail.login_page, web_mail.login_page_info) = (page, info);
            web_mail
        })
        .boxed()
}

fn oauth2() -> BoxedStrategy<OAuth2> {
    let fields = (of(text()), of(text()), of(text()), of(text()), of(text()), of(text()));
    fields
        .prop_map(|fields| {
            let mut oauth2 = OAuth2::default();
            (oauth2.auth_url, oauth2.token_url, oauth2.issuer) = (fields.0, fields.1, fields.2);
            (oauth2.scope, oauth2.client_id, oauth2.client_secret) = (fields.3, fields.4, fields.5);
            oauth2
        })
        .boxed()
}

/// Documents with every field there is.
fn config() -> BoxedStrategy<ClientConfig> {
    let domain = (text(), of(text())).prop_map(|(name, purpose)| {
        let mut domain = ProviderDomain::new(name);
        domain.purpose = purpose.map(DomainPurpose::from);
        domain
    });
    let documentation = (of(text()), local_texts()).prop_map(|(url, descriptions)| {
        let mut page = Documentation::default();
        (page.url, page.descriptions) = (url, descriptions);
        page
    });
    let enable = (of(text()), local_texts()).prop_map(|(url, instructions)| {
        let mut enable = Enable::default();
        (enable.visit_url, enable.instructions) = (url, instructions);
        enable
    });
    let head = (of(text()), of(text()), vec(domain, 0..3), of(text()), of(text()));
    let mail = (vec(section(), 0..5), vec(section(), 0..4));
    let others = vec(vec(section(), 0..2), 6);
    let rest =
        (vec(documentation, 0..3), vec(enable, 0..2), of(oauth2()), of(web_mail()), of(text()));
    (head, mail, others, rest)
        .prop_map(|(head, mail, others, rest)| {
            let mut config = ClientConfig::default();
            (config.version, config.provider_id, config.domains) = (head.0, head.1, head.2);
            (config.display_name, config.display_short_name) = (head.3, head.4);
            (config.incoming, config.outgoing) = mail;
            let mut others = others.into_iter();
            for list in [
                &mut config.calendars,
                &mut config.address_books,
                &mut config.file_shares,
                &mut config.chat_servers,
                &mut config.video_conferences,
                &mut config.setup_servers,
            ] {
                *list = others.next().unwrap();
            }
            (config.documentation, config.enable, config.oauth2) = (rest.0, rest.1, rest.2);
            (config.web_mail, config.update_url) = (rest.3, rest.4);
            config
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn every_document_reads_back_from_its_text(config in config()) {
        let text = config.to_xml();
        let reading = autoconfig::read(text.as_bytes()).expect(&text);
        prop_assert_eq!(&reading.config, &config, "{}", text);
        prop_assert_eq!(reading.config.to_xml(), text);
    }

    #[test]
    fn no_document_and_no_address_breaks_a_promise(config in config(), local in "\\PC{1,20}") {
        for address in ADDRESSES.iter().map(|address| (*address).to_owned()).chain([format!("{local}@contoso.example")]) {
            if let Ok(address) = address.parse() {
                check_lowering(&config, &address);
            }
        }
    }
}
