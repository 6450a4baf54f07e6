//! One log-in: what the client says first, and its answer to a challenge.
//!
//! The client asks for no signing and no sealing, and says nothing of its own machine.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use crate::{
    challenge::{
        CHANNEL_BINDINGS, Challenge, FLAGS, Item, NEGOTIATE_TARGET_INFO, NEGOTIATE_UNICODE,
        SIGNATURE, TARGET_NAME,
    },
    error::NtlmError,
    hidden::Hidden,
    keys::{Digest, hmac_md5, md5, response_key, utf16},
};

/// What the client says first (MS-NLMP 2.2.1.1): what it can do, and neither domain nor workstation.
pub const NEGOTIATE: [u8; 32] = {
    let [a, b, c, d] = ABILITIES.to_le_bytes();
    let [n, t, l, m, s, p, q, _] = *SIGNATURE;
    [
        n, t, l, m, s, p, q, 0, 1, 0, 0, 0, a, b, c, d, // then two empty fields
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]
};

const REQUEST_TARGET: u32 = 1 << 2;
const NEGOTIATE_NTLM: u32 = 1 << 9;
const NEGOTIATE_ALWAYS_SIGN: u32 = 1 << 15;
const NEGOTIATE_EXTENDED_SESSION_SECURITY: u32 = 1 << 19;
const NEGOTIATE_128: u32 = 1 << 29;
const NEGOTIATE_56: u32 = 1 << 31;

/// What the client can do.
const ABILITIES: u32 = NEGOTIATE_UNICODE
    | REQUEST_TARGET
    | NEGOTIATE_NTLM
    | NEGOTIATE_ALWAYS_SIGN
    | NEGOTIATE_EXTENDED_SESSION_SECURITY
    | NEGOTIATE_TARGET_INFO
    | NEGOTIATE_128
    | NEGOTIATE_56;

/// Bytes of an authenticate message before its fields: as it is without an integrity code, where the
/// version, which says nothing, and the code begin.
const HEADER: usize = 64;

/// The version and the integrity code.
const CODE: usize = 8 + 16;

/// The bit of the client's word that promises the integrity code.
const WITH_CODE: u32 = 2;

/// From 1601, when Windows' time began, to 1970.
const WINDOWS_EPOCH: Duration = Duration::from_hours(134_774 * 24);

/// Who logs in, and what proves it.
///
/// Its `Debug` shows the names, and nothing that proves anything.
#[derive(Clone, Debug)]
pub struct LogIn {
    user: String,
    domain: String,
    password: SecretString,
}

/// What ties a log-in to the TLS connection around it, so that nobody in the middle can use it on a
/// connection of their own.
///
/// # Spec
///
/// [RFC 5929 §4](https://www.rfc-editor.org/rfc/rfc5929#section-4), `NLMP`
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChannelBinding([u8; 16]);

impl ChannelBinding {
    /// The binding to a server's certificate, from its digest: by the hash of the certificate's own
    /// signature, SHA-256 where that is MD5 or SHA-1.
    pub fn server_end_point(digest: &[u8]) -> Self {
        const PREFIX: &[u8] = b"tls-server-end-point:";
        // A digest is short; one that is not would be cut by nobody else either.
        let length = u32::try_from(PREFIX.len() + digest.len()).unwrap_or(u32::MAX);
        // Neither an initiator nor an acceptor has an address (RFC 2744 section 3.11).
        Self(md5(&[&[0; 16], &length.to_le_bytes(), PREFIX, digest]))
    }
}

impl LogIn {
    /// A log-in under a name as users write it: `DOMAIN\user` names a domain; any other name,
    /// `user@domain` too, is the user's as a whole, and its domain is left to the server.
    pub fn new(name: &str, password: SecretString) -> Self {
        let (domain, user) = name.split_once('\\').unwrap_or(("", name));
        Self::in_domain(user, domain, password)
    }

    /// A log-in of a user in a domain; nothing is read from the names.
    pub fn in_domain(
        user: impl Into<String>,
        domain: impl Into<String>,
        password: SecretString,
    ) -> Self {
        Self { user: user.into(), domain: domain.into(), password }
    }

