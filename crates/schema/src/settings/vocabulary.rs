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
        /// A calendar by CalDAV.
        CalDav = "caldav",
        /// An address book by CardDAV.
        CardDav = "carddav",
        /// JMAP.
        Jmap = "jmap",
        /// `WebDAV`, as old mail services offered mail by it.
        WebDav = "webdav",
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
