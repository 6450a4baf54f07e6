//! Why an answer was taken or not: one sentence and one stable code for everything that happens.

use core::{fmt, net::IpAddr};
use std::borrow::Cow;

use mailscout_net::{dns::Records, failure::Failure};
use mailscout_schema::{ParseErrorKind, Position};

mod directory;
mod log_in;

pub use directory::DirectoryReason;
pub use log_in::LogInReason;

/// What became of one question, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// It was answered, and the search goes on from there; what was answered.
    Answered(String),
    /// Settings were found in it; what they hold.
    Settings(String),
    /// It leads elsewhere; where to.
    RedirectTo(String),

    /// The network gave no answer, or said no.
    Network(Failure),
    /// Not asked: its host was looked up before, without an address.
    NoAddress(Failure),
    /// Not asked: no address of its host finished a TCP handshake before.
    HostSilent,
    /// Not asked again: the URL was asked before for this address, and led nowhere.
    AskedBefore,
    /// The server answered with a status that means no.
    Status(u16),
    /// The server wants a login; the schemes it offers.
    LoginNeeded(Vec<String>),
    /// The server wants a login, and there was something to log in with.
    LogIn(LogInReason),
    /// What a directory has, or has not.
    Directory(DirectoryReason),
    /// The body is no document of the kind that was asked for.
    NotADocument {
        /// What is wrong with it.
        kind: ParseErrorKind,
        /// Where.
        position: Option<Position>,
    },
    /// The body came compressed, which was not asked for.
    Compressed(String),
    /// The server answered with an Autodiscover error.
    ServerError {
        /// Its code.
        code: Option<u32>,
        /// Its message.
        message: Option<String>,
    },
    /// The service answered, and would not say where anything is.
    Refused {
        /// The service's own word for why.
        code: Option<String>,
        /// Its message.
        message: Option<String>,
    },
    /// The answer has settings, of which none can be used.
    NothingUsable,
    /// The answer names neither a server nor a service that can be used.
    NothingNamed,
    /// Settings over plain http.
    SettingsOverHttp,
    /// A redirect to another address over plain http.
    RedirectAddrOverHttp,
    /// A local file that cannot be read; what the system said.
    FileUnreadable(String),

    /// A redirect without `Location`.
    NoLocation,
    /// A redirect to what is no URL, or to one that cannot be asked.
    BadUrl(String),
    /// A redirect to a host that is no host name.
    BadHost(String),
    /// A redirect to a scheme other than http and https.
    BadScheme(String),
    /// A redirect to a URL with a user name or password in it.
    UserInfo,
    /// A redirect to an IP address.
    IpLiteral(String),
    /// A redirect to a name without a dot, or to this computer.
    LocalName(String),
    /// A redirect to a public suffix, or to a discovery name right below one.
    PublicSuffix(String),
    /// An HTTP redirect from https to http.
    Downgrade(String),
    /// A redirect from plain http to what is no Autodiscover URL.
    OtherPath(String),
    /// A redirect to where the search has been.
    Loop(String),
    /// One redirect too many.
    TooManyRedirects,
    /// A redirect to what is no e-mail address that can be asked for.
    BadAddress(String),
    /// An SRV target and port that cannot be asked.
    BadTarget(String),
    /// The SRV record says that the service is not offered.
    NotOffered,
    /// The MX record says that the domain receives no mail.
    NoMail,
    /// No digest in the DNS vouches for the document.
    OtherDigest,
    /// The MX record names nobody beside the domain itself.
    NoHoster,
    /// A mail filter receives the domain's mail; its name.
    MailFilter(String),
    /// The table of known providers does not have it, or there is none.
    NotInTable,
    /// The folder has no such file that can be read; its path, and what the system said.
    NotInFolder(String),
    /// Not asked: third parties are not to be asked.
    NoThirdParty,
    /// A name that leads to an address which the policy forbids.
    ForbiddenAddress {
        /// The name.
        host: String,
        /// The address.
        address: IpAddr,
    },
    /// The user said no to a site.
    ConsentDenied(String),
    /// Nobody could be asked about a site.
    ConsentUnavailable(String),

    /// Cut off: settings were found before its answer came.
    Overtaken,
    /// Cut off: no mechanism needed its answer any more.
    Unneeded,
    /// Not asked: settings were found before.
    NotNeeded,
    /// Not asked: no local file is configured for the domain.
    NoLocalFile,
    /// Not asked: the domain does not exist.
    NoSuchDomain(String),
    /// Not asked: the redirects were used up before.
    BudgetSpent,
    /// Not asked: an answer above sent the search to another address.
    AddressChanged(String),
    /// The settings name no server of a protocol that is still wanted.
    NotWanted,
    /// The settings are kept to be compared with those that were taken.
    Compared,
    /// Another address is named, and settings for the present one were found already.
    OtherAddress(String),
    /// Cut off: the time of the whole search was up.
    TimeUp,
    /// Not asked: the time of the whole search was up.
    NotReached,
    /// The driver answered another question than was asked; this is a bug in the driver.
    OtherAnswer,
}

