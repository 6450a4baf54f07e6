//! The LDAP URL of a pointer: where another directory is.

use core::fmt;

use super::RefusedReason;
use crate::lowering::host;

/// Another directory, and where in it the search begins.
///
/// # Spec
///
/// `OXDISCO` 3.1.5.1, [RFC 4516 §2](https://www.rfc-editor.org/rfc/rfc4516#section-2)
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::scp::Pointer;
///
/// let pointer: Pointer = "LDAP://dc.fabrikam.example/CN=Configuration,DC=fabrikam".parse()?;
/// assert_eq!((pointer.host.as_str(), pointer.port), ("dc.fabrikam.example", 389));
/// assert_eq!(pointer.base.as_deref(), Some("CN=Configuration,DC=fabrikam"));
/// # Ok::<(), mailscout_schema::autodiscover::scp::RefusedReason>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Pointer {
    /// Whether it is `ldaps`: TLS from the first byte.
    pub tls: bool,
    /// The host name in A-labels, or an IP address.
    pub host: String,
    /// The port. Default: 389, and 636 with TLS.
    pub port: u16,
    /// The distinguished name below which to search, its escapes taken off; `None`: the directory's
    /// own `configurationNamingContext`.
    pub base: Option<String>,
}

impl Pointer {
    /// Reads `LDAP://host[:port][/base]`, letter case of the scheme ignored. What RFC 4516 has
    /// behind the base (attributes, scope, filter) is ignored: a pointer names a place.
    pub(super) fn read(text: &str) -> Result<Self, RefusedReason> {
        let bad = RefusedReason::BadPointer;
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(bad)?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "ldap" => false,
            "ldaps" => true,
            _ => return Err(bad),
        };
        if text.len() > MAX_URL || host::has_template_mark(text) {
            return Err(bad);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let path = rest.get(authority.len()..).unwrap_or_default();
        let host = host::read(authority).filter(|host| !host.was_url).ok_or(bad)?;
        let base = path.strip_prefix('/').unwrap_or_default();
        let base = base.split(['?', '#']).next().unwrap_or_default();
        let base = unescape(base).ok_or(bad)?;
        Ok(Self {
            tls,
            host: host.name,
            port: host.port.unwrap_or(if tls { 636 } else { 389 }),
            base: (!base.trim().is_empty()).then_some(base),
        })
    }
}

impl core::str::FromStr for Pointer {
    type Err = RefusedReason;

    /// Reads an LDAP URL.
    ///
    /// # Errors
    ///
    /// [`RefusedReason::BadPointer`] where it is none, names no host, or its base cannot be read.
    fn from_str(text: &str) -> Result<Self, RefusedReason> {
        Self::read(text)
    }
}

impl fmt::Display for Pointer {
    /// Writes scheme, host, port and base; it reads back the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "ldaps" } else { "ldap" };
        let is_ipv6 = self.host.contains(':');
        let (open, close) = if is_ipv6 { ("[", "]") } else { ("", "") };
        write!(f, "{scheme}://{open}{}{close}:{}", self.host, self.port)?;
        let is_kept = |c: char| c.is_ascii_alphanumeric() || "-._~=,+!$&'()*;:@/".contains(c);
        match &self.base {
            Some(base) => write!(f, "/{}", host::escape(base, is_kept)),
            None => Ok(()),
        }
    }
}

/// The longest LDAP URL that is taken, in bytes.
const MAX_URL: usize = 2048;

/// Takes escapes off. `None` where one is malformed, or what they hide is no text for one line.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_ports_and_bases_are_read() {
        let check = |text: &str, expected: (bool, &str, u16, Option<&str>)| {
            let pointer: Pointer = text.parse().unwrap();
            let got = (pointer.tls, &*pointer.host, pointer.port, pointer.base.as_deref());
            assert_eq!(got, expected, "{text}");
            assert_eq!(pointer.to_string().parse(), Ok(pointer), "{text}");
        };
        check("LDAP://dc.contoso.example", (false, "dc.contoso.example", 389, None));
        check("ldap://DC.Contoso.Example:3268/", (false, "dc.contoso.example", 3268, None));
        check(" LdapS://dc.contoso.example ", (true, "dc.contoso.example", 636, None));
        check("ldaps://dc.contoso.example:10636", (true, "dc.contoso.example", 10636, None));
        check("ldap://192.0.2.1/", (false, "192.0.2.1", 389, None));
        check("ldap://[2001:db8::1]:390/DC=x", (false, "2001:db8::1", 390, Some("DC=x")));
        check(
            "ldap://dc.contoso.example/CN=A%20B,DC=b%C3%BC?cn?sub?(x=y)",
            (false, "dc.contoso.example", 389, Some("CN=A B,DC=bü")),
        );
    }

    #[test]
    fn what_cannot_be_searched_is_no_pointer() {
        for text in [
            "",
            "dc.contoso.example",
            "http://dc.contoso.example",
            "ldapi://dc.contoso.example",
            "ldap://",
            "ldap:///CN=Configuration",
            "LDAP://CN=Configuration,DC=contoso,DC=example",
            "ldap://dc.contoso.example:0/",
            "ldap://alice:secret@dc.contoso.example/",
            "ldap://dc.{{domain}}/",
            "ldap://http://dc.contoso.example/",
            "ldap://dc.contoso.example/%zz",
            "ldap://dc.contoso.example/%2",
            "ldap://dc.contoso.example/a%0Ab",
            "ldap://dc.contoso.example/%ff",
        ] {
            assert_eq!(text.parse::<Pointer>(), Err(RefusedReason::BadPointer), "{text}");
        }
    }
}
