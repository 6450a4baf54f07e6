//! One log-in under way: commands and answers to challenges, as bytes to be sent.
//!
//! What the server's lines mean is the protocol's business; nothing here reads a line.

use std::collections::VecDeque;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use mailscout_ntlm::Hidden;
use mailscout_schema::settings::Protocol;
use secrecy::{ExposeSecret as _, SecretString};

use super::cram::{CramMd5, apop};
use super::echo::shares;

use super::ntlm::Ntlm;
use super::oauth::Bearer;
use super::plain::{Login, Plain};
use super::sasl::{Exchange, Fault, Message, ONE_TOO_MANY, Told};
use super::scram::Scram;
use super::{Chance, LogIn, Mechanism, Secret, offered};
use crate::dialog::Heard;

/// How a protocol words a log-in.
pub(crate) struct Idiom {
    /// What stands before each command, its blank included.
    pub(crate) tag: String,
    /// The command that begins a SASL exchange.
    pub(crate) verb: &'static str,
    /// Bytes of the longest line with what the client has to say first, its end included.
    pub(crate) max_line: usize,
}

/// One log-in under way.
pub(crate) struct Attempt {
    user: String,
    way: Way,
    told: Told,
    /// What must not be seen in anything that the server says: the secret, and what was made of it
    /// and sent.
    needles: Vec<Hidden>,
}

enum Way {
    Sasl {
        name: &'static str,
        exchange: Box<dyn Exchange>,
        /// What the client says first, where it did not fit into the command.
        first: Option<Message>,
    },
    Commands(VecDeque<Message>),
}

impl Attempt {
    /// Begins a log-in, unless the connection, the server or the mechanism forbid it.
    pub(crate) fn new(
        log_in: &LogIn,
        chance: &Chance,
        protocol: Protocol,
        heard: &Heard,
        is_inside_tls: bool,
    ) -> Result<Self, Fault> {
        let mechanism = log_in.mechanism;
        if !log_in.exposure.allows(mechanism, is_inside_tls) {
            return Err(Fault("not on a connection without encryption"));
        }
        if heard.preauthenticated {
            return Err(Fault("the server takes everybody for logged in"));
        }
        if !offered::offers(heard, protocol, mechanism) {
            return Err(Fault("not offered"));
        }
        let secret = match &log_in.secret {
            Secret::Password(password) if !mechanism.takes_token() => password,
            Secret::Token(token) if mechanism.takes_token() => token,
            Secret::Password(_) => return Err(Fault("it takes a token, and there is a password")),
            Secret::Token(_) => return Err(Fault("it takes a password, and there is a token")),
        };
        // Some servers let in whoever has an empty password, as a guest.
        if log_in.user.is_empty() || secret.expose_secret().is_empty() {
            return Err(Fault("the user name or the secret is empty"));
        }
        let way = way(log_in, secret, chance, protocol, heard)?;
        let secret = secret.expose_secret();
        let mut needles = vec![Hidden::join(&[secret.as_bytes()])];
        if secret.contains(['"', '\\']) {
            needles.push(quoted(secret));
        }
        Ok(Self { user: log_in.user.clone(), way, told: Told::Nothing, needles })
    }

    /// The user name, of which the server may speak.
    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    /// Whether the server has been told who wants to log in.
    pub(crate) fn has_told_user(&self) -> bool {
        self.told >= Told::User
    }

    /// Whether all was sent that proves the secret.
    pub(crate) fn has_proved(&self) -> bool {
        self.told >= Told::Proof
    }

    /// The command that begins it.
    pub(crate) fn begin(&mut self, idiom: &Idiom) -> Result<Hidden, Fault> {
        let Idiom { tag, verb, max_line } = idiom;
        let Way::Sasl { name, exchange, first } = &mut self.way else {
            let command = self.accepted()?.ok_or(ONE_TOO_MANY)?;
            return Ok(Hidden::join(&[tag.as_bytes(), &command]));
        };
        let command = format!("{tag}{verb} {name}");
        *first = exchange.first();
        let room = max_line.saturating_sub(command.len() + " \r\n".len());
        match first.take_if(|message| base64_len(&message.bytes) <= room) {
            Some(message) => {
                let said = self.note(&message);
                Ok(Hidden::join(&[command.as_bytes(), b" ", &said, b"\r\n"]))
            }
            None => Ok(Hidden::join(&[command.as_bytes(), b"\r\n"])),
        }
    }

    /// Takes a challenge, and gives the answer to it.
    pub(crate) fn challenged(&mut self, challenge: &str) -> Result<Hidden, Fault> {
        let message = match &mut self.way {
            Way::Commands(_) => Err(ONE_TOO_MANY),
            // What a server says where it has nothing to say is not always nothing.
            Way::Sasl { exchange, first, .. } => {
                first.take().map_or_else(|| exchange.answer(challenge), Ok)
            }
        }?;
        let said = self.note(&message);
        Ok(Hidden::join(&[&said, b"\r\n"]))
    }

