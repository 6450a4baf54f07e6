//! The forms in which Autodiscover is asked: the URL, the request, and what its answer says.

use core::net::IpAddr;

use mailscout_net::http::{HttpRequest, HttpResponse, Method};
use mailscout_schema::{
    autodiscover::{self, LowerOptions, mobile_sync, soap, v2},
    notice::Notice,
    settings::{AccountSettings, Lowered, ServiceKind},
    text::Text,
};
use url::Url;

use crate::{
    answer::{self, Answer},
    chain::{
        AUTODISCOVER_V1, Context, Offer,
        question::{http_request, well_known},
    },
    reason::Reason,
    redirect::Target,
};

/// A form of Autodiscover.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::chain) enum Dialect {
    /// The plain XML, for Outlook.
    Outlook,
    /// The same envelope, for ActiveSync.
    MobileSync,
    /// `GetUserSettings`.
    Soap,
    /// Version 2, for the URL of a protocol.
    Json(v2::Protocol),
}

impl Dialect {
    /// The URL that a host made from the address's domain is asked at.
    pub(super) fn url(&self, scheme: &str, host: &str, context: Context<'_>) -> Option<Url> {
        match self {
            Self::Outlook | Self::MobileSync => well_known(scheme, host),
            Self::Soap => Url::parse(&format!("{scheme}://{host}{}", soap::PATH)).ok(),
            Self::Json(protocol) => {
                let path = v2::path_and_query(context.address, protocol, FIRST);
                Url::parse(&format!("{scheme}://{host}{path}")).ok()
            }
        }
    }

    pub(super) fn method(&self) -> Method {
        match self {
            Self::Json(_) => Method::Get,
            _ => Method::Post,
        }
    }

    /// What stands for a URL where it is remembered that it was asked: another form of question is
    /// another matter, and version 2 counts in its URL.
    pub(super) fn place(&self, url: &str) -> String {
        match self {
            Self::Outlook => url.to_owned(),
            Self::MobileSync => format!("mobilesync {url}"),
            Self::Soap => format!("soap {url}"),
            Self::Json(_) => {
                let uncounted = url.rsplit_once(REDIRECT_COUNT).map_or(url, |(before, _)| before);
                format!("v2 {uncounted}")
            }
        }
    }

    /// What is asked where a redirect leads; `redirects` have been followed before it. Only the
    /// plain XML is looked for over plain http, for another redirect.
    pub(super) fn onward(
        &self,
        mut target: Target,
        redirects: usize,
        context: Context<'_>,
    ) -> Result<Target, Reason> {
        if *self != Self::Outlook && !target.is_https() {
            return Err(Reason::Downgrade(target.url.into()));
        }
        target.method = self.method();
        if let Self::Json(protocol) = self {
            let count = u32::try_from(redirects).unwrap_or(u32::MAX);
            let count = FIRST.saturating_add(1).saturating_add(count);
            let path = v2::path_and_query(context.address, protocol, count);
            let ours = path.split_once('?').map_or("", |(_, query)| query);
            let theirs = target.url.query().unwrap_or_default().split('&');
            let mut query: Vec<&str> = theirs.filter(|pair| !is_ours(pair)).collect();
            query.push(ours);
            let query = query.join("&");
            target.url.set_query(Some(&query));
        }
        Ok(target)
    }

    /// The request to a target.
    pub(super) fn request(
        &self,
        target: &Target,
        addresses: Vec<IpAddr>,
        context: Context<'_>,
    ) -> HttpRequest {
        let mut request = http_request(target, addresses, context);
        if let Self::Json(_) = self {
            for (_, value) in request.headers.iter_mut().filter(|(name, _)| *name == "accept") {
                "application/json".clone_into(value);
            }
        }
        if target.method() != Method::Post {
            return request;
        }
        let body = match self {
            Self::MobileSync => autodiscover::Request::mobile_sync(context.address).to_xml(),
            // A URL is ASCII without control characters, which is always a text.
            Self::Soap => Text::new(target.url.as_str())
                .map(|to| soap::Request::new(context.address, to).to_xml())
                .unwrap_or_default(),
            Self::Outlook | Self::Json(_) => autodiscover::Request::new(context.address).to_xml(),
        };
        request.headers.push(("content-type", "text/xml; charset=utf-8".to_owned()));
        request.body = body.into_bytes();
        request
    }

    /// What a response says.
    pub(super) fn read(
        &self,
        target: &Target,
        response: &HttpResponse,
        context: Context<'_>,
    ) -> Answer {
        let (address, options) = (context.address, context.options);
        match self {
            Self::Outlook if target.method() == Method::Post => {
                answer::to_post(response, address, options)
            }
            Self::Outlook => answer::to_get(response),
            Self::MobileSync => by_mobile_sync(response).unwrap_or_else(Answer::No),
            Self::Soap => by_soap(response, context).unwrap_or_else(Answer::No),
            Self::Json(protocol) => by_json(response, protocol).unwrap_or_else(Answer::No),
        }
    }
}

/// What `RedirectCount` is in the first question.
const FIRST: u32 = 1;

/// The parameter that counts, which is always the last one.
const REDIRECT_COUNT: &str = "&RedirectCount=";

/// Whether a pair of a query is one that the question has itself, or nothing.
fn is_ours(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    ["", "email", "protocol", "redirectcount"].iter().any(|one| name.eq_ignore_ascii_case(one))
}

