//! The directories, spoken to in messages made by hand.

use mailscout_lab::World;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::client::{connect, run, tls, upgrade, world};

mod faults;
mod filters;
mod log_in;
mod pages;
mod scenario;
mod search;
mod strict;

pub(crate) const HOST: &str = "dc.corp.example";
pub(crate) const ADDRESS: &str = "203.0.113.10";
pub(crate) const BASE: &str = "DC=corp,DC=example";
pub(crate) const CONFIGURATION: &str = "CN=Configuration,DC=corp,DC=example";

/// A directory with some people and two Service Connection Points; `words` are its own.
pub(crate) fn directory(words: &str) -> String {
    format!(
        r#"
[[directory]]
names = ["{HOST}"]
addresses = ["{ADDRESS}"]
base = "{BASE}"
{words}
[[directory.account]]
name = 'CORP\reader'
password = "Pa55word"
[[directory.user]]
name = "Alice"
mail = "Alice@Corp.example"
proxyAddresses = ["SMTP:alice@corp.example", "smtp:a@corp.example"]
userPrincipalName = "alice@corp.example"
sAMAccountName = "alice"
password = "alices"
[[directory.user]]
name = "Bob, the (2nd)*"
attributes = {{ logonCount = "7" }}
[[directory.scp]]
name = "EX1"
url = "https://ex1.corp.example/autodiscover/autodiscover.xml"
site = ["Berlin", "Potsdam"]
[[directory.scp]]
name = "fabrikam.example"
pointer = "LDAP://dc.fabrikam.example"
domain = "fabrikam.example"
"#
    )
}

trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// A client by hand. It counts its messages from 1.
pub(crate) struct Client {
    stream: Box<dyn Stream>,
    id: u8,
}

/// What came in one message: its tag, and all texts and numbers within, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) id: u8,
    pub(crate) tag: u8,
    pub(crate) parts: Vec<Vec<u8>>,
}

impl Answer {
    pub(crate) fn texts(&self) -> Vec<String> {
        self.parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
    }

    /// The code of a result.
    pub(crate) fn code(&self) -> u8 {
        self.parts[0][0]
    }
}

impl Client {
    /// Connects to port 389.
    pub(crate) async fn new(world: &World) -> Self {
        Self { stream: Box::new(connect(world, ADDRESS, 389).await.unwrap()), id: 0 }
    }

    /// Connects to port 636.
    pub(crate) async fn inside_tls(world: &World) -> Self {
        Self { stream: Box::new(tls(world, ADDRESS, 636, HOST).await.unwrap()), id: 0 }
    }

    /// Asks for TLS on port 389, and shakes hands.
    pub(crate) async fn after_starttls(world: &World) -> Self {
        let mut stream = connect(world, ADDRESS, 389).await.unwrap();
        stream.write_all(&message(1, &start_tls(), &[])).await.unwrap();
        assert_eq!(receive(&mut stream).await.unwrap().code(), 0);
        Self { stream: Box::new(upgrade(world, stream, HOST).await.unwrap()), id: 1 }
    }

    /// Speaks on a connection that stands.
    pub(crate) fn over(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) -> Self {
        Self { stream: Box::new(stream), id: 2 }
    }

    /// Closes this side, and waits for the other.
    pub(crate) async fn leave(&mut self) {
        self.stream.shutdown().await.unwrap();
        self.rest().await;
    }

    /// Sends bytes.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Sends a request with controls, and gives its number.
    pub(crate) async fn send(&mut self, request: &[u8], controls: &[u8]) -> u8 {
        self.id += 1;
        self.raw(&message(self.id, request, controls)).await;
        self.id
    }

    /// Reads a message; none at the end.
    pub(crate) async fn read(&mut self) -> Option<Answer> {
        receive(&mut self.stream).await
    }

