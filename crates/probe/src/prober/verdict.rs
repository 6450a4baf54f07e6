//! What became of a row of the table, and why: one code and one sentence for each reason.

use core::{fmt, net::IpAddr};

use mailscout_net::{certificate::CertificateProblem, failure::Failure};

use crate::{
    dialog::{End, Phase},
    login::LogInVerdict,
};

/// What became of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is what was found.
    Chosen,
    /// It would do as well; a row above it was taken.
    Possible,
    /// It would do as far as can be seen; its log-in was not accepted, or not tried.
    Unproved(Doubt),
    /// It does not work.
    Refused(Refusal),
    /// It was not tried.
    NotTried(NotTried),
}

impl Verdict {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Possible => "possible",
            Self::Unproved(doubt) => doubt.code(),
            Self::Refused(refusal) => refusal.code(),
            Self::NotTried(why) => why.code(),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => f.write_str("taken"),
            Self::Possible => f.write_str("would work; a row above it was taken"),
            Self::Unproved(doubt) => doubt.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NotTried(why) => why.fmt(f),
        }
    }
}

/// Why a row does not work.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// Its host has no address.
    NoAddress(Failure),
    /// Its host has no address that the policy allows; one of those it has.
    ForbiddenAddress(IpAddr),
    /// The DNS gives every name here the same address, so that its host is another row's.
    SameServer {
        /// The host that stands for them all.
        host: String,
    },
    /// There was no connection, or no TLS.
    Network(Failure),
    /// The server begins in clear text where TLS was to come first.
    ClearTextFirst,
    /// The server begins with TLS where clear text was to come first.
    TlsFirst,
    /// The dialog ended before everything was known.
    Dialog(End),
    /// The server takes log-ins, in no way that the row could use.
    NoMechanism {
        /// Whether the row is one of secure password authentication.
        spa: bool,
        /// What it offers.
        offered: Vec<String>,
    },
    /// The server takes no log-in at all.
    NoLogIn,
    /// The row is without a log-in, and the server takes log-ins.
    LogInOffered,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAddress(failure) | Self::Network(failure) => failure.code(),
            Self::ForbiddenAddress(_) => "forbidden-address",
            Self::SameServer { .. } => "same-server",
            Self::ClearTextFirst => "clear-text-first",
            Self::TlsFirst => "tls-first",
            Self::Dialog(end) => end_code(*end),
            Self::NoMechanism { spa: true, .. } => "no-spa",
            Self::NoMechanism { spa: false, .. } => "no-mechanism",
            Self::NoLogIn => "no-log-in",
            Self::LogInOffered => "log-in-offered",
        }
    }

    /// What is wrong with the certificate, if that is the reason.
    pub fn certificate(&self) -> Option<&CertificateProblem> {
        match self {
            Self::Network(Failure::Certificate(problem)) => Some(problem),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress(failure) | Self::Network(failure) => failure.fmt(f),
            Self::ForbiddenAddress(address) => {
                write!(f, "{address} is not a public address, and only those are allowed")
            }
            Self::SameServer { host } => {
                write!(f, "every name leads to one address here; it is tried as {host}")
            }
            Self::ClearTextFirst => {
                f.write_str("the server begins in clear text, not with TLS from the first byte")
            }
            Self::TlsFirst => f.write_str("the server begins with TLS from the first byte"),
            Self::Dialog(end) => end.fmt(f),
            Self::NoMechanism { offered, .. } if offered.is_empty() => {
                f.write_str("the server offers no mechanism for it")
            }
            Self::NoMechanism { spa, offered } => {
                let what = if *spa {
                    "secure password authentication (NTLM)"
                } else {
                    "log-in of this kind"
                };
                write!(f, "the server offers no {what}, but {}", offered.join(" "))
            }
            Self::NoLogIn => f.write_str(
                "the server takes no log-in: it receives mail for its domain, and sends none for its users",
            ),
            Self::LogInOffered => {
                f.write_str("the server takes log-ins, and a row without one is for those that do not")
            }
        }
    }
}

