//! Why the demo does not start.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use volens_core::site::SiteErrors;
use volens_server::ServiceError;
use volens_widget::page::AssetsError;

/// Why the demo cannot start or go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum DemoError {
    /// Nothing may listen there, most often because something already does.
    Listen(SocketAddr, io::Error),
    /// The data folder cannot be made.
    Data(PathBuf, io::Error),
    /// No web assets where they were expected.
    NoAssets(PathBuf),
    /// The web assets cannot be read.
    Web(AssetsError),
    /// `site.toml` has errors.
    Site(SiteErrors),
    /// The consent service cannot start.
    Service(ServiceError),
    /// A page cannot be rendered.
    Page(minijinja::Error),
    /// Serving ended with an error.
    Serve(io::Error),
}

impl DemoError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen(_, error) if error.kind() == io::ErrorKind::AddrInUse => "port-taken",
            Self::Listen(..) => "cannot-listen",
            Self::Data(..) => "no-data-folder",
            Self::NoAssets(_) => "no-web-assets",
            Self::Site(_) => "bad-site",
            Self::Service(error) => error.code(),
            Self::Web(error) => error.code(),
            Self::Page(_) => "bad-template",
            Self::Serve(_) => "cannot-serve",
        }
    }
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "port {} is taken: another program listens on {address}. The demo needs a port and the one after it; \
                 choose another with --port",
                address.port()
            ),
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            Self::Data(path, error) => write!(f, "cannot make the data folder {}: {error}", path.display()),
            Self::NoAssets(path) => write!(
                f,
                "no web assets: found no {}; expected what `cargo xtask demo` builds. Name the folder with --web or VOLENS_WEB",
                path.join("assets.json").display()
            ),
            Self::Site(errors) => errors.fmt(f),
            Self::Service(error) => error.fmt(f),
            Self::Web(error) => error.fmt(f),
            Self::Page(error) => write!(f, "a page cannot be rendered: {error:#}"),
            Self::Serve(error) => write!(f, "serving stopped: {error}"),
        }
    }
}

impl std::error::Error for DemoError {}

impl From<SiteErrors> for DemoError {
    fn from(errors: SiteErrors) -> Self {
        Self::Site(errors)
    }
}

impl From<ServiceError> for DemoError {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<minijinja::Error> for DemoError {
    fn from(error: minijinja::Error) -> Self {
        Self::Page(error)
    }
}
