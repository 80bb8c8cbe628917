//! What visitors are shown, language by language.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::parts::{Cookie, Purpose, Service};
use super::{NECESSARY, Site, TOOL, built_in};
use crate::basis::{Basis, SubjectKind};
use crate::id::{Lang, TextHash};
use crate::labels::{Wording, Words, fill};
use crate::manifest::{Control, ItemView, Manifest, Mode, PartyView, PolicyView, PurposeView, ServiceView};
use crate::notice::{hash, jcs, value_of};

/// In which words, and for which mode.
#[derive(Clone, Copy)]
struct Shown<'a> {
    lang: &'a Lang,
    wording: &'a Wording,
    mode: Mode,
}

impl Site {
    /// The manifest in a language of the site; none for any other language. Offers only what that language describes.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// use volens_core::manifest::Mode;
    /// assert_eq!(site.manifest(&"sv".parse()?, Mode::Service).map(|sv| sv.choices().count()), Some(1));
    /// assert_eq!(site.manifest(&"da".parse()?, Mode::Service), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn manifest(&self, lang: &Lang, mode: Mode) -> Option<Manifest> {
        let lang = self.language(lang)?;
        Some(Manifest { text: self.text(lang), ..self.untexted(lang, mode)? })
    }

    /// The hash of what is shown in a language: of the default language's text where the site does not speak it.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let (english, swedish, danish) = ("en".parse()?, "sv".parse()?, "da".parse()?);
    /// assert_ne!(site.text(&english), site.text(&swedish));
    /// assert_eq!(site.text(&danish), site.text(&english)); // the default
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn text(&self, lang: &Lang) -> TextHash {
        hash(&self.text_json(lang))
    }

    /// The texts shown in a language, as canonical JSON (RFC 8785): what a record's text hash is the hash of.
    ///
    /// The default language's where the site does not speak it, as that is what would be shown.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let text = site.text_json(&"sv".parse()?);
    /// assert!(text.contains(r#""lead":"Shop AB frågar: får vi räkna besök?""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn text_json(&self, lang: &Lang) -> String {
        let lang = self.language(lang).unwrap_or_else(|| self.default_lang());
        let Some(manifest) = self.untexted(lang, Mode::Service) else { return jcs(&Value::Null) };
        let asked_elsewhere: Vec<Value> = self
            .purposes
            .values()
            .filter(|purpose| purpose.subject != SubjectKind::Device && self.offered(&purpose.id, lang))
            .map(|purpose| {
                json!({
                    "id": purpose.id.as_str(),
                    "title": purpose.title.get(lang),
                    "description": purpose.description.get(lang),
                })
            })
            .collect();
        jcs(&json!({
            "lang": lang.as_str(),
            "title": self.title.get(lang),
            "lead": manifest.lead,
            "rest": manifest.rest,
            "policy": value_of(&manifest.policy),
            "controllers": value_of(&manifest.controllers),
            "purposes": manifest.purposes.iter().map(|purpose| shown(purpose, &["services"])).collect::<Vec<_>>(),
            "services": manifest.purposes.iter().flat_map(|purpose| &purpose.services)
                .map(|service| shown(service, &["urls", "on_withdraw"])).collect::<Vec<_>>(),
            "asked_elsewhere": asked_elsewhere,
            "labels": value_of(&manifest.labels),
        }))
    }

    /// The manifest before its text is hashed.
    fn untexted(&self, lang: &Lang, mode: Mode) -> Option<Manifest> {
        let wording = self.wording(lang)?;
        let how = Shown { lang, wording, mode };
        let mut shown: Vec<&Purpose> = self
            .purposes
            .values()
            .filter(|purpose| purpose.subject == SubjectKind::Device && self.offered(&purpose.id, lang))
            .collect();
        shown.sort_by_key(|purpose| (purpose.is_choice(), purpose.id.as_str() != NECESSARY));
        let purposes: Vec<PurposeView> = shown.iter().map(|purpose| self.purpose_view(purpose, how)).collect();
        Some(Manifest {
            site: self.id.clone(),
            mode,
            lang: lang.clone(),
            languages: self.languages.clone(),
            notice: self.notice(),
            text: hash(""),
            endpoint: self.endpoint().to_owned(),
            settings_url: self.settings_url(lang),
            list_url: self.list_url.get(lang)?.to_owned(),
            privacy_url: self.privacy_url.get(lang)?.to_owned(),
            policy: self.policy_view(&shown, lang)?,
            position: self.position,
            variant: self.variant.clone(),
            controllers: self
                .controllers()
                .map(|company| PartyView {
                    id: company.id.clone(),
                    name: company.contact.name.clone(),
                    country: company.country.clone(),
                    role: company.role,
                })
                .collect(),
            marks: self.device_choices().into_iter().map(|purpose| purpose.id.clone()).collect(),
            lead: self.lead(&purposes, wording),
            rest: self.rest(&purposes, wording),
            labels: wording.labels().clone(),
            purposes,
        })
    }

    /// The settings page goes on in the words of the page that leads to it.
    fn settings_url(&self, lang: &Lang) -> String {
        let variant = self.variant.as_ref().map(|id| ["&variant=", id].concat()).unwrap_or_default();
        format!("{}/settings?lang={lang}{variant}", self.endpoint())
    }

    fn lead(&self, purposes: &[PurposeView], wording: &Wording) -> String {
        let acts: Vec<&str> = asked(purposes).map(|purpose| purpose.act.as_str()).collect();
        let controller = self.controller.contact.name.as_str();
        fill(&wording.words().lead, &[("controller", controller), ("acts", &wording.list(&acts))])
    }

    fn rest(&self, purposes: &[PurposeView], wording: &Wording) -> String {
        let words = wording.words();
        let all = asked(purposes).flat_map(|purpose| &purpose.services).map(|service| service.provider.as_str());
        let own = |provider: &&str| self.controllers().any(|company| company.contact.name == *provider);
        let others: BTreeSet<&str> = all.filter(|provider| !own(provider)).collect();
        match u32::try_from(others.len()) {
            Ok(0) => words.rest.to_string(),
            count => {
                let said = wording.counted(&words.takes_part, count.unwrap_or(u32::MAX));
                // A full-width stop brings its own space.
                let space = if said.ends_with('。') { "" } else { " " };
                [&said, space, &words.rest].concat()
            }
        }
    }

    /// The policy of the choices, or of what is always on where there are none.
    fn policy_view(&self, shown: &[&Purpose], lang: &Lang) -> Option<PolicyView> {
        let purpose = shown.last()?;
        let policy = self.policy_of(&purpose.id)?;
        Some(PolicyView {
            id: policy.id.clone(),
            title: policy.title.get(lang)?.to_owned(),
            version: policy.version.get(lang)?.to_owned(),
            effective: policy.effective.get(lang)?.to_owned(),
            url: policy.url.get(lang)?.to_owned(),
        })
    }

    fn purpose_view(&self, purpose: &Purpose, shown: Shown<'_>) -> PurposeView {
        let Shown { lang, wording, .. } = shown;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let used: Vec<&Service> = self.services_of(&purpose.id).collect();
        let bases: Vec<&str> = purpose.bases.iter().map(|basis| basis_words(*basis, wording.words())).collect();
        PurposeView {
            id: purpose.id.clone(),
            title: text(purpose.title.get(lang)),
            act: text(purpose.act.get(lang)),
            description: text(purpose.description.get(lang)),
            control: if purpose.is_choice() { Control::Choice } else { Control::Always },
            basis: wording.list(&bases),
            services: used.into_iter().map(|service| self.service_view(service, purpose, shown)).collect(),
        }
    }

    fn service_view(&self, service: &Service, purpose: &Purpose, shown: Shown<'_>) -> ServiceView {
        let Shown { lang, wording, .. } = shown;
        let mut urls: Vec<String> = service.scripts.iter().chain(&service.frames).cloned().collect();
        urls.sort();
        urls.dedup();
        let own = self.cookies.iter().filter(|cookie| cookie.service == service.id && cookie.purpose == purpose.id);
        let items = match shown.mode {
            Mode::Local if service.id.as_str() == TOOL => vec![built_in::local(wording)],
            _ => own.map(|cookie| item_view(cookie, lang, wording)).collect(),
        };
        ServiceView {
            id: service.id.clone(),
            name: service.name.clone().unwrap_or_else(|| wording.words().tool_name.to_string()),
            provider: service.provider.clone(),
            country: service.country.clone(),
            privacy_url: service.privacy_url.clone(),
            on_withdraw: service.on_withdraw,
            urls,
            items,
        }
    }
}

fn item_view(cookie: &Cookie, lang: &Lang, wording: &Wording) -> ItemView {
    ItemView {
        name: cookie.name.clone(),
        kind: cookie.kind,
        domain: cookie.domain.clone(),
        duration: wording.duration(&cookie.duration),
        period: cookie.duration.to_string(),
        party: cookie.party,
        access: cookie.access,
        description: cookie.description.get(lang).unwrap_or_default().to_owned(),
    }
}

fn asked(purposes: &[PurposeView]) -> impl Iterator<Item = &PurposeView> {
    purposes.iter().filter(|purpose| purpose.control == Control::Choice)
}

fn basis_words(basis: Basis, words: &Words) -> &str {
    match basis {
        Basis::Consent => &words.basis_consent,
        Basis::Contract => &words.basis_contract,
        Basis::LegalObligation => &words.basis_legal_obligation,
        Basis::LegitimateInterest => &words.basis_legitimate_interest,
        Basis::StrictlyNecessary => &words.basis_strictly_necessary,
    }
}

/// A view without what nobody reads.
fn shown(view: &impl Serialize, hidden: &[&str]) -> Value {
    let mut value = value_of(view);
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| !hidden.contains(&name.as_str()));
    }
    value
}
