//! The cache as a user meets it: when it is read and written, what is listed, what is forgotten.

use std::path::{Path, PathBuf};

use crate::program::{Run, mailscout, mailscout_in, mailscout_with};

/// A folder, and a cache in it that does not exist yet.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.json");
    (folder, path)
}

/// `discover` in the lab, with this cache and the journal.
fn discover(scenario: &str, cache: &Path, more: &[&str]) -> Run {
    let lab = format!("--lab={scenario}");
    let base = ["discover", &lab, "--lab-journal", "--cache-file", cache.to_str().unwrap()];
    mailscout(&[&base[..], more].concat())
}

fn cache(words: &[&str], file: &Path) -> Run {
    mailscout(&[&["cache"], words, &["--cache-file", file.to_str().unwrap()]].concat())
}

fn asks(run: &Run) -> bool {
    run.stderr.lines().any(|line| line.starts_with("lab: "))
}

#[test]
fn a_second_run_asks_nobody_with_cached_and_everybody_without() {
    let (_folder, path) = place();
    let first = discover("contoso", &path, &["--cached"]);
    assert!(asks(&first) && first.code == 0, "{}", first.stderr);
    assert!(!first.stdout.contains("Cache "), "{}", first.stdout);
    let second = discover("contoso", &path, &["--cached"]);
    assert!(!asks(&second) && second.code == 0, "{}", second.stderr);
    let settings: Vec<&str> = first.stdout.lines().collect();
    assert!(second.stdout.starts_with(&settings[..4].join("\n")), "{}", second.stdout);
    let fact = second.stdout.lines().find(|line| line.starts_with("  Cache ")).unwrap();
    assert!(
        fact.contains("from the cache, found 20") && fact.contains("Z, valid until 20"),
        "{fact}"
    );
    assert!(asks(&discover("contoso", &path, &[])));
    let json = discover("contoso", &path, &["--cached", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["attempts"], serde_json::json!([]));
    assert_eq!(document["cached"]["until"], document["valid_until"]);
}

#[test]
fn other_options_are_another_question() {
    let (_folder, path) = place();
    discover("contoso", &path, &[]);
    assert!(!asks(&discover("contoso", &path, &["--cached", "--strategy", "sequential"])));
    for other in [
        &["--order", "outlook"][..],
        &["--prefer", "pop3"],
        &["--skip", "pacc"],
        &["--allow-redirect", "hoster.example"],
        &["--allow-unencrypted"],
        &["--profile", "outlook2010"],
    ] {
        assert!(asks(&discover("contoso", &path, &[&["--cached"], other].concat())), "{other:?}");
    }
}

/// A document with one server: an Autodiscover answer, and one for Mozilla's database.
fn documents(host: &str) -> [String; 2] {
    [
        format!(
            "<Autodiscover><Response><Account><Action>settings</Action><Protocol><Type>IMAP</Type>\
             <Server>{host}</Server></Protocol></Account></Response></Autodiscover>"
        ),
        format!(
            "<clientConfig version='1.1'><emailProvider id='contoso.example'>\
             <domain>contoso.example</domain><incomingServer type='imap'>\
             <hostname>{host}</hostname><port>993</port><socketType>SSL</socketType>\
             <username>%EMAILADDRESS%</username>\
             <authentication>password-cleartext</authentication></incomingServer>\
             </emailProvider></clientConfig>"
        ),
    ]
}

#[test]
fn a_relative_path_is_another_question_in_another_folder() {
    for (kind, only, path, option) in [
        (0, "local-xml", "mine.xml", "--local-xml=contoso.example=mine.xml"),
        (1, "ispdb", "db/contoso.example.xml", "--ispdb-dir=db"),
    ] {
        let (folder, cache) = place();
        let discover = |below: &str| {
            let file = folder.path().join(below).join(path);
            if !file.exists() {
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                let document = &documents(&format!("{below}.contoso.example"))[kind];
                std::fs::write(&file, document).unwrap();
            }
            let file = cache.to_str().unwrap();
            let base = ["discover", "--lab=contoso", "--lab-journal", "--cached", "--cache-file"];
            let more = [file, "--only", only, option];
            let run = mailscout_in(&folder.path().join(below), &[&base[..], &more].concat());
            assert_eq!(run.code, 0, "{only} {below}: {}", run.stderr);
            let is_remembered = run.stdout.contains("from the cache");
            assert!(run.stdout.contains(&format!("{below}.contoso.example")), "{}", run.stdout);
            is_remembered
        };
        assert!(!discover("one"), "{only}");
        assert!(!discover("two"), "{only}");
        assert!(discover("one") && discover("two"), "{only}");
    }
}

#[test]
fn every_answer_has_the_exit_code_that_it_had() {
    for (scenario, code, is_kept) in [
        ("guess-log-in", 0, true),
        ("nothing-published", 1, true),
        ("google-workspace", 3, true),
        ("guess-half", 3, false),
        ("redirect-url-document-no-consent", 3, false),
        ("unauthorized-401", 3, false),
    ] {
        let (_folder, path) = place();
        let first = discover(scenario, &path, &[]);
        assert_eq!(first.code, code, "{scenario}: {}", first.stderr);
        let second = discover(scenario, &path, &["--cached"]);
        assert_eq!(second.code, code, "{scenario}: {}", second.stderr);
        assert_eq!(asks(&second), !is_kept, "{scenario}: {}", second.stderr);
        let said = format!("{}{}", second.stdout, second.stderr);
        assert_eq!(said.contains("from the cache, found 20"), is_kept, "{scenario}: {said}");
    }
}

#[test]
fn a_password_is_not_kept_and_proves_remembered_servers_with_verify_only() {
    let (folder, path) = place();
    let password = [("MAILSCOUT_PASSWORD", "right-one")];
    let file = path.to_str().unwrap();
    let run = |more: &[&str]| {
        let base = ["discover", "--lab=guess-log-in", "--lab-journal", "--cache-file", file];
        mailscout_with(&[&base[..], more].concat(), &password, b"")
    };
    assert!(run(&[]).stdout.contains("logged in"));
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("right-one"), "{text}");
    }
    let remembered = run(&["--cached"]);
    assert!(!asks(&remembered), "{}", remembered.stderr);
    assert!(remembered.stdout.contains("guessed (profile modern)\n"), "{}", remembered.stdout);
    assert!(remembered.stderr.contains("the answer comes from the cache"), "{}", remembered.stderr);
    let verified = run(&["--cached", "--verify"]);
    assert!(asks(&verified) && verified.stdout.contains("logged in"), "{}", verified.stdout);
    assert!(verified.stdout.contains("from the cache"), "{}", verified.stdout);
}

