//! The HTTPS client: one exchange over one connection, with a bound on each stage.
//!
//! No redirect is followed, no connection is kept, no name is looked up.

use std::{
    error::Error as StdError,
    future::{self, Ready},
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    Request, Response, Uri,
    body::{Body as _, Incoming},
    client::conn::http1,
    header::{CONNECTION, HOST, HeaderValue, LOCATION},
    rt::{Read, Write},
};
use hyper_rustls::HttpsConnector;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tower_service::Service;

use super::{
    diagnosis, dial::Dialer, error::SetupError, headers, roots::Roots, routes::Routes, tls,
};
use crate::{
    failure::Failure,
    http::{Exchange, HttpRequest, HttpResponse, Method},
};

/// An HTTP client for a program: it trusts the given roots and follows the given routes.
///
/// Clones share the TLS sessions that later connections resume.
#[derive(Clone, Debug)]
pub struct HttpsClient {
    dialer: Dialer,
    tls: Arc<ClientConfig>,
}

impl HttpsClient {
    /// A client.
    ///
    /// # Errors
    ///
    /// [`SetupError::NoRoots`] if no authority is trusted, [`SetupError::Tls`] if the TLS library
    /// refuses them.
    pub fn new(roots: &Roots, routes: Routes) -> Result<Self, SetupError> {
        let tls = tls::config(tls::verifier(roots)?)?;
        Ok(Self { dialer: Dialer::new(routes), tls: Arc::new(tls) })
    }

    /// Connects, and proves the certificate where the URL is https.
    async fn connect(
        &self,
        request: &HttpRequest,
        end: Instant,
    ) -> Result<impl Read + Write + Send + Unpin + use<>, Failure> {
        let (limits, url) = (&request.limits, &request.url);
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(invalid("the URL has no host"));
        };
        let time = limits.connect.min(remaining(end));
        let stream = self.dialer.connect(host, port, &request.addresses, time).await?;
        let uri: Uri = format!("{}://{host}/", url.scheme()).parse().map_err(invalid)?;
        let connected = Connected(Some(TokioIo::new(stream)));
        let mut connector = HttpsConnector::from((connected, Arc::clone(&self.tls)));
        match timeout_at(end.min(Instant::now() + limits.tls), connector.call(uri)).await {
            Ok(ended) => ended.map_err(|error| diagnosis::handshake(error.as_ref())),
            Err(_elapsed) => Err(Failure::TlsTimeout),
        }
    }
}

#[async_trait]
impl Exchange for HttpsClient {
    async fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        let end = Instant::now() + request.limits.exchange;
        let message = message(request)?;
        let stream = self.connect(request, end).await?;
        timeout_at(end, converse(stream, message, request.limits.max_body))
            .await
            .unwrap_or(Err(Failure::ExchangeTimeout))
    }
}

/// Sends the request over the connection and reads the response.
async fn converse(
    stream: impl Read + Write + Send + Unpin,
    message: Request<Full<Bytes>>,
    max_body: usize,
) -> Result<HttpResponse, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_header_size(MAX_HEADER)
        .max_buf_size(MAX_HEADER)
        .max_headers(MAX_FIELDS)
        .handshake(stream)
        .await
        .map_err(|error| diagnosis::exchange(&error))?;
    let work = async {
        let response = sender.send_request(message).await;
        read(response.map_err(|error| diagnosis::exchange(&error))?, max_body).await
    };
    // The connection moves the bytes; when it is done, what it has left is still to be read.
    match select(pin!(work), pin!(connection)).await {
        Either::Left((response, _)) => response,
        Either::Right((_, work)) => work.await,
    }
}

/// Reads a response. The body of a redirect is left where it is: nobody needs it, and a broken one
/// must not hide where the redirect leads.
async fn read(response: Response<Incoming>, max_body: usize) -> Result<HttpResponse, Failure> {
    let (head, body) = response.into_parts();
    let body = if head.status.is_redirection() && head.headers.contains_key(LOCATION) {
        Vec::new()
    } else {
        read_body(body, max_body).await?
    };
    Ok(HttpResponse {
        status: head.status.as_u16(),
        location: headers::location(&head.headers),
        content_encoding: headers::content_encoding(&head.headers),
        challenges: headers::challenges(&head.headers),
        body,
    })
}

async fn read_body(body: Incoming, max_body: usize) -> Result<Vec<u8>, Failure> {
    let announced = usize::try_from(body.size_hint().lower());
    if announced.is_ok_and(|announced| announced <= max_body) {
        let read = Limited::new(body, max_body).collect().await;
        return match read {
            Ok(body) => Ok(body.to_bytes().into()),
            Err(error) if error.is::<LengthLimitError>() => Err(Failure::BodyTooLarge { max_body }),
            Err(error) => Err(error.downcast_ref().map_or(Failure::Closed, diagnosis::exchange)),
        };
    }
    Err(Failure::BodyTooLarge { max_body })
}

/// The request as the HTTP library takes it.
fn message(request: &HttpRequest) -> Result<Request<Full<Bytes>>, Failure> {
    let url = &request.url;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("the URL is neither http nor https"));
    }
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => return Err(invalid("the URL has no host")),
    };
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
    };
    let mut message = Request::builder()
        .method(method)
        .uri(target)
        .header(HOST, host)
        .header(CONNECTION, HeaderValue::from_static("close"));
    for (name, value) in &request.headers {
        message = message.header(*name, value);
    }
    message.body(Full::from(request.body.clone())).map_err(invalid)
}

fn invalid(problem: impl Into<Box<dyn StdError + Send + Sync>>) -> Failure {
    Failure::InvalidRequest { detail: problem.into().to_string() }
}

fn remaining(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}

/// A connector that hands out one connection, which is open already.
struct Connected(Option<TokioIo<TcpStream>>);

impl Service<Uri> for Connected {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Ready<io::Result<TokioIo<TcpStream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let stream = self.0.take();
        future::ready(stream.ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}

/// Bytes of header that are read.
const MAX_HEADER: usize = 64 * 1024;

/// Header fields that are read.
const MAX_FIELDS: usize = 100;
