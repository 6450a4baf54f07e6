//! Providers of one country or region outside Europe and China: data only.

use super::{
    ADDRESS_OR_LOCAL_PART, Certainty, Confidence, Credential, InstructionKind, LOCAL_PART,
    NOT_CHECKED, OAuth, Provider, ROW, SourceKind, delta_chat, hosts, imap, imap_starttls, ispdb,
    own, pop3, said, smtp, smtp_starttls, task, task_at,
};

pub(super) static ROWS: &[Provider] = &[
    Provider {
        id: "yandex",
        name: "Yandex Mail / Yandex 360",
        domains: &[
            "yandex.ru",
            "yandex.com",
            "ya.ru",
            "narod.ru",
            "yandex.by",
            "yandex.kz",
            "yandex.ua",
            "yandex.net",
        ],
        servers: &[imap("imap.yandex.com"), pop3("pop.yandex.com"), smtp("smtp.yandex.com")],
        credentials: &[Credential::AppPassword, Credential::OAuth2],
        oauth: Some(OAuth {
            issuer: "oauth.yandex.com",
            authorization_url: "https://oauth.yandex.com/authorize",
            token_url: "https://oauth.yandex.com/token",
            scopes: &["mail:imap_full", "mail:smtp"],
        }),
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "Tick IMAP under mail programs in the settings of the web mail.",
            ),
            task(InstructionKind::AppPassword, "Make an app password and log in with it."),
        ],
        mx: &[
            hosts("mx.yandex.net", Confidence::Documented),
            own("mx.yandex.ru", Confidence::ThirdPartyList),
        ],
        sources: &[ispdb("yandex.ru", "2021-09-20"), delta_chat("yandex.ru", "2024-03")],
        ..ROW
    },
    Provider {
        id: "mailru",
        name: "Mail.ru / VK Mail",
        domains: &["mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"],
        servers: &[
            imap("imap.mail.ru"),
            pop3("pop.mail.ru"),
            smtp("smtp.mail.ru"),
            smtp_starttls("smtp.mail.ru"),
        ],
        credentials: &[Credential::AppPassword, Credential::OAuth2],
        oauth: Some(OAuth {
            issuer: "o2.mail.ru",
            authorization_url: "https://o2.mail.ru/login",
            token_url: "https://o2.mail.ru/token",
            scopes: &["mail.imap"],
        }),
        instructions: &[task_at(
            InstructionKind::AppPassword,
            "Make a password for external programs and log in with it.",
            "https://help.mail.ru/mail/security/protection/external",
        )],
        mx: &[own("mxs.mail.ru", Confidence::General), hosts("emx.mail.ru", Confidence::General)],
        sources: &[ispdb("mail.ru", "2021-09-20"), delta_chat("mail.ru", "2024-03")],
        ..ROW
    },
    Provider {
        id: "rambler",
        name: "Rambler",
        domains: &["rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru", "ro.ru"],
        servers: &[imap("imap.rambler.ru"), pop3("pop.rambler.ru"), smtp("smtp.rambler.ru")],
        instructions: &[task(
            InstructionKind::EnableProtocol,
            "Allow mail programs in the settings of the web mail.",
        )],
        mx: &[own("inmx.rambler.ru", Confidence::General)],
        sources: &[ispdb("rambler.ru", "2024-01-03")],
        ..ROW
    },
    Provider {
        id: "yahoo-jp",
        name: "Yahoo! Japan Mail",
        domains: &["yahoo.co.jp"],
        servers: &[
            imap("imap.mail.yahoo.co.jp"),
            pop3("pop.mail.yahoo.co.jp"),
            smtp("smtp.mail.yahoo.co.jp"),
        ],
        user_names: LOCAL_PART,
        instructions: &[task(
            InstructionKind::EnableProtocol,
            "Allow access by other mail programs in the settings of the web mail.",
        )],
        certainty: Certainty::Medium,
        sources: &[
            ispdb("yahoo.co.jp", "2019-03-10"),
            said(SourceKind::FairEmail, "yahoo.co.jp, for IMAP", "2025-04"),
        ],
        ..ROW
    },
    Provider {
        id: "naver",
        name: "Naver Mail",
        domains: &["naver.com"],
        servers: &[
            imap("imap.naver.com"),
            pop3("pop.naver.com"),
            smtp("smtp.naver.com"),
            smtp_starttls("smtp.naver.com"),
        ],
        user_names: ADDRESS_OR_LOCAL_PART,
        credentials: &[Credential::AppPassword],
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "Switch on IMAP and SMTP in the settings of the web mail.",
            ),
            task(
                InstructionKind::AppPassword,
                "Turn on 2-step verification, make an application password and log in with it.",
            ),
        ],
        help: Some("https://help.naver.com/service/30029/contents/21342?osType=PC&lang=ko"),
        mx: &[own("mx?.naver.com", Confidence::General)],
        sources: &[
            ispdb("naver.com", "2025-12-17"),
            delta_chat("naver", "2021-06"),
            said(SourceKind::Page, "10wontips.blogspot.com", "2025-08"),
        ],
        ..ROW
    },
    Provider {
        id: "daum",
        name: "Daum / Hanmail (Kakao)",
        domains: &["daum.net", "hanmail.net"],
        servers: &[imap("imap.daum.net"), pop3("pop.daum.net"), smtp("smtp.daum.net")],
        credentials: &[Credential::AppPassword],
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "Switch on IMAP and SMTP in the settings of the web mail.",
            ),
            task(
                InstructionKind::AppPassword,
                "With two-factor authentication, make an app password and log in with it.",
            ),
        ],
        mx: &[own("mx*.hanmail.net", Confidence::General)],
        sources: &[ispdb("daum.net", "2025-12-10"), NOT_CHECKED],
        ..ROW
    },
    Provider {
        id: "comcast",
        name: "Comcast Xfinity",
        domains: &["comcast.net"],
        servers: &[
            imap("imap.comcast.net"),
            imap_starttls("imap.comcast.net"),
            pop3("mail.comcast.net"),
            smtp("smtp.comcast.net"),
            smtp_starttls("smtp.comcast.net"),
        ],
        credentials: &[Credential::OAuth2, Credential::Password],
        oauth: Some(OAuth {
            issuer: "comcast.net",
            authorization_url: "https://oauth.xfinity.com/oauth/authorize",
            token_url: "https://oauth.xfinity.com/oauth/token",
            scopes: &["https://email.comcast.net/", "profile", "openid"],
        }),
        instructions: &[
            task_at(
                InstructionKind::EnableProtocol,
                "Allow access by other programs in the security settings of the web mail.",
                "https://www.xfinity.com/support/articles/third-party-email-access",
            ),
            task(
                InstructionKind::Other,
                "Mailboxes are said to move to Yahoo Mail in 2025 and 2026; after the move its \
                 servers are the right ones.",
            ),
        ],
        mx: &[
            own("mx?.comcast.net", Confidence::Documented),
            own("mx*.mxge.comcast.net", Confidence::General),
        ],
        certainty: Certainty::Medium,
        sources: &[ispdb("comcast.net", "2023-07-21")],
        ..ROW
    },
    Provider {
        id: "att",
        name: "AT&T (at Yahoo)",
        domains: &[
            "att.net",
            "bellsouth.net",
            "sbcglobal.net",
            "ameritech.net",
            "currently.com",
            "flash.net",
            "nvbell.net",
            "pacbell.net",
            "prodigy.net",
            "snet.net",
            "swbell.net",
            "wans.net",
        ],
        servers: &[
            imap("imap.mail.att.net"),
            pop3("inbound.att.net"),
            smtp("smtp.mail.att.net"),
            smtp("outbound.att.net"),
        ],
        credentials: &[Credential::OAuth2, Credential::ClientPassword],
        instructions: &[task(
            InstructionKind::AppPassword,
            "Make a secure mail key and log in with it instead of the password.",
        )],
        help: Some("https://www.att.com/support/article/email-support/KM1010523/"),
        mx: &[
            own("ff-ip4-mx-vip?.prodigy.net", Confidence::ThirdPartyList),
            own("al-ip4-mx-vip?.prodigy.net", Confidence::ThirdPartyList),
        ],
        sources: &[ispdb("att.net", "2025-12-10")],
        ..ROW
    },
    Provider {
        id: "uol",
        name: "UOL",
        domains: &["uol.com.br"],
        servers: &[
            imap("imap.uol.com.br"),
            pop3("pop3.uol.com.br"),
            smtp_starttls("smtps.uol.com.br"),
        ],
        user_names: LOCAL_PART,
        instructions: &[task(
            InstructionKind::EnableProtocol,
            "Switch on IMAP in the settings of the web mail.",
        )],
        mx: &[own("mx.uol.com.br", Confidence::General)],
        sources: &[ispdb("uol.com.br", "2019-03-10")],
        ..ROW
    },
    Provider {
        id: "rediff",
        name: "Rediffmail",
        domains: &["rediffmail.com"],
        servers: &[pop3("pop.rediffmail.com"), smtp("smtp.rediffmail.com")],
        sources: &[ispdb("rediffmail.com", "2025-07-29")],
        ..ROW
    },
];