#[test]
fn what_is_found_in_the_lab_or_on_a_bent_network_is_not_kept_for_the_user() {
    let (folder, _) = place();
    let home = [("XDG_CACHE_HOME", folder.path().to_str().unwrap())];
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "dns-server = \"127.0.0.1:1\"\n").unwrap();
    let config = config.to_str().unwrap();
    for bent in [
        &["--lab"][..],
        &["--dns-server", "127.0.0.1:1"],
        &["--connect-to", ":443:127.0.0.1:1", "--isolated"],
        &["--config", config],
    ] {
        let base = ["discover", "alice@contoso.example", "--no-prompt", "--timeout", "0.2"];
        let search = [&base[..], bent].concat();
        if bent != ["--connect-to", ":443:127.0.0.1:1", "--isolated"] {
            mailscout_with(&search, &home, b"");
        }
        let run = mailscout_with(&[&search[..], &["--cached"]].concat(), &home, b"");
        assert_eq!(run.code, 2, "{bent:?}: {}", run.stderr);
        assert!(run.stderr.contains("hint: `--cache-file FILE` names a cache"), "{}", run.stderr);
    }
    assert!(!folder.path().join("mailscout").exists());
}

#[test]
fn the_users_own_cache_answers_with_no_network() {
    let (folder, path) = place();
    discover("contoso", &path, &["--ispdb-url", "https://autoconfig.thunderbird.net/v1.1"]);
    let own = folder.path().join("mailscout");
    std::fs::create_dir(&own).unwrap();
    std::fs::rename(&path, own.join("cache.json")).unwrap();
    let home = [("XDG_CACHE_HOME", folder.path().to_str().unwrap())];
    let run = mailscout_with(&["discover", "alice@contoso.example", "--cached"], &home, b"");
    assert!(run.code == 0 && run.stdout.contains("from the cache"), "{}{}", run.stdout, run.stderr);
    let list = mailscout_with(&["cache", "list"], &home, b"");
    assert!(list.stdout.contains("alice@contoso.example"), "{}", list.stdout);
    let clear = mailscout_with(&["cache", "clear"], &home, b"");
    assert_eq!((clear.code, clear.stderr.as_str()), (0, "1 entry forgotten\n"));
    assert!(!own.join("cache.json").exists());
}

