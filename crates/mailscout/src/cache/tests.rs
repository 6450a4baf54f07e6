//! The cache, with times that are given to it: how long what holds, and what a file may be.

use std::{fs, path::PathBuf, time::Duration};

use mailscout_discover::{Found, Hop, Trust, TrustWord, mechanism::Mechanism};
use mailscout_schema::settings::{AccountSettings, Date, Lifetime, Protocol, Security, Server};

use super::*;

const HOUR: Duration = Duration::from_hours(1);

fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn settings(security: Security) -> AccountSettings {
    let mut settings = AccountSettings::default();
    let mut server =
        Server::new(Protocol::Imap, "mail.contoso.example", Some(993), security, "alice");
    server.lifetime = Lifetime::new(Some(HOUR), Date::new(2089, 1, 31));
    settings.incoming.push(server);
    settings
}

fn answer(security: Security, word: TrustWord) -> Answer {
    let mut found = Found::remembered(
        settings(security),
        Mechanism::HttpRedirect,
        "https://ad.hoster.example/autodiscover/autodiscover.xml",
        address("alice@hoster.example"),
        Trust::remembered(word),
    );
    found.hops.push(Hop::new(
        mailscout_discover::HopKind::Http,
        "http://autodiscover.contoso.example/",
        "https://ad.hoster.example/",
        false,
        mailscout_discover::ConsentState::Given,
    ));
    Answer::Document(Box::new(found))
}

fn entry(of: &str, question: &str, found: SystemTime, until: Option<SystemTime>) -> Entry {
    let answer = answer(Security::Tls, TrustWord::Consented);
    let mut entry = Entry::new(address(of), question, found, until, Some(answer));
    entry.notices.push(Notice::new(mailscout_discover::ADDRESS_CHANGED, "another address"));
    entry
}

/// A cache in a file of its own, and the file.
fn cache() -> (tempfile::TempDir, PathBuf, Cache) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("below/cache.json");
    let cache = Cache::at(&path);
    (folder, path, cache)
}

