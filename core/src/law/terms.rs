//! What is processed, and on which terms.

use crate::{Basis, DirectMarketing, PurposeId, PurposeKind, SubjectKind};
use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

/// Why a question cannot be asked.
///
/// ```
/// use volens_core::law::LawError;
/// assert_eq!(LawError::UnknownPurpose.code(), "unknown-purpose");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LawError {
    /// A preference that is flagged as direct marketing.
    MarketingPreference,
    /// A purpose that is not among those of the site.
    UnknownPurpose,
    /// A basis that the purpose does not rest on.
    OtherBasis(Basis),
}

impl LawError {
    /// A stable code.
    ///
    /// ```
    /// use volens_core::law::LawError;
    /// assert_eq!(LawError::MarketingPreference.code(), "marketing-preference");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::MarketingPreference => "marketing-preference",
            Self::UnknownPurpose => "unknown-purpose",
            Self::OtherBasis(_) => "other-basis",
        }
    }
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MarketingPreference => {
                f.write_str("a preference flagged as direct marketing; expected a consent purpose, or no flag")
            }
            Self::UnknownPurpose => f.write_str("a purpose that is not known; expected one of the site's purposes"),
            Self::OtherBasis(basis) => {
                write!(f, "a purpose that does not rest on {}; expected a basis that it rests on", basis.code())
            }
        }
    }
}

impl core::error::Error for LawError {}

/// On which terms a purpose is processed.
///
/// ```
/// use volens_core::law::{LawError, Terms};
/// use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
///
/// let mail = Terms::new(SubjectKind::Account, PurposeKind::Consent, DirectMarketing::Yes, [Basis::Consent])?;
/// assert_eq!(mail.direct_marketing(), DirectMarketing::Yes);
/// # Ok::<(), LawError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    subject: SubjectKind,
    direct_marketing: DirectMarketing,
    bases: BTreeSet<Basis>,
}

impl Terms {
    #[cfg(feature = "site")]
    pub(crate) fn of(
        subject: SubjectKind,
        direct_marketing: DirectMarketing,
        bases: impl IntoIterator<Item = Basis>,
    ) -> Self {
        Self { subject, direct_marketing, bases: bases.into_iter().collect() }
    }

    /// Takes over the flag of other terms.
    const fn flag(&mut self, other: &Self) {
        if matches!(other.direct_marketing, DirectMarketing::Yes) {
            self.direct_marketing = DirectMarketing::Yes;
        }
    }

    /// Checks the terms against each other.
    ///
    /// A preference is an express wish, which an objection to direct marketing must not touch; flagged as direct
    /// marketing, it would be both.
    ///
    /// ```
    /// use volens_core::law::{LawError, Terms};
    /// use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    ///
    /// let terms = |kind| Terms::new(SubjectKind::Account, kind, DirectMarketing::Yes, [Basis::Consent]);
    /// assert_eq!(terms(PurposeKind::Preference), Err(LawError::MarketingPreference));
    /// ```
    ///
    /// # Errors
    /// [`LawError::MarketingPreference`].
    pub fn new(
        subject: SubjectKind,
        kind: PurposeKind,
        direct_marketing: DirectMarketing,
        bases: impl IntoIterator<Item = Basis>,
    ) -> Result<Self, LawError> {
        match (kind, direct_marketing) {
            (PurposeKind::Preference, DirectMarketing::Yes) => Err(LawError::MarketingPreference),
            _ => Ok(Self { subject, direct_marketing, bases: bases.into_iter().collect() }),
        }
    }

    /// Whom decisions are about.
    ///
    /// ```
    /// # use volens_core::law::{LawError, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::Consent])?;
    /// assert_eq!(terms.subject(), SubjectKind::Device);
    /// # Ok::<(), LawError>(())
    /// ```
    pub const fn subject(&self) -> SubjectKind {
        self.subject
    }

    /// Whether an objection to direct marketing covers it.
    ///
    /// ```
    /// # use volens_core::law::{LawError, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// let terms = Terms::new(SubjectKind::Device, PurposeKind::Preference, DirectMarketing::No, [Basis::Consent])?;
    /// assert_eq!(terms.direct_marketing(), DirectMarketing::No);
    /// # Ok::<(), LawError>(())
    /// ```
    pub const fn direct_marketing(&self) -> DirectMarketing {
        self.direct_marketing
    }

    /// The legal bases it rests on.
    ///
    /// ```
    /// # use volens_core::law::{LawError, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// let bases = [Basis::Contract, Basis::LegalObligation];
    /// let terms = Terms::new(SubjectKind::Account, PurposeKind::Consent, DirectMarketing::No, bases)?;
    /// assert!(terms.bases().contains(&Basis::Contract));
    /// # Ok::<(), LawError>(())
    /// ```
    pub const fn bases(&self) -> &BTreeSet<Basis> {
        &self.bases
    }
}

/// The purposes of a site and their terms.
///
/// ```
/// use volens_core::law::{Purposes, Terms};
/// use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
///
/// let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::LegitimateInterest])?;
/// let purposes = Purposes::new([("visits".parse()?, terms)]);
/// let visits = purposes.processing(&"visits".parse()?, Basis::LegitimateInterest)?;
/// assert_eq!(visits.basis(), Basis::LegitimateInterest);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purposes(BTreeMap<PurposeId, Terms>);

