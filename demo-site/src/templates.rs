//! The templates, and what all of them are given.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, context, escape_formatter};
use volens_widget::page::Snippet;

use crate::words::{LANGUAGES, Words};

/// Everything under `templates/`, compiled in.
const SOURCES: [(&str, &str); 21] = [
    ("layout.html", include_str!("../templates/layout.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("article.html", include_str!("../templates/article.html")),
    ("newsletter.html", include_str!("../templates/newsletter.html")),
    ("account.html", include_str!("../templates/account.html")),
    ("cookies.html", include_str!("../templates/cookies.html")),
    ("policy.html", include_str!("../templates/policy.html")),
    ("parties.html", include_str!("../templates/parties.html")),
    ("missing.html", include_str!("../templates/missing.html")),
    ("outbox.html", include_str!("../templates/outbox.html")),
    ("gallery/index.html", include_str!("../templates/gallery/index.html")),
    ("gallery/still.html", include_str!("../templates/gallery/still.html")),
    ("en/article.html", include_str!("../templates/en/article.html")),
    ("en/privacy.html", include_str!("../templates/en/privacy.html")),
    ("en/support.html", include_str!("../templates/en/support.html")),
    ("sv/article.html", include_str!("../templates/sv/article.html")),
    ("sv/privacy.html", include_str!("../templates/sv/privacy.html")),
    ("sv/support.html", include_str!("../templates/sv/support.html")),
    ("da/article.html", include_str!("../templates/da/article.html")),
    ("da/privacy.html", include_str!("../templates/da/privacy.html")),
    ("da/support.html", include_str!("../templates/da/support.html")),
];

/// Renders the site's pages. Whatever is not marked safe is escaped, and a name that is not there is an error.
#[derive(Debug)]
pub(crate) struct Templates {
    environment: Environment<'static>,
}

/// Where a page stands in the site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) words: &'static Words,
    /// What follows the language in the path; empty for the home page.
    pub(crate) slug: &'static str,
    pub(crate) reader: Reader,
}

/// Whom a page is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Anyone: the same bytes for all, and the gated tags in it.
    Anyone,
    /// Who is signed in: no tag of another company.
    Account,
}

impl Place {
    /// The path of the page, which is also where a choice made on it returns to.
    pub(crate) fn path(&self) -> String {
        format!("/{}/{}", self.words.code, self.slug)
    }
}

/// The addresses that pages name.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) origin: String,
    pub(crate) provider: String,
    pub(crate) css: String,
    pub(crate) icon: String,
}

impl Templates {
    /// # Errors
    /// A template does not parse.
    pub(crate) fn new(addresses: &Addresses) -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_formatter(formatted);
        environment.add_filter("linked", linked);
        let languages: Vec<Value> = LANGUAGES
            .iter()
            .map(|words| context! { code => words.code, name => words.name, short => words.short })
            .collect();
        environment.add_global("languages", languages);
        environment.add_global("origin", addresses.origin.as_str());
        environment.add_global("provider", addresses.provider.as_str());
        environment.add_global("css", addresses.css.as_str());
        environment.add_global("icon", addresses.icon.as_str());
        for (name, source) in SOURCES {
            environment.add_template(name, source)?;
        }
        Ok(Self { environment })
    }

    /// A whole page: the layout, the banner's snippet, and what the page itself needs.
    ///
    /// # Errors
    /// A template names what it was not given.
    pub(crate) fn page(&self, name: &str, place: Place, snippet: &Snippet, own: Value) -> Result<String, Error> {
        let words = place.words;
        let nav: Vec<Value> =
            [("article", words.article), ("newsletter", words.newsletter), ("account", words.account)]
                .map(|(slug, title)| context! { slug, title })
                .into();
        let base = context! {
            lang => words.code,
            w => Value::from(Serde(words)),
            nav,
            slug => place.slug,
            private => place.reader == Reader::Account,
            volens => context! {
                head => snippet.head.as_str(), banner => snippet.banner.as_str(), foot => snippet.foot.as_str(),
            },
        };
        self.render(name, context! { ..own, ..base })
    }

    /// A page outside the site's layout.
    ///
    /// # Errors
    /// A template names what it was not given.
    pub(crate) fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        self.environment.get_template(name)?.render(context)
    }
}

/// Escapes what HTML needs escaped and no more: the stock formatter writes each `/` of an address as a reference.
fn formatted(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() && *state.auto_escape() == AutoEscape::Html => {
            let mut html = String::with_capacity(text.len());
            escape(text, &mut html);
            out.write_str(&html).map_err(Error::from)
        }
        _ => escape_formatter(out, state, value),
    }
}

/// Plain text as HTML in which web addresses are links.
fn linked(text: &str) -> Value {
    let mut html = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(start) = [rest.find("http://"), rest.find("https://")].into_iter().flatten().min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"'".contains(c)).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        let address = address.trim_end_matches(['.', ',', ')']);
        let after = from.get(address.len()..).unwrap_or(after);
        escape(before, &mut html);
        html.push_str("<a href=\"");
        escape(address, &mut html);
        html.push_str("\">");
        escape(address, &mut html);
        html.push_str("</a>");
        rest = after;
    }
    escape(rest, &mut html);
    Value::from_safe_string(html)
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_and_markup_stays_text() {
        assert_eq!(
            linked("<b> see http://a.example/x?y=1&z=2. Or <https://b.example/>").to_string(),
            "&lt;b&gt; see <a href=\"http://a.example/x?y=1&amp;z=2\">http://a.example/x?y=1&amp;z=2</a>. \
             Or &lt;<a href=\"https://b.example/\">https://b.example/</a>&gt;"
        );
        assert_eq!(linked("javascript:alert(1)").to_string(), "javascript:alert(1)");
    }
}
