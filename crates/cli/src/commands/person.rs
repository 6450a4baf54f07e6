//! Who the user is, before there is an address to search for.

use anyhow::Result;
use mailscout::{
    Locator, NoPerson, Report,
    discover::{Conclusion, PersonReport},
    json::PersonDocument,
};

use crate::{
    args::OutputArgs, diagnostic::Usage, exit::Exit, output, output::talk, progress::Progress,
};

/// An account without an address that can be searched for.
pub(super) struct Nobody {
    account: String,
    person: PersonReport,
}

/// Looks for the settings of the user of an account.
///
/// # Errors
///
/// The address that the directory has is none that can be searched for. The inner `Err` is an
/// account without a proved address.
pub(super) async fn find(
    locator: &Locator,
    account: &str,
    format: &OutputArgs,
    progress: &Progress,
) -> Result<Result<Report, Nobody>> {
    let person = locator.person(account).await;
    if !format.json
        && let Some(text) = talk::you_are(&person)
    {
        progress.suspend(|| output::say(format_args!("{text}")));
    }
    match locator.locate_person(person.clone()).await {
        Ok(report) => Ok(Ok(report)),
        Err(NoPerson::Misuse(misuse)) => Err(Usage::new(misuse.to_string()).into()),
        Err(_) => Ok(Err(Nobody { account: account.to_owned(), person })),
    }
}

impl Nobody {
    /// Says why there is nobody, and how the program ends.
    pub(super) fn print(&self, format: &OutputArgs) -> Result<Exit> {
        if format.json {
            let document = PersonDocument::new(&self.account, &self.person);
            let text = serde_json::to_string_pretty(&document)?;
            output::print(&(output::harmless_json(&text) + "\n"))?;
        } else {
            if format.explain {
                output::print(&output::explain::person(&self.person))?;
            }
            output::say(format_args!("{}", talk::nobody(&self.account, &self.person)));
        }
        Ok(match self.person.conclusion() {
            Conclusion::NeedsConsent => Exit::Attention,
            Conclusion::Failed => Exit::Failed,
            _ => Exit::NotFound,
        })
    }
}
