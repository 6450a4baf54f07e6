//! SCRAM-SHA-256: both sides prove that they know the password, and nobody says it.
//!
//! <https://www.rfc-editor.org/rfc/rfc5802>, <https://www.rfc-editor.org/rfc/rfc7677>. Without
//! channel binding: a dialog does not see the connection's keys.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::{Hmac, Mac as _};
use mailscout_ntlm::Hidden;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::digest::hmac_sha256;

use super::sasl::{BUG, Exchange, Fault, Message, ONE_TOO_MANY, Told, decode};

/// Fewer rounds than these make a stolen digest too easy to guess from
/// (<https://www.rfc-editor.org/rfc/rfc7677#section-4>).
const MIN_ROUNDS: u32 = 4096;

/// More are refused: the server decides how long the client computes, and the caller with it. So
/// many take well below a second where the processor has no instructions for SHA-256, and are a
/// hundred times what servers ask for.
const MAX_ROUNDS: u32 = 600_000;

/// The header that says "no channel binding" in base64.
const NO_BINDING: &str = "biws";

/// SASL SCRAM-SHA-256.
pub(super) struct Scram {
    password: Hidden,
    /// The first message without its header.
    first: String,
    nonce: String,
    state: State,
}

/// What comes next.
enum State {
    /// The client's first message.
    Begin,
    /// The server's nonce, salt and number of rounds.
    Salt,
    /// The server's signature, as it must be.
    Signature(Hmac<Sha256>),
    /// The server's agreement.
    Verified,
    /// The server's refusal.
    Failed,
}

impl Scram {
    /// Begins with a nonce of printable characters without comma.
    pub(super) fn new(user: &str, password: &SecretString, nonce: String) -> Result<Self, Fault> {
        let user = stringprep::saslprep(user)
            .map_err(|_| Fault("the user name has characters that SCRAM does not allow"))?;
        let password = stringprep::saslprep(password.expose_secret())
            .map_err(|_| Fault("the password has characters that SCRAM does not allow"))?;
        let user = user.replace('=', "=3D").replace(',', "=2C");
        Ok(Self {
            password: Hidden::from(password.into_owned()),
            first: format!("n={user},r={nonce}"),
            nonce,
            state: State::Begin,
        })
    }

    fn prove(&mut self, server_first: &str) -> Result<Message, Fault> {
        let Challenge { nonce, salt, rounds } = Challenge::read(server_first)?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(Fault("the server did not add to the nonce"));
        }
        if !(MIN_ROUNDS..=MAX_ROUNDS).contains(&rounds) {
            return Err(Fault("the server asks for too few or too many rounds"));
        }
        let mut salted = Zeroizing::new([0; 32]);
        pbkdf2::pbkdf2_hmac::<Sha256>(&self.password, &salt, rounds, &mut *salted);
        let client_key = bytes(hmac_sha256(&*salted, &[b"Client Key"])?);
        let server_key = bytes(hmac_sha256(&*salted, &[b"Server Key"])?);
        let stored_key = Sha256::digest(*client_key);
        let last = format!("c={NO_BINDING},r={nonce}");
        let signed = [self.first.as_bytes(), b",", server_first.as_bytes(), b",", last.as_bytes()];
        let mut proof = bytes(hmac_sha256(&stored_key, &signed)?);
        proof.iter_mut().zip(client_key.iter()).for_each(|(byte, key)| *byte ^= key);
        self.state = State::Signature(hmac_sha256(&*server_key, &signed)?);
        let proof = BASE64_STANDARD.encode(*proof);
        Ok(Message::new(Told::Proof, &[last.as_bytes(), b",p=", proof.as_bytes()]))
    }
}

impl Exchange for Scram {
    fn first(&mut self) -> Option<Message> {
        self.state = State::Salt;
        Some(Message::new(Told::User, &[b"n,,", self.first.as_bytes()]))
    }

    fn answer(&mut self, challenge: &str) -> Result<Message, Fault> {
        let challenge = String::from_utf8(decode(challenge)?)
            .map_err(|_| Fault("the challenge is not UTF-8"))?;
        match core::mem::replace(&mut self.state, State::Failed) {
            State::Salt => self.prove(&challenge),
            // The refusal comes after the client has taken note of it.
            State::Signature(_) if challenge.starts_with("e=") => {
                Ok(Message::new(Told::Proof, &[]))
            }
            State::Signature(expected) => {
                verify(expected, &challenge)?;
                self.state = State::Verified;
                Ok(Message::new(Told::Proof, &[]))
            }
            State::Begin => Err(BUG),
            State::Verified | State::Failed => Err(ONE_TOO_MANY),
        }
    }

    fn may_be_accepted(&self) -> bool {
        matches!(self.state, State::Verified)
    }
}

/// What the server says first.
struct Challenge<'a> {
    nonce: &'a str,
    salt: Vec<u8>,
    rounds: u32,
}

