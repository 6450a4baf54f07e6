//! Each kind of certificate, as a client that knows the world's authority judges it.

use std::error::Error;

use rustls::CertificateError;
use rustls_pki_types::ServerName;

use crate::client::{exchange, request, run, tls, world};

/// A host autodiscover.contoso.example with this certificate.
fn scenario(kind: &str) -> String {
    format!(
        r#"
[[hosts]]
names = ["autodiscover.contoso.example"]
addresses = ["203.0.113.6"]
[[hosts.services]]
certificate = "{kind}"
[[hosts.services.routes]]
body = "hello"
"#
    )
}

#[test]
fn good_and_wildcard_certificates_are_accepted() {
    for kind in ["good", "wildcard"] {
        run(async {
            let world = world(&scenario(kind)).await;
            let name = "autodiscover.contoso.example";
            let stream = tls(&world, "203.0.113.6", 443, name).await.unwrap();
            let answer = exchange(stream, &request("GET", name, "/", "")).await.unwrap();
            assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
            assert_eq!(
                world.journal().summary(),
                ["http GET https://autodiscover.contoso.example/ -> 200"]
            );
        });
    }
}

#[test]
fn each_bad_certificate_fails_in_its_own_way_and_is_journalled_at_once() {
    for (kind, expected) in [
        ("self-signed", "unknown issuer"),
        ("self-signed-ca", "authority as end entity"),
        ("expired", "expired"),
        ("not-yet-valid", "not yet valid"),
        ("wrong-name", r#"for DnsName("www.hoster.example")"#),
        ("unknown-ca", "unknown issuer"),
        ("expired-wrong-name", "expired"),
    ] {
        run(async {
            let world = world(&scenario(kind)).await;
            let name = "autodiscover.contoso.example";
            let error = tls(&world, "203.0.113.6", 443, name).await.unwrap_err();
            assert_eq!(verdict(&error), expected, "{kind}");
            // No waiting: the entry stands before the client can know.
            let line = "tls autodiscover.contoso.example:443 (handshake failed)";
            assert_eq!(world.journal().summary(), [line]);
        });
    }
}

fn verdict(error: &std::io::Error) -> String {
    let error = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
    let rustls::Error::InvalidCertificate(problem) = error else { panic!("{error}") };
    match problem {
        CertificateError::ExpiredContext { .. } => "expired".to_owned(),
        CertificateError::NotValidYetContext { .. } => "not yet valid".to_owned(),
        CertificateError::UnknownIssuer => "unknown issuer".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            assert_eq!(*expected, ServerName::try_from("autodiscover.contoso.example").unwrap());
            format!("for {}", presented.join(", "))
        }
        CertificateError::Other(other) => {
            let source: &dyn Error = &other.0;
            assert!(source.to_string().contains("CaUsedAsEndEntity"), "{source}");
            "authority as end entity".to_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn hosts_that_share_an_address_have_certificates_of_their_own() {
    let text = r#"
[[hosts]]
names = ["one.example"]
addresses = ["203.0.113.6", "2001:db8::6"]
[[hosts.services]]
[[hosts.services.routes]]
body = "I am one"
[[hosts]]
names = ["two.example"]
addresses = ["203.0.113.6"]
[[hosts.services]]
[[hosts.services.routes]]
body = "I am two"
"#;
    run(async {
        let world = world(text).await;
        for (name, address) in [
            ("one.example", "203.0.113.6"),
            ("two.example", "203.0.113.6"),
            ("one.example", "2001:db8::6"),
        ] {
            let stream = tls(&world, address, 443, name).await.unwrap();
            let answer = exchange(stream, &request("GET", name, "/", "")).await.unwrap();
            let expected = format!("I am {}", name.trim_end_matches(".example"));
            assert!(answer.ends_with(&expected), "{answer}");
        }
        let shared = &world.routes()[0];
        assert_eq!(shared.names, ["one.example", "two.example"]);
        assert!(world.journal().lines().contains(&"tcp 203.0.113.6:443".to_owned()));
        assert!(world.journal().lines().contains(&"tcp one.example:443".to_owned()));
    });
}
