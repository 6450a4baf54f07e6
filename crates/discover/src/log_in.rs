//! Whether a server that asks for a log-in gets one, and by which scheme: every rule in one place.
//!
//! The search holds no secret. It decides that a request is sent with a log-in; who carries the
//! request out has the secret and makes the log-in of it.

use mailscout_net::http::{Challenge, HttpScheme};

use crate::{
    chain::Context,
    consent::SitePattern,
    reason::{LogInReason, Reason},
    suffix,
};

/// Log-ins that may be refused in one search: more could lock the account.
pub const MAX_REFUSED_LOG_INS: usize = 2;

/// What servers that ask for a log-in may be answered with.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct LogIn {
    /// What there is to prove who the user is with.
    pub means: Means,
    /// Whether Basic may follow a stronger scheme that was offered or refused. Default: no.
    pub allow_basic: bool,
}

impl LogIn {
    /// A log-in that never grows weaker because a server wants it so.
    pub fn new(means: Means) -> Self {
        Self { means, allow_basic: false }
    }

    /// The schemes, the strongest first.
    fn schemes(self) -> &'static [HttpScheme] {
        match self.means {
            Means::Password => &[HttpScheme::Ntlm, HttpScheme::Negotiate, HttpScheme::Basic],
            Means::Token => &[HttpScheme::Bearer],
        }
    }
}

/// What there is to prove who the user is with.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a user has one or the other")]
pub enum Means {
    /// A password: NTLM, under its own name or as Negotiate, else Basic.
    Password,
    /// An OAuth 2.0 access token: Bearer.
    Token,
}

/// The scheme by which a host that asked for a log-in gets one; `tried` are those that it has
/// refused.
///
/// A host of the address's own site gets one, and one that the user approved; nobody else. Basic is
/// taken only where no server of this search has offered NTLM, unless the user allows more: who
/// forgets what was offered, here or on the way, is not obeyed.
pub(crate) fn choose(
    challenges: &[Challenge],
    tried: &[HttpScheme],
    host: &str,
    context: Context<'_>,
) -> Result<HttpScheme, Reason> {
    let offered = || challenges.iter().take(8).map(|one| one.scheme.clone()).collect();
    let Some(log_in) = context.options.log_in else {
        return Err(Reason::LoginNeeded(offered()));
    };
    if !is_trusted(host, context) {
        return Err(Reason::LogIn(LogInReason::Elsewhere(host.to_owned())));
    }
    if context.log_ins >= MAX_REFUSED_LOG_INS {
        return Err(Reason::LogIn(match tried.last() {
            Some(last) => LogInReason::Refused(last.as_str()),
            None => LogInReason::Spent,
        }));
    }
    let is_offered = |scheme: &HttpScheme| challenges.iter().any(|one| one.is(*scheme));
    let is_ntlm = |scheme: &HttpScheme| matches!(scheme, HttpScheme::Ntlm | HttpScheme::Negotiate);
    let is_done = |scheme: &HttpScheme| {
        tried.contains(scheme) || (is_ntlm(scheme) && tried.iter().any(is_ntlm))
    };
    let mut open = log_in.schemes().iter().filter(|scheme| is_offered(scheme) && !is_done(scheme));
    match open.next() {
        Some(HttpScheme::Basic) if context.has_seen_ntlm && !log_in.allow_basic => {
            Err(Reason::LogIn(LogInReason::TooWeak))
        }
        Some(scheme) => Ok(*scheme),
        None => Err(Reason::LogIn(match tried.last() {
            Some(last) => LogInReason::Refused(last.as_str()),
            None => LogInReason::NoCommonScheme(offered()),
        })),
    }
}

/// Whether a host may be shown who the user is: one of the site of the address that the search
/// began with, or one that the user, or a list of the user's, approved by its name. Who allows every
/// redirect has approved nobody.
fn is_trusted(host: &str, context: Context<'_>) -> bool {
    suffix::is_same_site(host, context.home.as_str())
        || context.consents.is_approved(host)
        || context
            .options
            .allow_redirect
            .iter()
            .any(|pattern| *pattern != SitePattern::Any && pattern.matches(host))
}
