//! What is found: the root, scopes, attributes, and the entries that a scenario writes in short.

use super::{BASE, CONFIGURATION, Client, equal, limited, lines, present, search, talk};

const EX1: &str = "CN=EX1,CN=Autodiscover,CN=Protocols,CN=EX1,CN=Servers,\
    CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,\
    CN=First Organization,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=corp,DC=example";
const FABRIKAM: &str = "CN=fabrikam.example,CN=Microsoft Exchange Autodiscover,CN=Services,\
    CN=Configuration,DC=corp,DC=example";

#[test]
fn the_directory_says_of_itself_where_things_are() {
    let words = "site = \"Berlin\"\nroot = { supportedControl = [], vendorName = \"lab\" }";
    talk(words, async |world| {
        let mut client = Client::new(&world).await;
        let wanted = ["configurationnamingcontext", "serverName", "dnsHostName", "vendorName"];
        let request = search("", 0, &present("objectClass"), &wanted);
        let (found, ended) = client.search(&request, &[]).await;
        assert_eq!(ended.texts(), ["\0", "", ""]);
        assert_eq!(
            found[0].texts(),
            [
                "",
                "configurationNamingContext",
                CONFIGURATION,
                "dnsHostName",
                "dc.corp.example",
                "serverName",
                "CN=DC,CN=Servers,CN=Berlin,CN=Sites,CN=Configuration,DC=corp,DC=example",
                "vendorName",
                "lab"
            ]
        );
        let (found, _) = client.search(&search("", 0, &present("objectClass"), &[]), &[]).await;
        let texts = found[0].texts();
        assert!(texts.contains(&"defaultNamingContext".to_owned()), "{texts:?}");
        assert!(!texts.contains(&"supportedControl".to_owned()), "{texts:?}");
        assert_eq!(
            lines(&world),
            ["ldap dc.corp.example:389 search base \"\" (objectClass=*) -> 1 entry"; 2]
        );
        assert_eq!(world.journal().searches()[0].attributes, wanted);
    });
}

#[test]
fn service_connection_points_are_found_below_the_configuration() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let request = search(
            CONFIGURATION,
            2,
            &equal("objectClass", "serviceConnectionPoint"),
            &["keywords", "serviceBindingInformation"],
        );
        let (found, _) = client.search(&request, &[]).await;
        assert_eq!(
            found[0].texts(),
            [
                EX1,
                "keywords",
                "77378F46-2C66-4aa9-A6A6-3E7A48B19596",
                "Site=Berlin",
                "Site=Potsdam",
                "serviceBindingInformation",
                "https://ex1.corp.example/autodiscover/autodiscover.xml"
            ]
        );
        assert_eq!(
            found[1].texts(),
            [
                FABRIKAM,
                "keywords",
                "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68",
                "Domain=fabrikam.example",
                "serviceBindingInformation",
                "LDAP://dc.fabrikam.example"
            ]
        );
        // Whoever looks below the domain itself does not come to them.
        let filter = equal("objectClass", "serviceConnectionPoint");
        assert_eq!(client.names(BASE, 2, &filter).await, [""; 0]);
    });
}

#[test]
fn scopes_are_one_entry_its_children_or_all_below() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let any = present("objectClass");
        assert_eq!(client.names(BASE, 0, &any).await, [BASE]);
        assert_eq!(client.names(BASE, 1, &any).await, ["CN=Users,DC=corp,DC=example"]);
        let below = client.names("cn=users, dc=CORP,dc=example", 2, &any).await;
        assert_eq!(
            below,
            [
                "CN=Users,DC=corp,DC=example",
                "CN=Alice,CN=Users,DC=corp,DC=example",
                "CN=Bob\\, the (2nd)*,CN=Users,DC=corp,DC=example"
            ]
        );
        // Nothing is the child of two: the configuration is a context of its own.
        assert_eq!(client.names(CONFIGURATION, 1, &any).await.len(), 1);
    });
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let any = present("objectClass");
        for (base, matched) in [
            ("CN=x,CN=Nobody,CN=Users,DC=corp,DC=example", "CN=Users,DC=corp,DC=example"),
            ("DC=fabrikam,DC=example", ""),
        ] {
            let answer = client.ask(&search(base, 2, &any, &[])).await;
            assert_eq!((answer.tag, answer.code()), (0x65, 32));
            assert_eq!(answer.texts()[1], matched);
        }
        let answer = client.ask(&search("nonsense", 2, &any, &[])).await;
        assert_eq!(answer.code(), 34);
        // The root has nothing below itself but what must be asked for by name.
        assert_eq!(client.ask(&search("", 2, &any, &[])).await.code(), 32);
    });
}

#[test]
fn attributes_are_chosen_by_name_by_star_and_by_plus() {
    talk("", async |world| {
        let mut client = Client::new(&world).await;
        let mut ask = async |wanted: &[&str], types_only| {
            let request = limited(BASE, 0, &present("objectClass"), wanted, 0, types_only);
            client.search(&request, &[]).await.0[0].texts().split_off(1)
        };
        assert_eq!(ask(&["1.1"], false).await, [""; 0]);
        assert_eq!(ask(&["DC"], false).await, ["dc", "corp"]);
        assert_eq!(ask(&["dc", "objectClass"], true).await, ["objectClass", "dc"]);
        let usual = ask(&[], true).await;
        assert_eq!(usual, ["objectClass", "dc", "name", "distinguishedName"]);
        assert_eq!(ask(&["*"], true).await, usual);
        assert_eq!(ask(&["+"], true).await, ["createTimestamp", "modifyTimestamp"]);
        assert_eq!(ask(&["*", "+"], true).await.len(), 6);
        assert_eq!(ask(&["createTimestamp"], false).await[1], "20260101000000.0Z");
    });
}

#[test]
fn referrals_and_references_say_where_else_to_look() {
    let words = "referrals = [\"ldap://a.example/DC=x\", \"ldap://b.example\"]";
    talk(words, async |world| {
        let mut client = Client::new(&world).await;
        let answer = client.ask(&search(BASE, 2, &present("objectClass"), &[])).await;
        assert_eq!(answer.texts(), ["\n", "", "", "ldap://a.example/DC=x", "ldap://b.example"]);
        assert_eq!(client.names("", 0, &present("objectClass")).await, [""]);
    });
    talk("references = [\"ldap://a.example/DC=x\"]", async |world| {
        let mut client = Client::new(&world).await;
        let request = search(BASE, 2, &equal("cn", "alice"), &["1.1"]);
        let (found, ended) = client.search(&request, &[]).await;
        assert_eq!((found.len(), ended.code()), (2, 0));
        assert_eq!((found[1].tag, &found[1].texts()[0][..]), (0x73, "ldap://a.example/DC=x"));
        // It is not an entry.
        assert_eq!(world.journal().searches()[0].entries, 1);
    });
}
