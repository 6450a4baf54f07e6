//! Logging in to web servers, over connections that are kept.

use base64::{Engine, engine::general_purpose::STANDARD};
use mailscout_lab::{Scenario, World};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    client::{connect, exchange, request, run, tls, world},
    mail::ntlm::{Attempt, GOOD, UNICODE_NTLM, authenticate, negotiate},
};

/// A web server of these words, whose route `/open` is for everybody.
fn server(words: &str) -> String {
    let service = |scheme: &str| {
        format!(
            r#"
[[hosts.services]]
scheme = "{scheme}"
{words}
accounts = [
{{ user = "alice", domain = "CONTOSO", password = "Pässword" }},
{{ user = "alice@contoso.example", password = "s3cret", token = "t0ken" }},
{{ user = "locked", password = "s3cret", outcome = "locked" }},
{{ user = "later", password = "s3cret", outcome = "temporary" }},
]
[[hosts.services.routes]]
path = "/open"
auth = []
body = "<open/>"
[[hosts.services.routes]]
path = "/a"
body = "<a/>"
"#
        )
    };
    let host = "[[hosts]]\nnames = [\"contoso.example\"]\naddresses = [\"203.0.113.5\"]\n";
    [host, &service("http"), &service("https")].concat()
}

/// A connection on which one request follows the other.
struct Client(TcpStream);

struct Response {
    status: u16,
    head: String,
    body: String,
}

impl Response {
    /// The challenges, in order.
    fn challenges(&self) -> Vec<&str> {
        self.head.lines().filter_map(|line| line.strip_prefix("WWW-Authenticate: ")).collect()
    }
}

impl Client {
    async fn new(world: &World) -> Self {
        Self(connect(world, "203.0.113.5", 80).await.unwrap())
    }

    async fn get(&mut self, path: &str, credentials: Option<&str>) -> Response {
        self.ask(&with(path, credentials)).await.expect("an answer")
    }

    /// Sends a request and reads the answer; none when there is none.
    async fn ask(&mut self, request: &str) -> Option<Response> {
        self.0.write_all(request.as_bytes()).await.ok()?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push(char::from(self.0.read_u8().await.ok()?));
        }
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let mut body = vec![0; length.unwrap().parse().unwrap()];
        self.0.read_exact(&mut body).await.unwrap();
        let body = String::from_utf8(body).unwrap();
        Some(Response { status: head[9..12].parse().unwrap(), head, body })
    }

    /// Both messages of NTLM.
    async fn ntlm(&mut self, scheme: &str, attempt: &Attempt) -> Response {
        let first = format!("{scheme} {}", STANDARD.encode(negotiate(UNICODE_NTLM)));
        let challenged = self.get("/a", Some(&first)).await;
        assert_eq!(challenged.status, 401);
        let [challenge] = challenged.challenges()[..] else { panic!("{}", challenged.head) };
        let challenge = challenge.strip_prefix(scheme).unwrap().trim();
        let answer = authenticate(attempt, &STANDARD.decode(challenge).unwrap());
        self.get("/a", Some(&format!("{scheme} {}", STANDARD.encode(answer)))).await
    }
}

