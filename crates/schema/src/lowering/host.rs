//! Where a server is: a host name that can be asked, or nothing.

use core::net::Ipv6Addr;

use crate::address::{Domain, ip_address, is_final};

/// The longest URL that is taken, in bytes.
const MAX_URL: usize = 2048;

/// A host, and the port that stood behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) port: Option<u16>,
    pub(crate) is_ip: bool,
    pub(crate) was_url: bool,
}

/// Reads `host`, `host:port`, an IP address, or the authority of a URL.
pub(crate) fn read(text: &str) -> Option<Host> {
    let (was_url, authority) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => {
            (true, rest.split(['/', '?', '#', '\\']).next().unwrap_or_default())
        }
        Some(_) => return None,
        None => (false, text),
    };
    let host = |name, port, is_ip| Some(Host { name, port, is_ip, was_url });
    if let Some(address) = ip_address(authority) {
        return host(address.to_string(), None, true);
    }
    let (name, port) = split_port(authority)?;
    if let Some(literal) = name.strip_prefix('[') {
        let address: Ipv6Addr = literal.strip_suffix(']')?.parse().ok()?;
        return host(address.to_string(), port, true);
    }
    match ip_address(name) {
        Some(address) => host(address.to_string(), port, true),
        None => host(name.parse::<Domain>().ok()?.into_string(), port, false),
    }
}

/// Whether the text has the marks of a template that nobody filled in.
pub(crate) fn has_placeholder(text: &str) -> bool {
    has_template_mark(text) || has_percent_word(text)
}

/// Whether the text has marks of a template that are no percent signs.
pub(crate) fn has_template_mark(text: &str) -> bool {
    const MARKS: [&[u8; 2]; 8] = [b"{{", b"}}", b"${", b"$_", b"$(", b"[[", b"<?", b"<%"];
    let can_be = text.bytes().any(|byte| matches!(byte, b'{' | b'}' | b'$' | b'[' | b'<'));
    can_be && text.as_bytes().windows(2).any(|pair| MARKS.iter().any(|mark| *mark == pair))
}

/// Whether a word stands between two percent signs, as in `%EMAILADDRESS%`.
fn has_percent_word(text: &str) -> bool {
    let mut parts = text.split('%');
    let (_before, _after) = (parts.next(), parts.next_back());
    parts.any(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    })
}

/// Whether a client may open the URL: http or https, a host, nothing that hides another one, no
/// placeholder.
pub(crate) fn is_url(url: &str) -> bool {
    is_web_url(url) && !has_placeholder(url)
}

/// Whether the URL is http or https, with a host, and nothing that hides another one. Placeholders
/// are for who filled them in.
pub(crate) fn is_web_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    // The usual host is seen without taking the URL apart.
    let host = rest.split('/').next().unwrap_or_default();
    is_web && url.len() <= MAX_URL && !has_forbidden(url) && (is_final(host) || read(url).is_some())
}

/// Whether a text has blanks in it, or what hides a part of a URL.
fn has_forbidden(text: &str) -> bool {
    let is_forbidden = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ' | b'<' | b'>' | b'"' | b'\\' | b'^' | b'`' | b'{'..=b'}');
    text.bytes().any(is_forbidden) || (!text.is_ascii() && text.contains(char::is_whitespace))
}

/// Whether the URL is one that a password may be sent to.
pub(crate) fn is_https(url: &str) -> bool {
    url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
}

/// Why a URL is none that a client may log in at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UrlFault {
    /// It is no web URL, or nobody filled in its template.
    NoUrl,
    /// It is a web URL without protection.
    NotHttps,
}

impl UrlFault {
    /// The fault, to stand behind the URL in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NoUrl => "which is no URL that can be opened",
            Self::NotHttps => "which is not https",
        }
    }
}

