//! Why a log-in is refused, and in which words each protocol says it: a table.

use crate::scenario::file::{Outcome, Protocol};

/// Why a log-in is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such user, or another password.
    Credentials,
    /// The right password, for acting as somebody else.
    Identity,
    Locked,
    Temporary,
    AppPassword,
    Disabled,
    TooMany,
    /// The mechanism is offered, and yet not to be used.
    MechanismRefused,
    /// The mechanism is not offered.
    MechanismUnknown,
    /// It belongs inside TLS.
    TlsFirst,
    /// What the client sent cannot be read, or does not belong here.
    Malformed,
    /// The client took it back.
    Cancelled,
}

impl Refusal {
    /// The refusal that a scenario wants for an account.
    pub(super) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Locked => Self::Locked,
            Outcome::Temporary => Self::Temporary,
            Outcome::AppPassword => Self::AppPassword,
            Outcome::Disabled => Self::Disabled,
            Outcome::TooMany => Self::TooMany,
            Outcome::MechanismRefused => Self::MechanismRefused,
        }
    }

    /// What the journal calls it.
    pub(crate) fn journalled(self) -> &'static str {
        self.row().map_or("", |row| row.journalled)
    }

    /// What the client is told; for IMAP without the tag.
    ///
    /// # Spec
    ///
    /// [RFC 5530 §3](https://www.rfc-editor.org/rfc/rfc5530#section-3),
    /// [RFC 2449 §8](https://www.rfc-editor.org/rfc/rfc2449#section-8),
    /// [RFC 3206](https://www.rfc-editor.org/rfc/rfc3206),
    /// [RFC 4954 §6](https://www.rfc-editor.org/rfc/rfc4954#section-6)
    pub(super) fn told(self, protocol: Protocol) -> &'static str {
        let told = self.row().map_or(["BAD", "-ERR", "500"], |row| row.told);
        let [imap, pop3, smtp] = told;
        match protocol {
            Protocol::Imap => imap,
            Protocol::Pop3 => pop3,
            Protocol::Smtp => smtp,
        }
    }

    fn row(self) -> Option<&'static Row> {
        REFUSALS.iter().find(|row| row.refusal == self)
    }
}

struct Row {
    refusal: Refusal,
    journalled: &'static str,
    /// By IMAP, POP3 and SMTP.
    told: [&'static str; 3],
}

const REFUSALS: &[Row] = &[
    Row {
        refusal: Refusal::Credentials,
        journalled: "rejected",
        told: [
            "NO [AUTHENTICATIONFAILED] Authentication failed.",
            "-ERR [AUTH] Authentication failed.",
            "535 5.7.8 Error: authentication failed",
        ],
    },
    Row {
        refusal: Refusal::Identity,
        journalled: "rejected: another identity",
        told: [
            "NO [AUTHORIZATIONFAILED] You may not act as this user.",
            "-ERR [AUTH] You may not act as this user.",
            "535 5.7.8 Error: you may not act as this user",
        ],
    },
    Row {
        refusal: Refusal::Locked,
        journalled: "rejected: locked",
        told: [
            "NO [ALERT] Your account is locked. Ask your administrator.",
            "-ERR [AUTH] Your account is locked. Ask your administrator.",
            "535 5.7.8 Error: your account is locked",
        ],
    },
    Row {
        refusal: Refusal::Temporary,
        journalled: "rejected: temporary",
        told: [
            "NO [UNAVAILABLE] Temporary authentication failure.",
            "-ERR [SYS/TEMP] Temporary authentication failure.",
            "454 4.7.0 Temporary authentication failure",
        ],
    },
    Row {
        refusal: Refusal::AppPassword,
        journalled: "rejected: app-password",
        told: [
            "NO [ALERT] Application-specific password required: https://help.example/app (Failure)",
            "-ERR [AUTH] Application-specific password required: https://help.example/app",
            "534-5.7.9 Application-specific password required. For more information, go to\r\n\
             534 5.7.9 https://help.example/app",
        ],
    },
    Row {
        refusal: Refusal::Disabled,
        journalled: "rejected: disabled",
        told: [
            "NO [AUTHORIZATIONFAILED] Your account is not enabled for IMAP use.",
            "-ERR [SYS/PERM] Your account is not enabled for POP access.",
            "535 5.7.139 Authentication unsuccessful, SMTP is disabled for this mailbox.",
        ],
    },
    Row {
        refusal: Refusal::TooMany,
        journalled: "rejected: too-many",
        told: [
            "NO [LIMIT] Too many log-ins. Try again later.",
            "-ERR [LOGIN-DELAY] Too many log-ins. Try again later.",
            "432 4.3.2 Too many log-ins. Try again later.",
        ],
    },
    Row {
        refusal: Refusal::MechanismRefused,
        journalled: "rejected: mechanism-refused",
        told: [
            "NO [CANNOT] Mechanism not supported.",
            "-ERR Mechanism not supported.",
            "504 5.7.4 Unrecognized authentication type",
        ],
    },
    Row {
        refusal: Refusal::MechanismUnknown,
        journalled: "refused: no such mechanism",
        told: [
            "NO Unsupported authentication mechanism.",
            "-ERR Unsupported authentication mechanism.",
            "504 5.5.4 Error: authentication mechanism not supported",
        ],
    },
    Row {
        refusal: Refusal::TlsFirst,
        journalled: "refused: TLS first",
        told: [
            "NO [PRIVACYREQUIRED] No log-in without TLS.",
            "-ERR No log-in without TLS.",
            "530 5.7.0 Must issue a STARTTLS command first",
        ],
    },
    Row {
        refusal: Refusal::Malformed,
        journalled: "malformed",
        told: [
            "BAD Invalid authentication data.",
            "-ERR Invalid authentication data.",
            "501 5.5.2 Invalid authentication data",
        ],
    },
    Row {
        refusal: Refusal::Cancelled,
        journalled: "cancelled",
        told: [
            "BAD Authentication cancelled.",
            "-ERR Authentication cancelled.",
            "501 5.7.0 Authentication cancelled",
        ],
    },
];
