//! What the resolver makes of the answers of the DNS, of its errors and of its silence.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use hickory_proto::op::ResponseCode;
use mailscout_net::{
    dns::{Addresses, Lookup, LookupKind, MxRecord, Records, Resolve as _, SrvRecord},
    failure::Failure,
    io::{resolver::DnsResolver, routes::Routes},
};

use crate::{
    dns_server::{DnsServer, Fault},
    millis,
    servers::nobody,
    watched,
};

async fn resolve(
    server: SocketAddr,
    routes: Routes,
    name: &str,
    kind: LookupKind,
    deadline: Duration,
) -> Result<Records, Failure> {
    let resolver = DnsResolver::at(server, routes).unwrap();
    watched(resolver.resolve(&Lookup::new(name, kind, deadline))).await
}

/// Asks for addresses at a server with faults; gives the answer and how many ms it took.
async fn addresses(name: &str, faults: &[(&str, Fault)], deadline: u64) -> (String, u128) {
    let server = DnsServer::start(faults).await;
    let begin = Instant::now();
    let kind = LookupKind::Addresses;
    let ended = resolve(server.address, Routes::default(), name, kind, millis(deadline)).await;
    let took = begin.elapsed().as_millis();
    (text(ended), took)
}

fn text(ended: Result<Records, Failure>) -> String {
    match ended {
        Ok(Records::Addresses(Addresses { list, routed, .. })) => {
            let list: Vec<String> = list.iter().map(ToString::to_string).collect();
            format!("{}{}", list.join(" "), if routed { " routed" } else { "" })
        }
        Ok(other) => panic!("{other:?}"),
        Err(Failure::DnsRefused { code }) => code,
        Err(failure) => failure.code().to_owned(),
    }
}

#[tokio::test]
async fn both_families_are_given_in_turn_and_aliases_followed() {
    let found = addresses("box.test", &[], 2000).await.0;
    let ordered = ["2001:db8::1 192.0.2.1 192.0.2.2", "2001:db8::1 192.0.2.2 192.0.2.1"];
    assert!(ordered.contains(&found.as_str()), "{found}");
    for (name, expected) in [
        ("four.test", "192.0.2.4"),
        ("FOUR.test.", "192.0.2.4"),
        ("six.test", "2001:db8::6"),
        ("alias.test", "192.0.2.4"),
    ] {
        assert_eq!(addresses(name, &[], 2000).await.0, expected, "{name}");
    }
}

#[tokio::test]
async fn a_negative_answer_is_told_from_no_answer() {
    use Fault::{Code, Silence};
    let code = |code| [("A x.test.", Code(code)), ("AAAA x.test.", Code(code))];
    for (name, faults, expected) in [
        ("x.test", &[][..], "nxdomain"),
        ("text.test", &[], "no-data"),
        ("a..test", &[], "nxdomain"),
        (&format!("{}.test", "x".repeat(64)), &[], "nxdomain"),
        ("x.test", &code(ResponseCode::ServFail), "servfail"),
        ("x.test", &code(ResponseCode::Refused), "REFUSED"),
        ("x.test", &code(ResponseCode::NotImp), "NOTIMP"),
        ("x.test", &code(ResponseCode::FormErr), "FORMERR"),
        ("elsewhere.example", &[], "REFUSED"),
        ("x.test", &[("A x.test.", Silence), ("AAAA x.test.", Silence)], "dns-timeout"),
    ] {
        assert_eq!(addresses(name, faults, 1500).await.0, expected, "{name} {faults:?}");
    }
}

#[tokio::test]
async fn one_family_answers_for_both() {
    use Fault::{Code, Silence};
    for fault in [Code(ResponseCode::ServFail), Code(ResponseCode::NXDomain), Silence] {
        let (found, took) = addresses("four.test", &[("AAAA four.test.", fault)], 2000).await;
        assert_eq!(found, "192.0.2.4", "{fault:?}");
        assert!(took < 500, "{fault:?}: {took} ms");
        let (found, took) = addresses("six.test", &[("A six.test.", fault)], 4000).await;
        assert_eq!(found, "2001:db8::6", "{fault:?}");
        assert!(took < 3500, "{fault:?}: {took} ms");
    }
}

#[tokio::test]
async fn half_an_answer_never_reads_as_no_such_record() {
    use Fault::{Code, Silence};
    for (fault, expected) in [(Silence, "dns-timeout"), (Code(ResponseCode::ServFail), "servfail")]
    {
        assert_eq!(addresses("text.test", &[("A text.test.", fault)], 600).await.0, expected);
        assert_eq!(addresses("text.test", &[("AAAA text.test.", fault)], 600).await.0, expected);
    }
    let (ended, took) = addresses("x.test", &[("AAAA x.test.", Silence)], 2000).await;
    assert_eq!(ended, "nxdomain");
    assert!(took < 500, "{took} ms");
}

#[tokio::test]
async fn a_lost_a_record_is_waited_for_when_aaaa_has_answered() {
    let faults = [("A box.test.", Fault::Lost(1))];
    let (found, _) = addresses("box.test", &faults, 4500).await;
    assert!(found.contains("192.0.2."), "{found}");
}

#[tokio::test]
async fn a_hasty_nxdomain_to_aaaa_does_not_hide_the_addresses() {
    let faults = [
        ("AAAA four.test.", Fault::Code(ResponseCode::NXDomain)),
        ("A four.test.", Fault::Lost(1)),
    ];
    let (found, took) = addresses("four.test", &faults, 4500).await;
    assert_eq!(found, "192.0.2.4");
    assert!(took > 100, "the answer came after the resolution delay: {took} ms");
}

