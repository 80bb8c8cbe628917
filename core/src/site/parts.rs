//! The parts of a site, as `site.toml` names them.
//!
//! Only the parser makes them and [`Site`](super::Site) hands them out by reference, so a part in hand has been
//! checked, although its fields are public.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
use crate::id::{ClassId, Lang, PurposeId, ServiceId};
use crate::labels::Wording;
use crate::manifest::{Access, ItemKind, OnWithdraw, Party, Position, Role};
use crate::period::Period;
use crate::retention::{Anchor, ContactWindow};

/// A text in the languages that have it.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// assert_eq!(site.title().get(&"en".parse()?), Some("Shop"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(BTreeMap<Lang, String>);

impl Texts {
    pub(super) const fn new(texts: BTreeMap<Lang, String>) -> Self {
        Self(texts)
    }

    /// The text in a language of the site; none where it lacks one: no other language stands in.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let marketing = &site.purposes()["marketing"];
    /// assert_eq!(marketing.title.get(&"en".parse()?), Some("Advertising"));
    /// assert_eq!(marketing.title.get(&"sv".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, lang: &Lang) -> Option<&str> {
        self.0.get(lang).map(String::as_str)
    }

    /// Each language and its text, in the order of the language tags.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let titles: Vec<&str> = site.title().iter().map(|(_, text)| text).collect();
    /// assert_eq!(titles, ["Shop", "Butik"]); // en, sv
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &str)> {
        self.0.iter().map(|(lang, text)| (lang, text.as_str()))
    }
}

/// Which hosts share the visitor's choice.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::site::CookieScope;
/// assert_eq!(*site.cookie_scope(), CookieScope::Domain("shop.example".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieScope {
    /// This host alone; `__Host-` cookies.
    Host,
    /// A registrable domain and its sub-domains; `__Secure-` cookies.
    Domain(String),
}

/// Another wording or position of what the site shows, to be compared with its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) id: String,
    pub(super) position: Position,
    pub(super) wordings: BTreeMap<Lang, Wording>,
}

/// How somebody can be reached.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// let contact = &site.controller().contact;
/// assert_eq!(contact.email.as_deref(), Some("privacy@shop.example"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contact {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
}

/// A representative in a country (GDPR, article 27).
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// let representative = &site.controller().representatives[0];
/// assert_eq!((representative.country.as_str(), representative.contact.name.as_str()), ("GB", "Shop Ltd"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Representative {
    /// The country represented in, ISO 3166-1 alpha-2.
    pub country: String,
    /// How to reach it.
    pub contact: Contact,
}

/// The controller, a joint controller or an affiliate.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::manifest::Role;
/// let danes = &site.affiliates()[0];
/// assert_eq!((danes.name(), danes.role), ("Shop ApS", Role::Joint));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Company {
    /// Its id.
    pub id: String,
    /// What it is to the site.
    pub role: Role,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its name and how to reach it.
    pub contact: Contact,
    /// Its website.
    pub website: Option<String>,
    /// Data protection officers by country; under none, the one for all others.
    pub data_protection_officers: BTreeMap<Option<String>, Contact>,
    /// Representatives.
    pub representatives: Vec<Representative>,
}

impl Company {
    /// Its legal name.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.controller().name(), "Shop AB");
    /// ```
    pub fn name(&self) -> &str {
        &self.contact.name
    }

    /// Its postal address, which every company named here has.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.controller().address(), "Storgatan 1, Malmö");
    /// ```
    pub fn address(&self) -> &str {
        self.contact.address.as_deref().unwrap_or_default()
    }

    /// The data protection officer for a country (GDPR article 37): the one for it, or the one for all.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let officer = site.controller().data_protection_officer("SE");
    /// assert_eq!(officer.map(|officer| officer.name.as_str()), Some("Eva Berg"));
    /// assert!(site.controller().data_protection_officer("DK").is_none());
    /// ```
    pub fn data_protection_officer(&self, country: &str) -> Option<&Contact> {
        let officers = &self.data_protection_officers;
        officers.get(&Some(country.to_owned())).or_else(|| officers.get(&None))
    }
}

