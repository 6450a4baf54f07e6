//! The answers of directories in scripts.
//!
//! ```text
//! LDAP dc1.contoso.example = starttls-refused
//! LDAP dc1.contoso.example user = exchange EX1 mail alice@contoso.example
//! LDAP dc1.contoso.example scp = url https://ex.contoso.example~ site Berlin | pointer LDAP://dc2.fabrikam.example domain contoso.example
//! LDAP dc1.contoso.example server = ex1.contoso.example
//! ```
//!
//! A question to which the world says nothing finds no entry.

use mailscout_net::{
    directory::{DirectoryAnswer, DirectorySearch, DirectorySecurity, Entry},
    failure::Failure,
};
use mailscout_schema::autodiscover::scp::{POINTER_KEYWORD, URL_KEYWORD};

/// The question, as a line has it.
pub(crate) fn key(search: &DirectorySearch) -> String {
    let filter = search.filter.to_string();
    let what = match &filter {
        filter if filter.contains("serviceConnectionPoint") => "scp",
        filter if filter.contains("msExchExchangeServer") => "server",
        _ => "user",
    };
    format!("LDAP {} {what}", search.server.host)
}

/// What the server says, and what it says to every question.
pub(crate) fn answer(
    search: &DirectorySearch,
    answer: Option<&str>,
    of_server: Option<&str>,
) -> Result<DirectoryAnswer, Failure> {
    let diagnostic = || "no".to_owned();
    match of_server.or(answer) {
        Some("starttls-refused") if search.server.security == DirectorySecurity::StartTls => {
            Err(Failure::LdapStartTlsRefused { code: 2, diagnostic: diagnostic() })
        }
        Some("bind-refused") => {
            Err(Failure::LdapBindRefused { code: 49, diagnostic: diagnostic() })
        }
        Some("refused") => Err(Failure::LdapRefused { code: 1, diagnostic: diagnostic() }),
        Some("timeout") => Err(Failure::ExchangeTimeout),
        Some("bad-certificate") => {
            Err(Failure::Certificate(mailscout_net::certificate::CertificateProblem::SelfSigned))
        }
        _ => Ok(DirectoryAnswer::new(
            answer.map(|list| list.split(" | ").map(entry).collect()).unwrap_or_default(),
        )),
    }
}

fn entry(text: &str) -> Entry {
    let words: Vec<&str> = text.split_whitespace().collect();
    let value = |word: &str| words.iter().position(|own| *own == word).map(|at| words[at + 1]);
    let mut attributes: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
    let mut add = |name: &str, values: Vec<String>| {
        attributes.push((name.to_owned(), values.into_iter().map(String::into_bytes).collect()));
    };
    let kinds = [("url", URL_KEYWORD), ("pointer", POINTER_KEYWORD)];
    if let Some((word, keyword)) = kinds.iter().find(|(word, _)| value(word).is_some()) {
        let site = value("site").map(|site| format!("Site={site}"));
        let domain = value("domain").map(|domain| format!("Domain={domain}"));
        let keyword = Some((*keyword).to_owned());
        add("keywords", [keyword, site, domain].into_iter().flatten().collect());
        add("serviceBindingInformation", vec![value(word).unwrap().to_owned()]);
    }
    if let Some(name) = value("exchange") {
        add("msExchHomeServerName", vec![format!("/o=C/cn=Servers/cn={name}")]);
    }
    if let Some(mail) = value("mail") {
        add("mail", vec![mail.to_owned()]);
    }
    if let [name] = words.as_slice() {
        add("networkAddress", vec![format!("netbios:X"), format!("ncacn_ip_tcp:{name}")]);
    }
    Entry::new("CN=x", attributes)
}