impl Purposes {
    /// Each purpose with its terms; of two under one id the first counts, and the flag of either.
    ///
    /// ```
    /// use volens_core::law::Purposes;
    /// assert_eq!(Purposes::new([]).get(&"visits".parse()?), None);
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn new(purposes: impl IntoIterator<Item = (PurposeId, Terms)>) -> Self {
        let mut all = Self::default();
        for (id, terms) in purposes {
            all.0.entry(id).and_modify(|known| known.flag(&terms)).or_insert(terms);
        }
        all
    }

    /// The same, with purposes of earlier days: those that are no more, and the flag of direct marketing where there
    /// was one. For a [`Case`](super::Case), so that an objection outlives the purpose it was made on.
    ///
    /// ```
    /// use volens_core::law::{Purposes, Terms};
    /// use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    ///
    /// let terms = |flag| Terms::new(SubjectKind::Address, PurposeKind::Consent, flag, [Basis::LegitimateInterest]);
    /// let today = Purposes::new([("mail".parse()?, terms(DirectMarketing::No)?)]);
    /// let then = Purposes::new([("mail".parse()?, terms(DirectMarketing::Yes)?), ("offers".parse()?, terms(DirectMarketing::Yes)?)]);
    /// let all = today.with_former(then);
    /// assert_eq!(all.iter().count(), 2);
    /// assert!(all.iter().all(|(_, terms)| terms.direct_marketing() == DirectMarketing::Yes));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_former(self, former: Self) -> Self {
        Self::new(self.0.into_iter().chain(former.0))
    }

    /// The purposes that a published notice named, on their terms of then: what to ask about that time with.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// use volens_core::{law::Purposes, site::Site};
    /// let site = Site::parse("shop.toml", text)?;
    /// let published = site.material(); // kept for good
    /// assert_eq!(Purposes::of_notice(&published), Purposes::of(&site));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "site")]
    pub fn of_notice(material: &crate::notice::Material) -> Self {
        Self::new(material.terms())
    }

    /// The purposes of a site.
    ///
    /// ```
    /// use volens_core::{Basis, law::Purposes, site::Site};
    ///
    /// # let toml = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// let site = Site::parse("site.toml", toml)?;
    /// let purposes = Purposes::of(&site);
    /// assert!(purposes.processing(&"club".parse()?, Basis::Contract).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A site has no preference flagged as direct marketing: its parser refuses one.
    #[cfg(feature = "site")]
    pub fn of(site: &crate::site::Site) -> Self {
        let terms = |purpose: &crate::site::Purpose| {
            Terms::of(purpose.subject, purpose.direct_marketing, purpose.bases.iter().copied())
        };
        Self::new(site.purposes().values().map(|purpose| (purpose.id.clone(), terms(purpose))))
    }

    /// The terms of a purpose.
    ///
    /// ```
    /// # use volens_core::law::{Purposes, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// # let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::Consent])?;
    /// let purposes = Purposes::new([("analytics".parse()?, terms.clone())]);
    /// assert_eq!(purposes.get(&"analytics".parse()?), Some(&terms));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, id: &PurposeId) -> Option<&Terms> {
        self.0.get(id)
    }

    /// Each purpose and its terms, in id order.
    ///
    /// ```
    /// assert_eq!(volens_core::law::Purposes::default().iter().count(), 0);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&PurposeId, &Terms)> {
        self.0.iter()
    }

    /// The processing of a purpose on one of its bases.
    ///
    /// ```
    /// use volens_core::Basis;
    /// use volens_core::law::{LawError, Purposes};
    ///
    /// let asked = Purposes::default().processing(&"visits".parse()?, Basis::Consent);
    /// assert_eq!(asked, Err(LawError::UnknownPurpose));
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    ///
    /// # Errors
    /// [`LawError::UnknownPurpose`], [`LawError::OtherBasis`].
    pub fn processing(&self, id: &PurposeId, basis: Basis) -> Result<Processing, LawError> {
        let terms = self.get(id).ok_or(LawError::UnknownPurpose)?;
        if !terms.bases.contains(&basis) {
            return Err(LawError::OtherBasis(basis));
        }
        Ok(Processing { purpose: id.clone(), basis, direct_marketing: terms.direct_marketing })
    }
}

/// One purpose on one legal basis; [`Purposes::processing`] makes it.
///
/// ```
/// # use volens_core::Basis;
/// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let purposes = volens_core::law::Purposes::of(&site);
/// let basket = purposes.processing(&"necessary".parse()?, Basis::StrictlyNecessary)?;
/// assert_eq!(basket.basis().code(), "strictly-necessary");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Processing {
    purpose: PurposeId,
    basis: Basis,
    direct_marketing: DirectMarketing,
}

impl Processing {
    /// The purpose.
    ///
    /// ```
    /// # use volens_core::Basis;
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = volens_core::law::Purposes::of(&site);
    /// let club = purposes.processing(&"club".parse()?, Basis::Contract)?;
    /// assert_eq!(club.purpose().as_str(), "club");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn purpose(&self) -> &PurposeId {
        &self.purpose
    }

    /// The basis.
    ///
    /// ```
    /// # use volens_core::Basis;
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = volens_core::law::Purposes::of(&site);
    /// let club = purposes.processing(&"club".parse()?, Basis::Contract)?;
    /// assert_eq!(club.basis(), Basis::Contract);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    /// Whether an objection to direct marketing covers it.
    ///
    /// ```
    /// # use volens_core::{Basis, DirectMarketing};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = volens_core::law::Purposes::of(&site);
    /// let offers = purposes.processing(&"marketing".parse()?, Basis::Consent)?;
    /// assert_eq!(offers.direct_marketing(), DirectMarketing::Yes);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn direct_marketing(&self) -> DirectMarketing {
        self.direct_marketing
    }
}
