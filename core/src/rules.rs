//! Rule sets: what may be done, and what must be asked first, in a jurisdiction, as data.
//!
//! A jurisdiction selects a [`RuleSet`]; everything after that asks the rule set, never the country. A rule set is a
//! table with the source of each rule, and [`RuleSet::answer`] reads it together with what consent says:
//!
//! ```
//! use volens_core::rules::{RuleSet, Standing, Use};
//! use volens_core::signals::Gpc;
//! use volens_core::Because;
//!
//! let nothing_asked = Standing::new(Because::Unknown, "2026-11-21T12:00:00Z".parse()?);
//! let sweden = RuleSet::of_jurisdiction("SE").answer(Use::Advertising, &nothing_asked, Gpc::Absent);
//! let california = RuleSet::of_jurisdiction("US-CA").answer(Use::Advertising, &nothing_asked, Gpc::Absent);
//! let with_signal = RuleSet::of_jurisdiction("US-CA").answer(Use::Advertising, &nothing_asked, Gpc::On);
//! assert_eq!(sweden.code(), "unknown");
//! assert_eq!(california.code(), "opt-out-regime");
//! assert_eq!(with_signal.code(), "signal");
//! # Ok::<(), volens_core::TimeError>(())
//! ```
//!
//! What the tables do not hold: whether a law applies to a business at all (thresholds, exempt sectors), children, and
//! conditions that consent cannot meet, such as Maryland's bar on selling sensitive data. They say when consent, or
//! its absence, stands in the way; other duties remain.

mod answer;
mod jurisdiction;
mod law;
mod prompt;
mod terms;

use core::fmt;
use core::str::FromStr;

use crate::Timestamp;
use law::Law;

pub use answer::{Reason, Ruling, Standing};
pub use prompt::{AskReason, NoticeChange, Prompt};
pub use terms::{Provision, Refusing, Regime, SignalDisplay, SignalForce, Use};

/// What may be asked, and how, follows from a rule set; code asks it, never the country.
///
/// ```
/// use volens_core::rules::{Regime, RuleSet, Use};
/// let today = "2026-11-21T12:00:00Z".parse()?;
/// let rule = RuleSet::Uk.rule(Use::Statistics, today);
/// assert_eq!(rule.says(), Regime::OptOutWithNotice);
/// assert!(rule.source().contains("Schedule A1"));
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RuleSet {
    /// GDPR and the ePrivacy directive: the European Union and the EEA.
    Eu,
    /// UK GDPR and PECR; from 5 February 2026 as changed by the Data (Use and Access) Act 2025.
    Uk,
    /// The Swiss data protection act (FADP) and telecommunications act (TCA).
    Ch,
    /// California Consumer Privacy Act.
    UsCa,
    /// Colorado Privacy Act.
    UsCo,
    /// Connecticut Data Privacy Act.
    UsCt,
    /// Delaware Personal Data Privacy Act.
    UsDe,
    /// Maryland Online Data Privacy Act.
    UsMd,
    /// Minnesota Consumer Data Privacy Act.
    UsMn,
    /// Montana Consumer Data Privacy Act.
    UsMt,
    /// Nebraska Data Privacy Act.
    UsNe,
    /// New Hampshire, RSA chapter 507-H.
    UsNh,
    /// New Jersey, P.L. 2023, c. 266.
    UsNj,
    /// Oregon Consumer Privacy Act.
    UsOr,
    /// Texas Data Privacy and Security Act.
    UsTx,
    /// The states of the United States in which no law makes a browser's signal binding.
    Us,
    /// Quebec's act on personal information in the private sector, as changed by Law 25.
    CaQc,
    /// China's Personal Information Protection Law (PIPL).
    Cn,
    /// The strictest answer to every question, for where the jurisdiction is unknown.
    Strict,
}

