//! Reading one HTTP/1.1 request, strictly.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::scenario::file::Scheme;

/// A request as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// What is wrong with it, if anything; such a request is answered 400.
    pub(super) problem: Option<&'static str>,
}

impl Request {
    /// Reads a request; none when the client closed without a byte.
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut buffer = Vec::new();
        loop {
            let mut request = Self::default();
            match request.parse_head(&buffer) {
                Ok(Some(length)) => {
                    let body = buffer.split_off(length);
                    request.read_body(stream, body).await?;
                    return Ok(Some(request));
                }
                Ok(None) if buffer.len() > MAX_HEAD => {
                    request.problem = Some("the header is too long");
                    return Ok(Some(request));
                }
                Ok(None) => {}
                Err(_) => {
                    request.problem = Some("not an HTTP request");
                    return Ok(Some(request));
                }
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                request.problem = Some("the request is cut off");
                return Ok(Some(request).filter(|_| !buffer.is_empty()));
            }
        }
    }

    /// The values of a header.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        let matching = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        matching.map(|(_, value)| value.as_str()).collect()
    }

    /// The host name, lower-case and without brackets, when the Host header is the one for this port.
    pub(super) fn host(&self, scheme: Scheme, port: u16) -> Result<String, &'static str> {
        let [value] = self.values("host")[..] else {
            return Err("there is not one Host header");
        };
        let numeric = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let (name, named) = match value.rsplit_once(':').filter(|(_, port)| numeric(port)) {
            Some((name, named)) => (name, named.parse::<u16>().ok()),
            None => (value, scheme.web_port()),
        };
        if named != Some(port) {
            return Err("the Host header is for another port");
        }
        let name = name.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_:".contains(&b);
        if name.is_empty() || !name.bytes().all(plain) {
            return Err("the Host header is malformed");
        }
        Ok(name)
    }

    /// Whether the client wants nothing more on this connection.
    pub(super) fn is_last(&self) -> bool {
        let values = self.values("connection");
        let mut words = values.iter().flat_map(|value| value.split(','));
        words.any(|word| word.trim().eq_ignore_ascii_case("close"))
    }

    /// Reads the head if it is whole, and gives its length.
    fn parse_head(&mut self, buffer: &[u8]) -> Result<Option<usize>, httparse::Error> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let status = head.parse(buffer)?;
        head.method.unwrap_or_default().clone_into(&mut self.method);
        head.path.unwrap_or_default().clone_into(&mut self.target);
        let httparse::Status::Complete(length) = status else {
            return Ok(None);
        };
        self.headers = head
            .headers
            .iter()
            .map(|header| {
                (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
            })
            .collect();
        if head.version != Some(1) {
            self.problem = Some("not HTTP/1.1");
        } else if !self.target.starts_with('/') {
            self.problem = Some("the target is not a path");
        }
        Ok(Some(length))
    }

    async fn read_body(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
        begun: Vec<u8>,
    ) -> io::Result<()> {
        self.body = begun;
        let length = match self.body_length() {
            Ok(length) => length,
            Err(problem) => {
                self.problem = self.problem.or(Some(problem));
                return Ok(());
            }
        };
        while self.body.len() < length {
            if stream.read_buf(&mut self.body).await? == 0 {
                self.problem = Some("the body is cut off");
                return Ok(());
            }
        }
        if self.body.len() > length {
            self.problem = Some("there are bytes after the body");
        }
        Ok(())
    }

    fn body_length(&self) -> Result<usize, &'static str> {
        if !self.values("transfer-encoding").is_empty() {
            return Err("the body has a Transfer-Encoding");
        }
        let length = match self.values("content-length")[..] {
            [] if self.method == "POST" => return Err("a POST without Content-Length"),
            [] => 0,
            [value] => value.parse().map_err(|_| "the Content-Length is malformed")?,
            _ => return Err("there are several Content-Length headers"),
        };
        if length > MAX_BODY {
            return Err("the body is too long");
        }
        Ok(length)
    }
}

const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;
const MAX_BODY: usize = 64 * 1024;
