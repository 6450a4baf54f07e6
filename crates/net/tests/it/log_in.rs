//! Log-ins over HTTP: what is sent, to whom, and what a server cannot make of it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use mailscout_net::{
    failure::Failure,
    http::{Exchange as _, HttpLogIn, HttpRequest, HttpResponse, Method, NtlmScheme},
    io::client::HttpsClient,
};
use sha2::{Digest as _, Sha256};

use crate::{
    certificates::Authority,
    ntlm::Verifier,
    servers::{client, client_of, request},
    site::{Heard, Reply, Site, contoso, modern},
    watched,
};

const REFUSED: &str = "401 Unauthorized";

fn basic(user: &str, password: &str) -> HttpLogIn {
    HttpLogIn::Basic { user: user.to_owned(), password: password.into() }
}

fn bearer(token: &str) -> HttpLogIn {
    HttpLogIn::Bearer { token: token.into() }
}

fn ntlm(user: &str, domain: &str, password: &str, scheme: NtlmScheme) -> HttpLogIn {
    HttpLogIn::Ntlm {
        user: user.to_owned(),
        domain: domain.to_owned(),
        password: password.into(),
        scheme,
    }
}

/// A POST with a log-in.
fn post(site: &Site, log_in: HttpLogIn) -> HttpRequest {
    let mut request = request(Method::Post, "https://contoso.test/a.xml", site.address);
    request.body = b"<Autodiscover/>".to_vec();
    request.headers = vec![("content-type", "text/xml".to_owned())];
    request.log_in = Some(log_in.into());
    request
}

/// A server that answers as it is told, and a client that trusts it.
async fn site(answer: impl Fn(&[Heard]) -> Reply + Send + Sync + 'static) -> (Site, HttpsClient) {
    let (authority, certified) = contoso();
    (Site::https(modern(certified), answer).await, client_of(&authority))
}

/// The message in a request's `Authorization`.
fn said<'a>(heard: &'a Heard, scheme: &str) -> &'a str {
    let value = heard.field("authorization").unwrap_or_default();
    value.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(' ')).unwrap_or_default()
}

/// The last answer of a server, first the challenge, then what it makes of the messages.
fn ntlm_server(verifier: Verifier, scheme: &'static str) -> impl Fn(&[Heard]) -> Reply {
    move |here| match here {
        [_] => challenge(scheme, &Verifier::challenge()),
        [begin, end] => match verifier.judge(said(begin, scheme), said(end, scheme)) {
            Ok(()) => Reply::whole("200 OK", "", &end.body),
            Err(wrong) => Reply::whole(REFUSED, &format!("www-authenticate: {scheme}\r\n"), &wrong),
        },
        _ => Reply::whole("500 Too much", "", ""),
    }
}

fn challenge(scheme: &str, message: &[u8]) -> Reply {
    let message = BASE64_STANDARD.encode(message);
    Reply::whole(REFUSED, &format!("www-authenticate: {scheme} {message}\r\n"), "go on")
}

/// Logs in by NTLM with a server that has the log-in `LAB\jo`; `change` is what it knows otherwise.
async fn by_ntlm(
    log_in: HttpLogIn,
    change: impl FnOnce(&mut Verifier),
) -> (Site, Result<HttpResponse, Failure>) {
    let (authority, certified) = contoso();
    let certificate = Sha256::digest(&certified.0[0]).to_vec();
    let mut verifier = Verifier { user: "jo", domain: "LAB", password: "pässword", certificate };
    change(&mut verifier);
    let scheme = log_in.scheme().as_str();
    let site = Site::https(modern(certified), ntlm_server(verifier, scheme)).await;
    let client = client_of(&authority);
    let ended = client.exchange(&post(&site, log_in)).await;
    (site, ended)
}

fn is_invalid(ended: &Result<HttpResponse, Failure>) -> bool {
    matches!(ended, Err(Failure::InvalidRequest { .. }))
}

