//! Where a redirect may lead: every rule about the target of a redirect, in one place.

use mailscout_net::{http::Method, policy::AddressPolicy};
use mailscout_schema::address::Domain;
use url::{Host, Url};

use crate::{reason::Reason, suffix, trust::HopKind};

/// What is asked next: a URL, how, and at which addresses.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) policy: AddressPolicy,
}

impl Target {
    /// POST over https; over plain http GET, without the address.
    pub(crate) fn method(&self) -> Method {
        if self.is_https() { Method::Post } else { Method::Get }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Who says that the search should go elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) enum From<'a> {
    /// The answer to this target.
    Target(&'a Target),
    /// An SRV record of the domain.
    Srv,
    /// A local file.
    File,
}

impl From<'_> {
    /// Whether it was learnt over HTTPS with a valid certificate.
    pub(crate) fn is_authenticated(self) -> bool {
        matches!(self, Self::Target(target) if target.is_https())
    }
}

/// A redirect that may be followed.
#[derive(Debug)]
pub(crate) struct Allowed {
    pub(crate) target: Target,
    /// Whether the user has to be asked about the target's host first.
    pub(crate) needs_consent: bool,
}

/// Judges a redirect to a URL, made for an address in `domain`.
pub(crate) fn judge(
    to: &str,
    kind: HopKind,
    from: From<'_>,
    domain: &Domain,
    public_only: bool,
) -> Result<Allowed, Reason> {
    let url = parse(to, kind, from)?;
    let host = check_host(&url)?;
    if let From::Target(source) = from {
        let is_downgrade = source.is_https() && url.scheme() == "http";
        let is_elsewhere = source.host() != host;
        if kind == HopKind::Http && is_downgrade {
            return Err(Reason::Downgrade(url.into()));
        }
        if !source.is_https() && kind == HopKind::Http && is_elsewhere && !may_publish(&url) {
            return Err(Reason::OtherPath(url.into()));
        }
    }
    let is_inside = suffix::is_same_site(&host, domain.as_str());
    let policy =
        if is_inside && !public_only { AddressPolicy::NotLocal } else { AddressPolicy::Public };
    let needs_consent = needs_consent(&url, &host, from, is_inside);
    Ok(Allowed { target: Target { url, policy }, needs_consent })
}

/// No question is needed for the same host, for https to https within one registrable domain,
/// and for an SRV target inside the address's registrable domain. Everything else is asked.
fn needs_consent(url: &Url, host: &str, from: From<'_>, is_inside: bool) -> bool {
    match from {
        From::Target(source) if source.host() == host => false,
        From::Target(source) if source.is_https() && url.scheme() == "https" => {
            !suffix::is_same_site(source.host(), host)
        }
        From::Target(_) | From::File => true,
        From::Srv => !is_inside,
    }
}

fn parse(to: &str, kind: HopKind, from: From<'_>) -> Result<Url, Reason> {
    let bad = || Reason::BadUrl(to.chars().take(200).collect());
    // Only an HTTP `Location` may be relative; a document has no base.
    let parsed = match from {
        From::Target(source) if kind == HopKind::Http => source.url.join(to.trim()),
        _ => Url::parse(to.trim()),
    };
    let mut url = parsed.map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Reason::BadScheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Reason::UserInfo);
    }
    url.set_fragment(None);
    Ok(url)
}

/// The host of a redirect: a full domain name that only its owner can answer for.
fn check_host(url: &Url) -> Result<String, Reason> {
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        Some(literal) => return Err(Reason::IpLiteral(literal.to_string())),
        None => return Err(Reason::BadUrl(url.to_string())),
    };
    if host == "localhost" || host.ends_with(".localhost") || !host.contains('.') {
        return Err(Reason::LocalName(host.to_owned()));
    }
    let domain: Domain = host.parse().map_err(|_| Reason::BadUrl(url.to_string()))?;
    if domain.as_str() != host {
        return Err(Reason::BadUrl(url.to_string()));
    }
    if suffix::is_public_suffix(host) || suffix::is_leak_trap(host) {
        return Err(Reason::PublicSuffix(host.to_owned()));
    }
    Ok(host.to_owned())
}

