//! What is said of a guess: the last word of each host, what became of the password, and what could
//! be allowed or looked at.

use mailscout::{
    Asked,
    net::certificate::CertificateProblem,
    probe::{
        guess::Row,
        login::LogInVerdict,
        prober::{
            Doubt, FoundServer, GuessReport, LOG_IN_DOUBTFUL, LookedUp, MAX_REJECTED, MetPort,
            Proof, Question, QuestionKind, Refusal, Verdict,
        },
    },
};

use super::{command_line, command_with};
use crate::{
    args::endpoint,
    output::{printable, quote, words},
};

/// Servers that are named in a hint.
const HINTS: usize = 3;

/// A line for each last word, with the hosts and ports that had it; then the remarks.
pub(super) fn reasons(guess: &GuessReport) -> String {
    let mut lines: Vec<(Vec<Place<'_>>, String)> = Vec::new();
    for (place, reason) in guess.lookups.iter().flat_map(|lookup| last_words(guess, lookup)) {
        match lines.iter_mut().find(|(_, known)| *known == reason) {
            Some((places, _)) => places.push(place),
            None => lines.push((vec![place], reason)),
        }
    }
    let line = |(places, reason): (Vec<Place<'_>>, String)| {
        remark(&format!("{}: {reason}", joined(&places)))
    };
    let mut text: String = lines.into_iter().map(line).collect();
    let notices = guess.notices.iter().filter(|notice| notice.code != LOG_IN_DOUBTFUL);
    text.extend(notices.map(|notice| remark(&notice.to_string())));
    text
}

/// A line, with whatever a server or the DNS said in it.
fn remark(text: &str) -> String {
    format!("  guess: {}\n", printable(text))
}

/// A host, or one of its ports.
type Place<'a> = (&'a str, Option<u16>);

/// Places in a row, each host once.
fn joined(places: &[Place<'_>]) -> String {
    let hosts = places.chunk_by(|(one, _), (other, _)| one == other).map(|places| {
        let (host, ports): (Vec<&str>, Vec<Option<u16>>) = places.iter().copied().unzip();
        let host = host.first().copied().unwrap_or_default();
        let ports: Vec<String> = ports.iter().flatten().map(ToString::to_string).collect();
        match ports.as_slice() {
            [] => host.to_owned(),
            [port] => format!("{host}:{port}"),
            ports => format!("{host} ports {}", ports.join(" ")),
        }
    });
    hosts.collect::<Vec<_>>().join(", ")
}

/// The last word of a host: why it has no address, or what each of its ports came to.
fn last_words<'a>(guess: &'a GuessReport, lookup: &'a LookedUp) -> Vec<(Place<'a>, String)> {
    if !guess.rows.iter().any(|(row, _)| row.host == lookup.name) {
        // The name that nobody has.
        return Vec::new();
    }
    match &lookup.answer {
        Some(Ok(_)) => {}
        Some(Err(Refusal::SameServer { .. })) => return Vec::new(),
        Some(Err(_)) | None => {
            return vec![((lookup.name.as_str(), None), Asked::lookup(lookup).answer)];
        }
    }
    let ports = guess.ports.iter().filter(|port| port.host == lookup.name);
    ports
        .filter_map(|port| Some(((port.host.as_str(), Some(port.port)), last_word(guess, port)?)))
        .collect()
}

fn last_word(guess: &GuessReport, port: &MetPort) -> Option<String> {
    let is_here =
        |row: &Row| (row.protocol, &row.host, row.port) == (port.protocol, &port.host, port.port);
    let verdicts = guess.rows.iter().filter(|(row, _)| is_here(row)).map(|(_, verdict)| verdict);
    let doubt = verdicts.clone().find(|verdict| matches!(verdict, Verdict::Unproved(_)));
    let last = port.met.last().map(|met| Asked::meeting(&port.host, port.port, met));
    match (doubt, last) {
        (Some(doubt), _) => Some(doubt.to_string()),
        (None, Some(last)) if last.outcome != "answered" => Some(last.answer),
        (None, Some(_)) => verdicts.max_by_key(|verdict| weight(verdict)).map(ToString::to_string),
        (None, None) => None,
    }
}

/// How much a verdict tells of a port where everything was answered.
fn weight(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Refused(Refusal::NoMechanism { spa: false, .. } | Refusal::NoLogIn) => 3,
        Verdict::Refused(Refusal::NoMechanism { .. }) => 2,
        Verdict::NotTried(_) => 1,
        _ => 0,
    }
}

