//! What became of asking for the metadata of the OAuth issuer that settings name.
//!
//! Nothing here is asked unless [`Tasks::oauth`](crate::Tasks::oauth) says so. The questions are
//! plain GETs that name neither the user nor the address; nothing that comes back changes the
//! settings.
//!
//! # Spec
//!
//! `OAUTH-META`, [RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)

use core::{fmt, time::Duration};
use std::borrow::Cow;

use mailscout_discover::{Ending, Reason};
use mailscout_net::{failure::Failure, http::HttpResponse};
use mailscout_schema::{
    notice::Notice,
    oauth::{self as schema, Metadata},
};

mod ask;
mod notices;

pub(crate) use ask::Inquirer;
pub use notices::{ENDPOINT_ELSEWHERE, ENDPOINT_MISSING, ISSUER_UNPROVED, NO_PKCE, URL_DIFFERS};
pub(crate) use notices::{Said, remarks};

/// What became of asking for the metadata of an issuer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inquiry {
    /// The issuer as the settings name it; `None` where they name none.
    pub issuer: Option<String>,
    /// The URL at which the metadata was found.
    pub url: Option<String>,
    /// The metadata, or why there is none.
    pub result: Result<Metadata, NoMetadata>,
    /// Remarks; none where there is no metadata.
    pub notices: Vec<Notice>,
    /// Every question, in order.
    pub attempts: Vec<Attempt>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Inquiry {
    /// One in which nothing was asked.
    fn not_made(issuer: Option<&str>, why: NoMetadata) -> Self {
        Self {
            issuer: issuer.map(str::to_owned),
            url: None,
            result: Err(why),
            notices: Vec::new(),
            attempts: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }
}

/// Why there is no metadata.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NoMetadata {
    /// The settings name no issuer; nobody was asked.
    NoIssuer,
    /// The issuer is a bare name to look things up by, not a URL; nobody was asked.
    Label(String),
    /// The issuer is no https URL of a full host name; nobody was asked.
    BadIssuer(String),
    /// Nothing that was asked gave metadata: the question and the answer that say most.
    Refused {
        /// The question, such as `GET https://id.contoso.example/.well-known/…`.
        question: String,
        /// The status of the HTTP response, where there was one.
        status: Option<u16>,
        /// What became of it.
        answer: Answer,
    },
}

impl NoMetadata {
    /// The stable word, as JSON has it.
    pub fn code(&self) -> Cow<'static, str> {
        match self {
            Self::NoIssuer => "no-issuer".into(),
            Self::Label(_) => "issuer-is-a-name".into(),
            Self::BadIssuer(_) => "issuer-unusable".into(),
            Self::Refused { answer, .. } => answer.code(),
        }
    }

    /// The question and the answer that say most: a refusal says more than "not found".
    fn of(attempts: &[Attempt]) -> Self {
        let is_telling = |attempt: &&Attempt| attempt.answer.is_refusal();
        let telling = attempts.iter().find(|attempt| is_telling(attempt)).or(attempts.last());
        telling.map_or(Self::NoIssuer, |attempt| Self::Refused {
            question: attempt.question.clone(),
            status: attempt.status,
            answer: attempt.answer.clone(),
        })
    }
}

impl fmt::Display for NoMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoIssuer => f.write_str("the settings name no OAuth issuer"),
            Self::Label(label) => write!(
                f,
                "`{label}` is a name to look things up by, not the https URL of an issuer; it has \
                 no metadata to ask for"
            ),
            Self::BadIssuer(issuer) => write!(
                f,
                "`{issuer}` was not asked: an issuer is an https URL of a full host name, without \
                 user, query and fragment"
            ),
            Self::Refused { question, status, answer } => {
                write!(f, "{question}: {}", told(*status, answer))
            }
        }
    }
}

/// One question and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// The question, such as `DNS A/AAAA id.contoso.example`.
    pub question: String,
    /// When it was asked, counted from the start of the search.
    pub started: Duration,
    /// How long the answer took.
    pub elapsed: Duration,
    /// The status of the HTTP response, where there was one.
    pub status: Option<u16>,
    /// What became of it.
    pub answer: Answer,
}

impl Attempt {
    /// What came back and why it was taken or not, such as `404, no metadata`.
    pub fn told(&self) -> String {
        told(self.status, &self.answer)
    }
}

fn told(status: Option<u16>, answer: &Answer) -> String {
    match status {
        Some(status) => format!("{status}, {answer}"),
        None => answer.to_string(),
    }
}

/// What became of one question.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// Metadata of the issuer that was asked for.
    Metadata,
    /// A status 3xx, which is not followed; where to.
    Redirect(Option<String>),
    /// Another status than 200.
    Status(u16),
    /// Anything else.
    Reason(Reason),
}

