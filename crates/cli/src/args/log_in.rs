//! The log-in: where its password comes from, and what may be done without encryption.

use std::ffi::OsString;

use mailscout::probe::guess::Profile;

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

/// Whether one of these words is about a password, or could be one beside a flag that was meant.
/// Then an error about the command line must not be printed, which could repeat it.
pub(crate) fn may_hold_password(words: &[OsString]) -> bool {
    words.iter().any(|word| word.as_encoded_bytes().starts_with(b"--pass"))
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
    fn a_word_about_a_password_is_seen_wherever_it_stands() {
        let check = |line: &str, expected: bool| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(may_hold_password(&words), expected, "{line}");
        };
        check("discover --password=x", true);
        check("discover a@b.example --password x", true);
        check("discover --password-stdin=x", true);
        check("discover --passwordx", true);
        check("discover --pass=x", true);
        check("discover -- --password=x", true);
        check("discover a@b.example --prefer imap", false);
        check("discover password", false);
    }
}
