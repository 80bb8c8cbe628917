//! May a question be put again: not before its time, and not to wear a refusal down.

use super::{RuleSet, Standing};
use crate::{Because, Timestamp};

const DAY: i64 = 86_400;

/// What happened to a purpose in the notice since the choice was made.
///
/// ```
/// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing}};
/// let granted = Standing::new(Because::Granted, "2026-11-21T12:00:00Z".parse()?);
/// assert!(!RuleSet::Eu.prompt(&granted, NoticeChange::None).asks());
/// assert!(RuleSet::Eu.prompt(&granted, NoticeChange::ThisPurpose).asks());
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a purpose changed or it did not; a new purpose has no choice yet")]
pub enum NoticeChange {
    /// Nothing that touches this purpose.
    None,
    /// This purpose means something else now.
    ThisPurpose,
}

/// Why a question may be put, or not.
///
/// ```
/// # use volens_core::{Because, rules::{AskReason, NoticeChange, RuleSet, Standing}};
/// # let now = "2026-11-21T12:00:00Z".parse()?;
/// let prompt = RuleSet::Eu.prompt(&Standing::new(Because::Expired, now), NoticeChange::None);
/// assert_eq!(prompt.reason(), AskReason::Expired);
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AskReason {
    /// The purpose is new to this visitor.
    NeverAsked,
    /// The purpose changed since it was granted.
    NoticeChanged,
    /// The grant has ended by itself.
    Expired,
    /// The cool-down after a no is over.
    CoolDownOver,
    /// A grant is in force.
    Granted,
    /// The cool-down after a no is running, whatever the notice says now.
    CoolDown,
    /// The visitor objected; only the visitor may bring it up again (GDPR article 21(3)).
    Objected,
    /// There is nobody left to ask.
    Erased,
}

/// Whether a question may be put, why, and from when.
///
/// ```
/// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing}};
/// # let now = "2026-11-21T12:00:00Z".parse()?;
/// let prompt = RuleSet::Eu.prompt(&Standing::new(Because::Erased, now), NoticeChange::None);
/// assert_eq!((prompt.asks(), prompt.code(), prompt.from()), (false, "erased", None));
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    reason: AskReason,
    from: Option<Timestamp>,
}

impl Prompt {
    /// Whether the question may be put now.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing}};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// assert!(RuleSet::Eu.prompt(&Standing::new(Because::Unknown, now), NoticeChange::None).asks());
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn asks(&self) -> bool {
        match self.reason {
            AskReason::NeverAsked | AskReason::NoticeChanged | AskReason::Expired | AskReason::CoolDownOver => true,
            AskReason::Granted | AskReason::CoolDown | AskReason::Objected | AskReason::Erased => false,
        }
    }

    /// Why.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{AskReason, NoticeChange, RuleSet, Standing}};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let prompt = RuleSet::Eu.prompt(&Standing::new(Because::Granted, now), NoticeChange::ThisPurpose);
    /// assert_eq!(prompt.reason(), AskReason::NoticeChanged);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn reason(&self) -> AskReason {
        self.reason
    }

    /// A stable code.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing}};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let prompt = RuleSet::Eu.prompt(&Standing::new(Because::Objected, now), NoticeChange::None);
    /// assert_eq!(prompt.code(), "objected");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn code(&self) -> &'static str {
        match self.reason {
            AskReason::NeverAsked => "never-asked",
            AskReason::NoticeChanged => "notice-changed",
            AskReason::Expired => "expired",
            AskReason::CoolDownOver => "cool-down-over",
            AskReason::Granted => "granted",
            AskReason::CoolDown => "cool-down",
            AskReason::Objected => "objected",
            AskReason::Erased => "erased",
        }
    }

    /// The first instant at which the question may be put, as things stand; none: at no known time.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing}};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let refused = Standing::new(Because::Refused, now).decided("2026-11-01T00:00:00Z".parse()?);
    /// let from = RuleSet::Eu.prompt(&refused, NoticeChange::None).from();
    /// assert_eq!(from, Some("2027-04-30T00:00:00Z".parse()?));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn from(&self) -> Option<Timestamp> {
        self.from
    }
}

impl RuleSet {
    /// Whether to ask again, given what stands now and what became of the purpose in the notice.
    ///
    /// A grant is asked again when it ends or when its purpose changes; a no only after the cool-down, even if the
    /// purpose changed. A no whose date is unknown is not asked again. The site's own banner may ask less often.
    ///
    /// ```
    /// use volens_core::rules::{NoticeChange, RuleSet, Standing};
    /// use volens_core::Because;
    /// let withdrawn = Standing::new(Because::Withdrawn, "2026-11-21T12:00:00Z".parse()?);
    /// let withdrawn = withdrawn.decided("2026-04-01T00:00:00Z".parse()?);
    /// assert_eq!(RuleSet::Eu.prompt(&withdrawn, NoticeChange::ThisPurpose).code(), "cool-down-over");
    /// assert_eq!(RuleSet::UsCa.prompt(&withdrawn, NoticeChange::ThisPurpose).code(), "cool-down");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn prompt(self, standing: &Standing, notice: NoticeChange) -> Prompt {
        let now = |reason| Prompt { reason, from: Some(standing.at) };
        match (standing.because, notice) {
            (Because::Unknown, _) => now(AskReason::NeverAsked),
            (Because::OtherNotice, _) | (Because::Granted, NoticeChange::ThisPurpose) => now(AskReason::NoticeChanged),
            (Because::Granted, NoticeChange::None) => Prompt { reason: AskReason::Granted, from: standing.until },
            (Because::Expired, _) => now(AskReason::Expired),
            (Because::Refused | Because::Withdrawn, _) => {
                let cool_down = i64::from(self.cool_down_days().says()) * DAY;
                let from = standing.decided.map(|decided| decided.plus_seconds(cool_down));
                match from {
                    Some(from) if from <= standing.at => Prompt { reason: AskReason::CoolDownOver, from: Some(from) },
                    _ => Prompt { reason: AskReason::CoolDown, from },
                }
            }
            (Because::Objected, _) => Prompt { reason: AskReason::Objected, from: None },
            (Because::Erased, _) => Prompt { reason: AskReason::Erased, from: None },
        }
    }
}
