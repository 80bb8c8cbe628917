//! May a use go ahead: the rule set's answer to what consent and the browser's signal say.

use super::{Regime, RuleSet, SignalForce, Use};
use crate::signals::Gpc;
use crate::{Asked, Because, Kind, Known, NoticeHash, Timeline, Timestamp};

/// What stands between a subject and a purpose at an instant, with as much of its history as rule sets ask about.
///
/// ```
/// use volens_core::rules::Standing;
/// use volens_core::{Because, Known, Timeline};
///
/// let now = "2026-11-21T12:00:00Z".parse()?;
/// let standing = Standing::of(&Timeline::default(), now, Known::Everything, None);
/// assert_eq!(standing, Standing::new(Because::Unknown, now));
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub(super) because: Because,
    pub(super) at: Timestamp,
    pub(super) decided: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    pub(super) earlier_no: Option<Because>,
    pub(super) asked: Asked,
    pub(super) signal: Gpc,
}

impl Standing {
    /// What consent says at `at`, with nothing known of how it came about: a grant made together with others, with no
    /// signal on, after no refusal.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Because, signals::Gpc};
    /// let granted = Standing::new(Because::Granted, "2026-11-21T12:00:00Z".parse()?);
    /// assert_eq!(RuleSet::Eu.answer(Use::Statistics, &granted, Gpc::Absent).code(), "granted");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn new(because: Because, at: Timestamp) -> Self {
        Self { because, at, decided: None, until: None, earlier_no: None, asked: Asked::Together, signal: Gpc::Absent }
    }

    /// What a timeline says at `at`, as known at `known`, under `notice` if one is given.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Kind, Known, Record, RecordParts, Timeline, signals::Gpc};
    /// # let at = "2026-03-01T09:00:00Z".parse()?;
    /// let refusal = Record::new(RecordParts {
    ///     kind: Kind::Refuse,
    ///     // …
    /// #   subject: "s1".parse()?, purpose: "marketing".parse()?, claimed_at: None, received_at: at, recorded_at: at,
    /// #   notice: "n1".parse()?, expires_at: None,
    /// })?;
    /// let now = "2026-11-21T12:00:00Z".parse()?;
    /// let standing = Standing::of(&Timeline::new([refusal]), now, Known::Everything, None);
    /// assert_eq!(RuleSet::UsCa.answer(Use::Advertising, &standing, Gpc::Absent).code(), "refused");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(timeline: &Timeline, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Self {
        let answer = timeline.ask(at, known, notice);
        let counts = |recorded_at| match known {
            Known::Everything => true,
            Known::At(instant) => recorded_at <= instant,
        };
        let records = timeline.records().iter();
        let earlier_no = records
            .filter(|record| record.effective() <= at && counts(record.recorded_at()))
            .filter_map(|record| no(record.kind()))
            .next_back();
        Self {
            decided: timeline.last(at, known).map(crate::Record::effective),
            until: answer.until(),
            earlier_no,
            ..Self::new(answer.because(), at)
        }
    }

    /// The same, decided at `decided`: the start of a cool-down, where there is no timeline to read it from.
    ///
    /// ```
    /// use volens_core::rules::{NoticeChange, RuleSet, Standing};
    /// use volens_core::Because;
    /// let refused = Standing::new(Because::Refused, "2026-11-21T12:00:00Z".parse()?);
    /// let refused = refused.decided("2026-01-01T00:00:00Z".parse()?);
    /// assert!(RuleSet::Eu.prompt(&refused, NoticeChange::None).asks());
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn decided(self, decided: Timestamp) -> Self {
        Self { decided: Some(decided), ..self }
    }

    /// The same, the grant having been asked in this way.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Asked, Because, signals::Gpc};
    /// let granted = Standing::new(Because::Granted, "2026-11-21T12:00:00Z".parse()?);
    /// let answer = |standing| RuleSet::Cn.answer(Use::Transfer, &standing, Gpc::Absent).code();
    /// assert_eq!(answer(granted), "not-separate");
    /// assert_eq!(answer(granted.asked(Asked::Alone)), "granted");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn asked(self, asked: Asked) -> Self {
        Self { asked, ..self }
    }

    /// The same, the grant having been made while the browser said this, and the question having said so.
    ///
    /// Together with [`Asked::Alone`] a grant made under the signal goes before it: 11 CCR § 7028 (in two steps) in
    /// California, 4 CCR 904-3, rule 5.09, in Colorado, and the confirmation that acts such as 6 Del. C. § 12D-106(e)
    /// allow.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Asked, Because, signals::Gpc};
    /// let granted = Standing::new(Because::Granted, "2026-11-21T12:00:00Z".parse()?).asked(Asked::Alone);
    /// let answer = |standing| RuleSet::UsCo.answer(Use::Advertising, &standing, Gpc::On).code();
    /// assert_eq!(answer(granted), "signal");
    /// assert_eq!(answer(granted.under(Gpc::On)), "granted");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn under(self, signal: Gpc) -> Self {
        Self { signal, ..self }
    }
}