/// What a [`Reason`] means for the search.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Ending {
    /// The answer was settings.
    Settings,
    /// The answer leads elsewhere.
    Redirect,
    /// The answer is a step on the way: addresses, a consent.
    Answered,
    /// There was an answer, and it was no, or not taken.
    Refused,
    /// There was no answer.
    Failed,
    /// It was not asked.
    Skipped,
}

impl Ending {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Redirect => "redirect",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Reason {
    /// What it means for the search.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Settings(_) => Ending::Settings,
            Self::Answered(_)
            | Self::Directory(DirectoryReason::Entries { .. } | DirectoryReason::Urls(_))
            | Self::LogIn(LogInReason::Follows(_)) => Ending::Answered,
            Self::RedirectTo(_) | Self::Directory(DirectoryReason::Pointer(_)) => Ending::Redirect,
            Self::Network(failure) if !failure.is_answer() => Ending::Failed,
            Self::FileUnreadable(_) | Self::TimeUp | Self::OtherAnswer => Ending::Failed,
            Self::NoAddress(_)
            | Self::HostSilent
            | Self::AskedBefore
            | Self::Overtaken
            | Self::Unneeded
            | Self::NotNeeded
            | Self::NotReached
            | Self::NoLocalFile
            | Self::NoThirdParty
            | Self::NotInTable
            | Self::NoSuchDomain(_)
            | Self::BudgetSpent
            | Self::Directory(DirectoryReason::NotConfigured | DirectoryReason::NoExchangeServer)
            | Self::NotWanted
            | Self::Compared
            | Self::OtherAddress(_)
            | Self::AddressChanged(_) => Ending::Skipped,
            _ => Ending::Refused,
        }
    }

    /// Whether settings may stand behind a login that was not given, or not accepted.
    pub(crate) fn is_about_a_login(&self) -> bool {
        match self {
            Self::LoginNeeded(_) => true,
            Self::LogIn(reason) => !matches!(reason, LogInReason::Follows(_)),
            _ => false,
        }
    }

    /// What an answer of the DNS is by itself.
    pub(crate) fn of_lookup(answer: &Result<Records, Failure>) -> Self {
        let list: Vec<String> = match answer {
            Ok(Records::Addresses(addresses)) => {
                addresses.list.iter().map(ToString::to_string).collect()
            }
            Ok(Records::Srv(records)) => {
                records.iter().map(|record| format!("{}:{}", record.target, record.port)).collect()
            }
            Ok(Records::Mx(records)) => records.iter().map(|record| record.host.clone()).collect(),
            Ok(Records::Txt(texts)) => texts.clone(),
            Ok(_) => Vec::new(),
            Err(failure) => return Self::Network(failure.clone()),
        };
        Self::Answered(list.join(", "))
    }

    /// Whether it means that somebody outside was asked and did not answer.
    pub(crate) fn is_silence(&self) -> bool {
        match self {
            Self::Network(failure) => !failure.is_answer(),
            reason => *reason == Self::TimeUp,
        }
    }

    /// The stable code, as JSON has it.
    pub fn code(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Answered(_) => "answered",
            Self::Settings(_) => "settings",
            Self::RedirectTo(_) => "redirect",
            Self::Network(failure) => failure.code(),
            Self::NoAddress(_) => "no-address",
            Self::HostSilent => "host-silent",
            Self::Status(status) => return Cow::Owned(format!("http-{status}")),
            Self::LoginNeeded(_) => "login-needed",
            Self::LogIn(reason) => reason.code(),
            Self::Directory(reason) => reason.code(),
            Self::NotADocument { kind, .. } => document_code(*kind),
            Self::Compressed(_) => "compressed",
            Self::ServerError { code: Some(code), .. } => {
                return Cow::Owned(format!("autodiscover-error-{code}"));
            }
            Self::ServerError { code: None, .. } => "autodiscover-error",
            Self::Refused { .. } => "autodiscover-refused",
            Self::NothingUsable => "nothing-usable",
            Self::NothingNamed => "nothing-named",
            Self::SettingsOverHttp => "settings-over-http",
            Self::RedirectAddrOverHttp => "redirect-addr-over-http",
            Self::FileUnreadable(_) => "file-unreadable",
            Self::AskedBefore => "asked-before",
            Self::Overtaken => "overtaken",
            Self::NoLocation => "redirect-without-location",
            Self::BadUrl(_) => "redirect-bad-url",
            Self::BadHost(_) => "redirect-bad-host",
            Self::BadScheme(_) => "redirect-bad-scheme",
            Self::UserInfo => "redirect-user-info",
            Self::IpLiteral(_) => "redirect-ip-literal",
            Self::LocalName(_) => "redirect-local-name",
            Self::PublicSuffix(_) => "redirect-public-suffix",
            Self::Downgrade(_) => "redirect-https-to-http",
            Self::OtherPath(_) => "redirect-other-path",
            Self::Loop(_) => "redirect-loop",
            Self::TooManyRedirects => "too-many-redirects",
            Self::BadAddress(_) => "redirect-bad-address",
            Self::BadTarget(_) => "srv-bad-target",
            Self::NotOffered => "srv-not-offered",
            Self::NoMail => "null-mx",
            Self::OtherDigest => "digest-mismatch",
            Self::NoHoster => "no-hoster",
            Self::MailFilter(_) => "mail-filter",
            Self::NotInTable => "not-in-table",
            Self::NotInFolder(_) => "not-in-folder",
            Self::NoThirdParty => "no-third-party",
            Self::ForbiddenAddress { .. } => "address-forbidden",
            Self::ConsentDenied(_) => "consent-denied",
            Self::ConsentUnavailable(_) => "consent-unavailable",
            Self::Unneeded => "unneeded",
            Self::NotNeeded => "not-needed",
            Self::NoLocalFile => "no-local-file",
            Self::NoSuchDomain(_) => "no-such-domain",
            Self::BudgetSpent => "redirects-used-up",
            Self::AddressChanged(_) => "address-changed",
            Self::NotWanted => "not-wanted",
            Self::Compared => "compared",
            Self::OtherAddress(_) => "other-address",
            Self::TimeUp => "time-up",
            Self::NotReached => "not-reached",
            Self::OtherAnswer => "other-answer",
        })
    }
}

