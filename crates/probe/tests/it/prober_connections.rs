//! How often a server is connected to, and a name asked for.

use std::fmt::Write as _;

use mailscout_probe::prober::{PROTOCOLS, Request};
use mailscout_schema::settings::Protocol;

use crate::prober_script::{Run, Script, check, same_lines};

/// A world in which each host answers at each port of its table, and no row works.
fn nothing_works(before: &str, first: &str) -> Script {
    let mut world = String::new();
    for (number, host) in
        ["mail.", "imap.", "pop3.", "pop.", "smtp.", "submission.", ""].into_iter().enumerate()
    {
        writeln!(world, "{host}~ = 203.0.113.{number}").unwrap();
        for port in [143, 110, 587, 25] {
            writeln!(world, "{host}~:{port} = {before}").unwrap();
        }
        for port in [993, 995, 465] {
            writeln!(world, "{host}~:{port} = {first}").unwrap();
        }
    }
    Script::new(&world)
}

/// A server that takes log-ins by nothing that is known.
const STRANGE: &str = "starttls GSSAPI";

fn connections(run: &Run) -> [usize; 3] {
    PROTOCOLS.map(|protocol| run.report.connections(protocol))
}

#[test]
fn the_whole_table_takes_one_connection_for_each_host_and_port() {
    let run = check(&nothing_works(STRANGE, "tls GSSAPI").outlook(), "not-found");
    assert_eq!(connections(&run), [6, 8, 6]);
    assert_eq!(run.talks().len(), 20);
    let run = check(&nothing_works(STRANGE, "tls GSSAPI"), "not-found");
    assert_eq!(connections(&run), [6, 8, 12]);
}

#[test]
fn an_endpoint_that_contradicts_its_port_takes_one_more() {
    // Clear text on 993 and 995.
    let run = check(&nothing_works(STRANGE, STRANGE).outlook(), "not-found");
    assert_eq!(connections(&run), [6 + 3, 8 + 4, 6]);
    // TLS on the others: seen by an alert, by a closed connection, by silence.
    for how in ["alerts", "hangs-up", ""] {
        let run = nothing_works(&format!("tls GSSAPI {how}"), "tls GSSAPI").outlook().run();
        assert_eq!(connections(&run), [6 + 3, 8 + 4, 6 + 6], "{how}");
        assert!(run.report.found.is_empty());
    }
    let run = nothing_works("silent", "tls GSSAPI").outlook().run();
    assert_eq!(connections(&run), [6 + 3, 8 + 4, 6 + 6]);
    // What answers with something else altogether, or not at all, is left alone.
    for kind in ["http", "garbage", "refused", "timeout", "starttls bye", "starttls cut"] {
        let run = nothing_works(kind, "timeout").outlook().run();
        assert_eq!(connections(&run), [6, 8, 6], "{kind}");
    }
}

#[test]
fn a_server_is_found_where_it_contradicts_its_port() {
    check(
        &Script::new(
            "mail.~ = 203.0.113.1
             mail.~:143 = tls PLAIN
             mail.~:995 = starttls PLAIN
             mail.~:587 = tls PLAIN alerts",
        ),
        "imap mail.~:143 tls alice@~, answered
         pop3 mail.~:995 starttls alice@~, answered
         smtp mail.~:587 tls alice@~, answered
         found",
    );
}

#[test]
fn a_name_that_does_not_exist_costs_one_question() {
    let run = check(
        &Script::new("imap.~ = 203.0.113.2\n imap.~:993 = tls PLAIN").outlook(),
        "imap imap.~:993 tls alice@~, answered
         found",
    );
    let lookups =
        |asked: &&crate::prober_script::Asked| matches!(asked.request, Request::Lookup(_));
    assert_eq!(run.asked.iter().filter(lookups).count(), 7);
    same_lines(
        &run.talks(),
        "imap imap.~:993 tls -> complete
         imap imap.~:143 starttls -> given up",
    );
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "nxdomain");
}

