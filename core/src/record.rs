//! One decision of one subject on one purpose, with the three clocks of the domain.

use crate::{NoticeHash, PurposeId, SubjectId, Timestamp};
use core::fmt;
use serde::{Deserialize, Serialize};

/// What a record says. The order is the order in which records of one instant take effect: the most
/// protective comes last and wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums, reason = "the five kinds are the contract; a sixth must break every match")]
pub enum Kind {
    /// A yes to a question that was asked.
    Grant,
    /// A no to a question that was asked.
    Refuse,
    /// A yes taken back (GDPR article 7(3)).
    Withdraw,
    /// An objection (GDPR article 21).
    Object,
    /// An erasure (GDPR article 17).
    Erase,
}

impl Kind {
    /// The word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
            Self::Object => "object",
            Self::Erase => "erase",
        }
    }
}

/// The way by which a statement reached the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// The first layer.
    Banner,
    /// The cookie center.
    Center,
    /// The settings page, the center without script.
    Settings,
    /// Preferences in an account.
    Account,
    /// A link in a mail.
    Unsubscribe,
    /// An e-mail, or a confirmation by one.
    Email,
    /// A chat with support.
    Chat,
    /// A telephone call.
    Phone,
    /// A letter.
    Post,
    /// Support, by other means.
    Support,
}

impl Channel {
    /// The word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Center => "center",
            Self::Settings => "settings",
            Self::Account => "account",
            Self::Unsubscribe => "unsubscribe",
            Self::Email => "email",
            Self::Chat => "chat",
            Self::Phone => "phone",
            Self::Post => "post",
            Self::Support => "support",
        }
    }
}

/// The parts of a [`Record`] before they are checked together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by literal; a new part must be given by every caller")]
pub struct RecordParts {
    /// Whose decision.
    pub subject: SubjectId,
    /// On which purpose.
    pub purpose: PurposeId,
    /// Which decision.
    pub kind: Kind,
    /// When the client says it was made: evidence, never moves an answer.
    pub claimed_at: Option<Timestamp>,
    /// When the statement reached the controller, by any channel.
    pub received_at: Timestamp,
    /// When it was written here.
    pub recorded_at: Timestamp,
    /// The notice it was made under.
    pub notice: NoticeHash,
    /// When a grant ends by itself; without meaning for other kinds.
    pub expires_at: Option<Timestamp>,
}

/// One decision of one subject on one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(RecordParts);

/// Why parts make no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// `received_at` lies after `recorded_at`: written before it arrived.
    ReceivedAfterRecorded,
    /// A grant that ends before it begins.
    ExpiresBeforeItBegins,
}

impl RecordError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReceivedAfterRecorded => "received-after-recorded",
            Self::ExpiresBeforeItBegins => "expires-before-it-begins",
        }
    }

    /// The field at fault.
    pub const fn field(self) -> &'static str {
        match self {
            Self::ReceivedAfterRecorded => "received_at",
            Self::ExpiresBeforeItBegins => "expires_at",
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReceivedAfterRecorded => {
                "received_at is after recorded_at; a statement cannot be written before it arrives"
            }
            Self::ExpiresBeforeItBegins => "expires_at is before recorded_at; a grant cannot end before it begins",
        })
    }
}

impl core::error::Error for RecordError {}

impl Record {
    /// Checks the parts against each other.
    ///
    /// # Errors
    /// A [`RecordError`] names the rule and the field.
    pub fn new(parts: RecordParts) -> Result<Self, RecordError> {
        if parts.received_at > parts.recorded_at {
            return Err(RecordError::ReceivedAfterRecorded);
        }
        if parts.kind == Kind::Grant && parts.expires_at.is_some_and(|end| end < parts.recorded_at) {
            return Err(RecordError::ExpiresBeforeItBegins);
        }
        Ok(Self(parts))
    }

    /// The parts again, to make another record of.
    pub fn into_parts(self) -> RecordParts {
        self.0
    }

    /// When it takes effect: a grant when it was written here (nothing runs on a grant nobody had
    /// recorded), everything else when it reached the controller.
    pub fn effective(&self) -> Timestamp {
        match self.0.kind {
            Kind::Grant => self.0.recorded_at,
            Kind::Refuse | Kind::Withdraw | Kind::Object | Kind::Erase => self.0.received_at,
        }
    }

    /// Whose decision.
    pub fn subject(&self) -> &SubjectId {
        &self.0.subject
    }

    /// On which purpose.
    pub fn purpose(&self) -> &PurposeId {
        &self.0.purpose
    }

    /// Which decision.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The client's word for when it was made.
    pub fn claimed_at(&self) -> Option<Timestamp> {
        self.0.claimed_at
    }

    /// When it reached the controller.
    pub fn received_at(&self) -> Timestamp {
        self.0.received_at
    }

    /// When it was written here.
    pub fn recorded_at(&self) -> Timestamp {
        self.0.recorded_at
    }

    /// The notice it was made under.
    pub fn notice(&self) -> &NoticeHash {
        &self.0.notice
    }

    /// When a grant ends by itself.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at
    }
}
