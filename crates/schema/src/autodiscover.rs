//! Microsoft's Autodiscover in its "plain old XML" form (POX): the request a client posts and
//! every answer to it.
//!
//! [`Request`] and [`Response`] are the documents; [`read()`] and [`Response::to_xml`] go between
//! them and text; [`lower()`] turns an answer with settings into neutral
//! [`AccountSettings`](crate::settings::AccountSettings).
//!
//! # Spec
//!
//! `OXDSCLI`, `OL2010`

mod exchange;
mod lower;
mod names;
mod protocol;
mod read;
mod request;
mod response;
mod vocabulary;
mod write;

pub use crate::settings::Lowered;
pub use exchange::{
    ExchangeElement, MapiEndpoint, NetworkRequirements, WebAccess, WebAccessProtocol, WebAccessUrl,
};
pub use lower::{DefaultUserName, LowerOptions, lower};
pub use protocol::Protocol;
pub use read::{Reading, read};
pub use request::Request;
pub use response::{
    Account, Action, AlternativeMailbox, Answer, Outcome, Response, ServerError, User,
};
pub use vocabulary::{AccountType, Encryption, ProtocolType};