fn document_code(kind: ParseErrorKind) -> &'static str {
    match kind {
        ParseErrorKind::Empty => "empty-body",
        ParseErrorKind::OverLimit(_) => "document-over-limit",
        ParseErrorKind::Encoding => "document-encoding",
        ParseErrorKind::WebPage => "web-page",
        ParseErrorKind::Dtd => "document-dtd",
        ParseErrorKind::NotWellFormed => "not-xml",
        ParseErrorKind::OtherRoot => "other-xml",
        ParseErrorKind::MobileSync => "mobilesync",
        ParseErrorKind::NotJson => "not-json",
        ParseErrorKind::DuplicateName => "json-duplicate-name",
        ParseErrorKind::OtherJson => "other-json",
        ParseErrorKind::OtherIssuer => "other-issuer",
        ParseErrorKind::OutlookSchema => "outlook-schema",
        ParseErrorKind::BadUrl => "bad-url",
        ParseErrorKind::NotHttps => "not-https",
        _ => "no-answer",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(text) => f.write_str(text),
            Self::Settings(text) => write!(f, "settings: {text}"),
            Self::RedirectTo(to) => write!(f, "redirect to {to}"),
            Self::Network(failure) => failure.fmt(f),
            Self::NoAddress(failure) if failure.is_answer() => {
                write!(f, "not asked, the host has no address: {failure}")
            }
            Self::NoAddress(failure) => {
                write!(f, "not asked, the host could not be looked up: {failure}")
            }
            Self::Status(_) => f.write_str("no settings"),
            Self::LoginNeeded(schemes) if schemes.is_empty() => {
                f.write_str("this server wants a login")
            }
            Self::LoginNeeded(schemes) => {
                write!(f, "this server wants a login ({})", schemes.join(", "))
            }
            Self::LogIn(reason) => reason.fmt(f),
            Self::Directory(reason) => reason.fmt(f),
            Self::NotADocument { kind, position: Some(position) } => {
                write!(f, "{kind} ({position})")
            }
            Self::NotADocument { kind, position: None } => kind.fmt(f),
            Self::Compressed(encoding) => {
                write!(f, "the answer is compressed ({encoding}), which was not asked for")
            }
            Self::ServerError { code, message } => write_server_error(f, *code, message.as_deref()),
            Self::Refused { code, message } => {
                let words = code.iter().chain(message).map(String::as_str);
                let words: Vec<&str> = words.collect();
                write!(f, "the service refused: {}", words.join(": "))
            }
            Self::FileUnreadable(detail) => write!(f, "the file cannot be read: {detail}"),
            Self::MailFilter(name) => write!(
                f,
                "a mail filter ({name}) receives the mail; where the mailboxes are, it does not say"
            ),
            Self::NotInFolder(detail) => write!(f, "nothing in the folder: {detail}"),
            Self::BadAddress(to) => write!(f, "redirect to `{to}`, which is no usable address"),
            Self::BadTarget(target) => write!(f, "`{target}` cannot be asked"),
            Self::ForbiddenAddress { host, address } => {
                write!(f, "{host} leads to {address}, which is not allowed here")
            }
            Self::ConsentDenied(site) => write!(f, "{site} was not allowed"),
            Self::ConsentUnavailable(site) => {
                write!(f, "{site} needs consent, and nobody could be asked")
            }
            Self::NoSuchDomain(domain) => write!(f, "{domain} does not exist"),
            Self::AddressChanged(address) => write!(f, "the search went on with {address}"),
            Self::OtherAddress(address) => {
                write!(f, "it names the address {address}, and settings were found before")
            }
            _ => self.write_refusal(f),
        }
    }
}

