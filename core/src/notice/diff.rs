//! What a new description of a site asks its visitors, purpose by purpose.

use std::collections::BTreeSet;

use super::{Change, Question};
use crate::basis::SubjectKind;
use crate::id::{Lang, NoticeHash, PurposeId};
use crate::site::Site;

/// Whether a purpose is in both of two sites.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// use volens_core::notice::{Diff, Presence};
/// use volens_core::site::Site;
/// let shop = Site::parse("shop.toml", text)?;
/// assert!(Diff::between(&shop, &shop).purposes().iter().all(|purpose| purpose.presence() == Presence::Both));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there are no more ways to be in one or two of two")]
pub enum Presence {
    /// In both.
    Both,
    /// In the older one only.
    Removed,
    /// In the newer one only.
    New,
}

/// What becomes of one purpose.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// use volens_core::notice::{Diff, Question};
/// use volens_core::site::Site;
/// let old = Site::parse("old.toml", text)?;
/// let new = Site::parse("new.toml", &text.replace("P13M", "P14M"))?;
/// let diff = Diff::between(&old, &new);
/// let asked: Vec<&str> = diff.purposes().iter().filter(|p| p.asks()).map(|p| p.id().as_str()).collect();
/// assert_eq!(asked, ["analytics"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeDiff {
    id: PurposeId,
    subject: SubjectKind,
    presence: Presence,
    question: Question,
    consent: bool,
    changes: Vec<Change>,
    gained: Vec<Lang>,
    lost: Vec<Lang>,
}

impl PurposeDiff {
    /// Its id.
    ///
    #[doc = example!("assert_eq!(analytics.id().as_str(), \"analytics\");")]
    pub const fn id(&self) -> &PurposeId {
        &self.id
    }

    /// Whom it is about, and so where it is asked: a device in the banner, the others where they arise.
    ///
    #[doc = example!("assert_eq!(analytics.subject(), SubjectKind::Device);")]
    pub const fn subject(&self) -> SubjectKind {
        self.subject
    }

    /// Whether both sites have it.
    ///
    #[doc = example!("assert_eq!(analytics.presence(), Presence::Both);")]
    pub const fn presence(&self) -> Presence {
        self.presence
    }

    /// Whom the new notice asks.
    ///
    #[doc = example!("assert_eq!(analytics.question(), Question::Again);")]
    pub const fn question(&self) -> Question {
        self.question
    }

    /// The facts that differ.
    ///
    #[doc = example!("assert_eq!(analytics.changes().len(), 1);")]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The languages in which it was not offered before; their readers meet it for the first time.
    ///
    #[doc = example!("assert!(analytics.gained().is_empty());")]
    pub fn gained(&self) -> &[Lang] {
        &self.gained
    }

    /// The languages in which it is no longer offered.
    ///
    #[doc = example!("assert!(analytics.lost().is_empty());")]
    pub fn lost(&self) -> &[Lang] {
        &self.lost
    }

    /// Whether anybody is asked: by the notice, or in a language that it is new to.
    ///
    #[doc = example!("assert!(analytics.asks());")]
    pub fn asks(&self) -> bool {
        matches!(self.question, Question::Again | Question::First) || (self.consent && !self.gained.is_empty())
    }
}

/// Two descriptions of a site, the older and the newer, compared by what their visitors will be asked.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// use volens_core::notice::Diff;
/// use volens_core::site::Site;
/// let old = Site::parse("old.toml", text)?;
/// let new = Site::parse("new.toml", &text.replace("Counts visits.", "Counts your visits."))?;
/// assert!(!Diff::between(&old, &new).asks()); // a better wording asks nobody
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    old: NoticeHash,
    new: NoticeHash,
    same: bool,
    purposes: Vec<PurposeDiff>,
}

impl Diff {
    /// Compares them.
    ///
    #[doc = example!("assert!(Diff::between(&new, &new).is_same());")]
    pub fn between(old: &Site, new: &Site) -> Self {
        let (before, after) = (old.material(), new.material());
        let ids: BTreeSet<&PurposeId> = old.purposes().keys().chain(new.purposes().keys()).collect();
        let purposes = ids.into_iter().filter_map(|id| {
            let (presence, purpose) = match (old.purpose(id), new.purpose(id)) {
                (Some(_), Some(purpose)) => (Presence::Both, purpose),
                (None, Some(purpose)) => (Presence::New, purpose),
                (purpose, None) => (Presence::Removed, purpose?),
            };
            Some(PurposeDiff {
                id: id.clone(),
                subject: purpose.subject,
                presence,
                question: after.question(&before, id),
                consent: after.rests_on_consent(id),
                changes: after.details(&before, id),
                gained: offers(new, id).difference(&offers(old, id)).map(|lang| (*lang).clone()).collect(),
                lost: offers(old, id).difference(&offers(new, id)).map(|lang| (*lang).clone()).collect(),
            })
        });
        Self { old: before.notice(), new: after.notice(), same: old == new, purposes: purposes.collect() }
    }

    /// The older notice.
    ///
    #[doc = example!("assert_eq!(*diff.old_notice(), old.notice());")]
    pub const fn old_notice(&self) -> &NoticeHash {
        &self.old
    }

    /// The newer notice.
    ///
    #[doc = example!("assert_eq!(*diff.new_notice(), new.notice());")]
    pub const fn new_notice(&self) -> &NoticeHash {
        &self.new
    }

    /// The purposes of either, in id order.
    ///
    #[doc = example!("assert_eq!(diff.purposes().len(), 4);")]
    pub fn purposes(&self) -> &[PurposeDiff] {
        &self.purposes
    }

    /// Whether the two describe the same site, texts and all.
    ///
    #[doc = example!("assert!(!diff.is_same());")]
    pub const fn is_same(&self) -> bool {
        self.same
    }

    /// Whether anybody is asked anything.
    ///
    #[doc = example!("assert!(diff.asks());")]
    pub fn asks(&self) -> bool {
        self.purposes.iter().any(PurposeDiff::asks)
    }
}

fn offers<'a>(site: &'a Site, purpose: &PurposeId) -> BTreeSet<&'a Lang> {
    site.languages().iter().filter(|lang| site.offered(purpose, lang)).collect()
}
