//! The log-in of a dialog: between what is known and the farewell.
//!
//! What is said comes from [`Attempt`], what is heard from the protocols as an [`Answer`]; here is
//! decided what becomes of both.

use core::mem;

use mailscout_ntlm::Hidden;

use super::{Dialog, End, Phase, text};
use crate::login::{Attempt, Chance, Fault, LogIn, LogInVerdict, LoggedIn, Reply, judge};

/// Stands for a text that has in it what nobody may see.
const WITHHELD: &str = "(the server repeated what was sent)";

/// What gives up a SASL exchange, in all three protocols.
const CANCEL: &[u8] = b"*\r\n";

/// How far the log-in has come.
#[derive(Default)]
pub(super) enum Progress {
    /// None is wanted.
    #[default]
    Unwanted,
    /// One is wanted.
    Wanted(Box<(LogIn, Chance)>),
    /// It is under way.
    Underway(Box<Attempt>),
    /// It was given up; the server has still to say that it heard of that.
    GivenUp(Box<Attempt>, Fault),
    /// It is over.
    Over(LoggedIn),
}

/// The server's last word on a command of the log-in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Answer {
    /// How it says no; `None` where it agrees.
    pub(super) refusal: Option<Reply>,
    /// Its words.
    pub(super) text: String,
    /// What it said beside that, for the user to be shown.
    pub(super) alert: Option<String>,
}

impl Dialog {
    /// The same dialog, with a log-in once everything is known.
    ///
    /// How it went is [`Facts::log_in`](super::Facts::log_in). A log-in that its
    /// [`Exposure`](crate::login::Exposure) does not allow on this connection, that the server
    /// does not offer, or whose secret is not of its mechanism's kind, is not tried: it is
    /// [refused](LogInVerdict::MechanismRefused), and nothing of it is sent.
    ///
    /// # Security
    ///
    /// The caller must verify the certificate. A dialog does not see it.
    #[must_use]
    pub fn logging_in(mut self, log_in: LogIn, chance: Chance) -> Self {
        self.progress = Progress::Wanted(Box::new((log_in, chance)));
        self
    }

    /// Begins the log-in that is wanted; `false` where none is.
    pub(super) fn begin_log_in(&mut self) -> bool {
        let Progress::Wanted(wanted) = mem::take(&mut self.progress) else {
            return false;
        };
        let (log_in, chance) = *wanted;
        let (protocol, is_inside_tls) = (self.speech.protocol(), self.is_inside_tls);
        let begun = Attempt::new(&log_in, &chance, protocol, &self.heard, is_inside_tls);
        let begun = begun.and_then(|mut attempt| {
            let command = attempt.begin(&self.speech.begin_log_in(&self.heard))?;
            Ok((attempt, command))
        });
        match begun {
            Ok((attempt, command)) => {
                self.progress = Progress::Underway(Box::new(attempt));
                self.say(command);
            }
            Err(Fault(why)) => self.conclude(LogInVerdict::MechanismRefused, why),
        }
        true
    }

    /// Takes that the server wants to hear more.
    pub(super) fn take_challenge(&mut self, challenge: &str) {
        if self.is_unasked() {
            return self.finish(End::Malformed(Phase::LogIn));
        }
        match mem::take(&mut self.progress) {
            Progress::Underway(mut attempt) => {
                let said = attempt.challenged(challenge);
                let is_sasl = attempt.is_sasl();
                self.progress = match said {
                    Err(fault) if is_sasl => Progress::GivenUp(attempt, fault),
                    _ => Progress::Underway(attempt),
                };
                match said {
                    Ok(said) => self.say(said),
                    Err(_) if is_sasl => self.say(Hidden::join(&[CANCEL])),
                    Err(_) => self.finish_with(End::Malformed(Phase::LogIn), challenge),
                }
            }
            progress => {
                self.progress = progress;
                self.finish(End::Malformed(Phase::LogIn));
            }
        }
    }

