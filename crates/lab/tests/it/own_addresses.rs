//! A scenario served where it says: at its own addresses and ports, with no route to anything else.

use std::{io, net::SocketAddr};

use mailscout_lab::{LabError, Scenario, World};
use tokio::net::TcpListener;

use crate::client::{ask, connect, run, told};

fn scenario(port: u16) -> Scenario {
    let text = format!(
        r#"
title = "test"
address = "alice@contoso.example"

[zones."contoso.example"]
records = "@  A  127.0.0.1"

[[hosts]]
names = ["contoso.example"]
addresses = ["127.0.0.1"]
[[hosts.services]]
scheme = "http"
port = {port}
"#
    );
    Scenario::from_toml(&text).unwrap()
}

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

#[test]
fn an_endpoint_is_where_the_scenario_says() {
    run(async {
        let free = TcpListener::bind(any_port()).await.unwrap().local_addr().unwrap();
        let world =
            World::start_at_own_addresses(&scenario(free.port()), any_port()).await.unwrap();
        let [route] = world.routes() else { panic!("one route: {:?}", world.routes()) };
        assert_eq!(route.target, free);
        connect(&world, "127.0.0.1", free.port()).await.unwrap();
        let answer = told(&ask(&world, "contoso.example", "A").await);
        assert_eq!(answer, "NoError | contoso.example. A 127.0.0.1");
    });
}

#[test]
fn a_port_that_is_taken_is_an_error_that_names_it() {
    run(async {
        let taken = TcpListener::bind(any_port()).await.unwrap();
        let at = taken.local_addr().unwrap();
        let error =
            World::start_at_own_addresses(&scenario(at.port()), any_port()).await.unwrap_err();
        assert_eq!(error.to_string(), format!("cannot open {at}"));
        let LabError::Socket { source, .. } = error else { panic!("{error:?}") };
        assert_eq!(source.kind(), io::ErrorKind::AddrInUse);
    });
}
