//! What a cookie says, before it is believed.

use std::collections::{BTreeMap, BTreeSet};

use super::text::bounded;
use super::{ImportError, Reason, cookiebot, klaro, one_trust, tarteaucitron, vanilla};
use crate::{Lang, Timestamp};

/// A consent tool whose choices can be read.
///
/// ```
/// use volens_core::import::Tool;
/// assert_eq!(Tool::VanillaCookieconsent.cookie(), "cc_cookie");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tool {
    /// vanilla-cookieconsent by Orest Bida, versions 2 and 3.
    VanillaCookieconsent,
    /// Klaro by `KIProtect`.
    Klaro,
    /// tarteaucitron.js by Amauri Champeaux.
    Tarteaucitron,
    /// `OneTrust`, formerly Optanon.
    OneTrust,
    /// Cookiebot by Cybot, now Usercentrics.
    Cookiebot,
}

impl Tool {
    /// The name of its cookie, unless the site chose another.
    ///
    /// ```
    /// assert_eq!(volens_core::import::Tool::OneTrust.cookie(), "OptanonConsent");
    /// ```
    pub const fn cookie(self) -> &'static str {
        match self {
            Self::VanillaCookieconsent => "cc_cookie",
            Self::Klaro => "klaro",
            Self::Tarteaucitron => "tarteaucitron",
            Self::OneTrust => "OptanonConsent",
            Self::Cookiebot => "CookieConsent",
        }
    }

    /// What a record of an imported choice names as the control that was used.
    ///
    /// ```
    /// assert_eq!(volens_core::import::Tool::Klaro.control(), "import.klaro");
    /// ```
    pub const fn control(self) -> &'static str {
        match self {
            Self::VanillaCookieconsent => "import.vanilla-cookieconsent",
            Self::Klaro => "import.klaro",
            Self::Tarteaucitron => "import.tarteaucitron",
            Self::OneTrust => "import.onetrust",
            Self::Cookiebot => "import.cookiebot",
        }
    }
}

/// What a tool says of one of its categories or services.
///
/// The order is from the most protective on: of two that
/// contradict each other, the first counts.
///
/// ```
/// use volens_core::import::Said;
/// assert!(Said::No < Said::Open && Said::Partly < Said::Yes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Said {
    /// No.
    No,
    /// Shown, and not answered.
    Open,
    /// Yes to some services of a category; the cookie does not say whether to all.
    Partly,
    /// Yes.
    Yes,
}

/// What a tool says by leaving a name out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// Nothing.
    Unknown,
    /// No: it lists what was accepted.
    No,
    /// No, if it names the service's category among those that it had.
    NoWithin(BTreeSet<String>),
}

/// A choice as another tool stored it in the browser: read, not yet believed.
///
/// ```
/// use volens_core::import::{Said, Stored};
/// let stored = Stored::tarteaucitron("!youtube=true")?;
/// assert_eq!((stored.said("youtube"), stored.said("gtag")), (Some(Said::Yes), None));
/// # Ok::<(), volens_core::import::ImportError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub(super) tool: Tool,
    pub(super) names: BTreeMap<String, Said>,
    pub(super) absent: Absent,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) ends: Option<Timestamp>,
    pub(super) revision: Option<String>,
    pub(super) lang: Option<Lang>,
    /// What speaks against any grant in it.
    pub(super) doubts: BTreeSet<Reason>,
}

impl Stored {
    /// Reads the `cc_cookie` of vanilla-cookieconsent 2 or 3, percent-encoded or not.
    ///
    /// Its categories are names as they stand, its services `category/service`. A category that has services counts by
    /// these alone: the cookie lists those accepted, and not whether there are others. A service whose category was not
    /// accepted was not either.
    ///
    /// # Errors
    /// It is too long, no JSON object, or has no list of categories. Any other field that cannot be read forbids every
    /// grant ([`Reason::Unreadable`]), and no refusal.
    ///
    /// ```
    /// use volens_core::import::{Said, Stored};
    /// let stored = Stored::cc_cookie(r#"{"categories":["ads"],"services":{"ads":["pixel"],"analytics":[]}}"#)?;
    /// assert_eq!(stored.said("ads/pixel"), Some(Said::Yes));
    /// assert_eq!(stored.said("ads"), Some(Said::Partly));
    /// assert_eq!(stored.said("analytics"), Some(Said::No));
    /// assert_eq!(stored.said("video"), None);
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn cc_cookie(value: &str) -> Result<Self, ImportError> {
        vanilla::read(bounded(Tool::VanillaCookieconsent, value)?)
    }

