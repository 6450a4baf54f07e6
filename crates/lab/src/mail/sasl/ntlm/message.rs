//! The three messages of NTLM: the first checked, the second written, the third read.

use super::proof::{hmac_md5, utf16};

/// Checks the client's first message: it is one, and it wants Unicode and NTLM.
///
/// # Spec
///
/// `NLMP` 2.2.1.1
pub(super) fn check_negotiate(message: &[u8]) -> Option<()> {
    let flags = number(begin(message, 1)?, 12)?;
    let wanted = UNICODE | NTLM;
    (flags & wanted == wanted).then_some(())
}

/// What the server calls itself.
pub(super) struct Target {
    pairs: Vec<(u16, Vec<u8>)>,
}

impl Target {
    pub(super) fn of(host: &str) -> Self {
        let (computer, domain) = host.split_once('.').unwrap_or((host, host));
        let short = |name: &str| {
            let label = name.split('.').next().unwrap_or_default();
            label.chars().take(15).collect::<String>().to_uppercase()
        };
        let pairs = vec![
            (DOMAIN, utf16(&short(domain))),
            (COMPUTER, utf16(&short(computer))),
            (DNS_DOMAIN, utf16(domain)),
            (DNS_COMPUTER, utf16(host)),
            (TIMESTAMP, NOW.to_le_bytes().to_vec()),
        ];
        Self { pairs }
    }

    /// The server's message.
    ///
    /// # Spec
    ///
    /// `NLMP` 2.2.1.2
    pub(super) fn challenge(&self, server_challenge: [u8; 8]) -> Option<Vec<u8>> {
        let name = self.pairs.first().map(|(_, name)| name.as_slice())?;
        let mut info = Vec::new();
        for (kind, value) in &self.pairs {
            info.extend(kind.to_le_bytes());
            info.extend(u16::try_from(value.len()).ok()?.to_le_bytes());
            info.extend(value);
        }
        info.extend([0; 4]);
        let mut message = SIGNATURE.to_vec();
        message.extend(2_u32.to_le_bytes());
        message.extend(field(name, CHALLENGE_HEAD)?);
        message.extend((UNICODE | NTLM | OFFERED).to_le_bytes());
        message.extend(server_challenge);
        message.extend([0; 8]);
        message.extend(field(&info, CHALLENGE_HEAD + name.len())?);
        message.extend(VERSION);
        message.extend(name);
        message.extend(info);
        Some(message)
    }

    /// Whether the client's names have all of these, with the same values.
    pub(super) fn is_returned(&self, pairs: &[(u16, &[u8])]) -> bool {
        self.pairs.iter().all(|(kind, value)| pairs.contains(&(*kind, value.as_slice())))
    }
}

/// The client's second message.
///
/// # Spec
///
/// `NLMP` 2.2.1.3
#[derive(Debug)]
pub(super) struct Authenticate {
    pub(super) user: String,
    pub(super) domain: String,
    pub(super) nt_response: Vec<u8>,
    bytes: Vec<u8>,
}

impl Authenticate {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let flags = number(begin(bytes, 3)?, 60)?;
        // Keys were not offered for exchange.
        if flags & UNICODE == 0 || flags & KEY_EXCHANGE != 0 {
            return None;
        }
        Some(Self {
            user: text(payload(bytes, 36)?)?,
            domain: text(payload(bytes, 28)?)?,
            nt_response: payload(bytes, 20)?.to_vec(),
            bytes: bytes.to_vec(),
        })
    }

    /// The names and values that the client returns within its response.
    pub(super) fn pairs(&self) -> Option<Vec<(u16, &[u8])>> {
        let mut rest = self.nt_response.get(PAIRS_IN_RESPONSE..)?;
        let mut pairs = Vec::new();
        loop {
            let (kind, after) = rest.split_first_chunk::<2>()?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_le_bytes(*length));
            let (value, after) = after.split_at_checked(length)?;
            match u16::from_le_bytes(*kind) {
                0 => return Some(pairs),
                kind => pairs.push((kind, value)),
            }
            rest = after;
        }
    }

    /// Whether the integrity code over all three messages is right, or none was promised.
    pub(super) fn vouches(&self, before: &[u8], session_key: &[u8; 16]) -> bool {
        let promised = self.pairs().is_some_and(|pairs| {
            pairs.iter().any(|(kind, value)| {
                *kind == FLAGS && value.first().is_some_and(|flags| flags & VOUCHED != 0)
            })
        });
        if !promised {
            return true;
        }
        let Some((head, rest)) = self.bytes.split_at_checked(CODE) else {
            return false;
        };
        let Some((code, rest)) = rest.split_first_chunk::<16>() else {
            return false;
        };
        let right = hmac_md5(session_key, &[before, head, &[0; 16], rest]);
        right.is_some_and(|right| right == *code)
    }
}

/// The message, when it begins as one of this type.
fn begin(message: &[u8], kind: u32) -> Option<&[u8]> {
    let fits = message.starts_with(SIGNATURE) && number(message, 8)? == kind;
    fits.then_some(message)
}

fn number(message: &[u8], at: usize) -> Option<u32> {
    let (bytes, _) = message.get(at..)?.split_first_chunk::<4>()?;
    Some(u32::from_le_bytes(*bytes))
}

/// The bytes that the field at a place points to.
fn payload(message: &[u8], at: usize) -> Option<&[u8]> {
    let (length, _) = message.get(at..)?.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_le_bytes(*length));
    let start = usize::try_from(number(message, at + 4)?).ok()?;
    message.get(start..start.checked_add(length)?)
}

/// A field: the length twice, and where the bytes stand.
fn field(bytes: &[u8], at: usize) -> Option<Vec<u8>> {
    let length = u16::try_from(bytes.len()).ok()?.to_le_bytes();
    let at = u32::try_from(at).ok()?.to_le_bytes();
    Some([length.as_slice(), &length, &at].concat())
}

fn text(bytes: &[u8]) -> Option<String> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| odd.is_empty())
}

const SIGNATURE: &[u8] = b"NTLMSSP\0";
const CHALLENGE_HEAD: usize = 56;
/// Where the integrity code stands in the last message.
const CODE: usize = 72;
/// After the proof and the fixed part of the client's blob.
const PAIRS_IN_RESPONSE: usize = 16 + 28;

const UNICODE: u32 = 0x0000_0001;
const NTLM: u32 = 0x0000_0200;
const KEY_EXCHANGE: u32 = 0x4000_0000;
/// The target is a domain and is asked for, extended session security, target information,
/// version, keys of 128 bits.
const OFFERED: u32 =
    0x0000_0004 | 0x0001_0000 | 0x0008_0000 | 0x0080_0000 | 0x0200_0000 | 0x2000_0000;
/// Windows 10.0, NTLM revision 15.
const VERSION: [u8; 8] = [10, 0, 0, 0, 0, 0, 0, 15];

const COMPUTER: u16 = 1;
const DOMAIN: u16 = 2;
const DNS_COMPUTER: u16 = 3;
const DNS_DOMAIN: u16 = 4;
const FLAGS: u16 = 6;
/// In the first byte of the flags: the messages are vouched for.
const VOUCHED: u8 = 2;
const TIMESTAMP: u16 = 7;
/// The beginning of 2026, in units of 100 ns since 1601: in the lab it is always then.
const NOW: u64 = 134_116_992_000_000_000;
