//! What the document says beside its servers: who the provider is, what the user has to do, where
//! tokens come from.

use super::{Lowering, MAX_ENTRIES};
use crate::address::Domain;
use crate::autoconfig::config::{ClientConfig, LocalText, OAuth2};
use crate::autoconfig::names;
use crate::autoconfig::template::{Target, Template};
use crate::lowering::host;
use crate::notice::code;
use crate::settings::{Instruction, InstructionKind, OAuth, ServiceKind};
use crate::text::Text;
use crate::xml::clip;

/// Characters of a name, and of an instruction, that are taken.
const MAX_NAME: usize = 256;
const MAX_INSTRUCTION: usize = 1000;
/// Scopes that are taken.
const MAX_SCOPES: usize = 32;
/// The language where the caller's own is missing.
const ENGLISH: &str = "en";

impl Lowering<'_> {
    /// Remarks on a document that is not for the address, by its own list.
    pub(super) fn domains(&mut self, config: &ClientConfig) {
        let domain = self.address.domain();
        let asked_for = self.options.asked_for.as_ref();
        let is_template = |listed: &Text| {
            let filled = Template::parse(listed, Target::Host).and_then(|t| t.fill(self.address));
            filled.is_some_and(|filled| filled.parse::<Domain>().as_ref() == Ok(domain))
        };
        let is_listed = config.domains.is_empty()
            || config.lists(domain)
            || asked_for.is_some_and(|asked_for| config.lists(asked_for))
            || config.domains.iter().any(|listed| is_template(&listed.name));
        if !is_listed {
            let text = format!("the document is not made for `{domain}`, by its own list");
            self.notices.add(code::OTHER_DOMAIN, text);
        }
    }

    pub(super) fn provider(&mut self, config: &ClientConfig) {
        let name = config.display_name.as_ref();
        let short_name = config.display_short_name.as_ref();
        self.settings.provider.name = name.and_then(|name| self.name(names::DISPLAY_NAME, name));
        self.settings.provider.short_name =
            short_name.and_then(|name| self.name(names::DISPLAY_SHORT_NAME, name));
    }

    fn name(&mut self, element: &str, template: &Text) -> Option<String> {
        let filled = Template::parse(template, Target::Text).and_then(|t| t.fill(self.address));
        if filled.is_none() {
            let shown = clip(template);
            let text = format!("`{element}` has an unknown placeholder: `{shown}`; it is ignored");
            self.notices.add(code::PLACEHOLDER, text);
        }
        filled.map(|name| name.chars().take(MAX_NAME).collect())
    }

    pub(super) fn web_mail(&mut self, config: &ClientConfig) {
        let Some(web_mail) = &config.web_mail else { return };
        let info = web_mail.login_page_info.as_ref().and_then(|info| info.url.as_ref());
        let pages =
            [(names::LOGIN_PAGE, web_mail.login_page.as_ref()), (names::LOGIN_PAGE_INFO, info)];
        let url = pages.into_iter().find_map(|(name, url)| self.url(name, url?));
        self.service(ServiceKind::WebMail, url);
    }

    /// Takes over where tokens come from; as a whole or not at all.
    pub(super) fn oauth(&mut self, config: &ClientConfig) {
        let Some(oauth2) = &config.oauth2 else { return };
        match self.tokens(oauth2) {
            Ok(oauth) => self.settings.oauth = Some(oauth),
            Err(why) => {
                let text = format!("`oAuth2` is ignored: {why}");
                self.notices.add(code::BAD_OAUTH, text);
            }
        }
    }

    fn tokens(&self, oauth2: &OAuth2) -> Result<OAuth, String> {
        let fill = |name, template: &Option<Text>, target: Target| {
            let Some(template) = template else { return Ok(None) };
            let filled = Template::parse(template, target).and_then(|t| t.fill(self.address));
            let bad = || format!("`{name}` says `{}`", clip(template));
            filled.map(Some).ok_or_else(bad)
        };
        let url = |name, template| {
            let Some(filled) = fill(name, template, Target::Url)? else { return Ok(None) };
            let url = super::template::https_url(&filled);
            url.map(Some).ok_or_else(|| format!("`{name}` says `{}`", clip(&filled)))
        };
        // Nothing of the user is filled in: whoever is asked for its metadata learns the issuer.
        let issuer = match &oauth2.issuer {
            Some(issuer) => Some(
                self::issuer(issuer)
                    .ok_or_else(|| format!("`{}` says `{}`", names::ISSUER, clip(issuer)))?,
            ),
            None => None,
        };
        let authorization_url = url(names::AUTH_URL, &oauth2.auth_url)?;
        let token_url = url(names::TOKEN_URL, &oauth2.token_url)?;
        if issuer.is_none() && (authorization_url.is_none() || token_url.is_none()) {
            return Err("it has neither an issuer nor both of its URLs".to_owned());
        }
        let scopes = oauth2.scope.as_deref().unwrap_or_default().split_whitespace();
        Ok(OAuth {
            issuer,
            authorization_url,
            token_url,
            scopes: scopes.take(MAX_SCOPES).map(str::to_owned).collect(),
            client_id: oauth2.client_id.clone().map(Text::into_string),
        })
    }

    pub(super) fn instructions(&mut self, config: &ClientConfig) {
        for enable in &config.enable {
            let url = enable.visit_url.as_ref().and_then(|url| self.page(names::VISIT_URL, url));
            self.instruction(InstructionKind::EnableProtocol, &enable.instructions, url);
        }
        for page in &config.documentation {
            let url = page.url.as_ref().and_then(|url| self.page(names::DOCUMENTATION, url));
            if url.is_some() {
                self.settings.provider.help = self.settings.provider.help.take().or(url.clone());
                self.instruction(InstructionKind::Other, &page.descriptions, url);
            }
        }
    }

    fn instruction(&mut self, kind: InstructionKind, texts: &[LocalText], url: Option<String>) {
        let Some(text) = self.in_language(texts) else { return };
        if self.settings.instructions.len() < MAX_ENTRIES {
            let text: String = text.chars().take(MAX_INSTRUCTION).collect();
            self.settings.instructions.push(Instruction::new(kind, text, url));
        }
    }

    /// The text in the wished language, else in English, else the first.
    fn in_language<'t>(&self, texts: &'t [LocalText]) -> Option<&'t Text> {
        let wished = [self.options.language.as_deref(), Some(ENGLISH)];
        let found = wished.into_iter().flatten().find_map(|wished| {
            texts.iter().find(|text| {
                text.language.as_deref().is_some_and(|language| is_language(language, wished))
            })
        });
        let silent = || texts.iter().find(|text| text.language.is_none());
        found.or_else(silent).or(texts.first()).map(|local| &local.text)
    }

    /// A page for people, which http may carry: nobody logs in there.
    fn page(&mut self, name: &str, url: &Text) -> Option<String> {
        let page = host::to_ascii_url(url).filter(|url| host::is_url(url));
        if page.is_none() {
            let text = format!("`{name}` says `{}`, which is no http or https URL", clip(url));
            self.notices.add(code::BAD_URL, text);
        }
        page
    }
}

/// An https URL letter by letter, or the host that stands there alone; nothing with a placeholder.
fn issuer(text: &str) -> Option<String> {
    if text.contains('%') {
        return None;
    }
    if super::template::https_url(text).is_some() {
        return Some(text.to_owned());
    }
    text.parse::<Domain>().ok().map(|domain| domain.as_str().to_owned())
}

/// Whether `de-CH` is a kind of `de`.
fn is_language(language: &str, wished: &str) -> bool {
    language.eq_ignore_ascii_case(wished)
        || language.split(['-', '_']).next().is_some_and(|main| main.eq_ignore_ascii_case(wished))
}
