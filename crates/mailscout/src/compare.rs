//! How settings of one source differ from those that were taken.

use core::fmt;

use mailscout_schema::settings::{AccountSettings, Protocol, Security, Server};

/// One difference between settings that were taken and those of another source.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Which server it is about: the first choice for this protocol.
    pub protocol: Protocol,
    /// What differs.
    pub what: DifferenceKind,
    /// What was taken; empty where nothing was.
    pub taken: String,
    /// What the other source says; empty where it says nothing.
    pub other: String,
    /// Whether the other source asks for less encryption than was taken.
    pub is_weaker: bool,
}

/// What differs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Only one of the two names a server for the protocol.
    Server,
    /// The host.
    Host,
    /// The port.
    Port,
    /// How the connection is encrypted.
    Security,
    /// The user name.
    Username,
    /// The ways to log in, in their order.
    Authentication,
}

impl DifferenceKind {
    /// The stable word, as JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Host => "host",
            Self::Port => "port",
            Self::Security => "security",
            Self::Username => "username",
            Self::Authentication => "authentication",
        }
    }
}

impl fmt::Display for Difference {
    /// Writes `imap port 143 instead of 993`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, taken, other, .. } = self;
        match (self.what, taken.as_str(), other.as_str()) {
            (DifferenceKind::Server, _, "") => write!(f, "no {protocol} server"),
            (DifferenceKind::Server, "", other) => write!(f, "{protocol} also at {other}"),
            (what, taken, other) => {
                write!(f, "{protocol} {} {other} instead of {taken}", what.as_str())?;
                f.write_str(if self.is_weaker { " (weaker)" } else { "" })
            }
        }
    }
}

/// How another source's settings differ from those that were taken: for each protocol the servers of
/// first choice are compared, or the one that was taken with the same one of the other source, where
/// that names it as a further choice.
///
/// # Examples
///
/// ```
/// use mailscout::{differences, schema::settings::{AccountSettings, Protocol, Security, Server}};
/// let imap = |port, security| {
///     let host = "mail.contoso.example";
///     let mut settings = AccountSettings::default();
///     settings.incoming = vec![Server::new(Protocol::Imap, host, Some(port), security, "alice")];
///     settings
/// };
/// let found = differences(&imap(993, Security::Tls), &imap(143, Security::Plain));
/// let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
/// assert_eq!(texts, ["imap port 143 instead of 993", "imap security plain instead of tls (weaker)"]);
/// ```
pub fn differences(taken: &AccountSettings, other: &AccountSettings) -> Vec<Difference> {
    let of = |settings: &AccountSettings, protocol| -> Vec<Server> {
        let servers = settings.incoming.iter().chain(&settings.outgoing);
        servers.filter(|server| server.protocol == protocol).cloned().collect()
    };
    let mut found = Vec::new();
    for protocol in [Protocol::Imap, Protocol::Pop3, Protocol::Smtp] {
        let (taken, other) = (of(taken, protocol), of(other, protocol));
        let (Some(first), Some(named)) = (taken.first(), other.first()) else {
            found.extend(only_one(protocol, taken.first(), other.first()));
            continue;
        };
        let same = other.iter().find(|server| place(server) == place(first));
        found.extend(between(protocol, first, same.unwrap_or(named)));
    }
    found
}

fn only_one(
    protocol: Protocol,
    taken: Option<&Server>,
    other: Option<&Server>,
) -> Option<Difference> {
    let text = |server: Option<&Server>| server.map(said).unwrap_or_default();
    (taken.is_some() || other.is_some()).then(|| Difference {
        protocol,
        what: DifferenceKind::Server,
        taken: text(taken),
        other: text(other),
        is_weaker: false,
    })
}

