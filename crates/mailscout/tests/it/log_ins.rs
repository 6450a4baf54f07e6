//! How often a password is rejected in one search, over the web, the guess and the check.

use mailscout::{
    Report, Tasks,
    discover::{Ispdb, LogIn, Means, Options},
    probe::{
        login::Secret,
        prober::{self, MAX_REJECTED},
    },
    schema::settings::Protocol::{self, Imap, Pop3, Smtp},
};
use mailscout_lab::World;

use crate::{
    lab::{start, watched},
    made::{autodiscover, mail, mail_at, root, scenario, web},
};

/// The domain with these documents, and mail servers that all take another password than the user's:
/// one that documents name, and others, each at an address of its own, that are guessed.
fn world(documents: String) -> String {
    let password = "another-one";
    let records = "imap A 203.0.113.21\npop3 A 203.0.113.22\nsmtp A 203.0.113.23";
    let hosts = [
        documents,
        mail(&[("imap", "", password)]),
        mail_at("imap", "203.0.113.21", &[("imap", "", password)]),
        mail_at("pop3", "203.0.113.22", &[("pop3", "", password)]),
        mail_at("smtp", "203.0.113.23", &[("smtp", "", password)]),
    ];
    scenario(records, "", &hosts)
}

/// A search with a wrong password, and the world that saw it.
async fn search(documents: String, want: &[Protocol], verify: bool) -> (World, Report) {
    let (world, locator) = start(&world(documents)).await;
    let mut options = Options::default();
    options.ispdb = Ispdb::Off;
    options.want = want.to_vec();
    options.log_in = Some(LogIn::new(Means::Password));
    let mut probing = prober::Options::default();
    probing.secret = Some(Secret::Password("wrong-one".to_owned().into()));
    let locator = locator
        .with_options(options)
        .with_probing(probing)
        .with_tasks(Tasks { verify, ..Tasks::default() });
    let report = Box::pin(locator.locate(&"alice@contoso.example".parse().unwrap())).await;
    world.journal().all_ended().await;
    (world, report.unwrap())
}

/// How many passwords the mail servers rejected.
fn rejected(world: &World) -> usize {
    world.journal().log_ins().iter().filter(|log_in| !log_in.accepted).count()
}

#[tokio::test]
async fn the_guess_and_the_check_share_the_passwords_that_may_be_rejected() {
    watched(async {
        let documents = || root(&[autodiscover("imap", "")]);
        let all = [Imap, Pop3, Smtp];
        let (world, report) = search(documents(), &[Imap], true).await;
        assert!(report.guess.is_none() && rejected(&world) > 0, "a check alone has some");
        let (world, report) = search(documents(), &all, false).await;
        assert!(report.check.is_none());
        assert_eq!(rejected(&world), MAX_REJECTED, "a guess alone takes all");

        let (world, report) = search(documents(), &all, true).await;
        let (guess, check) = (report.guess.unwrap(), report.check.unwrap());
        assert_eq!((guess.rejected, check.rejected), (MAX_REJECTED, MAX_REJECTED));
        assert_eq!(rejected(&world), MAX_REJECTED, "{:?}", world.journal().log_ins());
    })
    .await;
}

#[tokio::test]
async fn a_log_in_that_a_web_server_refused_counts_too() {
    watched(async {
        let (without, _) = search(root(&[]), &[], false).await;
        assert_eq!(rejected(&without), MAX_REJECTED, "a guess alone takes all");

        let gate = "auth = [\"basic\"]\n\
                    accounts = [{ user = \"alice@contoso.example\", password = \"another-one\" }]";
        let closed = || web("contoso.example", "203.0.113.5", gate, &[autodiscover("imap", "")]);
        let (world, report) = search(closed(), &[], false).await;
        assert_eq!(report.search.refused_log_ins, 1);
        assert_eq!(report.guess.unwrap().rejected, MAX_REJECTED);
        assert_eq!(rejected(&world), MAX_REJECTED - 1, "{:?}", world.journal().log_ins());
    })
    .await;
}
