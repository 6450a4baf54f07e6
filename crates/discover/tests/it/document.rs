//! Autodiscover answers for scripts, as short as they can be.

/// The body that a word of a script stands for.
pub(crate) fn body(words: &str) -> String {
    let account = match words.split_once(' ').unwrap_or((words, "")) {
        ("settings", _) => {
            "<Action>settings</Action><Protocol><Type>IMAP</Type><Server>mail.contoso.example</Server>\
             <SPA>off</SPA></Protocol>"
                .to_owned()
        }
        ("plain-settings", _) => {
            "<Action>settings</Action><Protocol><Type>IMAP</Type><Server>mail.contoso.example</Server>\
             <Port>143</Port><SSL>off</SSL></Protocol>"
                .to_owned()
        }
        ("news", _) => {
            "<Action>settings</Action><Protocol><Type>NNTP</Type><Server>news.contoso.example</Server>\
             </Protocol>"
                .to_owned()
        }
        ("useless-settings", _) => "<Action>settings</Action>".to_owned(),
        ("redirect-url", url) => {
            format!("<Action>redirectUrl</Action><RedirectUrl>{url}</RedirectUrl>")
        }
        ("redirect-addr", address) => {
            format!("<Action>redirectAddr</Action><RedirectAddr>{address}</RedirectAddr>")
        }
        ("error", code) => {
            return envelope(&format!("<Error><ErrorCode>{code}</ErrorCode></Error>"));
        }
        ("html", _) => return "<!DOCTYPE html><html><body>Welcome</body></html>".to_owned(),
        ("empty", _) => return String::new(),
        other => panic!("no such body: {other:?}"),
    };
    envelope(&format!("<Account>{account}</Account>"))
}

fn envelope(answer: &str) -> String {
    format!(
        "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
         <Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">\
         {answer}</Response></Autodiscover>"
    )
}
