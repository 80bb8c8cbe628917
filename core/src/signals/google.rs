//! Google Consent Mode v2: `gtag('consent', …)`.
//!
//! [`default`] goes before any tag, on every page; [`update`] follows as soon as a choice is known, again on every
//! page, for Google keeps nothing. Before the first call the page makes `gtag`, which must push its `arguments` object,
//! not an array:
//!
//! ```js
//! window.dataLayer = window.dataLayer || [];
//! function gtag() { dataLayer.push(arguments); }
//! ```
//!
//! ```
//! use volens_core::signals::{Consents, Mapping, google};
//!
//! let state = Consents::of(&Mapping::default(), &["analytics".parse()?]);
//! let calls = google::update(&state, &google::Options::default());
//! let first = serde_json::to_string(calls[0].arguments())?;
//! assert!(first.starts_with(r#"["consent","update",{"ad_personalization":"denied""#), "{first}");
//! assert!(first.contains(r#""analytics_storage":"granted""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;
use core::str::FromStr;

use super::{Call, ConsentType, Consents, Status, Value};

/// A region for which a default holds: ISO 3166-1 alpha-2 or ISO 3166-2, in capitals.
///
/// ```
/// use volens_core::signals::google::{Region, RegionError};
/// assert_eq!("US-CA".parse::<Region>()?.as_str(), "US-CA");
/// assert_eq!("EU".parse::<Region>(), Err(RegionError::NotACountry));
/// # Ok::<(), RegionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(String);

impl Region {
    /// The code.
    ///
    /// ```
    /// # use volens_core::signals::google::{Region, RegionError};
    /// assert_eq!("SE".parse::<Region>()?.as_str(), "SE");
    /// # Ok::<(), RegionError>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no region.
///
/// ```
/// use volens_core::signals::google::{Region, RegionError};
/// assert_eq!("se".parse::<Region>(), Err(RegionError::Shape));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionError {
    /// Not of the form `SE` or `US-CA`.
    Shape,
    /// `EU` or `UK`: no country has these codes, and a default for them would hold nowhere.
    NotACountry,
}

impl RegionError {
    /// A stable code.
    ///
    /// ```
    /// use volens_core::signals::google::RegionError;
    /// assert_eq!(RegionError::Shape.code(), "region-shape");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shape => "region-shape",
            Self::NotACountry => "region-not-a-country",
        }
    }
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "not a region; expected a code of ISO 3166 in capitals such as SE or US-CA",
            Self::NotACountry => "the code of no country; expected each country by itself, the United Kingdom as GB",
        })
    }
}

impl core::error::Error for RegionError {}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(code: &str) -> Result<Self, RegionError> {
        let (country, part) = code.split_once('-').map_or((code, None), |(country, part)| (country, Some(part)));
        let part_fits = part.is_none_or(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        });
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) || !part_fits {
            return Err(RegionError::Shape);
        }
        if matches!(country, "EU" | "UK") { Err(RegionError::NotACountry) } else { Ok(Self(code.to_owned())) }
    }
}

/// Whether ad clicks are redacted while `ad_storage` is denied.
///
/// ```
/// use volens_core::signals::{Consents, google};
/// let ads_data_redaction = google::AdsDataRedaction::WhileDenied;
/// let calls = google::update(&Consents::nothing(), &google::Options { ads_data_redaction, ..Default::default() });
/// assert!(serde_json::to_string(&calls)?.contains(r#"["set","ads_data_redaction",true]"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the setting is on, off or left alone")]
pub enum AdsDataRedaction {
    /// Say nothing about it.
    #[default]
    Unset,
    /// On while `ad_storage` is denied, off while it is granted.
    WhileDenied,
}

/// Whether links carry ad click information on to the next page while storage is denied.
///
/// ```
/// use volens_core::signals::{Consents, google};
/// let url_passthrough = google::UrlPassthrough::On;
/// let calls = google::default(&Consents::nothing(), &google::Options { url_passthrough, ..Default::default() });
/// assert!(serde_json::to_string(&calls)?.contains(r#"["set","url_passthrough",true]"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "the setting is on or left alone")]
pub enum UrlPassthrough {
    /// Say nothing about it.
    #[default]
    Unset,
    /// On. Link decoration falls under article 5(3) of the ePrivacy directive too (EDPB guidelines 2/2023).
    On,
}

