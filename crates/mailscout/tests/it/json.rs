//! The JSON: its names, its times, and what stands in it when nothing was found.

use mailscout::json::Document;
use serde_json::Value;

use crate::lab::{start, watched};

async fn document(scenario: &str) -> Value {
    let (_world, locator) = start(scenario).await;
    let report = locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
    serde_json::to_value(Document::new(&report)).unwrap()
}

#[tokio::test]
async fn the_field_names_of_version_1_never_change() {
    watched(async {
        let found = document("contoso").await;
        let names = |value: &Value| {
            let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names.join(" ")
        };
        assert_eq!(
            names(&found),
            "address attempts cached compared consent_needed display_name incoming instructions \
             notices oauth outcome outgoing provider services source sources valid_until version"
        );
        assert_eq!(found["version"], 1);
        let server = "authentication domain domain_required host port protocol security source spa \
                      username username_alternatives valid_until verified";
        assert_eq!(names(&found["incoming"][0]), server);
        let outgoing = server.replace("host", "fetch_before_send host");
        assert_eq!(names(&found["outgoing"][0]), outgoing);
        assert_eq!(names(&found["source"]), "address mechanism redirects trust url");
        assert_eq!(found["source"], found["sources"][0]);
        assert_eq!(
            names(&found["attempts"][0]),
            "code elapsed_ms mechanism outcome question reason started_ms"
        );
        let missing = document("redirect-url-document-no-consent").await;
        assert_eq!(missing["outcome"], "needs-consent");
        assert_eq!(missing["source"], Value::Null);
        assert_eq!(
            missing["consent_needed"],
            serde_json::json!([{
                "kind": "redirect",
                "site": "autodiscover.hoster.example",
                "flag": "--allow-redirect autodiscover.hoster.example",
                "from": missing["consent_needed"][0]["from"],
                "to": "https://autodiscover.hoster.example/autodiscover/autodiscover.xml",
                "servers": []
            }])
        );
    })
    .await;
}

/// One server with an `ExpirationDate` and a `TTL`, at the root of contoso.example.
pub(crate) fn expiring(lifetime: &str) -> String {
    format!(
        r#"
title = "settings with a lifetime"
address = "alice@contoso.example"
[zones."contoso.example"]
records = """
@ A 203.0.113.5
"""
[[hosts]]
names = ["contoso.example"]
addresses = ["203.0.113.5"]
[[hosts.services]]
[[hosts.services.routes]]
body = """<Autodiscover><Response><Account><Action>settings</Action><Protocol><Type>IMAP</Type>
<Server>mail.contoso.example</Server>{lifetime}</Protocol></Account></Response></Autodiscover>"""
"#
    )
}

#[tokio::test]
async fn a_lifetime_becomes_a_time_in_utc_or_null() {
    watched(async {
        let until = async |lifetime: &str| {
            let document = document(&expiring(lifetime)).await;
            assert_eq!(document["valid_until"], document["incoming"][0]["valid_until"]);
            (document["valid_until"].clone(), document["notices"].to_string())
        };
        assert_eq!(until("<TTL>0</TTL>").await.0, Value::Null);
        let (text, _) = until("<TTL>5</TTL>").await;
        let text = text.as_str().unwrap();
        assert!(text.len() == 20 && text.ends_with('Z'), "{text}");
        let (text, notices) = until("<TTL>0</TTL><ExpirationDate>20200131</ExpirationDate>").await;
        assert_eq!(text, "2020-02-01T00:00:00Z");
        assert!(notices.contains("expired"), "{notices}");
    })
    .await;
}