fn by_mobile_sync(response: &HttpResponse) -> Result<Answer, Reason> {
    if !(200..=299).contains(&response.status) {
        return Ok(answer::of_status(response.status, response));
    }
    let reading = mobile_sync::read(answer::body(response)?);
    let reading = reading.map_err(|error| answer::not_a_document(&error))?;
    Ok(match &reading.response.answer {
        mobile_sync::Answer::Redirect(address) => Answer::RedirectAddr(address.to_string()),
        mobile_sync::Answer::Failure(failure) => {
            let code = failure.status.map(|status| format!("status {status}"));
            Answer::No(refused(code, failure.message.as_ref()))
        }
        mobile_sync::Answer::Error(error) => Answer::No(answer::server_error(error)),
        mobile_sync::Answer::Settings(_) => {
            offer(mobile_sync::lower(&reading.response), reading.notices)
        }
    })
}

/// Servers of SOAP say that something is wrong with the status 500, and nothing else with it.
fn by_soap(response: &HttpResponse, context: Context<'_>) -> Result<Answer, Reason> {
    let is_good = (200..=299).contains(&response.status);
    if !is_good && response.status != 500 {
        return Ok(answer::of_status(response.status, response));
    }
    let read = answer::body(response)
        .and_then(|body| soap::read(body).map_err(|error| answer::not_a_document(&error)));
    let reading = match read {
        Err(_) if !is_good => return Err(Reason::Status(response.status)),
        read => read?,
    };
    Ok(match reading.answer {
        soap::Answer::Refused(refusal) => {
            let code = Some(refusal.code.as_str().to_owned());
            Answer::No(refused(code, refusal.message.as_ref()))
        }
        soap::Answer::Fault(fault) => {
            Answer::No(refused(fault.code.map(|code| code.to_string()), fault.text.as_ref()))
        }
        _ if !is_good => Answer::No(Reason::Status(response.status)),
        soap::Answer::RedirectAddr(address) => Answer::RedirectAddr(address.to_string()),
        soap::Answer::RedirectUrl(url) => Answer::RedirectUrl(url.to_string()),
        soap::Answer::Settings(user) => {
            let mut options = LowerOptions::default();
            options.prefer = context.options.prefer;
            options.default_user_name = context.options.order.default_user_name();
            offer(soap::lower(&user, context.address, options), reading.notices)
        }
        _ => Answer::No(Reason::NothingNamed),
    })
}

/// An error of the service may come with any status that means no; a URL counts with 2xx alone.
fn by_json(response: &HttpResponse, asked: &v2::Protocol) -> Result<Answer, Reason> {
    let is_good = (200..=299).contains(&response.status);
    if !is_good && (response.status == 401 || !(400..=499).contains(&response.status)) {
        return Ok(answer::of_status(response.status, response));
    }
    let read = answer::body(response)
        .and_then(|body| v2::read(body).map_err(|error| answer::not_a_document(&error)));
    let endpoint = match read {
        Ok(v2::Answer::Refused(refusal)) => {
            let code = refusal.code.map(|code| code.to_string());
            return Err(refused(code, refusal.message.as_ref()));
        }
        _ if !is_good => return Err(Reason::Status(response.status)),
        Ok(v2::Answer::Endpoint(endpoint)) => endpoint,
        Ok(_) => return Err(Reason::NothingNamed),
        Err(reason) => return Err(reason),
    };
    let mut settings = AccountSettings::default();
    let mut notices = Vec::new();
    match endpoint.target(asked) {
        Some(v2::Target::Service(service)) => settings.services.push(service),
        Some(v2::Target::Pox(url)) => {
            let text = format!("Autodiscover in its plain XML is at {url}; it was not asked there");
            notices.push(Notice::new(AUTODISCOVER_V1, text));
        }
        _ => return Err(Reason::NothingNamed),
    }
    Ok(Answer::Settings(Box::new(Offer { settings, notices })))
}

fn offer(lowered: Lowered, notices: Vec<Notice>) -> Answer {
    if lowered.settings.is_empty() {
        return Answer::No(Reason::NothingNamed);
    }
    let notices = notices.into_iter().chain(lowered.notices).collect();
    Answer::Settings(Box::new(Offer { settings: lowered.settings, notices }))
}

fn refused(code: Option<String>, message: Option<&Text>) -> Reason {
    let short = |text: &str| text.chars().take(answer::MAX_MESSAGE).collect();
    Reason::Refused {
        code: code.map(|code| short(&code)),
        message: message.map(|message| short(message)),
    }
}

/// What became of an answer with settings: their protocols, then their services.
pub(super) fn told(offer: &Offer) -> Reason {
    let servers = answer::summary(&offer.settings);
    let mut words: Vec<&str> = if servers.is_empty() { Vec::new() } else { vec![&servers] };
    if servers.is_empty() {
        for service in &offer.settings.services {
            let word = match service.kind {
                ServiceKind::ActiveSync => "ActiveSync",
                ServiceKind::Ews => "EWS",
                other => other.as_str(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    match offer.notices.first() {
        Some(notice) if words.is_empty() => Reason::Answered(notice.text.clone()),
        _ => Reason::Settings(words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_makes_no_other_place_and_another_form_does() {
        let json = Dialect::Json(v2::Protocol::Ews);
        let url = "https://a.example/a?Email=a%40b&Protocol=Ews&RedirectCount=";
        assert_eq!(json.place(&format!("{url}1")), json.place(&format!("{url}2")));
        let (outlook, sync) = (Dialect::Outlook.place(url), Dialect::MobileSync.place(url));
        assert_eq!(outlook, url);
        assert_ne!(outlook, sync);
        assert_ne!(sync, Dialect::Soap.place(url));
    }

    #[test]
    fn what_a_server_puts_into_the_query_is_kept_but_for_our_own_words() {
        for pair in ["email=x", "RedirectCount=9", "PROTOCOL", "", "=a"] {
            assert!(is_ours(pair), "{pair}");
        }
        assert!(!is_ours("tenant=1"));
    }
}
