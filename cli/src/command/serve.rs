//! `volens serve`: the consent service.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::signal;
use volens_core::site::{Site, SubjectKind};
use volens_server::mail::Mail;
use volens_server::{Options, Service};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Run the consent service.
///
/// It answers below /consent/v1 and /.well-known; let the site's own server pass both on to it, so that the cookies
/// are the site's, but keep /consent/v1/check and /consent/v1/admin from the outside. Keys and store are made in the
/// data folder at first start. Ends at Ctrl-C or SIGTERM, after the requests that have begun.
///
/// Without --smtp no mail leaves: the service warns at its start, and those who subscribe to a newsletter wait for a mail
/// that nobody sends.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The site's description
    #[arg(long, value_name = "site.toml")]
    site: PathBuf,
    /// The data folder: the store and the keys
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The folder with the web assets (default: the environment's VOLENS_WEB)
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
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
        let site = input::site(&self.site)?;
        let web = input::web(self.web.as_deref())?;
        input::runtime()?.block_on(self.serve(site, web))
    }

    async fn serve(self, site: Site, web: PathBuf) -> Outcome {
        std::fs::create_dir_all(&self.data)
            .map_err(|error| Failure::failed(format_args!("{}: cannot be made: {error}", self.data.display())))?;
        let id = site.id().to_owned();
        let mail = mail(&site, self.smtp, self.mail_from)?;
        let warning = warning(&site, &mail);
        let mut options = Options::new(site, self.data, web);
        options.mail = mail;
        let service = Service::open(options).await.map_err(Failure::failed)?;
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Failure::failed(format_args!("--listen {}: {error}, expected an address that is free", self.listen))
        })?;
        let address = listener.local_addr().map_err(Failure::failed)?;
        // Listened to before the first request, so that a signal sent at once is not lost.
        let stop = stop()?;
        if let Some(warning) = warning {
            eprintln!("volens: warning: {warning}");
        }
        input::print(format_args!("volens: consent for {id} at http://{address}/consent/v1\n"))?;
        let app = service.router().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).with_graceful_shutdown(stop).await.map_err(Failure::failed)?;
        Ok(Exit::Ok)
    }
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
