//! Log-ins: which are tried, in which order, and when no more are.

use std::fmt::Write as _;

use mailscout_probe::{
    login::{Exposure, LogInVerdict, Mechanism},
    prober::{LOG_IN_DOUBTFUL, MAX_REJECTED, MAX_UNACCEPTED, Request},
};
use mailscout_schema::settings::{AuthMethod, Protocol};

use crate::prober_script::{Script, check, same_lines};

/// One host for everything.
const HOST: &str = "mail.~ = 203.0.113.1
    mail.~:993 = tls PLAIN
    mail.~:995 = tls PLAIN
    mail.~:465 = tls PLAIN\n";

fn host() -> Script {
    Script::new(HOST).password()
}

/// Hosts for incoming mail only, each with a password of its own kind to reject.
fn hosts(count: usize) -> Script {
    let mut world = String::new();
    for (number, name) in ["mail.", "imap.", ""].into_iter().enumerate().take(count) {
        writeln!(world, "{name}~ = 203.0.113.{number}\n {name}~:993 = tls PLAIN").unwrap();
    }
    Script::new(&world).password().only(&[Protocol::Imap])
}

#[test]
fn each_protocol_is_logged_in_to_once_where_the_first_log_in_is_accepted() {
    let run = check(
        &host().and("log-in = accepted after 500ms"),
        "imap mail.~:993 tls alice@~, by PLAIN
         pop3 mail.~:995 tls alice@~, by PLAIN
         smtp mail.~:465 tls alice@~, by PLAIN
         found",
    );
    // Incoming mail first; POP3 is only an alternative.
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> accepted
         smtp mail.~:465 tls, alice@~ by PLAIN -> accepted
         pop3 mail.~:995 tls, alice@~ by PLAIN -> accepted",
    );
    let server = &run.report.server(Protocol::Imap).unwrap().server;
    assert!(server.username_alternatives.is_empty(), "it is known which name it is");
    assert!(run.report.notices.is_empty());
    let tried = &run.report.log_ins;
    assert_eq!(tried.len(), 3);
    assert_eq!(tried[1].row.port, 465);
    assert_eq!(
        (tried[1].mechanism, tried[1].verdict),
        (Mechanism::Plain, Some(LogInVerdict::Accepted))
    );
    assert_eq!((tried[1].started.as_millis(), tried[1].elapsed.as_millis()), (503, 501));
}

#[test]
fn pop3_logs_in_before_smtp_where_there_is_no_imap() {
    let run = host().and("mail.~:993 = refused").and("log-in = accepted").run();
    same_lines(
        &run.log_ins(),
        "pop3 mail.~:995 tls, alice@~ by PLAIN -> accepted
         smtp mail.~:465 tls, alice@~ by PLAIN -> accepted",
    );
}

#[test]
fn without_a_secret_nobody_is_logged_in() {
    let run = Script::new(HOST).and("log-in = accepted").run();
    assert!(run.log_ins().is_empty() && run.report.log_ins.is_empty());
    assert_eq!(run.outcome().matches("answered").count(), 3);
}

#[test]
fn a_wrong_password_ends_its_user_name_on_its_server_for_every_protocol() {
    let run = check(
        &host().and("log-in alice = accepted"),
        "imap mail.~:993 tls alice, by PLAIN
         pop3 mail.~:995 tls alice, by PLAIN
         smtp mail.~:465 tls alice, by PLAIN
         found",
    );
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> wrong-password
         imap mail.~:993 tls, alice by PLAIN -> accepted
         smtp mail.~:465 tls, alice by PLAIN -> accepted
         pop3 mail.~:995 tls, alice by PLAIN -> accepted",
    );
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~"), "wrong-password");
    let run = host().run();
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> wrong-password
         imap mail.~:993 tls, alice by PLAIN -> wrong-password",
    );
}

