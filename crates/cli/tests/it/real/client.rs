//! A mail client that says what a test tells it to, line by line.

use std::{
    io::{Read, Write},
    net::SocketAddrV4,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use super::Server;

#[expect(clippy::disallowed_types, reason = "a test of the servers, not of the program")]
type Tcp = std::net::TcpStream;

/// A connection.
pub(super) struct Client {
    stream: Stream,
}

enum Stream {
    Clear(Tcp),
    Encrypted(Box<StreamOwned<ClientConnection, Tcp>>),
}

impl Client {
    /// Connects in clear text.
    pub(super) fn plain(server: &Server, port: u16) -> Self {
        Self { stream: Stream::Clear(connect(server.at(port))) }
    }

    /// Connects with TLS, as to `mail.contoso.example`.
    pub(super) fn tls(server: &Server, port: u16) -> Self {
        Self { stream: Stream::Clear(connect(server.at(port))) }.encrypt(server)
    }

    /// Starts TLS on a connection that is there.
    pub(super) fn encrypt(self, server: &Server) -> Self {
        let Stream::Clear(tcp) = self.stream else { panic!("there is TLS already") };
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(server.ca_file()).unwrap()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("mail.contoso.example").unwrap();
        let mut tls = StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), tcp);
        tls.flush().expect("the certificate is good");
        Self { stream: Stream::Encrypted(Box::new(tls)) }
    }

    /// Says a line and hears what comes back, to the end of a line that starts with `last`.
    #[track_caller]
    pub(super) fn ask(&mut self, line: &str, last: &str) -> String {
        let line = format!("{line}\r\n");
        match &mut self.stream {
            Stream::Clear(tcp) => tcp.write_all(line.as_bytes()),
            Stream::Encrypted(tls) => tls.write_all(line.as_bytes()),
        }
        .unwrap();
        self.hear(last)
    }

    /// Hears lines, to the end of one that starts with `last`.
    #[track_caller]
    pub(super) fn hear(&mut self, last: &str) -> String {
        let mut heard = String::new();
        let ended = |heard: &str| {
            heard.ends_with("\r\n") && heard.lines().any(|line| line.starts_with(last))
        };
        while !ended(&heard) {
            let mut byte = [0];
            let read = match &mut self.stream {
                Stream::Clear(tcp) => tcp.read_exact(&mut byte),
                Stream::Encrypted(tls) => tls.read_exact(&mut byte),
            };
            if let Err(error) = read {
                panic!("waited for `{last}`: {error}, heard:\n{heard}");
            }
            heard.push(char::from(byte[0]));
        }
        heard
    }
}

fn connect(to: SocketAddrV4) -> Tcp {
    let tcp = Tcp::connect(to).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    tcp
}
