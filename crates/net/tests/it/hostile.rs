//! Servers that are silent, slow, endless, broken or not what they should be.

use std::{net::SocketAddr, time::Instant};

use mailscout_net::{
    failure::Failure,
    http::{Exchange as _, HttpRequest, Method},
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsAcceptor, rustls::version::TLS13};

use crate::{
    certificates::{Authority, NOW, config},
    millis,
    servers::{
        answer, answer_and_close, client, client_of, get, hold, nobody, read_head, request,
        saturated, serve, serve_tls,
    },
    watched,
};

/// Runs a request that must fail, and soon.
async fn fails(request: &HttpRequest) -> Failure {
    let begin = Instant::now();
    let failure = client().exchange(request).await.unwrap_err();
    assert!(begin.elapsed() < millis(2000), "{failure} after {:?}", begin.elapsed());
    failure
}

async fn fails_with(bytes: &[u8]) -> Failure {
    get(answer_and_close(bytes).await).await.unwrap_err()
}

/// Never stops sending this piece, with a pause between.
async fn drip(stream: &mut (impl AsyncWrite + Unpin), piece: &[u8], pause: u64) {
    while stream.write_all(piece).await.is_ok() {
        if pause > 0 {
            tokio::time::sleep(millis(pause)).await;
        }
    }
}

async fn endless(head: &'static str, piece: &'static str, pause: u64) -> SocketAddr {
    serve(move |mut stream| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(head.as_bytes()).await;
        drip(&mut stream, piece.as_bytes(), pause).await;
    })
    .await
}

#[tokio::test]
async fn silence_is_told_by_its_stage() {
    watched(async {
        let (server, _guard) = saturated().await;
        let mut silent = request(Method::Get, "https://contoso.test/", server);
        silent.limits.connect = millis(200);
        assert_eq!(fails(&silent).await, Failure::ConnectTimeout);

        let mute = serve(hold).await;
        let mut silent = request(Method::Get, "https://contoso.test/", mute);
        silent.limits.tls = millis(200);
        assert_eq!(fails(&silent).await, Failure::TlsTimeout);

        let mut silent = request(Method::Get, "http://contoso.test/", mute);
        silent.limits.exchange = millis(200);
        assert_eq!(fails(&silent).await, Failure::ExchangeTimeout);
    })
    .await;
}

#[tokio::test]
async fn the_limit_of_the_exchange_bounds_each_stage() {
    watched(async {
        let (server, _guard) = saturated().await;
        let mut silent = request(Method::Get, "https://contoso.test/", server);
        silent.limits.exchange = millis(200);
        assert_eq!(fails(&silent).await, Failure::ConnectTimeout);

        let mut silent = request(Method::Get, "https://contoso.test/", serve(hold).await);
        silent.limits.exchange = millis(200);
        assert_eq!(fails(&silent).await, Failure::TlsTimeout);
    })
    .await;
}

