//! Ways laid by hand: where a connection goes instead of where the DNS says.
//!
//! The address policy does not apply to them: whoever starts the program laid them. No socket is
//! opened here.

use core::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};
use std::collections::BTreeMap;

use super::error::SetupError;
use crate::dns::Addresses;

/// The ways laid by hand; none by default.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    connect_to: Vec<ConnectTo>,
    addresses: BTreeMap<SocketAddr, SocketAddr>,
    closed_world: bool,
}

impl Routes {
    /// Leads connections to a host and port elsewhere. The first entry that fits decides. Where the
    /// host is an IP address, names are looked up as ever, and whoever would connect to that address
    /// and port is led elsewhere.
    pub fn connect_to(&mut self, entry: ConnectTo) {
        match (entry.host.as_deref().map(str::parse::<IpAddr>), entry.port) {
            (Some(Ok(address)), Some(port)) => self.address((address, port).into(), entry.to),
            _ => self.connect_to.push(entry),
        }
    }

    /// Leads whoever connects to `from` to `to`: the addresses of a simulated internet.
    ///
    /// Documentation addresses ([RFC 5737](https://www.rfc-editor.org/rfc/rfc5737),
    /// [RFC 3849](https://www.rfc-editor.org/rfc/rfc3849)) with a route stand for public ones.
    /// Every other address is judged as what it is, so that a simulated internet shows that a
    /// private one is refused.
    pub fn address(&mut self, from: SocketAddr, to: SocketAddr) {
        self.addresses.insert(from, to);
    }

    /// Whether an address without a route is never connected to, so that nothing leaves a
    /// simulated internet. Off by default.
    pub fn closed_world(&mut self, closed: bool) {
        self.closed_world = closed;
    }

    /// Where to connect for a host, port and address; `None` where the closed world has no such
    /// address, and where `connect_to` leads other ports of the host elsewhere and not this one.
    ///
    /// What `connect_to` says is looked up among the addresses in turn.
    pub fn target(&self, host: &str, port: u16, address: IpAddr) -> Option<SocketAddr> {
        let host = host_key(host);
        let entry = self.connect_to.iter().find(|entry| entry.fits(&host, port));
        let is_led_elsewhere = |entry: &ConnectTo| entry.decides_the_lookup_of(&host);
        if entry.is_none() && self.connect_to.iter().any(is_led_elsewhere) {
            return None;
        }
        let wanted = entry.map_or(SocketAddr::new(address, port), |entry| entry.to);
        match self.addresses.get(&wanted) {
            Some(to) => Some(*to),
            None if self.closed_world && entry.is_none() => None,
            None => Some(wanted),
        }
    }

    /// The addresses of a host that has an entry of its own, or falls under one for every host:
    /// the DNS is not asked then.
    pub(super) fn lookup(&self, host: &str) -> Option<Addresses> {
        let host = host_key(host);
        let mut list: Vec<IpAddr> = Vec::new();
        for entry in self.connect_to.iter().filter(|entry| entry.decides_the_lookup_of(&host)) {
            if !list.contains(&entry.to.ip()) {
                list.push(entry.to.ip());
            }
        }
        (!list.is_empty()).then(|| Addresses::routed(list))
    }

    /// Addresses from the DNS: routed if each is a documentation address with a way from it.
    pub(super) fn mark(&self, list: Vec<IpAddr>) -> Addresses {
        let is_public = |address: &IpAddr| is_documentation(*address) && self.is_known(*address);
        if !list.is_empty() && list.iter().all(is_public) {
            Addresses::routed(list)
        } else {
            Addresses::new(list)
        }
    }

    /// Whether there is a way from the address, at any port.
    pub(super) fn is_known(&self, address: IpAddr) -> bool {
        self.addresses.keys().any(|from| from.ip() == address)
    }
}

/// One entry of `--connect-to`: connections to this host and port go to that address and port.
///
/// # Wire form
///
/// `HOST:PORT:ADDRESS:PORT`, in the form of curl. Other ports of a host that is named with a port are not reached. An empty `HOST` is any host, an empty first `PORT` any
/// port. `ADDRESS` is an IP address, in brackets where it is IPv6.
///
/// # Examples
///
/// ```
/// use mailscout_net::io::routes::{ConnectTo, Routes};
///
/// let mut routes = Routes::default();
/// routes.connect_to("autoconfig.contoso.example:443:127.0.0.1:8443".parse::<ConnectTo>()?);
///
/// let looked_up = "192.0.2.7".parse()?;
/// let target = routes.target("autoconfig.contoso.example", 443, looked_up);
/// assert_eq!(target, Some("127.0.0.1:8443".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConnectTo {
    host: Option<String>,
    port: Option<u16>,
    to: SocketAddr,
}

