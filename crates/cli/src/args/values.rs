//! Words of the command line that are more than text.

use std::net::{IpAddr, SocketAddr};

use mailscout::schema::{
    address::{AddressError, Domain},
    settings::Protocol,
};

/// A host and a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Endpoint {
    /// A name in A-labels, or an IP address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// `HOST:PORT`, IPv6 in brackets.
pub(crate) fn endpoint(text: &str) -> Result<Endpoint, String> {
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return Err(format!("an IPv6 address stands in brackets, before its port: `[{text}]:993`"));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() => (host, port),
        _ => return Err("a host and a port are needed, such as `mail.contoso.example:993`".into()),
    };
    let port = match port.parse() {
        Ok(0) | Err(_) => return Err(format!("`{port}` is no port")),
        Ok(port) => port,
    };
    Ok(Endpoint { host: self::host(host)?, port })
}

fn host(text: &str) -> Result<String, String> {
    let literal = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match (literal, text.parse::<IpAddr>()) {
        (Some(literal), _) => match literal.parse::<std::net::Ipv6Addr>() {
            Ok(address) => return Ok(address.to_string()),
            Err(_) => return Err(format!("`{literal}` is no IPv6 address")),
        },
        (None, Ok(address)) => return Ok(address.to_string()),
        (None, Err(_)) => {}
    }
    match text.parse::<Domain>() {
        Ok(domain) => Ok(domain.to_string()),
        // Nobody's mail domain, but a host of the own network.
        Err(AddressError::SingleLabel { domain }) => Ok(domain),
        Err(_) => Err(format!("`{text}` is no host name")),
    }
}

/// A protocol that mail servers speak.
pub(super) fn protocol(text: &str) -> Result<Protocol, String> {
    let known = [Protocol::Imap, Protocol::Pop3, Protocol::Smtp];
    known
        .into_iter()
        .find(|protocol| protocol.as_str().eq_ignore_ascii_case(text))
        .ok_or_else(|| "there are imap, pop3, smtp".to_owned())
}

/// `ADDR` or `ADDR:PORT`, IPv6 with a port in brackets.
pub(crate) fn dns_server(text: &str) -> Result<SocketAddr, String> {
    if let Ok(server) = text.parse::<SocketAddr>() {
        return Ok(server);
    }
    let address = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    match address.parse() {
        Ok(address) => Ok(SocketAddr::new(address, 53)),
        Err(_) => Err("an IP address is needed, with a port where it is not 53".to_owned()),
    }
}

pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 3600.0 => Ok(seconds),
        _ => Err("a number of seconds is needed, more than 0 and at most 3600".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dns_server_may_leave_its_port_out() {
        for (text, expected) in [
            ("127.0.0.1", "127.0.0.1:53"),
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("::1", "[::1]:53"),
            ("[::1]", "[::1]:53"),
            ("[::1]:5353", "[::1]:5353"),
        ] {
            assert_eq!(dns_server(text).unwrap().to_string(), expected);
        }
        for wrong in ["dns.example", "[::1", "::1]", "[[::1]]", ""] {
            assert!(dns_server(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_endpoint_is_a_name_or_an_address_and_a_port() {
        for (text, host, port) in [
            ("mail.contoso.example:993", "mail.contoso.example", 993),
            ("Mail.Bücher.example.:143", "mail.xn--bcher-kva.example", 143),
            ("localhost:25", "localhost", 25),
            ("192.0.2.7:25", "192.0.2.7", 25),
            ("[2001:DB8::1]:587", "2001:db8::1", 587),
        ] {
            assert_eq!(endpoint(text), Ok(Endpoint { host: host.to_owned(), port }), "{text}");
        }
        for wrong in [
            "",
            ":993",
            "mail.contoso.example",
            "mail.contoso.example:",
            "mail.contoso.example:0",
            "mail.contoso.example:imap",
            "mail.contoso.example:70000",
            "2001:db8::1",
            "[::1]",
            "[192.0.2.7]:25",
            "a b:25",
            "a..b:25",
            "300.1.1.1:25",
        ] {
            assert!(endpoint(wrong).is_err(), "{wrong}");
        }
        assert!(endpoint("::1").unwrap_err().contains("`[::1]:993`"));
    }
}