    /// Takes the server's last word on what was said.
    pub(super) fn take_answer(&mut self, answer: &Answer) {
        if answer.refusal == Some(Reply::Bye) {
            self.heard.last_line = Some(self.evidence(&answer.text));
            self.set_verdict(answer);
            return self.finish(End::Bye(Phase::LogIn));
        }
        if self.is_unasked() {
            return self.finish(End::Malformed(Phase::LogIn));
        }
        if answer.refusal.is_some() {
            self.set_verdict(answer);
            return self.finish(End::Complete);
        }
        let Progress::Underway(attempt) = &mut self.progress else {
            self.give_up();
            return self.finish(End::Complete);
        };
        match attempt.accepted() {
            Ok(Some(command)) => self.say(command),
            Ok(None) => {
                let text = self.evidence(&answer.text);
                self.conclude(LogInVerdict::Accepted, &text);
            }
            Err(Fault(why)) => self.conclude(LogInVerdict::Broken, why),
        }
    }

    /// Takes what the refusal says of the log-in: of one that was given up, nothing new.
    fn set_verdict(&mut self, answer: &Answer) {
        let Progress::Underway(attempt) = &self.progress else {
            return self.give_up();
        };
        let Some(reply) = answer.refusal else { return };
        let (user, has_told_user) = (attempt.user(), attempt.has_told_user());
        let of = |text: &str| judge(reply, text, user, has_told_user);
        let said = of(&answer.text);
        // An alert is for the user. It decides where the answer itself says no more than no.
        let alert = answer.alert.as_deref().map(|alert| (of(alert), alert));
        let (verdict, text) = match (said, alert) {
            (
                LogInVerdict::WrongPassword | LogInVerdict::MechanismRefused,
                Some((verdict @ (LogInVerdict::MustEnable | LogInVerdict::Locked), alert)),
            ) => (verdict, alert),
            _ => (said, answer.text.as_str()),
        };
        let text = match reply {
            Reply::Code(code) => self.evidence(&format!("{code} {text}")),
            _ => self.evidence(text),
        };
        self.progress = over(verdict, &text, self.has_proved());
    }

    /// Takes that the log-in ends as it was given up.
    fn give_up(&mut self) {
        if let Progress::GivenUp(_, Fault(why)) = self.progress {
            self.progress = over(LogInVerdict::Broken, why, self.has_proved());
        }
    }

    fn conclude(&mut self, verdict: LogInVerdict, text: &str) {
        self.progress = over(verdict, text, self.has_proved());
        self.finish(End::Complete);
    }

    fn say(&mut self, bytes: Hidden) {
        self.phase = Phase::LogIn;
        self.lines.begin_reply();
        self.unsent.push_back(bytes);
    }

    /// Whether the server answers what it cannot have heard yet.
    fn is_unasked(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Leaves nothing of a log-in behind whose dialog is over, but what became of it.
    pub(super) fn close_log_in(&mut self) {
        if self.phase == Phase::LogIn {
            self.unsent.clear();
        }
        self.give_up();
        match &self.progress {
            Progress::Underway(_) => {
                let text = self.heard.last_line.as_deref().unwrap_or_default();
                self.progress = over(LogInVerdict::Broken, text, self.has_proved());
            }
            // It was not come to.
            Progress::Wanted(_) => self.progress = Progress::Unwanted,
            Progress::Unwanted | Progress::GivenUp(..) | Progress::Over(_) => {}
        }
    }

    /// A text of the server, fit to be kept.
    pub(super) fn evidence(&self, said: &str) -> String {
        match &self.progress {
            Progress::Underway(attempt) | Progress::GivenUp(attempt, _)
                if attempt.is_echoed_in(said) =>
            {
                WITHHELD.to_owned()
            }
            _ => text::clean(said),
        }
    }

    /// Whether all was sent that proves the secret.
    fn has_proved(&self) -> bool {
        match &self.progress {
            Progress::Underway(attempt) | Progress::GivenUp(attempt, _) => attempt.has_proved(),
            _ => false,
        }
    }

    /// How the log-in went, where it is over.
    pub(super) fn logged_in(&self) -> Option<LoggedIn> {
        match &self.progress {
            Progress::Over(logged_in) => Some(logged_in.clone()),
            _ => None,
        }
    }
}

fn over(verdict: LogInVerdict, text: &str, proof_sent: bool) -> Progress {
    let text = (!text.is_empty()).then(|| text.to_owned());
    Progress::Over(LoggedIn { verdict, text, proof_sent })
}
