//! E-mail addresses and domains, in the one form that every URL, DNS name and document uses.
//!
//! No public-suffix list here: whether a domain may be asked at all is for who asks.

use core::{fmt, net::IpAddr, str::FromStr};

/// The longest local part, in octets ([RFC 5321 §4.5.3.1.1](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.1)).
const MAX_LOCAL: usize = 64;
/// The longest address, in octets: a path of 256 less its brackets (RFC 5321 §4.5.3.1.3).
const MAX_ADDRESS: usize = 254;
/// The longest host name in text, without the final dot (RFC 1035 §2.3.4).
const MAX_DOMAIN: usize = 253;
/// The longest label of one (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// An e-mail address whose domain is a name that DNS can be asked for.
///
/// The local part is kept as it was written. The domain is converted to A-labels, in lower case,
/// without a final dot; `Display` joins the two.
///
/// # Examples
///
/// ```
/// use mailscout_schema::address::EmailAddress;
///
/// let address: EmailAddress = "Jo+news@Bücher.example.".parse()?;
/// assert_eq!(address.to_string(), "Jo+news@xn--bcher-kva.example");
/// assert_eq!(address.local_part(), "Jo+news");
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EmailAddress {
    local_part: String,
    domain: Domain,
}

impl EmailAddress {
    /// The part before the `@`, as it was written.
    pub fn local_part(&self) -> &str {
        &self.local_part
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether both name one mailbox for the purpose of cutting loops: letter case is ignored.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.domain == other.domain
            && self.local_part.to_lowercase() == other.local_part.to_lowercase()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local_part, self.domain)
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    /// Reads an address, blanks around it ignored.
    ///
    /// # Errors
    ///
    /// Says which part cannot be, and why; nothing is guessed.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (local_part, domain) = text.rsplit_once('@').ok_or(AddressError::NoAt)?;
        check_local_part(local_part)?;
        let domain: Domain = domain.parse()?;
        let length = local_part.len() + 1 + domain.as_str().len();
        if length > MAX_ADDRESS {
            return Err(AddressError::TooLong { length });
        }
        Ok(Self { local_part: local_part.to_owned(), domain })
    }
}

fn check_local_part(local_part: &str) -> Result<(), AddressError> {
    if local_part.is_empty() {
        return Err(AddressError::EmptyLocalPart);
    }
    if local_part.len() > MAX_LOCAL {
        return Err(AddressError::LongLocalPart { length: local_part.len() });
    }
    let quoted = is_quoted(local_part);
    for character in local_part.chars() {
        if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') {
            return Err(AddressError::ControlCharacter);
        }
        if character == '@' && !quoted {
            return Err(AddressError::TwoAts);
        }
        if character.is_whitespace() && !quoted {
            return Err(AddressError::Blank);
        }
    }
    Ok(())
}

/// Whether the local part is one quoted string, without a quotation mark inside but an escaped one.
fn is_quoted(local_part: &str) -> bool {
    let inside = local_part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let mut is_escaped = false;
    inside.is_some_and(|inside| {
        inside.chars().all(|character| {
            let is_allowed = character != '"' || is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            is_allowed
        }) && !is_escaped
    })
}

/// A domain name of at least two labels: A-labels, lower case, no final dot.
///
/// # Examples
///
/// ```
/// use mailscout_schema::address::Domain;
///
/// let domain: Domain = "Straße.Example".parse()?;
/// assert_eq!(domain.as_str(), "xn--strae-oqa.example");
/// assert!("192.0.2.1".parse::<Domain>().is_err());
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Domain(String);

impl Domain {
    /// The name, as DNS and URLs take it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// The name as a person reads it, its A-labels decoded.
    pub fn to_unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Domain {
    type Err = AddressError;

    /// Reads a domain; one final dot is taken off.
    ///
    /// # Errors
    ///
    /// A name with an empty, over-long or malformed label, a single label, or an IP literal.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(AddressError::EmptyDomain);
        }
        if is_ip_literal(text) {
            return Err(AddressError::IpLiteral);
        }
        if is_final(text) { Ok(Self(text.to_owned())) } else { Self::convert(text) }
    }
}