    /// Reads the `klaro` cookie or storage item: services and whether each is on.
    ///
    /// Klaro writes it when the visitor saves, and so it stands for an act; services that were on before are told by
    /// [`Preset`](super::Preset). It names no time: see [`decided_at`](Self::decided_at).
    ///
    /// # Errors
    /// It is too long, or no JSON object.
    ///
    /// ```
    /// use volens_core::import::{Said, Stored};
    /// let stored = Stored::klaro("%7B%22matomo%22%3Afalse%7D")?;
    /// assert_eq!(stored.said("matomo"), Some(Said::No));
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn klaro(value: &str) -> Result<Self, ImportError> {
        klaro::read(bounded(Tool::Klaro, value)?)
    }

    /// Reads the `tarteaucitron` cookie: services, and `true`, `false` or `wait` for each.
    ///
    /// It names no time: see [`decided_at`](Self::decided_at). It writes `true` without an act where `highPrivacy` is
    /// off, the service needs no consent, or its default state is `true`: such services are
    /// [`Preset::On`](super::Preset).
    ///
    /// # Errors
    /// It is too long, or goes on in another way.
    ///
    /// ```
    /// use volens_core::import::{Said, Stored};
    /// let stored = Stored::tarteaucitron("!matomo=wait!youtube=false")?;
    /// assert_eq!(stored.said("matomo"), Some(Said::Open));
    /// assert_eq!(stored.said("youtube"), Some(Said::No));
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn tarteaucitron(value: &str) -> Result<Self, ImportError> {
        tarteaucitron::read(bounded(Tool::Tarteaucitron, value)?)
    }

    /// Reads `OneTrust`'s `OptanonConsent`, and `OptanonAlertBoxClosed` if the browser has it.
    ///
    /// Names are groups (`C0002`), hosts (`H12`) and vendors (`V7`). Both a choice and a dismissal close the banner, so
    /// a group that is on by default is [`Preset::On`](super::Preset). `datestamp` is the time of the last page, not of
    /// the choice, and is not read. A group that is off although nobody touched the banner is unanswered.
    ///
    /// # Errors
    /// `OptanonConsent` is too long or has no readable groups. An `OptanonAlertBoxClosed` that is no time counts as none
    /// for a grant; it still shows that the banner was closed, and what is off stays refused.
    ///
    /// ```
    /// use volens_core::import::{Said, Stored};
    /// let closed = "2026-04-06T11:23:20.578Z";
    /// let stored = Stored::one_trust("interactionCount=1&groups=C0001%3A1%2CC0002%3A0", Some(closed))?;
    /// assert_eq!(stored.said("C0002"), Some(Said::No));
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn one_trust(consent: &str, closed: Option<&str>) -> Result<Self, ImportError> {
        one_trust::read(bounded(Tool::OneTrust, consent)?, closed)
    }

    /// Reads Cookiebot's `CookieConsent`, which looks like JSON and is none.
    ///
    /// Names are `necessary`, `preferences`, `statistics`, `marketing`. `0` alone is a refusal of all; `-1` says that
    /// nobody was asked.
    ///
    /// # Errors
    /// It is too long, or goes on in another way.
    ///
    /// ```
    /// use volens_core::import::{Said, Stored};
    /// let stored = Stored::cookiebot("{stamp:%27x%27%2Cstatistics:true%2Cmethod:%27implied%27}")?;
    /// assert_eq!(stored.said("statistics"), Some(Said::Yes)); // to be believed only with a positive act
    /// assert_eq!(Stored::cookiebot("0")?.said("marketing"), Some(Said::No));
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn cookiebot(value: &str) -> Result<Self, ImportError> {
        cookiebot::read(bounded(Tool::Cookiebot, value)?)
    }

    pub(super) const fn new(tool: Tool) -> Self {
        Self {
            tool,
            names: BTreeMap::new(),
            absent: Absent::Unknown,
            first: None,
            last: None,
            ends: None,
            revision: None,
            lang: None,
            doubts: BTreeSet::new(),
        }
    }