impl Answer {
    /// The stable word, as JSON has it.
    pub fn code(&self) -> Cow<'static, str> {
        match self {
            Self::Metadata => "metadata".into(),
            Self::Redirect(_) => "redirect-not-followed".into(),
            Self::Status(status) => format!("http-{status}").into(),
            Self::Reason(reason) => reason.code(),
        }
    }

    /// What it means: `answered`, `refused`, `failed` or `skipped`.
    pub fn ending(&self) -> Ending {
        match self {
            Self::Metadata => Ending::Answered,
            Self::Redirect(_) | Self::Status(_) => Ending::Refused,
            Self::Reason(reason) => reason.ending(),
        }
    }

    /// Whether it says more than that nothing is there.
    fn is_refusal(&self) -> bool {
        !matches!(self, Self::Metadata | Self::Status(404 | 410))
            && !matches!(self, Self::Reason(Reason::Answered(_) | Reason::NotReached))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metadata => f.write_str("metadata"),
            Self::Redirect(Some(to)) => write!(f, "redirect to `{to}`, which is not followed"),
            Self::Redirect(None) => f.write_str("redirect, which is not followed"),
            Self::Status(_) => f.write_str("no metadata"),
            Self::Reason(reason) => reason.fmt(f),
        }
    }
}

/// Something that happened while metadata was asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A question is being asked.
    Asked(&'a str),
    /// A question was answered, or given up.
    Answered(&'a Attempt),
}

/// Judges what came from a metadata URL: a status of 200 and nothing else counts, unpacked, and
/// only metadata that names the issuer letter by letter.
fn judge(response: Result<HttpResponse, Failure>, issuer: &str) -> Result<Metadata, Answer> {
    let response = response.map_err(|failure| Answer::Reason(Reason::Network(failure)))?;
    match response.status {
        200 => {}
        300..=399 => return Err(Answer::Redirect(response.location.as_deref().map(clip))),
        status => return Err(Answer::Status(status)),
    }
    if let Some(encoding) = &response.content_encoding {
        return Err(Answer::Reason(Reason::Compressed(clip(encoding))));
    }
    schema::read(&response.body, issuer).map_err(|error| {
        let (kind, position) = (error.kind(), error.position());
        Answer::Reason(Reason::NotADocument { kind, position })
    })
}

/// As much of a foreign text as a report keeps.
fn clip(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// Characters of a foreign text that a report keeps.
const MAX_TEXT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.contoso.example";

    fn code(response: Result<HttpResponse, Failure>) -> String {
        match judge(response, ISSUER) {
            Ok(_) => "metadata".to_owned(),
            Err(answer) => answer.code().into_owned(),
        }
    }

    #[test]
    fn only_an_unpacked_200_that_names_the_issuer_letter_by_letter_is_metadata() {
        let document = |issuer: &str| format!(r#"{{"issuer":"{issuer}"}}"#);
        let of = |status, body: &str| code(Ok(HttpResponse::new(status, body)));
        assert_eq!(of(200, &document(ISSUER)), "metadata");
        assert_eq!(of(200, &document("https://id.contoso.example/")), "other-issuer");
        assert_eq!(of(200, &document("https://ID.contoso.example")), "other-issuer");
        assert_eq!(of(200, "{}"), "other-json");
        assert_eq!(of(200, "<html></html>"), "web-page");
        assert_eq!(of(200, "issuer=x"), "not-json");
        assert_eq!(of(200, ""), "empty-body");
        assert_eq!(of(203, &document(ISSUER)), "http-203");
        assert_eq!(of(302, &document(ISSUER)), "redirect-not-followed");
        assert_eq!(of(404, &document(ISSUER)), "http-404");
        let mut packed = HttpResponse::new(200, document(ISSUER));
        packed.content_encoding = Some("gzip".to_owned());
        assert_eq!(code(Ok(packed)), "compressed");
        assert_eq!(code(Err(Failure::ConnectTimeout)), "connect-timeout");
    }

    #[test]
    fn a_refusal_says_more_than_that_nothing_is_there() {
        let attempt = |answer| Attempt {
            question: "GET x".to_owned(),
            started: Duration::ZERO,
            elapsed: Duration::ZERO,
            status: None,
            answer,
        };
        let code = |answers: Vec<Answer>| {
            let attempts: Vec<_> = answers.into_iter().map(attempt).collect();
            NoMetadata::of(&attempts).code().into_owned()
        };
        let addresses = || Answer::Reason(Reason::Answered(String::new()));
        let redirect = || Answer::Redirect(None);
        assert_eq!(
            code(vec![addresses(), redirect(), Answer::Status(404)]),
            "redirect-not-followed"
        );
        assert_eq!(
            code(vec![addresses(), Answer::Status(404), redirect()]),
            "redirect-not-followed"
        );
        assert_eq!(code(vec![addresses(), Answer::Status(404), Answer::Status(404)]), "http-404");
    }
}
