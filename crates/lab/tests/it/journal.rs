//! The journal of a whole search, as a client makes it.

use mailscout_lab::{DEFAULT_SCENARIO, Entry, Scenario, World};

use crate::client::{ask, connect, exchange, request, run, tls};

#[test]
fn the_default_scenario_is_told_in_order() {
    run(async {
        let world = World::start(&Scenario::named(DEFAULT_SCENARIO).unwrap()).await.unwrap();
        let target = "/autodiscover/autodiscover.xml";
        for (name, address) in
            [("contoso.example", "203.0.113.5"), ("autodiscover.contoso.example", "203.0.113.6")]
        {
            ask(&world, &format!("{name}."), "AAAA").await;
            ask(&world, &format!("{name}."), "A").await;
            let stream = tls(&world, address, 443, name).await.unwrap();
            exchange(stream, &request("POST", name, target, "<question/>")).await.unwrap();
        }
        ask(&world, "_autodiscover._tcp.contoso.example.", "SRV").await;
        ask(&world, "tail.example.", "A").await;
        let journal = world.journal();
        assert_eq!(
            journal.summary(),
            [
                "dns A/AAAA contoso.example -> 203.0.113.5",
                "http POST https://contoso.example/autodiscover/autodiscover.xml -> 404",
                "dns A/AAAA autodiscover.contoso.example -> 203.0.113.6",
                "http POST https://autodiscover.contoso.example/autodiscover/autodiscover.xml -> 200",
                "dns SRV _autodiscover._tcp.contoso.example -> nxdomain",
                "dns A tail.example -> outside",
            ]
        );
        assert_eq!(journal.outside(), ["tail.example"]);
        assert_eq!(
            journal.lines()[..4],
            [
                "dns AAAA contoso.example -> no data",
                "dns A contoso.example -> 203.0.113.5",
                "tcp contoso.example:443",
                "http POST https://contoso.example/autodiscover/autodiscover.xml -> 404",
            ]
        );
    });
}

#[test]
fn requests_are_kept_whole() {
    run(async {
        let world = World::start(&Scenario::named("http-settings-refused").unwrap()).await.unwrap();
        let stream = connect(&world, "203.0.113.6", 80).await.unwrap();
        let raw = request("POST", "autodiscover.contoso.example", "/x", "body");
        exchange(stream, &raw).await.unwrap();
        let exchanges = world.journal().exchanges();
        let [exchange] = exchanges.as_slice() else { panic!("{exchanges:?}") };
        assert_eq!(exchange.method, "POST");
        assert_eq!(exchange.body, b"body");
        assert_eq!(exchange.headers[1], ("Content-Length".to_owned(), "4".to_owned()));
        assert!(matches!(world.journal().entries()[0], Entry::Tcp { port: 80, .. }));
    });
}
