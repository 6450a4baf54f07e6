//! Opens the connections on which mail servers are spoken to.
//!
//! No mail protocol is known here, and nothing is read that was not asked for.

use std::{
    io::{self, ErrorKind},
    mem,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use super::{diagnosis, dial::Dialer, error::SetupError, roots::Roots, routes::Routes};
use crate::{
    connect::{Certificates, Connect, Connection, Target, TlsFacts},
    failure::Failure,
};

mod facts;
mod handshake;
mod insecure;

use handshake::Handshaker;

/// Opens connections for a program: it trusts the given roots and follows the given routes.
///
/// No TLS session is ever resumed: each handshake comes with a certificate and a verdict on it.
#[derive(Clone, Debug)]
pub struct Connector {
    dialer: Dialer,
    handshaker: Arc<Handshaker>,
}

impl Connector {
    /// A connector.
    ///
    /// # Errors
    ///
    /// [`SetupError::NoRoots`] if no authority is trusted, [`SetupError::Tls`] if the TLS library
    /// refuses them.
    pub fn new(roots: &Roots, routes: Routes) -> Result<Self, SetupError> {
        let handshaker = Arc::new(Handshaker::new(roots)?);
        Ok(Self { dialer: Dialer::new(routes), handshaker })
    }
}

#[async_trait]
impl Connect for Connector {
    async fn connect(
        &self,
        target: &Target,
        deadline: Duration,
    ) -> Result<Box<dyn Connection>, Failure> {
        let Target { host, port, addresses } = target;
        let stream = self.dialer.connect(host, *port, addresses, deadline).await?;
        Ok(Box::new(Link {
            host: host.clone(),
            handshaker: Arc::clone(&self.handshaker),
            local_address: ip(stream.local_addr()),
            peer_address: ip(stream.peer_addr()),
            stream: Stream::Clear(stream),
        }))
    }
}

/// One connection.
#[derive(Debug)]
struct Link {
    /// Whom the certificate must be for.
    host: String,
    handshaker: Arc<Handshaker>,
    local_address: Option<IpAddr>,
    peer_address: Option<IpAddr>,
    stream: Stream,
}

/// What the bytes go through. The streams hold no byte that was received in clear text: a handshake
/// begins with whatever the system has.
#[derive(Debug)]
enum Stream {
    Clear(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// It was closed, or its handshake was not brought to an end.
    Gone,
}

#[async_trait]
impl Connection for Link {
    fn local_address(&self) -> Option<IpAddr> {
        self.local_address
    }

    fn peer_address(&self) -> Option<IpAddr> {
        self.peer_address
    }

    async fn start_tls(
        &mut self,
        certificates: Certificates,
        deadline: Duration,
    ) -> Result<TlsFacts, Failure> {
        // Whoever drops this future, or comes too late, has no connection any more.
        let stream = match mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Clear(stream) => stream,
            Stream::Tls(_) => {
                return Err(Failure::Handshake { detail: "there is TLS already".to_owned() });
            }
            Stream::Gone => return Err(Failure::Closed),
        };
        let started = self.handshaker.start(stream, &self.host, certificates);
        let (stream, facts) =
            timeout(deadline, started).await.unwrap_or(Err(Failure::TlsTimeout))?;
        self.stream = Stream::Tls(Box::new(stream));
        Ok(facts)
    }

    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let read = match &mut self.stream {
            Stream::Clear(stream) => stream.read(buffer).await,
            Stream::Tls(stream) => stream.read(buffer).await,
            Stream::Gone => Ok(0),
        };
        match read {
            // Many mail servers close TLS without a word.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            read => read.map_err(|error| diagnosis::connection(&error)),
        }
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let sent = match &mut self.stream {
            Stream::Clear(stream) => send(stream, bytes).await,
            Stream::Tls(stream) => send(stream.as_mut(), bytes).await,
            Stream::Gone => return Err(Failure::Closed),
        };
        sent.map_err(|error| diagnosis::connection(&error))
    }

    async fn close(&mut self) {
        let closed = match mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Clear(mut stream) => timeout(MAX_CLOSING, stream.shutdown()).await,
            Stream::Tls(mut stream) => timeout(MAX_CLOSING, stream.shutdown()).await,
            Stream::Gone => return,
        };
        // Whether the other side took notice is its own affair.
        drop(closed);
    }
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

fn ip(address: io::Result<SocketAddr>) -> Option<IpAddr> {
    address.ok().map(|address| address.ip())
}

/// How long the goodbye of TLS may wait for a place to be written to: as a rule not at all.
const MAX_CLOSING: Duration = Duration::from_millis(100);
