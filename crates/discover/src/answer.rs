//! What one HTTP response or one file says: settings, a redirect, or a reason why neither.

use mailscout_net::http::HttpResponse;
use mailscout_schema::{
    ParseError,
    address::EmailAddress,
    autodiscover::{self, LowerOptions, Outcome, ServerError},
    notice::Notice,
    settings::{AccountSettings, Protocol},
};

use crate::{chain::Offer, options::Options, reason::Reason};

/// What an answer says.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Settings, ready to use.
    Settings(Box<Offer>),
    /// An HTTP status 3xx with this `Location`.
    Location(String),
    /// A document that says `redirectUrl`.
    RedirectUrl(String),
    /// A document that says `redirectAddr`.
    RedirectAddr(String),
    /// Neither.
    No(Reason),
}

/// Reads the response to a POST over https.
///
/// A web server that can only serve files answers a POST with 405 and the file as the body: that
/// is an answer. No other status of failure is, whatever the body.
pub(crate) fn to_post(
    response: &HttpResponse,
    address: &EmailAddress,
    options: &Options,
) -> Answer {
    match response.status {
        200..=299 | 405 => match read_body(response) {
            Ok(reading) => of_document(reading, address, options),
            // A 405 without a document is just a 405.
            Err(_) if response.status == 405 => Answer::No(Reason::Status(405)),
            Err(reason) => Answer::No(reason),
        },
        status => of_status(status, response),
    }
}

/// Reads the response to a GET over plain http, from which nothing but a redirect is taken.
pub(crate) fn to_get(response: &HttpResponse) -> Answer {
    match response.status {
        200..=299 => match read_body(response) {
            Err(reason) => Answer::No(reason),
            Ok(reading) => match reading.response.outcome() {
                Outcome::RedirectUrl(url) => Answer::RedirectUrl(url.to_owned()),
                Outcome::RedirectAddr(_) => Answer::No(Reason::RedirectAddrOverHttp),
                Outcome::Settings(_) => Answer::No(Reason::SettingsOverHttp),
                Outcome::Error(error) => Answer::No(server_error(error)),
                _ => Answer::No(Reason::NothingUsable),
            },
        },
        status => of_status(status, response),
    }
}

/// Reads a local file.
pub(crate) fn in_file(content: &[u8], address: &EmailAddress, options: &Options) -> Answer {
    match autodiscover::read(content) {
        Ok(reading) => of_document(reading, address, options),
        Err(error) => Answer::No(not_a_document(&error)),
    }
}

pub(crate) fn of_status(status: u16, response: &HttpResponse) -> Answer {
    match (status, &response.location) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => Answer::Location(location.clone()),
        (301 | 302 | 303 | 307 | 308, None) => Answer::No(Reason::NoLocation),
        (401, _) => {
            let schemes = response.challenges.iter().take(8).map(|one| one.scheme.clone());
            Answer::No(Reason::LoginNeeded(schemes.collect()))
        }
        _ => Answer::No(Reason::Status(status)),
    }
}

fn read_body(response: &HttpResponse) -> Result<autodiscover::Reading, Reason> {
    autodiscover::read(body(response)?).map_err(|error| not_a_document(&error))
}

/// The body, which was asked for as it is.
pub(crate) fn body(response: &HttpResponse) -> Result<&[u8], Reason> {
    match &response.content_encoding {
        Some(encoding) => Err(Reason::Compressed(encoding.chars().take(40).collect())),
        None => Ok(&response.body),
    }
}

pub(crate) fn not_a_document(error: &ParseError) -> Reason {
    Reason::NotADocument { kind: error.kind(), position: error.position() }
}

fn of_document(
    reading: autodiscover::Reading,
    address: &EmailAddress,
    options: &Options,
) -> Answer {
    let account = match reading.response.outcome() {
        Outcome::Settings(account) => account,
        Outcome::RedirectUrl(url) => return Answer::RedirectUrl(url.to_owned()),
        Outcome::RedirectAddr(address) => return Answer::RedirectAddr(address.to_owned()),
        Outcome::Error(error) => return Answer::No(server_error(error)),
        _ => return Answer::No(Reason::NothingUsable),
    };
    let mut lower_options = LowerOptions::default();
    lower_options.prefer = options.prefer;
    lower_options.default_user_name = options.order.default_user_name();
    let user = &reading.response.user;
    let lowered = autodiscover::lower(account, user, address, lower_options);
    if !lowered.settings.has_mail_servers() {
        return Answer::No(Reason::NothingUsable);
    }
    let notices: Vec<Notice> = reading.notices.into_iter().chain(lowered.notices).collect();
    Answer::Settings(Box::new(Offer { settings: lowered.settings, notices }))
}

/// Characters of a server's message that are kept.
pub(crate) const MAX_MESSAGE: usize = 300;

pub(crate) fn server_error(error: &ServerError) -> Reason {
    let message = error.message.as_ref().map(|message| message.chars().take(MAX_MESSAGE).collect());
    Reason::ServerError { code: error.code, message }
}

/// The protocols of settings in a few words, such as `IMAP, POP3, SMTP`.
pub(crate) fn summary(settings: &AccountSettings) -> String {
    let servers = settings.incoming.iter().chain(&settings.outgoing);
    let mut words: Vec<&str> = Vec::new();
    for server in servers {
        let word = match server.protocol {
            Protocol::Imap => "IMAP",
            Protocol::Pop3 => "POP3",
            Protocol::Smtp => "SMTP",
            Protocol::Nntp => "NNTP",
            _ => "Exchange",
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}
