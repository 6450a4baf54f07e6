//! One port, looked at: its conversations with all that they showed, and what it comes to.

use mailscout::{
    Asked, Finding, Inspection,
    net::connect::{CertificateFacts, TlsFacts},
    probe::{dialog::Heard, prober::TimedMeeting},
    schema::settings::Security,
};

use super::{moment::day, table::lay_out, words};

/// Days below which the end of a certificate is a warning.
const SOON: i64 = 14;

/// What the port showed; its last line is the verdict.
pub(crate) fn render(inspection: &Inspection) -> String {
    let place = words::place(&inspection.host, inspection.port);
    let addresses = match &inspection.addresses {
        Ok(addresses) => addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Err(refusal) => refusal.to_string(),
    };
    let mut text = lay_out(&[vec![place, addresses]]);
    for met in &inspection.met {
        text.push('\n');
        text.push_str(&conversation(met, inspection));
    }
    text.push('\n');
    text + &lay_out(&[vec![verdict(inspection)]])
}

/// The port in one line.
fn verdict(inspection: &Inspection) -> String {
    let finding = inspection.finding();
    let met = match &finding {
        Finding::NoMailServer(refusal) => return format!("no mail server: {refusal}"),
        Finding::Silent(refusal) => return format!("nothing answered: {refusal}"),
        Finding::Good(met) | Finding::BadCertificate(met, _) | Finding::Unencrypted(met) => *met,
        other => return other.as_str().to_owned(),
    };
    let security = match finding.security() {
        Some(Security::Tls) => "with TLS from the first byte",
        Some(Security::StartTls) => "with STARTTLS",
        _ => "without encryption only",
    };
    let but = match (&finding, &met.evidence.facts) {
        (Finding::BadCertificate(_, problem), _) => format!(", but {problem}"),
        (Finding::Unencrypted(_), Some(facts)) if met.security != Security::Plain => {
            format!(": {}", facts.end)
        }
        _ => String::new(),
    };
    let log_ins = finding.log_ins();
    let log_ins: Vec<&str> = log_ins.iter().map(|it| words::log_in(*it, met.protocol)).collect();
    let log_ins = if log_ins.is_empty() { "none".to_owned() } else { log_ins.join(", ") };
    format!("{} {security}{but}; log-ins: {log_ins}", words::protocol(met.protocol))
}

fn conversation(met: &TimedMeeting, inspection: &Inspection) -> String {
    let evidence = &met.met.evidence;
    let title = format!(
        "{}, {}",
        words::protocol(met.met.protocol),
        match met.met.security {
            Security::Tls => "TLS from the first byte",
            Security::StartTls => "STARTTLS",
            _ => "no encryption",
        }
    );
    let mut facts = Facts::default();
    match evidence.peer {
        Some(peer) => {
            facts.add("connected", format!("{peer}, {} ms in all", met.elapsed.as_millis()));
        }
        None => facts.add("connected", "no"),
    }
    let heard = evidence.facts.as_ref();
    if let Some(before) = heard.and_then(|facts| facts.before_tls.as_ref()) {
        facts.add(
            "before TLS",
            "unauthenticated: in clear text, anybody on the way may have said it",
        );
        facts.hear(before);
    }
    if let Some(tls) = &evidence.tls {
        facts.shake_hands(tls, inspection);
    }
    if let Some(inside) = heard.and_then(|facts| facts.inside_tls.as_ref()) {
        if heard.is_some_and(|facts| facts.before_tls.is_some()) {
            facts.add("inside TLS", "");
        }
        facts.hear(inside);
    }
    let asked = Asked::meeting(&inspection.host, inspection.port, met);
    let end = match heard.map(|facts| facts.end) {
        Some(end) if evidence.failure.is_none() => end.to_string(),
        _ => asked.answer,
    };
    facts.add("ended", end);
    lay_out(&[vec![title]]) + &lay_out(&facts.0)
}

/// Names and texts; an empty name belongs to the one above.
#[derive(Default)]
struct Facts(Vec<Vec<String>>);

impl Facts {
    fn add(&mut self, name: &str, text: impl Into<String>) {
        self.0.push(vec![format!("  {name}"), text.into()]);
    }

    fn shake_hands(&mut self, tls: &TlsFacts, inspection: &Inspection) {
        self.add("TLS", format!("{}, {}", tls.version, tls.cipher));
        let verdict = tls.problem.as_ref().map_or("good".to_owned(), ToString::to_string);
        self.add("certificate", verdict);
        for (index, certificate) in tls.chain.iter().enumerate() {
            let days = inspection.days_left(certificate);
            if index == 0 {
                self.add("  for", certificate.names.join(", "));
                self.add("  issued by", certificate.issuer.clone());
                self.add("  valid", validity(certificate, days));
            } else {
                let chain = format!("{}, issued by {}", certificate.subject, certificate.issuer);
                self.add(if index == 1 { "  chain" } else { "" }, chain);
                self.add("", validity(certificate, days));
            }
        }
    }

    fn hear(&mut self, heard: &Heard) {
        if let Some(greeting) = &heard.greeting {
            self.add("greeting", greeting.clone());
        }
        if let Some(capabilities) = &heard.capabilities {
            self.add("capabilities", capabilities.join(", "));
            let mechanisms = heard.mechanisms.join(", ");
            self.add("mechanisms", if mechanisms.is_empty() { "none".into() } else { mechanisms });
        }
        if heard.preauthenticated {
            self.add("", "logged in by the server without being asked (PREAUTH)");
        }
        if let Some(line) = &heard.last_line {
            self.add("last line", line.clone());
        }
    }
}

/// From when until when, how many days that is, and whether that is soon.
fn validity(certificate: &CertificateFacts, days: i64) -> String {
    let (from, until) = (day(certificate.not_before), day(certificate.not_after));
    let left = match days {
        ..0 => format!("expired {} ago", whole_days(-days)),
        0..SOON => format!("warning: {} left", whole_days(days)),
        _ => format!("{} left", whole_days(days)),
    };
    format!("{from} to {until}, {left}")
}

fn whole_days(days: i64) -> String {
    format!("{days} {}", if days == 1 { "day" } else { "days" })
}
