//! `mailscout guess`: the guess alone, or the table that it goes by.

use anyhow::Result;
use mailscout::{Tasks, probe::guess};

use super::account::Account;
use crate::{args::GuessArgs, diagnostic::Usage, exit::Exit, output, setup};

pub(super) async fn run(args: &GuessArgs) -> Result<Exit> {
    if args.print_table {
        return print_table(args);
    }
    let tasks = Tasks { documents: false, guess: true, verify: false, oauth: false };
    let account =
        Account { args: &args.account, documents: None, directory: None, cache: None, tasks };
    account.search().await
}

fn print_table(args: &GuessArgs) -> Result<Exit> {
    let account = &args.account;
    let network = &account.network;
    let Some(address) = &account.address else {
        return Err(Usage::new("an e-mail address is needed")
            .hint("mailscout guess alice@contoso.example --print-table")
            .into());
    };
    let address = setup::address(address)?;
    let configured = setup::configure(network.config.as_deref(), network.lab().is_some())?;
    let order = setup::order(configured.config.order);
    let profile = setup::probing(account, order, None, &configured.config).profile;
    let rows = guess::expand(&address, profile);
    output::print(&if account.output.json {
        output::rows::json(&rows)?
    } else {
        output::rows::table(&rows)
    })?;
    Ok(Exit::Success)
}
