//! Real mail servers for the program to meet: Dovecot, Postfix and Exim, on loopback.
//!
//! A server is started for one test, in a folder and at an address of its own, on ports that were
//! free; `connect_to` has the words that lead the program there. It ends with its value, or with
//! the process of the tests, however that ends. Dovecot and Exim run for any user, as `nobody`
//! where that is root; Postfix needs root.
//!
//! ```text
//! let Some(server) = dovecot::start(Kind::Main, "imap_is_found") else { return };
//! let names = Names::start("");
//! let run = mailscout(&["guess", "alice@contoso.example", "--ca-file", &server.ca_file(),
//!     "--dns-server", &names.dns_server()] + server.connect_to("imap.contoso.example"));
//! ```

mod client;
mod dialogs;
mod directory;
pub(crate) mod dovecot;
pub(crate) mod exim;
mod guess;
mod leash;
pub(crate) mod names;
mod place;
pub(crate) mod postfix;
mod slapd;

use std::net::{Ipv4Addr, SocketAddrV4};

use self::leash::Leash;

/// The account that every server has, by the name that most of them want.
pub(crate) const USER: &str = "alice@contoso.example";

/// The password of the account.
pub(crate) const PASSWORD: &str = "right";

/// The names in the certificate of every server.
pub(crate) const HOSTS: [&str; 4] = [
    "mail.contoso.example",
    "imap.contoso.example",
    "pop3.contoso.example",
    "smtp.contoso.example",
];

/// A running server.
pub(crate) struct Server {
    leash: Leash,
    address: Ipv4Addr,
    ports: Vec<Port>,
    log: &'static str,
    /// A server that this one asks; it ends after it.
    behind: Option<Box<Self>>,
}

/// A port as the world knows it, and the one that the server really listens on.
#[derive(Clone, Copy, Debug)]
struct Port {
    known: u16,
    real: u16,
}

impl Server {
    /// The ports as the world knows them, such as 993.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.ports.iter().map(|port| port.known).collect()
    }

    /// Where a port of [`ports`](Self::ports) really is.
    #[track_caller]
    pub(crate) fn at(&self, known: u16) -> SocketAddrV4 {
        let port = self.ports.iter().find(|port| port.known == known).expect("a port of its own");
        SocketAddrV4::new(self.address, port.real)
    }

    /// The arguments that lead the program from every port of this host to the server. The host
    /// needs no DNS then, and its other ports are not reached.
    pub(crate) fn connect_to(&self, host: &str) -> Vec<String> {
        let route = |known| format!("{host}:{known}:{}", self.at(known));
        self.ports().into_iter().flat_map(|port| ["--connect-to".to_owned(), route(port)]).collect()
    }

    /// The authority that its certificate is from; the same for all servers of a test run.
    pub(crate) fn ca_file(&self) -> String {
        self.leash.folder().join("ca.pem").to_str().unwrap().to_owned()
    }

    /// What it wrote to its log, and a server behind it to its own, as soon as `text` stands there
    /// so many times: a log may follow the answer that a client has. For each port one connection
    /// was made before the test.
    #[track_caller]
    pub(crate) fn log_with(&self, text: &str, times: usize) -> String {
        self.leash.wait_until(|| self.logged().matches(text).count() >= times, self.log);
        self.logged()
    }

    fn logged(&self) -> String {
        let own = std::fs::read_to_string(self.leash.folder().join(self.log)).unwrap_or_default();
        own + &self.behind.as_ref().map(|behind| behind.logged()).unwrap_or_default()
    }
}
