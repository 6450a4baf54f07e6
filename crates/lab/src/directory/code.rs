//! How an operation ended, in numbers and words: a table.

/// The result of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Success,
    /// Something was asked for at a time when it cannot be had.
    OperationsError,
    /// The same, because nobody has logged in.
    BindFirst,
    ProtocolError,
    SizeLimitExceeded,
    AuthMethodNotSupported,
    StrongerAuthRequired,
    Referral,
    UnavailableCriticalExtension,
    NoSuchObject,
    InvalidDnSyntax,
    InvalidCredentials,
    /// The same, for an account that is locked.
    Locked,
    /// The same, for an account that is disabled.
    Disabled,
    Busy,
    Unavailable,
    UnwillingToPerform,
}

impl Code {
    /// The number on the wire.
    pub(super) fn number(self) -> u32 {
        self.row().map_or(80, |row| row.1)
    }

    /// What the journal says.
    pub(super) fn name(self) -> &'static str {
        self.row().map_or("other", |row| row.2)
    }

    /// What the client is told besides.
    pub(super) fn told(self) -> &'static str {
        self.row().map_or("", |row| row.3)
    }

    fn row(self) -> Option<&'static (Self, u32, &'static str, &'static str)> {
        CODES.iter().find(|row| row.0 == self)
    }
}

/// The sentences are those of Active Directory where it has some.
///
/// # Spec
///
/// [RFC 4511 Appendix A](https://www.rfc-editor.org/rfc/rfc4511#appendix-A)
const CODES: &[(Code, u32, &str, &str)] = &[
    (Code::Success, 0, "success", ""),
    (Code::OperationsError, 1, "operationsError", "not now"),
    (
        Code::BindFirst,
        1,
        "operationsError: bind first",
        "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a \
         successful bind must be completed on the connection., data 0, v4563",
    ),
    (Code::ProtocolError, 2, "protocolError", "this is not understood here"),
    (Code::SizeLimitExceeded, 4, "sizeLimitExceeded", ""),
    (Code::AuthMethodNotSupported, 7, "authMethodNotSupported", "only simple binds are served"),
    (
        Code::StrongerAuthRequired,
        8,
        "strongerAuthRequired",
        "00002028: LdapErr: DSID-0C090257, comment: The server requires binds to turn on \
         integrity checking if SSL\\TLS are not already active on the connection, data 0, v4563",
    ),
    (Code::Referral, 10, "referral", ""),
    (Code::UnavailableCriticalExtension, 12, "unavailableCriticalExtension", ""),
    (Code::NoSuchObject, 32, "noSuchObject", ""),
    (Code::InvalidDnSyntax, 34, "invalidDNSyntax", ""),
    (
        Code::InvalidCredentials,
        49,
        "invalidCredentials",
        "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563",
    ),
    (
        Code::Locked,
        49,
        "invalidCredentials: locked",
        "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 775, v4563",
    ),
    (
        Code::Disabled,
        49,
        "invalidCredentials: disabled",
        "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 533, v4563",
    ),
    (Code::Busy, 51, "busy", "too much to do"),
    (Code::Unavailable, 52, "unavailable", ""),
    (Code::UnwillingToPerform, 53, "unwillingToPerform", "this is not served here"),
];
