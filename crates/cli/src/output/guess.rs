//! How sure servers are that were met: those of a guess, and those that were checked.

use mailscout::{
    Report, Source, Verified,
    discover::TrustWord,
    net::connect::CertificateFacts,
    probe::prober::{GuessReport, Proof},
    schema::settings::{AccountSettings, Server},
};

use super::moment::day;

/// What meeting a server came to, in a few words; `None` where it was not met.
pub(super) fn proof(report: &Report, server: &Server) -> Option<String> {
    let evidence = report.evidence(server)?;
    let state = match &evidence.state {
        Verified::LoggedIn(proof) => proof.to_string(),
        Verified::Connected => "answered".to_owned(),
        Verified::Doubtful(doubt) => doubt.to_string(),
        Verified::Failed(refusal) => return Some(refusal.to_string()),
        Verified::NotTried(why) => return Some(why.to_string()),
        _ => return None,
    };
    let met = evidence.met.iter().find(|met| met.met.security == server.security);
    let tls = met.and_then(|met| met.met.evidence.tls.as_ref());
    let own: Option<&CertificateFacts> = tls.and_then(|tls| tls.chain.first());
    Some(match own {
        Some(own) => format!("{state}, certificate valid until {}", day(own.not_after)),
        None => state,
    })
}

/// Where guessed settings come from, and how far they can be trusted: names and texts.
pub(super) fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let remembered = report.remembered.and_then(|remembered| remembered.profile);
    let source = match (&report.guess, remembered) {
        (Some(guess), _) => {
            format!("guessed (profile {}), proved by {}", guess.profile, proved_by(guess))
        }
        (None, Some(profile)) => format!("guessed (profile {profile})"),
        (None, None) => return Vec::new(),
    };
    let trust = match report.trust_of(Source::Guess) {
        TrustWord::Verified => "verified: guessed; the certificate of each server is for its name",
        TrustWord::Unauthenticated => {
            "unauthenticated: guessed, and a server of first choice is without encryption"
        }
        word => word.as_str(),
    };
    vec![("Source", source), ("Trust", trust.to_owned())]
}

fn proved_by(guess: &GuessReport) -> &'static str {
    let by_log_in = |proof: Proof| matches!(proof, Proof::LoggedIn(_));
    let mut proofs = guess.found.iter().map(|found| by_log_in(found.proof));
    match (proofs.clone().all(|by| by), proofs.any(|by| by)) {
        (true, _) => "log-ins",
        (false, true) => "connections and log-ins",
        (false, false) => "connections",
    }
}

/// Settings with all user names that were not told apart where the first would stand alone.
pub(super) fn with_all_names(
    settings: &AccountSettings,
    is_guessed: impl Fn(&Server) -> bool,
) -> AccountSettings {
    let mut settings = settings.clone();
    let servers = settings.incoming.iter_mut().chain(&mut settings.outgoing);
    for server in servers.filter(|server| is_guessed(server)) {
        for name in &server.username_alternatives {
            server.username.push_str(" or ");
            server.username.push_str(name);
        }
    }
    settings
}
