//! The vocabularies of the schema.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a server speaks (`type`).
    ///
    /// # Spec
    ///
    /// `AC-06`, and for `exchange`, `owa` and `nntp` `ISPDB`
    ServerType {
        /// `imap`.
        Imap = "imap",
        /// `pop3`.
        Pop3 = "pop3",
        /// `smtp`: message submission.
        Smtp = "smtp",
        /// `jmap`.
        Jmap = "jmap",
        /// `ews`: Exchange Web Services.
        Ews = "ews",
        /// `activeSync`: Exchange ActiveSync.
        ActiveSync = "activeSync",
        /// `graph`: Microsoft Graph.
        Graph = "graph",
        /// `exchange`: Exchange, with a URL for each of its ways.
        Exchange = "exchange",
        /// `owa`: Outlook on the web.
        Owa = "owa",
        /// `nntp`: news.
        Nntp = "nntp",
        /// `caldav`.
        CalDav = "caldav",
        /// `carddav`.
        CardDav = "carddav",
        /// `webdav`.
        WebDav = "webdav",
        /// `xmpp`: XMPP over `WebSocket`.
        Xmpp = "xmpp",
        /// `xmpptcp`: XMPP over TCP.
        XmppTcp = "xmpptcp",
        /// `matrix`.
        Matrix = "matrix",
        /// `managesieve`: filters of incoming mail.
        ManageSieve = "managesieve",
    }
}

vocabulary! {
    /// How a connection is protected (`socketType`).
    ///
    /// # Security
    ///
    /// Only `plain` asks for a connection without encryption, and only where no other word stands
    /// beside it. A word that is not known means encryption, also where it means to say `plain`.
    ///
    /// # Spec
    ///
    /// `AC-06`
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::{autoconfig::SocketType, text::Text};
    ///
    /// let read = |token| Text::new(token).map(SocketType::from);
    /// assert_eq!(read("starttls"), Some(SocketType::StartTls));
    /// assert_eq!(read("none").map(|other| other.to_string()).as_deref(), Some("none"));
    /// ```
    SocketType {
        /// `plain`: no encryption at any time.
        Plain = "plain",
        /// `SSL`: TLS from the first byte.
        Ssl = "SSL",
        /// `STARTTLS`: plain text, then an upgrade that must succeed.
        StartTls = "STARTTLS",
        /// `TLS`: encrypted; which way, the port says.
        Tls = "TLS",
    }
}

vocabulary! {
    /// A way to log in (`authentication` without `system`).
    ///
    /// # Spec
    ///
    /// `AC-06`; the words of older versions are in `ISPDB`
    AuthenticationMethod {
        /// `password-cleartext`: the password itself.
        PasswordCleartext = "password-cleartext",
        /// `password-encrypted`: the password, proved without being sent.
        PasswordEncrypted = "password-encrypted",
        /// `NTLM`.
        Ntlm = "NTLM",
        /// `GSSAPI`: Kerberos.
        Gssapi = "GSSAPI",
        /// `TLS-client-cert`: a certificate of the user's.
        TlsClientCert = "TLS-client-cert",
        /// `OAuth2`.
        OAuth2 = "OAuth2",
        /// `OAuth`: another spelling of the same.
        OAuth = "OAuth",
        /// `client-IP-address`: no log-in; the server knows the client's address.
        ClientIpAddress = "client-IP-address",
        /// `none`: no log-in.
        None = "none",
        /// `plain`: the old word for `password-cleartext`.
        Plain = "plain",
        /// `secure`: the old word for `password-encrypted`.
        Secure = "secure",
        /// `smtp-after-pop`: no log-in; mail is fetched before any is sent.
        SmtpAfterPop = "smtp-after-pop",
        /// `basic`, without the attribute that it belongs with.
        Basic = "basic",
        /// `digest`, without the attribute that it belongs with.
        Digest = "digest",
        /// `http-basic`: the old word for `Basic`.
        HttpBasic = "http-basic",
        /// `http-digest`: the old word for `Digest`.
        HttpDigest = "http-digest",
    }
}

vocabulary! {
    /// Whose names of methods an `authentication` uses (`system`).
    AuthenticationSystem {
        /// `http`: schemes of HTTP.
        Http = "http",
        /// `sasl`: mechanisms of SASL.
        Sasl = "sasl",
    }
}

vocabulary! {
    /// A scheme of HTTP (`authentication system="http"`).
    ///
    /// `Bearer` is none of them: the word for tokens is `OAuth2`, without `system`.
    HttpScheme {
        /// `Basic`.
        Basic = "Basic",
        /// `Digest`.
        Digest = "Digest",
    }
}

vocabulary! {
    /// What a domain is listed for (`domain/@purpose`).
    DomainPurpose {
        /// `mx`: hosts of it receive the mail of the domains that the document is for.
        Mx = "mx",
    }
}
