//! Servers without encryption: when the user is asked, and what an answer leads to.

use core::time::Duration;

use mailscout_probe::prober::{QuestionKind, Request};
use mailscout_schema::settings::Protocol;

use crate::prober_script::{Run, Script, check, same_lines};

const PLAIN: &str = "mail.~ = 203.0.113.1
    ~ = 203.0.113.2
    mail.~:143 = plain PLAIN
    mail.~:25 = plain LOGIN
    ~:143 = plain PLAIN
    ~:110 = plain PLAIN\n";

fn plain() -> Script {
    Script::new(PLAIN)
}

fn questions(run: &Run) -> Vec<String> {
    let questions = run.talks().into_iter().filter(|talk| talk.starts_with("ASK"));
    questions.map(|talk| talk.replace("ASK ", "")).collect()
}

#[test]
fn the_user_is_asked_once_when_every_encrypted_row_has_failed() {
    let script = plain().and("~:993 = timeout").and("ask unencrypted = yes after 90s");
    let run = check(
        &script,
        "imap mail.~:143 plain alice@~, answered
         pop3 ~:110 plain alice@~, answered
         smtp mail.~:25 plain alice@~, answered
         found",
    );
    same_lines(
        &questions(&run),
        "use imap mail.~:143, imap ~:143, pop3 ~:110, smtp mail.~:25 without encryption? -> yes",
    );
    let asked = run.asked.iter().position(|asked| matches!(asked.request, Request::Ask(_)));
    let asked = asked.unwrap();
    let at = run.asked[asked].at;
    assert_eq!(asked, run.asked.len() - 1, "{}", run.transcript());
    assert!(run.asked[..asked].iter().all(|before| before.end.as_ref().unwrap().0 <= at));
    assert!(at >= Duration::from_secs(5));
    assert_eq!(run.verdict("imap mail.~:143 starttls alice"), "starttls-missing");
    assert_eq!(run.verdict("imap ~:143 plain alice"), "possible");
}

#[test]
fn what_was_found_encrypted_is_not_asked_about() {
    let script = plain().and("~:995 = tls PLAIN").and("ask unencrypted = yes");
    let run = check(
        &script,
        "pop3 ~:995 tls alice@~, answered
         smtp mail.~:25 plain alice@~, answered
         found",
    );
    same_lines(&questions(&run), "use smtp mail.~:25 without encryption? -> yes");
    assert_eq!(run.verdict("imap mail.~:143 plain alice"), "encrypted-found");
    assert_eq!(run.verdict("pop3 ~:110 plain alice"), "encrypted-found");
    assert_eq!(run.verdict("smtp mail.~:25 plain alice"), "possible");
    let script = plain().and("mail.~:587 = starttls PLAIN").and("ask unencrypted = yes");
    let run = check(
        &script,
        "imap mail.~:143 plain alice@~, answered
         pop3 ~:110 plain alice@~, answered
         smtp mail.~:587 starttls alice@~, answered
         found",
    );
    assert_eq!(run.questions().len(), 1);
    assert_eq!(run.verdict("smtp mail.~:25 plain alice"), "encrypted-found");
}

#[test]
fn nobody_is_asked_where_no_row_without_encryption_could_work() {
    for server in [
        "refused",
        "starttls GSSAPI",
        "plain GSSAPI",
        "starttls PLAIN injected",
        "tls PLAIN certificate expired",
    ] {
        let script = Script::new("~ = 203.0.113.2\n ask unencrypted = yes").and(&format!(
            "~:143 = {server}\n ~:110 = {server}\n ~:25 = {server}\n ~:993 = plain PLAIN"
        ));
        let run = check(&script, "not-found");
        assert!(questions(&run).is_empty(), "{server}");
        assert!(run.report.consent_needed.is_empty());
    }
}

