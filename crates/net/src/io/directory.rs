//! Searches directories by LDAP, over the connections of [`Connector`].
//!
//! One connection for one question: TLS, the bind, the root DSE and the pages of the search go over
//! it one after the other. Nothing is followed and nothing is kept.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout, timeout_at};

use super::{connector::Connector, error::SetupError, roots::Roots, routes::Routes};
use crate::{
    connect::{Connect as _, Target},
    directory::{
        Base, Bind, Directory, DirectoryAnswer, DirectorySearch, DirectorySecurity, Filter, Scope,
    },
    failure::Failure,
};

mod ber;
mod link;
mod request;
mod response;

use link::Link;
use request::{Page, Query};
use response::{Outcome, Response};

/// Searches directories for a program: it trusts the given roots and follows the given routes.
///
/// # Spec
///
/// [RFC 4511](https://www.rfc-editor.org/rfc/rfc4511),
/// [RFC 4513](https://www.rfc-editor.org/rfc/rfc4513),
/// [RFC 2696](https://www.rfc-editor.org/rfc/rfc2696)
#[derive(Clone, Debug)]
pub struct LdapDirectory {
    connector: Connector,
}

impl LdapDirectory {
    /// Somebody who searches directories.
    ///
    /// # Errors
    ///
    /// [`SetupError::NoRoots`] if no authority is trusted, [`SetupError::Tls`] if the TLS library
    /// refuses them.
    pub fn new(roots: &Roots, routes: Routes) -> Result<Self, SetupError> {
        Ok(Self { connector: Connector::new(roots, routes)? })
    }

    /// Connects, and starts TLS where the search wants it.
    async fn open(&self, search: &DirectorySearch, end: Instant) -> Result<Link, Failure> {
        let (server, limits) = (&search.server, &search.limits);
        let target = Target::new(&server.host, server.port, server.addresses.clone());
        let time = limits.connect.min(remaining(end));
        let connection = self.connector.connect(&target, time).await?;
        let mut link = Link::new(connection, limits.max_bytes);
        match server.security {
            DirectorySecurity::Plain => return Ok(link),
            DirectorySecurity::Ldaps => {}
            DirectorySecurity::StartTls => {
                timeout_at(end, agree_on_tls(&mut link))
                    .await
                    .unwrap_or(Err(Failure::ExchangeTimeout))?;
            }
        }
        link.start_tls(limits.tls.min(remaining(end))).await?;
        Ok(link)
    }
}

#[async_trait]
impl Directory for LdapDirectory {
    async fn search(&self, search: &DirectorySearch) -> Result<DirectoryAnswer, Failure> {
        refuse(search)?;
        let end = Instant::now() + search.limits.whole;
        let mut link = self.open(search, end).await?;
        let answer = timeout_at(end, converse(&mut link, search))
            .await
            .unwrap_or(Err(Failure::ExchangeTimeout))?;
        // The answer is there; whether the server hears the goodbye is its own affair.
        let _ = timeout(MAX_CLOSING.min(remaining(end)), link.close()).await;
        Ok(answer)
    }
}

/// Refuses what may not be said, before anybody hears of it.
fn refuse(search: &DirectorySearch) -> Result<(), Failure> {
    let Bind::Simple { name, password } = &search.bind else {
        return Ok(());
    };
    if search.server.security == DirectorySecurity::Plain {
        return Err(Failure::InvalidRequest { detail: UNPROTECTED.to_owned() });
    }
    if name.is_empty() || request::is_empty(password) {
        let detail = "without a name and a password a bind is anonymous".to_owned();
        return Err(Failure::InvalidRequest { detail });
    }
    Ok(())
}

/// Asks the server to begin with TLS: nothing else is said before.
async fn agree_on_tls(link: &mut Link) -> Result<(), Failure> {
    let id = link.send(request::start_tls).await?;
    match link.receive(id).await? {
        Response::Extended(Outcome { code: 0, .. }) => Ok(()),
        Response::Extended(Outcome { code, diagnostic, .. }) => {
            Err(Failure::LdapStartTlsRefused { code, diagnostic })
        }
        other => Err(other.unexpected("to the wish for TLS")),
    }
}

