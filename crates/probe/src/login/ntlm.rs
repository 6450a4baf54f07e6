//! SASL NTLM: the "secure password authentication" of Windows servers.
//!
//! What the messages say is `mailscout_ntlm`'s. Nothing ties them to the connection: a dialog does
//! not see its certificate.

use std::time::SystemTime;

use mailscout_ntlm::{LogIn, NEGOTIATE};
use secrecy::SecretString;

use super::Chance;
use super::sasl::{Exchange, Fault, Message, ONE_TOO_MANY, Told, decode};

/// SASL NTLM.
pub(super) struct Ntlm {
    has_begun: bool,
    /// What makes the response, until it made one.
    log_in: Option<LogIn>,
    nonce: [u8; 8],
    now: SystemTime,
}

impl Ntlm {
    /// Begins. `DOMAIN\user` names a domain; any other name, `user@domain` too, is sent as it is.
    pub(super) fn new(user: &str, password: &SecretString, chance: &Chance) -> Self {
        Self {
            has_begun: false,
            log_in: Some(LogIn::new(user, password.clone())),
            nonce: chance.bytes.first_chunk().copied().unwrap_or_default(),
            now: chance.now,
        }
    }
}

impl Exchange for Ntlm {
    /// The client begins, in fact. But in Microsoft's documents the server asks it to, in words that
    /// are no challenge (`NTLM supported`): so the first question is not read.
    fn answer(&mut self, challenge: &str) -> Result<Message, Fault> {
        if !core::mem::replace(&mut self.has_begun, true) {
            return Ok(Message::new(Told::Nothing, &[&NEGOTIATE]));
        }
        let log_in = self.log_in.take().ok_or(ONE_TOO_MANY)?;
        let answer = log_in.answer(&decode(challenge)?, None, self.nonce, self.now);
        let bytes = answer.map_err(|error| Fault(error.sentence()))?;
        Ok(Message { bytes, tells: Told::Proof })
    }

    fn may_be_accepted(&self) -> bool {
        self.log_in.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ntlm() -> Ntlm {
        let chance = Chance { bytes: [0xaa; 32], now: SystemTime::UNIX_EPOCH };
        Ntlm::new("Domain\\User", &"Password".into(), &chance)
    }

    #[test]
    fn the_client_begins_and_answers_one_challenge() {
        let mut ntlm = ntlm();
        assert_eq!(*ntlm.answer("NTLM supported").unwrap().bytes, NEGOTIATE);
        assert!(!ntlm.may_be_accepted());
        // A challenge without target information.
        let challenge = "TlRMTVNTUAACAAAAAAAAAAAAAAABAAAAASNFZ4mrze8=";
        let answer = ntlm.answer(challenge).unwrap();
        assert!(answer.bytes.starts_with(b"NTLMSSP\0\x03\0\0\0"));
        assert_eq!(answer.tells, Told::Proof);
        assert!(ntlm.may_be_accepted());
        assert_eq!(ntlm.answer("").err(), Some(ONE_TOO_MANY));
    }

    #[test]
    fn what_is_no_challenge_is_not_answered() {
        for (challenge, why) in
            [("%", "the challenge is not base64"), ("TlRMTVNTUAAD", "the challenge is not NTLM's")]
        {
            let mut ntlm = ntlm();
            drop(ntlm.answer(""));
            assert_eq!(ntlm.answer(challenge).err(), Some(Fault(why)));
        }
    }
}
