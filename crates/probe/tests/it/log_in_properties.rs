//! What holds of a log-in whatever a server sends: nothing panics, nothing is sent where it must
//! not be, and no secret is kept or printed.

use mailscout_probe::dialog::{Action, Dialog};
use mailscout_probe::login::{Exposure, LogIn, LogInVerdict, Mechanism, Secret};
use mailscout_schema::settings::Security;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::dialog_properties::{SEED, dialog, is_allowed, security};
use crate::dialog_script::{MECHANISMS, chance};

const USER: &str = "alice@contoso.example";
const SECRET: &str = "correct-horse-battery-staple";

/// `PLAIN`'s message, `LOGIN`'s password, and the starts of both tokens' messages, in base64.
const ENCODED: &[&str] = &[
    "AGFsaWNlQGNvbnRvc28uZXhhbXBsZQBjb3JyZWN0LWhvcnNlLWJhdHRlcnktc3RhcGxl",
    "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ==",
    "dXNlcj1hbGljZUBjb250b3NvLmV4YW1wbGUBYXV0aD1CZWFyZXIgY29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ",
    "bixhPWFsaWNlQGNvbnRvc28uZXhhbXBsZSwBYXV0aD1CZWFyZXIgY29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ",
];

/// Pieces of real log-ins.
const FRAGMENTS: &[&str] = &[
    "* OK [CAPABILITY SASL-IR AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256 AUTH=NTLM AUTH=OAUTHBEARER AUTH=XOAUTH2] hi\r\n",
    "* OK [CAPABILITY STARTTLS AUTH=PLAIN AUTH=LOGIN] hi\r\n",
    "+OK hi <1@a>\r\n",
    "+OK\r\nUSER\r\nSTLS\r\nSASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 NTLM OAUTHBEARER XOAUTH2\r\n.\r\n",
    "220 hi\r\n",
    "250-me\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 NTLM OAUTHBEARER XOAUTH2\r\n",
    "* CAPABILITY AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=NTLM AUTH=XOAUTH2\r\n",
    "220 go\r\n",
    "+OK\r\n",
    "a1 OK\r\n",
    "a2 OK\r\n",
    "a3 OK\r\n",
    "a1 NO [AUTHENTICATIONFAILED] no\r\n",
    "a2 BAD what\r\n",
    "-ERR [AUTH] no\r\n",
    "235 in\r\n",
    "535 5.7.8 no\r\n",
    "421 bye\r\n",
    "+ \r\n",
    "334 \r\n",
    "+ PDE4OTYuNjk3MTcwOTUyQGE+\r\n",
    "334 PDE4OTYuNjk3MTcwOTUyQGE+\r\n",
    "+ %%%\r\n",
    "* NO [ALERT] too many\r\n",
    "* BYE\r\n",
    "* X {3}\r\n",
    "\r\n",
];

/// Challenges of NTLM and SCRAM that are right, to be broken.
const CHALLENGES: &[&str] = &[
    "NTLMSSP\0\x02\0\0\0\0\0\0\0\0\0\0\0\x05\0\x08\0########\0\0\0\0\0\0\0\0\x04\0\x04\0\x30\0\0\0\0\0\0\0",
    "r=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXxyz,s=c2FsdA==,i=4096",
    "r=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXxyz,s=c2FsdA==,i=4000000000",
    "v=AAAA",
    "e=invalid-proof",
];

