//! `mailscout parse`: what a document says, without any network.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::Result;
use mailscout::schema::{
    autodiscover::{self, LowerOptions, Outcome},
    notice::Notice,
};

use crate::{
    args::ParseArgs,
    diagnostic::Usage,
    exit::Exit,
    output::{self, say},
    setup,
};

/// Stands for the reader's address where none is given.
const SOMEBODY: &str = "you@your-domain.example";

/// Bytes that are read: twice the limit of a document, so that the refusal is the document's.
const MAX_BYTES: u64 = 1024 * 1024;

pub(crate) fn run(args: &ParseArgs) -> Result<Exit> {
    let address = setup::address(args.address.as_deref().unwrap_or(SOMEBODY))?;
    let content = read(&args.file).map_err(|error| {
        Usage::new(format!("`{}` cannot be read: {error}", args.file.display()))
    })?;
    let reading = match autodiscover::read(&content) {
        Ok(reading) => reading,
        Err(error) => {
            let place = error.position().map(|position| format!(" ({position})"));
            let refused = format!("{error}{}", place.unwrap_or_default());
            say(format_args!("refused: {}\n", clip(&refused)));
            if let Some(cause) = std::error::Error::source(&error) {
                say(format_args!("  because: {}\n", clip(&cause.to_string())));
            }
            return Ok(Exit::NotFound);
        }
    };
    let mut options = LowerOptions::default();
    options.default_user_name = setup::order(args.order).default_user_name();
    let mut notices = reading.notices;
    let exit = match reading.response.outcome() {
        Outcome::Settings(account) => {
            let user = &reading.response.user;
            let lowered = autodiscover::lower(account, user, &address, options);
            notices.extend(lowered.notices);
            output::print(&output::settings::of_account(&lowered.settings))?;
            if lowered.settings.has_mail_servers() {
                Exit::Success
            } else {
                say(format_args!("no mail server in it can be used\n"));
                Exit::NotFound
            }
        }
        Outcome::RedirectUrl(url) => redirect(url)?,
        Outcome::RedirectAddr(address) => redirect(address)?,
        Outcome::Error(error) => {
            let code =
                error.code.map_or_else(|| "without a code".to_owned(), |code| code.to_string());
            let message = error.message.as_ref().map(ToString::to_string).unwrap_or_default();
            output::print(&output::fact("Error", &format!("{code}  {}", clip(&message))))?;
            Exit::NotFound
        }
        _ => Exit::NotFound,
    };
    print_notices(&notices)?;
    if args.address.is_none() && exit == Exit::Success {
        say(format_args!("user names are shown for {SOMEBODY}; `--address` shows yours\n"));
    }
    Ok(exit)
}

fn redirect(to: &str) -> Result<Exit> {
    output::print(&output::fact("Redirect", &clip(to)))?;
    Ok(Exit::Success)
}

fn print_notices(notices: &[Notice]) -> Result<()> {
    let line = |notice: &Notice| output::fact("Notice", &format!("{notice} [{}]", notice.code));
    output::print(&notices.iter().map(line).collect::<String>())
}

/// A text as a terminal may show it, cut where it is longer than any should be.
fn clip(text: &str) -> String {
    const SHOWN: usize = 2048;
    let mut shown: String = output::printable(text).chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(MAX_BYTES).read_to_end(&mut content)?;
    } else {
        File::open(path)?.take(MAX_BYTES).read_to_end(&mut content)?;
    }
    Ok(content)
}