fn with(path: &str, credentials: Option<&str>) -> String {
    let line = credentials.map(|it| format!("\r\nAuthorization: {it}\r\nHost:"));
    let plain = request("GET", "contoso.example", path, "");
    line.map_or(plain.clone(), |line| plain.replacen("\r\nHost:", &line, 1))
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The journal's lines of requests, from the path on.
fn told(world: &World) -> Vec<String> {
    let lines = world.journal().summary();
    lines.iter().map(|line| line.replace("http GET http://contoso.example", "")).collect()
}

fn talk<F: Future<Output = ()>>(words: &str, test: impl FnOnce(World) -> F) {
    run(async {
        let world = world(&server(words)).await;
        test(world).await;
    });
}

#[test]
fn every_scheme_is_offered_in_a_field_of_its_own() {
    let words = "auth = [\"ntlm\", \"negotiate\", \"basic\", \"bearer\"]\nrealm = \"Mail\"\n\
                 bearer = 'authorization_uri=\"https://login.example/\"'";
    talk(words, async |world| {
        let mut client = Client::new(&world).await;
        let refused = client.get("/a", None).await;
        assert_eq!(refused.status, 401);
        assert_eq!(
            refused.challenges(),
            [
                "NTLM",
                "Negotiate",
                "Basic realm=\"Mail\"",
                "Bearer authorization_uri=\"https://login.example/\""
            ]
        );
        assert!(!refused.head.contains("Connection"));
        assert_eq!(client.get("/open", None).await.body, "<open/>");
        assert_eq!(client.get("/b", None).await.status, 404);
        assert_eq!(told(&world), ["/a -> 401", "/open -> 200", "/b -> 404"]);
        assert_eq!(world.journal().connections()[&("contoso.example".to_owned(), 80)], 1);
        assert!(world.journal().exchanges().iter().all(|exchange| exchange.log_in.is_none()));
    });
}

#[test]
fn basic_and_bearer_are_judged_with_each_request() {
    talk("auth = [\"basic\", \"bearer\"]", async |world| {
        let mut client = Client::new(&world).await;
        for (credentials, status, line) in [
            (
                basic("alice@contoso.example", "s3cret"),
                200,
                "Basic (alice@contoso.example, accepted)",
            ),
            (basic("contoso\\alice", "Pässword"), 200, "Basic (contoso\\\\alice, accepted)"),
            (basic("fabrikam\\alice", "Pässword"), 401, "Basic (fabrikam\\\\alice, rejected)"),
            (
                basic("alice@contoso.example", "S3cret"),
                401,
                "Basic (alice@contoso.example, rejected)",
            ),
            (basic("locked", "s3cret"), 401, "Basic (locked, rejected: locked)"),
            (basic("later", "s3cret"), 503, "Basic (later, rejected: temporary)"),
            ("Basic s3cret".to_owned(), 401, "Basic (malformed)"),
            ("bearer t0ken".to_owned(), 200, "Bearer (alice@contoso.example, accepted)"),
            ("Bearer T0ken".to_owned(), 401, "Bearer (rejected)"),
            ("NTLM TlRMTVNTUAAB".to_owned(), 401, "NTLM (not offered)"),
            ("s3cret".to_owned(), 401, "? (malformed)"),
            ("s3cret t0ken".to_owned(), 401, "? (not offered)"),
        ] {
            let answer = client.get("/a", Some(&credentials)).await;
            assert_eq!(answer.status, status, "{credentials}");
            assert_eq!(told(&world).last().unwrap(), &format!("/a {line} -> {status}"));
        }
        // Nothing is left of the credentials before.
        assert_eq!(client.get("/a", None).await.status, 401);
        let log_ins: Vec<bool> = world
            .journal()
            .exchanges()
            .iter()
            .filter_map(|exchange| Some(exchange.log_in.as_ref()?.accepted))
            .collect();
        assert_eq!(log_ins.len(), 12);
        assert_eq!(log_ins.iter().filter(|accepted| **accepted).count(), 3);
    });
}

#[test]
fn no_password_token_or_digest_is_in_the_journal() {
    talk("auth = [\"basic\", \"bearer\", \"ntlm\"]", async |world| {
        let mut client = Client::new(&world).await;
        let secrets = [
            basic("alice@contoso.example", "s3cret"),
            "Bearer t0ken".to_owned(),
            "t0ken".to_owned(),
            "t0ken s3cret".to_owned(),
            format!("NTLM {}", STANDARD.encode(negotiate(UNICODE_NTLM))),
        ];
        for path in ["/a", "/open", "/b"] {
            for secret in &secrets {
                client.get(path, Some(secret)).await;
            }
        }
        client.ask(&with("/open", Some("t0ken")).replace("Auth", "Proxy-Auth")).await.unwrap();
        client.ntlm("NTLM", &GOOD).await;
        let journal = format!("{:?}", world.journal().entries());
        for secret in ["t0ken", "s3cret", &STANDARD.encode("alice@contoso.example:s3cret"), "TlRM"]
        {
            assert!(!journal.contains(secret), "{secret}");
        }
        let headers = &world.journal().exchanges()[0].headers;
        assert!(headers.contains(&("Authorization".to_owned(), "Basic (hidden)".to_owned())));
    });
}

#[test]
fn credentials_that_nobody_asked_for_are_told() {
    talk("auth = [\"basic\"]", async |world| {
        let mut client = Client::new(&world).await;
        client.get("/open", Some(&basic("alice", "x"))).await;
        client.get("/b", Some("Bearer x")).await;
        assert_eq!(
            told(&world),
            ["/open Basic (alice, not asked for) -> 200", "/b Bearer (not asked for) -> 404"]
        );
    });
}

#[test]
fn ntlm_logs_in_the_connection_until_it_ends() {
    talk("auth = [\"ntlm\"]", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.get("/a", None).await.status, 401);
        let answer = client.ntlm("NTLM", &GOOD).await;
        assert_eq!((answer.status, &answer.body[..]), (200, "<a/>"));
        assert_eq!(client.get("/a", None).await.status, 200);
        assert_eq!(Client::new(&world).await.get("/a", None).await.status, 401);
        assert_eq!(
            told(&world),
            [
                "/a -> 401",
                "/a NTLM (challenged) -> 401",
                "/a NTLM (alice, accepted) -> 200",
                "/a -> 200",
                "/a -> 401"
            ]
        );
    });
}

