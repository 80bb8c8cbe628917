//! Which facts about a purpose a new notice changes, as they were and as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fact, Material, PartyFacts, PurposeFacts, TransferFacts};
use crate::basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
use crate::id::PurposeId;
use crate::manifest::Role;
use crate::period::Period;
use crate::site::RecipientRole;

/// Whom a new notice asks about a purpose.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// use volens_core::notice::Question;
/// use volens_core::site::Site;
/// let old = Site::parse("old.toml", text)?.material();
/// let new = Site::parse("new.toml", &text.replace("P13M", "P14M"))?.material();
/// assert_eq!(new.question(&old, &"analytics".parse()?), Question::Again);
/// assert_eq!(new.question(&old, &"marketing".parse()?), Question::Nobody);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Question {
    /// Nobody: what was chosen stands, or it does not rest on consent.
    Nobody,
    /// Whoever granted it, at once; whoever refused it, when the cool-down of 180 days is over.
    Again,
    /// Everybody: it did not rest on consent before, or was not there.
    First,
    /// Nobody: it rests on consent no longer, and what was chosen counts no longer.
    Ended,
}

impl Question {
    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::notice::Question::Again.code(), "again");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Again => "again",
            Self::First => "first",
            Self::Ended => "ended",
        }
    }
}

/// A fact as one of two notices states it.
///
/// ```
/// use volens_core::notice::Detail;
/// assert_ne!(Detail::Revision(1), Detail::Revision(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// A controller or affiliate.
    Controller {
        /// Its name.
        name: String,
        /// ISO 3166-1 alpha-2.
        country: String,
        /// What it is to the site.
        role: Role,
    },
    /// The revision number.
    Revision(u32),
    /// Whom decisions are about.
    Subject(SubjectKind),
    /// What a yes means.
    Kind(PurposeKind),
    /// Whether it is direct marketing.
    DirectMarketing(DirectMarketing),
    /// The basis of a service that takes part.
    Basis(Basis),
    /// A service that takes part.
    Service {
        /// Its product name.
        name: String,
        /// The company behind it.
        provider: String,
        /// The company's country, ISO 3166-1 alpha-2.
        country: String,
    },
    /// The longest storage.
    Storage(Period),
    /// Somebody who receives data.
    Recipient {
        /// Its name.
        name: String,
        /// ISO 3166-1 alpha-2.
        country: String,
        /// What it is in law.
        role: RecipientRole,
    },
    /// Data leaves for a country.
    Transfer {
        /// The id of the recipient.
        recipient: String,
        /// ISO 3166-1 alpha-2.
        country: String,
    },
}

/// One fact about a purpose that differs between two notices.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// use volens_core::notice::{Detail, Fact};
/// use volens_core::site::Site;
/// let old = Site::parse("old.toml", text)?.material();
/// let new = Site::parse("new.toml", &text.replace("revision = 2", "revision = 3"))?.material();
/// let changes = new.details(&old, &"analytics".parse()?);
/// assert_eq!((changes.len(), changes[0].fact()), (1, Fact::Meaning));
/// assert_eq!((changes[0].before(), changes[0].after()), (Some(&Detail::Revision(2)), Some(&Detail::Revision(3))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    fact: Fact,
    of: String,
    old: Option<Detail>,
    new: Option<Detail>,
}

impl Change {
    /// The kind of fact.
    ///
    #[doc = example!("assert_eq!(change.fact(), Fact::Meaning);")]
    pub const fn fact(&self) -> Fact {
        self.fact
    }

    /// The id of the company, service or recipient that it is about; empty: the purpose itself.
    ///
    #[doc = example!("assert_eq!(change.of(), \"\");")]
    pub fn of(&self) -> &str {
        &self.of
    }

    /// As the older notice states it; none: it does not.
    ///
    #[doc = example!("assert_eq!(change.before(), Some(&Detail::Revision(2)));")]
    pub const fn before(&self) -> Option<&Detail> {
        self.old.as_ref()
    }

    /// As the newer notice states it; none: it does not.
    ///
    #[doc = example!("assert_eq!(change.after(), Some(&Detail::Revision(3)));")]
    pub const fn after(&self) -> Option<&Detail> {
        self.new.as_ref()
    }
}

