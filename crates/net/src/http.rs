//! One HTTP exchange: a request, its response, and the trait of who can carry it out.

use core::{fmt, net::IpAddr, time::Duration};
use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use crate::failure::Failure;

mod log_in;

pub use log_in::{Challenge, HttpLogIn, HttpScheme, NtlmScheme};

/// The method of a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
        })
    }
}

/// One request. No redirect is followed.
///
/// It may be sent twice, over two connections: whatever it asks for must do no harm when it is asked
/// for again.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// An http or https URL with a host name.
    pub url: Url,
    /// Where to connect: the addresses that were looked up and checked for the URL's host. Nobody
    /// looks the host up again.
    pub addresses: Vec<IpAddr>,
    /// Header fields beside `Host` and `Content-Length`, which the client adds. `Authorization` is
    /// none of them: it is made of `log_in`.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// What proves who asks; `None` for nobody. Nothing is sent with it but over https. A copy of the
    /// request shares it: the secret stays in one place.
    pub log_in: Option<Arc<HttpLogIn>>,
    /// Bounds on time and size.
    pub limits: HttpLimits,
}

impl HttpRequest {
    /// A request without header fields and body.
    pub fn new(method: Method, url: Url, addresses: Vec<IpAddr>, limits: HttpLimits) -> Self {
        Self { method, url, addresses, headers: Vec::new(), body: Vec::new(), log_in: None, limits }
    }
}

impl fmt::Display for HttpRequest {
    /// Writes `POST https://contoso.example/autodiscover/autodiscover.xml`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

/// Bounds on one exchange.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct HttpLimits {
    /// The TCP handshake, over all addresses.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// The whole exchange, from the first SYN to the last byte.
    pub exchange: Duration,
    /// Bytes of body that are read; a longer body fails.
    pub max_body: usize,
}

impl Default for HttpLimits {
    /// 5 s, 5 s, 10 s, 512 KiB.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            tls: Duration::from_secs(5),
            exchange: Duration::from_secs(10),
            max_body: 512 * 1024,
        }
    }
}

/// A response, whatever its status. Over https it came with a valid certificate for the URL's
/// host: everything else is a [`Failure`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// `Location`, as it stood there.
    pub location: Option<String>,
    /// `Content-Encoding`, where there is one other than `identity`.
    pub content_encoding: Option<String>,
    /// The challenges in `WWW-Authenticate`, in their order, each scheme once.
    pub challenges: Vec<Challenge>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response with a status and a body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }
}

/// Somebody who can carry out an HTTP exchange.
#[async_trait]
pub trait Exchange: fmt::Debug + Send + Sync {
    /// Carries out one exchange within its limits: connects to one of the addresses, proves the
    /// certificate where the URL is https, and follows no redirect.
    ///
    /// A request with a log-in is sent over https or not at all. Where the log-in takes several
    /// messages they are exchanged here, over one connection; that the server refused it is a
    /// response with the status 401.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that says at which stage it ended and why.
    async fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, Failure>;
}
