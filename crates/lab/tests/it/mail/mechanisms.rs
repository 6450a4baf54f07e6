//! Every mechanism, in every protocol, with the right secret and a wrong one.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::{Digest, Sha256};

use super::{Client, hex, server, told};
use crate::client::{run, world};

const USER: &str = "alice@contoso.example";
const PASSWORD: &str = "Pa55 w\"rd";
const TOKEN: &str = "t0ken";

/// What a client answers to a challenge: one closure for each attempt, with a memory.
type Answer<'a> = Box<dyn FnMut(&str) -> String + 'a>;

/// Logs in without an initial response, and gives the last line without the tag.
pub(super) async fn log_in(
    client: &mut Client,
    scheme: &str,
    mechanism: &str,
    mut answer: impl FnMut(&[u8]) -> Vec<u8>,
) -> String {
    client.line().await;
    if scheme == "smtp" {
        client.send("EHLO localhost").await;
        while client.line().await != "250 ENHANCEDSTATUSCODES" {}
    }
    let verb = if scheme == "imap" { "a1 AUTHENTICATE" } else { "AUTH" };
    let mut line = client.ask(&format!("{verb} {mechanism}")).await;
    loop {
        let challenge = line.strip_prefix("+ ").or(line.strip_prefix("334 "));
        let Some(challenge) = challenge else {
            return line.trim_start_matches("a1 ").to_owned();
        };
        // What is no Base64 is a word for the reader, as Exchange sends it before NTLM.
        let challenge = STANDARD.decode(challenge).unwrap_or_default();
        line = client.ask(&STANDARD.encode(answer(&challenge))).await;
    }
}

