//! Rule sets: what may be asked, and how, in a jurisdiction, as data.

/// What may be asked, and how, follows from a rule set; code asks it, never the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleSet {
    /// GDPR and the ePrivacy directive.
    Eu,
    /// The strictest answer to every question.
    Strict,
}

impl RuleSet {
    /// The name used in `site.toml` and in records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Strict => "strict",
        }
    }
}

impl From<RuleSet> for String {
    fn from(rules: RuleSet) -> Self {
        rules.code().to_owned()
    }
}
