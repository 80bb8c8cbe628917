//! The service in this process, on a port of its own, with a clock that the test sets.

use super::browser::Browser;
use super::{assets, disk};
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;
use volens_core::site::Site;
use volens_core::{Known, NoticeHash, PurposeId, SubjectId, Timestamp};
use volens_server::mail::Mail;
use volens_server::{Evidence, Options, Reader, Service};

/// The small site of these tests.
pub(crate) const SITE: &str = include_str!("../site.toml");

/// The first origin of that site.
pub(crate) const ORIGIN: &str = "http://localhost:8080";

/// When every test begins: a Friday.
pub(crate) const START: &str = "2026-11-20T12:00:00Z";

pub(crate) const DAY: i64 = 86_400;

/// A clock that only the test moves.
#[derive(Clone, Debug)]
pub(crate) struct Hands(Arc<AtomicI64>);

impl Hands {
    pub(crate) fn at(time: &str) -> Self {
        Self(Arc::new(AtomicI64::new(at(time).unix_millis())))
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn set(&self, time: &str) {
        self.0.store(at(time).unix_millis(), Ordering::SeqCst);
    }

    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

/// A running service; it ends when dropped.
pub(crate) struct Host {
    pub(crate) service: Service,
    pub(crate) clock: Hands,
    pub(crate) data: PathBuf,
    address: SocketAddr,
    serving: AbortHandle,
}

impl Host {
    /// The small site, on an empty folder named after the test.
    pub(crate) fn start(test: &str) -> Self {
        Self::open(&disk::folder(test), SITE, Hands::at(START), Mail::Outbox)
    }

    /// Any site, on a folder that may have been used before.
    pub(crate) fn open(data: &Path, site: &str, clock: Hands, mail: Mail) -> Self {
        let site = Site::parse("site.toml", site).unwrap();
        let mut options = Options::new(site, data.into(), assets::folder(data));
        options.mail = mail;
        let hands = clock.clone();
        options.clock = Arc::new(move || hands.now());
        let (service, address, serving) = runtime().block_on(async {
            let service = Service::open(options).await.unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let app = service.router().into_make_service_with_connect_info::<SocketAddr>();
            let serving = tokio::spawn(axum::serve(listener, app).into_future()).abort_handle();
            (service, address, serving)
        });
        // What the clock says when the service opens is the instant of its publication; visitors come later.
        clock.forward(1);
        Self { service, clock, data: data.into(), address, serving }
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn notice(&self) -> NoticeHash {
        self.service.site().notice()
    }

    /// Sends an issue of the newsletter; to how many?
    pub(crate) fn send_newsletter(&self, subject: &str, body: &str) -> usize {
        wait(self.service.send_newsletter(|_| (subject.into(), body.into()))).unwrap().recipients
    }

    /// The administrator's token, as it lies in the data folder.
    pub(crate) fn admin(&self) -> String {
        std::fs::read_to_string(self.data.join("keys/admin.token")).unwrap().trim().to_owned()
    }

    pub(crate) fn statements(&self) -> u64 {
        self.reader().statements().unwrap()
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(&self.data).unwrap()
    }

    /// The answer at an instant, all records known.
    pub(crate) fn evidence(&self, subject: &SubjectId, purpose: &str, time: Timestamp) -> Evidence {
        self.reader().evidence(subject, &id(purpose), time, Known::Everything).unwrap()
    }

    /// The kinds of a subject's records for a purpose, in the order they were written.
    pub(crate) fn kinds(&self, subject: &SubjectId, purpose: &str) -> Vec<String> {
        self.evidence(subject, purpose, self.clock.now()).records.into_iter().map(|entry| entry.kind).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Runs what the service's own callers run.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    runtime().block_on(work)
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

pub(crate) fn id(purpose: &str) -> PurposeId {
    purpose.parse().unwrap()
}
