//! Providers with users and customers in many countries: data only.

use mailscout_probe::guess::NameForm::{FullAddress, LocalPart};

use super::{
    Confidence, Credential, Instruction, InstructionKind, NOT_CHECKED, OAuth, Provider, ROW,
    SourceKind, Status, UserNames, delta_chat, hosts, imap, imap_starttls, ispdb, own, pop3,
    pop3_starttls, said, said_once, smtp, smtp_starttls, task, task_at,
};

/// Zoho's mail in one of its regions: one set of facts, several top-level domains.
macro_rules! zoho {
    ($id:literal, $region:literal) => {
        Provider {
            id: $id,
            name: concat!("Zoho Mail (", $region, ")"),
            domains: &[concat!("zoho.", $region), concat!("zohomail.", $region)],
            servers: &[
                imap(concat!("imap.zoho.", $region)),
                imap(concat!("imappro.zoho.", $region)),
                pop3(concat!("pop.zoho.", $region)),
                pop3(concat!("poppro.zoho.", $region)),
                smtp(concat!("smtp.zoho.", $region)),
                smtp_starttls(concat!("smtp.zoho.", $region)),
                smtp(concat!("smtppro.zoho.", $region)),
            ],
            credentials: &[Credential::Password, Credential::AppPassword],
            instructions: &[
                task_at(
                    InstructionKind::EnableProtocol,
                    "Switch on IMAP in the settings of Zoho Mail.",
                    "https://www.zoho.com/mail/help/imap-access.html#EnableIMAP",
                ),
                task(
                    InstructionKind::AppPassword,
                    "With two-factor authentication, make an app password and log in with it.",
                ),
                task(
                    InstructionKind::Other,
                    "Organisations with a paid plan use the servers `imappro`, `poppro` and \
                     `smtppro`.",
                ),
            ],
            help: Some("https://www.zoho.com/mail/help/imap-access.html"),
            mx: &[
                hosts(concat!("mx.zoho.", $region), Confidence::Documented),
                hosts(concat!("mx?.zoho.", $region), Confidence::Documented),
            ],
            sources: &[
                ispdb(concat!("zoho.", $region), "2025-10-22"),
                delta_chat("zoho", "2021-09"),
            ],
            ..ROW
        }
    };
}

