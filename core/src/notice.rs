//! The notice: what a visitor must know before saying yes, in no language, and the hash that names it.
//!
//! A notice is `base64url(SHA-256(JCS(material)))`, with JCS as in RFC 8785. Texts are not part of it: a better
//! wording asks nobody again. Who receives data, on which basis and for how long is.
//!
//! ```
//! use volens_core::site::Site;
//! # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
//!
//! let old = Site::parse("shop.toml", text)?.notice();
//! let reworded = text.replace("Counts visits.", "Counts your visits.");
//! assert_eq!(Site::parse("shop.toml", &reworded)?.notice(), old);
//! let taken_over = text.replace("Counter Oy", "Teller Oy");
//! assert_ne!(Site::parse("shop.toml", &taken_over)?.notice(), old);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// An example on the shop of the tests, whose purpose `analytics` gets another revision.
macro_rules! example {
    ($call:literal) => {
        concat!(
            "```\n# let text = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/tests/it/shop.toml\"));\n",
            "# use volens_core::notice::*;\n",
            "# use volens_core::site::{Site, SubjectKind};\n# let old = Site::parse(\"old.toml\", text)?;\n",
            "let new = Site::parse(\"new.toml\", &text.replace(\"revision = 2\", \"revision = 3\"))?;\n",
            "let diff = Diff::between(&old, &new);\nlet analytics = &diff.purposes()[0];\n",
            "let change = &analytics.changes()[0];\n",
            $call,
            "\n# Ok::<(), Box<dyn std::error::Error>>(())\n```"
        )
    };
}

mod change;
mod diff;

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use self::change::{Change, Detail, Question};
pub use self::diff::{Diff, Presence, PurposeDiff};
use crate::id::{NoticeHash, PurposeId, ServiceId};
use crate::law::Terms;
use crate::manifest::Role;
use crate::period::Period;
use crate::site::{Basis, DirectMarketing, Purpose, PurposeKind, RecipientRole, Retention, Site, SubjectKind, TOOL};

