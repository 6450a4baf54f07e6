//! The public-suffix list: where one organisation's names end and another's begin.

/// The registrable domain of a host (`example.co.uk` of `mail.example.co.uk`), in lower case;
/// `None` for a public suffix and for a name of one label.
pub(crate) fn registrable(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Whether names directly below the domain, in lower case, belong to different owners.
pub fn is_public_suffix(domain: &str) -> bool {
    registrable(domain).is_none()
}

/// Whether a registry of the DNS root's delegation gives out the names directly below the domain,
/// in lower case: `uk` and `co.uk`, but neither `github.io`, which is a company's, nor a name that
/// the list does not know.
pub fn is_registry_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| {
        suffix.as_bytes() == domain.as_bytes() && suffix.typ() == Some(psl::Type::Icann)
    })
}

/// Whether both hosts belong to one registrable domain.
pub fn is_same_site(one: &str, other: &str) -> bool {
    registrable(one).is_some_and(|domain| registrable(other) == Some(domain))
}

/// Whether the host is a discovery name right below a public suffix, such as `autodiscover.co.uk`:
/// whoever registers that name would be asked for the settings of everybody.
pub(crate) fn is_leak_trap(host: &str) -> bool {
    const LABELS: [&str; 3] = ["autodiscover", "autoconfig", "ua-auto-config"];
    host.split_once('.')
        .is_some_and(|(label, parent)| LABELS.contains(&label) && is_public_suffix(parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_sites_and_traps_are_told_apart() {
        assert_eq!(registrable("a.b.co.uk"), Some("b.co.uk"));
        assert_eq!(registrable("contoso.example"), Some("contoso.example"));
        for suffix in ["co.uk", "uk", "github.io", "example"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for suffix in ["co.uk", "uk", "com.br"] {
            assert!(is_registry_suffix(suffix), "{suffix}");
        }
        for other in ["github.io", "com.de", "example", "zz", "contoso.de", ""] {
            assert!(!is_registry_suffix(other), "{other}");
        }
        assert!(is_same_site("mail.contoso.example", "contoso.example"));
        assert!(!is_same_site("a.co.uk", "b.co.uk"));
        assert!(!is_same_site("co.uk", "co.uk"));
        assert!(is_leak_trap("autodiscover.co.uk"));
        assert!(is_leak_trap("autodiscover.example"));
        assert!(!is_leak_trap("autodiscover.contoso.example"));
    }
}
