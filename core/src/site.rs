//! A site as its owner describes it: `site.toml`, parsed once.
//!
//! ```
//! use volens_core::site::Site;
//!
//! let errors = Site::parse("site.toml", "[site]\nid = 'Shop'\n").unwrap_err();
//! assert_eq!(errors.code(), "bad-site");
//! assert_eq!(
//!     errors.errors()[0].to_string(),
//!     "1: controller: found nothing, expected a table"
//! );
//! ```
//!
//! All that is wrong is listed, with line, key, what was found and what is expected. The languages of a site are not
//! translations of one another: a purpose is offered only where its policy describes it.

mod built_in;
mod error;
mod parse;
mod parts;
mod read;
mod shape;
mod tree;
mod view;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

pub use self::error::{SiteError, SiteErrors};
use self::parts::Variant;
pub use self::parts::{
    Company, Contact, Cookie, CookieScope, DataClass, Policy, Purpose, Recipient, RecipientRole, Representative,
    Retention, Service, Texts, Transfer, Worded,
};
pub use crate::basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
use crate::id::{ClassId, Lang, NoticeHash, PurposeId, ServiceId};
use crate::labels::Wording;
use crate::manifest::{Access, Party, Position};
use crate::notice::Material;
pub use crate::retention::Anchor;
pub use crate::rules::RuleSet;
use crate::signals::Declared;
use crate::time::Timestamp;

/// Where the consent service answers on the site's own origin.
pub const ENDPOINT: &str = "/consent/v1";
/// The purpose that every site has.
pub const NECESSARY: &str = "necessary";
/// The service that is the consent tool itself.
pub const TOOL: &str = "volens";

/// A site: what it does, for whom, with whose help, and in which words.
///
/// ```
/// use volens_core::site::Site;
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
/// let site = Site::parse("shop.toml", text)?;
/// assert_eq!(site.controller().name(), "Shop AB");
/// let asked: Vec<&str> = site.device_choices().iter().map(|purpose| purpose.id.as_str()).collect();
/// assert_eq!(asked, ["analytics", "marketing"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    id: String,
    origins: Vec<String>,
    languages: Vec<Lang>,
    wordings: BTreeMap<Lang, Wording>,
    rule_set: RuleSet,
    cookie_scope: CookieScope,
    signals: Declared,
    endpoint: Option<String>,
    stage: Stage,
    position: Position,
    /// Which of the variants this is.
    variant: Option<String>,
    variants: Vec<Variant>,
    title: Texts,
    list_url: Texts,
    privacy_url: Texts,
    token_audiences: Vec<String>,
    token_status: TokenStatus,
    controller: Company,
    affiliates: Vec<Company>,
    policies: Vec<Policy>,
    purposes: BTreeMap<PurposeId, Purpose>,
    services: BTreeMap<ServiceId, Service>,
    cookies: Vec<Cookie>,
    data_classes: BTreeMap<ClassId, DataClass>,
    recipients: BTreeMap<String, Recipient>,
    transfers: Vec<Transfer>,
}

/// Whom a site serves: its visitors, or a developer alone.
///
/// ```
/// use volens_core::site::Stage;
/// assert_eq!(Stage::Live.token_type(), "consent+jwt");
/// assert_eq!(Stage::Development.token_type(), "consent-dev+jwt");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever asks has to say something to either")]
pub enum Stage {
    /// Visitors.
    Live,
    /// A developer on their own machine, over plain HTTP: cookies that are not `Secure`, and tokens that no verifier
    /// takes for consent.
    Development,
}

/// Whether tokens carry `status` (IETF Token Status List). Verifiers that are given no list refuse a token that does.
///
/// ```
/// use volens_core::site::TokenStatus;
/// assert_eq!(TokenStatus::default(), TokenStatus::Omitted);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a token says where its status is or it does not")]
pub enum TokenStatus {
    /// They do not: a verifier believes a token until it ends.
    #[default]
    Omitted,
    /// They do, wherever they grant something.
    Listed,
}

