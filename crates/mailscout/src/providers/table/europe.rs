//! Providers in Europe: data only.

use super::{
    Confidence, Credential, Instruction, InstructionKind, LOCAL_PART, Provider, ROW, Source,
    SourceKind, delta_chat, hosts, imap, imap_starttls, ispdb, own, pop3, pop3_starttls, said,
    said_once, smtp, smtp_starttls, task, task_at,
};

/// The two services of one house that are off until the user switches them on.
const SWITCH_ON: &str = "Switch on POP3 and IMAP in the settings of the web mail.";

pub(super) static ROWS: &[Provider] = &[
    Provider {
        id: "gmx-de",
        name: "GMX (Germany, Austria, Switzerland)",
        domains: &[
            "gmx.net",
            "gmx.de",
            "gmx.at",
            "gmx.ch",
            "gmx.eu",
            "gmx.org",
            "gmx.info",
            "gmx.biz",
            "mein.gmx",
            "mail.gmx",
            "email.gmx",
        ],
        servers: &[
            imap("imap.gmx.net"),
            imap_starttls("imap.gmx.net"),
            pop3("pop.gmx.net"),
            pop3_starttls("pop.gmx.net"),
            smtp("mail.gmx.net"),
            smtp_starttls("mail.gmx.net"),
        ],
        credentials: &[Credential::Password, Credential::AppPassword],
        instructions: &[task_at(
            InstructionKind::EnableProtocol,
            SWITCH_ON,
            "https://hilfe.gmx.net/pop-imap/einschalten.html",
        )],
        help: Some("https://hilfe.gmx.net/pop-imap/imap/imap-serverdaten.html"),
        mx: &[own("mx0?.emig.gmx.net", Confidence::Documented)],
        sources: &[ispdb("gmx.net", "2024-02-26"), delta_chat("gmx.net", "2023-11")],
        ..ROW
    },
    Provider {
        id: "gmx-com",
        name: "GMX.com",
        domains: &["gmx.com", "gmx.us", "gmx.co.uk", "gmx.es", "gmx.fr", "caramail.com"],
        servers: &[
            imap("imap.gmx.com"),
            imap_starttls("imap.gmx.com"),
            pop3("pop.gmx.com"),
            pop3_starttls("pop.gmx.com"),
            smtp("mail.gmx.com"),
            smtp_starttls("mail.gmx.com"),
        ],
        instructions: &[task(InstructionKind::EnableProtocol, SWITCH_ON)],
        mx: &[own("mx0?.gmx.net", Confidence::ThirdPartyList)],
        sources: &[ispdb("gmx.com", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "webde",
        name: "WEB.DE",
        domains: &["web.de", "email.de"],
        servers: &[
            imap("imap.web.de"),
            imap_starttls("imap.web.de"),
            pop3("pop3.web.de"),
            pop3_starttls("pop3.web.de"),
            smtp("smtp.web.de"),
            smtp_starttls("smtp.web.de"),
        ],
        user_names: LOCAL_PART,
        instructions: &[task_at(
            InstructionKind::EnableProtocol,
            SWITCH_ON,
            "https://hilfe.web.de/pop-imap/einschalten.html",
        )],
        help: Some("https://hilfe.web.de/pop-imap/imap/imap-serverdaten.html"),
        mx: &[own("mx-ha0?.web.de", Confidence::General)],
        sources: &[ispdb("web.de", "2024-02-29"), delta_chat("web.de", "2020-01")],
        ..ROW
    },
    Provider {
        id: "t-online",
        name: "T-Online / Telekom",
        domains: &["t-online.de", "magenta.de"],
        servers: &[
            imap("secureimap.t-online.de"),
            pop3("securepop.t-online.de"),
            smtp("securesmtp.t-online.de"),
            smtp_starttls("securesmtp.t-online.de"),
        ],
        credentials: &[Credential::ClientPassword],
        instructions: &[task_at(
            InstructionKind::AppPassword,
            "Make an e-mail password for mail programs and log in with it; the password of the web \
             site does not work.",
            "https://www.telekom.de/hilfe/apps-dienste/e-mail/programme/passwort-verwalten",
        )],
        help: Some(
            "https://www.telekom.de/hilfe/apps-dienste/e-mail/einstellungen/posteingang-postausgang-server",
        ),
        mx: &[own("mx0?.t-online.de", Confidence::General)],
        sources: &[ispdb("t-online.de", "2023-12-29"), delta_chat("t-online", "2020-12")],
        ..ROW
    },
    Provider {
        id: "mailbox-org",
        name: "mailbox.org",
        domains: &["mailbox.org", "secure.mailbox.org"],
        servers: &[
            imap("imap.mailbox.org"),
            imap_starttls("imap.mailbox.org"),
            pop3("pop3.mailbox.org"),
            smtp("smtp.mailbox.org"),
            smtp_starttls("smtp.mailbox.org"),
        ],
        credentials: &[Credential::Password, Credential::AppPassword],
        mx: &[hosts("mxext?.mailbox.org", Confidence::General)],
        sources: &[
            delta_chat("mailbox.org", "2024-03"),
            said_once(SourceKind::Page, "wiki.tilde.fun, a copy of the published clientConfig"),
        ],
        ..ROW
    },
    Provider {
        id: "posteo",
        name: "Posteo",
        domains: &["posteo.de", "posteo.net", "posteo.org", "posteo.com"],
        domain_globs: &["posteo.*"],
        servers: &[
            imap("posteo.de"),
            imap_starttls("posteo.de"),
            pop3("posteo.de"),
            pop3_starttls("posteo.de"),
            smtp("posteo.de"),
            smtp_starttls("posteo.de"),
        ],
        instructions: &[task(
            InstructionKind::Other,
            "With the additional protection of the e-mail account switched on, allow the program \
             first.",
        )],
        help: Some(
            "https://posteo.de/hilfe/wie-richte-ich-posteo-in-einem-mailprogramm-ein-pop3-imap-und-smtp",
        ),
        mx: &[own("mx0?.posteo.de", Confidence::General)],
        sources: &[ispdb("posteo.de", "2023-12-29"), delta_chat("posteo", "2024-08")],
        ..ROW
    },
    Provider {
        id: "ovh",
        name: "OVHcloud MX Plan",
        domains: &["ovh.net"],
        servers: &[imap("ssl0.ovh.net"), pop3("ssl0.ovh.net"), smtp("ssl0.ovh.net")],
        instructions: &[task(
            InstructionKind::Other,
            "Email Pro and Exchange mailboxes have other servers; the customer's control panel \
             names them.",
        )],
        mx: &[
            hosts("mx?.ovh.net", Confidence::Documented),
            hosts("mx?.mail.ovh.net", Confidence::ThirdPartyList),
        ],
        sources: &[ispdb("ovh.net", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "ionos-de",
        name: "IONOS (Germany)",
        domains: &["ionos.de", "online.de", "onlinehome.de"],
        servers: &[
            imap("imap.ionos.de"),
            imap("imap.1und1.de"),
            pop3("pop.ionos.de"),
            pop3("pop.1und1.de"),
            smtp("smtp.ionos.de"),
            smtp("smtp.1und1.de"),
            smtp_starttls("smtp.1und1.de"),
        ],
        instructions: &[IONOS],
        mx: &[
            hosts("mx0?.ionos.de", Confidence::General),
            hosts("mx0?.kundenserver.de", Confidence::General),
        ],
        sources: &[ispdb("1und1.de", "2023-12-30"), IONOS_SOURCE],
        ..ROW
    },
    Provider {
        id: "ionos-com",
        name: "IONOS (North America)",
        domains: &["ionos.com"],
        servers: &[imap("imap.ionos.com"), pop3("pop.ionos.com"), smtp("smtp.ionos.com")],
        instructions: &[IONOS],
        mx: &[
            hosts("mx0?.ionos.com", Confidence::General),
            hosts("mx0?.1and1.com", Confidence::ThirdPartyList),
        ],
        sources: &[said_once(SourceKind::Ispdb, "ionos.com"), IONOS_SOURCE],
        ..ROW
    },
    Provider {
        id: "ionos-uk",
        name: "IONOS (United Kingdom)",
        domains: &["ionos.co.uk"],
        servers: &[imap("imap.ionos.co.uk"), pop3("pop.ionos.co.uk"), smtp("smtp.ionos.co.uk")],
        instructions: &[IONOS],
        mx: &[hosts("mx0?.ionos.co.uk", Confidence::General)],
        sources: &[said_once(SourceKind::Ispdb, "ionos.co.uk"), IONOS_SOURCE],
        ..ROW
    },
    Provider {
        id: "strato",
        name: "STRATO",
        domains: &["strato.de"],
        servers: &[
            imap("imap.strato.de"),
            pop3("pop3.strato.de"),
            smtp("smtp.strato.de"),
            smtp_starttls("smtp.strato.de"),
        ],
        mx: &[hosts("*.rzone.de", Confidence::Documented)],
        sources: &[
            ispdb("strato.de", "2024-05-08"),
            said(SourceKind::FairEmail, "strato.de", "2025-04"),
        ],
        ..ROW
    },
    Provider {
        id: "hetzner",
        name: "Hetzner web hosting",
        domains: &["your-server.de"],
        servers: &[imap("mail.your-server.de"), smtp("mail.your-server.de")],
        mx: &[hosts("*.your-server.de", Confidence::Documented)],
        sources: &[ispdb("hetzner.de", "2023-12-29")],
        ..ROW
    },
    Provider {
        id: "gandi",
        name: "Gandi Mail",
        domains: &["gandi.net"],
        servers: &[
            imap("mail.gandi.net"),
            imap_starttls("mail.gandi.net"),
            pop3("mail.gandi.net"),
            pop3_starttls("mail.gandi.net"),
            smtp("mail.gandi.net"),
            smtp_starttls("mail.gandi.net"),
        ],
        mx: &[
            hosts("spool.mail.gandi.net", Confidence::General),
            hosts("fb.mail.gandi.net", Confidence::General),
        ],
        sources: &[ispdb("gandi.net", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "orange-fr",
        name: "Orange / Wanadoo",
        domains: &["orange.fr", "wanadoo.fr"],
        servers: &[imap("imap.orange.fr"), pop3("pop.orange.fr"), smtp("smtp.orange.fr")],
        mx: &[own("smtp-in.orange.fr", Confidence::General)],
        sources: &[ispdb("orange.fr", "2025-12-10")],
        ..ROW
    },
    Provider {
        id: "free-fr",
        name: "Free",
        domains: &["free.fr", "libertysurf.fr"],
        servers: &[imap("imap.free.fr"), pop3("pop.free.fr"), smtp("smtp.free.fr")],
        user_names: LOCAL_PART,
        instructions: &[task(
            InstructionKind::EnableProtocol,
            "Switch on authenticated SMTP in the account.",
        )],
        help: Some(
            "https://assistance.free.fr/articles/configurer-de-maniere-avancee-mon-logiciel-de-messagerie-609",
        ),
        mx: &[own("mx?.free.fr", Confidence::General)],
        sources: &[
            ispdb("free.fr", "2023-01-05"),
            said(SourceKind::FairEmail, "free.fr", "2025-04"),
        ],
        ..ROW
    },
    Provider {
        id: "laposte",
        name: "La Poste",
        domains: &["laposte.net"],
        servers: &[imap("imap.laposte.net"), pop3("pop.laposte.net"), smtp("smtp.laposte.net")],
        user_names: LOCAL_PART,
        mx: &[own("smtpz?.laposte.net", Confidence::General)],
        sources: &[ispdb("laposte.net", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "sfr",
        name: "SFR / Neuf",
        domains: &["sfr.fr", "neuf.fr", "club-internet.fr"],
        servers: &[imap("imap.sfr.fr"), pop3("pop.sfr.fr"), smtp("smtp.sfr.fr")],
        mx: &[own("smtp-in.sfr.fr", Confidence::General)],
        sources: &[ispdb("sfr.fr", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "libero",
        name: "Libero",
        domains: &["libero.it", "iol.it", "blu.it", "inwind.it", "giallo.it"],
        servers: &[imap("imapmail.libero.it"), pop3("popmail.libero.it"), smtp("smtp.libero.it")],
        mx: &[own("smtp-in.libero.it", Confidence::General)],
        sources: &[ispdb("libero.it", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "seznam",
        name: "Seznam.cz",
        domains: &["seznam.cz", "email.cz", "post.cz", "spoluzaci.cz"],
        servers: &[imap("imap.seznam.cz"), pop3("pop3.seznam.cz"), smtp("smtp.seznam.cz")],
        mx: &[hosts("mx?.seznam.cz", Confidence::General)],
        sources: &[ispdb("seznam.cz", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "wp",
        name: "WP Poczta",
        domains: &["wp.pl"],
        servers: &[imap("imap.wp.pl"), pop3("pop3.wp.pl"), smtp("smtp.wp.pl")],
        user_names: LOCAL_PART,
        mx: &[own("mx.wp.pl", Confidence::General)],
        sources: &[ispdb("wp.pl", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "bt",
        name: "BT Mail",
        domains: &["btinternet.com", "btopenworld.com", "talk21.com"],
        servers: &[
            imap("mail.btinternet.com"),
            pop3("mail.btinternet.com"),
            smtp("mail.btinternet.com"),
        ],
        sources: &[ispdb("btinternet.com", "2019-03-10")],
        ..ROW
    },
];

const IONOS: Instruction = task(
    InstructionKind::Other,
    "The password is the mailbox's, not that of the customer's account.",
);

const IONOS_SOURCE: Source =
    said(SourceKind::FairEmail, "Ionos, one entry for each country", "2025-04");
