//! Wrong input: one line that names the fault, exit code 2, and nothing asked of any network.

use std::{io::BufRead, time::Instant};

use crate::program::{Run, mailscout, mailscout_with};

/// A DNS server that nobody runs: whoever asked it would wait for seconds.
const NOWHERE: [&str; 2] = ["--dns-server", "127.0.0.1:1"];

#[track_caller]
#[expect(clippy::disallowed_methods, reason = "that nothing was asked shows in the time")]
fn check(address: &str, expected: &str) {
    let started = Instant::now();
    let Run { stdout, stderr, code } = mailscout(&[&["discover", address], &NOWHERE[..]].concat());
    assert!(started.elapsed().as_secs() < 2, "no network is asked");
    assert_eq!(stderr.lines().next(), Some(format!("error: {expected}").as_str()));
    assert_eq!((stdout.as_str(), code), ("", 2));
}

#[test]
fn a_wrong_address_gets_one_line_that_names_the_fault() {
    check("", "the address is empty");
    check("alice", "the address has no `@`");
    check("alice@bob@contoso.example", "the address has two `@`");
    check("alice@", "the domain is empty");
    check("@contoso.example", "nothing stands before the `@`");
    check("alice@contoso..example", "`contoso..example` is not a domain name");
    check("alice@-contoso.example", "`-contoso.example` is not a domain name");
    check("alice@[192.0.2.1]", "the domain is an IP address; discovery needs a domain name");
    check("alice@192.0.2.1", "the domain is an IP address; discovery needs a domain name");
    check(
        "alice@localhost",
        "the domain `localhost` has no dot; discovery needs a full domain name",
    );
    let long = format!("{}@contoso.example", "x".repeat(300));
    check(&long, "the part before the `@` is 300 octets long; at most 64 are allowed");
    check(
        "alice@co.uk",
        "`co.uk` is a public suffix, under which names belong to others; nobody has mail there",
    );
}

#[track_caller]
fn check_refused(arguments: &[&str], expected: &str) {
    let run = mailscout(&[&["discover", "alice@contoso.example", "--lab"], arguments].concat());
    assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn wrong_options_are_refused_and_say_what_is_wrong() {
    check_refused(
        &["--only", "autodiscover"],
        "no such mechanism; there are scp, autodiscover-https-root,",
    );
    check_refused(&["--only", "local-xml", "--skip", "local-xml"], "no mechanism is left to ask");
    check_refused(&["--timeout", "0"], "a number of seconds is needed");
    check_refused(&["--dns-server", "dns.example"], "an IP address is needed");
    check_refused(&["--connect-to", "a:b"], "invalid `--connect-to`: `a:b` is not");
    check_refused(&["--allow-redirect", "hoster"], "invalid value `hoster` for `--allow-redirect`");
    check_refused(&["--local-xml", "contoso.example"], "`DOMAIN=PATH` is needed");
    check_refused(&["--ca-file", "/no/such/file.pem"], "/no/such/file.pem");
    check_refused(&["--config", "/no/such/file.toml"], "/no/such/file.toml");
    check_refused(&["--dns-server", "127.0.0.1"], "cannot be used with");
    check_refused(&["--json", "--explain"], "cannot be used with");
    check_refused(&["--strategy", "fast"], "invalid value 'fast'");
    check_refused(&["--only", "guess", "--skip", "guess"], "no mechanism is left to ask");
    check_refused(&["--profile", "outlook"], "no such profile; there are modern, outlook2010");
    check_refused(&["--allow-cleartext-password"], "--allow-unencrypted");
    check_refused(&["--password", "--password-stdin"], "could not be understood");
    check_refused(&["--password", "--no-prompt"], "could not be understood");
    check_refused(&["--password"], "there is no terminal to ask for the password on");
    check_refused(&["--password-stdin"], "the password on standard input is empty");
    let run = mailscout(&["discover", "--lab=no-such-scenario"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("no-such-scenario") && run.stderr.contains("hint: "),
        "{}",
        run.stderr
    );
    assert_eq!(mailscout(&["discover"]).code, 2);
}

#[test]
fn a_local_file_is_found_by_option_and_by_configuration_with_variables_expanded() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("a.xml");
    std::fs::write(
        &document,
        "<Autodiscover><Response><Account><Action>settings</Action><Protocol><Type>IMAP</Type>\
         <Server>local.contoso.example</Server></Protocol></Account></Response></Autodiscover>",
    )
    .unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[local-xml]\n\"contoso.example\" = \"%WHERE%/a.xml\"\n").unwrap();
    let place = folder.path().to_str().unwrap();
    let base =
        ["discover", "alice@contoso.example", "--lab=nothing-published", "--only", "local-xml"];
    let option = "contoso.example=%WHERE%/a.xml";
    for more in [["--local-xml", option], ["--config", config.to_str().unwrap()]] {
        let run = mailscout_with(&[&base[..], &more[..]].concat(), &[("WHERE", place)], b"");
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("IMAP   local.contoso.example   993   TLS"), "{}", run.stdout);
        assert!(run.stdout.contains("from a file of this computer"), "{}", run.stdout);
    }
}

