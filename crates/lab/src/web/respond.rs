//! Answering one request: the virtual host, the route, the journal, and the bytes.
#![expect(clippy::disallowed_methods, reason = "a slow server sleeps")]

use std::{collections::BTreeMap, io, time::Duration};

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{
    endpoint::{Endpoint, Site, Stream, finish},
    journal::{HttpExchange, HttpLogIn},
    scenario::file::{HttpRoute, ResponseFault},
    web::{
        faults,
        log_in::{self, Ruling, Visitor},
        request::Request,
    },
};

/// Reads a request, writes it down, answers it, and waits for the client to close.
///
/// Where somebody has to log in, further requests may follow on the same connection.
pub(crate) async fn converse(
    mut stream: impl Stream,
    endpoint: &Endpoint,
    server_name: Option<&str>,
) -> io::Result<()> {
    let mut visitor = Visitor::new()?;
    loop {
        let Some(request) = Request::read(&mut stream).await? else {
            return Ok(());
        };
        match answer(&mut stream, endpoint, server_name, &request, &mut visitor).await? {
            Next::Request => {}
            Next::End => return finish(&mut stream).await,
            Next::Fault(route, fault) => return faults::write(stream, route, fault).await,
        }
    }
}

/// What follows an answer.
enum Next<'a> {
    Request,
    End,
    /// There was none, and this goes wrong instead.
    Fault(&'a HttpRoute, ResponseFault),
}

/// Answers one request.
async fn answer<'a>(
    stream: &mut impl Stream,
    endpoint: &'a Endpoint,
    server_name: Option<&str>,
    request: &Request,
    visitor: &mut Visitor<'a>,
) -> io::Result<Next<'a>> {
    let (site, host) = match choose(endpoint, request, server_name) {
        Ok(chosen) => chosen,
        Err((status, problem)) => {
            let answer = format!("{status} ({problem})");
            write_down(endpoint, request, &endpoint.label, answer, log_in::unasked(request));
            write_page(stream, status, problem, &[], After::Close).await?;
            return Ok(Next::End);
        }
    };
    let keeps = site.routes.iter().any(|route| route.gate.is_some()) && !request.is_last();
    let after = if keeps { After::Request } else { After::Close };
    let Some(route) = site.routes.iter().find(|route| fits(route, request)) else {
        write_down(endpoint, request, &host, "404".to_owned(), log_in::unasked(request));
        write_page(stream, 404, "nothing is kept at this address", &[], after).await?;
        return Ok(after.next());
    };
    let own = site.names.first().filter(|name| !name.contains('*')).unwrap_or(&host);
    let (ruling, log_in) = visitor.meet(route.gate.as_ref(), request, own, endpoint.port);
    let (status, sentence, challenges, after) = match ruling {
        Ruling::Welcome => {
            return give(stream, endpoint, route, request, (host, log_in), after).await;
        }
        Ruling::Refused(challenges) => (401, "log in first", challenges, after),
        Ruling::CutOff(challenges) => (401, "log in first", challenges, After::Silently),
        Ruling::Forbidden => (403, "this is not for you", Vec::new(), after),
        Ruling::Unavailable => (503, "nobody can log in now", Vec::new(), after),
    };
    write_down(endpoint, request, &host, status.to_string(), log_in);
    write_page(stream, status, sentence, &challenges, after).await?;
    Ok(after.next())
}

/// Answers as the route has it.
async fn give<'a>(
    stream: &mut impl Stream,
    endpoint: &Endpoint,
    route: &'a HttpRoute,
    request: &Request,
    (host, log_in): (String, Option<HttpLogIn>),
    after: After,
) -> io::Result<Next<'a>> {
    let answer = route.fault.map_or_else(|| route.status().to_string(), |fault| fault.to_string());
    write_down(endpoint, request, &host, answer, log_in);
    if route.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(route.delay_ms)).await;
    }
    if let Some(fault) = route.fault {
        return Ok(Next::Fault(route, fault));
    }
    let head = head(route.status(), &headers(route, Some(route.content.len())), after);
    write_all(stream, &[&head, &route.content]).await?;
    Ok(after.next())
}

