//! One connection to a web server: requests over it, one after the other.
//!
//! Its bytes move while somebody waits for a response, and at no other time.

use core::{
    pin::{Pin, pin},
    task::{Context, Poll},
};
use std::{
    io::{self, IoSlice},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{
    FutureExt as _,
    future::{Either, Fuse, FusedFuture as _, select},
};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    client::conn::http1,
    header::{HeaderMap, LOCATION},
};
use hyper_util::rt::TokioIo;
use mailscout_ntlm::ChannelBinding;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    failure::Failure,
    http::HttpResponse,
    io::{diagnosis, headers},
};

/// What the bytes go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send {}

impl<S: AsyncRead + AsyncWrite + Send> Stream for S {}

/// One connection.
pub(super) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    work: Fuse<Pin<Box<Work>>>,
    has_heard: Arc<AtomicBool>,
    /// What ties a log-in to it, where that is defined.
    pub(super) binding: Option<ChannelBinding>,
}

/// What moves the bytes while it is polled.
type Work = http1::Connection<TokioIo<Ear>, Full<Bytes>>;

impl Connection {
    /// Speaks HTTP over an open stream.
    pub(super) async fn new(
        stream: impl Stream + 'static,
        binding: Option<ChannelBinding>,
    ) -> Result<Self, Failure> {
        let has_heard = Arc::new(AtomicBool::new(false));
        let ear = Ear { stream: Box::pin(stream), has_heard: Arc::clone(&has_heard) };
        let (sender, work) = http1::Builder::new()
            .max_header_size(MAX_HEADER)
            .max_buf_size(MAX_HEADER)
            .max_headers(MAX_FIELDS)
            .handshake(TokioIo::new(ear))
            .await
            .map_err(|error| diagnosis::exchange(&error))?;
        Ok(Self { sender, work: Box::pin(work).fuse(), has_heard, binding })
    }

    /// Sends a request and reads the response.
    pub(super) async fn converse(
        &mut self,
        message: Request<Full<Bytes>>,
        max_body: usize,
    ) -> Result<(HttpResponse, HeaderMap), Failure> {
        self.has_heard.store(false, Ordering::Relaxed);
        let sender = &mut self.sender;
        let exchange = async {
            let response = sender.send_request(message).await;
            read(response.map_err(|error| diagnosis::exchange(&error))?, max_body).await
        };
        // The connection moves the bytes; when it is done, what it has left is still to be read.
        match select(pin!(exchange), &mut self.work).await {
            Either::Left((response, _)) => response,
            Either::Right((_, exchange)) => exchange.await,
        }
    }

    /// Whether a byte has come since the last request began to be sent.
    pub(super) fn has_heard(&self) -> bool {
        self.has_heard.load(Ordering::Relaxed)
    }

    /// Whether it is open as far as anybody can tell, and nothing is under way or has come unasked.
    pub(super) fn is_idle(&mut self) -> bool {
        let is_open = (&mut self.work).now_or_never().is_none() && !self.work.is_terminated();
        is_open && self.sender.is_ready()
    }
}

/// Reads a response. The body of a redirect is left where it is: nobody needs it, and a broken one
/// must not hide where the redirect leads.
async fn read(
    response: Response<Incoming>,
    max_body: usize,
) -> Result<(HttpResponse, HeaderMap), Failure> {
    let (head, body) = response.into_parts();
    let body = if head.status.is_redirection() && head.headers.contains_key(LOCATION) {
        Vec::new()
    } else {
        read_body(body, max_body).await?
    };
    let response = HttpResponse {
        status: head.status.as_u16(),
        location: headers::location(&head.headers),
        content_encoding: headers::content_encoding(&head.headers),
        challenges: headers::challenges(&head.headers),
        body,
    };
    Ok((response, head.headers))
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

/// A stream that notes whether anything came.
struct Ear {
    stream: Pin<Box<dyn Stream>>,
    has_heard: Arc<AtomicBool>,
}

impl AsyncRead for Ear {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = self.stream.as_mut().poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.has_heard.store(true, Ordering::Relaxed);
        }
        read
    }
}

impl AsyncWrite for Ear {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.as_mut().poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}

/// Bytes of header that are read.
const MAX_HEADER: usize = 64 * 1024;

/// Header fields that are read.
const MAX_FIELDS: usize = 100;
