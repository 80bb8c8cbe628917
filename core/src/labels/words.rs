//! What only the server says: durations, legal bases, the consent tool's own items, newsletter pages and mails.

use super::{da, en, fill, sv};
use crate::id::Lang;
use crate::period::Period;

/// A text with `{n}` for one, and for any other number.
///
/// ```
/// use volens_core::labels::{Words, words};
/// let english: &Words = words(&"en".parse()?).ok_or("no English")?;
/// assert_eq!(english.days.of(1), "1 day");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Plural(pub &'static str, pub &'static str);

impl Plural {
    /// "1 year", "2 years".
    ///
    /// ```
    /// use volens_core::labels::words;
    /// let danish = words(&"da".parse()?).ok_or("no Danish")?;
    /// assert_eq!([danish.hours.of(1), danish.hours.of(2)], ["1 time", "2 timer"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(self, n: u32) -> String {
        fill(if n == 1 { self.0 } else { self.1 }, &[("n", &n.to_string())])
    }
}

/// The server's texts in one language.
///
/// ```
/// use volens_core::labels::words;
/// let english = words(&"en-GB".parse()?).ok_or("no English")?;
/// assert_eq!(english.basis_legitimate_interest, "a legitimate interest, to which you may object");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Words {
    /// Duration.
    pub years: Plural,
    /// Duration.
    pub months: Plural,
    /// Duration.
    pub weeks: Plural,
    /// Duration.
    pub days: Plural,
    /// Duration.
    pub hours: Plural,
    /// Duration.
    pub minutes: Plural,
    /// Duration.
    pub seconds: Plural,
    /// Duration of a session.
    pub session: &'static str,
    /// Duration without an end.
    pub persistent: &'static str,
    /// GDPR article 6(1)(a).
    pub basis_consent: &'static str,
    /// GDPR article 6(1)(b).
    pub basis_contract: &'static str,
    /// GDPR article 6(1)(c).
    pub basis_legal_obligation: &'static str,
    /// GDPR article 6(1)(f).
    pub basis_legitimate_interest: &'static str,
    /// ePrivacy directive, article 5(3).
    pub basis_strictly_necessary: &'static str,
    /// The consent tool as a service.
    pub tool_name: &'static str,
    /// Its token cookie.
    pub tool_token: &'static str,
    /// Its readable cookie.
    pub tool_summary: &'static str,
    /// Its item in `localStorage`.
    pub tool_pending: &'static str,
    /// The same where there is no service.
    pub tool_local: &'static str,
    /// Page after asking for a newsletter: title. It never says whether the address was known.
    pub sent_title: &'static str,
    /// The same: text.
    pub sent: &'static str,
    /// The address given is none.
    pub address_bad: &'static str,
    /// Page behind the link of the first mail: title.
    pub confirm_title: &'static str,
    /// The same: question, `{controller}`, `{names}`.
    pub confirm_question: &'static str,
    /// The same: button.
    pub confirm_button: &'static str,
    /// The same: for whoever did not ask.
    pub confirm_ignore: &'static str,
    /// Page after it: title.
    pub confirmed_title: &'static str,
    /// The same: text, `{controller}`, `{names}`.
    pub confirmed: &'static str,
    /// Page for a link that is unknown or too old: title.
    pub link_bad_title: &'static str,
    /// The same: text.
    pub link_bad: &'static str,
    /// Page behind an unsubscribe link: title.
    pub unsubscribe_title: &'static str,
    /// The same: question, `{controller}`, `{names}`.
    pub unsubscribe_question: &'static str,
    /// The same: button.
    pub unsubscribe_button: &'static str,
    /// Page after it: title.
    pub unsubscribed_title: &'static str,
    /// The same: text, `{controller}`, `{names}`.
    pub unsubscribed: &'static str,
    /// The first mail: subject, `{controller}`.
    pub mail_confirm_subject: &'static str,
    /// The same: body, `{controller}`, `{names}`, `{url}`, `{postal}`.
    pub mail_confirm_body: &'static str,
    /// The mail after confirming: subject, `{controller}`.
    pub mail_welcome_subject: &'static str,
    /// The same: body, `{controller}`, `{names}`, `{url}` to unsubscribe, `{postal}`.
    pub mail_welcome_body: &'static str,
    /// The last line of every mail: `{controller}`, `{url}` to unsubscribe.
    pub mail_foot: &'static str,
}

/// The server's texts for a language; a region (`sv-FI`) makes no difference.
///
/// ```
/// use volens_core::labels::words;
/// let swedish = words(&"sv-FI".parse()?).ok_or("no Swedish")?;
/// assert_eq!(swedish.basis_consent, "ditt samtycke");
/// assert!(words(&"de".parse()?).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn words(lang: &Lang) -> Option<&'static Words> {
    match primary(lang).as_str() {
        "en" => Some(&en::WORDS),
        "sv" => Some(&sv::WORDS),
        "da" => Some(&da::WORDS),
        _ => None,
    }
}

pub(super) fn primary(lang: &Lang) -> String {
    let tag: &str = lang.as_ref();
    tag.split('-').next().unwrap_or(tag).to_ascii_lowercase()
}

impl Words {
    /// A period in words: "1 year", "1 year 6 months", "until you close the browser".
    ///
    /// ```
    /// use volens_core::labels::words;
    /// let english = words(&"en".parse()?).ok_or("no English")?;
    /// assert_eq!(english.duration(&"P1Y6M".parse()?), "1 year 6 months");
    /// assert_eq!(english.duration(&"session".parse()?), "until you close the browser");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn duration(&self, period: &Period) -> String {
        let parts = match period {
            Period::Session => return self.session.to_owned(),
            Period::Persistent => return self.persistent.to_owned(),
            Period::Span(span) => [
                (self.years, span.years()),
                (self.months, span.months()),
                (self.weeks, span.weeks()),
                (self.days, span.days()),
                (self.hours, span.hours()),
                (self.minutes, span.minutes()),
                (self.seconds, span.seconds()),
            ],
        };
        let given: Vec<String> = parts.iter().filter(|(_, n)| *n > 0).map(|(plural, n)| plural.of(*n)).collect();
        given.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lang: &str, period: &str) -> String {
        words(&lang.parse().unwrap()).unwrap().duration(&period.parse().unwrap())
    }

    #[test]
    fn durations_have_number_and_case() {
        assert_eq!(said("en", "P1Y"), "1 year");
        assert_eq!(said("en", "P2Y"), "2 years");
        assert_eq!(said("en", "PT30M"), "30 minutes");
        assert_eq!(said("en-GB", "P1Y6M"), "1 year 6 months");
        assert_eq!(said("en", "session"), "until you close the browser");
        assert_eq!(said("sv", "P1M"), "1 månad");
        assert_eq!(said("sv", "P3M"), "3 månader");
        assert_eq!(said("sv-FI", "P1W"), "1 vecka");
        assert_eq!(said("da", "P90D"), "90 dage");
        assert_eq!(said("da", "PT1H"), "1 time");
        assert!(words(&"de".parse().unwrap()).is_none());
    }
}