#[test]
fn a_name_that_nobody_has_is_asked_for_with_the_others_and_differs_by_seed() {
    let label = |seed| {
        let mut script = Script::new("");
        script.options.seed = seed;
        script.run().report.lookups.pop().unwrap().name
    };
    assert_eq!(label(0xfeed), "mailscout-0000feed.contoso.example");
    assert_eq!(label(u64::MAX), "mailscout-ffffffff.contoso.example");
}

#[test]
fn nobody_is_connected_to_before_it_is_known_whether_every_name_has_an_address() {
    let run =
        Script::new("mail.~ = 203.0.113.1\n * = nxdomain after 3s\n mail.~:993 = tls PLAIN").run();
    let first = run.asked.iter().find(|asked| matches!(asked.request, Request::Converse(_)));
    assert_eq!(first.unwrap().at.as_secs(), 3);
    // A name that does not exist is out before.
    let run = Script::new("imap.~ = 203.0.113.1\n * = dns-timeout after 5s").run();
    assert_eq!(run.report.elapsed.as_millis(), 5001);
}

#[test]
fn names_that_share_the_address_of_every_name_are_one_host() {
    let script = Script::new("* = 203.0.113.9\n 203.0.113.9:993 = tls GSSAPI").outlook();
    let run = check(&script, "not-found");
    assert_eq!(connections(&run), [2, 2, 2]);
    assert!(run.talks().iter().all(|talk| talk.contains(" mail.~:")), "{}", run.transcript());
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "same-server");
    assert_eq!(run.verdict("pop3 ~:995 tls alice"), "same-server");
    assert_eq!(run.verdict("imap mail.~:993 tls alice"), "no-mechanism");
}

#[test]
fn names_with_addresses_of_their_own_are_hosts_of_their_own_below_a_wildcard() {
    // One address more, or one less, is another server.
    let run = Script::new(
        "* = 203.0.113.9, 203.0.113.8
         imap.~ = 203.0.113.9
         mail.~ = 203.0.113.8
         ~ = 203.0.113.9, 203.0.113.8, 203.0.113.7",
    )
    .outlook()
    .only(&[Protocol::Imap])
    .run();
    let hosts = ["mail.~:", " ~:", "imap.~:"]
        .map(|host| run.talks().iter().filter(|talk| talk.contains(host)).count());
    assert_eq!(hosts, [2, 2, 2], "{}", run.transcript());
    // Here the first that is any name is `imap`; it stands for the domain.
    let run = Script::new("* = 203.0.113.9\n mail.~ = nxdomain")
        .only(&[Protocol::Imap, Protocol::Pop3])
        .run();
    let hosts = ["imap.~:", "pop3.~:", "pop.~:", " ~:"]
        .map(|host| run.talks().iter().filter(|talk| talk.contains(host)).count());
    assert_eq!(hosts, [2, 2, 0, 0], "{}", run.transcript());
}

#[test]
fn addresses_in_another_order_are_the_same() {
    let run = Script::new(
        "* = 203.0.113.9, 203.0.113.8
         mail.~ = 203.0.113.8, 203.0.113.9",
    )
    .only(&[Protocol::Imap])
    .run();
    assert_eq!(connections(&run), [2, 0, 0], "{}", run.transcript());
}

#[test]
fn which_host_stands_for_all_is_known_when_all_names_above_it_are() {
    let run = Script::new("* = 203.0.113.9\n mail.~ = 203.0.113.9 after 2s")
        .only(&[Protocol::Imap])
        .run();
    assert_eq!(connections(&run), [2, 0, 0], "{}", run.transcript());
    assert!(run.talks().iter().all(|talk| talk.contains(" mail.~:")));
}

#[test]
fn a_host_is_not_given_up_for_the_one_that_stands_for_it_before_that_is_met() {
    let run = Script::new(
        "* = 203.0.113.9
         203.0.113.9:993 = tls PLAIN
         203.0.113.9:143 = silent",
    )
    .only(&[Protocol::Imap])
    .run();
    assert_eq!(run.verdict("imap mail.~:143 starttls alice"), "overtaken");
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "overtaken");
}

