//! The question of a back end: may this be done, on this legal basis, at T, as known at K?
//!
//! [`Purposes`] says what is processed and on which terms; it makes a [`Processing`]: one purpose on one basis. A
//! [`Case`] holds what is on record about one person. Asked about a processing, it gives a [`Verdict`], which permits
//! an [`Operation`] or not and names its [`Reason`]:
//!
//! 1. An erasure stops what it is said of, save what a legal obligation demands (GDPR article 17(3)(b)).
//! 2. A restriction stops every use, for all purposes; what was lawfully collected stays stored, whatever else is said
//!    here (article 18).
//! 3. A grant that is the last word permits: as long as it runs, it lifts every *no* before it, an erasure too.
//! 4. Consent answers as the [`Timeline`](crate::Timeline) does. Every other basis permits until objected to.
//! 5. An objection to legitimate interest stops every use at once, and storage when it is upheld; overruled, it stops
//!    nothing from then on (article 21(1)). Any *no* on record is one.
//! 6. An objection to direct marketing stops all of it, whatever the basis, and cannot be overruled (21(2) and (3)).
//!    [`unsubscribe`](crate::objection::unsubscribe) says what to record, so that a no is one.
//! 7. Where article 21 gives no right to object, an `object` on record stops every use all the same, until a grant or
//!    a decision.
//!
//! ```
//! use volens_core::law::{Case, Fact, Operation, Purposes, Terms};
//! use volens_core::{Basis, DirectMarketing, Kind, Known, PurposeKind, Record, RecordParts, SubjectKind};
//!
//! // Log files rest on legitimate interest: nobody is asked. Ada objects in May.
//! let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::LegitimateInterest])?;
//! let purposes = Purposes::new([("visits".parse()?, terms)]);
//! let may = "2026-05-01T09:00:00Z".parse()?;
//! let objection = Record::new(RecordParts {
//!     subject: "ada".parse()?,
//!     purpose: "visits".parse()?,
//!     kind: Kind::Object,
//!     claimed_at: None,
//!     received_at: may,
//!     recorded_at: may,
//!     notice: "n1".parse()?,
//!     expires_at: None,
//! })?;
//! let case = Case::new(&purposes, [Fact::Record(objection)]);
//!
//! let logs = purposes.processing(&"visits".parse()?, Basis::LegitimateInterest)?;
//! let april = case.ask(&logs, "2026-04-01T00:00:00Z".parse()?, Known::Everything, None);
//! let june = case.ask(&logs, "2026-06-01T00:00:00Z".parse()?, Known::Everything, None);
//! assert_eq!((april.reason().code(), april.until()), ("legitimate-interest", Some(may)));
//! assert_eq!(june.reason().code(), "objection-raised"); // until the controller has decided
//! assert!(june.permits(Operation::Store) && !june.permits(Operation::Use));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Statements of the person count from their arrival; grants, and decisions of the controller, from when they were
//! written here. None changes an answer about a time before it. Not modelled: what article 18(2) still allows under
//! restriction.

mod case;
mod terms;

pub use case::{Case, Fact};
pub use terms::{LawError, Processing, Purposes, Terms};

use crate::{Basis, Because, Timestamp};

/// What is to be done with data.
///
/// ```
/// use volens_core::law::{Operation, Reason};
/// assert!(!Reason::Restricted.permits(Operation::Use));
/// assert!(Reason::Restricted.permits(Operation::Store));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "GDPR article 18(2) knows storage and everything else")]
pub enum Operation {
    /// Anything but keeping it: to collect is a use.
    Use,
    /// Keeping what has been collected.
    Store,
}

/// Why an operation is permitted or not: every answer there is.
///
/// ```
/// use volens_core::law::Reason;
/// assert_eq!(Reason::ObjectionRaised.code(), "objection-raised");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Consent: a grant is in force.
    Granted,
    /// Contract: permitted, not objected to.
    Contract,
    /// Legal obligation: permitted, not objected to.
    LegalObligation,
    /// Legitimate interest: permitted, no objection stands.
    LegitimateInterest,
    /// Strictly necessary: permitted, not objected to.
    StrictlyNecessary,
    /// An objection awaits its decision: use stops, storage goes on.
    ObjectionRaised,
    /// Processing is restricted: use stops, storage goes on.
    Restricted,
    /// An objection stands: upheld, to direct marketing, or to what rests on consent.
    Objected,
    /// The subject's data was erased.
    Erased,
    /// Consent: the subject said no.
    Refused,
    /// Consent: a grant was taken back.
    Withdrawn,
    /// Consent: the last grant has ended by itself.
    Expired,
    /// Consent: the last grant was given under another notice than the one that counts.
    OtherNotice,
    /// Consent: nothing is known.
    Unknown,
}

