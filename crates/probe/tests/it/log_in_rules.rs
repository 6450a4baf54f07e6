//! The rules of log-ins, each with the smallest conversation that would break it.

use mailscout_probe::dialog::{Action, Dialog, End, Phase};
use mailscout_probe::login::{Exposure, LogIn, LogInVerdict, LoggedIn, Mechanism, Secret};
use mailscout_schema::settings::Security;

use crate::dialog_script::{MECHANISMS, chance, lossy, pump};

/// What servers that offer everything say until a log-in begins.
const OFFERS: [&str; 3] = [
    "* OK [CAPABILITY SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256 AUTH=NTLM \
     AUTH=OAUTHBEARER AUTH=XOAUTH2] hi\r\n",
    "+OK <1@a>\r\n+OK\r\nUSER\r\nSASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 NTLM OAUTHBEARER \
     XOAUTH2\r\n.\r\n",
    "220 hi\r\n250-me\r\n250 AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 NTLM OAUTHBEARER XOAUTH2\r\n",
];

fn dialogs(security: Security) -> [Dialog; 3] {
    [Dialog::imap(security), Dialog::pop3(security), Dialog::smtp(security, None)]
}

fn log_in(mechanism: Mechanism, exposure: Exposure) -> LogIn {
    let secret = "wonderland".into();
    let is_token = mechanism.takes_token();
    let secret = if is_token { Secret::Token(secret) } else { Secret::Password(secret) };
    LogIn::new("alice", secret, mechanism, exposure)
}

/// Dialogs of each protocol with this log-in, to which the server has said all that it offers.
fn offered(security: Security, log_in: &LogIn) -> Vec<Dialog> {
    let offer = |(dialog, offer): (Dialog, &str)| {
        let mut dialog = dialog.logging_in(log_in.clone(), chance());
        dialog.feed(offer.as_bytes());
        dialog
    };
    dialogs(security).into_iter().zip(OFFERS).map(offer).collect()
}

/// Why the dialog refused the log-in itself, and sent nothing of it; `None` where it did not.
fn refusal(dialog: &mut Dialog) -> Option<String> {
    let mut sent = Vec::new();
    let Action::Done(facts) = pump(dialog, &mut sent) else {
        return None;
    };
    let harmless = ["a1 LOGOUT\r\n", "CAPA\r\nQUIT\r\n", "EHLO [127.0.0.1]\r\nQUIT\r\n"];
    assert!(harmless.contains(&lossy(&sent).as_str()), "{}", lossy(&sent));
    let LoggedIn { verdict, text, .. } = facts.log_in?;
    assert_eq!((facts.end, verdict), (End::Complete, LogInVerdict::MechanismRefused));
    text
}

#[test]
fn nothing_is_sent_in_clear_text_that_the_exposure_does_not_allow() {
    for exposure in [Exposure::Verified, Exposure::Unencrypted, Exposure::ClearTextPassword] {
        for mechanism in MECHANISMS {
            let is_allowed = match exposure {
                Exposure::Verified => false,
                Exposure::Unencrypted => !mechanism.reveals_secret(),
                Exposure::ClearTextPassword => true,
            };
            assert_eq!(exposure.allows(*mechanism, false), is_allowed);
            assert!(exposure.allows(*mechanism, true));
            for mut dialog in offered(Security::Plain, &log_in(*mechanism, exposure)) {
                match refusal(&mut dialog).as_deref() {
                    Some("not on a connection without encryption") => assert!(!is_allowed),
                    Some("not offered") | None => assert!(is_allowed),
                    Some(other) => panic!("{mechanism}, {exposure:?}: {other}"),
                }
            }
        }
    }
}

#[test]
fn a_secret_of_the_wrong_kind_is_not_sent() {
    for mechanism in MECHANISMS {
        let mut log_in = log_in(*mechanism, Exposure::ClearTextPassword);
        log_in.secret = match log_in.secret {
            Secret::Password(secret) => Secret::Token(secret),
            Secret::Token(secret) => Secret::Password(secret),
            _ => unreachable!(),
        };
        for mut dialog in offered(Security::Tls, &log_in) {
            assert!(refusal(&mut dialog).is_some(), "{mechanism}");
        }
    }
}

#[test]
fn an_empty_secret_proves_nothing_and_is_not_sent() {
    for mechanism in MECHANISMS {
        let mut nobody = log_in(*mechanism, Exposure::Verified);
        nobody.user.clear();
        let mut empty = log_in(*mechanism, Exposure::Verified);
        let secret = String::new().into();
        let is_token = mechanism.takes_token();
        empty.secret = if is_token { Secret::Token(secret) } else { Secret::Password(secret) };
        for log_in in [nobody, empty] {
            for mut dialog in offered(Security::Tls, &log_in) {
                assert!(refusal(&mut dialog).is_some(), "{mechanism}");
            }
        }
    }
}

#[test]
fn an_answer_that_was_there_before_the_log_in_was_sent_is_none() {
    let hurries = ["a1 OK in\r\n+ \r\n", "+OK in\r\n+ \r\n", "235 in\r\n334 \r\n"];
    let log_in = log_in(Mechanism::Plain, Exposure::Verified);
    for (index, hurries) in hurries.iter().enumerate() {
        for hurry in hurries.split_inclusive('\n') {
            let mut dialog = offered(Security::Tls, &log_in).swap_remove(index);
            assert_eq!(dialog.phase(), Phase::LogIn);
            dialog.feed(hurry.as_bytes());
            let mut sent = Vec::new();
            let Action::Done(facts) = pump(&mut dialog, &mut sent) else { panic!("{hurry}") };
            assert_eq!(lossy(&sent), "", "{hurry}");
            assert_eq!(facts.end, End::Malformed(Phase::LogIn));
            assert_eq!(facts.log_in.map(|log_in| log_in.verdict), Some(LogInVerdict::Broken));
        }
    }
}

#[test]
fn a_log_in_that_was_not_come_to_has_no_verdict() {
    for dialog in dialogs(Security::StartTls) {
        let mut dialog = dialog.logging_in(log_in(Mechanism::Plain, Exposure::Verified), chance());
        dialog.closed();
        let Action::Done(facts) = dialog.next() else { panic!("the dialog is over") };
        assert_eq!(facts.log_in, None);
    }
}

#[test]
fn nothing_prints_a_secret() {
    for mechanism in MECHANISMS {
        let log_in = log_in(*mechanism, Exposure::Verified);
        assert!(!format!("{log_in:?}{:?}", chance()).contains("wonderland"));
        for mut dialog in offered(Security::Tls, &log_in) {
            assert!(!format!("{dialog:#?}").contains("wonderland"));
            pump(&mut dialog, &mut Vec::new());
            assert!(!format!("{dialog:#?}").contains("wonderland"));
        }
    }
    let send = Action::Send(b"PASS wonderland\r\n".to_vec());
    assert_eq!(format!("{send:?} {:?}", Action::Read), "Send(17 bytes) Read");
}