/// The URL in ASCII, where a password may be sent to it.
pub(crate) fn secure_url(url: &str) -> Result<String, UrlFault> {
    let ascii = to_ascii_url(url).filter(|_| !has_placeholder(url)).ok_or(UrlFault::NoUrl)?;
    if is_https(&ascii) { Ok(ascii) } else { Err(UrlFault::NotHttps) }
}

/// The URL in ASCII: the host in A-labels, everything else escaped. `None` where it is no
/// [web URL](is_web_url).
pub(crate) fn to_ascii_url(url: &str) -> Option<String> {
    if !is_web_url(url) {
        return None;
    }
    if url.is_ascii() {
        return Some(url.to_owned());
    }
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let path = escape(rest.get(authority.len()..)?, |c| c.is_ascii());
    if authority.is_ascii() {
        return Some(format!("{scheme}://{authority}{path}"));
    }
    let host = read(url)?;
    let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{}{port}{path}", host.name))
}

/// Escapes whatever is not to be kept, byte by byte.
pub(crate) fn escape(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_kept(character) {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(digit), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
    out
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Parts `host:port`; a colon inside brackets is no such colon.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((_, rest)) if rest.ends_with(']') => Some((authority, None)),
        Some((name, port)) => {
            let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            let port: u16 = digits.then_some(port)?.parse().ok()?;
            (port != 0).then_some((name, Some(port)))
        }
        None => Some((authority, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, Option<u16>)>) {
        let host = read(text);
        let got = host.as_ref().map(|host| (host.name.as_str(), host.port));
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn hosts_ports_urls_and_addresses_are_told_apart() {
        check("Mail.Contoso.Example.", Some(("mail.contoso.example", None)));
        check("mail.bücher.example", Some(("mail.xn--bcher-kva.example", None)));
        check("mail.contoso.example:993", Some(("mail.contoso.example", Some(993))));
        check("imaps://mail.contoso.example:1993/", Some(("mail.contoso.example", Some(1993))));
        check("https://mail.contoso.example/owa?x", Some(("mail.contoso.example", None)));
        check("192.0.2.1", Some(("192.0.2.1", None)));
        check("192.0.2.1:143", Some(("192.0.2.1", Some(143))));
        check("2001:db8::1", Some(("2001:db8::1", None)));
        check("[2001:db8::1]:993", Some(("2001:db8::1", Some(993))));
        check("https://[2001:db8::1]/", Some(("2001:db8::1", None)));
    }

    #[test]
    fn what_cannot_be_asked_is_no_host() {
        let long = format!("{}.example", "x".repeat(64));
        for text in [
            "mail",
            "mail server.example",
            "mail_1.example",
            "mail.example:0",
            "mail.example:x",
            "mail.example:70000",
            "https://",
            "https://a:b@mail.example/",
            "://mail.example",
            "mail.example/path",
            "-a.example",
            "[mail.example]",
            "a,b.example",
            &long,
            "1.2.3",
            "[fe80::1%25eth0]",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn urls_become_ascii_or_are_refused() {
        let check = |url, expected: Option<&str>| {
            assert_eq!(to_ascii_url(url).as_deref(), expected, "{url}");
        };
        check("https://x.example/a%20b?c=d", Some("https://x.example/a%20b?c=d"));
        check("https://bücher.example:8443/ü", Some("https://xn--bcher-kva.example:8443/%C3%BC"));
        check("https://[2001:db8::1]/ü", Some("https://[2001:db8::1]/%C3%BC"));
        for url in ["imap://x.example", "https://a@x.example/", "https://x.example/ a", "https://"]
        {
            check(url, None);
        }
    }

    #[test]
    fn placeholders_are_seen_and_percent_signs_are_not_enough() {
        for text in
            ["%EMAILADDRESS%", "mail.{{domain}}", "$_POST['x']", "${host}", "[[x]]", "a%MAIL_X%b"]
        {
            assert!(has_placeholder(text), "{text}");
        }
        for text in ["user%contoso.example", "a%b", "100%", "a%20b%20c", "mail.example", "%%"] {
            assert!(!has_placeholder(text), "{text}");
        }
    }
}
