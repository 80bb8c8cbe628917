//! The words of the tables: uses, regimes, and what a law says with its source.

/// What is done with data, as far as laws tell it apart.
///
/// ```
/// use volens_core::rules::Use;
/// assert_eq!(Use::ALL.first(), Some(&Use::StrictlyNecessary));
/// assert_eq!(Use::ALL.len(), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Use {
    /// What the visitor asked for, and nothing beyond.
    StrictlyNecessary,
    /// Statistics on how the site is used, for its operator alone; what a provider uses too is not only this.
    Statistics,
    /// How the site looks and works: language, layout, preferences.
    Appearance,
    /// Advertising by profile, and the sale or sharing of data for it.
    Advertising,
    /// Health, belief, origin, biometric data and the like, as each law draws the circle.
    Sensitive,
    /// Handing data to another controller, or publishing it.
    Disclosure,
    /// Sending data abroad where consent is what permits it.
    Transfer,
}

impl Use {
    /// Every use, in the order of the tables.
    pub const ALL: &'static [Self] = &[
        Self::StrictlyNecessary,
        Self::Statistics,
        Self::Appearance,
        Self::Advertising,
        Self::Sensitive,
        Self::Disclosure,
        Self::Transfer,
    ];

    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::rules::Use::StrictlyNecessary.code(), "strictly-necessary");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::StrictlyNecessary => "strictly-necessary",
            Self::Statistics => "statistics",
            Self::Appearance => "appearance",
            Self::Advertising => "advertising",
            Self::Sensitive => "sensitive",
            Self::Disclosure => "disclosure",
            Self::Transfer => "transfer",
        }
    }
}

/// What a law asks before a use; the order is from lenient to strict.
///
/// ```
/// use volens_core::rules::Regime;
/// assert!(Regime::OptIn > Regime::OptOutWithNotice);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Regime {
    /// Nothing.
    Exempt,
    /// Clear information and an easy way to object; permitted until then.
    OptOutWithNotice,
    /// Consent.
    OptIn,
    /// Consent to this alone, expressly given; a yes to everything does not count.
    OptInSeparately,
}

impl Regime {
    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::rules::Regime::OptIn.code(), "opt-in");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::OptOutWithNotice => "opt-out-with-notice",
            Self::OptIn => "opt-in",
            Self::OptInSeparately => "opt-in-separately",
        }
    }
}

/// What a browser's opt-out signal (Global Privacy Control) does.
///
/// ```
/// # use volens_core::rules::{RuleSet, SignalForce, Use};
/// # let today = "2026-11-21T12:00:00Z".parse()?;
/// assert_eq!(RuleSet::Eu.signal(Use::Advertising, today).says(), SignalForce::RecordedOnly);
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SignalForce {
    /// It is recorded with the choice and decides nothing.
    RecordedOnly,
    /// It is an opt-out.
    Binding,
}

/// Whether a visitor must see that the signal was processed.
///
/// ```
/// # use volens_core::rules::{RuleSet, SignalDisplay};
/// # let today = "2026-11-21T12:00:00Z".parse()?;
/// assert_eq!(RuleSet::UsCo.signal_display(today).says(), SignalDisplay::Optional);
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SignalDisplay {
    /// It may be shown.
    Optional,
    /// It must be shown.
    Required,
}

/// How a refusal must be offered next to an acceptance.
///
/// ```
/// use volens_core::rules::{Refusing, RuleSet};
/// assert_eq!(RuleSet::Strict.refusing().says(), Refusing::AsEasy);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Refusing {
    /// No rule on its looks; it must still be possible.
    Possible,
    /// As prominent and as easy as accepting.
    AsEasy,
}

/// What a law says, and where.
///
/// ```
/// use volens_core::rules::{Refusing, RuleSet};
/// let rule = RuleSet::UsCa.refusing();
/// assert_eq!(rule.says(), Refusing::AsEasy);
/// assert_eq!(rule.source(), "11 CCR § 7004(a)(2): symmetry in choice");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provision<T> {
    pub(super) says: T,
    pub(super) source: &'static str,
}

impl<T: Copy> Provision<T> {
    /// What it says.
    ///
    /// ```
    /// use volens_core::rules::{Regime, RuleSet, Use};
    /// let today = "2026-11-21T12:00:00Z".parse()?;
    /// assert_eq!(RuleSet::Eu.rule(Use::Statistics, today).says(), Regime::OptIn);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn says(&self) -> T {
        self.says
    }

    /// Where it says so: act and section, then what is particular to it.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Use};
    /// let today = "2026-11-21T12:00:00Z".parse()?;
    /// assert_eq!(RuleSet::Cn.rule(Use::Transfer, today).source(), "PIPL, article 39");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn source(&self) -> &'static str {
        self.source
    }
}
