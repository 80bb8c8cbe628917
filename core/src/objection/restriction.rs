//! Restriction, and its end.

use super::ObjectionError;
use crate::Timestamp;

/// A person had processing restricted (GDPR article 18): every use of their data stops, storage goes on.
///
/// ```
/// use volens_core::objection::{ObjectionError, Restriction};
/// let (monday, friday) = ("2026-05-04T09:00:00Z".parse()?, "2026-05-08T09:00:00Z".parse()?);
/// assert_eq!(Restriction::new(monday, friday)?.received_at(), monday);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Restriction {
    received_at: Timestamp,
    recorded_at: Timestamp,
}

impl Restriction {
    /// A restriction that was asked for at `received_at` and written here at `recorded_at`.
    ///
    /// ```
    /// use volens_core::objection::{ObjectionError, Restriction};
    /// let (monday, friday) = ("2026-05-04T09:00:00Z".parse()?, "2026-05-08T09:00:00Z".parse()?);
    /// assert_eq!(Restriction::new(friday, monday), Err(ObjectionError::ReceivedAfterRecorded));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ObjectionError::ReceivedAfterRecorded`].
    pub fn new(received_at: Timestamp, recorded_at: Timestamp) -> Result<Self, ObjectionError> {
        if received_at > recorded_at {
            return Err(ObjectionError::ReceivedAfterRecorded);
        }
        Ok(Self { received_at, recorded_at })
    }

    /// When it reached the controller, from when on it counts.
    ///
    /// ```
    /// # use volens_core::objection::Restriction;
    /// let monday = "2026-05-04T09:00:00Z".parse()?;
    /// assert_eq!(Restriction::new(monday, monday)?.received_at(), monday);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// When it was written here.
    ///
    /// ```
    /// # use volens_core::objection::Restriction;
    /// let monday = "2026-05-04T09:00:00Z".parse()?;
    /// assert_eq!(Restriction::new(monday, monday)?.recorded_at(), monday);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }
}

/// The controller lifted every restriction that was written here before; the person is told first (GDPR article
/// 18(3)).
///
/// ```
/// use volens_core::objection::Lifting;
/// let lifting = Lifting::new("2026-06-01T09:00:00Z".parse()?);
/// assert_eq!(lifting.recorded_at().to_string(), "2026-06-01T09:00:00Z");
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifting {
    recorded_at: Timestamp,
}

impl Lifting {
    /// A lifting, written at `recorded_at`.
    ///
    /// ```
    /// # use volens_core::objection::Lifting;
    /// let june = "2026-06-01T09:00:00Z".parse()?;
    /// assert_eq!(Lifting::new(june), Lifting::new(june));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn new(recorded_at: Timestamp) -> Self {
        Self { recorded_at }
    }

    /// When it was written here, from when on it counts.
    ///
    /// ```
    /// # use volens_core::objection::Lifting;
    /// let june = "2026-06-01T09:00:00Z".parse()?;
    /// assert_eq!(Lifting::new(june).recorded_at(), june);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }
}
