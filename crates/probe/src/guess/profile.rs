//! The profiles: which table is tried.

use core::{fmt, str::FromStr};

use super::table::{MODERN, OUTLOOK_2010, Plan};

/// Which table is tried.
///
/// # Examples
///
/// ```
/// use mailscout_probe::guess::Profile;
///
/// assert_eq!("outlook2010".parse(), Ok(Profile::Outlook2010));
/// assert_eq!(Profile::default().as_str(), "modern");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Profile {
    /// mailscout's own: the rows of [`Outlook2010`](Self::Outlook2010), the SMTP server
    /// `submission.DOMAIN` and port 465. What one connection can tell stands together, the ports
    /// that are encrypted from the first byte come first, and sending without a log-in comes last.
    ///
    /// # Spec
    ///
    /// [RFC 8314 §3.3](https://www.rfc-editor.org/rfc/rfc8314#section-3.3) (port 465),
    /// [RFC 6409 §3.1](https://www.rfc-editor.org/rfc/rfc6409#section-3.1) (port 587)
    #[default]
    Modern,
    /// The 215 rows of Outlook 2010, in their order.
    ///
    /// # Spec
    ///
    /// `OL2010`, "common settings discovery"
    Outlook2010,
}

impl Profile {
    /// All profiles, the default first.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Modern, Self::Outlook2010].into_iter()
    }

    /// The stable id: the word of `--profile` and of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Outlook2010 => "outlook2010",
        }
    }

    pub(super) fn plan(self) -> &'static Plan {
        match self {
            Self::Modern => &MODERN,
            Self::Outlook2010 => &OUTLOOK_2010,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::all().find(|profile| profile.as_str() == text).ok_or(UnknownProfile)
    }
}

/// A word that is no profile's id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such profile")]
#[expect(clippy::exhaustive_structs, reason = "it says one thing")]
pub struct UnknownProfile;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_reads_back_from_its_id_and_the_first_is_the_default() {
        for profile in Profile::all() {
            assert_eq!(profile.as_str().parse(), Ok(profile));
        }
        assert_eq!(Profile::all().next(), Some(Profile::default()));
        assert_eq!(Profile::all().count(), 2);
        assert_eq!("outlook".parse::<Profile>(), Err(UnknownProfile));
    }
}
