//! Which addresses a name may lead to: what keeps a redirect from reaching into a private network.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses may be connected to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an ordered scale: a new level is a new rule for every caller"
)]
pub enum AddressPolicy {
    /// Any address: for names derived from the user's address or the command line.
    Any,
    /// Any but this computer and this link: for redirects that stay in the domain.
    NotLocal,
    /// Public addresses only: for redirects that leave the domain, and under `--public-only`.
    Public,
}

impl AddressPolicy {
    /// Whether the policy lets a connection go to the address.
    ///
    /// An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is judged as what it is.
    pub fn allows(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Any, _) => true,
            (Self::NotLocal, IpAddr::V4(v4)) => !is_local_v4(v4),
            (Self::Public, IpAddr::V4(v4)) => is_public_v4(v4),
            (policy, IpAddr::V6(v6)) => match embedded_v4(v6) {
                Some(v4) => policy.allows(IpAddr::V4(v4)),
                None if policy == Self::NotLocal => !is_local_v6(v6),
                None => is_public_v6(v6),
            },
        }
    }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    address.octets().first() == Some(&0)
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
}

/// The special-purpose registry of IANA ([RFC 6890](https://www.rfc-editor.org/rfc/rfc6890)).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (100, 64..=127, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (240.., _, _)
    );
    !(special || is_local_v4(address) || address.is_private())
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
}

/// Global unicast is `2000::/3`, less documentation, benchmarking and ORCHID.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let special =
        matches!((first, second), (0x2001, 0x0000..=0x01ff | 0x0db8) | (0x3fff, 0..=0x0fff));
    first & 0xe000 == 0x2000 && !special
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 or 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, last] | [0x64, 0xff9b, 0, 0, 0, 0, high, last] => {
            Some(low(high, last))
        }
        [0, 0, 0, 0, 0, 0, high, last] if high != 0 => Some(low(high, last)),
        [0x2002, high, last, ..] => Some(low(high, last)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::AddressPolicy::{Any, NotLocal, Public};

    #[track_caller]
    fn check(addresses: &[&str], not_local: bool, public: bool) {
        for address in addresses {
            let address = address.parse().unwrap();
            assert!(Any.allows(address), "{address}");
            assert_eq!(NotLocal.allows(address), not_local, "not local: {address}");
            assert_eq!(Public.allows(address), public, "public: {address}");
        }
    }

    #[test]
    fn a_redirect_never_reaches_this_computer_nor_this_link() {
        check(
            &[
                "127.0.0.1",
                "127.255.0.9",
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "255.255.255.255",
                "224.0.0.1",
            ],
            false,
            false,
        );
        check(&["::1", "::", "fe80::1", "ff02::1"], false, false);
        check(
            &["::ffff:127.0.0.1", "64:ff9b::7f00:1", "::127.0.0.1", "2002:7f00:1::"],
            false,
            false,
        );
    }

    #[test]
    fn private_and_special_addresses_are_not_public() {
        check(
            &[
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "192.0.2.7",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.5",
                "240.0.0.1",
                "192.0.0.8",
                "192.88.99.1",
            ],
            true,
            false,
        );
        check(
            &[
                "fd00::1",
                "fc00::1",
                "2001:db8::1",
                "2001::1",
                "3fff::1",
                "100::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "fec0::1",
            ],
            true,
            false,
        );
    }

    #[test]
    fn public_addresses_pass_every_policy() {
        check(
            &["9.9.9.9", "172.32.0.1", "192.169.0.1", "100.128.0.1", "223.255.255.1"],
            true,
            true,
        );
        check(&["2606:4700::1", "2a00:1450::5", "64:ff9b::909:909", "::ffff:9.9.9.9"], true, true);
    }
}
