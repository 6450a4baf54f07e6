//! Directories: their words checked, and their entries made.

use std::sync::Arc;

use crate::{
    directory::{Attribute, Dn, Misfit, Tree, attribute, escaped},
    scenario::file::{
        Attributes, DirectoryAccount, DirectoryFault, DirectoryService, DirectoryText, Holdings,
        Host, Outcome, ScpText, Security, UserText,
    },
};

/// The host that serves a directory.
pub(super) fn host(text: &DirectoryText) -> Result<Host, String> {
    if text.names.is_empty() || text.addresses.is_empty() {
        return Err("a directory needs names and addresses".to_owned());
    }
    for service in &text.service {
        check_service(service).map_err(|problem| format!("port {}: {problem}", service.port()))?;
    }
    for address in text.referrals.iter().chain(&text.references) {
        if !address.to_ascii_lowercase().starts_with("ldap") || !address.contains("://") {
            return Err(format!("`{address}` is not the address of a directory"));
        }
    }
    let size_limit = text.size_limit.unwrap_or(1000);
    if size_limit == 0 {
        return Err("with `size_limit` 0 nothing would ever be found".to_owned());
    }
    let holdings = Holdings {
        tree: tree(text)?,
        accounts: accounts(text)?,
        anonymous: text.anonymous,
        clear_bind: text.clear_bind,
        size_limit: usize::try_from(size_limit).unwrap_or(usize::MAX),
        referrals: text.referrals.clone(),
        references: text.references.clone(),
    };
    Ok(text.host(&Arc::new(holdings)))
}

fn check_service(service: &DirectoryService) -> Result<(), String> {
    use DirectoryFault as F;

    if service.security == Security::Plain && service.certificate.is_some() {
        return Err("`certificate` needs security \"tls\" or \"starttls\"".to_owned());
    }
    match service.fault {
        Some(F::CutHandshake) if service.security != Security::Tls => {
            Err("fault \"cut-handshake\" needs security \"tls\"".to_owned())
        }
        Some(F::StarttlsRefused | F::StarttlsInjection | F::StarttlsCut)
            if service.security != Security::StartTls =>
        {
            Err("a fault of StartTLS needs security \"starttls\"".to_owned())
        }
        _ => Ok(()),
    }
}

/// Everybody who may log in: those who are listed, and each user with a password by three names.
fn accounts(text: &DirectoryText) -> Result<Vec<DirectoryAccount>, String> {
    let mut accounts = text.account.clone();
    for user in &text.user {
        let Some(password) = &user.password else {
            continue;
        };
        let down_level = user.sam_account_name.as_ref().map(|sam| {
            let domain = domain(&text.base).split('.').next().unwrap_or_default().to_uppercase();
            format!("{domain}\\{sam}")
        });
        let names = [Some(dn(user, &text.base)), user.user_principal_name.clone(), down_level];
        accounts.extend(names.into_iter().flatten().map(|name| DirectoryAccount {
            name,
            password: password.clone(),
            outcome: None,
        }));
    }
    for account in &accounts {
        if account.name.is_empty() || account.password.is_empty() {
            return Err("an account needs a name and a password".to_owned());
        }
        let twice = accounts.iter().filter(|other| other.name.eq_ignore_ascii_case(&account.name));
        if twice.count() > 1 {
            return Err(format!("the account `{}` is there twice", account.name));
        }
        if !matches!(
            account.outcome,
            None | Some(Outcome::Locked | Outcome::Disabled | Outcome::Temporary)
        ) {
            let name = &account.name;
            return Err(format!("the outcome of `{name}` is not locked, disabled or temporary"));
        }
    }
    Ok(accounts)
}

fn tree(text: &DirectoryText) -> Result<Tree, String> {
    let base = text.base.as_str();
    if base.is_empty() || Dn::read(base).is_none() {
        return Err(format!("the base `{base}` is not a distinguished name"));
    }
    let configuration = format!("CN=Configuration,{base}");
    let schema = format!("CN=Schema,{configuration}");
    let contexts = [base.to_owned(), configuration.clone(), schema];
    let misfit = |name: &str, misfit| match misfit {
        Misfit::Name => format!("`{name}` is not a distinguished name"),
        Misfit::Outside => format!("the entry `{name}` is not below the base `{base}`"),
        Misfit::Twice => format!("the entry `{name}` is there twice"),
    };
    let mut tree = Tree::new(root(text, &contexts), &contexts).map_err(|it| misfit(base, it))?;
    let mut add =
        |name: &str, attributes| tree.add(name, attributes).map_err(|it| misfit(name, it));
    for entry in &text.entry {
        add(&entry.dn, listed(&entry.attributes)?)?;
    }
    for user in &text.user {
        add(&dn(user, base), of_user(user)?)?;
    }
    for scp in &text.scp {
        add(&place(scp, &configuration), of_scp(scp)?)?;
    }
    Ok(tree)
}

