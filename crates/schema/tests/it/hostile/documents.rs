//! The slowest documents that can be built inside the bounds, by what they strain.

/// The most bytes of a document.
pub(crate) const MAX_BYTES: usize = 512 * 1024;

/// A name for a document, and the document.
pub(crate) type Case = (&'static str, String);

/// `n` parts, one behind the other.
pub(crate) fn many(n: usize, part: impl FnMut(usize) -> String) -> String {
    (0..n).map(part).collect()
}

/// As many of a part as the bounds allow between a head and a tail, at most `most`.
fn filled(head: &str, part: &str, most: usize, tail: &str) -> String {
    let room = MAX_BYTES - head.len() - tail.len();
    format!("{head}{}{tail}", part.repeat((room / part.len()).min(most)))
}

/// A document of one account around `inside`.
fn account(inside: &str) -> String {
    let (head, tail) = ACCOUNT;
    format!("{head}{inside}{tail}")
}

const ACCOUNT: (&str, &str) = (
    "<Autodiscover><Response><Account><Action>settings</Action>",
    "</Account></Response></Autodiscover>",
);
const MESSAGE: (&str, &str) =
    ("<Autodiscover><Error><Message>", "</Message></Error></Autodiscover>");

/// Every document.
pub(crate) fn all() -> Vec<Case> {
    let mut all = attributes();
    all.extend(namespaces());
    all.extend(elements());
    all.extend(texts());
    all.extend(values());
    all.extend(accounts());
    all.extend(sections());
    all.extend(family());
    all.extend(unfinished());
    all
}

/// 255 attributes whose names differ at their ends only.
fn attributes_of(prefix: &str, digits: usize) -> String {
    many(255, |i| format!("{prefix}{i:0digits$}='' "))
}

/// Every attribute is compared with every other of its element.
fn attributes() -> Vec<Case> {
    // Each comparison walks through the namespace too, which is as long as is allowed.
    let uri = "u".repeat(240);
    let shared = format!("<a {}/>", attributes_of("p:a", 20));
    let long_names = format!("<a {}/>", attributes_of(&"a".repeat(100), 4));
    let wide = format!("<a {}/>", attributes_of("a", 100));
    vec![
        ("attributes on one element", format!("<a {}/>", attributes_of("a", 1500))),
        ("attributes on 16 elements", format!("<r>{}</r>", wide.repeat(16))),
        ("attributes with long names", format!("<r>{}</r>", long_names.repeat(16))),
        (
            "attributes of one long namespace",
            format!("<r xmlns:p='{uri}'>{}</r>", shared.repeat(16)),
        ),
    ]
}

/// Every prefix is looked for among all declarations in scope.
fn namespaces() -> Vec<Case> {
    let scopes = |prefix: &str| {
        let of_one = |i| many(4, |k| format!("xmlns:{prefix}{i:02}{k}='u{i:02}{k}' "));
        many(60, |i| format!("<b {}>", of_one(i)))
    };
    let (short, ends) = (scopes("p"), "</b>".repeat(60));
    let long_prefix = "p".repeat(200);
    let on_one = many(256, |i| format!("xmlns:p{i}='u{i}' "));
    let levels = many(256, |i| format!("<b xmlns:p{i}='u{i}'>"));
    let of_first = format!("<c {}/>", attributes_of("p000:a", 4)).repeat(15);
    let alike = format!("<{long_prefix}593:c/>");
    vec![
        ("namespaces on one element", format!("<r {on_one}/>")),
        ("nested namespaces, first one used", filled(&short, "<p000:c/>", 18_000, &ends)),
        ("nested namespaces, last one used", filled(&short, "<p593:c/>", 18_000, &ends)),
        ("nested namespaces, none used", filled(&short, "<c/>", 18_000, &ends)),
        ("nested namespaces, attributes", format!("{short}{of_first}{ends}")),
        ("nested prefixes that look alike", filled(&scopes(&long_prefix), &alike, 18_000, &ends)),
        ("namespaces nested too deeply", filled(&levels, "<p0:c/>", 18_000, &"</b>".repeat(256))),
    ]
}

fn elements() -> Vec<Case> {
    let long_names = many(50, |i| format!("<{}{i}/>", "n".repeat(10_000)));
    let deep = format!("{}{}", "<a>".repeat(19_000), "</a>".repeat(19_000));
    vec![
        ("elements", filled("<r>", "<a/>", 19_990, "</r>")),
        ("unknown elements", account(&many(9_000, |i| format!("<u{i}>x</u{i}>")))),
        ("unknown elements with long names", account(&long_names)),
        ("elements nested too deeply", deep),
        (
            "comments before the declaration",
            filled("", "<!---->", MAX_BYTES, "<?xml version='1'?><a/>"),
        ),
        ("a long comment", filled("<!--", "- ", MAX_BYTES, "--><a/>")),
    ]
}

fn texts() -> Vec<Case> {
    let message = |part, most| filled(MESSAGE.0, part, most, MESSAGE.1);
    vec![
        ("text pieces", message("a<!---->", 9_000)),
        ("CDATA pieces", message("a<![CDATA[b]]>", MAX_BYTES)),
        ("one long text", message("a", MAX_BYTES)),
        ("a text of blanks", message("\t", MAX_BYTES)),
        ("a text of lines", message("\n a", MAX_BYTES)),
        ("a text of bare carriage returns", message("a\r", MAX_BYTES)),
        ("character references", message("&#x1F600;", MAX_BYTES)),
    ]
}

/// Values that the lowering has to look at.
fn values() -> Vec<Case> {
    let value = |name: &str, head: &str, part| {
        let head = format!("{}<Protocol><Type>IMAP</Type><{name}>{head}", ACCOUNT.0);
        filled(&head, part, MAX_BYTES, &format!("x</{name}></Protocol>{}", ACCOUNT.1))
    };
    vec![
        ("one long port", value("Port", "", "9")),
        ("one long date", value("ExpirationDate", "", "1-")),
        ("one long host", value("Server", "", "a.")),
        ("one long international host", value("Server", "", "ü.")),
        ("one long international label", value("Server", "x.", "ü")),
        ("one long URL", value("EwsUrl", "https://x.example/", "%%")),
        ("a host of placeholders", value("Server", "", "%A ")),
    ]
}

fn accounts() -> Vec<Case> {
    let odd =
        "<Protocol><Type>IMAP</Type><Server>m.contoso.example</Server><SSL>yes</SSL></Protocol>";
    let web = "<Protocol><Type>WEB</Type><External><OWAUrl>https://x.example/</OWAUrl></External></Protocol>";
    let url = |i| format!("<OWAUrl>https://x.example/{i}</OWAUrl>");
    let urls =
        format!("<Protocol><Type>WEB</Type><External>{}</External></Protocol>", many(6_000, url));
    let servers = many(2_500, |i| {
        format!("<Protocol><Type>WEB</Type><Server>https://x.example/{i}</Server></Protocol>")
    });
    let accounts = "<Account/>".repeat(18_000);
    vec![
        ("many notices on one line", account(&odd.repeat(2_000))),
        (
            "many notices far apart",
            format!("{}{}", " ".repeat(300_000), account(&odd.repeat(2_000))),
        ),
        ("many nested protocols", account(&web.repeat(2_400))),
        ("many services", account(&urls)),
        ("many servers", account(&servers)),
        ("many accounts", format!("<Autodiscover><Response>{accounts}</Response></Autodiscover>")),
    ]
}

/// What a `clientConfig` can be full of.
fn sections() -> Vec<Case> {
    let config = |inside: &str, most| {
        filled("<clientConfig><emailProvider>", inside, most, "</emailProvider></clientConfig>")
    };
    let imap = |hostname: &str, rest: &str| {
        format!(
            "<incomingServer type='imap'><hostname>{hostname}</hostname>{rest}</incomingServer>"
        )
    };
    let odd = imap("imap.contoso.example", "<port>x</port><socketType>x</socketType>");
    let template = imap(&"%EMAILLOCALPART%.".repeat(15), "<username>%EMAILADDRESS</username>");
    let words = "<authentication>x</authentication>".repeat(9_000);
    let page = "<documentation url='https://x.example/'><descr>x</descr></documentation>";
    let long = |part: &str| {
        format!("<clientConfig>{}</clientConfig>", imap(&part.repeat(400_000 / part.len()), ""))
    };
    vec![
        ("many bad ports", config(&odd, 2_400)),
        ("many servers by template", config(&template, 4_000)),
        ("many servers", config(&imap("imap.contoso.example", ""), 4_000)),
        ("many words in one section", config(&imap("imap.contoso.example", &words), 1)),
        ("many domains", config("<domain>%EMAILDOMAIN%x</domain>", 9_000)),
        ("many pages", config(page, 3_900)),
        ("many names", config("<displayName>x</displayName>", 9_000)),
        ("one template of many placeholders", long("%EMAILADDRESS%")),
        ("one template of percent signs", long("%% ")),
        ("one host of escapes", long("%41")),
    ]
}

/// What the answers for ActiveSync and by SOAP can be full of.
fn family() -> Vec<Case> {
    let mobile = |inside: &str, most| {
        let head = "<Autodiscover><Response><Action><Settings>";
        filled(head, inside, most, "</Settings></Action></Response></Autodiscover>")
    };
    let soap = |head: &str, inside: &str, most, tail: &str| {
        let (open, close) = SOAP;
        filled(&format!("{open}{head}"), inside, most, &format!("{tail}{close}"))
    };
    let servers = many(4_000, |i| {
        format!("<Server><Type>MobileSync</Type><Url>https://m.example/{i}</Url></Server>")
    });
    let list = "<UserSetting><Name>ExternalImap4Connections</Name><ProtocolConnections>";
    let list = (list, "</ProtocolConnections></UserSetting>");
    let odd = "<ProtocolConnection><Hostname>%X%</Hostname><Port>x</Port><EncryptionMethod>x\
        </EncryptionMethod></ProtocolConnection>";
    let connections = many(4_000, |i| {
        format!("<ProtocolConnection><Hostname>m{i}.example.org</Hostname></ProtocolConnection>")
    });
    let settings = many(3_500, |i| {
        format!("<UserSetting><Name>{i}</Name><Value>https://m.example/{i}</Value></UserSetting>")
    });
    vec![
        ("many ActiveSync servers", mobile(&servers, 1)),
        ("many odd ActiveSync servers", mobile("<Server><Url>%X%</Url><x/></Server>", 4_000)),
        ("many odd connections", soap(list.0, odd, 2_400, list.1)),
        ("many connections", soap(list.0, &connections, 1, list.1)),
        ("many settings", soap("", &settings, 1, "")),
        (
            "many settings of one name",
            soap("", "<UserSetting><Name>a</Name></UserSetting>", 6_000, ""),
        ),
    ]
}

const SOAP: (&str, &str) = (
    "<Envelope><Body><GetUserSettingsResponseMessage><Response><UserResponses><UserResponse>\
        <UserSettings>",
    "</UserSettings></UserResponse></UserResponses></Response></GetUserSettingsResponseMessage>\
        </Body></Envelope>",
);

/// Documents that end in the middle of something.
fn unfinished() -> Vec<Case> {
    vec![
        ("a comment that never ends", filled("<!--", "-", MAX_BYTES, "")),
        ("comments that never end", filled("", "<!--", MAX_BYTES, "")),
        ("instructions that never end", filled("", "<?", MAX_BYTES, "")),
        ("a tag that never ends", filled("<a", " ", MAX_BYTES, "")),
        ("a name that never ends", filled("<", "a", MAX_BYTES, "")),
        ("an entity that never ends", filled("<a>&", "a", MAX_BYTES, "")),
        ("entities that never end", filled("<a>", "&amp", MAX_BYTES, "</a>")),
        ("angle brackets", "<".repeat(MAX_BYTES)),
        ("closing tags", "</a>".repeat(MAX_BYTES / 4)),
        ("open elements", "<a>".repeat(MAX_BYTES / 3)),
    ]
}
