//! The providers that most people ask for: data only.

use super::{
    ADDRESS_OR_LOCAL_PART, Certainty, Confidence, Credential, InstructionKind, NETEASE_CODE,
    NETEASE_ID, OAuth, Provider, ROW, SourceKind, delta_chat, hosts, imap, ispdb, own, pop3, said,
    smtp, smtp_starttls, task, task_at,
};

/// Where Microsoft's tokens come from.
const MICROSOFT: OAuth = OAuth {
    issuer: "login.microsoftonline.com",
    authorization_url: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    token_url: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    scopes: &[
        "https://outlook.office365.com/IMAP.AccessAsUser.All",
        "https://outlook.office365.com/POP.AccessAsUser.All",
        "https://outlook.office365.com/SMTP.Send",
        "offline_access",
    ],
};

pub(super) static ROWS: &[Provider] = &[
    Provider {
        id: "microsoft365",
        name: "Microsoft 365 / Exchange Online",
        domains: &["onmicrosoft.com", "office365.com"],
        domain_globs: &["*.onmicrosoft.com"],
        servers: &[
            imap("outlook.office365.com"),
            pop3("outlook.office365.com"),
            smtp_starttls("smtp.office365.com"),
        ],
        credentials: &[Credential::OAuth2],
        oauth: Some(MICROSOFT),
        instructions: &[
            task(
                InstructionKind::OAuthOnly,
                "Sign in with OAuth 2: IMAP and POP3 take no password, and SMTP takes one only \
                 where the administrator still allows it.",
            ),
            task_at(
                InstructionKind::EnableProtocol,
                "The administrator can have switched IMAP and POP3 off, and has to allow SMTP for \
                 the mailbox: it is off in organisations made since 2020.",
                "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission",
            ),
        ],
        help: Some(
            "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4/pop3-and-imap4",
        ),
        mx: &[
            hosts("*.mail.protection.outlook.com", Confidence::Documented),
            hosts("*.mx.microsoft", Confidence::General),
        ],
        sources: &[
            ispdb("office365.com", "2026-03-10"),
            said(SourceKind::Vendor, "message center MC786329", "2026-01-27"),
            said(SourceKind::Vendor, "POP3 and IMAP4 in Exchange Online", "2022-12"),
        ],
        ..ROW
    },
    Provider {
        id: "gmail",
        name: "Gmail / Google Workspace",
        domains: &["gmail.com", "googlemail.com", "google.com"],
        servers: &[
            imap("imap.gmail.com"),
            pop3("pop.gmail.com"),
            smtp("smtp.gmail.com"),
            smtp_starttls("smtp.gmail.com"),
        ],
        credentials: &[Credential::OAuth2, Credential::AppPassword],
        oauth: Some(OAuth {
            issuer: "https://accounts.google.com",
            authorization_url: "https://accounts.google.com/o/oauth2/v2/auth",
            token_url: "https://oauth2.googleapis.com/token",
            scopes: &["https://mail.google.com/"],
        }),
        instructions: &[
            task_at(
                InstructionKind::AppPassword,
                "Sign in with OAuth 2, or turn on 2-step verification and make an app password; \
                 the account's own password is refused.",
                "https://support.google.com/accounts/answer/185833",
            ),
            task(
                InstructionKind::EnableProtocol,
                "In Google Workspace the administrator can have switched IMAP and POP3 off.",
            ),
        ],
        help: Some("https://support.google.com/mail/answer/7126229"),
        mx: &[
            hosts("aspmx.l.google.com", Confidence::Documented),
            hosts("alt?.aspmx.l.google.com", Confidence::Documented),
            hosts("aspmx?.googlemail.com", Confidence::Documented),
            hosts("smtp.google.com", Confidence::ThirdPartyList),
            own("gmail-smtp-in.l.google.com", Confidence::Documented),
            own("alt?.gmail-smtp-in.l.google.com", Confidence::Documented),
        ],
        sources: &[ispdb("googlemail.com", "2024-07-30"), delta_chat("gmail", "2024-09")],
        ..ROW
    },
    Provider {
        id: "outlook-consumer",
        name: "Outlook.com / Hotmail / Live / MSN",
        domains: OUTLOOK_DOMAINS,
        domain_globs: &["hotmail.*"],
        servers: &[
            imap("outlook.office365.com"),
            pop3("outlook.office365.com"),
            smtp_starttls("smtp-mail.outlook.com"),
        ],
        credentials: &[Credential::OAuth2],
        oauth: Some(MICROSOFT),
        instructions: &[
            task(
                InstructionKind::OAuthOnly,
                "Sign in with OAuth 2: passwords, app passwords too, are refused since September \
                 2024.",
            ),
            task(
                InstructionKind::EnableProtocol,
                "Allow POP and IMAP once in the settings of Outlook.com.",
            ),
        ],
        help: Some(
            "https://support.microsoft.com/office/pop-imap-and-smtp-settings-for-outlook-com-d088b986-291d-42b8-9564-9c414e2aa040",
        ),
        mx: &[own("*.olc.protection.outlook.com", Confidence::ThirdPartyList)],
        sources: &[ispdb("hotmail.com", "2025-07-28"), delta_chat("outlook.com", "2024-11")],
        ..ROW
    },
    Provider {
        id: "qq",
        name: "QQ Mail / Foxmail",
        domains: &["qq.com", "foxmail.com", "vip.qq.com"],
        servers: &[
            imap("imap.qq.com"),
            pop3("pop.qq.com"),
            smtp("smtp.qq.com"),
            smtp_starttls("smtp.qq.com"),
        ],
        user_names: ADDRESS_OR_LOCAL_PART,
        credentials: &[Credential::AuthorizationCode],
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "Switch on IMAP, POP3 and SMTP in the account settings of the web mail.",
            ),
            task_at(
                InstructionKind::AuthorizationCode,
                "Make an authorization code of 16 characters there and log in with it; the QQ \
                 password is refused, and changing it ends every code.",
                "https://service.mail.qq.com/detail/0/75",
            ),
            task(
                InstructionKind::Other,
                "Mail is sent under the address of the log-in only, and the IMAP server wants to \
                 know the program's name (ID command).",
            ),
        ],
        help: Some("https://service.mail.qq.com/"),
        mx: &[own("mx?.qq.com", Confidence::ThirdPartyList)],
        sources: &[
            ispdb("qq.com", "2019-03-10"),
            delta_chat("qq", "2022-02"),
            said(SourceKind::Page, "topmailsender.com, guide to QQ Mail", "2025"),
        ],
        ..ROW
    },
    Provider {
        id: "exmail",
        name: "Tencent Exmail / WeCom mail",
        domains: &["exmail.qq.com"],
        servers: &[
            imap("imap.exmail.qq.com"),
            imap("hwimap.exmail.qq.com"),
            pop3("pop.exmail.qq.com"),
            pop3("hwpop.exmail.qq.com"),
            smtp("smtp.exmail.qq.com"),
            smtp("hwsmtp.exmail.qq.com"),
        ],
        credentials: &[Credential::ClientPassword, Credential::Password],
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "The administrator has to allow IMAP and SMTP; then switch them on in the settings \
                 of the web mail.",
            ),
            task(
                InstructionKind::AppPassword,
                "Where secure log-in is on, make a password for mail programs there and log in \
                 with it.",
            ),
            task(
                InstructionKind::Other,
                "Outside China the servers whose names begin with `hw` may be faster.",
            ),
        ],
        mx: &[hosts("mxbiz?.qq.com", Confidence::ThirdPartyList)],
        certainty: Certainty::Medium,
        sources: &[
            said(SourceKind::Nodemailer, "QQex", "2026-08"),
            said(SourceKind::Page, "topmailsender.com, guide to Tencent Exmail", "2025"),
        ],
        ..ROW
    },
    netease!("netease-163", "163.com", "163mx*.mxmail.netease.com", ThirdPartyList),
    netease!("netease-126", "126.com", "126mx*.mxmail.netease.com", ThirdPartyList),
];