/// What the directory says of itself, as a domain controller does.
fn root(text: &DirectoryText, contexts: &[String; 3]) -> Vec<Attribute> {
    let [base, configuration, schema] = contexts;
    let site = escaped(text.site.as_deref().unwrap_or("Default-First-Site-Name"));
    let host = text.names.first().map(String::as_str).unwrap_or_default();
    let computer = host.split('.').next().unwrap_or_default();
    let server = format!(
        "CN={},CN=Servers,CN={site},CN=Sites,{configuration}",
        escaped(&computer.to_uppercase())
    );
    let domain = domain(base);
    let service = format!("{domain}:{computer}$@{}", domain.to_uppercase());
    let settings = format!("CN=NTDS Settings,{server}");
    let all: Vec<&str> = contexts.iter().map(String::as_str).collect();
    let mut said = vec![
        attribute("defaultNamingContext", &[base]),
        attribute("rootDomainNamingContext", &[base]),
        attribute("configurationNamingContext", &[configuration]),
        attribute("schemaNamingContext", &[schema]),
        attribute("namingContexts", &all),
        attribute("subschemaSubentry", &[&format!("CN=Aggregate,{schema}")]),
        attribute("dnsHostName", &[host]),
        attribute("serverName", &[&server]),
        attribute("dsServiceName", &[&settings]),
        attribute("ldapServiceName", &[&service]),
        attribute("supportedLDAPVersion", &["3"]),
        attribute("supportedControl", &["1.2.840.113556.1.4.319"]),
        attribute("supportedExtension", &["1.3.6.1.4.1.1466.20037", "1.3.6.1.4.1.4203.1.11.3"]),
    ];
    for (name, values) in &text.root {
        said.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        if !values.all().is_empty() {
            said.push((name.clone(), values.all().to_vec()));
        }
    }
    said
}

/// The domain of a base such as `DC=corp,DC=example`.
fn domain(base: &str) -> String {
    let label = |part: &str| {
        let (kind, value) = part.split_once('=')?;
        kind.trim().eq_ignore_ascii_case("dc").then(|| value.trim().to_ascii_lowercase())
    };
    base.split(',').filter_map(label).collect::<Vec<_>>().join(".")
}

fn dn(user: &UserText, base: &str) -> String {
    let usual = || format!("CN={},CN=Users,{base}", escaped(&user.name));
    user.dn.clone().unwrap_or_else(usual)
}

fn of_user(user: &UserText) -> Result<Vec<Attribute>, String> {
    let mut attributes = vec![
        attribute("objectClass", &["top", "person", "organizationalPerson", "user"]),
        attribute("displayName", &[&user.name]),
    ];
    let single = [
        ("mail", &user.mail),
        ("userPrincipalName", &user.user_principal_name),
        ("sAMAccountName", &user.sam_account_name),
        ("msExchHomeServerName", &user.home_server),
        ("homeMDB", &user.home_mdb),
    ];
    let single = single.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    attributes.extend(single.map(|(name, value)| attribute(name, &[value])));
    if !user.proxy_addresses.is_empty() {
        attributes.push(("proxyAddresses".to_owned(), user.proxy_addresses.clone()));
    }
    for (name, values) in listed(&user.attributes)? {
        attributes.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        attributes.push((name, values));
    }
    Ok(attributes)
}

/// Where Exchange keeps a Service Connection Point: an address below the server that answers
/// there, a pointer below the services.
fn place(scp: &ScpText, configuration: &str) -> String {
    let name = escaped(&scp.name);
    if scp.pointer.is_some() {
        return format!("CN={name},CN=Microsoft Exchange Autodiscover,CN=Services,{configuration}");
    }
    format!(
        "CN={name},CN=Autodiscover,CN=Protocols,CN={name},CN=Servers,\
         CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,\
         CN=First Organization,CN=Microsoft Exchange,CN=Services,{configuration}"
    )
}

fn of_scp(scp: &ScpText) -> Result<Vec<Attribute>, String> {
    let (kind, information) = match (&scp.url, &scp.pointer) {
        (Some(url), None) => (URL, url),
        (None, Some(pointer)) => (POINTER, pointer),
        _ => return Err(format!("the scp `{}` has one of url and pointer", scp.name)),
    };
    let sites = scp.site.all().iter().map(|site| format!("Site={site}"));
    let domains = scp.domain.all().iter().map(|domain| format!("Domain={domain}"));
    let keywords = std::iter::once(kind.to_owned()).chain(sites).chain(domains);
    let keywords = keywords.chain(scp.keywords.iter().cloned()).collect();
    Ok(vec![
        attribute("objectClass", &["top", "leaf", "connectionPoint", "serviceConnectionPoint"]),
        attribute("serviceClassName", &["ms-Exchange-AutoDiscover-Service"]),
        attribute("serviceDNSName", &[&scp.name]),
        ("keywords".to_owned(), keywords),
        attribute("serviceBindingInformation", &[information]),
    ])
}

fn listed(attributes: &Attributes) -> Result<Vec<Attribute>, String> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    for (name, values) in attributes {
        if name.is_empty() || !name.bytes().all(legal) {
            return Err(format!("`{name}` is not the name of an attribute"));
        }
        if values.all().is_empty() || values.all().iter().any(String::is_empty) {
            return Err(format!("the attribute `{name}` has no value"));
        }
    }
    let listed = attributes.iter().map(|(name, values)| (name.clone(), values.all().to_vec()));
    Ok(listed.collect())
}

/// The keyword of an address, and that of a pointer.
///
/// # Spec
///
/// `OXDISCO`
const URL: &str = "77378F46-2C66-4aa9-A6A6-3E7A48B19596";
const POINTER: &str = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68";
