//! Which crate may use which, and why each foreign crate is there: data only.
//!
//! `tidy/edges.rs` holds the manifests to this table, in both directions.

/// A crate of the workspace and everything its code may name.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The package.
    pub(crate) package: &'static str,
    /// Packages of the workspace it may use.
    pub(crate) ours: &'static [&'static str],
    /// Foreign packages it may use, each with what it is for.
    pub(crate) theirs: &'static [(&'static str, &'static str)],
    /// It uses nothing of ours in its tests either.
    pub(crate) stands_alone: bool,
}

/// No crate uses this one, not even in its tests.
pub(crate) const TOP: &str = "mailscout-cli";

/// Every crate, in the order of the names.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        package: "mailscout",
        ours: &["mailscout-discover", "mailscout-net", "mailscout-probe", "mailscout-schema"],
        theirs: &[
            ("async-trait", "the traits an embedder implements stay object-safe"),
            ("jiff", "the day and hour until which settings may be used"),
            ("secrecy", "the password of a directory, which nothing prints"),
            ("serde", "the report as data"),
            ("serde_json", "the file of the cache"),
            ("thiserror", "derives the error type"),
            ("tokio", "runs the driver"),
        ],
        stands_alone: false,
    },
    Layer {
        package: "mailscout-cli",
        ours: &["mailscout", "mailscout-lab"],
        theirs: &[
            ("anstream", "colour where the terminal has it"),
            ("anstyle", "names of colours"),
            ("anyhow", "joins the causes of an error into one message"),
            ("async-trait", "implements the facade's traits"),
            ("clap", "arguments and their help"),
            ("etcetera", "where each system keeps configuration"),
            ("indicatif", "progress on stderr"),
            ("jiff", "times in the output"),
            ("rpassword", "a password is typed without echo"),
            ("rustix", "the terminal's type-ahead, and whether anybody still reads"),
            ("secrecy", "a password that nothing prints"),
            ("serde", "the report as data"),
            ("serde_json", "the report as JSON"),
            ("tempfile", "the lab's authority for another program"),
            ("tokio", "the runtime, and the end by Ctrl-C"),
            ("toml", "reads the configuration"),
            ("toml_edit", "remembers an answer in the configuration"),
            ("windows-registry", "local documents named in the registry"),
        ],
        stands_alone: false,
    },
    Layer {
        package: "mailscout-discover",
        ours: &["mailscout-net", "mailscout-schema"],
        theirs: &[
            ("async-trait", "implements the traits of net"),
            ("futures-util", "the driver waits for many answers at once"),
            ("psl", "public suffixes: what one registrant holds"),
            ("secrecy", "what the driver logs in with, which nothing prints"),
            ("thiserror", "derives the error type"),
            ("tokio", "the driver's clock and files"),
            ("url", "redirects"),
        ],
        stands_alone: false,
    },
    Layer {
        package: "mailscout-lab",
        ours: &[],
        theirs: &[
            ("base64", "challenges and responses of mail log-ins"),
            ("getrandom", "challenges that nobody can foresee"),
            ("hickory-proto", "DNS records"),
            ("hmac", "CRAM-MD5, SCRAM and NTLM"),
            ("httparse", "heads of HTTP requests"),
            ("md-5", "APOP, CRAM-MD5 and NTLM"),
            ("md4", "NTLM"),
            ("rcgen", "certificates made at run time, good and bad"),
            ("rustls", "TLS of the servers"),
            ("rustls-pki-types", "keys and certificates of rustls"),
            ("serde", "scenarios as types"),
            ("sha2", "SCRAM-SHA-256"),
            ("thiserror", "derives the error type"),
            ("tokio", "sockets on loopback"),
            ("tokio-rustls", "TLS over tokio's sockets"),
            ("toml", "reads scenarios"),
        ],
        stands_alone: true,
    },
    Layer {
        package: "mailscout-net",
        ours: &["mailscout-ntlm"],
        theirs: &[
            ("async-trait", "the traits stay object-safe"),
            ("base64", "credentials in header fields"),
            ("bytes", "bodies as hyper gives them"),
            ("futures-util", "the first of several connections wins"),
            ("getrandom", "a number that nobody can foresee, for NTLM"),
            ("hickory-resolver", "DNS"),
            ("http-body-util", "reads a body up to a limit"),
            ("hyper", "HTTP"),
            ("hyper-util", "hyper over tokio"),
            ("rustls", "TLS, with ring"),
            ("rustls-native-certs", "the system's root certificates"),
            ("rustls-pki-types", "keys and certificates of rustls"),
            ("secrecy", "secrets that are not printed, and are wiped"),
            ("sha2", "the certificate to which a log-in is tied"),
            ("thiserror", "derives the error type"),
            ("tokio", "sockets and deadlines"),
            ("tokio-rustls", "TLS that begins in the middle of a connection"),
            ("url", "where to ask"),
            ("webpki-roots", "root certificates where the system has none"),
            ("x509-parser", "names and dates of certificates"),
        ],
        stands_alone: false,
    },
    Layer {
        package: "mailscout-ntlm",
        ours: &[],
        theirs: &[
            ("base64", "messages as text"),
            ("hmac", "keys and proofs"),
            ("md-5", "keys and proofs"),
            ("md4", "the hash of a password"),
            ("secrecy", "secrets that are not printed, and are wiped"),
        ],
        stands_alone: true,
    },
    Layer {
        package: "mailscout-probe",
        ours: &["mailscout-net", "mailscout-ntlm", "mailscout-schema"],
        theirs: &[
            ("async-trait", "the traits of net stay object-safe"),
            ("base64", "messages of SASL"),
            ("futures-util", "the driver waits for many answers at once"),
            ("getrandom", "numbers that nobody can foresee, for the driver to give"),
            ("hmac", "digests of CRAM-MD5 and SCRAM"),
            ("md-5", "digests of APOP and CRAM-MD5"),
            ("pbkdf2", "the rounds of SCRAM"),
            ("secrecy", "secrets that are not printed, and are wiped"),
            ("sha2", "digests of SCRAM"),
            ("stringprep", "user names and passwords as SCRAM compares them"),
            ("thiserror", "derives the error types"),
            ("tokio", "the driver's clock and connections"),
        ],
        stands_alone: false,
    },
    Layer {
        package: "mailscout-schema",
        ours: &[],
        theirs: &[
            ("base64", "digests in DNS; with `serde`"),
            ("idna", "domains as A-labels"),
            ("roxmltree", "reads XML, with positions and without DTDs"),
            ("serde", "derives on the neutral settings; off by default"),
            ("serde_json", "reads documents that are JSON; with `serde`"),
            ("sha2", "the digest that vouches for a document; with `serde`"),
            ("thiserror", "derives the error type"),
        ],
        stands_alone: false,
    },
    Layer {
        package: "xtask",
        ours: &[],
        theirs: &[
            ("anyhow", "joins the causes of an error into one message"),
            ("clap", "arguments and their help"),
            ("serde_json", "reads what cargo metadata and criterion say"),
        ],
        stands_alone: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_without_duplicates() {
        assert!(LAYERS.is_sorted_by(|a, b| a.package < b.package));
        for layer in LAYERS {
            assert!(layer.ours.is_sorted_by(|a, b| a < b), "{}", layer.package);
            assert!(layer.theirs.is_sorted_by(|a, b| a.0 < b.0), "{}", layer.package);
            assert!(layer.theirs.iter().all(|(_, reason)| !reason.is_empty()), "{}", layer.package);
        }
    }
}
