//! Encryption: the schema has no word for STARTTLS, the port tells it.

use crate::autodiscover::{Encryption, Protocol};
use crate::lowering::connection::Asked;

/// Reads the request off `Encryption`, and off `SSL` only where that is absent.
pub(super) fn asked(protocol: &Protocol) -> Asked {
    let plain = match &protocol.encryption {
        Some(encryption) => *encryption == Encryption::None,
        None => protocol.ssl == Some(false),
    };
    if plain { Asked::Plain } else { Asked::Encrypted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autodiscover::ProtocolType;
    use crate::text::Text;

    #[test]
    fn encryption_decides_over_ssl_and_what_is_unknown_is_encrypted() {
        let with = |ssl: Option<bool>, encryption: Option<&str>| {
            let mut protocol = Protocol::new(ProtocolType::Imap);
            protocol.ssl = ssl;
            protocol.encryption = encryption.and_then(Text::new).map(Encryption::from);
            asked(&protocol)
        };
        assert_eq!(with(None, None), Asked::Encrypted);
        assert_eq!(with(Some(true), None), Asked::Encrypted);
        assert_eq!(with(Some(false), None), Asked::Plain);
        for token in ["SSL", "tls", "Auto", "starttls", "nonsense"] {
            assert_eq!(with(Some(false), Some(token)), Asked::Encrypted, "{token}");
        }
        assert_eq!(with(Some(true), Some("none")), Asked::Plain);
    }
}
