//! May a question be put again: not before its time, and not to wear a refusal down.

use super::answer::Law;
use super::{RuleSet, Standing, Use};
use crate::signals::Gpc;
use crate::{Because, Timestamp};

const DAY: i64 = 86_400;

/// What happened to a purpose in the notice since the choice was made.
///
/// ```
/// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
/// let granted = Standing::new(Because::Granted, "2026-11-21T12:00:00Z".parse()?);
/// assert!(!RuleSet::Eu.prompt(Use::Statistics, &granted, NoticeChange::None, Gpc::Absent).asks());
/// assert!(RuleSet::Eu.prompt(Use::Statistics, &granted, NoticeChange::ThisPurpose, Gpc::Absent).asks());
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
/// # use volens_core::{Because, rules::{AskReason, NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
/// # let now = "2026-11-21T12:00:00Z".parse()?;
/// let standing = Standing::new(Because::Expired, now);
/// let prompt = RuleSet::Eu.prompt(Use::Statistics, &standing, NoticeChange::None, Gpc::Absent);
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
    /// The cool-down after a no, or after a signal that was one, is running, whatever the notice says now.
    CoolDown,
    /// The visitor objected; only the visitor may bring it up again (GDPR article 21(3)).
    Objected,
    /// There is nobody left to ask.
    Erased,
    /// The person had processing restricted (GDPR article 18).
    Restricted,
    /// The browser's signal says no already (11 CCR § 7025(c)(1)).
    Signal,
}

/// Whether a question may be put, why, and from when.
///
/// ```
/// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
/// # let now = "2026-11-21T12:00:00Z".parse()?;
/// let standing = Standing::new(Because::Erased, now);
/// let prompt = RuleSet::Eu.prompt(Use::Statistics, &standing, NoticeChange::None, Gpc::Absent);
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
    /// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let standing = Standing::new(Because::Unknown, now);
    /// assert!(RuleSet::Eu.prompt(Use::Statistics, &standing, NoticeChange::None, Gpc::Absent).asks());
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn asks(&self) -> bool {
        match self.reason {
            AskReason::NeverAsked | AskReason::NoticeChanged | AskReason::Expired | AskReason::CoolDownOver => true,
            AskReason::Granted
            | AskReason::CoolDown
            | AskReason::Objected
            | AskReason::Erased
            | AskReason::Restricted
            | AskReason::Signal => false,
        }
    }

    /// Why.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{AskReason, NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let standing = Standing::new(Because::Granted, now);
    /// let prompt = RuleSet::Eu.prompt(Use::Statistics, &standing, NoticeChange::ThisPurpose, Gpc::Absent);
    /// assert_eq!(prompt.reason(), AskReason::NoticeChanged);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn reason(&self) -> AskReason {
        self.reason
    }

    /// A stable code.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let standing = Standing::new(Because::Objected, now);
    /// let prompt = RuleSet::Eu.prompt(Use::Statistics, &standing, NoticeChange::None, Gpc::Absent);
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
            AskReason::Restricted => "restricted",
            AskReason::Signal => "signal",
        }
    }

    /// The first instant at which the question may be put, as things stand; none: at no known time.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{NoticeChange, RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let refused = Standing::new(Because::Refused, now).decided("2026-11-01T00:00:00Z".parse()?);
    /// let from = RuleSet::Eu.prompt(Use::Statistics, &refused, NoticeChange::None, Gpc::Absent).from();
    /// assert_eq!(from, Some("2027-04-30T00:00:00Z".parse()?));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn from(&self) -> Option<Timestamp> {
        self.from
    }
}

impl RuleSet {
    /// Whether to ask again, given what stands now, what became of the purpose in the notice, and the browser's signal.
    ///
    /// A grant is asked again when it ends or when its purpose changes; a no only after the cool-down, even if the
    /// purpose changed or a grant lifted it for a while. A no whose date is unknown is not asked again, nor is an
    /// objection, ever; nor anything while processing is restricted or a binding signal is on, and for the cool-down
    /// after one. The site's own banner may ask less often.
    ///
    /// ```
    /// use volens_core::rules::{NoticeChange, RuleSet, Standing, Use};
    /// use volens_core::{Because, signals::Gpc};
    /// let withdrawn = Standing::new(Because::Withdrawn, "2026-11-21T12:00:00Z".parse()?);
    /// let withdrawn = withdrawn.decided("2026-04-01T00:00:00Z".parse()?);
    /// let code = |set: RuleSet, signal| {
    ///     set.prompt(Use::Advertising, &withdrawn, NoticeChange::ThisPurpose, signal).code()
    /// };
    /// assert_eq!(code(RuleSet::Eu, Gpc::On), "cool-down-over"); // where the signal binds nobody
    /// assert_eq!(code(RuleSet::UsCo, Gpc::On), "signal");
    /// assert_eq!(code(RuleSet::UsCa, Gpc::Absent), "cool-down");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn prompt(self, use_: Use, standing: &Standing, notice: NoticeChange, signal: Gpc) -> Prompt {
        let never = |reason| Prompt { reason, from: None };
        if standing.law == Law::Restricted {
            return never(AskReason::Restricted);
        }
        let reason = match (standing.because, notice) {
            (Because::Objected, _) => return never(AskReason::Objected),
            (Because::Erased, _) => return never(AskReason::Erased),
            _ if signal == Gpc::On && self.binds(use_, standing.at) => return never(AskReason::Signal),
            (Because::Granted, NoticeChange::None) => {
                return Prompt { reason: AskReason::Granted, from: standing.until };
            }
            (Because::Unknown, _) => AskReason::NeverAsked,
            (Because::OtherNotice, _) | (Because::Granted, NoticeChange::ThisPurpose) => AskReason::NoticeChanged,
            (Because::Expired, _) => AskReason::Expired,
            (Because::Refused | Because::Withdrawn, _) => AskReason::CoolDownOver,
        };
        let opted_out = standing.signalled.filter(|at| self.binds(use_, *at));
        let said_no = match standing.no {
            Some(Because::Objected) => return never(AskReason::Objected),
            Some(Because::Erased) => return never(AskReason::Erased),
            // Of unknown date: at no known time.
            Some(_) if standing.decided.is_none() => return never(AskReason::CoolDown),
            Some(_) => standing.decided,
            None => None,
        };
        let cool_down = i64::from(self.cool_down_days().says()) * DAY;
        match said_no.max(opted_out).map(|since| since.plus_seconds(cool_down)) {
            Some(from) if from > standing.at => Prompt { reason: AskReason::CoolDown, from: Some(from) },
            Some(from) if reason == AskReason::CoolDownOver => Prompt { reason, from: Some(from) },
            _ => Prompt { reason, from: Some(standing.at) },
        }
    }
}
