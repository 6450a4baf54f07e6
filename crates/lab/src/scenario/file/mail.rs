//! The words of a scenario file that are for mail servers alone, and their defaults.

use std::{fmt, time::Duration};

use serde::Deserialize;

use super::{Fault, Service};

/// A mail server as the file describes it, with every default filled in.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the file of its own")]
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) protocol: Protocol,
    pub(crate) security: Security,
    pub(crate) fault: Option<Fault>,
    /// Before the greeting.
    pub(crate) delay: Duration,
    /// Before each reply.
    pub(crate) reply_delay: Duration,
    pub(crate) greeting: String,
    /// What is listed besides what the server is.
    pub(crate) capabilities: Vec<String>,
    /// IMAP: the greeting and the answer to a log-in list the capabilities.
    pub(crate) capability_greeting: bool,
    /// IMAP: AUTHENTICATE takes an initial response.
    pub(crate) sasl_ir: bool,
    /// POP3: there is CAPA.
    pub(crate) capa: bool,
    /// POP3: there is APOP.
    pub(crate) apop: bool,
    /// SMTP: there is EHLO.
    pub(crate) ehlo: bool,
    /// IMAP, POP3: there is LOGIN, or USER and PASS.
    pub(crate) login: bool,
    /// The same before the upgrade to TLS.
    pub(crate) login_before_tls: bool,
    /// Inside TLS, or where there is none.
    pub(crate) mechanisms: Vec<String>,
    /// Before the upgrade to TLS.
    pub(crate) mechanisms_before_tls: Vec<String>,
    /// Offered, and refused to everybody.
    pub(crate) refused: Vec<String>,
    pub(crate) accounts: Vec<Account>,
}

impl Service {
    /// The mail server that this service is; none when it is a web server.
    fn to_mail(&self) -> Option<Mail> {
        let protocol = self.scheme.protocol()?;
        let ehlo = self.ehlo.unwrap_or(true);
        let usual = || if ehlo { words(&["PLAIN", "LOGIN"]) } else { Vec::new() };
        let millis = |number: Option<u64>| Duration::from_millis(number.unwrap_or(0));
        Some(Mail {
            protocol,
            security: self.security(),
            fault: self.fault,
            delay: millis(self.delay_ms),
            reply_delay: millis(self.reply_delay_ms),
            greeting: self.greeting.clone().unwrap_or_else(|| "The lab is ready.".to_owned()),
            capabilities: self.capabilities.clone().unwrap_or_default(),
            capability_greeting: self.capability_greeting.unwrap_or(true),
            sasl_ir: self.sasl_ir.unwrap_or(true),
            capa: self.capa.unwrap_or(true),
            apop: self.apop.unwrap_or(false),
            ehlo,
            login: self.login.unwrap_or(true),
            login_before_tls: self.login_before_tls.unwrap_or(false),
            mechanisms: self.mechanisms.clone().unwrap_or_else(usual),
            mechanisms_before_tls: self.mechanisms_before_tls.clone().unwrap_or_default(),
            refused: self.refuse_mechanisms.clone().unwrap_or_default(),
            accounts: self.accounts.clone().unwrap_or_default(),
        })
    }

    /// Fills in [`mail`](Self::mail).
    pub(crate) fn settle_mail(&mut self) {
        self.mail = self.to_mail();
    }

    /// The words that the file uses of those that not every server has, each with its servers.
    pub(crate) fn special_words(&self) -> Vec<(&'static str, &'static [Protocol])> {
        use Protocol::{Imap, Pop3, Smtp};
        const ANY: &[Protocol] = &[Imap, Pop3, Smtp];
        let words: [(&str, &[Protocol], bool); 15] = [
            ("security", ANY, self.security.is_some()),
            ("delay_ms", ANY, self.delay_ms.is_some()),
            ("reply_delay_ms", ANY, self.reply_delay_ms.is_some()),
            ("greeting", ANY, self.greeting.is_some()),
            ("capabilities", ANY, self.capabilities.is_some()),
            ("capability_greeting", &[Imap], self.capability_greeting.is_some()),
            ("sasl_ir", &[Imap], self.sasl_ir.is_some()),
            ("capa", &[Pop3], self.capa.is_some()),
            ("apop", &[Pop3], self.apop.is_some()),
            ("ehlo", &[Smtp], self.ehlo.is_some()),
            ("login", &[Imap, Pop3], self.login.is_some()),
            ("login_before_tls", &[Imap, Pop3], self.login_before_tls.is_some()),
            ("mechanisms", ANY, self.mechanisms.is_some()),
            ("mechanisms_before_tls", ANY, self.mechanisms_before_tls.is_some()),
            ("refuse_mechanisms", ANY, self.refuse_mechanisms.is_some()),
        ];
        let used = words.into_iter().filter(|(_, _, used)| *used);
        used.map(|(word, servers, _)| (word, servers)).collect()
    }
}

/// What a mail server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    Imap,
    Pop3,
    Smtp,
}

impl Protocol {
    /// The port where it is usually found.
    pub(crate) fn port(self, security: Security) -> u16 {
        match (self, security) {
            (Self::Imap, Security::Tls) => 993,
            (Self::Imap, _) => 143,
            (Self::Pop3, Security::Tls) => 995,
            (Self::Pop3, _) => 110,
            (Self::Smtp, Security::Tls) => 465,
            (Self::Smtp, Security::StartTls) => 587,
            (Self::Smtp, Security::Plain) => 25,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Smtp => "smtp",
        })
    }
}

/// How a mail server is protected.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Security {
    /// TLS from the first byte.
    #[default]
    Tls,
    /// Clear text, then an upgrade.
    StartTls,
    /// Clear text for ever.
    Plain,
}

/// Somebody who may log in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Account {
    /// Compared exactly.
    pub(crate) user: String,
    pub(crate) password: Option<String>,
    /// For XOAUTH2 and OAUTHBEARER.
    pub(crate) token: Option<String>,
    /// For NTLM: the only domain that this user is in; absent: any.
    pub(crate) domain: Option<String>,
    /// What becomes of each log-in of this user, whatever the password.
    pub(crate) outcome: Option<Outcome>,
}

/// Why somebody whom the server knows may not log in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Locked,
    Temporary,
    AppPassword,
    Disabled,
    TooMany,
    MechanismRefused,
}

/// A mechanism that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanism {
    Plain,
    Login,
    CramMd5,
    ScramSha256,
    Xoauth2,
    Oauthbearer,
    Ntlm,
}

impl Mechanism {
    /// The mechanism of a name, in capitals.
    pub(crate) fn named(name: &str) -> Option<Self> {
        MECHANISMS.iter().find(|(known, _)| *known == name).map(|(_, mechanism)| *mechanism)
    }
}

/// The mechanisms that work, by their names.
pub(crate) const MECHANISMS: &[(&str, Mechanism)] = &[
    ("CRAM-MD5", Mechanism::CramMd5),
    ("LOGIN", Mechanism::Login),
    ("NTLM", Mechanism::Ntlm),
    ("OAUTHBEARER", Mechanism::Oauthbearer),
    ("PLAIN", Mechanism::Plain),
    ("SCRAM-SHA-256", Mechanism::ScramSha256),
    ("XOAUTH2", Mechanism::Xoauth2),
];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