/// Settings of consent mode beside the state; by default none.
///
/// ```
/// use volens_core::signals::Consents;
/// use volens_core::signals::google::{self, AdsDataRedaction, Options};
/// let options = Options { ads_data_redaction: AdsDataRedaction::WhileDenied, ..Options::default() };
/// assert_eq!(google::default(&Consents::nothing(), &options).len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by literal over its default")]
pub struct Options {
    /// Where the state holds as the default; empty: everywhere. Elsewhere everything is denied.
    pub regions: Vec<Region>,
    /// How long tags wait for an update, in milliseconds.
    pub wait_for_update: Option<u32>,
    /// `ads_data_redaction`.
    pub ads_data_redaction: AdsDataRedaction,
    /// `url_passthrough`.
    pub url_passthrough: UrlPassthrough,
}

/// The calls before any tag: all seven types, and the settings.
///
/// Where no default holds, Google takes everything as granted. With regions, a default without one therefore goes first
/// and denies; theirs follows and, being more specific, wins there.
///
/// ```
/// use volens_core::signals::{Consents, Mapping, google};
/// let granted = Consents::of(&Mapping::default(), &["analytics".parse()?]);
/// let options = google::Options { regions: vec!["US-UT".parse()?], wait_for_update: Some(500), ..Default::default() };
/// let calls = google::default(&granted, &options);
/// assert_eq!(
///     serde_json::to_string(&calls)?,
///     concat!(
///         r#"[{"global":"gtag","arguments":["consent","default",{"ad_personalization":"denied","#,
///         r#""ad_storage":"denied","ad_user_data":"denied","analytics_storage":"denied","#,
///         r#""functionality_storage":"denied","personalization_storage":"denied","#,
///         r#""security_storage":"granted","wait_for_update":500}]},"#,
///         r#"{"global":"gtag","arguments":["consent","default",{"ad_personalization":"denied","#,
///         r#""ad_storage":"denied","ad_user_data":"denied","analytics_storage":"granted","#,
///         r#""functionality_storage":"denied","personalization_storage":"denied","region":["US-UT"],"#,
///         r#""security_storage":"granted","wait_for_update":500}]}]"#
///     )
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn default(state: &Consents, options: &Options) -> Vec<Call> {
    let wait = options.wait_for_update.map(|millis| ("wait_for_update", millis.into()));
    let consent = |state: &Consents, region| {
        let types = Value::object(types(state).chain(region).chain(wait.clone()));
        Call::function("gtag", ["consent".into(), "default".into(), types])
    };
    let mut calls = if options.regions.is_empty() {
        vec![consent(state, None)]
    } else {
        let regions = Value::list(options.regions.iter().map(|region| region.0.clone().into()));
        vec![consent(&Consents::nothing(), None), consent(state, Some(("region", regions)))]
    };
    calls.extend(redaction(state, options));
    match options.url_passthrough {
        UrlPassthrough::Unset => {}
        UrlPassthrough::On => calls.push(set("url_passthrough", true)),
    }
    calls
}

/// The calls once a choice is known: what follows from it, and all seven types again. Tags act on these, so the rest
/// comes first: after a withdrawal nothing is sent while redaction is still off.
///
/// ```
/// use volens_core::signals::{Consents, google};
/// let calls = google::update(&Consents::nothing(), &google::Options::default());
/// assert!(serde_json::to_string(&calls)?.contains(r#""update",{"ad_personalization":"denied""#));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn update(state: &Consents, options: &Options) -> Vec<Call> {
    let consent = Call::function("gtag", ["consent".into(), "update".into(), Value::object(types(state))]);
    redaction(state, options).into_iter().chain([consent]).collect()
}

fn types(state: &Consents) -> impl Iterator<Item = (&'static str, Value)> {
    ConsentType::ALL.iter().map(|of| (of.as_str(), state.status(*of).as_str().into()))
}

fn redaction(state: &Consents, options: &Options) -> Option<Call> {
    match options.ads_data_redaction {
        AdsDataRedaction::Unset => None,
        AdsDataRedaction::WhileDenied => {
            Some(set("ads_data_redaction", state.status(ConsentType::AdStorage) == Status::Denied))
        }
    }
}

fn set(name: &'static str, value: impl Into<Value>) -> Call {
    Call::function("gtag", ["set".into(), name.into(), value.into()])
}
