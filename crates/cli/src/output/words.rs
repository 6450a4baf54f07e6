//! The words for what settings consist of.

use mailscout::{
    probe::login::Mechanism,
    schema::settings::{AuthMethod, ExchangeWay, Protocol, Security, Server, ServiceKind},
};

pub(super) fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "IMAP",
        Protocol::Pop3 => "POP3",
        Protocol::Smtp => "SMTP",
        Protocol::Nntp => "NNTP",
        Protocol::Exchange => "Exchange",
        other => other.as_str(),
    }
}

/// What a server speaks, and for Exchange which way to it is meant.
pub(super) fn server(server: &Server) -> &'static str {
    match server.exchange_way {
        Some(ExchangeWay::Exch) => "Exchange, internal (RPC)",
        Some(ExchangeWay::Expr) => "Exchange, external (RPC over HTTP)",
        Some(ExchangeWay::ExHttp) => "Exchange (HTTP)",
        Some(ExchangeWay::MapiHttp) => "Exchange (MAPI over HTTP)",
        _ => protocol(server.protocol),
    }
}

pub(super) fn security(security: Security) -> &'static str {
    match security {
        Security::Tls => "TLS",
        Security::StartTls => "STARTTLS",
        Security::Plain => "no encryption",
        other => other.as_str(),
    }
}

pub(super) fn method(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::Ntlm => "NTLM",
        AuthMethod::Password => "password",
        AuthMethod::EncryptedPassword => "encrypted password",
        AuthMethod::OAuth2 => "OAuth 2",
        AuthMethod::None => "no login",
        other => other.as_str(),
    }
}

pub(super) fn service(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::Ews => "Exchange Web Services",
        ServiceKind::Owa => "Outlook on the web",
        ServiceKind::Ecp => "Exchange control panel",
        ServiceKind::Oab => "offline address book",
        ServiceKind::MapiHttp => "MAPI over HTTP",
        ServiceKind::ActiveSync => "ActiveSync",
        ServiceKind::CalDav => "CalDAV",
        ServiceKind::CardDav => "CardDAV",
        ServiceKind::Jmap => "JMAP",
        ServiceKind::WebDav => "WebDAV",
        ServiceKind::Graph => "Microsoft Graph",
        ServiceKind::ManageSieve => "ManageSieve",
        ServiceKind::WebMail => "web mail",
        other => other.as_str(),
    }
}

/// A way to log in.
pub(super) fn log_in(mechanism: Mechanism, over: Protocol) -> &'static str {
    match (mechanism, over) {
        (Mechanism::Command, Protocol::Imap) => "the command LOGIN",
        (Mechanism::Command, _) => "the commands USER and PASS",
        (mechanism, _) => mechanism.as_str(),
    }
}

/// A host and its port, an IPv6 address in brackets.
pub(super) fn place(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// A number and what it counts.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
