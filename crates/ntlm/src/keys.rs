//! Keys and digests: what a password becomes before it proves anything.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use crate::hidden::Hidden;

/// A digest that is a key, or that proves one.
pub(crate) type Digest = Zeroizing<[u8; 16]>;

/// The key of the responses (MS-NLMP 3.3.2).
pub(crate) fn response_key(user: &str, domain: &str, password: &SecretString) -> Digest {
    let hash: Digest = Zeroizing::new(Md4::digest(&*utf16(password.expose_secret())).into());
    let user: String = user.chars().map(upper).collect();
    hmac_md5(&hash, &[&utf16(&user), &utf16(domain)])
}

/// HMAC-MD5 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)); every key of NTLM is a digest.
pub(crate) fn hmac_md5(key: &[u8; 16], parts: &[&[u8]]) -> Digest {
    // The RFC fills a key up with zeros to the length of a block of the hash.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let mut mac = Hmac::<Md5>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// MD5 of several parts.
pub(crate) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part);
    }
    md5.finalize().into()
}

/// Text as Windows has it.
pub(crate) fn utf16(text: &str) -> Hidden {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202, section 2, its first example: the key has the length of a digest.
    #[test]
    fn the_example_of_rfc_2202() {
        let mac = u128::from_be_bytes(*hmac_md5(&[0x0b; 16], &[b"Hi ", b"There"]));
        assert_eq!(mac, 0x9294_727a_3638_bb1c_13f4_8ef8_158b_fc9d);
    }

    #[test]
    fn one_letter_stays_one_letter() {
        assert_eq!("aß\u{fb01}é".chars().map(upper).collect::<String>(), "Aß\u{fb01}É");
    }
}
