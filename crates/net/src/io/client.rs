//! The HTTPS client: one exchange after the other, with a bound on each stage.
//!
//! No redirect is followed, no name is looked up. A connection is kept for a moment after a response
//! that was read whole; one over which somebody logged in is not.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use async_trait::async_trait;
use rustls::ClientConfig;
use tokio::time::{Instant, timeout_at};

use super::{
    binding,
    dial::Dialer,
    error::SetupError,
    roots::Roots,
    routes::Routes,
    tls::{self, server_name, shake},
};
use crate::{
    failure::Failure,
    http::{Exchange, HttpRequest, HttpResponse},
};

mod connection;
mod log_in;
mod message;
mod pool;

use connection::Connection;
use log_in::Proof;
use pool::{Origin, Pool};

/// An HTTP client for a program: it trusts the given roots and follows the given routes.
///
/// Clones share the TLS sessions that later connections resume, and the connections that are kept:
/// two for each scheme, host, port and set of addresses, sixteen in all, for five seconds. The last
/// clone closes them.
///
/// A kept connection that turns out to be closed, before a byte of the response has come, costs
/// nothing but the time: the request is sent once more, over a connection of its own.
#[derive(Clone, Debug)]
pub struct HttpsClient {
    dialer: Dialer,
    tls: Arc<ClientConfig>,
    pool: Pool<Connection>,
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
        Ok(Self { dialer: Dialer::new(routes), tls: Arc::new(tls), pool: Pool::new() })
    }

    /// Connects, and proves the certificate where the URL is https.
    async fn connect(
        &self,
        request: &HttpRequest,
        origin: &Origin,
        end: Instant,
    ) -> Result<Connection, Failure> {
        let (limits, Origin { host, port, .. }) = (&request.limits, origin);
        let time = limits.connect.min(remaining(end));
        let stream = self.dialer.connect(host, *port, &request.addresses, time).await?;
        if !origin.is_https {
            return Connection::new(stream, None).await;
        }
        let name = server_name(host.trim_start_matches('[').trim_end_matches(']'))?;
        let shaken = shake(Arc::clone(&self.tls), name, stream);
        let stream = timeout_at(end.min(Instant::now() + limits.tls), shaken)
            .await
            .unwrap_or(Err(Failure::TlsTimeout))?;
        let certificates = stream.get_ref().1.peer_certificates();
        let binding = certificates.and_then(|list| binding::server_end_point(list.first()?));
        Connection::new(stream, binding).await
    }

    /// Asks without a log-in, over a kept connection if there is one.
    async fn ask(
        &self,
        request: &HttpRequest,
        origin: Origin,
        end: Instant,
    ) -> Result<HttpResponse, Failure> {
        let kept = core::iter::from_fn(|| self.pool.take(&origin, Instant::now()))
            .find_map(|mut connection| connection.is_idle().then_some(connection));
        if let Some(mut connection) = kept {
            let ended = converse(&mut connection, request, end).await;
            // What a request asks for here does no harm when it is asked for again, even if the
            // server has read it before it closed.
            let is_lost = ended == Err(Failure::Closed) && !connection.has_heard();
            if !is_lost {
                return self.keep(connection, origin, ended);
            }
        }
        let mut connection = self.connect(request, &origin, end).await?;
        let ended = converse(&mut connection, request, end).await;
        self.keep(connection, origin, ended)
    }

    /// Keeps a connection if it can be used again, and gives what came over it.
    fn keep(
        &self,
        mut connection: Connection,
        origin: Origin,
        ended: Result<HttpResponse, Failure>,
    ) -> Result<HttpResponse, Failure> {
        if ended.is_ok() && connection.is_idle() {
            self.pool.put(origin, connection, Instant::now());
        }
        ended
    }
}

#[async_trait]
impl Exchange for HttpsClient {
    async fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        let end = Instant::now() + request.limits.exchange;
        let origin = Origin::of(request)?;
        // What cannot be sent is refused before anybody is disturbed.
        message::of(request, None, true)?;
        let Some(log_in) = &request.log_in else {
            return self.ask(request, origin, end).await;
        };
        let proof = Proof::of(request, log_in)?;
        let mut connection = self.connect(request, &origin, end).await?;
        timeout_at(end, proof.carry(&mut connection, request))
            .await
            .unwrap_or(Err(Failure::ExchangeTimeout))
    }
}

async fn converse(
    connection: &mut Connection,
    request: &HttpRequest,
    end: Instant,
) -> Result<HttpResponse, Failure> {
    let message = message::of(request, None, true)?;
    let work = connection.converse(message, request.limits.max_body);
    let (response, _) = timeout_at(end, work).await.unwrap_or(Err(Failure::ExchangeTimeout))?;
    Ok(response)
}

fn invalid(problem: impl Into<Box<dyn StdError + Send + Sync>>) -> Failure {
    Failure::InvalidRequest { detail: problem.into().to_string() }
}

fn remaining(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}
