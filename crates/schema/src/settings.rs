//! Neutral settings: what a mail client needs to connect, whichever document said it.
//!
//! Every source lowers into these types. They say nothing about trust: who fetched the document
//! knows that, and keeps it beside.

use std::time::{Duration, SystemTime};

use crate::notice::Notice;

#[cfg(feature = "serde")]
mod date;
mod vocabulary;

pub use vocabulary::{
    AuthMethod, ExchangeWay, InstructionKind, Protocol, Scope, Security, ServiceKind,
};

/// Settings, and what was odd about their source.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Lowered {
    /// The settings.
    pub settings: AccountSettings,
    /// Remarks; none of them has a position.
    pub notices: Vec<Notice>,
}

/// The settings of one account, as one source gave them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct AccountSettings {
    /// The user's name as the server has it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub display_name: Option<String>,
    /// Who runs the servers.
    #[cfg_attr(feature = "serde", serde(default))]
    pub provider: Provider,
    /// Where mail is read, in the provider's order of preference.
    pub incoming: Vec<Server>,
    /// Where mail is sent, in the provider's order of preference.
    pub outgoing: Vec<Server>,
    /// What else the account has: web mail, calendars, Exchange Web Services.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub services: Vec<Service>,
    /// Where tokens for the servers that take OAuth 2 come from.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub oauth: Option<OAuth>,
    /// What the user has to do, or may read, before it works.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub instructions: Vec<Instruction>,
}

impl AccountSettings {
    /// Whether it names a server to read or to send mail with. News and services alone configure no
    /// mail client.
    pub fn has_mail_servers(&self) -> bool {
        let is_mail = |server: &Server| server.protocol != Protocol::Nntp;
        self.incoming.iter().any(is_mail) || !self.outgoing.is_empty()
    }

    /// Whether it names nothing to connect to: neither a server nor a service.
    pub fn is_empty(&self) -> bool {
        self.incoming.is_empty() && self.outgoing.is_empty() && self.services.is_empty()
    }

    /// Whether each mail server takes OAuth 2 and nothing else; not where there is no such server.
    pub fn is_oauth_only(&self) -> bool {
        let is_mail = |server: &&Server| {
            matches!(server.protocol, Protocol::Imap | Protocol::Pop3 | Protocol::Smtp)
        };
        let mut mail = self.incoming.iter().chain(&self.outgoing).filter(is_mail).peekable();
        mail.peek().is_some() && mail.all(|server| server.authentication == [AuthMethod::OAuth2])
    }

    /// Adds the instruction that follows from [`is_oauth_only`](Self::is_oauth_only).
    pub(crate) fn say_if_oauth_only(&mut self) {
        if self.is_oauth_only() {
            let text = "no password is taken; the mail client has to log in with OAuth 2";
            self.instructions.push(Instruction::new(InstructionKind::OAuthOnly, text, None));
        }
    }

    /// Puts the servers of one protocol first, their order otherwise kept.
    pub fn prefer(&mut self, protocol: Protocol) {
        self.incoming.sort_by_key(|server| server.protocol != protocol);
    }

    /// The servers that a client would take first: one to read and one to send mail with, or, where
    /// `wanted` names protocols, one of each of them.
    pub fn first_choice(&self, wanted: &[Protocol]) -> Vec<&Server> {
        if wanted.is_empty() {
            return self.incoming.first().into_iter().chain(self.outgoing.first()).collect();
        }
        let servers = || self.incoming.iter().chain(&self.outgoing);
        wanted
            .iter()
            .filter_map(|protocol| servers().find(|server| server.protocol == *protocol))
            .collect()
    }

    /// Whether a server of first choice is without encryption, those of each wanted protocol
    /// included.
    pub fn is_plain_for(&self, wanted: &[Protocol]) -> bool {
        let is_plain = |server: &&Server| server.security == Security::Plain;
        self.first_choice_is_plain() || self.first_choice(wanted).iter().any(is_plain)
    }

