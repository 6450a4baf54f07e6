//! Bytes that nobody may see: never printed, wiped when dropped.

use core::{fmt, ops::Deref};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use secrecy::zeroize::Zeroizing;

/// A secret, or what a secret was made into.
///
/// Its `Debug` says nothing, not even how long it is: what holds one cannot print it by accident.
pub struct Hidden(Zeroizing<Vec<u8>>);

impl Hidden {
    /// Joins parts. The buffer has its size from the start: one that grew would leave a copy.
    pub fn join(parts: &[&[u8]]) -> Self {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            bytes.extend_from_slice(part);
        }
        Self(Zeroizing::new(bytes))
    }

    /// The same in base64.
    #[must_use]
    pub fn base64(&self) -> Self {
        Self(Zeroizing::new(BASE64_STANDARD.encode(&*self.0).into_bytes()))
    }

    /// Gives the bytes away, to be sent.
    pub fn into_bytes(mut self) -> Vec<u8> {
        core::mem::take(&mut *self.0)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hidden").finish_non_exhaustive()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_not_printed() {
        let hidden = Hidden::join(&[b"tan", b"staaf"]);
        assert_eq!(&*hidden, b"tanstaaf");
        assert_eq!(&*hidden.base64(), b"dGFuc3RhYWY=");
        assert_eq!(format!("{hidden:?}"), "Hidden { .. }");
    }
}