impl Material {
    /// Whom this notice asks about a purpose where an older one stood before it.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// use volens_core::notice::Question;
    /// use volens_core::site::Site;
    /// let old = Site::parse("old.toml", text)?.material();
    /// let new = Site::parse("new.toml", &text.replace("club = \"contract\"", "club = \"consent\""))?.material();
    /// assert_eq!(new.question(&old, &"club".parse()?), Question::First);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn question(&self, older: &Self, purpose: &PurposeId) -> Question {
        if !self.rests_on_consent(purpose) {
            if older.rests_on_consent(purpose) { Question::Ended } else { Question::Nobody }
        } else if !older.rests_on_consent(purpose) {
            Question::First
        } else if self.carries(older, purpose) {
            Question::Nobody
        } else {
            Question::Again
        }
    }

    /// The changes to a purpose that both notices have, in the order of [`Fact`]: what [`changes`](Self::changes) names,
    /// as it was and as it is. Empty where one of them lacks the purpose.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// use volens_core::notice::Detail;
    /// use volens_core::site::Site;
    /// let old = Site::parse("old.toml", text)?.material();
    /// let new = Site::parse("new.toml", &text.replace("P13M", "P14M"))?.material();
    /// let changes = new.details(&old, &"analytics".parse()?);
    /// assert_eq!(changes[0].before(), Some(&Detail::Storage("P13M".parse()?)));
    /// assert_eq!(changes[0].after(), Some(&Detail::Storage("P14M".parse()?)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn details(&self, older: &Self, purpose: &PurposeId) -> Vec<Change> {
        let (Some(old), Some(new)) = (older.purposes.get(purpose), self.purposes.get(purpose)) else {
            return Vec::new();
        };
        self.changes(older, purpose)
            .into_iter()
            .flat_map(|fact| {
                let changes = differences(fact, older.facts(fact, purpose, old), self.facts(fact, purpose, new));
                // No kind of change goes untold, even one that the details cannot show.
                let untold = Change { fact, of: String::new(), old: None, new: None };
                if changes.is_empty() { vec![untold] } else { changes }
            })
            .collect()
    }

    pub(super) fn rests_on_consent(&self, purpose: &PurposeId) -> bool {
        self.purposes.get(purpose).is_some_and(|facts| facts.services.values().any(|basis| *basis == Basis::Consent))
    }

    /// All facts of one kind about a purpose, by the id of what they are about and a number that keeps them apart.
    fn facts(&self, fact: Fact, purpose: &PurposeId, facts: &PurposeFacts) -> BTreeMap<(String, String), Detail> {
        let own = |name: &str, detail| ((String::new(), name.to_owned()), detail);
        let of = |id: &str, detail| ((id.to_owned(), String::new()), detail);
        match fact {
            Fact::Purpose => BTreeMap::new(),
            Fact::Controllers => {
                let detail = |party: &PartyFacts| Detail::Controller {
                    name: party.name.clone(),
                    country: party.country.clone(),
                    role: party.role,
                };
                self.controllers.iter().map(|(id, party)| of(id, detail(party))).collect()
            }
            Fact::Meaning => [
                own("1", Detail::Revision(facts.revision)),
                own("2", Detail::Subject(facts.subject)),
                own("3", Detail::Kind(facts.kind)),
                own("4", Detail::DirectMarketing(facts.direct_marketing)),
            ]
            .into(),
            Fact::Basis => facts.services.iter().map(|(id, basis)| of(id.as_str(), Detail::Basis(*basis))).collect(),
            Fact::Services => {
                let detail = |[name, provider, country]: [&str; 3]| Detail::Service {
                    name: name.to_owned(),
                    provider: provider.to_owned(),
                    country: country.to_owned(),
                };
                let services = self.services_of(facts).into_iter();
                services.map(|(id, facts)| of(id.as_str(), detail(facts.unwrap_or_default()))).collect()
            }
            Fact::LongestStorage => {
                facts.longest_storage.iter().map(|period| own("", Detail::Storage(*period))).collect()
            }
            Fact::Recipients => {
                let detail = |(name, country, role): (&str, &str, RecipientRole)| Detail::Recipient {
                    name: name.to_owned(),
                    country: country.to_owned(),
                    role,
                };
                let recipients = self.recipients_of(purpose, facts).into_iter();
                recipients.map(|(id, facts)| of(id, detail(facts))).collect()
            }
            Fact::Transfers => {
                let transfers = self.transfers_of(purpose, facts).into_iter();
                let detail = |facts: &TransferFacts| Detail::Transfer {
                    recipient: facts.recipient.clone(),
                    country: facts.country.clone(),
                };
                transfers.map(|facts| ((facts.recipient.clone(), facts.country.clone()), detail(facts))).collect()
            }
        }
    }
}

fn differences(
    fact: Fact,
    mut old: BTreeMap<(String, String), Detail>,
    mut new: BTreeMap<(String, String), Detail>,
) -> Vec<Change> {
    // A service that joins or leaves has no basis that changed.
    if fact == Fact::Basis {
        old.retain(|key, _| new.contains_key(key));
        new.retain(|key, _| old.contains_key(key));
    }
    let keys: BTreeSet<(String, String)> = old.keys().chain(new.keys()).cloned().collect();
    keys.into_iter()
        .map(|key| {
            let (old, new) = (old.remove(&key), new.remove(&key));
            Change { fact, of: key.0, old, new }
        })
        .filter(|change| change.old != change.new)
        .collect()
}
