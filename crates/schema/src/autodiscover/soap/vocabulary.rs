//! The vocabularies of the service.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// A setting of a user (`Setting`, `Name`, `SettingName`). Those that say where servers are;
    /// the service has about a hundred.
    ///
    /// # Spec
    ///
    /// `OXWSADISC`
    SettingName {
        /// The user's name for people.
        UserDisplayName = "UserDisplayName",
        /// IMAP servers, from everywhere.
        ExternalImap4Connections = "ExternalImap4Connections",
        /// IMAP servers, from inside the organisation.
        InternalImap4Connections = "InternalImap4Connections",
        /// POP3 servers, from everywhere.
        ExternalPop3Connections = "ExternalPop3Connections",
        /// POP3 servers, from inside the organisation.
        InternalPop3Connections = "InternalPop3Connections",
        /// SMTP servers, from everywhere.
        ExternalSmtpConnections = "ExternalSmtpConnections",
        /// SMTP servers, from inside the organisation.
        InternalSmtpConnections = "InternalSmtpConnections",
        /// URL of Exchange Web Services, from everywhere.
        ExternalEwsUrl = "ExternalEwsUrl",
        /// URL of Exchange Web Services, from inside the organisation.
        InternalEwsUrl = "InternalEwsUrl",
        /// Schemas of Exchange Web Services that the server has.
        EwsSupportedSchemas = "EwsSupportedSchemas",
        /// URLs of Outlook on the web, from everywhere.
        ExternalWebClientUrls = "ExternalWebClientUrls",
        /// URLs of Outlook on the web, from inside the organisation.
        InternalWebClientUrls = "InternalWebClientUrls",
        /// URL of the control panel, from everywhere.
        ExternalEcpUrl = "ExternalEcpUrl",
        /// URL of the control panel, from inside the organisation.
        InternalEcpUrl = "InternalEcpUrl",
        /// URL of the offline address book, from everywhere.
        ExternalOabUrl = "ExternalOABUrl",
        /// URL of the offline address book, from inside the organisation.
        InternalOabUrl = "InternalOABUrl",
        /// The server's version.
        CasVersion = "CasVersion",
        /// Whether Exchange Online hosts the mailbox.
        UserMsOnline = "UserMSOnline",
        /// The address that the server would rather be asked for.
        AutoDiscoverSmtpAddress = "AutoDiscoverSMTPAddress",
    }
}

vocabulary! {
    /// What came of a request (`ErrorCode`), of the whole and of each user and setting.
    ///
    /// # Spec
    ///
    /// `OXWSADISC`
    ErrorCode {
        /// Nothing is wrong.
        NoError = "NoError",
        /// Start again with another address.
        RedirectAddress = "RedirectAddress",
        /// Ask another URL instead.
        RedirectUrl = "RedirectUrl",
        /// There is no such user.
        InvalidUser = "InvalidUser",
        /// The request is malformed.
        InvalidRequest = "InvalidRequest",
        /// The server's version does not know the setting.
        InvalidSetting = "InvalidSetting",
        /// The user has no such setting.
        SettingIsNotAvailable = "SettingIsNotAvailable",
        /// The server is busy.
        ServerBusy = "ServerBusy",
        /// There is no such domain.
        InvalidDomain = "InvalidDomain",
        /// The organisation is not federated.
        NotFederated = "NotFederated",
        /// The server failed.
        InternalServerError = "InternalServerError",
    }
}

impl ErrorCode {
    /// Whether the same request may be answered later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::ServerBusy | Self::InternalServerError)
    }
}

vocabulary! {
    /// How a connection is protected (`EncryptionMethod`), a text that anybody may fill.
    ///
    /// # Security
    ///
    /// No token asks for plain text, `None` least of all.
    ///
    /// # Spec
    ///
    /// `OXWSADISC`
    EncryptionMethod {
        /// `SSL`: TLS from the first byte.
        Ssl = "SSL",
        /// `TLS`: STARTTLS on a port for it, else TLS from the first byte.
        Tls = "TLS",
    }
}

vocabulary! {
    /// The version of Exchange whose settings are asked for (`RequestedServerVersion`). A setting
    /// that it does not have is an [`ErrorCode::InvalidSetting`] of its own.
    ///
    /// # Spec
    ///
    /// `OXWSADISC`
    ServerVersion {
        /// Exchange 2010.
        Exchange2010 = "Exchange2010",
        /// Exchange 2010 with its first service pack.
        Exchange2010Sp1 = "Exchange2010_SP1",
        /// Exchange 2010 with its second service pack.
        Exchange2010Sp2 = "Exchange2010_SP2",
        /// Exchange 2013.
        Exchange2013 = "Exchange2013",
        /// Exchange 2013 with its first service pack.
        Exchange2013Sp1 = "Exchange2013_SP1",
        /// Exchange 2016.
        Exchange2016 = "Exchange2016",
    }
}
