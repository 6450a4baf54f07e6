//! Exim 4: submission with users of its own, and port 25 in clear text.

use super::{
    PASSWORD, Server, USER,
    place::{Place, account},
};
use crate::servers::find;

/// How it is set up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// 587 with STARTTLS, 465 with TLS. PLAIN, LOGIN, CRAM-MD5; before STARTTLS only the last.
    Main,
    /// 25 without TLS, and there PLAIN, LOGIN, CRAM-MD5.
    Plain,
    /// 25 without TLS and without AUTH.
    Anonymous,
}

/// Starts one; `None` after saying that the test is skipped.
pub(crate) fn start(kind: Kind, test: &str) -> Option<Server> {
    let program = find("exim4", test)?;
    let wrapper = find("libnss_wrapper.so", test)?;
    let place = Place::new(match kind {
        Kind::Main => &[587, 465],
        Kind::Plain | Kind::Anonymous => &[25],
    });
    place.make_folder("spool");
    let program = program.to_str().unwrap();
    place.write("exim.conf", &configuration(kind, &place, program));
    // Debian's Exim wants to be a user that only its installation makes: it is told of one.
    let (uid, gid) = (account().uid, account().gid);
    place.write("passwd", &format!("Debian-exim:x:{uid}:{gid}:::\nroot:x:0:0:::\n"));
    place.write("group", &format!("Debian-exim:x:{gid}:\nmail:x:8:\n"));
    let arguments = [
        format!("LD_PRELOAD={}", wrapper.display()),
        format!("NSS_WRAPPER_PASSWD={}", place.path("passwd").display()),
        format!("NSS_WRAPPER_GROUP={}", place.path("group").display()),
        program.to_owned(),
        "-C".to_owned(),
        place.path("exim.conf").display().to_string(),
        "-bdf".to_owned(),
    ];
    Some(place.start("env".as_ref(), &arguments, "spool/log-main", "spool/pid"))
}

fn configuration(kind: Kind, place: &Place, program: &str) -> String {
    let folder = place.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let listener = |port| format!(" {}.{port} ;", place.address());
    let listeners: String =
        [587, 465, 25].iter().filter_map(|&known| place.port(known)).map(listener).collect();
    let tls = match (kind, place.port(465)) {
        (Kind::Main, Some(port)) => format!(
            "tls_advertise_hosts = *\ntls_on_connect_ports = {port}\n\
             tls_certificate = {folder}/cert.pem\ntls_privatekey = {folder}/key.pem"
        ),
        _ => "tls_advertise_hosts =".to_owned(),
    };
    format!(
        "primary_hostname = smtp.contoso.example
exim_path = {program}
spool_directory = {folder}/spool
log_file_path = {folder}/spool/log-%s
pid_file_path = {folder}/spool/pid
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
local_interfaces = <;{listeners}
{tls}
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = deny
{authenticators}",
        authenticators = authenticators(kind),
    )
}

/// The mechanisms; in the values of the client PLAIN has the user second, LOGIN first.
fn authenticators(kind: Kind) -> String {
    let hides_nothing = match kind {
        Kind::Anonymous => return String::new(),
        Kind::Main => "server_advertise_condition = ${if def:tls_in_cipher}\n",
        Kind::Plain => "",
    };
    let mechanism = |name: &str, prompts: &str, user: u8| {
        format!(
            "{name}:\ndriver = plaintext\npublic_name = {name}\nserver_prompts = {prompts}\n\
             server_condition = ${{if and{{{{eq{{$auth{user}}}{{{USER}}}}}\
             {{eq{{$auth{password}}}{{{PASSWORD}}}}}}}}}\n\
             server_set_id = $auth{user}\n{hides_nothing}",
            password = user + 1,
        )
    };
    format!(
        "begin authenticators\n{}{}CRAM:\ndriver = cram_md5\npublic_name = CRAM-MD5\n\
         server_secret = ${{if eq{{$auth1}}{{{USER}}}{{{PASSWORD}}}fail}}\n\
         server_set_id = $auth1\n",
        mechanism("PLAIN", ":", 2),
        mechanism("LOGIN", "Username:: : Password::", 1),
    )
}
