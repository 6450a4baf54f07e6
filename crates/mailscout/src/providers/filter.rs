//! Mail filters by their MX: data only.

/// A service that takes a domain's mail, removes what it should, and hands the rest to the servers
/// where the mailboxes are. Who they are, the MX does not say.
///
/// The patterns are common knowledge, not checked with the vendors: good enough to name a filter,
/// not to derive settings from.
#[derive(Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MailFilter {
    /// What the service is called.
    pub name: &'static str,
    /// Patterns of its mail servers.
    pub mx: &'static [&'static str],
}

/// In the order of the names.
pub(super) static FILTERS: &[MailFilter] = &[
    filter("Barracuda", &["*.barracudanetworks.com"]),
    filter("Cisco Secure Email", &["*.iphmx.com"]),
    filter("Cloudflare Email Security", &["*.mxrecord.io", "*.mxrecord.mx"]),
    filter("Forcepoint", &["*.mailcontrol.com"]),
    filter("Hornetsecurity", &["*.hornetsecurity.com", "*.antispameurope.com"]),
    filter("Mimecast", &["*.mimecast.com", "*.mimecast.co.za", "*.mimecast-offshore.com"]),
    filter("N-able SpamExperts", &["*.antispamcloud.com"]),
    filter("Proofpoint", &["*.pphosted.com", "*.gpphosted.com"]),
    filter("Proofpoint Essentials", &["*.ppe-hosted.com"]),
    filter("Retarus", &["*.retarus.com"]),
    filter("Sophos Email", &["*.hydra.sophos.com"]),
    filter("Symantec Email Security.cloud", &["*.messagelabs.com"]),
    filter("Trellix (FireEye)", &["*.fireeyecloud.com"]),
    filter("Trend Micro", &["*.tmes.trendmicro.com", "*.tmes.trendmicro.eu"]),
];

const fn filter(name: &'static str, mx: &'static [&'static str]) -> MailFilter {
    MailFilter { name, mx }
}
