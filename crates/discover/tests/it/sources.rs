//! The sources and the faults of the matrix: data.

/// A source with one thing in it that may go wrong: a name, a URL at that name, or a file.
pub(crate) struct Source {
    /// The mechanism, and which of its steps.
    pub(crate) title: &'static str,
    pub(crate) mechanisms: &'static [&'static str],
    /// What is looked up, as a line of a world has it.
    pub(crate) name: Option<&'static str>,
    /// What is fetched or read then.
    pub(crate) url: Option<&'static str>,
    /// What leads there.
    pub(crate) before: &'static str,
}

const fn source(
    title: &'static str,
    mechanisms: &'static [&'static str],
    name: Option<&'static str>,
    url: Option<&'static str>,
    before: &'static str,
) -> Source {
    Source { title, mechanisms, name, url, before }
}

pub(crate) const SOURCES: [Source; 32] = [
    source(
        "autodiscover-https-root",
        &["autodiscover-https-root"],
        Some("contoso.example"),
        Some("https://contoso.example~"),
        "",
    ),
    source(
        "autodiscover-https-host",
        &["autodiscover-https-host"],
        Some("autodiscover.contoso.example"),
        Some("https://autodiscover.contoso.example~"),
        "",
    ),
    source(
        "autodiscover-https-root, second hop",
        &["autodiscover-https-root"],
        Some("ex.contoso.example"),
        Some("https://ex.contoso.example~"),
        "contoso.example = 203.0.113.1
         https://contoso.example~ = 302 https://ex.contoso.example~",
    ),
    source(
        "autodiscover-https-root, RedirectUrl",
        &["autodiscover-https-root"],
        Some("ex.contoso.example"),
        Some("https://ex.contoso.example~"),
        "contoso.example = 203.0.113.1
         https://contoso.example~ = 200 redirect-url https://ex.contoso.example~",
    ),
    source(
        "pacc",
        &["pacc"],
        Some("ua-auto-config.contoso.example"),
        Some("https://ua-auto-config.contoso.example/.well-known/user-agent-configuration.json"),
        "TXT _ua-auto-config.contoso.example = v=UAAC1",
    ),
    source(
        "pacc, digest",
        &["pacc"],
        Some("TXT _ua-auto-config.contoso.example"),
        None,
        "ua-auto-config.contoso.example = 203.0.113.4
         https://ua-auto-config.contoso.example/.well-known/user-agent-configuration.json = 200 pacc",
    ),
    source(
        "autoconfig-https-host",
        &["autoconfig-https-host"],
        Some("autoconfig.contoso.example"),
        Some("https://autoconfig.contoso.example^?me"),
        "",
    ),
    source(
        "autoconfig-https-host, second hop",
        &["autoconfig-https-host"],
        Some("cdn.contoso.example"),
        Some("https://cdn.contoso.example/a"),
        "autoconfig.contoso.example = 203.0.113.3
         https://autoconfig.contoso.example^?me = 302 https://cdn.contoso.example/a",
    ),
    source(
        "autoconfig-well-known",
        &["autoconfig-well-known"],
        Some("contoso.example"),
        Some("https://contoso.example/.well-known/autoconfig^"),
        "",
    ),
    source("local-xml", &["local-xml"], None, Some("/local.xml"), ""),
    source(
        "http-redirect",
        &["http-redirect"],
        Some("autodiscover.contoso.example"),
        Some("http://autodiscover.contoso.example~"),
        "",
    ),
    source(
        "http-redirect, second hop",
        &["http-redirect"],
        Some("ex.contoso.example"),
        Some("https://ex.contoso.example~"),
        "autodiscover.contoso.example = 203.0.113.2
         http://autodiscover.contoso.example~ = 302 https://ex.contoso.example~
         ask ex.contoso.example = yes",
    ),
    source(
        "srv-redirect, record",
        &["srv-redirect"],
        Some("_autodiscover._tcp.contoso.example"),
        None,
        "",
    ),
    source(
        "srv-redirect",
        &["srv-redirect"],
        Some("ad.contoso.example"),
        Some("https://ad.contoso.example~"),
        "_autodiscover._tcp.contoso.example = SRV 0 0 443 ad.contoso.example",
    ),
    source(
        "ispdb",
        &["ispdb"],
        Some("autoconfig.thunderbird.net"),
        Some("ispdb:contoso.example"),
        "",
    ),
    source(
        "ispdb, second hop",
        &["ispdb"],
        Some("mirror.example"),
        Some("https://mirror.example/a"),
        "ispdb:contoso.example = 302 https://mirror.example/a",
    ),
    source("ispdb, folder", &["ispdb"], None, Some("/isp/contoso.example.xml"), ""),
    source(
        "srv-services, calendars",
        &["srv-services"],
        Some("TXT _caldavs._tcp.contoso.example"),
        None,
        "_imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example
         _caldavs._tcp.contoso.example = SRV 0 0 443 dav.contoso.example",
    ),
    source(
        "srv-services, address books",
        &["srv-services"],
        Some("TXT _carddavs._tcp.contoso.example"),
        None,
        "_imaps._tcp.contoso.example = SRV 0 0 993 imap.contoso.example
         _carddavs._tcp.contoso.example = SRV 0 0 443 dav.contoso.example",
    ),
    source("autoconfig-mx, record", &["autoconfig-mx"], Some("MX contoso.example"), None, ""),
    source(
        "autoconfig-mx",
        &["autoconfig-mx"],
        Some("autoconfig.hoster.example"),
        Some("https://autoconfig.hoster.example^"),
        "MX contoso.example = 10 mx.hoster.example",
    ),
    source(
        "ispdb-mx",
        &["ispdb-mx"],
        Some("autoconfig.thunderbird.net"),
        Some("ispdb:hoster.example"),
        "MX contoso.example = 10 mx.hoster.example",
    ),
    source(
        "autoconfig-http",
        &["autoconfig-http"],
        Some("autoconfig.contoso.example"),
        Some("http://autoconfig.contoso.example^"),
        "",
    ),
    source(
        "autoconfig-http, second hop",
        &["autoconfig-http"],
        Some("autoconfig.contoso.example"),
        Some("https://autoconfig.contoso.example/b"),
        "autoconfig.contoso.example = 203.0.113.3
         http://autoconfig.contoso.example^ = 302 https://autoconfig.contoso.example/b",
    ),
    source("mailconf-txt, record", &["mailconf-txt"], Some("TXT contoso.example"), None, ""),
    source(
        "mailconf-txt",
        &["mailconf-txt"],
        Some("conf.contoso.example"),
        Some("https://conf.contoso.example/a"),
        "TXT contoso.example = mailconf=https://conf.contoso.example/a",
    ),
    source(
        "scp, controllers",
        &["scp"],
        Some("_ldap._tcp.dc._msdcs.contoso.example"),
        None,
        "_ldap._tcp.contoso.example = servfail",
    ),
    source(
        "scp, controller's address",
        &["scp"],
        Some("dc1.contoso.example"),
        None,
        "_ldap._tcp.dc._msdcs.contoso.example = SRV 0 0 389 dc1.contoso.example
         LDAP other.example = refused",
    ),
    source(
        "scp, its URL",
        &["scp"],
        Some("ex.contoso.example"),
        Some("https://ex.contoso.example~"),
        "_ldap._tcp.dc._msdcs.contoso.example = SRV 0 0 389 dc1.contoso.example
         dc1.contoso.example = 10.0.0.5
         LDAP dc1.contoso.example scp = url https://ex.contoso.example~",
    ),
    // Those that are asked only when they are named, at the last of the places that they ask: nobody
    // says anything at the one before.
    source(
        "autodiscover-soap",
        &["autodiscover-soap"],
        Some("contoso.example"),
        Some("https://contoso.example!svc"),
        "autodiscover.contoso.example = servfail",
    ),
    source(
        "autodiscover-mobilesync",
        &["autodiscover-mobilesync"],
        Some("autodiscover.contoso.example"),
        Some("https://autodiscover.contoso.example~"),
        "contoso.example = servfail",
    ),
    source(
        "autodiscover-v2",
        &["autodiscover-v2"],
        Some("autodiscover.contoso.example"),
        Some("https://autodiscover.contoso.example!json:ActiveSync&RedirectCount=1"),
        "",
    ),
];