#[test]
fn a_server_is_the_same_under_all_its_names() {
    let script = Script::new(
        "mail.~ = 203.0.113.1, 203.0.113.2
         imap.~ = 203.0.113.2, 203.0.113.1
         ~ = 203.0.113.2
         203.0.113.1:993 = tls PLAIN
         203.0.113.2:993 = tls PLAIN",
    )
    .password();
    let run = check(&script, "imap mail.~:993 tls alice@~, wrong-password\n found");
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> wrong-password
         imap mail.~:993 tls, alice by PLAIN -> wrong-password
         imap ~:993 tls, alice@~ by PLAIN -> wrong-password",
    );
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "wrong-password");
    assert_eq!(run.verdict("imap ~:993 tls alice"), "too-many-rejected");
}

#[test]
fn three_rejected_passwords_are_all_over_protocols_and_hosts() {
    let run = check(
        &hosts(3),
        "imap mail.~:993 tls alice@~, wrong-password
         found",
    );
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> wrong-password
         imap mail.~:993 tls, alice by PLAIN -> wrong-password
         imap imap.~:993 tls, alice@~ by PLAIN -> wrong-password",
    );
    assert_eq!(run.verdict("imap imap.~:993 tls alice@~"), "wrong-password");
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "too-many-rejected");
    assert_eq!(run.verdict("imap ~:993 tls alice@~"), "too-many-rejected");
    let notices: Vec<_> = run.report.notices.iter().map(|notice| notice.code).collect();
    assert_eq!(notices, [LOG_IN_DOUBTFUL]);
    // Over protocols: twice by IMAP, once by SMTP, and POP3 is left.
    let run = Script::new(
        "mail.~ = 203.0.113.1
         smtp.~ = 203.0.113.2
         pop3.~ = 203.0.113.3
         mail.~:993 = tls PLAIN
         smtp.~:465 = tls PLAIN
         pop3.~:995 = tls PLAIN",
    )
    .password()
    .run();
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> wrong-password
         imap mail.~:993 tls, alice by PLAIN -> wrong-password
         smtp smtp.~:465 tls, alice@~ by PLAIN -> wrong-password",
    );
    assert_eq!(
        run.outcome(),
        "imap mail.~:993 tls alice@~, wrong-password\n\
         pop3 pop3.~:995 tls alice@~, too-many-rejected\n\
         smtp smtp.~:465 tls alice@~, wrong-password\n\
         found"
    );
}

#[test]
fn the_third_log_in_may_still_be_accepted() {
    check(
        &hosts(3).and("log-in imap.~ alice@~ = accepted"),
        "imap imap.~:993 tls alice@~, by PLAIN
         found",
    );
}

#[test]
fn a_mechanism_that_is_refused_leads_to_the_next_and_counts_for_nothing() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         imap.~ = 203.0.113.2
         mail.~:993 = tls LOGIN PLAIN command SCRAM-SHA-256 CRAM-MD5 NTLM
         imap.~:993 = tls PLAIN
         log-in imap.~ = accepted
         log-in CRAM-MD5 = wrong-password
         log-in = mechanism-refused",
    )
    .password();
    let run = check(&script, "imap imap.~:993 tls alice@~, by PLAIN\n found");
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by NTLM -> mechanism-refused
         imap mail.~:993 tls, alice@~ by PLAIN -> mechanism-refused
         imap mail.~:993 tls, alice@~ by LOGIN -> mechanism-refused
         imap mail.~:993 tls, alice@~ by command -> mechanism-refused
         imap mail.~:993 tls, alice@~ by SCRAM-SHA-256 -> mechanism-refused
         imap mail.~:993 tls, alice@~ by CRAM-MD5 -> wrong-password
         imap mail.~:993 tls, alice by CRAM-MD5 -> wrong-password
         imap imap.~:993 tls, alice@~ by PLAIN -> accepted",
    );
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~ spa"), "mechanism-refused");
    // What is refused in one protocol may be taken in another.
    let run = host().and("log-in = accepted").and("log-in imap = mechanism-refused").run();
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> mechanism-refused
         smtp mail.~:465 tls, alice@~ by PLAIN -> accepted
         pop3 mail.~:995 tls, alice@~ by PLAIN -> accepted",
    );
}

