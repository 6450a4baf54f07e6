//! The rules of the order, for any address: `cargo xtask permutations` runs these with as many
//! cases as it is told. The expected orders stand here a second time, on purpose.

use std::collections::HashSet;

use mailscout_probe::guess::{self, NameForm, Pass, Profile, Row};
use mailscout_schema::{
    address::EmailAddress,
    settings::{Protocol, Security},
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const SEED: u64 = 215;

/// As many cases as `PROPTEST_CASES` says, the same ones in every run.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(SEED),
        ..ProptestConfig::default()
    }
}

/// Labels that look like servers of the table or like nothing in it, long ones and other scripts.
fn label() -> impl Strategy<Value = String> {
    let known = ["mail", "imap", "pop", "pop3", "smtp", "submission", "bücher", "例え", "co"];
    prop_oneof![
        2 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        3 => "[a-z0-9]([a-z0-9]{0,8}[a-z0-9])?",
        1 => "[a-z][a-z0-9]{50,61}",
    ]
}

fn address() -> impl Strategy<Value = EmailAddress> {
    let local_part = prop_oneof![
        3 => "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]{1,20}",
        1 => "[a-z]{64}",
        1 => "\"[a-z @\\\\]{1,10}\"",
        1 => "[äöü日本]{1,8}",
        1 => prop::sample::select(vec!["anonymous", "domain", "mail", "\"\""]).prop_map(str::to_owned),
    ];
    let domain = (prop::collection::vec(label(), 1..5), "[a-z]{2,12}");
    (local_part, domain).prop_filter_map("no address", |(local_part, (labels, last))| {
        format!("{local_part}@{}.{last}", labels.join(".")).parse().ok()
    })
}

