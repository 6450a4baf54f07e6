//! What a dialog learnt: before TLS as evidence, inside TLS to be used.

use mailscout_schema::settings::{Protocol, Security};

use super::{End, Limit, MAX_WORDS, text};
use crate::login::LoggedIn;

/// What one dialog learnt of a server.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// What was spoken: IMAP, POP3 or SMTP.
    pub protocol: Protocol,
    /// What was wanted of the connection.
    pub security: Security,
    /// How it ended.
    pub end: End,
    /// What was said in clear text; `None` where TLS was there from the first byte.
    ///
    /// # Security
    ///
    /// Anybody on the way may have said it. Where TLS was wanted it is evidence for a report, and
    /// no part of it may be acted on.
    pub before_tls: Option<Heard>,
    /// What was said inside TLS; `None` where there was none.
    ///
    /// # Security
    ///
    /// It is as good as the certificate, which the caller has judged.
    pub inside_tls: Option<Heard>,
    /// How the log-in went; `None` where none was wanted, or it was not come to.
    pub log_in: Option<LoggedIn>,
}

/// What a server said on one side of the handshake.
///
/// All text is without control characters, invisible characters and bytes that are not UTF-8:
/// U+FFFD stands for them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Heard {
    /// The text of the greeting, of all its lines; `None` where it did not come here.
    pub greeting: Option<String>,
    /// What the server can do, each as it said it: words of IMAP (`AUTH=PLAIN`), lines of POP3
    /// (`SASL PLAIN`) and SMTP (`SIZE 1000`). `None` where it was not asked or knows no such list.
    pub capabilities: Option<Vec<String>>,
    /// SASL mechanisms among the capabilities, in capital letters, in the server's order.
    pub mechanisms: Vec<String>,
    /// The timestamp of a POP3 greeting, with its angle brackets, with which APOP begins.
    pub apop: Option<String>,
    /// Whether an IMAP server took the client for logged in.
    pub preauthenticated: bool,
    /// The line that ended the dialog, or the beginning of one that never came to its end.
    pub last_line: Option<String>,
}

impl Heard {
    /// Whether one of the capabilities begins with this word.
    pub fn has(&self, word: &str) -> bool {
        self.keywords().any(|keyword| keyword.eq_ignore_ascii_case(word))
    }

    /// Whether an upgrade to TLS is offered: `STARTTLS`, or `STLS` in POP3.
    pub fn offers_starttls(&self) -> bool {
        self.has("STARTTLS") || self.has("STLS")
    }

    /// Whether IMAP's `LOGIN` is forbidden, as it should be in clear text.
    pub fn login_disabled(&self) -> bool {
        self.has("LOGINDISABLED")
    }

    /// Whether there is a list of mechanisms at all, were it an empty one.
    ///
    /// An SMTP server whose `EHLO` has none takes mail without a log-in only.
    pub fn offers_auth(&self) -> bool {
        self.keywords().any(|keyword| auth(keyword).is_some())
    }

    fn keywords(&self) -> impl Iterator<Item = &str> {
        self.capabilities.iter().flatten().map(|capability| text::first_word(capability).0)
    }

    /// Takes the capabilities in place of all that were known.
    pub(super) fn take_capabilities<'a>(
        &mut self,
        list: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), Limit> {
        let mechanisms = list.clone().flat_map(mechanisms);
        if list.clone().nth(MAX_WORDS).is_some() || mechanisms.clone().nth(MAX_WORDS).is_some() {
            return Err(Limit::Words);
        }
        self.mechanisms.clear();
        for mechanism in mechanisms.filter(|word| is_mechanism(word)) {
            let mechanism = mechanism.to_ascii_uppercase();
            if !self.mechanisms.contains(&mechanism) {
                self.mechanisms.push(mechanism);
            }
        }
        self.capabilities = Some(list.map(text::clean).collect());
        Ok(())
    }
}

/// The mechanisms of one capability: `AUTH=A` of IMAP, `SASL A B` of POP3, `AUTH A B` of SMTP and
/// `AUTH=A B`, as servers wrote it before RFC 2554.
fn mechanisms(capability: &str) -> impl Iterator<Item = &str> + Clone {
    let (keyword, rest) = text::first_word(capability.trim_start());
    let first = auth(keyword);
    let others = if first.is_some() { rest } else { "" };
    first.into_iter().chain(others.split_ascii_whitespace()).filter(|word| !word.is_empty())
}

/// What a keyword that introduces mechanisms already has of them.
fn auth(keyword: &str) -> Option<&str> {
    let (word, first) = keyword.split_once('=').unwrap_or((keyword, ""));
    let introduces = word.eq_ignore_ascii_case("AUTH") || keyword.eq_ignore_ascii_case("SASL");
    introduces.then_some(first)
}

/// Whether a word can name a mechanism; RFC 4422 section 3.1 allows 20 characters.
fn is_mechanism(word: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    word.len() <= 64 && word.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &[&str], expected: &[&str], offers_auth: bool) {
        let mut heard = Heard::default();
        heard.take_capabilities(list.iter().copied()).unwrap();
        assert_eq!(heard.mechanisms, expected);
        assert_eq!(heard.offers_auth(), offers_auth);
    }

    #[test]
    fn mechanisms_are_found_in_each_protocol_s_way() {
        check(&["IMAP4rev1", "SASL-IR", "AUTH=PLAIN", "auth=login"], &["PLAIN", "LOGIN"], true);
        check(&["TOP", "SASL  PLAIN\tntlm PLAIN", "AUTH-RESP-CODE"], &["PLAIN", "NTLM"], true);
        check(&["AUTH LOGIN PLAIN", "AUTH=LOGIN CRAM-MD5"], &["LOGIN", "PLAIN", "CRAM-MD5"], true);
        check(&["AUTH= LOGIN"], &["LOGIN"], true);
        check(&["AUTH"], &[], true);
        check(&["AUTHX PLAIN", "SASLX PLAIN", "SASL=PLAIN"], &[], false);
        check(&["AUTH PL\u{fffd}IN <b> X_Y"], &["X_Y"], true);
    }

    #[test]
    fn too_many_words_are_no_list() {
        let mut heard = Heard::default();
        let many = |count| core::iter::repeat_n("x", count);
        assert_eq!(heard.take_capabilities(many(MAX_WORDS)), Ok(()));
        assert_eq!(heard.take_capabilities(many(MAX_WORDS + 1)), Err(Limit::Words));
        let line = format!("AUTH {}", "a ".repeat(MAX_WORDS + 1));
        assert_eq!(heard.take_capabilities([line.as_str()].into_iter()), Err(Limit::Words));
    }
}
