//! What is said of the user of an account: who that is, or why nobody can tell.

use mailscout::{
    discover::{Attempt, Conclusion, PersonReport, Reason},
    net::failure::Failure,
};

use super::command_line;
use crate::output::{explain::readable, printable, quote};

/// Who the user is, where the directory proves it.
pub(crate) fn you_are(report: &PersonReport) -> Option<String> {
    let is_known = report.conclusion() == Conclusion::Found;
    let address = report.person.as_ref().filter(|_| is_known)?.address.as_ref()?.to_string();
    let by = report.by.as_deref().unwrap_or("the directory");
    Some(format!("you are {}, by {}\n", printable(&address), printable(by)))
}

/// Why there is no address to search for, or the command that goes on with one that nothing proves.
pub(crate) fn nobody(account: &str, report: &PersonReport) -> String {
    let address = report.person.as_ref().and_then(|person| person.address.as_ref());
    let by = report.by.as_deref().unwrap_or("the directory");
    if let Some(address) = address {
        let address = address.to_string();
        return format!(
            "{} says that you are {}, and nothing proves that\nif you are, go on with: {}\n",
            printable(by),
            printable(&address),
            command_for(&address)
        );
    }
    let account = printable(account);
    let head = match report.conclusion() {
        Conclusion::Failed => {
            format!("no address found for the account `{account}`: who was asked did not answer")
        }
        _ => format!("no address found for the account `{account}`"),
    };
    let reason = |attempt: &Attempt| {
        let question = if attempt.question.is_empty() {
            "the directory".to_owned()
        } else {
            readable(&attempt.question).into_owned()
        };
        format!("  {}: {}\n", printable(&question), printable(&attempt.answer()))
    };
    let reasons: String = report.attempts.iter().map(reason).collect();
    format!("{head}\n{reasons}{}", unread(&report.attempts))
}

/// What would help where a directory says nothing to anybody.
pub(super) fn unread(attempts: &[Attempt]) -> &'static str {
    let is_refused = |attempt: &Attempt| {
        let Reason::Network(failure) = &attempt.reason else { return false };
        matches!(failure, Failure::LdapRefused { .. } | Failure::LdapNoNamingContext { .. })
    };
    let has_reader = command_line().iter().any(|word| word.starts_with("--ldap-user"));
    if !has_reader && attempts.iter().any(is_refused) {
        "\nhint: `--ldap-user NAME` reads the directory as a user, who may see more\n"
    } else {
        ""
    }
}

/// The present command line with an address instead of an account.
fn command_for(address: &str) -> String {
    let mut words = command_line();
    words.retain(|word| word != "--me" && !word.starts_with("--me="));
    if address.starts_with('-') {
        words.extend(["--".to_owned(), address.to_owned()]);
    } else {
        let behind = words.iter().position(|word| word == "discover").map_or(1, |index| index + 1);
        words.insert(behind, address.to_owned());
    }
    printable(&words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")).into_owned()
}