const fn no(kind: Kind) -> Option<Because> {
    match kind {
        Kind::Grant => None,
        Kind::Refuse => Some(Because::Refused),
        Kind::Withdraw => Some(Because::Withdrawn),
        Kind::Object => Some(Because::Objected),
        Kind::Erase => Some(Because::Erased),
    }
}

/// Why a use is permitted or not, all told.
///
/// ```
/// # use volens_core::{Because, rules::{Reason, RuleSet, Standing, Use}, signals::Gpc};
/// # let now = "2026-11-21T12:00:00Z".parse()?;
/// let ruling = RuleSet::Eu.answer(Use::Advertising, &Standing::new(Because::Expired, now), Gpc::Absent);
/// assert_eq!(ruling.reason(), Reason::Consent(Because::Expired));
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Consent decides.
    Consent(Because),
    /// A grant is in force, but it was not asked on its own, as the law demands here.
    NotSeparate,
    /// The law asks for nothing.
    Exempt,
    /// The law permits it without consent, after clear information, until somebody says no.
    OptOutRegime,
    /// The browser's opt-out signal forbids it.
    Signal,
}

/// A rule set's answer; only [`RuleSet::answer`] makes one.
///
/// ```
/// # use volens_core::{Because, rules::{RuleSet, Standing, Use}, signals::Gpc};
/// # let now = "2026-11-21T12:00:00Z".parse()?;
/// let ruling = RuleSet::UsTx.answer(Use::Advertising, &Standing::new(Because::Unknown, now), Gpc::Absent);
/// assert!(ruling.permitted());
/// assert_eq!(ruling.code(), "opt-out-regime");
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    reason: Reason,
    because: Because,
    signal: Gpc,
}

impl Ruling {
    /// Whether the use may go ahead.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let refused = Standing::new(Because::Refused, now);
    /// assert!(!RuleSet::Uk.answer(Use::Statistics, &refused, Gpc::Absent).permitted());
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn permitted(&self) -> bool {
        match self.reason {
            Reason::Consent(because) => because.permits(),
            Reason::Exempt | Reason::OptOutRegime => true,
            Reason::NotSeparate | Reason::Signal => false,
        }
    }

