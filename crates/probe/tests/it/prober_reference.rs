//! The table tried row by row, one after the other, each by a connection of its own: slow, and so
//! simple that it can be believed. It knows the servers of a script as they are, not as a dialog
//! shows them, and neither time nor the prober's rules about it.

use core::net::IpAddr;

use mailscout_net::dns::Records;
use mailscout_probe::{
    guess::{self, NameForm, Pass, Row},
    login::{LogInVerdict, Secret},
    prober::{MAX_REJECTED, PROTOCOLS},
};
use mailscout_schema::settings::{Protocol, Security};

use crate::{
    prober_script::{Script, place, records},
    prober_server::Server,
};

/// The mechanisms in the order of their trial, whether they send the secret, whether it is a token.
const MECHANISMS: [(&str, bool, bool); 9] = [
    ("PLAIN", true, false),
    ("LOGIN", true, false),
    ("command", true, false),
    ("SCRAM-SHA-256", false, false),
    ("CRAM-MD5", false, false),
    ("APOP", false, false),
    ("NTLM", false, false),
    ("OAUTHBEARER", true, true),
    ("XOAUTH2", true, true),
];

type Mechanism = (&'static str, bool, bool);

/// What has been found and tried so far.
struct Reference<'a> {
    script: &'a Script,
    rows: Vec<Row>,
    won: Vec<(Protocol, Won)>,
    rejected: usize,
    is_locked: bool,
    /// Servers with which is nothing more to be tried, for a user or for all.
    ended: Vec<(IpAddr, Option<String>)>,
    refused: Vec<(IpAddr, Protocol, Mechanism)>,
    accepted: Option<(NameForm, bool, Mechanism)>,
}

#[derive(Clone)]
struct Won {
    row: Row,
    proof: String,
}

/// The winners of a script, a line for each, as `Run::outcome` has them, and how it ended.
pub(crate) fn winners(script: &Script) -> String {
    let rows = guess::expand(&"alice@contoso.example".parse().unwrap(), script.options.profile);
    let mut reference = Reference {
        script,
        rows,
        won: Vec::new(),
        rejected: 0,
        is_locked: false,
        ended: Vec::new(),
        refused: Vec::new(),
        accepted: None,
    };
    reference.run(Pass::Encrypted, &wanted(script));
    let lacking = reference.lacking();
    let candidates: Vec<Row> = reference
        .rows
        .iter()
        .filter(|row| row.pass() == Pass::Plain && lacking.contains(&row.protocol))
        .filter(|row| reference.works(row).is_some())
        .cloned()
        .collect();
    let is_of_use = candidates.iter().any(is_useful)
        || reference.won.iter().any(|(_, won)| is_useful(&won.row));
    let mut end = "not-found";
    if !candidates.is_empty() && is_of_use {
        if script.options.allow_unencrypted || script.says("ask unencrypted") == Some("yes") {
            reference.run(Pass::Plain, &lacking);
        } else {
            end = "needs-consent";
        }
    }
    let mut lines = Vec::new();
    if reference.won.iter().any(|(_, won)| is_useful(&won.row)) {
        end = "found";
        for protocol in PROTOCOLS {
            let won = reference.won.iter().find(|(known, _)| *known == protocol);
            lines.extend(won.map(|(_, won)| format!("{}, {}", place(&won.row), won.proof)));
        }
    }
    lines.push(end.to_owned());
    lines.join("\n")
}

fn wanted(script: &Script) -> Vec<Protocol> {
    let all = &script.options.protocols;
    PROTOCOLS.into_iter().filter(|protocol| all.is_empty() || all.contains(protocol)).collect()
}

fn is_useful(row: &Row) -> bool {
    row.protocol != Protocol::Smtp || row.login.is_some()
}

