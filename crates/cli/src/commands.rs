//! The commands: each decides, and leaves the printing to `output`.

mod account;
mod cache;
mod discover;
mod guess;
#[cfg(feature = "lab")]
mod lab;
mod parse;
mod person;
mod probe;
mod providers;
mod world;

use anyhow::Result;

use crate::{
    args::{Args, Command},
    exit::Exit,
};

/// Runs what the command line asks for.
pub(crate) async fn run(args: Args) -> Result<Exit> {
    match args.command {
        Command::Discover(args) => discover::run(&args).await,
        Command::Guess(args) => guess::run(&args).await,
        Command::Probe(args) => probe::run(&args).await,
        Command::Providers(args) => providers::run(&args),
        Command::Cache(command) => cache::run(&command),
        Command::Parse(args) => parse::run(&args),
        #[cfg(feature = "lab")]
        Command::Lab(command) => lab::run(command).await,
    }
}
