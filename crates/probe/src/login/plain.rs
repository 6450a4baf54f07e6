//! PLAIN and LOGIN: the password itself.
//!
//! <https://www.rfc-editor.org/rfc/rfc4616>. LOGIN asks for the user name and then for the
//! password; what the questions say differs from server to server, so nobody reads them.

use secrecy::{ExposeSecret as _, SecretString};

use super::sasl::{Exchange, Fault, Message, ONE_TOO_MANY, Told};

/// SASL PLAIN.
pub(super) struct Plain {
    message: Option<Message>,
}

impl Plain {
    pub(super) fn new(user: &str, password: &SecretString) -> Result<Self, Fault> {
        let password = password.expose_secret();
        if user.contains('\0') || password.contains('\0') {
            return Err(Fault("PLAIN cannot carry a NUL"));
        }
        let parts = [b"\0", user.as_bytes(), b"\0", password.as_bytes()];
        Ok(Self { message: Some(Message::new(Told::Proof, &parts)) })
    }
}

impl Exchange for Plain {
    fn first(&mut self) -> Option<Message> {
        self.message.take()
    }

    fn answer(&mut self, _: &str) -> Result<Message, Fault> {
        Err(ONE_TOO_MANY)
    }

    fn may_be_accepted(&self) -> bool {
        self.message.is_none()
    }
}

/// SASL LOGIN.
pub(super) struct Login {
    user: Option<Message>,
    password: Option<Message>,
}

impl Login {
    pub(super) fn new(user: &str, password: &SecretString) -> Self {
        let password = password.expose_secret().as_bytes();
        Self {
            user: Some(Message::new(Told::User, &[user.as_bytes()])),
            password: Some(Message::new(Told::Proof, &[password])),
        }
    }
}

impl Exchange for Login {
    fn answer(&mut self, _: &str) -> Result<Message, Fault> {
        self.user.take().or_else(|| self.password.take()).ok_or(ONE_TOO_MANY)
    }

    fn may_be_accepted(&self) -> bool {
        self.password.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_4616() {
        let mut plain = Plain::new("tim", &"tanstaaftanstaaf".into()).unwrap();
        assert!(!plain.may_be_accepted());
        assert_eq!(&*plain.first().unwrap().bytes, b"\0tim\0tanstaaftanstaaf");
        assert!(plain.may_be_accepted());
        assert!(plain.answer("").is_err());
    }

    #[test]
    fn utf_8_is_sent_as_it_is() {
        let mut plain = Plain::new("é", &"пароль".into()).unwrap();
        assert_eq!(&*plain.first().unwrap().bytes, "\0é\0пароль".as_bytes());
    }

    #[test]
    fn a_nul_would_shift_the_fields() {
        assert!(Plain::new("a\0b", &"c".into()).is_err());
        assert!(Plain::new("a", &"b\0c".into()).is_err());
    }

    #[test]
    fn login_says_two_things_whatever_the_questions_are() {
        let mut login = Login::new("tim", &"tanstaaf".into());
        assert_eq!(&*login.answer("User Name").unwrap().bytes, b"tim");
        assert!(!login.may_be_accepted());
        assert_eq!(&*login.answer("").unwrap().bytes, b"tanstaaf");
        assert!(login.may_be_accepted());
        assert!(login.answer("UGFzc3dvcmQ6").is_err());
    }
}
