//! Outlook's switches in the configuration, and what they do to a search.

use std::io::Write;

use crate::program::{Run, mailscout};

/// A search in the lab with these switches.
fn search(lab: &str, switches: &str, more: &[&str]) -> Run {
    let mut config = tempfile::NamedTempFile::new().unwrap();
    writeln!(config, "[outlook]\n{switches}").unwrap();
    let path = config.path().to_str().unwrap();
    let lab = format!("--lab={lab}");
    let arguments = ["discover", &lab, "--config", path, "--lab-journal", "--skip", "guess"];
    mailscout(&[&arguments, more].concat())
}

#[test]
fn an_excluded_step_is_not_asked() {
    for (switch, lab, asked) in [
        ("ExcludeHttpsRootDomain", "contoso", "POST https://contoso.example/autodiscover"),
        ("ExcludeHttpsAutoDiscoverDomain", "contoso", "POST https://autodiscover.contoso.example"),
        ("ExcludeHttpRedirect", "http-redirect-hoster", "GET http://autodiscover.contoso.example"),
        ("ExcludeSrvRecord", "srv-hoster", "SRV _autodiscover._tcp"),
        ("ExcludeScpLookup", "directory-scp", "serviceConnectionPoint"),
    ] {
        let more = ["--order", "outlook", "--ad-domain", "contoso.example"];
        let more: &[&str] = if lab == "directory-scp" { &more } else { &more[..2] };
        for (value, is_asked) in [("1", false), ("true", false), ("0", true)] {
            let run = search(lab, &format!("{switch} = {value}"), more);
            let heard = |line: &str| line.starts_with("lab: ") && line.contains(asked);
            assert_eq!(run.stderr.lines().any(heard), is_asked, "{switch}: {}", run.stderr);
        }
    }
}

#[test]
fn a_trusted_redirect_server_is_not_asked_about_and_its_certificate_counts_all_the_same() {
    let trusted = "RedirectServers = [\"autodiscover.hoster.example\"]";
    let lab = "http-redirect-hoster-no-consent";
    assert_eq!(search(lab, "", &[]).code, 3);
    assert_eq!(search(lab, trusted, &[]).code, 0);
    let trusted = "RedirectServers = [\"autodiscover.contoso.example\", \"contoso.example\"]";
    let more = ["--only", "autodiscover-https-root,autodiscover-https-host"];
    let lab = "certificate-wrong-name";
    let (with, without) = (search(lab, trusted, &more), search(lab, "", &more));
    assert_ne!(without.code, 0, "{}", without.stdout);
    assert_eq!((with.code, with.stdout), (without.code, without.stdout));
}

#[test]
fn a_preferred_local_file_is_read_before_anybody_is_asked() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let document = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/autodiscover/contoso-pop3-smtp.xml"
    ));
    file.write_all(document.as_bytes()).unwrap();
    let local = format!("contoso.example={}", file.path().display());
    let more = ["--strategy", "sequential", "--local-xml", &local];
    let run = search("contoso", "PreferLocalXML = 1", &more);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("a local file"), "{}", run.stdout);
    assert!(!run.stderr.contains("lab: http"), "{}", run.stderr);
    let run = search("contoso", "PreferLocalXML = 0", &more);
    assert!(run.stdout.contains("https://autodiscover.contoso.example"), "{}", run.stdout);
}

#[test]
fn what_was_found_before_is_not_taken_where_that_is_excluded() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache.json");
    let more = ["--cached", "--cache-file", cache.to_str().unwrap()];
    let asks = |run: &Run| run.stderr.contains("lab: http POST");
    assert!(asks(&search("contoso", "", &more)));
    assert!(!asks(&search("contoso", "", &more)), "the cache answers");
    assert!(asks(&search("contoso", "ExcludeLastKnownGoodURL = 1", &more)));
}

#[test]
fn an_unknown_switch_or_value_is_refused_with_its_line() {
    for (switches, said) in [
        ("ExcludeSrvLookup = 1", "ExcludeSrvLookup"),
        ("ExcludeScpLookup = 2", "expected 1 or 0, true or false"),
        ("Timeout = 5000", "`Timeout` is between 10000 and 3600000 ms"),
    ] {
        let run = search("contoso", switches, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(run.stderr.contains(said) && run.stderr.contains("line 2"), "{}", run.stderr);
    }
    let run = search("contoso", "RedirectServers = [\"any\"]", &[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("`any` in `RedirectServers` is no host name"), "{}", run.stderr);
}