/// What becomes of the connection behind an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// It is closed, and the answer says so.
    Close,
    /// It is closed, and the answer does not say so.
    Silently,
    /// Another request may come.
    Request,
}

impl After {
    fn next<'a>(self) -> Next<'a> {
        if self == Self::Request { Next::Request } else { Next::End }
    }
}

/// The virtual host that a good request is for, and its name; else the status and what is wrong.
fn choose<'a>(
    endpoint: &'a Endpoint,
    request: &Request,
    server_name: Option<&str>,
) -> Result<(&'a Site, String), (u16, &'static str)> {
    if let Some(problem) = request.problem {
        return Err((400, problem));
    }
    let host = request.host(endpoint.scheme, endpoint.port).map_err(|problem| (400, problem))?;
    if server_name.is_some_and(|name| name != host) {
        return Err((421, "Host and TLS server name differ"));
    }
    let site = endpoint.site(&host).ok_or((421, "this host is not served here"))?;
    Ok((site, host))
}

fn fits(route: &HttpRoute, request: &Request) -> bool {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    route.method.as_ref().is_none_or(|method| *method == request.method)
        && route.path.as_deref().is_none_or(|wanted| wanted == path)
        && route.query.as_deref().is_none_or(|wanted| query.contains(wanted))
}

fn write_down(
    endpoint: &Endpoint,
    request: &Request,
    host: &str,
    answer: String,
    log_in: Option<HttpLogIn>,
) {
    let Endpoint { scheme, port, .. } = endpoint;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let port = if Some(*port) == scheme.web_port() { String::new() } else { format!(":{port}") };
    let method = if request.method.is_empty() { "?" } else { &request.method };
    endpoint.journal.http(HttpExchange {
        method: method.to_owned(),
        url: format!("{scheme}://{host}{port}{}", request.target),
        headers: request.headers.iter().map(log_in::hidden).collect(),
        body: request.body.clone(),
        answer,
        log_in,
    });
}

/// A small page that a browser can show.
async fn write_page(
    stream: &mut (impl AsyncWrite + Unpin),
    status: u16,
    sentence: &str,
    challenges: &[String],
    after: After,
) -> io::Result<()> {
    let reason = reason(status);
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{status} {reason}</title></head>\
         <body><h1>{reason}</h1><p>{sentence}</p></body></html>\n"
    );
    let headers = BTreeMap::from([
        ("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned()),
        ("Content-Length".to_owned(), page.len().to_string()),
    ]);
    let lines = challenges.iter().map(|challenge| format!("WWW-Authenticate: {challenge}\r\n"));
    let head = head_with(status, &headers, &lines.collect::<String>(), after);
    write_all(stream, &[&head, page.as_bytes()]).await
}

/// The headers of a route with their defaults.
pub(super) fn headers(route: &HttpRoute, length: Option<usize>) -> BTreeMap<String, String> {
    let mut headers = route.headers.clone();
    let named = |name: &str| route.headers.keys().any(|known| known.eq_ignore_ascii_case(name));
    if !route.content.is_empty() && !named("Content-Type") {
        headers.insert("Content-Type".to_owned(), "text/xml; charset=utf-8".to_owned());
    }
    if let Some(length) = length.filter(|_| !named("Content-Length")) {
        headers.insert("Content-Length".to_owned(), length.to_string());
    }
    headers
}

/// The status line and the header lines, with the empty line that ends them.
pub(super) fn head(status: u16, headers: &BTreeMap<String, String>, after: After) -> Vec<u8> {
    head_with(status, headers, "", after)
}

fn head_with(
    status: u16,
    headers: &BTreeMap<String, String>,
    further_lines: &str,
    after: After,
) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.push_str(further_lines);
    text.push_str(if after == After::Close { "Connection: close\r\n\r\n" } else { "\r\n" });
    text.into_bytes()
}

/// Writes and flushes some parts.
pub(super) async fn write_all(
    stream: &mut (impl AsyncWrite + Unpin),
    parts: &[&[u8]],
) -> io::Result<()> {
    for part in parts {
        stream.write_all(part).await?;
    }
    stream.flush().await
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        421 => "Misdirected Request",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
