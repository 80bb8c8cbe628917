//! What is granted, in the seven words of consent mode that vendors share.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::PurposeId;

/// A consent type of Google Consent Mode v2, which other vendors borrow from.
///
/// ```
/// use volens_core::signals::ConsentType;
/// assert_eq!(ConsentType::ALL.len(), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConsentType {
    /// Storage for advertising.
    AdStorage,
    /// Sending user data for advertising.
    AdUserData,
    /// Personalised advertising.
    AdPersonalization,
    /// Storage for analytics.
    AnalyticsStorage,
    /// Storage for what the site can do, such as its language.
    FunctionalityStorage,
    /// Storage for personalisation, such as recommendations.
    PersonalizationStorage,
    /// Storage for security, such as authentication and fraud prevention: strictly necessary.
    SecurityStorage,
}

impl ConsentType {
    /// All seven.
    pub const ALL: &'static [Self] = &[
        Self::AdStorage,
        Self::AdUserData,
        Self::AdPersonalization,
        Self::AnalyticsStorage,
        Self::FunctionalityStorage,
        Self::PersonalizationStorage,
        Self::SecurityStorage,
    ];

    /// Its name in calls.
    ///
    /// ```
    /// assert_eq!(volens_core::signals::ConsentType::AdUserData.as_str(), "ad_user_data");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdStorage => "ad_storage",
            Self::AdUserData => "ad_user_data",
            Self::AdPersonalization => "ad_personalization",
            Self::AnalyticsStorage => "analytics_storage",
            Self::FunctionalityStorage => "functionality_storage",
            Self::PersonalizationStorage => "personalization_storage",
            Self::SecurityStorage => "security_storage",
        }
    }
}

/// What a vendor is told about one consent type.
///
/// ```
/// use volens_core::signals::{ConsentType, Consents, Status};
/// assert_eq!(Consents::nothing().status(ConsentType::AnalyticsStorage), Status::Denied);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums, reason = "vendors know these two words")]
pub enum Status {
    /// Not granted, whether refused or never asked.
    Denied,
    /// Granted.
    Granted,
}

impl Status {
    /// The word in calls.
    ///
    /// ```
    /// assert_eq!(volens_core::signals::Status::Denied.as_str(), "denied");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Granted => "granted",
        }
    }
}

/// Which consent types a purpose stands for, as data that a site may replace.
///
/// By default `analytics` stands for `analytics_storage`, `marketing` for the three `ad_` types, `functional` for
/// `functionality_storage` and `personalization_storage`.
///
/// ```
/// use volens_core::signals::{ConsentType, Consents, Mapping, Status};
/// let mapping = Mapping::new([("adverts".parse()?, vec![ConsentType::AdStorage])]);
/// let state = Consents::of(&mapping, &["adverts".parse()?]);
/// assert_eq!(state.status(ConsentType::AdStorage), Status::Granted);
/// assert_eq!(state.status(ConsentType::AdUserData), Status::Denied);
/// # Ok::<(), volens_core::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping(BTreeMap<Cow<'static, str>, BTreeSet<ConsentType>>);

impl Default for Mapping {
    fn default() -> Self {
        let rows: [(&'static str, &[ConsentType]); 3] = [
            ("analytics", &[ConsentType::AnalyticsStorage]),
            ("functional", &[ConsentType::FunctionalityStorage, ConsentType::PersonalizationStorage]),
            ("marketing", &[ConsentType::AdStorage, ConsentType::AdUserData, ConsentType::AdPersonalization]),
        ];
        Self(rows.into_iter().map(|(purpose, types)| (purpose.into(), types.iter().copied().collect())).collect())
    }
}

impl Mapping {
    /// A mapping of a site's own; types given for one purpose several times add up.
    ///
    /// A type named under several purposes is granted only when all of them are.
    ///
    /// ```
    /// use volens_core::signals::{ConsentType, Consents, Mapping, Status};
    /// let both = [ConsentType::AdStorage];
    /// let mapping = Mapping::new([("ads".parse()?, both), ("retargeting".parse()?, both)]);
    /// let state = Consents::of(&mapping, &["ads".parse()?]);
    /// assert_eq!(state.status(ConsentType::AdStorage), Status::Denied);
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn new(rows: impl IntoIterator<Item = (PurposeId, impl IntoIterator<Item = ConsentType>)>) -> Self {
        let mut mapping: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (purpose, types) in rows {
            mapping.entry(Cow::Owned(purpose.into())).or_default().extend(types);
        }
        Self(mapping)
    }
}

/// The status of every consent type at one moment.
///
/// ```
/// use volens_core::signals::{ConsentType, Consents, Mapping, Status};
/// let state = Consents::of(&Mapping::default(), &["functional".parse()?]);
/// assert_eq!(state.status(ConsentType::PersonalizationStorage), Status::Granted);
/// assert_eq!(state.status(ConsentType::AnalyticsStorage), Status::Denied);
/// # Ok::<(), volens_core::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consents(BTreeSet<ConsentType>);

impl Consents {
    /// Before any choice, and after everything was refused: only `security_storage` is granted.
    ///
    /// ```
    /// use volens_core::signals::{ConsentType, Consents, Status};
    /// assert_eq!(Consents::nothing().status(ConsentType::SecurityStorage), Status::Granted);
    /// assert_eq!(Consents::nothing().status(ConsentType::AdStorage), Status::Denied);
    /// ```
    pub fn nothing() -> Self {
        Self(BTreeSet::new())
    }

    /// From the purposes that are granted, or permitted by a rule set, right now.
    ///
    /// A purpose that the mapping does not name grants nothing.
    ///
    /// ```
    /// use volens_core::signals::{Consents, Mapping};
    /// let state = Consents::of(&Mapping::default(), &["newsletter".parse()?]);
    /// assert_eq!(state, Consents::nothing());
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn of<'a>(mapping: &Mapping, granted: impl IntoIterator<Item = &'a PurposeId>) -> Self {
        let granted: BTreeSet<&str> = granted.into_iter().map(PurposeId::as_str).collect();
        let withheld = mapping.0.iter().filter(|(purpose, _)| !granted.contains(purpose.as_ref()));
        let denied: BTreeSet<&ConsentType> = withheld.flat_map(|(_, types)| types).collect();
        Self(mapping.0.values().flatten().filter(|of| !denied.contains(of)).copied().collect())
    }

    /// The status of one type; `security_storage` is always granted.
    ///
    /// ```
    /// use volens_core::signals::{ConsentType, Consents, Mapping, Status};
    /// let state = Consents::of(&Mapping::default(), &["marketing".parse()?]);
    /// assert_eq!(state.status(ConsentType::AdPersonalization), Status::Granted);
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn status(&self, of: ConsentType) -> Status {
        if of == ConsentType::SecurityStorage || self.0.contains(&of) { Status::Granted } else { Status::Denied }
    }
}