    /// Why.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{Reason, RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let unknown = Standing::new(Because::Unknown, now);
    /// let ruling = RuleSet::Uk.answer(Use::Statistics, &unknown, Gpc::Absent);
    /// assert_eq!(ruling.reason(), Reason::OptOutRegime);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// A stable code: one of consent's, or `not-separate`, `exempt`, `opt-out-regime`, `signal`.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let unknown = Standing::new(Because::Unknown, now);
    /// assert_eq!(RuleSet::Eu.answer(Use::StrictlyNecessary, &unknown, Gpc::On).code(), "exempt");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn code(&self) -> &'static str {
        match self.reason {
            Reason::Consent(because) => because.code(),
            Reason::NotSeparate => "not-separate",
            Reason::Exempt => "exempt",
            Reason::OptOutRegime => "opt-out-regime",
            Reason::Signal => "signal",
        }
    }

    /// What consent alone said; kept beside the ruling, whichever of the two decided.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let ruling = RuleSet::UsCa.answer(Use::Advertising, &Standing::new(Because::Granted, now), Gpc::On);
    /// assert_eq!((ruling.code(), ruling.because(), ruling.signal()), ("signal", Because::Granted, Gpc::On));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn because(&self) -> Because {
        self.because
    }

    /// What the browser said; kept beside the ruling, whichever of the two decided.
    ///
    /// ```
    /// # use volens_core::{Because, rules::{RuleSet, Standing, Use}, signals::Gpc};
    /// # let now = "2026-11-21T12:00:00Z".parse()?;
    /// let ruling = RuleSet::Eu.answer(Use::Advertising, &Standing::new(Because::Granted, now), Gpc::On);
    /// assert_eq!((ruling.code(), ruling.signal()), ("granted", Gpc::On));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn signal(&self) -> Gpc {
        self.signal
    }
}

impl RuleSet {
    /// Whether a use may go ahead, and why; the first that applies:
    ///
    /// 1. A refusal, withdrawal, objection or erasure forbids it, under every regime.
    /// 2. A binding signal forbids it, unless a grant was asked on its own while the signal was on.
    /// 3. The regime: nothing asked; consent in force, on its own where the law wants it so; or no consent needed. A
    ///    grant that has lapsed, by time or with its notice, is no objection and leaves an opt-out regime as it was;
    ///    but a no that it had lifted counts again.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Because, signals::Gpc};
    /// let code = |set: RuleSet, because, at: &str| {
    ///     let standing = Standing::new(because, at.parse()?);
    ///     Ok::<_, volens_core::TimeError>(set.answer(Use::Statistics, &standing, Gpc::Absent).code())
    /// };
    /// assert_eq!(code(RuleSet::Eu, Because::Unknown, "2026-11-21T12:00:00Z")?, "unknown");
    /// assert_eq!(code(RuleSet::Uk, Because::Unknown, "2026-11-21T12:00:00Z")?, "opt-out-regime");
    /// assert_eq!(code(RuleSet::Uk, Because::Unknown, "2025-11-21T12:00:00Z")?, "unknown");
    /// assert_eq!(code(RuleSet::Uk, Because::Objected, "2026-11-21T12:00:00Z")?, "objected");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn answer(self, use_: Use, standing: &Standing, signal: Gpc) -> Ruling {
        let because = standing.because;
        let ruling = |reason| Ruling { reason, because, signal };
        if matches!(because, Because::Refused | Because::Withdrawn | Because::Objected | Because::Erased) {
            return ruling(Reason::Consent(because));
        }
        let confirmed = because.permits() && standing.asked == Asked::Alone && standing.signal == Gpc::On;
        let binding = self.signal(use_, standing.at).says() == SignalForce::Binding;
        if signal == Gpc::On && binding && !confirmed {
            return ruling(Reason::Signal);
        }
        ruling(match (self.rule(use_, standing.at).says(), because) {
            (Regime::Exempt, _) => Reason::Exempt,
            (Regime::OptInSeparately, Because::Granted) if standing.asked == Asked::Together => Reason::NotSeparate,
            (Regime::OptOutWithNotice, Because::Expired | Because::OtherNotice) => {
                standing.earlier_no.map_or(Reason::OptOutRegime, Reason::Consent)
            }
            (Regime::OptOutWithNotice, Because::Unknown) => Reason::OptOutRegime,
            _ => Reason::Consent(because),
        })
    }
}
