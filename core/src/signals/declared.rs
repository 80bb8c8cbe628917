//! The vendors that a site tells about consent beside Google's seven types, which every page sets.

use super::{google, matomo};

/// What `[signals]` of a `site.toml` declares: who else is told.
///
/// ```
/// use volens_core::signals::{Declared, Vendor, google, matomo};
/// let declared = Declared::new([Vendor::Clarity, Vendor::Matomo(matomo::Consent::Cookies)], google::Options::default());
/// assert!(declared.tells(Vendor::Clarity));
/// assert!(!declared.tells(Vendor::Meta));
/// assert_eq!(declared.matomo(), Some(matomo::Consent::Cookies));
/// assert!(Declared::default().is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    vendors: Vec<Vendor>,
    google: google::Options,
}

/// A vendor that a site may declare.
///
/// ```
/// use volens_core::signals::{Vendor, matomo};
/// assert_ne!(Vendor::Matomo(matomo::Consent::Cookies), Vendor::Matomo(matomo::Consent::Tracking));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Vendor {
    /// Microsoft Universal Event Tracking.
    Uet,
    /// Microsoft Clarity.
    Clarity,
    /// Meta's pixel.
    Meta,
    /// Matomo, and what it waits for.
    Matomo(matomo::Consent),
}

impl Declared {
    /// These vendors, and Google with these options.
    ///
    /// ```
    /// use volens_core::signals::{Declared, Vendor, google};
    /// assert!(!Declared::new([Vendor::Uet], google::Options::default()).is_empty());
    /// ```
    pub fn new(vendors: impl IntoIterator<Item = Vendor>, google: google::Options) -> Self {
        Self { vendors: vendors.into_iter().collect(), google }
    }

    /// Whether there is nothing to say beyond Google's seven types.
    ///
    /// ```
    /// use volens_core::signals::{Declared, google};
    /// let options = google::Options { wait_for_update: Some(500), ..Default::default() };
    /// assert!(!Declared::new([], options).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// Whether `vendor` is told.
    ///
    /// ```
    /// use volens_core::signals::{Declared, Vendor};
    /// assert!(!Declared::default().tells(Vendor::Uet));
    /// ```
    pub fn tells(&self, vendor: Vendor) -> bool {
        self.vendors.contains(&vendor)
    }

    /// What Matomo waits for, if it is told.
    ///
    /// ```
    /// assert_eq!(volens_core::signals::Declared::default().matomo(), None);
    /// ```
    pub fn matomo(&self) -> Option<matomo::Consent> {
        self.vendors.iter().find_map(|vendor| match vendor {
            Vendor::Matomo(consent) => Some(*consent),
            _ => None,
        })
    }

    /// The settings of Google's consent mode.
    ///
    /// ```
    /// use volens_core::signals::{Declared, google};
    /// assert_eq!(Declared::default().google(), &google::Options::default());
    /// ```
    pub const fn google(&self) -> &google::Options {
        &self.google
    }
}