fn between(protocol: Protocol, taken: &Server, other: &Server) -> Vec<Difference> {
    let port = |server: &Server| server.port.map(|port| port.to_string()).unwrap_or_default();
    let ways = |server: &Server| {
        let ways: Vec<&str> = server.authentication.iter().map(|way| way.as_str()).collect();
        ways.join(" or ")
    };
    let facts = [
        (DifferenceKind::Host, taken.host.clone(), other.host.clone()),
        (DifferenceKind::Port, port(taken), port(other)),
        (
            DifferenceKind::Security,
            taken.security.as_str().to_owned(),
            other.security.as_str().to_owned(),
        ),
        (DifferenceKind::Username, taken.username.clone(), other.username.clone()),
        (DifferenceKind::Authentication, ways(taken), ways(other)),
    ];
    let differ = facts.into_iter().filter(|(what, taken, other)| match what {
        DifferenceKind::Host => !taken.eq_ignore_ascii_case(other),
        _ => taken != other,
    });
    differ
        .map(|(what, is, would_be)| Difference {
            protocol,
            what,
            taken: is,
            other: would_be,
            is_weaker: what == DifferenceKind::Security
                && strength(other.security) < strength(taken.security),
        })
        .collect()
}

/// Where a server is, and how a connection begins.
fn place(server: &Server) -> (String, Option<u16>, Security) {
    (server.host.to_ascii_lowercase(), server.port, server.security)
}

/// Without the protocol, which stands beside it.
fn said(server: &Server) -> String {
    let place = server.place();
    place.split_once(' ').map_or_else(|| place.clone(), |(_, rest)| rest.to_owned())
}

/// How much a way to encrypt protects: from the first byte, after a word in clear text, not at all.
fn strength(security: Security) -> u8 {
    match security {
        Security::Tls => 2,
        Security::Plain => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(protocol: Protocol, place: (&str, u16), security: Security) -> Server {
        Server::new(protocol, place.0, Some(place.1), security, "alice")
    }

    fn settings(incoming: Vec<Server>, outgoing: Vec<Server>) -> AccountSettings {
        let mut settings = AccountSettings::default();
        settings.incoming = incoming;
        settings.outgoing = outgoing;
        settings
    }

    fn texts(taken: &AccountSettings, other: &AccountSettings) -> Vec<String> {
        differences(taken, other).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_same_settings_do_not_differ_and_further_choices_count_as_the_same() {
        let tls = server(Protocol::Imap, ("mail.contoso.example", 993), Security::Tls);
        let starttls = server(Protocol::Imap, ("mail.contoso.example", 143), Security::StartTls);
        let taken = settings(vec![tls.clone()], vec![]);
        assert_eq!(texts(&taken, &taken), [""; 0]);
        assert_eq!(texts(&taken, &settings(vec![starttls, tls], vec![])), [""; 0]);
    }

    #[test]
    fn each_difference_is_named_and_less_encryption_is_called_weaker() {
        let imap = server(Protocol::Imap, ("a.example", 993), Security::Tls);
        let mut other = server(Protocol::Imap, ("b.example", 143), Security::StartTls);
        other.username = "alice@contoso.example".to_owned();
        let smtp = server(Protocol::Smtp, ("a.example", 25), Security::Plain);
        let pop3 = server(Protocol::Pop3, ("p.example", 995), Security::Tls);
        let found = texts(&settings(vec![imap], vec![smtp]), &settings(vec![other, pop3], vec![]));
        assert_eq!(
            found,
            [
                "imap host b.example instead of a.example",
                "imap port 143 instead of 993",
                "imap security starttls instead of tls (weaker)",
                "imap username alice@contoso.example instead of alice",
                "pop3 also at p.example:995 tls",
                "no smtp server",
            ]
        );
    }

    #[test]
    fn more_encryption_is_not_weaker() {
        let at =
            |security| settings(vec![server(Protocol::Imap, ("a.example", 1), security)], vec![]);
        let found = differences(&at(Security::Plain), &at(Security::Tls));
        assert!(found.iter().all(|difference| !difference.is_weaker), "{found:?}");
    }
}
