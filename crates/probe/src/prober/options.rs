//! What the caller decides about a guess.

use core::{net::IpAddr, time::Duration};

use mailscout_schema::settings::Protocol;

use crate::{conversation::Patience, guess::Profile, login::Secret};

/// What the caller decides about a guess. The default looks for everything and proves no log-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is switched on or off by name")]
pub struct Options {
    /// Which table is tried. Default: [`Profile::Modern`].
    pub profile: Profile,
    /// Only these protocols; empty means all. Default: empty.
    pub protocols: Vec<Protocol>,
    /// Protocols that the domain says it does not offer: they are not tried. Default: empty.
    pub not_offered: Vec<Protocol>,
    /// What the user logs in with; `None` proves no log-in. Default: `None`.
    pub secret: Option<Secret>,
    /// Log-ins with this secret that were refused before, elsewhere: they count among those that
    /// [`MAX_REJECTED`] bounds. Default: none.
    pub rejected_before: usize,
    /// Whether the user has agreed to servers without encryption. Default: no; the user is asked
    /// when nothing else is left.
    pub allow_unencrypted: bool,
    /// Whether the user has agreed to send the password in clear text. Default: no; the user is
    /// asked when nothing else is left.
    pub allow_cleartext_password: bool,
    /// Whether every name must lead to a public address. Default: off.
    pub public_only: bool,
    /// How long is waited for what in a conversation.
    pub patience: Patience,
    /// Whether a TCP handshake is waited for no longer than one retransmission and three round
    /// trips, as the DNS shows them. Default: yes.
    pub is_hurried: bool,
    /// Addresses that are known to finish no TCP handshake: they are not tried again. Default: none.
    pub silent: Vec<IpAddr>,
    /// How long is waited for an answer of the DNS. Default: 5 s.
    pub dns: Duration,
    /// How long the whole guess may take; waiting for a person does not count. Default: 60 s.
    pub overall: Duration,
    /// What the label is made of that nobody has, by which a wildcard in the DNS is seen.
    /// Default: 0; whoever drives should take another for each guess.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            protocols: Vec::new(),
            not_offered: Vec::new(),
            secret: None,
            rejected_before: 0,
            allow_unencrypted: false,
            allow_cleartext_password: false,
            public_only: false,
            patience: Patience::default(),
            is_hurried: true,
            silent: Vec::new(),
            dns: Duration::from_secs(5),
            overall: Duration::from_mins(1),
            seed: 0,
        }
    }
}

/// Passwords that may be rejected in a whole guess, over all protocols and hosts: more could lock
/// the account.
pub const MAX_REJECTED: usize = 3;

/// Proofs of the secret that may be sent in a whole guess without being accepted, whatever the
/// server says: one that claims not to know the mechanism may have counted it.
pub const MAX_UNACCEPTED: usize = 6;