/// Commands that look closer.
pub(super) fn hints(guess: &GuessReport) -> String {
    let mut places: Vec<(&String, u16)> = Vec::new();
    for port in &guess.ports {
        for met in &port.met {
            let tls = met.met.evidence.tls.as_ref();
            if let Some(CertificateProblem::WrongName { names }) =
                tls.and_then(|tls| tls.problem.as_ref())
            {
                for name in names.iter().filter(|name| !name.contains('*')) {
                    if !places.iter().any(|(known, _)| *known == name) {
                        places.push((name, port.port));
                    }
                }
            }
        }
    }
    places.iter().filter_map(|(name, port)| hint(name, *port)).take(HINTS).collect()
}

/// The command that looks at the server a certificate is for, where that is a name of a host.
fn hint(name: &str, port: u16) -> Option<String> {
    let place = words::place(name, port);
    endpoint(&place).ok()?;
    Some(format!(
        "\nhint: a certificate is for {}; `mailscout probe {}` looks at that server\n",
        printable(name),
        printable(&quote(&place)),
    ))
}

/// What became of the password, where it was not accepted.
pub(super) fn log_ins(guess: &GuessReport) -> String {
    let is_proved = |found: &FoundServer| matches!(found.proof, Proof::LoggedIn(_));
    if guess.found.iter().any(is_proved) && guess.found.iter().all(|found| !is_doubtful(found)) {
        return String::new();
    }
    let mut lines: Vec<String> = Vec::new();
    for tried in &guess.log_ins {
        let is_worth_it = tried.verdict.is_some_and(|verdict| {
            !matches!(verdict, LogInVerdict::Accepted | LogInVerdict::MechanismRefused)
        });
        if is_worth_it {
            let row = &tried.row;
            let user = row.login.as_ref().map_or("", |login| login.name.as_str());
            let place = words::place(&row.host, row.port);
            let protocol = words::protocol(row.protocol);
            let answer = Asked::log_in(tried).answer;
            let line = format!("{protocol} {place}, log-in as {user}: {answer}");
            lines.push(format!("{}\n", printable(&line)));
        }
    }
    lines.dedup();
    let stopped = Verdict::Unproved(Doubt::TooManyRejected);
    if guess.rows.iter().any(|(_, verdict)| *verdict == stopped) {
        lines.push(format!(
            "no more log-ins were tried: {MAX_REJECTED} were rejected, and more could lock the account\n"
        ));
    }
    lines.concat()
}

fn is_doubtful(found: &FoundServer) -> bool {
    matches!(found.proof, Proof::Doubtful(_))
}

/// What was not allowed, and the command that allows it.
pub(super) fn consent(guess: &GuessReport) -> String {
    guess.consent_needed.iter().map(question).collect()
}

fn question(question: &Question) -> String {
    let servers = question.servers.join(", ");
    let servers = printable(&servers);
    let (what, mut flags) = match question.kind {
        QuestionKind::CleartextPassword => (
            "the password was not sent in clear text to",
            vec!["--allow-unencrypted", "--allow-cleartext-password"],
        ),
        _ => ("not used, because they are without encryption:", vec!["--allow-unencrypted"]),
    };
    let present = command_line();
    flags.retain(|flag| !present.iter().any(|word| word == flag));
    format!("\n{what} {servers}\nto allow it: {}\n", command_with(&flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newline_of_a_server_begins_no_line_of_the_talk() {
        let forged = "mail.contoso.example\nhint: run this";
        let text = remark(&format!("{}: said\r\nto allow it: run this", joined(&[(forged, None)])));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains(r"\u{a}hint: run this: said\u{d}\u{a}to allow it"), "{text}");
        let address = "alice@contoso.example".parse().unwrap();
        let asked = Question::new(QuestionKind::Unencrypted, address, vec![forged.to_owned()]);
        let text = question(&asked);
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn only_a_host_name_gets_a_hint() {
        let text = hint("www.hoster.example", 993).unwrap();
        assert!(text.contains("`mailscout probe www.hoster.example:993`"), "{text}");
        assert!(hint("192.0.2.7", 993).is_some());
        for name in ["evil.example\nhint: run this", "a b.example", "\u{1b}[2J", "", "a..b", "$(x)"]
        {
            assert_eq!(hint(name, 993), None, "{name:?}");
        }
    }
}