#[tokio::test]
async fn nobody_logs_in_over_http() {
    watched(async {
        let site = Site::http(|_| Reply::ok()).await;
        for log_in in [
            basic("jo", "secret"),
            bearer("token"),
            ntlm("jo", "", "secret", NtlmScheme::Ntlm),
            ntlm("jo", "", "secret", NtlmScheme::Negotiate),
        ] {
            let mut request = post(&site, log_in);
            request.url.set_scheme("http").unwrap();
            let ended = client().exchange(&request).await;
            assert!(is_invalid(&ended), "{ended:?}");
        }
        assert_eq!(site.opened(), 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_logs_in_with_a_server_whose_certificate_is_wrong() {
    watched(async {
        let (site, _) = site(|_| Reply::ok()).await;
        let stranger = client_of(&Authority::new("another"));
        let ended = stranger.exchange(&post(&site, basic("jo", "secret"))).await;
        assert!(matches!(ended, Err(Failure::Certificate(_))), "{ended:?}");
        assert!(site.heard().is_empty());
    })
    .await;
}

#[tokio::test]
async fn basic_is_one_request_in_utf_8() {
    watched(async {
        let (site, client) = site(|_| Reply::whole("200 OK", "", "in")).await;
        let response = client.exchange(&post(&site, basic("jo", "pä:ss"))).await.unwrap();
        assert_eq!((response.status, &response.body[..]), (200, &b"in"[..]));
        let heard = site.heard();
        assert_eq!(heard[0].field("authorization"), Some("Basic am86cMOkOnNz"));
        assert_eq!((heard.len(), heard[0].body.as_str()), (1, "<Autodiscover/>"));
    })
    .await;
}

#[tokio::test]
async fn bearer_is_one_request_with_the_token() {
    watched(async {
        let (site, client) = site(|_| Reply::whole(REFUSED, "", "")).await;
        let response = client.exchange(&post(&site, bearer("a1-._~+/b=="))).await.unwrap();
        assert_eq!(response.status, 401);
        let heard = site.heard();
        assert_eq!((heard.len(), heard[0].field("authorization")), (1, Some("Bearer a1-._~+/b==")));
    })
    .await;
}

#[tokio::test]
async fn what_would_say_something_else_is_not_sent() {
    watched(async {
        let (site, client) = site(|_| Reply::ok()).await;
        for log_in in [
            basic("jo:x", "secret"),
            basic("", "secret"),
            basic("jo", ""),
            basic("jo", "a\nb"),
            basic("j\u{7}o", "secret"),
            bearer(""),
            bearer("=="),
            bearer("two words"),
            bearer("a\r\nx-injected: b"),
            bearer("a=b"),
            ntlm("", "LAB", "secret", NtlmScheme::Ntlm),
            ntlm("jo", "LAB", "", NtlmScheme::Ntlm),
        ] {
            let shown = format!("{log_in:?}");
            let ended = client.exchange(&post(&site, log_in)).await;
            assert!(is_invalid(&ended), "{shown}: {ended:?}");
        }
        let mut by_hand = post(&site, basic("jo", "secret"));
        by_hand.log_in = None;
        for name in ["Authorization", "authorization", "Proxy-Authorization"] {
            by_hand.headers = vec![(name, "Basic am86cMOkOnNz".to_owned())];
            let ended = client.exchange(&by_hand).await;
            assert!(is_invalid(&ended), "{name}: {ended:?}");
        }
        assert_eq!(site.opened(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_connection_with_a_log_in_is_neither_kept_nor_one_that_was() {
    watched(async {
        for scheme in [None, Some(NtlmScheme::Ntlm)] {
            let (site, client) = site(|here| match here {
                [heard] if said(heard, "NTLM").starts_with("TlRM") => {
                    challenge("NTLM", &Verifier::challenge())
                }
                _ => Reply::ok(),
            })
            .await;
            let log_in = scheme.map_or(basic("jo", "x"), |scheme| ntlm("jo", "", "x", scheme));
            let mut anonymous = post(&site, log_in.clone());
            anonymous.log_in = None;
            client.exchange(&anonymous).await.unwrap();
            client.exchange(&post(&site, log_in)).await.unwrap();
            assert_eq!(site.opened(), 2, "a kept connection was used: {scheme:?}");
            client.exchange(&anonymous).await.unwrap();
            assert_eq!(site.opened(), 2, "the first one was kept: {scheme:?}");
            let both = tokio::join!(client.exchange(&anonymous), client.exchange(&anonymous));
            assert!(both.0.is_ok() && both.1.is_ok());
            assert_eq!(site.opened(), 3, "that of the log-in was kept: {scheme:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn ntlm_takes_two_requests_over_one_connection() {
    watched(async {
        for scheme in [NtlmScheme::Ntlm, NtlmScheme::Negotiate] {
            let (site, ended) = by_ntlm(ntlm("jo", "LAB", "pässword", scheme), |_| {}).await;
            let response = ended.unwrap();
            let text = String::from_utf8(response.body).unwrap();
            assert_eq!((response.status, text.as_str()), (200, "<Autodiscover/>"));
            let heard = site.heard();
            assert_eq!((site.opened(), heard.len()), (1, 2));
            assert_eq!(heard[0].field("content-length"), Some("0"));
            assert!(heard.iter().all(|heard| heard.head.starts_with("POST /a.xml HTTP/1.1\r\n")));
            assert!(heard.iter().all(|heard| heard.field("content-type") == Some("text/xml")));
        }
    })
    .await;
}

#[tokio::test]
async fn names_are_read_as_windows_reads_them() {
    watched(async {
        let log_in = ntlm("LAB\\jo", "", "pässword", NtlmScheme::Ntlm);
        assert_eq!(by_ntlm(log_in, |_| {}).await.1.unwrap().status, 200);
        let log_in = ntlm("Jo@lab.test", "", "pässword", NtlmScheme::Ntlm);
        let whole = |verifier: &mut Verifier| {
            (verifier.user, verifier.domain) = ("Jo@lab.test", "");
        };
        assert_eq!(by_ntlm(log_in, whole).await.1.unwrap().status, 200);
        // Where the domain is given, nothing is read from the name.
        let log_in = ntlm("A\\jo", "LAB", "pässword", NtlmScheme::Ntlm);
        let whole = |verifier: &mut Verifier| verifier.user = "A\\jo";
        assert_eq!(by_ntlm(log_in, whole).await.1.unwrap().status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_a_401_after_two_requests() {
    watched(async {
        let (site, ended) = by_ntlm(ntlm("jo", "LAB", "other", NtlmScheme::Ntlm), |_| {}).await;
        let response = ended.unwrap();
        assert_eq!((response.status, &response.body[..]), (401, &b"a wrong password"[..]));
        assert_eq!((site.opened(), site.heard().len()), (1, 2));
    })
    .await;
}

/// Whoever passes the messages on, to the server that they are meant for, has another certificate.
#[tokio::test]
async fn a_log_in_is_tied_to_the_certificate_of_the_connection() {
    watched(async {
        let log_in = ntlm("jo", "LAB", "pässword", NtlmScheme::Ntlm);
        let other = |verifier: &mut Verifier| verifier.certificate = vec![0; 32];
        let response = by_ntlm(log_in, other).await.1.unwrap();
        assert_eq!(&response.body[..], b"tied to another connection");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_goes_on_challenging_is_answered_once() {
    watched(async {
        let (site, client) = site(|_| challenge("NTLM", &Verifier::challenge())).await;
        let log_in = ntlm("jo", "LAB", "x", NtlmScheme::Ntlm);
        assert_eq!(client.exchange(&post(&site, log_in)).await.unwrap().status, 401);
        assert_eq!((site.opened(), site.heard().len()), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_closes_within_the_log_in_is_told_and_not_asked_again() {
    watched(async {
        let text = |fields: &str| {
            let message = BASE64_STANDARD.encode(Verifier::challenge());
            format!(
                "HTTP/1.1 401 No\r\n{fields}www-authenticate: NTLM {message}\r\ncontent-length: 0\r\n\r\n"
            )
        };
        for (first, requests) in [
            (Reply::SayAndClose(text("connection: close\r\n")), 1..=1),
            (Reply::SayAndClose(text("")), 1..=1),
            (Reply::Say(text("")), 2..=2),
        ] {
            let first = std::sync::Mutex::new(Some(first));
            let (site, client) = site(move |_| {
                first.lock().unwrap().take().unwrap_or(Reply::SayAndClose(String::new()))
            })
            .await;
            let log_in = ntlm("jo", "LAB", "x", NtlmScheme::Ntlm);
            assert_eq!(client.exchange(&post(&site, log_in)).await, Err(Failure::LogInClosed));
            assert_eq!(site.opened(), 1);
            assert!(requests.contains(&site.heard().len()), "{}", site.heard().len());
        }
    })
    .await;
}

#[tokio::test]
async fn the_proof_is_given_to_a_challenge_of_the_same_scheme_alone() {
    watched(async {
        for (answer, is_refusal) in [
            (("Negotiate", Verifier::challenge()), true),
            (("Basic", b"realm".to_vec()), true),
            (("NTLM", Vec::new()), true),
            (("NTLM", b"NTLMSSP\0\x02\0\0\0".to_vec()), false),
        ] {
            let shown = format!("{answer:?}");
            let (site, client) = site(move |_| challenge(answer.0, &answer.1)).await;
            let log_in = ntlm("jo", "LAB", "x", NtlmScheme::Ntlm);
            let ended = client.exchange(&post(&site, log_in)).await;
            let is_as_expected = match &ended {
                Ok(response) => is_refusal && response.status == 401,
                Err(failure) => !is_refusal && matches!(failure, Failure::LogInBroken { .. }),
            };
            assert!(is_as_expected, "{shown}: {ended:?}");
            assert_eq!(site.heard().len(), 1, "{shown}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_before_the_challenge_is_taken_unless_it_is_about_the_missing_body() {
    watched(async {
        let log_in = || ntlm("jo", "LAB", "x", NtlmScheme::Ntlm);
        for (status, fields) in [("302 Found", "location: /b\r\n"), ("503 Later", "")] {
            let (site, client) = site(move |_| Reply::whole(status, fields, "")).await;
            let response = client.exchange(&post(&site, log_in())).await.unwrap();
            assert!(status.starts_with(&response.status.to_string()), "{status}");
            assert_eq!(site.heard().len(), 1);
        }
        let (site, client) = site(|_| Reply::ok()).await;
        let ended = client.exchange(&post(&site, log_in())).await;
        assert!(matches!(ended, Err(Failure::LogInBroken { .. })), "{ended:?}");
        let mut get = post(&site, log_in());
        (get.method, get.body) = (Method::Get, Vec::new());
        assert_eq!(client.exchange(&get).await.unwrap().status, 200);
    })
    .await;
}

#[test]
fn a_request_is_printed_without_its_secret() {
    let mut request =
        request(Method::Post, "https://contoso.test/", "127.0.0.1:1".parse().unwrap());
    request.log_in = Some(basic("jo", "S3cret").into());
    let printed = format!("{request} {request:?}");
    assert!(printed.contains("jo") && !printed.contains("S3cret"), "{printed}");
}
