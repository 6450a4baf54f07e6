//! CRAM-MD5 and APOP: a digest of the password and of what the server just made up.
//!
//! <https://www.rfc-editor.org/rfc/rfc2195>, <https://www.rfc-editor.org/rfc/rfc1939#section-7>.
//! Both are old: whoever listens can guess passwords offline, and nothing proves the server.

use core::fmt::Write as _;

use mailscout_ntlm::Hidden;
use md5::{Digest as _, Md5};
use secrecy::{ExposeSecret as _, SecretString};

use super::digest::hmac_md5;

use super::sasl::{Exchange, Fault, Message, ONE_TOO_MANY, Told, decode};

/// SASL CRAM-MD5.
pub(super) struct CramMd5 {
    user: String,
    /// What makes the digests, until it made one.
    password: Option<SecretString>,
}

impl CramMd5 {
    pub(super) fn new(user: &str, password: &SecretString) -> Self {
        Self { user: user.to_owned(), password: Some(password.clone()) }
    }
}

impl Exchange for CramMd5 {
    fn answer(&mut self, challenge: &str) -> Result<Message, Fault> {
        let password = self.password.take().ok_or(ONE_TOO_MANY)?;
        let challenge = decode(challenge)?;
        if challenge.is_empty() {
            return Err(Fault("the challenge is empty"));
        }
        let digest = hmac_md5(password.expose_secret().as_bytes(), &[&challenge])?;
        let digest = hex(&*digest);
        Ok(Message::new(Told::Proof, &[self.user.as_bytes(), b" ", digest.as_bytes()]))
    }

    fn may_be_accepted(&self) -> bool {
        self.password.is_none()
    }
}

/// The arguments of `APOP`.
pub(super) fn apop(user: &str, password: &SecretString, timestamp: &str) -> Hidden {
    let mut md5 = Md5::new();
    md5.update(timestamp.as_bytes());
    md5.update(password.expose_secret().as_bytes());
    let digest = hex(&md5.finalize());
    Hidden::join(&[user.as_bytes(), b" ", digest.as_bytes()])
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_2195() {
        let mut cram = CramMd5::new("tim", &"tanstaaftanstaaf".into());
        assert!(!cram.may_be_accepted());
        let challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
        let answer = cram.answer(challenge).unwrap();
        assert_eq!(&*answer.bytes, b"tim b913a602c7eda7a495b4e6e7334d3890");
        assert!(cram.may_be_accepted());
        assert_eq!(cram.answer(challenge).err(), Some(ONE_TOO_MANY));
    }

    #[test]
    fn the_example_of_rfc_1939() {
        let timestamp = "<1896.697170952@dbc.mtview.ca.us>";
        let said = apop("mrose", &"tanstaaf".into(), timestamp);
        assert_eq!(&*said, b"mrose c4c9334bac560ecc979e58001b3e22fb");
    }

    #[test]
    fn a_challenge_that_is_none_is_not_answered() {
        for challenge in ["", "%%%", "PDE4"] {
            let answer = CramMd5::new("tim", &"x".into()).answer(challenge);
            assert_eq!(answer.is_ok(), challenge == "PDE4", "{challenge}");
        }
    }
}
