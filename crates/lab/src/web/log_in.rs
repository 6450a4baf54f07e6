//! Logging in to a web server: what is demanded, what came, and what is answered to it.

use std::io;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    journal::HttpLogIn,
    mail::{Exchange, Facts, Nonces, Refusal, Step, Verdict, begin, judge_password, judge_token},
    scenario::file::{Account, AuthFault, AuthScheme, Gate, Mechanism},
    web::request::Request,
};

/// Who is at the other end of a connection.
///
/// Basic and Bearer prove it with each request; NTLM does so once for the whole connection.
pub(super) struct Visitor<'a> {
    nonces: Nonces,
    /// A log-in by NTLM that is not over.
    begun: Option<(AuthScheme, Box<dyn Exchange + 'a>)>,
    /// The scheme by which the connection is logged in, and where: the accounts that were asked.
    logged_in: Option<(AuthScheme, &'a [Account])>,
    /// NTLM was tried.
    tried: bool,
}

/// What is to be done with a request.
pub(super) enum Ruling {
    /// It is answered like any other.
    Welcome,
    /// 401, with these challenges.
    Refused(Vec<String>),
    /// 401 with the challenge of NTLM, and then the end.
    CutOff(Vec<String>),
    /// 403.
    Forbidden,
    /// 503.
    Unavailable,
}

/// The credentials of a request.
struct Credentials<'r> {
    scheme: &'r str,
    rest: &'r str,
}

impl<'a> Visitor<'a> {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { nonces: Nonces::new()?, begun: None, logged_in: None, tried: false })
    }

    /// Whether a request may have what stands behind a gate, and what the journal says of its
    /// credentials.
    pub(super) fn meet(
        &mut self,
        gate: Option<&'a Gate>,
        request: &Request,
        host: &str,
        port: u16,
    ) -> (Ruling, Option<HttpLogIn>) {
        let values = request.values("authorization");
        // A log-in goes on with the very next request, or not at all.
        let begun = self.begun.take();
        let Some(gate) = gate else {
            return (Ruling::Welcome, unasked(request));
        };
        let credentials = match values[..] {
            [] if self.is_known_to(gate) => return (Ruling::Welcome, None),
            [] => return (self.refused(gate, host), None),
            [value] => Credentials::read(value),
            _ => None,
        };
        // Whoever logs in anew is nobody until that has succeeded.
        self.logged_in = None;
        let Some(Credentials { scheme, rest }) = credentials else {
            return (self.refused(gate, host), Some(log_in("?", None, Err("malformed"))));
        };
        let scheme = AuthScheme::named(scheme).filter(|scheme| gate.schemes.contains(scheme));
        let downgraded = self.tried && gate.fault == Some(AuthFault::Downgrade);
        let Some(scheme) = scheme.or(downgraded.then_some(AuthScheme::Basic)) else {
            let told = unasked(request)
                .map(|log_in| HttpLogIn { answer: NOT_OFFERED.to_owned(), ..log_in });
            return (self.refused(gate, host), told);
        };
        if scheme.is_ntlm() {
            return self.go_on(gate, scheme, begun, rest, host, port);
        }
        let verdict = match scheme {
            AuthScheme::Basic => judge_basic(&gate.accounts, rest),
            _ => judge_token(&gate.accounts, rest),
        };
        self.conclude(gate, scheme, verdict, host)
    }

    /// Takes a message of NTLM.
    fn go_on(
        &mut self,
        gate: &'a Gate,
        scheme: AuthScheme,
        begun: Option<(AuthScheme, Box<dyn Exchange + 'a>)>,
        rest: &str,
        host: &str,
        port: u16,
    ) -> (Ruling, Option<HttpLogIn>) {
        self.tried = true;
        let message = STANDARD.decode(rest).ok().filter(|message| !message.is_empty());
        let downgrades = gate.fault == Some(AuthFault::Downgrade);
        let Some(message) = message.filter(|_| !downgrades) else {
            let answer = if downgrades { "refused" } else { "malformed" };
            let told = log_in(&scheme.to_string(), None, Err(answer));
            return (self.refused(gate, host), Some(told));
        };
        let endless = gate.fault == Some(AuthFault::EndlessChallenge);
        let nonce = self.nonces.next();
        let facts = Facts { accounts: &gate.accounts, host: host.to_owned(), port, nonce };
        let anew = || begin(Mechanism::Ntlm, facts);
        let first = message.starts_with(FIRST);
        let begun = begun.filter(|(by, _)| *by == scheme && !endless && !first);
        let mut exchange = begun.map_or_else(anew, |(_, exchange)| exchange);
        match exchange.step(Some(if endless { ANY_NEGOTIATE } else { &message })) {
            Step::Challenge(challenge) => {
                let told = log_in(&scheme.to_string(), None, Err("challenged"));
                let challenge = vec![format!("{scheme} {}", STANDARD.encode(challenge))];
                self.begun = Some((scheme, exchange));
                let cut = gate.fault == Some(AuthFault::CloseBetween);
                (
                    if cut { Ruling::CutOff(challenge) } else { Ruling::Refused(challenge) },
                    Some(told),
                )
            }
            Step::Over(verdict) => self.conclude(gate, scheme, verdict, host),
        }
    }

    /// Rules by a verdict.
    fn conclude(
        &mut self,
        gate: &'a Gate,
        scheme: AuthScheme,
        verdict: Verdict,
        host: &str,
    ) -> (Ruling, Option<HttpLogIn>) {
        let Verdict { user, result } = verdict;
        let rejects = gate.fault == Some(AuthFault::Reject);
        let result = if rejects { result.and(Err(Refusal::Credentials)) } else { result };
        let told = log_in(&scheme.to_string(), user, result.map_err(Refusal::journalled));
        let ruling = match result {
            Ok(()) if gate.fault == Some(AuthFault::Forbid) => Ruling::Forbidden,
            Ok(()) => {
                if scheme.is_ntlm() {
                    self.logged_in = Some((scheme, &gate.accounts));
                }
                Ruling::Welcome
            }
            Err(Refusal::Temporary) => Ruling::Unavailable,
            Err(_) => self.refused(gate, host),
        };
        (ruling, Some(told))
    }

    fn is_known_to(&self, gate: &Gate) -> bool {
        self.logged_in.is_some_and(|(scheme, accounts)| {
            gate.schemes.contains(&scheme) && std::ptr::eq(accounts, gate.accounts.as_ref())
        })
    }

    /// 401 with every challenge that is offered now.
    fn refused(&self, gate: &Gate, host: &str) -> Ruling {
        let realm = gate.realm.as_deref().unwrap_or(host);
        let named = |scheme: AuthScheme| format!("{scheme} realm=\"{realm}\"");
        if self.tried && gate.fault == Some(AuthFault::Downgrade) {
            return Ruling::Refused(vec![named(AuthScheme::Basic)]);
        }
        let challenge = |scheme: &AuthScheme| match (scheme, &gate.bearer) {
            (AuthScheme::Ntlm | AuthScheme::Negotiate, _) => scheme.to_string(),
            (AuthScheme::Bearer, Some(parameters)) => format!("{scheme} {parameters}"),
            _ => named(*scheme),
        };
        Ruling::Refused(gate.schemes.iter().map(challenge).collect())
    }
}

