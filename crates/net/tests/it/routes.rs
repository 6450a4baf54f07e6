//! Where routes lead, and how the text of one is refused.

use std::net::SocketAddr;

use mailscout_net::io::routes::{ConnectTo, Routes};

fn routes(entries: &[&str]) -> Routes {
    let mut routes = Routes::default();
    for entry in entries {
        routes.connect_to(entry.parse().unwrap());
    }
    routes
}

fn target(routes: &Routes, host: &str, port: u16, address: &str) -> Option<String> {
    let target = routes.target(host, port, address.parse().unwrap());
    target.as_ref().map(SocketAddr::to_string)
}

#[test]
fn an_entry_is_written_as_it_is_read() {
    for text in [
        "contoso.test:443:127.0.0.1:8443",
        "contoso.test::127.0.0.1:8443",
        ":443:127.0.0.1:8443",
        "::127.0.0.1:8443",
        "contoso.test:443:[::1]:8443",
        "[2001:db8::1]:443:[::1]:8443",
    ] {
        assert_eq!(text.parse::<ConnectTo>().unwrap().to_string(), text);
    }
}

#[test]
fn a_broken_entry_is_refused_with_its_fault() {
    for (text, problem) in [
        ("", "the first port is missing"),
        ("contoso.test", "the first port is missing"),
        ("contoso.test:443", "the address is missing"),
        ("contoso.test:443:127.0.0.1", "the last port is missing"),
        ("contoso.test:443:127.0.0.1:", "the last port is not a number from 1 to 65535"),
        ("contoso.test:443:127.0.0.1:0", "the last port is not a number from 1 to 65535"),
        ("contoso.test:443:127.0.0.1:+80", "the last port is not a number from 1 to 65535"),
        ("contoso.test:443:127.0.0.1:80:1", "the last port is not a number from 1 to 65535"),
        ("contoso.test:x:127.0.0.1:80", "the first port is not a number from 1 to 65535"),
        ("contoso.test:65536:127.0.0.1:80", "the first port is not a number from 1 to 65535"),
        ("contoso.test:443::80", "the address is not an IP address (IPv6 in brackets)"),
        (
            "contoso.test:443:fabrikam.test:80",
            "the address is not an IP address (IPv6 in brackets)",
        ),
        ("contoso.test:443:::1:80", "the address is not an IP address (IPv6 in brackets)"),
        ("contoso.test:443:[::1:80", "a `[` is not closed"),
        ("[::1:443:127.0.0.1:80", "a `[` is not closed"),
        ("contoso.test:443:[127.0.0.1]:80", "between the brackets is no IPv6 address"),
        ("contoso.test:443:[::1]", "the last port is missing"),
        ("[::1]", "the first port is missing"),
        ("*.contoso.test:443:127.0.0.1:1", "the host is neither a name nor an IP address"),
        ("con toso:443:127.0.0.1:1", "the host is neither a name nor an IP address"),
        ("..:443:127.0.0.1:1", "the host is neither a name nor an IP address"),
        ("192.0.2.7::127.0.0.1:1", "an IP address as host needs its port"),
    ] {
        let error = text.parse::<ConnectTo>().unwrap_err().to_string();
        assert_eq!(error, format!("`{text}` is not HOST:PORT:ADDRESS:PORT: {problem}"));
    }
}

#[test]
fn an_address_is_led_elsewhere_whatever_name_led_to_it() {
    let routes = routes(&["192.0.2.7:443:127.0.0.1:1"]);
    assert_eq!(target(&routes, "contoso.test", 443, "192.0.2.7").as_deref(), Some("127.0.0.1:1"));
    assert_eq!(target(&routes, "contoso.test", 80, "192.0.2.7").as_deref(), Some("192.0.2.7:80"));
}

#[test]
fn a_way_to_one_port_of_a_host_opens_no_other() {
    let routes = routes(&["contoso.test:443:127.0.0.1:1"]);
    assert_eq!(target(&routes, "contoso.test", 443, "127.0.0.1").as_deref(), Some("127.0.0.1:1"));
    assert_eq!(target(&routes, "contoso.test", 8443, "127.0.0.1"), None);
}

#[test]
fn the_first_entry_that_fits_decides() {
    let routes =
        routes(&["contoso.test:443:127.0.0.1:1", "contoso.test::127.0.0.1:2", ":80:127.0.0.1:3"]);
    for (host, port, expected) in [
        ("contoso.test", 443, "127.0.0.1:1"),
        ("CONTOSO.test.", 443, "127.0.0.1:1"),
        ("contoso.test", 80, "127.0.0.1:2"),
        ("fabrikam.test", 80, "127.0.0.1:3"),
        ("fabrikam.test", 443, "192.0.2.7:443"),
        ("www.contoso.test", 443, "192.0.2.7:443"),
    ] {
        assert_eq!(target(&routes, host, port, "192.0.2.7").as_deref(), Some(expected));
    }
}

#[test]
fn an_address_leads_on_from_an_entry_and_closes_the_world() {
    let mut routes = routes(&["contoso.test:443:192.0.2.1:443", "open.test::127.0.0.1:9"]);
    routes.address("192.0.2.1:443".parse().unwrap(), "127.0.0.1:8443".parse().unwrap());
    let lab = Some("127.0.0.1:8443".to_owned());
    assert_eq!(target(&routes, "contoso.test", 443, "203.0.113.1"), lab);
    assert_eq!(target(&routes, "fabrikam.test", 443, "192.0.2.1"), lab);
    let outside = Some("203.0.113.1:443".to_owned());
    assert_eq!(target(&routes, "fabrikam.test", 443, "203.0.113.1"), outside);
    routes.closed_world(true);
    assert_eq!(target(&routes, "fabrikam.test", 443, "203.0.113.1"), None);
    assert_eq!(target(&routes, "fabrikam.test", 80, "192.0.2.1"), None);
    let by_hand = Some("127.0.0.1:9".to_owned());
    assert_eq!(target(&routes, "open.test", 443, "203.0.113.1"), by_hand);
}