impl Domain {
    /// Reads a domain by every rule there is.
    fn convert(text: &str) -> Result<Self, AddressError> {
        let bad = || AddressError::BadDomain { domain: text.chars().take(80).collect() };
        // No name that is longer than this in UTF-8 can be short enough as A-labels.
        if text.len() > MAX_DOMAIN * 4 {
            return Err(bad());
        }
        let ascii = if is_in_final_form(text) {
            text.to_owned()
        } else {
            idna::domain_to_ascii_strict(text).map_err(|_| bad())?
        };
        if ascii.len() > MAX_DOMAIN || !ascii.split('.').all(is_label) {
            return Err(bad());
        }
        if !ascii.contains('.') {
            return Err(AddressError::SingleLabel { domain: ascii });
        }
        if is_ip_literal(&ascii) || ascii.rsplit('.').next().is_some_and(is_number) {
            return Err(AddressError::IpLiteral);
        }
        Ok(Self(ascii))
    }
}

/// Whether a text is a domain as it will stand in [`Domain`], which is seen without a copy of it.
pub(crate) fn is_final(text: &str) -> bool {
    let (mut before, mut dots, mut length, mut has_letter) = (b'.', 0_usize, 0_usize, false);
    for byte in text.bytes() {
        let is_in_place = match byte {
            b'a'..=b'z' | b'0'..=b'9' => true,
            b'-' | b'.' => !matches!(before, b'-' | b'.'),
            _ => false,
        };
        if !is_in_place || length > MAX_LABEL {
            return false;
        }
        if byte == b'.' {
            (dots, length, has_letter) = (dots + 1, 0, false);
        } else {
            (length, has_letter) = (length + 1, has_letter || !byte.is_ascii_digit());
        }
        before = byte;
    }
    let ends_well = has_letter && length <= MAX_LABEL && !matches!(before, b'-' | b'.');
    text.len() <= MAX_DOMAIN && dots > 0 && ends_well
}

/// Whether a name has nothing in it that could be converted: the usual case, seen fast.
fn is_in_final_form(text: &str) -> bool {
    let is_final = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.';
    let is_plain = |pair: &[u8]| pair != b"--";
    text.bytes().all(|byte| is_final(byte) || byte == b'-')
        && text.as_bytes().windows(2).all(is_plain)
}

fn is_ip_literal(text: &str) -> bool {
    text.starts_with('[') || ip_address(text).is_some()
}

