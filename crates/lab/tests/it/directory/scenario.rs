//! Directories that cannot be: what is said of them; and where those are that can.

use std::net::SocketAddr;

use mailscout_lab::{Scenario, World};
use tokio::net::{TcpListener, TcpStream};

use super::{Client, directory, talk};
use crate::client::run;

#[track_caller]
fn check(words: &str, problem: &str) {
    let text = format!("title = \"t\"\naddress = \"a@b.example\"\n{}", directory(words));
    let said = Scenario::from_toml(&text).unwrap_err().to_string();
    assert_eq!(said, format!("scenario, directory dc.corp.example: {problem}"));
}

#[test]
fn a_directory_has_two_ports_unless_it_names_some() {
    talk("", async |world| {
        let ports: Vec<u16> = world.routes().iter().map(|route| route.port).collect();
        assert_eq!(ports, [389, 636]);
    });
    let words = "[[directory.service]]\nsecurity = \"tls\"\nport = 3269\ncertificate = \"expired\"";
    talk(words, async |world| {
        let ports: Vec<u16> = world.routes().iter().map(|route| route.port).collect();
        assert_eq!(ports, [3269]);
        let error = crate::client::tls(&world, super::ADDRESS, 3269, super::HOST).await;
        assert!(error.unwrap_err().to_string().contains("xpired"));
        assert_eq!(world.journal().summary(), ["tls dc.corp.example:3269 (handshake failed)"]);
    });
}

#[test]
fn a_directory_is_at_its_own_address_where_that_is_wanted() {
    run(async {
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let free = TcpListener::bind(any).await.unwrap().local_addr().unwrap();
        let service = format!("[[directory.service]]\nport = {}", free.port());
        let text = directory(&service).replace(super::ADDRESS, "127.0.0.1");
        let text = format!("title = \"t\"\naddress = \"a@b.example\"\n{text}");
        let scenario = Scenario::from_toml(&text).unwrap();
        let world = World::start_at_own_addresses(&scenario, any).await.unwrap();
        assert_eq!(world.routes()[0].target, free);
        let mut client = Client::over(TcpStream::connect(free).await.unwrap());
        assert_eq!(client.names("", 0, &super::present("objectClass")).await, [""]);
    });
}

#[test]
fn words_that_do_not_belong_together_are_refused() {
    let service = |words: &str| format!("[[directory.service]]\n{words}");
    check(
        &service("security = \"plain\"\ncertificate = \"good\""),
        "port 389: `certificate` needs security \"tls\" or \"starttls\"",
    );
    check(
        &service("security = \"starttls\"\nfault = \"cut-handshake\""),
        "port 389: fault \"cut-handshake\" needs security \"tls\"",
    );
    check(
        &service("security = \"tls\"\nfault = \"starttls-injection\""),
        "port 636: a fault of StartTLS needs security \"starttls\"",
    );
    check("size_limit = 0", "with `size_limit` 0 nothing would ever be found");
    check("referrals = [\"dc.b.example\"]", "`dc.b.example` is not the address of a directory");
}

#[test]
fn entries_have_names_below_the_base_and_values() {
    let entry = |dn: &str| format!("[[directory.entry]]\ndn = \"{dn}\"");
    check(&entry("nonsense"), "`nonsense` is not a distinguished name");
    check(
        &entry("CN=a,DC=other"),
        "the entry `CN=a,DC=other` is not below the base `DC=corp,DC=example`",
    );
    check(
        &entry("CN=Alice,CN=Users,DC=corp,DC=example"),
        "the entry `CN=Alice,CN=Users,DC=corp,DC=example` is there twice",
    );
    let with = |words: &str| entry(&format!("CN=a,DC=corp,DC=example\"\nattributes = {words}#"));
    check(&with("{ cn = [] }"), "the attribute `cn` has no value");
    check(&with("{ \"a b\" = \"x\" }"), "`a b` is not the name of an attribute");
    // A container that was only assumed may be described later.
    talk(&entry("CN=Users,DC=corp,DC=example"), async |_| {});
}

#[test]
fn accounts_and_connection_points_say_what_they_are() {
    check(
        "[[directory.account]]\nname = 'corp\\READER'\npassword = \"x\"",
        "the account `corp\\READER` is there twice",
    );
    check(
        "[[directory.account]]\nname = \"x\"\npassword = \"\"",
        "an account needs a name and a password",
    );
    check(
        "[[directory.account]]\nname = \"x\"\npassword = \"x\"\noutcome = \"app-password\"",
        "the outcome of `x` is not locked, disabled or temporary",
    );
    check("[[directory.scp]]\nname = \"x\"", "the scp `x` has one of url and pointer");
}

#[test]
fn a_directory_is_no_service_of_a_host() {
    let text = "title = \"t\"\naddress = \"a@b.example\"\n[[hosts]]\nnames = [\"a.example\"]\n\
                addresses = [\"203.0.113.5\"]\n[[hosts.services]]\nscheme = \"ldap\"";
    let said = Scenario::from_toml(text).unwrap_err().to_string();
    assert!(said.contains("unknown variant `ldap`"), "{said}");
}
