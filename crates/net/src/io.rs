//! The production implementations: the only place that opens sockets and reads a clock.
//!
//! [`resolver::DnsResolver`] asks the DNS, [`client::HttpsClient`] carries out HTTP exchanges,
//! [`connector::Connector`] opens connections to mail servers; both dial with [`dial::Dialer`]. With
//! the feature `ldap`, `directory::LdapDirectory` searches directories over the connector.
//! What they trust ([`roots::Roots`]) and where they are led ([`routes::Routes`]) is decided by
//! whoever starts the program and handed to their constructors. No policy and no mail is known here.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the I/O edge")]

pub mod client;
pub mod connector;
pub mod dial;
#[cfg(feature = "ldap")]
pub mod directory;
pub mod error;
pub mod file;
pub mod resolver;
pub mod roots;
pub mod routes;

mod answer;
mod binding;
mod diagnosis;
mod headers;
mod records;
mod tls;