    /// Notes what is said of a name; what is said twice and differently is the more protective of the two.
    pub(super) fn say(&mut self, name: &str, said: Said) {
        let known = self.names.entry(name.to_owned()).or_insert(said);
        *known = said.min(*known);
    }

    /// Adds the time of the choice where the tool keeps none (Klaro, tarteaucitron) and the caller knows it otherwise:
    /// from its own log, or from the cookie's expiry less its lifetime. Elsewhere the cookie's own word stays.
    ///
    /// ```
    /// use volens_core::import::Stored;
    /// let stored = Stored::klaro(r#"{"matomo":true}"#)?.decided_at("2026-05-01T10:00:00Z".parse()?);
    /// assert_eq!(stored.time("2026-06-01T00:00:00Z".parse()?), Some("2026-05-01T10:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decided_at(mut self, at: Timestamp) -> Self {
        if matches!(self.tool, Tool::Klaro | Tool::Tarteaucitron) {
            self.first = Some(at);
        }
        self
    }

    /// The tool that stored it.
    ///
    /// ```
    /// use volens_core::import::{Stored, Tool};
    /// assert_eq!(Stored::klaro("{}")?.tool(), Tool::Klaro);
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub const fn tool(&self) -> Tool {
        self.tool
    }

    /// What it says of a name; none: nothing.
    ///
    /// ```
    /// use volens_core::import::{Said, Stored};
    /// let stored = Stored::klaro(r#"{"matomo":false,"matomo":true}"#)?;
    /// assert_eq!(stored.said("matomo"), Some(Said::No)); // of two words, the more protective
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn said(&self, name: &str) -> Option<Said> {
        self.names.get(name).copied().or(match &self.absent {
            Absent::Unknown => None,
            Absent::No => Some(Said::No),
            Absent::NoWithin(categories) => {
                let within = |category: &String| name.strip_prefix(category.as_str())?.strip_prefix('/');
                categories.iter().find_map(within).map(|_| Said::No)
            }
        })
    }

    /// The names it speaks of, in order.
    ///
    /// ```
    /// use volens_core::import::Stored;
    /// let stored = Stored::tarteaucitron("!youtube=false!matomo=true")?;
    /// assert_eq!(stored.names().collect::<Vec<_>>(), ["matomo", "youtube"]);
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// What the tool calls the version of its text (vanilla-cookieconsent).
    ///
    /// Cookiebot's `ver` is not read: it is not known to name a text.
    ///
    /// ```
    /// use volens_core::import::Stored;
    /// assert_eq!(Stored::cc_cookie(r#"{"categories":[],"revision":3}"#)?.revision(), Some("3"));
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }

    /// The language of the text, where the tool keeps it (vanilla-cookieconsent 3).
    ///
    /// ```
    /// use volens_core::import::Stored;
    /// let stored = Stored::cc_cookie(r#"{"categories":[],"languageCode":"sv"}"#)?;
    /// assert_eq!(stored.lang().map(|lang| lang.as_str()), Some("sv"));
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub const fn lang(&self) -> Option<&Lang> {
        self.lang.as_ref()
    }

    /// When the choice was last made or changed; none: unknown.
    ///
    /// A time after `now`, before there were cookies (1995), or earlier than the first choice is no time: a client's
    /// clock that is wrong once proves nothing.
    ///
    /// ```
    /// use volens_core::import::Stored;
    /// let stored = Stored::cookiebot("{marketing:true,method:'explicit',utc:1775474600578}")?;
    /// assert_eq!(stored.time("2026-06-01T00:00:00Z".parse()?), Some("2026-04-06T11:23:20.578Z".parse()?));
    /// assert_eq!(stored.time("2026-04-01T00:00:00Z".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn time(&self, now: Timestamp) -> Option<Timestamp> {
        self.times(now).map(|(_, last)| last)
    }

    /// When the choice was first made, and when last.
    pub(super) fn times(&self, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let first = self.first?;
        let last = self.last.unwrap_or(first);
        (Timestamp::from_unix_seconds(FIRST_COOKIES) <= first && first <= last && last <= now).then_some((first, last))
    }
}

/// 1995-01-01T00:00:00Z.
const FIRST_COOKIES: i64 = 788_918_400;
