//! What a page needs to know about its site: [`Manifest`], one per language.
//!
//! The server builds it from `site.toml`; the widget reads it from JSON. It is therefore plain data, compiled
//! without any feature, and small. It holds nothing secret: `GET /consent/v1/manifest?lang=` answers it to anyone.
//!
//! ```
//! use volens_core::manifest::{Manifest, Mode};
//! use volens_core::site::Site;
//! # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
//! let site = Site::parse("shop.toml", text)?;
//! let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
//! assert_eq!(manifest.lead, "Shop AB asks: may we count visits and show offers?");
//! let sent = serde_json::to_string(&manifest)?;
//! assert_eq!(serde_json::from_str::<Manifest>(&sent)?, manifest);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![allow(
    clippy::exhaustive_structs,
    clippy::exhaustive_enums,
    reason = "plain data that the server fills and the widget matches completely; the three ship together"
)]

use serde::{Deserialize, Serialize};

use crate::id::{Lang, NoticeHash, PurposeId, ServiceId, TextHash};
use crate::labels::Labels;

/// Everything the banner, the cookie center and the settings page show, in one language.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// use volens_core::manifest::Mode;
/// let manifest = site.manifest(&"sv".parse()?, Mode::Service).ok_or("not in Swedish")?;
/// assert_eq!(manifest.settings_url, "/consent/v1/settings?lang=sv");
/// assert_eq!(manifest.notice, site.notice()); // the same in every language
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `site.id`.
    pub site: String,
    /// Who keeps the choice: the service, or this browser alone.
    pub mode: Mode,
    /// The language of every text below.
    pub lang: Lang,
    /// All languages of the site, the default first.
    pub languages: Vec<Lang>,
    /// The current notice, language-neutral.
    pub notice: NoticeHash,
    /// The hash of the texts below.
    pub text: TextHash,
    /// Where the consent service answers, without a slash at the end: `/consent/v1`.
    pub endpoint: String,
    /// The settings page in this language.
    pub settings_url: String,
    /// The cookie list in this language.
    pub list_url: String,
    /// The privacy notice in this language.
    pub privacy_url: String,
    /// The policy that describes the device purposes.
    pub policy: PolicyView,
    /// Where the first layer stands.
    pub position: Position,
    /// The id of the variant of wording or position that this is; none for the site's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The controller first, then joint controllers and affiliates.
    pub controllers: Vec<PartyView>,
    /// Device purposes offered in this language: those that are always on first, then the choices in id order.
    pub purposes: Vec<PurposeView>,
    /// What each mark of the summary cookie stands for: every choice of the site in id order, those too that this
    /// language does not offer.
    pub marks: Vec<PurposeId>,
    /// The question of the first layer: "Nordvakt AB asks: may we count visits and show offers?"
    pub lead: String,
    /// The sentence below it: how many others take part, that a no costs nothing, where to change one's mind.
    pub rest: String,
    /// The texts around all that.
    pub labels: Labels,
}

/// Who keeps the choice.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// use volens_core::manifest::Mode;
/// let local = site.manifest(&"en".parse()?, Mode::Local).ok_or("not in English")?;
/// let tool = local.purposes[0].services.iter().find(|service| service.id.as_str() == "volens");
/// assert_eq!(tool.map(|tool| tool.items[0].name.as_str()), Some("volens.local"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The consent service records it and signs a token.
    Service,
    /// The browser alone remembers it. No proof.
    Local,
}

/// Where the first layer stands; the same question and the same two answers everywhere.
///
/// ```
/// use volens_core::manifest::Position;
/// assert_eq!(serde_json::to_string(&Position::Corner)?, r#""corner""#);
/// assert_eq!(Position::default().code(), "bottom");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// A bar at the bottom of the window.
    #[default]
    Bottom,
    /// A bar at its top.
    Top,
    /// A card in the corner at the bottom, at the end of the line.
    Corner,
}

