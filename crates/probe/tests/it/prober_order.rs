//! Which row wins, and what is said of the others.

use mailscout_probe::prober::{ANONYMOUS_SMTP, WILDCARD_DNS};
use mailscout_schema::settings::{AuthMethod, Protocol};

use crate::prober_script::{Run, Script, check};

/// Three hosts that answer for IMAP, of which nothing else is said.
const HOSTS: &str = "mail.~ = 203.0.113.1
    imap.~ = 203.0.113.2
    ~ = 203.0.113.3
    smtp.~ = 203.0.113.4\n";

fn hosts(servers: &str) -> Script {
    Script::new(&format!("{HOSTS}{servers}"))
}

fn codes(run: &Run) -> Vec<&str> {
    run.report.notices.iter().map(|notice| notice.code).collect()
}

#[test]
fn the_first_row_of_the_table_wins_however_slow_it_is() {
    check(
        &hosts(
            "mail.~:143 = starttls PLAIN after 9s
             imap.~:993 = tls PLAIN
             ~:993 = tls PLAIN
             smtp.~:465 = tls PLAIN after 9s
             ~:465 = tls PLAIN",
        ),
        "imap mail.~:143 starttls alice@~, answered
         smtp smtp.~:465 tls alice@~, answered
         found",
    );
}

#[test]
fn a_slow_name_is_waited_for_before_a_fast_server_below_it() {
    check(
        &hosts("~:993 = tls PLAIN")
            .and("mail.~ = 203.0.113.1 after 4s")
            .and("mail.~:993 = tls PLAIN after 9s"),
        "imap mail.~:993 tls alice@~, answered
         found",
    );
}

#[test]
fn an_encrypted_row_of_the_last_server_wins_over_plain_rows_of_all_others() {
    let run = check(
        &hosts(
            "mail.~:143 = plain PLAIN
             imap.~:143 = plain PLAIN
             ~:143 = starttls PLAIN after 9s
             mail.~:25 = plain PLAIN
             ~:25 = starttls PLAIN after 9s
             ask unencrypted = yes",
        ),
        "imap ~:143 starttls alice@~, answered
         smtp ~:25 starttls alice@~, answered
         found",
    );
    assert!(run.questions().is_empty());
    assert_eq!(run.verdict("imap mail.~:143 plain alice"), "encrypted-found");
    assert_eq!(run.verdict("imap mail.~:143 starttls alice"), "starttls-missing");
}

#[test]
fn a_row_with_secure_password_authentication_needs_a_server_that_offers_ntlm() {
    let script = hosts("mail.~:993 = tls PLAIN\n ~:465 = tls NTLM PLAIN");
    let run = check(
        &script,
        "imap mail.~:993 tls alice@~, answered
         smtp ~:465 tls alice@~ spa, answered
         found",
    );
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~ spa"), "no-spa");
    let methods = &run.report.server(Protocol::Smtp).unwrap().server.authentication;
    assert_eq!(methods, &[AuthMethod::Ntlm, AuthMethod::Password]);
    let run = check(
        &hosts("mail.~:993 = tls NTLM\n mail.~:143 = starttls PLAIN").outlook(),
        "imap mail.~:993 tls alice@~ spa, answered
         found",
    );
    assert_eq!(run.verdict("imap mail.~:993 tls alice@~"), "no-mechanism");
    assert_eq!(run.verdict("imap mail.~:993 tls alice spa"), "possible");
    let methods = &run.report.server(Protocol::Imap).unwrap().server;
    assert!(methods.spa);
    assert_eq!(methods.authentication, [AuthMethod::Ntlm]);
}

#[test]
fn a_server_without_auth_serves_rows_without_a_log_in_only() {
    let script = hosts(
        "mail.~:993 = tls PLAIN
         mail.~:25 = starttls
         smtp.~:587 = starttls PLAIN",
    );
    let run = check(
        &script,
        "imap mail.~:993 tls alice@~, answered
         smtp smtp.~:587 starttls alice@~, answered
         found",
    );
    assert_eq!(run.verdict("smtp mail.~:25 starttls alice"), "no-log-in");
    assert_eq!(run.verdict("smtp mail.~:25 starttls anonymous"), "possible");
    assert_eq!(run.verdict("smtp smtp.~:587 starttls anonymous"), "log-in-offered");
    assert!(codes(&run).is_empty());
    // In the table of Outlook 2010 the rows without a log-in are the last of each server.
    let run = check(
        &script.outlook(),
        "imap mail.~:993 tls alice@~, answered
         smtp mail.~:25 starttls anonymous, answered
         found",
    );
    assert_eq!(codes(&run), [ANONYMOUS_SMTP]);
    let server = &run.report.server(Protocol::Smtp).unwrap().server;
    assert_eq!(server.authentication, [AuthMethod::None]);
    assert_eq!((server.username.as_str(), server.username_alternatives.len()), ("", 0));
}

