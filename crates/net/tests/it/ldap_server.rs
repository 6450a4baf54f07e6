//! Small LDAP servers that say what a test tells them to, with a journal of what they were asked.
//!
//! BER is read and written here by hand, so that a mistake of the client is not repeated.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use crate::servers::serve;

/// One request.
pub(crate) struct Asked {
    pub(crate) id: u8,
    /// What it is, as the journal has it; a password is not in it.
    pub(crate) line: String,
}

/// What a server does after a request.
pub(crate) enum Deed {
    Say(Vec<u8>),
    /// Says this, and begins with TLS.
    StartTls(Vec<u8>),
    Close,
    Nothing,
}

/// When TLS begins.
#[derive(Clone)]
pub(crate) enum Tls {
    Never,
    AtOnce(Arc<ServerConfig>),
    OnDemand(Arc<ServerConfig>),
}

/// A running server.
pub(crate) struct LdapServer {
    pub(crate) address: SocketAddr,
    lines: UnboundedReceiver<String>,
}

impl LdapServer {
    pub(crate) async fn start<S>(tls: Tls, script: S) -> Self
    where
        S: Fn(&Asked) -> Deed + Clone + Send + Sync + 'static,
    {
        let (journal, lines) = unbounded_channel();
        let address = serve(move |stream| {
            let (tls, script, journal) = (tls.clone(), script.clone(), journal.clone());
            async move {
                note(&journal, "connected");
                connection(stream, tls, script, &journal).await;
                note(&journal, "ended");
            }
        })
        .await;
        Self { address, lines }
    }

    /// What was asked on one connection, up to its end.
    pub(crate) async fn journal(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != "ended") {
            lines.push(self.lines.recv().await.unwrap());
        }
        lines
    }

    /// Nobody has come since the last journal. Whoever did would be in it before this visitor.
    pub(crate) async fn is_untouched(&mut self) -> bool {
        let mut visitor = TcpStream::connect(self.address).await.unwrap();
        visitor.write_all(&element(0x30, &[&[2, 1, 9], &[0x42, 0]])[..]).await.unwrap();
        drop(visitor);
        let journal = self.journal().await;
        journal == ["connected", "unbind", "ended"] || journal == ["connected", "no tls", "ended"]
    }
}

fn note(journal: &UnboundedSender<String>, line: &str) {
    let _ = journal.send(line.to_owned());
}

async fn connection(
    mut stream: TcpStream,
    tls: Tls,
    script: impl Fn(&Asked) -> Deed,
    journal: &UnboundedSender<String>,
) {
    let config = match tls {
        Tls::Never => {
            talk(&mut stream, &script, journal).await;
            return;
        }
        Tls::AtOnce(config) => config,
        Tls::OnDemand(config) => match talk(&mut stream, &script, journal).await {
            Some(()) => config,
            None => return,
        },
    };
    match TlsAcceptor::from(config).accept(stream).await {
        Ok(mut stream) => {
            note(journal, "tls");
            talk(&mut stream, &script, journal).await;
        }
        Err(_) => note(journal, "no tls"),
    }
}

/// Answers until the end; `Some` where TLS is due.
async fn talk(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    script: &impl Fn(&Asked) -> Deed,
    journal: &UnboundedSender<String>,
) -> Option<()> {
    while let Some(message) = read_message(stream).await {
        let asked = asked(&message);
        note(journal, &asked.line);
        match script(&asked) {
            Deed::Say(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.flush().await;
            }
            Deed::StartTls(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return Some(());
            }
            Deed::Close => return None,
            Deed::Nothing => {}
        }
    }
    None
}

/// The content of the next message.
async fn read_message(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    assert_eq!(stream.read_u8().await.ok()?, 0x30);
    let length = match stream.read_u8().await.ok()? {
        short @ ..=0x7f => short.into(),
        0x81 => stream.read_u8().await.ok()?.into(),
        0x82 => stream.read_u16().await.ok()?.into(),
        0x84 => stream.read_u32().await.ok()?.try_into().unwrap(),
        other => panic!("a length of {other:#x}"),
    };
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.ok()?;
    Some(content)
}

