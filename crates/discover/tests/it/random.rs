//! Random worlds: small, and badly kept.

use proptest::prelude::*;

/// URLs and addresses of a small, badly kept world.
const PLACES: [&str; 8] = [
    "https://contoso.example~",
    "https://autodiscover.contoso.example~",
    "http://autodiscover.contoso.example~",
    "https://a.contoso.example~",
    "http://b.contoso.example~",
    "https://hoster.example~",
    "https://sub.contoso.example~",
    "http://autodiscover.sub.contoso.example~",
];

fn answer() -> impl Strategy<Value = String> {
    let place = 0..PLACES.len();
    prop_oneof![
        4 => (place.clone(), prop::sample::select(vec![301, 302, 307, 308]))
            .prop_map(|(place, status)| format!("{status} {}", PLACES[place])),
        4 => place.prop_map(|place| format!("200 redirect-url {}", PLACES[place])),
        2 => prop::sample::select(vec!["alice@sub.contoso.example", "bob@contoso.example", "c@hoster.example"])
            .prop_map(|address| format!("200 redirect-addr {address}")),
        2 => Just("200 settings".to_owned()),
        1 => Just("405 settings".to_owned()),
        1 => Just("404".to_owned()),
        1 => Just("302 file:///etc/passwd".to_owned()),
        1 => Just("timeout after 10s".to_owned()),
    ]
}

/// A world in the words of a script.
pub(crate) fn world() -> impl Strategy<Value = String> {
    let answers = prop::collection::vec(answer(), PLACES.len());
    let srv = prop::sample::select(vec![
        "nxdomain",
        "SRV 0 0 443 a.contoso.example",
        "SRV 0 0 443 hoster.example,1 0 443 a.contoso.example",
    ]);
    let consent = prop::sample::select(vec!["yes", "no", "nobody"]);
    (answers, srv, consent).prop_map(|(answers, srv, consent)| {
        let mut lines = vec![
            format!("_autodiscover._tcp.contoso.example = {srv}"),
            format!("_autodiscover._tcp.sub.contoso.example = {srv}"),
        ];
        let hosts = ["", "autodiscover.", "a.", "b.", "sub.", "autodiscover.sub."];
        lines.extend(hosts.map(|host| format!("{host}contoso.example = 203.0.113.5")));
        lines.push("hoster.example = 9.9.9.9".to_owned());
        lines.extend(
            ["hoster.example", "b.contoso.example", "a.contoso.example"]
                .map(|site| format!("ask {site} = {consent}")),
        );
        lines.extend(
            PLACES.iter().zip(answers).map(|(place, answer)| format!("{place} = {answer}")),
        );
        lines.join("\n")
    })
}