#[test]
fn a_server_that_only_receives_mail_is_no_success() {
    for mail in ["~:25 = starttls", "~:25 = plain"] {
        let script = hosts(&format!("{mail}\n ask unencrypted = yes"));
        let run = check(&script, "not-found");
        assert!(run.report.found.is_empty());
        assert!(run.questions().is_empty(), "{mail}");
        assert!(run.report.consent_needed.is_empty());
    }
    let run = check(&hosts("~:25 = plain"), "not-found");
    assert_eq!(run.verdict("smtp ~:25 plain anonymous"), "no-success");
    // A server to read from makes it worth the question.
    check(
        &hosts("~:25 = plain\n ~:110 = plain PLAIN\n ask unencrypted = yes"),
        "pop3 ~:110 plain alice@~, answered
         smtp ~:25 plain anonymous, answered
         found",
    );
    check(
        &hosts("~:25 = plain\n ~:993 = tls PLAIN\n ask unencrypted = yes"),
        "imap ~:993 tls alice@~, answered
         smtp ~:25 plain anonymous, answered
         found",
    );
}

#[test]
fn a_bad_certificate_refuses_its_rows_and_is_reported_by_kind() {
    let run = check(
        &hosts(
            "mail.~:993 = tls PLAIN certificate expired
             mail.~:143 = starttls PLAIN certificate self-signed
             imap.~:993 = tls PLAIN certificate unknown-issuer
             imap.~:143 = starttls PLAIN for hoster.example
             ~:143 = starttls PLAIN for ~ hoster.example",
        ),
        "imap ~:143 starttls alice@~, answered
         found",
    );
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "certificate-expired");
    assert_eq!(run.verdict("imap mail.~:143 starttls alice"), "certificate-self-signed");
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "certificate-unknown-issuer");
    assert_eq!(run.verdict("imap imap.~:143 starttls alice"), "certificate-wrong-name");
}

#[test]
fn what_a_server_said_before_tls_proves_nothing_inside() {
    check(&hosts("mail.~:143 = starttls PLAIN | GSSAPI"), "needs-consent");
    check(
        &hosts("mail.~:143 = starttls | PLAIN"),
        "imap mail.~:143 starttls alice@~, answered
         found",
    );
    check(
        &hosts("~:587 = starttls | PLAIN"),
        "smtp ~:587 starttls alice@~, answered
         found",
    );
}

#[test]
fn an_upgrade_that_is_stripped_refused_broken_or_injected_is_no_encryption() {
    for (fault, code) in [
        ("stripped", "starttls-missing"),
        ("refuses-upgrade", "starttls-refused-for-now"),
        ("denies-upgrade", "starttls-refused"),
        ("injected", "starttls-injection"),
        ("breaks", "tls-handshake"),
        ("slow-handshake", "tls-timeout"),
        ("preauth", "preauth-in-clear"),
        ("bye", "bye"),
        ("cut", "closed"),
        ("greets-late", "slow-greeting"),
    ] {
        let run = hosts(&format!("mail.~:143 = starttls PLAIN {fault}")).run();
        assert!(run.report.found.is_empty(), "{fault}");
        assert_eq!(run.verdict("imap mail.~:143 starttls alice"), code, "{fault}");
        // Where it was tampered with, or said nothing, nobody is asked to do without.
        let is_plain =
            ["stripped", "refuses-upgrade", "denies-upgrade", "breaks", "slow-handshake"]
                .contains(&fault);
        assert_eq!(run.questions().len(), usize::from(is_plain), "{fault}");
    }
}

#[test]
fn why_a_row_does_not_work_is_told() {
    let run = hosts(
        "mail.~:993 = starttls GSSAPI
         mail.~:143 = tls GSSAPI alerts
         mail.~:110 = tls GSSAPI alerts
         imap.~:993 = tls
         imap.~:143 = tls
         smtp.~:465 = tls GSSAPI
         smtp.~:587 = starttls",
    )
    .run();
    for (row, code) in [
        ("imap mail.~:993 tls alice", "clear-text-first"),
        ("imap mail.~:143 starttls alice", "tls-first"),
        ("imap mail.~:143 plain alice", "tls-first"),
        ("pop3 mail.~:110 plain alice spa", "tls-first"),
        ("imap imap.~:993 tls alice", "no-mechanism"),
        ("imap imap.~:993 tls alice spa", "no-spa"),
        ("imap imap.~:143 starttls alice", "slow-greeting"),
        ("smtp smtp.~:465 tls alice", "no-mechanism"),
        ("smtp smtp.~:465 tls anonymous", "log-in-offered"),
        ("smtp smtp.~:465 starttls alice", "tls-first"),
        ("smtp smtp.~:587 starttls alice spa", "no-log-in"),
        ("smtp smtp.~:587 tls alice", "clear-text-first"),
    ] {
        assert_eq!(run.verdict(row), code, "{row}");
    }
    let run = check(&hosts("~:993 = tls command"), "imap ~:993 tls alice@~, answered\n found");
    assert_eq!(run.verdict("imap ~:993 tls alice@~ spa"), "no-spa");
}