    /// The answer to a challenge, after [`NEGOTIATE`] was said.
    ///
    /// The nonce is eight random bytes, fresh for each log-in. A server that tells its time gets it
    /// back instead of `now`, and with it an integrity code over all three messages.
    ///
    /// # Errors
    ///
    /// [`NtlmError`] where the challenge is none, or a name is too long.
    pub fn answer(
        &self,
        challenge: &[u8],
        binding: Option<ChannelBinding>,
        nonce: [u8; 8],
        now: SystemTime,
    ) -> Result<Hidden, NtlmError> {
        let message = challenge;
        let challenge = Challenge::read(message)?;
        let key = response_key(&self.user, &self.domain, &self.password);
        let told = challenge.timestamp();
        let time = told.unwrap_or_else(|| windows_time(now));
        let info = target_info(&challenge, binding)?;
        let (proof, response) = response(&key, challenge.nonce, nonce, time, &info);
        // MS-NLMP 3.1.5.1.2: a client that was told the time leaves the old response empty.
        let old = match told {
            Some(_) => Hidden::join(&[&[0; 24]]),
            None => Hidden::join(&[&*hmac_md5(&key, &[&challenge.nonce, &nonce]), &nonce]),
        };
        let (domain, user) = (utf16(&self.domain), utf16(&self.user));
        let fields: [&[u8]; 6] = [&old, &response, &domain, &user, &[], &[]];
        let code_length = if told.is_some() { CODE } else { 0 };
        let head = head(fields, HEADER + code_length, challenge.flags & ABILITIES)?;
        let write = |code: &[u8]| {
            let parts: Vec<&[u8]> = [&head[..], code].into_iter().chain(fields).collect();
            Hidden::join(&parts)
        };
        if told.is_none() {
            return Ok(write(&[]));
        }
        // No key is exchanged, so the key of the session is the key of the code.
        let session = hmac_md5(&key, &[&*proof]);
        let code = hmac_md5(&session, &[&NEGOTIATE, message, &write(&[0; CODE])]);
        Ok(write(&[&[0; 8], &code[..]].concat()))
    }
}

/// The target information as the client sends it back: the server's, with the client's own word.
fn target_info(
    challenge: &Challenge<'_>,
    binding: Option<ChannelBinding>,
) -> Result<Vec<u8>, NtlmError> {
    let Some(items) = &challenge.items else {
        return Ok(Vec::new());
    };
    let word = (challenge.word() | WITH_CODE).to_le_bytes();
    let word = challenge.timestamp().map(|_| Item { id: FLAGS, value: &word });
    let binding = binding.as_ref().map(|binding| Item { id: CHANNEL_BINDINGS, value: &binding.0 });
    // What ties the log-in to a place is the client's word: the server's own is never sent back.
    let is_ours = |item: &&Item<'_>| [FLAGS, TARGET_NAME, CHANNEL_BINDINGS].contains(&item.id);
    let kept = items.iter().filter(|item| !is_ours(item)).copied();
    let mut info = Vec::new();
    for Item { id, value } in kept.chain(word).chain(binding) {
        let length = u16::try_from(value.len()).map_err(|_| NtlmError::NotAChallenge)?;
        info.extend([id.to_le_bytes(), length.to_le_bytes()].concat());
        info.extend(value);
    }
    info.extend([0; 4]);
    Ok(info)
}

/// The proof, and the response, version 2: the proof, and what it proves (MS-NLMP 3.3.2).
fn response(
    key: &[u8; 16],
    challenge: [u8; 8],
    nonce: [u8; 8],
    time: u64,
    info: &[u8],
) -> (Digest, Hidden) {
    let blob = [&[1, 1, 0, 0, 0, 0, 0, 0][..], &time.to_le_bytes(), &nonce, &[0; 4], info, &[0; 4]]
        .concat();
    let proof = hmac_md5(key, &[&challenge, &blob]);
    let response = Hidden::join(&[&*proof, &blob]);
    (proof, response)
}

/// The authenticate message up to its version (MS-NLMP 2.2.1.3); `begin` is where the fields begin.
fn head(fields: [&[u8]; 6], begin: usize, flags: u32) -> Result<Vec<u8>, NtlmError> {
    let mut head = [&SIGNATURE[..], &3_u32.to_le_bytes()].concat();
    let mut offset = begin;
    for field in fields {
        head.extend(place(field.len(), offset)?);
        offset += field.len();
    }
    head.extend(flags.to_le_bytes());
    Ok(head)
}

/// Length, room and place of a field.
fn place(length: usize, offset: usize) -> Result<Vec<u8>, NtlmError> {
    let length = u16::try_from(length).map_err(|_| NtlmError::TooLong)?.to_le_bytes();
    let offset = u32::try_from(offset).map_err(|_| NtlmError::TooLong)?.to_le_bytes();
    Ok([&length[..], &length, &offset].concat())
}

/// The time in tenths of microseconds since 1601.
fn windows_time(now: SystemTime) -> u64 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default() + WINDOWS_EPOCH;
    u64::try_from(since.as_nanos() / 100).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
