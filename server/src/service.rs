//! The consent service of one site.

use crate::clock::{Clock, SystemClock};
use crate::keys::Keys;
use crate::mail::{Mail, Mailer};
use crate::status::Lists;
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
use volens_core::site::{Site, Stage, TokenStatus};
use volens_core::token::{Claims, UnverifiedToken};
use volens_core::{Lang, NoticeHash, PurposeId, Timestamp};
use volens_verify::{StatusLists, Verifier};
use volens_widget::page::{self, Assets, Carried, Snippet};

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
    pub(crate) lists: Lists,
    /// What the verifier knows of them.
    pub(crate) known: StatusLists,
    origin: String,
    notice: NoticeHash,
    material: Material,
    published: BTreeMap<NoticeHash, Material>,
    /// With those of earlier notices: an objection outlives the purpose it was made on.
    pub(crate) purposes: Purposes,
    manifests: BTreeMap<Lang, Manifest>,
    variants: BTreeMap<String, BTreeMap<Lang, Manifest>>,
    choices: Vec<PurposeId>,
}

impl Service {
    /// Opens the store and the keys, and publishes the site's notice and texts.
    ///
    /// # Errors
    /// The data folder, the keys, the store or the web assets cannot be used.
    pub async fn open(options: Options) -> Result<Self, ServiceError> {
        let Options { site, data, web, mail, clock } = options;
        own_domain(&site)?;
        let keys = Keys::open(&data, clock.now())?;
        let store = Store::open(&data, site.id(), clock.clone())?;
        let assets = Assets::load(&web, &format!("{}/web", site.endpoint()))
            .map_err(ServiceError::Assets)?
            .telling(site.signals());
        let manifests = texts(&site);
        let in_variants: Vec<Site> = site.variants().filter_map(|id| site.in_variant(id)).collect();
        let variants = in_variants.iter().filter_map(|site| Some((site.variant()?.to_owned(), texts(site)))).collect();
        let origin = site.origin().to_owned();
        let public = keys.public().map_err(|_| ServiceError::Site("the signing keys hold the same key twice"))?;
        let jwks = public.to_jwks();
        let (notice, material) = (site.notice(), site.material());
        let published = publish(&store, site.stage(), std::iter::once(&site).chain(&in_variants), &assets).await?;
        let counting = published.iter().filter(|(_, older)| older.choices().all(|id| material.carries(older, id)));
        let builder = match site.stage() {
            Stage::Live => Verifier::builder(),
            Stage::Development => volens_verify::dangerous::for_development(Verifier::builder()),
        };
        let known = StatusLists::new();
        let verifier = builder
            .issuer(origin.as_str())
            .audience(origin.as_str())
            .keys(public)
            .notices(counting.map(|(notice, _)| notice.clone()))
            .status(known.clone())
            .build()
            .map_err(|_| ServiceError::Site("the site's first origin cannot issue tokens"))?;
        let choices = site.device_choices().into_iter().map(|purpose| purpose.id.clone()).collect();
        let mailer = Mailer::new(mail).map_err(ServiceError::Mail)?;
        store.sweep()?;
        if site.token_status() == TokenStatus::Listed {
            store.make_first_lists()?;
        }
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
            lists: Lists::default(),
            known,
            origin,
            notice,
            material,
            published,
            purposes,
            manifests,
            variants,
            choices,
        }));
        service.0.know_lists()?;
        tokio::spawn(again(Arc::downgrade(&service.0), Duration::from_hours(1), |inner| inner.store.sweep()));
        tokio::spawn(again(Arc::downgrade(&service.0), Duration::from_secs(2), Inner::know_lists));
        Ok(service)
    }

    /// The routes of the service: `/consent/v1/…` or what `site.endpoint` says, `/.well-known/…`, `/healthz`, `/readyz`.
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

    /// The parts of a page that ask for consent. `return_to`: the page's own path, for forms without script. Where the
    /// site has variants, in the one whose day it is: a page that is kept for longer keeps it.
    pub async fn snippet(&self, lang: &Lang, return_to: Option<&str>) -> Option<Snippet> {
        let manifest = self.manifest(lang)?;
        let manifest = self.0.manifest_in(Some(&manifest.lang), self.site().variant_at(self.now()));
        Some(page::snippet(manifest, &self.0.assets, &self.0.carried(), return_to).await)
    }

    /// A verifier of the tokens that this service signs. With `[tokens] status = true` it refuses one from which a
    /// purpose was withdrawn some two seconds after that.
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

    /// The same in a variant; in the site's own wording where there is none of this id.
    pub(crate) fn manifest_in(&self, lang: Option<&Lang>, variant: Option<&str>) -> &Manifest {
        let own = self.manifest_or_default(lang);
        variant.and_then(|id| self.variants.get(id)?.get(&own.lang)).unwrap_or(own)
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
        Visitor::of(self.claims(token).as_ref(), self.clock.now())
    }

    /// What a browser's token says, if it is one of ours: whether it still counts is for the store to say.
    pub(crate) fn claims(&self, token: Option<&str>) -> Option<Claims> {
        let token = UnverifiedToken::parse(token?).ok()?;
        let ours = self.keys.signed(self.site.stage().token_type(), &token);
        let claims = token.into_claims();
        (ours && claims.iss == self.origin && claims.aud == self.origin).then_some(claims)
    }

    /// What the gate has to know of earlier notices.
    pub(crate) fn carried(&self) -> Vec<Carried> {
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

/// Browsers drop cookies for a public suffix, and say nothing.
fn own_domain(site: &Site) -> Result<(), ServiceError> {
    match site.cookie_domain() {
        Some(domain) if psl::domain_str(domain).is_none() => Err(ServiceError::PublicSuffix(domain.to_owned())),
        _ => Ok(()),
    }
}

/// Sweeps every hour, for as long as the service lives.
/// Works every so often, for as long as there is a service.
async fn again(service: Weak<Inner>, pause: Duration, work: fn(&Inner) -> Result<(), ServiceError>) {
    loop {
        tokio::time::sleep(pause).await;
        let Some(service) = service.upgrade() else { return };
        let done = tokio::task::spawn_blocking(move || work(&service)).await;
        if let Ok(Err(error)) = done {
            log::warn(format_args!("{}: {error}", error.code()));
        }
    }
}

/// What a site shows, by language.
fn texts(site: &Site) -> BTreeMap<Lang, Manifest> {
    let languages = site.languages().iter();
    languages.filter_map(|lang| Some((lang.clone(), site.manifest(lang, Mode::Service)?))).collect()
}

/// Publishes the notice and each language's text, in the site's own wording and in each variant; reads back every
/// notice ever published.
async fn publish<'a>(
    store: &Store,
    stage: Stage,
    sites: impl Iterator<Item = &'a Site>,
    assets: &Assets,
) -> Result<BTreeMap<NoticeHash, Material>, ServiceError> {
    let mut shown = Vec::new();
    for site in sites {
        for manifest in texts(site).into_values() {
            let snippet = page::snippet(&manifest, assets, &[], None).await;
            let look = [snippet.banner.as_bytes(), snippet.style_hashes.concat().as_bytes()].concat();
            shown.push((site, manifest, URL_SAFE_NO_PAD.encode(Sha256::digest(look))));
        }
    }
    store.write(|write| {
        write.keep_stage(stage)?;
        write.begin_feed()?;
        for (site, manifest, look) in &shown {
            write.publish_notice(&manifest.notice, &site.material().to_jcs())?;
            let policy = serde_json::to_string(&manifest.policy).map_err(|_| ServiceError::Corrupt)?;
            let names: Vec<&str> = manifest.controllers.iter().map(|party| party.name.as_str()).collect();
            let controllers = serde_json::to_string(&names).map_err(|_| ServiceError::Corrupt)?;
            write.publish_text(&PublishedText {
                notice: &manifest.notice,
                text: &manifest.text,
                lang: &manifest.lang,
                body: &site.text_json(&manifest.lang),
                look,
                policy: &policy,
                controllers: &controllers,
                variant: manifest.variant.as_deref(),
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
