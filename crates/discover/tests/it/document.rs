//! Documents for scripts, as short as they can be.

use core::fmt::Write as _;

/// The body that words of a script stand for.
///
/// `settings [SERVER…]` is Autodiscover's, each server as `imap`, `pop3` or `smtp`, all with TLS;
/// without servers IMAP. `autoconfig [SERVER…]` is Autoconfig's, each server as `imap`, `pop3` or `smtp`, with
/// `/starttls` or `/plain` behind it where it is not TLS; without servers IMAP and SMTP.
/// `autoconfig-of DOMAIN` is made for that domain.
///
/// `pacc [NAME…]` is PACC's, with the hosts or URLs of these protocols; `issuer` names one, and
/// `tokens-only` takes passwords back. Without names it has IMAP and submission.
pub(crate) fn body(words: &str) -> Vec<u8> {
    let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
    let account = match word {
        "settings" if !rest.is_empty() => {
            let mut sections = "<Action>settings</Action>".to_owned();
            for kind in rest.split(' ') {
                write!(
                    sections,
                    "<Protocol><Type>{}</Type><Server>{kind}.contoso.example</Server>\
                     <SPA>off</SPA></Protocol>",
                    kind.to_uppercase()
                )
                .unwrap();
            }
            sections
        }
        "settings" => {
            "<Action>settings</Action><Protocol><Type>IMAP</Type><Server>mail.contoso.example</Server>\
             <SPA>off</SPA></Protocol>"
                .to_owned()
        }
        "plain-settings" => {
            "<Action>settings</Action><Protocol><Type>IMAP</Type><Server>mail.contoso.example</Server>\
             <Port>143</Port><SSL>off</SSL></Protocol>"
                .to_owned()
        }
        "news" => {
            "<Action>settings</Action><Protocol><Type>NNTP</Type><Server>news.contoso.example</Server>\
             </Protocol>"
                .to_owned()
        }
        "useless-settings" => "<Action>settings</Action>".to_owned(),
        "redirect-url" => {
            format!("<Action>redirectUrl</Action><RedirectUrl>{rest}</RedirectUrl>")
        }
        "redirect-addr" => {
            format!("<Action>redirectAddr</Action><RedirectAddr>{rest}</RedirectAddr>")
        }
        "error" => {
            let error = format!("<Error><ErrorCode>{rest}</ErrorCode></Error>");
            return envelope(&error).into_bytes();
        }
        "autoconfig" => return config(rest).into_bytes(),
        "autoconfig-of" => {
            let document = config("imap smtp");
            let listed = "<domain>contoso.example</domain>";
            return document.replace(listed, &format!("<domain>{rest}</domain>")).into_bytes();
        }
        "pacc" => return pacc(rest).into_bytes(),
        "autoconfig-empty" => return config_of("").into_bytes(),
        "truncated" => {
            let mut document = config(rest).into_bytes();
            document.truncate(document.len() * 2 / 3);
            return document;
        }
        "truncated-json" => {
            let mut document = pacc(rest).into_bytes();
            document.truncate(document.len() * 2 / 3);
            return document;
        }
        "garbage" => return vec![0xff, 0xfe, 0x00, 0xd8, 0x3c, 0x00, 0x00, 0x01],
        "huge" => return format!("{}{}", config(rest), " ".repeat(512 * 1024)).into_bytes(),
        "json" => return b"{\"Protocol\":\"AutodiscoverV1\"}".to_vec(),
        "html" => return b"<!DOCTYPE html><html><body>Welcome</body></html>".to_vec(),
        "empty" => return Vec::new(),
        other => {
            return crate::family::body(other, rest)
                .unwrap_or_else(|| panic!("no such body: {other:?}"));
        }
    };
    envelope(&format!("<Account>{account}</Account>")).into_bytes()
}

fn envelope(answer: &str) -> String {
    format!(
        "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
         <Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">\
         {answer}</Response></Autodiscover>"
    )
}

/// A `clientConfig` with these servers.
fn config(servers: &str) -> String {
    let servers = if servers.is_empty() { "imap smtp" } else { servers };
    let mut sections = String::new();
    for server in servers.split(' ') {
        let (kind, security) = server.split_once('/').unwrap_or((server, "tls"));
        let (element, ports) = match kind {
            "imap" => ("incomingServer", [993, 143]),
            "pop3" => ("incomingServer", [995, 110]),
            _ => ("outgoingServer", [465, 587]),
        };
        let (port, socket) = match security {
            "tls" => (ports[0], "SSL"),
            "starttls" => (ports[1], "STARTTLS"),
            _ => (ports[1], "plain"),
        };
        write!(
            sections,
            "<{element} type=\"{kind}\"><hostname>{kind}.contoso.example</hostname><port>{port}</port>\
             <socketType>{socket}</socketType><username>%EMAILADDRESS%</username>\
             <authentication>password-cleartext</authentication></{element}>"
        )
        .unwrap();
    }
    config_of(&sections)
}

fn config_of(sections: &str) -> String {
    format!(
        "<clientConfig version=\"1.1\"><emailProvider id=\"contoso.example\">\
         <domain>contoso.example</domain>{sections}</emailProvider></clientConfig>"
    )
}

/// A document of PACC with these protocols.
fn pacc(words: &str) -> String {
    let words = if words.is_empty() { "imap submit" } else { words };
    let (mut protocols, mut authentication) = (Vec::new(), Vec::new());
    for word in words.split(' ') {
        match word {
            "issuer" => authentication
                .push("\"oauth-public\":{\"issuer\":\"https://login.contoso.example\"}".to_owned()),
            "tokens-only" => authentication.push("\"password\":false".to_owned()),
            "jmap" | "caldav" | "carddav" => protocols
                .push(format!("\"{word}\":{{\"url\":\"https://{word}.contoso.example/dav/\"}}")),
            _ => protocols.push(format!("\"{word}\":{{\"host\":\"{word}.contoso.example\"}}")),
        }
    }
    let (protocols, authentication) = (protocols.join(","), authentication.join(","));
    format!(
        "{{\"protocols\":{{{protocols}}},\"authentication\":{{{authentication}}},\
         \"info\":{{\"provider\":{{\"name\":\"Contoso\"}}}}}}"
    )
}
