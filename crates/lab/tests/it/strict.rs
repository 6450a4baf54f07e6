//! The mistakes of clients that the lab does not let pass.

use crate::client::{connect, exchange, request, run, tls, world};

const HOSTS: &str = r#"
[[hosts]]
names = ["contoso.example", "*.contoso.example"]
addresses = ["203.0.113.5"]
[[hosts.services]]
scheme = "http"
[[hosts.services.routes]]
[[hosts.services]]
scheme = "http"
port = 8080
[[hosts.services.routes]]
[[hosts.services]]
[[hosts.services.routes]]
"#;

#[track_caller]
fn check(port: u16, raw: &str, expected: &str) {
    run(async {
        let world = world(HOSTS).await;
        let stream = connect(&world, "203.0.113.5", port).await.unwrap();
        let answer = exchange(stream, raw).await.unwrap();
        assert_eq!(world.journal().summary(), [expected]);
        let (_, told) = expected.split_once("-> ").unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {}", &told[..3])), "{answer}");
    });
}

#[test]
fn a_good_request_passes() {
    check(
        80,
        "GET / HTTP/1.1\r\nHost: contoso.example\r\n\r\n",
        "http GET http://contoso.example/ -> 200",
    );
    check(
        80,
        "GET / HTTP/1.1\r\nHost: A.contoso.example:80\r\n\r\n",
        "http GET http://a.contoso.example/ -> 200",
    );
    check(
        8080,
        "GET / HTTP/1.1\r\nHost: contoso.example:8080\r\n\r\n",
        "http GET http://contoso.example:8080/ -> 200",
    );
}

#[test]
fn the_host_header_must_be_there_once_and_right() {
    let bad = |what| format!("http GET http://contoso.example/ -> {what}");
    check(80, "GET / HTTP/1.1\r\n\r\n", &bad("400 (there is not one Host header)"));
    check(
        80,
        "GET / HTTP/1.1\r\nHost: contoso.example\r\nHost: contoso.example\r\n\r\n",
        &bad("400 (there is not one Host header)"),
    );
    check(80, "GET / HTTP/1.1\r\nHost:\r\n\r\n", &bad("400 (the Host header is malformed)"));
    check(80, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", &bad("400 (the Host header is malformed)"));
    check(
        80,
        "GET / HTTP/1.1\r\nHost: contoso.example:8080\r\n\r\n",
        &bad("400 (the Host header is for another port)"),
    );
    check(
        8080,
        "GET / HTTP/1.1\r\nHost: contoso.example\r\n\r\n",
        "http GET http://contoso.example:8080/ -> 400 (the Host header is for another port)",
    );
    check(
        80,
        "GET / HTTP/1.1\r\nHost: hoster.example\r\n\r\n",
        &bad("421 (this host is not served here)"),
    );
}

#[test]
fn a_post_must_say_how_long_it_is() {
    let post = |rest: &str| format!("POST / HTTP/1.1\r\nHost: contoso.example\r\n{rest}");
    let bad = |what| format!("http POST http://contoso.example/ -> 400 ({what})");
    check(80, &post("\r\n"), &bad("a POST without Content-Length"));
    check(80, &post("Content-Length: x\r\n\r\n"), &bad("the Content-Length is malformed"));
    check(
        80,
        &post("Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
        &bad("there are several Content-Length headers"),
    );
    check(
        80,
        &post("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        &bad("the body has a Transfer-Encoding"),
    );
    check(80, &post("Content-Length: 1\r\n\r\nxy"), &bad("there are bytes after the body"));
    check(80, &post("Content-Length: 99999\r\n\r\n"), &bad("the body is too long"));
}

#[test]
fn the_first_line_must_be_a_request_line_of_today() {
    check(
        80,
        "GET / HTTP/1.0\r\nHost: contoso.example\r\n\r\n",
        "http GET http://contoso.example/ -> 400 (not HTTP/1.1)",
    );
    check(80, "HELO\u{1}\r\n\r\n", "http ? http://contoso.example -> 400 (not an HTTP request)");
    let long = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(40_000));
    check(80, &long, "http GET http://contoso.example/ -> 400 (the header is too long)");
}

#[test]
fn the_tls_server_name_and_host_must_be_the_same() {
    run(async {
        let world = world(HOSTS).await;
        let stream = tls(&world, "203.0.113.5", 443, "a.contoso.example").await.unwrap();
        let raw = request("POST", "contoso.example", "/", "x");
        let answer = exchange(stream, &raw).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 421 "), "{answer}");
        assert_eq!(
            world.journal().summary(),
            ["http POST https://contoso.example/ -> 421 (Host and TLS server name differ)"]
        );
    });
}
