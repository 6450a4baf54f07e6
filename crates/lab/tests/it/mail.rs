//! The mail servers, spoken to in dialogs that are written down line by line.
//!
//! `C:` is sent, `S:` has to come, `== tls` shakes hands, `== closed` waits for the end, and
//! `== leave` closes; `~` is a blank. A host `mail.contoso.example` is at 203.0.113.25.

use mailscout_lab::{Journal, World};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::{connect, run, upgrade, world};

mod faults;
mod imap;
mod journal;
mod limits;
mod mechanisms;
pub(crate) mod ntlm;
mod outcomes;
mod pop3;
mod scenario;
mod security;
mod smtp;

pub(crate) const HOST: &str = "mail.contoso.example";
pub(crate) const ADDRESS: &str = "203.0.113.25";

/// A host with one mail server.
pub(crate) fn server(words: &str) -> String {
    format!(
        "[[hosts]]\nnames = [\"{HOST}\"]\naddresses = [\"{ADDRESS}\"]\n\
         [[hosts.services]]\naccounts = [\n\
         {{ user = \"alice@contoso.example\", password = \"Pa55 w\\\"rd\", token = \"t0ken\" }},\n]\n\
         {words}\n"
    )
}

/// Holds a dialog with a server of these words, and gives its journal, without connections.
#[track_caller]
pub(crate) fn check(words: &str, dialog: &str, journal: &[&str]) {
    run(async {
        let world = world(&server(words)).await;
        hold(&world, dialog).await;
        assert_eq!(told(&world.journal()).await, journal);
    });
}

/// The journal once all has ended, without connections.
pub(crate) async fn told(journal: &Journal) -> Vec<String> {
    journal.all_ended().await;
    let lines = journal.lines();
    lines.into_iter().filter(|line| !line.starts_with("tcp ")).collect()
}

/// Holds a dialog with the only server of a world.
pub(crate) async fn hold(world: &World, dialog: &str) {
    let mut client = Client::new(world).await;
    for line in dialog.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("C:", text) => client.send(text).await,
            ("S:", text) => assert_eq!(client.line().await, text.replace('~', " ")),
            ("==", "tls") => client = client.secure(world, HOST).await,
            ("==", "closed") => client.closed().await,
            ("==", "leave") => return,
            _ => panic!("{line}"),
        }
    }
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(digit.into(), 16).unwrap()).collect()
}

trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// A client by hand. It reads byte by byte, and so nothing ahead.
pub(crate) enum Client {
    Clear(TcpStream),
    Secure(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

impl Client {
    /// Connects to the only server of a world.
    pub(crate) async fn new(world: &World) -> Self {
        let port = world.routes()[0].port;
        Self::Clear(connect(world, ADDRESS, port).await.unwrap())
    }

    pub(crate) async fn secure(self, world: &World, name: &str) -> Self {
        let Self::Clear(stream) = self else { panic!("TLS inside TLS") };
        Self::Secure(Box::new(upgrade(world, stream, name).await.unwrap()))
    }

    fn stream(&mut self) -> &mut dyn Stream {
        match self {
            Self::Clear(stream) => stream,
            Self::Secure(stream) => stream,
        }
    }

    /// Sends a line.
    pub(crate) async fn send(&mut self, line: &str) {
        self.raw(format!("{line}\r\n").as_bytes()).await;
    }

    /// Sends bytes.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream().write_all(bytes).await.unwrap();
        self.stream().flush().await.unwrap();
    }

    /// Reads a line.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let Ok(byte) = self.stream().read_u8().await else {
                return format!("{} (closed)", String::from_utf8_lossy(&line));
            };
            line.push(byte);
        }
        line.truncate(line.len() - 2);
        String::from_utf8(line).unwrap()
    }

    /// Sends a line and reads one.
    pub(crate) async fn ask(&mut self, line: &str) -> String {
        self.send(line).await;
        self.line().await
    }

    /// Reads to the end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stream().read_to_end(&mut rest).await.unwrap();
        rest
    }

    /// Nothing more comes.
    pub(crate) async fn closed(&mut self) {
        assert_eq!(self.rest().await, b"");
    }
}
