//! Keyed digests over several parts.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

use super::sasl::{BUG, Fault};

/// HMAC-MD5 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
pub(super) fn hmac_md5(key: &[u8], parts: &[&[u8]]) -> Result<Zeroizing<[u8; 16]>, Fault> {
    // A key can have any length.
    let mut mac = Hmac::<Md5>::new_from_slice(key).map_err(|_| BUG)?;
    for part in parts {
        mac.update(part);
    }
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

/// HMAC-SHA-256 at work, for whoever checks a digest instead of making one.
pub(super) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Result<Hmac<Sha256>, Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| BUG)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac)
}
