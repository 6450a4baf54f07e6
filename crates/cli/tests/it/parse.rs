//! `mailscout parse`: a document without any network.

use crate::program::{mailscout, mailscout_with};

const DOCUMENT: &str = "<!-- ours --><?xml version=\"1.0\"?><Autodiscover><Response><Account>\
    <Action>settings</Action><Protocol><Type>POP3</Type><Server>mail.contoso.example</Server>\
    <SSL>yes</SSL><TTL>6</TTL><ExpirationDate>20300131</ExpirationDate></Protocol></Account></Response></Autodiscover>";

#[test]
fn a_document_from_standard_input_is_printed_with_its_notices() {
    let run = mailscout_with(
        &["parse", "-", "--address", "alice@contoso.example"],
        &[],
        DOCUMENT.as_bytes(),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("POP3   mail.contoso.example   995   TLS   alice@contoso.example"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("ask again after 6 h; the last day is 2030-01-31"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.matches("  Notice  ").count() >= 2, "{}", run.stdout);
}

#[test]
fn a_refused_document_says_what_is_wrong_and_where() {
    let run = mailscout_with(&["parse", "-"], &[], b"<Autodiscover>\n<Response></Autodiscover>");
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.starts_with("refused: the document is not well-formed XML (line 2,"),
        "{}",
        run.stderr
    );
    let run = mailscout_with(&["parse", "-"], &[], b"");
    assert_eq!((run.code, run.stderr.trim()), (1, "refused: the document is empty"));
}

#[test]
fn a_file_that_is_not_there_is_the_callers_mistake() {
    let run = mailscout(&["parse", "no-such-file.xml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`no-such-file.xml` cannot be read"), "{}", run.stderr);
}
