//! What a directory has, or has not.

use core::fmt;

/// What became of a question to a directory.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DirectoryReason {
    /// It has so many entries.
    Entries {
        /// How many came.
        count: usize,
        /// Whether there are more.
        is_cut: bool,
        /// Where a directory without an entry says that there may be some; nobody goes there.
        referral: Option<String>,
    },
    /// An account of another domain than the directory's.
    OtherDomain(String),
    /// No directory is configured.
    NotConfigured,
    /// No server of it can be asked.
    NoServer,
    /// An entry is left out; what it names, and why.
    Unusable {
        /// What stands in the entry.
        text: String,
        /// Why it is of no use.
        why: String,
    },
    /// A pointer to a directory that was searched before.
    Loop(String),
    /// A pointer too many.
    TooManyPointers,
    /// It points to another directory.
    Pointer(String),
    /// It names these URLs.
    Urls(Vec<String>),
    /// It names no Exchange server for the user.
    NoExchangeServer,
}

/// URLs that are asked, and told; the rest is counted.
pub(crate) const SHOWN: usize = 10;

impl DirectoryReason {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Entries { .. } | Self::Urls(_) => "answered",
            Self::NotConfigured => "no-directory",
            Self::NoServer => "no-directory-server",
            Self::OtherDomain(_) => "account-of-another-domain",
            Self::Unusable { .. } => "directory-entry-unusable",
            Self::Loop(_) => "pointer-loop",
            Self::TooManyPointers => "too-many-pointers",
            Self::Pointer(_) => "pointer",
            Self::NoExchangeServer => "no-exchange-server",
        }
    }
}

impl fmt::Display for DirectoryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entries { count, is_cut, referral } => {
                match count {
                    0 => f.write_str("no entry")?,
                    1 => f.write_str("1 entry")?,
                    count => write!(f, "{count} entries")?,
                }
                f.write_str(if *is_cut { ", and there are more" } else { "" })?;
                match referral {
                    Some(to) => write!(f, "; it refers to {to}, where nobody went"),
                    None => Ok(()),
                }
            }
            Self::NotConfigured => f.write_str("no directory is configured"),
            Self::NoServer => f.write_str("no server of the directory can be asked"),
            Self::Unusable { text, why } => write!(f, "`{text}` is left out: {why}"),
            Self::Loop(to) => write!(f, "a pointer to {to}, which was searched before"),
            Self::TooManyPointers => f.write_str("a pointer too many"),
            Self::Pointer(to) => write!(f, "a pointer to {to}"),
            Self::Urls(urls) => {
                let named: Vec<&str> = urls.iter().take(SHOWN).map(String::as_str).collect();
                write!(f, "Autodiscover at {}", named.join(", "))?;
                match urls.len().checked_sub(SHOWN) {
                    Some(more @ 1..) => write!(f, ", and at {more} more, which are not asked"),
                    _ => Ok(()),
                }
            }
            Self::OtherDomain(domain) => write!(
                f,
                "the account is of the domain {domain}, and another one's directory would be asked; \
                 `ACCOUNT@DOMAIN` is clear"
            ),
            Self::NoExchangeServer => {
                f.write_str("the directory names no Exchange server for the user")
            }
        }
    }
}
