//! CRAM-MD5: a digest of a challenge, keyed with the password.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

use super::{Exchange, Facts, Step, hex, judge_digest};
use crate::mail::refusal::Refusal;

/// CRAM-MD5.
///
/// # Spec
///
/// [RFC 2195](https://www.rfc-editor.org/rfc/rfc2195)
pub(super) struct CramMd5<'a> {
    facts: Facts<'a>,
    challenge: String,
    asked: bool,
}

impl<'a> CramMd5<'a> {
    pub(super) fn new(facts: Facts<'a>) -> Self {
        let challenge = format!("<{}@{}>", facts.nonce_text(), facts.host);
        Self { facts, challenge, asked: false }
    }
}

impl Exchange for CramMd5<'_> {
    fn step(&mut self, response: Option<&[u8]>) -> Step {
        let challenge = self.challenge.as_bytes();
        // The server speaks first: there is no initial response.
        let Some(response) = response.filter(|_| self.asked) else {
            let first = response.is_none() && !self.asked;
            self.asked = true;
            return if first {
                Step::Challenge(challenge.to_vec())
            } else {
                Step::refused(Refusal::Malformed)
            };
        };
        let Some((user, digest)) =
            str::from_utf8(response).ok().and_then(|response| response.rsplit_once(' '))
        else {
            return Step::refused(Refusal::Malformed);
        };
        let right = |password: &str| keyed(password, challenge).is_some_and(|own| own == digest);
        Step::Over(judge_digest(self.facts.accounts, user, right))
    }
}

/// The digest as a client sends it.
fn keyed(password: &str, challenge: &[u8]) -> Option<String> {
    let mac = Hmac::<Md5>::new_from_slice(password.as_bytes()).ok()?;
    Some(hex(&mac.chain_update(challenge).finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::keyed;

    #[test]
    fn the_digest_is_the_one_of_the_specification() {
        let challenge = b"<1896.697170952@postoffice.reston.mci.net>";
        let expected = "b913a602c7eda7a495b4e6e7334d3890";
        assert_eq!(keyed("tanstaaftanstaaf", challenge).unwrap(), expected);
    }
}
