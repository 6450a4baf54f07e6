//! Scenarios: their text read, checked and made ready to be served. Nothing here opens a socket.

use std::{fs, path::Path, sync::Arc};

use crate::{
    dns::Names,
    embedded,
    error::LabError,
    scenario::{
        check::{Checker, line_of},
        file::{Host, ScenarioFile},
    },
};

mod check;
pub(crate) mod file;

/// A small internet, as a scenario file describes it.
///
/// # Wire form
///
/// ```toml
/// title = "One sentence that says what the scenario shows"
/// address = "alice@contoso.example"   # the address that shows it
/// arguments = ["--timeout", "2"]      # what the program needs besides
/// password = "secret"                 # what the user logs in with, who need not be right
/// token = "t0ken"                     # the same, instead of a password
/// nxdomain = ["nowhere.example"]      # asked on purpose, and not there
///
/// [zones."contoso.example"]           # one zone-file record a line, TTL 300
/// records = """
/// @    A     203.0.113.5
/// www  CNAME @
/// """
/// [zones."contoso.example".faults]    # servfail, refused, silence, nxdomain
/// "_autodiscover._tcp" = "servfail"
///
/// [[hosts]]
/// names = ["contoso.example", "*.contoso.example"]
/// addresses = ["203.0.113.5"]
/// [[hosts.services]]
/// scheme = "https"                    # or http
/// port = 443                          # the scheme's
/// certificate = "good"                # self-signed, self-signed-ca, expired, not-yet-valid,
///                                     # wrong-name, wildcard, unknown-ca, expired-wrong-name
/// # fault = "silence"                 # reset, refuse, blackhole, plain-text, cut-handshake
/// [[hosts.services.routes]]           # the first that fits answers; none: 404
/// method = "POST"                     # absent: any
/// path = "/a.xml"                     # exact, without the query; absent: any
/// query = "name=value"                # what the query contains, as it was sent; absent: any
/// status = 200
/// headers = { Content-Type = "text/xml" }
/// document = "own.xml"                # or body = "text", or body_hex = "ff fe"
/// delay_ms = 50                       # before the answer
/// # fault = "truncated"               # slow-drip, huge-body, endless-header, reset, silence,
///                                     # gzip, bad-status-line
///
/// [[hosts.services]]
/// scheme = "imap"                     # or pop3, smtp: a mail server, see below
///
/// [documents]                         # looked up before the embedded ones
/// "own.xml" = "<xml/>"
/// ```
///
/// A mail server is a service with words of its own. Everything but `scheme` has the default that
/// is shown, or none.
///
/// ```toml
/// [[hosts.services]]
/// scheme = "imap"                     # or pop3, smtp
/// security = "tls"                    # from the first byte; or starttls, plain
/// port = 993                          # 143, 995, 110, 465; smtp: starttls 587, plain 25
/// certificate = "good"                # as for https; not with plain
/// delay_ms = 0                        # before the greeting
/// reply_delay_ms = 0                  # before each reply
/// greeting = "The lab is ready."      # the text of it; smtp: may have several lines
/// capabilities = []                   # listed besides what the server is: ["IDLE"]
/// capability_greeting = true          # imap: lists them in greetings, as Dovecot does
/// sasl_ir = true                      # imap: AUTHENTICATE takes an initial response
/// capa = true                         # pop3: there is CAPA
/// apop = false                        # pop3: there is APOP
/// ehlo = true                         # smtp: there is EHLO
/// login = true                        # imap: LOGIN; pop3: USER and PASS
/// login_before_tls = false            # the same before STARTTLS
/// mechanisms = ["PLAIN", "LOGIN"]     # CRAM-MD5, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER, NTLM
/// mechanisms_before_tls = []          # before STARTTLS
/// refuse_mechanisms = []              # of those that are offered; may be any: ["GSSAPI"]
/// # fault = "bye"                     # silence, reset, refuse, blackhole, cut-handshake (tls);
///                                     # starttls-injection, starttls-stripped,
///                                     # starttls-refused, starttls-cut (starttls);
///                                     # slow-greeting, garbage, endless-line,
///                                     # endless-capabilities, close-in-capabilities,
///                                     # close-after-greeting, silence-after-greeting, http,
///                                     # preauth (imap)
/// [[hosts.services.accounts]]
/// user = "alice@contoso.example"      # compared exactly
/// password = "secret"
/// # token = "t0ken"                   # for XOAUTH2 and OAUTHBEARER
/// # domain = "CONTOSO"                # for NTLM: no other domain
/// # outcome = "locked"                # temporary, app-password, disabled, too-many,
///                                     # mechanism-refused: whatever the password
/// ```
///
/// Hosts that share an address and port share a mail server until TLS: up to there the first of
/// them speaks, and inside TLS the one whose name the client sent.
///
/// A web server can demand a log-in, at every route or at some. NTLM logs in the connection, so
/// such a server takes one request after the other on it.
///
/// ```toml
/// [[hosts.services]]
/// scheme = "https"
/// auth = ["ntlm", "basic"]            # in this order; or negotiate (with NTLM inside), bearer
/// realm = "contoso.example"           # of basic and bearer; absent: the host's name
/// bearer = 'authorization_uri="…"'    # what is behind `Bearer` instead of the realm
/// # auth_fault = "reject"             # 401 for right credentials; forbid: 403 for them;
///                                     # endless-challenge, close-between (its messages),
///                                     # downgrade (basic alone once it was tried): of NTLM
/// [[hosts.services.accounts]]         # as for mail servers; basic takes `CONTOSO\alice` too
/// user = "alice"
/// domain = "CONTOSO"
/// password = "secret"
/// # token = "t0ken"                   # for bearer
/// # outcome = "temporary"             # 503; the others: 401
/// [[hosts.services.routes]]
/// auth = []                           # of this route: nobody has to log in
/// # auth_fault = "forbid"             # of this route
/// ```
///
/// A directory answers LDAP as a domain controller does. Everything but names, addresses and base
/// has the default that is shown, or none.
///
/// ```toml
/// [[directory]]
/// names = ["dc.corp.example"]
/// addresses = ["203.0.113.10"]
/// base = "DC=corp,DC=example"         # with CN=Configuration and CN=Schema below it
/// site = "Default-First-Site-Name"    # where the server says that it is
/// anonymous = true                    # false: who has not logged in reads the root alone
/// clear_bind = true                   # false: no password outside of TLS
/// size_limit = 1000                   # entries in one answer or page
/// referrals = []                      # ["ldap://…"]: go there instead, with every search
/// references = []                     # the same, besides what is found
/// root = {}                           # what it says of itself besides; [] takes back
/// [[directory.service]]               # absent: these two, starttls and tls
/// security = "starttls"               # or tls, plain
/// port = 389                          # tls: 636
/// certificate = "good"                # as for https; not with plain
/// reply_delay_ms = 0                  # before each answer
/// # fault = "hang"                    # silence, reset, refuse, blackhole, cut-handshake (tls);
///                                     # starttls-refused, starttls-injection, starttls-cut
///                                     # (starttls); hang-bind; at each search but of the root:
///                                     # hang, garbage, close, huge-message, endless-entries,
///                                     # other-number, busy
/// [[directory.account]]               # who may log in, by any kind of name
/// name = 'CORP\reader'
/// password = "secret"
/// # outcome = "locked"                # disabled, temporary: whatever the password
/// [[directory.entry]]
/// dn = "CN=Printer,DC=corp,DC=example"
/// attributes = { objectClass = ["top", "printer"], location = "Attic" }
/// [[directory.user]]                  # CN=name,CN=Users,base, or `dn`
/// name = "Alice"
/// mail = "alice@corp.example"         # each of these may be absent
/// proxyAddresses = ["SMTP:alice@corp.example"]
/// userPrincipalName = "alice@corp.example"
/// sAMAccountName = "alice"
/// msExchHomeServerName = "/o=First Organization/…/cn=EX1"
/// homeMDB = "CN=DB1,…"
/// attributes = {}                     # further ones
/// password = "secret"                 # may log in by dn, userPrincipalName and CORP\alice
/// [[directory.scp]]                   # where Autodiscover is, in the configuration
/// name = "EX1"
/// url = "https://ex1.corp.example/autodiscover/autodiscover.xml"
/// # pointer = "LDAP://dc.fabrikam.example"    # instead of url
/// site = "Berlin"                     # one or a list; each a keyword `Site=…`
/// domain = "corp.example"             # the same with `Domain=…`
/// keywords = []                       # further ones
/// ```
///
/// Containers above entries are made as they are needed. Entries come in the order of the file:
/// `entry`, `user`, `scp`. A search does not go from the base into the configuration below it.
///
/// # Examples
///
/// ```
/// let scenario = mailscout_lab::Scenario::named("contoso")?;
/// assert_eq!(scenario.address(), "alice@contoso.example");
/// # Ok::<(), mailscout_lab::LabError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scenario {
    title: String,
    address: String,
    arguments: Vec<String>,
    password: Option<String>,
    token: Option<String>,
    pub(crate) names: Arc<Names>,
    pub(crate) hosts: Vec<Host>,
}

