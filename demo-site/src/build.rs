//! Making the site from its parts, once, before anyone is answered.

use std::collections::BTreeMap;

use axum::http::HeaderValue;
use minijinja::context;
use minijinja::value::Value;
use volens_server::Service;
use volens_widget::page::{Assets, Snippet};

use crate::headers::page_policy;
use crate::pages::{Page, Shelf};
use crate::parties::parties;
use crate::sessions::Sessions;
use crate::templates::{Addresses, Place, Reader, Templates};
use crate::views::Views;
use crate::words::{LANGUAGES, Words};
use crate::{App, DemoError};

/// The public pages: what follows the language in the path, and the template (`*`: one for each language).
const PAGES: [(&str, &str); 6] = [
    ("", "home.html"),
    ("article", "*/article.html"),
    ("newsletter", "newsletter.html"),
    ("cookies", "cookies.html"),
    ("privacy", "*/privacy.html"),
    ("support", "*/support.html"),
];

impl App {
    /// Renders every public page.
    ///
    /// # Errors
    /// A template names what it was not given.
    pub(crate) async fn build(service: Service, addresses: Addresses, gallery: Assets) -> Result<Self, DemoError> {
        let templates = Templates::new(&addresses)?;
        let mut shelf = Shelf::default();
        let mut account = BTreeMap::new();
        for words in LANGUAGES {
            for (slug, template) in PAGES {
                let place = Place { words, slug, reader: Reader::Anyone };
                if let Some((snippet, policy)) = snippet(&service, &addresses, place).await {
                    let own = own(&service, words, slug);
                    let html = templates.page(&template.replace('*', words.code), place, &snippet, own)?;
                    shelf.pages.extend(Page::new(html, policy).map(|page| (place.path(), page)));
                }
            }
            let start = Place { words, slug: "", reader: Reader::Account };
            if let Some((snippet, policy)) = snippet(&service, &addresses, start).await {
                let html = templates.page("missing.html", start, &snippet, Value::UNDEFINED)?;
                shelf.missing.extend(Page::new(html, policy).map(|page| (words.code, page)));
            }
            let place = Place { words, slug: "account", reader: Reader::Account };
            account.extend(snippet(&service, &addresses, place).await.map(|found| (words.code, found)));
        }
        Ok(Self {
            service,
            templates,
            shelf,
            account,
            assets: addresses,
            gallery,
            sessions: Sessions::default(),
            views: Views::default(),
        })
    }
}

async fn snippet(service: &Service, addresses: &Addresses, place: Place) -> Option<(Snippet, HeaderValue)> {
    let snippet = service.snippet(&place.words.lang(), Some(&place.path())).await?;
    let policy = page_policy(&snippet, &addresses.provider)?;
    Some((snippet, policy))
}

/// What a page needs besides its texts.
fn own(service: &Service, words: &Words, slug: &str) -> Value {
    let (site, lang) = (service.site(), words.lang());
    let policy_id = match slug {
        "cookies" => {
            let list = service.manifest(&lang).map(volens_cookie_list::html);
            return context! { list };
        }
        "privacy" => "site",
        "support" => "support",
        _ => return context! {},
    };
    let policy = site.policies().iter().find(|policy| policy.id == policy_id).map(|policy| {
        let effective = policy.effective.get(&lang).unwrap_or_default();
        context! {
            title => policy.title.get(&lang), version => policy.version.get(&lang), scope => policy.scope.get(&lang),
            effective, effective_words => words.date(effective),
        }
    });
    context! { policy, parties => parties(site, words, &lang) }
}