#[test]
fn without_a_yes_nothing_is_tried_without_encryption() {
    for (answer, word) in [("no", "no"), ("nobody", "nobody")] {
        let run = check(&plain().and(&format!("ask unencrypted = {answer}")), "needs-consent");
        let asked = questions(&run);
        assert!(asked.len() == 1 && asked[0].ends_with(word), "{asked:?}");
        let needed: Vec<_> =
            run.report.consent_needed.iter().map(|question| question.kind).collect();
        assert_eq!(needed, [QuestionKind::Unencrypted]);
        assert_eq!(run.report.consent_needed[0].servers.len(), 4);
        assert_eq!(run.verdict("imap mail.~:143 plain alice"), "no-consent");
        assert_eq!(run.verdict("smtp ~:25 plain alice"), "connection-refused");
    }
    let run = check(
        &plain().and("ask unencrypted = no").and("~:993 = tls PLAIN"),
        "imap ~:993 tls alice@~, answered
         found",
    );
    assert_eq!(run.report.consent_needed.len(), 1);
    assert_eq!(run.verdict("smtp mail.~:25 plain alice"), "no-consent");
}

#[test]
fn a_yes_that_was_given_before_needs_no_question() {
    let mut script = plain().and("ask unencrypted = no");
    script.options.allow_unencrypted = true;
    let run = check(
        &script,
        "imap mail.~:143 plain alice@~, answered
         pop3 ~:110 plain alice@~, answered
         smtp mail.~:25 plain alice@~, answered
         found",
    );
    assert!(questions(&run).is_empty());
    let script = script.and("~:993 = tls PLAIN after 9s").and("~:465 = tls PLAIN after 9s");
    check(
        &script,
        "imap ~:993 tls alice@~, answered
         smtp ~:465 tls alice@~, answered
         found",
    );
}

#[test]
fn no_deadline_runs_while_a_person_thinks() {
    let mut script = plain().and("~:993 = timeout").and("ask unencrypted = yes after 3600s");
    script = script.password().and("log-in = accepted after 20s");
    script.options.overall = Duration::from_secs(70);
    script.options.allow_cleartext_password = true;
    let run = script.run();
    assert_eq!(run.report.found.len(), 3);
    assert!(run.report.notices.is_empty(), "{:?}", run.report.notices);
    assert_eq!(run.report.elapsed.as_secs(), 3665);
    script.options.overall = Duration::from_mins(1);
    assert_eq!(script.run().report.elapsed.as_secs(), 3660);
}

#[test]
fn the_rows_without_encryption_are_in_their_order_too() {
    check(
        &plain().and("ask unencrypted = yes").and("mail.~:143 = plain NTLM PLAIN after 9s"),
        "imap mail.~:143 plain alice@~ spa, answered
         pop3 ~:110 plain alice@~, answered
         smtp mail.~:25 plain alice@~, answered
         found",
    );
}

#[test]
fn a_certificate_that_is_bad_leaves_the_way_without_encryption_to_the_user() {
    let run = check(
        &Script::new(
            "mail.~ = 203.0.113.1
             mail.~:143 = starttls CRAM-MD5 | PLAIN certificate expired",
        ),
        "needs-consent",
    );
    same_lines(&questions(&run), "use imap mail.~:143 without encryption? -> nobody");
}

#[test]
fn passwords_in_clear_text_need_a_second_consent() {
    let script = plain().password().and("log-in = accepted").and("ask unencrypted = yes after 5s");
    let run = check(
        &script.clone().and("ask cleartext-password = yes after 5s"),
        "imap mail.~:143 plain alice@~, by PLAIN
         pop3 ~:110 plain alice@~, by PLAIN
         smtp mail.~:25 plain alice@~, by LOGIN
         found",
    );
    same_lines(
        &questions(&run),
        "use imap mail.~:143, imap ~:143, pop3 ~:110, smtp mail.~:25 without encryption? -> yes
         send the password in clear text to imap mail.~:143, imap ~:143, pop3 ~:110, smtp mail.~:25? -> yes",
    );
    for answer in ["no", "nobody"] {
        let run = check(
            &script.clone().and(&format!("ask cleartext-password = {answer}")),
            "imap mail.~:143 plain alice@~, no-cleartext-password
             pop3 ~:110 plain alice@~, no-cleartext-password
             smtp mail.~:25 plain alice@~, no-cleartext-password
             found",
        );
        assert_eq!(questions(&run).len(), 2);
        assert!(run.log_ins().is_empty());
        let needed: Vec<_> =
            run.report.consent_needed.iter().map(|question| question.kind).collect();
        assert_eq!(needed, [QuestionKind::CleartextPassword]);
        assert_eq!(run.verdict("imap ~:143 plain alice"), "no-cleartext-password");
    }
    // Consent to one is none to the other.
    let mut script = plain().password().and("log-in = accepted");
    script.options.allow_cleartext_password = true;
    check(&script, "needs-consent");
}

