//! Whether contact is still within its window.

use super::{ContactWindow, Facts};
use crate::Timestamp;

/// Whether a contact window is open.
///
/// ```
/// use volens_core::retention::Window;
///
/// assert_eq!(Window::Open { closes: None }.code(), "open");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// It is open.
    Open {
        /// When it closes; none: its anchor has not happened yet, or it would close after the year 9999.
        closes: Option<Timestamp>,
    },
    /// It is closed.
    Closed {
        /// Since when; none: its anchor never happens, so that there was none.
        since: Option<Timestamp>,
    },
}

impl Window {
    /// A stable code.
    ///
    /// ```
    /// # use volens_core::retention::Window;
    /// assert_eq!(Window::Closed { since: None }.code(), "closed");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether contact is still within it.
    ///
    /// ```
    /// # use volens_core::retention::Window;
    /// assert!(!Window::Closed { since: None }.is_open());
    /// ```
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Several windows in one: open if any of them is, and closing with the last. Feature `calendar`.
    ///
    /// Without any window contact is not within one.
    ///
    /// ```
    /// use volens_core::{Timestamp, retention::{Anchor, ContactWindow, Facts, Term, Window}};
    ///
    /// let trial = ContactWindow::new(Term::new("P14D".parse()?, Anchor::TrialEnd)?)?;
    /// let licence = ContactWindow::new(Term::new("P1M".parse()?, Anchor::LicenceEnd)?)?;
    /// let march: Timestamp = "2026-03-01T12:00:00Z".parse()?;
    /// let facts = Facts::new().at(Anchor::TrialEnd, march).at(Anchor::LicenceEnd, march);
    /// let closes: Timestamp = "2026-04-01T12:00:00Z".parse()?;
    /// let of = |now| Window::of([trial, licence], &facts, now);
    /// assert_eq!(of(closes.plus_seconds(-1)), Window::Open { closes: Some(closes) });
    /// assert_eq!(of(closes), Window::Closed { since: Some(closes) });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(windows: impl IntoIterator<Item = ContactWindow>, facts: &Facts, now: Timestamp) -> Self {
        let windows = windows.into_iter().map(|window| window.at(facts, now));
        windows.fold(Self::Closed { since: None }, |a, b| match (a, b) {
            (Self::Open { closes: Some(a) }, Self::Open { closes: Some(b) }) => Self::Open { closes: Some(a.max(b)) },
            (Self::Open { .. }, Self::Open { .. }) => Self::Open { closes: None },
            (Self::Closed { since: a }, Self::Closed { since: b }) => Self::Closed { since: a.max(b) },
            (open @ Self::Open { .. }, _) | (_, open) => open,
        })
    }
}

impl ContactWindow {
    /// Whether it is open at `now`, and when it closes. Feature `calendar`.
    ///
    /// Before its anchor it is open: "until 14 days after the trial" names a last moment, not a first.
    ///
    /// ```
    /// use volens_core::{Timestamp, retention::{Anchor, ContactWindow, Facts, Term, Window}};
    ///
    /// let reminder = ContactWindow::new(Term::new("P14D".parse()?, Anchor::TrialEnd)?)?;
    /// let facts = Facts::new().at(Anchor::TrialEnd, "2026-03-01T12:00:00Z".parse()?);
    /// let closes: Timestamp = "2026-03-15T12:00:00Z".parse()?;
    /// assert_eq!(reminder.at(&facts, closes.plus_seconds(-1)), Window::Open { closes: Some(closes) });
    /// assert_eq!(reminder.at(&facts, closes), Window::Closed { since: Some(closes) });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at(self, facts: &Facts, now: Timestamp) -> Window {
        let term = self.term();
        match facts.end_of(term) {
            Some(end) if end <= now => Window::Closed { since: Some(end) },
            None if facts.never_happens(term.from()) => Window::Closed { since: None },
            closes => Window::Open { closes },
        }
    }
}
