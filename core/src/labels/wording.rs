//! Everything the consent tool says in one language.

use std::borrow::Cow;

use super::{Labels, Words, fill, languages, plural, units};
use crate::id::Lang;
use crate::period::Period;

/// Everything the consent tool says in one language: the built-in texts, or a site's own in place of some.
///
/// ```
/// use volens_core::labels::Wording;
/// let polish = Wording::built_in(&"pl".parse()?).ok_or("no Polish")?;
/// assert_eq!(polish.duration(&"P22D".parse()?), "22 dni");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Wording {
    tag: &'static str,
    labels: Labels,
    words: Words,
    plural: plural::Rule,
}

impl PartialEq for Wording {
    fn eq(&self, other: &Self) -> bool {
        (self.tag, &self.labels, &self.words) == (other.tag, &other.labels, &other.words)
    }
}

impl Eq for Wording {}

/// Reads the file of each language, and notes its plural rule.
macro_rules! languages {
    ($($tag:ident: $plural:ident,)+) => {
        static ALL: &[Wording] = &[$(Wording {
            tag: stringify!($tag),
            labels: languages::$tag::LABELS,
            words: languages::$tag::WORDS,
            plural: plural::$plural,
        },)+];
    };
}

languages! {
    da: one,
    en: one,
    sv: one,
}

impl Wording {
    /// The tags of all built-in languages.
    ///
    /// ```
    /// assert!(volens_core::labels::Wording::tags().any(|tag| tag == "uk"));
    /// ```
    pub fn tags() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|one| one.tag)
    }

    /// The built-in wording of a language; a region (`sv-FI`) makes no difference, and `no` is `nb`.
    ///
    /// ```
    /// use volens_core::labels::Wording;
    /// let save = |tag: &str| Some(Wording::built_in(&tag.parse().ok()?)?.labels().save.clone());
    /// assert_eq!(save("sv-FI").as_deref(), Some("Spara valet"));
    /// assert_eq!(save("la"), None);
    /// ```
    pub fn built_in(lang: &Lang) -> Option<&'static Self> {
        let tag: &str = lang.as_ref();
        let primary = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        let primary = if primary == "no" { "nb" } else { &primary };
        ALL.iter().find(|one| one.tag == primary)
    }

    /// What the browser needs.
    ///
    /// ```
    /// # use volens_core::labels::Wording;
    /// let english = Wording::built_in(&"en".parse()?).ok_or("no English")?;
    /// assert_eq!(english.labels().accept_all, "Accept all");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// What only the server says.
    ///
    /// ```
    /// # use volens_core::labels::Wording;
    /// let english = Wording::built_in(&"en".parse()?).ok_or("no English")?;
    /// assert_eq!(english.words().basis_consent, "your consent");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// With another text of this name; none if there is no such text.
    ///
    /// ```
    /// # use volens_core::labels::Wording;
    /// let english = Wording::built_in(&"en".parse()?).ok_or("no English")?.clone();
    /// let own = english.with("choose", "Let me see".to_owned()).ok_or("no such text")?;
    /// assert_eq!(own.labels().choose, "Let me see");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with(mut self, name: &str, text: String) -> Option<Self> {
        *self.slot(name)? = Cow::Owned(text);
        Some(self)
    }

    /// The text of this name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let labels = Labels::NAMES.iter().zip(self.labels.texts());
        let words = Words::NAMES.iter().zip(self.words.texts());
        labels.chain(words).find(|(known, _)| **known == name).map(|(_, text)| text.as_ref())
    }

    fn slot(&mut self, name: &str) -> Option<&mut Cow<'static, str>> {
        let labels = Labels::NAMES.iter().zip(self.labels.texts_mut());
        let words = Words::NAMES.iter().zip(self.words.texts_mut());
        labels.chain(words).find(|(known, _)| **known == name).map(|(_, text)| text)
    }

    /// The form of `text` for a number: one form per plural category of the language, between bars.
    ///
    /// ```
    /// # use volens_core::labels::Wording;
    /// let english = Wording::built_in(&"en".parse()?).ok_or("no English")?;
    /// assert_eq!(english.counted("one cookie|{count} cookies", 1), "one cookie");
    /// assert_eq!(english.counted("one cookie|{count} cookies", 7), "7 cookies");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn counted(&self, text: &str, count: u32) -> String {
        let form = text.split('|').nth((self.plural)(count)).unwrap_or(text);
        fill(form, &[("count", &count.to_string())])
    }

    /// "a", "a and b", "a, b and c".
    ///
    /// ```
    /// # use volens_core::labels::Wording;
    /// let list = |tag: &str| Some(Wording::built_in(&tag.parse().ok()?)?.list(&["a", "b", "c"]));
    /// assert_eq!(list("da").as_deref(), Some("a, b og c"));
    /// ```
    pub fn list(&self, items: &[&str]) -> String {
        match items {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [head @ .., last] => [&head.join(&self.words.comma), self.words.and.as_ref(), last].concat(),
        }
    }

    /// A period in words: "1 year", "1 year 6 months", "until you close the browser".
    ///
    /// ```
    /// # use volens_core::labels::Wording;
    /// let english = Wording::built_in(&"en".parse()?).ok_or("no English")?;
    /// assert_eq!(english.duration(&"P1Y6M".parse()?), "1 year 6 months");
    /// assert_eq!(english.duration(&"session".parse()?), "until you close the browser");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn duration(&self, period: &Period) -> String {
        let counts = match period {
            Period::Session => return self.words.session.to_string(),
            Period::Persistent => return self.words.persistent.to_string(),
            Period::Span(span) => [
                span.years(),
                span.months(),
                span.weeks(),
                span.days(),
                span.hours(),
                span.minutes(),
                span.seconds(),
            ],
        };
        let units = units::of(self.tag);
        let given: Vec<String> =
            units.iter().zip(counts).filter(|(_, n)| *n > 0).map(|(unit, n)| self.counted(unit, n)).collect();
        given.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lang: &str, period: &str) -> String {
        Wording::built_in(&lang.parse().unwrap()).unwrap().duration(&period.parse().unwrap())
    }

    #[test]
    fn durations_have_number_and_case() {
        assert_eq!(said("en", "P1Y"), "1 year");
        assert_eq!(said("en", "PT30M"), "30 minutes");
        assert_eq!(said("en-GB", "P1Y6M"), "1 year 6 months");
        assert_eq!(said("sv", "P3M"), "3 månader");
        assert_eq!(said("sv-FI", "P1W"), "1 vecka");
        assert_eq!(said("da", "P90D"), "90 dage");
    }
}