/// What the server's side does.
#[derive(Clone, Debug)]
enum Deed {
    Say(Vec<u8>),
    /// Says what the client said last, behind these words.
    Repeat(&'static str),
    Shake,
    Close,
}

fn challenge() -> impl Strategy<Value = Vec<u8>> {
    let broken = (prop::sample::select(CHALLENGES), any::<prop::sample::Index>(), any::<u8>());
    let broken = broken.prop_map(|(challenge, index, byte)| {
        let mut bytes = challenge.as_bytes().to_vec();
        let place = index.index(2 * bytes.len());
        if let Some(found) = bytes.get_mut(place) {
            *found = byte;
        }
        bytes
    });
    (broken, any::<bool>()).prop_map(|(challenge, is_smtp)| {
        use base64::prelude::{BASE64_STANDARD, Engine as _};
        let word = if is_smtp { "334" } else { "+" };
        format!("{word} {}\r\n", BASE64_STANDARD.encode(challenge)).into_bytes()
    })
}

fn deed() -> impl Strategy<Value = Deed> {
    let words =
        ["* BYE ", "a1 NO ", "a2 BAD ", "-ERR ", "535 ", "535-", "+ ", "334 ", "what ", "a1 OK "];
    prop_oneof![
        16 => prop::sample::select(FRAGMENTS).prop_map(|text| Deed::Say(text.as_bytes().to_vec())),
        4 => challenge().prop_map(Deed::Say),
        1 => prop::collection::vec(any::<u8>(), 1..40).prop_map(Deed::Say),
        3 => prop::sample::select(words.to_vec()).prop_map(Deed::Repeat),
        4 => Just(Deed::Shake),
        1 => Just(Deed::Close),
    ]
}

fn log_in() -> impl Strategy<Value = LogIn> {
    let exposures = [Exposure::Verified, Exposure::Unencrypted, Exposure::ClearTextPassword];
    (prop::sample::select(MECHANISMS), prop::sample::select(exposures.to_vec())).prop_map(
        |(mechanism, exposure)| {
            let is_token = mechanism.takes_token();
            let secret = SECRET.into();
            let secret = if is_token { Secret::Token(secret) } else { Secret::Password(secret) };
            LogIn::new(USER, secret, mechanism, exposure)
        },
    )
}

/// Whether the secret can be read in a text, as it is or in base64.
fn reveals(text: &str) -> bool {
    text.contains(SECRET) || ENCODED.iter().any(|encoded| text.contains(encoded))
}

/// The server's side of one dialog.
struct Play<'a> {
    dialog: Dialog,
    log_in: &'a LogIn,
    security: Security,
    is_inside_tls: bool,
    sent: Vec<String>,
}

impl Play<'_> {
    /// Takes what there is to send, and holds it to what may be sent here.
    fn pump(&mut self) -> Action {
        loop {
            let due = self.dialog.next();
            let printed = format!("{due:?} {:?}", self.dialog);
            assert!(!reveals(&printed), "{printed}");
            let Action::Send(bytes) = due else {
                return due;
            };
            let command = String::from_utf8(bytes).unwrap();
            if !self.is_inside_tls {
                let LogIn { exposure, mechanism, .. } = self.log_in;
                assert!(exposure.allows(*mechanism, false) || is_allowed(&command), "{command:?}");
                assert!(self.security == Security::Plain || is_allowed(&command), "{command:?}");
                let may_reveal = *exposure == Exposure::ClearTextPassword;
                assert!(may_reveal || !reveals(&command), "{command:?}");
            }
            self.sent.push(command);
        }
    }

    fn carry_out(&mut self, deed: &Deed) {
        match deed {
            Deed::Say(bytes) => self.dialog.feed(bytes),
            Deed::Repeat(words) => {
                let last = self.sent.last().map_or("", |last| last.trim_end());
                self.dialog.feed(format!("{words}{last}\r\n").as_bytes());
            }
            Deed::Shake => {
                if self.dialog.next() == Action::StartTls {
                    self.is_inside_tls = true;
                }
                self.dialog.tls_established();
            }
            Deed::Close => self.dialog.closed(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn nothing_a_server_does_to_a_log_in_breaks_a_promise(
        protocol in 0..3_usize,
        security in security(),
        log_in in log_in(),
        opening in any::<bool>(),
        deeds in prop::collection::vec(deed(), 0..16),
    ) {
        let dialog = dialog(protocol, security).logging_in(log_in.clone(), chance());
        let is_inside_tls = security == Security::Tls;
        let mut play = Play { dialog, log_in: &log_in, security, is_inside_tls, sent: Vec::new() };
        let say = |index: usize| Deed::Say(FRAGMENTS[index].as_bytes().to_vec());
        let greeting = [vec![say(0)], vec![say(2), say(3)], vec![say(4), say(5)]];
        let opening = if opening { &greeting[protocol][..] } else { &[] };
        for deed in opening.iter().chain(&deeds) {
            play.pump();
            play.carry_out(deed);
        }
        play.pump();
        play.dialog.closed();
        let Action::Done(facts) = play.pump() else { panic!("closed, and not over") };
        let printed = format!("{facts:?}");
        prop_assert!(!reveals(&printed), "{}", printed);
        prop_assert!(play.sent.len() <= 12, "{:?}", play.sent);
        let verdict = facts.log_in.map(|log_in| log_in.verdict);
        if verdict == Some(LogInVerdict::Accepted) {
            // No server here can sign.
            prop_assert_ne!(log_in.mechanism, Mechanism::ScramSha256);
            let proved = play.sent.iter().any(|sent| reveals(sent));
            prop_assert!(proved || !log_in.mechanism.reveals_secret());
        }
    }
}