impl ConnectTo {
    /// An entry; without a host or port it stands for any.
    pub fn new(host: Option<&str>, port: Option<u16>, to: SocketAddr) -> Self {
        Self { host: host.map(host_key), port, to }
    }

    fn fits_host(&self, host: &str) -> bool {
        self.host.as_deref().is_none_or(|own| own == host)
    }

    /// Whether the DNS is not asked for the host: an entry for one port of every host leaves the
    /// other ports as they are.
    fn decides_the_lookup_of(&self, host: &str) -> bool {
        (self.host.is_some() || self.port.is_none()) && self.fits_host(host)
    }

    fn fits(&self, host: &str, port: u16) -> bool {
        self.fits_host(host) && self.port.is_none_or(|own| own == port)
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let (host, rest) = split_host(text)?;
        let (port, rest) = rest.split_once(':').ok_or("the address is missing")?;
        let (address, to_port) = split_address(rest)?;
        let port = match port {
            "" => None,
            port => Some(read_port(port).ok_or("the first port is not a number from 1 to 65535")?),
        };
        let to_port = read_port(to_port).ok_or("the last port is not a number from 1 to 65535")?;
        if !(host.is_empty() || is_name(host) || host.parse::<IpAddr>().is_ok()) {
            return Err("the host is neither a name nor an IP address");
        }
        if host.parse::<IpAddr>().is_ok() && port.is_none() {
            return Err("an IP address as host needs its port");
        }
        let host = (!host.is_empty()).then_some(host);
        Ok(Self::new(host, port, SocketAddr::new(address, to_port)))
    }
}

impl FromStr for ConnectTo {
    type Err = SetupError;

    fn from_str(text: &str) -> Result<Self, SetupError> {
        Self::read(text).map_err(|problem| SetupError::ConnectTo { text: text.to_owned(), problem })
    }
}

impl fmt::Display for ConnectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_deref() {
            Some(host) if host.contains(':') => write!(f, "[{host}]:")?,
            host => write!(f, "{}:", host.unwrap_or_default())?,
        }
        if let Some(port) = self.port {
            write!(f, "{port}")?;
        }
        write!(f, ":{}", self.to)
    }
}

/// Splits the host from what follows its colon; an IPv6 host stands in brackets.
fn split_host(text: &str) -> Result<(&str, &str), &'static str> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or("a `[` is not closed")?;
        let rest = rest.strip_prefix(':').ok_or("the first port is missing")?;
        return Ok((host, rest));
    }
    text.split_once(':').ok_or("the first port is missing")
}

/// Splits the address from the port after it; an IPv6 address stands in brackets.
fn split_address(text: &str) -> Result<(IpAddr, &str), &'static str> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or("a `[` is not closed")?;
        let address: Ipv6Addr =
            address.parse().map_err(|_| "between the brackets is no IPv6 address")?;
        let port = rest.strip_prefix(':').ok_or("the last port is missing")?;
        return Ok((address.into(), port));
    }
    let (address, port) = text.split_once(':').ok_or("the last port is missing")?;
    let address: Ipv4Addr =
        address.parse().map_err(|_| "the address is not an IP address (IPv6 in brackets)")?;
    Ok((address.into(), port))
}

/// Whether the text can be a host name: letters, digits, hyphens and underscores between dots.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.bytes().all(is_part)
    };
    host.strip_suffix('.').unwrap_or(host).split('.').all(is_label)
}

/// A port from 1, in digits alone: `u16` would take a sign.
fn read_port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port != 0)
}

/// A host as it is compared: lower case, without the final dot and the brackets of IPv6.
fn host_key(host: &str) -> String {
    let host = host.strip_suffix('.').unwrap_or(host);
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(host).to_ascii_lowercase()
}

/// Whether the address is set aside for examples.
fn is_documentation(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_documentation(),
        IpAddr::V6(address) => matches!(address.segments(), [0x2001, 0xdb8, ..]),
    }
}
