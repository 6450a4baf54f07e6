//! What stands in the requests: the address escaped, the fields exact, nothing more than needed.

use mailscout_discover::{Discovery, Misuse, Options, Request};
use mailscout_schema::autodiscover;

use crate::script::Script;

#[test]
fn special_characters_of_the_address_are_escaped_in_the_body() {
    for address in ["a+b&c<d'e@contoso.example", "\"x y\"@contoso.example", "jörg@contoso.example"]
    {
        let mut script = Script::new(
            "contoso.example = 203.0.113.5
             https://contoso.example~ = 200 settings",
        );
        script.run(address);
        let Some(Request::Http(request)) = script.asked.last() else { panic!("no request") };
        let read = autodiscover::Request::read(&request.body).unwrap();
        assert_eq!(read.email_address.as_deref(), Some(address));
        let content_type = request.headers.iter().find(|(name, _)| *name == "content-type");
        assert_eq!(content_type.unwrap().1, "text/xml; charset=utf-8");
        assert!(!request.headers.iter().any(|(name, _)| *name == "authorization"));
    }
}

#[test]
fn a_public_suffix_is_no_mail_domain() {
    for domain in ["co.uk", "github.io"] {
        let address = format!("a@{domain}").parse().unwrap();
        let refused = Discovery::new(address, Options::default()).unwrap_err();
        assert_eq!(refused, Misuse::PublicSuffix { domain: domain.to_owned() });
    }
}