/// All that is said once the connection is as protected as it will be.
async fn converse(link: &mut Link, search: &DirectorySearch) -> Result<DirectoryAnswer, Failure> {
    if let Bind::Simple { name, password } = &search.bind {
        // The search was refused already; this is the place where a password leaves.
        if !link.is_verified() {
            return Err(Failure::InvalidRequest { detail: UNPROTECTED.to_owned() });
        }
        let id = link.send(|id| request::bind(id, name, password)).await?;
        match link.receive(id).await? {
            Response::Bind(Outcome { code: 0, .. }) => {}
            Response::Bind(Outcome { code, diagnostic, .. }) => {
                return Err(Failure::LdapBindRefused { code, diagnostic });
            }
            other => return Err(other.unexpected("to a bind")),
        }
    }
    let mut answer = DirectoryAnswer::default();
    let (base, scope) = match &search.base {
        Base::RootDse => (String::new(), Scope::Base),
        Base::At(name) => (name.clone(), search.scope),
        Base::ConfigurationNamingContext => {
            (naming_context(link, search, "configurationNamingContext").await?, search.scope)
        }
        Base::DefaultNamingContext => {
            (naming_context(link, search, "defaultNamingContext").await?, search.scope)
        }
    };
    if matches!(search.base, Base::ConfigurationNamingContext | Base::DefaultNamingContext) {
        answer.naming_context = Some(base.clone());
    }
    let query = Query {
        base: &base,
        scope,
        filter: &search.filter,
        attributes: &search.attributes,
        limits: &search.limits,
    };
    let mut page = (search.limits.page_size > 0)
        .then(|| Page { size: search.limits.page_size, cookie: Vec::new() });
    while let Some(cookie) = read_page(link, &query, page.as_ref(), &mut answer).await? {
        page = Some(Page { size: search.limits.page_size, cookie });
    }
    Ok(answer)
}

/// Reads one of the server's naming contexts from its entry about itself.
async fn naming_context(
    link: &mut Link,
    search: &DirectorySearch,
    attribute: &'static str,
) -> Result<String, Failure> {
    let query = Query {
        base: "",
        scope: Scope::Base,
        filter: &Filter::present("objectClass"),
        attributes: &[attribute.to_owned()],
        limits: &search.limits,
    };
    let mut answer = DirectoryAnswer::default();
    read_page(link, &query, None, &mut answer).await?;
    let named = answer.entries.iter().flat_map(|entry| entry.texts(attribute));
    // An empty name is the root of the whole tree: no context.
    let named = named.filter(|name| !name.is_empty()).map(str::to_owned).next();
    named.ok_or(Failure::LdapNoNamingContext { attribute })
}

/// Searches once, and gives the cookie of the next page where there is one.
async fn read_page(
    link: &mut Link,
    query: &Query<'_>,
    page: Option<&Page>,
    answer: &mut DirectoryAnswer,
) -> Result<Option<Vec<u8>>, Failure> {
    let id = link.send(|id| request::search(id, query, page)).await?;
    loop {
        match link.receive(id).await? {
            Response::Entry(_) if answer.entries.len() >= query.limits.max_entries => {
                answer.is_cut = true;
                return Ok(None);
            }
            Response::Entry(entry) => answer.entries.push(entry),
            Response::Reference(urls) => remember(answer, urls),
            Response::Done(outcome, cookie) => {
                let cookie = cookie.filter(|cookie| page.is_some() && !cookie.is_empty());
                end_page(outcome, answer)?;
                if cookie.is_some() && answer.entries.len() >= query.limits.max_entries {
                    answer.is_cut = true;
                }
                return Ok(if answer.is_cut { None } else { cookie });
            }
            Response::Other => {}
            other => return Err(other.unexpected("to a search")),
        }
    }
}

/// What the end of a search says about all that came.
fn end_page(outcome: Outcome, answer: &mut DirectoryAnswer) -> Result<(), Failure> {
    let Outcome { code, diagnostic, referrals } = outcome;
    remember(answer, referrals);
    match code {
        SUCCESS | REFERRAL => Ok(()),
        SIZE_LIMIT_EXCEEDED => {
            answer.is_cut = true;
            Ok(())
        }
        TIME_LIMIT_EXCEEDED | ADMIN_LIMIT_EXCEEDED if !answer.entries.is_empty() => {
            answer.is_cut = true;
            Ok(())
        }
        code => Err(Failure::LdapRefused { code, diagnostic }),
    }
}

fn remember(answer: &mut DirectoryAnswer, urls: Vec<String>) {
    for url in urls {
        if answer.referrals.len() < MAX_REFERRALS && !answer.referrals.contains(&url) {
            answer.referrals.push(url);
        }
    }
}

fn remaining(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}

const UNPROTECTED: &str = "a password goes to a directory inside verified TLS only; \
                           use LDAPS or StartTLS";

const SUCCESS: u32 = 0;
const TIME_LIMIT_EXCEEDED: u32 = 3;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const REFERRAL: u32 = 10;
const ADMIN_LIMIT_EXCEEDED: u32 = 11;

/// Referrals that are kept.
const MAX_REFERRALS: usize = 100;

/// How long the goodbye may wait for a place to be written to: as a rule not at all.
const MAX_CLOSING: Duration = Duration::from_millis(200);
