//! Postfix: submission by 587 and 465, and a mail exchanger at 25.

use std::{fs::File, time::SystemTime};

use super::{
    Server,
    dovecot::{self, Kind},
    place::{Place, account, is_root},
};
use crate::servers::{find, skip};

/// Starts one: 587 with STARTTLS and after it AUTH, 465 with TLS and AUTH (PLAIN and LOGIN),
/// 25 with STARTTLS and without AUTH. `None` after saying that the test is skipped.
pub(crate) fn start(test: &str) -> Option<Server> {
    find("postfix", test)?;
    let master = find("postfix/sbin/master", test)?;
    if !is_root() {
        skip("root (for postfix)", test);
        return None;
    }
    let behind = dovecot::start(Kind::Behind, test)?;
    let place = Place::new(&[587, 465, 25]);
    place.make_folder("data");
    std::fs::create_dir(place.path("queue")).unwrap();
    for folder in ["queue/pid", "queue/private", "queue/public"] {
        place.make_folder(folder);
    }
    place.write("main.cf", &main(&place, &behind));
    // Postfix waits two seconds for a fresh file, which somebody may still be writing.
    let written = File::options().append(true).open(place.path("main.cf")).unwrap();
    written.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    place.write("master.cf", &services(&place));
    let folder = place.path("");
    let arguments = ["-d", "-c", folder.to_str().unwrap()];
    let server = place.start(&master, &arguments, "log", "queue/pid/master.pid");
    Some(Server { behind: Some(Box::new(behind)), ..server })
}

fn main(place: &Place, behind: &Server) -> String {
    let folder = place.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    format!(
        "compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = {user}
default_privs = daemon
myhostname = smtp.contoso.example
mydestination =
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_chain_files = {folder}/key.pem, {folder}/cert.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {socket}
",
        user = account().user,
        socket = behind.leash.folder().join(dovecot::SOCKET).display(),
    )
}

fn services(place: &Place) -> String {
    let smtpd = |known: u16, more: &str| {
        let real = place.port(known).unwrap();
        format!("{}:{real} inet n - n - - smtpd {more}\n", place.address())
    };
    let submission = "-o smtpd_sasl_auth_enable=yes";
    [
        smtpd(25, ""),
        smtpd(587, &format!("{submission} -o smtpd_tls_security_level=encrypt")),
        smtpd(465, &format!("{submission} -o smtpd_tls_wrappermode=yes")),
        "anvil unix - - n - 1 anvil\n".to_owned(),
        "tlsmgr unix - - n 1000? 1 tlsmgr\n".to_owned(),
        "rewrite unix - - n - - trivial-rewrite\n".to_owned(),
        "cleanup unix n - n - 0 cleanup\n".to_owned(),
        "postlog unix-dgram n - n - 1 postlogd\n".to_owned(),
    ]
    .concat()
}
