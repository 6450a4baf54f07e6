//! Questions to a directory, as a person reads them: what is looked for instead of the filter. JSON
//! has the filter.

use std::borrow::Cow;

/// The question with its filter in words, where it is one of the search's own.
pub(crate) fn readable(question: &str) -> Cow<'_, str> {
    words(question).map_or(Cow::Borrowed(question), Cow::Owned)
}

fn words(question: &str) -> Option<String> {
    let rest = question.strip_prefix("LDAP search ")?;
    let (filter, rest) = rest.split_once(" below ")?;
    let (base, server) = rest.rsplit_once(" at ")?;
    let what = in_words(filter)?;
    let at = match base.strip_prefix("the ") {
        // Each kind of entry is looked for where it belongs.
        Some("defaultNamingContext" | "configurationNamingContext") => String::new(),
        _ => format!(" below {base}"),
    };
    Some(format!("LDAP {what}{at} at {server}"))
}

/// What a filter is for; its values stay escaped as they stand in it.
fn in_words(filter: &str) -> Option<String> {
    let value = |before: &str, behind: &str| filter.strip_prefix(before)?.strip_suffix(behind);
    if let Some(rest) = value("(|(mail=", ")") {
        return Some(format!("user {}", rest.split(')').next()?));
    }
    for before in ["(sAMAccountName=", "(userPrincipalName="] {
        if let Some(account) = value(before, ")") {
            return Some(format!("account {account}"));
        }
    }
    if let Some(name) = value("(&(objectClass=msExchExchangeServer)(cn=", "))") {
        return Some(format!("Exchange server {name}"));
    }
    filter
        .starts_with("(&(objectClass=serviceConnectionPoint)")
        .then(|| "service connection points".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_stands_in_words_and_every_other_question_as_it_is() {
        let check = |question: &str, expected: &str| assert_eq!(readable(question), expected);
        let (users, configuration) = ("the defaultNamingContext", "the configurationNamingContext");
        let server = "ldap://dc1.contoso.example:389 with StartTLS";
        check(
            &format!(
                "LDAP search (|(mail=a\\2a@b.example)(proxyAddresses=smtp:a\\2a@b.example)(userPrincipalName=a\\2a@b.example)) below {users} at {server}"
            ),
            &format!("LDAP user a\\2a@b.example at {server}"),
        );
        check(
            &format!("LDAP search (sAMAccountName=alice) below {users} at {server}"),
            &format!("LDAP account alice at {server}"),
        );
        check(
            &format!(
                "LDAP search (&(objectClass=serviceConnectionPoint)(|(keywords=a)(keywords=b))) below {configuration} at {server}"
            ),
            &format!("LDAP service connection points at {server}"),
        );
        check(
            &format!(
                "LDAP search (&(objectClass=serviceConnectionPoint)(|(keywords=a)(keywords=b))) below CN=at home,DC=b at {server}"
            ),
            &format!("LDAP service connection points below CN=at home,DC=b at {server}"),
        );
        check(
            &format!(
                "LDAP search (&(objectClass=msExchExchangeServer)(cn=EX1)) below {configuration} at {server}"
            ),
            &format!("LDAP Exchange server EX1 at {server}"),
        );
        for question in
            ["DNS A/AAAA dc1.contoso.example", "LDAP search (cn=x) below DC=b at ldap://c"]
        {
            check(question, question);
        }
    }
}