/// An address and every profile's rows for it.
fn for_any_address(check: impl Fn(&EmailAddress, Profile, &[Row]) -> Result<(), TestCaseError>) {
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let outcome = runner.run(&address(), |address| {
        Profile::all()
            .try_for_each(|profile| check(&address, profile, &guess::expand(&address, profile)))
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

const PROTOCOLS: [Protocol; 3] = [Protocol::Imap, Protocol::Pop3, Protocol::Smtp];

fn of(rows: &[Row], protocol: Protocol, pass: Pass) -> Vec<Row> {
    rows.iter().filter(|row| row.protocol == protocol && row.pass() == pass).cloned().collect()
}

#[test]
fn each_protocol_has_its_number_of_rows_in_each_pass() {
    // outlook2010, encrypted: servers x 2 user names x 2 ports x 2 encryptions x 2 SPA is 16 for
    // each server: IMAP 3 x 16, POP3 4 x 16; SMTP has for each server also 2 ports x 2 encryptions
    // without a log-in: 3 x (16 + 4). Plain: servers x 2 user names x 1 port x 2 SPA is 4 for each
    // server: IMAP 3 x 4, POP3 4 x 4, SMTP 3 x (4 + 1).
    // modern: IMAP and POP3 are the same in another order. SMTP has 4 servers and, encrypted, 3
    // ports: 4 x 3 ports x 2 encryptions is 24 ways to connect, each with 2 user names x 2 SPA and
    // once without a log-in: 24 x 5. Plain: 4 servers x 1 port x 5.
    for_any_address(|_, profile, rows| {
        let (encrypted, plain) = match profile {
            Profile::Outlook2010 => ([48, 64, 60], [12, 16, 15]),
            _ => ([48, 64, 120], [12, 16, 20]),
        };
        let count = |pass| PROTOCOLS.map(|protocol| of(rows, protocol, pass).len());
        prop_assert_eq!(count(Pass::Encrypted), encrypted);
        prop_assert_eq!(count(Pass::Plain), plain);
        prop_assert_eq!(rows.len(), encrypted.iter().chain(&plain).sum::<usize>());
        Ok(())
    });
}

#[test]
fn every_encrypted_row_stands_before_every_plain_row() {
    for_any_address(|_, _, rows| {
        let encrypted = rows.iter().take_while(|row| row.security != Security::Plain).count();
        let after = rows.iter().skip(encrypted).all(|row| row.security == Security::Plain);
        prop_assert!(after, "an encrypted row after row {}", encrypted);
        prop_assert!(encrypted > 0 && encrypted < rows.len());
        Ok(())
    });
}

#[test]
fn no_port_for_encryption_is_ever_tried_without_it() {
    for_any_address(|_, _, rows| {
        for row in rows.iter().filter(|row| row.pass() == Pass::Plain) {
            prop_assert!([143, 110, 25].contains(&row.port), "{:?}", row);
        }
        Ok(())
    });
}

/// The place of a row's value in each column: server, user name, port, encryption, SPA.
fn places(row: &Row, address: &EmailAddress, profile: Profile) -> [usize; 5] {
    let modern = profile == Profile::Modern;
    let (servers, ports): (&[&str], &[u16]) = match row.protocol {
        Protocol::Imap => (&["mail.", "imap.", ""], &[993, 143]),
        Protocol::Pop3 => (&["mail.", "pop3.", "pop.", ""], &[995, 110]),
        _ if modern => (&["mail.", "smtp.", "submission.", ""], &[465, 587, 25]),
        _ => (&["mail.", "smtp.", ""], &[587, 25]),
    };
    let users = [Some(NameForm::FullAddress), Some(NameForm::LocalPart), None];
    let securities = [Security::Tls, Security::StartTls, Security::Plain];
    let spa = [Some(true), Some(false), None];
    let server = row.host.strip_suffix(address.domain().as_str()).expect("below the domain");
    let login = row.login.as_ref();
    [
        servers.iter().position(|known| *known == server),
        users.iter().position(|known| *known == login.map(|login| login.form)),
        ports.iter().position(|known| *known == row.port),
        securities.iter().position(|known| *known == row.security),
        spa.iter().position(|known| *known == login.map(|login| login.spa)),
    ]
    .map(|place| place.unwrap_or_else(|| panic!("an unknown value in {row:?}")))
}

/// Rows of one block whose columns, so permuted, count upwards: the outermost changes least.
#[track_caller]
fn check_nesting(profile: Profile, permuted: impl Fn([usize; 5]) -> Vec<usize>) {
    for_any_address(|address, of_rows, rows| {
        if of_rows != profile {
            return Ok(());
        }
        for (protocol, pass) in
            PROTOCOLS.iter().flat_map(|p| [(*p, Pass::Encrypted), (*p, Pass::Plain)])
        {
            let block = of(rows, protocol, pass);
            for pair in block.windows(2) {
                let key = |row| permuted(places(row, address, profile));
                prop_assert!(key(&pair[0]) < key(&pair[1]), "{:?} before {:?}", pair[0], pair[1]);
            }
        }
        Ok(())
    });
}

#[test]
fn outlook2010_nests_server_user_port_encryption_spa() {
    check_nesting(Profile::Outlook2010, |places| places.to_vec());
}

#[test]
fn modern_nests_server_port_encryption_user_spa_and_puts_anonymous_rows_last() {
    check_nesting(Profile::Modern, |[server, user, port, security, spa]| {
        let anonymous = usize::from(user == 2);
        vec![anonymous, server, port, security, user, spa]
    });
}

#[test]
fn no_row_stands_there_twice() {
    for_any_address(|_, _, rows| {
        let mut seen = HashSet::new();
        for row in rows {
            // What a server would see of it: two forms of one name would be one row.
            let login = row.login.as_ref().map(|login| (&login.name, login.spa));
            let fresh = seen.insert((row.protocol, &row.host, row.port, row.security, login));
            prop_assert!(fresh, "twice: {:?}", row);
        }
        Ok(())
    });
}

#[test]
fn another_address_changes_names_and_nothing_else() {
    let alice: EmailAddress = "alice@contoso.example".parse().unwrap();
    let shape = |row: &Row, address: &EmailAddress| {
        let label = row.host.strip_suffix(address.domain().as_str()).map(str::to_owned);
        let login = row.login.as_ref().map(|login| (login.form, login.spa));
        (row.protocol, label, row.port, row.security, login)
    };
    for_any_address(|address, profile, rows| {
        let of_alice = guess::expand(&alice, profile);
        prop_assert_eq!(rows.len(), of_alice.len());
        for (row, known) in rows.iter().zip(&of_alice) {
            prop_assert_eq!(shape(row, address), shape(known, &alice));
            if let Some(login) = &row.login {
                let name = match login.form {
                    NameForm::FullAddress => address.to_string(),
                    _ => address.local_part().to_owned(),
                };
                prop_assert_eq!(&login.name, &name);
            }
        }
        Ok(())
    });
}

#[test]
fn only_smtp_is_tried_without_a_login() {
    for_any_address(|_, _, rows| {
        let anonymous = |row: &&Row| row.login.is_none();
        prop_assert!(rows.iter().filter(anonymous).all(|row| row.protocol == Protocol::Smtp));
        prop_assert!(rows.iter().any(|row| anonymous(&row)));
        Ok(())
    });
}

#[test]
fn anonymous_rows_come_last_of_their_server_and_in_modern_of_all_servers() {
    for_any_address(|_, profile, rows| {
        for pass in [Pass::Encrypted, Pass::Plain] {
            let block = of(rows, Protocol::Smtp, pass);
            for (index, row) in block.iter().enumerate().filter(|(_, row)| row.login.is_none()) {
                let late = block[index..].iter().find(|later| {
                    later.login.is_some() && (profile == Profile::Modern || later.host == row.host)
                });
                prop_assert!(late.is_none(), "{:?} before {:?}", row, late);
            }
        }
        Ok(())
    });
}

#[test]
fn modern_has_every_row_of_outlook2010_and_more_only_for_submission() {
    for_any_address(|address, profile, rows| {
        if profile != Profile::Modern {
            return Ok(());
        }
        let documented: HashSet<_> =
            guess::expand(address, Profile::Outlook2010).into_iter().collect();
        let modern: HashSet<_> = rows.iter().cloned().collect();
        prop_assert!(documented.is_subset(&modern));
        let host = format!("submission.{}", address.domain());
        for row in modern.difference(&documented) {
            prop_assert_eq!(row.protocol, Protocol::Smtp);
            prop_assert!(row.port == 465 || row.host == host, "{:?}", row);
        }
        Ok(())
    });
}

#[test]
fn the_table_is_its_blocks_one_after_the_other() {
    for_any_address(|address, profile, rows| {
        let passes = [Pass::Encrypted, Pass::Plain];
        let blocks = passes.iter().flat_map(|pass| PROTOCOLS.map(|protocol| (protocol, *pass)));
        let joined: Vec<_> = blocks
            .flat_map(|(protocol, pass)| guess::block(address, profile, protocol, pass))
            .collect();
        prop_assert_eq!(rows, &joined);
        prop_assert!(guess::block(address, profile, Protocol::Nntp, Pass::Encrypted).is_empty());
        Ok(())
    });
}
