//! TLS on a mail connection: what inspecting says is what verifying does, and nothing is resumed.

use std::net::SocketAddr;

use mailscout_net::{
    certificate::CertificateProblem,
    connect::{Certificates, Connect as _, Connection, Target, TlsFacts},
    failure::Failure,
    io::{connector::Connector, error::SetupError, roots::Roots, routes::Routes},
};
use rcgen::{BasicConstraints, IsCa};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::rustls::version::{TLS12, TLS13};

use crate::{
    certificates::{Authority, Certified, NOW, config, impostor, self_signed, wrong_name},
    millis,
    servers::{hold, serve, serve_inside_tls},
    watched,
};

/// A connector that trusts this authority alone.
pub(crate) fn connector_of(authority: &Authority) -> Connector {
    let mut roots = Roots::none();
    roots.add_pem(authority.pem().as_bytes(), "the lab").unwrap();
    Connector::new(&roots, Routes::default()).unwrap()
}

/// Connects to a server under a name.
pub(crate) async fn connect(
    connector: &Connector,
    host: &str,
    server: SocketAddr,
) -> Box<dyn Connection> {
    let target = Target::new(host, server.port(), vec![server.ip()]);
    connector.connect(&target, millis(1000)).await.unwrap()
}

/// Connects and starts TLS at once.
async fn shake(
    connector: &Connector,
    host: &str,
    server: SocketAddr,
    certificates: Certificates,
) -> Result<TlsFacts, Failure> {
    let mut connection = connect(connector, host, server).await;
    connection.start_tls(certificates, millis(1000)).await
}

/// Both handshakes must say this of a server with this certificate.
async fn judge(authority: &Authority, certified: Certified, expected: Option<CertificateProblem>) {
    let chain = certified.0.len();
    let server = serve_inside_tls(config(certified, &[&TLS13, &TLS12]), hold).await;
    let connector = connector_of(authority);
    let host = "contoso.test";
    let facts = shake(&connector, host, server, Certificates::Inspect).await.unwrap();
    assert_eq!(facts.problem, expected);
    assert_eq!(facts.chain.len(), chain);
    let verified = shake(&connector, host, server, Certificates::Verify).await;
    match expected {
        None => assert_eq!(verified, Ok(facts)),
        Some(problem) => assert_eq!(verified, Err(Failure::Certificate(problem))),
    }
}

#[tokio::test]
async fn inspecting_says_what_verifying_fails_with() {
    watched(async {
        let (authority, stranger) = (Authority::new("trusted"), Authority::new("stranger"));
        let right = &["contoso.test"][..];
        let wrong = &["mail.fabrikam.test", "*.fabrikam.test", "192.0.2.7"][..];
        for (certified, expected) in [
            (authority.certify(right, NOW), None),
            (authority.certify(right, (2010, 2011)), Some(CertificateProblem::Expired)),
            (authority.certify(right, (2110, 2111)), Some(CertificateProblem::NotYetValid)),
            (authority.certify(wrong, NOW), Some(wrong_name(wrong))),
            (stranger.certify(right, NOW), Some(CertificateProblem::UnknownIssuer)),
            (self_signed(IsCa::NoCa), Some(CertificateProblem::SelfSigned)),
            (
                self_signed(IsCa::Ca(BasicConstraints::Unconstrained)),
                Some(CertificateProblem::SelfSigned),
            ),
        ] {
            judge(&authority, certified, expected).await;
        }
        let intermediate = authority.below("intermediate");
        let (mut chain, key) = intermediate.certify(right, NOW);
        chain.push(intermediate.der());
        judge(&authority, (chain, key), None).await;
    })
    .await;
}

#[tokio::test]
async fn the_facts_are_those_of_the_handshake() {
    watched(async {
        let authority = Authority::new("trusted");
        for (version, name, suite) in
            [(&TLS12, "TLS 1.2", "TLS_ECDHE_ECDSA"), (&TLS13, "TLS 1.3", "TLS13_")]
        {
            let certified = authority.certify(&["contoso.test", "192.0.2.7"], NOW);
            let server = serve_inside_tls(config(certified, &[version]), hold).await;
            let connector = connector_of(&authority);
            let facts = shake(&connector, "contoso.test", server, Certificates::Verify).await;
            let facts = facts.unwrap();
            assert_eq!(facts.version, name);
            assert!(facts.cipher.starts_with(suite), "{}", facts.cipher);
            let [leaf] = &facts.chain[..] else { panic!("{facts:?}") };
            assert_eq!(leaf.names, ["contoso.test", "192.0.2.7"]);
            assert_eq!(leaf.issuer, "CN=trusted");
            assert!(leaf.not_before < leaf.not_after);
        }
    })
    .await;
}

