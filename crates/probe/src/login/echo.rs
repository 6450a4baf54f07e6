//! What a server must not be allowed to repeat: secrets, told apart from its own words.

use std::collections::HashSet;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use mailscout_ntlm::Hidden;
use secrecy::ExposeSecret as _;

use super::{Secret, attempt::quoted};

/// A secret in all the forms in which a log-in sends it as it is.
pub(crate) struct Echo {
    needles: Vec<Hidden>,
}

impl Echo {
    /// The forms of a secret, for these user names.
    pub(crate) fn new<'a>(secret: &Secret, users: impl Iterator<Item = &'a str>) -> Self {
        let (Secret::Password(text) | Secret::Token(text)) = secret;
        let text = text.expose_secret();
        let base64 = |bytes: &[u8]| Hidden::from(BASE64_STANDARD.encode(bytes));
        let mut needles =
            vec![Hidden::join(&[text.as_bytes()]), quoted(text), base64(text.as_bytes())];
        for user in users {
            let plain = Hidden::join(&[b"\0", user.as_bytes(), b"\0", text.as_bytes()]);
            needles.push(base64(&plain));
        }
        needles.retain(|needle| !needle.is_empty());
        Self { needles }
    }

    /// Whether a text has the secret in it, in one of its forms.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.needles.iter().any(|needle| shares(text.as_bytes(), &needle.to_ascii_lowercase()))
    }

    /// Puts a remark in the place of a text that has the secret in it.
    pub(crate) fn withhold(&self, text: &mut String) {
        if self.is_in(text) {
            REPEATED.clone_into(text);
        }
    }
}

/// What stands for a text that repeats a secret.
const REPEATED: &str = "(the server repeated a secret)";

/// Bytes of a secret that are as good as the whole of it.
const TELLING: usize = 16;

/// Whether a text has this in it: as a whole, or where that is long, any telling part.
pub(super) fn shares(text: &[u8], needle: &[u8]) -> bool {
    let length = needle.len().min(TELLING);
    if length == 0 {
        return false;
    }
    let parts: HashSet<&[u8]> = needle.windows(length).collect();
    text.windows(length).any(|part| parts.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_long_secret_are_found() {
        assert!(shares(b"no such password: abc", b"abc"));
        assert!(!shares(b"no such password: ab", b"abc"));
        assert!(!shares(b"", b"abc"));
        assert!(!shares(b"abc", b""));
        let long = b"0123456789abcdefghijklmnopqrstuv";
        assert!(shares(b"x6789abcdefghijklx", long));
        assert!(!shares(b"x6789abcdefghijkx", long));
    }

    #[test]
    fn a_secret_is_seen_in_every_form_in_which_it_is_sent() {
        let secret = Secret::Password(r#"hun"ter2"#.into());
        let echo = Echo::new(&secret, ["alice"].into_iter());
        let plain = BASE64_STANDARD.encode("\0alice\0hun\"ter2");
        let base64 = BASE64_STANDARD.encode(r#"hun"ter2"#);
        for said in [r#"you said HUN"TER2"#, r#"LOGIN "alice" "hun\"ter2""#, &plain, &base64] {
            assert!(echo.is_in(said), "{said}");
            let mut text = said.to_owned();
            echo.withhold(&mut text);
            assert_eq!(text, REPEATED);
        }
        assert!(!echo.is_in("AUTH PLAIN LOGIN"));
    }
}
