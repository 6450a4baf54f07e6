//! A request as the HTTP library takes it.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request,
    header::{AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderValue, PROXY_AUTHORIZATION},
};

use super::invalid;
use crate::{
    failure::Failure,
    http::{HttpRequest, Method},
};

/// The request, with the field that proves who asks, and with its body or without.
pub(super) fn of(
    request: &HttpRequest,
    authorization: Option<HeaderValue>,
    with_body: bool,
) -> Result<Request<Full<Bytes>>, Failure> {
    let url = &request.url;
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
    let mut message = Request::builder().method(method).uri(target).header(HOST, host);
    for (name, value) in &request.headers {
        let is_credential = [AUTHORIZATION, PROXY_AUTHORIZATION]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known.as_str()));
        if is_credential {
            return Err(invalid("credentials are no header field here, but a log-in"));
        }
        message = message.header(*name, value);
    }
    if let Some(value) = authorization {
        message = message.header(AUTHORIZATION, value);
    }
    let body = if with_body { request.body.clone() } else { Vec::new() };
    // Without it some servers answer 411 (RFC 9110 section 8.6); the library is silent about nothing.
    if body.is_empty() && request.method == Method::Post {
        message = message.header(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    message.body(Full::from(body)).map_err(invalid)
}