impl Reference<'_> {
    /// IMAP first; POP3 last where there is IMAP already.
    fn run(&mut self, pass: Pass, protocols: &[Protocol]) {
        let run = |this: &mut Self, protocol| {
            if protocols.contains(&protocol)
                && let Some(won) = this.race(protocol, pass)
            {
                this.won.push((protocol, won));
            }
        };
        run(self, Protocol::Imap);
        let order = if self.has(Protocol::Imap) {
            [Protocol::Smtp, Protocol::Pop3]
        } else {
            [Protocol::Pop3, Protocol::Smtp]
        };
        for protocol in order {
            run(self, protocol);
        }
    }

    fn has(&self, protocol: Protocol) -> bool {
        self.won.iter().any(|(known, _)| *known == protocol)
    }

    fn lacking(&self) -> Vec<Protocol> {
        let has_incoming = self.has(Protocol::Imap) || self.has(Protocol::Pop3);
        let is_found = |protocol| match protocol {
            Protocol::Smtp => self.has(Protocol::Smtp),
            _ => has_incoming,
        };
        wanted(self.script).into_iter().filter(|protocol| !is_found(*protocol)).collect()
    }

    fn race(&mut self, protocol: Protocol, pass: Pass) -> Option<Won> {
        let mut rows: Vec<Row> = self.rows.clone();
        rows.retain(|row| row.protocol == protocol && row.pass() == pass);
        if let Some((form, spa, _)) = self.accepted {
            let unlike = |row: &Row| match &row.login {
                Some(login) => (false, login.form != form, login.spa != spa),
                None => (true, false, false),
            };
            rows.chunk_by_mut(|a, b| a.host == b.host).for_each(|rows| rows.sort_by_key(unlike));
        }
        let mut doubtful: Vec<(Won, Vec<Mechanism>)> = Vec::new();
        for row in rows {
            let Some(mut mechanisms) = self.works(&row) else { continue };
            let won = |proof: String| Won { row: row.clone(), proof };
            let Some(secret) = self.script.options.secret.clone() else {
                return Some(won("answered".to_owned()));
            };
            if row.login.is_none() {
                if doubtful.is_empty() {
                    return Some(won("answered".to_owned()));
                }
                continue;
            }
            mechanisms.retain(|(.., token)| *token == matches!(secret, Secret::Token(_)));
            match self.log_in(&row, mechanisms.clone()) {
                Some(mechanism) => return Some(won(format!("by {mechanism}"))),
                None => doubtful.push((won("in doubt".to_owned()), mechanisms)),
            }
        }
        // A row of which the server takes no mechanism is chosen where there is no other.
        let is_taken = |(won, all): &&(Won, Vec<Mechanism>)| {
            let server = self.address(&won.row.host).unwrap();
            let is_refused = |by: &Mechanism| self.refused.contains(&(server, protocol, *by));
            all.is_empty() || !all.iter().all(is_refused)
        };
        let chosen = doubtful.iter().find(is_taken).or(doubtful.first());
        chosen.map(|(won, _)| won.clone())
    }

    /// Tries one mechanism after the other, until one is accepted.
    fn log_in(&mut self, row: &Row, mut all: Vec<Mechanism>) -> Option<&'static str> {
        let user = row.login.as_ref().map(|login| login.name.clone());
        let server = self.address(&row.host).unwrap();
        let is_plain = row.security == Security::Plain;
        let first = self.accepted.map(|(.., mechanism)| mechanism);
        all.sort_by_key(|mechanism| (is_plain && mechanism.1, Some(*mechanism) != first));
        for mechanism in all {
            if self.refused.contains(&(server, row.protocol, mechanism)) {
                continue;
            }
            let may_expose = self.script.options.allow_cleartext_password
                || self.script.says("ask cleartext-password") == Some("yes");
            let is_over = self.is_locked
                || self.rejected >= MAX_REJECTED
                || self.ended.contains(&(server, None))
                || self.ended.contains(&(server, user.clone()));
            if is_over || (is_plain && mechanism.1 && !may_expose) {
                return None;
            }
            match self.script.verdict(row, server, mechanism.0) {
                Some(LogInVerdict::Accepted) => {
                    let login = row.login.as_ref().unwrap();
                    self.accepted.get_or_insert((login.form, login.spa, mechanism));
                    return Some(mechanism.0);
                }
                Some(LogInVerdict::MechanismRefused) => {
                    self.refused.push((server, row.protocol, mechanism));
                    continue;
                }
                Some(LogInVerdict::WrongPassword) => {
                    self.rejected += 1;
                    self.ended.push((server, user.clone()));
                }
                Some(LogInVerdict::MustEnable) => {
                    self.rejected += 1;
                    self.ended.push((server, None));
                }
                Some(LogInVerdict::Locked) => self.is_locked = true,
                Some(LogInVerdict::Temporary | LogInVerdict::Broken) | None => {
                    self.ended.push((server, None));
                }
            }
            return None;
        }
        None
    }

    fn address(&self, host: &str) -> Option<IpAddr> {
        match records(self.script.says(host)?) {
            Ok(Records::Addresses(addresses)) => addresses.list.first().copied(),
            _ => None,
        }
    }

    /// The mechanisms by which a row works, none for a row without a log-in; `None` where it does
    /// not work.
    fn works(&self, row: &Row) -> Option<Vec<Mechanism>> {
        let address = self.address(&row.host)?;
        let server = Server::read(self.script.says(&format!("{address}:{}", row.port))?);
        let words = said(&server, row)?;
        match &row.login {
            None => {
                let auth = words.iter().find(|word| !["command", "APOP"].contains(word));
                auth.is_none().then(Vec::new)
            }
            Some(login) => {
                let fits = |mechanism: &Mechanism| {
                    words.contains(&mechanism.0) && (mechanism.0 == "NTLM") == login.spa
                };
                let all: Vec<Mechanism> = MECHANISMS.into_iter().filter(fits).collect();
                (!all.is_empty()).then_some(all)
            }
        }
    }
}

