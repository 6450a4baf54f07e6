//! `mailscout discover`: documents, then a guess.

use anyhow::Result;

use super::account::Account;
use crate::{args::DiscoverArgs, exit::Exit, setup};

pub(super) async fn run(args: &DiscoverArgs) -> Result<Exit> {
    let tasks = setup::tasks(args)?;
    let account = Account {
        args: &args.account,
        documents: Some(&args.documents),
        directory: Some(&args.directory),
        cache: Some(&args.cache),
        tasks,
    };
    account.search().await
}