#[test]
fn a_mechanism_that_does_not_send_the_password_needs_no_second_consent() {
    let script = Script::new(
        "mail.~ = 203.0.113.1
         mail.~:143 = plain PLAIN command SCRAM-SHA-256 CRAM-MD5
         mail.~:25 = plain LOGIN PLAIN CRAM-MD5
         ask unencrypted = yes
         ask cleartext-password = yes",
    )
    .password();
    let run = check(
        &script.clone().and("log-in = accepted"),
        "imap mail.~:143 plain alice@~, by SCRAM-SHA-256
         smtp mail.~:25 plain alice@~, by CRAM-MD5
         found",
    );
    assert_eq!(questions(&run).len(), 1);
    // Where the server takes none of those, the user is asked.
    let script = script.and("log-in = accepted").and("log-in CRAM-MD5 = mechanism-refused");
    let run = check(
        &script.and("log-in SCRAM-SHA-256 = mechanism-refused"),
        "imap mail.~:143 plain alice@~, by PLAIN
         smtp mail.~:25 plain alice@~, by PLAIN
         found",
    );
    same_lines(
        &run.talks()[run.talks().len() - 7..],
        "ASK use imap mail.~:143, smtp mail.~:25 without encryption? -> yes
         imap mail.~:143 plain, log-in alice@~ by SCRAM-SHA-256 -> mechanism-refused
         imap mail.~:143 plain, log-in alice@~ by CRAM-MD5 -> mechanism-refused
         ASK send the password in clear text to imap mail.~:143, smtp mail.~:25? -> yes
         imap mail.~:143 plain, log-in alice@~ by PLAIN -> accepted
         smtp mail.~:25 plain, log-in alice@~ by CRAM-MD5 -> mechanism-refused
         smtp mail.~:25 plain, log-in alice@~ by PLAIN -> accepted",
    );
}

#[test]
fn a_person_who_is_asked_for_the_alternative_is_waited_for_too() {
    let run = check(
        &Script::new(
            "mail.~ = 203.0.113.1
             mail.~:143 = plain CRAM-MD5
             mail.~:110 = plain PLAIN
             ask unencrypted = yes
             ask cleartext-password = yes after 3600s
             log-in = accepted",
        )
        .password(),
        "imap mail.~:143 plain alice@~, by CRAM-MD5
         pop3 mail.~:110 plain alice@~, by PLAIN
         found",
    );
    assert_eq!(run.questions()[1].servers, ["pop3 mail.contoso.example:110"]);
}

#[test]
fn a_wrong_password_never_leads_to_servers_without_encryption() {
    for verdict in
        ["wrong-password", "temporary", "must-enable", "locked", "broken", "mechanism-refused"]
    {
        let script = plain()
            .password()
            .and("mail.~:993 = tls PLAIN\n ~:25 = starttls PLAIN")
            .and("ask unencrypted = yes")
            .and(&format!("log-in = {verdict}"));
        let run = script.run();
        assert!(questions(&run).is_empty(), "{verdict}");
        let winners: Vec<Protocol> =
            run.report.found.iter().map(|found| found.row.protocol).collect();
        assert_eq!(winners, [Protocol::Imap, Protocol::Smtp], "{verdict}");
        assert!(run.log_ins().iter().all(|log_in| !log_in.contains(" plain")));
    }
}