impl<'r> Credentials<'r> {
    fn read(value: &'r str) -> Option<Self> {
        let (scheme, rest) = value.split_once(' ')?;
        Some(Self { scheme, rest: rest.trim() })
    }
}

/// What the journal says of credentials that nobody asked for; none where there are none.
pub(super) fn unasked(request: &Request) -> Option<HttpLogIn> {
    let value = *request.values("authorization").first()?;
    let scheme = shown_scheme(value).unwrap_or("?");
    let user = Credentials::read(value)
        .filter(|it| it.scheme.eq_ignore_ascii_case("basic"))
        .and_then(|it| read_basic(it.rest))
        .map(|(user, _)| user);
    Some(log_in(scheme, user, Err("not asked for")))
}

/// A header line as the journal keeps it: without credentials.
pub(super) fn hidden((name, value): &(String, String)) -> (String, String) {
    let secret = ["authorization", "proxy-authorization"];
    if !secret.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
        return (name.clone(), value.clone());
    }
    let scheme = shown_scheme(value).map(|scheme| format!("{scheme} ")).unwrap_or_default();
    (name.clone(), format!("{scheme}(hidden)"))
}

/// The scheme of credentials, where it is one that is known: any other word may be the secret.
fn shown_scheme(value: &str) -> Option<&str> {
    let scheme = value.split(' ').next()?;
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(scheme)).then_some(scheme)
}

fn judge_basic(accounts: &[Account], rest: &str) -> Verdict {
    let Some((user, password)) = read_basic(rest) else {
        return Verdict { user: None, result: Err(Refusal::Malformed) };
    };
    let Some((domain, name)) = user.split_once('\\') else {
        return judge_password(accounts, &user, &password);
    };
    let within = |account: &&Account| {
        account.domain.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(domain))
    };
    let accounts: Vec<Account> = accounts.iter().filter(within).cloned().collect();
    let verdict = judge_password(&accounts, name, &password);
    Verdict { user: Some(user.clone()), ..verdict }
}

/// The user and the password.
fn read_basic(rest: &str) -> Option<(String, Vec<u8>)> {
    let pair = STANDARD.decode(rest).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let (user, password) = pair.split_at_checked(colon)?;
    let user = str::from_utf8(user).ok().filter(|user| !user.is_empty())?;
    Some((user.to_owned(), password.get(1..)?.to_vec()))
}

fn log_in(scheme: &str, user: Option<String>, result: Result<(), &str>) -> HttpLogIn {
    HttpLogIn {
        scheme: scheme.to_owned(),
        // A token that is nobody's.
        user: user.filter(|user| user != "?"),
        accepted: result.is_ok(),
        answer: result.err().unwrap_or("accepted").to_owned(),
    }
}

const KNOWN: &[&str] = &["Basic", "Bearer", "Digest", "Negotiate", "NTLM"];
const NOT_OFFERED: &str = "not offered";
/// How the first message of NTLM begins.
const FIRST: &[u8] = b"NTLMSSP\0\x01\0\0\0";
/// A first message of NTLM as any client could send it, to which there is a challenge.
const ANY_NEGOTIATE: &[u8] = b"NTLMSSP\0\x01\0\0\0\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
