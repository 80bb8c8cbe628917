//! The claims of a consent token and the rule by which they are made.

use crate::{Channel, Lang, NoticeHash, PurposeId, SubjectId, TextHash, Timestamp};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How long a choice is remembered, the same for yes and no: 180 days, in seconds.
pub const LIFE: i64 = 180 * 86_400;

/// What a token says, members in the order in which they are written.
///
/// ```
/// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
/// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
/// # let claims = volens_core::token::UnverifiedToken::parse(text).unwrap().into_claims();
/// use volens_core::Channel;
/// assert_eq!((claims.ctl.len(), claims.src), (2, Channel::Banner));
/// assert_eq!(claims.exp - claims.iat, volens_core::token::LIFE);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "the contract: a new claim must break every maker of tokens")]
pub struct Claims {
    /// Issuer: the site's first origin.
    pub iss: String,
    /// Audience: the site's first origin in the browser's token.
    pub aud: String,
    /// The subject's pseudonym; none if nothing is granted.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub sub: Option<SubjectId>,
    /// Issued at, Unix seconds; the day's start if nothing is granted.
    #[serde(deserialize_with = "seconds")]
    pub iat: i64,
    /// Not valid before, Unix seconds (RFC 7519, 4.1.5); never minted here, honoured if somebody signs one.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "maybe_seconds")]
    pub nbf: Option<i64>,
    /// Expires at, Unix seconds.
    #[serde(deserialize_with = "seconds")]
    pub exp: i64,
    /// Token id; none if nothing is granted.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub jti: Option<String>,
    /// The controllers named.
    pub ctl: Vec<String>,
    /// Policy version.
    pub pol: String,
    /// Notice.
    pub ntc: NoticeHash,
    /// Hash of the text served.
    pub txt: TextHash,
    /// Language of the text served.
    pub lang: Lang,
    /// Jurisdiction: the rule set.
    pub jur: String,
    /// Channel.
    pub src: Channel,
    /// What was decided, by purpose.
    pub g: BTreeMap<PurposeId, Stance>,
    /// Where a withdrawal since `iat` would show.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "maybe_object")]
    pub status: Option<Status>,
}

/// One decision in a token: Unix seconds of the grant on the wire, or 0 for refused.
///
/// ```
/// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
/// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).ok_or("no token")?;
/// # let claims = volens_core::token::UnverifiedToken::parse(text)?.into_claims();
/// use volens_core::token::Stance;
/// assert_eq!(claims.g.get("analytics"), Some(&Stance::Granted("2026-11-21T20:40:30Z".parse()?)));
/// assert_eq!(claims.g.get("marketing"), Some(&Stance::Refused));
/// assert_eq!(i64::from(Stance::Refused), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
#[allow(clippy::exhaustive_enums, reason = "the contract: a time or 0")]
pub enum Stance {
    /// Granted at this instant (whole seconds).
    Granted(Timestamp),
    /// Refused.
    Refused,
}

/// A reference to a status list (IETF Token Status List).
///
/// ```
/// use volens_core::token::Status;
/// let status: Status = serde_json::from_str(r#"{"status_list":{"idx":7,"uri":"https://shop.example/status/1"}}"#)?;
/// assert_eq!(status.status_list.idx, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "the shape of the IETF claim")]
pub struct Status {
    /// The only member.
    #[serde(deserialize_with = "object")]
    pub status_list: StatusEntry,
}

/// Which bit of which list.
///
/// ```
/// use volens_core::token::StatusEntry;
/// let entry = StatusEntry { idx: 7, uri: "https://shop.example/status/1".to_owned() };
/// assert_eq!(serde_json::to_string(&entry)?, r#"{"idx":7,"uri":"https://shop.example/status/1"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "the shape of the IETF claim")]
pub struct StatusEntry {
    /// The index of the bit.
    pub idx: u64,
    /// The list; never fetched, lists come by configuration.
    pub uri: String,
}

/// What every token of a site, language and notice says alike.
///
/// ```
/// use volens_core::token::{Claims, Issue};
/// let issue = Issue {
///     origin: "https://shop.example".to_owned(),
///     controllers: vec!["shop".to_owned()],
///     policy: "2.0".to_owned(),
///     notice: "Zk3vQ9aB".parse()?,
///     text: "t1".parse()?,
///     lang: "en".parse()?,
///     jurisdiction: "eu".to_owned(),
/// };
/// let claims = Claims::refused(issue, "2026-11-21T20:50:30Z".parse()?, ["marketing".parse()?]);
/// assert_eq!((claims.iss.as_str(), claims.jur.as_str()), ("https://shop.example", "eu"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by literal; a new part must be given by every caller")]
pub struct Issue {
    /// The site's first origin.
    pub origin: String,
    /// The controllers named.
    pub controllers: Vec<String>,
    /// Policy version.
    pub policy: String,
    /// Notice.
    pub notice: NoticeHash,
    /// Hash of the text served.
    pub text: TextHash,
    /// Language of the text served.
    pub lang: Lang,
    /// Jurisdiction: the rule set.
    pub jurisdiction: String,
}