#[tokio::test]
async fn a_chain_without_end_is_cut_and_what_is_broken_in_it_left_out() {
    watched(async {
        let authority = Authority::new("trusted");
        let (mut chain, key) = authority.certify(&["contoso.test"], NOW);
        chain.push(vec![0x30, 0x80, 0xff].into());
        chain.extend(std::iter::repeat_n(authority.der(), 15));
        let server = serve_inside_tls(config((chain, key), &[&TLS13]), hold).await;
        let connector = connector_of(&authority);
        let facts = shake(&connector, "contoso.test", server, Certificates::Inspect).await.unwrap();
        let subjects: Vec<_> = facts.chain.iter().map(|facts| facts.subject.as_str()).collect();
        assert_eq!(subjects[1..], ["CN=trusted"; 8]);
    })
    .await;
}

#[tokio::test]
async fn no_handshake_is_resumed_and_none_lends_its_verdict_to_another() {
    watched(async {
        for version in [&TLS12, &TLS13] {
            let authority = Authority::new("trusted");
            for (certified, problem) in [
                (authority.certify(&["contoso.test"], NOW), None),
                (self_signed(IsCa::NoCa), Some(CertificateProblem::SelfSigned)),
            ] {
                let config = config(certified, &[version]);
                let server = serve_inside_tls(config, |mut stream| async move {
                    let kind = format!("{:?}", stream.get_ref().1.handshake_kind().unwrap());
                    let _ = stream.write_all(kind.as_bytes()).await;
                    hold(stream).await;
                })
                .await;
                let connector = connector_of(&authority);
                let ways = [Certificates::Inspect, Certificates::Verify, Certificates::Verify];
                for certificates in ways.into_iter().cycle().take(6) {
                    let mut connection = connect(&connector, "contoso.test", server).await;
                    match (connection.start_tls(certificates, millis(1000)).await, &problem) {
                        (Err(Failure::Certificate(found)), Some(problem)) => {
                            assert_eq!((&found, certificates), (problem, Certificates::Verify));
                        }
                        (facts, problem) => {
                            assert_eq!(facts.unwrap().problem, *problem, "{certificates:?}");
                            let mut kind = [0; 100];
                            let length = connection.read(&mut kind).await.unwrap();
                            assert_eq!(&kind[..length], b"Full", "{certificates:?}");
                        }
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_certificate_without_its_key_is_not_even_looked_at() {
    watched(async {
        for version in [&TLS12, &TLS13] {
            let authority = Authority::new("trusted");
            let server = serve_inside_tls(impostor(&authority, version), hold).await;
            for (connector, expected) in [
                (connector_of(&authority), "certificate-invalid"),
                // What verifying says first is said by inspecting too.
                (connector_of(&Authority::new("other")), "certificate-unknown-issuer"),
            ] {
                for certificates in [Certificates::Verify, Certificates::Inspect] {
                    let ended = shake(&connector, "contoso.test", server, certificates).await;
                    assert_eq!(
                        ended.unwrap_err().code(),
                        expected,
                        "{version:?}, {certificates:?}"
                    );
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_is_asked_for_and_an_address_is_only_checked() {
    watched(async {
        let authority = Authority::new("trusted");
        let names = &["contoso.test", "127.0.0.1", "2001:db8::7", "_mail.contoso.test"];
        let certified = authority.certify(names, NOW);
        let server = serve_inside_tls(config(certified, &[&TLS13]), |mut stream| async move {
            let asked = stream.get_ref().1.server_name().unwrap_or("nobody").to_owned();
            let _ = stream.write_all(asked.as_bytes()).await;
            hold(stream).await;
        })
        .await;
        let connector = connector_of(&authority);
        for (host, expected) in [
            ("contoso.test", "contoso.test"),
            ("contoso.test.", "contoso.test"),
            ("_mail.contoso.test", "_mail.contoso.test"),
            ("127.0.0.1", "nobody"),
            ("2001:db8::7", "nobody"),
        ] {
            let mut connection = connect(&connector, host, server).await;
            connection.start_tls(Certificates::Verify, millis(1000)).await.unwrap();
            let mut asked = [0; 100];
            let length = connection.read(&mut asked).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&asked[..length]), expected);
        }
        let ended = shake(&connector, "192.0.2.7", server, Certificates::Inspect).await.unwrap();
        assert_eq!(ended.problem, Some(wrong_name(names)));
    })
    .await;
}

#[tokio::test]
async fn a_host_that_no_certificate_can_be_for_is_a_clear_failure() {
    watched(async {
        let server = serve(hold).await;
        let connector = connector_of(&Authority::new("any"));
        for host in ["", ".", "..", "a..b", "a b", "-a.test", "grüezi.test", "[::1]", "1.2.3"] {
            for certificates in [Certificates::Verify, Certificates::Inspect] {
                let ended = shake(&connector, host, server, certificates).await;
                let expected =
                    format!("the TLS handshake failed: no certificate can be for `{host}`");
                assert_eq!(ended.unwrap_err().to_string(), expected);
            }
        }
    })
    .await;
}

/// How both handshakes fail with a server that sends these bytes, before or after the client has
/// spoken, and perhaps closes then.
async fn failures(bytes: &'static [u8], at_once: bool, closes: bool) -> [String; 2] {
    let server = serve(move |mut stream| async move {
        let mut first = [0; 1];
        if at_once {
            let _ = stream.write_all(bytes).await;
        }
        let _ = stream.read_exact(&mut first).await;
        if !at_once {
            let _ = stream.write_all(bytes).await;
        }
        if closes {
            let _ = stream.shutdown().await;
        }
        hold(stream).await;
    })
    .await;
    let connector = connector_of(&Authority::new("any"));
    let mut ended = [Certificates::Verify, Certificates::Inspect].map(|_| String::new());
    for (text, certificates) in ended.iter_mut().zip([Certificates::Verify, Certificates::Inspect])
    {
        let mut connection = connect(&connector, "contoso.test", server).await;
        let failure = connection.start_tls(certificates, millis(200)).await.unwrap_err();
        *text = format!("{}: {failure}", failure.code());
        // The connection is of no use any more, and says so.
        assert_eq!(connection.read(&mut [0; 10]).await, Ok(0));
        assert_eq!(connection.send(b"x").await, Err(Failure::Closed));
        let again = connection.start_tls(certificates, millis(200)).await;
        assert_eq!(again, Err(Failure::Closed));
    }
    ended
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_by_what_it_does() {
    watched(async {
        let plain =
            "not-tls: the server answered in plain text: it does not speak TLS on this port";
        let cut = "tls-handshake: the TLS handshake failed: the server closed the connection";
        let silent = "tls-timeout: no TLS handshake in time";
        let version =
            "tls-handshake: the TLS handshake failed: received fatal alert: ProtocolVersion";
        let refused =
            "tls-handshake: the TLS handshake failed: received fatal alert: HandshakeFailure";
        for (bytes, at_once, closes, expected) in [
            (&b"220 mail.contoso.test ESMTP\r\n"[..], true, false, plain),
            (b"* OK IMAP4rev1\r\n", true, true, plain),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", false, true, plain),
            (b"+OK\r\n", false, false, plain),
            (b"", false, true, cut),
            (b"\x16\x03\x03", false, true, cut),
            (b"", false, false, silent),
            (b"\x16\x03\x03\x00\x10", false, false, silent),
            (b"\x15\x03\x03\x00\x02\x02\x46", false, false, version),
            (b"\x15\x03\x01\x00\x02\x02\x28", false, true, refused),
        ] {
            let ended = failures(bytes, at_once, closes).await;
            assert_eq!(ended, [expected, expected], "{bytes:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_said_before_the_handshake_breaks_it() {
    watched(async {
        let server = serve(|mut stream| async move {
            let _ = stream.write_all(b"220 go ahead\r\n250 injected\r\n").await;
            hold(stream).await;
        })
        .await;
        let mut connection =
            connect(&connector_of(&Authority::new("any")), "contoso.test", server).await;
        let mut line = [0; 14];
        let mut length = 0;
        while length < line.len() {
            length += connection.read(&mut line[length..]).await.unwrap();
        }
        assert_eq!(&line, b"220 go ahead\r\n");
        let ended = connection.start_tls(Certificates::Inspect, millis(1000)).await;
        assert_eq!(ended, Err(Failure::NotTls));
    })
    .await;
}

#[tokio::test]
async fn tls_is_started_once() {
    watched(async {
        let authority = Authority::new("trusted");
        let certified = authority.certify(&["contoso.test"], NOW);
        let server = serve_inside_tls(config(certified, &[&TLS13]), hold).await;
        let mut connection = connect(&connector_of(&authority), "contoso.test", server).await;
        connection.start_tls(Certificates::Inspect, millis(1000)).await.unwrap();
        let again = connection.start_tls(Certificates::Verify, millis(1000)).await;
        let text = "the TLS handshake failed: there is TLS already";
        assert_eq!(again.unwrap_err().to_string(), text);
        assert_eq!(connection.send(b"x").await, Err(Failure::Closed));
    })
    .await;
}

#[test]
fn a_connector_that_could_trust_nobody_is_not_made() {
    let ended = Connector::new(&Roots::none(), Routes::default());
    assert!(matches!(ended, Err(SetupError::NoRoots)), "{ended:?}");
}
