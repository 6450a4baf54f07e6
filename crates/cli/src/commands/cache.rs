//! `mailscout cache`: what is kept of earlier searches, and the end of it.

use std::{path::Path, time::SystemTime};

use anyhow::Result;
use mailscout::{cache::Which, schema::address::Domain};

use crate::{args::CacheCommand, cache, diagnostic::Usage, exit::Exit, output, setup};

pub(super) fn run(command: &CacheCommand) -> Result<Exit> {
    match command {
        CacheCommand::List { json, cache_file } => list(*json, cache_file.as_deref()),
        CacheCommand::Clear { of, cache_file } => clear(of.as_deref(), cache_file.as_deref()),
    }
}

fn list(json: bool, file: Option<&Path>) -> Result<Exit> {
    let listing = cache::named(file)?.list();
    output::say(format_args!("{}", output::cache::warnings(listing.notice.iter())));
    if json {
        let text = output::cache::json(&listing, now())?;
        output::print(&(output::harmless_json(&text) + "\n"))?;
    } else if listing.entries.is_empty() {
        output::say(format_args!("nothing is kept\n"));
    } else {
        output::print(&output::cache::list(&listing, now()))?;
    }
    Ok(Exit::Success)
}

fn clear(of: Option<&str>, file: Option<&Path>) -> Result<Exit> {
    let which = match of {
        None => Which::All,
        Some(text) if text.contains('@') => Which::Address(setup::address(text)?),
        Some(text) => Which::Domain(domain(text)?),
    };
    let gone = cache::named(file)?.clear(&which)?;
    output::say(format_args!("{}", output::cache::gone(gone)));
    Ok(Exit::Success)
}

fn domain(text: &str) -> Result<Domain> {
    text.parse().map_err(|error| {
        Usage::new(format!("`{text}` is neither an address nor a domain: {error}")).into()
    })
}

#[expect(clippy::disallowed_methods, reason = "a list says what holds now")]
fn now() -> SystemTime {
    SystemTime::now()
}
