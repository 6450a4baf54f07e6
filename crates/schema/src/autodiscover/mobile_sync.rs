//! The answer of Autodiscover for ActiveSync (`mobilesync`): the same envelope as Outlook's, and
//! another content, in which `Action` holds elements.
//!
//! [`Response`] is the document; [`read()`] and [`Response::to_xml`] go between it and text;
//! [`lower()`] gives neutral settings. The request is [`Request::mobile_sync`].
//!
//! [`Request::mobile_sync`]: super::Request::mobile_sync
//!
//! # Spec
//!
//! `ASCMD`

use super::ServerError;
use crate::text::Text;
use crate::vocabulary::vocabulary;

mod lower;
mod read;
mod write;

pub use lower::lower;
pub use read::{Reading, read};

/// An Autodiscover answer for ActiveSync.
///
/// # Wire form
///
/// ```xml
/// <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
///   <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006">
///     <Culture>en:us</Culture>
///     <User>…</User>
///     <Action>…</Action>
///   </Response>
/// </Autodiscover>
/// ```
///
/// # Spec
///
/// `ASCMD`
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// `Culture`: language and country of the texts, such as `en:us`.
    pub culture: Option<Text>,
    /// Facts about the user; empty where the server gave none.
    pub user: User,
    /// What the server says.
    pub answer: Answer,
}

impl Response {
    /// An answer without facts about the user.
    pub fn new(answer: Answer) -> Self {
        Self { culture: None, user: User::default(), answer }
    }
}

/// Facts about the user (`User`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// `DisplayName`: the user's name for people.
    pub display_name: Option<Text>,
    /// `EMailAddress`: the user's address.
    pub email_address: Option<Text>,
}

/// The four ends of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the schema has these four and no fifth")]
pub enum Answer {
    /// `Action/Settings`: the servers, in the order of the document.
    Settings(Vec<Server>),
    /// `Action/Redirect`: start again with this address.
    Redirect(Text),
    /// `Action/Error`: the user's mailbox has no answer.
    Failure(Failure),
    /// `Error` of the server's frame: the request was refused before anybody looked at it.
    Error(ServerError),
}

/// A server (`Settings/Server`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Server {
    /// `Type`: what it is for.
    pub kind: Option<ServerType>,
    /// `Url`: where it is.
    pub url: Option<Text>,
    /// `Name`: the URL once more for `MobileSync`, the name of a template for `CertEnroll`.
    pub name: Option<Text>,
    /// `ServerData`: the template for certificates, of `CertEnroll` alone.
    pub server_data: Option<Text>,
}

/// Why there is no answer for the user (`Action/Error`).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// `Status`: 2 for a protocol error; other values are not documented. `None` where it is absent
    /// or no number.
    pub status: Option<u32>,
    /// `Message`.
    pub message: Option<Text>,
    /// `DebugData`.
    pub debug_data: Option<Text>,
}

vocabulary! {
    /// What a server is for (`Server/Type`).
    ///
    /// # Spec
    ///
    /// `ASCMD`
    ServerType {
        /// `MobileSync`: ActiveSync.
        MobileSync = "MobileSync",
        /// `CertEnroll`: certificates for users.
        CertEnroll = "CertEnroll",
    }
}
