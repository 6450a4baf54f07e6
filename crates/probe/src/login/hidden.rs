//! Bytes that nobody may see: never printed, wiped when dropped.

use core::ops::Deref;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use secrecy::zeroize::Zeroizing;

/// A secret, or what a secret was made into.
///
/// It has no `Debug`: what holds one cannot print it by accident.
pub(crate) struct Hidden(Zeroizing<Vec<u8>>);

impl Hidden {
    /// Joins parts. The buffer has its size from the start: one that grew would leave a copy.
    pub(crate) fn join(parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            bytes.extend_from_slice(part);
        }
        Self(Zeroizing::new(bytes))
    }

    /// The same in base64.
    pub(crate) fn base64(&self) -> Self {
        Self(Zeroizing::new(BASE64_STANDARD.encode(&*self.0).into_bytes()))
    }

    /// Gives the bytes away, to be sent.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        core::mem::take(&mut *self.0)
    }
}

impl Deref for Hidden {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text.into_bytes()))
    }
}
