//! One connection: its faults, its TLS handshake, and then one request and one answer.
#![expect(clippy::disallowed_types, reason = "the lab is made of sockets")]

use std::{io, sync::Arc};

use rustls::server::Acceptor;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

use crate::{
    scenario::file::{ConnectionFault, Scheme},
    web::{Endpoint, respond},
};

/// Serves one accepted connection to its end.
pub(super) async fn serve(mut stream: TcpStream, endpoint: &Endpoint) -> io::Result<()> {
    let Endpoint { label, port, scheme, fault, journal, .. } = endpoint;
    journal.tcp(label, *port);
    match (fault, scheme) {
        (Some(ConnectionFault::Reset), _) => stream.set_zero_linger(),
        (Some(ConnectionFault::PlainText), _) => {
            if *scheme == Scheme::Https {
                journal.handshake(label, *port);
            }
            stream.write_all(b"220 hello\r\n").await?;
            drain(&mut stream).await
        }
        (Some(ConnectionFault::Silence), _) => drain(&mut stream).await,
        (_, Scheme::Http) => respond::converse(stream, endpoint, None).await,
        (fault, Scheme::Https) => {
            let cut = *fault == Some(ConnectionFault::CutHandshake);
            shake_hands(stream, endpoint, cut).await
        }
    }
}

async fn shake_hands(stream: TcpStream, endpoint: &Endpoint, cut: bool) -> io::Result<()> {
    let journal = &endpoint.journal;
    let start = match LazyConfigAcceptor::new(Acceptor::default(), stream).await {
        Ok(start) => start,
        // A client that connected and thought better of it.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
        Err(error) => {
            journal.handshake(&endpoint.label, endpoint.port);
            return Err(error);
        }
    };
    let server_name = start.client_hello().server_name().map(str::to_ascii_lowercase);
    let host = server_name.as_deref().unwrap_or(&endpoint.label);
    let handshake = journal.handshake(host, endpoint.port);
    if cut {
        return Ok(());
    }
    let site = server_name.as_deref().and_then(|name| endpoint.site(name));
    let config = site.or(endpoint.sites.first()).and_then(|site| site.tls.as_ref());
    let config = config.ok_or(io::ErrorKind::NotFound)?;
    let stream = start.into_stream(Arc::clone(config)).await?;
    journal.completed(handshake);
    respond::converse(stream, endpoint, server_name.as_deref()).await
}

/// A connection that HTTP is spoken on.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// Makes the connection end with a TCP reset when it is dropped.
    fn reset(&self) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn reset(&self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Stream for TlsStream<TcpStream> {
    fn reset(&self) -> io::Result<()> {
        self.get_ref().0.set_zero_linger()
    }
}

/// Reads and forgets until the peer closes.
pub(super) async fn drain(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
