//! The closed vocabularies of the schema, and how they stay open: an unknown token is kept.

use core::{fmt, marker::PhantomData};

use crate::text::Text;

/// A token that the vocabulary `V` does not know, as it stood in the document.
///
/// Only the vocabulary's own conversion makes one, so a known token is never hidden in it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UnknownToken<V> {
    text: Text,
    vocabulary: PhantomData<V>,
}

impl<V> UnknownToken<V> {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<V> fmt::Display for UnknownToken<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Declares a vocabulary: known tokens, and every other one kept in `Other`.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $token:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A token that this version does not know.
            Other(UnknownToken<Self>),
        }

        impl $name {
            /// The specification's token, or the unknown one as it stood.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $token,)+
                    Self::Other(token) => token.as_str(),
                }
            }
        }

        impl From<Text> for $name {
            /// Reads a token without regard to letter case.
            fn from(text: Text) -> Self {
                $(if text.eq_ignore_ascii_case($token) {
                    return Self::$variant;
                })+
                Self::Other(UnknownToken { text, vocabulary: PhantomData })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// What an account is for (`AccountType`).
    ///
    /// # Spec
    ///
    /// `OL2010`
    AccountType {
        /// `email`.
        Email = "email",
        /// `nntp`: news.
        Nntp = "nntp",
    }
}

vocabulary! {
    /// How a connection is protected, as `Encryption` says it; it overrides `SSL`.
    ///
    /// # Security
    ///
    /// Only `None` asks for plain text. A token that is not known means encryption.
    ///
    /// # Spec
    ///
    /// `OXDSCLI` 2.2.4.1.1.2.6
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::{autodiscover::Encryption, text::Text};
    ///
    /// let read = |token| Text::new(token).map(Encryption::from);
    /// assert_eq!(read("ssl"), Some(Encryption::Ssl));
    /// assert_eq!(read("StartTLS").map(|other| other.to_string()).as_deref(), Some("StartTLS"));
    /// ```
    Encryption {
        /// `None`: plain text is asked for.
        None = "None",
        /// `SSL`: encrypted; which way, the port says.
        Ssl = "SSL",
        /// `TLS`: encrypted; which way, the port says.
        Tls = "TLS",
        /// `Auto`: as the client finds best, encrypted.
        Auto = "Auto",
    }
}

vocabulary! {
    /// What a server speaks (`Protocol/Type`).
    ///
    /// # Spec
    ///
    /// `OXDSCLI` 2.2.4.1.1.2.6, `OL2010`
    ProtocolType {
        /// `POP3`.
        Pop3 = "POP3",
        /// `SMTP`.
        Smtp = "SMTP",
        /// `IMAP`.
        Imap = "IMAP",
        /// `DAV`: mail by `WebDAV`; the server is a URL.
        Dav = "DAV",
        /// `WEB`: web mail; the server is a URL, or Outlook on the web is named inside.
        Web = "WEB",
        /// `NNTP`.
        Nntp = "NNTP",
        /// `EXCH`: Exchange by RPC, inside the organisation.
        Exch = "EXCH",
        /// `EXPR`: Exchange by RPC over HTTP, from outside.
        Expr = "EXPR",
        /// `EXHTTP`: Exchange by RPC over HTTP, both sides in one.
        ExHttp = "EXHTTP",
        /// `mapiHttp`: Exchange by MAPI over HTTP.
        MapiHttp = "mapiHttp",
    }
}
