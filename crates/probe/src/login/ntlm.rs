//! NTLM, version 2 of its responses: the "secure password authentication" of Windows servers.
//!
//! MS-NLMP sections 2.2.1 and 3.3.2. The client asks for no signing and no sealing, so there is no
//! session key and no integrity code over the messages; it says nothing of its own machine.

use std::time::{Duration, SystemTime};

use md4::{Digest as _, Md4};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::Chance;
use super::digest::hmac_md5;
use super::hidden::Hidden;
use super::sasl::{Exchange, Fault, Message, ONE_TOO_MANY, Told, decode};

/// SASL NTLM.
pub(super) struct Ntlm {
    user: String,
    domain: String,
    has_begun: bool,
    /// What makes the response, until it made one.
    password: Option<SecretString>,
    nonce: [u8; 8],
    now: SystemTime,
}

const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

const NEGOTIATE_UNICODE: u32 = 1;
const REQUEST_TARGET: u32 = 1 << 2;
const NEGOTIATE_NTLM: u32 = 1 << 9;
const NEGOTIATE_ALWAYS_SIGN: u32 = 1 << 15;
const NEGOTIATE_EXTENDED_SESSION_SECURITY: u32 = 1 << 19;
const NEGOTIATE_TARGET_INFO: u32 = 1 << 23;
const NEGOTIATE_128: u32 = 1 << 29;
const NEGOTIATE_56: u32 = 1 << 31;

/// What the client can do.
const FLAGS: u32 = NEGOTIATE_UNICODE
    | REQUEST_TARGET
    | NEGOTIATE_NTLM
    | NEGOTIATE_ALWAYS_SIGN
    | NEGOTIATE_EXTENDED_SESSION_SECURITY
    | NEGOTIATE_TARGET_INFO
    | NEGOTIATE_128
    | NEGOTIATE_56;

/// The item of the target information that is the server's time.
const TIMESTAMP: u16 = 7;

/// Bytes of an authenticate message before its fields.
const HEADER: usize = 64;

/// From 1601, when Windows' time began, to 1970.
const WINDOWS_EPOCH: Duration = Duration::from_hours(134_774 * 24);

impl Ntlm {
    /// Begins. `DOMAIN\user` names a domain; any other name, `user@domain` too, is sent as it is.
    pub(super) fn new(user: &str, password: &SecretString, chance: &Chance) -> Self {
        let (domain, user) = user.split_once('\\').unwrap_or(("", user));
        Self {
            user: user.to_owned(),
            domain: domain.to_owned(),
            has_begun: false,
            password: Some(password.clone()),
            nonce: chance.bytes.first_chunk().copied().unwrap_or_default(),
            now: chance.now,
        }
    }

    fn authenticate(&self, password: &SecretString, challenge: &[u8]) -> Result<Message, Fault> {
        let challenge = Challenge::read(challenge)?;
        let key = response_key(&self.user, &self.domain, password)?;
        let time = challenge.timestamp().unwrap_or_else(|| windows_time(self.now));
        let response = response(&key, &challenge, self.nonce, time)?;
        // MS-NLMP 3.1.5.1.2: a client that was told the time leaves the old response empty.
        let old = match challenge.timestamp() {
            Some(_) => Hidden::join(&[&[0; 24]]),
            None => {
                Hidden::join(&[&*hmac_md5(&*key, &[&challenge.nonce, &self.nonce])?, &self.nonce])
            }
        };
        let (domain, user) = (utf16(&self.domain), utf16(&self.user));
        let fields: [&[u8]; 6] = [&old, &response, &domain, &user, &[], &[]];
        let mut message = [&SIGNATURE[..], &3_u32.to_le_bytes()].concat();
        let mut offset = HEADER;
        for field in fields {
            message.extend(place(field.len(), offset)?);
            offset += field.len();
        }
        message.extend((challenge.flags & FLAGS).to_le_bytes());
        let parts: Vec<&[u8]> = core::iter::once(&message[..]).chain(fields).collect();
        Ok(Message::new(Told::Proof, &parts))
    }
}

impl Exchange for Ntlm {
    /// The client begins, in fact. But in Microsoft's documents the server asks it to, in words that
    /// are no challenge (`NTLM supported`): so the first question is not read.
    fn answer(&mut self, challenge: &str) -> Result<Message, Fault> {
        if !core::mem::replace(&mut self.has_begun, true) {
            // Neither domain nor workstation.
            let parts: [&[u8]; 4] =
                [SIGNATURE, &1_u32.to_le_bytes(), &FLAGS.to_le_bytes(), &[0; 16]];
            return Ok(Message::new(Told::Nothing, &parts));
        }
        let password = self.password.take().ok_or(ONE_TOO_MANY)?;
        self.authenticate(&password, &decode(challenge)?)
    }

    fn may_be_accepted(&self) -> bool {
        self.password.is_none()
    }
}

/// What the server says (MS-NLMP 2.2.1.2).
struct Challenge<'a> {
    flags: u32,
    nonce: [u8; 8],
    target_info: &'a [u8],
}

