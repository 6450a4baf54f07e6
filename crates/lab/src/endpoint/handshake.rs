//! The TLS handshake: the certificate by server name, and the failures in the journal.
#![expect(clippy::disallowed_types, reason = "the lab is made of sockets")]

use std::{io, sync::Arc};

use rustls::server::Acceptor;
use tokio::net::TcpStream;
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

use crate::endpoint::Endpoint;

/// A connection inside TLS, and the server name that the client sent, lower-case.
type Secured = (TlsStream<TcpStream>, Option<String>);

/// Shakes hands; none when the client left before it began or when the handshake is to be cut.
///
/// `talk` is the number of the conversation with a mail server.
pub(crate) async fn shake_hands(
    stream: TcpStream,
    endpoint: &Endpoint,
    talk: Option<usize>,
    cut: bool,
) -> io::Result<Option<Secured>> {
    let journal = &endpoint.journal;
    let start = match LazyConfigAcceptor::new(Acceptor::default(), stream).await {
        Ok(start) => start,
        // A client that connected and thought better of it.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => {
            journal.handshake(&endpoint.label, endpoint.port, talk);
            return Err(error);
        }
    };
    let server_name = start.client_hello().server_name().map(str::to_ascii_lowercase);
    let host = server_name.as_deref().unwrap_or(&endpoint.label);
    let handshake = journal.handshake(host, endpoint.port, talk);
    if cut {
        return Ok(None);
    }
    let config = endpoint.chosen(server_name.as_deref()).and_then(|site| site.tls.as_ref());
    let config = config.ok_or(io::ErrorKind::NotFound)?;
    let stream = start.into_stream(Arc::clone(config)).await?;
    journal.completed(handshake);
    Ok(Some((stream, server_name)))
}
