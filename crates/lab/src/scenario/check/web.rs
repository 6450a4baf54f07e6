//! Which words about logging in to a web server belong together.

use std::collections::BTreeSet;

use crate::scenario::file::{Account, AuthFault, AuthScheme, Gate, Service};

/// Checks a service's words about logging in to a web server, and fills in who may have what.
pub(super) fn prepare(service: &mut Service) -> Result<(), String> {
    if service.scheme.protocol().is_some() {
        return match service.web_words()[..] {
            [] => Ok(()),
            [word, ..] => {
                Err(format!("`{word}` is for web servers, and this is {}", service.scheme))
            }
        };
    }
    service.settle_gates();
    let gates: Vec<&Gate> = service.routes.iter().filter_map(|it| it.gate.as_ref()).collect();
    for route in service.routes.iter().filter(|route| route.gate.is_none()) {
        if route.names_auth_fault() {
            return Err("`auth_fault` needs `auth`".to_owned());
        }
    }
    if let Some(word) = service.web_words().first().filter(|_| gates.is_empty()) {
        return Err(format!("`{word}` needs a route that demands a log-in"));
    }
    if gates.is_empty() && service.visitors().is_some() {
        return Err("`accounts` of a web server needs `auth`".to_owned());
    }
    gates.into_iter().try_for_each(check_gate)?;
    check_accounts(service.visitors().unwrap_or_default())
}

fn check_gate(gate: &Gate) -> Result<(), String> {
    let Gate { schemes, fault, realm, bearer, accounts } = gate;
    let all: BTreeSet<String> = schemes.iter().map(ToString::to_string).collect();
    if all.len() < schemes.len() {
        return Err("`auth` has a scheme twice".to_owned());
    }
    let ntlm = schemes.iter().any(|scheme| scheme.is_ntlm());
    let of_ntlm = [AuthFault::EndlessChallenge, AuthFault::CloseBetween, AuthFault::Downgrade];
    if fault.is_some_and(|fault| of_ntlm.contains(&fault)) && !ntlm {
        return Err("a fault of NTLM needs `auth` with \"ntlm\" or \"negotiate\"".to_owned());
    }
    let quotable = |text: &str| text.chars().all(|c| !c.is_control() && c != '"' && c != '\\');
    if realm.as_deref().is_some_and(|realm| !quotable(realm)) {
        return Err("`realm` cannot stand between quotes".to_owned());
    }
    if bearer.as_deref().is_some_and(|text| text.chars().any(char::is_control)) {
        return Err("`bearer` is not one line of text".to_owned());
    }
    if bearer.is_some() && !schemes.contains(&AuthScheme::Bearer) {
        return Err("`bearer` needs `auth` with \"bearer\"".to_owned());
    }
    if accounts.is_empty() {
        return Err("`auth` needs `accounts`".to_owned());
    }
    Ok(())
}

fn check_accounts(accounts: &[Account]) -> Result<(), String> {
    if accounts.iter().any(|account| account.user.contains(':')) {
        return Err("a user with a colon cannot log in to a web server".to_owned());
    }
    super::mail::check_accounts(accounts)
}
