//! The hooks: who is asked, who is told, and in which order.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mailscout::{Ask, Consent, Event, Observe, Question, discover};

use crate::lab::{start, watched};

#[derive(Debug)]
struct Answer {
    consent: Consent,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Ask for Answer {
    async fn ask(&self, question: Question<'_>) -> Consent {
        let Question::Redirect(question) = question else {
            return Consent::Unavailable;
        };
        self.asked.lock().unwrap().push(format!("{} -> {}", question.from, question.site));
        self.consent
    }
}

#[derive(Debug, Default)]
struct Diary(Mutex<Vec<String>>);

#[async_trait]
impl Observe for Diary {
    async fn observe(&self, event: Event<'_>) {
        let line = match event {
            Event::Search(discover::io::Event::Asked(request)) => format!("? {request}"),
            Event::Search(discover::io::Event::Answered(attempt)) => {
                format!("! {}", attempt.reason.code())
            }
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn the_user_is_asked_once_and_the_answer_holds() {
    for (consent, conclusion) in [(Consent::Given, "found"), (Consent::Denied, "needs-consent")] {
        watched(async {
            let (world, locator) = start("redirect-url-document-no-consent").await;
            let ask = Arc::new(Answer { consent, asked: Mutex::default() });
            let locator = locator.with_ask(ask.clone());
            let report = locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
            assert_eq!(report.search.conclusion.as_str(), conclusion);
            assert_eq!(
                *ask.asked.lock().unwrap(),
                ["https://autodiscover.contoso.example/autodiscover/autodiscover.xml -> \
                  autodiscover.hoster.example"]
            );
            let contacted = world.journal().summary().join("\n").contains("hoster.example");
            assert_eq!(contacted, consent == Consent::Given, "a refused site is never contacted");
            assert_eq!(world.journal().outside(), [""; 0]);
        })
        .await;
    }
}

#[tokio::test]
async fn every_question_and_answer_is_told_while_it_happens() {
    watched(async {
        let (_world, locator) = start("contoso").await;
        let diary = Arc::new(Diary::default());
        let locator = locator.with_observer(diary.clone());
        locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
        assert_eq!(
            *diary.0.lock().unwrap(),
            [
                "? DNS A/AAAA contoso.example",
                "! answered",
                "? POST https://contoso.example/autodiscover/autodiscover.xml",
                "! http-404",
                "? DNS A/AAAA autodiscover.contoso.example",
                "! answered",
                "? POST https://autodiscover.contoso.example/autodiscover/autodiscover.xml",
                "! settings",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn one_locator_serves_many_searches_at_once() {
    watched(async {
        let (_world, locator) = start("contoso").await;
        let search = |name: &str| {
            let (locator, address) = (locator.clone(), format!("{name}@contoso.example"));
            tokio::spawn(async move { locator.locate(&address.parse().unwrap()).await.unwrap() })
        };
        let searches: Vec<_> = ["alice", "bob", "carol", "dave"].map(search).into();
        for (search, name) in searches.into_iter().zip(["alice", "bob", "carol", "dave"]) {
            let report = search.await.unwrap();
            assert_eq!(report.incoming()[0].username, format!("{name}@contoso.example"));
        }
    })
    .await;
}

#[tokio::test]
async fn the_request_on_the_wire_is_what_outlook_sends() {
    watched(async {
        let (world, locator) = start("contoso").await;
        locator.locate(&"alice@contoso.example".parse().unwrap()).await.unwrap();
        let exchanges = world.journal().exchanges();
        let posted = exchanges.last().unwrap();
        let field = |name: &str| {
            let found = posted.headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(field("content-type"), Some("text/xml; charset=utf-8"));
        assert_eq!(field("host"), Some("autodiscover.contoso.example"));
        assert_eq!(field("user-agent"), Some(concat!("mailscout/", env!("CARGO_PKG_VERSION"))));
        assert_eq!(field("authorization"), None);
        let body = String::from_utf8(posted.body.clone()).unwrap();
        assert!(body.contains("<EMailAddress>alice@contoso.example</EMailAddress>"), "{body}");
    })
    .await;
}
