//! Conversations with scripted servers, in virtual time: who waits for what and how long, and what
//! each end leaves as evidence.

use std::time::Duration;

use mailscout_net::connect::Target;
use mailscout_probe::{
    conversation::Conversation,
    io::converse,
    login::{Exposure, LogIn, Mechanism, Secret},
};
use mailscout_schema::settings::{Protocol, Security};
use tokio::time::timeout;

use crate::converse_script::Scripted;

fn conversation(protocol: Protocol, security: Security) -> Conversation {
    Conversation::new(Target::new("mail.test", 1, Vec::new()), protocol, security)
}

fn imap(security: Security) -> Conversation {
    conversation(Protocol::Imap, security)
}

fn smtp(security: Security) -> Conversation {
    conversation(Protocol::Smtp, security)
}

/// Holds a conversation with a server that follows the script, and compares the journal, which
/// begins with connecting and ends with closing.
async fn check(conversation: Conversation, script: &'static str, expected: &[&str]) {
    let server = Scripted::new(script);
    let evidence = converse(&conversation, &server).await;
    server.ended(&evidence);
    assert_eq!(server.journal(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_is_held_and_the_farewell_not_waited_for() {
    check(
        imap(Security::Tls),
        "tls\nwait 20\nS: * OK hi\nC\nwait 30\nS: * CAPABILITY AUTH=PLAIN\nS: a1 OK",
        &[
            "0 connect mail.test:1 within 5000",
            "0 Inspect within 5000",
            "20 C: a1 CAPABILITY",
            "50 C: a2 LOGOUT",
            "50 close",
            "50 dropped",
            "50 ended: complete; failure -; tls good; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_bad_certificate_is_a_fact_and_the_conversation_goes_on() {
    check(
        conversation(Protocol::Pop3, Security::Tls),
        "tls bad\nS: +OK\nC\nS: +OK\nS: SASL PLAIN\nS: .",
        &[
            "0 connect mail.test:1 within 5000",
            "0 Inspect within 5000",
            "0 C: CAPA",
            "0 C: QUIT",
            "0 close",
            "0 dropped",
            "0 ended: complete; failure -; tls certificate-self-signed; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn starttls_is_looked_behind_for_a_moment_and_asked_again_inside() {
    check(
        smtp(Security::StartTls),
        "S: 220 hi\nC\nS: 250-me\nS: 250 STARTTLS\nC\nS: 220 go\ntls\nC\nS: 250 me",
        &[
            "0 connect mail.test:1 within 5000",
            "0 C: EHLO [127.0.0.1]",
            "0 C: STARTTLS",
            "1 Inspect within 5000",
            "1 C: EHLO [127.0.0.1]",
            "1 C: QUIT",
            "1 close",
            "1 dropped",
            "1 ended: complete; failure -; tls good; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn where_a_secret_follows_the_certificate_must_be_good() {
    for security in [Security::Tls, Security::StartTls] {
        let mut conversation = imap(security);
        let secret = Secret::Password("secret".into());
        let log_in = LogIn::new("alice", secret, Mechanism::Plain, Exposure::Verified);
        conversation.log_in = Some(log_in);
        let (script, at) = match security {
            Security::Tls => ("tls failed", 1),
            _ => ("S: * OK [CAPABILITY STARTTLS] hi\nC\nS: a1 OK\ntls failed", 2),
        };
        let server = Scripted::new(script);
        let evidence = converse(&conversation, &server).await;
        assert!(server.journal()[at].ends_with("Verify within 5000"), "{:?}", server.journal());
        assert_eq!(evidence.failure.unwrap().code(), "certificate-expired");
        assert_eq!(evidence.tls, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_greeting_may_be_as_slow_as_the_patience_and_no_slower() {
    check(
        smtp(Security::Plain),
        "wait 9999\nS: 554 no",
        &[
            "0 connect mail.test:1 within 5000",
            "9999 C: QUIT",
            "9999 close",
            "9999 dropped",
            "9999 ended: the server refused to serve for good; failure -; tls -; peer 192.0.2.7",
        ],
    )
    .await;
    check(
        smtp(Security::Plain),
        "wait 10001\nS: 554 no",
        &[
            "0 connect mail.test:1 within 5000",
            "10000 close",
            "10000 dropped",
            "10000 ended: the time was up at the greeting; failure -; tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_drip_of_bytes_does_not_extend_a_deadline() {
    check(
        smtp(Security::Plain),
        "wait 7000\nS: 220 hi\nC\nS| 250-\nwait 4000\nS| me\\r\\n250-\nwait 4000\nS| x\nwait 1999\n\
         S| y\nwait 2\nS: z",
        &[
            "0 connect mail.test:1 within 5000",
            "7000 C: EHLO [127.0.0.1]",
            "17000 close",
            "17000 dropped",
            "17000 ended: the time was up at the capabilities; failure -; tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_answer_has_a_deadline_of_its_own() {
    check(
        imap(Security::StartTls),
        "wait 9000\nS: * OK\nC\nwait 9000\nS: * CAPABILITY STARTTLS\nS: a1 OK\nC\nwait 9000\n\
         S: a2 OK\nwait 3000\ntls\nC\nwait 9000\nS: a3 OK",
        &[
            "0 connect mail.test:1 within 5000",
            "9000 C: a1 CAPABILITY",
            "18000 C: a2 STARTTLS",
            "27001 Inspect within 5000",
            "30000 C: a3 CAPABILITY",
            "39000 C: a4 LOGOUT",
            "39000 close",
            "39000 dropped",
            "39000 ended: complete; failure -; tls good; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_patience_is_the_conversation_s() {
    let mut hasty = smtp(Security::StartTls);
    hasty.patience.connect = Duration::from_millis(11);
    hasty.patience.greeting = Duration::from_millis(12);
    hasty.patience.reply = Duration::from_millis(13);
    hasty.patience.tls = Duration::from_millis(14);
    check(
        hasty,
        "wait 11\nS: 220 hi\nC\nwait 12\nS: 250-me\nS: 250 STARTTLS\nC\nS: 220 go\nwait 99",
        &[
            "0 connect mail.test:1 within 11",
            "11 C: EHLO [127.0.0.1]",
            "23 C: STARTTLS",
            "24 Inspect within 14",
            "38 close",
            "38 dropped",
            "38 ended: the TLS handshake failed; failure tls-timeout; tls -; peer 192.0.2.7",
        ],
    )
    .await;
    let mut patient = smtp(Security::Plain);
    patient.patience.greeting = Duration::MAX;
    patient.patience.reply = Duration::MAX;
    check(
        patient,
        "wait 90000000\nS: 220 hi\nC\nwait 90000000\nclosed",
        &[
            "0 connect mail.test:1 within 5000",
            "90000000 C: EHLO [127.0.0.1]",
            "180000000 close",
            "180000000 dropped",
            "180000000 ended: the server closed the connection at the capabilities; failure -; \
             tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_behind_the_agreement_to_tls_is_an_injection_in_whatever_segment() {
    let injected = [
        "0 connect mail.test:1 within 5000",
        "0 C: EHLO [127.0.0.1]",
        "0 C: STARTTLS",
        "0 close",
        "0 dropped",
        "0 ended: injection: bytes in clear text stood where TLS had to begin; failure -; tls -; \
         peer 192.0.2.7",
    ];
    for script in [
        "S: 220 hi\nC\nS: 250-me\nS: 250 STARTTLS\nC\nS| 220 go\\r\\n250 evil\\r\\n",
        "S: 220 hi\nC\nS: 250-me\nS: 250 STARTTLS\nC\nS: 220 go\nS: 250 evil",
        "S: 220 hi\nC\nS: 250-me\nS: 250 STARTTLS\nC\nS: 220 go\nS| \\n",
    ] {
        check(smtp(Security::StartTls), script, &injected).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_later_breaks_the_handshake() {
    check(
        smtp(Security::StartTls),
        "S: 220 hi\nC\nS: 250-me\nS: 250 STARTTLS\nC\nS: 220 go\nwait 5\nS: 250 evil",
        &[
            "0 connect mail.test:1 within 5000",
            "0 C: EHLO [127.0.0.1]",
            "0 C: STARTTLS",
            "1 Inspect within 5000",
            "5 close",
            "5 dropped",
            "5 ended: the TLS handshake failed; failure not-tls; tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_end_behind_the_agreement_to_tls_is_an_end() {
    for (end, failure) in [("closed", "-"), ("broken", "closed")] {
        let script = match end {
            "closed" => "S: * OK [CAPABILITY STARTTLS]\nC\nS: a1 OK\nclosed",
            _ => "S: * OK [CAPABILITY STARTTLS]\nC\nS: a1 OK\nbroken",
        };
        let ended = format!(
            "0 ended: the server closed the connection at the TLS handshake; failure {failure}; \
             tls -; peer 192.0.2.7"
        );
        let begin = ["0 connect mail.test:1 within 5000", "0 C: a1 STARTTLS"];
        let rest = ["0 close", "0 dropped", &ended];
        check(imap(Security::StartTls), script, &[&begin[..], &rest].concat()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_fails_after_starttls_leaves_facts_and_a_failure() {
    let server = Scripted::new("S: +OK hi\nC\nS: +OK\nS: STLS\nS: .\nC\nS: +OK\ntls failed");
    let evidence = converse(&conversation(Protocol::Pop3, Security::StartTls), &server).await;
    server.ended(&evidence);
    let end = "1 ended: the TLS handshake failed; failure certificate-expired; tls -; \
               peer 192.0.2.7";
    assert_eq!(server.journal().last().unwrap(), end);
    let facts = evidence.facts.unwrap();
    assert!(facts.before_tls.is_some_and(|heard| heard.offers_starttls()));
    assert_eq!(facts.inside_tls, None);
}

#[tokio::test(start_paused = true)]
async fn without_tls_from_the_first_byte_not_a_word_is_said() {
    check(
        imap(Security::Tls),
        "tls failed",
        &[
            "0 connect mail.test:1 within 5000",
            "0 Inspect within 5000",
            "0 dropped",
            "0 ended: -; failure certificate-expired; tls -; peer 192.0.2.7",
        ],
    )
    .await;
    check(
        imap(Security::Tls),
        "wait 6000\nS: * OK",
        &[
            "0 connect mail.test:1 within 5000",
            "0 Inspect within 5000",
            "5000 dropped",
            "5000 ended: -; failure tls-timeout; tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn where_nobody_answers_there_is_nothing_but_the_failure() {
    check(
        imap(Security::StartTls),
        "refused",
        &[
            "0 connect mail.test:1 within 5000",
            "0 ended: -; failure connection-refused; tls -; peer -",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_leaves_is_told_by_when_and_how() {
    for (script, end) in [
        ("closed", "the server closed the connection at the greeting; failure -"),
        ("broken", "the server closed the connection at the greeting; failure closed"),
        ("S| * O\nclosed", "the server closed the connection at the greeting; failure -"),
        ("S| 220 hi\nclosed", "the server speaks SMTP; failure -"),
        ("S: * BYE\nclosed", "the server said goodbye at the greeting; failure -"),
    ] {
        let ended = format!("0 ended: {end}; tls -; peer 192.0.2.7");
        let begin = "0 connect mail.test:1 within 5000";
        check(imap(Security::Plain), script, &[begin, "0 close", "0 dropped", &ended]).await;
    }
    check(
        imap(Security::Plain),
        "S: * OK\nC\nwait 5\nbroken",
        &[
            "0 connect mail.test:1 within 5000",
            "0 C: a1 CAPABILITY",
            "5 close",
            "5 dropped",
            "5 ended: the server closed the connection at the capabilities; failure closed; \
             tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_farewell_that_does_not_arrive_is_no_failure() {
    check(
        smtp(Security::Plain),
        "S: 421 busy\nclosed",
        &[
            "0 connect mail.test:1 within 5000",
            "0 C: QUIT",
            "0 close",
            "0 dropped",
            "0 ended: the server refused to serve for now; failure -; tls -; peer 192.0.2.7",
        ],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn words_that_do_not_get_through_are_given_up_with_their_answer() {
    for (script, end) in [
        ("deaf\nwait 50\nS: 220 hi", "the time was up at the capabilities"),
        ("deaf\nwait 50\nS: 554 no", "the server refused to serve for good"),
    ] {
        let ended = format!("10050 ended: {end}; failure -; tls -; peer 192.0.2.7");
        let begin = "0 connect mail.test:1 within 5000";
        let expected = [begin, "10050 close", "10050 dropped", &ended];
        check(smtp(Security::Plain), script, &expected).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_dialog_is_not_connected_to() {
    check(
        conversation(Protocol::Nntp, Security::Tls),
        "tls",
        &["0 ended: -; failure request-invalid; tls -; peer -"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn to_drop_a_conversation_is_to_close_the_connection() {
    let server = Scripted::new("wait 3000\nS: * OK");
    let conversation = imap(Security::Plain);
    let given_up = timeout(Duration::from_secs(7), converse(&conversation, &server)).await;
    assert!(given_up.is_err());
    let expected = ["0 connect mail.test:1 within 5000", "3000 C: a1 CAPABILITY", "7000 dropped"];
    assert_eq!(server.journal(), expected);
}

#[tokio::test(start_paused = true)]
async fn conversations_are_held_side_by_side() {
    let begin = tokio::time::Instant::now();
    let held = [Security::Tls, Security::StartTls, Security::Plain].map(|security| {
        tokio::spawn(async move {
            let server = Scripted::new("wait 3000\nclosed");
            converse(&imap(security), &server).await
        })
    });
    for evidence in held {
        assert!(evidence.await.unwrap().peer.is_some());
    }
    assert_eq!(begin.elapsed(), Duration::from_secs(3));
}