#[test]
fn an_entry_reads_back_as_it_was() {
    let (_folder, path, cache) = cache();
    let kept = entry("Alice@contoso.example", "q", start(), Some(start() + HOUR));
    assert!(cache.keep(kept.clone(), start()).unwrap().is_none());
    let (read, notice) = cache.find(&kept.address, "q", start());
    assert!(notice.is_none());
    assert_eq!(format!("{:?}", read.unwrap()), format!("{kept:?}"));
    let text = fs::read_to_string(path).unwrap();
    assert!(text.starts_with(r#"{"mailscout-cache":1,"#), "{text}");
}

#[test]
fn an_entry_answers_its_own_question_until_its_end_and_no_other() {
    for cache in [Cache::in_memory(), cache().2] {
        let kept = entry("alice@contoso.example", "q", start(), Some(start() + HOUR));
        cache.keep(kept, start()).unwrap();
        let hit =
            |of: &str, question: &str, now| cache.find(&address(of), question, now).0.is_some();
        assert!(hit("alice@CONTOSO.example", "q", start()));
        assert!(hit("alice@contoso.example", "q", start() + HOUR - Duration::from_secs(1)));
        assert!(!hit("alice@contoso.example", "q", start() + HOUR), "its end has come");
        assert!(!hit("alice@contoso.example", "q", start() - HOUR), "it is from the future");
        assert!(!hit("Alice@contoso.example", "q", start()), "another mailbox");
        assert!(!hit("alice@sub.contoso.example", "q", start()), "another domain");
        assert!(!hit("alice@contoso.example", "p", start()), "other options");
    }
}

#[test]
fn what_holds_for_good_holds_in_a_hundred_years() {
    let (_folder, _, cache) = cache();
    cache.keep(entry("alice@contoso.example", "q", start(), None), start()).unwrap();
    let late = start() + Duration::from_hours(24 * 365 * 100);
    assert!(cache.find(&address("alice@contoso.example"), "q", late).0.is_some());
}

#[test]
fn keeping_replaces_the_same_question_and_drops_what_has_ended() {
    let (_folder, _, cache) = cache();
    for (of, question, until) in [
        ("alice@contoso.example", "q", HOUR),
        ("alice@contoso.example", "p", HOUR),
        ("bob@contoso.example", "q", HOUR / 2),
        ("alice@contoso.example", "q", HOUR * 3),
    ] {
        cache.keep(entry(of, question, start(), Some(start() + until)), start()).unwrap();
    }
    assert_eq!(cache.list().entries.len(), 3);
    let late = start() + HOUR;
    cache.keep(entry("carol@contoso.example", "q", late, None), late).unwrap();
    let kept: Vec<String> =
        cache.list().entries.iter().map(|entry| entry.address.to_string()).collect();
    assert_eq!(kept, ["alice@contoso.example", "carol@contoso.example"]);
}

#[test]
fn the_oldest_go_when_there_are_too_many() {
    let cache = Cache::in_memory();
    for number in 0..=MAX_ENTRIES {
        let found = start() + Duration::from_secs(number as u64);
        let of = format!("user{number}@contoso.example");
        cache.keep(entry(&of, "q", found, None), found).unwrap();
    }
    let entries = cache.list().entries;
    assert_eq!(entries.len(), MAX_ENTRIES);
    assert_eq!(entries[0].address, address("user1@contoso.example"));
}

#[test]
fn a_file_never_grows_past_what_is_read() {
    let mut large = entry("alice@contoso.example", "q", start(), None);
    large.notices.push(Notice::new("plaintext", "x".repeat(1000)));
    let entries = vec![large; 20];
    let content = row::write(&entries, 10_000).unwrap();
    let left = row::read(&content).unwrap().len();
    assert!(content.len() <= 10_000 && (1..20).contains(&left), "{left}");
    let (_folder, path, cache) = cache();
    fs::create_dir(path.parent().unwrap()).unwrap();
    fs::write(&path, vec![b' '; usize::try_from(file::MAX_BYTES).unwrap() + 1]).unwrap();
    assert!(cache.list().notice.unwrap().text.contains("larger than"));
}

#[test]
fn forgetting_is_of_an_address_a_domain_or_everything() {
    let (folder, path, cache) = cache();
    for of in ["a@contoso.example", "b@contoso.example", "a@sub.contoso.example", "a@b.example"] {
        cache.keep(entry(of, "q", start(), None), start()).unwrap();
    }
    assert_eq!(cache.clear(&Which::Address(address("a@contoso.example"))).unwrap(), 1);
    assert_eq!(cache.clear(&Which::Domain("contoso.example".parse().unwrap())).unwrap(), 1);
    assert_eq!(cache.list().entries.len(), 2);
    assert_eq!(cache.clear(&Which::All).unwrap(), 2);
    assert!(!path.exists());
    assert_eq!(cache.clear(&Which::All).unwrap(), 0);
    let elsewhere = folder.path().join("nowhere/cache.json");
    assert_eq!(Cache::at(&elsewhere).clear(&Which::All).unwrap(), 0);
    assert!(!elsewhere.parent().unwrap().exists(), "nothing is made where there is nothing");
}

/// A file that is written by `keep`, as text.
fn written() -> String {
    let (_folder, path, cache) = cache();
    cache.keep(entry("alice@contoso.example", "q", start(), None), start()).unwrap();
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_file_that_is_no_cache_is_an_empty_one_with_a_notice_and_is_set_aside() {
    let good = written();
    let change = |from: &str, to: &str| {
        let changed = good.replace(from, to);
        assert_ne!(changed, good, "{from}");
        changed.into_bytes()
    };
    for (content, why) in [
        (Vec::new(), "damaged"),
        (b"my diary".to_vec(), "damaged"),
        (b"{}".to_vec(), "damaged"),
        (vec![0; 100], "damaged"),
        (vec![b'['; 100_000], "damaged"),
        (b"{\"mailscout-cache\":2,\"results\":{}}".to_vec(), "version 2"),
        (change(":1,", ":7,"), "version 7"),
        (change("\"consented\"", "\"blindly\""), "cannot be one"),
        (change("\"http-redirect\"", "\"oracle\""), "cannot be one"),
        (change("alice@contoso.example", "alice"), "cannot be one"),
        (change("\"found\":1795000000", "\"found\":18446744073709551615"), "cannot be one"),
        (change("mail.contoso.example", "mail\\u001b[2J"), "cannot be one"),
        (change("mail.contoso.example", ""), "cannot be one"),
        (change("[\"password\"]", "[]"), "cannot be one"),
        (change("\"port\":993", "\"port\":0"), "cannot be one"),
        (change("\"port\":993", "\"port\":99300"), "damaged"),
        (change("\"tls\"", "\"none\""), "damaged"),
        (change("2089-01-31", "2089-02-31"), "damaged"),
    ] {
        let (_folder, path, cache) = cache();
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, &content).unwrap();
        let shown = String::from_utf8_lossy(&content[..content.len().min(2000)]).into_owned();
        let Listing { entries, notice } = cache.list();
        let notice = notice.unwrap();
        assert!(entries.is_empty() && notice.code == CACHE_UNREADABLE, "{shown}");
        assert!(notice.text.contains(why), "{}\n{shown}", notice.text);
        assert!(notice.text.contains(path.to_str().unwrap()), "{}", notice.text);
        let said = cache.keep(entry("bob@contoso.example", "q", start(), None), start()).unwrap();
        assert_eq!(said.unwrap().code, CACHE_UNREADABLE);
        assert_eq!(cache.list().entries.len(), 1);
        assert!(cache.list().notice.is_none());
        assert_eq!(fs::read(path.with_extension("json.unreadable")).unwrap(), content);
        cache.clear(&Which::All).unwrap();
        assert!(!path.with_extension("json.unreadable").exists());
    }
}

#[test]
fn a_file_cut_anywhere_is_an_empty_cache() {
    let good = written();
    for end in 0..good.len() {
        assert!(row::read(&good.as_bytes()[..end]).is_err(), "{end}");
    }
    assert_eq!(row::read(good.as_bytes()).unwrap().len(), 1);
}

#[test]
fn no_byte_of_a_file_makes_reading_panic() {
    let good = written().into_bytes();
    for at in 0..good.len() {
        for byte in [0, b'"', b'9', b'{', b'-', 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] = byte;
            let _ = row::read(&bad);
        }
    }
}

#[test]
fn a_file_cannot_vouch_for_a_server_without_encryption() {
    let kept = |security| {
        let answer = answer(security, TrustWord::Authenticated);
        let entry = Entry::new(address("a@contoso.example"), "q", start(), None, Some(answer));
        let content = row::write(&[entry], u64::MAX).unwrap();
        let entries = row::read(&content).unwrap();
        entries[0].answer.as_ref().unwrap().trust()
    };
    assert_eq!(kept(Security::Tls), TrustWord::Authenticated);
    assert_eq!(kept(Security::Plain), TrustWord::Unauthenticated);
}

#[test]
fn a_folder_in_the_place_of_the_file_is_left_alone() {
    let (_folder, path, cache) = cache();
    fs::create_dir_all(path.join("precious")).unwrap();
    assert_eq!(cache.list().notice.unwrap().code, CACHE_UNREADABLE);
    let error = cache.keep(entry("a@contoso.example", "q", start(), None), start()).unwrap_err();
    assert!(error.to_string().contains("cannot be written"), "{error}");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("regular file"));
    assert!(cache.clear(&Which::All).is_err());
    assert!(path.join("precious").exists());
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let (folder, ..) = cache();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let cache = Cache::at(file.join("cache.json"));
    let error = cache.keep(entry("a@contoso.example", "q", start(), None), start()).unwrap_err();
    assert_eq!(error.path(), file.join("cache.json"));
}

