//! `volens serve`: the consent service.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;
use tokio::signal;
use volens_core::site::{Site, SubjectKind};
use volens_server::mail::Mail;
use volens_server::{Options, Service, ServiceError, Sites, hosts};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Run the consent service.
///
/// It answers below /consent/v1 and /.well-known; let the site's own server pass both on to it, so that the cookies
/// are the site's, or give it a host of its own by `endpoint` in site.toml. Either way keep /consent/v1/check and /consent/v1/admin from the outside. Keys and store are made in the
/// data folder at first start. Ends at Ctrl-C or SIGTERM, after the requests that have begun.
///
/// Without --smtp no mail leaves: the service warns at its start, and those who subscribe to a newsletter wait for a mail
/// that nobody sends.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The site's description; several sites are told apart by the host that is asked for, which a proxy must pass on
    #[arg(long, value_name = "site.toml", required = true)]
    site: Vec<PathBuf>,
    /// The data folder: the store and the keys
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The folder with the web assets (default: the environment's VOLENS_WEB)
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// For your own machine and browsers that drop Secure cookies on http://localhost: cookies that travel in the
    /// clear, tokens that back ends refuse, and a data folder of its own
    #[arg(long)]
    dev: bool,
    /// Where mails go, as smtps://user:password@host (default: the environment's VOLENS_SMTP; without one, mails are
    /// kept in the store's outbox and nobody gets them)
    #[arg(long, value_name = "URL")]
    smtp: Option<String>,
    /// Who mails come from (default: the controller's name and e-mail)
    #[arg(long, value_name = "NAME <ADDRESS>")]
    mail_from: Option<String>,
}

impl Serve {
    pub(crate) fn run(self) -> Outcome {
        let mut sites = Vec::new();
        for path in &self.site {
            let site = input::site(path)?;
            sites.push((path.clone(), if self.dev { input::for_development(site, path)? } else { site }));
        }
        each_for_itself(&sites)?;
        let web = input::web(self.web.as_deref())?;
        input::runtime()?.block_on(self.serve(sites.into_iter().map(|(_, site)| site).collect(), web))
    }

    async fn serve(self, sites: Vec<Site>, web: PathBuf) -> Outcome {
        std::fs::create_dir_all(&self.data)
            .map_err(|error| Failure::failed(format_args!("{}: cannot be made: {error}", self.data.display())))?;
        let mut warnings = BTreeSet::new();
        let mut services = Vec::new();
        for site in sites {
            let mail = mail(&site, self.smtp.clone(), self.mail_from.clone())?;
            warnings.extend(warning(&site, &mail));
            let mut options = Options::new(site, self.data.clone(), web.clone());
            options.mail = mail;
            services.push(Service::open(options).await.map_err(|error| self.unopened(&error))?);
        }
        if self.dev {
            warnings.insert("--dev: cookies travel in the clear and no back end takes these tokens; not for visitors");
        }
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::failed(format_args!("--listen {}: {error}, expected an address that is free", self.listen))
        })?;
        let address = listener.local_addr().map_err(Failure::failed)?;
        // Listened to before the first request, so that a signal sent at once is not lost.
        let stop = stop()?;
        for warning in warnings {
            eprintln!("volens: warning: {warning}");
        }
        let mut said = String::new();
        for site in services.iter().map(Service::site) {
            said += &format!("volens: consent for {} at http://{address}{}\n", site.id(), site.endpoint_path());
        }
        input::print(said)?;
        // One site answers whatever host it is asked by, as there is nothing to tell apart.
        let router = match services.as_slice() {
            [only] => only.router(),
            _ => Sites::new(services).map_err(Failure::failed)?.router(),
        };
        let app = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).with_graceful_shutdown(stop).await.map_err(Failure::failed)?;
        Ok(Exit::Ok)
    }
}

impl Serve {
    fn unopened(&self, error: &ServiceError) -> Failure {
        match error {
            ServiceError::OtherStage(_) => Failure::bad(format_args!("--data {}: {error}", self.data.display())),
            ServiceError::PublicSuffix(_) => Failure::bad(format_args!("--site: {error}")),
            _ => Failure::failed(error),
        }
    }
}

/// A request belongs to one site, and a row of the store too.
fn each_for_itself(sites: &[(PathBuf, Site)]) -> Result<(), Failure> {
    let mut claimed: BTreeMap<String, &Path> = BTreeMap::new();
    for (path, site) in sites {
        let hosts = hosts(site).into_iter().map(|host| format!("the host {host}"));
        for claim in hosts.chain([format!("the id {:?}", site.id())]) {
            if let Some(other) = claimed.insert(claim.clone(), path) {
                let (path, other) = (path.display(), other.display());
                return Err(Failure::bad(format_args!(
                    "--site {path}: found {claim}, which {other} has too, expected it in one file"
                )));
            }
        }
    }
    Ok(())
}

fn mail(site: &Site, smtp: Option<String>, from: Option<String>) -> Result<Mail, Failure> {
    let Some(url) = smtp.or_else(|| std::env::var("VOLENS_SMTP").ok()) else { return Ok(Mail::Outbox) };
    let controller = site.controller();
    let default = || controller.contact.email.as_ref().map(|email| format!("{} <{email}>", controller.name()));
    let from = from.or_else(default).ok_or_else(|| {
        Failure::bad(
            "--mail-from: missing, and the controller has no e-mail; expected such as \"Shop <news@shop.example>\"",
        )
    })?;
    Ok(Mail::smtp(url, from))
}

/// The pages promise a mail wherever an address is asked for.
fn warning(site: &Site, mail: &Mail) -> Option<&'static str> {
    let promised = site.purposes().values().any(|purpose| purpose.subject != SubjectKind::Device);
    (promised && matches!(mail, Mail::Outbox))
        .then_some("no --smtp: mails are kept in the store's outbox and nobody gets them; give --smtp URL")
}

/// Ends when the process is asked to.
#[cfg(unix)]
fn stop() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends when the process is asked to.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
fn stop() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    Ok(async {
        drop(signal::ctrl_c().await);
    })
}
