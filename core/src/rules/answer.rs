//! May a use go ahead: the rule set's answer to what consent and the browser's signal say.

use super::{Regime, RuleSet, SignalForce, Use};
use crate::law::{self, Case, Processing};
use crate::objection::Right;
use crate::signals::Gpc;
use crate::{Asked, Basis, Because, Kind, Known, NoticeHash, Record, Timeline, Timestamp};

/// What stands between a subject and a purpose at an instant, with as much of its history as rule sets ask about.
///
/// ```
/// use volens_core::law::{Case, Purposes};
/// use volens_core::rules::Standing;
/// use volens_core::{Basis, Because, Known};
/// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let purposes = Purposes::of(&site);
///
/// let now = "2026-11-21T12:00:00Z".parse()?;
/// let analytics = purposes.processing(&"analytics".parse()?, Basis::Consent)?;
/// let standing = Standing::of(&Case::new(&purposes, []), &analytics, now, Known::Everything, None);
/// assert_eq!(standing, Standing::new(Because::Unknown, now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub(super) because: Because,
    pub(super) at: Timestamp,
    /// The last no, lifted or not; an objection among several.
    pub(super) no: Option<Because>,
    /// When the last no was said.
    pub(super) decided: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    pub(super) asked: Asked,
    pub(super) signal: Gpc,
    pub(super) signalled: Option<Timestamp>,
    pub(super) law: Law,
}

/// What the law of the person's rights adds to consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Law {
    /// Nothing.
    Silent,
    /// Processing is restricted (GDPR, article 18).
    Restricted,
    /// The objection that stands was overruled (GDPR, article 21(1)).
    Overruled,
}

impl Standing {
    /// What consent says at `at`, with nothing known of how it came about: a grant made together with others, with no
    /// signal on, after no refusal; a no of unknown date.
    ///
    /// ```
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Because, signals::Gpc};
    /// let granted = Standing::new(Because::Granted, "2026-11-21T12:00:00Z".parse()?);
    /// assert_eq!(RuleSet::Eu.answer(Use::Statistics, &granted, Gpc::Absent).code(), "granted");
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn new(because: Because, at: Timestamp) -> Self {
        let no = match because {
            Because::Refused | Because::Withdrawn | Because::Objected | Because::Erased => Some(because),
            Because::Granted | Because::Expired | Because::OtherNotice | Because::Unknown => None,
        };
        Self {
            because,
            at,
            no,
            decided: None,
            until: None,
            asked: Asked::Together,
            signal: Gpc::Absent,
            signalled: None,
            law: Law::Silent,
        }
    }

    /// What is on record at `at` about a processing, as known at `known`, under `notice` if one is given.
    ///
    /// An objection stands until a grant lifts it, and again when that grant ends, whatever was said in between. To
    /// object to one purpose of direct marketing is to object to all.
    ///
    /// ```
    /// use volens_core::law::{Case, Fact, Purposes};
    /// use volens_core::rules::{RuleSet, Standing, Use};
    /// use volens_core::{Basis, Kind, Known, Record, RecordParts, signals::Gpc};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// # let at = "2026-03-01T09:00:00Z".parse()?;
    /// let refusal = Record::new(RecordParts {
    ///     kind: Kind::Refuse,
    ///     // …
    /// #   subject: "s1".parse()?, purpose: "marketing".parse()?, claimed_at: None, received_at: at, recorded_at: at,
    /// #   notice: "n1".parse()?, expires_at: None,
    /// })?;
    /// let case = Case::new(&purposes, [Fact::Record(refusal)]);
    /// let offers = purposes.processing(&"marketing".parse()?, Basis::Consent)?;
    /// let standing = Standing::of(&case, &offers, "2026-11-21T12:00:00Z".parse()?, Known::Everything, None);
    /// assert_eq!(RuleSet::UsCa.answer(Use::Advertising, &standing, Gpc::Absent).code(), "refused");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(case: &Case, processing: &Processing, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Self {
        let reason = case.ask(processing, at, known, notice).reason();
        let because = case.standing(processing, at, known, notice);
        let timeline = case.timeline(processing.purpose());
        let written = |record: &&Record| match known {
            Known::Everything => true,
            Known::At(instant) => record.recorded_at() <= instant,
        };
        let noes = || {
            let records = timeline.map(Timeline::records).unwrap_or_default().iter().filter(written);
            records
                .filter(|record| record.effective() <= at)
                .filter_map(|record| Some((no(record, processing)?, record)))
        };
        let objected = noes().map(|(no, _)| no).find(|no| *no == Because::Objected);
        // Nothing stands where an objection is on record: it was overruled. That brings back nothing that was erased.
        let nothing = because == Because::Unknown && objected.is_some();
        let erased = nothing && reason == law::Reason::Erased;
        let overruled = nothing && !erased;
        let because = match because {
            _ if erased => Because::Erased,
            _ if overruled => Because::Objected,
            because => because,
        };
        Self {
            no: objected.or(noes().next_back().map(|(no, _)| no)),
            decided: noes().next_back().map(|(_, record)| record.effective()),
            until: timeline.and_then(|timeline| timeline.ask(at, known, notice).until()),
            law: match reason {
                law::Reason::Restricted => Law::Restricted,
                _ if overruled => Law::Overruled,
                _ => Law::Silent,
            },
            ..Self::new(because, at)
        }
    }

    /// The no that counts: the last word, or what a grant had lifted that has lapsed since.
    const fn no_in_force(&self) -> Option<Because> {
        match self.because {
            Because::Granted | Because::Unknown => None,
            Because::Expired | Because::OtherNotice => self.no,
            no => Some(no),
        }
    }

    /// The same, the last no having been said at `decided`: the start of a cool-down, where there is no record of it.
    ///
    /// ```
    /// use volens_core::rules::{NoticeChange, RuleSet, Standing, Use};
    /// use volens_core::{Because, signals::Gpc};
    /// let refused = Standing::new(Because::Refused, "2026-11-21T12:00:00Z".parse()?);
    /// let refused = refused.decided("2026-01-01T00:00:00Z".parse()?);
    /// assert!(RuleSet::Eu.prompt(Use::Statistics, &refused, NoticeChange::None, Gpc::Absent).asks());
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

    /// The same, the browser's signal having been on last at `signalled`: an opt-out where it was binding, after which
    /// the question rests for the cool-down.
    ///
    /// ```
    /// use volens_core::rules::{NoticeChange, RuleSet, Standing, Use};
    /// use volens_core::{Because, signals::Gpc};
    /// let standing = Standing::new(Because::Unknown, "2026-11-21T12:00:00Z".parse()?);
    /// let standing = standing.signalled("2026-01-01T00:00:00Z".parse()?);
    /// let prompt = RuleSet::UsCa.prompt(Use::Advertising, &standing, NoticeChange::None, Gpc::Absent);
    /// assert_eq!((prompt.code(), prompt.from()), ("cool-down", Some("2027-01-02T00:00:00Z".parse()?)));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn signalled(self, signalled: Timestamp) -> Self {
        Self { signalled: Some(signalled), ..self }
    }
}

