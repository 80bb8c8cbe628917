//! Links in mails: sealed, so that nobody can make one for somebody else, and good for as long as mails are kept.

use crate::keys::Keys;
use subtle::ConstantTimeEq as _;
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

    /// The link, and how it was sealed.
    pub(crate) fn open(link: &str, keys: &Keys, site: &str) -> Option<(Self, Sealed)> {
        let (said, seal) = link.rsplit_once('.')?;
        let fits = |message: &str| bool::from(keys.seal(message).as_bytes().ct_eq(seal.as_bytes()));
        let (subject, purposes) = said.rsplit_once('.')?;
        let sealed = if fits(&message(site, said)) {
            Sealed::ForThisSite
        } else if !subject.contains(':') && fits(&format!("unsubscribe:{said}")) {
            // What follows a site's id in a message of today would pass for a subject of old.
            Sealed::BeforeSites
        } else {
            return None;
        };
        let purposes = purposes.split('+').map(|id| id.parse().ok()).collect::<Option<_>>()?;
        Some((Self { subject: subject.parse().ok()?, purposes }, sealed))
    }
}

/// Which message the seal of a link is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// It names the site.
    ForThisSite,
    /// Of a mail sent before sites shared keys: it names none, so it opens only where its subject is known.
    BeforeSites,
}

/// Sites may share keys: a link of one opens nothing at another.
fn message(site: &str, said: &str) -> String {
    format!("unsubscribe:{site}:{said}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
    use super::*;

    #[test]
    fn a_link_opens_at_its_own_site_and_so_does_one_of_an_old_mail() {
        let folder = std::env::temp_dir().join(format!("volens-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let keys = Keys::open(&folder, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap();
        let link = Unsubscribe {
            subject: "3f0c6f5e-8f1c-4a77-9d6a-2f4a5b6c7d8e".parse().unwrap(),
            purposes: vec!["newsletter".parse().unwrap()],
        };
        let sealed = link.seal(&keys, "one");
        let opens = |text: &str, site: &str| Unsubscribe::open(text, &keys, site).map(|(_, sealed)| sealed);
        assert_eq!([opens(&sealed, "one"), opens(&sealed, "two")], [Some(Sealed::ForThisSite), None]);
        let (said, seal) = sealed.rsplit_once('.').unwrap();
        assert_eq!(opens(&format!("{said}+marketing_mail.{seal}"), "one"), None);
        for site in ["one", "two"] {
            assert_eq!(opens(&format!("one:{sealed}"), site), None, "of no site, as one of an old mail");
        }
        let old = format!("{said}.{}", keys.seal(&format!("unsubscribe:{said}")));
        assert_eq!(opens(&old, "one"), Some(Sealed::BeforeSites));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