#[test]
fn below_a_wildcard_the_host_that_the_certificate_names_is_tried_too() {
    for name in ["imap.~", "IMAP.~", "*.~"] {
        let world = format!(
            "* = 203.0.113.9
             203.0.113.9:993 = tls PLAIN for {name}
             203.0.113.9:143 = starttls PLAIN certificate expired
             imap.~:993 = tls PLAIN"
        );
        let script = Script::new(&world).only(&[Protocol::Imap]).outlook();
        let run = check(
            &script,
            "imap imap.~:993 tls alice@~, answered
             found",
        );
        same_lines(
            &run.talks(),
            "imap mail.~:993 tls -> certificate-wrong-name
             imap mail.~:143 starttls -> certificate-expired
             imap imap.~:993 tls -> complete",
        );
    }
    for name in ["hoster.example", "*.imap.~", "imap.*"] {
        let world = format!("* = 203.0.113.9\n 203.0.113.9:993 = tls PLAIN for {name}");
        let run = Script::new(&world).only(&[Protocol::Imap]).run();
        assert_eq!(connections(&run), [2, 0, 0], "{name}");
        assert_eq!(run.verdict("imap imap.~:993 tls alice"), "same-server");
    }
    // `*.contoso.example` is not for the domain itself.
    let run = Script::new(
        "* = 203.0.113.9\n mail.~ = nxdomain\n imap.~ = nxdomain\n pop3.~ = nxdomain
         203.0.113.9:995 = tls PLAIN for *.~\n ~:995 = tls PLAIN",
    )
    .only(&[Protocol::Pop3])
    .run();
    assert!(run.report.found.is_empty());
}

#[test]
fn a_conversation_that_nobody_needs_any_more_is_given_up() {
    let run = check(
        &Script::new(
            "mail.~ = 203.0.113.1
             imap.~ = 203.0.113.2
             mail.~:993 = tls PLAIN after 50ms
             mail.~:143 = silent
             imap.~:993 = timeout
             imap.~:143 = starttls PLAIN",
        )
        .only(&[Protocol::Imap]),
        "imap mail.~:993 tls alice@~, answered
         found",
    );
    same_lines(
        &run.talks(),
        "imap mail.~:993 tls -> complete
         imap mail.~:143 starttls -> given up
         imap imap.~:993 tls -> given up
         imap imap.~:143 starttls -> complete",
    );
    assert_eq!(run.report.elapsed.as_millis(), 51);
    assert_eq!(run.verdict("imap imap.~:993 tls alice"), "overtaken");
    assert_eq!(run.verdict("imap imap.~:143 starttls alice"), "possible");
    let given_up: Vec<(u16, bool)> =
        run.report.ports.iter().map(|port| (port.port, port.given_up.is_some())).collect();
    let of_nobody = [(993, false), (143, false)];
    assert_eq!(given_up[..4], [(993, false), (143, true), (993, true), (143, false)]);
    assert_eq!(given_up[4..], of_nobody);
}

#[test]
fn a_port_is_not_approached_again_after_the_race_is_over() {
    // 143 would be met once more, by TLS; 993 has won meanwhile.
    let run = Script::new(
        "mail.~ = 203.0.113.1
         mail.~:993 = tls PLAIN after 50ms
         mail.~:143 = tls PLAIN alerts after 50ms",
    )
    .only(&[Protocol::Imap])
    .run();
    same_lines(
        &run.talks(),
        "imap mail.~:993 tls -> complete
         imap mail.~:143 starttls -> given up",
    );
}

#[test]
fn a_conversation_is_told_the_address_and_the_patience() {
    let mut script = Script::new("mail.~ = 203.0.113.1, 203.0.113.2\n mail.~:993 = tls PLAIN");
    script.options.patience.connect = core::time::Duration::from_millis(1234);
    script = script.password().and("log-in = accepted");
    let run = script.run();
    let mut count = 0;
    for asked in &run.asked {
        if let Request::Converse(conversation) = &asked.request {
            assert_eq!(conversation.patience, script.options.patience);
            assert_eq!(conversation.target.addresses.len(), 2);
            assert_eq!(conversation.target.host, "mail.contoso.example");
            count += 1;
        }
    }
    assert_eq!(count, 8);
}
