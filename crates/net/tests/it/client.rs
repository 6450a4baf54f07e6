//! What the client sends, and what it makes of well-formed answers.

use std::sync::Arc;

use mailscout_net::{
    failure::Failure,
    http::{Challenge, Exchange as _, HttpResponse, Method},
    io::{client::HttpsClient, error::SetupError, roots::Roots, routes::Routes},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::Mutex,
};

use crate::{
    certificates::Authority,
    servers::{answer, answer_and_close, client, get, hold, limits, read_head, request, serve},
    watched,
};

/// Sends a request to a server that answers 200; gives what arrived there.
async fn arrival(method: Method, headers: &[(&'static str, &str)], body: &str) -> (String, u16) {
    let arrived = Arc::new(Mutex::new(String::new()));
    let (journal, length) = (Arc::clone(&arrived), body.len());
    let server = serve(move |mut stream| {
        let journal = Arc::clone(&journal);
        async move {
            let mut text = read_head(&mut stream).await;
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            text += &String::from_utf8(body).unwrap();
            *journal.lock().await = text;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            hold(stream).await;
        }
    })
    .await;
    let mut request = request(method, "http://me:secret@contoso.test/a%20b/c.xml?d=e|f#g", server);
    request.headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    request.body = body.into();
    assert_eq!(client().exchange(&request).await, Ok(HttpResponse::new(200, "")));
    let text = arrived.lock().await.clone();
    (text, server.port())
}

#[tokio::test]
async fn a_post_arrives_as_it_was_given() {
    watched(async {
        let headers = [("user-agent", "mailscout/0"), ("content-type", "text/xml; charset=utf-8")];
        let (text, port) = arrival(Method::Post, &headers, "<Autodiscover/>").await;
        let expected = format!(
            "POST /a%20b/c.xml?d=e|f HTTP/1.1\r\n\
             host: contoso.test:{port}\r\n\
             user-agent: mailscout/0\r\n\
             content-type: text/xml; charset=utf-8\r\n\
             content-length: 15\r\n\r\n\
             <Autodiscover/>"
        );
        assert_eq!(text, expected);
    })
    .await;
}

#[tokio::test]
async fn a_get_has_no_body_and_no_credentials() {
    watched(async {
        let (text, port) = arrival(Method::Get, &[], "").await;
        let expected =
            format!("GET /a%20b/c.xml?d=e|f HTTP/1.1\r\nhost: contoso.test:{port}\r\n\r\n");
        assert_eq!(text, expected);
    })
    .await;
}

#[tokio::test]
async fn the_default_port_is_not_in_the_host_field() {
    watched(async {
        let server = serve(|mut stream| async move {
            let head = read_head(&mut stream).await;
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{head}", head.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await;
        let mut routes = Routes::default();
        routes.address("192.0.2.7:80".parse().unwrap(), server);
        let mut roots = Roots::none();
        roots.add_pem(Authority::new("any").pem().as_bytes(), "the lab").unwrap();
        let client = HttpsClient::new(&roots, routes).unwrap();
        let mut request = request(Method::Get, "http://contoso.test/", server);
        request.url.set_port(None).unwrap();
        request.addresses = vec!["192.0.2.7".parse().unwrap()];
        let response = client.exchange(&request).await.unwrap();
        let head = String::from_utf8(response.body).unwrap();
        assert!(head.contains("\r\nhost: contoso.test\r\n"), "{head}");
    })
    .await;
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_body_not_awaited() {
    watched(async {
        let head = "HTTP/1.1 302 Found\r\nLocation: https://other.test/x\r\n";
        for body in
            ["Content-Length: 999999999\r\n\r\npart", "Transfer-Encoding: chunked\r\n\r\nzz"]
        {
            let response = get(answer(format!("{head}{body}")).await).await.unwrap();
            assert_eq!(response.status, 302);
            assert_eq!(response.location.as_deref(), Some("https://other.test/x"));
            assert!(response.body.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_read_with_its_body_and_challenges() {
    watched(async {
        let text = "HTTP/1.1 405 Not Allowed\r\nAllow: POST\r\nContent-Length: 5\r\n\r\nno!\r\n";
        assert_eq!(get(answer(text).await).await, Ok(HttpResponse::new(405, "no!\r\n")));
        let text = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate, NTLM\r\n\
            WWW-Authenticate: Basic realm=\"a, b\"\r\nContent-Encoding: gzip\r\n\
            Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let mut expected = HttpResponse::new(401, "abcde");
        expected.challenges = ["Negotiate", "NTLM", "Basic"].map(Challenge::new).to_vec();
        expected.challenges[2].realm = Some("a, b".to_owned());
        expected.content_encoding = Some("gzip".to_owned());
        assert_eq!(get(answer(text).await).await, Ok(expected));
    })
    .await;
}

#[tokio::test]
async fn a_body_ends_with_its_length_or_with_the_connection() {
    watched(async {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokand more";
        assert_eq!(get(answer(text).await).await, Ok(HttpResponse::new(200, "ok")));
        let text = "HTTP/1.0 200 OK\r\n\r\nall of it";
        assert_eq!(
            get(answer_and_close(text).await).await,
            Ok(HttpResponse::new(200, "all of it"))
        );
        let full = "x".repeat(limits().max_body);
        let text = format!("HTTP/1.1 200 OK\r\n\r\n{full}");
        assert_eq!(get(answer_and_close(text).await).await, Ok(HttpResponse::new(200, full)));
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(get(answer(text).await).await, Ok(HttpResponse::new(204, "")));
    })
    .await;
}

#[tokio::test]
async fn a_request_that_cannot_be_written_is_not_sent() {
    watched(async {
        let mut request = request(Method::Get, "http://contoso.test/", answer("").await);
        request.headers = vec![("user-agent", "a\r\nx-injected: b".to_owned())];
        let ended = client().exchange(&request).await;
        assert!(matches!(ended, Err(Failure::InvalidRequest { .. })), "{ended:?}");
    })
    .await;
}

#[test]
fn a_client_that_could_trust_nobody_is_not_made() {
    let ended = HttpsClient::new(&Roots::none(), Routes::default());
    assert!(matches!(ended, Err(SetupError::NoRoots)), "{ended:?}");
}