    /// Whether a server that a client would take first, to read or to send mail with, is without
    /// encryption.
    pub fn first_choice_is_plain(&self) -> bool {
        let is_mail = |server: &&Server| matches!(server.protocol, Protocol::Imap | Protocol::Pop3);
        let first_mail = self.incoming.iter().find(is_mail);
        let first = [self.incoming.first(), first_mail, self.outgoing.first()];
        first.into_iter().flatten().any(|server| server.security == Security::Plain)
    }
}

/// Who runs the servers, in words and links that a client may show and never fetches by itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Provider {
    /// The provider's name.
    pub name: Option<String>,
    /// The name that people use, where it is a shorter one.
    pub short_name: Option<String>,
    /// URL of the provider's home page.
    pub home: Option<String>,
    /// URL of a picture.
    pub image: Option<String>,
    /// URL of a page that explains the set-up.
    pub help: Option<String>,
}

/// Where tokens of OAuth 2 come from: an issuer, or the addresses that an issuer would name.
///
/// # Security
///
/// The source says so, and nobody has asked there. Show the user which site a password is typed
/// into, as long as it is typed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct OAuth {
    /// The issuer: an https URL, which is compared letter by letter, or a host name, which is
    /// nothing more than a key to look things up by.
    pub issuer: Option<String>,
    /// URL of the page at which the user agrees.
    pub authorization_url: Option<String>,
    /// URL at which a token is given for the user's agreement.
    pub token_url: Option<String>,
    /// What the token is for.
    pub scopes: Vec<String>,
    /// The name under which a client may ask.
    pub client_id: Option<String>,
}

/// What the user has to do, or may read, before the settings work.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Instruction {
    /// What it asks for.
    pub kind: InstructionKind,
    /// The source's own words, or ours where it has none.
    pub text: String,
    /// URL of the page at which it is done or explained.
    pub url: Option<String>,
}

impl Instruction {
    /// An instruction.
    pub fn new(kind: InstructionKind, text: impl Into<String>, url: Option<String>) -> Self {
        Self { kind, text: text.into(), url }
    }
}

/// One server, and how to connect and log in.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Server {
    /// What it speaks.
    pub protocol: Protocol,
    /// Its host name in A-labels, or an IP address; for Exchange also the `guid@domain` that it
    /// gives to a mailbox.
    pub host: String,
    /// Its port; `None` where the protocol has its own way to find it (Exchange).
    pub port: Option<u16>,
    /// How the connection is protected.
    pub security: Security,
    /// The name to log in with.
    pub username: String,
    /// Other forms of that name, to be tried when the server refuses the first.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub username_alternatives: Vec<String>,
    /// Ways to log in, the preferred one first; never empty.
    pub authentication: Vec<AuthMethod>,
    /// Whether the source asks for secure password authentication (NTLM).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub spa: bool,
    /// The domain to log in with, where the source names one.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub domain: Option<String>,
    /// Whether the log-in needs that domain.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub domain_required: bool,
    /// Whether mail has to be fetched before any is sent (POP before SMTP).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub fetch_before_send: bool,
    /// Which way to an Exchange server this is, where the source tells several apart.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub exchange_way: Option<ExchangeWay>,
    /// How long the settings may be used.
    #[cfg_attr(feature = "serde", serde(default))]
    pub lifetime: Lifetime,
}

impl Server {
    /// Protocol, place and encryption in one line, such as `imap mail.contoso.example:993 tls`.
    pub fn place(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{} {}{port} {}", self.protocol, self.host, self.security)
    }

