//! A folder in the place of Mozilla's database: it overrides, asks nobody, and is not believed
//! above the domain.

use std::{fs, path::Path};

use crate::program::mailscout;

/// An entry of the database for a domain, with this server.
fn entry(domain: &str, host: &str) -> String {
    format!(
        "<clientConfig version=\"1.1\"><emailProvider id=\"{domain}\"><domain>{domain}</domain>\
         <displayName>Of the folder</displayName>\
         <incomingServer type=\"imap\"><hostname>{host}</hostname><port>993</port>\
         <socketType>SSL</socketType><username>%EMAILADDRESS%</username>\
         <authentication>password-cleartext</authentication></incomingServer>\
         </emailProvider></clientConfig>"
    )
}

/// What is found in a scenario with this folder: the exit code, mechanism, IMAP host and trust, and
/// what the lab was asked.
fn search(scenario: &str, folder: &Path, more: &[&str]) -> (i32, Option<[String; 3]>, String) {
    let (lab, folder) = (format!("--lab={scenario}"), folder.to_str().unwrap());
    let fixed = ["discover", "alice@contoso.example", &lab, "--ispdb-dir", folder];
    let common = ["--json", "--lab-journal", "--skip", "guess", "--strategy", "sequential"];
    let run = mailscout(&[&fixed, &common[..], more].concat());
    let document: serde_json::Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let source = &document["source"];
    let found = source.is_object().then(|| {
        let host = text(&document["incoming"][0]["host"]);
        [text(&source["mechanism"]), host, text(&source["trust"])]
    });
    (run.code, found, run.stderr)
}

#[test]
fn an_entry_of_the_folder_stands_for_the_database_and_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("contoso.example.xml"),
        entry("contoso.example", "imap.local.example"),
    )
    .unwrap();
    let (code, found, journal) = search("nothing-published", folder.path(), &[]);
    assert_eq!(found.unwrap(), ["ispdb", "imap.local.example", "third-party"], "{journal}");
    assert_eq!(code, 0);
    assert!(!journal.contains("ispdb") && !journal.contains("thunderbird"), "{journal}");
}

#[test]
fn an_entry_for_the_hoster_is_found_by_the_mx_record_and_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("hoster.example.xml"),
        entry("hoster.example", "imap.hoster.example"),
    )
    .unwrap();
    // The scenario's own database would have another answer; nobody asks it.
    let (code, found, journal) = search("ispdb-exchange-types", folder.path(), &[]);
    assert_eq!(found.unwrap(), ["ispdb-mx", "imap.hoster.example", "unauthenticated"], "{journal}");
    assert_eq!(code, 3);
    assert!(!journal.contains("ispdb.lab.example"), "{journal}");
}

#[test]
fn what_the_domain_says_itself_counts_before_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("contoso.example.xml"),
        entry("contoso.example", "imap.local.example"),
    )
    .unwrap();
    let (code, found, _) = search("autoconfig-well-known", folder.path(), &[]);
    assert_eq!(found.unwrap()[0], "autoconfig-well-known");
    assert_eq!(code, 0);
    // Who wants the folder alone says so.
    let (_, found, _) = search("autoconfig-well-known", folder.path(), &["--only", "ispdb"]);
    assert_eq!(found.unwrap()[1], "imap.local.example");
}

#[test]
fn a_broken_entry_and_none_are_reasons_and_no_end() {
    let folder = tempfile::tempdir().unwrap();
    for (content, code) in [(None, "not-in-folder"), (Some("<clientConfig"), "not-xml")] {
        if let Some(content) = content {
            fs::write(folder.path().join("contoso.example.xml"), content).unwrap();
        }
        let path = folder.path().to_str().unwrap();
        let run = mailscout(&[
            "discover",
            "alice@contoso.example",
            "--lab=nothing-published",
            "--ispdb-dir",
            path,
            "--json",
            "--skip",
            "guess",
        ]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let attempts = document["attempts"].as_array().unwrap();
        let of_folder = attempts.iter().find(|attempt| attempt["mechanism"] == "ispdb").unwrap();
        assert_eq!(of_folder["code"], code);
    }
}