pub(super) static ROWS: &[Provider] = &[
    Provider {
        id: "icloud",
        name: "Apple iCloud Mail",
        domains: &["icloud.com", "me.com", "mac.com"],
        servers: &[imap("imap.mail.me.com"), smtp_starttls("smtp.mail.me.com")],
        user_names: UserNames {
            incoming: LocalPart,
            outgoing: FullAddress,
            alternatives: &[FullAddress],
        },
        credentials: &[Credential::AppPassword],
        instructions: &[
            task_at(
                InstructionKind::AppPassword,
                "Make an app-specific password and log in with it; the account needs two-factor \
                 authentication.",
                "https://support.apple.com/102654",
            ),
            task(
                InstructionKind::Other,
                "With a domain of your own, log in as your iCloud address, not as the address at \
                 the domain.",
            ),
        ],
        help: Some("https://support.apple.com/102525"),
        mx: &[hosts("mx0?.mail.icloud.com", Confidence::Documented)],
        sources: &[ispdb("me.com", "2023-05-21"), delta_chat("icloud", "2024-10")],
        ..ROW
    },
    Provider {
        id: "yahoo",
        name: "Yahoo Mail",
        domains: &["yahoo.com", "ymail.com", "rocketmail.com", "myyahoo.com"],
        domain_globs: &["yahoo.*"],
        servers: &[
            imap("imap.mail.yahoo.com"),
            pop3("pop.mail.yahoo.com"),
            smtp("smtp.mail.yahoo.com"),
            smtp_starttls("smtp.mail.yahoo.com"),
        ],
        credentials: &[Credential::OAuth2, Credential::AppPassword],
        oauth: Some(OAuth {
            issuer: "login.yahoo.com",
            authorization_url: "https://api.login.yahoo.com/oauth2/request_auth",
            token_url: "https://api.login.yahoo.com/oauth2/get_token",
            scopes: &["mail-w"],
        }),
        instructions: &[task_at(
            InstructionKind::AppPassword,
            "Sign in with OAuth 2, or make an app password under account security.",
            "https://help.yahoo.com/kb/SLN15241.html",
        )],
        help: Some("https://help.yahoo.com/kb/SLN4075.html"),
        mx: &[
            own("mta?.am0.yahoodns.net", Confidence::Documented),
            own("mx-*.mail.am0.yahoodns.net", Confidence::ThirdPartyList),
            hosts("mx?.biz.mail.yahoo.com", Confidence::Documented),
        ],
        sources: &[ispdb("yahoo.com", "2025-11-17"), delta_chat("yahoo", "2020-06")],
        ..ROW
    },
    Provider {
        id: "aol",
        name: "AOL Mail",
        domains: &[
            "aol.com",
            "aim.com",
            "netscape.net",
            "netscape.com",
            "compuserve.com",
            "cs.com",
            "wmconnect.com",
            "love.com",
            "games.com",
        ],
        domain_globs: &["aol.*"],
        servers: &[
            imap("imap.aol.com"),
            pop3("pop.aol.com"),
            smtp("smtp.aol.com"),
            smtp_starttls("smtp.aol.com"),
        ],
        credentials: &[Credential::OAuth2, Credential::AppPassword],
        oauth: Some(AOL),
        instructions: &[AOL_PASSWORD],
        mx: &[own("mx-aol.mail.gm0.yahoodns.net", Confidence::General)],
        sources: &[ispdb("aol.com", "2021-09-20"), delta_chat("aol", "2020-12")],
        ..ROW
    },
    Provider {
        id: "verizon",
        name: "Verizon.net (at AOL)",
        domains: &["verizon.net"],
        servers: &[imap("imap.aol.com"), pop3("pop.aol.com"), smtp("smtp.aol.com")],
        credentials: &[Credential::OAuth2, Credential::AppPassword],
        oauth: Some(AOL),
        instructions: &[AOL_PASSWORD],
        mx: &[own("mx-vz.mail.gm0.yahoodns.net", Confidence::General)],
        sources: &[ispdb("verizon.net", "2025-08-21")],
        ..ROW
    },
    Provider {
        id: "fastmail",
        name: "Fastmail",
        domains: &["fastmail.com", "fastmail.net", "fastmail.org", "messagingengine.com"],
        domain_globs: &["fastmail.*"],
        servers: &[imap("imap.fastmail.com"), pop3("pop.fastmail.com"), smtp("smtp.fastmail.com")],
        credentials: &[Credential::OAuth2, Credential::AppPassword],
        instructions: &[task(
            InstructionKind::AppPassword,
            "Make an app password and log in with it; the Basic plan has none.",
        )],
        help: Some("https://www.fastmail.help/hc/en-us/articles/1500000278342"),
        mx: &[
            hosts("in?-smtp.messagingengine.com", Confidence::Documented),
            hosts("in?.smtp.messagingengine.com", Confidence::Documented),
        ],
        sources: &[ispdb("messagingengine.com", "2025-10-23"), delta_chat("fastmail", "2024-03")],
        ..ROW
    },
    zoho!("zoho-com", "com"),
    zoho!("zoho-eu", "eu"),
    zoho!("zoho-in", "in"),
    zoho!("zoho-com-au", "com.au"),
    zoho!("zoho-jp", "jp"),
    Provider {
        id: "mail.com",
        name: "mail.com",
        domains: &["mail.com", "email.com", "usa.com", "post.com"],
        servers: &[
            imap("imap.mail.com"),
            imap_starttls("imap.mail.com"),
            pop3("pop.mail.com"),
            pop3_starttls("pop.mail.com"),
            smtp("smtp.mail.com"),
            smtp_starttls("smtp.mail.com"),
        ],
        mx: &[own("mx0?.mail.com", Confidence::ThirdPartyList)],
        sources: &[ispdb("mail.com", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "proton",
        name: "Proton Mail",
        domains: &["proton.me", "protonmail.com", "protonmail.ch", "pm.me"],
        credentials: &[],
        instructions: &[task_at(
            InstructionKind::Other,
            "Mail programs connect through Proton Mail Bridge, a program on the same machine that \
             comes with the paid plans; it shows the servers and the password to use.",
            "https://proton.me/mail/bridge",
        )],
        mx: &[
            hosts("mail.protonmail.ch", Confidence::Documented),
            hosts("mailsec.protonmail.ch", Confidence::Documented),
        ],
        status: Status::NoDirectImap,
        sources: &[
            delta_chat("protonmail", "2021-10"),
            said(SourceKind::Nodemailer, "Proton", "2026-08"),
        ],
        ..ROW
    },
    Provider {
        id: "tuta",
        name: "Tuta (Tutanota)",
        domains: &[
            "tutanota.com",
            "tutanota.de",
            "tuta.com",
            "tuta.io",
            "tutamail.com",
            "keemail.me",
        ],
        credentials: &[],
        instructions: &[task(
            InstructionKind::Other,
            "There is no IMAP, POP3 or SMTP: use the provider's own app or its web site.",
        )],
        mx: &[hosts("mail.tutanota.de", Confidence::Documented)],
        status: Status::NoImapSmtp,
        sources: &[said_once(SourceKind::DeltaChat, "tutanota"), NOT_CHECKED],
        ..ROW
    },
    Provider {
        id: "rackspace",
        name: "Rackspace Email",
        domains: &["emailsrvr.com"],
        servers: &[imap("secure.emailsrvr.com"), smtp("secure.emailsrvr.com")],
        mx: &[hosts("mx?.emailsrvr.com", Confidence::Documented)],
        sources: &[ispdb("emailsrvr.com", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "godaddy",
        name: "GoDaddy Workspace Email",
        domains: &["secureserver.net"],
        servers: &[
            imap("imap.secureserver.net"),
            pop3("pop.secureserver.net"),
            smtp("smtpout.secureserver.net"),
        ],
        instructions: &[task(
            InstructionKind::Other,
            "Only older mailboxes are here; those that GoDaddy sells today are at Microsoft 365.",
        )],
        mx: &[
            hosts("mailstore?.secureserver.net", Confidence::Documented),
            hosts("smtp.secureserver.net", Confidence::Documented),
        ],
        sources: &[ispdb("wildwestdomains.com", "2019-03-10")],
        ..ROW
    },
];

/// Where AOL's tokens come from.
const AOL: OAuth = OAuth {
    issuer: "login.aol.com",
    authorization_url: "https://api.login.aol.com/oauth2/request_auth",
    token_url: "https://api.login.aol.com/oauth2/get_token",
    scopes: &["mail-w"],
};

const AOL_PASSWORD: Instruction = task(
    InstructionKind::AppPassword,
    "Sign in with OAuth 2, or make an app password under account security.",
);