#[test]
fn a_row_that_the_server_does_not_take_is_the_last_resort() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         mail.~:993 = tls NTLM PLAIN
         log-in NTLM = mechanism-refused",
    )
    .password();
    check(&script, "imap mail.~:993 tls alice@~, wrong-password\n found");
    check(
        &script.and("log-in = mechanism-refused"),
        "imap mail.~:993 tls alice@~ spa, mechanism-refused\n found",
    );
}

#[test]
fn a_server_that_is_busy_or_makes_no_sense_is_left_alone_without_counting() {
    for verdict in ["temporary", "broken", "gone"] {
        let script = hosts(3).and(&format!("log-in = {verdict}"));
        let run = script.run();
        assert_eq!(run.log_ins().len(), 3, "{verdict}: each server once");
        let code = if verdict == "gone" { "temporary" } else { verdict };
        assert_eq!(run.outcome(), format!("imap mail.~:993 tls alice@~, {code}\nfound"));
        assert_eq!(run.verdict("imap mail.~:993 tls alice"), code);
        check(
            &script.and("log-in ~ = accepted").and("log-in 203.0.113.2 = accepted"),
            "imap ~:993 tls alice@~, by PLAIN
             found",
        );
    }
}

#[test]
fn a_server_that_hangs_up_on_a_proof_may_have_counted_it() {
    let run = hosts(5).and("log-in = hangs-up").run();
    assert_eq!(run.log_ins().len(), MAX_REJECTED);
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "broken");
}

#[test]
fn proofs_that_nobody_accepts_are_sent_to_an_end() {
    let servers = ["mail.~", "imap.~", "~"].iter().enumerate();
    let world: Vec<String> = servers
        .map(|(index, host)| {
            format!(
                "{host} = 203.0.113.{index}\n {host}:993 = tls PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256"
            )
        })
        .collect();
    let run = Script::new(&world.join("\n")).password().and("log-in = not-known").run();
    assert_eq!(run.log_ins().len(), MAX_UNACCEPTED);
}

#[test]
fn a_server_that_shows_another_certificate_at_the_log_in_is_not_found() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         mail.~:993 = tls PLAIN
         imap.~ = 203.0.113.2
         imap.~:993 = tls PLAIN
         log-in mail.~ = bad-certificate
         log-in imap.~ = accepted",
    )
    .password();
    let run = script.run();
    assert_eq!(run.outcome(), "imap imap.~:993 tls alice@~, by PLAIN\nfound");
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~"), "certificate-self-signed");
}

#[test]
fn a_busy_server_is_asked_in_the_other_protocols_all_the_same() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         mail.~:993 = tls PLAIN
         mail.~:465 = tls PLAIN
         log-in imap = temporary
         log-in smtp = accepted",
    )
    .password();
    check(
        &script,
        "imap mail.~:993 tls alice@~, temporary
         smtp mail.~:465 tls alice@~, by PLAIN
         found",
    );
}

#[test]
fn what_went_wrong_with_a_log_in_is_told() {
    let text = |world: &str| {
        let run = hosts(1).and(world).run();
        run.report.log_ins[0].text.clone().unwrap_or_default()
    };
    assert_eq!(text("log-in = gone"), "complete");
    assert_eq!(text("log-in = wrong-password"), "");
}

#[test]
fn where_the_user_has_to_do_something_first_the_server_is_left_alone_and_it_counts() {
    let run = hosts(3).and("log-in = must-enable").run();
    same_lines(
        &run.log_ins(),
        "imap mail.~:993 tls, alice@~ by PLAIN -> must-enable
         imap imap.~:993 tls, alice@~ by PLAIN -> must-enable
         imap ~:993 tls, alice@~ by PLAIN -> must-enable",
    );
    let run = hosts(3).and("log-in mail.~ = must-enable").run();
    assert_eq!(run.log_ins().len(), 3);
    assert_eq!(run.verdict("imap ~:993 tls alice@~"), "too-many-rejected");
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "must-enable");
}