#[tokio::test]
async fn a_lost_packet_is_sent_again() {
    let faults = [("A four.test.", Fault::Lost(1)), ("AAAA four.test.", Fault::Lost(1))];
    assert_eq!(addresses("four.test", &faults, 4000).await.0, "192.0.2.4");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_answer() {
    let server = nobody().await;
    let ended =
        resolve(server, Routes::default(), "box.test", LookupKind::Addresses, millis(400)).await;
    let failure = ended.unwrap_err();
    assert!(!failure.is_answer(), "{failure}");
}

#[tokio::test]
async fn srv_records_are_read_with_underscores_and_the_root_as_target() {
    let server = DnsServer::start(&[]).await;
    let ask = async |service: &str| {
        let (name, routes) = (format!("{service}box.test"), Routes::default());
        resolve(server.address, routes, &name, LookupKind::Srv, millis(1000)).await
    };
    let imaps =
        vec![SrvRecord::new(0, 1, 993, "imap.box.test"), SrvRecord::new(10, 0, 1993, "box.test")];
    for service in ["_imaps._tcp.", "_alias._tcp.", "_chain._tcp."] {
        let mut found = match ask(service).await {
            Ok(Records::Srv(found)) => found,
            other => panic!("{service}: {other:?} {:?}", server.journal()),
        };
        found.sort_by_key(|record| record.priority);
        assert_eq!(found, imaps, "{service}");
    }
    let nothing = Records::Srv(vec![SrvRecord::new(0, 0, 0, "")]);
    assert_eq!(ask("_submissions._tcp.").await, Ok(nothing));
    for (service, failure) in [
        ("_pop3s._tcp.", Failure::NxDomain),
        ("_dangling._tcp.", Failure::NxDomain),
        ("_empty._tcp.", Failure::NoData),
        ("", Failure::NoData),
        ("_loop._tcp.", Failure::ServFail),
    ] {
        assert_eq!(ask(service).await, Err(failure), "{service}");
    }
}

#[tokio::test]
async fn mx_and_txt_records_are_read_through_aliases_and_strings_joined() {
    let server = DnsServer::start(&[]).await;
    let ask = async |name: &str, kind| {
        resolve(server.address, Routes::default(), name, kind, millis(1000)).await
    };
    for name in ["box.test", "mailto.test"] {
        let Ok(Records::Mx(mut found)) = ask(name, LookupKind::Mx).await else { panic!("{name}") };
        found.sort_by_key(|record| record.preference);
        let expected = [MxRecord::new(10, "mx1.box.test"), MxRecord::new(20, "mx2.other.test")];
        assert_eq!(found, expected, "{name}");
        let Ok(Records::Txt(mut texts)) = ask(name, LookupKind::Txt).await else {
            panic!("{name}")
        };
        texts.sort();
        assert_eq!(texts, ["three", "v=one; part=two"], "{name}");
    }
    let null = Records::Mx(vec![MxRecord::new(0, "")]);
    assert_eq!(ask("null.test", LookupKind::Mx).await, Ok(null));
    assert_eq!(ask("four.test", LookupKind::Mx).await, Err(Failure::NoData));
    assert_eq!(ask("none.test", LookupKind::Txt).await, Err(Failure::NxDomain));
}

#[tokio::test]
async fn a_cut_answer_is_asked_again_over_tcp() {
    let question = "SRV _submissions._tcp.box.test.";
    let server = DnsServer::start(&[(question, Fault::Truncated)]).await;
    let name = "_submissions._tcp.box.test";
    let ended =
        resolve(server.address, Routes::default(), name, LookupKind::Srv, millis(2000)).await;
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!(server.journal(), [question.to_owned(), format!("{question} over TCP")]);
}

#[tokio::test]
async fn a_name_is_asked_as_it_is_and_nothing_else() {
    let server = DnsServer::start(&[]).await;
    let ask = |name: &'static str| {
        let kind = LookupKind::Addresses;
        resolve(server.address, Routes::default(), name, kind, millis(1000))
    };
    assert_eq!(ask("x.test").await, Err(Failure::NxDomain));
    assert_eq!(ask("test").await, Err(Failure::NoData));
    assert_eq!(server.journal(), ["A test.", "A x.test.", "AAAA test.", "AAAA x.test."]);
}

#[tokio::test]
async fn a_host_with_an_entry_is_not_asked_for() {
    let server = DnsServer::start(&[]).await;
    let mut routes = Routes::default();
    for entry in ["box.test:443:127.0.0.1:1", "box.test:80:127.0.0.1:2", "box.test:993:[::1]:3"] {
        routes.connect_to(entry.parse().unwrap());
    }
    let ended =
        resolve(server.address, routes, "Box.test", LookupKind::Addresses, millis(1000)).await;
    assert_eq!(text(ended), "127.0.0.1 ::1 routed");
    let mut routes = Routes::default();
    routes.connect_to("::127.0.0.1:1".parse().unwrap());
    let ended =
        resolve(server.address, routes, "any.test", LookupKind::Addresses, millis(1000)).await;
    assert_eq!(text(ended), "127.0.0.1 routed");
    assert!(server.journal().is_empty());
}

#[tokio::test]
async fn addresses_are_routed_only_if_each_has_a_way_and_stands_for_a_public_one() {
    let server = DnsServer::start(&[]).await;
    let mut routes = Routes::default();
    let lab: SocketAddr = "127.0.0.1:1".parse().unwrap();
    routes.address("192.0.2.4:443".parse().unwrap(), lab);
    routes.address("192.0.2.1:443".parse().unwrap(), lab);
    let mut found = Vec::new();
    for name in ["four.test", "box.test"] {
        let kind = LookupKind::Addresses;
        let ended = resolve(server.address, routes.clone(), name, kind, millis(1000)).await;
        found.push(text(ended).ends_with("routed"));
    }
    assert_eq!(found, [true, false]);
}