impl<'a> Challenge<'a> {
    fn read(text: &'a str) -> Result<Self, Fault> {
        let parts = || {
            let (nonce, rest) = text.strip_prefix("r=")?.split_once(",s=")?;
            let (salt, rest) = rest.split_once(",i=")?;
            // Extensions that follow are optional, and none is known.
            let rounds = rest.split_once(',').map_or(rest, |(rounds, _)| rounds);
            Some((nonce, salt, rounds))
        };
        let (nonce, salt, rounds) = parts().ok_or(Fault("the challenge is not SCRAM's"))?;
        let salt = decode(salt)?;
        let rounds = rounds.parse().map_err(|_| Fault("the number of rounds is none"))?;
        if salt.is_empty() {
            return Err(Fault("the salt is empty"));
        }
        Ok(Self { nonce, salt, rounds })
    }
}

/// Holds the server's last message to the signature that it must have.
fn verify(expected: Hmac<Sha256>, challenge: &str) -> Result<(), Fault> {
    const WRONG: Fault = Fault("the server does not know the password");
    let signature = challenge.strip_prefix("v=").ok_or(WRONG)?;
    let signature = signature.split_once(',').map_or(signature, |(signature, _)| signature);
    expected.verify_slice(&decode(signature)?).map_err(|_| WRONG)
}

fn bytes(mac: Hmac<Sha256>) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
    const SERVER_FIRST: &str =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const CLIENT_FINAL: &str = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    const SERVER_FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    fn begun(password: &str) -> Scram {
        let mut scram = Scram::new("user", &password.into(), NONCE.to_owned()).unwrap();
        assert_eq!(&*scram.first().unwrap().bytes, b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        scram
    }

    fn answer(scram: &mut Scram, challenge: &str) -> Result<String, Fault> {
        let answer = scram.answer(&BASE64_STANDARD.encode(challenge))?;
        Ok(String::from_utf8(answer.bytes.to_vec()).unwrap())
    }

    #[test]
    fn the_example_of_rfc_7677() {
        let mut scram = begun("pencil");
        assert_eq!(answer(&mut scram, SERVER_FIRST), Ok(CLIENT_FINAL.to_owned()));
        assert!(!scram.may_be_accepted());
        assert_eq!(answer(&mut scram, SERVER_FINAL), Ok(String::new()));
        assert!(scram.may_be_accepted());
        assert_eq!(answer(&mut scram, SERVER_FINAL), Err(ONE_TOO_MANY));
    }

    #[test]
    fn a_server_that_does_not_know_the_password_is_found_out() {
        for signature in [
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=",
            "v=AAAA",
            "v=",
            "",
            "x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ] {
            let mut scram = begun("pencil");
            answer(&mut scram, SERVER_FIRST).unwrap();
            assert!(answer(&mut scram, signature).is_err(), "{signature}");
            assert!(!scram.may_be_accepted());
        }
    }

    #[test]
    fn an_error_of_the_server_is_taken_note_of() {
        let mut scram = begun("pencil");
        answer(&mut scram, SERVER_FIRST).unwrap();
        assert_eq!(answer(&mut scram, "e=invalid-proof"), Ok(String::new()));
        assert!(!scram.may_be_accepted());
        assert_eq!(answer(&mut scram, SERVER_FINAL), Err(ONE_TOO_MANY));
    }

    #[test]
    fn a_challenge_out_of_bounds_is_not_answered() {
        for challenge in [
            "",
            "r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096",
            "r=another-nonce-of-somebody,s=W22Z,i=4096",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4095",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=600001",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=99999999999999",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=-1",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=",
            "r=rOprNGfwEbeRWgbNEkqOx,s=%%,i=4096",
            "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
            "m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096",
        ] {
            assert!(answer(&mut begun("pencil"), challenge).is_err(), "{challenge}");
        }
        assert!(begun("pencil").answer("/w==").is_err());
        let with_extension = format!("{SERVER_FIRST},x=unknown");
        assert!(answer(&mut begun("pencil"), &with_extension).is_ok());
    }

    /// RFC 4013 section 3: the soft hyphen vanishes, and compatible characters become one.
    #[test]
    fn names_and_passwords_are_prepared() {
        let first = |user: &str, password: &str| {
            let mut scram = Scram::new(user, &password.into(), NONCE.to_owned())?;
            let first = scram.first().unwrap().bytes.to_vec();
            Ok((String::from_utf8(first).unwrap(), scram.password.to_vec()))
        };
        let expected = (format!("n,,n=IX,r={NONCE}"), b"a".to_vec());
        assert_eq!(first("I\u{ad}X", "\u{aa}"), Ok(expected.clone()));
        assert_eq!(first("\u{2168}", "a"), Ok(expected));
        assert!(first("a\u{7}", "a").is_err_and(|fault: Fault| fault.0.contains("user name")));
        assert!(first("a", "\u{627}1").is_err_and(|fault: Fault| fault.0.contains("password")));
        let (escaped, _) = first("a=b,c", "a").unwrap();
        assert!(escaped.starts_with("n,,n=a=3Db=2Cc,"), "{escaped}");
    }
}