fn answer<'a>(mechanism: &str, right: bool) -> Answer<'a> {
    let password = if right { PASSWORD } else { "wrong" };
    let token = if right { TOKEN } else { "wrong" };
    match mechanism {
        "PLAIN" => Box::new(move |_| format!("\0{USER}\0{password}")),
        "LOGIN" => Box::new(move |challenge| match challenge {
            "Username:" => USER.to_owned(),
            "Password:" => password.to_owned(),
            other => panic!("{other}"),
        }),
        "CRAM-MD5" => Box::new(move |challenge| {
            let mac = Hmac::<Md5>::new_from_slice(password.as_bytes()).unwrap();
            let digest = mac.chain_update(challenge).finalize().into_bytes();
            format!("{USER} {}", hex(&digest))
        }),
        "SCRAM-SHA-256" => Box::new(scram(password)),
        "XOAUTH2" => Box::new(move |challenge| match challenge {
            "" => format!("user={USER}\x01auth=Bearer {token}\x01\x01"),
            explained => {
                assert!(explained.starts_with(r#"{"status":"400""#), "{explained}");
                String::new()
            }
        }),
        "OAUTHBEARER" => Box::new(move |challenge| match challenge {
            "" => {
                format!("n,a={USER},\x01host=mail.contoso.example\x01auth=Bearer {token}\x01\x01")
            }
            explained => {
                assert!(explained.starts_with(r#"{"status":"invalid_token""#), "{explained}");
                "\x01".to_owned()
            }
        }),
        other => panic!("{other}"),
    }
}

fn scram(password: &str) -> impl FnMut(&str) -> String {
    const FIRST: &str = "n=alice@contoso.example,r=abcdefgh";
    let mut step = 0;
    let mut signature = String::new();
    move |challenge| {
        step += 1;
        match step {
            1 => format!("n,,{FIRST}"),
            2 => {
                let mut fields = challenge.split(',');
                let nonce = fields.next().unwrap().strip_prefix("r=").unwrap();
                let salt = fields.next().unwrap().strip_prefix("s=").unwrap();
                assert_eq!(fields.next(), Some("i=4096"));
                assert!(nonce.starts_with("abcdefgh") && nonce.len() > 16, "{nonce}");
                let last = format!("c=biws,r={nonce}");
                let messages = format!("{FIRST},{challenge},{last}");
                let salted = pbkdf2(password, &STANDARD.decode(salt).unwrap());
                let key = hmac(&salted, b"Client Key");
                let proof = hmac(&Sha256::digest(key), messages.as_bytes());
                let proof: Vec<u8> = key.iter().zip(proof).map(|(a, b)| a ^ b).collect();
                let server_key = hmac(&salted, b"Server Key");
                signature = STANDARD.encode(hmac(&server_key, messages.as_bytes()));
                format!("{last},p={}", STANDARD.encode(proof))
            }
            _ => {
                assert_eq!(challenge, format!("v={signature}"));
                String::new()
            }
        }
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key)
        .unwrap()
        .chain_update(message)
        .finalize()
        .into_bytes()
        .into()
}

fn pbkdf2(password: &str, salt: &[u8]) -> [u8; 32] {
    let mut block = hmac(password.as_bytes(), &[salt, &[0, 0, 0, 1]].concat());
    let mut sum = block;
    for _ in 1..4096 {
        block = hmac(password.as_bytes(), &block);
        sum.iter_mut().zip(block).for_each(|(a, b)| *a ^= b);
    }
    sum
}

#[test]
fn every_mechanism_tells_the_right_secret_from_a_wrong_one() {
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"] {
        for (scheme, accepted, rejected) in [
            (
                "imap",
                "OK [CAPABILITY IMAP4rev1] Logged in.",
                "NO [AUTHENTICATIONFAILED] Authentication failed.",
            ),
            ("pop3", "+OK Logged in.", "-ERR [AUTH] Authentication failed."),
            (
                "smtp",
                "235 2.7.0 Authentication successful",
                "535 5.7.8 Error: authentication failed",
            ),
        ] {
            run(async {
                let words = format!(
                    "scheme = \"{scheme}\"\nsecurity = \"plain\"\nmechanisms = [\"{mechanism}\"]"
                );
                let world = world(&server(&words)).await;
                for (right, expected) in [(false, rejected), (true, accepted)] {
                    let mut client = Client::new(&world).await;
                    let mut answer = answer(mechanism, right);
                    let line = log_in(&mut client, scheme, mechanism, |challenge| {
                        answer(str::from_utf8(challenge).unwrap()).into_bytes()
                    })
                    .await;
                    assert_eq!(line, expected, "{mechanism}");
                }
                world.journal().all_ended().await;
                let log_ins = world.journal().log_ins();
                let seen: Vec<_> = log_ins
                    .iter()
                    .map(|one| (one.mechanism.as_str(), one.user.as_deref(), one.accepted))
                    .collect();
                let user = Some(USER);
                assert_eq!(seen, [(mechanism, user, false), (mechanism, user, true)]);
                for line in told(&world.journal()).await {
                    assert!(!line.contains(PASSWORD) && !line.contains(TOKEN), "{line}");
                }
            });
        }
    }
}

/// One response on one connection; gives what comes back, without the tag.
async fn once(world: &mailscout_lab::World, line: &str) -> String {
    let mut client = Client::new(world).await;
    client.line().await;
    client.ask(&format!("a1 AUTHENTICATE {line}")).await.trim_start_matches("a1 ").to_owned()
}

#[test]
fn responses_are_read_strictly() {
    let encode = |text: &str| STANDARD.encode(text);
    let bad = "BAD Invalid authentication data.";
    let words = "scheme = \"imap\"\nsecurity = \"plain\"\nmechanisms = [\"PLAIN\", \"LOGIN\", \
        \"CRAM-MD5\", \"SCRAM-SHA-256\", \"XOAUTH2\", \"OAUTHBEARER\"]";
    run(async {
        let world = world(&server(words)).await;
        for (mechanism, response, expected) in [
            ("PLAIN", "AGEAYg".to_owned(), bad),
            ("PLAIN", encode("alice"), bad),
            ("PLAIN", encode("\0\0x"), bad),
            ("PLAIN", "=".to_owned(), bad),
            ("PLAIN", encode("bob\0nobody\0x"), "NO [AUTHENTICATIONFAILED] Authentication failed."),
            (
                "PLAIN",
                encode(&format!("bob\0{USER}\0{PASSWORD}")),
                "NO [AUTHORIZATIONFAILED] You may not act as this user.",
            ),
            (
                "PLAIN",
                encode(&format!("{USER}\0{USER}\0{PASSWORD}")),
                "OK [CAPABILITY IMAP4rev1] Logged in.",
            ),
            // A name is compared exactly.
            (
                "PLAIN",
                encode(&format!("\0Alice@contoso.example\0{PASSWORD}")),
                "NO [AUTHENTICATIONFAILED] Authentication failed.",
            ),
            ("LOGIN", encode(USER), "+ UGFzc3dvcmQ6"),
            ("CRAM-MD5", encode("x"), bad),
            ("SCRAM-SHA-256", encode("p=tls-unique,,n=a,r=abcdefgh"), bad),
            ("SCRAM-SHA-256", encode("n,,n=a,r=short"), bad),
            (
                "SCRAM-SHA-256",
                encode("n,a=bob,n=alice,r=abcdefgh"),
                "NO [AUTHORIZATIONFAILED] You may not act as this user.",
            ),
            ("XOAUTH2", encode(&format!("user={USER}\x01auth=Bearer {TOKEN}\x01")), bad),
            (
                "OAUTHBEARER",
                encode(&format!("n,a={USER},\x01port=993\x01auth=Bearer {TOKEN}\x01\x01")),
                bad,
            ),
            (
                "OAUTHBEARER",
                encode(&format!("n,,\x01auth=Bearer {TOKEN}\x01\x01")),
                "OK [CAPABILITY IMAP4rev1] Logged in.",
            ),
        ] {
            let said = once(&world, &format!("{mechanism} {response}")).await;
            assert_eq!(said, expected, "{mechanism}");
        }
    });
}

#[test]
fn scram_wants_its_own_nonce_back() {
    run(async {
        let words = "scheme = \"imap\"\nsecurity = \"plain\"\nmechanisms = [\"SCRAM-SHA-256\"]";
        let world = world(&server(words)).await;
        let mut client = Client::new(&world).await;
        let mut step = 0;
        let line = log_in(&mut client, "imap", "SCRAM-SHA-256", |_| {
            step += 1;
            let text = if step == 1 { "n,,n=a,r=abcdefgh" } else { "c=biws,r=abcdefgh,p=AAAA" };
            text.as_bytes().to_vec()
        })
        .await;
        assert_eq!(line, "BAD Invalid authentication data.");
    });
}