/// What a server says it takes, under the protection of a row, if that comes about.
fn said<'a>(server: &'a Server, row: &Row) -> Option<Vec<&'a str>> {
    let has = |faults: &[&str]| faults.iter().any(|fault| server.has(fault));
    if has(&["greets-late", "bye", "busy", "cut"]) {
        return None;
    }
    let is_imap = row.protocol == Protocol::Imap;
    let is_bad = server.problem(&row.host).is_some() || has(&["breaks", "slow-handshake"]);
    let lists = !server.has("no-list");
    let is_offered = if lists { !server.has("stripped") } else { row.protocol == Protocol::Pop3 };
    let works = match (row.security, server.kind.as_str()) {
        (Security::Tls, "tls") => !is_bad,
        (Security::StartTls, "starttls") => {
            let is_agreed = !has(&["refuses-upgrade", "denies-upgrade", "injected"]);
            is_offered && is_agreed && !is_bad && !(is_imap && server.has("preauth"))
        }
        (Security::Plain, "starttls" | "plain") => {
            // What was tampered with is used in no way.
            let is_offered = is_offered && server.kind == "starttls";
            let is_injected = is_offered && server.has("injected");
            let is_preauth = is_imap && server.has("preauth");
            !is_injected && !is_preauth
        }
        _ => false,
    };
    let mut listed: Vec<&str> = match row.security {
        Security::Plain => &server.before,
        _ => &server.inside,
    }
    .iter()
    .map(String::as_str)
    .collect();
    listed.retain(|word| match (*word, row.protocol) {
        ("command", protocol) => protocol != Protocol::Smtp,
        // A greeting has the timestamp, and there is none after an upgrade.
        ("APOP", protocol) => protocol == Protocol::Pop3 && row.security != Security::StartTls,
        _ => lists,
    });
    if !lists && row.protocol != Protocol::Smtp {
        listed.push("command");
    }
    works.then_some(listed)
}
