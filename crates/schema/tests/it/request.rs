//! Requests as they are posted.

use mailscout_schema::ParseErrorKind;
use mailscout_schema::autodiscover::Request;

#[test]
fn a_request_is_written_as_exchange_wants_it() {
    let request = Request::new(&"o'brien&co<x>\"+%é@Bücher.example".parse().unwrap());
    let expected = "\
<?xml version=\"1.0\" encoding=\"utf-8\"?>
<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\">
  <Request>
    <EMailAddress>o'brien&amp;co&lt;x&gt;&quot;+%é@xn--bcher-kva.example</EMailAddress>
    <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
  </Request>
</Autodiscover>
";
    assert_eq!(request.to_xml(), expected);
    assert_eq!(Request::read(expected.as_bytes()).unwrap(), request);
}

#[test]
fn a_request_is_read_in_either_order_and_any_namespace() {
    let outlook = "<!-- 2010 --><?xml version='1.0'?><autodiscover xmlns='https://x'><Request>\
        <AcceptableResponseSchema>urn:x</AcceptableResponseSchema>\
        <EMailAddress> alice@contoso.example </EMailAddress><LegacyDN>/o=x</LegacyDN>\
        </Request></autodiscover>";
    let request = Request::read(outlook.as_bytes()).unwrap();
    assert_eq!(request.email_address.as_deref(), Some("alice@contoso.example"));
    assert_eq!(request.legacy_dn.as_deref(), Some("/o=x"));
    assert_eq!(request.acceptable_response_schema.as_str(), "urn:x");
    let bare = Request::read(b"<Autodiscover><Request/></Autodiscover>").unwrap();
    assert_eq!(bare.email_address, None);
    assert_eq!(bare.acceptable_response_schema.as_str(), Request::OUTLOOK_SCHEMA);
}

#[test]
fn what_is_no_request_is_refused() {
    let kind = |document: &str| Request::read(document.as_bytes()).unwrap_err().kind();
    assert_eq!(kind("<Autodiscover/>"), ParseErrorKind::NoRequest);
    assert_eq!(kind("<Request/>"), ParseErrorKind::OtherRoot);
    assert_eq!(kind(""), ParseErrorKind::Empty);
}
