//! One accepted connection: the faults that come before any protocol, then the protocol.
#![expect(clippy::disallowed_types, reason = "the lab is made of sockets")]

use std::io;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

use crate::{
    directory,
    endpoint::{Endpoint, shake_hands},
    mail,
    scenario::file::{Fault, Scheme},
    web,
};

/// Serves one accepted connection to its end.
pub(super) async fn serve(stream: TcpStream, endpoint: &Endpoint) -> io::Result<()> {
    let Endpoint { label, port, scheme, fault, journal, .. } = endpoint;
    if let Some(protocol) = scheme.protocol() {
        return mail::serve(stream, endpoint, journal.talk(label, *port, protocol)).await;
    }
    if *scheme == Scheme::Ldap {
        return directory::serve(stream, endpoint, journal.directory_talk(label, *port)).await;
    }
    journal.tcp(label, *port);
    match fault {
        Some(Fault::Reset) => stream.set_zero_linger(),
        Some(Fault::PlainText) => speak_plainly(stream, endpoint).await,
        Some(Fault::Silence) => drain(&mut { stream }).await,
        _ if *scheme == Scheme::Http => web::converse(stream, endpoint, None).await,
        fault => {
            let cut = *fault == Some(Fault::CutHandshake);
            match shake_hands(stream, endpoint, None, cut).await? {
                Some((stream, name)) => web::converse(stream, endpoint, name.as_deref()).await,
                None => Ok(()),
            }
        }
    }
}

/// Speaks like a mail server where TLS is expected.
async fn speak_plainly(mut stream: TcpStream, endpoint: &Endpoint) -> io::Result<()> {
    if endpoint.scheme == Scheme::Https {
        endpoint.journal.handshake(&endpoint.label, endpoint.port, None);
    }
    stream.write_all(b"220 hello\r\n").await?;
    drain(&mut stream).await
}

/// A connection that a protocol is spoken on.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
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
pub(crate) async fn drain(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}

/// Closes this side, then waits for the other, so that no answer is lost to a reset.
pub(crate) async fn finish(stream: &mut impl Stream) -> io::Result<()> {
    stream.shutdown().await?;
    drain(stream).await
}