/// A privacy notice that people read.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// let policy = &site.policies()[0];
/// assert_eq!(policy.version.get(&"en".parse()?), Some("2.0"));
/// assert_eq!(policy.incorporates, ["clubs"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub scope: Texts,
    /// Its title.
    pub title: Texts,
    /// Where it is.
    pub url: Texts,
    /// Its version, each language having its own.
    pub version: Texts,
    /// The day it took effect, as `2026-09-01`.
    pub effective: Texts,
    /// Ids of policies that are part of it.
    pub incorporates: Vec<String>,
}

impl Policy {
    /// Whether it can be read in a language.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let clubs = &site.policies()[1];
    /// assert!(clubs.speaks(&"en".parse()?) && !clubs.speaks(&"sv".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn speaks(&self, lang: &Lang) -> bool {
        self.texts().iter().all(|texts| texts.get(lang).is_some())
    }

    /// Whether it has some of its texts in a language.
    pub(super) fn mentions(&self, lang: &Lang) -> bool {
        self.texts().iter().any(|texts| texts.get(lang).is_some())
    }

    const fn texts(&self) -> [&Texts; 4] {
        [&self.title, &self.url, &self.version, &self.effective]
    }
}

/// A purpose of processing.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::DirectMarketing;
/// let marketing = &site.purposes()["marketing"];
/// assert_eq!(marketing.direct_marketing, DirectMarketing::Yes);
/// assert_eq!((marketing.revision, marketing.policy.as_str()), (1, "site"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purpose {
    /// Its id.
    pub id: PurposeId,
    /// Whom decisions are about.
    pub subject: SubjectKind,
    /// What a yes means.
    pub kind: PurposeKind,
    /// Whether it is direct marketing.
    pub direct_marketing: DirectMarketing,
    /// Raised by the owner when its meaning changes.
    pub revision: u32,
    /// The id of the policy that describes it.
    pub policy: String,
    /// Its title.
    pub title: Texts,
    /// What the visitor is asked to allow, to follow "may we"; device purposes only.
    pub act: Texts,
    /// What happens.
    pub description: Texts,
    /// The data it uses.
    pub data_classes: Vec<ClassId>,
    /// Whose words these are.
    pub wording: Worded,
    /// The legal bases on which services use it; never empty.
    pub bases: BTreeSet<Basis>,
}

/// Whose words describe a purpose.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::site::Worded;
/// assert_eq!(site.purposes()["analytics"].wording, Worded::BySite);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Worded {
    /// The site's own.
    BySite,
    /// The built-in ones, in every language of the site.
    BuiltIn,
}

impl Purpose {
    /// Whether a service uses it on the basis of consent.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert!(site.purposes()["analytics"].needs_consent());
    /// assert!(!site.purposes()["club"].needs_consent()); // a contract
    /// ```
    pub fn needs_consent(&self) -> bool {
        self.bases.contains(&Basis::Consent)
    }

    /// Whether the banner asks for it: a device purpose that needs consent.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert!(site.purposes()["analytics"].is_choice());
    /// assert!(!site.purposes()["necessary"].is_choice());
    /// ```
    pub fn is_choice(&self) -> bool {
        self.subject == SubjectKind::Device && self.needs_consent()
    }

    /// The texts that a language must have all of.
    pub(super) fn texts(&self) -> Vec<(&'static str, &Texts)> {
        let mut texts = vec![("title", &self.title), ("description", &self.description)];
        if self.subject == SubjectKind::Device {
            texts.push(("act", &self.act));
        }
        texts
    }
}

