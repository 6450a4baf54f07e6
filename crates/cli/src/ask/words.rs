//! The words of the questions, each with who is asked about, the danger, and the answers.

use mailscout::{
    discover::consent,
    probe::prober::{self, QuestionKind},
};

use crate::output::printable;

/// A question as it is put.
#[derive(Debug)]
pub(super) struct Words {
    /// Everything before the answer.
    pub(super) text: String,
    /// Whether `once` is what a yes is called.
    pub(super) has_once: bool,
    /// Whether `always` is an answer.
    pub(super) has_always: bool,
}

impl Words {
    /// May the settings come from another site?
    pub(super) fn redirect(question: &consent::Question, can_remember: bool) -> Self {
        let (from, to) = (printable(&question.from), printable(&question.to));
        let address = question.address.to_string();
        let (address, site) = (printable(&address), printable(&question.site));
        let always = if can_remember { "\n  a  always for this site" } else { "" };
        let way = if question.from == question.to {
            let servers: Vec<String> = question
                .servers
                .iter()
                .map(|server| format!("\n  {}", printable(server)))
                .collect();
            format!(
                "{from} has settings, but anybody on the way can have changed them. They name\n{}",
                servers.concat()
            )
        } else {
            let login = if question.to.starts_with("https://") {
                ", which also gets your login where it wants one"
            } else {
                ""
            };
            format!("{from} redirects to another site{login}:\n\n  {to}")
        };
        let text = format!(
            "{way}\n\n\
             Configure {address} from {site}?\n\n  \
             o  once{always}\n  d  deny, which is also what Enter means"
        );
        Self { text, has_once: true, has_always: can_remember }
    }

    /// May this be done without encryption?
    pub(super) fn unencrypted(question: &prober::Question) -> Self {
        let address = question.address.to_string();
        let address = printable(&address);
        let servers: Vec<_> =
            question.servers.iter().map(|server| format!("  {}", printable(server))).collect();
        let servers = servers.join("\n");
        let (before, danger) = match question.kind {
            QuestionKind::CleartextPassword => (
                format!("The password of {address} would be sent in clear text to"),
                "Everybody on the way can read the password, and use it from then on. Send it all \
                 the same?",
            ),
            _ => (
                format!("No encrypted server does for {address}; without encryption there is"),
                "Everybody on the way can read the mail and change it, and nothing proves that \
                 these are the right servers. Use them all the same?",
            ),
        };
        let text = format!(
            "{before}\n\n{servers}\n\n{danger}\n\n  \
             y  yes, this time\n  n  no, which is also what Enter means"
        );
        Self { text, has_once: false, has_always: false }
    }

    /// The answers, in short.
    pub(super) fn choice(&self) -> &'static str {
        match (self.has_once, self.has_always) {
            (true, true) => "`o`, `a` or `d`",
            (true, false) => "`o` or `d`",
            (false, _) => "`y` or `n`",
        }
    }
}
