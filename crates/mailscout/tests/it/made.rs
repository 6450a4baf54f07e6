//! Scenarios for the lab, put together from parts: `contoso.example`, its web servers and its one
//! mail host.
//!
//! A server is a word here: `imap`, `pop3` or `smtp` at `mail.contoso.example`, with `/plain` behind
//! it where it has no encryption.

use core::fmt::Write as _;

/// A scenario with these records of `contoso.example` beside those of its hosts, and these faults of
/// its DNS (`"autodiscover" = "servfail"`).
pub(crate) fn scenario(records: &str, faults: &str, hosts: &[String]) -> String {
    format!(
        r#"
title = "made of parts"
address = "alice@contoso.example"
[zones."contoso.example"]
records = """
@     A  203.0.113.5
mail  A  203.0.113.7
{records}
"""
[zones."contoso.example".faults]
{faults}
{}"#,
        hosts.concat()
    )
}

/// A web server at this address: its own words, then its routes.
pub(crate) fn web(name: &str, address: &str, words: &str, routes: &[String]) -> String {
    format!(
        "[[hosts]]\nnames = [\"{name}\"]\naddresses = [\"{address}\"]\n[[hosts.services]]\n{words}\n{}",
        routes.concat()
    )
}

/// The domain's own web server, which has nothing but these routes.
pub(crate) fn root(routes: &[String]) -> String {
    web("contoso.example", "203.0.113.5", "", routes)
}

/// The Autoconfig host; it needs the record [`AUTOCONFIG`].
pub(crate) fn autoconfig_host(servers: &str) -> String {
    web("autoconfig.contoso.example", "203.0.113.8", "", &[autoconfig(servers, "")])
}

/// Where the Autoconfig host is.
pub(crate) const AUTOCONFIG: &str = "autoconfig  A  203.0.113.8";

/// A route with a document that names these servers, in the protocols' own words.
pub(crate) fn autodiscover(servers: &str, words: &str) -> String {
    let mut sections = String::new();
    for (protocol, is_plain) in each(servers) {
        let (port, ssl) = (port(protocol, is_plain), if is_plain { "off" } else { "on" });
        write!(
            sections,
            "<Protocol><Type>{}</Type><Server>mail.contoso.example</Server><Port>{port}</Port>\
             <SSL>{ssl}</SSL><SPA>off</SPA><LoginName>alice@contoso.example</LoginName></Protocol>",
            protocol.to_uppercase()
        )
        .unwrap();
    }
    let body = account(&format!("<Action>settings</Action>{sections}"));
    route("/autodiscover/autodiscover.xml", words, &body)
}

/// A route with a document that leads elsewhere: to a URL, or to another address.
pub(crate) fn leading_to(place: &str) -> String {
    let action = if place.contains("://") {
        format!("<Action>redirectUrl</Action><RedirectUrl>{place}</RedirectUrl>")
    } else {
        format!("<Action>redirectAddr</Action><RedirectAddr>{place}</RedirectAddr>")
    };
    route("/autodiscover/autodiscover.xml", "", &account(&action))
}

fn account(content: &str) -> String {
    format!("<Autodiscover><Response><Account>{content}</Account></Response></Autodiscover>")
}

/// A route with a `clientConfig` that names these servers; `more` stands behind its provider.
pub(crate) fn autoconfig(servers: &str, more: &str) -> String {
    let mut sections = String::new();
    for (protocol, is_plain) in each(servers) {
        let direction = if protocol == "smtp" { "outgoing" } else { "incoming" };
        let (port, socket) = (port(protocol, is_plain), if is_plain { "plain" } else { "SSL" });
        write!(
            sections,
            "<{direction}Server type='{protocol}'><hostname>mail.contoso.example</hostname>\
             <port>{port}</port><socketType>{socket}</socketType>\
             <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>\
             </{direction}Server>"
        )
        .unwrap();
    }
    let body = format!(
        "<clientConfig version='1.1'><emailProvider id='contoso.example'>\
         <domain>contoso.example</domain>{sections}</emailProvider>{more}</clientConfig>"
    );
    route("/mail/config-v1.1.xml", "", &body)
}

fn route(path: &str, words: &str, body: &str) -> String {
    format!("[[hosts.services.routes]]\npath = \"{path}\"\n{words}\nbody = \"\"\"{body}\"\"\"\n")
}

/// The mail host: each server with words of its own, and the password of `alice@contoso.example`.
pub(crate) fn mail(servers: &[(&str, &str, &str)]) -> String {
    mail_at("mail", "203.0.113.7", servers)
}

/// The same as another host of the domain; it needs a record.
pub(crate) fn mail_at(name: &str, address: &str, servers: &[(&str, &str, &str)]) -> String {
    let head =
        format!("[[hosts]]\nnames = [\"{name}.contoso.example\"]\naddresses = [\"{address}\"]\n");
    let services = servers.iter().map(|(server, words, password)| {
        let (protocol, is_plain) = each(server).next().unwrap();
        let (port, security) = (port(protocol, is_plain), if is_plain { "plain" } else { "tls" });
        format!(
            "[[hosts.services]]\nscheme = \"{protocol}\"\nport = {port}\nsecurity = \"{security}\"\n\
             {words}\n[[hosts.services.accounts]]\nuser = \"alice@contoso.example\"\n\
             password = \"{password}\"\n"
        )
    });
    head + &services.collect::<String>()
}

/// What opens the servers of [`good_mail`].
pub(crate) const PASSWORD: &str = "right-one";

/// The mail host with these servers, all as they should be.
pub(crate) fn good_mail(servers: &str) -> String {
    let servers: Vec<_> = servers.split(' ').map(|server| (server, "", PASSWORD)).collect();
    mail(&servers)
}

/// The SRV records of these servers.
pub(crate) fn srv(servers: &str) -> String {
    let record = |(protocol, _)| match protocol {
        "imap" => "_imaps._tcp        SRV  0 1 993 mail\n",
        "pop3" => "_pop3s._tcp        SRV  0 1 995 mail\n",
        _ => "_submissions._tcp  SRV  0 1 465 mail\n",
    };
    each(servers).map(record).collect()
}

fn each(servers: &str) -> impl Iterator<Item = (&str, bool)> {
    servers.split(' ').map(|word| match word.split_once('/') {
        Some((protocol, _)) => (protocol, true),
        None => (word, false),
    })
}

fn port(protocol: &str, is_plain: bool) -> u16 {
    match (protocol, is_plain) {
        ("imap", false) => 993,
        ("imap", true) => 143,
        ("pop3", false) => 995,
        ("pop3", true) => 110,
        (_, false) => 465,
        (_, true) => 25,
    }
}
