//! The vocabularies of the schema.

use crate::vocabulary::vocabulary;

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