/// The stable code of a dialog's end.
pub fn end_code(end: End) -> &'static str {
    match end {
        End::Complete => "complete",
        End::StartTlsMissing => "starttls-missing",
        End::StartTlsRefused { temporary: true } => "starttls-refused-for-now",
        End::StartTlsRefused { temporary: false } => "starttls-refused",
        End::TlsFailed => "tls-handshake",
        End::Injected => "starttls-injection",
        End::PreauthInClear => "preauth-in-clear",
        End::Bye(_) => "bye",
        End::Refused { temporary: true } => "refused-for-now",
        End::Refused { temporary: false } => "refused",
        End::NotThisProtocol(_) => "other-protocol",
        End::OverLimit(_) => "over-limit",
        End::Closed(_) => "closed",
        End::TimedOut(Phase::Greeting) => "slow-greeting",
        End::TimedOut(_) => "timeout",
        End::Malformed(_) => "malformed",
    }
}

/// Why a row that fits was not proved by a log-in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// What the server said to the log-in.
    LogIn(LogInVerdict),
    /// What the user gave fits none of the server's mechanisms (a password where it wants a token).
    OtherSecret,
    /// The same user name and password were rejected by the same server, in another protocol or
    /// at another port.
    RejectedElsewhere,
    /// No more log-ins were tried: too many were rejected.
    TooManyRejected,
    /// The user did not agree to send the password in clear text.
    NoCleartextPassword,
    /// The time was up before the log-in.
    TimeUp,
}

impl Doubt {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::LogIn(verdict) => verdict.as_str(),
            Self::OtherSecret => "other-secret",
            Self::RejectedElsewhere => "rejected-elsewhere",
            Self::TooManyRejected => "too-many-rejected",
            Self::NoCleartextPassword => "no-cleartext-password",
            Self::TimeUp => "log-in-not-reached",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogIn(verdict) => f.write_str(verdict.sentence()),
            Self::OtherSecret => {
                f.write_str("not logged in: the server's mechanisms want something else to prove")
            }
            Self::RejectedElsewhere => f.write_str(
                "not logged in: the server rejected this user name and password already",
            ),
            Self::TooManyRejected => {
                f.write_str("not logged in: too many passwords were rejected already")
            }
            Self::NoCleartextPassword => f.write_str(
                "not logged in: the password would have been sent in clear text, which was not allowed",
            ),
            Self::TimeUp => f.write_str("not logged in: the time was up"),
        }
    }
}

/// Why a row was not tried.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum NotTried {
    /// A row above it was taken before it was known.
    Overtaken,
    /// An encrypted row was found, and the two passes exclude each other.
    EncryptedFound,
    /// The user did not agree to servers without encryption.
    NoConsent,
    /// It takes no log-in, and nothing else was found: it would be no success.
    NoSuccess,
    /// The time was up.
    TimeUp,
    /// It is POP3, and did not answer soon after IMAP and SMTP were found.
    OnlyAlternative,
    /// Its protocol was not wanted.
    NotWanted,
    /// The domain says that it does not offer its protocol.
    NotOffered,
}

impl NotTried {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Overtaken => "overtaken",
            Self::EncryptedFound => "encrypted-found",
            Self::NoConsent => "no-consent",
            Self::NoSuccess => "no-success",
            Self::TimeUp => "time-up",
            Self::OnlyAlternative => "only-alternative",
            Self::NotWanted => "not-wanted",
            Self::NotOffered => "not-offered",
        }
    }
}

impl fmt::Display for NotTried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overtaken => "not needed: a row above it was taken",
            Self::EncryptedFound => "not tried: an encrypted row was taken",
            Self::NoConsent => "not tried: nobody allowed servers without encryption",
            Self::NoSuccess => {
                "not tried: it takes no log-in, and nothing else was found to go with it"
            }
            Self::TimeUp => "not tried: the time was up",
            Self::OnlyAlternative => {
                "not waited for: IMAP was found, and POP3 would be an alternative"
            }
            Self::NotWanted => "not tried: the protocol was not wanted",
            Self::NotOffered => "not tried: the domain's SRV records say that it is not offered",
        })
    }
}
