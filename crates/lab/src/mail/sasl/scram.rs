//! SCRAM-SHA-256: both sides prove that they know the password, and neither says it.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{Exchange, Facts, Step, Verdict, oauth::unescaped};
use crate::{mail::refusal::Refusal, scenario::file::Account};

/// SCRAM-SHA-256 without channel binding. Passwords are taken as they are written, without
/// preparation of characters beyond ASCII.
///
/// # Spec
///
/// [RFC 5802](https://www.rfc-editor.org/rfc/rfc5802),
/// [RFC 7677](https://www.rfc-editor.org/rfc/rfc7677)
pub(super) struct Scram<'a> {
    facts: Facts<'a>,
    state: State<'a>,
}

enum State<'a> {
    First,
    Final(Begun<'a>),
    /// The client has to agree that the server proved itself.
    Proved(Verdict),
    Over,
}

/// What both sides have said before the proof.
struct Begun<'a> {
    user: String,
    account: Option<&'a Account>,
    /// The header that the client sent, in Base64.
    binding: String,
    nonce: String,
    salt: [u8; 16],
    /// Both first messages.
    messages: String,
}

impl<'a> Scram<'a> {
    pub(super) fn new(facts: Facts<'a>) -> Self {
        Self { facts, state: State::First }
    }

    /// `n,,n=user,r=nonce`
    fn first(&mut self, response: &[u8]) -> Option<Step> {
        let response = str::from_utf8(response).ok()?;
        let mut parts = response.splitn(3, ',');
        let (flag, identity, bare) = (parts.next()?, parts.next()?, parts.next()?);
        if !matches!(flag, "n" | "y") {
            return None;
        }
        let (name, nonce) = bare.split_once(',')?;
        let user = unescaped(name.strip_prefix("n=")?)?;
        let nonce = nonce.strip_prefix("r=")?;
        let fresh = nonce.len() >= 8 && nonce.bytes().all(|b| b.is_ascii_graphic() && b != b',');
        if !fresh {
            return None;
        }
        if !identity.is_empty() && unescaped(identity.strip_prefix("a=")?)? != user {
            return Some(Step::refused(Refusal::Identity));
        }
        let mut salt = self.facts.nonce;
        salt.reverse();
        let nonce = format!("{nonce}{}", self.facts.nonce_text());
        let challenge = format!("r={nonce},s={},i={ITERATIONS}", STANDARD.encode(salt));
        self.state = State::Final(Begun {
            account: self.facts.account(&user),
            user,
            binding: STANDARD.encode(format!("{flag},{identity},")),
            nonce,
            salt,
            messages: format!("{bare},{challenge}"),
        });
        Some(Step::Challenge(challenge.into_bytes()))
    }

    /// `c=…,r=…,p=…`
    fn last(&mut self, begun: &Begun<'_>, response: &[u8]) -> Option<Step> {
        let response = str::from_utf8(response).ok()?;
        let (bare, proof) = response.rsplit_once(",p=")?;
        if bare != format!("c={},r={}", begun.binding, begun.nonce) {
            return None;
        }
        let proof = STANDARD.decode(proof).ok()?;
        let password = begun.account.and_then(|account| account.password.as_deref());
        let signature = password.and_then(|password| {
            let messages = format!("{},{bare}", begun.messages);
            sign(password, &begun.salt, messages.as_bytes(), &proof)
        });
        let verdict = Verdict::of(&begun.user, begun.account, signature.is_some());
        match signature.filter(|_| verdict.result.is_ok()) {
            Some(signature) => {
                self.state = State::Proved(verdict);
                Some(Step::Challenge(format!("v={}", STANDARD.encode(signature)).into_bytes()))
            }
            None => Some(Step::Over(verdict)),
        }
    }
}

impl Exchange for Scram<'_> {
    fn step(&mut self, response: Option<&[u8]>) -> Step {
        let Some(response) = response else {
            return Step::Challenge(Vec::new());
        };
        let step = match std::mem::replace(&mut self.state, State::Over) {
            State::First => self.first(response),
            State::Final(begun) => self.last(&begun, response),
            State::Proved(verdict) if response.is_empty() => Some(Step::Over(verdict)),
            State::Proved(_) | State::Over => None,
        };
        step.unwrap_or_else(|| Step::refused(Refusal::Malformed))
    }
}

/// The server's signature, when the client's proof is right.
fn sign(password: &str, salt: &[u8], messages: &[u8], proof: &[u8]) -> Option<[u8; 32]> {
    let salted = salted(password.as_bytes(), salt)?;
    let key = hmac(&salted, b"Client Key")?;
    let stored = Sha256::digest(key);
    let signature = hmac(&stored, messages)?;
    let proved: Vec<u8> = proof.iter().zip(signature).map(|(a, b)| a ^ b).collect();
    let right = proof.len() == signature.len() && Sha256::digest(&proved) == stored;
    let server_key = hmac(&salted, b"Server Key")?;
    right.then(|| hmac(&server_key, messages)).flatten()
}

/// PBKDF2 of one block.
fn salted(password: &[u8], salt: &[u8]) -> Option<[u8; 32]> {
    let keyed = Hmac::<Sha256>::new_from_slice(password).ok()?;
    let digest = |parts: [&[u8]; 2]| -> [u8; 32] {
        let mac = parts.iter().fold(keyed.clone(), Mac::chain_update);
        mac.finalize().into_bytes().into()
    };
    let mut block = digest([salt, &[0, 0, 0, 1]]);
    let mut sum = block;
    for _ in 1..ITERATIONS {
        block = digest([&block, &[]]);
        sum.iter_mut().zip(block).for_each(|(to, from)| *to ^= from);
    }
    Some(sum)
}

fn hmac(key: &[u8], message: &[u8]) -> Option<[u8; 32]> {
    let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    Some(mac.chain_update(message).finalize().into_bytes().into())
}

/// The fewest that are allowed.
const ITERATIONS: u32 = 4096;

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::sign;

    /// RFC 7677, section 3.
    #[test]
    fn the_proof_and_the_signature_are_those_of_the_specification() {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let messages = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
            r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
            c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let proof = STANDARD.decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=").unwrap();
        let signature = sign("pencil", &salt, messages.as_bytes(), &proof).unwrap();
        assert_eq!(STANDARD.encode(signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assert_eq!(sign("pencils", &salt, messages.as_bytes(), &proof), None);
        assert_eq!(sign("pencil", &salt, messages.as_bytes(), &proof[..31]), None);
    }
}