impl<'a> Challenge<'a> {
    fn read(message: &'a [u8]) -> Result<Self, Fault> {
        const NONE: Fault = Fault("the challenge is not NTLM's");
        let mut rest = message.strip_prefix(SIGNATURE).ok_or(NONE)?;
        if take_u32(&mut rest) != Some(2) {
            return Err(NONE);
        }
        let _target_name = rest.split_off(..8).ok_or(NONE)?;
        let flags = take_u32(&mut rest).ok_or(NONE)?;
        let (nonce, mut rest) = rest.split_first_chunk().ok_or(NONE)?;
        if flags & NEGOTIATE_UNICODE == 0 {
            return Err(Fault("the server's NTLM has no Unicode"));
        }
        let target_info = if flags & NEGOTIATE_TARGET_INFO == 0 {
            &[]
        } else {
            let _reserved = rest.split_off(..8).ok_or(NONE)?;
            let length = usize::from(take_u16(&mut rest).ok_or(NONE)?);
            let _room = take_u16(&mut rest).ok_or(NONE)?;
            let offset = take_u32(&mut rest).and_then(|offset| usize::try_from(offset).ok());
            let info = offset.and_then(|offset| message.get(offset..)?.get(..length));
            info.ok_or(NONE)?
        };
        Ok(Self { flags, nonce: *nonce, target_info })
    }

    /// The server's time, where it tells it (MS-NLMP 2.2.2.1).
    fn timestamp(&self) -> Option<u64> {
        let mut rest = self.target_info;
        loop {
            let (id, length) = (take_u16(&mut rest)?, take_u16(&mut rest)?);
            let value = rest.split_off(..usize::from(length))?;
            match id {
                0 => return None,
                TIMESTAMP => return value.try_into().ok().map(u64::from_le_bytes),
                _ => {}
            }
        }
    }
}

/// The key of the responses (MS-NLMP 3.3.2).
fn response_key(
    user: &str,
    domain: &str,
    password: &SecretString,
) -> Result<Zeroizing<[u8; 16]>, Fault> {
    let hash: Zeroizing<[u8; 16]> =
        Zeroizing::new(Md4::digest(&*utf16(password.expose_secret())).into());
    let user: String = user.chars().map(upper).collect();
    hmac_md5(&*hash, &[&utf16(&user), &utf16(domain)])
}

/// The response, version 2: the proof, and what it proves.
fn response(
    key: &[u8; 16],
    challenge: &Challenge<'_>,
    nonce: [u8; 8],
    time: u64,
) -> Result<Hidden, Fault> {
    let blob = [
        &[1, 1, 0, 0, 0, 0, 0, 0][..],
        &time.to_le_bytes(),
        &nonce,
        &[0; 4],
        challenge.target_info,
        &[0; 4],
    ]
    .concat();
    let proof = hmac_md5(key, &[&challenge.nonce, &blob])?;
    Ok(Hidden::join(&[&*proof, &blob]))
}

/// Length, room and place of a field.
fn place(length: usize, offset: usize) -> Result<Vec<u8>, Fault> {
    const TOO_LONG: Fault = Fault("the user name is too long for NTLM");
    let length = u16::try_from(length).map_err(|_| TOO_LONG)?.to_le_bytes();
    let offset = u32::try_from(offset).map_err(|_| TOO_LONG)?.to_le_bytes();
    Ok([&length[..], &length, &offset].concat())
}

fn utf16(text: &str) -> Hidden {
    // At most as many units as bytes: the buffer does not grow.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * text.len()));
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    Hidden::join(&[&bytes])
}

/// The capital of a letter, as Windows has it: one letter becomes one letter.
fn upper(letter: char) -> char {
    let mut capitals = letter.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => letter,
    }
}

/// The time in tenths of microseconds since 1601.
fn windows_time(now: SystemTime) -> u64 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default() + WINDOWS_EPOCH;
    u64::try_from(since.as_nanos() / 100).unwrap_or(u64::MAX)
}

