//! Routes and the answers that go wrong.

use std::{io, time::Duration};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{connect, exchange, over_http, request, run, tls, world};

/// One host with http and https, whose routes are these.
fn scenario(routes: &str) -> String {
    let service = |scheme| format!("[[hosts.services]]\nscheme = \"{scheme}\"\n{routes}\n");
    let host = "[[hosts]]\nnames = [\"contoso.example\"]\naddresses = [\"203.0.113.5\"]\n";
    [host, &service("http"), &service("https")].concat()
}

fn faulty(fault: &str) -> String {
    scenario(&format!("[[hosts.services.routes]]\nbody = \"0123456789\"\nfault = \"{fault}\""))
}

#[test]
fn the_first_route_that_fits_answers() {
    let routes = r#"
[[hosts.services.routes]]
method = "POST"
path = "/a"
status = 405
headers = { Allow = "GET" }
body = "<xml/>"
[[hosts.services.routes]]
path = "/a"
body_hex = "ff 00"
headers = { Content-Type = "application/octet-stream" }
[[hosts.services.routes]]
path = "/moved"
status = 302
headers = { Location = "/a" }
delay_ms = 1
"#;
    run(async {
        let world = world(&scenario(routes)).await;
        assert_eq!(
            over_http(&world, "POST", "/a?x=1").await.unwrap(),
            "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 6\r\n\
             Content-Type: text/xml; charset=utf-8\r\nConnection: close\r\n\r\n<xml/>"
        );
        assert_eq!(
            over_http(&world, "GET", "/a").await.unwrap(),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/octet-stream\r\n\
             Connection: close\r\n\r\n\u{fffd}\0"
        );
        assert_eq!(
            over_http(&world, "GET", "/moved").await.unwrap(),
            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /a\r\nConnection: close\r\n\r\n"
        );
        let missing = over_http(&world, "GET", "/A").await.unwrap();
        assert!(missing.starts_with("HTTP/1.1 404 Not Found\r\n"), "{missing}");
        assert!(missing.contains("Content-Type: text/html"), "{missing}");
        assert_eq!(
            world.journal().summary(),
            [
                "http POST http://contoso.example/a?x=1 -> 405",
                "http GET http://contoso.example/a -> 200",
                "http GET http://contoso.example/moved -> 302",
                "http GET http://contoso.example/A -> 404",
            ]
        );
    });
}

#[test]
fn a_route_may_want_something_in_the_query() {
    let routes = r#"
[[hosts.services.routes]]
path = "/a"
query = "name=a%40b"
body = "named"
[[hosts.services.routes]]
path = "/a"
status = 400
"#;
    run(async {
        let world = world(&scenario(routes)).await;
        for (target, status) in [
            ("/a?name=a%40b", "200"),
            ("/a?x=1&name=a%40b", "200"),
            ("/a?name=a@b", "400"),
            ("/a?", "400"),
            ("/a", "400"),
        ] {
            let answer = over_http(&world, "GET", target).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
        }
    });
}

#[test]
fn truncated_promises_more_than_it_sends() {
    run(async {
        let world = world(&faulty("truncated")).await;
        let answer = over_http(&world, "GET", "/").await.unwrap();
        assert!(answer.contains("Content-Length: 10\r\n") && answer.ends_with("\r\n01234"));
        let stream = tls(&world, "203.0.113.5", 443, "contoso.example").await.unwrap();
        let end = exchange(stream, &request("GET", "contoso.example", "/", "")).await;
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(world.journal().summary()[0], "http GET http://contoso.example/ -> truncated");
    });
}

#[test]
fn reset_comes_when_the_request_was_read() {
    run(async {
        let world = world(&faulty("reset")).await;
        let error = over_http(&world, "GET", "/").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        let stream = tls(&world, "203.0.113.5", 443, "contoso.example").await.unwrap();
        let end = exchange(stream, &request("GET", "contoso.example", "/", "")).await;
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    });
}

#[test]
fn silence_reads_the_request_and_never_answers() {
    run(async {
        let world = world(&faulty("silence")).await;
        let answer = over_http(&world, "GET", "/");
        assert!(tokio::time::timeout(Duration::from_millis(200), answer).await.is_err());
        assert_eq!(world.journal().summary(), ["http GET http://contoso.example/ -> silence"]);
    });
}

#[test]
fn slow_drip_sends_the_header_and_then_single_bytes() {
    run(async {
        let world = world(&faulty("slow-drip")).await;
        let mut stream = connect(&world, "203.0.113.5", 80).await.unwrap();
        stream.write_all(request("GET", "contoso.example", "/", "").as_bytes()).await.unwrap();
        let mut got = String::new();
        while !got.ends_with("\r\n\r\n") {
            got.push(char::from(stream.read_u8().await.unwrap()));
        }
        assert!(got.starts_with("HTTP/1.1 200 OK") && !got.contains("Content-Length"), "{got}");
        // What is there at one moment is far from all of it.
        let mut body = [0; 64];
        let length = stream.read(&mut body).await.unwrap();
        assert!((1..10).contains(&length), "{length}");
        assert!(b"0123456789".starts_with(&body[..length]));
    });
}

#[test]
fn huge_body_goes_on_for_megabytes() {
    run(async {
        let world = world(&faulty("huge-body")).await;
        let mut stream = connect(&world, "203.0.113.5", 80).await.unwrap();
        stream.write_all(request("GET", "contoso.example", "/", "").as_bytes()).await.unwrap();
        let mut start = vec![0; 2_000_000];
        stream.read_exact(&mut start).await.unwrap();
        let start = String::from_utf8(start).unwrap();
        assert!(start.contains("Transfer-Encoding: chunked\r\n") && !start.contains("Length"));
        assert!(start.ends_with("   "));
    });
}

#[test]
fn endless_header_never_comes_to_the_body() {
    run(async {
        let world = world(&faulty("endless-header")).await;
        let mut stream = connect(&world, "203.0.113.5", 80).await.unwrap();
        stream.write_all(request("GET", "contoso.example", "/", "").as_bytes()).await.unwrap();
        let mut start = vec![0; 1_000_000];
        stream.read_exact(&mut start).await.unwrap();
        assert!(!String::from_utf8(start).unwrap().contains("\r\n\r\n"));
    });
}

#[test]
fn gzip_is_announced_and_real() {
    run(async {
        let world = world(&faulty("gzip")).await;
        let answer = over_http(&world, "GET", "/").await.unwrap();
        assert!(answer.contains("Content-Encoding: gzip\r\n"), "{answer}");
        assert!(answer.contains("\r\n\r\n\u{1f}"), "{answer}");
    });
}

#[test]
fn bad_status_line_is_no_status_line() {
    run(async {
        let world = world(&faulty("bad-status-line")).await;
        assert!(over_http(&world, "GET", "/").await.unwrap().starts_with("HTTP/1.1 abc What\r\n"));
    });
}