/// What a record says no by; on a basis with a right to object, any no is an objection.
fn no(record: &Record, processing: &Processing) -> Option<Because> {
    let objects = !matches!(processing.basis(), Basis::Consent) && Right::of(processing).is_ok();
    match record.kind() {
        Kind::Grant => None,
        Kind::Refuse | Kind::Withdraw if objects => Some(Because::Objected),
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
    /// The person had processing restricted (GDPR, article 18).
    Restricted,
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
            Reason::NotSeparate | Reason::Signal | Reason::Restricted => false,
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

    /// A stable code: one of consent's, or `not-separate`, `exempt`, `opt-out-regime`, `signal`,
    /// `restricted`.
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
            Reason::Restricted => "restricted",
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
    /// 1. A restriction forbids it, under every regime.
    /// 2. So does a refusal, withdrawal, objection or erasure. One that a grant had lifted counts again when that grant
    ///    lapses, by time or with its notice. An objection that was overruled leaves what is exempt, and forbids the
    ///    rest: an opt-out of storage, sale or advertising cannot be overruled.
    /// 3. A binding signal forbids it, unless a grant was asked on its own while the signal was on.
    /// 4. The regime: nothing asked; consent in force, on its own where the law wants it so; or no consent needed. A
    ///    grant that has lapsed is no objection and leaves an opt-out regime as it was.
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
        if standing.law == Law::Restricted {
            return ruling(Reason::Restricted);
        }
        let regime = self.rule(use_, standing.at).says();
        if let Some(no) = standing.no_in_force() {
            let overruled = standing.law == Law::Overruled && regime == Regime::Exempt;
            return ruling(if overruled { Reason::Exempt } else { Reason::Consent(no) });
        }
        let confirmed = because.permits() && standing.asked == Asked::Alone && standing.signal == Gpc::On;
        if signal == Gpc::On && self.binds(use_, standing.at) && !confirmed {
            return ruling(Reason::Signal);
        }
        ruling(match (regime, because) {
            (Regime::Exempt, _) => Reason::Exempt,
            (Regime::OptInSeparately, Because::Granted) if standing.asked == Asked::Together => Reason::NotSeparate,
            (Regime::OptOutWithNotice, Because::Expired | Because::OtherNotice | Because::Unknown) => {
                Reason::OptOutRegime
            }
            _ => Reason::Consent(because),
        })
    }

    /// Whether the signal was an opt-out at an instant.
    pub(super) fn binds(self, use_: Use, at: Timestamp) -> bool {
        self.signal(use_, at).says() == SignalForce::Binding
    }
}
