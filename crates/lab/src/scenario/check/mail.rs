//! Which words of a mail server belong together.

use std::collections::BTreeSet;

use crate::scenario::file::{
    Account, Fault, MECHANISMS, Mail, Mechanism, Protocol, Security, Service,
};

/// Checks a service's words about mail and fills in its mail server.
pub(super) fn prepare(service: &mut Service) -> Result<(), String> {
    check_words(service)?;
    service.settle_mail();
    let Some(mail) = &service.mail else {
        return Ok(());
    };
    if !service.routes.is_empty() {
        return Err(format!("`routes` is for web servers, and this is {}", mail.protocol));
    }
    if mail.security == Security::Plain && service.names_certificate() {
        return Err("`certificate` needs security \"tls\" or \"starttls\"".to_owned());
    }
    check_upgrade(mail)?;
    check_texts(mail)?;
    check_mechanisms(mail)?;
    check_accounts(&mail.accounts)
}

/// No word is used for a server that has no meaning for it.
fn check_words(service: &Service) -> Result<(), String> {
    let protocol = service.scheme.protocol();
    for (word, servers) in service.special_words() {
        if !protocol.is_some_and(|protocol| servers.contains(&protocol)) {
            let servers: Vec<String> = servers.iter().map(ToString::to_string).collect();
            let scheme = service.scheme;
            return Err(format!("`{word}` is for {}, and this is {scheme}", servers.join(", ")));
        }
    }
    match service.fault {
        None => Ok(()),
        Some(fault) => check_fault(fault, service),
    }
}

fn check_fault(fault: Fault, service: &Service) -> Result<(), String> {
    use Fault as F;

    let Some(protocol) = service.scheme.protocol() else {
        let for_web = matches!(
            fault,
            F::Silence | F::Reset | F::Refuse | F::Blackhole | F::CutHandshake | F::PlainText
        );
        return if for_web { Ok(()) } else { Err("this fault is for mail servers".to_owned()) };
    };
    let security = service.security();
    let problem = match fault {
        F::PlainText => {
            "fault \"plain-text\" is for web servers; \
            a mail server has security \"plain\" and any port"
        }
        F::CutHandshake if security != Security::Tls => {
            "fault \"cut-handshake\" needs security \"tls\""
        }
        F::StarttlsInjection | F::StarttlsStripped | F::StarttlsRefused | F::StarttlsCut
            if security != Security::StartTls =>
        {
            "a fault of STARTTLS needs security \"starttls\""
        }
        F::Preauth if protocol != Protocol::Imap => "fault \"preauth\" is for imap",
        _ => return Ok(()),
    };
    Err(problem.to_owned())
}

fn check_upgrade(mail: &Mail) -> Result<(), String> {
    if mail.security != Security::StartTls {
        if mail.login_before_tls || !mail.mechanisms_before_tls.is_empty() {
            return Err("what is offered before TLS needs security \"starttls\"".to_owned());
        }
    } else if !mail.ehlo {
        return Err("without EHLO there is no STARTTLS".to_owned());
    }
    let lists_nothing = mail.mechanisms.is_empty() && mail.capabilities.is_empty();
    if !mail.ehlo && !lists_nothing {
        return Err("without EHLO there are no mechanisms and no capabilities".to_owned());
    }
    let lists = matches!(mail.fault, Some(Fault::EndlessCapabilities | Fault::CloseInCapabilities));
    if lists && !(mail.ehlo && mail.capa) {
        return Err("a fault of the capabilities needs a list of them".to_owned());
    }
    Ok(())
}

fn check_texts(mail: &Mail) -> Result<(), String> {
    // SMTP alone has greetings of several lines.
    let breaks = |c: char| c == '\n' && mail.protocol == Protocol::Smtp;
    if mail.greeting.chars().any(|c| c.is_control() && !breaks(c)) {
        return Err("`greeting` is not one line of text".to_owned());
    }
    for capability in &mail.capabilities {
        let spaces = mail.protocol != Protocol::Imap;
        let plain = |c: char| c.is_ascii_graphic() || (spaces && c == ' ');
        if capability.is_empty() || !capability.chars().all(plain) {
            return Err(format!("`{capability}` cannot stand in a list of capabilities"));
        }
    }
    Ok(())
}

fn check_mechanisms(mail: &Mail) -> Result<(), String> {
    let offered = || mail.mechanisms.iter().chain(&mail.mechanisms_before_tls);
    for name in &mail.refused {
        if !offered().any(|known| known == name) {
            return Err(format!("`{name}` is to be refused, and is not offered"));
        }
    }
    for name in offered() {
        let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(&b);
        if name.is_empty() || name.len() > 20 || !name.bytes().all(legal) {
            return Err(format!("`{name}` is not the name of a mechanism"));
        }
        if Mechanism::named(name).is_none() && !mail.refused.contains(name) {
            let known: Vec<&str> = MECHANISMS.iter().map(|(name, _)| *name).collect();
            return Err(format!(
                "the mechanism `{name}` is not served (served: {}); \
                 it can be offered when `refuse_mechanisms` has it too",
                known.join(", ")
            ));
        }
    }
    Ok(())
}

pub(super) fn check_accounts(accounts: &[Account]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for Account { user, password, token, domain, outcome } in accounts {
        if user.is_empty() || user.chars().any(char::is_control) {
            return Err("an account needs a user".to_owned());
        }
        if password.is_none() && token.is_none() && outcome.is_none() {
            return Err(format!("the account `{user}` needs a password, a token or an outcome"));
        }
        if !seen.insert((user, domain)) {
            return Err(format!("the account `{user}` is there twice"));
        }
    }
    Ok(())
}
