//! Scenario files that cannot be served, and what is said of them.

use std::{error::Error, fs};

use mailscout_lab::Scenario;

#[track_caller]
fn check(text: &str, expected: &str) {
    let text = format!("title = \"t\"\naddress = \"a@b.example\"\n{text}");
    let error = Scenario::from_toml(&text).unwrap_err();
    // The number of embedded documents changes.
    let said = error.to_string();
    let said = said.split("; in all: ").next().unwrap();
    assert_eq!(said, expected);
}

fn route(lines: &str) -> String {
    format!(
        "[[hosts]]\nnames = [\"a.example\"]\naddresses = [\"203.0.113.5\"]\n[[hosts.services]]\n\
         [[hosts.services.routes]]\n{lines}"
    )
}

#[test]
fn mistakes_in_the_text_are_told_with_their_line() {
    check(
        "argument = []",
        "scenario, line 3: unknown field `argument`, expected one of `title`, \
        `address`, `arguments`, `password`, `token`, `nxdomain`, `documents`, `zones`, `hosts`, `directory`",
    );
    check(
        "\n[zones.x]\nrecords = 5",
        "scenario, line 5: invalid type: integer `5`, expected a string",
    );
    check("title = \"again\"", "scenario, line 3: duplicate key");
    check(
        "[zones.x.faults]\n\"@\" = \"slow\"",
        "scenario, line 4: unknown variant `slow`, \
        expected one of `servfail`, `refused`, `silence`, `nxdomain`",
    );
    check("[[hosts]]\naddresses = [\"300.1.1.1\"]", "scenario, line 4: invalid IP address syntax");
}

#[test]
fn mistakes_in_the_meaning_are_told_with_their_place() {
    check(
        "[zones.\"x.example\"]\nrecords = \"@ A 1.2.3\"",
        "scenario, zone x.example: record `@ A 1.2.3`: network address parse error: invalid IPv4 address syntax",
    );
    check(
        "[zones.\"x.example\"]\nrecords = \"y.example. A 203.0.113.5\"",
        "scenario, zone x.example: record `y.example. A 203.0.113.5`: outside the zone",
    );
    check(
        "[[hosts]]\nnames = [\"a.example\"]\naddresses = []",
        "scenario, host a.example: a host needs names, addresses and services",
    );
    check(
        &route("path = \"x\""),
        "scenario, host a.example, port 443: the path `x` does not begin with `/`",
    );
    check(
        &route("status = 100"),
        "scenario, host a.example, port 443: 100 is not a final status code",
    );
    check(
        &route("body_hex = \"abc\""),
        "scenario, host a.example, port 443: body_hex is not pairs of hex digits",
    );
    check(
        &route("body = \"a\"\nbody_hex = \"ab\""),
        "scenario, host a.example, port 443: a route has one of body, body_hex and document",
    );
    check(
        &route("document = \"none.xml\""),
        "scenario, host a.example, port 443: there is no document `none.xml` (similar: none",
    );
    check(
        &route("document = \"own-2.xml\"\n[documents]\n\"own-1.xml\" = \"\""),
        "scenario, host a.example, port 443: there is no document `own-2.xml` (similar: own-1.xml",
    );
    check(
        &format!(
            "{}[[hosts]]\nnames = [\"b.example\"]\naddresses = [\"203.0.113.5\"]\n\
            [[hosts.services]]\nport = 443\nscheme = \"http\"\n",
            route("")
        ),
        "scenario, address 203.0.113.5, port 443: hosts that share a port need the same scheme, security and fault",
    );
}

#[test]
fn an_unknown_scenario_is_told_by_name() {
    let error = Scenario::named("no-such").unwrap_err();
    assert_eq!(error.to_string(), "no scenario is named `no-such`");
}

#[test]
fn documents_are_found_in_the_file_and_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text = format!(
        "title = \"t\"\naddress = \"a@b.example\"\n{}[[hosts.services.routes]]\n\
         document = \"own.xml\"\n[documents]\n\"own.xml\" = \"<own/>\"\n",
        route("document = \"beside.xml\"\n")
    );
    fs::write(&path, &text).unwrap();
    let missing = Scenario::from_file(&path).unwrap_err().to_string();
    assert!(missing.contains("mine.toml, host a.example, port 443: there is no document `beside.xml` (similar: none; in all: "), "{missing}");
    fs::write(folder.path().join("beside.xml"), "<beside/>").unwrap();
    assert_eq!(Scenario::from_file(&path).unwrap().address(), "a@b.example");
    fs::write(&path, text.replace("beside.xml", "../beside.xml")).unwrap();
    assert!(Scenario::from_file(&path).is_err());

    let error = Scenario::from_file(folder.path().join("none.toml")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read the scenario file `"), "{error}");
    assert!(error.source().is_some());
}
