//! Happy eyeballs, and whose failure is told when none has answered.

use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use mailscout_net::{
    failure::Failure,
    io::{dial::Dialer, routes::Routes},
};

use crate::{
    millis,
    servers::{hold, nobody, saturated, serve},
    watched,
};

/// Dials a host whose addresses lead to these servers; gives which one answered.
async fn dial(servers: &[SocketAddr], deadline: u64) -> (Result<SocketAddr, Failure>, u128) {
    let mut routes = Routes::default();
    let mut addresses: Vec<IpAddr> = Vec::new();
    for (number, server) in (1..).zip(servers) {
        let address = SocketAddr::from(([192, 0, 2, number], 993));
        routes.address(address, *server);
        addresses.push(address.ip());
    }
    routes.closed_world(true);
    let begin = Instant::now();
    let dialer = Dialer::new(routes);
    let ended = dialer.connect("contoso.test", 993, &addresses, millis(deadline)).await;
    let peer = ended.map(|stream| {
        assert!(stream.nodelay().unwrap());
        stream.peer_addr().unwrap()
    });
    (peer, begin.elapsed().as_millis())
}

#[tokio::test]
async fn a_dead_first_address_costs_a_quarter_of_a_second() {
    watched(async {
        let ((dead, _guard), good) = (saturated().await, serve(hold).await);
        let (ended, took) = dial(&[dead, good], 2000).await;
        assert_eq!(ended, Ok(good));
        assert!((245..1000).contains(&took), "{took} ms");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_starts_the_next_attempt_at_once() {
    watched(async {
        let (closed, other, good) = (nobody().await, nobody().await, serve(hold).await);
        let (ended, took) = dial(&[closed, other, good], 2000).await;
        assert_eq!(ended, Ok(good));
        assert!(took < 450, "{took} ms");
    })
    .await;
}

#[tokio::test]
async fn the_first_address_wins_where_all_answer() {
    watched(async {
        let (first, second) = (serve(hold).await, serve(hold).await);
        assert_eq!(dial(&[first, second], 2000).await.0, Ok(first));
        assert_eq!(dial(&[second, first], 2000).await.0, Ok(second));
    })
    .await;
}

#[tokio::test]
async fn the_failure_that_says_most_is_told() {
    watched(async {
        let ((dead, _guard), closed) = (saturated().await, nobody().await);
        assert_eq!(dial(&[closed], 500).await.0, Err(Failure::ConnectionRefused));
        assert_eq!(dial(&[dead], 300).await.0, Err(Failure::ConnectTimeout));
        assert_eq!(dial(&[dead, closed], 400).await.0, Err(Failure::ConnectionRefused));
        assert_eq!(dial(&[closed, dead], 400).await.0, Err(Failure::ConnectionRefused));
    })
    .await;
}

#[tokio::test]
async fn a_host_without_an_address_is_unreachable() {
    let ended = dial(&[], 500).await.0.unwrap_err();
    assert_eq!(ended.to_string(), "the host cannot be reached: it has no address");
}

#[tokio::test]
async fn nothing_leaves_a_closed_world() {
    watched(async {
        let server = serve(hold).await;
        let mut routes = Routes::default();
        routes.address("192.0.2.1:993".parse().unwrap(), server);
        routes.closed_world(true);
        let dialer = Dialer::new(routes);
        // Another address, another port, and the server's own address, which is no part of it.
        let nowhere = "the host cannot be reached: no way was laid to this port";
        for (address, port, expected) in [
            ("192.0.2.2", 993, nowhere),
            ("192.0.2.1", 143, "the connection was refused"),
            ("127.0.0.1", server.port(), nowhere),
        ] {
            let address = [address.parse().unwrap()];
            let ended = dialer.connect("contoso.test", port, &address, millis(500)).await;
            let failure = ended.unwrap_err().to_string();
            assert_eq!(failure, expected);
        }
    })
    .await;
}
