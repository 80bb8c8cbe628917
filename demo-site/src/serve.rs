//! Listening, answering, stopping.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::watch;
use volens_core::site::Site;
use volens_server::Service;
use volens_verify::ConsentLayer;

use crate::assets::Assets;
use crate::templates::Addresses;
use crate::{App, DemoError, Options, account, gallery, guard, outbox, pages, provider, site_toml};

/// How long open connections may take to finish after the signal to stop.
const PATIENCE: Duration = Duration::from_secs(3);

/// In the name of whom mails go out.
const SENDER: &str = "Nordvakt <news@nordvakt.example>";

/// Where the service serves the web assets.
const WEB: &str = "/consent/v1/web";

/// The demo, listening.
#[derive(Debug)]
pub struct Demo {
    origin: String,
    site: Router,
    providers: Router,
    site_doors: Vec<TcpListener>,
    provider_door: TcpListener,
}

impl Demo {
    /// Opens the doors first, so that a taken port is known before anything is written; then the service and the pages.
    ///
    /// # Errors
    /// A port is taken, the web assets are missing, or the data folder cannot be used.
    pub async fn bind(options: Options) -> Result<Self, DemoError> {
        if !options.web.join("assets.json").is_file() {
            return Err(DemoError::NoAssets(options.web));
        }
        let (port, next) = (options.port, options.port.saturating_add(1));
        let mut site_doors = vec![listen((Ipv4Addr::LOCALHOST, port).into()).await?];
        match listen((Ipv6Addr::LOCALHOST, port).into()).await {
            Ok(door) => site_doors.push(door),
            // No IPv6 on this computer: `localhost` then means 127.0.0.1 alone.
            Err(DemoError::Listen(_, error)) if error.kind() != io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
        let provider_door = listen((Ipv4Addr::LOCALHOST, next).into()).await?;

        std::fs::create_dir_all(&options.data).map_err(|error| DemoError::Data(options.data.clone(), error))?;
        let web = volens_widget::page::Assets::load(&options.web, WEB).map_err(DemoError::Web)?;
        let text = site_toml(port);
        let site = Site::parse("demo-site/site.toml", &text)?;
        let mut settings = volens_server::Options::new(site, options.data, options.web);
        if let Some(url) = options.mail {
            settings.mail = volens_server::mail::Mail::smtp(url, SENDER);
        }
        let service = Service::open(settings).await?;

        let assets = Assets::new();
        let origin = format!("http://localhost:{port}");
        let addresses = Addresses {
            origin: origin.clone(),
            provider: format!("http://127.0.0.1:{next}"),
            css: assets.css.clone(),
            icon: assets.icon.clone(),
        };
        let app = App::build(service, addresses, web).await?;
        Ok(Self {
            site: site_router(app, assets),
            providers: provider::router(&origin),
            origin,
            site_doors,
            provider_door,
        })
    }

    /// Where the site answers: `http://localhost:8080`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Answers until `stop` is done, then lets open connections finish.
    ///
    /// # Errors
    /// A listener fails.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), DemoError> {
        let (sender, stopping) = watch::channel(());
        let mut doors = tokio::task::JoinSet::new();
        for door in self.site_doors {
            doors.spawn(answer(door, self.site.clone(), stopping.clone()));
        }
        doors.spawn(answer(self.provider_door, self.providers, stopping));
        tokio::select! {
            () = stop => {}
            Some(ended) = doors.join_next() => return ended.unwrap_or(Ok(())).map_err(DemoError::Serve),
        }
        drop(sender);
        let finished = async {
            while let Some(ended) = doors.join_next().await {
                ended.unwrap_or(Ok(()))?;
            }
            Ok(())
        };
        // A browser keeps connections open for as long as it likes.
        tokio::time::timeout(PATIENCE, finished).await.unwrap_or(Ok(())).map_err(DemoError::Serve)
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, DemoError> {
    TcpListener::bind(address).await.map_err(|error| DemoError::Listen(address, error))
}

async fn answer(door: TcpListener, router: Router, mut stopping: watch::Receiver<()>) -> io::Result<()> {
    axum::serve(door, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            // The sender is dropped to stop.
            while stopping.changed().await.is_ok() {}
        })
        .await
}

fn site_router(app: App, assets: Assets) -> Router {
    let origin: Arc<str> = app.assets.origin.as_str().into();
    let consent = ConsentLayer::new(app.service.verifier().clone());
    let service = app.service.router();
    let app = Arc::new(app);

    let demo = Router::new()
        .route("/demo/outbox", get(outbox::show))
        .route("/demo/newsletter", post(outbox::send))
        .route("/demo/offer", post(outbox::offer))
        .route("/demo/views", get(views))
        .route("/demo/gallery", get(gallery::index))
        .route("/demo/gallery/still", get(gallery::show))
        .route("/demo/gallery/style.css", get(gallery::style))
        .route_layer(from_fn(guard::loopback));
    let account = Router::new()
        .route("/{lang}/account", get(account::show))
        .route("/{lang}/account/sign-in", post(account::sign_in))
        .route("/{lang}/account/preferences", post(account::save))
        .route("/{lang}/account/sign-out", post(account::sign_out))
        .route("/{lang}/account/end", post(account::end));
    Router::new()
        .route("/", get(pages::start))
        .fallback(get(pages::page).layer(consent))
        .merge(demo)
        .merge(account)
        .layer(from_fn_with_state(origin, guard::same_site))
        .with_state(app)
        .merge(assets.router())
        .merge(service)
}

async fn views(State(app): State<Arc<App>>) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(app.views.counts()))
}

#[cfg(test)]
mod tests;
