//! The site's own words: a text that is missing in a language does not compile.

mod da;
mod en;
mod sv;

use serde::Serialize;
use volens_core::Lang;

/// The words of one language for everything that is not a text of its own in `templates/<language>/`.
#[derive(Debug, Serialize)]
pub(crate) struct Words {
    /// As in the path: `en`.
    pub(crate) code: &'static str,
    /// What the language calls itself.
    pub(crate) name: &'static str,
    /// For the switch in the header.
    pub(crate) short: &'static str,
    tagline: &'static str,
    promise: &'static str,
    see_products: &'static str,
    read_article: &'static str,
    products: &'static str,
    product_list: [Product; 3],
    skip: &'static str,
    nav: &'static str,
    languages: &'static str,
    fiction: &'static str,
    pub(crate) article: &'static str,
    pub(crate) newsletter: &'static str,
    pub(crate) account: &'static str,
    privacy: &'static str,
    support: &'static str,
    cookies: &'static str,
    cookies_lead: &'static str,
    newsletter_lead: &'static str,
    newsletter_terms: &'static str,
    newsletter_after: &'static str,
    subscribe: &'static str,
    email: &'static str,
    your_name: &'static str,
    optional: &'static str,
    account_lead: &'static str,
    signed_in: &'static str,
    mails: &'static str,
    save: &'static str,
    saved: &'static str,
    separate: &'static str,
    sign_in: &'static str,
    sign_out: &'static str,
    end_account: &'static str,
    end_account_note: &'static str,
    demo_sign_in: &'static str,
    version: &'static str,
    valid_from: &'static str,
    covers: &'static str,
    basis: &'static str,
    kept: &'static str,
    your_say: &'static str,
    recipients: &'static str,
    recipient: &'static str,
    country: &'static str,
    role: &'static str,
    purposes: &'static str,
    missing: &'static str,
    to_start: &'static str,
    allow_video: &'static str,
    #[serde(skip)]
    pub(crate) letter: Letter,
    #[serde(skip)]
    pub(crate) offer: Letter,
    #[serde(skip)]
    months: [&'static str; 12],
    #[serde(skip)]
    after_day: &'static str,
    #[serde(skip)]
    countries: &'static [(&'static str, &'static str)],
    #[serde(skip)]
    roles: [&'static str; 3],
}

/// A product on the home page.
#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    text: &'static str,
    price: &'static str,
}

/// A mail that the site sends.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) subject: &'static str,
    pub(crate) text: &'static str,
}

/// The languages of the site, the default first.
pub(crate) static LANGUAGES: [&Words; 3] = [&en::WORDS, &sv::WORDS, &da::WORDS];

impl Words {
    /// The words of the language with this code.
    pub(crate) fn of(code: &str) -> Option<&'static Self> {
        LANGUAGES.iter().copied().find(|words| words.code.eq_ignore_ascii_case(code))
    }

    /// The language as the consent service names it.
    pub(crate) fn lang(&self) -> Lang {
        self.code.parse().unwrap_or_else(|_| unreachable!("the three codes are language tags, which a test parses"))
    }

    /// `2026-09-01` as people write it; anything else comes back unchanged.
    pub(crate) fn date(&self, iso: &str) -> String {
        let mut parts = iso.split('-');
        let read = |part: Option<&str>| part.and_then(|digits| digits.parse::<usize>().ok());
        let (year, month, day) = (read(parts.next()), read(parts.next()), read(parts.next()));
        match (year, month.and_then(|m| self.months.get(m.wrapping_sub(1))), day) {
            (Some(year), Some(month), Some(day)) => format!("{day}{} {month} {year}", self.after_day),
            _ => iso.to_owned(),
        }
    }

    /// A country by its ISO 3166-1 code; the code itself where the site never names the country.
    pub(crate) fn country<'a>(&self, code: &'a str) -> &'a str {
        self.countries.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
    }

    /// What a recipient is: `processor`, `controller` or `joint`.
    pub(crate) fn role(&self, code: &str) -> &'static str {
        let [processor, controller, joint] = self.roles;
        match code {
            "processor" => processor,
            "joint" => joint,
            _ => controller,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_language_tags() {
        assert_eq!(LANGUAGES.map(|words| words.lang().to_string()), ["en", "sv", "da"]);
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let dates: Vec<String> = LANGUAGES.iter().map(|words| words.date("2026-09-01")).collect();
        assert_eq!(dates, ["1 September 2026", "1 september 2026", "1. september 2026"]);
        assert_eq!(LANGUAGES[0].date("soon"), "soon");
        assert_eq!(LANGUAGES[0].date("2026-13-01"), "2026-13-01");
    }
}
