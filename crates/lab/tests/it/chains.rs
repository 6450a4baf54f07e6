//! The scenarios that are chains of redirects: walked to their end by the simplest of clients.

use mailscout_lab::{Scenario, World};

use crate::client::{ask, exchange, request, run, tls};

const TARGET: &str = "/autodiscover/autodiscover.xml";

/// Posts to an https URL and gives the next one, or none at the end.
async fn step(world: &World, url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let found = ask(world, &format!("{host}."), "A").await;
    let address = found.answers.last()?.data.to_string();
    let stream = tls(world, &address, 443, host).await.unwrap();
    let raw = request("POST", host, &format!("/{path}"), "<question/>");
    let answer = exchange(stream, &raw).await.unwrap();
    let between = |start: &str, end: &str| {
        let (_, rest) = answer.split_once(start)?;
        rest.split_once(end).map(|(value, _)| value.to_owned())
    };
    if let Some(location) = between("Location: ", "\r\n") {
        let relative = location.starts_with('/');
        return Some(if relative { format!("https://{host}{location}") } else { location });
    }
    between("<RedirectUrl>", "<").or_else(|| {
        let address = between("<RedirectAddr>", "<")?;
        let (_, domain) = address.rsplit_once('@')?;
        Some(format!("https://{}{TARGET}", domain.to_ascii_lowercase()))
    })
}

/// How many redirects a scenario has, up to a bound, and the status of the last answer.
async fn walk(name: &str, bound: usize) -> (usize, String) {
    let world = World::start(&Scenario::named(name).unwrap()).await.unwrap();
    let mut url = format!("https://contoso.example{TARGET}");
    let mut redirects = 0;
    while let Some(next) = step(&world, &url).await {
        redirects += 1;
        if redirects == bound {
            break;
        }
        url = next;
    }
    assert!(world.journal().outside().is_empty());
    (redirects, world.journal().exchanges().pop().unwrap().answer)
}

#[test]
fn chains_are_as_long_as_their_names_say() {
    run(async {
        assert_eq!(walk("ten-redirects", 20).await, (10, "200".to_owned()));
        assert_eq!(walk("eleven-redirects", 20).await, (11, "200".to_owned()));
        assert_eq!(walk("redirect-302-same-domain", 20).await, (1, "200".to_owned()));
        assert_eq!(walk("redirect-308-post", 20).await, (1, "200".to_owned()));
    });
}

#[test]
fn loops_have_no_end() {
    run(async {
        assert_eq!(walk("loop-url", 20).await.0, 20);
        assert_eq!(walk("loop-address", 20).await.0, 20);
    });
}
