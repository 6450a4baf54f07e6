//! From the data of a profile and an address to rows, in order.

use mailscout_schema::{
    address::EmailAddress,
    settings::{Protocol, Security},
};

use super::{
    profile::Profile,
    row::{Login, NameForm, Pass, Row},
    table::{Block, Column, DOMAIN, Plan},
};

/// All rows of a profile, in the order in which one wins over another: every encrypted row stands
/// before every plain one.
///
/// # Examples
///
/// ```
/// use mailscout_probe::guess::{self, Profile};
///
/// let rows = guess::expand(&"alice@contoso.example".parse()?, Profile::Outlook2010);
/// assert_eq!(rows.len(), 215);
/// assert_eq!((rows[0].host.as_str(), rows[0].port), ("mail.contoso.example", 993));
/// # Ok::<(), mailscout_schema::address::AddressError>(())
/// ```
pub fn expand(address: &EmailAddress, profile: Profile) -> Vec<Row> {
    let plan = profile.plan();
    plan.blocks.iter().flat_map(|block| rows(address, plan, block)).collect()
}

/// The rows of one protocol in one pass, in order; none for a protocol that is not guessed.
///
/// [`expand`] is made of these blocks: for each pass IMAP, POP3 and SMTP, which are independent of
/// each other.
pub fn block(address: &EmailAddress, profile: Profile, protocol: Protocol, pass: Pass) -> Vec<Row> {
    let plan = profile.plan();
    let of_both = |block: &&Block| (block.protocol, block.pass) == (protocol, pass);
    plan.blocks.iter().filter(of_both).flat_map(|block| rows(address, plan, block)).collect()
}

fn rows(address: &EmailAddress, plan: &Plan, block: &Block) -> Vec<Row> {
    let mut cells = vec![Cells::BLANK];
    for column in plan.nesting {
        cells = cells.into_iter().flat_map(|cells| cells.with_each(*column, block)).collect();
    }
    cells.into_iter().map(|cells| cells.row(address, block.protocol)).collect()
}

/// A row while its columns are filled in, the outermost first.
#[derive(Clone, Copy, Debug)]
struct Cells {
    /// Whether the user name may be, or must not be, none; `None`: either.
    login: Option<bool>,
    server: &'static str,
    user: Option<NameForm>,
    port: u16,
    security: Security,
    spa: bool,
}

impl Cells {
    /// Nothing is filled in yet.
    const BLANK: Self = Self {
        login: None,
        server: DOMAIN,
        user: None,
        port: 0,
        security: Security::Tls,
        spa: false,
    };

    /// Copies of it, one for each value that the column can have.
    fn with_each(self, column: Column, block: &Block) -> Vec<Self> {
        match column {
            Column::Login => {
                [true, false].map(|login| Self { login: Some(login), ..self }).to_vec()
            }
            Column::Server => each(block.servers, |server| Self { server, ..self }),
            Column::User => {
                let fits = |user: &&Option<NameForm>| {
                    self.login.is_none_or(|login| login == user.is_some())
                };
                block.users.iter().filter(fits).map(|&user| Self { user, ..self }).collect()
            }
            Column::Port => each(block.ports, |port| Self { port, ..self }),
            Column::Security => each(block.pass.securities(), |security| Self { security, ..self }),
            Column::Spa if self.user.is_none() => vec![self],
            Column::Spa => each(&[true, false], |spa| Self { spa, ..self }),
        }
    }

    fn row(self, address: &EmailAddress, protocol: Protocol) -> Row {
        let domain = address.domain();
        let host = match self.server {
            DOMAIN => domain.to_string(),
            label => format!("{label}.{domain}"),
        };
        let login = self.user.map(|form| Login { form, name: form.of(address), spa: self.spa });
        Row { protocol, host, port: self.port, security: self.security, login }
    }
}

fn each<T: Copy>(values: &[T], with: impl Fn(T) -> Cells) -> Vec<Cells> {
    values.iter().map(|value| with(*value)).collect()
}