/// Something that goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// The word of a world.
    pub(crate) word: &'static str,
    /// Whether somebody answered, if only to say no; `None` where both can be meant.
    pub(crate) is_answer: Option<bool>,
}

impl Fault {
    /// Whether it can happen in TLS alone.
    pub(crate) fn needs_tls(self) -> bool {
        self.word.contains("tls") || self.word.starts_with("certificate")
    }
}

const fn no(word: &'static str) -> Fault {
    Fault { word, is_answer: Some(true) }
}

const fn silence(word: &'static str) -> Fault {
    Fault { word, is_answer: Some(false) }
}

/// What the DNS may say instead of what was asked for.
pub(crate) const FAULTS_OF_NAMES: [Fault; 6] = [
    no("nxdomain"),
    no("no-data"),
    Fault { word: "dns-refused", is_answer: None },
    silence("servfail"),
    silence("dns-timeout"),
    silence("dns-unreachable"),
];

/// What a server may do instead of answering with a document.
pub(crate) const FAULTS_OF_SERVERS: [Fault; 29] = [
    silence("connect-timeout"),
    silence("unreachable"),
    silence("tls-timeout"),
    silence("timeout"),
    no("connection-refused"),
    no("closed"),
    no("not-tls"),
    no("tls-handshake"),
    no("not-http"),
    no("certificate-expired"),
    no("certificate-not-yet-valid"),
    no("certificate-self-signed"),
    no("certificate-unknown-issuer"),
    no("certificate-wrong-name"),
    no("400"),
    no("403"),
    no("404"),
    no("500"),
    no("503"),
    no("204"),
    no("header-too-large"),
    no("body-too-large"),
    no("200 html"),
    no("200 garbage"),
    no("200 truncated"),
    no("200 truncated-json"),
    no("200 empty"),
    no("200 json"),
    no("200 gzip autoconfig"),
];

/// What a file may hold instead of a document, and that there may be none.
pub(crate) const FAULTS_OF_FILES: [Fault; 7] = [
    // A file of the user's that is not there is no answer of anybody's; one of the folder is.
    Fault { word: "missing", is_answer: None },
    no("html"),
    no("garbage"),
    no("truncated"),
    no("empty"),
    no("json"),
    no("news"),
];