#[test]
fn a_locked_account_ends_all_log_ins() {
    let run = check(
        &hosts(3).and("log-in = locked"),
        "imap mail.~:993 tls alice@~, locked
         found",
    );
    assert_eq!(run.log_ins().len(), 1);
    assert_eq!(run.verdict("imap ~:993 tls alice"), "locked");
}

#[test]
fn what_was_accepted_for_incoming_mail_is_tried_first_for_outgoing_mail() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         smtp.~ = 203.0.113.2
         mail.~:993 = tls PLAIN CRAM-MD5
         smtp.~:465 = tls PLAIN CRAM-MD5 NTLM
         smtp.~:587 = starttls CRAM-MD5
         log-in mail.~ PLAIN = mechanism-refused
         log-in mail.~ alice CRAM-MD5 = accepted
         log-in smtp.~ = accepted",
    )
    .password();
    for script in [script.clone(), script.outlook()] {
        let run = script.run();
        same_lines(
            &run.log_ins(),
            "imap mail.~:993 tls, alice@~ by PLAIN -> mechanism-refused
             imap mail.~:993 tls, alice@~ by CRAM-MD5 -> wrong-password
             imap mail.~:993 tls, alice by CRAM-MD5 -> accepted
             smtp smtp.~:465 tls, alice by CRAM-MD5 -> accepted"
                .replace(
                    "465 tls",
                    if run.report.rows.len() == 215 { "587 starttls" } else { "465 tls" },
                )
                .as_str(),
        );
    }
}

#[test]
fn secure_password_authentication_is_tried_first_where_it_was_accepted() {
    let world = "mail.~ = 203.0.113.1
         smtp.~ = 203.0.113.2
         mail.~:993 = tls NTLM
         smtp.~:465 = tls PLAIN
         smtp.~:587 = starttls PLAIN NTLM
         log-in = accepted";
    let run = check(
        &Script::new(world).password(),
        "imap mail.~:993 tls alice@~ spa, by NTLM
         smtp smtp.~:587 starttls alice@~ spa, by NTLM
         found",
    );
    let methods = &run.report.server(Protocol::Smtp).unwrap().server.authentication;
    assert_eq!(methods, &[AuthMethod::Ntlm, AuthMethod::Password]);
    // Where it was not, the table's order of the ports counts.
    check(
        &Script::new(world).password().and("mail.~:993 = tls PLAIN"),
        "imap mail.~:993 tls alice@~, by PLAIN
         smtp smtp.~:465 tls alice@~, by PLAIN
         found",
    );
    check(
        &Script::new(world).and("mail.~:993 = tls PLAIN NTLM"),
        "imap mail.~:993 tls alice@~ spa, answered
         smtp smtp.~:465 tls alice@~, answered
         found",
    );
}

#[test]
fn a_log_in_waits_for_the_turn_of_its_protocol() {
    let script = host().and("log-in = accepted").and("mail.~:993 = tls PLAIN after 9s");
    let run = script.run();
    let at: Vec<u64> = run
        .asked
        .iter()
        .filter(|asked| matches!(&asked.request, Request::Converse(c) if c.log_in.is_some()))
        .map(|asked| asked.at.as_secs())
        .collect();
    assert_eq!(at, [9, 18, 18]);
    assert!(run.log_ins()[0].starts_with("imap"));
}

#[test]
fn what_is_doubtful_is_decided_only_when_all_log_ins_before_it_are_over() {
    // SMTP's server is out at once; the user name that IMAP is accepted with comes later.
    let script = Script::new(
        "mail.~ = 203.0.113.1
         imap.~ = 203.0.113.2
         mail.~:993 = tls PLAIN
         mail.~:465 = tls PLAIN
         imap.~:993 = tls PLAIN
         log-in mail.~ = temporary
         log-in imap.~ alice = accepted",
    )
    .password();
    let expected = "imap imap.~:993 tls alice, by PLAIN
         smtp mail.~:465 tls alice, temporary
         found";
    check(&script, expected);
    check(&script.and("mail.~:465 = tls PLAIN after 8s"), expected);
}

