//! One decision of one subject on one purpose, with the three clocks of the domain.

use crate::{NoticeHash, PurposeId, SubjectId, Timestamp};
use core::fmt;
use serde::{Deserialize, Serialize};

/// What a record says. The order is the order in which records of one instant take effect: the most
/// protective comes last and wins.
///
/// ```
/// use volens_core::Kind;
/// assert!(Kind::Withdraw > Kind::Grant); // of two records of one instant, the withdrawal wins
/// ```
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
    ///
    /// ```
    /// use volens_core::Kind;
    /// assert_eq!(Kind::Withdraw.as_str(), "withdraw");
    /// ```
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
///
/// A withdrawal counts by any of them (GDPR article 7(3)).
///
/// ```
/// use volens_core::Channel;
/// assert_eq!(serde_json::to_string(&Channel::Unsubscribe)?, r#""unsubscribe""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    ///
    /// ```
    /// use volens_core::Channel;
    /// assert_eq!(Channel::Post.as_str(), "post");
    /// ```
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
///
/// A letter that arrived on Monday and was typed in on Friday:
///
/// ```
/// use volens_core::{Kind, Record, RecordParts};
/// let letter = Record::new(RecordParts {
///     subject: "s1".parse()?,
///     purpose: "newsletter".parse()?,
///     kind: Kind::Withdraw,
///     claimed_at: None,
///     received_at: "2026-03-02T08:00:00Z".parse()?,
///     recorded_at: "2026-03-06T15:00:00Z".parse()?,
///     notice: "n1".parse()?,
///     expires_at: None,
/// })?;
/// assert_eq!(letter.effective(), letter.received_at());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

/// One decision of one subject on one purpose. It cannot be changed: a change of mind is another record.
///
/// Made by [`Record::new`], or read from JSON by the module `lines`.
///
/// ```
/// use volens_core::lines;
/// let line =
///     r#"{"subject":"s1","purpose":"newsletter","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// let records = lines::parse(line).unwrap();
/// assert_eq!(records[0].effective(), records[0].received_at()); // written as soon as it came
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(RecordParts);

/// Why parts make no record.
///
/// ```
/// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
/// # let letter = &volens_core::lines::parse(lines).unwrap()[1];
/// use volens_core::{Record, RecordError};
/// let mut parts = letter.clone().into_parts();
/// parts.recorded_at = "2026-03-01T00:00:00Z".parse()?; // the letter came on 2 March
/// assert_eq!(Record::new(parts), Err(RecordError::ReceivedAfterRecorded));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// `received_at` lies after `recorded_at`: written before it arrived.
    ReceivedAfterRecorded,
    /// A grant that ends before it begins.
    ExpiresBeforeItBegins,
}

impl RecordError {
    /// A stable code, for programs.
    ///
    /// ```
    /// use volens_core::RecordError;
    /// assert_eq!(RecordError::ReceivedAfterRecorded.code(), "received-after-recorded");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReceivedAfterRecorded => "received-after-recorded",
            Self::ExpiresBeforeItBegins => "expires-before-it-begins",
        }
    }

    /// The field at fault, by its name in [`RecordParts`].
    ///
    /// ```
    /// use volens_core::RecordError;
    /// assert_eq!(RecordError::ExpiresBeforeItBegins.field(), "expires_at");
    /// ```
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
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let grant = &volens_core::lines::parse(lines).unwrap()[0];
    /// use volens_core::{Record, RecordError};
    /// let mut parts = grant.clone().into_parts();
    /// parts.expires_at = Some(parts.recorded_at.plus_seconds(-1));
    /// assert_eq!(Record::new(parts), Err(RecordError::ExpiresBeforeItBegins));
    /// ```
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
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let grant = volens_core::lines::parse(lines).unwrap().remove(0);
    /// use volens_core::{Kind, Record};
    /// let mut parts = grant.into_parts();
    /// parts.kind = Kind::Refuse;
    /// assert_eq!(Record::new(parts)?.kind(), Kind::Refuse);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_parts(self) -> RecordParts {
        self.0
    }

    /// When it takes effect: a grant when it was written here (nothing runs on a grant nobody had
    /// recorded), everything else when it reached the controller.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let records = volens_core::lines::parse(lines).unwrap();
    /// let (grant, letter) = (&records[0], &records[1]);
    /// assert_eq!(grant.effective(), grant.recorded_at());
    /// assert_eq!(letter.effective(), letter.received_at());
    /// ```
    pub fn effective(&self) -> Timestamp {
        match self.0.kind {
            Kind::Grant => self.0.recorded_at,
            Kind::Refuse | Kind::Withdraw | Kind::Object | Kind::Erase => self.0.received_at,
        }
    }

    /// Whose decision.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let record = &volens_core::lines::parse(lines).unwrap()[0];
    /// assert_eq!(record.subject().as_str(), "s1");
    /// ```
    pub fn subject(&self) -> &SubjectId {
        &self.0.subject
    }

    /// On which purpose.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let record = &volens_core::lines::parse(lines).unwrap()[0];
    /// assert_eq!(record.purpose().as_str(), "newsletter");
    /// ```
    pub fn purpose(&self) -> &PurposeId {
        &self.0.purpose
    }

    /// Which decision.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let records = volens_core::lines::parse(lines).unwrap();
    /// # use volens_core::Kind;
    /// assert_eq!([records[0].kind(), records[1].kind()], [Kind::Grant, Kind::Withdraw]);
    /// ```
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The client's word for when it was made: evidence, never moves an answer.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let grant = &volens_core::lines::parse(lines).unwrap()[0];
    /// assert_eq!(grant.claimed_at(), Some("2026-03-01T08:59:57Z".parse()?));
    /// assert_ne!(grant.claimed_at(), Some(grant.effective()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn claimed_at(&self) -> Option<Timestamp> {
        self.0.claimed_at
    }

    /// When it reached the controller, by any channel.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let letter = &volens_core::lines::parse(lines).unwrap()[1];
    /// assert_eq!(letter.received_at().to_string(), "2026-03-02T08:00:00Z"); // on Monday
    /// ```
    pub fn received_at(&self) -> Timestamp {
        self.0.received_at
    }

    /// When it was written here; never before [`received_at`](Self::received_at).
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let letter = &volens_core::lines::parse(lines).unwrap()[1];
    /// assert_eq!(letter.recorded_at().to_string(), "2026-03-06T15:00:00Z"); // typed in on Friday
    /// ```
    pub fn recorded_at(&self) -> Timestamp {
        self.0.recorded_at
    }

    /// The notice it was made under.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let record = &volens_core::lines::parse(lines).unwrap()[0];
    /// assert_eq!(record.notice().as_str(), "n1");
    /// ```
    pub fn notice(&self) -> &NoticeHash {
        &self.0.notice
    }

    /// When a grant ends by itself; none: it does not. Without meaning for other kinds.
    ///
    /// ```
    /// # let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
    /// # let grant = &volens_core::lines::parse(lines).unwrap()[0];
    /// assert_eq!(grant.expires_at(), Some("2027-03-01T00:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at
    }
}