/// Whether a redirect from plain http to another host can lead to settings: a web host that sends
/// every visitor to its home page is no publisher, and the user is not asked about it.
fn may_publish(url: &Url) -> bool {
    url.scheme() == "http" || url.path().to_ascii_lowercase().ends_with("/autodiscover.xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        Target { url: url.parse().unwrap(), policy: AddressPolicy::Any }
    }

    /// Judges a redirect from a URL for an address in contoso.example.
    fn judged(from: &str, kind: HopKind, to: &str) -> String {
        let source = target(from);
        let domain = "contoso.example".parse().unwrap();
        match judge(to, kind, From::Target(&source), &domain, false) {
            Ok(allowed) => format!(
                "{} {} {:?}{}",
                allowed.target.method(),
                allowed.target.url,
                allowed.target.policy,
                if allowed.needs_consent { " asked" } else { "" }
            ),
            Err(reason) => reason.code().into_owned(),
        }
    }

    #[track_caller]
    fn check(from: &str, kind: HopKind, to: &str, expected: &str) {
        assert_eq!(judged(from, kind, to), expected, "{from} -> {to}");
    }

    const ROOT: &str = "https://contoso.example/autodiscover/autodiscover.xml";
    const PLAIN: &str = "http://autodiscover.contoso.example/autodiscover/autodiscover.xml";

    #[test]
    fn a_location_may_be_relative_and_stays_a_post() {
        check(ROOT, HopKind::Http, "/a?b#c", "POST https://contoso.example/a?b NotLocal");
        check(
            ROOT,
            HopKind::Http,
            "//mail.contoso.example/a",
            "POST https://mail.contoso.example/a NotLocal",
        );
        check(ROOT, HopKind::RedirectUrl, "/a", "redirect-bad-url");
    }

    #[test]
    fn consent_is_asked_exactly_where_the_rules_say() {
        check(
            ROOT,
            HopKind::Http,
            "https://mail.contoso.example/a",
            "POST https://mail.contoso.example/a NotLocal",
        );
        check(
            ROOT,
            HopKind::Http,
            "https://hoster.example/a",
            "POST https://hoster.example/a Public asked",
        );
        check(
            ROOT,
            HopKind::RedirectUrl,
            "https://hoster.example/a",
            "POST https://hoster.example/a Public asked",
        );
        check(
            ROOT,
            HopKind::RedirectUrl,
            "http://mail.contoso.example/a",
            "GET http://mail.contoso.example/a NotLocal asked",
        );
        let same = "https://autodiscover.contoso.example/autodiscover/autodiscover.xml";
        check(PLAIN, HopKind::Http, same, &format!("POST {same} NotLocal"));
        let other = "https://mail.contoso.example/autodiscover/autodiscover.xml";
        check(PLAIN, HopKind::Http, other, &format!("POST {other} NotLocal asked"));
        check(
            "https://a.hoster.example/",
            HopKind::Http,
            "https://b.hoster.example/",
            "POST https://b.hoster.example/ Public",
        );
    }

    #[test]
    fn srv_targets_are_asked_about_outside_the_domain_only_and_files_always() {
        let domain = "contoso.example".parse().unwrap();
        let asked =
            |to: &str, from| judge(to, HopKind::Srv, from, &domain, false).unwrap().needs_consent;
        assert!(!asked("https://mail.contoso.example/", From::Srv));
        assert!(asked("https://mail.hoster.example/", From::Srv));
        assert!(asked("https://mail.contoso.example/", From::File));
    }

    #[test]
    fn what_a_redirect_may_never_reach_is_refused() {
        for (to, code) in [
            ("file:///etc/passwd", "redirect-bad-scheme"),
            ("ftp://contoso.example/a", "redirect-bad-scheme"),
            ("data:text/xml,x", "redirect-bad-scheme"),
            ("https://192.0.2.1/a", "redirect-ip-literal"),
            ("https://0x7f000001/a", "redirect-ip-literal"),
            ("https://[::1]/a", "redirect-ip-literal"),
            ("https://localhost/a", "redirect-local-name"),
            ("https://x.localhost/a", "redirect-local-name"),
            ("https://intranet/a", "redirect-local-name"),
            ("https://u:p@contoso.example/a", "redirect-user-info"),
            ("https://co.uk/a", "redirect-public-suffix"),
            ("https://autodiscover.co.uk/a", "redirect-public-suffix"),
            ("https://a_b.contoso.example/a", "redirect-bad-url"),
            ("http://contoso.example/a", "redirect-https-to-http"),
            ("https://", "redirect-bad-url"),
        ] {
            check(ROOT, HopKind::Http, to, code);
        }
        check(PLAIN, HopKind::Http, "https://www.contoso.example/", "redirect-other-path");
        check(
            PLAIN,
            HopKind::RedirectUrl,
            "https://hoster.example/a",
            "POST https://hoster.example/a Public asked",
        );
    }

    #[test]
    fn public_only_narrows_redirects_inside_the_domain_too() {
        let domain = "contoso.example".parse().unwrap();
        let judged = judge("https://mail.contoso.example/", HopKind::Srv, From::Srv, &domain, true);
        assert_eq!(judged.unwrap().target.policy, AddressPolicy::Public);
    }
}
