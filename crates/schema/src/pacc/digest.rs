//! The DNS record that vouches for a document: a digest of its bytes.

use core::{fmt, str::FromStr};

use base64::alphabet;
use base64::engine::{
    DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig, general_purpose,
};
use sha2::{Digest as _, Sha256};

/// A record that this version can compare.
///
/// # Wire form
///
/// ```text
/// v=UAAC1; a=sha256; d=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
/// ```
///
/// The parts come in any order; those of other names are ignored, as is a `;` at the end. A record
/// in DNS that consists of several strings is their concatenation, which is for the caller to make.
///
/// # Spec
///
/// `PACC-03`
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Record {
    digest: [u8; 32],
}

impl Record {
    /// The record for a document: its bytes, as they are served.
    pub fn of(body: &[u8]) -> Self {
        Self { digest: Sha256::digest(body).into() }
    }

    /// Whether the record vouches for these bytes.
    pub fn matches(&self, body: &[u8]) -> bool {
        *self == Self::of(body)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=UAAC1; a=sha256; d={}", general_purpose::STANDARD.encode(self.digest))
    }
}

impl FromStr for Record {
    type Err = RecordError;

    /// Reads a record.
    ///
    /// # Errors
    ///
    /// Says why it cannot be compared; such a record is skipped, and others beside it count.
    fn from_str(text: &str) -> Result<Self, RecordError> {
        let (mut version, mut algorithm, mut digest) = (None, None, None);
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                if part.trim().is_empty() {
                    continue;
                }
                return Err(RecordError::BadPart);
            };
            let slot = match name.trim() {
                name if name.eq_ignore_ascii_case("v") => &mut version,
                name if name.eq_ignore_ascii_case("a") => &mut algorithm,
                name if name.eq_ignore_ascii_case("d") => &mut digest,
                _ => continue,
            };
            if slot.replace(value.trim()).is_some() {
                return Err(RecordError::BadPart);
            }
        }
        if !version.is_some_and(|version| version.eq_ignore_ascii_case("UAAC1")) {
            return Err(RecordError::OtherVersion);
        }
        if !algorithm.is_some_and(|algorithm| algorithm.eq_ignore_ascii_case("sha256")) {
            return Err(RecordError::UnknownAlgorithm);
        }
        let bytes =
            BASE64.decode(digest.unwrap_or_default()).map_err(|_| RecordError::BadDigest)?;
        let digest = bytes.try_into().map_err(|_| RecordError::BadDigest)?;
        Ok(Self { digest })
    }
}

/// Base64 with its padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a record cannot be compared.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A part is no `name=value`, or stands twice.
    #[error("a part of the record is malformed or stands twice")]
    BadPart,
    /// `v` is missing or not `UAAC1`: some other record at the same name.
    #[error("the record is none of version UAAC1")]
    OtherVersion,
    /// `a` is missing or unknown.
    #[error("the record's algorithm is unknown")]
    UnknownAlgorithm,
    /// `d` is missing, no base64, or of the wrong length.
    #[error("the record's digest is unreadable")]
    BadDigest,
}

/// Whether any of the records vouches for these bytes. Several stand side by side while a provider
/// changes its document; those that cannot be compared are skipped.
///
/// # Security
///
/// Without a match the document must not be used. A match alone proves little where DNS is not
/// signed: whoever can forge the answer can forge the record too.
///
/// # Spec
///
/// `PACC-03`
///
/// # Examples
///
/// ```
/// use mailscout_schema::pacc::{Record, digest_matches};
///
/// let body = b"{}\n";
/// let records = ["v=spf1 -all".to_owned(), Record::of(body).to_string()];
/// assert!(digest_matches(&records, body));
/// assert!(!digest_matches(&records, b"{}"));
/// ```
pub fn digest_matches(records: &[impl AsRef<str>], body: &[u8]) -> bool {
    let digest = Record::of(body);
    records.iter().any(|record| record.as_ref().parse::<Record>().as_ref() == Ok(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of no bytes at all.
    const EMPTY: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[track_caller]
    fn check(record: &str, expected: Result<(), RecordError>) {
        let record = record.replace("EMPTY", EMPTY);
        assert_eq!(record.parse::<Record>().map(|record| assert!(record.matches(b""))), expected);
        assert_eq!(digest_matches(&[record], b""), expected.is_ok());
    }

    #[test]
    fn records_are_read_in_any_order_and_what_is_unknown_is_ignored() {
        check("v=UAAC1; a=sha256; d=EMPTY", Ok(()));
        check("v=UAAC1;a=sha256;d=EMPTY;", Ok(()));
        check(" d = EMPTY ; V=uaac1 ; A=SHA256 ; x=y=z", Ok(()));
        check("v=UAAC1; a=sha256; d=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", Ok(()));
    }

    #[test]
    fn records_that_cannot_be_compared_say_why() {
        check("", Err(RecordError::OtherVersion));
        check("v=UAAC2; a=sha256; d=EMPTY", Err(RecordError::OtherVersion));
        check("a=sha256; d=EMPTY", Err(RecordError::OtherVersion));
        check("v=UAAC1; a=sha512; d=EMPTY", Err(RecordError::UnknownAlgorithm));
        check("v=UAAC1; d=EMPTY", Err(RecordError::UnknownAlgorithm));
        check("v=UAAC1; a=sha256", Err(RecordError::BadDigest));
        check("v=UAAC1; a=sha256; d=AAAA", Err(RecordError::BadDigest));
        check("v=UAAC1; a=sha256; d=not base64", Err(RecordError::BadDigest));
        check("v=UAAC1; a=sha256; d=EMPTY; d=EMPTY", Err(RecordError::BadPart));
        check("v=UAAC1; a=sha256; d=EMPTY; what", Err(RecordError::BadPart));
    }

    #[test]
    fn one_match_among_others_is_enough_and_every_byte_counts() {
        let (old, new) = (Record::of(b"old").to_string(), Record::of(b"new").to_string());
        let records = ["v=UAAC1; a=blake3; d=AA==".to_owned(), old, new];
        assert!(digest_matches(&records, b"new") && digest_matches(&records, b"old"));
        assert!(!digest_matches(&records, b"new\n"));
        assert!(!digest_matches(&records, b"\xef\xbb\xbfnew"));
        assert!(!digest_matches(&[""; 0], b""));
    }
}