/// A service that processes for purposes.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::Basis;
/// let counter = &site.services()["counter"];
/// assert_eq!(counter.purposes.get("analytics"), Some(&Basis::Consent));
/// assert_eq!(counter.recipients, ["counter"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its product name; none for the consent tool itself, whose name is a text.
    pub name: Option<String>,
    /// The company behind it.
    pub provider: String,
    /// The provider's country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The provider's own privacy notice.
    pub privacy_url: Option<String>,
    /// What it is used for, and on which basis.
    pub purposes: BTreeMap<PurposeId, Basis>,
    /// Where its scripts may come from.
    pub scripts: Vec<String>,
    /// Where its frames may come from.
    pub frames: Vec<String>,
    /// What a page does in which it runs when its consent is withdrawn.
    pub on_withdraw: OnWithdraw,
    /// Ids of the recipients it hands data to.
    pub recipients: Vec<String>,
}

/// Something kept in the visitor's browser.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// let cookie = &site.cookies()[4];
/// assert_eq!((cookie.name.as_str(), cookie.duration.to_string().as_str()), ("_c_*", "P13M"));
/// assert_eq!(cookie.domain, None); // the site's own host
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cookie {
    /// Its name, or the beginning of its name and `*`.
    pub name: String,
    /// Where it is kept.
    pub kind: ItemKind,
    /// Its host or domain; none: the site's own host.
    pub domain: Option<String>,
    /// Who sets it.
    pub service: ServiceId,
    /// What for.
    pub purpose: PurposeId,
    /// How long.
    pub duration: Period,
    /// Whose it is.
    pub party: Party,
    /// Who can read it.
    pub access: Access,
    /// What it is for, in words.
    pub description: Texts,
}

/// How long a class of data is kept.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::site::Retention;
/// assert!(matches!(site.data_classes()["visits"].retention[0], Retention::Period { .. })); // P1Y from creation
/// assert!(matches!(site.data_classes()["members"].retention[0], Retention::Criterion(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// For a period from an event.
    Period {
        /// How long.
        period: Period,
        /// From when.
        from: Anchor,
    },
    /// As long as somebody finds that a criterion is met.
    Criterion(Texts),
}

/// A class of data.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// let visits = &site.data_classes()["visits"];
/// assert_eq!(visits.title.get(&"sv".parse()?), Some("Besök"));
/// assert_eq!(visits.purposes[0].as_str(), "analytics");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataClass {
    /// Its id.
    pub id: ClassId,
    /// Its title.
    pub title: Texts,
    /// What it is used for.
    pub purposes: Vec<PurposeId>,
    /// How long it is kept; never empty.
    pub retention: Vec<Retention>,
    /// Until when somebody may still be contacted; this keeps nothing.
    pub contact: Vec<ContactWindow>,
}

/// What a recipient is in law (GDPR articles 4(7), 4(8) and 26).
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
/// use volens_core::site::RecipientRole;
/// assert_eq!(site.recipient("host").map(|host| host.role), Some(RecipientRole::Processor));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecipientRole {
    /// Processes on instruction.
    Processor,
    /// Decides for itself.
    Controller,
    /// Decides together with the controller.
    Joint,
}

/// Somebody who receives data (GDPR article 4(9)).
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// let counter = site.recipient("counter").ok_or("no such recipient")?;
/// assert_eq!((counter.name.as_str(), counter.purposes.len()), ("Counter Oy", 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recipient {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What it is in law.
    pub role: RecipientRole,
    /// What it receives data for.
    pub purposes: Vec<PurposeId>,
    /// Postal address.
    pub address: Option<String>,
}

/// Data leaves for a third country (GDPR chapter V).
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// let transfer = &site.transfers()[0];
/// assert_eq!((transfer.recipient.as_str(), transfer.country.as_str()), ("counter", "US"));
/// assert_eq!(transfer.safeguard.get(&"en".parse()?), Some("Standard clauses"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transfer {
    /// The id of the recipient.
    pub recipient: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What protects it there.
    pub safeguard: Texts,
}
