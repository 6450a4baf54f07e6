//! The arithmetic of NTLM version 2.

use hmac::{Hmac, KeyInit, Mac};
use md4::Md4;
use md5::{Digest, Md5};

/// The key that only the password, the user and the domain make.
///
/// # Spec
///
/// `NLMP` 3.3.2
pub(super) fn response_key(password: &str, user: &str, domain: &str) -> Option<[u8; 16]> {
    let hash = Md4::digest(utf16(password));
    hmac_md5(&hash, &[&utf16(&user.to_uppercase()), &utf16(domain)])
}

/// The session's key, when the response proves that the client has the response key.
pub(super) fn session_key(
    key: &[u8; 16],
    server_challenge: [u8; 8],
    response: &[u8],
) -> Option<[u8; 16]> {
    let (proof, rest) = response.split_first_chunk::<16>()?;
    // A response of version 1 has 24 bytes and ends here.
    if !rest.starts_with(&[1, 1]) {
        return None;
    }
    let right = hmac_md5(key, &[&server_challenge, rest])?;
    (right == *proof).then(|| hmac_md5(key, &[proof])).flatten()
}

/// HMAC-MD5 of some parts.
pub(super) fn hmac_md5(key: &[u8], parts: &[&[u8]]) -> Option<[u8; 16]> {
    let mac = Hmac::<Md5>::new_from_slice(key).ok()?;
    let mac = parts.iter().fold(mac, Mac::chain_update);
    Some(mac.finalize().into_bytes().into())
}

/// Text as NTLM writes it.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::{response_key, session_key};

    const CHALLENGE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];

    /// The example of section 4.2.4.
    fn response() -> Vec<u8> {
        let proof = "68cd0ab851e51c96aabc927bebef6a1c";
        let temp = "01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000\
            02000c0044006f006d00610069006e00\
            01000c005300650072007600650072000000000000000000";
        hex(&format!("{proof}{temp}"))
    }

    fn hex(digits: &str) -> Vec<u8> {
        let pairs = digits.as_bytes().chunks(2);
        pairs.map(|p| u8::from_str_radix(str::from_utf8(p).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn the_keys_are_those_of_the_specification() {
        let key = response_key("Password", "User", "Domain").unwrap();
        assert_eq!(key.to_vec(), hex("0c868a403bfd7a93a3001ef22ef02e3f"));
        let session = session_key(&key, CHALLENGE, &response()).unwrap();
        assert_eq!(session.to_vec(), hex("8de40ccadbc14a82f15cb0ad0de95ca3"));
    }

    #[test]
    fn another_password_challenge_or_version_proves_nothing() {
        let key = response_key("Password", "User", "Domain").unwrap();
        let other = response_key("password", "User", "Domain").unwrap();
        assert_eq!(session_key(&other, CHALLENGE, &response()), None);
        assert_eq!(session_key(&key, [0; 8], &response()), None);
        assert_eq!(session_key(&key, CHALLENGE, &response()[..24]), None);
        assert_eq!(session_key(&key, CHALLENGE, &[0; 24]), None);
        // The user is compared without regard to case, the domain with it.
        assert_eq!(response_key("Password", "USER", "Domain"), Some(key));
        assert_ne!(response_key("Password", "User", "DOMAIN"), Some(key));
    }
}
