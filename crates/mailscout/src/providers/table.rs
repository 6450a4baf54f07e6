//! The table of providers: the shorthand in which its rows are written, and their order.
//!
//! Nothing here is fetched or guessed: a row without a source does not get in, a pattern of mail
//! servers that nobody has seen does not either.

use mailscout_probe::guess::NameForm::{FullAddress, LocalPart};
use mailscout_schema::settings::{Protocol, Security};

use super::row::{
    Certainty, Confidence, Credential, Instruction, InstructionKind, MxPattern, OAuth, Provider,
    Server, Source, SourceKind, Status, UserNames,
};

/// A mail service of `NetEase` for everybody: one set of facts, several domains.
macro_rules! netease {
    ($id:literal, $domain:literal, $mx:literal, $confidence:ident) => {
        Provider {
            id: $id,
            name: concat!("NetEase ", $domain),
            domains: &[$domain],
            servers: &[
                imap(concat!("imap.", $domain)),
                pop3(concat!("pop.", $domain)),
                smtp(concat!("smtp.", $domain)),
            ],
            credentials: &[Credential::AuthorizationCode],
            instructions: &[
                task(
                    InstructionKind::EnableProtocol,
                    "Switch on IMAP, POP3 and SMTP in the settings of the web mail.",
                ),
                task_at(
                    InstructionKind::AuthorizationCode,
                    "Make an authorization code there and log in with it instead of the password; \
                     free accounts may have two of them only.",
                    NETEASE_CODE,
                ),
                task_at(
                    InstructionKind::Other,
                    "The IMAP server opens no folder for a program that does not say its name (ID \
                     command); what it answers is `Unsafe Login`.",
                    NETEASE_ID,
                ),
            ],
            mx: &[own($mx, Confidence::$confidence)],
            sources: &[
                ispdb($domain, "2019-03-10"),
                delta_chat("163", "2024-11"),
                said(SourceKind::Page, "topmailsender.com, guide to NetEase 163", "2025"),
            ],
            ..ROW
        }
    };
}

mod china;
mod elsewhere;
mod europe;
mod first;
mod worldwide;

/// The rows: first those that most people ask for.
pub(super) static PARTS: [&[Provider]; 5] =
    [first::ROWS, worldwide::ROWS, europe::ROWS, china::ROWS, elsewhere::ROWS];

/// What is so at most providers: the full address and the account's password.
const ROW: Provider = Provider {
    id: "",
    name: "",
    domains: &[],
    domain_globs: &[],
    servers: &[],
    user_names: ADDRESS,
    credentials: &[Credential::Password],
    oauth: None,
    instructions: &[],
    help: None,
    mx: &[],
    status: Status::Ok,
    certainty: Certainty::High,
    sources: &[],
};

/// The full address everywhere.
const ADDRESS: UserNames =
    UserNames { incoming: FullAddress, outgoing: FullAddress, alternatives: &[] };

/// The full address; some sources have the local part.
const ADDRESS_OR_LOCAL_PART: UserNames = UserNames { alternatives: &[LocalPart], ..ADDRESS };

/// The local part everywhere.
const LOCAL_PART: UserNames =
    UserNames { incoming: LocalPart, outgoing: LocalPart, alternatives: &[] };

const fn server(protocol: Protocol, host: &'static str, port: u16, security: Security) -> Server {
    Server { protocol, host, port, security }
}

const fn imap(host: &'static str) -> Server {
    server(Protocol::Imap, host, 993, Security::Tls)
}

const fn imap_starttls(host: &'static str) -> Server {
    server(Protocol::Imap, host, 143, Security::StartTls)
}

const fn pop3(host: &'static str) -> Server {
    server(Protocol::Pop3, host, 995, Security::Tls)
}

const fn pop3_starttls(host: &'static str) -> Server {
    server(Protocol::Pop3, host, 110, Security::StartTls)
}

const fn smtp(host: &'static str) -> Server {
    server(Protocol::Smtp, host, 465, Security::Tls)
}

const fn smtp_starttls(host: &'static str) -> Server {
    server(Protocol::Smtp, host, 587, Security::StartTls)
}

/// The mail servers of the provider's own users.
const fn own(glob: &'static str, confidence: Confidence) -> MxPattern {
    MxPattern { glob, hosted: false, confidence }
}

/// The mail servers of everybody whose domain is with the provider.
const fn hosts(glob: &'static str, confidence: Confidence) -> MxPattern {
    MxPattern { glob, hosted: true, confidence }
}

const fn task(kind: InstructionKind, text: &'static str) -> Instruction {
    Instruction { kind, text, url: None }
}

const fn task_at(kind: InstructionKind, text: &'static str, url: &'static str) -> Instruction {
    Instruction { kind, text, url: Some(url) }
}

const fn said(kind: SourceKind, name: &'static str, date: &'static str) -> Source {
    Source { kind, name, date: Some(date) }
}

/// By a source without a date.
const fn said_once(kind: SourceKind, name: &'static str) -> Source {
    Source { kind, name, date: None }
}

const fn ispdb(name: &'static str, date: &'static str) -> Source {
    said(SourceKind::Ispdb, name, date)
}

const fn delta_chat(name: &'static str, date: &'static str) -> Source {
    said(SourceKind::DeltaChat, name, date)
}

/// Nobody has met the servers.
const NOT_CHECKED: Source = said_once(SourceKind::General, "not checked with a server");

/// How to make an authorization code.
const NETEASE_CODE: &str = "https://help.mail.163.com/faqDetail.do?code=\
    d7a5dc8471cd0c0e8b4b8f4f8e49998b374173cfe9171305fa1ce630d7f67ac2a5feb28b66796d3b";
/// Why a program has to say its name.
const NETEASE_ID: &str = "https://help.mail.163.com/faqDetail.do?code=\
    d7a5dc8471cd0c0e8b4b8f4f8e49998b374173cfe9171305fa1ce630d7f67ac211b1978002df8b23";
