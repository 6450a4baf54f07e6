//! Reads what the DNS library gives: records, and each of its errors as what it says of the name.
//!
//! That nobody could answer must never read as "there is no such record".

use std::net::IpAddr;

use hickory_resolver::{
    net::{DnsError, NetError},
    proto::{
        op::ResponseCode,
        rr::{
            Name,
            rdata::{MX, SRV, TXT},
        },
    },
};

use crate::{
    dns::{MxRecord, SrvRecord},
    failure::Failure,
};

/// One SRV record. Its target is in lower case, empty for the root.
pub(super) fn srv(record: &SRV) -> SrvRecord {
    SrvRecord::new(record.priority, record.weight, record.port, host(&record.target))
}

/// One MX record. Its host is in lower case, empty for the root.
pub(super) fn mx(record: &MX) -> MxRecord {
    MxRecord::new(record.preference, host(&record.exchange))
}

/// One TXT record: its character-strings joined, bytes that are no UTF-8 replaced.
pub(super) fn txt(record: &TXT) -> String {
    let bytes: Vec<u8> = record.txt_data.iter().flat_map(|part| part.iter().copied()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn host(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

/// The answer to both families of addresses together.
///
/// Without an address the name does not exist if A says so, and has no address if both say no; else
/// the question was not answered.
pub(super) fn both(
    v6: Result<Vec<IpAddr>, Failure>,
    v4: Result<Vec<IpAddr>, Failure>,
) -> Result<Vec<IpAddr>, Failure> {
    match (v6, v4) {
        (Ok(v6), Ok(v4)) => Ok(interleave(v6, v4)),
        (Ok(list), Err(_)) | (Err(_), Ok(list)) => Ok(list),
        (Err(_), Err(Failure::NxDomain)) => Err(Failure::NxDomain),
        (Err(Failure::NoData | Failure::NxDomain), Err(failure)) | (Err(failure), Err(_)) => {
            Err(failure)
        }
    }
}

/// IPv6 and IPv4 in turn, IPv6 first
/// ([RFC 8305 §4](https://www.rfc-editor.org/rfc/rfc8305#section-4)).
pub(super) fn interleave(v6: Vec<IpAddr>, v4: Vec<IpAddr>) -> Vec<IpAddr> {
    let (mut v6, mut v4) = (v6.into_iter(), v4.into_iter());
    let mut list = Vec::new();
    loop {
        let pair = (v6.next(), v4.next());
        if pair == (None, None) {
            return list;
        }
        list.extend(pair.0);
        list.extend(pair.1);
    }
}

/// What an error of the library says of the question.
pub(super) fn failure(error: &NetError) -> Failure {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError => Failure::NoData,
            code => refusal(code),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => refusal(*code),
        NetError::Timeout => Failure::DnsTimeout,
        NetError::Io(cause) => Failure::DnsUnreachable { detail: cause.to_string() },
        other => Failure::DnsUnreachable { detail: other.to_string() },
    }
}

fn refusal(code: ResponseCode) -> Failure {
    match code {
        ResponseCode::NXDomain => Failure::NxDomain,
        ResponseCode::ServFail => Failure::ServFail,
        code => Failure::DnsRefused { code: mnemonic(code) },
    }
}

/// The name of a response code in the registry of IANA, as `dig` prints it.
fn mnemonic(code: ResponseCode) -> String {
    match code {
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::YXDomain => "YXDOMAIN".to_owned(),
        ResponseCode::YXRRSet => "YXRRSET".to_owned(),
        ResponseCode::NXRRSet => "NXRRSET".to_owned(),
        ResponseCode::NotAuth => "NOTAUTH".to_owned(),
        ResponseCode::NotZone => "NOTZONE".to_owned(),
        ResponseCode::BADVERS => "BADVERS".to_owned(),
        other => format!("RCODE{}", u16::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_take_turns_and_ipv6_begins() {
        let v6 = addresses(&["2001:db8::1", "2001:db8::2", "2001:db8::3"]);
        let v4 = addresses(&["192.0.2.1"]);
        assert_eq!(
            interleave(v6, v4),
            addresses(&["2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"])
        );
    }

    #[test]
    fn no_answer_of_one_family_never_reads_as_no_such_record() {
        use Failure::{DnsTimeout, NoData, NxDomain, ServFail};
        for (v6, v4, expected) in [
            (NoData, NoData, NoData),
            (NoData, ServFail, ServFail),
            (DnsTimeout, NoData, DnsTimeout),
            (ServFail, NxDomain, NxDomain),
            (NxDomain, DnsTimeout, DnsTimeout),
            (NxDomain, ServFail, ServFail),
            (NoData, NxDomain, NxDomain),
            (NxDomain, NoData, NoData),
            (DnsTimeout, ServFail, DnsTimeout),
        ] {
            assert_eq!(both(Err(v6), Err(v4)), Err(expected));
        }
        let one = addresses(&["192.0.2.1"]);
        assert_eq!(both(Err(NxDomain), Ok(one.clone())), Ok(one));
    }
}