/// The next element; lengths inside a request have at most two bytes.
fn take<'a>(bytes: &mut &'a [u8]) -> (u8, &'a [u8]) {
    let (tag, length, rest) = match **bytes {
        [tag, length @ ..=0x7f, ref rest @ ..] | [tag, 0x81, length, ref rest @ ..] => {
            (tag, usize::from(length), rest)
        }
        [tag, 0x82, high, low, ref rest @ ..] => {
            (tag, usize::from(high) << 8 | usize::from(low), rest)
        }
        _ => panic!("no element: {bytes:?}"),
    };
    let (content, rest) = rest.split_at(length);
    *bytes = rest;
    (tag, content)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn asked(mut message: &[u8]) -> Asked {
    let (_, id) = take(&mut message);
    let [id] = id else { panic!("a number of {id:?}") };
    let line = match take(&mut message) {
        (0x77, mut operation) => format!("extended {}", text(take(&mut operation).1)),
        (0x60, mut operation) => {
            let (_version, name) = (take(&mut operation), take(&mut operation).1);
            assert_eq!(take(&mut operation).0, 0x80);
            format!("bind {}", text(name))
        }
        (0x63, operation) => search(operation),
        (0x42, []) => "unbind".to_owned(),
        (tag, _) => format!("tag {tag:#x}"),
    };
    let page = if message.is_empty() { String::new() } else { page(take(&mut message).1) };
    Asked { id: *id, line: line + &page }
}

fn search(mut operation: &[u8]) -> String {
    let base = text(take(&mut operation).1);
    let scope = take(&mut operation).1[0];
    let (_aliases, size) = (take(&mut operation), take(&mut operation).1);
    assert_eq!(size, [0]);
    let (_time, types_only) = (take(&mut operation), take(&mut operation).1);
    assert_eq!(types_only, [0]);
    let filter = filter(&mut operation);
    let mut list = take(&mut operation).1;
    let mut attributes = Vec::new();
    while !list.is_empty() {
        attributes.push(text(take(&mut list).1));
    }
    format!("search `{base}` {scope} {filter} {}", attributes.join(","))
}

fn filter(bytes: &mut &[u8]) -> String {
    let (tag, mut content) = take(bytes);
    match tag {
        0xa0 | 0xa1 => {
            let mut all = String::new();
            while !content.is_empty() {
                all += &filter(&mut content);
            }
            format!("{}[{all}]", if tag == 0xa0 { '&' } else { '|' })
        }
        0xa3 => format!("<{}={:?}>", text(take(&mut content).1), text(take(&mut content).1)),
        0x87 => format!("<{}>", text(content)),
        other => panic!("a filter of {other:#x}"),
    }
}

fn page(mut controls: &[u8]) -> String {
    let mut control = take(&mut controls).1;
    assert_eq!(take(&mut control).1, PAGED);
    // Without a word about it, it is not critical.
    let (tag, mut value) = take(&mut control);
    assert_eq!((tag, control.len(), controls.len()), (0x04, 0, 0));
    let mut value = take(&mut value).1;
    let size =
        take(&mut value).1.iter().fold(0, |size: usize, digit| size << 8 | usize::from(*digit));
    format!(" page {size} {:?}", text(take(&mut value).1))
}

/// An element.
pub(crate) fn element(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &length, &content].concat()
}

fn message(id: u8, operation: &[u8], controls: &[u8]) -> Vec<u8> {
    element(0x30, &[&[2, 1, id], operation, controls])
}

/// How an operation ended.
fn result(code: u8, diagnostic: &str) -> Vec<u8> {
    [&[0x0a, 1, code][..], &element(4, &[]), &element(4, &[diagnostic.as_bytes()])].concat()
}

pub(crate) fn bound(id: u8, code: u8, diagnostic: &str) -> Vec<u8> {
    message(id, &element(0x61, &[&result(code, diagnostic)]), &[])
}

pub(crate) fn extended(id: u8, code: u8, diagnostic: &str) -> Vec<u8> {
    message(id, &element(0x78, &[&result(code, diagnostic)]), &[])
}

/// An entry with one attribute.
pub(crate) fn entry(id: u8, dn: &str, attribute: &str, value: &str) -> Vec<u8> {
    let values = element(0x31, &[&element(4, &[value.as_bytes()])]);
    let attribute = element(0x30, &[&element(4, &[attribute.as_bytes()]), &values]);
    let operation = element(0x64, &[&element(4, &[dn.as_bytes()]), &element(0x30, &[&attribute])]);
    message(id, &operation, &[])
}

pub(crate) fn reference(id: u8, urls: &[&str]) -> Vec<u8> {
    let urls: Vec<u8> = urls.iter().flat_map(|url| element(4, &[url.as_bytes()])).collect();
    message(id, &element(0x73, &[&urls]), &[])
}

pub(crate) fn done(id: u8, code: u8, diagnostic: &str) -> Vec<u8> {
    message(id, &element(0x65, &[&result(code, diagnostic)]), &[])
}

/// The end of a search that was refused with the word where else to ask.
pub(crate) fn done_elsewhere(id: u8, url: &str) -> Vec<u8> {
    let referrals = element(0xa3, &[&element(4, &[url.as_bytes()])]);
    message(id, &element(0x65, &[&result(10, ""), &referrals]), &[])
}

/// The end of a page.
pub(crate) fn done_page(id: u8, cookie: &str) -> Vec<u8> {
    let value = element(0x30, &[&[2, 1, 0], &element(4, &[cookie.as_bytes()])]);
    let control = element(0x30, &[&element(4, &[PAGED]), &element(4, &[&value])]);
    message(id, &element(0x65, &[&result(0, "")]), &element(0xa0, &[&control]))
}

const PAGED: &[u8] = b"1.2.840.113556.1.4.319";
