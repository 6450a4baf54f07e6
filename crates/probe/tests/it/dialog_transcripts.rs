//! Every transcript in `fixtures/transcripts` ends as its `.expected` file says, in whatever
//! pieces it comes.

use std::{collections::BTreeSet, fs, path::Path};

use crate::dialog_script::{Cut, Script, render};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/transcripts");

/// Bytes of a transcript that is cut at every place; longer ones are those of too much.
const LONG: usize = 4000;

/// Places at which a longer one is cut.
const PLACES: usize = 200;

/// Places at which one is cut whose log-in takes its time each time it is played.
const FEW_PLACES: usize = 12;

fn names(extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let of_kind = files.filter(|path| path.extension().is_some_and(|found| found == extension));
    of_kind.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Every transcript with its name, sorted.
fn transcripts() -> Vec<(String, Script)> {
    let names = names("txt");
    assert!(!names.is_empty(), "there is no transcript in {FOLDER}");
    let read = |name: String| {
        let text = fs::read_to_string(Path::new(FOLDER).join(format!("{name}.txt"))).unwrap();
        (name.clone(), Script::read(&name, &text))
    };
    names.into_iter().map(read).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the one switch that rewrites expectations")]
fn every_transcript_ends_as_expected() {
    let bless = std::env::var_os("MAILSCOUT_BLESS").is_some_and(|value| value == "1");
    let (mut wrong, mut known) = (Vec::new(), BTreeSet::new());
    for (name, script) in transcripts() {
        let path = Path::new(FOLDER).join(format!("{name}.expected"));
        let got = render(&script.play(Cut::Whole).facts);
        if bless {
            fs::write(&path, &got).unwrap();
        }
        match fs::read_to_string(&path) {
            Err(_) => wrong.push(format!("{name}.txt has no {name}.expected")),
            Ok(expected) if expected == got => {}
            Ok(expected) => wrong.push(format!("{name}\n--- expected\n{expected}--- got\n{got}")),
        }
        known.insert(name);
    }
    for orphan in names("expected").difference(&known) {
        wrong.push(format!("{orphan}.expected has no {orphan}.txt"));
    }
    assert!(wrong.is_empty(), "{}\nMAILSCOUT_BLESS=1 rewrites expectations", wrong.join("\n"));
}

#[test]
fn the_pieces_in_which_a_transcript_comes_change_nothing() {
    for (name, script) in transcripts() {
        let whole = script.play(Cut::Whole);
        assert_eq!(script.play(Cut::EachByte), whole, "{name}, byte by byte");
        let places = if script.is_slow() { FEW_PLACES } else { PLACES };
        let is_long = script.is_slow() || script.len() > LONG;
        let step = if is_long { script.len() / places } else { 1 };
        for place in (0..=script.len()).step_by(step) {
            assert_eq!(script.play(Cut::At(place)), whole, "{name}, cut at {place}");
        }
    }
}
