//! `mailscout providers`: the table of known providers, which asks nobody.

use anyhow::Result;
use mailscout::providers::{self, Provider};

use crate::{args::ProvidersArgs, exit::Exit, output};

pub(crate) fn run(args: &ProvidersArgs) -> Result<Exit> {
    let found: Vec<&Provider> = match &args.name {
        Some(name) => providers::find(name),
        None => providers::all().collect(),
    };
    match found.as_slice() {
        [] => {
            let name = args.name.as_deref().unwrap_or_default();
            anstream::eprintln!(
                "no provider is known by `{}`; `mailscout providers` lists them",
                output::printable(name)
            );
            return Ok(Exit::NotFound);
        }
        [provider] => output::print(&output::providers::one(provider))?,
        several => output::print(&output::providers::list(several))?,
    }
    Ok(Exit::Success)
}
