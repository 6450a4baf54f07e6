//! Limits of size, and results page by page.

use super::{Answer, BASE, Client, element, equal, limited, lines, present, search, talk};

/// A control that asks for pages.
fn paged(size: u8, cookie: &[u8]) -> Vec<u8> {
    let value = element(0x30, &[&[2, 1, size], &element(4, cookie)[..]].concat());
    control("1.2.840.113556.1.4.319", &value)
}

fn control(oid: &str, value: &[u8]) -> Vec<u8> {
    let parts = [element(4, oid.as_bytes()), vec![1, 1, 255], element(4, value)].concat();
    element(0xa0, &element(0x30, &parts))
}

/// The cookie at the end of a page.
fn cookie(ended: &Answer) -> Vec<u8> {
    assert_eq!(ended.texts()[3], "1.2.840.113556.1.4.319");
    let value = &ended.parts[4];
    assert_eq!(value[..5], [0x30, value[1], 2, 1, 0]);
    value[7..].to_vec()
}

fn all() -> Vec<u8> {
    search(BASE, 2, &present("objectClass"), &["1.1"])
}

#[test]
fn pages_come_one_after_the_other_until_all_is_given() {
    talk("size_limit = 3", async |world| {
        let mut client = Client::new(&world).await;
        let mut names = Vec::new();
        let mut sizes = Vec::new();
        let mut next = Vec::new();
        loop {
            let (found, ended) = client.search(&all(), &paged(3, &next)).await;
            assert_eq!(ended.code(), 0);
            sizes.push(found.len());
            names.extend(found.iter().map(|entry| entry.texts()[0].clone()));
            next = cookie(&ended);
            if next.is_empty() {
                break;
            }
        }
        assert_eq!(sizes, [3, 1]);
        assert_eq!(names.len(), 4);
        names.dedup();
        assert_eq!(names.len(), 4);
        let line = "ldap dc.corp.example:389 search sub \"DC=corp,DC=example\" (objectClass=*) ->";
        assert_eq!(
            lines(&world),
            [format!("{line} 3 entries, more to come"), format!("{line} 1 entry")]
        );
    });
}

#[test]
fn a_page_is_no_larger_than_the_server_has_it() {
    talk("size_limit = 2", async |world| {
        let mut client = Client::new(&world).await;
        let (found, ended) = client.search(&all(), &paged(100, b"")).await;
        assert_eq!((found.len(), ended.code()), (2, 0));
        assert_ne!(cookie(&ended), b"");
    });
}

#[test]
fn without_pages_the_limit_of_either_side_cuts_the_result() {
    talk("size_limit = 2", async |world| {
        let mut client = Client::new(&world).await;
        let (found, ended) = client.search(&all(), &[]).await;
        assert_eq!((found.len(), ended.code()), (2, 4));
        let one = limited(BASE, 2, &present("objectClass"), &["1.1"], 1, false);
        let (found, ended) = client.search(&one, &[]).await;
        assert_eq!((found.len(), ended.code()), (1, 4));
        // As many as are allowed are not too many.
        let two = limited(BASE, 2, &equal("objectClass", "user"), &["1.1"], 2, false);
        let (found, ended) = client.search(&two, &[]).await;
        assert_eq!((found.len(), ended.code()), (2, 0));
        assert!(lines(&world)[0].ends_with("-> 2 entries, sizeLimitExceeded"));
    });
}

#[test]
fn a_cookie_is_good_once_and_for_its_own_search() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        assert_eq!(client.search(&all(), &paged(2, b"made up")).await.1.code(), 53);
        let (_, ended) = client.search(&all(), &paged(2, b"")).await;
        let next = cookie(&ended);
        let other = search(BASE, 2, &present("cn"), &["1.1"]);
        assert_eq!(client.search(&other, &paged(2, &next)).await.1.code(), 53);
        assert_eq!(client.search(&all(), &paged(2, &next)).await.1.code(), 53);
    });
}

#[test]
fn a_page_of_none_ends_it() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let (_, ended) = client.search(&all(), &paged(2, b"")).await;
        let next = cookie(&ended);
        let (found, ended) = client.search(&all(), &paged(0, &next)).await;
        assert_eq!((found.len(), ended.code(), cookie(&ended)), (0, 0, Vec::new()));
        assert_eq!(client.search(&all(), &paged(2, &next)).await.1.code(), 53);
    });
}

#[test]
fn a_control_that_is_not_known_matters_when_it_is_critical() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let (found, ended) = client.search(&all(), &control("1.2.3", b"")).await;
        assert_eq!((found.len(), ended.code()), (0, 12));
        let uncritical = element(0xa0, &element(0x30, &element(4, b"1.2.3")));
        assert_eq!(client.search(&all(), &uncritical).await.0.len(), 4);
        let broken = control("1.2.840.113556.1.4.319", b"\x30\x01");
        assert_eq!(client.search(&all(), &broken).await.1.code(), 2);
        let id = client.send(&super::bind("", ""), &paged(1, b"")).await;
        let answer = client.read().await.unwrap();
        assert_eq!((answer.id, answer.code()), (id, 12));
    });
}
