//! Microsoft's Autodiscover: its "plain old XML" form (POX), the request a client posts and every
//! answer to it, and beside it the rest of the family.
//!
//! [`Request`] and [`Response`] are the documents; [`read()`] and [`Response::to_xml`] go between
//! them and text; [`lower()`] turns an answer with settings into neutral
//! [`AccountSettings`](crate::settings::AccountSettings).
//!
//! - [`mobile_sync`]: the answer for ActiveSync, in the same envelope.
//! - [`soap`]: `GetUserSettings`, the same questions by SOAP.
//! - [`scp`]: what a directory says of where the server is.
#![cfg_attr(feature = "serde", doc = "- [`v2`]: one URL for one protocol, in JSON.")]
//!
//! # Spec
//!
//! `OXDSCLI`, `OL2010`

mod exchange;
mod lower;
pub mod mobile_sync;
mod names;
mod protocol;
mod read;
mod request;
mod response;
pub mod scp;
pub mod soap;
#[cfg(feature = "serde")]
pub mod v2;
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
