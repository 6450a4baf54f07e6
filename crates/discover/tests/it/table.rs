//! A table of known providers for scripts.

use std::collections::HashMap;

use mailscout_discover::{Known, KnownProvider};
use mailscout_schema::{
    address::EmailAddress,
    notice::Notice,
    settings::{AccountSettings, Protocol, Security, Server},
};

/// The lines `table`, `table-mx` and `filter` of a world.
#[derive(Debug)]
pub(crate) struct Table {
    lines: HashMap<String, String>,
}

impl Table {
    pub(crate) fn new<'a>(answers: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let is_row = |question: &str| {
            ["table ", "table-mx ", "filter "].iter().any(|word| question.starts_with(word))
        };
        let rows = answers.filter(|(question, _)| is_row(question));
        let lines = rows.map(|(question, answer)| (question.to_owned(), answer.to_owned()));
        Self { lines: lines.collect() }
    }

    fn provider(&self, row: &str, address: &EmailAddress) -> Option<KnownProvider> {
        let id = self.lines.get(row)?;
        let mut settings = AccountSettings::default();
        if id != "useless" {
            let (host, name) = (format!("mail.{id}.example"), address.to_string());
            for (protocol, port) in
                [(Protocol::Pop3, 995), (Protocol::Imap, 993), (Protocol::Smtp, 465)]
            {
                let server = Server::new(protocol, &host, Some(port), Security::Tls, &name);
                match protocol {
                    Protocol::Smtp => settings.outgoing.push(server),
                    _ => settings.incoming.push(server),
                }
            }
        }
        let notices = vec![Notice::new("row", format!("a remark on {id}"))];
        Some(KnownProvider::new(id, settings, notices))
    }
}

impl Known for Table {
    fn by_domain(&self, address: &EmailAddress) -> Option<KnownProvider> {
        self.provider(&format!("table {}", address.domain()), address)
    }

    fn by_mx(&self, host: &str, address: &EmailAddress) -> Option<KnownProvider> {
        self.provider(&format!("table-mx {host}"), address)
    }

    fn filter(&self, host: &str) -> Option<String> {
        self.lines.get(&format!("filter {host}")).cloned()
    }
}
