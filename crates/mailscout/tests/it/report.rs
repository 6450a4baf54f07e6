//! Sources, a guess and a check in one report: what proves what, and what a person has to look at.

use mailscout::{
    Evidence, Locator, Report, Source, Tasks, Verified,
    discover::{Ispdb, Options, TrustWord},
    probe::{login::Secret, prober},
    schema::settings::Protocol::{self, Imap, Pop3, Smtp},
};

use crate::{
    lab::{start, watched},
    made::{PASSWORD, autodiscover, good_mail, mail, root, scenario, srv},
};

const BAD: &str = "certificate = \"wrong-name\"";

fn wanting(want: &[Protocol]) -> Options {
    let mut options = Options::default();
    options.want = want.to_vec();
    options.ispdb = Ispdb::Off;
    options
}

fn with_password() -> prober::Options {
    let mut probing = prober::Options::default();
    probing.secret = Some(Secret::Password(PASSWORD.to_owned().into()));
    probing
}

async fn report_of(world: &str, change: impl FnOnce(Locator) -> Locator) -> Report {
    let (_world, locator) = start(world).await;
    let address = "alice@contoso.example".parse().unwrap();
    Box::pin(change(locator).locate(&address)).await.unwrap()
}

#[tokio::test]
async fn the_dns_is_proved_by_every_server_of_first_choice_one_for_each_wanted_protocol() {
    watched(async {
        use TrustWord::{Unauthenticated, Verified};
        let (bad, good) = (BAD, "");
        for (words, want, expected) in [
            ([good, good, good], &[Imap, Pop3, Smtp][..], Verified),
            ([bad, good, good], &[Imap, Pop3, Smtp], Unauthenticated),
            ([good, bad, good], &[Imap, Pop3, Smtp], Unauthenticated),
            ([good, good, bad], &[Imap, Pop3, Smtp], Unauthenticated),
            ([good, bad, good], &[Imap, Smtp], Verified),
            ([good, bad, good], &[], Verified),
            ([good, good, bad], &[], Unauthenticated),
        ] {
            let [imap, pop3, smtp] = words;
            let servers = mail(&[
                ("imap", imap, PASSWORD),
                ("pop3", pop3, PASSWORD),
                ("smtp", smtp, PASSWORD),
            ]);
            let world = scenario(&srv("imap pop3 smtp"), "", &[root(&[]), servers]);
            let tasks = Tasks { guess: false, ..Tasks::default() };
            let report =
                report_of(&world, |it| it.with_options(wanting(want)).with_tasks(tasks)).await;
            assert_eq!(report.found().unwrap().mechanism.as_str(), "srv-services");
            assert_eq!(report.trust(), Some(expected), "{words:?} {want:?}");
            assert_eq!(report.needs_a_person(), expected == Unauthenticated, "{words:?} {want:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_wanted_protocol_whose_first_server_is_not_what_it_should_be_needs_a_person() {
    watched(async {
        let all = &[Imap, Pop3, Smtp][..];
        for (words, password, want, needs) in [
            ("", PASSWORD, all, false),
            (BAD, PASSWORD, all, true),
            ("", "another-one", all, true),
            // A second choice that nobody asked for is nobody's worry.
            (BAD, PASSWORD, &[Imap, Smtp], false),
            ("", "another-one", &[], false),
        ] {
            let servers =
                mail(&[("imap", "", PASSWORD), ("pop3", words, password), ("smtp", "", PASSWORD)]);
            let world = scenario("", "", &[root(&[autodiscover("imap pop3 smtp", "")]), servers]);
            let tasks = Tasks { verify: true, ..Tasks::default() };
            let report = report_of(&world, |it| {
                it.with_options(wanting(want)).with_tasks(tasks).with_probing(with_password())
            })
            .await;
            assert_eq!(report.trust(), Some(TrustWord::Authenticated));
            assert!(report.guess.is_none());
            assert_eq!(report.needs_a_person(), needs, "{words} {password} {want:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_document_with_a_plain_server_for_a_wanted_protocol_needs_a_person() {
    watched(async {
        let world = scenario("", "", &[root(&[autodiscover("imap pop3/plain smtp", "")])]);
        for (want, needs) in [(&[Imap, Smtp][..], false), (&[Imap, Pop3, Smtp], true)] {
            let report = report_of(&world, |it| it.with_options(wanting(want))).await;
            assert_eq!(report.trust() == Some(TrustWord::Unauthenticated), needs, "{want:?}");
            assert_eq!(report.needs_a_person(), needs, "{want:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_guessed_server_is_known_from_the_guess_and_a_documents_from_the_check() {
    watched(async {
        let documents = root(&[autodiscover("imap", "")]);
        let world = scenario("", "", &[documents, good_mail("imap smtp")]);
        let tasks = Tasks { verify: true, ..Tasks::default() };
        let report = report_of(&world, |it| {
            it.with_options(wanting(&[Imap, Smtp])).with_tasks(tasks).with_probing(with_password())
        })
        .await;
        let (guess, check) = (report.guess.as_ref().unwrap(), report.check.as_ref().unwrap());
        assert!(guess.server(Smtp).is_some() && guess.server(Imap).is_none());
        assert!(check.server(Imap).is_some() && check.server(Smtp).is_none());
        for server in report.incoming().iter().chain(report.outgoing()) {
            let source = report.sources()[report.source_of(server)];
            assert_eq!(matches!(source, Source::Guess), server.protocol == Smtp);
            let Some(Evidence { state, met, .. }) = report.evidence(server) else {
                panic!("{} was met", server.protocol);
            };
            assert!(matches!(state, Verified::LoggedIn(_)) && !met.is_empty());
        }
        assert_eq!((report.sources().len(), report.needs_a_person()), (2, false));
    })
    .await;
}

#[tokio::test]
async fn a_guess_of_less_than_was_chosen_is_made_of_the_chosen_protocols_alone() {
    watched(async {
        let hosts = [root(&[]), good_mail("imap pop3 smtp")];
        let world = scenario("", "", &hosts);
        for (chosen, want, expected) in [
            (&[][..], &[][..], &[Imap, Pop3, Smtp][..]),
            (&[Imap], &[], &[Imap]),
            (&[Imap, Smtp], &[Pop3, Smtp], &[Smtp]),
            (&[Imap], &[Pop3], &[]),
        ] {
            let mut probing = prober::Options::default();
            probing.protocols = chosen.to_vec();
            let report =
                report_of(&world, |it| it.with_options(wanting(want)).with_probing(probing)).await;
            let mut tried: Vec<Protocol> = Vec::new();
            if let Some(guess) = &report.guess {
                tried.extend(guess.ports.iter().map(|port| port.protocol));
                tried.sort_unstable();
                tried.dedup();
            }
            assert_eq!(tried, expected, "{chosen:?} {want:?}");
            assert_eq!(report.guess.is_none(), expected.is_empty());
        }
    })
    .await;
}