#[tokio::test]
async fn a_drip_in_header_or_body_ends_with_the_exchange() {
    watched(async {
        for head in ["HTTP/1.1 200 OK\r\nx: ", "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n"] {
            let server = endless(head, "x", 20).await;
            let mut slow = request(Method::Get, "http://contoso.test/", server);
            slow.limits.exchange = millis(300);
            assert_eq!(fails(&slow).await, Failure::ExchangeTimeout, "{head}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    watched(async {
        let expected = Failure::BodyTooLarge { max_body: 1000 };
        // Announced: refused at once, though not a byte of it ever comes.
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n";
        assert_eq!(get(answer(text).await).await, Err(expected.clone()));
        for head in [
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
        ] {
            let server = endless(head, "xxxxxxxxxxxxxxxxxxxxxxxx", 0).await;
            assert_eq!(get(server).await, Err(expected.clone()), "{head}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_header_beyond_the_limit_is_not_read() {
    watched(async {
        let server = endless("HTTP/1.1 200 OK\r\nx: ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0).await;
        assert_eq!(get(server).await, Err(Failure::HeaderTooLarge));
        let server = endless("HTTP/1.1 200 OK\r\n", "x: y\r\n", 0).await;
        assert_eq!(get(server).await, Err(Failure::HeaderTooLarge));
        let fields = |number| format!("HTTP/1.1 204 OK\r\n{}\r\n", "x: y\r\n".repeat(number));
        assert_eq!(get(answer(fields(101)).await).await, Err(Failure::HeaderTooLarge));
        assert_eq!(get(answer(fields(100)).await).await.unwrap().status, 204);
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_ends_early_is_told() {
    watched(async {
        for text in [
            "",
            "HTTP/1.1 200",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        ] {
            assert_eq!(fails_with(text.as_bytes()).await, Failure::Closed, "{text:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_reset_is_told() {
    watched(async {
        let reset = |stream: TcpStream| stream.set_zero_linger().unwrap();
        let server = serve(move |mut stream| async move {
            read_head(&mut stream).await;
            reset(stream);
        })
        .await;
        assert_eq!(get(server).await, Err(Failure::Closed));
        let server = serve(move |mut stream| async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").await;
            tokio::time::sleep(millis(50)).await;
            reset(stream);
        })
        .await;
        assert_eq!(get(server).await, Err(Failure::Closed));
        let server = serve(move |stream| async move { reset(stream) }).await;
        let ended = fails(&request(Method::Get, "https://contoso.test/", server)).await;
        assert_eq!(ended.code(), "tls-handshake", "{ended}");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_http_is_told() {
    watched(async {
        for bytes in [
            &b"220 mail.contoso.test ESMTP\r\n\r\n"[..],
            b"\x15\x03\x03\x00\x02\x02\x0a\r\n\r\n",
            b"HTTP/1.1 two hundred\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        ] {
            let failure = fails_with(bytes).await;
            assert_eq!(failure.code(), "not-http", "{bytes:?}: {failure}");
        }
        let server = {
            let certified = Authority::new("any").certify(&["contoso.test"], NOW);
            serve_tls(config(certified, &[&TLS13])).await
        };
        assert_eq!(get(server).await.unwrap_err().code(), "not-http", "http to a TLS port");
    })
    .await;
}

#[tokio::test]
async fn tls_to_a_port_without_it_is_told() {
    watched(async {
        let banner = serve(|mut stream| async move {
            let _ = stream.write_all(b"220 mail.contoso.test ESMTP\r\n").await;
            hold(stream).await;
        })
        .await;
        let http = serve(|mut stream| async move {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        })
        .await;
        for server in [banner, http] {
            let failure = fails(&request(Method::Get, "https://contoso.test/", server)).await;
            assert_eq!(failure, Failure::NotTls);
        }
        let closing = serve(|stream| async move { drop(stream) }).await;
        let failure = fails(&request(Method::Get, "https://contoso.test/", closing)).await;
        assert_eq!(failure.code(), "tls-handshake", "{failure}");
    })
    .await;
}

#[tokio::test]
async fn over_tls_an_end_without_goodbye_is_no_end_of_a_body() {
    watched(async {
        let authority = Authority::new("trusted");
        for polite in [true, false] {
            let certified = authority.certify(&["contoso.test"], NOW);
            let acceptor = TlsAcceptor::from(std::sync::Arc::new(config(certified, &[&TLS13])));
            let server = serve(move |stream| {
                let acceptor = acceptor.clone();
                async move {
                    let mut stream = acceptor.accept(stream).await.unwrap();
                    read_head(&mut stream).await;
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nall or part").await;
                    let _ = stream.flush().await;
                    if polite {
                        let _ = stream.shutdown().await;
                    }
                    let _ = stream.get_mut().0.shutdown().await;
                    hold(stream.into_inner().0).await;
                }
            })
            .await;
            let request = request(Method::Get, "https://contoso.test/", server);
            let ended = client_of(&authority).exchange(&request).await;
            assert_eq!(ended.map(|response| response.status).ok(), polite.then_some(200));
        }
    })
    .await;
}

#[tokio::test]
async fn a_port_where_nobody_listens_refuses() {
    watched(async {
        let failure = fails(&request(Method::Get, "https://contoso.test/", nobody().await)).await;
        assert_eq!(failure, Failure::ConnectionRefused);
    })
    .await;
}
