//! What a handshake showed, in bounds: the server's certificates say what they like.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::{Duration, SystemTime},
};

use rustls::{ClientConnection, ProtocolVersion};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, parse_x509_certificate, time::ASN1Time,
};

use crate::{
    certificate::CertificateProblem,
    connect::{CertificateFacts, TlsFacts},
};

/// The facts of a handshake that has ended; `None` where it has not.
pub(super) fn of(
    session: &ClientConnection,
    problem: Option<CertificateProblem>,
) -> Option<TlsFacts> {
    let version = match session.protocol_version()? {
        ProtocolVersion::TLSv1_2 => "TLS 1.2",
        ProtocolVersion::TLSv1_3 => "TLS 1.3",
        _ => return None,
    };
    let suite = session.negotiated_cipher_suite()?.suite();
    let cipher = suite.as_str().map_or_else(|| format!("{suite:?}"), str::to_owned);
    let chain = session.peer_certificates()?.iter().take(MAX_CERTIFICATES);
    let chain = chain.filter_map(|certificate| read(certificate)).collect();
    Some(TlsFacts::new(version, cipher, problem, chain))
}

/// What a certificate says; `None` where it is broken.
fn read(der: &[u8]) -> Option<CertificateFacts> {
    let (_, certificate) = parse_x509_certificate(der).ok()?;
    let validity = certificate.validity();
    Some(CertificateFacts::new(
        cut(&certificate.subject().to_string()),
        cut(&certificate.issuer().to_string()),
        names(&certificate),
        time(validity.not_before),
        time(validity.not_after),
    ))
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    extension.value.general_names.iter().filter_map(name).take(MAX_NAMES).collect()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(octets) => ip(octets).map(|address| address.to_string()),
        _ => None,
    }
}

fn ip(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(|octets| Ipv4Addr::from(octets).into());
    let v6 = || <[u8; 16]>::try_from(octets).map(|octets| Ipv6Addr::from(octets).into());
    v4.or_else(|_| v6()).ok()
}

/// A time, or the nearest that this system can express.
fn time(time: ASN1Time) -> SystemTime {
    let seconds = Duration::from_secs(time.timestamp().unsigned_abs());
    let epoch = SystemTime::UNIX_EPOCH;
    let time =
        if time.timestamp() < 0 { epoch.checked_sub(seconds) } else { epoch.checked_add(seconds) };
    time.unwrap_or(epoch)
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// Certificates of a chain; four are many.
const MAX_CERTIFICATES: usize = 10;

/// Names of a certificate; some are for thousands.
const MAX_NAMES: usize = 100;

/// Characters of a name; a host has 253 at most.
const MAX_TEXT: usize = 500;

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        change(&mut params);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_is_read_with_its_names_and_dates() {
        let names = ["mail.test", "*.box.test", "192.0.2.7", "2001:db8::7"].map(str::to_owned);
        let facts = read(&certificate(|params| {
            *params = CertificateParams::new(names.to_vec()).unwrap();
            params.distinguished_name.push(DnType::OrganizationName, "Contoso");
            params.not_before = date_time_ymd(1960, 1, 1);
            params.not_after = date_time_ymd(2001, 9, 9);
        }));
        let facts = facts.unwrap();
        assert_eq!(facts.names, names);
        assert_eq!(facts.subject, "CN=rcgen self signed cert, O=Contoso");
        assert_eq!(facts.issuer, facts.subject);
        let day = |days: u64| Duration::from_secs(days * 86400);
        assert_eq!(facts.not_before, SystemTime::UNIX_EPOCH - day(3653));
        assert_eq!(facts.not_after, SystemTime::UNIX_EPOCH + day(11574));
    }

    #[test]
    fn what_a_certificate_says_is_bounded() {
        let facts = read(&certificate(|params| {
            let names: Vec<String> = (0..200).map(|number| format!("mail{number}.test")).collect();
            *params = CertificateParams::new(names).unwrap();
            params.distinguished_name.push(DnType::CommonName, "é".repeat(2000));
        }));
        let facts = facts.unwrap();
        assert_eq!(facts.names.len(), MAX_NAMES);
        assert_eq!(facts.subject.chars().count(), MAX_TEXT);
    }

    #[test]
    fn a_broken_certificate_is_none_wherever_it_is_cut_or_changed() {
        let whole = certificate(|params| {
            *params = CertificateParams::new(vec!["mail.test".to_owned()]).unwrap();
        });
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), None);
        }
        for place in 0..whole.len() {
            for change in [0x01, 0x20, 0x80, 0xff] {
                let mut broken = whole.clone();
                broken[place] ^= change;
                // It may be readable; it must not be a panic.
                drop(read(&broken));
            }
        }
    }
}
