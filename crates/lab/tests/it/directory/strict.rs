//! The mistakes of clients that a directory does not let pass.

use super::{Client, bind, element, lines, message, present, search, start_tls, talk};

/// Bytes after which the server takes its leave.
#[track_caller]
fn check(bytes: &[u8], told: &str) {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        client.raw(bytes).await;
        let answer = client.read().await.unwrap();
        assert_eq!((answer.id, answer.tag, answer.code()), (0, 0x78, 2));
        assert_eq!(answer.texts()[3], "1.3.6.1.4.1.1466.20036");
        assert_eq!(client.rest().await, b"");
        assert_eq!(lines(&world), [format!("ldap dc.corp.example:389 {told}")]);
    });
}

const NOT_LDAP: &str = "(not a message of LDAP)";

#[test]
fn what_is_no_message_ends_the_connection() {
    check(b"GET / HTTP/1.1\r\n\r\n", NOT_LDAP);
    check(b"\x16\x03\x01\x00", NOT_LDAP);
    check(b"\x30\x80\x02\x01\x01\x00\x00", NOT_LDAP);
    check(b"\x30\x85\x00\x00\x00\x00\x01", NOT_LDAP);
    check(b"\x30\x00", NOT_LDAP);
    check(&message(0, &bind("", ""), &[]), NOT_LDAP);
    check(&message(1, &element(0x7f, b""), &[]), NOT_LDAP);
    check(&message(1, &[], &[]), NOT_LDAP);
    check(&message(1, &bind("", ""), b"\x04\x00"), NOT_LDAP);
    check(&message(1, &bind("", ""), &element(0xa0, b"\x04\x00")), NOT_LDAP);
    check(&message(1, &element(0x60, b"\x02\x01\x03\x04\x01\xff\x80\x00"), &[]), NOT_LDAP);
    check(&message(1, &search("", 3, &present("objectClass"), &[]), &[]), NOT_LDAP);
    check(b"\x30\x84\x7f\xff\xff\xff", "(a message too long)");
    check(&[0x30, 0x83, 1, 0, 0], "(a message too long)");
}

#[test]
fn no_prefix_and_no_changed_byte_of_a_message_harms_the_server() {
    let filter = element(0xa4, &[element(4, b"cn"), element(0x30, b"\x80\x01a\x81\x01b")].concat());
    let controls = element(0xa0, &element(0x30, &element(4, b"1.2.3")));
    let good = message(1, &search(super::BASE, 2, &filter, &["cn"]), &controls);
    talk("", async |world| {
        for at in 0..good.len() {
            for value in [0x00, 0x7f, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[at] = value;
                let mut client = Client::new(&world).await;
                client.raw(&bad).await;
                client.leave().await;
            }
            let mut client = Client::new(&world).await;
            client.raw(&good[..at]).await;
            client.leave().await;
        }
        let mut client = Client::new(&world).await;
        assert_eq!(client.names("", 0, &present("objectClass")).await, [""]);
    });
}

#[test]
fn bytes_behind_the_wish_for_tls_end_the_connection() {
    let hasty = [message(1, &start_tls(), &[]), message(2, &bind("", ""), &[])].concat();
    check(&hasty, "(bytes sent too early)");
}

#[test]
fn messages_may_come_in_pieces_and_several_at_once() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let bytes = [message(1, &bind("", ""), &[]), message(2, &bind("", ""), &[])].concat();
        for byte in bytes {
            client.raw(&[byte]).await;
        }
        assert_eq!(client.read().await.unwrap().id, 1);
        assert_eq!(client.read().await.unwrap().id, 2);
        client
            .raw(&[message(3, &bind("", ""), &[]), message(4, &bind("", ""), &[])].concat())
            .await;
        assert_eq!(client.read().await.unwrap().id, 3);
        assert_eq!(client.read().await.unwrap().id, 4);
    });
}

#[test]
fn what_a_reader_does_not_need_is_not_served() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        // Modify, add, delete, modifyDN and compare.
        for (request, response) in
            [(0x66, 0x67), (0x68, 0x69), (0x4a, 0x6b), (0x6c, 0x6d), (0x6e, 0x6f)]
        {
            let answer = client.ask(&element(request, b"CN=x")).await;
            assert_eq!((answer.tag, answer.code()), (response, 53));
        }
        let unknown = element(0x77, &element(0x80, b"1.2.3"));
        assert_eq!(client.ask(&unknown).await.code(), 2);
        // Nothing is said to abandon, and the server closes at unbind.
        client.send(&[0x50, 1, 1], &[]).await;
        assert_eq!(client.ask(&bind("", "")).await.code(), 0);
        client.send(&[0x42, 0], &[]).await;
        assert_eq!(client.rest().await, b"");
    });
}
