//! More providers in China: data only.

use super::{
    Certainty, Confidence, Credential, InstructionKind, NETEASE_CODE, NETEASE_ID, NOT_CHECKED,
    Provider, ROW, SourceKind, delta_chat, hosts, imap, ispdb, own, pop3, said, said_once, smtp,
    task, task_at,
};

pub(super) static ROWS: &[Provider] = &[
    netease!("netease-yeah", "yeah.net", "yeahmx*.mxmail.netease.com", General),
    Provider {
        id: "netease-qiye",
        name: "NetEase Enterprise Mail",
        domains: &["qiye.163.com"],
        servers: &[
            imap("imap.qiye.163.com"),
            imap("hwhzimap.qiye.163.com"),
            pop3("pop.qiye.163.com"),
            smtp("smtp.qiye.163.com"),
            smtp("hwhzsmtp.qiye.163.com"),
        ],
        credentials: &[Credential::AuthorizationCode, Credential::Password],
        instructions: &[
            task(
                InstructionKind::AuthorizationCode,
                "Bind a phone number, make an authorization code for mail programs and log in with \
                 it.",
            ),
            task(
                InstructionKind::Other,
                "The answer `ERR.LOGIN.IPDENY` means that the administrator allows log-ins from \
                 certain addresses only.",
            ),
        ],
        mx: &[
            hosts("qiye163mx*.mxmail.netease.com", Confidence::ThirdPartyList),
            hosts("hzmx*.mxmail.netease.com", Confidence::ThirdPartyList),
        ],
        certainty: Certainty::Medium,
        sources: &[said(
            SourceKind::Page,
            "topmailsender.com, guide to NetEase Enterprise",
            "2025",
        )],
        ..ROW
    },
    Provider {
        id: "sina",
        name: "Sina Mail",
        domains: &["sina.com", "sina.cn", "2008.sina.com"],
        servers: &[imap("imap.sina.com"), pop3("pop.sina.com"), smtp("smtp.sina.com")],
        credentials: &[Credential::AuthorizationCode],
        instructions: &[task(
            InstructionKind::AuthorizationCode,
            "Switch on POP3, IMAP and SMTP for mail programs in the settings of the web mail; the \
             authorization code of 16 characters that it gives is the password.",
        )],
        mx: &[own("freemx*.sinamail.sina.com.cn", Confidence::General)],
        certainty: Certainty::Medium,
        sources: &[said(SourceKind::Page, "topmailsender.com, guide to Sina Mail", "2025")],
        ..ROW
    },
    Provider {
        id: "sohu",
        name: "Sohu Mail",
        domains: &["sohu.com", "vip.sohu.com"],
        servers: &[imap("imap.sohu.com"), pop3("pop3.sohu.com"), smtp("smtp.sohu.com")],
        credentials: &[Credential::AuthorizationCode],
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "Switch on IMAP and SMTP in the settings of the web mail, without the list of \
                 allowed addresses.",
            ),
            task(
                InstructionKind::AuthorizationCode,
                "Make the independent password there and log in with it.",
            ),
        ],
        mx: &[own("sohumx*.sohu.com", Confidence::General)],
        certainty: Certainty::Medium,
        sources: &[said(SourceKind::Page, "topmailsender.com, guide to Sohu Mail", "2025")],
        ..ROW
    },
    Provider {
        id: "cmcc-139",
        name: "China Mobile 139 Mail",
        domains: &["139.com"],
        servers: &[imap("imap.139.com"), pop3("pop.139.com"), smtp("smtp.139.com")],
        credentials: &[Credential::AuthorizationCode],
        instructions: &[task(
            InstructionKind::AuthorizationCode,
            "Allow mail programs in the settings of the web mail; the authorization code that it \
             gives is the password.",
        )],
        certainty: Certainty::Low,
        sources: &[
            said_once(SourceKind::Page, "xiayuyun.com/zonghe/634029.html, host names only"),
            NOT_CHECKED,
        ],
        ..ROW
    },
    Provider {
        id: "ctcc-189",
        name: "China Telecom 189 Mail",
        domains: &["189.cn"],
        servers: &[imap("imap.189.cn"), pop3("pop.189.cn"), smtp("smtp.189.cn")],
        credentials: &[Credential::Password, Credential::ClientPassword],
        certainty: Certainty::Low,
        sources: &[
            said_once(SourceKind::Page, "aliyunyh.com/789199.html, host names only"),
            NOT_CHECKED,
        ],
        ..ROW
    },
    Provider {
        id: "aliyun-personal",
        name: "Aliyun Mail (personal)",
        domains: &["aliyun.com"],
        servers: &[imap("imap.aliyun.com"), pop3("pop3.aliyun.com"), smtp("smtp.aliyun.com")],
        mx: &[own("mx?.mail.aliyun.com", Confidence::General)],
        certainty: Certainty::Medium,
        sources: &[
            delta_chat("aliyun", "2023-09"),
            said(SourceKind::Nodemailer, "Aliyun", "2026-08"),
        ],
        ..ROW
    },
    Provider {
        id: "aliyun-qiye",
        name: "Alibaba Mail (enterprise)",
        domains: &["qiye.aliyun.com", "mxhichina.com"],
        servers: &[
            imap("imap.qiye.aliyun.com"),
            pop3("pop.qiye.aliyun.com"),
            smtp("smtp.qiye.aliyun.com"),
        ],
        credentials: &[Credential::ClientPassword, Credential::Password],
        instructions: &[
            task(
                InstructionKind::EnableProtocol,
                "The administrator has to allow mail programs: for new customers they are blocked.",
            ),
            task(
                InstructionKind::AppPassword,
                "Make a security password for mail programs and log in with it.",
            ),
        ],
        mx: &[
            hosts("mx?.qiye.aliyun.com", Confidence::Documented),
            hosts("mx?.mxhichina.com", Confidence::Documented),
            hosts("mx?.sg.aliyun.com", Confidence::General),
        ],
        sources: &[said(SourceKind::Vendor, "help.aliyun.com, document 36687", "2026-02-27")],
        ..ROW
    },
    Provider {
        id: "feishu",
        name: "Feishu / Lark Mail",
        domains: &["feishu.cn", "larksuite.com"],
        servers: &[imap("imap.feishu.cn"), pop3("pop.feishu.cn"), smtp("smtp.feishu.cn")],
        credentials: &[Credential::ClientPassword],
        mx: &[
            hosts("mx?.feishu.cn", Confidence::General),
            hosts("mx?.larksuite.com", Confidence::General),
        ],
        certainty: Certainty::Low,
        sources: &[said(SourceKind::Nodemailer, "Feishu Mail, SMTP only", "2026-08"), NOT_CHECKED],
        ..ROW
    },
];
