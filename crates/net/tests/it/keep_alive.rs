//! Connections that are kept for the next exchange, and those that must not be.

use mailscout_net::{
    failure::Failure,
    http::{Exchange as _, HttpRequest, Method},
};
use tokio::{io::AsyncWriteExt as _, time::Instant};

use crate::{
    millis,
    servers::{client, client_of, hold, read_head, request, serve},
    site::{Reply, Site, contoso, modern},
    watched,
};

fn post(site: &Site) -> HttpRequest {
    let mut request = request(Method::Post, "http://contoso.test/a", site.address);
    request.body = b"<a/>".to_vec();
    request
}

/// Two exchanges with a server; gives how many connections they took, and how the second ended.
async fn twice(first: &'static str, second: &'static str) -> (usize, Result<u16, Failure>) {
    let site = Site::http(move |here| match here.len() {
        1 => Reply::Say(first.to_owned()),
        _ => Reply::SayAndClose(second.to_owned()),
    })
    .await;
    let client = client();
    let _ = client.exchange(&post(&site)).await;
    let ended = client.exchange(&post(&site)).await;
    (site.opened(), ended.map(|response| response.status))
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn two_exchanges_share_a_connection_in_clear_text_and_inside_tls() {
    watched(async {
        let (authority, certified) = contoso();
        for (scheme, site) in [
            ("http", Site::http(|_| Reply::whole("200 OK", "", "ok")).await),
            ("https", Site::https(modern(certified), |_| Reply::whole("200 OK", "", "ok")).await),
        ] {
            let client = client_of(&authority);
            for path in ["a", "b", "c"] {
                let url = format!("{scheme}://contoso.test/{path}");
                let response = client.exchange(&request(Method::Get, &url, site.address)).await;
                assert_eq!(response.unwrap().body, b"ok");
            }
            assert_eq!((site.opened(), site.heard().len()), (1, 3), "{scheme}");
        }
    })
    .await;
}

#[tokio::test]
async fn clones_share_what_is_kept_and_the_last_one_closes_it() {
    watched(async {
        let site = Site::http(|_| Reply::ok()).await;
        let client = client();
        let clone = client.clone();
        client.exchange(&post(&site)).await.unwrap();
        clone.exchange(&post(&site)).await.unwrap();
        assert_eq!(site.opened(), 1);
        drop(client);
        tokio::time::sleep(millis(20)).await;
        assert_eq!(site.closed(), 0);
        drop(clone);
        while site.closed() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_exchanges_at_once_have_a_connection_each_and_keep_both() {
    watched(async {
        let site = Site::http(|_| Reply::ok()).await;
        let client = client();
        for _ in 0..2 {
            let request = post(&site);
            let both = tokio::join!(client.exchange(&request), client.exchange(&request));
            assert!(both.0.is_ok() && both.1.is_ok());
        }
        assert_eq!((site.opened(), site.heard().len()), (2, 4));
    })
    .await;
}

#[tokio::test]
async fn another_host_or_another_set_of_addresses_does_not_share() {
    watched(async {
        let site = Site::http(|_| Reply::ok()).await;
        let client = client();
        client.exchange(&post(&site)).await.unwrap();
        let other = request(Method::Get, "http://www.contoso.test/", site.address);
        client.exchange(&other).await.unwrap();
        assert_eq!(site.opened(), 2);
        let mut more = post(&site);
        more.addresses.push("127.0.0.9".parse().unwrap());
        client.exchange(&more).await.unwrap();
        assert_eq!(site.opened(), 3);
    })
    .await;
}

/// The certificate is for one name; whoever shared the connection would not see that.
#[tokio::test]
async fn a_connection_is_never_shared_by_a_host_for_which_its_certificate_is_not() {
    watched(async {
        let (authority, certified) = contoso();
        let site = Site::https(modern(certified), |_| Reply::ok()).await;
        let client = client_of(&authority);
        let right = request(Method::Get, "https://contoso.test/", site.address);
        client.exchange(&right).await.unwrap();
        let wrong = request(Method::Get, "https://other.test/", site.address);
        let ended = client.exchange(&wrong).await;
        assert!(matches!(ended, Err(Failure::Certificate(_))), "{ended:?}");
    })
    .await;
}

#[tokio::test]
async fn a_response_after_which_the_connection_ends_leaves_nothing_to_share() {
    watched(async {
        for first in [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            // Its body is not read.
            "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 900000\r\n\r\npart",
            "HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n",
            "nonsense\r\n\r\n",
        ] {
            let (opened, _) = twice(first, OK).await;
            assert_eq!(opened, 2, "{first}");
        }
        let redirect = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(twice(redirect, OK).await, (1, Ok(200)));
        assert_eq!(twice("HTTP/1.1 204 No Content\r\n\r\n", OK).await, (1, Ok(200)));
    })
    .await;
}

#[tokio::test]
async fn a_connection_over_which_an_exchange_failed_is_not_kept() {
    watched(async {
        // The limit is 1000 bytes. All of it comes at once, and another answer could follow.
        let large = |length: usize| Reply::whole("200 OK", "", &"x".repeat(length));
        for (length, opened) in [(1000, 1), (1001, 2)] {
            let site = Site::http(move |here| match here {
                [only] if only.head.contains("/a") => large(length),
                _ => Reply::ok(),
            })
            .await;
            let client = client();
            let ended = client.exchange(&post(&site)).await;
            assert_eq!(ended.is_ok(), opened == 1, "{ended:?}");
            let get = request(Method::Get, "http://contoso.test/b", site.address);
            assert_eq!(client.exchange(&get).await.unwrap().status, 200);
            assert_eq!(site.opened(), opened, "{length}");
        }
    })
    .await;
}

/// What a server sends unasked would be the answer to the next question.
#[tokio::test]
async fn what_comes_behind_a_response_is_no_answer_to_the_next_request() {
    watched(async {
        let two = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\
                   HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        // A new connection, which answers in the same way.
        assert_eq!(twice(two, OK).await, (2, Ok(200)));
    })
    .await;
}

#[tokio::test]
async fn what_comes_while_a_connection_is_kept_is_no_answer_either() {
    watched(async {
        let server = serve(|mut stream| async move {
            read_head(&mut stream).await;
            stream.write_all(OK.as_bytes()).await.unwrap();
            tokio::time::sleep(millis(10)).await;
            let _ = stream.write_all(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n").await;
            hold(stream).await;
        })
        .await;
        let (client, get) = (client(), request(Method::Get, "http://contoso.test/", server));
        for _ in 0..2 {
            assert_eq!(client.exchange(&get).await.map(|response| response.status), Ok(200));
            tokio::time::sleep(millis(60)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_used_again_is_closed_at_once() {
    watched(async {
        let text = "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 900\r\n\r\npart";
        let site = Site::http(|_| Reply::Say(text.to_owned())).await;
        let client = client();
        assert_eq!(client.exchange(&post(&site)).await.unwrap().status, 302);
        while site.closed() == 0 {
            tokio::task::yield_now().await;
        }
        drop(client);
    })
    .await;
}

#[tokio::test]
async fn a_kept_connection_that_is_closed_costs_one_more_request_and_no_failure() {
    watched(async {
        // The server reads the second request and closes without a byte.
        let site = Site::http(|here| match here.len() {
            1 => Reply::ok(),
            _ => Reply::SayAndClose(String::new()),
        })
        .await;
        let client = client();
        client.exchange(&post(&site)).await.unwrap();
        assert_eq!(client.exchange(&post(&site)).await.unwrap().status, 200);
        let bodies: Vec<_> = site.heard().into_iter().map(|heard| heard.body).collect();
        assert_eq!((site.opened(), bodies), (2, vec!["<a/>".to_owned(); 3]));
    })
    .await;
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_meanwhile_is_not_used() {
    watched(async {
        let site = Site::http(|_| Reply::SayAndClose(OK.to_owned())).await;
        let client = client();
        for _ in 0..3 {
            assert_eq!(client.exchange(&post(&site)).await.unwrap().status, 200);
            tokio::time::sleep(millis(20)).await;
        }
        assert_eq!((site.opened(), site.heard().len()), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn a_request_is_sent_a_third_time_to_nobody() {
    watched(async {
        let site = Site::http(|here| match (here.len(), here[0].body.as_str()) {
            (1, "") => Reply::ok(),
            _ => Reply::SayAndClose(String::new()),
        })
        .await;
        let client = client();
        let get = request(Method::Get, "http://contoso.test/", site.address);
        client.exchange(&get).await.unwrap();
        assert_eq!(client.exchange(&post(&site)).await, Err(Failure::Closed));
        assert_eq!((site.opened(), site.heard().len()), (2, 3));
    })
    .await;
}

#[tokio::test]
async fn a_response_that_broke_off_is_not_asked_for_again() {
    watched(async {
        for half in ["H", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
            assert_eq!(twice(OK, half).await, (1, Err(Failure::Closed)), "{half}");
        }
    })
    .await;
}

#[tokio::test]
async fn silence_on_a_kept_connection_ends_with_the_exchange_and_is_not_tried_again() {
    watched(async {
        let site = Site::http(|here| match here.len() {
            1 => Reply::ok(),
            _ => Reply::Silence,
        })
        .await;
        let client = client();
        client.exchange(&post(&site)).await.unwrap();
        let mut slow = post(&site);
        slow.limits.exchange = millis(200);
        let begin = Instant::now();
        assert_eq!(client.exchange(&slow).await, Err(Failure::ExchangeTimeout));
        assert!(begin.elapsed() < millis(1000));
        assert_eq!((site.opened(), site.heard().len()), (1, 2));
    })
    .await;
}