/// One by one, not by a glob: `live` and `outlook` are words, and in many countries they are
/// somebody else's names.
const OUTLOOK_DOMAINS: &[&str] = &[
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "windowslive.com",
    "passport.com",
    "livemail.tw",
    "outlook.at",
    "outlook.be",
    "outlook.cl",
    "outlook.co.id",
    "outlook.co.il",
    "outlook.co.th",
    "outlook.com.ar",
    "outlook.com.au",
    "outlook.com.br",
    "outlook.com.gr",
    "outlook.com.tr",
    "outlook.com.vn",
    "outlook.cz",
    "outlook.de",
    "outlook.dk",
    "outlook.es",
    "outlook.fr",
    "outlook.hu",
    "outlook.ie",
    "outlook.in",
    "outlook.it",
    "outlook.jp",
    "outlook.kr",
    "outlook.lv",
    "outlook.my",
    "outlook.ph",
    "outlook.pt",
    "outlook.sa",
    "outlook.sg",
    "outlook.sk",
    "live.at",
    "live.be",
    "live.ca",
    "live.cl",
    "live.cn",
    "live.co.jp",
    "live.co.kr",
    "live.co.uk",
    "live.co.za",
    "live.com.ar",
    "live.com.au",
    "live.com.mx",
    "live.com.my",
    "live.com.ph",
    "live.com.pt",
    "live.com.sg",
    "live.de",
    "live.dk",
    "live.fi",
    "live.fr",
    "live.hk",
    "live.ie",
    "live.in",
    "live.it",
    "live.jp",
    "live.nl",
    "live.no",
    "live.ru",
    "live.se",
];
