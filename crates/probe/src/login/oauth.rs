//! OAUTHBEARER and XOAUTH2: an access token.
//!
//! <https://www.rfc-editor.org/rfc/rfc7628>; XOAUTH2 is Google's forerunner of it. A server that
//! refuses says why in a challenge, which the client answers by giving up; only then comes the
//! refusal.

use secrecy::{ExposeSecret as _, SecretString};

use super::sasl::{Exchange, Fault, Message, ONE_TOO_MANY, Told};

/// One of the two.
pub(super) struct Bearer {
    message: Option<Message>,
    /// How the client gives up.
    giving_up: &'static [u8],
    has_given_up: bool,
}

impl Bearer {
    /// OAUTHBEARER. Host and port, which it may carry too, are for servers that are many, and are
    /// left out.
    pub(super) fn oauthbearer(user: &str, token: &SecretString) -> Result<Self, Fault> {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        Self::new(&["n,a=", &user, ","], token, b"\x01")
    }

    /// XOAUTH2.
    pub(super) fn xoauth2(user: &str, token: &SecretString) -> Result<Self, Fault> {
        Self::new(&["user=", user], token, b"")
    }

    fn new(head: &[&str], token: &SecretString, giving_up: &'static [u8]) -> Result<Self, Fault> {
        let token = token.expose_secret();
        if head.iter().any(|part| part.contains(['\0', '\x01'])) {
            return Err(Fault("the user name has control characters"));
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault("this is no access token"));
        }
        let tail: [&[u8]; 3] = [b"\x01auth=Bearer ", token.as_bytes(), b"\x01\x01"];
        let parts: Vec<_> = head.iter().map(|part| part.as_bytes()).chain(tail).collect();
        let message = Some(Message::new(Told::Proof, &parts));
        Ok(Self { message, giving_up, has_given_up: false })
    }
}

impl Exchange for Bearer {
    fn first(&mut self) -> Option<Message> {
        self.message.take()
    }

    fn answer(&mut self, _: &str) -> Result<Message, Fault> {
        if self.has_given_up {
            return Err(ONE_TOO_MANY);
        }
        self.has_given_up = true;
        Ok(Message::new(Told::Proof, &[self.giving_up]))
    }

    fn may_be_accepted(&self) -> bool {
        self.message.is_none() && !self.has_given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==";

    fn said(bearer: Result<Bearer, Fault>) -> String {
        String::from_utf8(bearer.unwrap().first().unwrap().bytes.to_vec()).unwrap()
    }

    /// RFC 7628 section 4.1, without host and port.
    #[test]
    fn the_example_of_rfc_7628() {
        assert_eq!(
            said(Bearer::oauthbearer("user@example.com", &TOKEN.into())),
            format!("n,a=user@example.com,\x01auth=Bearer {TOKEN}\x01\x01")
        );
        assert_eq!(
            said(Bearer::xoauth2("user@example.com", &TOKEN.into())),
            format!("user=user@example.com\x01auth=Bearer {TOKEN}\x01\x01")
        );
    }

    #[test]
    fn a_refusal_is_answered_once_and_never_becomes_an_agreement() {
        let mut bearer = Bearer::oauthbearer("a", &TOKEN.into()).unwrap();
        drop(bearer.first());
        assert!(bearer.may_be_accepted());
        assert_eq!(&*bearer.answer("eyJzdGF0dXMiOiI0MDAifQ==").unwrap().bytes, b"\x01");
        assert!(!bearer.may_be_accepted());
        assert_eq!(bearer.answer("").err(), Some(ONE_TOO_MANY));
    }

    #[test]
    fn what_would_break_the_message_is_refused_or_escaped() {
        assert!(
            said(Bearer::oauthbearer("a=b,c", &TOKEN.into())).starts_with("n,a=a=3Db=2Cc,\x01")
        );
        assert!(Bearer::xoauth2("a\x01auth=Bearer x", &TOKEN.into()).is_err());
        assert!(Bearer::oauthbearer("a", &"two words".into()).is_err());
        assert!(Bearer::xoauth2("a", &"x\x01".into()).is_err());
    }
}