/// The material facts of a site.
///
/// Kept for good with each published notice, so that it can be read, hashed and compared years later.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// use volens_core::notice::Material;
/// let material = site.material();
/// let years_later: Material = serde_json::from_str(&material.to_jcs())?;
/// assert_eq!(years_later.notice(), material.notice());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    controllers: BTreeMap<String, PartyFacts>,
    purposes: BTreeMap<PurposeId, PurposeFacts>,
    services: BTreeMap<ServiceId, ServiceFacts>,
    recipients: BTreeMap<String, RecipientFacts>,
    transfers: BTreeSet<TransferFacts>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PartyFacts {
    name: String,
    country: String,
    role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PurposeFacts {
    subject: SubjectKind,
    kind: PurposeKind,
    direct_marketing: DirectMarketing,
    revision: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    longest_storage: Option<Period>,
    services: BTreeMap<ServiceId, Basis>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ServiceFacts {
    name: String,
    provider: String,
    country: String,
    recipients: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RecipientFacts {
    name: String,
    country: String,
    role: RecipientRole,
    purposes: BTreeSet<PurposeId>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct TransferFacts {
    recipient: String,
    country: String,
}

/// A kind of fact that differs between two notices.
///
/// ```
/// use volens_core::notice::Fact;
/// use volens_core::site::Site;
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// let old = Site::parse("shop.toml", text)?.material();
/// let new = Site::parse("shop.toml", &text.replace(r#"country = "US""#, r#"country = "IN""#))?.material();
/// assert_eq!(new.changes(&old, &"analytics".parse()?), [Fact::Transfers]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fact {
    /// The purpose is in one of them only.
    Purpose,
    /// The controllers or affiliates named.
    Controllers,
    /// What the purpose means: its revision, whom it is about, whether it is marketing.
    Meaning,
    /// The legal basis.
    Basis,
    /// The services that take part.
    Services,
    /// How long something is kept at most, in the browser or elsewhere: what is shorter than the longest may change.
    LongestStorage,
    /// Who receives data.
    Recipients,
    /// Where it goes.
    Transfers,
}

impl Fact {
    /// A stable code.
    ///
    /// ```
    /// use volens_core::notice::Fact;
    /// assert_eq!(Fact::LongestStorage.code(), "longest-storage");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Controllers => "controllers",
            Self::Meaning => "meaning",
            Self::Basis => "basis",
            Self::Services => "services",
            Self::LongestStorage => "longest-storage",
            Self::Recipients => "recipients",
            Self::Transfers => "transfers",
        }
    }
}

impl Material {
    pub(crate) fn of(site: &Site) -> Self {
        let controllers = site.controllers().map(|company| {
            let name = company.contact.name.clone();
            (company.id.clone(), PartyFacts { name, country: company.country.clone(), role: company.role })
        });
        // The consent tool is no party of its own, and a new version of it must not make a new notice.
        let services = site.services().values().filter(|service| service.id.as_str() != TOOL).map(|service| {
            let facts = ServiceFacts {
                name: service.name.clone().unwrap_or_default(),
                provider: service.provider.clone(),
                country: service.country.clone(),
                recipients: service.recipients.iter().cloned().collect(),
            };
            (service.id.clone(), facts)
        });
        let recipients = site.recipients().map(|recipient| {
            let facts = RecipientFacts {
                name: recipient.name.clone(),
                country: recipient.country.clone(),
                role: recipient.role,
                purposes: recipient.purposes.iter().cloned().collect(),
            };
            (recipient.id.clone(), facts)
        });
        let transfers = site
            .transfers()
            .iter()
            .map(|transfer| TransferFacts { recipient: transfer.recipient.clone(), country: transfer.country.clone() });
        Self {
            controllers: controllers.collect(),
            purposes: site
                .purposes()
                .values()
                .map(|purpose| (purpose.id.clone(), purpose_facts(site, purpose)))
                .collect(),
            services: services.collect(),
            recipients: recipients.collect(),
            transfers: transfers.collect(),
        }
    }

    /// Each purpose on its terms.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (PurposeId, Terms)> {
        let terms =
            |facts: &PurposeFacts| Terms::of(facts.subject, facts.direct_marketing, facts.services.values().copied());
        self.purposes.iter().map(move |(id, facts)| (id.clone(), terms(facts)))
    }

    /// The canonical JSON (RFC 8785) that is hashed.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let json = site.material().to_jcs();
    /// assert!(json.starts_with(r#"{"controllers":{"shop":{"country":"SE","name":"Shop AB","role":"controller"}"#));
    /// ```
    pub fn to_jcs(&self) -> String {
        jcs(&value_of(self))
    }

    /// The notice these facts make: `base64url(SHA-256(`[`to_jcs`](Self::to_jcs)`))`, 43 characters.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let notice = site.material().notice();
    /// assert_eq!(notice.as_str().len(), 43);
    /// ```
    pub fn notice(&self) -> NoticeHash {
        hash(&self.to_jcs())
    }

    /// The purposes it names, in id order.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let material = site.material();
    /// let named: Vec<&str> = material.purposes().map(AsRef::as_ref).collect();
    /// assert_eq!(named, ["analytics", "club", "marketing", "necessary"]);
    /// ```
    pub fn purposes(&self) -> impl Iterator<Item = &PurposeId> {
        self.purposes.keys()
    }

    /// The device purposes that need consent, in id order: those that the summary cookie marks.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let material = site.material();
    /// let marked: Vec<&str> = material.choices().map(AsRef::as_ref).collect();
    /// assert_eq!(marked, ["analytics", "marketing"]);
    /// ```
    pub fn choices(&self) -> impl Iterator<Item = &PurposeId> {
        let asked = |facts: &PurposeFacts| {
            facts.subject == SubjectKind::Device && facts.services.values().any(|basis| *basis == Basis::Consent)
        };
        self.purposes.iter().filter(move |(_, facts)| asked(facts)).map(|(id, _)| id)
    }

    /// Whether a grant to `older` still covers a purpose: all facts about it are the same. If not, those who granted it
    /// are asked again.
    ///
    /// ```
    /// use volens_core::site::Site;
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// let old = Site::parse("shop.toml", text)?.material();
    /// let new = Site::parse("shop.toml", &text.replace("revision = 2", "revision = 3"))?.material();
    /// assert!(!new.carries(&old, &"analytics".parse()?)); // its meaning changed
    /// assert!(new.carries(&old, &"marketing".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn carries(&self, older: &Self, purpose: &PurposeId) -> bool {
        self.changes(older, purpose).is_empty()
    }

    /// Which facts about a purpose differ from an older notice. A purpose that neither has is reported as different.
    ///
    /// ```
    /// use volens_core::notice::Fact;
    /// use volens_core::site::Site;
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// let old = Site::parse("shop.toml", text)?.material();
    /// let new = Site::parse("shop.toml", &text.replace("P13M", "P14M"))?.material();
    /// assert_eq!(new.changes(&old, &"analytics".parse()?), [Fact::LongestStorage]);
    /// assert_eq!(new.changes(&old, &"unheard-of".parse()?), [Fact::Purpose]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn changes(&self, older: &Self, purpose: &PurposeId) -> Vec<Fact> {
        let (Some(new), Some(old)) = (self.purposes.get(purpose), older.purposes.get(purpose)) else {
            return vec![Fact::Purpose];
        };
        let meaning = |facts: &PurposeFacts| (facts.subject, facts.kind, facts.direct_marketing, facts.revision);
        let differs = [
            (Fact::Controllers, self.controllers != older.controllers),
            (Fact::Meaning, meaning(new) != meaning(old)),
            (Fact::Basis, new.services.iter().any(|(id, basis)| old.services.get(id).is_some_and(|was| was != basis))),
            (Fact::Services, self.services_of(new) != older.services_of(old)),
            (Fact::LongestStorage, new.longest_storage != old.longest_storage),
            (Fact::Recipients, self.recipients_of(purpose, new) != older.recipients_of(purpose, old)),
            (Fact::Transfers, self.transfers_of(purpose, new) != older.transfers_of(purpose, old)),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(fact, _)| fact).collect()
    }

    fn services_of(&self, facts: &PurposeFacts) -> BTreeMap<ServiceId, Option<[&str; 3]>> {
        let facts_of = |id: &ServiceId| {
            let service = self.services.get(id)?;
            Some([service.name.as_str(), service.provider.as_str(), service.country.as_str()])
        };
        facts.services.keys().map(|id| (id.clone(), facts_of(id))).collect()
    }

    /// The recipients that name the purpose, and those that name none but are named by a service that uses it.
    fn recipients_of(&self, purpose: &PurposeId, facts: &PurposeFacts) -> BTreeMap<&str, (&str, &str, RecipientRole)> {
        let named = |id: &String| {
            facts.services.keys().filter_map(|id| self.services.get(id)).any(|service| service.recipients.contains(id))
        };
        self.recipients
            .iter()
            .filter(|(id, facts)| facts.purposes.contains(purpose) || (facts.purposes.is_empty() && named(id)))
            .map(|(id, facts)| (id.as_str(), (facts.name.as_str(), facts.country.as_str(), facts.role)))
            .collect()
    }

    fn transfers_of(&self, purpose: &PurposeId, facts: &PurposeFacts) -> Vec<&TransferFacts> {
        let recipients = self.recipients_of(purpose, facts);
        self.transfers.iter().filter(|transfer| recipients.contains_key(transfer.recipient.as_str())).collect()
    }
}