    /// A server with the full address as user name, a password to log in, and no end of validity.
    pub fn new(
        protocol: Protocol,
        host: impl Into<String>,
        port: Option<u16>,
        security: Security,
        username: impl Into<String>,
    ) -> Self {
        Self {
            protocol,
            host: host.into(),
            port,
            security,
            username: username.into(),
            username_alternatives: Vec::new(),
            authentication: vec![AuthMethod::Password],
            spa: false,
            domain: None,
            domain_required: false,
            fetch_before_send: false,
            exchange_way: None,
            lifetime: Lifetime::default(),
        }
    }
}

/// Something the account has beside its mail servers, reached by URL.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Service {
    /// What stands at the URL.
    pub kind: ServiceKind,
    /// Where it is.
    pub url: String,
    /// From where it can be reached, when the source says so.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub scope: Option<Scope>,
}

impl Service {
    /// A service at a URL.
    pub fn new(kind: ServiceKind, url: impl Into<String>, scope: Option<Scope>) -> Self {
        Self { kind, url: url.into(), scope }
    }
}

/// How long settings may be used before they are asked for again.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Lifetime {
    /// For how long from the moment they were fetched; `None`: as long as they work.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub time_to_live: Option<Duration>,
    /// The last day on which they may be used; `None`: no such day.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub last_day: Option<Date>,
}

impl Lifetime {
    /// The shortest time between two questions, however short the source's own.
    pub const SHORTEST: Duration = Duration::from_hours(1);
    /// The longest time without a question, where the source sets one at all.
    pub const LONGEST: Duration = Duration::from_hours(30 * 24);

    /// A lifetime.
    pub fn new(time_to_live: Option<Duration>, last_day: Option<Date>) -> Self {
        Self { time_to_live, last_day }
    }

    /// When settings fetched at `fetched` should be asked for again; `None`: never.
    ///
    /// The time to live is held between [`SHORTEST`](Self::SHORTEST) and
    /// [`LONGEST`](Self::LONGEST); the last day ends at midnight UTC.
    pub fn valid_until(self, fetched: SystemTime) -> Option<SystemTime> {
        let by_age = self
            .time_to_live
            .and_then(|age| fetched.checked_add(age.clamp(Self::SHORTEST, Self::LONGEST)));
        let by_day = self.last_day.and_then(Date::end);
        match (by_age, by_day) {
            (Some(age), Some(day)) => Some(age.min(day)),
            (age, day) => age.or(day),
        }
    }
}

/// A day of the Gregorian calendar, from the year 1970 to 9999.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day; `None` where the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Year, month from 1, day from 1.
    pub fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The moment at which the day ends in UTC; `None` only where the system's time cannot say it.
    pub fn end(self) -> Option<SystemTime> {
        let whole_years: u64 =
            (1970..self.year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
        let whole_months: u64 =
            (1..self.month).map(|month| u64::from(days_in(self.year, month))).sum();
        let days = whole_years + whole_months + u64::from(self.day);
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_hours(days * 24))
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_and_impossible_days_are_refused() {
        let seconds = |year, month, day| {
            let end = Date::new(year, month, day).and_then(Date::end).unwrap();
            end.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
        };
        assert_eq!(seconds(1970, 1, 1), 86_400);
        assert_eq!(seconds(2024, 2, 29), 1_709_251_200);
        assert_eq!(seconds(2026, 11, 21), 1_795_305_600);
        for (year, month, day) in
            [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (1900, 1, 1)]
        {
            assert_eq!(Date::new(year, month, day), None, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn the_earlier_end_counts_and_the_time_to_live_is_held_in_bounds() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
        let hours = Duration::from_hours;
        let until = |ttl, day| Lifetime::new(ttl, day).valid_until(now);
        assert_eq!(until(None, None), None);
        assert_eq!(until(Some(hours(6)), None), Some(now + hours(6)));
        assert_eq!(until(Some(hours(0)), None), Some(now + hours(1)));
        assert_eq!(until(Some(hours(9999)), None), Some(now + hours(720)));
        let past = Date::new(2020, 1, 1);
        assert_eq!(until(Some(hours(6)), past), past.and_then(Date::end));
    }
}
