//! Who receives a domain's mail: what an MX record says of the hoster, within the public-suffix
//! list.

use mailscout_net::dns::MxRecord;
use mailscout_schema::address::Domain;

use crate::suffix;

/// Whether the records say that the domain receives no mail
/// ([RFC 7505](https://www.rfc-editor.org/rfc/rfc7505)).
pub(crate) fn is_null(records: &[MxRecord]) -> bool {
    !records.is_empty() && records.iter().all(|record| record.host.is_empty())
}

/// The hosts of best preference.
pub(crate) fn best(records: &[MxRecord]) -> impl Iterator<Item = &str> {
    let real = || records.iter().filter(|record| !record.host.is_empty());
    let lowest = real().map(|record| record.preference).min();
    real()
        .filter(move |record| Some(record.preference) == lowest)
        .map(|record| record.host.as_str())
}

/// The domains under which the hoster of the best MX record may publish: its host without the
/// first label, then its registrable domain. None of them is a public suffix, nor the domain that
/// is asked for.
///
/// # Spec
///
/// `AC-06`, "MX"
pub(crate) fn hosters(records: &[MxRecord], domain: &Domain) -> Vec<Domain> {
    let mut names: Vec<Domain> = Vec::new();
    let Some(host) = best(records).next().map(str::to_ascii_lowercase) else {
        return names;
    };
    let Some(base) = suffix::registrable(&host) else {
        return names;
    };
    let full = host.split_once('.').map(|(_, parent)| parent);
    let full = full.filter(|full| full.len() > base.len() && full.ends_with(base));
    for name in full.into_iter().chain([base]) {
        match name.parse::<Domain>() {
            Ok(name) if name != *domain && !names.contains(&name) => names.push(name),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, expected: &[&str]) {
        let records = [MxRecord::new(20, "mx.late.example"), MxRecord::new(10, host)];
        let names = hosters(&records, &"contoso.example".parse().unwrap());
        let names: Vec<&str> = names.iter().map(Domain::as_str).collect();
        assert_eq!(names, expected, "{host}");
    }

    #[test]
    fn labels_are_taken_off_down_to_the_registrable_domain_and_no_further() {
        check(
            "mx.premium.europe.hoster.example",
            &["premium.europe.hoster.example", "hoster.example"],
        );
        check("mx.hoster.example", &["hoster.example"]);
        check("mx.hoster.co.uk", &["hoster.co.uk"]);
        check("MX.Hoster.CO.UK", &["hoster.co.uk"]);
        check("CO.UK", &[]);
        check("hoster.co.uk", &["hoster.co.uk"]);
        check("co.uk", &[]);
        check("example", &[]);
        check("mx.contoso.example", &[]);
        check("mx.mail.contoso.example", &["mail.contoso.example"]);
    }

    #[test]
    fn the_lowest_preference_counts_and_a_dot_means_no_mail() {
        let records = [MxRecord::new(5, ""), MxRecord::new(10, "a"), MxRecord::new(10, "b")];
        assert_eq!(best(&records).collect::<Vec<_>>(), ["a", "b"]);
        assert!(!is_null(&records));
        assert!(is_null(&[MxRecord::new(0, "")]));
        assert!(!is_null(&[]));
    }
}
