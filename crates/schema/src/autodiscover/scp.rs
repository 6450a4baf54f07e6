//! Service connection points: what the entries of a directory say of where Autodiscover is.
//!
//! Whoever asks the directory hands the entries over; nothing in here knows LDAP. [`choose`] says
//! what they lead to, [`user`] reads the entry of a user.
//!
//! # Spec
//!
//! `OXDISCO` 3.1.5.1

use crate::address::Domain;
use crate::lowering::host::{self, UrlFault, secure_url};

mod pointer;
pub mod user;

pub use pointer::Pointer;

/// The keyword of an entry that points to another directory.
pub const POINTER_KEYWORD: &str = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68";
/// The keyword of an entry that has the URL of an Autodiscover server.
pub const URL_KEYWORD: &str = "77378F46-2C66-4aa9-A6A6-3E7A48B19596";
/// The filter of the search, below the root's `configurationNamingContext`, that finds the entries
/// of both kinds.
pub const FILTER: &str = "(&(objectClass=serviceConnectionPoint)\
    (|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)\
    (keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)))";
/// The attribute of [`Entry::keywords`].
pub const KEYWORDS: &str = "keywords";
/// The attribute of [`Entry::binding_information`].
pub const BINDING_INFORMATION: &str = "serviceBindingInformation";

/// An entry of the directory, as it was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// `keywords`: what kind of entry it is, `Site=` and `Domain=`.
    pub keywords: &'a [String],
    /// `serviceBindingInformation`: the URL. The first one that is not blank counts.
    pub binding_information: &'a [String],
}

impl<'a> Entry<'a> {
    /// An entry.
    pub fn new(keywords: &'a [String], binding_information: &'a [String]) -> Self {
        Self { keywords, binding_information }
    }

    /// Whether a keyword is that one, letter case ignored and as a whole.
    fn has(self, keyword: &str) -> bool {
        self.keywords.iter().any(|found| found.trim().eq_ignore_ascii_case(keyword))
    }

    /// What stands behind the key of each keyword that has it.
    fn values(self, key: &str) -> impl Iterator<Item = &'a str> {
        self.keywords.iter().filter_map(move |keyword| {
            let (found, value) = keyword.trim().split_at_checked(key.len())?;
            found.eq_ignore_ascii_case(key).then_some(value)
        })
    }

    fn binding(self) -> Option<&'a str> {
        self.binding_information.iter().map(|text| text.trim()).find(|text| !text.is_empty())
    }
}

/// What the entries lead to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// Where to go on.
    pub next: Next,
    /// The directory to search where [`Next::Urls`] is empty, or none of them answers.
    pub fallback: Option<Pointer>,
    /// What was left out, and why, in the order of the directory.
    pub refused: Vec<Refused>,
}

/// Where to go on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a directory points on, or it answers")]
pub enum Next {
    /// Search this directory instead, and forget what was found in this one. The caller bounds the
    /// number of such steps.
    Follow(Pointer),
    /// Ask these URLs in this order: https, in ASCII, each once.
    Urls(Vec<String>),
}

/// An entry that was left out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refused {
    /// What stood in its `serviceBindingInformation`.
    pub text: String,
    /// Why it was left out.
    pub reason: RefusedReason,
}

/// Why an entry is left out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedReason {
    /// It has no URL.
    #[error("the entry has no URL")]
    Empty,
    /// Its URL is none that a client can open.
    #[error("this is no URL of a web server")]
    BadUrl,
    /// It is http with a port of its own, so that nobody knows where https would be.
    #[error("this is http on a port of its own, which has no https in its place")]
    PlainHttp,
    /// It points to nothing that can be searched.
    #[error("this is no LDAP URL with a host")]
    BadPointer,
}

