//! What goes wrong before a request can be sent.

use std::{io, time::Duration};

use tokio::io::AsyncReadExt;

use crate::client::{connect, run, tls, world};

fn scenario(fault: &str) -> String {
    format!(
        r#"
[[hosts]]
names = ["contoso.example"]
addresses = ["203.0.113.5"]
[[hosts.services]]
fault = "{fault}"
[[hosts.services]]
scheme = "http"
fault = "{fault}"
"#
    )
}

const FAILED: &str = "tls contoso.example:443 (handshake failed)";

#[test]
fn refuse_is_a_closed_port() {
    run(async {
        let world = world(&scenario("refuse")).await;
        for port in [80, 443] {
            let error = connect(&world, "203.0.113.5", port).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        }
        assert!(world.journal().entries().is_empty());
    });
}

#[test]
fn blackhole_answers_no_syn() {
    run(async {
        let world = world(&scenario("blackhole")).await;
        for _ in 0..3 {
            let attempt = connect(&world, "203.0.113.5", 443);
            let end = tokio::time::timeout(Duration::from_millis(200), attempt).await;
            assert!(end.is_err(), "connected to a blackhole");
        }
        assert!(world.journal().entries().is_empty());
    });
}

#[test]
fn reset_ends_the_connection_as_soon_as_it_stands() {
    run(async {
        let world = world(&scenario("reset")).await;
        let mut stream = connect(&world, "203.0.113.5", 80).await.unwrap();
        let error = stream.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(world.journal().lines(), ["tcp contoso.example:80"]);
    });
}

#[test]
fn silence_accepts_and_says_nothing() {
    run(async {
        let world = world(&scenario("silence")).await;
        let handshake = tls(&world, "203.0.113.5", 443, "contoso.example");
        assert!(tokio::time::timeout(Duration::from_millis(200), handshake).await.is_err());
        assert_eq!(world.journal().lines(), ["tcp contoso.example:443"]);
    });
}

#[test]
fn plain_text_comes_instead_of_tls() {
    run(async {
        let world = world(&scenario("plain-text")).await;
        let error = tls(&world, "203.0.113.5", 443, "contoso.example").await.unwrap_err();
        let cause = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
        assert!(matches!(cause, rustls::Error::InvalidMessage(_)), "{cause:?}");
        assert_eq!(world.journal().summary(), [FAILED]);
    });
}

#[test]
fn cut_handshake_closes_on_the_client_hello() {
    run(async {
        let world = world(&scenario("cut-handshake")).await;
        let error = tls(&world, "203.0.113.5", 443, "contoso.example").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(world.journal().summary(), [FAILED]);
    });
}

#[test]
fn what_is_not_tls_is_a_failed_handshake() {
    let text = "[[hosts]]\nnames = [\"contoso.example\"]\naddresses = [\"203.0.113.5\"]\n\
                [[hosts.services]]\n";
    run(async {
        let world = world(text).await;
        let stream = connect(&world, "203.0.113.5", 443).await.unwrap();
        // The server's alert or the end, whichever comes.
        let _ = crate::client::exchange(stream, "GET / HTTP/1.1\r\n\r\n").await;
        assert_eq!(world.journal().summary(), [FAILED]);
    });
}

#[test]
fn dropping_the_world_closes_its_ports() {
    run(async {
        let world = world(&scenario("silence")).await;
        let target = world.routes()[0].target;
        let dns = world.dns_server();
        let mut open = connect(&world, "203.0.113.5", 80).await.unwrap();
        drop(world);
        for address in [target, dns] {
            while tokio::net::TcpStream::connect(address).await.is_ok() {}
        }
        let _ = open.read_u8().await.unwrap_err();
    });
}
