//! The consent service of one site.

use crate::clock::{Clock, SystemClock};
use crate::keys::Keys;
use crate::mail::{Mail, Mailer};
use crate::store::{PublishedText, Store};
use crate::visitor::Visitor;
use crate::{ServiceError, http, log};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;
use volens_core::law::Purposes;
use volens_core::manifest::{Manifest, Mode};
use volens_core::notice::Material;
use volens_core::site::Site;
use volens_core::{Lang, NoticeHash, PurposeId, Timestamp};
use volens_verify::Verifier;
use volens_widget::page::{self, Assets, Carried, Snippet};

/// Where the service answers on the site's own origin.
pub const ENDPOINT: &str = "/consent/v1";

/// What a service is made of.
#[non_exhaustive]
pub struct Options {
    /// The site.
    pub site: Site,
    /// The data folder: the store and the keys.
    pub data: PathBuf,
    /// The folder with the web assets.
    pub web: PathBuf,
    /// Where mails go.
    pub mail: Mail,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Options {
    /// A service with the system's clock, whose mails are kept in its outbox.
    pub fn new(site: Site, data: PathBuf, web: PathBuf) -> Self {
        Self { site, data, web, mail: Mail::Outbox, clock: Arc::new(SystemClock) }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("data", &self.data).field("web", &self.web).finish_non_exhaustive()
    }
}

/// The consent service of one site: cheap to clone, shared by its handlers.
#[derive(Clone)]
pub struct Service(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) site: Site,
    pub(crate) web: PathBuf,
    pub(crate) keys: Keys,
    pub(crate) store: Store,
    pub(crate) verifier: Verifier,
    pub(crate) mailer: Mailer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) assets: Assets,
    pub(crate) jwks: String,
    origin: String,
    notice: NoticeHash,
    material: Material,
    published: BTreeMap<NoticeHash, Material>,
    /// With those of earlier notices: an objection outlives the purpose it was made on.
    pub(crate) purposes: Purposes,
    manifests: BTreeMap<Lang, Manifest>,
    choices: Vec<PurposeId>,
}

impl Service {
    /// Opens the store and the keys, and publishes the site's notice and texts.
    ///
    /// # Errors
    /// The data folder, the keys, the store or the web assets cannot be used.
    pub async fn open(options: Options) -> Result<Self, ServiceError> {
        let Options { site, data, web, mail, clock } = options;
        let keys = Keys::open(&data, clock.now())?;
        let store = Store::open(&data, site.id(), clock.clone())?;
        let assets =
            Assets::load(&web, &format!("{ENDPOINT}/web")).map_err(ServiceError::Assets)?.telling(site.signals());
        let manifests: BTreeMap<Lang, Manifest> = site
            .languages()
            .iter()
            .filter_map(|lang| Some((lang.clone(), site.manifest(lang, Mode::Service)?)))
            .collect();
        let origin = site.origin().to_owned();
        let public = keys.public().map_err(|_| ServiceError::Site("the signing keys hold the same key twice"))?;
        let jwks = public.to_jwks();
        let (notice, material) = (site.notice(), site.material());
        let published = publish(&store, &site, &manifests, &assets).await?;
        let counting = published.iter().filter(|(_, older)| older.choices().all(|id| material.carries(older, id)));
        let verifier = Verifier::builder()
            .issuer(origin.as_str())
            .audience(origin.as_str())
            .keys(public)
            .notices(counting.map(|(notice, _)| notice.clone()))
            .build()
            .map_err(|_| ServiceError::Site("the site's first origin cannot issue tokens"))?;
        let choices = site.device_choices().into_iter().map(|purpose| purpose.id.clone()).collect();
        let mailer = Mailer::new(mail).map_err(ServiceError::Mail)?;
        store.sweep()?;
        let former = published.values().map(Purposes::of_notice);
        let purposes = former.fold(Purposes::of(&site), Purposes::with_former);
        let service = Self(Arc::new(Inner {
            site,
            web,
            keys,
            store,
            verifier,
            mailer,
            clock,
            assets,
            jwks,
            origin,
            notice,
            material,
            published,
            purposes,
            manifests,
            choices,
        }));
        tokio::spawn(sweep(Arc::downgrade(&service.0)));
        Ok(service)
    }