#[test]
fn writers_at_once_lose_nothing() {
    const WRITERS: usize = 4;
    const EACH: usize = 10;
    let (_folder, path, cache) = cache();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            // As another process has it.
            let cache = Cache::at(&path);
            scope.spawn(move || {
                for number in 0..EACH {
                    let of = format!("user{writer}-{number}@contoso.example");
                    assert!(cache.keep(entry(&of, "q", start(), None), start()).unwrap().is_none());
                    assert!(cache.list().notice.is_none(), "it is never seen half written");
                }
            });
        }
    });
    assert_eq!(cache.list().entries.len(), WRITERS * EACH);
}

#[test]
fn a_writer_that_never_ends_does_not_stop_others_for_good() {
    let (_folder, path, cache) = cache();
    fs::create_dir(path.parent().unwrap()).unwrap();
    let lock = fs::File::create(path.with_extension("json.lock")).unwrap();
    lock.lock().unwrap();
    let error = cache.keep(entry("a@contoso.example", "q", start(), None), start()).unwrap_err();
    assert!(error.to_string().contains("cannot be locked"), "{error}");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone_and_a_link_to_it_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, path, cache) = cache();
    fs::create_dir(path.parent().unwrap()).unwrap();
    fs::write(&path, written()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let link = folder.path().join("link.json");
    symlink(&path, &link).unwrap();
    let linked = Cache::at(&link);
    linked.keep(entry("bob@contoso.example", "q", start(), None), start()).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(cache.list().entries.len(), 2);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn a_link_that_waits_in_the_place_of_the_new_file_is_not_followed() {
    use std::os::unix::fs::symlink;
    let (folder, path, cache) = cache();
    fs::create_dir(path.parent().unwrap()).unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, path.with_extension("json.new")).unwrap();
    cache.keep(entry("bob@contoso.example", "q", start(), None), start()).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert_eq!(cache.list().entries.len(), 1);
}

