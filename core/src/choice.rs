//! From a switch to a record: what a choice writes, given what stands.

use crate::{Because, Kind};

/// What a visitor chose for one purpose. There is no third position: who has not answered is asked, not assumed.
///
/// ```
/// use volens_core::{Asked, Because, Choice, Kind};
/// assert_eq!(Choice::Refuse.record(Because::Unknown, Asked::Alone), Some(Kind::Refuse));
/// assert_eq!(Choice::Refuse.record(Because::Granted, Asked::Alone), Some(Kind::Withdraw));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a switch has two positions")]
pub enum Choice {
    /// On.
    Grant,
    /// Off.
    Refuse,
}

/// How a purpose was asked.
///
/// ```
/// use volens_core::{Asked, Because, Choice, Kind};
/// assert_eq!(Choice::Grant.record(Because::Objected, Asked::Together), None);
/// assert_eq!(Choice::Grant.record(Because::Objected, Asked::Alone), Some(Kind::Grant));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a question stands alone or it does not")]
pub enum Asked {
    /// By itself: only such a grant lifts an objection (GDPR article 21(3)).
    Alone,
    /// Together with others, as *accept all* does.
    Together,
}

impl Choice {
    /// The record that this choice calls for, where `standing` is the answer now (under the notices
    /// that still count); none: an unchanged switch writes nothing.
    ///
    /// Where a person may have objected, take `standing` from [`Case::standing`](crate::law::Case::standing).
    ///
    /// ```
    /// use volens_core::{Asked, Because, Choice, Kind};
    /// assert_eq!(Choice::Refuse.record(Because::Granted, Asked::Alone), Some(Kind::Withdraw));
    /// assert_eq!(Choice::Grant.record(Because::Granted, Asked::Alone), None);
    /// assert_eq!(Choice::Grant.record(Because::Objected, Asked::Together), None);
    /// ```
    pub const fn record(self, standing: Because, asked: Asked) -> Option<Kind> {
        match (self, standing) {
            (Self::Grant, Because::Objected) => match asked {
                Asked::Alone => Some(Kind::Grant),
                Asked::Together => None,
            },
            (Self::Refuse, Because::Granted | Because::OtherNotice) => Some(Kind::Withdraw),
            (Self::Refuse, Because::Expired | Because::Unknown) => Some(Kind::Refuse),
            (Self::Grant, Because::Granted)
            | (Self::Refuse, Because::Refused | Because::Withdrawn | Because::Objected | Because::Erased) => None,
            (Self::Grant, _) => Some(Kind::Grant),
        }
    }
}