impl Claims {
    /// The token of a subject who grants something: it ends with the first of its grants, after 180
    /// days at the latest. `ends` are the grants' ends.
    ///
    /// ```
    /// # use volens_core::{Channel, Timestamp};
    /// # use volens_core::token::{Claims, Issue, Stance};
    /// # let issue = Issue {
    /// #     origin: "https://shop.example".to_owned(),
    /// #     controllers: vec!["shop".to_owned()],
    /// #     policy: "2.0".to_owned(),
    /// #     notice: "Zk3vQ9aB".parse()?,
    /// #     text: "t1".parse()?,
    /// #     lang: "en".parse()?,
    /// #     jurisdiction: "eu".to_owned(),
    /// # };
    /// let now: Timestamp = "2026-11-21T20:50:30Z".parse()?;
    /// let decided = [("analytics".parse()?, Stance::Granted(now)), ("marketing".parse()?, Stance::Refused)];
    /// let in_an_hour = now.plus_seconds(3600);
    /// let who = ("s1".parse()?, "j1".to_owned());
    /// let claims = Claims::granted(issue, who, Channel::Center, now, decided.into(), [in_an_hour]);
    /// assert_eq!(claims.exp, in_an_hour.unix_seconds());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn granted(
        issue: Issue,
        (sub, jti): (SubjectId, String),
        src: Channel,
        now: Timestamp,
        g: BTreeMap<PurposeId, Stance>,
        ends: impl IntoIterator<Item = Timestamp>,
    ) -> Self {
        let iat = now.unix_seconds();
        let exp = ends.into_iter().map(Timestamp::unix_seconds).fold(iat + LIFE, i64::min);
        Self { sub: Some(sub), jti: Some(jti), exp, ..Self::base(issue, src, iat, g) }
    }

    /// The token of one who grants nothing: no identifier, and the same bytes for all who refuse on
    /// one day, in one language, under one notice. That is why the channel is always the banner here;
    /// the record has the true one.
    ///
    /// ```
    /// # use volens_core::token::{Claims, Issue};
    /// # let issue = Issue {
    /// #     origin: "https://shop.example".to_owned(),
    /// #     controllers: vec!["shop".to_owned()],
    /// #     policy: "2.0".to_owned(),
    /// #     notice: "Zk3vQ9aB".parse().unwrap(),
    /// #     text: "t1".parse().unwrap(),
    /// #     lang: "en".parse().unwrap(),
    /// #     jurisdiction: "eu".to_owned(),
    /// # };
    /// let at = |time: &str| Claims::refused(issue.clone(), time.parse().unwrap(), ["marketing".parse().unwrap()]);
    /// assert_eq!(at("2026-11-21T06:00:00Z"), at("2026-11-21T23:59:59Z")); // nobody can tell the two apart
    /// assert_eq!(at("2026-11-21T06:00:00Z").sub, None);
    /// ```
    pub fn refused(issue: Issue, now: Timestamp, refused: impl IntoIterator<Item = PurposeId>) -> Self {
        let g = refused.into_iter().map(|purpose| (purpose, Stance::Refused)).collect();
        Self::base(issue, Channel::Banner, now.start_of_day().unix_seconds(), g)
    }

    fn base(issue: Issue, src: Channel, iat: i64, g: BTreeMap<PurposeId, Stance>) -> Self {
        Self {
            iss: issue.origin.clone(),
            aud: issue.origin,
            sub: None,
            iat,
            nbf: None,
            exp: iat + LIFE + 86_400,
            jti: None,
            ctl: issue.controllers,
            pol: issue.policy,
            ntc: issue.notice,
            txt: issue.text,
            lang: issue.lang,
            jur: issue.jurisdiction,
            src,
            g,
            status: None,
        }
    }
}

impl From<Stance> for i64 {
    fn from(stance: Stance) -> Self {
        match stance {
            Stance::Granted(at) => at.unix_seconds(),
            Stance::Refused => 0,
        }
    }
}

impl TryFrom<i64> for Stance {
    type Error = &'static str;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        match value {
            0 => Ok(Self::Refused),
            1..=LAST => Ok(Self::Granted(Timestamp::from_unix_seconds(value))),
            _ => Err("not a time"),
        }
    }
}

const LAST: i64 = 253_402_300_799; // 9999-12-31T23:59:59Z

fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = i64::deserialize(deserializer)?;
    if (0..=LAST).contains(&value) { Ok(value) } else { Err(serde::de::Error::custom("not a time")) }
}

fn maybe_seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    seconds(deserializer).map(Some)
}

/// An object and nothing else: a derived reader takes a list of the members too.
fn object<'de, D: serde::Deserializer<'de>, T: serde::de::DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let members = serde_json::Map::deserialize(deserializer)?;
    serde_json::from_value(members.into()).map_err(serde::de::Error::custom)
}

fn maybe_object<'de, D: serde::Deserializer<'de>, T: serde::de::DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    object(deserializer).map(Some)
}

/// A member that is there has its type: `null` is not absence.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