#[test]
fn what_is_found_for_one_address_needs_no_other_entry_to_be_sound() {
    let (_folder, path, cache) = cache();
    for of in ["alice@contoso.example", "bob@contoso.example"] {
        cache.keep(entry(of, "q", start(), None), start()).unwrap();
    }
    let bad = fs::read_to_string(&path).unwrap().replace("bob@contoso.example", "bob");
    fs::write(&path, &bad).unwrap();
    let find = |of: &str| cache.find(&address(of), "q", start());
    assert!(find("alice@contoso.example").0.is_some());
    assert!(cache.list().notice.is_some(), "the whole is still judged as one");
    fs::write(&path, &bad[..bad.len() - 2]).unwrap();
    let (found, notice) = find("alice@contoso.example");
    assert!(found.is_none() && notice.unwrap().code == CACHE_UNREADABLE);
    fs::write(&path, bad.replace(":1,", ":2,")).unwrap();
    assert!(find("alice@contoso.example").1.unwrap().text.contains("version 2"));
}

/// Clears, and sees that nothing has gone or come in these folders.
#[track_caller]
fn refuses_to_clear(path: &Path, folders: &[&Path]) {
    let names = |folder: &&Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        // What is locked stays.
        names.retain(|name| !name.to_string_lossy().ends_with(".lock"));
        names.sort();
        names
    };
    let before: Vec<_> = folders.iter().map(names).collect();
    for which in [
        Which::All,
        Which::Address(address("alice@contoso.example")),
        Which::Domain("contoso.example".parse().unwrap()),
    ] {
        let error = Cache::at(path).clear(&which).unwrap_err();
        assert!(error.to_string().contains("cannot be cleared"), "{which:?}: {error}");
        assert_eq!(fs::read(path).unwrap(), b"my diary", "{which:?}");
        assert_eq!(folders.iter().map(names).collect::<Vec<_>>(), before, "{which:?}");
    }
}

#[test]
fn what_is_no_cache_is_not_cleared() {
    let (_folder, path, _) = cache();
    let below = path.parent().unwrap();
    fs::create_dir(below).unwrap();
    fs::write(&path, "my diary").unwrap();
    refuses_to_clear(&path, &[below]);
}

#[cfg(unix)]
#[test]
fn what_is_no_cache_is_not_cleared_behind_a_link_either() {
    let (folder, path, _) = cache();
    let below = path.parent().unwrap();
    fs::create_dir(below).unwrap();
    let diary = folder.path().join("diary");
    fs::write(&diary, "my diary").unwrap();
    std::os::unix::fs::symlink(&diary, &path).unwrap();
    refuses_to_clear(&path, &[below, folder.path()]);
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
}

/// A cache whose lock is no file; what keeping and clearing say to that, which takes no time.
#[cfg(unix)]
fn with_lock(make: impl FnOnce(&Path)) {
    let (_folder, path, cache) = cache();
    cache.keep(entry("a@contoso.example", "q", start(), None), start()).unwrap();
    let lock = path.with_extension("json.lock");
    fs::remove_file(&lock).unwrap();
    make(&lock);
    // Whoever opened a pipe would wait for ever.
    let (said, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let kept = cache.keep(entry("b@contoso.example", "q", start(), None), start()).map(|_| 0);
        let cleared = cache.clear(&Which::All);
        let _ = said.send([kept, cleared]);
    });
    let ends = heard.recv_timeout(Duration::from_millis(1500)).expect("an end at once");
    for ended in ends {
        let error = ended.unwrap_err();
        assert!(error.to_string().contains("cannot be locked"), "{error}");
        let why = std::error::Error::source(&error).unwrap().to_string();
        assert!(why.contains("is no regular file") && why.contains(".lock"), "{why}");
    }
    assert_eq!(Cache::at(&path).list().entries.len(), 1, "nothing has changed");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_lock_is_an_error_at_once() {
    with_lock(|lock| {
        assert!(std::process::Command::new("mkfifo").arg(lock).status().unwrap().success());
    });
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_lock_is_an_error_and_not_followed() {
    with_lock(|lock| {
        std::os::unix::fs::symlink(lock.with_extension("elsewhere"), lock).unwrap();
    });
    with_lock(|lock| {
        let victim = lock.with_extension("elsewhere");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, lock).unwrap();
    });
}
