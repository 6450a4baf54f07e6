//! A real directory: Debian's slapd with as much of Active Directory's schema as a search asks for.

use super::{Server, place::Place};
use crate::{authority::certify, servers::find};

const SCHEMA: &str = include_str!("../../../../net/tests/slapd/active-directory.schema");
const EXCHANGE: &str = include_str!("../../slapd/exchange.schema");
const ROOT_DSE: &str = include_str!("../../../../net/tests/slapd/root-dse.ldif");
const CONTENT: &str = include_str!("../../../../net/tests/slapd/contoso.ldif");

/// Starts the directory of a forest such as `contoso`, at `host`, with these entries besides; `None`
/// after saying that the test is skipped.
pub(crate) fn start(forest: &str, host: &str, entries: &str, test: &str) -> Option<Server> {
    let (program, filler) = (find("slapd", test)?, find("slapadd", test)?);
    let place = Place::new(&[389, 636]);
    certify(&place.path(""), &[host]);
    place.make_folder("db");
    let here = |text: &str| text.replace("contoso", forest);
    place.write("ad.schema", SCHEMA);
    place.write("exchange.schema", EXCHANGE);
    place.write("root-dse.ldif", &here(ROOT_DSE));
    place.write("content.ldif", &(here(CONTENT) + entries));
    place.write("slapd.conf", &here(&configuration(&place)));
    let ended = std::process::Command::new(filler)
        .current_dir(place.path(""))
        .args(["-q", "-f", "slapd.conf", "-l", "content.ldif"])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let address = place.address();
    let port = |known| place.port(known).unwrap();
    let listens = format!("ldap://{address}:{}/ ldaps://{address}:{}/", port(389), port(636));
    // It stays in the foreground, and tells of each operation.
    let arguments = ["-f", "slapd.conf", "-h", &listens, "-d", "256"];
    Some(place.start(&program, &arguments, "output", "pid"))
}

fn configuration(place: &Place) -> String {
    let folder = place.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    format!(
        "include /etc/ldap/schema/core.schema
include {folder}/ad.schema
include {folder}/exchange.schema
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
rootDSE {folder}/root-dse.ldif
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
TLSVerifyClient never

database mdb
suffix dc=contoso,dc=example
directory {folder}/db
maxsize 268435456
dbnosync
limits anonymous size=unlimited size.prtotal=unlimited
access to attrs=userPassword by * auth
access to * by * read
"
    )
}
