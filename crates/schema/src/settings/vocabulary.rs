//! The words of the neutral settings, each with the token that JSON and `--explain` print.

use core::fmt;

/// Declares an enum whose variants each have one stable token.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $token:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// The stable token, as JSON has it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $token,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                match &*word {
                    $($token => Ok(Self::$variant),)+
                    _ => Err(serde::de::Error::unknown_variant(&word, &[$($token),+])),
                }
            }
        }
    };
}

words! {
    /// What a server speaks.
    Protocol {
        /// IMAP4, for reading mail that stays on the server.
        Imap = "imap",
        /// POP3, for fetching mail.
        Pop3 = "pop3",
        /// SMTP message submission.
        Smtp = "smtp",
        /// NNTP, for news.
        Nntp = "nntp",
        /// Microsoft Exchange by RPC or MAPI over HTTP.
        Exchange = "exchange",
    }
}

words! {
    /// How a connection is protected.
    Security {
        /// TLS from the first byte.
        Tls = "tls",
        /// Plain text first, then an upgrade to TLS that must succeed.
        StartTls = "starttls",
        /// No protection at any time.
        Plain = "plain",
    }
}

words! {
    /// A way to log in.
    AuthMethod {
        /// NTLM or another form of what Autodiscover calls secure password authentication.
        Ntlm = "ntlm",
        /// The password itself, inside whatever protection the connection has.
        Password = "password",
        /// The password, proved without being sent: CRAM-MD5, SCRAM, APOP.
        EncryptedPassword = "password-encrypted",
        /// A token of OAuth 2.
        OAuth2 = "oauth2",
        /// Kerberos, by GSSAPI.
        Gssapi = "gssapi",
        /// A certificate of the user's, shown while TLS begins.
        ClientCertificate = "client-certificate",
        /// No log-in at all.
        None = "none",
    }
}

words! {
    /// What stands at a service's URL.
    ServiceKind {
        /// Exchange Web Services.
        Ews = "ews",
        /// Outlook on the web.
        Owa = "owa",
        /// Exchange's control panel.
        Ecp = "ecp",
        /// The offline address book.
        Oab = "oab",
        /// Exchange ActiveSync.
        ActiveSync = "activesync",
        /// Exchange's mailboxes by MAPI over HTTP.
        MapiHttp = "mapihttp",
        /// A calendar by CalDAV.
        CalDav = "caldav",
        /// An address book by CardDAV.
        CardDav = "carddav",
        /// JMAP.
        Jmap = "jmap",
        /// `WebDAV`: files, and with old mail services mail.
        WebDav = "webdav",
        /// Microsoft Graph.
        Graph = "graph",
        /// Filters of incoming mail by `ManageSieve`; its URL begins with `sieve://`.
        ManageSieve = "managesieve",
        /// Web mail of any kind.
        WebMail = "webmail",
    }
}

words! {
    /// From where a service can be reached.
    Scope {
        /// From inside the organisation's network.
        Internal = "internal",
        /// From everywhere.
        External = "external",
    }
}

words! {
    /// What the user has to do before a mail client can connect.
    InstructionKind {
        /// Make a password for this client alone, in the provider's settings.
        AppPassword = "app-password",
        /// Ask the provider for an authorization code and use it as the password.
        AuthorizationCode = "authorization-code",
        /// Switch on the protocol, in the provider's settings.
        EnableProtocol = "enable-protocol",
        /// Use a client that logs in with OAuth 2: no password is taken.
        OAuthOnly = "oauth-only",
        /// Something else; the text says what.
        Other = "other",
    }
}

words! {
    /// A way to an Exchange server, as Autodiscover tells them apart.
    ExchangeWay {
        /// RPC, from inside the organisation.
        Exch = "exch",
        /// RPC over HTTP, from outside.
        Expr = "expr",
        /// HTTP, from wherever its URLs say.
        ExHttp = "exhttp",
        /// MAPI over HTTP.
        MapiHttp = "mapihttp",
    }
}
