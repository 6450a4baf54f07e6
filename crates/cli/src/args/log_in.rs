//! The log-in: where its password comes from, and what may be done without encryption.

use std::ffi::OsString;

use mailscout::{probe::guess::Profile, schema::address::EmailAddress};

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct LogInArgs {
    /// Which table is guessed by: `modern` or `outlook2010` [default: modern]
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub(crate) profile: Option<Profile>,
    /// Prove the servers by logging in; the password is asked for on the terminal, without echo.
    /// The environment variables `MAILSCOUT_PASSWORD` and `MAILSCOUT_TOKEN` (an OAuth access token)
    /// do without a question
    #[arg(long, conflicts_with_all = ["password_stdin", "no_prompt"])]
    pub(crate) password: bool,
    /// The same, with the password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Use servers without encryption where no encrypted ones are found
    #[arg(long)]
    pub(crate) allow_unencrypted: bool,
    /// Send the password to them where everybody on the way can read it
    #[arg(long, requires = "allow_unencrypted")]
    pub(crate) allow_cleartext_password: bool,
}

/// Whether there is a password on the command line, as `--password=WORD` or `--password WORD`. Then
/// an error about the line must not be printed, which could repeat it. Where the line
/// `is_understood`, the word behind `--password` can be the address.
pub(crate) fn has_password(words: &[OsString], is_understood: bool) -> bool {
    let words = words.iter().map(|word| word.to_string_lossy());
    let words: Vec<_> = words.take_while(|word| word != "--").collect();
    let is_address = |word: &str| is_understood && word.parse::<EmailAddress>().is_ok();
    let followed = words.windows(2).any(|pair| match pair {
        [flag, next] => flag == "--password" && !next.starts_with('-') && !is_address(next),
        _ => false,
    });
    followed || words.iter().any(|word| word.starts_with("--password="))
}

fn profile(text: &str) -> Result<Profile, String> {
    text.parse().map_err(|error| {
        let ids: Vec<_> = Profile::all().map(Profile::as_str).collect();
        format!("{error}; there are {}", ids.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_on_the_line_is_seen_in_each_of_its_ways() {
        let check = |line: &str, unread: bool, read: bool| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(has_password(&words, false), unread, "{line}");
            assert_eq!(has_password(&words, true), read, "{line}");
        };
        check("discover --password=x", true, true);
        check("discover a@b.example --password x", true, true);
        check("discover --password a@b.example", true, false);
        check("discover --password --json a@b.example", false, false);
        check("discover a@b.example --password", false, false);
        check("discover --password-stdin x", false, false);
        check("discover -- --password=x", false, false);
    }
}
