//! What a search looks like to a reader, and what it keeps to itself.

use super::*;

fn server(host: &str, security: DirectorySecurity) -> DirectoryServer {
    DirectoryServer::new(host, 389, Vec::new(), security)
}

fn search(server: DirectoryServer, base: Base, scope: Scope) -> DirectorySearch {
    let filter = Filter::present("objectClass");
    DirectorySearch {
        scope,
        ..DirectorySearch::new(server, base, filter, DirectoryLimits::default())
    }
}

#[test]
fn a_search_is_told_with_its_filter_its_base_and_its_server() {
    use DirectorySecurity::{Ldaps, Plain, StartTls};
    let at = || Base::At("OU=Sales,DC=contoso".to_owned());
    for (server, base, scope, told) in [
        (
            server("dc1.contoso.example", Ldaps),
            at(),
            Scope::Subtree,
            "below OU=Sales,DC=contoso at ldaps://dc1.contoso.example:389",
        ),
        (
            server("2001:db8::7", StartTls),
            at(),
            Scope::OneLevel,
            "directly below OU=Sales,DC=contoso at ldap://[2001:db8::7]:389 with StartTLS",
        ),
        (server("dc1", Plain), at(), Scope::Base, "of OU=Sales,DC=contoso at ldap://dc1:389"),
        (server("dc1", Plain), Base::RootDse, Scope::Subtree, "of the root DSE at ldap://dc1:389"),
        (
            server("dc1", Plain),
            Base::ConfigurationNamingContext,
            Scope::Subtree,
            "below the configurationNamingContext at ldap://dc1:389",
        ),
    ] {
        let expected = format!("LDAP search (objectClass=*) {told}");
        assert_eq!(search(server, base, scope).to_string(), expected);
    }
}

#[test]
fn a_password_is_in_no_text_of_a_search() {
    let mut search = search(server("dc1", DirectorySecurity::Ldaps), Base::RootDse, Scope::Base);
    let password = SecretString::from("hunter2");
    search.bind = Bind::Simple { name: "cn=reader".to_owned(), password };
    let told = format!("{search} {search:?} {search:#?}");
    assert!(told.contains("cn=reader") && !told.contains("hunter2"), "{told}");
}

#[test]
fn searches_differ_by_their_password() {
    let bind = |password: &str| Bind::Simple {
        name: "cn=reader".to_owned(),
        password: SecretString::from(password),
    };
    assert_eq!(bind("one"), bind("one"));
    assert_ne!(bind("one"), bind("two"));
    assert_ne!(bind("one"), Bind::Anonymous);
}

#[test]
fn an_attribute_is_found_whatever_its_case_and_with_all_its_values() {
    let attributes = [("Keywords", vec!["a", "b"]), ("cn", vec!["x"]), ("keywords", vec!["c"])];
    let attributes = attributes.map(|(name, values)| {
        (name.to_owned(), values.into_iter().map(|value| value.as_bytes().to_vec()).collect())
    });
    let mut entry = Entry::new("CN=x", attributes.to_vec());
    assert_eq!(entry.texts("KEYWORDS").collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(entry.values("keywords;lang-de").count(), 0);
    entry.attributes.push(("cn".to_owned(), vec![vec![0xff], b"y".to_vec()]));
    assert_eq!(entry.texts("CN").collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(entry.values("CN").count(), 3);
}
