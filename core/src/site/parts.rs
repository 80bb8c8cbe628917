//! The parts of a site, as `site.toml` names them.
//!
//! Only the parser makes them and [`Site`](super::Site) hands them out by reference, so a part in hand has been
//! checked, although its fields are public.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
use crate::id::{ClassId, Lang, PurposeId, ServiceId};
use crate::manifest::{Access, ItemKind, OnWithdraw, Party, Role};
use crate::period::Period;
use crate::retention::{Anchor, ContactWindow};

/// A text in the languages that have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(BTreeMap<Lang, String>);

impl Texts {
    pub(super) const fn new(texts: BTreeMap<Lang, String>) -> Self {
        Self(texts)
    }

    /// The text in a language of the site.
    pub fn get(&self, lang: &Lang) -> Option<&str> {
        self.0.get(lang).map(String::as_str)
    }

    /// Each language and its text.
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &str)> {
        self.0.iter().map(|(lang, text)| (lang, text.as_str()))
    }
}

/// Which hosts share the visitor's choice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieScope {
    /// This host alone; `__Host-` cookies.
    Host,
    /// A registrable domain and its sub-domains; `__Secure-` cookies.
    Domain(String),
}

/// How somebody can be reached.
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Representative {
    /// The country represented in, ISO 3166-1 alpha-2.
    pub country: String,
    /// How to reach it.
    pub contact: Contact,
}

/// The controller, a joint controller or an affiliate.
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
    pub fn name(&self) -> &str {
        &self.contact.name
    }

    /// Its postal address, which a controller always has.
    pub fn address(&self) -> &str {
        self.contact.address.as_deref().unwrap_or_default()
    }

    /// The data protection officer for a country.
    pub fn data_protection_officer(&self, country: &str) -> Option<&Contact> {
        let officers = &self.data_protection_officers;
        officers.get(&Some(country.to_owned())).or_else(|| officers.get(&None))
    }
}

/// A privacy notice that people read.
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
    /// The legal bases on which services use it; never empty.
    pub bases: BTreeSet<Basis>,
}

impl Purpose {
    /// Whether a service uses it on the basis of consent.
    pub fn needs_consent(&self) -> bool {
        self.bases.contains(&Basis::Consent)
    }

    /// Whether the banner asks for it.
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
/// use volens_core::{period::Period, site::Retention};
///
/// /// The longest period stated.
/// fn longest(retention: &[Retention]) -> Option<Period> {
///     let periods = retention.iter().filter_map(|kept| match kept {
///         Retention::Period { period, .. } => Some(*period),
///         _ => None,
///     });
///     periods.max()
/// }
/// assert_eq!(longest(&[]), None);
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
/// use volens_core::{retention::Schedule, site::Site};
///
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// let site = Site::parse("site.toml", text)?;
/// let visits = &site.data_classes()["visits"];
/// assert_eq!(Schedule::from(visits).terms()[0].to_string(), "P1Y from creation");
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

/// What a recipient is in law.
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

/// Somebody who receives data.
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

/// Data leaves for a country.
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