impl RuleSet {
    /// Every rule set.
    pub const ALL: &'static [Self] = &[
        Self::Eu,
        Self::Uk,
        Self::Ch,
        Self::UsCa,
        Self::UsCo,
        Self::UsCt,
        Self::UsDe,
        Self::UsMd,
        Self::UsMn,
        Self::UsMt,
        Self::UsNe,
        Self::UsNh,
        Self::UsNj,
        Self::UsOr,
        Self::UsTx,
        Self::Us,
        Self::CaQc,
        Self::Cn,
        Self::Strict,
    ];

    /// Those that `site.toml` takes: a site asks for consent everywhere, which every law allows.
    pub const FOR_SITES: &'static [Self] = &[Self::Eu, Self::Strict];

    /// How long a choice is remembered, in days, a yes as long as a no.
    ///
    /// Days, not months: they are the same in a cookie's `Max-Age`, on the server and in a token.
    pub const REMEMBERED_DAYS: u32 = 180;

    /// The name used in `site.toml` and in records.
    ///
    /// ```
    /// assert_eq!(volens_core::rules::RuleSet::UsCa.code(), "us-ca");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Uk => "uk",
            Self::Ch => "ch",
            Self::UsCa => "us-ca",
            Self::UsCo => "us-co",
            Self::UsCt => "us-ct",
            Self::UsDe => "us-de",
            Self::UsMd => "us-md",
            Self::UsMn => "us-mn",
            Self::UsMt => "us-mt",
            Self::UsNe => "us-ne",
            Self::UsNh => "us-nh",
            Self::UsNj => "us-nj",
            Self::UsOr => "us-or",
            Self::UsTx => "us-tx",
            Self::Us => "us",
            Self::CaQc => "ca-qc",
            Self::Cn => "cn",
            Self::Strict => "strict",
        }
    }

    /// The rule set of a jurisdiction: ISO 3166-1 alpha-2 (`SE`) or ISO 3166-2 (`US-CA`), in any case; `UK` and `EL`
    /// are read as `GB` and `GR`. Unknown means [`RuleSet::Strict`].
    ///
    /// A part of a country follows the country, save where it has law of its own (`CN-HK`, `FR-NC`). `US` and `CA`
    /// alone are unknown: there the state or province decides.
    ///
    /// ```
    /// use volens_core::rules::RuleSet;
    /// assert_eq!(RuleSet::of_jurisdiction("se-ab"), RuleSet::Eu);
    /// assert_eq!(RuleSet::of_jurisdiction("UK"), RuleSet::Uk);
    /// assert_eq!(RuleSet::of_jurisdiction("US"), RuleSet::Strict);
    /// ```
    pub fn of_jurisdiction(code: &str) -> Self {
        jurisdiction::rule_set(code)
    }

    /// What it asks before a use, at an instant.
    ///
    /// The tables hold the law in force from the dates they name and, before the first of them, that first text.
    ///
    /// ```
    /// use volens_core::rules::{Regime, RuleSet, Use};
    /// let rule = |at: &str| Ok::<_, volens_core::TimeError>(RuleSet::Uk.rule(Use::Statistics, at.parse()?).says());
    /// assert_eq!(rule("2026-02-04T23:59:59Z")?, Regime::OptIn);
    /// assert_eq!(rule("2026-02-05T00:00:00Z")?, Regime::OptOutWithNotice);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn rule(self, use_: Use, at: Timestamp) -> Provision<Regime> {
        self.law(at).rule(use_)
    }

    /// What Global Privacy Control does to a use, at an instant.
    ///
    /// A state's duty begins with its day in UTC, a few hours before it does there: too early, never too late.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, SignalForce, Use};
    /// let today = "2026-11-21T12:00:00Z".parse()?;
    /// assert_eq!(RuleSet::UsOr.signal(Use::Advertising, today).says(), SignalForce::Binding);
    /// assert_eq!(RuleSet::UsOr.signal(Use::Statistics, today).says(), SignalForce::RecordedOnly);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn signal(self, use_: Use, at: Timestamp) -> Provision<SignalForce> {
        self.law(at).signal(use_, at)
    }

    /// Whether a visitor must see that the signal was processed, at an instant.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, SignalDisplay};
    /// let today = "2026-11-21T12:00:00Z".parse()?;
    /// assert_eq!(RuleSet::UsCa.signal_display(today).says(), SignalDisplay::Required);
    /// assert_eq!(RuleSet::UsCa.signal_display(today).source(), "11 CCR § 7025(c)(6), from 1 January 2026");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn signal_display(self, at: Timestamp) -> Provision<SignalDisplay> {
        self.law(at).signal_display(at)
    }

    /// How a refusal must be offered next to an acceptance.
    ///
    /// ```
    /// use volens_core::rules::{Refusing, RuleSet};
    /// assert_eq!(RuleSet::Eu.refusing().says(), Refusing::AsEasy);
    /// ```
    pub const fn refusing(self) -> Provision<Refusing> {
        self.newest().refusing
    }

    /// How many days after a refusal nothing is asked again.
    ///
    /// Where a law names months, these are the most days that they can have, so that no question comes too early.
    ///
    /// ```
    /// use volens_core::rules::RuleSet;
    /// assert_eq!(RuleSet::Eu.cool_down_days().says(), 180);
    /// assert_eq!(RuleSet::UsCa.cool_down_days().says(), 366);
    /// ```
    pub const fn cool_down_days(self) -> Provision<u32> {
        self.newest().cool_down
    }

    fn law(self, at: Timestamp) -> &'static Law {
        match self {
            Self::Uk if at < law::UK_CHANGE => &law::UK_2003,
            _ => self.newest(),
        }
    }

    const fn newest(self) -> &'static Law {
        match self {
            Self::Eu => &law::EU,
            Self::Uk => &law::UK,
            Self::Ch => &law::CH,
            Self::UsCa => &law::US_CA,
            Self::UsCo => &law::US_CO,
            Self::UsCt => &law::US_CT,
            Self::UsDe => &law::US_DE,
            Self::UsMd => &law::US_MD,
            Self::UsMn => &law::US_MN,
            Self::UsMt => &law::US_MT,
            Self::UsNe => &law::US_NE,
            Self::UsNh => &law::US_NH,
            Self::UsNj => &law::US_NJ,
            Self::UsOr => &law::US_OR,
            Self::UsTx => &law::US_TX,
            Self::Us => &law::US,
            Self::CaQc => &law::CA_QC,
            Self::Cn => &law::CN,
            Self::Strict => &law::STRICT,
        }
    }
}

impl From<RuleSet> for String {
    fn from(rules: RuleSet) -> Self {
        rules.code().to_owned()
    }
}

impl fmt::Display for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text is no rule set.
///
/// ```
/// use volens_core::rules::{RuleSet, RuleSetError};
/// assert_eq!("mars".parse::<RuleSet>(), Err(RuleSetError::Unknown));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleSetError {
    /// No rule set has this code.
    Unknown,
}

impl RuleSetError {
    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::rules::RuleSetError::Unknown.code(), "rule-set-unknown");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "rule-set-unknown",
        }
    }
}

impl fmt::Display for RuleSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the code of a rule set; expected one of")?;
        for (at, set) in RuleSet::ALL.iter().enumerate() {
            write!(f, "{} {set}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl core::error::Error for RuleSetError {}

impl FromStr for RuleSet {
    type Err = RuleSetError;

    /// Reads the code that records carry, in small letters.
    fn from_str(code: &str) -> Result<Self, RuleSetError> {
        Self::ALL.iter().copied().find(|set| set.code() == code).ok_or(RuleSetError::Unknown)
    }
}

#[cfg(test)]
mod tests;
