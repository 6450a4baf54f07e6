//! Where the password comes from: standard input, a prompt, or the environment; never the command
//! line. Whoever holds it cannot print it.

use std::io::{self, BufRead, Read};

use anyhow::{Context, Result};
use mailscout::probe::login::Secret;
use secrecy::{SecretString, zeroize::Zeroizing};

use crate::{args::LogInArgs, ask, diagnostic::Usage, output::printable, setup};

mod prompt;

/// The variable with a password.
pub(crate) const PASSWORD: &str = "MAILSCOUT_PASSWORD";
/// The variable with an OAuth 2.0 access token.
pub(crate) const TOKEN: &str = "MAILSCOUT_TOKEN";
/// The variable with the password of who reads a directory.
pub(crate) const LDAP_PASSWORD: &str = "MAILSCOUT_LDAP_PASSWORD";
/// Bytes of a password, or a token; tokens can be long.
const MAX_BYTES: u64 = 64 * 1024;

/// What the user logs in with, where anything was given; `whose` is an address, or an account.
pub(crate) async fn read(args: &LogInArgs, whose: &str) -> Result<Option<Secret>> {
    let token = from_environment(TOKEN)?;
    let password = from_environment(PASSWORD)?;
    let is_given = args.password_stdin || args.password;
    match (token, password) {
        (Some(_), Some(_)) => {
            let text = format!("`{TOKEN}` and `{PASSWORD}` are both set; one is needed");
            Err(Usage::new(text).into())
        }
        (Some(_), None) if is_given => {
            let text = format!("`{TOKEN}` is set, and a password is given too; one is needed");
            Err(Usage::new(text).into())
        }
        (Some(token), None) => Ok(Some(Secret::Token(token))),
        // What stands on the command line counts before the environment.
        (None, _) if args.password_stdin => Ok(Some(Secret::Password(from_stdin()?))),
        (None, _) if args.password => Ok(Some(Secret::Password(from_terminal(whose).await?))),
        (None, password) => Ok(password.map(Secret::Password)),
    }
}

/// The password of who reads a directory, where the environment holds it.
pub(crate) fn of_directory() -> Result<Option<SecretString>> {
    from_environment(LDAP_PASSWORD)
}

/// The error of a command line that may hold a password. It does not repeat it.
pub(crate) fn not_understood() -> Usage {
    Usage::new(
        "the arguments could not be understood, and are not repeated here, because one of them \
         may be a password. A password does not belong on the command line: every user of this computer \
         can read it there, and the shell remembers it",
    )
    .hint(format!(
        "`--password` without a value asks for it, `--password-stdin` reads it from standard \
         input, the environment variable {PASSWORD} holds it"
    ))
}

/// A variable's value; an empty one is none.
fn from_environment(name: &str) -> Result<Option<SecretString>> {
    match setup::variable(name) {
        Ok(text) => Ok(text.filter(|text| !text.is_empty()).map(SecretString::from)),
        Err(_) => Err(Usage::new(format!("`{name}` is not UTF-8")).into()),
    }
}

/// One line; its end is no part of it.
fn from_stdin() -> Result<SecretString> {
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    io::stdin()
        .lock()
        .take(MAX_BYTES + 1)
        .read_until(b'\n', &mut line)
        .context("the password cannot be read from standard input")?;
    password_of(&line).map_err(Into::into)
}

fn password_of(line: &[u8]) -> Result<SecretString, Usage> {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.len() as u64 > MAX_BYTES {
        return Err(Usage::new("the password on standard input is longer than 64 KiB"));
    }
    match std::str::from_utf8(text) {
        Ok("") => Err(Usage::new("the password on standard input is empty")),
        Ok(text) if text.contains('\0') => Err(Usage::new(
            "the password on standard input has a NUL character, which cannot be sent",
        )),
        Ok(text) => Ok(SecretString::from(text)),
        Err(_) => Err(Usage::new("the password on standard input is not UTF-8")),
    }
}

/// Asks for the password, without echo.
async fn from_terminal(whose: &str) -> Result<SecretString> {
    if !ask::somebody_is_there() {
        return Err(Usage::new("there is no terminal to ask for the password on")
            .hint(format!("`--password-stdin` or the environment variable {PASSWORD}"))
            .into());
    }
    let question = format!("Password of {}: ", printable(whose));
    let password = prompt::read(question).await.context("the password cannot be read")?;
    if password.is_empty() {
        return Err(Usage::new("the password is empty").into());
    }
    Ok(SecretString::from(password.as_str()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        let secret = password_of(bytes);
        secret.map(|it| it.expose_secret().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_password_is_a_line_without_its_end() {
        for (line, expected) in [
            (&b"secret\n"[..], "secret"),
            (b"secret\r\n", "secret"),
            (b"secret", "secret"),
            (b" two words \n", " two words "),
            (b"\xc3\xbc\n", "\u{fc}"),
            (b"a\rb\n", "a\rb"),
        ] {
            assert_eq!(read(line).as_deref(), Ok(expected));
        }
        assert!(read(b"\n").unwrap_err().contains("empty"));
        assert!(read(b"").unwrap_err().contains("empty"));
        assert!(read(b"\xff\n").unwrap_err().contains("not UTF-8"));
        assert!(read(b"a\0b\n").unwrap_err().contains("NUL"));
        assert!(read(&vec![b'x'; 70_000]).unwrap_err().contains("longer"));
    }
}
