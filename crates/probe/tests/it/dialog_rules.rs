//! The rules of safety, each with the smallest conversation that would break it.

use mailscout_probe::dialog::{Action, Dialog, End, Facts, MAX_REPLY, Phase};
use mailscout_schema::settings::Security;

use crate::dialog_script::{lossy, pump};

/// A dialog of each protocol that has `STARTTLS` to send, and what the server agrees with.
fn at_the_upgrade() -> [(Dialog, &'static str); 3] {
    let at = |mut dialog: Dialog, said: &str, answer| {
        dialog.feed(said.as_bytes());
        (dialog, answer)
    };
    let security = Security::StartTls;
    [
        at(Dialog::imap(security), "* OK [CAPABILITY STARTTLS] hi\r\n", "a1 OK go\r\n"),
        at(Dialog::pop3(security), "+OK hi\r\n+OK\r\nSTLS\r\n.\r\n", "+OK go\r\n"),
        at(Dialog::smtp(security, None), "220 hi\r\n250-me\r\n250 STARTTLS\r\n", "220 go\r\n"),
    ]
}

/// What the dialog sends from now on, and how it ended.
fn ending(dialog: &mut Dialog) -> (String, Option<End>) {
    let mut sent = Vec::new();
    let due = pump(dialog, &mut sent);
    let end = if let Action::Done(Facts { end, .. }) = due { Some(end) } else { None };
    (lossy(&sent), end)
}

const SILENT_AND_INJECTED: (String, Option<End>) = (String::new(), Some(End::Injected));

#[test]
fn an_answer_pipelined_behind_the_agreement_to_tls_is_an_injection() {
    for (mut dialog, answer) in at_the_upgrade() {
        pump(&mut dialog, &mut Vec::new());
        dialog.feed(format!("{answer}{answer}").as_bytes());
        assert_eq!(ending(&mut dialog), SILENT_AND_INJECTED);
    }
}

#[test]
fn an_answer_that_comes_before_the_handshake_is_over_is_an_injection() {
    for (mut dialog, answer) in at_the_upgrade() {
        pump(&mut dialog, &mut Vec::new());
        dialog.feed(answer.as_bytes());
        assert_eq!(dialog.next(), Action::StartTls);
        assert_eq!(dialog.next(), Action::StartTls);
        dialog.feed(b"\n");
        assert_eq!(ending(&mut dialog), SILENT_AND_INJECTED);
        dialog.tls_established();
        assert_eq!(ending(&mut dialog), SILENT_AND_INJECTED);
    }
}

#[test]
fn an_answer_that_was_there_before_the_question_is_an_injection() {
    for (mut dialog, answer) in at_the_upgrade() {
        assert_eq!(dialog.phase(), Phase::StartTls);
        dialog.feed(answer.as_bytes());
        assert_eq!(ending(&mut dialog), SILENT_AND_INJECTED);
    }
}

#[test]
fn without_anything_behind_the_agreement_the_dialog_goes_on_inside_tls() {
    for (mut dialog, answer) in at_the_upgrade() {
        pump(&mut dialog, &mut Vec::new());
        dialog.feed(answer.as_bytes());
        dialog.tls_established();
        let (sent, end) = ending(&mut dialog);
        assert!(["a2 CAPABILITY\r\n", "CAPA\r\n", "EHLO [127.0.0.1]\r\n"].contains(&sent.as_str()));
        assert_eq!(end, None);
    }
}

#[test]
fn a_handshake_that_was_not_due_is_none() {
    for (mut dialog, _) in at_the_upgrade() {
        pump(&mut dialog, &mut Vec::new());
        dialog.tls_established();
        dialog.tls_failed();
        assert_eq!(dialog.phase(), Phase::StartTls);
        assert_eq!(dialog.next(), Action::Read);
    }
}

#[test]
fn what_was_said_before_tls_does_not_count_inside() {
    for (mut dialog, answer) in at_the_upgrade() {
        pump(&mut dialog, &mut Vec::new());
        dialog.feed(answer.as_bytes());
        dialog.tls_established();
        dialog.closed();
        let Action::Done(facts) = dialog.next() else { panic!("the dialog is over") };
        assert_eq!(facts.end, End::Closed(Phase::Capabilities));
        assert!(facts.before_tls.is_some_and(|heard| heard.offers_starttls()));
        assert_eq!(facts.inside_tls, Some(mailscout_probe::dialog::Heard::default()));
    }
}

#[test]
fn a_dialog_that_is_over_stays_over() {
    let mut dialog = Dialog::smtp(Security::Tls, None);
    dialog.timed_out();
    let over = dialog.next();
    assert!(matches!(&over, Action::Done(facts) if facts.end == End::TimedOut(Phase::Greeting)));
    dialog.feed(b"220 at last\r\n");
    dialog.closed();
    dialog.timed_out();
    dialog.tls_established();
    dialog.tls_failed();
    assert_eq!(dialog.next(), over);
}

#[test]
fn nothing_is_sent_to_a_server_that_is_gone() {
    for (mut dialog, _) in at_the_upgrade() {
        dialog.closed();
        assert_eq!(ending(&mut dialog), (String::new(), Some(End::Closed(Phase::StartTls))));
    }
}

#[test]
fn a_dialog_never_hears_more_than_its_replies_may_hold() {
    let noise =
        ["* X\r\n", "* X {9}\r\n", "250-X\r\n", "220-X\r\n", "+OK\r\n", "\r\n", "x", "{1}\n"];
    for dialog in [Dialog::imap, Dialog::pop3, |security| Dialog::smtp(security, None)] {
        for greeting in ["", "* OK\r\n", "+OK\r\n", "220 \r\n"] {
            for noise in noise {
                let mut dialog = dialog(Security::Tls);
                dialog.feed(greeting.as_bytes());
                let mut heard = 0;
                while ending(&mut dialog).1.is_none() {
                    dialog.feed(noise.as_bytes());
                    heard += noise.len();
                    assert!(heard <= 4 * MAX_REPLY, "{greeting:?}{noise:?}");
                }
            }
        }
    }
}
