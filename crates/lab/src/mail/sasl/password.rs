//! PLAIN and LOGIN: the password itself.

use super::{Exchange, Facts, Step, judge_password};
use crate::mail::refusal::Refusal;

/// PLAIN.
///
/// # Spec
///
/// [RFC 4616](https://www.rfc-editor.org/rfc/rfc4616)
pub(super) struct Plain<'a>(pub(super) Facts<'a>);

impl Exchange for Plain<'_> {
    fn step(&mut self, response: Option<&[u8]>) -> Step {
        let Some(response) = response else {
            return Step::Challenge(Vec::new());
        };
        let parts: Vec<&[u8]> = response.split(|byte| *byte == 0).collect();
        let [identity, user, password] = parts[..] else {
            return Step::refused(Refusal::Malformed);
        };
        let Ok(user) = str::from_utf8(user) else {
            return Step::refused(Refusal::Malformed);
        };
        if user.is_empty() || password.is_empty() {
            return Step::refused(Refusal::Malformed);
        }
        let mut verdict = judge_password(self.0.accounts, user, password);
        if verdict.result.is_ok() && !identity.is_empty() && identity != user.as_bytes() {
            verdict.result = Err(Refusal::Identity);
        }
        Step::Over(verdict)
    }
}

/// LOGIN, which no document defines: two questions, two answers. The first answer may come with
/// the command.
pub(super) struct Login<'a> {
    facts: Facts<'a>,
    user: Option<String>,
}

impl<'a> Login<'a> {
    pub(super) fn new(facts: Facts<'a>) -> Self {
        Self { facts, user: None }
    }
}

impl Exchange for Login<'_> {
    fn step(&mut self, response: Option<&[u8]>) -> Step {
        let Some(response) = response else {
            return Step::Challenge(b"Username:".to_vec());
        };
        if let Some(user) = &self.user {
            return Step::Over(judge_password(self.facts.accounts, user, response));
        }
        match str::from_utf8(response) {
            Ok(user) if !user.is_empty() => {
                self.user = Some(user.to_owned());
                Step::Challenge(b"Password:".to_vec())
            }
            _ => Step::refused(Refusal::Malformed),
        }
    }
}
