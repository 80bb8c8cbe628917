//! The list for people.

use std::fmt::{self, Write as _};

use volens_core::labels::{Labels, fill};
use volens_core::manifest::{Control, ItemKind, ItemView, Manifest, Party, PurposeView, ServiceView};

/// A small style sheet for [`html`]: tables that become cards on narrow screens. Optional; link it or copy from it.
pub const STYLE: &str = include_str!("list.css");

/// The list as an HTML fragment: a section per purpose, in it each service with its provider, and a table of what it
/// keeps in the browser.
///
/// The headings begin at `h2`. Nothing is inline: the fragment holds no script, no style and no event handler, so it
/// fits any Content-Security-Policy. Every text from the site is escaped.
pub fn html(manifest: &Manifest) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = list(&mut out, manifest);
    out
}

fn list(out: &mut String, manifest: &Manifest) -> fmt::Result {
    let labels = &manifest.labels;
    writeln!(out, "<div class=\"vo-list\" lang=\"{}\">", Text(manifest.lang.as_str()))?;
    for purpose in &manifest.purposes {
        section(out, labels, purpose)?;
    }
    let policy = &manifest.policy;
    let named = fill(
        &labels.policy,
        &[("title", &policy.title), ("version", &policy.version), ("effective", &policy.effective)],
    );
    out.push_str("<p class=\"vo-list-policy\">");
    link(out, &policy.url, &named)?;
    out.push_str("</p>\n</div>\n");
    Ok(())
}

fn section(out: &mut String, labels: &Labels, purpose: &PurposeView) -> fmt::Result {
    // A purpose id is made of letters, digits, - and _, so it can stand in an attribute.
    let id = &purpose.id;
    writeln!(out, "<section class=\"vo-list-purpose\" aria-labelledby=\"vo-list-{id}\">")?;
    writeln!(out, "<h2 id=\"vo-list-{id}\">{}</h2>", Text(&purpose.title))?;
    writeln!(out, "<p>{}</p>", Text(&purpose.description))?;
    write!(out, "<p class=\"vo-list-basis\"><b>{}:</b> {}", Text(&labels.basis), Text(&purpose.basis))?;
    if purpose.control == Control::Always {
        write!(out, " <span class=\"vo-list-always\">({})</span>", Text(&labels.always_on))?;
    }
    out.push_str("</p>\n");
    for service in &purpose.services {
        provider(out, labels, purpose, service)?;
    }
    out.push_str("</section>\n");
    Ok(())
}

fn provider(out: &mut String, labels: &Labels, purpose: &PurposeView, service: &ServiceView) -> fmt::Result {
    let anchor = format!("vo-list-{}-{}", purpose.id, service.id);
    writeln!(out, "<h3 id=\"{anchor}\">{}</h3>", Text(&service.name))?;
    out.push_str("<dl class=\"vo-list-provider\">\n");
    writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(&labels.provider), Text(&service.provider))?;
    writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(&labels.country), Text(&service.country))?;
    out.push_str("</dl>\n");
    if let Some(url) = &service.privacy_url {
        out.push_str("<p class=\"vo-list-privacy\">");
        link(out, url, &fill(&labels.provider_privacy, &[("provider", &service.provider)]))?;
        out.push_str("</p>\n");
    }
    if service.items.is_empty() {
        return writeln!(out, "<p class=\"vo-list-none\">{}</p>", Text(&labels.no_items));
    }
    table(out, labels, &anchor, &service.items)
}

/// The roles repeat what the elements mean: a style sheet that turns rows into cards would take it from some readers.
fn table(out: &mut String, labels: &Labels, anchor: &str, items: &[ItemView]) -> fmt::Result {
    let columns =
        [&labels.item_name, &labels.item_description, &labels.item_duration, &labels.item_party, &labels.item_kind];
    writeln!(out, "<table class=\"vo-list-items\" role=\"table\" aria-labelledby=\"{anchor}\">")?;
    out.push_str("<thead role=\"rowgroup\"><tr role=\"row\">");
    for column in columns {
        write!(out, "<th scope=\"col\" role=\"columnheader\">{}</th>", Text(column))?;
    }
    out.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    let [_, description, duration, party, kind] = columns;
    for item in items {
        write!(out, "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\"><code>{}</code></th>", Text(&item.name))?;
        cell(out, description, &item.description, None)?;
        cell(out, duration, &item.duration, None)?;
        cell(out, party, party_name(labels, item.party), item.domain.as_deref())?;
        cell(out, kind, kind_name(labels, item.kind), None)?;
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
    Ok(())
}

fn cell(out: &mut String, column: &str, text: &str, host: Option<&str>) -> fmt::Result {
    write!(out, "<td role=\"cell\" data-label=\"{}\">{}", Text(column), Text(text))?;
    if let Some(host) = host {
        write!(out, " <span class=\"vo-list-host\">({})</span>", Text(host))?;
    }
    out.push_str("</td>");
    Ok(())
}

fn party_name(labels: &Labels, party: Party) -> &str {
    match party {
        Party::First => &labels.party_first,
        Party::Third => &labels.party_third,
    }
}

fn kind_name(labels: &Labels, kind: ItemKind) -> &str {
    match kind {
        ItemKind::Cookie => &labels.kind_cookie,
        ItemKind::Local => &labels.kind_local,
        ItemKind::Session => &labels.kind_session,
        ItemKind::IndexedDb => &labels.kind_indexeddb,
        ItemKind::Cache => &labels.kind_cache,
    }
}

/// A link, or its text alone where the address is neither a page of the web nor of this site (`javascript:`).
fn link(out: &mut String, url: &str, text: &str) -> fmt::Result {
    let local = url.starts_with('/') && !url.starts_with("//");
    if local {
        write!(out, "<a href=\"{}\">{}</a>", Text(url), Text(text))
    } else if url.starts_with("https://") || url.starts_with("http://") {
        write!(out, "<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", Text(url), Text(text))
    } else {
        write!(out, "{}", Text(text))
    }
}

/// Text as it may stand in an element and in a quoted attribute.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
