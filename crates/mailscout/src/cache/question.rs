//! What of the options decides an answer, as one text.
//!
//! Left out on purpose: the strategy and all bounds on time (every strategy comes to the same, and
//! what time cut off is not kept), the seed, the user agent, whether servers are verified, and every
//! secret.

use std::{fmt::Write as _, path::Path};

use mailscout_discover::{Ispdb, Means, Options, mechanism::Mechanism};
use mailscout_probe::prober;
use mailscout_schema::{address::Domain, settings::Protocol};

use crate::locator::Tasks;

/// The text: words separated by blanks, what is off or empty left out. Equal texts are equal
/// questions.
pub(crate) fn question(
    options: &Options,
    probing: &prober::Options,
    tasks: Tasks,
    has_own_table: bool,
) -> String {
    let mut words = Words::default();
    words.list("order", [options.order.as_str()]);
    words.list("only", sorted(&options.only));
    words.list("skip", sorted(&options.skip));
    words.list("prefer", options.prefer.into_iter().map(Protocol::as_str));
    let mut want = options.want.clone();
    want.sort_unstable();
    words.list("want", want.into_iter().map(Protocol::as_str));
    let files = options.local_xml.iter();
    words.list("local-xml", files.map(|(domain, path)| named(domain.as_str(), path)));
    words.flag("prefer-local-xml", options.prefer_local_xml);
    let mut sites: Vec<String> = options.allow_redirect.iter().map(ToString::to_string).collect();
    sites.sort();
    words.list("allow-redirect", sites);
    words.list("ispdb", [ispdb(&options.ispdb)]);
    if let Some(directory) = &options.directory {
        words.list("directory", directory.server.iter().map(ToString::to_string));
        words.list("directory-domain", directory.domain.iter().map(Domain::as_str));
        words.list("directory-site", &directory.site);
        words.flag("directory-binds", directory.binds);
        words.list("exchange-server", &directory.exchange_server);
        words.flag("with-directory", true);
    }
    if let Some(log_in) = options.log_in {
        words.list(
            "log-in",
            [match log_in.means {
                Means::Password => "password",
                Means::Token => "token",
            }],
        );
        words.flag("allow-basic", log_in.allow_basic);
    }
    words.flag("own-table", has_own_table);
    words.flag("public-only", options.public_only);
    words.flag("documents", tasks.documents);
    words.flag("guess", tasks.guess);
    words.list("profile", [probing.profile.as_str()]);
    let mut protocols: Vec<Protocol> = probing.protocols.clone();
    protocols.sort_unstable();
    words.list("protocols", protocols.into_iter().map(Protocol::as_str));
    words.flag("guess-public-only", probing.public_only);
    words.flag("allow-unencrypted", probing.allow_unencrypted);
    words.flag("allow-cleartext-password", probing.allow_cleartext_password);
    words.text
}

fn sorted(mechanisms: &[Mechanism]) -> impl Iterator<Item = &'static str> {
    let mut sorted = mechanisms.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.into_iter().map(Mechanism::as_str)
}

fn ispdb(ispdb: &Ispdb) -> Vec<u8> {
    match ispdb {
        Ispdb::At(url) => format!("url:{url}").into_bytes(),
        Ispdb::Folder(folder) => named("folder", folder),
        _ => b"off".to_vec(),
    }
}

/// A name and a path, whatever the path consists of.
fn named(name: &str, path: &Path) -> Vec<u8> {
    [name.as_bytes(), b":", path.as_os_str().as_encoded_bytes()].concat()
}

/// Words, each written so that none can be taken for two.
#[derive(Default)]
struct Words {
    text: String,
}

impl Words {
    fn flag(&mut self, name: &str, is_on: bool) {
        if is_on {
            self.blank();
            self.text.push_str(name);
        }
    }

    fn list(&mut self, name: &str, values: impl IntoIterator<Item = impl AsRef<[u8]>>) {
        for (index, value) in values.into_iter().enumerate() {
            if index == 0 {
                self.blank();
                self.text.push_str(name);
                self.text.push('=');
            } else {
                self.text.push(',');
            }
            self.escaped(value.as_ref());
        }
    }

