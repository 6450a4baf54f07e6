//! Whatever response or request can be built, within the bounds, reads back from its text.

use std::num::NonZeroU16;

use mailscout_schema::autodiscover::{
    self, Account, AccountType, Action, AlternativeMailbox, Answer, Encryption, ExchangeElement,
    MapiEndpoint, NetworkRequirements, Protocol, ProtocolType, Request, Response, ServerError,
    User, WebAccess, WebAccessProtocol, WebAccessUrl,
};
use mailscout_schema::settings::Date;
use mailscout_schema::text::Text;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::properties::SEED;

/// Texts: words of the vocabularies in any case, what XML has to escape, and anything else.
pub(crate) fn text() -> impl Strategy<Value = Text> {
    let words = [
        "imap",
        "IMAP",
        "mapiHttp",
        "none",
        "Auto",
        "email",
        "settings",
        "on",
        "off",
        "0",
        "65536",
        "]]>",
        "<![CDATA[x]]>",
        "&amp;",
        "&#10;",
        "<!-- -->",
        "a  b",
        "\"'",
        "https://x.example/?a=b&c",
        "é\u{2028}ü",
        "\u{a0}x\u{feff}y",
        "xmlns:a='b'",
        "%EMAILADDRESS%",
        "\u{10ffff}",
        "]]",
        "--",
    ];
    let known = select(words.to_vec()).prop_map(str::to_owned);
    prop_oneof![known, "\\PC{1,12}", any::<String>()]
        .prop_filter_map("nothing is left of the text", |text| Text::tidy(&text))
}

fn user() -> impl Strategy<Value = User> {
    (of(text()), of(text()), of(text()), of(text()), of(text())).prop_map(|fields| {
        let mut user = User::default();
        user.display_name = fields.0;
        user.legacy_dn = fields.1;
        user.auto_discover_smtp_address = fields.2;
        user.deployment_id = fields.3;
        user.email_address = fields.4;
        user
    })
}

/// Errors of the servers' frame.
pub(crate) fn server_error() -> impl Strategy<Value = ServerError> {
    (of(text()), of(text()), of(any::<u32>()), of(text()), of(text())).prop_map(|fields| {
        let mut error = ServerError::default();
        error.time = fields.0;
        error.id = fields.1;
        error.code = fields.2;
        error.message = fields.3;
        error.debug_data = fields.4;
        error
    })
}

fn web_access() -> impl Strategy<Value = WebAccess> {
    let owa = (text(), of(text())).prop_map(|(url, method)| {
        let mut owa = WebAccessUrl::new(url);
        owa.authentication_method = method;
        owa
    });
    let nested = (of(text()), of(text())).prop_map(|(kind, as_url)| {
        let mut nested = WebAccessProtocol::default();
        nested.kind = kind.map(ProtocolType::from);
        nested.as_url = as_url;
        nested
    });
    (vec(owa, 0..3), vec(nested, 0..3)).prop_map(|(owa_urls, protocols)| {
        let mut access = WebAccess::default();
        access.owa_urls = owa_urls;
        access.protocols = protocols;
        access
    })
}

fn network() -> impl Strategy<Value = NetworkRequirements> {
    (of(text()), of(text()), of(text()), of(text())).prop_map(|fields| {
        let mut network = NetworkRequirements::default();
        network.ipv4_start = fields.0;
        network.ipv4_end = fields.1;
        network.ipv6_start = fields.2;
        network.ipv6_end = fields.3;
        network
    })
}

fn endpoint() -> impl Strategy<Value = MapiEndpoint> {
    (of(text()), of(text())).prop_map(|(internal_url, external_url)| {
        let mut endpoint = MapiEndpoint::default();
        endpoint.internal_url = internal_url;
        endpoint.external_url = external_url;
        endpoint
    })
}

fn date() -> impl Strategy<Value = Date> {
    (1970..=9999_u16, 1..=12_u8, 1..=31_u8)
        .prop_filter_map("no such day", |(year, month, day)| Date::new(year, month, day))
}