    /// Sends a request, and gives the one answer to it.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Answer {
        let id = self.send(request, &[]).await;
        let answer = self.read().await.expect("an answer");
        assert_eq!(answer.id, id);
        answer
    }

    /// Searches, and gives what was found and how it ended.
    pub(crate) async fn search(
        &mut self,
        request: &[u8],
        controls: &[u8],
    ) -> (Vec<Answer>, Answer) {
        let id = self.send(request, controls).await;
        let mut found = Vec::new();
        loop {
            let answer = self.read().await.expect("an answer");
            assert_eq!(answer.id, id);
            match answer.tag {
                0x65 => return (found, answer),
                _ => found.push(answer),
            }
        }
    }

    /// The first texts of what a search finds, which succeeds.
    pub(crate) async fn names(&mut self, base: &str, scope: u8, filter: &[u8]) -> Vec<String> {
        let (found, ended) = self.search(&search(base, scope, filter, &["1.1"]), &[]).await;
        assert_eq!(ended.code(), 0);
        found.iter().map(|entry| entry.texts()[0].clone()).collect()
    }

    /// Reads to the end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        rest
    }

    /// Reads so many bytes.
    pub(crate) async fn some(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes).await.unwrap();
        bytes
    }
}

pub(crate) async fn send(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
    stream.write_all(bytes).await.unwrap();
}

pub(crate) async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> Option<Answer> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await.ok()?;
    assert_eq!(head[0], 0x30);
    let length = match head[1] {
        short @ 0..0x80 => usize::from(short),
        0x84 => stream.read_u32().await.unwrap() as usize,
        other => panic!("{other:x}"),
    };
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.ok()?;
    assert_eq!(content[..2], [2, 1]);
    let (id, tag) = (content[2], content[3]);
    let mut parts = Vec::new();
    collect(&content[3..], &mut parts);
    Some(Answer { id, tag, parts })
}

/// The primitive elements within, in order.
fn collect(mut bytes: &[u8], parts: &mut Vec<Vec<u8>>) {
    while let [tag, length, rest @ ..] = bytes {
        let (length, rest) = match length {
            0x84 => (u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize, &rest[4..]),
            short => (usize::from(*short), rest),
        };
        let (content, after) = rest.split_at(length);
        if tag & 0x20 == 0 {
            parts.push(content.to_vec());
        } else {
            collect(content, parts);
        }
        bytes = after;
    }
}

/// An element of BER, short or long.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match content.len() {
        short @ 0..0x80 => bytes.push(u8::try_from(short).unwrap()),
        long => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(long).unwrap().to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}

pub(crate) fn message(id: u8, request: &[u8], controls: &[u8]) -> Vec<u8> {
    element(0x30, &[&[2, 1, id], request, controls].concat())
}

pub(crate) fn bind(name: &str, password: &str) -> Vec<u8> {
    let name = element(4, name.as_bytes());
    element(0x60, &[&[2, 1, 3], &name[..], &element(0x80, password.as_bytes())].concat())
}

pub(crate) fn start_tls() -> Vec<u8> {
    element(0x77, &element(0x80, b"1.3.6.1.4.1.1466.20037"))
}

pub(crate) fn search(base: &str, scope: u8, filter: &[u8], attributes: &[&str]) -> Vec<u8> {
    limited(base, scope, filter, attributes, 0, false)
}

pub(crate) fn limited(
    base: &str,
    scope: u8,
    filter: &[u8],
    attributes: &[&str],
    size_limit: u8,
    types_only: bool,
) -> Vec<u8> {
    let attributes: Vec<u8> =
        attributes.iter().flat_map(|name| element(4, name.as_bytes())).collect();
    let rest: &[u8] =
        &[0x0a, 1, scope, 0x0a, 1, 0, 2, 1, size_limit, 2, 1, 0, 1, 1, u8::from(types_only)];
    let parts = [&element(4, base.as_bytes()), rest, filter, &element(0x30, &attributes)].concat();
    element(0x63, &parts)
}

pub(crate) fn present(attribute: &str) -> Vec<u8> {
    element(0x87, attribute.as_bytes())
}

/// `attribute=value`, or another comparison of that form.
pub(crate) fn compare(tag: u8, attribute: &str, value: &str) -> Vec<u8> {
    element(tag, &[element(4, attribute.as_bytes()), element(4, value.as_bytes())].concat())
}

pub(crate) fn equal(attribute: &str, value: &str) -> Vec<u8> {
    compare(0xa3, attribute, value)
}

/// Talks with a directory of these words, and gives the journal without connections.
pub(crate) fn talk<F: Future<Output = ()>>(words: &str, test: impl FnOnce(World) -> F) {
    run(async {
        let world = world(&directory(words)).await;
        test(world).await;
    });
}

/// The journal's lines without connections.
pub(crate) fn lines(world: &World) -> Vec<String> {
    world.journal().lines().into_iter().filter(|line| !line.starts_with("tcp ")).collect()
}
