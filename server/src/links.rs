//! Links in mails: sealed, so that nobody can make one for somebody else, and good for as long as mails are kept.

use crate::keys::Keys;
use volens_core::{PurposeId, SubjectId};

/// What an unsubscribe link says: whom it is for and which purposes it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsubscribe {
    pub(crate) subject: SubjectId,
    pub(crate) purposes: Vec<PurposeId>,
}

impl Unsubscribe {
    /// `subject.purpose+purpose.seal`, all of it fit for a URL's path.
    pub(crate) fn seal(&self, keys: &Keys, site: &str) -> String {
        let purposes: Vec<&str> = self.purposes.iter().map(PurposeId::as_str).collect();
        let said = format!("{}.{}", self.subject, purposes.join("+"));
        let seal = keys.seal(&message(site, &said));
        format!("{said}.{seal}")
    }

    pub(crate) fn open(link: &str, keys: &Keys, site: &str) -> Option<Self> {
        let (said, seal) = link.rsplit_once('.')?;
        let expected = keys.seal(&message(site, said));
        if !bool::from(subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), seal.as_bytes())) {
            return None;
        }
        let (subject, purposes) = said.rsplit_once('.')?;
        let purposes = purposes.split('+').map(|id| id.parse().ok()).collect::<Option<_>>()?;
        Some(Self { subject: subject.parse().ok()?, purposes })
    }
}

/// Sites may share keys: a link of one opens nothing at another.
fn message(site: &str, said: &str) -> String {
    format!("unsubscribe:{site}:{said}")
}
