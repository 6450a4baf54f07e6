//! One row of the table of providers: types only.

use core::fmt;

use mailscout_probe::guess::NameForm;
pub use mailscout_schema::settings::InstructionKind;
use mailscout_schema::settings::{Protocol, Security};

/// What is known about one provider.
#[derive(Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Provider {
    /// A short name that stays the same: lower-case letters, digits, `-` and `.`.
    pub id: &'static str,
    /// What its users call it.
    pub name: &'static str,
    /// The domains of its users' addresses.
    pub domains: &'static [&'static str],
    /// Patterns of more such domains: `*` in front is one or more labels, at the end the registry
    /// of a country.
    pub domain_globs: &'static [&'static str],
    /// Where mail is read and sent, in the order of preference; empty where no mail program can
    /// connect.
    pub servers: &'static [Server],
    /// What the user logs in as.
    pub user_names: UserNames,
    /// What the user logs in with, the best first; empty where no mail program can connect.
    pub credentials: &'static [Credential],
    /// Where tokens come from, if that is known.
    pub oauth: Option<OAuth>,
    /// What the user has to do or know before a log-in works.
    pub instructions: &'static [Instruction],
    /// URL of a page that explains the set-up.
    pub help: Option<&'static str>,
    /// How its mail servers are called in MX records.
    pub mx: &'static [MxPattern],
    /// Whether mail programs can connect at all.
    pub status: Status,
    /// How sure the servers are.
    pub certainty: Certainty,
    /// Who says so, and when; never empty.
    pub sources: &'static [Source],
}

/// A server, and how to connect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Server {
    /// What it speaks.
    pub protocol: Protocol,
    /// Its host name, in lower case.
    pub host: &'static str,
    /// Its port.
    pub port: u16,
    /// How the connection is protected; never not at all.
    pub security: Security,
}

/// The forms of the user name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserNames {
    /// For reading mail.
    pub incoming: NameForm,
    /// For sending mail.
    pub outgoing: NameForm,
    /// What some sources say instead, for both.
    pub alternatives: &'static [NameForm],
}

/// Where tokens come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct OAuth {
    /// Who issues them: the https URL by which metadata is found, where one is published; else a host
    /// by which mail programs know the service.
    pub issuer: &'static str,
    /// URL where the user agrees.
    pub authorization_url: &'static str,
    /// URL where tokens are given out.
    pub token_url: &'static str,
    /// What to ask for.
    pub scopes: &'static [&'static str],
}

/// Something the user has to do or know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Instruction {
    /// What it is about.
    pub kind: InstructionKind,
    /// One or two full sentences.
    pub text: &'static str,
    /// URL of a page that says how.
    pub url: Option<&'static str>,
}

/// A pattern of mail servers in MX records.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MxPattern {
    /// `?` is one character, `*` any within a label, `*` in front one or more labels.
    pub glob: &'static str,
    /// Whether the mailboxes of a foreign domain with this MX are here.
    pub hosted: bool,
    /// How sure the pattern is.
    pub confidence: Confidence,
}

/// Who says what stands in a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Which part of it.
    pub name: &'static str,
    /// As of when: a year, `YYYY-MM` or `YYYY-MM-DD`; `None` where the source does not say.
    pub date: Option<&'static str>,
}

/// Declares an enum whose variants each have one stable token.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $token:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// The stable token.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $token,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What a user logs in with.
    Credential {
        /// A token of OAuth 2.
        OAuth2 = "oauth2",
        /// A password that the provider makes for one program.
        AppPassword = "app-password",
        /// The same, as Chinese providers call it.
        AuthorizationCode = "authorization-code",
        /// A password of the user's own for all mail programs, other than that of the web site.
        ClientPassword = "client-password",
        /// The password of the account.
        Password = "password",
    }
}

words! {
    /// How sure it is that the mail servers of a pattern are a provider's.
    Confidence {
        /// The vendor, the ISPDB or a mail client's own table says so.
        Documented = "documented",
        /// A list of unknown age says so.
        ThirdPartyList = "third-party-list",
        /// Common knowledge that nobody checked.
        General = "general",
    }
}

impl Confidence {
    /// Whether settings derived from it must be confirmed by the servers themselves or by a person
    /// before anything else relies on them.
    pub fn needs_confirmation(self) -> bool {
        self != Self::Documented
    }
}

words! {
    /// How sure the servers of a row are.
    Certainty {
        /// A maintained source names them.
        High = "high",
        /// Guides and other clients name them, the provider's own word was not read.
        Medium = "medium",
        /// Nobody who would have to know was read.
        Low = "low",
    }
}

words! {
    /// Whether mail programs can connect.
    Status {
        /// They can.
        Ok = "ok",
        /// Only through a program of the provider's on the same machine.
        NoDirectImap = "no-direct-imap",
        /// Not at all.
        NoImapSmtp = "no-imap-smtp",
    }
}

words! {
    /// What a source is.
    SourceKind {
        /// Mozilla's database of mail providers.
        Ispdb = "ISPDB",
        /// The provider's own word.
        Vendor = "provider",
        /// Delta Chat's database of mail providers.
        DeltaChat = "Delta Chat",
        /// The providers that `FairEmail` knows.
        FairEmail = "FairEmail",
        /// The services that nodemailer knows.
        Nodemailer = "nodemailer",
        /// Somebody's guide or page.
        Page = "page",
        /// Common knowledge, not checked with a server.
        General = "general knowledge",
    }
}