    fn blank(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn escaped(&mut self, value: &[u8]) {
        for byte in value {
            if byte.is_ascii_alphanumeric() || b":/.-_*@".contains(byte) {
                self.text.push(char::from(*byte));
            } else {
                let _ = write!(self.text, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mailscout_discover::{DirectoryOptions, LogIn, Means, mechanism::Order};
    use mailscout_probe::guess::Profile;

    use super::*;

    fn of(change: impl FnOnce(&mut Options, &mut prober::Options, &mut Tasks)) -> String {
        let (mut options, mut probing, mut tasks) =
            (Options::default(), prober::Options::default(), Tasks::default());
        change(&mut options, &mut probing, &mut tasks);
        question(&options, &probing, tasks, false)
    }

    #[test]
    fn the_default_question_is_short() {
        assert_eq!(
            of(|_, _, _| {}),
            "order=standard ispdb=url:https://autoconfig.thunderbird.net/v1.1 documents guess \
             profile=modern"
        );
    }

    #[test]
    fn whatever_decides_the_answer_makes_another_question() {
        let mut all = vec![
            of(|_, _, _| {}),
            of(|options, _, _| options.order = Order::Outlook),
            of(|options, _, _| options.only = vec![Mechanism::Pacc]),
            of(|options, _, _| options.skip = vec![Mechanism::Pacc]),
            of(|options, _, _| options.prefer = Some(Protocol::Pop3)),
            of(|options, _, _| {
                options.local_xml.insert("a.example".parse().unwrap(), "a b".into());
            }),
            of(|options, _, _| {
                options.local_xml.insert("a.example".parse().unwrap(), "a%20b".into());
            }),
            of(|options, _, _| options.prefer_local_xml = true),
            of(|options, _, _| options.allow_redirect = vec!["a.example".parse().unwrap()]),
            of(|options, _, _| options.allow_redirect = vec!["*.a.example".parse().unwrap()]),
            of(|options, _, _| options.want = vec![Protocol::Pop3]),
            of(|options, _, _| options.public_only = true),
            of(|options, _, _| options.log_in = Some(LogIn::new(Means::Password))),
            of(|options, _, _| {
                let mut log_in = LogIn::new(Means::Password);
                log_in.allow_basic = true;
                options.log_in = Some(log_in);
            }),
            of(|options, _, _| options.directory = Some(DirectoryOptions::default())),
            of(|options, _, _| {
                let mut directory = DirectoryOptions::default();
                directory.site = Some("Berlin".to_owned());
                options.directory = Some(directory);
            }),
            of(|options, _, _| options.ispdb = Ispdb::Off),
            of(|options, _, _| options.ispdb = Ispdb::At("off".to_owned())),
            of(|options, _, _| options.ispdb = Ispdb::Folder("off".into())),
            of(|_, probing, _| probing.profile = Profile::Outlook2010),
            of(|_, probing, _| probing.protocols = vec![Protocol::Imap]),
            of(|_, probing, _| probing.public_only = true),
            of(|_, probing, _| probing.allow_unencrypted = true),
            of(|_, probing, _| probing.allow_cleartext_password = true),
            of(|_, _, tasks| tasks.documents = false),
            of(|_, _, tasks| tasks.guess = false),
            question(&Options::default(), &prober::Options::default(), Tasks::default(), true),
        ];
        let number = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), number, "{all:#?}");
    }

    #[test]
    fn a_value_cannot_pass_for_two_words() {
        let one = of(|options, _, _| options.ispdb = Ispdb::At("x public-only".to_owned()));
        let two = of(|options, _, _| {
            options.ispdb = Ispdb::At("x".to_owned());
            options.public_only = true;
        });
        assert_ne!(one, two);
    }

    #[test]
    fn what_changes_no_answer_is_the_same_question() {
        use mailscout_discover::Strategy;
        let same = of(|options, probing, tasks| {
            options.strategy = Strategy::Eager;
            options.seed = Some(7);
            options.deadlines.overall = Some(std::time::Duration::from_secs(1));
            probing.seed = 9;
            tasks.verify = true;
        });
        assert_eq!(same, of(|_, _, _| {}));
        let only = |list: Vec<Mechanism>| of(|options, _, _| options.only = list);
        assert_eq!(
            only(vec![Mechanism::Pacc, Mechanism::Ispdb]),
            only(vec![Mechanism::Ispdb, Mechanism::Pacc, Mechanism::Ispdb])
        );
    }

    #[test]
    fn no_secret_is_part_of_the_question() {
        use mailscout_probe::login::Secret;
        let secret = of(|_, probing, _| {
            probing.secret = Some(Secret::Password("right-one".to_owned().into()));
        });
        assert_eq!(secret, of(|_, _, _| {}));
    }
}