#[test]
fn nothing_is_kept_where_that_is_not_wanted() {
    let (folder, path) = place();
    let run = mailscout(&["discover", "--lab", "--no-cache"]);
    assert_eq!(run.code, 0);
    let run = discover("contoso", &path, &["--no-cache"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_list_names_what_is_kept_and_clear_forgets_it() {
    let (_folder, path) = place();
    assert_eq!(cache(&["list"], &path).stderr, "nothing is kept\n");
    discover("contoso", &path, &[]);
    discover("contoso", &path, &["nobody@nothing.contoso.example"]);
    let list = cache(&["list"], &path);
    let lines: Vec<&str> = list.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", list.stdout);
    assert!(
        lines[0].contains(
            "autodiscover-https-host   authenticated   IMAP mail.contoso.example:993 TLS"
        ),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].contains("nobody@nothing.contoso.example") && lines[1].ends_with("no settings")
    );
    let json = cache(&["list", "--json"], &path);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["entries"][0]["address"], "alice@contoso.example");
    assert_eq!(document["entries"][0]["servers"][2]["security"], "starttls");
    assert_eq!(document["entries"][1]["outcome"], "not-found");
    assert_eq!(cache(&["clear", "contoso.example"], &path).stderr, "1 entry forgotten\n");
    assert_eq!(cache(&["clear", "alice@contoso.example"], &path).stderr, "0 entries forgotten\n");
    assert_eq!(cache(&["clear", "contoso"], &path).code, 2);
    assert_eq!(cache(&["clear"], &path).stderr, "1 entry forgotten\n");
    assert!(!path.exists());
}

#[test]
fn a_cache_that_is_none_is_said_once_and_the_search_goes_on() {
    let (_folder, path) = place();
    std::fs::write(&path, "{\"mailscout-cache\":1,\"entr").unwrap();
    let list = cache(&["list"], &path);
    assert!(list.code == 0 && list.stderr.starts_with("warning: the cache `"), "{}", list.stderr);
    let run = discover("contoso", &path, &["--cached"]);
    assert!(run.code == 0 && asks(&run), "{}", run.stderr);
    assert_eq!(
        run.stderr.matches("cannot be read and counts as empty").count(),
        1,
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("cannot be read"), "{}", run.stdout);
    assert!(!asks(&discover("contoso", &path, &["--cached"])), "it was replaced");
}

#[test]
fn a_cache_that_cannot_be_written_is_a_warning() {
    let (folder, path) = place();
    std::fs::write(&path, "").unwrap();
    let below = path.join("cache.json");
    let run = discover("contoso", &below, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning: nothing was kept: the cache `"), "{}", run.stderr);
    let clear = cache(&["clear"], folder.path());
    assert_eq!(clear.code, 4, "{}", clear.stderr);
}

#[test]
fn a_deceptive_text_in_the_cache_moves_no_cursor() {
    let (_folder, path) = place();
    discover("contoso", &path, &[]);
    let text = std::fs::read_to_string(&path).unwrap();
    let from = "\"username\":\"alice@contoso.example\"";
    assert!(text.contains(from));
    std::fs::write(&path, text.replace(from, "\"username\":\"a\\u001b[2Jb\"")).unwrap();
    let run = discover("contoso", &path, &["--cached"]);
    assert!(
        run.stdout.contains(r"a\u{1b}[2Jb") && !run.stdout.contains('\u{1b}'),
        "{}",
        run.stdout
    );
}
