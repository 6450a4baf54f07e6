//! The words of a scenario file about logging in to a web server.

use std::{fmt, sync::Arc};

use serde::Deserialize;

use super::{Account, HttpRoute, Service};

/// Who may have an answer, and how they prove it.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    /// In the order in which they are offered.
    pub(crate) schemes: Vec<AuthScheme>,
    pub(crate) fault: Option<AuthFault>,
    /// What a name and a password are for; none: the host's name.
    pub(crate) realm: Option<String>,
    /// What stands behind `Bearer` in the challenge instead of the realm.
    pub(crate) bearer: Option<String>,
    pub(crate) accounts: Arc<[Account]>,
}

impl Service {
    /// Fills in the gate of each route.
    pub(crate) fn settle_gates(&mut self) {
        let accounts: Arc<[Account]> = self.accounts.clone().unwrap_or_default().into();
        for route in &mut self.routes {
            let schemes = route.auth.as_ref().or(self.auth.as_ref());
            let schemes = schemes.filter(|schemes| !schemes.is_empty());
            route.gate = schemes.map(|schemes| Gate {
                schemes: schemes.clone(),
                fault: route.auth_fault.or(self.auth_fault),
                realm: self.realm.clone(),
                bearer: self.bearer.clone(),
                accounts: Arc::clone(&accounts),
            });
        }
    }

    /// The words that the file uses of those that web servers alone have.
    pub(crate) fn web_words(&self) -> Vec<&'static str> {
        let words = [
            ("auth", self.auth.is_some()),
            ("auth_fault", self.auth_fault.is_some()),
            ("realm", self.realm.is_some()),
            ("bearer", self.bearer.is_some()),
        ];
        words.into_iter().filter(|(_, used)| *used).map(|(word, _)| word).collect()
    }

    /// The accounts of a web server, where the file has some.
    pub(crate) fn visitors(&self) -> Option<&[Account]> {
        self.accounts.as_deref()
    }
}

impl HttpRoute {
    /// Whether the file says how a log-in goes wrong, for this route.
    pub(crate) fn names_auth_fault(&self) -> bool {
        self.auth_fault.is_some()
    }
}

/// How to prove who one is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuthScheme {
    Ntlm,
    /// With messages of NTLM, and without those of SPNEGO and Kerberos.
    Negotiate,
    Basic,
    Bearer,
}

impl AuthScheme {
    /// Whether it takes messages of NTLM.
    pub(crate) fn is_ntlm(self) -> bool {
        matches!(self, Self::Ntlm | Self::Negotiate)
    }

    /// The scheme of a word, in any case.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let all = [Self::Ntlm, Self::Negotiate, Self::Basic, Self::Bearer];
        all.into_iter().find(|scheme| scheme.to_string().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for AuthScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ntlm => "NTLM",
            Self::Negotiate => "Negotiate",
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
        })
    }
}

/// What goes wrong with a log-in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AuthFault {
    /// Answers each message of NTLM with a challenge.
    EndlessChallenge,
    /// Closes the connection behind the challenge of NTLM.
    CloseBetween,
    /// Offers Basic alone, once NTLM was tried on the connection.
    Downgrade,
    /// 401, whatever the credentials.
    Reject,
    /// 403, for the right credentials.
    Forbid,
}
