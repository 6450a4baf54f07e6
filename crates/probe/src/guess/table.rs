//! What is tried: data only.
//!
//! The order of all rows can be read off a [`Plan`]: its blocks from top to bottom, and within a
//! block the columns as the plan nests them, each with its values from left to right.

use mailscout_schema::settings::Protocol::{self, Imap, Pop3, Smtp};

use super::row::{
    NameForm::{self, FullAddress, LocalPart},
    Pass::{self, Encrypted, Plain},
};

/// A column of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Column {
    /// Whether there is a log-in at all: with one first, then without.
    Login,
    /// The server.
    Server,
    /// The form of the user name, or none.
    User,
    /// The port.
    Port,
    /// TLS from the first byte, then the upgrade to TLS.
    Security,
    /// With secure password authentication, then without; stands inside [`Column::User`].
    Spa,
}

/// All that a profile tries.
#[derive(Debug)]
pub(super) struct Plan {
    /// The columns, the outermost first.
    pub(super) nesting: &'static [Column],
    /// The blocks, first to last.
    pub(super) blocks: &'static [Block],
}

/// The values of each column, for one protocol in one pass.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) protocol: Protocol,
    pub(super) pass: Pass,
    /// The label before the domain; [`DOMAIN`] for none.
    pub(super) servers: &'static [&'static str],
    /// `None`: no log-in.
    pub(super) users: &'static [Option<NameForm>],
    pub(super) ports: &'static [u16],
}

/// The domain itself, without a label before it.
pub(super) const DOMAIN: &str = "";

const IMAP: &[&str] = &["mail", "imap", DOMAIN];
const POP3: &[&str] = &["mail", "pop3", "pop", DOMAIN];
const SMTP: &[&str] = &["mail", "smtp", DOMAIN];
const SUBMISSION: &[&str] = &["mail", "smtp", "submission", DOMAIN];

const NAMED: &[Option<NameForm>] = &[Some(FullAddress), Some(LocalPart)];
const ANYONE: &[Option<NameForm>] = &[Some(FullAddress), Some(LocalPart), None];

/// The 215 rows of Outlook 2010.
pub(super) static OUTLOOK_2010: Plan = Plan {
    nesting: &[Column::Server, Column::User, Column::Port, Column::Security, Column::Spa],
    blocks: &[
        Block::new(Imap, Encrypted, IMAP, NAMED, &[993, 143]),
        Block::new(Pop3, Encrypted, POP3, NAMED, &[995, 110]),
        Block::new(Smtp, Encrypted, SMTP, ANYONE, &[587, 25]),
        Block::new(Imap, Plain, IMAP, NAMED, &[143]),
        Block::new(Pop3, Plain, POP3, NAMED, &[110]),
        Block::new(Smtp, Plain, SMTP, ANYONE, &[25]),
    ],
};

/// The same rows and 65 more for SMTP, nested so that one connection settles a run of rows.
pub(super) static MODERN: Plan = Plan {
    nesting: &[
        Column::Login,
        Column::Server,
        Column::Port,
        Column::Security,
        Column::User,
        Column::Spa,
    ],
    blocks: &[
        Block::new(Imap, Encrypted, IMAP, NAMED, &[993, 143]),
        Block::new(Pop3, Encrypted, POP3, NAMED, &[995, 110]),
        Block::new(Smtp, Encrypted, SUBMISSION, ANYONE, &[465, 587, 25]),
        Block::new(Imap, Plain, IMAP, NAMED, &[143]),
        Block::new(Pop3, Plain, POP3, NAMED, &[110]),
        Block::new(Smtp, Plain, SUBMISSION, ANYONE, &[25]),
    ],
};

impl Block {
    const fn new(
        protocol: Protocol,
        pass: Pass,
        servers: &'static [&'static str],
        users: &'static [Option<NameForm>],
        ports: &'static [u16],
    ) -> Self {
        Self { protocol, pass, servers, users, ports }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_nests_each_column_once_and_spa_inside_the_user_name() {
        for plan in [&OUTLOOK_2010, &MODERN] {
            let at = |column| {
                let mut places =
                    plan.nesting.iter().enumerate().filter(|(_, other)| **other == column);
                (places.next().map(|(place, _)| place), places.count())
            };
            for column in [Column::Server, Column::Port, Column::Security] {
                assert!(matches!(at(column), (Some(_), 0)), "{column:?}");
            }
            let (user, spa) = (at(Column::User), at(Column::Spa));
            assert!(user.0.is_some() && user < spa && (user.1, spa.1) == (0, 0));
            assert_eq!(at(Column::Login).1, 0);
        }
    }

    #[test]
    fn a_plan_has_one_block_for_each_protocol_and_pass() {
        for plan in [&OUTLOOK_2010, &MODERN] {
            let blocks: Vec<_> =
                plan.blocks.iter().map(|block| (block.protocol, block.pass)).collect();
            let expected = [
                (Imap, Encrypted),
                (Pop3, Encrypted),
                (Smtp, Encrypted),
                (Imap, Plain),
                (Pop3, Plain),
                (Smtp, Plain),
            ];
            assert_eq!(blocks, expected);
        }
    }
}
