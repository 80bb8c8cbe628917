//! Retention: how long data is kept, from when, and what still holds it back (GDPR, article 5(1)(e)).
//!
//! A class of data has a [`Schedule`], data of that class has [`Facts`], and `due_for_deletion` (feature `calendar`)
//! says what follows. All intervals are half-open: what is kept until an instant is due at that instant.
//!
//! ```
//! use volens_core::retention::{Anchor, Criterion, Facts, Schedule, State, Term, due_for_deletion};
//!
//! // Account data: one month after the account ends.
//! let class = Schedule::new([Term::new("P1M".parse()?, Anchor::AccountEnd)?], Criterion::None);
//! let facts = Facts::new().at(Anchor::AccountEnd, "2026-01-31T10:00:00Z".parse()?);
//! let verdict = due_for_deletion(&class, &facts, "2026-02-14T00:00:00Z".parse()?);
//! assert_eq!(verdict.state(), State::Kept);
//! assert_eq!(verdict.due_at(), Some("2026-02-28T10:00:00Z".parse()?)); // there is no 31 February
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Three things make data due, and the earliest of them counts:
//!
//! 1. **Its periods have ended.** It is kept while any of them lasts: "1 month after the account and 1 month after the
//!    licence" ends with the later of the two. A period whose beginning has not happened lasts, unless
//!    [it never will](Facts::never). A period from withdrawal lasts while consent does, and then as long as it says;
//!    where consent was not withdrawn but ended by itself, while another basis does, and no longer.
//! 2. **It is no longer needed** (article 17(1)(a)), whatever its periods say.
//! 3. **Consent has ended and no other basis remains** (article 17(1)(b)); where one remains, when that one ends. A
//!    period from withdrawal is what the class promises for a withdrawal, and has to run first.
//!
//! Beside a criterion, data whose periods have ended is to be reviewed instead of due under 1; so is data of a class
//! with periods of which none ever applies, where 2 and 3 say nothing.
//!
//! A legal obligation to keep it, proof until a stated date (article 17(3)(b) and (e)) and a restriction (article 18)
//! hold it back whatever makes it due. A contract or a legitimate interest counts under 3 only: both reach as far as
//! they need the data, and 1 and 2 say that nobody does.

#[cfg(feature = "calendar")]
mod due;
mod facts;
#[cfg(feature = "calendar")]
mod window;

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "calendar")]
pub use self::due::{Ground, State, Verdict, due_for_deletion};
pub use self::facts::{Facts, Hold, Until};
#[cfg(feature = "calendar")]
pub use self::window::Window;
use crate::period::Period;

/// When the time of a retention begins.
///
/// ```
/// use volens_core::retention::Anchor;
///
/// assert_eq!(Anchor::AccountEnd.code(), "account_end");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Anchor {
    /// When it was collected.
    Creation,
    /// When it was delivered.
    Delivery,
    /// When consent was given.
    Grant,
    /// When the request was made.
    Request,
    /// When the account ends.
    AccountEnd,
    /// When the licence ends.
    LicenceEnd,
    /// When the trial ends.
    TrialEnd,
    /// When consent was withdrawn.
    Withdrawal,
}

impl Anchor {
    /// All of them.
    ///
    /// ```
    /// # use volens_core::retention::Anchor;
    /// assert!(Anchor::ALL.iter().all(|anchor| !anchor.code().is_empty()));
    /// ```
    pub const ALL: [Self; 8] = [
        Self::Creation,
        Self::Delivery,
        Self::Grant,
        Self::Request,
        Self::AccountEnd,
        Self::LicenceEnd,
        Self::TrialEnd,
        Self::Withdrawal,
    ];

    /// The name used in `site.toml`.
    ///
    /// ```
    /// # use volens_core::retention::Anchor;
    /// assert_eq!(Anchor::TrialEnd.code(), "trial_end");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Delivery => "delivery",
            Self::Grant => "grant",
            Self::Request => "request",
            Self::AccountEnd => "account_end",
            Self::LicenceEnd => "licence_end",
            Self::TrialEnd => "trial_end",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// A period from an anchor: "1 month after the account ends".
///
/// ```
/// use volens_core::retention::{Anchor, Term};
///
/// let term = Term::new("P1M".parse()?, Anchor::AccountEnd)?;
/// assert_eq!(term.to_string(), "P1M from account_end");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    period: Period,
    from: Anchor,
}

/// Why a period makes no term, or a term no contact window.
///
/// ```
/// use volens_core::{period::Period, retention::{Anchor, Term, TermError}};
///
/// let error = Term::new(Period::Session, Anchor::Creation);
/// assert_eq!(error, Err(TermError::NoLength(Period::Session)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermError {
    /// `session` or `persistent`: they belong to items in a browser.
    NoLength(Period),
    /// A contact window from withdrawal: whoever withdrew is not contacted any more.
    AfterWithdrawal,
}

impl TermError {
    /// A stable code.
    ///
    /// ```
    /// # use volens_core::{period::Period, retention::{Anchor, Term, TermError}};
    /// let error = Term::new(Period::Persistent, Anchor::Grant);
    /// assert_eq!(error.map_err(TermError::code), Err("term-no-length"));
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoLength(_) => "term-no-length",
            Self::AfterWithdrawal => "contact-after-withdrawal",
        }
    }
}

