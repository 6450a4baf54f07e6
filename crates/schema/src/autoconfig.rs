//! The `clientConfig` of Mozilla's Autoconfig, versions 1.1 and 1.2: what a provider, or a database
//! of providers, publishes about its servers.
//!
//! [`ClientConfig`] is the document; [`read()`] and [`ClientConfig::to_xml`] go between it and
//! text; [`lower()`] fills in one user's address and gives neutral
//! [`AccountSettings`](crate::settings::AccountSettings).
//!
//! # Spec
//!
//! `AC-06`, `ISPDB`

mod config;
mod lower;
mod names;
mod read;
mod section;
mod template;
mod vocabulary;
mod write;

pub use config::{
    ClientConfig, Documentation, Enable, LocalText, LoginPageInfo, OAuth2, PageField,
    ProviderDomain, WebMail,
};
pub use lower::{LowerOptions, lower};
pub use read::{Reading, read};
pub use section::{Authentication, Port, Role, Section};
pub use vocabulary::{
    AuthenticationMethod, AuthenticationSystem, DomainPurpose, HttpScheme, ServerType, SocketType,
};