#[test]
fn a_wrong_password_never_leads_to_a_row_without_a_log_in() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         ~ = 203.0.113.3
         mail.~:587 = starttls PLAIN
         mail.~:25 = starttls
         ~:25 = starttls",
    )
    .password();
    for script in [script.clone(), script.outlook()] {
        for verdict in ["wrong-password", "locked", "temporary", "mechanism-refused"] {
            check(
                &script.clone().and(&format!("log-in = {verdict}")),
                &format!("smtp mail.~:587 starttls alice@~, {verdict}\n found"),
            );
        }
    }
}

#[test]
fn a_wrong_password_leads_to_the_next_server() {
    check(
        &hosts(2).and("log-in imap.~ = accepted"),
        "imap imap.~:993 tls alice@~, by PLAIN
         found",
    );
}

#[test]
fn a_password_is_no_token_and_a_token_no_password() {
    let world = "mail.~ = 203.0.113.1
        imap.~ = 203.0.113.2
        mail.~:993 = tls XOAUTH2 OAUTHBEARER
        imap.~:993 = tls PLAIN
        log-in = accepted";
    let run = check(
        &Script::new(world).password(),
        "imap imap.~:993 tls alice@~, by PLAIN
         found",
    );
    assert_eq!(run.log_ins().len(), 1);
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~"), "other-secret");
    let run = check(
        &Script::new(world).token(),
        "imap mail.~:993 tls alice@~, by OAUTHBEARER
         found",
    );
    assert_eq!(run.log_ins().len(), 1);
    let methods = &run.report.server(Protocol::Imap).unwrap().server.authentication;
    assert_eq!(methods, &[AuthMethod::OAuth2]);
    let run = check(
        &Script::new(world).token().and("mail.~:993 = tls PLAIN").and("mail.~:465 = tls LOGIN"),
        "imap mail.~:993 tls alice@~, other-secret
         smtp mail.~:465 tls alice@~, other-secret
         found",
    );
    assert!(run.log_ins().is_empty());
    // A token is the secret itself: without encryption it needs the second consent.
    let plain = "mail.~ = 203.0.113.1\n mail.~:143 = plain XOAUTH2\n log-in = accepted
        ask unencrypted = yes\n ask cleartext-password = no";
    check(
        &Script::new(plain).token(),
        "imap mail.~:143 plain alice@~, no-cleartext-password
         found",
    );
}

#[test]
fn an_account_is_logged_in_to_with_what_was_accepted_named_first() {
    let run = host()
        .and("log-in = accepted")
        .and("mail.~:993 = tls PLAIN CRAM-MD5")
        .and("log-in PLAIN imap = mechanism-refused")
        .run();
    let methods = &run.report.server(Protocol::Imap).unwrap().server.authentication;
    assert_eq!(methods, &[AuthMethod::EncryptedPassword, AuthMethod::Password]);
}

#[test]
fn on_encrypted_rows_a_log_in_is_for_verified_connections_only() {
    let mut script = host().and("log-in = accepted").and("mail.~:993 = starttls PLAIN");
    (script.options.allow_unencrypted, script.options.allow_cleartext_password) = (true, true);
    let run = script.run();
    let exposures: Vec<Exposure> = run
        .asked
        .iter()
        .filter_map(|asked| match &asked.request {
            Request::Converse(conversation) => conversation.log_in.as_ref(),
            _ => None,
        })
        .map(|log_in| log_in.exposure)
        .collect();
    assert_eq!(exposures, [Exposure::Verified; 3]);
}

#[test]
fn no_secret_is_in_a_question_or_a_report() {
    let run = host().and("log-in alice = accepted").run();
    let text = format!("{run:?} {}", run.transcript());
    assert!(text.contains("alice") && !text.contains("hunter2"));
}
