//! What is promised of the choice among service connection points.

use mailscout_schema::autodiscover::scp::user::{self, server_of_database, server_of_legacy};
use mailscout_schema::autodiscover::scp::{
    Choice, Entry, FILTER, Next, POINTER_KEYWORD, Pointer, RefusedReason, URL_KEYWORD, choose,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::properties::SEED;

/// Entries, each as its keywords and its binding information with blanks between them.
#[track_caller]
fn chosen(entries: &[(&str, &str)], site: Option<&str>) -> Choice {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    let owned: Vec<(Vec<String>, Vec<String>)> =
        entries.iter().map(|(keywords, binding)| (words(keywords), words(binding))).collect();
    let entries: Vec<Entry<'_>> =
        owned.iter().map(|(keywords, binding)| Entry::new(keywords, binding)).collect();
    choose(&entries, &"contoso.example".parse().unwrap(), site)
}

fn keyword(kind: &str, rest: &str) -> String {
    format!("{kind} {rest}")
}

#[track_caller]
fn check_urls(choice: &Choice, expected: &[&str]) {
    let Next::Urls(urls) = &choice.next else { panic!("{choice:?}") };
    assert_eq!(urls, expected);
}

fn reasons(choice: &Choice) -> Vec<RefusedReason> {
    choice.refused.iter().map(|refused| refused.reason).collect()
}

#[test]
fn the_filter_finds_the_entries_of_both_kinds() {
    assert!(FILTER.contains(&format!("(keywords={POINTER_KEYWORD})")));
    assert!(FILTER.contains(&format!("(keywords={URL_KEYWORD})")));
    assert_eq!(FILTER.matches('(').count(), FILTER.matches(')').count());
    assert!(!FILTER.contains(' '));
}

#[test]
fn own_site_comes_first_then_no_site_then_other_sites_in_the_directorys_order() {
    let url = |rest| keyword(URL_KEYWORD, rest);
    let entries = [
        (url("Site=Paris"), "https://paris.contoso.example/a"),
        (url(""), "https://none-1.contoso.example/a"),
        (url("SITE=berlin"), "https://berlin-1.contoso.example/a"),
        (url(""), "https://none-2.contoso.example/a"),
        (url("Site=Rome Site=Berlin"), "https://berlin-2.contoso.example/a"),
        (url("Site=Berlin2"), "https://berlin2.contoso.example/a"),
    ];
    let entries: Vec<(&str, &str)> = entries.iter().map(|(k, b)| (k.as_str(), *b)).collect();
    check_urls(
        &chosen(&entries, Some("Berlin")),
        &[
            "https://berlin-1.contoso.example/a",
            "https://berlin-2.contoso.example/a",
            "https://none-1.contoso.example/a",
            "https://none-2.contoso.example/a",
            "https://paris.contoso.example/a",
            "https://berlin2.contoso.example/a",
        ],
    );
    check_urls(
        &chosen(&entries, None),
        &[
            "https://none-1.contoso.example/a",
            "https://none-2.contoso.example/a",
            "https://paris.contoso.example/a",
            "https://berlin-1.contoso.example/a",
            "https://berlin-2.contoso.example/a",
            "https://berlin2.contoso.example/a",
        ],
    );
}

#[test]
fn a_pointer_for_the_domain_ends_the_choice_and_one_for_no_domain_is_the_fallback() {
    let (url, any) = (keyword(URL_KEYWORD, ""), keyword(POINTER_KEYWORD, ""));
    let own = keyword(&POINTER_KEYWORD.to_uppercase(), "domain=CONTOSO.example");
    let other = keyword(POINTER_KEYWORD, "Domain=contoso.example.fabrikam.example");
    let entries = [
        (url.as_str(), "https://ex.contoso.example/a"),
        (&any, "ldap://any-1.contoso.example"),
        (&any, "ldap://any-2.contoso.example"),
        (&other, "ldap://other.contoso.example"),
        (&own, "LDAP://own-1.contoso.example:390"),
        (&own, "LDAP://own-2.contoso.example"),
    ];
    let choice = chosen(&entries, None);
    let pointer = |text: &str| text.parse::<Pointer>().unwrap();
    assert_eq!(choice.next, Next::Follow(pointer("ldap://own-1.contoso.example:390")));
    assert_eq!(choice.fallback, Some(pointer("ldap://any-1.contoso.example")));
    let choice = chosen(&entries[..4], None);
    check_urls(&choice, &["https://ex.contoso.example/a"]);
    assert_eq!(choice.fallback, Some(pointer("ldap://any-1.contoso.example")));
    assert_eq!(reasons(&choice), []);
}

#[test]
fn a_pointer_that_cannot_be_followed_gives_way_to_the_next_one() {
    let own = keyword(POINTER_KEYWORD, "Domain=contoso.example");
    let entries = [
        (own.as_str(), "LDAP://CN=Configuration"),
        (&own, ""),
        (&own, "ldap://dc.contoso.example"),
    ];
    let choice = chosen(&entries, None);
    assert_eq!(choice.next, Next::Follow("ldap://dc.contoso.example".parse().unwrap()));
    assert_eq!(reasons(&choice), [RefusedReason::BadPointer, RefusedReason::Empty]);
}

#[test]
fn keywords_count_as_a_whole_and_in_any_letters() {
    let longer = format!("{URL_KEYWORD}0");
    let in_capitals = URL_KEYWORD.to_uppercase();
    let entries = [
        (longer.as_str(), "https://longer.contoso.example/"),
        ("Site=Berlin", "https://no-keyword.contoso.example/"),
        (&in_capitals, "https://capitals.contoso.example/"),
    ];
    check_urls(&chosen(&entries, None), &["https://capitals.contoso.example/"]);
}

#[test]
fn http_becomes_https_or_is_left_out_with_a_reason() {
    use RefusedReason::{BadUrl, Empty, PlainHttp};

    let entries = [
        (URL_KEYWORD, "http://a.contoso.example/x?y"),
        (URL_KEYWORD, "HTTP://b.contoso.example:80/x"),
        (URL_KEYWORD, "http://c.contoso.example:8080/x"),
        (URL_KEYWORD, "https://d.contoso.example:8443/x"),
        (URL_KEYWORD, "ldap://e.contoso.example"),
        (URL_KEYWORD, ""),
        (URL_KEYWORD, "https://%F%.contoso.example/x"),
        (URL_KEYWORD, "https://A.contoso.example/X?y"),
        (URL_KEYWORD, "http://[2001:db8::1]:80/x"),
        (URL_KEYWORD, "http://alice@f.contoso.example/x"),
    ];
    let choice = chosen(&entries, None);
    check_urls(
        &choice,
        &[
            "https://a.contoso.example/x?y",
            "https://b.contoso.example/x",
            "https://d.contoso.example:8443/x",
            "https://[2001:db8::1]/x",
        ],
    );
    assert_eq!(reasons(&choice), [PlainHttp, BadUrl, Empty, BadUrl, BadUrl]);
    assert_eq!(choice.refused[0].text, "http://c.contoso.example:8080/x");
}

#[test]
fn the_first_text_of_an_entry_that_is_not_blank_counts() {
    let keywords = [URL_KEYWORD.to_owned()];
    let binding = [" ".to_owned(), " https://a.contoso.example/ ".to_owned(), "b".to_owned()];
    let entries = [Entry::new(&keywords, &binding)];
    let choice = choose(&entries, &"contoso.example".parse().unwrap(), None);
    check_urls(&choice, &["https://a.contoso.example/"]);
}

fn entry() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let words = vec![
        POINTER_KEYWORD,
        URL_KEYWORD,
        "Site=Berlin",
        "site=Paris",
        "Domain=contoso.example",
        "domain=fabrikam.example",
        "",
    ];
    let texts = vec![
        "https://a.contoso.example/x",
        "https://A.CONTOSO.example/X",
        "http://b.contoso.example/x",
        "http://b.contoso.example:81/x",
        "ldap://dc.contoso.example",
        "",
    ];
    let keyword = prop_oneof![6 => select(words).prop_map(str::to_owned), 1 => any::<String>()];
    let text = prop_oneof![
        6 => select(texts).prop_map(str::to_owned),
        2 => "(https?|LDAPS?)://[a-z.@:%\\[\\]]{0,12}(:[0-9]{1,5})?/?\\PC{0,6}",
        1 => any::<String>(),
    ];
    (vec(keyword, 0..4), vec(text, 0..3))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_directory_says_only_https_is_asked_and_each_url_once(
        entries in vec(entry(), 0..8), site in proptest::option::of(select(vec!["Berlin", "PARIS"]))
    ) {
        let domain = "contoso.example".parse().unwrap();
        let given: Vec<Entry<'_>> = entries.iter().map(|(k, b)| Entry::new(k, b)).collect();
        let choice = choose(&given, &domain, site);
        let has = |entry: &Entry<'_>, keyword: &str| {
            entry.keywords.iter().any(|found| found.trim().eq_ignore_ascii_case(keyword))
        };
        if let Next::Urls(urls) = &choice.next {
            let mut seen = std::collections::BTreeSet::new();
            for url in urls {
                let parsed = url::Url::parse(url).unwrap();
                prop_assert!(parsed.scheme() == "https" && parsed.username().is_empty());
                prop_assert!(url.is_ascii() && seen.insert(url.to_lowercase()));
            }
            let most = given.iter().filter(|entry| has(entry, URL_KEYWORD)).count();
            prop_assert!(urls.len() <= most);
        } else {
            let is_own = |entry: &Entry<'_>| {
                has(entry, POINTER_KEYWORD) && has(entry, "Domain=contoso.example")
            };
            prop_assert!(given.iter().any(is_own));
        }
        prop_assert!(choice.refused.len() <= 2 * given.len());
    }

    #[test]
    fn every_pointer_reads_back_from_its_text(text in "(ldap|LDAPS)://[a-z0-9.]{1,12}(:[0-9]{1,5})?(/\\PC{0,12})?") {
        if let Ok(pointer) = text.parse::<Pointer>() {
            let written = pointer.to_string();
            prop_assert_eq!(written.parse::<Pointer>(), Ok(pointer), "{}", written);
        }
    }

    #[test]
    fn the_choice_within_a_class_is_the_directorys(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let keywords = [URL_KEYWORD.to_owned()];
        let bindings: Vec<[String; 1]> =
            order.iter().map(|n| [format!("https://ex{n}.contoso.example/")]).collect();
        let entries: Vec<Entry<'_>> = bindings.iter().map(|b| Entry::new(&keywords, b)).collect();
        let choice = choose(&entries, &"contoso.example".parse().unwrap(), None);
        let expected: Vec<String> = bindings.iter().map(|[url]| url.clone()).collect();
        prop_assert_eq!(choice.next, Next::Urls(expected));
    }

    #[test]
    fn no_entry_of_a_user_breaks_a_promise(texts in vec("(SMTP:|smtp:|/o=|CN=|cn=Servers|,|/|=|@|\\PC){0,8}", 0..4)) {
        let mut entry = user::Entry::default();
        entry.mail = &texts;
        entry.proxy_addresses = &texts;
        entry.user_principal_name = &texts;
        entry.home_server_name = &texts;
        entry.home_mdb = &texts;
        if let Some(address) = entry.address() {
            let written = address.to_string();
            prop_assert_eq!(written.parse().ok(), Some(address));
        }
        for text in &texts {
            let names = [server_of_legacy(text), server_of_database(text), entry.server()];
            for name in names.into_iter().flatten() {
                prop_assert!(!name.is_empty() && !name.contains(['/', ',', '=', ' ']), "{}", name);
            }
        }
    }
}
