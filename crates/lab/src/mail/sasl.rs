//! The server's side of the mechanisms: challenges out, responses in, a verdict at the end.
//!
//! Nothing here knows Base64 or a protocol.

use crate::{
    mail::refusal::Refusal,
    scenario::file::{Account, Mechanism},
};

mod cram;
mod ntlm;
mod oauth;
mod password;
mod scram;

pub(crate) use oauth::judge_token;

/// One attempt by one mechanism.
pub(crate) trait Exchange: Send {
    /// Takes a response; none when the client sent no initial one.
    fn step(&mut self, response: Option<&[u8]>) -> Step;
}

/// What follows a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Challenge(Vec<u8>),
    Over(Verdict),
}

impl Step {
    /// The end, without a user.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self::Over(Verdict { user: None, result: Err(refusal) })
    }
}

/// Who wanted to log in, and whether that is so now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) user: Option<String>,
    pub(crate) result: Result<(), Refusal>,
}

impl Verdict {
    /// The verdict on a user whose proof was right or not. An outcome of the scenario is final.
    fn of(user: &str, account: Option<&Account>, right: bool) -> Self {
        let outcome = account.and_then(|account| account.outcome);
        let result = match outcome {
            Some(outcome) => Err(Refusal::of(outcome)),
            None if right && account.is_some() => Ok(()),
            None => Err(Refusal::Credentials),
        };
        Self { user: Some(user.to_owned()), result }
    }
}

/// What an exchange may know.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) accounts: &'a [Account],
    pub(crate) host: String,
    pub(crate) port: u16,
    /// For the one challenge of this exchange.
    pub(crate) nonce: [u8; 16],
}

impl<'a> Facts<'a> {
    fn account(&self, user: &str) -> Option<&'a Account> {
        account(self.accounts, user)
    }

    /// The challenge as text.
    fn nonce_text(&self) -> String {
        hex(&self.nonce)
    }
}

/// Begins an exchange.
pub(crate) fn begin<'a>(mechanism: Mechanism, facts: Facts<'a>) -> Box<dyn Exchange + 'a> {
    match mechanism {
        Mechanism::Plain => Box::new(password::Plain(facts)),
        Mechanism::Login => Box::new(password::Login::new(facts)),
        Mechanism::CramMd5 => Box::new(cram::CramMd5::new(facts)),
        Mechanism::ScramSha256 => Box::new(scram::Scram::new(facts)),
        Mechanism::Xoauth2 => Box::new(oauth::Bearer::xoauth2(facts)),
        Mechanism::Oauthbearer => Box::new(oauth::Bearer::oauthbearer(facts)),
        Mechanism::Ntlm => Box::new(ntlm::Ntlm::new(facts)),
    }
}

/// Whether this user has this password.
pub(crate) fn judge_password(accounts: &[Account], user: &str, password: &[u8]) -> Verdict {
    let account = account(accounts, user);
    let known = account.and_then(|account| account.password.as_deref());
    Verdict::of(user, account, known.is_some_and(|known| known.as_bytes() == password))
}

/// Whether a digest of the password of this user, as APOP has it, is the one that came.
pub(super) fn judge_digest(
    accounts: &[Account],
    user: &str,
    right: impl FnOnce(&str) -> bool,
) -> Verdict {
    let account = account(accounts, user);
    let known = account.and_then(|account| account.password.as_deref());
    Verdict::of(user, account, known.is_some_and(right))
}

/// The account of a user. The one with a password or an outcome comes before one for NTLM alone.
fn account<'a>(accounts: &'a [Account], user: &str) -> Option<&'a Account> {
    let mut named = accounts.iter().filter(|account| account.user == user);
    named.clone().find(|account| account.domain.is_none()).or_else(|| named.next())
}

/// Lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
