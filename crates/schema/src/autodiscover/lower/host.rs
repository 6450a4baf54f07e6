//! Where a server is: a host name that can be asked, or nothing.

use core::net::{IpAddr, Ipv6Addr};

use super::Lowering;
use crate::address::Domain;
use crate::autodiscover::{Protocol, ProtocolType};
use crate::notice::code;
use crate::xml::clip;

/// A host, and the port that stood behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) port: Option<u16>,
    pub(super) is_ip: bool,
    pub(super) was_url: bool,
}

impl Lowering<'_> {
    /// The host of a server; what is wrong or odd about it becomes a notice.
    pub(super) fn host(&mut self, protocol: &Protocol, server: Option<&str>) -> Option<Host> {
        let kind = protocol.kind.as_str();
        let Some(text) = server else {
            self.notice(code::MISSING_SERVER, format!("{kind} without `Server` is ignored"));
            return None;
        };
        let shown = clip(text);
        if has_placeholder(text) {
            let text = format!("{kind} at `{shown}`, with a placeholder in it, is ignored");
            self.notice(code::PLACEHOLDER, text);
            return None;
        }
        let Some(host) = read(text).or_else(|| read_mailbox_server(protocol, text)) else {
            let text = format!("{kind} at `{shown}`, which is no host name, is ignored");
            self.notice(code::BAD_HOST, text);
            return None;
        };
        if host.was_url && protocol.server.is_some() {
            let text = format!("{kind} has the URL `{shown}` for a server; its host is taken");
            self.notice(code::URL_AS_SERVER, text);
        } else if host.port.is_some() && !host.was_url {
            let text = format!("{kind} has a port in its server `{shown}`");
            self.notice(code::PORT_IN_SERVER, text);
        }
        if host.is_ip {
            let text = format!("{kind} at `{shown}` is named by its IP address");
            self.notice(code::IP_LITERAL, text);
        }
        Some(host)
    }
}

/// Reads `host`, `host:port`, an IP address, or the authority of a URL.
pub(super) fn read(text: &str) -> Option<Host> {
    let (was_url, authority) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => {
            (true, rest.split(['/', '?', '#', '\\']).next().unwrap_or_default())
        }
        Some(_) => return None,
        None => (false, text),
    };
    let host = |name, port, is_ip| Some(Host { name, port, is_ip, was_url });
    if let Ok(address) = authority.parse::<IpAddr>() {
        return host(address.to_string(), None, true);
    }
    let (name, port) = split_port(authority)?;
    if let Some(literal) = name.strip_prefix('[') {
        let address: Ipv6Addr = literal.strip_suffix(']')?.parse().ok()?;
        return host(address.to_string(), port, true);
    }
    match name.parse::<IpAddr>() {
        Ok(address) => host(address.to_string(), port, true),
        Err(_) => host(name.parse::<Domain>().ok()?.as_str().to_owned(), port, false),
    }
}

/// Whether the text has the marks of a template that nobody filled in.
pub(in crate::autodiscover) fn has_placeholder(text: &str) -> bool {
    const MARKS: [&str; 8] = ["{{", "}}", "${", "$_", "$(", "[[", "<?", "<%"];
    MARKS.iter().any(|mark| text.contains(mark)) || has_percent_word(text)
}

/// Whether a word stands between two percent signs, as in `%EMAILADDRESS%`.
fn has_percent_word(text: &str) -> bool {
    let mut parts = text.split('%');
    let (_before, _after) = (parts.next(), parts.next_back());
    parts.any(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    })
}

/// The name that Exchange gives a mailbox's server: `guid@domain`.
fn read_mailbox_server(protocol: &Protocol, text: &str) -> Option<Host> {
    let takes_it = matches!(
        protocol.kind,
        ProtocolType::Exch | ProtocolType::Expr | ProtocolType::ExHttp | ProtocolType::MapiHttp
    );
    let (mailbox, domain) = text.split_once('@')?;
    let is_guid = (1..=63).contains(&mailbox.len())
        && mailbox.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let domain: Domain = domain.parse().ok()?;
    (takes_it && is_guid).then(|| Host {
        name: format!("{mailbox}@{domain}"),
        port: None,
        is_ip: false,
        was_url: false,
    })
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
