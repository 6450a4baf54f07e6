//! The entry of a user in the directory: the address, and the Exchange server of the mailbox.

use crate::address::EmailAddress;

/// The attributes of [`Entry`], in the order of its fields.
pub const ATTRIBUTES: [&str; 5] =
    ["mail", "proxyAddresses", "userPrincipalName", "msExchHomeServerName", "homeMDB"];

/// The entry of a user, as it was found: absent attributes are empty.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// `mail`: the address.
    pub mail: &'a [String],
    /// `proxyAddresses`: every address with its type before a colon, `SMTP:` in capitals for the
    /// primary one and `smtp:` for the others.
    pub proxy_addresses: &'a [String],
    /// `userPrincipalName`: the name to log in with, in the form of an address.
    pub user_principal_name: &'a [String],
    /// `msExchHomeServerName`: the legacy distinguished name of the mailbox's server.
    pub home_server_name: &'a [String],
    /// `homeMDB`: the distinguished name of the mailbox's database.
    pub home_mdb: &'a [String],
}

impl Entry<'_> {
    /// The user's address: `mail`, else the primary one of `proxyAddresses`, else
    /// `userPrincipalName`. What is no address is passed over.
    ///
    /// # Examples
    ///
    /// ```
    /// use mailscout_schema::autodiscover::scp::user::Entry;
    ///
    /// let proxies = ["smtp:a@contoso.example".to_owned(), "SMTP:alice@contoso.example".to_owned()];
    /// let mut entry = Entry::default();
    /// entry.proxy_addresses = &proxies;
    /// assert_eq!(entry.address(), "alice@contoso.example".parse().ok());
    /// ```
    pub fn address(&self) -> Option<EmailAddress> {
        let primary = self.proxy_addresses.iter().filter_map(|text| text.strip_prefix("SMTP:"));
        let mail = self.mail.iter().map(String::as_str);
        let names = self.user_principal_name.iter().map(String::as_str);
        mail.chain(primary).chain(names).find_map(|text| text.parse().ok())
    }

    /// The name of the Exchange server that has the mailbox: of `msExchHomeServerName`, else of
    /// `homeMDB`. A database of Exchange 2010 and later is not below a server, and names none.
    pub fn server(&self) -> Option<&str> {
        let from_server = self.home_server_name.iter().find_map(|name| server_of_legacy(name));
        from_server.or_else(|| self.home_mdb.iter().find_map(|name| server_of_database(name)))
    }
}

/// The server of a legacy distinguished name: the `cn` below `cn=Servers`, else the last one.
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::scp::user::server_of_legacy;
///
/// let name = "/o=Contoso/ou=First Group/cn=Configuration/cn=Servers/cn=EXCH01";
/// assert_eq!(server_of_legacy(name), Some("EXCH01"));
/// ```
pub fn server_of_legacy(name: &str) -> Option<&str> {
    if !name.trim_start().starts_with('/') {
        return None;
    }
    let mut parts = name.split('/');
    if parts.any(is_servers) {
        return cn(parts.next()?);
    }
    name.split('/').rev().find_map(cn)
}

/// The server of a distinguished name: the `CN` below `CN=Servers`, which stands before it.
///
/// # Examples
///
/// ```
/// use mailscout_schema::autodiscover::scp::user::server_of_database;
///
/// let name = "CN=Mailboxes,CN=First,CN=InformationStore,CN=EXCH01,CN=Servers,CN=x,DC=contoso";
/// assert_eq!(server_of_database(name), Some("EXCH01"));
/// ```
pub fn server_of_database(name: &str) -> Option<&str> {
    let mut before = None;
    for part in name.split(',') {
        if is_servers(part) {
            return before;
        }
        before = cn(part);
    }
    None
}

fn is_servers(part: &str) -> bool {
    cn(part).is_some_and(|name| name.eq_ignore_ascii_case("Servers"))
}

/// The value of a part that is a common name, where it can be a server's.
fn cn(part: &str) -> Option<&str> {
    let (key, value) = part.split_once('=')?;
    let value = value.trim();
    let is_name = !value.is_empty()
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (key.trim().eq_ignore_ascii_case("cn") && is_name).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_mail_then_the_primary_one_then_the_name_to_log_in_with() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let check = |mail: &[&str], proxies: &[&str], upn: &[&str], expected: Option<&str>| {
            let lists: [Vec<String>; 3] = [texts(mail), texts(proxies), texts(upn)];
            let [mail, proxy_addresses, user_principal_name] = &lists;
            let entry = Entry { mail, proxy_addresses, user_principal_name, ..Entry::default() };
            let got = entry.address().map(|address| address.to_string());
            assert_eq!(got.as_deref(), expected);
        };
        let (a, b, c) = ("a@contoso.example", "SMTP:b@contoso.example", "c@contoso.example");
        check(&[a], &[b], &[c], Some("a@contoso.example"));
        check(&["none"], &[b], &[c], Some("b@contoso.example"));
        check(&[], &["smtp:d@contoso.example", "SIP:e@contoso.example", b], &[c], Some(&b[5..]));
        check(&[], &["smtp:d@contoso.example"], &[c], Some(c));
        check(&[], &[], &["alice"], None);
    }

    #[test]
    fn the_server_is_the_name_below_servers_or_the_last_one() {
        let legacy = |name, expected| assert_eq!(server_of_legacy(name), expected, "{name}");
        legacy("/o=C/ou=G (X)/cn=Configuration/cn=Servers/cn=EXCH-01", Some("EXCH-01"));
        legacy("/O=C/OU=G/CN=Servers/CN=ONE/CN=Microsoft Private MDB", Some("ONE"));
        legacy("/o=C/ou=G/cn=ONE", Some("ONE"));
        legacy("/o=C/ou=G", None);
        legacy("EXCH01", None);
        legacy("/o=C/cn=Servers/cn=a b<c>", None);
        legacy("/o=C/cn=Servers", None);
        let database = |name, expected| assert_eq!(server_of_database(name), expected, "{name}");
        database("CN=DB,CN=SG,CN=InformationStore,CN=EX1,CN=Servers,DC=c", Some("EX1"));
        database("CN=DB 01,CN=Databases,CN=Group,CN=Administrative Groups,DC=c", None);
        database("CN=Servers,DC=c", None);
    }

    #[test]
    fn the_server_is_read_off_the_database_only_where_no_server_is_named() {
        let server = ["/o=C/cn=Servers/cn=EX1".to_owned()];
        let database = ["CN=DB,CN=InformationStore,CN=EX2,CN=Servers,DC=c".to_owned()];
        let mut entry = Entry { home_mdb: &database, ..Entry::default() };
        assert_eq!(entry.server(), Some("EX2"));
        entry.home_server_name = &server;
        assert_eq!(entry.server(), Some("EX1"));
        assert_eq!(Entry::default().server(), None);
    }
}
