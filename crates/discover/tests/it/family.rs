//! Documents of the rest of the Autodiscover family, as short as they can be.

/// The body that words of a script stand for: `soap` and `sync` name servers, `json URL` a URL; with
/// `-url`, `-addr` or `-error` behind them they lead elsewhere or refuse.
pub(crate) fn body(word: &str, rest: &str) -> Option<Vec<u8>> {
    let text = match word {
        "soap" => soap_user(
            "<ErrorCode>NoError</ErrorCode><UserSettings><UserSetting>\
             <Name>ExternalImap4Connections</Name><ProtocolConnections><ProtocolConnection>\
             <Hostname>mail.contoso.example</Hostname><Port>993</Port>\
             <EncryptionMethod>SSL</EncryptionMethod></ProtocolConnection></ProtocolConnections>\
             </UserSetting></UserSettings>",
        ),
        "soap-ews" => soap_user(
            "<ErrorCode>NoError</ErrorCode><UserSettings><UserSetting><Name>ExternalEwsUrl</Name>\
             <Value>https://mail.contoso.example/EWS/Exchange.asmx</Value></UserSetting>\
             </UserSettings>",
        ),
        "soap-empty" => soap_user("<ErrorCode>NoError</ErrorCode><UserSettings/>"),
        "soap-url" => soap_user(&format!(
            "<ErrorCode>RedirectUrl</ErrorCode><RedirectTarget>{rest}</RedirectTarget>"
        )),
        "soap-addr" => soap_user(&format!(
            "<ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>{rest}</RedirectTarget>"
        )),
        "soap-error" => soap_user(&format!("<ErrorCode>{rest}</ErrorCode>")),
        "soap-fault" => "<Envelope><Body><Fault><faultcode>s:Client</faultcode>\
                         <faultstring>The address is missing.</faultstring></Fault></Body></Envelope>"
            .to_owned(),
        "sync" => sync(
            "<Settings><Server><Type>MobileSync</Type>\
             <Url>https://m.contoso.example/Microsoft-Server-ActiveSync</Url></Server></Settings>",
        ),
        "sync-http" => sync(
            "<Settings><Server><Type>MobileSync</Type>\
             <Url>http://m.contoso.example/Microsoft-Server-ActiveSync</Url></Server></Settings>",
        ),
        "sync-addr" => sync(&format!("<Redirect>{rest}</Redirect>")),
        "sync-error" => sync(&format!("<Error><Status>{rest}</Status></Error>")),
        "json-url" => format!("{{\"Url\":\"{rest}\"}}"),
        "json-error" => format!("{{\"ErrorCode\":\"{rest}\",\"ErrorMessage\":\"No.\"}}"),
        _ => return None,
    };
    Some(text.into_bytes())
}

fn soap_user(answer: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <GetUserSettingsResponseMessage \
         xmlns=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\"><Response>\
         <ErrorCode>NoError</ErrorCode><UserResponses><UserResponse>{answer}</UserResponse>\
         </UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
    )
}

fn sync(action: &str) -> String {
    format!(
        "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
         <Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006\">\
         <Action>{action}</Action></Response></Autodiscover>"
    )
}