impl Position {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bottom, Self::Top, Self::Corner];

    /// The name used in `site.toml`, JSON and `data-position`.
    ///
    /// ```
    /// use volens_core::manifest::Position;
    /// assert_eq!(Position::ALL.map(Position::code), ["bottom", "top", "corner"]);
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bottom => "bottom",
            Self::Top => "top",
            Self::Corner => "corner",
        }
    }
}

/// A policy as it reads in one language.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::Mode;
/// let manifest = site.manifest(&"sv".parse()?, Mode::Service).ok_or("not in Swedish")?;
/// assert_eq!(manifest.policy.title, "Integritetspolicy");
/// assert_eq!(manifest.policy.version, "1.9"); // the English one is at 2.0
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyView {
    /// Its id in `site.toml`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version in this language.
    pub version: String,
    /// The day it took effect, as `2026-09-01`.
    pub effective: String,
    /// Where it can be read.
    pub url: String,
}

/// A controller or affiliate named to the visitor.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::Mode;
/// let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
/// let named: Vec<&str> = manifest.controllers.iter().map(|party| party.name.as_str()).collect();
/// assert_eq!(named, ["Shop AB", "Shop ApS"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyView {
    /// Its id in `site.toml`.
    pub id: String,
    /// Its legal name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What it is to the site.
    pub role: Role,
}

/// What a named party is to the site.
///
/// ```
/// use volens_core::manifest::Role;
/// assert_eq!(serde_json::to_string(&Role::Joint)?, r#""joint""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The controller.
    Controller,
    /// A joint controller (GDPR, article 26).
    Joint,
    /// A company of the same group.
    Affiliate,
    /// The parent company.
    Parent,
}

/// A device purpose.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::Mode;
/// let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
/// let analytics = &manifest.purposes[1];
/// assert_eq!((analytics.title.as_str(), analytics.act.as_str()), ("Analysis", "count visits"));
/// assert_eq!(analytics.basis, "your consent");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurposeView {
    /// Its id.
    pub id: PurposeId,
    /// "Web analysis".
    pub title: String,
    /// What the visitor is asked to allow, to follow "may we": "count visits".
    pub act: String,
    /// What happens, in a few sentences.
    pub description: String,
    /// Whether there is something to choose.
    pub control: Control,
    /// The legal basis, in words.
    pub basis: String,
    /// Who takes part.
    pub services: Vec<ServiceView>,
}

/// Whether a purpose is asked for.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::{Control, Mode};
/// let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
/// assert_eq!(manifest.purposes[0].control, Control::Always); // necessary
/// assert_eq!(manifest.purposes[1].control, Control::Choice); // analytics
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// No consent is needed, so none is asked.
    Always,
    /// Runs only with consent.
    Choice,
}

/// A service under a purpose.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::Mode;
/// let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
/// let counter = &manifest.purposes[1].services[0];
/// assert_eq!((counter.name.as_str(), counter.provider.as_str()), ("Counter", "Counter Oy"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceView {
    /// Its id.
    pub id: ServiceId,
    /// Its product name.
    pub name: String,
    /// The company behind it.
    pub provider: String,
    /// The provider's country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The provider's own privacy notice.
    pub privacy_url: Option<String>,
    /// What the page does when its consent is withdrawn while it runs.
    pub on_withdraw: OnWithdraw,
    /// Where its scripts and frames may come from: a URL that ends in `/` allows what begins with it, any other only
    /// itself.
    pub urls: Vec<String>,
    /// What it stores for this purpose.
    pub items: Vec<ItemView>,
}

impl ServiceView {
    /// Whether a script or frame may come from `url`, which must be absolute and normalised (as `new URL(u).href` is).
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// # let manifest = site.manifest(&"en".parse().unwrap(), volens_core::manifest::Mode::Service).unwrap();
    /// let counter = &manifest.purposes[1].services[0];
    /// assert_eq!(counter.urls, ["https://counter.example/frame.html", "https://counter.example/js/"]);
    /// assert!(counter.allows("https://counter.example/js/count.js"));
    /// assert!(!counter.allows("https://counter.example/frame.html?id=1"));
    /// ```
    pub fn allows(&self, url: &str) -> bool {
        self.urls
            .iter()
            .any(|allowed| if allowed.ends_with('/') { url.starts_with(allowed.as_str()) } else { url == allowed })
    }
}

