//! Servers on loopback that say what a test tells them to, and requests to them.

use std::{net::SocketAddr, sync::Arc};

use mailscout_net::{
    failure::Failure,
    http::{Exchange as _, HttpLimits, HttpRequest, HttpResponse, Method},
    io::{client::HttpsClient, roots::Roots, routes::Routes},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

use crate::{certificates::Authority, millis};

/// Runs a handler for each connection; the address is where.
pub(crate) async fn serve<H, F>(handler: H) -> SocketAddr
where
    H: Fn(TcpStream) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handler(stream));
        }
    });
    address
}

/// Answers each request head with these bytes, then keeps the connection open.
pub(crate) async fn answer(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes = bytes.into();
    serve(move |mut stream| {
        let bytes = bytes.clone();
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(&bytes).await;
            hold(stream).await;
        }
    })
    .await
}

/// Answers each request head with these bytes, then closes.
pub(crate) async fn answer_and_close(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes = bytes.into();
    serve(move |mut stream| {
        let bytes = bytes.clone();
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            hold(stream).await;
        }
    })
    .await
}

/// Speaks TLS, and runs a handler for each connection whose handshake succeeds.
pub(crate) async fn serve_inside_tls<H, F>(config: ServerConfig, handler: H) -> SocketAddr
where
    H: Fn(TlsStream<TcpStream>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |stream| {
        let (acceptor, handler) = (acceptor.clone(), handler.clone());
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                handler(stream).await;
            }
        }
    })
    .await
}

/// Speaks TLS, and HTTP with one short answer inside.
pub(crate) async fn serve_tls(config: ServerConfig) -> SocketAddr {
    serve_inside_tls(config, |mut stream| async move {
        read_head(&mut stream).await;
        let kind = format!("{:?}", stream.get_ref().1.handshake_kind().unwrap());
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{kind}", kind.len());
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    })
    .await
}

/// Never answers a SYN: its queue is full. The streams keep it so.
pub(crate) async fn saturated() -> (SocketAddr, impl Drop) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut streams = Vec::new();
    while let Ok(stream) = tokio::time::timeout(millis(100), TcpStream::connect(address)).await {
        streams.push(stream.unwrap());
        assert!(streams.len() < 64, "the queue never fills");
    }
    (address, Guard(listener, streams))
}

/// An address where nobody listens.
pub(crate) async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

#[expect(dead_code, reason = "held, not read")]
struct Guard(TcpListener, Vec<TcpStream>);

impl Drop for Guard {
    fn drop(&mut self) {}
}

/// Reads a request head, with the blank line.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// Waits until the peer has gone.
pub(crate) async fn hold(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

/// Short limits: 3 s in all, 1000 bytes of body.
pub(crate) fn limits() -> HttpLimits {
    let mut limits = HttpLimits::default();
    limits.exchange = millis(3000);
    limits.max_body = 1000;
    limits
}

/// A request to a name on loopback: `https://contoso.test/x` goes to the server's port.
pub(crate) fn request(method: Method, url: &str, server: SocketAddr) -> HttpRequest {
    let mut url: url::Url = url.parse().unwrap();
    url.set_port(Some(server.port())).unwrap();
    HttpRequest::new(method, url, vec![server.ip()], limits())
}

pub(crate) fn client() -> HttpsClient {
    client_of(&Authority::new("someone"))
}

/// A client that trusts this authority alone.
pub(crate) fn client_of(authority: &Authority) -> HttpsClient {
    let mut roots = Roots::none();
    roots.add_pem(authority.pem().as_bytes(), "the lab").unwrap();
    HttpsClient::new(&roots, Routes::default()).unwrap()
}

/// GETs `http://contoso.test/` from a server, or another URL.
pub(crate) async fn get(server: SocketAddr) -> Result<HttpResponse, Failure> {
    let request = request(Method::Get, "http://contoso.test/", server);
    client().exchange(&request).await
}