/// Chooses among the entries of a directory for an address of `domain`.
///
/// A pointer for the address's domain comes first and ends the choice. Else every URL is taken:
/// those of `site`, which is the site of this computer, then those of no site, then those of other
/// sites; the directory's order holds inside each class, and a URL that stands twice, in whatever
/// letters, is taken once. The fallback is the first pointer that is for no domain.
///
/// # Security
///
/// A URL over plain http becomes https, or is left out with a reason.
///
/// # Spec
///
/// `OXDISCO` 3.1.5.1
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::scp::{Entry, Next, URL_KEYWORD, choose};
///
/// let keywords = [URL_KEYWORD.to_lowercase(), "Site=Berlin".to_owned()];
/// let urls = ["http://ex.contoso.example/Autodiscover/Autodiscover.xml".to_owned()];
/// let choice = choose(&[Entry::new(&keywords, &urls)], &"contoso.example".parse()?, None);
/// let url = "https://ex.contoso.example/Autodiscover/Autodiscover.xml".to_owned();
/// assert_eq!(choice.next, Next::Urls(vec![url]));
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
pub fn choose(entries: &[Entry<'_>], domain: &Domain, site: Option<&str>) -> Choice {
    let mut refused = Vec::new();
    let mut fallback = None;
    let mut by_class: [Vec<String>; 3] = Default::default();
    let mut own = None;
    for entry in entries {
        if entry.has(POINTER_KEYWORD) {
            let place = Place::of(*entry, domain);
            // Entries for other domains are no business of this address, however broken.
            let slot = match place {
                Place::Own if own.is_none() => &mut own,
                Place::Anywhere if fallback.is_none() => &mut fallback,
                _ => continue,
            };
            *slot = noted(entry.binding(), &mut refused, Pointer::read);
        }
        if entry.has(URL_KEYWORD)
            && let Some(url) = noted(entry.binding(), &mut refused, web_url)
        {
            let [of_site, of_none, of_others] = &mut by_class;
            let mut sites = entry.values("Site=").map(str::trim).peekable();
            match (sites.peek().is_some(), site) {
                (false, _) => of_none,
                (true, Some(site)) if sites.any(|found| is_same(found, site)) => of_site,
                (true, _) => of_others,
            }
            .push(url);
        }
    }
    let next = match own {
        Some(pointer) => Next::Follow(pointer),
        None => Next::Urls(each_once(by_class)),
    };
    Choice { next, fallback, refused }
}

/// For whom a pointer is.
enum Place {
    /// For the domain of the address.
    Own,
    /// For every domain.
    Anywhere,
    /// For other domains.
    Other,
}

impl Place {
    fn of(entry: Entry<'_>, domain: &Domain) -> Self {
        let mut domains = entry.values("Domain=").peekable();
        if domains.peek().is_none() {
            Self::Anywhere
        } else if domains.any(|found| found.parse().is_ok_and(|found: Domain| found == *domain)) {
            Self::Own
        } else {
            Self::Other
        }
    }
}

/// What is read of an entry's text, or a note of why it is not.
fn noted<T>(
    text: Option<&str>,
    refused: &mut Vec<Refused>,
    read: impl FnOnce(&str) -> Result<T, RefusedReason>,
) -> Option<T> {
    let reading = text.map_or(Err(RefusedReason::Empty), read);
    let note = |reason| {
        refused.push(Refused { text: text.unwrap_or_default().to_owned(), reason });
    };
    reading.map_err(note).ok()
}

/// A URL over https; one over http is raised to it where it has no port of its own.
fn web_url(text: &str) -> Result<String, RefusedReason> {
    match secure_url(text) {
        Ok(url) => Ok(url),
        Err(UrlFault::NoUrl) => Err(RefusedReason::BadUrl),
        Err(UrlFault::NotHttps) => {
            let host = host::read(text).ok_or(RefusedReason::BadUrl)?;
            let (_scheme, rest) = text.split_once("://").ok_or(RefusedReason::BadUrl)?;
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let rest = rest.get(authority.len()..).unwrap_or_default();
            let bare = match host.port {
                None => authority,
                Some(80) => authority.rsplit_once(':').map_or(authority, |(name, _)| name),
                Some(_) => return Err(RefusedReason::PlainHttp),
            };
            secure_url(&format!("https://{bare}{rest}")).map_err(|_| RefusedReason::BadUrl)
        }
    }
}

fn each_once(by_class: [Vec<String>; 3]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let urls = by_class.into_iter().flatten();
    urls.filter(|url| seen.insert(url.to_lowercase())).collect()
}

fn is_same(found: &str, site: &str) -> bool {
    found.to_lowercase() == site.trim().to_lowercase()
}
