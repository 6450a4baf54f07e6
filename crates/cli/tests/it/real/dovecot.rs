//! Dovecot 2.3: IMAP and POP3, and who may log in to Postfix.

use std::{fs::Permissions, os::unix::fs::PermissionsExt as _, path::Path};

use super::{
    PASSWORD, Server, USER,
    place::{Place, account},
};
use crate::servers::find;

/// How it is set up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// 993 and 995 with TLS, 143 and 110 with STARTTLS, before which only mechanisms that hide the
    /// password are offered. PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, NTLM.
    Main,
    /// 143 and 110 without any TLS. PLAIN, LOGIN.
    Plain,
    /// 993 and 995 with TLS; users have names without a domain: `alice`. PLAIN, LOGIN.
    Local,
    /// No port, but a socket at which Postfix asks.
    Behind,
}

impl Kind {
    fn ports(self) -> &'static [u16] {
        match self {
            Self::Main => &[993, 143, 995, 110],
            Self::Plain => &[143, 110],
            Self::Local => &[993, 995],
            Self::Behind => &[],
        }
    }

    fn mechanisms(self) -> &'static str {
        match self {
            Self::Main => "plain login cram-md5 scram-sha-256 ntlm",
            Self::Plain | Self::Local | Self::Behind => "plain login",
        }
    }

    fn user(self) -> &'static str {
        match self {
            Self::Local => "alice",
            Self::Main | Self::Plain | Self::Behind => USER,
        }
    }
}

/// Starts one; `None` after saying that the test is skipped.
pub(crate) fn start(kind: Kind, test: &str) -> Option<Server> {
    let program = find("dovecot", test)?;
    find("dovecot/imap", test)?;
    find("dovecot/pop3", test)?;
    let place = Place::new(kind.ports());
    place.make_folder("mail");
    place.write("users", &format!("{}:{{PLAIN}}{PASSWORD}\n", kind.user()));
    if kind == Kind::Main {
        write_ntlm(&place, &find("ntlm_auth", test)?);
    }
    place.write("dovecot.conf", &configuration(kind, &place));
    Some(place.start(&program, &["-F", "-c", "dovecot.conf"], "log", SOCKET))
}

/// Where Postfix asks.
pub(super) const SOCKET: &str = "run/sasl";

fn configuration(kind: Kind, place: &Place) -> String {
    let folder = place.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let (user, group) = (&account().user, &account().group);
    let port = |known| place.port(known).unwrap_or(0); // 0 is none
    let (protocols, tls, cleartext) = match kind {
        Kind::Main | Kind::Local => ("imap pop3", "yes", "no"),
        Kind::Plain => ("imap pop3", "no", "yes"),
        Kind::Behind => ("none", "no", "yes"),
    };
    format!(
        "protocols = {protocols}
         base_dir = {folder}/run
         state_dir = {folder}/run
         log_path = {folder}/log
         listen = {address}
         ssl = {tls}
         ssl_cert = <{folder}/cert.pem
         ssl_key = <{folder}/key.pem
         disable_plaintext_auth = {only_hidden}
         auth_mechanisms = {mechanisms}
         auth_use_winbind = yes
         auth_winbind_helper_path = {folder}/ntlm
         auth_failure_delay = 0
         auth_verbose = yes
         default_internal_user = {user}
         default_internal_group = {group}
         default_login_user = {user}
         first_valid_uid = 0
         mail_location = maildir:{folder}/mail
         passdb {{
           driver = passwd-file
           args = username_format=%u {folder}/users
         }}
         userdb {{
           driver = static
           args = uid={user} gid={group} home={folder}/mail
         }}
         service imap-login {{
           chroot =
           inet_listener imap {{
             port = {imap}
           }}
           inet_listener imaps {{
             port = {imaps}
           }}
         }}
         service pop3-login {{
           chroot =
           inet_listener pop3 {{
             port = {pop3}
           }}
           inet_listener pop3s {{
             port = {pop3s}
           }}
         }}
         service auth {{
           unix_listener sasl {{
             mode = 0666
           }}
         }}
         # A client that failed is not made to wait.
         service anvil {{
           chroot =
           unix_listener anvil-auth-penalty {{
             mode = 0
           }}
         }}
         service stats {{
           chroot =
         }}
        ",
        address = place.address(),
        only_hidden = if cleartext == "yes" { "no" } else { "yes" },
        mechanisms = kind.mechanisms(),
        imap = port(143),
        imaps = port(993),
        pop3 = port(110),
        pop3s = port(995),
    )
}

/// Writes what Dovecot asks about NTLM: Samba's program, which knows a password without a domain
/// controller, and between the two a look at the user, whom it lets pass by any name.
fn write_ntlm(place: &Place, ntlm_auth: &Path) {
    place.make_folder("samba");
    let (local, domain) = USER.split_once('@').unwrap();
    let samba = place.path("samba");
    let (samba, ntlm_auth) = (samba.to_str().unwrap(), ntlm_auth.to_str().unwrap());
    let folders = ["private dir", "lock directory", "state directory", "cache directory"]
        .map(|name| format!("{name} = {samba}\n"))
        .concat();
    place.write(
        "samba.conf",
        &format!(
            "[global]\nworkgroup = CONTOSO\nnetbios name = MAIL\nserver role = standalone\n\
             pid directory = {samba}\nntlm auth = yes\n{folders}"
        ),
    );
    place.write(
        "ntlm",
        &format!(
            r#"#!/bin/sh
cd "$(dirname "$0")" || exit
{ntlm_auth} "$@" --username={local} --domain={domain} --password={PASSWORD} \
    --configfile=samba.conf |
while read -r answer; do
    case $answer in
        'AF {domain}\{local}' | 'AF \{USER}') answer='AF {domain}\{local}' ;;
        'AF '*) answer='NA NT_STATUS_NO_SUCH_USER' ;;
    esac
    printf '%s\n' "$answer"
done
"#
        ),
    );
    std::fs::set_permissions(place.path("ntlm"), Permissions::from_mode(0o755)).unwrap();
}