fn purpose_facts(site: &Site, purpose: &Purpose) -> PurposeFacts {
    let own = |service: &ServiceId| service.as_str() == TOOL;
    let cookies = site.cookies().iter().filter(|cookie| cookie.purpose == purpose.id && !own(&cookie.service));
    let classes = site
        .data_classes()
        .values()
        .filter(|class| class.purposes.contains(&purpose.id) || purpose.data_classes.contains(&class.id));
    let kept = classes.flat_map(|class| &class.retention).filter_map(|retention| match retention {
        Retention::Period { period, .. } => Some(*period),
        Retention::Criterion(_) => None,
    });
    let services = site.services_of(&purpose.id).filter(|service| !own(&service.id));
    PurposeFacts {
        subject: purpose.subject,
        kind: purpose.kind,
        direct_marketing: purpose.direct_marketing,
        revision: purpose.revision,
        longest_storage: cookies.map(|cookie| cookie.duration).chain(kept).max(),
        services: services
            .filter_map(|service| Some((service.id.clone(), *service.purposes.get(&purpose.id)?)))
            .collect(),
    }
}

/// `base64url(SHA-256(text))`, without padding.
#[expect(clippy::expect_used, reason = "43 base64url characters are always a hash")]
pub(crate) fn hash<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> T {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text)).try_into().expect("43 characters of base64url")
}

/// A value of ours as a JSON tree.
#[expect(
    clippy::expect_used,
    reason = "our types hold no maps with other keys than texts, nor numbers that JSON lacks"
)]
pub(crate) fn value_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("plain data")
}

/// Canonical JSON (RFC 8785) of texts, whole numbers, lists and objects; fractions do not occur here.
pub(crate) fn jcs(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(values) => {
            let mut open = '[';
            for value in values {
                out.push(open);
                write(value, out);
                open = ',';
            }
            out.push_str(if open == '[' { "[]" } else { "]" });
        }
        Value::Object(members) => {
            // By UTF-16 code units, which is not the order of UTF-8 bytes.
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            let mut open = '{';
            for (name, value) in sorted {
                out.push(open);
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(value, out);
                open = ',';
            }
            out.push_str(if open == '{' { "{}" } else { "}" });
        }
        // serde_json escapes texts as RFC 8785 does: the shortest way, and in small hexadecimal digits.
        _ => out.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::jcs;

    /// RFC 8785, section 3.2.3, less what cannot occur here.
    #[test]
    fn members_are_ordered_by_utf_16() {
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        assert_eq!(
            jcs(&value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\
             \"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        );
    }

    #[test]
    fn texts_are_escaped_as_little_as_possible() {
        let value = json!(["\u{8}\t\n\u{c}\r\"\\/\u{0}\u{1f}\u{7f}å", [], {}, 0, -1, null, true]);
        assert_eq!(jcs(&value), "[\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0000\\u001f\u{7f}å\",[],{},0,-1,null,true]");
    }
}