fn take_u16(rest: &mut &[u8]) -> Option<u16> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u16::from_le_bytes(*number))
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u32::from_le_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    const SERVER_NONCE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];

    fn hex(bytes: &[u8]) -> String {
        crate::login::cram::hex(bytes)
    }

    fn info(items: &[(u16, &[u8])]) -> Vec<u8> {
        let item = |(id, value): &(u16, &[u8])| {
            let length = u16::try_from(value.len()).unwrap().to_le_bytes();
            [&id.to_le_bytes()[..], &length, value].concat()
        };
        let mut bytes: Vec<u8> = items.iter().flat_map(item).collect();
        bytes.extend([0; 4]);
        bytes
    }

    /// A challenge whose target information stands at an offset that may be a lie.
    fn challenge(info: &[u8], offset: u32) -> Vec<u8> {
        let length = u16::try_from(info.len()).unwrap().to_le_bytes();
        let flags = FLAGS.to_le_bytes();
        let parts: [&[u8]; 10] = [
            SIGNATURE,
            &2_u32.to_le_bytes(),
            &[0; 8],
            &flags,
            &SERVER_NONCE,
            &[0; 8],
            &length,
            &length,
            &offset.to_le_bytes(),
            info,
        ];
        parts.concat()
    }

    fn answer(user: &str, challenge: &[u8]) -> Result<Vec<u8>, Fault> {
        let chance = Chance { bytes: [0xaa; 32], now: SystemTime::UNIX_EPOCH };
        let mut ntlm = Ntlm::new(user, &"Password".into(), &chance);
        let negotiate = ntlm.answer("NTLM supported").unwrap();
        assert_eq!(negotiate.bytes[..12], *b"NTLMSSP\0\x01\0\0\0");
        assert!(!ntlm.may_be_accepted());
        let answer = ntlm.answer(&BASE64_STANDARD.encode(challenge));
        assert!(ntlm.may_be_accepted());
        assert_eq!(ntlm.answer("").err(), Some(ONE_TOO_MANY));
        answer.map(|message| message.bytes.to_vec())
    }

    /// MS-NLMP 4.2.4.1 and 4.2.4.2; the time is 0, the nonce eight times 0xaa.
    #[test]
    fn the_examples_of_ms_nlmp() {
        let key = response_key("User", "Domain", &"Password".into()).unwrap();
        assert_eq!(hex(&*key), "0c868a403bfd7a93a3001ef22ef02e3f");
        let info = info(&[(2, &utf16("Domain")), (1, &utf16("Server"))]);
        let challenge = Challenge { flags: FLAGS, nonce: SERVER_NONCE, target_info: &info };
        let response = response(&key, &challenge, [0xaa; 8], 0).unwrap();
        assert_eq!(hex(&response[..16]), "68cd0ab851e51c96aabc927bebef6a1c");
        let old = hmac_md5(&*key, &[&SERVER_NONCE, &[0xaa; 8]]).unwrap();
        assert_eq!(hex(&*old), "86c35097ac9cec102554764a57cccc19");
    }

    #[test]
    fn the_message_says_who_and_nothing_of_the_machine() {
        let sent = answer("Domain\\User", &challenge(&info(&[]), 48)).unwrap();
        assert_eq!(sent[..12], *b"NTLMSSP\0\x03\0\0\0");
        assert_eq!(hex(&sent[12..20]), "1800180040000000");
        assert_eq!(hex(&sent[20..28]), "3400340058000000");
        assert_eq!(hex(&sent[28..36]), "0c000c008c000000");
        assert_eq!(hex(&sent[36..44]), "0800080098000000");
        assert_eq!(hex(&sent[44..60]), "00000000a000000000000000a0000000");
        assert_eq!(sent[0x8c..], *[&*utf16("Domain"), &*utf16("User")].concat());
    }

    #[test]
    fn a_name_with_an_at_sign_has_no_domain() {
        let sent = answer("user@domain", &challenge(&info(&[]), 48)).unwrap();
        assert!(sent.ends_with(&utf16("user@domain")));
        assert_eq!(hex(&sent[28..30]), "0000");
    }

    #[test]
    fn a_server_that_tells_the_time_gets_it_back_and_no_old_response() {
        let time = 0x01d0_1234_5678_9abc_u64.to_le_bytes();
        let sent = answer("User", &challenge(&info(&[(1, b"S\0"), (7, &time)]), 48)).unwrap();
        assert_eq!(sent[HEADER..HEADER + 24], [0; 24]);
        assert_eq!(sent[HEADER + 24 + 24..HEADER + 24 + 32], time);
    }

    #[test]
    fn a_challenge_that_lies_about_its_fields_is_not_answered() {
        let good = challenge(&info(&[]), 48);
        assert!(answer("User", &good).is_ok());
        for length in 0..good.len() {
            assert!(answer("User", &good[..length]).is_err(), "{length}");
        }
        for offset in [49, 4096, u32::MAX, u32::MAX - 3] {
            assert!(answer("User", &challenge(&info(&[]), offset)).is_err(), "{offset}");
        }
        assert!(answer("User", b"NTLMSSP\0\x03\0\0\0").is_err());
        let mut oem = good;
        oem[20] = 0;
        assert!(answer("User", &oem).is_err());
    }

    #[test]
    fn target_information_that_is_broken_has_no_time() {
        for broken in [&[7, 0, 8, 0, 1][..], &[7, 0, 2, 0, 1, 1], &[1], &[], &[0, 0, 0, 0, 7, 0]] {
            let challenge = Challenge { flags: FLAGS, nonce: SERVER_NONCE, target_info: broken };
            assert_eq!(challenge.timestamp(), None, "{broken:?}");
        }
    }

    #[test]
    fn the_time_of_windows_began_in_1601() {
        assert_eq!(windows_time(SystemTime::UNIX_EPOCH), 116_444_736_000_000_000);
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(windows_time(before), 116_444_736_000_000_000);
    }

    #[test]
    fn one_letter_stays_one_letter() {
        assert_eq!("aß\u{fb01}é".chars().map(upper).collect::<String>(), "Aß\u{fb01}É");
    }
}
