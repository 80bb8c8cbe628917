//! What is wrong with a `site.toml`, all of it at once.

use std::fmt;

/// One thing wrong with a site's description.
///
/// Its parts are texts and not reasons: what was found is the file's own wording, and what is expected names ids of
/// the same file.
///
/// ```
/// use volens_core::site::Site;
///
/// let errors = Site::parse("site.toml", "[site]\nid = 'Shop'\n").unwrap_err();
/// let id = errors.errors().iter().find(|error| error.key() == "site.id");
/// assert_eq!((id.map(|error| error.line()), id.map(|error| error.found())), (Some(2), Some("\"Shop\"")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteError {
    line: usize,
    key: String,
    found: String,
    expected: String,
}

impl SiteError {
    /// The line in the file, from 1.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("site.toml", "[site]\n=").unwrap_err();
    /// assert_eq!(errors.errors()[0].line(), 2); // of "[site]\n="
    /// ```
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The path of the key: `purpose.analytics.act.sv`, `cookie[0].service`; `syntax` where the file cannot be read.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("site.toml", "[site]\n=").unwrap_err();
    /// assert_eq!(errors.errors()[0].key(), "syntax"); // of "[site]\n="
    /// ```
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What stands there: the file's own wording, or `nothing`.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("site.toml", "").unwrap_err();
    /// assert_eq!(errors.errors()[0].found(), "nothing"); // in an empty file
    /// ```
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What should stand there.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("site.toml", "").unwrap_err();
    /// assert_eq!(errors.errors()[0].expected(), "a table"); // in an empty file
    /// ```
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: found {}, expected {}", self.line, self.key, self.found, self.expected)
    }
}

/// Everything wrong with a site's description, in the order of its lines.
///
/// ```
/// use volens_core::site::Site;
///
/// let errors = Site::parse("site.toml", "").unwrap_err();
/// assert!(errors.to_string().starts_with("site.toml:1: controller: found nothing, expected a table\n"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteErrors {
    file: String,
    errors: Vec<SiteError>,
}

impl SiteErrors {
    /// A stable code, for programs.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("site.toml", "").unwrap_err();
    /// assert_eq!(errors.code(), "bad-site");
    /// ```
    pub const fn code(&self) -> &'static str {
        "bad-site"
    }

    /// The name of the file, as the caller gave it.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("shop/site.toml", "").unwrap_err();
    /// assert_eq!(errors.file(), "shop/site.toml");
    /// ```
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Each error; never none.
    ///
    /// ```
    /// # let errors = volens_core::site::Site::parse("site.toml", "").unwrap_err();
    /// let keys: Vec<&str> = errors.errors().iter().map(|error| error.key()).collect();
    /// assert_eq!(keys, ["controller", "purpose.necessary", "site"]);
    /// ```
    pub fn errors(&self) -> &[SiteError] {
        &self.errors
    }
}

impl fmt::Display for SiteErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{error}", self.file)?;
        }
        Ok(())
    }
}

impl std::error::Error for SiteErrors {}

/// Where the parser notes errors and goes on.
#[derive(Default)]
pub(super) struct Noted(Vec<SiteError>);

impl Noted {
    pub(super) fn add(&mut self, line: usize, key: &str, found: &str, expected: &str) {
        self.0.push(SiteError { line, key: key.to_owned(), found: found.to_owned(), expected: expected.to_owned() });
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_errors(mut self, file: &str) -> SiteErrors {
        self.0.sort_by(|a, b| (a.line, &a.key).cmp(&(b.line, &b.key)));
        self.0.dedup();
        SiteErrors { file: file.to_owned(), errors: self.0 }
    }
}
