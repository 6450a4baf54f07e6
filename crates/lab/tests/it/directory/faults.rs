//! Directories that go wrong.

use std::{io, time::Duration};

use mailscout_lab::World;

use super::{ADDRESS, BASE, Client, HOST, bind, lines, present, search, start_tls, talk};
use crate::client::{connect, tls, upgrade};

fn faulty<F: Future<Output = ()>>(security: &str, fault: &str, test: impl FnOnce(World) -> F) {
    let words = format!(
        "[[directory.service]]\nsecurity = \"{security}\"\nport = 389\nfault = \"{fault}\""
    );
    talk(&words, test);
}

fn people() -> Vec<u8> {
    search(BASE, 2, &present("mail"), &["mail"])
}

/// What comes within a fifth of a second.
async fn waits(client: &mut Client) -> bool {
    tokio::time::timeout(Duration::from_millis(200), client.read()).await.is_err()
}

#[track_caller]
fn ends(world: &World, answer: &str) {
    let told = lines(world);
    assert!(told.last().unwrap().ends_with(answer), "{told:?}");
}

#[test]
fn refuse_reset_and_silence_come_before_any_word() {
    faulty("starttls", "refuse", async |world| {
        let error = connect(&world, ADDRESS, 389).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    });
    faulty("starttls", "reset", async |world| {
        assert!(Client::new(&world).await.read().await.is_none());
    });
    faulty("starttls", "silence", async |world| {
        let mut client = Client::new(&world).await;
        client.send(&bind("", ""), &[]).await;
        assert!(waits(&mut client).await);
        assert_eq!(lines(&world), [""; 0]);
    });
}

#[test]
fn handshakes_are_cut_at_once_or_after_starttls() {
    faulty("tls", "cut-handshake", async |world| {
        let error = tls(&world, ADDRESS, 389, HOST).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        ends(&world, "tls dc.corp.example:389 (handshake failed)");
    });
    faulty("starttls", "starttls-cut", async |world| {
        let mut stream = connect(&world, ADDRESS, 389).await.unwrap();
        super::send(&mut stream, &super::message(1, &start_tls(), &[])).await;
        assert_eq!(super::receive(&mut stream).await.unwrap().code(), 0);
        assert!(upgrade(&world, stream, HOST).await.is_err());
        ends(&world, "tls dc.corp.example:389 (handshake failed)");
    });
}

#[test]
fn starttls_may_be_refused() {
    faulty("starttls", "starttls-refused", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.ask(&start_tls()).await.code(), 52);
        ends(&world, "StartTLS (unavailable)");
    });
}

#[test]
fn answers_may_be_injected_behind_the_agreement_to_tls() {
    faulty("starttls", "starttls-injection", async |world| {
        let mut client = Client::new(&world).await;
        let agreed = client.ask(&start_tls()).await;
        assert_eq!(agreed.code(), 0);
        let forged = client.read().await.unwrap();
        assert_eq!((forged.id, forged.tag, forged.code()), (agreed.id + 1, 0x61, 0));
        assert_eq!(client.read().await.unwrap().texts()[2], "DC=injected");
    });
}

#[test]
fn a_log_in_or_a_search_is_never_answered() {
    faulty("starttls", "hang-bind", async |world| {
        let mut client = Client::new(&world).await;
        client.send(&bind("CORP\\reader", "Pa55word"), &[]).await;
        assert!(waits(&mut client).await);
        assert!(!world.journal().binds()[0].accepted);
        ends(&world, "bind simple (CORP\\\\reader, hang-bind)");
    });
    faulty("starttls", "hang", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.names("", 0, &present("objectClass")).await, [""]);
        client.send(&people(), &[]).await;
        assert!(waits(&mut client).await);
        ends(&world, "(mail=*) -> 0 entries, hang");
    });
}

#[test]
fn a_search_is_answered_with_what_is_no_answer() {
    faulty("starttls", "garbage", async |world| {
        let mut client = Client::new(&world).await;
        client.send(&people(), &[]).await;
        assert_eq!(client.some(4).await, [0, 0xff, 0xfb, 1]);
    });
    faulty("starttls", "huge-message", async |world| {
        let mut client = Client::new(&world).await;
        client.send(&people(), &[]).await;
        assert_eq!(client.some(8).await, b"\x30\x84\x7f\xff\xff\xff  ");
        client.some(100_000).await;
    });
    faulty("starttls", "endless-entries", async |world| {
        let mut client = Client::new(&world).await;
        client.send(&people(), &[]).await;
        for _ in 0..1000 {
            assert_eq!(client.read().await.unwrap().tag, 0x64);
        }
    });
    faulty("starttls", "other-number", async |world| {
        let mut client = Client::new(&world).await;
        let id = client.send(&people(), &[]).await;
        assert_eq!(client.read().await.unwrap().id, id + 1);
    });
    faulty("starttls", "busy", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.ask(&people()).await.code(), 51);
        ends(&world, "-> 0 entries, busy");
    });
}

#[test]
fn a_connection_ends_in_the_middle_of_an_answer() {
    faulty("starttls", "close", async |world| {
        let mut client = Client::new(&world).await;
        client.send(&people(), &[]).await;
        let half = client.rest().await;
        assert_eq!(half[0], 0x30);
        assert!(half.len() < usize::from(half[1]) + 2);
    });
}