/// An IP address without brackets. Most names have a letter in them that says at once they are none.
pub(crate) fn ip_address(text: &str) -> Option<IpAddr> {
    let can_be = text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte));
    if can_be { text.parse().ok() } else { None }
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why a text is not an e-mail address that discovery can start from.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing, or only blanks.
    #[error("the address is empty")]
    Empty,
    /// There is no `@`.
    #[error("the address has no `@`")]
    NoAt,
    /// There is a second `@` outside quotation marks.
    #[error("the address has two `@`")]
    TwoAts,
    /// Nothing stands before the `@`.
    #[error("nothing stands before the `@`")]
    EmptyLocalPart,
    /// The part before the `@` is longer than 64 octets.
    #[error("the part before the `@` is {length} octets long; at most {MAX_LOCAL} are allowed")]
    LongLocalPart {
        /// Its length in octets.
        length: usize,
    },
    /// The address is longer than 254 octets.
    #[error("the address is {length} octets long; at most {MAX_ADDRESS} are allowed")]
    TooLong {
        /// Its length in octets.
        length: usize,
    },
    /// A control character stands before the `@`.
    #[error("a control character stands before the `@`")]
    ControlCharacter,
    /// A blank stands before the `@`, outside quotation marks.
    #[error("a blank stands before the `@`")]
    Blank,
    /// The domain is empty: nothing stands behind the `@`.
    #[error("the domain is empty")]
    EmptyDomain,
    /// The domain is an IP address.
    #[error("the domain is an IP address; discovery needs a domain name")]
    IpLiteral,
    /// The domain has one label only.
    #[error("the domain `{domain}` has no dot; discovery needs a full domain name")]
    SingleLabel {
        /// The domain.
        domain: String,
    },
    /// The domain is not a host name.
    #[error("`{domain}` is not a domain name")]
    BadDomain {
        /// The domain as it was written, cut at 80 characters.
        domain: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let read = text.parse::<EmailAddress>();
        let got = read.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        assert_eq!(got.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn what_is_seen_to_be_final_is_what_every_rule_makes_of_it() {
        let (long, longer) = ("a".repeat(63), "a".repeat(64));
        let whole = |last: usize| format!("{long}.{long}.{long}.{}", "b".repeat(last));
        for text in [
            "a.b",
            "mail.contoso.example",
            "1-2.x1",
            "a-b.c",
            &format!("{long}.{long}"),
            &whole(61),
        ] {
            assert!(is_final(text), "{text}");
            assert_eq!(Domain::convert(text), Ok(Domain(text.to_owned())));
        }
        for text in [
            "",
            ".",
            "a",
            "a.",
            ".a",
            "a..b",
            "-a.b",
            "a-.b",
            "a.-b",
            "a.b-",
            "a--b.c",
            "A.b",
            "a.1",
            "1.2.3.4",
            "a_b.c",
            "a b.c",
            "é.b",
            "a:1.b",
            "[::1]",
            &format!("{longer}.b"),
            &format!("a.{longer}"),
            &whole(62),
        ] {
            assert!(!is_final(text), "{text}");
        }
        // Every short text of these signs.
        let signs = ["a", "1", "-", ".", "A", "_"];
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            let longer = texts.iter().flat_map(|text| signs.map(|sign| format!("{text}{sign}")));
            texts = longer.collect();
            for text in texts.iter().filter(|text| is_final(text)) {
                assert_eq!(Domain::convert(text), Ok(Domain(text.clone())), "{text}");
            }
        }
    }

    #[test]
    fn the_domain_is_normalised_and_the_local_part_kept() {
        check("alice@contoso.example", Ok("alice@contoso.example"));
        check(" Alice@Contoso.Example. ", Ok("Alice@contoso.example"));
        check("jörg@bücher.example", Ok("jörg@xn--bcher-kva.example"));
        check("a+b&c<d'e%f@a.b.co.uk", Ok("a+b&c<d'e%f@a.b.co.uk"));
        check("a\"b@contoso.example", Ok("a\"b@contoso.example"));
        check("\"a b@c\"@contoso.example", Ok("\"a b@c\"@contoso.example"));
    }

    #[test]
    fn names_in_final_form_are_what_the_conversion_makes_of_them() {
        for name in ["a.example", "a-b.c9.example", "9.a-1.b", "xn.example", "a-.example", "-a.b"] {
            let is_name = name.parse::<Domain>().is_ok();
            assert!(is_in_final_form(name));
            let converted = idna::domain_to_ascii_strict(name).ok();
            assert_eq!(converted.as_deref(), is_name.then_some(name), "{name}");
        }
        for name in ["xn--a.example", "ab--c.example", "A.example", "ä.example", "a_b.example"] {
            assert!(!is_in_final_form(name), "{name}");
        }
    }

    #[test]
    fn every_fault_is_named() {
        check("", Err("the address is empty"));
        check("alice", Err("the address has no `@`"));
        check("a@b@contoso.example", Err("the address has two `@`"));
        check("\"a\"@b\"@contoso.example", Err("the address has two `@`"));
        check("@contoso.example", Err("nothing stands before the `@`"));
        check("a b@contoso.example", Err("a blank stands before the `@`"));
        check("a\r\nb@contoso.example", Err("a control character stands before the `@`"));
        check("alice@", Err("the domain is empty"));
        check("alice@.", Err("the domain is empty"));
        check("alice@com", Err("the domain `com` has no dot; discovery needs a full domain name"));
        for literal in ["192.0.2.1", "[192.0.2.1]", "[IPv6:2001:db8::1]", "2001:db8::1", "1.2.3"] {
            check(
                &format!("alice@{literal}"),
                Err("the domain is an IP address; discovery needs a domain name"),
            );
        }
        for domain in ["a..b", "-a.example", "a_b.example", "a.example..", "a b.example", "a.b/c"] {
            check(
                &format!("alice@{domain}"),
                Err(&format!(
                    "`{}` is not a domain name",
                    domain.strip_suffix('.').unwrap_or(domain)
                )),
            );
        }
        let long = "x".repeat(65);
        check(
            &format!("{long}@contoso.example"),
            Err("the part before the `@` is 65 octets long; at most 64 are allowed"),
        );
        let label = "y".repeat(60);
        check(
            &format!("{}@{label}.{label}.{label}.example", "x".repeat(64)),
            Err("the address is 255 octets long; at most 254 are allowed"),
        );
    }
}
