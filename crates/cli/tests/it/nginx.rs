//! A real nginx that can only serve files: the static set-up of the seed document, with a private
//! authority.

use crate::{
    authority::certify,
    program::{Run, mailscout_with},
    servers::{Nginx, find, free_port},
};

const DOCUMENT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/autodiscover/contoso-pop3-imap-smtp.xml"
));

/// A web server for contoso.example and its autodiscover host.
struct Site {
    folder: tempfile::TempDir,
    https: u16,
    http: u16,
    _nginx: Nginx,
}

impl Site {
    fn start(test: &str) -> Option<Self> {
        let program = find("nginx", test)?;
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path(), &["contoso.example", "autodiscover.contoso.example"]);
        let files = folder.path().join("html/autodiscover");
        std::fs::create_dir_all(&files).unwrap();
        std::fs::write(files.join("autodiscover.xml"), DOCUMENT).unwrap();
        let (https, http) = (free_port(), free_port());
        let servers = format!(
            "server {{ listen 127.0.0.1:{https} ssl; server_name contoso.example;
                 ssl_certificate cert.pem; ssl_certificate_key key.pem;
                 location / {{ return 404; }} }}
             server {{ listen 127.0.0.1:{https} ssl; server_name autodiscover.contoso.example;
                 ssl_certificate cert.pem; ssl_certificate_key key.pem; root html;
                 error_page 405 /autodiscover/autodiscover.xml; }}
             server {{ listen 127.0.0.1:{http}; server_name autodiscover.contoso.example;
                 return 301 https://$host$request_uri; }}"
        );
        let nginx = Nginx::start(&program, folder.path(), &servers, https);
        Some(Self { folder, https, http, _nginx: nginx })
    }

    fn ca_file(&self) -> String {
        self.folder.path().join("ca.pem").to_str().unwrap().to_owned()
    }

    /// The search for alice, led to this site; nobody answers for any other name.
    fn arguments(&self) -> Vec<String> {
        let (https, http) = (self.https, self.http);
        let mut words: Vec<String> =
            ["discover", "alice@contoso.example", "--dns-server", "127.0.0.1:1"]
                .map(str::to_owned)
                .into();
        for route in [
            format!("contoso.example:443:127.0.0.1:{https}"),
            format!("autodiscover.contoso.example:443:127.0.0.1:{https}"),
            format!("autodiscover.contoso.example:80:127.0.0.1:{http}"),
        ] {
            words.extend(["--connect-to".to_owned(), route]);
        }
        words
    }

    fn run(&self, more: &[&str], variables: &[(&str, &str)]) -> Run {
        let arguments = self.arguments();
        let words: Vec<&str> =
            arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        mailscout_with(&words, variables, b"")
    }
}

#[test]
fn settings_come_from_nginx_that_answers_a_post_with_405_and_the_file() {
    let Some(site) =
        Site::start("settings_come_from_nginx_that_answers_a_post_with_405_and_the_file")
    else {
        return;
    };
    let run = site.run(&["--ca-file", &site.ca_file(), "--strategy", "sequential"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("POP3   mail.contoso.example   995   TLS"), "{}", run.stdout);
    assert!(run.stdout.contains("authenticated by contoso.example"), "{}", run.stdout);
    let log = std::fs::read_to_string(site.folder.path().join("access.log")).unwrap();
    let asked: Vec<&str> = log.lines().filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(asked, ["POST /autodiscover/autodiscover.xml HTTP/1.1"; 2]);
    assert!(log.lines().last().unwrap().contains("\" 405 "), "{log}");
}

#[test]
fn ssl_cert_file_names_the_private_authority_too() {
    let Some(site) = Site::start("ssl_cert_file_names_the_private_authority_too") else { return };
    let ca_file = site.ca_file();
    let run = site.run(&[], &[("SSL_CERT_FILE", &ca_file), ("SSL_CERT_DIR", "/nonexistent")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn without_the_authority_nothing_is_taken_and_the_reason_is_named() {
    let Some(site) = Site::start("without_the_authority_nothing_is_taken_and_the_reason_is_named")
    else {
        return;
    };
    let run = site.run(&["--order", "outlook", "--skip", "srv-redirect"], &[]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    let reason = "issued by an authority that is not trusted here";
    assert_eq!(run.stderr.matches(reason).count(), 2, "{}", run.stderr);
}

#[test]
fn the_plain_http_redirect_of_nginx_leads_to_https() {
    let Some(site) = Site::start("the_plain_http_redirect_of_nginx_leads_to_https") else { return };
    let run = site.run(&["--ca-file", &site.ca_file(), "--only", "http-redirect"], &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("verified: named by plain http"), "{}", run.stdout);
}