impl fmt::Display for TermError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLength(period) => {
                write!(f, "the period {period} has no length; expected one such as P1Y, P6M, P14D or PT30M")
            }
            Self::AfterWithdrawal => {
                f.write_str("a contact window that begins with withdrawal, when contact ends; expected another anchor")
            }
        }
    }
}

impl std::error::Error for TermError {}

impl Term {
    /// A period from an anchor.
    ///
    /// # Errors
    /// The period has no length.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Term};
    /// let logs = Term::new("P1Y".parse()?, Anchor::Creation)?;
    /// assert_eq!(logs.to_string(), "P1Y from creation");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn new(period: Period, from: Anchor) -> Result<Self, TermError> {
        match period {
            Period::Span(_) => Ok(Self { period, from }),
            Period::Session | Period::Persistent => Err(TermError::NoLength(period)),
        }
    }

    /// How long; always a [`Period::Span`].
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Term};
    /// let term = Term::new("P90D".parse()?, Anchor::Creation)?;
    /// assert_eq!(term.period().to_string(), "P90D");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn period(self) -> Period {
        self.period
    }

    /// From when.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Term};
    /// let term = Term::new("P90D".parse()?, Anchor::Creation)?;
    /// assert_eq!(term.from(), Anchor::Creation);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn from(self) -> Anchor {
        self.from
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}", self.period, self.from.code())
    }
}

/// Whether a class is kept by a criterion that somebody has to judge (GDPR, article 13(2)(a)).
///
/// ```
/// use volens_core::retention::{Criterion, Schedule};
///
/// let sign_in = Schedule::new([], Criterion::Stated);
/// assert_eq!(sign_in.criterion(), Criterion::Stated);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there is one or there is none")]
pub enum Criterion {
    /// Its periods say all.
    None,
    /// One is stated; when the periods beside it have ended, somebody has to judge by it.
    Stated,
}

/// How long a class of data is kept.
///
/// Made in code, or from a class of a `site.toml` (feature `site`).
///
/// ```
/// use volens_core::retention::{Anchor, Criterion, Schedule, Term};
///
/// let reminders = Schedule::new(
///     [
///         Term::new("P1M".parse()?, Anchor::AccountEnd)?,
///         Term::new("P1M".parse()?, Anchor::LicenceEnd)?,
///     ],
///     Criterion::None,
/// );
/// assert_eq!(reminders.terms().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    terms: Vec<Term>,
    criterion: Criterion,
}

impl Schedule {
    /// Kept while any of the terms lasts; with none and no criterion, until it is no longer needed or consent ends.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Criterion, Schedule, Term};
    /// let year = Term::new("P1Y".parse()?, Anchor::Creation)?;
    /// assert_eq!(Schedule::new([year], Criterion::None).terms(), [year]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(terms: impl IntoIterator<Item = Term>, criterion: Criterion) -> Self {
        Self { terms: terms.into_iter().collect(), criterion }
    }

    /// Its terms.
    ///
    /// ```
    /// # use volens_core::retention::{Criterion, Schedule};
    /// assert!(Schedule::new([], Criterion::None).terms().is_empty());
    /// ```
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether a criterion is stated.
    ///
    /// ```
    /// # use volens_core::retention::{Criterion, Schedule};
    /// assert_eq!(Schedule::new([], Criterion::None).criterion(), Criterion::None);
    /// ```
    pub const fn criterion(&self) -> Criterion {
        self.criterion
    }
}

/// Contact windows are left out: they keep nothing.
#[cfg(feature = "site")]
impl From<&crate::site::DataClass> for Schedule {
    fn from(class: &crate::site::DataClass) -> Self {
        use crate::site::Retention;
        let mut schedule = Self::new([], Criterion::None);
        for retention in &class.retention {
            match retention {
                Retention::Period { period, from } => match Term::new(*period, *from) {
                    Ok(term) => schedule.terms.push(term),
                    // The parser refuses it; were it here, somebody would have to look.
                    Err(_) => schedule.criterion = Criterion::Stated,
                },
                Retention::Criterion(_) => schedule.criterion = Criterion::Stated,
            }
        }
        schedule
    }
}

/// How long somebody may still be contacted at most: "a last reminder until 14 days after the trial".
///
/// It keeps no data and permits no contact by itself: that takes data still kept, and a basis. Of several windows one
/// that is open is enough: [`Window::of`].
///
/// ```
/// use volens_core::retention::{Anchor, ContactWindow, Term};
///
/// let reminder = ContactWindow::new(Term::new("P14D".parse()?, Anchor::TrialEnd)?)?;
/// assert_eq!(reminder.term().to_string(), "P14D from trial_end");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactWindow(Term);

impl ContactWindow {
    /// A window that closes at the end of a term.
    ///
    /// # Errors
    /// The term begins with withdrawal.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, ContactWindow, Term, TermError};
    /// let win_back = ContactWindow::new(Term::new("P14D".parse()?, Anchor::Withdrawal)?);
    /// assert_eq!(win_back, Err(TermError::AfterWithdrawal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn new(term: Term) -> Result<Self, TermError> {
        match term.from {
            Anchor::Withdrawal => Err(TermError::AfterWithdrawal),
            _ => Ok(Self(term)),
        }
    }

    /// The term at whose end it closes.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, ContactWindow, Term};
    /// let term = Term::new("P14D".parse()?, Anchor::TrialEnd)?;
    /// assert_eq!(ContactWindow::new(term)?.term(), term);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn term(self) -> Term {
        self.0
    }
}

#[cfg(test)]
mod tests;
