//! Filters: what they are true of, and how the journal writes them.

use super::{BASE, Client, compare, element, equal, lines, message, present, search, talk};

/// Whom a filter finds, by their first letters, and how it is written down.
#[track_caller]
fn check(filter: &[u8], found: &str, shown: &str) {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let person = equal("objectClass", "person");
        let all = element(0xa0, &[person, filter.to_vec()].concat());
        let names = client.names(BASE, 2, &all).await;
        let letters: String = names.iter().map(|name| &name[3..4]).collect();
        assert_eq!(letters, found);
        assert_eq!(world.journal().searches()[0].filter, format!("(&(objectClass=person){shown})"));
    });
}

fn both(tag: u8, one: &[u8], other: &[u8]) -> Vec<u8> {
    element(tag, &[one, other].concat())
}

fn pieces(attribute: &str, pieces: &[(u8, &str)]) -> Vec<u8> {
    let list: Vec<u8> =
        pieces.iter().flat_map(|(tag, piece)| element(*tag, piece.as_bytes())).collect();
    element(0xa4, &[element(4, attribute.as_bytes()), element(0x30, &list)].concat())
}

#[test]
fn equality_is_of_whole_values_without_regard_to_case_and_blanks() {
    check(&equal("MAIL", "alice@CORP.example"), "A", "(MAIL=alice@CORP.example)");
    check(
        &equal("proxyAddresses", "SMTP:A@corp.example"),
        "A",
        "(proxyAddresses=SMTP:A@corp.example)",
    );
    check(&equal("mail", "alice@corp"), "", "(mail=alice@corp)");
    check(&equal("cn", " bob,  THE (2nd)* "), "B", "(cn= bob,  THE \\282nd\\29\\2a )");
}

#[test]
fn presence_is_of_any_value() {
    check(&present("mail"), "A", "(mail=*)");
    check(&present("fax"), "", "(fax=*)");
}

#[test]
fn and_or_and_not_join_filters() {
    let (alice, bob) = (equal("cn", "alice"), present("logonCount"));
    check(&both(0xa0, &alice, &bob), "", "(&(cn=alice)(logonCount=*))");
    check(&both(0xa1, &alice, &bob), "AB", "(|(cn=alice)(logonCount=*))");
    check(&element(0xa2, &alice), "B", "(!(cn=alice))");
    check(&element(0xa2, &equal("fax", "1")), "AB", "(!(fax=1))");
    check(&element(0xa0, b""), "AB", "(&)");
    check(&element(0xa1, b""), "", "(|)");
}

#[test]
fn substrings_come_in_order_and_do_not_overlap() {
    let mail = |list: &[(u8, &str)]| pieces("mail", list);
    check(&mail(&[(0x80, "ALICE@")]), "A", "(mail=ALICE@*)");
    check(&mail(&[(0x82, ".example")]), "A", "(mail=*.example)");
    check(&mail(&[(0x81, "ice"), (0x81, "corp")]), "A", "(mail=*ice*corp*)");
    check(&mail(&[(0x81, "corp"), (0x81, "ice")]), "", "(mail=*corp*ice*)");
    check(&mail(&[(0x80, "alice@corp.ex"), (0x82, "example")]), "", "(mail=alice@corp.ex*example)");
    check(&mail(&[(0x80, "a"), (0x81, "@"), (0x82, "e")]), "A", "(mail=a*@*e)");
}

#[test]
fn numbers_are_compared_as_numbers() {
    check(&compare(0xa5, "logonCount", "07"), "B", "(logonCount>=07)");
    check(&compare(0xa6, "logonCount", "10"), "B", "(logonCount<=10)");
    check(&compare(0xa6, "logonCount", "6"), "", "(logonCount<=6)");
    check(&compare(0xa8, "cn", "Alice"), "A", "(cn~=Alice)");
}

#[test]
fn a_rule_that_is_not_known_is_neither_true_nor_false() {
    let rule = element(0x81, b"1.2.840.113556.1.4.803");
    let parts = [rule, element(0x82, b"logonCount"), element(0x83, b"1")].concat();
    let filter = element(0xa9, &parts);
    let shown = "(logonCount:1.2.840.113556.1.4.803:=1)";
    check(&filter, "", shown);
    check(&element(0xa2, &filter), "", &format!("(!{shown})"));
    check(&both(0xa1, &filter, &present("mail")), "A", &format!("(|{shown}(mail=*))"));
    let of_name =
        element(0xa9, &[element(0x82, b"ou"), element(0x83, b"x"), vec![0x84, 1, 255]].concat());
    check(&of_name, "", "(ou:dn:=x)");
}

#[test]
fn bytes_that_are_no_text_are_shown_as_digits() {
    let value = element(4, b"\xffa\0(");
    let filter = element(0xa3, &[element(4, b"mail"), value].concat());
    check(&filter, "", "(mail=\\ffa\\00\\28)");
}

#[test]
fn filters_that_are_none_or_too_deep_end_the_connection() {
    let mut deep = present("mail");
    for _ in 0..20 {
        deep = element(0xa2, &deep);
    }
    let bad = [
        element(0x30, b""),
        element(0xa2, b""),
        element(0xa3, &element(4, b"mail")),
        equal("", "x"),
        equal("a(b", "x"),
        pieces("mail", &[]),
        pieces("mail", &[(0x82, "x"), (0x81, "y")]),
        pieces("mail", &[(0x81, "x"), (0x80, "y")]),
        pieces("mail", &[(0x81, "")]),
        element(0xa9, &element(0x83, b"x")),
        deep,
    ];
    for filter in bad {
        talk("", async |world| {
            let mut client = Client::new(&world).await;
            client.raw(&message(9, &search(BASE, 2, &filter, &[]), &[])).await;
            let answer = client.read().await.unwrap();
            assert_eq!((answer.id, answer.tag, answer.code()), (0, 0x78, 2));
            assert_eq!(client.rest().await, b"");
            assert_eq!(lines(&world), ["ldap dc.corp.example:389 (not a message of LDAP)"]);
        });
    }
}