#[test]
fn the_search_ends_at_its_timeout() {
    let run = mailscout(&[
        "discover",
        "--lab=fault-silence",
        "--order",
        "outlook",
        "--timeout",
        "0.3",
        "--skip",
        "autodiscover-https-host",
    ]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("given up, the time of the whole search was up"), "{}", run.stderr);
    let not_asked = "not asked, the time was up: local XML, HTTP redirect, SRV record";
    assert!(run.stderr.contains(not_asked), "{}", run.stderr);
}

#[test]
fn authorities_that_the_environment_names_are_never_replaced_by_others() {
    let nothing = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    let arguments = ["discover", "alice@contoso.example", "--only", "local-xml"];
    let run = mailscout_with(&[&arguments[..], &NOWHERE[..]].concat(), &nothing, b"");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("SSL_CERT_FILE=/nonexistent SSL_CERT_DIR"), "{}", run.stderr);
}

/// A scenario whose domain leads to a private address.
const PRIVATE: &str = r#"
title = "The root is in a private network"
address = "alice@contoso.example"
[zones."contoso.example"]
records = """
@ A 10.0.0.5
"""
[[hosts]]
names = ["contoso.example"]
addresses = ["10.0.0.5"]
[[hosts.services]]
[[hosts.services.routes]]
document = "contoso-pop3-imap-smtp.xml"
"#;