/// What happens to a page in which a withdrawn service runs.
///
/// ```
/// use volens_core::manifest::OnWithdraw;
/// assert_eq!(serde_json::to_string(&OnWithdraw::Reload)?, r#""reload""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnWithdraw {
    /// It is loaded again, without the service.
    Reload,
    /// It hears an event and sees to it itself.
    Event,
}

/// Something kept in the visitor's browser.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::Mode;
/// let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
/// let item = &manifest.purposes[1].services[0].items[0];
/// assert_eq!((item.name.as_str(), item.duration.as_str(), item.period.as_str()), ("_c_*", "13 months", "P13M"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// Its name, or the beginning of its name and `*`.
    pub name: String,
    /// Where it is kept.
    pub kind: ItemKind,
    /// The host or domain it belongs to; none: the site's own host.
    pub domain: Option<String>,
    /// How long it is kept, in words: "1 year".
    pub duration: String,
    /// The same for programs: an ISO 8601 period, `session` or `persistent`.
    pub period: String,
    /// Whose it is.
    pub party: Party,
    /// Who can read it.
    pub access: Access,
    /// What it is for.
    pub description: String,
}

/// A kind of storage in the browser.
///
/// ```
/// use volens_core::manifest::ItemKind;
/// assert_eq!(serde_json::from_str::<ItemKind>(r#""indexeddb""#)?, ItemKind::IndexedDb);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// An HTTP cookie.
    Cookie,
    /// `localStorage`.
    Local,
    /// `sessionStorage`.
    Session,
    /// An `IndexedDB` database.
    #[serde(rename = "indexeddb")]
    IndexedDb,
    /// The Cache API.
    Cache,
}

impl ItemKind {
    /// The name used in `site.toml` and JSON.
    ///
    /// ```
    /// use volens_core::manifest::ItemKind;
    /// assert_eq!(ItemKind::Local.code(), "local");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Local => "local",
            Self::Session => "session",
            Self::IndexedDb => "indexeddb",
            Self::Cache => "cache",
        }
    }
}

/// Whose storage an item is in.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// # use volens_core::manifest::{Mode, Party};
/// let manifest = site.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
/// let seen = &manifest.purposes[2].services[0].items[0]; // kept under counter.example
/// assert_eq!(seen.party, Party::Third);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The site's own: the site can delete it.
    First,
    /// The provider's: only the provider or the visitor can delete it.
    Third,
}

/// Who can read an item.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// # let site = volens_core::site::Site::parse("shop.toml", text)?;
/// use volens_core::manifest::Access;
/// let (token, _) = site.cookie_names();
/// let item = site.cookies().iter().find(|item| item.name == token).ok_or("no token")?;
/// assert_eq!(item.access, Access::HttpOnly);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Scripts in the page.
    Script,
    /// Servers only.
    HttpOnly,
}

impl Manifest {
    /// The purposes that are asked for in this language, in the order of [`marks`](Self::marks).
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// # use volens_core::manifest::Mode;
    /// let manifest = site.manifest(&"sv".parse()?, Mode::Service).ok_or("not in Swedish")?;
    /// let asked: Vec<&str> = manifest.choices().map(|purpose| purpose.id.as_str()).collect();
    /// assert_eq!(asked, ["analytics"]); // marketing has no Swedish text
    /// assert_eq!(manifest.marks.len(), 2); // but a mark
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn choices(&self) -> impl Iterator<Item = &PurposeView> {
        self.purposes.iter().filter(|purpose| purpose.control == Control::Choice)
    }
}
