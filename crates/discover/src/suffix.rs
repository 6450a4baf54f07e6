//! The public-suffix list: where one organisation's names end and another's begin.

/// The registrable domain of a host (`example.co.uk` of `mail.example.co.uk`), in lower case;
/// `None` for a public suffix and for a name of one label.
pub(crate) fn registrable(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Whether names directly below the domain belong to different owners.
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    registrable(domain).is_none()
}

/// Whether both hosts belong to one registrable domain.
pub(crate) fn is_same_site(one: &str, other: &str) -> bool {
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
        assert!(is_same_site("mail.contoso.example", "contoso.example"));
        assert!(!is_same_site("a.co.uk", "b.co.uk"));
        assert!(!is_same_site("co.uk", "co.uk"));
        assert!(is_leak_trap("autodiscover.co.uk"));
        assert!(is_leak_trap("autodiscover.example"));
        assert!(!is_leak_trap("autodiscover.contoso.example"));
    }
}
