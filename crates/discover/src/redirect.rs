//! Where a redirect may lead: every rule about the target of a redirect, in one place.

use mailscout_net::{http::Method, policy::AddressPolicy};
use mailscout_schema::address::Domain;
use url::{Host, Url};

use crate::{chain::Context, reason::Reason, suffix, trust::HopKind};

/// What is asked next: a URL, how, and at which addresses.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) policy: AddressPolicy,
    /// POST or GET; plain http is asked by GET whatever it says.
    pub(crate) method: Method,
}

impl Target {
    /// How it is asked: over plain http by GET, without the address.
    pub(crate) fn method(&self) -> Method {
        if self.is_https() { self.method } else { Method::Get }
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
pub(crate) enum Referrer<'a> {
    /// The answer to this target.
    Target(&'a Target),
    /// An SRV record of the domain.
    Srv,
    /// A local file.
    File,
    /// A directory, whose word is proved or not.
    Directory { is_proved: bool },
}

impl Referrer<'_> {
    /// Whether it was learnt over HTTPS with a valid certificate.
    pub(crate) fn is_authenticated(self) -> bool {
        match self {
            Self::Target(target) => target.is_https(),
            Self::Directory { is_proved } => is_proved,
            Self::Srv | Self::File => false,
        }
    }
}

/// A redirect that may be followed.
#[derive(Debug)]
pub(crate) struct Allowed {
    pub(crate) target: Target,
    /// Whether the user has to be asked about the target's host first.
    pub(crate) needs_consent: bool,
}

/// Judges a redirect to a URL.
pub(crate) fn judge(
    to: &str,
    kind: HopKind,
    from: Referrer<'_>,
    context: Context<'_>,
) -> Result<Allowed, Reason> {
    let url = parse(to, kind, from)?;
    let host = check_host(&url)?;
    if let Referrer::Target(source) = from {
        let is_downgrade = source.is_https() && url.scheme() == "http";
        let is_elsewhere = source.host() != host;
        if kind == HopKind::Http && is_downgrade {
            return Err(Reason::Downgrade(url.into()));
        }
        if !source.is_https() && kind == HopKind::Http && is_elsewhere && !may_publish(&url) {
            return Err(Reason::OtherPath(url.into()));
        }
    }
    // Who was sent to another domain is not at home there: its names were chosen by a server.
    let policy = match from {
        // Exchange servers stand in the own network, whatever the domain of mail is called.
        Referrer::Directory { is_proved: true } if !context.options.public_only => {
            AddressPolicy::NotLocal
        }
        _ => policy_abroad(&host, context.home, context.options.public_only),
    };
    let needs_consent = needs_consent(&url, &host, from, context.address.domain());
    Ok(Allowed { target: Target { url, policy, method: Method::Post }, needs_consent })
}

/// Judges an HTTP redirect of a place that is asked by GET: to https only, to a full name, at an
/// address that a redirect may lead to.
pub(crate) fn judge_get(to: &str, source: &Target, context: Context<'_>) -> Result<Target, Reason> {
    let url = parse(to, HopKind::Http, Referrer::Target(source))?;
    check_host(&url)?;
    if url.scheme() == "http" {
        return Err(if source.is_https() {
            Reason::Downgrade(url.into())
        } else {
            Reason::BadScheme("http".to_owned())
        });
    }
    Ok(abroad(url, context))
}

/// Judges a place that a text in the DNS names: https only.
pub(crate) fn judge_named(to: &str, context: Context<'_>) -> Result<Target, Reason> {
    let url = parse(to, HopKind::Srv, Referrer::Srv)?;
    check_host(&url)?;
    if url.scheme() != "https" {
        return Err(Reason::BadScheme(url.scheme().to_owned()));
    }
    Ok(abroad(url, context))
}

/// A place asked by GET that the address's domain did not choose by its name alone.
pub(crate) fn abroad(url: Url, context: Context<'_>) -> Target {
    let host = url.host_str().unwrap_or_default();
    let policy = policy_abroad(host, context.home, context.options.public_only);
    Target { url, policy, method: Method::Get }
}

/// Where a host that was named by somebody may lead, seen from the domain that the search began
/// with.
pub(crate) fn policy_abroad(host: &str, home: &Domain, public_only: bool) -> AddressPolicy {
    if suffix::is_same_site(host, home.as_str()) && !public_only {
        AddressPolicy::NotLocal
    } else {
        AddressPolicy::Public
    }
}

/// No question is needed for the https form of the same host, for https to https within one
/// registrable domain, and for an SRV target inside the address's. Everything else is asked.
fn needs_consent(url: &Url, host: &str, from: Referrer<'_>, domain: &Domain) -> bool {
    let is_https = url.scheme() == "https";
    match from {
        Referrer::Target(source) if is_https && source.host() == host => false,
        Referrer::Target(source) if is_https && source.is_https() => {
            !suffix::is_same_site(source.host(), host)
        }
        Referrer::Directory { is_proved: true } => false,
        Referrer::Target(_) | Referrer::File | Referrer::Directory { .. } => true,
        Referrer::Srv => !suffix::is_same_site(host, domain.as_str()),
    }
}

fn parse(to: &str, kind: HopKind, from: Referrer<'_>) -> Result<Url, Reason> {
    let bad = || Reason::BadUrl(to.chars().take(200).collect());
    if to.len() > MAX_URL {
        return Err(bad());
    }
    // Only an HTTP `Location` may be relative; a document has no base.
    let parsed = match from {
        Referrer::Target(source) if kind == HopKind::Http => source.url.join(to.trim()),
        _ => Url::parse(to.trim()),
    };
    let mut url = parsed.map_err(|_| bad())?;
    if url.port() == Some(0) {
        return Err(bad());
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Reason::BadScheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Reason::UserInfo);
    }
    url.set_fragment(None);
    if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
        url.set_host(Some(&host)).map_err(|_| bad())?;
    }
    Ok(url)
}

/// Bytes of a URL that is followed.
const MAX_URL: usize = 2048;

/// The host of a redirect: a full domain name that only its owner can answer for.
fn check_host(url: &Url) -> Result<String, Reason> {
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        Some(literal) => return Err(Reason::IpLiteral(literal.to_string())),
        None => return Err(Reason::BadUrl(url.to_string())),
    };
    check_name(host)?;
    Ok(host.to_owned())
}

/// A name that a server chose: of a full domain that one owner answers for.
pub(crate) fn check_name(host: &str) -> Result<(), Reason> {
    if host == "localhost" || host.ends_with(".localhost") || !host.contains('.') {
        return Err(Reason::LocalName(host.to_owned()));
    }
    if host.parse::<Domain>().map_or(true, |domain| domain.as_str() != host) {
        return Err(Reason::BadHost(host.to_owned()));
    }
    if suffix::is_public_suffix(host) || suffix::is_leak_trap(host) {
        return Err(Reason::PublicSuffix(host.to_owned()));
    }
    Ok(())
}

/// Whether a redirect from plain http to another host can lead to settings: a web host that sends
/// every visitor to its home page is no publisher, and the user is not asked about it.
fn may_publish(url: &Url) -> bool {
    url.path().to_ascii_lowercase().ends_with("/autodiscover.xml")
}

#[cfg(test)]
mod tests;
