//! The directory of an enterprise, and how far a login may go that a web server wants.

use mailscout::schema::address::Domain;

/// What is asked of Active Directory: nothing, unless something here or in the configuration says
/// which directory.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Active Directory, and servers that want a login")]
pub(crate) struct DirectoryArgs {
    /// Look up in the directory which address an account has, and search for that; without a value
    /// the account of this computer's user
    #[arg(long, value_name = "ACCOUNT", num_args = 0..=1, require_equals = true,
          default_missing_value = "", conflicts_with = "address")]
    pub(crate) me: Option<String>,
    /// Ask this directory server where Autodiscover is: `ldaps://HOST`, or `ldap://HOST`, which is
    /// asked for TLS; what a server without TLS says needs your consent
    #[arg(long, value_name = "URL")]
    pub(crate) ldap_url: Option<String>,
    /// Ask the domain controllers that the DNS names for this domain
    #[arg(long, value_name = "DOMAIN", conflicts_with = "ldap_url")]
    pub(crate) ad_domain: Option<Domain>,
    /// The site of this computer, whose Autodiscover servers come first
    #[arg(long, value_name = "SITE")]
    pub(crate) ad_site: Option<String>,
    /// Read the directory as this user, with the password of `MAILSCOUT_LDAP_PASSWORD`, or else the
    /// user's own; it is sent inside TLS only
    #[arg(long, value_name = "NAME")]
    pub(crate) ldap_user: Option<String>,
    /// Ask no directory, whatever the configuration says
    #[arg(long, conflicts_with_all = ["me", "ldap_url", "ad_domain", "ad_site", "ldap_user"])]
    pub(crate) no_directory: bool,
    /// Show the password to a web server that refused a stronger login and offers Basic alone
    #[arg(long)]
    pub(crate) allow_basic: bool,
}