fn protocol() -> impl Strategy<Value = Protocol> {
    let place = (text(), of(any::<u32>()), of(date()), of(any::<u32>()), of(text()));
    let port = of(any::<NonZeroU16>());
    let names = (of(text()), of(any::<bool>()), of(text()), of(any::<bool>()), of(any::<bool>()));
    let switches = (of(text()), of(any::<bool>()), of(any::<bool>()), of(any::<bool>()));
    let element = select(ExchangeElement::ALL.to_vec());
    let exchange = btree_map(element, text(), 0..6);
    let rest = (of(web_access()), of(web_access()), of(network()), of(endpoint()), of(endpoint()));
    (place, port, names, switches, exchange, rest).prop_map(
        |(place, port, names, switches, exchange, rest)| {
            let mut protocol = Protocol::new(ProtocolType::from(place.0));
            (protocol.version, protocol.expiration_date) = (place.1, place.2);
            (protocol.ttl, protocol.server, protocol.port) = (place.3, place.4, port);
            (protocol.login_name, protocol.domain_required) = (names.0, names.1);
            (protocol.domain_name, protocol.spa, protocol.ssl) = (names.2, names.3, names.4);
            protocol.encryption = switches.0.map(Encryption::from);
            protocol.auth_required = switches.1;
            (protocol.use_pop_auth, protocol.smtp_last) = (switches.2, switches.3);
            protocol.exchange = exchange;
            (protocol.internal, protocol.external) = (rest.0, rest.1);
            protocol.network_requirements = rest.2;
            (protocol.mail_store, protocol.address_book) = (rest.3, rest.4);
            protocol
        },
    )
}

fn mailbox() -> impl Strategy<Value = AlternativeMailbox> {
    let fields = (of(text()), of(text()), of(text()), of(text()), of(text()), of(text()));
    fields.prop_map(|fields| {
        let mut mailbox = AlternativeMailbox::default();
        mailbox.kind = fields.0;
        mailbox.display_name = fields.1;
        mailbox.legacy_dn = fields.2;
        mailbox.server = fields.3;
        mailbox.smtp_address = fields.4;
        mailbox.owner_smtp_address = fields.5;
        mailbox
    })
}

fn account() -> impl Strategy<Value = Account> {
    let action = prop_oneof![
        Just(Action::Settings),
        text().prop_map(Action::RedirectUrl),
        text().prop_map(Action::RedirectAddr),
    ];
    let facts = (of(text()), of(any::<bool>()), of(any::<bool>()), of(text()), of(text()));
    let lists = (vec(protocol(), 0..4), vec(mailbox(), 0..3), of(text()));
    (action, facts, lists).prop_map(|(action, facts, lists)| {
        let mut account = Account::new(action);
        account.account_type = facts.0.map(AccountType::from);
        (account.microsoft_online, account.consumer_mailbox) = (facts.1, facts.2);
        (account.image, account.service_home) = (facts.3, facts.4);
        (account.protocols, account.alternative_mailboxes) = (lists.0, lists.1);
        account.public_folder_address = lists.2;
        account
    })
}

/// Responses with every field there is.
pub(crate) fn response() -> impl Strategy<Value = Response> {
    let answer = prop_oneof![
        4 => account().prop_map(|account| Answer::Account(Box::new(account))),
        1 => server_error().prop_map(Answer::Error),
    ];
    (user(), answer).prop_map(|(user, answer)| {
        let mut response = Response::new(answer);
        response.user = user;
        response
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn every_response_reads_back_from_its_text(response in response()) {
        let text = response.to_xml();
        let reading = autodiscover::read(text.as_bytes()).expect(&text);
        prop_assert_eq!(&reading.response, &response, "{}", text);
        prop_assert_eq!(reading.response.to_xml(), text);
    }

    #[test]
    fn every_request_reads_back_from_its_text(
        email_address in of(text()), legacy_dn in of(text()), schema in text()
    ) {
        let mut request = Request::new(&"alice@contoso.example".parse().unwrap());
        request.email_address = email_address;
        request.legacy_dn = legacy_dn;
        request.acceptable_response_schema = schema;
        let text = request.to_xml();
        prop_assert_eq!(Request::read(text.as_bytes()).expect(&text), request);
    }

    #[test]
    fn tidy_text_is_taken_as_it_is_and_tidying_ends(text in any::<String>()) {
        if let Some(tidy) = Text::tidy(&text) {
            prop_assert_eq!(Text::new(&tidy), Some(tidy.clone()));
            prop_assert_eq!(Text::tidy(&tidy), Some(tidy));
        }
    }
}