#[test]
fn ntlm_may_come_as_negotiate_and_does_not_change_its_name() {
    talk("auth = [\"negotiate\", \"ntlm\"]", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.ntlm("Negotiate", &GOOD).await.status, 200);
        let mut client = Client::new(&world).await;
        let first = STANDARD.encode(negotiate(UNICODE_NTLM));
        let challenged = client.get("/a", Some(&format!("NTLM {first}"))).await;
        let challenge = challenged.challenges()[0].strip_prefix("NTLM ").unwrap();
        let answer = authenticate(&GOOD, &STANDARD.decode(challenge).unwrap());
        let answer = format!("Negotiate {}", STANDARD.encode(answer));
        assert_eq!(client.get("/a", Some(&answer)).await.status, 401);
        // What SPNEGO wraps is not read.
        let wrapped = format!("Negotiate {}", STANDARD.encode(b"\x60\x06\x06\x04abcd"));
        assert_eq!(client.get("/a", Some(&wrapped)).await.challenges(), ["Negotiate", "NTLM"]);
        assert_eq!(told(&world).last().unwrap(), "/a Negotiate (malformed) -> 401");
    });
}

#[test]
fn another_password_domain_or_connection_does_not_log_in() {
    talk("auth = [\"ntlm\"]", async |world| {
        let mut client = Client::new(&world).await;
        let wrong = Attempt { password: "x", ..GOOD };
        let refused = client.ntlm("NTLM", &wrong).await;
        assert_eq!((refused.status, refused.challenges()), (401, vec!["NTLM"]));
        assert_eq!(client.get("/a", None).await.status, 401);
        let elsewhere = Attempt { domain: "FABRIKAM", ..GOOD };
        assert_eq!(client.ntlm("NTLM", &elsewhere).await.status, 401);
        // The right answer, on another connection than its challenge.
        let first = format!("NTLM {}", STANDARD.encode(negotiate(UNICODE_NTLM)));
        let challenged = client.get("/a", Some(&first)).await;
        let challenge = challenged.challenges()[0].strip_prefix("NTLM ").unwrap();
        let answer = authenticate(&GOOD, &STANDARD.decode(challenge).unwrap());
        let answer = format!("NTLM {}", STANDARD.encode(answer));
        assert_eq!(Client::new(&world).await.get("/a", Some(&answer)).await.status, 401);
        // A request between the two messages begins anew.
        client.get("/open", None).await;
        assert_eq!(client.get("/a", Some(&answer)).await.status, 401);
        // So does a first message.
        client.get("/a", Some(&first)).await;
        assert_eq!(client.ntlm("NTLM", &GOOD).await.status, 200);
        // Whoever fails to log in anew is logged out.
        assert_eq!(client.ntlm("NTLM", &GOOD).await.status, 200);
        assert_eq!(client.ntlm("NTLM", &wrong).await.status, 401);
        assert_eq!(client.get("/a", None).await.status, 401);
    });
}

#[test]
fn a_connection_is_logged_in_to_one_host_alone() {
    let other = server("auth = [\"ntlm\"]").replace("contoso.example\"]", "b.example\"]");
    run(async {
        let world = world(&[server("auth = [\"ntlm\"]"), other].concat()).await;
        let mut client = Client::new(&world).await;
        assert_eq!(client.ntlm("NTLM", &GOOD).await.status, 200);
        let elsewhere = with("/a", None).replace("contoso.example", "b.example");
        assert_eq!(client.ask(&elsewhere).await.unwrap().status, 401);
    });
}

#[test]
fn what_goes_wrong_with_ntlm() {
    talk("auth = [\"ntlm\"]\nauth_fault = \"endless-challenge\"", async |world| {
        let mut client = Client::new(&world).await;
        for _ in 0..3 {
            let answer = client.ntlm("NTLM", &GOOD).await;
            assert_eq!(answer.status, 401);
            assert!(answer.challenges()[0].starts_with("NTLM TlRM"));
        }
        assert_eq!(client.get("/a", None).await.status, 401);
    });
    talk("auth = [\"ntlm\"]\nauth_fault = \"close-between\"", async |world| {
        let mut client = Client::new(&world).await;
        let first = format!("NTLM {}", STANDARD.encode(negotiate(UNICODE_NTLM)));
        let challenged = client.get("/a", Some(&first)).await;
        assert!(challenged.challenges()[0].starts_with("NTLM TlRM"));
        assert!(!challenged.head.contains("Connection"));
        assert!(client.ask(&with("/a", None)).await.is_none());
    });
    talk("auth = [\"negotiate\"]\nauth_fault = \"downgrade\"", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.get("/a", None).await.challenges(), ["Negotiate"]);
        let first = format!("Negotiate {}", STANDARD.encode(negotiate(UNICODE_NTLM)));
        let downgraded = client.get("/a", Some(&first)).await;
        assert_eq!(downgraded.challenges(), ["Basic realm=\"contoso.example\""]);
        // Whoever falls for it is seen.
        let caught = client.get("/a", Some(&basic("alice@contoso.example", "s3cret"))).await;
        assert_eq!(caught.status, 200);
        assert_eq!(
            told(&world)[1..],
            ["/a Negotiate (refused) -> 401", "/a Basic (alice@contoso.example, accepted) -> 200"]
        );
    });
}

