//! The name server: what it says of each kind of name, over UDP and TCP.

use std::net::Ipv4Addr;

use hickory_proto::op::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};

use crate::client::{ask, query, run, told, world};

const ZONES: &str = r#"
nxdomain = ["nowhere.example"]

[zones."contoso.example"]
records = """
@                   A      203.0.113.5
@                   AAAA   2001:db8::5
@                   MX     10 mail
@                   TXT    "hello world"
alias               CNAME  autodiscover.hoster.example.
dangling            CNAME  gone.hoster.example.
loop                CNAME  loop
_autodiscover._tcp  SRV    10 5 443 mail
none                SRV    0 0 0 .
*.wild              A      203.0.113.9
a.b                 A      203.0.113.8
"""
[zones."contoso.example".faults]
"servfail" = "servfail"
"refused" = "refused"
"silent" = "silence"
"_gone._tcp" = "nxdomain"

[zones."hoster.example"]
records = "autodiscover A 198.51.100.10"

[zones."big.example"]
records = "@ TXT BIG BIG BIG BIG BIG BIG BIG BIG"
"#;

#[test]
fn each_name_gets_the_answer_of_the_zone() {
    let cases = [
        ("contoso.example.", "A", "NoError | contoso.example. A 203.0.113.5"),
        ("Contoso.EXAMPLE.", "AAAA", "NoError | contoso.example. AAAA 2001:db8::5"),
        ("contoso.example.", "MX", "NoError | contoso.example. MX 10 mail.contoso.example."),
        ("contoso.example.", "TXT", "NoError | contoso.example. TXT hello world"),
        ("contoso.example.", "SRV", "NoError | (soa)"),
        ("missing.contoso.example.", "A", "NXDomain | (soa)"),
        ("x.wild.contoso.example.", "A", "NoError | x.wild.contoso.example. A 203.0.113.9"),
        ("x.wild.contoso.example.", "AAAA", "NoError | (soa)"),
        ("x.y.wild.contoso.example.", "A", "NoError | x.y.wild.contoso.example. A 203.0.113.9"),
        ("b.contoso.example.", "A", "NoError | (soa)"),
        (
            "_autodiscover._tcp.contoso.example.",
            "SRV",
            "NoError | _autodiscover._tcp.contoso.example. SRV 10 5 443 mail.contoso.example.",
        ),
        ("none.contoso.example.", "SRV", "NoError | none.contoso.example. SRV 0 0 0 ."),
        (
            "alias.contoso.example.",
            "A",
            "NoError | alias.contoso.example. CNAME autodiscover.hoster.example. \
             | autodiscover.hoster.example. A 198.51.100.10",
        ),
        (
            "dangling.contoso.example.",
            "A",
            "NXDomain | dangling.contoso.example. CNAME gone.hoster.example. | (soa)",
        ),
        ("loop.contoso.example.", "A", "ServFail"),
        ("servfail.contoso.example.", "A", "ServFail"),
        ("refused.contoso.example.", "A", "Refused"),
        ("_gone._tcp.contoso.example.", "SRV", "NXDomain | (soa)"),
        ("deep.nowhere.example.", "A", "NXDomain"),
        ("elsewhere.example.", "A", "NXDomain"),
    ];
    run(async {
        let world = world(ZONES).await;
        for (name, kind, expected) in cases {
            assert_eq!(told(&ask(&world, name, kind).await), expected, "{name} {kind}");
        }
        assert_eq!(world.journal().outside(), ["elsewhere.example"]);
    });
}

#[test]
fn a_silent_name_is_journalled_and_not_answered() {
    run(async {
        let world = world(ZONES).await;
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        for name in ["silent.contoso.example.", "contoso.example."] {
            socket.send_to(&query(name, "A"), world.dns_server()).await.unwrap();
        }
        let mut buffer = [0; 2048];
        let (length, _) = socket.recv_from(&mut buffer).await.unwrap();
        let first = Message::from_vec(&buffer[..length]).unwrap();
        assert_eq!(told(&first), "NoError | contoso.example. A 203.0.113.5");
        assert_eq!(
            world.journal().lines(),
            ["dns A silent.contoso.example -> silence", "dns A contoso.example -> 203.0.113.5"]
        );
    });
}

#[test]
fn an_answer_too_long_for_a_datagram_is_whole_over_tcp() {
    let zones = ZONES.replace("BIG", &"x".repeat(200));
    run(async {
        let world = world(&zones).await;
        let short = ask(&world, "big.example.", "TXT").await;
        assert!(short.metadata.truncation);

        let mut stream = TcpStream::connect(world.dns_server()).await.unwrap();
        // Two questions on one connection.
        for _ in 0..2 {
            let query = query("big.example.", "TXT");
            stream.write_u16(u16::try_from(query.len()).unwrap()).await.unwrap();
            stream.write_all(&query).await.unwrap();
            let mut reply = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut reply).await.unwrap();
            let reply = Message::from_vec(&reply).unwrap();
            assert!(!reply.metadata.truncation);
            assert_eq!(reply.answers.len(), 1);
        }
    });
}