impl Scenario {
    /// The names and texts of the embedded scenarios, sorted by name.
    pub fn builtin() -> &'static [(&'static str, &'static str)] {
        embedded::SCENARIOS
    }

    /// Reads an embedded scenario.
    ///
    /// # Errors
    ///
    /// [`LabError::UnknownScenario`] when there is none of this name; otherwise as
    /// [`from_toml`](Self::from_toml).
    pub fn named(name: &str) -> Result<Self, LabError> {
        let (name, text) = Self::builtin()
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| LabError::UnknownScenario { name: name.to_owned() })?;
        Self::read(name, text, None)
    }

    /// Reads a scenario from its text. Documents are looked up among the embedded ones.
    ///
    /// # Errors
    ///
    /// [`LabError::Syntax`] with the line, or [`LabError::Invalid`] with the part that cannot be
    /// served.
    pub fn from_toml(text: &str) -> Result<Self, LabError> {
        Self::read("scenario", text, None)
    }

    /// Reads a scenario file. Documents are looked up among the embedded ones, then beside the
    /// file.
    ///
    /// # Errors
    ///
    /// [`LabError::Unreadable`] when there is no such file; otherwise as
    /// [`from_toml`](Self::from_toml).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LabError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| LabError::Unreadable { path: path.to_owned(), source })?;
        Self::read(&path.display().to_string(), &text, path.parent())
    }

    /// One sentence that says what the scenario shows.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The e-mail address that shows it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Arguments that the program needs besides, to show it. The lab only carries them.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// The password with which the user shows it, where one is needed. The lab only carries it.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The access token with which the user shows it, where one is needed. The lab only carries it.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    fn read(name: &str, text: &str, beside: Option<&Path>) -> Result<Self, LabError> {
        let mut file: ScenarioFile = toml::from_str(text).map_err(|error| LabError::Syntax {
            scenario: name.to_owned(),
            line: line_of(text, error.span()),
            problem: error.message().replace('\n', " "),
        })?;
        let checker = Checker { scenario: name, documents: &file.documents, beside };
        checker.prepare_hosts(&mut file.hosts, &file.directory)?;
        Ok(Self {
            names: Arc::new(checker.names(&file)?),
            title: file.title,
            address: file.address,
            arguments: file.arguments,
            password: file.password,
            token: file.token,
            hosts: file.hosts,
        })
    }
}