    /// The routes of the service: `/consent/v1/…`, `/.well-known/…`, `/healthz`, `/readyz`.
    pub fn router(&self) -> axum::Router {
        http::router(self)
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// The texts of a language, or none if the site does not have it.
    pub fn manifest(&self, lang: &Lang) -> Option<&Manifest> {
        self.0.manifests.get(lang)
    }

    /// The parts of a page that ask for consent. `return_to`: the page's own path, for forms without script.
    pub async fn snippet(&self, lang: &Lang, return_to: Option<&str>) -> Option<Snippet> {
        let manifest = self.manifest(lang)?;
        Some(page::snippet(manifest, &self.0.assets, &self.0.carried(), return_to).await)
    }

    /// A verifier of the tokens that this service signs.
    pub fn verifier(&self) -> &Verifier {
        &self.0.verifier
    }

    /// The public keys, as `/.well-known/jwks.json` serves them.
    pub fn jwks(&self) -> &str {
        &self.0.jwks
    }

    /// The service's time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Runs `work` where it may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&inner)).await.unwrap_or(Err(ServiceError::Corrupt))
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("site", &self.0.site.id()).finish_non_exhaustive()
    }
}

impl Inner {
    /// Issuer and audience of the browser's token.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The current notice.
    pub(crate) fn site_notice(&self) -> &NoticeHash {
        &self.notice
    }

    /// Device purposes that are asked, in id order.
    pub(crate) fn choice_ids(&self) -> impl Iterator<Item = &PurposeId> {
        self.choices.iter()
    }

    /// The texts of a language, or of the default one.
    pub(crate) fn manifest_or_default(&self, lang: Option<&Lang>) -> &Manifest {
        lang.and_then(|lang| self.manifests.get(lang))
            .or_else(|| self.manifests.get(self.site.default_lang()))
            .or_else(|| self.manifests.values().next())
            .unwrap_or_else(|| unreachable!("a site has at least one language, which the parser checks"))
    }

    /// Whether a notice was ever published here.
    pub(crate) fn is_published(&self, notice: &NoticeHash) -> bool {
        self.published.contains_key(notice)
    }

    /// Whether a grant under `notice` still counts: the facts about the purpose have not changed.
    pub(crate) fn carries(&self, notice: &NoticeHash, purpose: &PurposeId) -> bool {
        *notice == self.notice || self.published.get(notice).is_some_and(|older| self.material.carries(older, purpose))
    }

    /// Who holds the token in a request.
    pub(crate) fn visitor(&self, token: Option<&str>) -> Visitor {
        Visitor::of(&self.verifier, token, self.clock.now())
    }

    /// What the gate has to know of earlier notices.
    fn carried(&self) -> Vec<Carried> {
        self.published
            .iter()
            .filter(|(notice, _)| **notice != self.notice)
            .map(|(notice, older)| Carried {
                notice8: notice.short().into(),
                choices: older.choices().cloned().collect(),
                mask: older.choices().map(|id| if self.carries(notice, id) { '1' } else { '0' }).collect(),
            })
            .collect()
    }
}

/// Sweeps every hour, for as long as the service lives.
async fn sweep(service: Weak<Inner>) {
    loop {
        tokio::time::sleep(Duration::from_hours(1)).await;
        let Some(service) = service.upgrade() else { return };
        let swept = tokio::task::spawn_blocking(move || service.store.sweep()).await;
        if let Ok(Err(error)) = swept {
            log::warn(format_args!("{}: {error}", error.code()));
        }
    }
}

/// Publishes the notice and each language's text; reads back every notice ever published.
async fn publish(
    store: &Store,
    site: &Site,
    manifests: &BTreeMap<Lang, Manifest>,
    assets: &Assets,
) -> Result<BTreeMap<NoticeHash, Material>, ServiceError> {
    let mut looks = BTreeMap::new();
    for (lang, manifest) in manifests {
        let snippet = page::snippet(manifest, assets, &[], None).await;
        let look = [snippet.banner.as_bytes(), snippet.style_hashes.concat().as_bytes()].concat();
        looks.insert(lang, URL_SAFE_NO_PAD.encode(Sha256::digest(look)));
    }
    store.write(|write| {
        write.publish_notice(&site.notice(), &site.material().to_jcs())?;
        for (lang, manifest) in manifests {
            let policy = serde_json::to_string(&manifest.policy).map_err(|_| ServiceError::Corrupt)?;
            let names: Vec<&str> = manifest.controllers.iter().map(|party| party.name.as_str()).collect();
            let controllers = serde_json::to_string(&names).map_err(|_| ServiceError::Corrupt)?;
            write.publish_text(&PublishedText {
                notice: &manifest.notice,
                text: &manifest.text,
                lang,
                body: &site.text_json(lang),
                look: looks.get(lang).map_or("", String::as_str),
                policy: &policy,
                controllers: &controllers,
            })?;
        }
        write
            .notices()?
            .into_iter()
            .map(|(notice, material)| {
                let notice = notice.parse().map_err(|_| ServiceError::Corrupt)?;
                let material = serde_json::from_str(&material).map_err(|_| ServiceError::Corrupt)?;
                Ok((notice, material))
            })
            .collect()
    })
}