#[test]
fn public_only_keeps_the_search_out_of_private_networks() {
    let folder = tempfile::tempdir().unwrap();
    let (scenario, config) = (folder.path().join("a.toml"), folder.path().join("config.toml"));
    std::fs::write(&scenario, PRIVATE).unwrap();
    std::fs::write(&config, "public-only = true\n").unwrap();
    let lab = format!("--lab={}", scenario.display());
    let base = ["discover", &lab, "--only", "autodiscover-https-root", "--explain"];
    assert_eq!(mailscout(&base).code, 0);
    for more in [&["--public-only"][..], &["--config", config.to_str().unwrap()]] {
        let run = mailscout(&[&base[..], more].concat());
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(
            run.stdout.contains("leads to 10.0.0.5, which is not allowed here"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn files_without_end_and_pipes_are_refused_in_no_time() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let large = folder.path().join("large.xml");
    std::fs::write(&large, " ".repeat(600 * 1024)).unwrap();
    for (path, why) in [
        (fifo.to_str().unwrap(), "it is no regular file"),
        ("/dev/zero", "it is no regular file"),
        ("/tmp", "it is no regular file"),
        (large.to_str().unwrap(), "it is larger than 512 KiB"),
    ] {
        let local = format!("contoso.example={path}");
        let base = ["discover", "--lab=nothing-published", "--only", "local-xml"];
        let run = mailscout(&[&base[..], &["--local-xml", &local]].concat());
        assert_eq!(run.code, 1, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{path}: {}", run.stderr);
    }
    for option in ["--config", "--ca-file"] {
        for path in [fifo.to_str().unwrap(), "/dev/zero"] {
            check_refused(&[option, path], "it is no regular file");
        }
    }
    let run = mailscout(&["parse", "/dev/zero"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn a_full_disk_is_an_error_and_not_a_panic() {
    let run = std::process::Command::new("sh")
        .arg("-c")
        .arg(concat!(env!("CARGO_BIN_EXE_mailscout"), " discover --lab > /dev/full"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("error: the output cannot be written"), "{stderr}");
}

#[test]
fn talk_that_cannot_be_written_changes_nothing() {
    for (line, code) in [
        ("discover no-address", 2),
        ("guess a@b.example --password=x", 2),
        ("guess --no-such-flag", 2),
        ("discover --lab=redirect-url-document-no-consent --lab-journal", 3),
        ("discover --lab --lab-journal", 0),
        ("guess --lab=guess-plain-only", 3),
        ("parse /dev/null", 1),
        ("discover --lab > /dev/full", 4),
    ] {
        let run = std::process::Command::new("sh")
            .arg("-c")
            .arg(format!("{} {line} 2> /dev/full", env!("CARGO_BIN_EXE_mailscout")))
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(code), "{line}");
    }
}

#[test]
fn the_command_that_the_lab_prints_sees_what_the_lab_shows() {
    for scenario in [
        "contoso",
        "guess-993-587",
        "http-redirect-hoster",
        "redirect-to-private-address",
        "wildcard-dns",
    ] {
        let mut lab = std::process::Command::new(env!("CARGO_BIN_EXE_mailscout"))
            .args(["lab", "run", scenario])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufReader::new(lab.stdout.take().unwrap()).lines();
        let mut command = String::new();
        while let Some(Ok(line)) = lines.next() {
            command.push_str(line.trim_end_matches('\\'));
            if !line.ends_with('\\') {
                break;
            }
        }
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let outside = mailscout(&words);
        let terminated = std::process::Command::new("kill").arg(lab.id().to_string()).status();
        assert!(terminated.unwrap().success());
        assert!(lab.wait().unwrap().success(), "it ends when it is told to");
        let option = format!("--lab={scenario}");
        let arguments: Vec<&str> =
            words[2..].iter().copied().take_while(|w| *w != "--dns-server").collect();
        let inside = mailscout(&[&["discover", &option][..], &arguments].concat());
        assert_eq!(
            (outside.code, &outside.stdout),
            (inside.code, &inside.stdout),
            "{}",
            outside.stderr
        );
    }
}

#[test]
fn a_lab_at_its_own_addresses_is_found_without_routes() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.toml");
    let text = format!(
        "title = \"test\"\naddress = \"alice@contoso.example\"\n\
         [[hosts]]\nnames = [\"contoso.example\"]\naddresses = [\"127.0.0.1\"]\n\
         [[hosts.services]]\nport = {port}\n"
    );
    std::fs::write(&file, text).unwrap();
    let mut lab = std::process::Command::new(env!("CARGO_BIN_EXE_mailscout"))
        .args(["lab", "run"])
        .arg(&file)
        .args(["--own-addresses", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(lab.stdout.take().unwrap()).lines();
    let command = lines.next().unwrap().unwrap();
    let again = std::net::TcpListener::bind(("127.0.0.1", port));
    drop(lines);
    lab.wait().unwrap();
    assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AddrInUse, "it is served there");
    let start = "mailscout discover alice@contoso.example --dns-server 127.0.0.1:";
    assert!(command.starts_with(start), "{command}");
    assert!(!command.contains("--connect-to") && !command.contains("--isolated"), "{command}");
}

#[test]
fn the_lab_ends_when_nobody_reads_it() {
    let line = concat!(env!("CARGO_BIN_EXE_mailscout"), " lab run contoso 2>/dev/null | head -1");
    let run =
        std::process::Command::new("timeout").args(["20", "sh", "-c", line]).status().unwrap();
    assert!(run.success(), "{run}");
}

#[test]
fn the_lab_lists_its_scenarios() {
    let run = mailscout(&["lab", "list"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.lines().any(|line| line.trim_start().starts_with("contoso ")),
        "{}",
        run.stdout
    );
}