#[test]
fn what_goes_wrong_with_the_right_password() {
    for (fault, status, answer) in [("reject", 401, "rejected"), ("forbid", 403, "accepted")] {
        talk(&format!("auth = [\"basic\", \"ntlm\"]\nauth_fault = \"{fault}\""), async |world| {
            let mut client = Client::new(&world).await;
            let credentials = basic("alice@contoso.example", "s3cret");
            assert_eq!(client.get("/a", Some(&credentials)).await.status, status);
            assert_eq!(client.ntlm("NTLM", &GOOD).await.status, status);
            assert_eq!(client.get("/a", None).await.status, 401);
            assert_eq!(told(&world)[2], format!("/a NTLM (alice, {answer}) -> {status}"));
        });
    }
}

#[test]
fn a_connection_is_kept_only_where_somebody_has_to_log_in_and_wants_it() {
    talk("auth = [\"basic\"]", async |world| {
        let mut client = Client::new(&world).await;
        let last = with("/a", None).replace("\r\nHost", "\r\nConnection: Close\r\nHost");
        let answer = client.ask(&last).await.unwrap();
        assert!(answer.head.contains("\r\nConnection: close\r\n"));
        assert!(client.ask(&with("/a", None)).await.is_none());
        // Two requests at once are as wrong as ever.
        let mut client = Client::new(&world).await;
        let two = [with("/a", None), with("/a", None)].concat();
        assert_eq!(client.ask(&two).await.unwrap().status, 400);
        assert!(client.ask(&with("/a", None)).await.is_none());
    });
}

#[test]
fn a_log_in_inside_tls_is_told_by_the_url() {
    talk("auth = [\"basic\"]", async |world| {
        let stream = tls(&world, "203.0.113.5", 443, "contoso.example").await.unwrap();
        let last = with("/a", Some(&basic("alice@contoso.example", "s3cret")));
        let last = last.replace("\r\nHost", "\r\nConnection: close\r\nHost");
        assert!(exchange(stream, &last).await.unwrap().ends_with("<a/>"));
        assert_eq!(
            world.journal().summary(),
            ["http GET https://contoso.example/a Basic (alice@contoso.example, accepted) -> 200"]
        );
    });
}

#[track_caller]
fn check(words: &str, problem: &str) {
    let text = format!(
        "title = \"t\"\naddress = \"a@b.example\"\n[[hosts]]\nnames = [\"a.example\"]\n\
         addresses = [\"203.0.113.5\"]\n[[hosts.services]]\n{words}"
    );
    let said = Scenario::from_toml(&text).unwrap_err().to_string();
    let (_, said) = said.split_once(": ").unwrap();
    assert_eq!(said, problem);
}

#[test]
fn words_that_do_not_belong_together_are_refused() {
    let alice = "accounts = [{ user = \"alice\", password = \"x\" }]";
    let route = "[[hosts.services.routes]]\npath = \"/a\"";
    let web = |words: &str| format!("{words}\n{alice}\n{route}");
    check("scheme = \"imap\"\nauth = [\"basic\"]", "`auth` is for web servers, and this is imap");
    check(&format!("auth = [\"basic\"]\n{route}"), "`auth` needs `accounts`");
    check(&format!("{alice}\n{route}"), "`accounts` of a web server needs `auth`");
    check(&format!("auth = [\"basic\"]\n{alice}"), "`auth` needs a route that demands a log-in");
    check(&web("realm = \"x\""), "`realm` needs a route that demands a log-in");
    check(&web("auth = [\"basic\", \"basic\"]"), "`auth` has a scheme twice");
    check(
        &web("auth = [\"basic\"]\nauth_fault = \"downgrade\""),
        "a fault of NTLM needs `auth` with \"ntlm\" or \"negotiate\"",
    );
    check(&web("auth = [\"basic\"]\nrealm = 'a\"b'"), "`realm` cannot stand between quotes");
    check(&web("auth = [\"basic\"]\nbearer = \"a=b\""), "`bearer` needs `auth` with \"bearer\"");
    check(
        &(web("auth = [\"ntlm\"]") + "\nauth = []\nauth_fault = \"reject\""),
        "`auth_fault` needs `auth`",
    );
    check(
        &web("auth = [\"basic\"]").replace("alice", "al:ice"),
        "a user with a colon cannot log in to a web server",
    );
}