impl Stage {
    /// The `typ` of its tokens.
    ///
    /// ```
    /// use volens_core::{site::Stage, token};
    /// assert_eq!(Stage::Live.token_type(), token::TYPE);
    /// ```
    pub const fn token_type(self) -> &'static str {
        match self {
            Self::Live => crate::token::TYPE,
            Self::Development => crate::token::DEV_TYPE,
        }
    }
}

impl Site {
    /// Reads a `site.toml`; `source_name` is what errors call the file, which is not opened.
    ///
    /// # Errors
    /// All that is wrong with it. A file that is no TOML has only those errors.
    ///
    /// ```
    /// use volens_core::site::Site;
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// assert!(Site::parse("shop.toml", text).is_ok());
    /// let error = Site::parse("shop.toml", &text.replace("revision = 2", "revision = \"two\"")).unwrap_err();
    /// assert_eq!(error.errors()[0].key(), "purpose.analytics.revision");
    /// ```
    pub fn parse(source_name: &str, text: &str) -> Result<Self, SiteErrors> {
        Self::from_tree(source_name, |noted| tree::toml(text, noted))
    }

    /// Reads JSON of the same shape; `source_name` is what errors call the file, which is not opened.
    ///
    /// # Errors
    /// All that is wrong with it. A file that is no JSON has only that error.
    ///
    /// ```
    /// use volens_core::site::Site;
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let json = toml::from_str::<serde_json::Value>(text)?.to_string();
    /// assert_eq!(Site::parse_json("shop.json", &json)?, Site::parse("shop.toml", text)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_json(source_name: &str, text: &str) -> Result<Self, SiteErrors> {
        Self::from_tree(source_name, |noted| tree::json(text, noted))
    }

    fn from_tree(
        source_name: &str,
        read: impl FnOnce(&mut error::Noted) -> Option<tree::Node>,
    ) -> Result<Self, SiteErrors> {
        let mut noted = error::Noted::default();
        let site = read(&mut noted).and_then(|tree| parse::site(&tree, &mut noted));
        match site {
            Some(site) if noted.is_empty() => Ok(site),
            _ => Err(noted.into_errors(source_name)),
        }
    }

    /// The site's id.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.id(), "shop");
    /// ```
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The origins it answers on; the first is issuer and audience of its tokens. Never empty.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.origins(), ["https://shop.example", "https://www.shop.example"]);
    /// ```
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// Whom its pages tell about consent, beside Google's seven types.
    ///
    /// ```
    /// use volens_core::{signals::Vendor, site::Site};
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// let site = Site::parse("shop.toml", &format!("{text}\n[signals]\nvendors = ['clarity']\n"))?;
    /// assert!(site.signals().tells(Vendor::Clarity));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn signals(&self) -> &Declared {
        &self.signals
    }

    /// The first origin: issuer and audience of its tokens.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.origin(), "https://shop.example");
    /// ```
    pub fn origin(&self) -> &str {
        self.origins.first().map_or("", String::as_str)
    }

    /// What the consent tool says in a language of the site: the built-in texts, or the site's own from `[texts]`.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let swedish = site.wording(&"sv".parse()?).ok_or("not in Swedish")?;
    /// assert_eq!(swedish.labels().reject_all, "Avvisa alla");
    /// assert_eq!(site.wording(&"de".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wording(&self, lang: &Lang) -> Option<&Wording> {
        self.wordings.get(lang)
    }

    /// Its languages, the default first. Never empty.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let languages: Vec<&str> = site.languages().iter().map(AsRef::as_ref).collect();
    /// assert_eq!(languages, ["en", "sv"]);
    /// ```
    pub fn languages(&self) -> &[Lang] {
        &self.languages
    }

    /// The default language.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.default_lang().as_str(), "en");
    /// ```
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "the parser refuses a site without languages")]
    pub fn default_lang(&self) -> &Lang {
        self.languages.first().expect("at least one language")
    }

    /// The language of the site that `lang` names, whatever its capitals; a region counts.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// assert!(site.language(&"sv".parse()?).is_some());
    /// assert!(site.language(&"sv-FI".parse()?).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn language(&self, lang: &Lang) -> Option<&Lang> {
        self.languages.iter().find(|known| known.as_str().eq_ignore_ascii_case(lang.as_str()))
    }

    /// The rules it follows.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.rule_set().code(), "eu");
    /// ```
    pub const fn rule_set(&self) -> RuleSet {
        self.rule_set
    }

    /// Which hosts share a choice.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// use volens_core::site::CookieScope;
    /// assert_eq!(*site.cookie_scope(), CookieScope::Domain("shop.example".to_owned()));
    /// ```
    pub const fn cookie_scope(&self) -> &CookieScope {
        &self.cookie_scope
    }

    /// The same site for a developer alone, whose browser may drop `Secure` cookies on `http://localhost`: with cookies of
    /// other names and tokens of another type.
    ///
    /// # Errors
    /// The first origin of the site, or the address of its service, that is not on this machine.
    ///
    /// ```
    /// use volens_core::site::{Site, Stage};
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// let site = Site::parse("shop.toml", text)?;
    /// assert_eq!(site.clone().for_development(), Err("https://shop.example".to_owned()));
    /// let here = text
    ///     .replace("\"https://shop.example\", \"https://www.shop.example\"", "\"http://localhost:8080\"")
    ///     .replace("\"domain\"\ndomain = \"shop.example\"", "\"host\"");
    /// let site = Site::parse("shop.toml", &here)?.for_development()?;
    /// assert_eq!((site.stage(), site.cookie_names()), (Stage::Development, ("dev-consent", "dev-volens")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_development(mut self) -> Result<Self, String> {
        let addresses = self.origins.iter().chain(&self.endpoint);
        if let Some(elsewhere) = addresses.into_iter().find(|address| !shape::loopback(shape::host_of(address))) {
            return Err(elsewhere.clone());
        }
        self.stage = Stage::Development;
        built_in::add(&mut self);
        Ok(self)
    }

    /// Whom it serves.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// use volens_core::site::Stage;
    /// assert_eq!(site.stage(), Stage::Live);
    /// ```
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The ids of its variants of wording and position, in the order of the file.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # use volens_core::site::Site;
    /// let more = "[[variant]]\nid = \"b\"\nposition = \"corner\"\ntexts.reject_all.en = \"No to all\"\n";
    /// let site = Site::parse("shop.toml", &[text, more].concat())?;
    /// assert_eq!(site.variants().collect::<Vec<_>>(), ["b"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn variants(&self) -> impl Iterator<Item = &str> {
        self.variants.iter().map(|variant| variant.id.as_str())
    }

    /// Which of its variants this is, as [`in_variant`](Self::in_variant) made it; none: its own wording and position.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.variant(), None);
    /// ```
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// The same site in the wording and position of a variant; none if it has no variant of this id. The notice is the
    /// same, as a variant says the same things: its text and its look have hashes of their own.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # use volens_core::{manifest::Mode, site::Site};
    /// # let more = "[[variant]]\nid = \"b\"\ntexts.reject_all.en = \"No to all\"\n";
    /// let site = Site::parse("shop.toml", &[text, more].concat())?;
    /// let b = site.in_variant("b").ok_or("no b")?;
    /// let manifest = b.manifest(&"en".parse()?, Mode::Service).ok_or("not in English")?;
    /// assert_eq!((manifest.variant.as_deref(), &*manifest.labels.reject_all), (Some("b"), "No to all"));
    /// assert_eq!(manifest.notice, site.notice());
    /// assert!(site.in_variant("c").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn in_variant(&self, id: &str) -> Option<Self> {
        let variant = self.variants.iter().find(|variant| variant.id == id)?;
        let mut site = Self {
            variant: Some(variant.id.clone()),
            position: variant.position,
            wordings: variant.wordings.clone(),
            ..self.clone()
        };
        for purpose in site.purposes.values_mut() {
            built_in::describe(purpose, &site.wordings);
        }
        built_in::add(&mut site);
        Some(site)
    }

    /// The variant that pages made at `now` show; none: the site's own wording and position.
    ///
    /// Everybody is shown the same at one moment, so that no visitor needs to be told from another: the variants take
    /// turns by the day (UTC), in an order that is drawn from the site's id and the day, so that no variant falls on the
    /// same weekdays again and again. A page that is kept in a cache keeps its own.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # use volens_core::site::Site;
    /// # let more = "[[variant]]\nid = \"b\"\ntexts.reject_all.en = \"No to all\"\n";
    /// let site = Site::parse("shop.toml", &[text, more].concat())?;
    /// let (morning, evening) = ("2026-11-20T06:00:00Z".parse()?, "2026-11-20T22:00:00Z".parse()?);
    /// assert_eq!(site.variant_at(morning), site.variant_at(evening));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn variant_at(&self, now: Timestamp) -> Option<&str> {
        let day = now.unix_seconds().div_euclid(86_400);
        let drawn = Sha256::digest(format!("{}:{day}", self.id));
        let drawn = drawn.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let shown = drawn % (self.variants.len() as u64 + 1);
        let variant = usize::try_from(shown).ok()?.checked_sub(1)?;
        self.variants().nth(variant)
    }

    /// Where the pages find the consent service: `/consent/v1` on the page's own origin, or the URL in `site.endpoint`.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # use volens_core::site::Site;
    /// assert_eq!(Site::parse("shop.toml", text)?.endpoint(), "/consent/v1");
    /// let own = "cookie_scope = \"domain\"\nendpoint = \"https://consent.shop.example/consent/v1\"";
    /// let site = Site::parse("shop.toml", &text.replace("cookie_scope = \"domain\"", own))?;
    /// assert_eq!(site.endpoint(), "https://consent.shop.example/consent/v1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn endpoint(&self) -> &str {
        self.endpoint.as_deref().unwrap_or(ENDPOINT)
    }

    /// The path below which the service answers.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.endpoint_path(), "/consent/v1");
    /// ```
    pub fn endpoint_path(&self) -> &str {
        self.endpoint.as_deref().map_or(ENDPOINT, |url| url.strip_prefix(shape::origin_of(url)).unwrap_or(url))
    }

    /// The same as an absolute URL, for mails: on the site's first origin unless the service has one of its own.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.endpoint_url(), "https://shop.example/consent/v1");
    /// ```
    pub fn endpoint_url(&self) -> String {
        self.endpoint.clone().unwrap_or_else(|| format!("{}{ENDPOINT}", self.origin()))
    }

    /// The origin of `site.endpoint`; none where the service answers on the page's own origin.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.endpoint_origin(), None);
    /// ```
    pub fn endpoint_origin(&self) -> Option<&str> {
        self.endpoint.as_deref().map(shape::origin_of)
    }

    /// The origin of the site that `origin` names, if the site's origins may speak to one another's service: where they
    /// share a choice, or have one service for all.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.sibling("https://www.shop.example"), Some("https://www.shop.example"));
    /// assert_eq!(site.sibling("https://blog.shop.example"), None); // not listed
    /// ```
    pub fn sibling(&self, origin: &str) -> Option<&str> {
        let together = self.endpoint.is_some() || matches!(self.cookie_scope, CookieScope::Domain(_));
        self.origins.iter().map(String::as_str).find(|own| together && *own == origin)
    }

    /// The names of the token cookie and of the summary cookie.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.cookie_names(), ("__Secure-consent", "__Secure-volens"));
    /// ```
    pub const fn cookie_names(&self) -> (&'static str, &'static str) {
        match (self.stage, &self.cookie_scope) {
            (Stage::Development, _) => built_in::DEV_NAMES,
            (Stage::Live, CookieScope::Host) => built_in::HOST_NAMES,
            (Stage::Live, CookieScope::Domain(_)) => built_in::DOMAIN_NAMES,
        }
    }

    /// The domain that shares a choice; none where one host keeps it to itself.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.cookie_domain(), Some("shop.example"));
    /// ```
    pub fn cookie_domain(&self) -> Option<&str> {
        match &self.cookie_scope {
            CookieScope::Host => None,
            CookieScope::Domain(domain) => Some(domain),
        }
    }

    /// Its title, by language.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// assert_eq!(site.title().get(&"sv".parse()?), Some("Butik"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn title(&self) -> &Texts {
        &self.title
    }

    /// Where its cookie list is, by language.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// assert_eq!(site.list_url().get(&"sv".parse()?), Some("/sv/cookies"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn list_url(&self) -> &Texts {
        &self.list_url
    }

    /// Where its privacy notice is, by language.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// assert_eq!(site.privacy_url().get(&"en".parse()?), Some("/en/privacy"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn privacy_url(&self) -> &Texts {
        &self.privacy_url
    }

    /// Other services that may have tokens of their own.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.token_audiences(), ["https://api.example"]);
    /// ```
    pub fn token_audiences(&self) -> &[String] {
        &self.token_audiences
    }

    /// Whether tokens that grant something say where a withdrawal would show (`[tokens] status`).
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// use volens_core::site::{Site, TokenStatus};
    /// assert_eq!(Site::parse("shop.toml", text)?.token_status(), TokenStatus::Omitted);
    /// let listed = format!("{text}\n[tokens]\nstatus = true\n");
    /// assert_eq!(Site::parse("shop.toml", &listed)?.token_status(), TokenStatus::Listed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn token_status(&self) -> TokenStatus {
        self.token_status
    }

    /// The controller (GDPR article 4(7)).
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.controller().name(), "Shop AB");
    /// ```
    pub const fn controller(&self) -> &Company {
        &self.controller
    }

    /// Joint controllers, affiliates and parents, in id order.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.affiliates()[0].name(), "Shop ApS");
    /// ```
    pub fn affiliates(&self) -> &[Company] {
        &self.affiliates
    }

    /// The controller, then the affiliates: the companies that the notice names.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let named: Vec<&str> = site.controllers().map(|company| company.name()).collect();
    /// assert_eq!(named, ["Shop AB", "Shop ApS"]);
    /// ```
    pub fn controllers(&self) -> impl Iterator<Item = &Company> {
        std::iter::once(&self.controller).chain(&self.affiliates)
    }

    /// The policies, in the order of the file.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.policies()[1].id, "clubs");
    /// ```
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The policy that describes a purpose; none for an unknown purpose.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// assert_eq!(site.policy_of(&"club".parse()?).map(|policy| policy.id.as_str()), Some("clubs"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn policy_of(&self, purpose: &PurposeId) -> Option<&Policy> {
        let id = &self.purposes.get(purpose)?.policy;
        self.policies.iter().find(|policy| policy.id == *id)
    }

    /// All purposes, in id order.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let ids: Vec<&str> = site.purposes().keys().map(AsRef::as_ref).collect();
    /// assert_eq!(ids, ["analytics", "club", "marketing", "necessary"]);
    /// ```
    pub const fn purposes(&self) -> &BTreeMap<PurposeId, Purpose> {
        &self.purposes
    }

    /// One purpose.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// assert_eq!(site.purpose(&"analytics".parse()?).map(|purpose| purpose.revision), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn purpose(&self, id: &PurposeId) -> Option<&Purpose> {
        self.purposes.get(id)
    }

    /// The device purposes that need consent, in id order: what the banner asks, and the summary cookie marks.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let asked: Vec<&str> = site.device_choices().iter().map(|purpose| purpose.id.as_str()).collect();
    /// assert_eq!(asked, ["analytics", "marketing"]);
    /// ```
    pub fn device_choices(&self) -> Vec<&Purpose> {
        self.purposes.values().filter(|purpose| purpose.is_choice()).collect()
    }

    /// Whether a purpose is offered in a language: it has all its texts there, and so has its policy.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let marketing = "marketing".parse()?;
    /// assert!(site.offered(&marketing, &"en".parse()?));
    /// assert!(!site.offered(&marketing, &"sv".parse()?)); // it has no Swedish text
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn offered(&self, purpose: &PurposeId, lang: &Lang) -> bool {
        let lang = self.language(lang).unwrap_or(lang);
        self.purposes.get(purpose).is_some_and(|known| offered(known, self.policy_of(purpose), lang))
    }

    /// All services in id order, the consent tool itself (`volens`) among them.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let ids: Vec<&str> = site.services().keys().map(AsRef::as_ref).collect();
    /// assert_eq!(ids, ["counter", "volens", "web"]);
    /// ```
    pub const fn services(&self) -> &BTreeMap<ServiceId, Service> {
        &self.services
    }

    /// The services that use a purpose, in id order.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text)?;
    /// let analytics = "analytics".parse()?;
    /// let providers: Vec<&str> = site.services_of(&analytics).map(|service| service.provider.as_str()).collect();
    /// assert_eq!(providers, ["Counter Oy"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn services_of(&self, purpose: &PurposeId) -> impl Iterator<Item = &Service> {
        self.services.values().filter(move |service| service.purposes.contains_key(purpose))
    }

    /// Everything kept in a browser: the consent tool's own items, then the others in the order of the file.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let names: Vec<&str> = site.cookies().iter().map(|cookie| cookie.name.as_str()).collect();
    /// assert_eq!(names, ["__Secure-consent", "__Secure-volens", "volens.pending", "basket", "_c_*", "seen"]);
    /// ```
    pub fn cookies(&self) -> &[Cookie] {
        &self.cookies
    }

    /// The classes of data, in id order.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.data_classes()["visits"].retention.len(), 1);
    /// ```
    pub const fn data_classes(&self) -> &BTreeMap<ClassId, DataClass> {
        &self.data_classes
    }

    /// The first-party cookies that only servers can read, and so only the server can delete.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let names: Vec<&str> = site.http_only_cookies().map(|cookie| cookie.name.as_str()).collect();
    /// assert_eq!(names, ["__Secure-consent", "basket"]);
    /// ```
    pub fn http_only_cookies(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies.iter().filter(|cookie| cookie.access == Access::HttpOnly && cookie.party == Party::First)
    }

    /// The recipients (GDPR article 4(9)), in id order.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// let names: Vec<&str> = site.recipients().map(|recipient| recipient.name.as_str()).collect();
    /// assert_eq!(names, ["Counter Oy", "Host AS"]);
    /// ```
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.values()
    }

    /// One recipient.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.recipient("host").map(|host| host.country.as_str()), Some("NO"));
    /// ```
    pub fn recipient(&self, id: &str) -> Option<&Recipient> {
        self.recipients.get(id)
    }

    /// The transfers to third countries (GDPR chapter V), in the order of the file.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.transfers()[0].country, "US");
    /// ```
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// The material facts of the current notice.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.material().notice(), site.notice());
    /// ```
    pub fn material(&self) -> Material {
        Material::of(self)
    }

    /// The current notice: the hash of its [material facts](Self::material), the same in every language.
    ///
    /// ```
    /// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml"));
    /// # let site = volens_core::site::Site::parse("shop.toml", text).unwrap();
    /// assert_eq!(site.notice().as_str().len(), 43);
    /// ```
    pub fn notice(&self) -> NoticeHash {
        self.material().notice()
    }
}

/// Whether a purpose has all its texts in a language of the site, and its policy too.
fn offered(purpose: &Purpose, policy: Option<&Policy>, lang: &Lang) -> bool {
    let described = purpose.texts().iter().all(|(_, texts)| texts.get(lang).is_some());
    described && policy.is_some_and(|policy| policy.speaks(lang))
}
