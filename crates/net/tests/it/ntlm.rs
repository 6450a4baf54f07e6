//! The server's side of NTLM, written against MS-NLMP and not against our client.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;

/// A server's word and secret.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    pub(crate) user: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) password: &'static str,
    /// The digest of the server's certificate, to which a log-in must be tied.
    pub(crate) certificate: Vec<u8>,
}

const NONCE: [u8; 8] = *b"\x10\x32\x54\x76\x98\xba\xdc\xfe";
const FLAGS: u32 = 0xa088_8205;

impl Verifier {
    /// The challenge, with the server's names and its time.
    pub(crate) fn challenge() -> Vec<u8> {
        let mut info = Vec::new();
        for (id, value) in [
            (2, utf16("LAB")),
            (1, utf16("EXCH")),
            (7, 0x01dc_5b2f_0000_0000_u64.to_le_bytes().to_vec()),
            (0, vec![]),
        ] {
            let length = u16::try_from(value.len()).unwrap();
            info.extend([u16::to_le_bytes(id), length.to_le_bytes()].concat());
            info.extend(value);
        }
        let length = u16::try_from(info.len()).unwrap().to_le_bytes();
        let parts: [&[u8]; 10] = [
            b"NTLMSSP\0\x02\0\0\0",
            &[0, 0, 0, 0, 56, 0, 0, 0],
            &FLAGS.to_le_bytes(),
            &NONCE,
            &[0; 8],
            &length,
            &length,
            &56_u32.to_le_bytes(),
            &[10, 0, 0x63, 0x45, 0, 0, 0, 15],
            &info,
        ];
        parts.concat()
    }

    /// What is wrong with the two messages of a client; both in base64.
    pub(crate) fn judge(&self, negotiate: &str, authenticate: &str) -> Result<(), String> {
        let negotiate = BASE64_STANDARD.decode(negotiate).unwrap();
        let message = BASE64_STANDARD.decode(authenticate).unwrap();
        if !negotiate.starts_with(b"NTLMSSP\0\x01\0\0\0") {
            return Err("no negotiate message".to_owned());
        }
        if !message.starts_with(b"NTLMSSP\0\x03\0\0\0") {
            return Err("no authenticate message".to_owned());
        }
        let (response, domain, user) =
            (field(&message, 20), field(&message, 28), field(&message, 36));
        if (user, domain) != (&utf16(self.user)[..], &utf16(self.domain)[..]) {
            return Err("another name".to_owned());
        }
        let hash: [u8; 16] = Md4::digest(utf16(self.password)).into();
        let key = hmac(&hash, &[&utf16(&self.user.to_uppercase()), domain]);
        let (proof, blob) = response.split_at(16);
        if hmac(&key, &[&NONCE, blob]) != proof {
            return Err("a wrong password".to_owned());
        }
        let items = items(&blob[28..]);
        if item(&items, 7) != Some(&0x01dc_5b2f_0000_0000_u64.to_le_bytes()[..])
            || blob[8..16] != *item(&items, 7).unwrap()
        {
            return Err("another time".to_owned());
        }
        if item(&items, 6) != Some(&[2, 0, 0, 0][..]) {
            return Err("no promise of a code".to_owned());
        }
        if item(&items, 10) != Some(&self.binding()[..]) {
            return Err("tied to another connection".to_owned());
        }
        let mut bare = message.clone();
        bare[72..88].fill(0);
        let code = hmac(&hmac(&key, &[proof]), &[&negotiate, &Self::challenge(), &bare]);
        if code[..] != message[72..88] {
            return Err("a wrong code".to_owned());
        }
        Ok(())
    }

    fn binding(&self) -> [u8; 16] {
        let data = [&b"tls-server-end-point:"[..], &self.certificate].concat();
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        Md5::digest([&[0; 16][..], &length, &data].concat()).into()
    }
}

fn field(message: &[u8], place: usize) -> &[u8] {
    let length = usize::from(u16::from_le_bytes(message[place..place + 2].try_into().unwrap()));
    let offset = u32::from_le_bytes(message[place + 4..place + 8].try_into().unwrap());
    &message[usize::try_from(offset).unwrap()..][..length]
}

fn items(mut rest: &[u8]) -> Vec<(u16, &[u8])> {
    let mut items = Vec::new();
    loop {
        let id = u16::from_le_bytes(rest[..2].try_into().unwrap());
        let length = usize::from(u16::from_le_bytes(rest[2..4].try_into().unwrap()));
        if id == 0 {
            return items;
        }
        items.push((id, &rest[4..4 + length]));
        rest = &rest[4 + length..];
    }
}

fn item<'a>(items: &[(u16, &'a [u8])], id: u16) -> Option<&'a [u8]> {
    let mut found = items.iter().filter(|item| item.0 == id);
    let first = found.next()?;
    assert!(found.next().is_none(), "item {id} stands twice");
    Some(first.1)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut mac = Hmac::<Md5>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