impl Reason {
    fn write_refusal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadUrl(to) => write!(f, "redirect to `{to}`, which cannot be followed"),
            Self::BadHost(host) => write!(f, "redirect to `{host}`, which is no host name"),
            Self::BadScheme(scheme) => {
                write!(f, "redirect to a {scheme}: URL; only https is followed")
            }
            Self::IpLiteral(host) => {
                write!(f, "redirect to the IP address {host}; a host name is needed")
            }
            Self::LocalName(host) => {
                write!(f, "redirect to `{host}`, a name of this computer or network")
            }
            Self::PublicSuffix(host) => {
                write!(f, "redirect to `{host}`, a name that anybody could register")
            }
            Self::Downgrade(to) => write!(f, "redirect from https to http ({to})"),
            Self::OtherPath(to) => write!(f, "redirect to {to}, which is no Autodiscover URL"),
            Self::Loop(to) => write!(f, "redirect to {to}, where the search has been"),
            _ => f.write_str(match self {
                Self::NothingUsable => "settings without a mail server that can be used",
                Self::NothingNamed => "an answer without a server or service that can be used",
                Self::SettingsOverHttp => "settings over plain http, which are never taken",
                Self::RedirectAddrOverHttp => {
                    "another address over plain http, which is never taken"
                }
                Self::NoLocation => "redirect without a Location",
                Self::UserInfo => "redirect to a URL with a user name in it",
                Self::TooManyRedirects => "too many redirects",
                Self::NotOffered => "the domain says that it does not offer this (`.`)",
                Self::NoMail => "the domain says that it receives no mail (null MX)",
                Self::OtherDigest => "no digest in the DNS vouches for the document",
                Self::NoHoster => "the MX record names no hoster beside the domain itself",
                Self::NotInTable => "the table of known providers does not have it",
                Self::NoThirdParty => "third parties are not asked",
                Self::HostSilent => "not asked, no connection to the host came about before",
                Self::AskedBefore => "not asked again, it was asked before",
                Self::Overtaken => "given up, settings were found",
                Self::Unneeded => "given up, nothing depended on it any more",
                Self::NotNeeded => "settings were found",
                Self::Compared => "compared with what was taken",
                Self::NotWanted => "not taken: no server of a protocol that is still wanted",
                Self::NoLocalFile => "no file is configured for the domain",
                Self::BudgetSpent => "the redirects are used up",
                Self::TimeUp => "given up, the time of the whole search was up",
                Self::NotReached => "the time of the whole search was up",
                Self::OtherAnswer => "another question was answered than was asked; this is a bug",
                _ => "",
            }),
        }
    }
}

fn write_server_error(
    f: &mut fmt::Formatter<'_>,
    code: Option<u32>,
    message: Option<&str>,
) -> fmt::Result {
    f.write_str("the server answered with an Autodiscover error")?;
    if let Some(code) = code {
        write!(f, " {code}")?;
    }
    message.map_or(Ok(()), |message| write!(f, ": {message}"))
}
