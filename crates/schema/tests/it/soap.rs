//! What is promised of `GetUserSettings`.

use std::fmt::Write as _;

use mailscout_schema::autodiscover::soap::{
    self, Answer, ErrorCode, Request, SettingName, headers, lower,
};
use mailscout_schema::autodiscover::{DefaultUserName, LowerOptions};
use mailscout_schema::settings::{Lifetime, Protocol, Security};
use mailscout_schema::text::Text;

use crate::{golden::Folder, render};

/// The folder of the fixtures.
pub(crate) const FOLDER: Folder = Folder { name: "autodiscover-soap", extension: "xml" };

/// Every document in `fixtures/autodiscover-soap` is read as its `.expected` file says.
#[test]
fn fixtures_are_read_as_expected() {
    FOLDER.check(|_, document| outcome(document));
}

#[test]
fn a_request_names_the_user_the_url_and_the_settings_all_escaped() {
    let to = Text::new("https://x.contoso.example/autodiscover/autodiscover.svc?a=b&c=<d>");
    let mut request = Request::new(&"o'brien&co<x>@Bücher.example".parse().unwrap(), to.unwrap());
    let other = Text::new("Tea & <Cake>").map(SettingName::from).unwrap();
    request.settings = vec![SettingName::ExternalImap4Connections, other];
    let expected = "\
<?xml version=\"1.0\" encoding=\"utf-8\"?>
<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:a=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\" xmlns:w=\"http://www.w3.org/2005/08/addressing\">
  <s:Header>
    <a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion>
    <w:Action>http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings</w:Action>
    <w:To>https://x.contoso.example/autodiscover/autodiscover.svc?a=b&amp;c=&lt;d&gt;</w:To>
  </s:Header>
  <s:Body>
    <a:GetUserSettingsRequestMessage>
      <a:Request>
        <a:Users>
          <a:User>
            <a:Mailbox>o'brien&amp;co&lt;x&gt;@xn--bcher-kva.example</a:Mailbox>
          </a:User>
        </a:Users>
        <a:RequestedSettings>
          <a:Setting>ExternalImap4Connections</a:Setting>
          <a:Setting>Tea &amp; &lt;Cake&gt;</a:Setting>
        </a:RequestedSettings>
      </a:Request>
    </a:GetUserSettingsRequestMessage>
  </s:Body>
</s:Envelope>
";
    assert_eq!(request.to_xml(), expected);
}

#[test]
fn every_setting_that_is_lowered_is_asked_for() {
    let to = Text::new("https://x.contoso.example/").unwrap();
    let asked = Request::new(&"alice@contoso.example".parse().unwrap(), to).to_xml();
    let answer = soap::read(FOLDER.text("full").as_bytes()).unwrap().answer;
    let Answer::Settings(settings) = answer else { panic!("no settings") };
    for name in settings.settings.keys() {
        assert!(asked.contains(&format!("<a:Setting>{name}</a:Setting>")), "{name}");
    }
}

#[test]
fn the_headers_and_the_codes_are_spelt_as_servers_spell_them() {
    assert_eq!(soap::PATH, "/autodiscover/autodiscover.svc");
    let names = [
        (headers::SOAP_ENABLED, "X-SOAP-Enabled"),
        (headers::WS_SECURITY_ENABLED, "X-WSSecurity-Enabled"),
        (headers::WS_SECURITY_SYMMETRIC_KEY_ENABLED, "X-WSSecurity-SymmetricKey-Enabled"),
        (headers::WS_SECURITY_X509_CERT_ENABLED, "X-WSSecurity-X509Cert-Enabled"),
        (headers::OAUTH_ENABLED, "X-OAuth-Enabled"),
    ];
    assert!(names.iter().all(|(constant, name)| constant == name));
    assert!(ErrorCode::ServerBusy.is_temporary() && !ErrorCode::InvalidUser.is_temporary());
}

#[test]
fn the_preferred_protocol_comes_first() {
    let answer = soap::read(FOLDER.text("full").as_bytes()).unwrap().answer;
    let Answer::Settings(settings) = answer else { panic!("no settings") };
    let mut options = LowerOptions::default();
    options.prefer = Some(Protocol::Pop3);
    let lowered = lower(&settings, &"alice@contoso.example".parse().unwrap(), options);
    assert_eq!(lowered.settings.incoming[0].protocol, Protocol::Pop3);
}

fn outcome(document: &[u8]) -> String {
    let mut out = String::new();
    match soap::read(document) {
        Err(error) => render::refusal(&mut out, &error),
        Ok(reading) => {
            match &reading.answer {
                Answer::Settings(user) => {
                    let names: Vec<&str> = user.settings.keys().map(SettingName::as_str).collect();
                    writeln!(out, "settings: {}", names.join(", ")).unwrap();
                    let address = "alice@contoso.example".parse().unwrap();
                    let full = lower(user, &address, LowerOptions::default());
                    let mut options = LowerOptions::default();
                    options.default_user_name = DefaultUserName::LocalPart;
                    let local = lower(user, &address, options);
                    let usual = Lifetime::default();
                    render::settings(&mut out, &full.settings, &local.settings, usual);
                    render::notices(&mut out, "lowering", &full.notices);
                }
                Answer::RedirectAddr(to) => writeln!(out, "redirect to the address {to}").unwrap(),
                Answer::RedirectUrl(to) => writeln!(out, "redirect to the URL {to}").unwrap(),
                Answer::Refused(refusal) => {
                    let message = refusal.message.as_deref().unwrap_or_default();
                    writeln!(out, "refused by the server: {}: {message}", refusal.code).unwrap();
                }
                Answer::Fault(fault) => {
                    let text = fault.text.as_deref().unwrap_or_default();
                    writeln!(out, "fault {:?}: {text}", fault.code.as_deref()).unwrap();
                }
                other => panic!("unknown answer {other:?}"),
            }
            render::notices(&mut out, "reading", &reading.notices);
        }
    }
    out
}

/// Reads a document and holds the outcome to what every outcome keeps.
pub(crate) fn check_document(document: &[u8]) {
    let Ok(reading) = soap::read(document) else {
        return;
    };
    assert!(reading.notices.len() <= 33, "{} notices", reading.notices.len());
    let Answer::Settings(settings) = reading.answer else {
        return;
    };
    let address = "alice@contoso.example".parse().unwrap();
    let lowered = lower(&settings, &address, LowerOptions::default());
    assert!(lowered.notices.len() <= 34, "{} notices", lowered.notices.len());
    for server in lowered.settings.incoming.iter().chain(&lowered.settings.outgoing) {
        assert_ne!(server.security, Security::Plain);
        assert!(!server.host.contains(|c: char| c.is_whitespace() || c.is_control() || c == '%'));
        assert!(server.port.is_some_and(|port| port != 0) && !server.username.is_empty());
    }
    for service in &lowered.settings.services {
        let url = url::Url::parse(&service.url).unwrap();
        assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none());
    }
}