impl Reason {
    /// A stable code: those of [`Because`] for consent, that of the [`Basis`] where another basis permits.
    ///
    /// ```
    /// use volens_core::law::Reason;
    /// use volens_core::{Basis, Because};
    /// assert_eq!(Reason::OtherNotice.code(), Because::OtherNotice.code());
    /// assert_eq!(Reason::Contract.code(), Basis::Contract.code());
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Contract => "contract",
            Self::LegalObligation => "legal-obligation",
            Self::LegitimateInterest => "legitimate-interest",
            Self::StrictlyNecessary => "strictly-necessary",
            Self::ObjectionRaised => "objection-raised",
            Self::Restricted => "restricted",
            Self::Objected => "objected",
            Self::Erased => "erased",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::OtherNotice => "other-notice",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it permits an operation.
    ///
    /// ```
    /// use volens_core::law::{Operation, Reason};
    /// assert!(Reason::ObjectionRaised.permits(Operation::Store));
    /// assert!(!Reason::Objected.permits(Operation::Store));
    /// ```
    pub const fn permits(self, operation: Operation) -> bool {
        match self {
            Self::Granted
            | Self::Contract
            | Self::LegalObligation
            | Self::LegitimateInterest
            | Self::StrictlyNecessary => true,
            Self::ObjectionRaised | Self::Restricted => matches!(operation, Operation::Store),
            Self::Objected
            | Self::Erased
            | Self::Refused
            | Self::Withdrawn
            | Self::Expired
            | Self::OtherNotice
            | Self::Unknown => false,
        }
    }

    /// The answer where nothing is on record.
    const fn without_record(basis: Basis) -> Self {
        match basis {
            Basis::Consent => Self::Unknown,
            Basis::Contract => Self::Contract,
            Basis::LegalObligation => Self::LegalObligation,
            Basis::LegitimateInterest => Self::LegitimateInterest,
            Basis::StrictlyNecessary => Self::StrictlyNecessary,
        }
    }
}

impl From<Because> for Reason {
    fn from(because: Because) -> Self {
        match because {
            Because::Granted => Self::Granted,
            Because::Refused => Self::Refused,
            Because::Withdrawn => Self::Withdrawn,
            Because::Objected => Self::Objected,
            Because::Erased => Self::Erased,
            Because::Expired => Self::Expired,
            Because::OtherNotice => Self::OtherNotice,
            Because::Unknown => Self::Unknown,
        }
    }
}

/// The answer at an instant, with the half-open interval `[since, until)` in which it is the same; [`Case::ask`]
/// gives it.
///
/// ```
/// # use volens_core::{Basis, Known, law::{Case, Operation, Purposes}};
/// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let purposes = Purposes::of(&site);
/// let offers = purposes.processing(&"marketing".parse()?, Basis::Consent)?;
/// let now = "2026-06-01T00:00:00Z".parse()?;
/// let verdict = Case::new(&purposes, []).ask(&offers, now, Known::Everything, None);
/// assert!(!verdict.permits(Operation::Use));
/// assert_eq!((verdict.reason().code(), verdict.since(), verdict.until()), ("unknown", None, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    reason: Reason,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Verdict {
    /// Why.
    ///
    /// ```
    /// # use volens_core::{Basis, Known, law::{Case, Purposes, Reason}};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let analytics = purposes.processing(&"analytics".parse()?, Basis::Consent)?;
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let verdict = Case::new(&purposes, []).ask(&analytics, now, Known::Everything, None);
    /// assert_eq!(verdict.reason(), Reason::Unknown);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Whether an operation is permitted.
    ///
    /// ```
    /// # use volens_core::{Basis, Known, law::{Case, Operation, Purposes}};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let club = purposes.processing(&"club".parse()?, Basis::Contract)?;
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let verdict = Case::new(&purposes, []).ask(&club, now, Known::Everything, None);
    /// assert!(verdict.permits(Operation::Use));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn permits(&self, operation: Operation) -> bool {
        self.reason.permits(operation)
    }

    /// The first instant of the longest run of the same answer; none: it has no beginning.
    ///
    /// ```
    /// # use volens_core::{Basis, Known, law::{Case, Fact, Purposes}, objection::Restriction};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let club = purposes.processing(&"club".parse()?, Basis::Contract)?;
    /// let may = "2026-05-01T00:00:00Z".parse()?;
    /// let case = Case::new(&purposes, [Fact::Restriction(Restriction::new(may, may)?)]);
    /// let verdict = case.ask(&club, "2026-06-01T00:00:00Z".parse()?, Known::Everything, None);
    /// assert_eq!(verdict.since(), Some(may));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The first instant after that run; none: no end is known.
    ///
    /// ```
    /// # use volens_core::{Basis, Known, law::{Case, Fact, Purposes}, objection::Restriction};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let club = purposes.processing(&"club".parse()?, Basis::Contract)?;
    /// let may = "2026-05-01T00:00:00Z".parse()?;
    /// let case = Case::new(&purposes, [Fact::Restriction(Restriction::new(may, may)?)]);
    /// let verdict = case.ask(&club, "2026-04-01T00:00:00Z".parse()?, Known::Everything, None);
    /// assert_eq!(verdict.until(), Some(may));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

#[cfg(test)]
mod tests;