    /// Takes that the server agrees, and gives the next command; `None` where it was the last.
    pub(crate) fn accepted(&mut self) -> Result<Option<Hidden>, Fault> {
        match &mut self.way {
            Way::Commands(commands) => {
                let Some(Message { bytes, tells }) = commands.pop_front() else {
                    return Ok(None);
                };
                self.told = tells;
                Ok(Some(Hidden::join(&[&bytes, b"\r\n"])))
            }
            Way::Sasl { exchange, first: None, .. } if exchange.may_be_accepted() => Ok(None),
            Way::Sasl { .. } => Err(Fault("the server agreed before the exchange was over")),
        }
    }

    /// Whether the exchange is one that can be cancelled.
    pub(crate) fn is_sasl(&self) -> bool {
        matches!(self.way, Way::Sasl { .. })
    }

    /// Whether a text has the secret in it, what was made of it, or a part of that which is long
    /// enough to matter.
    pub(crate) fn is_echoed_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.needles.iter().any(|needle| shares(text.as_bytes(), &needle.to_ascii_lowercase()))
    }

    /// Remembers what a message tells, and gives it in base64.
    fn note(&mut self, message: &Message) -> Hidden {
        self.told = self.told.max(message.tells);
        let said = message.bytes.base64();
        if message.tells == Told::Proof {
            self.needles.push(Hidden::join(&[&said]));
        }
        said
    }
}

fn way(
    log_in: &LogIn,
    secret: &SecretString,
    chance: &Chance,
    protocol: Protocol,
    heard: &Heard,
) -> Result<Way, Fault> {
    let LogIn { user, mechanism, .. } = log_in;
    let exchange: Box<dyn Exchange> = match mechanism {
        Mechanism::Plain => Box::new(Plain::new(user, secret)?),
        Mechanism::Login => Box::new(Login::new(user, secret)),
        Mechanism::ScramSha256 => Box::new(Scram::new(user, secret, nonce(chance))?),
        Mechanism::CramMd5 => Box::new(CramMd5::new(user, secret)),
        Mechanism::Ntlm => Box::new(Ntlm::new(user, secret, chance)),
        Mechanism::OauthBearer => Box::new(Bearer::oauthbearer(user, secret)?),
        Mechanism::Xoauth2 => Box::new(Bearer::xoauth2(user, secret)?),
        Mechanism::Command if protocol == Protocol::Imap => return imap_login(user, secret),
        Mechanism::Command => return user_and_pass(user, secret),
        Mechanism::Apop => {
            let timestamp = heard.apop.as_deref().unwrap_or_default();
            check_line(user)?;
            if user.contains(char::is_whitespace) {
                return Err(Fault("APOP cannot carry a blank in a user name"));
            }
            let digest = apop(user, secret, timestamp);
            let message = Message::new(Told::Proof, &[b"APOP ", &digest]);
            return Ok(Way::Commands([message].into()));
        }
    };
    Ok(Way::Sasl { name: mechanism.as_str(), exchange, first: None })
}

/// IMAP's `LOGIN`, with quoted strings (<https://www.rfc-editor.org/rfc/rfc9051#section-4.3>).
fn imap_login(user: &str, password: &SecretString) -> Result<Way, Fault> {
    let password = password.expose_secret();
    if !user.is_ascii() || !password.is_ascii() {
        return Err(Fault("IMAP's LOGIN cannot carry letters beyond ASCII"));
    }
    check_line(user)?;
    check_line(password)?;
    let parts = [b"LOGIN \"", &*quoted(user), b"\" \"", &quoted(password), b"\""];
    Ok(Way::Commands([Message::new(Told::Proof, &parts)].into()))
}

/// POP3's `USER` and `PASS` (<https://www.rfc-editor.org/rfc/rfc1939#section-7>).
fn user_and_pass(user: &str, password: &SecretString) -> Result<Way, Fault> {
    let password = password.expose_secret();
    check_line(user)?;
    check_line(password)?;
    let user = Message::new(Told::User, &[b"USER ", user.as_bytes()]);
    let password = Message::new(Told::Proof, &[b"PASS ", password.as_bytes()]);
    Ok(Way::Commands([user, password].into()))
}

/// What would end the line is refused: behind it would stand another command.
fn check_line(text: &str) -> Result<(), Fault> {
    if text.contains(['\0', '\r', '\n']) {
        return Err(Fault("a command cannot carry the end of a line"));
    }
    Ok(())
}

pub(super) fn quoted(text: &str) -> Hidden {
    let escapes = text.matches(['"', '\\']).count();
    let mut quoted = String::with_capacity(text.len() + escapes);
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    Hidden::from(quoted)
}

/// Printable and without comma, as SCRAM wants it.
fn nonce(chance: &Chance) -> String {
    BASE64_STANDARD.encode(chance.bytes.first_chunk::<24>().unwrap_or(&[0; 24]))
}

fn base64_len(bytes: &[u8]) -> usize {
    bytes.len().div_ceil(3).saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted() {
        assert_eq!(&*quoted(r#"a"b\c d"#), br#"a\"b\\c d"#);
        assert_eq!(&*quoted(""), b"");
    }
}
