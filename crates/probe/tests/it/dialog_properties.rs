//! What holds whatever a server sends, in whatever pieces.

use mailscout_probe::dialog::{Action, Dialog, Facts, Heard, MAX_REPLY, MAX_WORDS};
use mailscout_schema::settings::Security;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The start of every random sequence, so that a failure comes again.
pub(crate) const SEED: u64 = 2595;

/// Pieces of real conversations: random bytes alone hardly get past a greeting.
const FRAGMENTS: &[&str] = &[
    "* OK hi\r\n",
    "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\r\n",
    "* PREAUTH hi\r\n",
    "* BYE\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n",
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=NTLM\n",
    "* LIST () \"/\" {7}\r\n",
    "{3+}\r\n",
    "{99999}\r\n",
    "a1 OK\r\n",
    "a2 OK\r\n",
    "a3 OK\r\n",
    "a1 NO [UNAVAILABLE]\r\n",
    "a2 BAD\r\n",
    "+OK hi <1@a>\r\n",
    "+OK\r\nSTLS\r\nSASL PLAIN\r\n.\r\n",
    "-ERR [SYS/TEMP]\r\n",
    "+OK\r\n",
    ".\r\n",
    "220 hi\r\n",
    "220-hi\r\n",
    "250-me\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
    "250 STARTTLS\r\n",
    "454 later\r\n",
    "421 \r\n",
    "500 what\r\n",
    "\r\n",
    "\n",
    "\x16\x03\x01",
    "HTTP/1.1 400\r\n",
];

fn fragment() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        12 => prop::sample::select(FRAGMENTS).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..40),
        1 => (any::<u8>(), 1..9000_usize).prop_map(|(byte, count)| vec![byte; count]),
    ]
}

/// What the server's side does.
#[derive(Clone, Debug)]
enum Deed {
    Say(Vec<u8>),
    Shake(bool),
    Close,
    Wait,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        16 => fragment().prop_map(Deed::Say),
        6 => prop::bool::weighted(0.8).prop_map(Deed::Shake),
        1 => Just(Deed::Close),
        1 => Just(Deed::Wait),
    ]
}

pub(crate) fn dialog(protocol: usize, security: Security) -> Dialog {
    match protocol {
        0 => Dialog::imap(security),
        1 => Dialog::pop3(security),
        _ => Dialog::smtp(security, Some([192, 0, 2, 7].into())),
    }
}

pub(crate) fn security() -> impl Strategy<Value = Security> {
    prop::sample::select(&[Security::Tls, Security::StartTls, Security::Plain][..])
}

pub(crate) fn is_allowed(command: &str) -> bool {
    let Some(line) = command.strip_suffix("\r\n") else {
        return false;
    };
    let imap = line.split_once(' ').filter(|(tag, _)| tag.starts_with('a') && tag.len() == 2);
    match imap {
        Some((_, word)) => ["CAPABILITY", "STARTTLS", "LOGOUT"].contains(&word),
        None => ["CAPA", "STLS", "QUIT", "STARTTLS", "EHLO [192.0.2.7]", "HELO [192.0.2.7]"]
            .contains(&line),
    }
}

/// Takes what there is to send, none of which may be anything else than what is allowed.
fn pump(dialog: &mut Dialog, sent: &mut Vec<String>) -> Action {
    loop {
        match dialog.next() {
            Action::Send(bytes) => {
                let command = String::from_utf8(bytes).unwrap();
                assert!(is_allowed(&command), "{command:?}");
                sent.push(command);
            }
            due => return due,
        }
    }
}

fn check_heard(heard: &Heard) {
    let count = heard.capabilities.as_ref().map_or(0, Vec::len);
    assert!(count <= MAX_WORDS && heard.mechanisms.len() <= MAX_WORDS);
    let texts = heard.capabilities.iter().flatten().chain(&heard.mechanisms);
    let texts = texts.chain(&heard.greeting).chain(&heard.apop).chain(&heard.last_line);
    for text in texts.clone() {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
    assert!(texts.map(String::len).sum::<usize>() <= 4 * MAX_REPLY);
}

fn check_facts(facts: &Facts, sent: &[String]) {
    facts.before_tls.iter().chain(&facts.inside_tls).for_each(check_heard);
    assert!(sent.len() <= 6, "{sent:?}");
    assert!(facts.security == Security::Tls || facts.before_tls.is_some());
    assert!(facts.security != Security::Plain || facts.inside_tls.is_none());
    if facts.end == mailscout_probe::dialog::End::Complete {
        assert!(facts.security == Security::Plain || facts.inside_tls.is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn nothing_a_server_does_breaks_a_promise(
        protocol in 0..3_usize, security in security(), deeds in prop::collection::vec(deed(), 0..20)
    ) {
        let (mut dialog, mut sent) = (dialog(protocol, security), Vec::new());
        for deed in &deeds {
            let due = pump(&mut dialog, &mut sent);
            match deed {
                Deed::Say(bytes) => dialog.feed(bytes),
                Deed::Shake(true) => dialog.tls_established(),
                Deed::Shake(false) if due == Action::StartTls => dialog.tls_failed(),
                Deed::Shake(false) => {}
                Deed::Close => dialog.closed(),
                Deed::Wait => dialog.timed_out(),
            }
        }
        pump(&mut dialog, &mut sent);
        dialog.closed();
        match pump(&mut dialog, &mut sent) {
            Action::Done(facts) => check_facts(&facts, &sent),
            due => prop_assert!(false, "closed, and {due:?} is due"),
        }
    }

    /// Where no handshake stands between the bytes, all that counts is what they are.
    #[test]
    fn the_pieces_in_which_bytes_come_change_nothing(
        protocol in 0..3_usize,
        is_plain in any::<bool>(),
        fragments in prop::collection::vec(fragment(), 0..12),
        lengths in prop::collection::vec(1..50_usize, 1..8),
    ) {
        let security = if is_plain { Security::Plain } else { Security::Tls };
        let bytes = fragments.concat();
        let play = |pieces: &mut dyn Iterator<Item = usize>| {
            let (mut dialog, mut sent, mut rest) = (dialog(protocol, security), Vec::new(), &bytes[..]);
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(pieces.next().unwrap().min(rest.len()));
                dialog.feed(piece);
                pump(&mut dialog, &mut sent);
                rest = after;
            }
            dialog.closed();
            (pump(&mut dialog, &mut sent), sent)
        };
        let whole = play(&mut core::iter::repeat(usize::MAX));
        prop_assert_eq!(play(&mut lengths.iter().copied().cycle()), whole);
    }
}