#[test]
fn the_alternative_to_imap_is_reported_with_it() {
    let run = check(
        &hosts(
            "mail.~:993 = tls PLAIN
             mail.~:995 = tls PLAIN
             smtp.~:465 = tls PLAIN",
        ),
        "imap mail.~:993 tls alice@~, answered
         pop3 mail.~:995 tls alice@~, answered
         smtp smtp.~:465 tls alice@~, answered
         found",
    );
    let server = &run.report.server(Protocol::Pop3).unwrap().server;
    assert_eq!(server.username, "alice@contoso.example");
    assert_eq!(server.username_alternatives, ["alice"]);
    assert_eq!(server.authentication, [AuthMethod::Password]);
    assert!(!server.spa);
}

#[test]
fn every_row_has_its_reason() {
    let run = hosts(
        "mail.~:143 = starttls PLAIN
         mail.~:25 = starttls PLAIN
         mail.~:110 = plain PLAIN",
    )
    .outlook()
    .run();
    assert_eq!(
        run.verdicts(Protocol::Imap),
        "4 connection-refused, 2 clear-text-first, 1 no-spa, 1 chosen, \
         4 connection-refused, 2 clear-text-first, 1 no-spa, 1 possible, \
         32 overtaken, 12 encrypted-found"
    );
    assert_eq!(
        run.verdicts(Protocol::Pop3),
        "4 connection-refused, 2 clear-text-first, 2 starttls-missing, \
         4 connection-refused, 2 clear-text-first, 2 starttls-missing, \
         32 nxdomain, 16 connection-refused, 16 encrypted-found"
    );
    assert_eq!(
        run.verdicts(Protocol::Smtp),
        "4 connection-refused, 2 clear-text-first, 1 no-spa, 1 chosen, \
         4 connection-refused, 2 clear-text-first, 1 no-spa, 1 possible, \
         2 connection-refused, 1 clear-text-first, 1 log-in-offered, \
         40 overtaken, 15 encrypted-found"
    );
}

#[test]
fn a_protocol_that_is_not_wanted_is_left_alone() {
    let run = check(
        &hosts("mail.~:993 = tls PLAIN\n mail.~:465 = tls PLAIN").only(&[Protocol::Smtp]),
        "smtp mail.~:465 tls alice@~, answered
         found",
    );
    assert!(run.talks().iter().all(|talk| talk.starts_with("smtp")));
    assert!(!run.transcript().contains("imap.~"));
    assert_eq!(run.verdicts(Protocol::Imap), "60 not-wanted");
}

#[test]
fn silence_is_no_refusal() {
    let dead = "mail.~ = dns-timeout\n imap.~ = servfail\n pop3.~ = dns-timeout\n pop.~ = servfail
         smtp.~ = servfail\n submission.~ = servfail\n";
    check(&Script::new(&format!("{dead}~ = servfail")), "failed");
    check(&Script::new(&format!("{dead}~ = nxdomain")), "not-found");
    check(&Script::new(&format!("{dead}~ = 203.0.113.3\n* = nxdomain")), "not-found");
    let silent: String =
        [993, 143, 995, 110, 465, 587, 25].map(|port| format!("~:{port} = timeout\n")).concat();
    check(&Script::new(&format!("{dead}~ = 203.0.113.3\n{silent}")), "failed");
    let one = Script::new(&format!("{dead}~ = 203.0.113.3\n{silent}")).and("~:25 = silent");
    check(&one, "not-found");
}

#[test]
fn addresses_that_are_not_allowed_are_not_connected_to() {
    let script = |address: &str| {
        let mut script = Script::new(&format!(
            "mail.~ = {address}
             mail.~:993 = tls PLAIN
             mail.~:465 = tls PLAIN"
        ));
        script.options.public_only = true;
        script
    };
    let run = check(&script("192.168.1.1, 203.0.113.1"), "not-found");
    assert!(run.talks().is_empty());
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "forbidden-address");
    let run = script("192.168.1.1, 9.9.9.9").run();
    let mail = run.report.lookups.iter().find(|lookup| lookup.name == "mail.contoso.example");
    let answer = mail.unwrap().answer.clone().unwrap().unwrap();
    assert_eq!(answer, ["9.9.9.9".parse::<core::net::IpAddr>().unwrap()]);
    assert_eq!(script("routed 127.0.0.1").run().report.found.len(), 2);
    // Not everybody is silent where nobody was spoken to.
    let mut all = Script::new("* = 192.168.1.1");
    all.options.public_only = true;
    check(&all, "not-found");
    for none in ["none", "srv"] {
        assert_eq!(script(none).run().verdict("imap mail.~:993 tls alice"), "no-data");
    }
}

#[test]
fn a_wildcard_is_noticed() {
    assert_eq!(codes(&Script::new("* = 203.0.113.9").run()), [WILDCARD_DNS]);
    assert!(codes(&Script::new("mail.~ = 203.0.113.9").run()).is_empty());
}
