//! `volens render`: the snippet for pages that no Rust server makes.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::Value;
use volens_core::Lang;
use volens_core::manifest::{Manifest, Mode};
use volens_core::site::Site;
use volens_widget::page::{self, Assets, Snippet};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Make the HTML that embeds the banner in a page, and the hashes for its Content-Security-Policy.
///
/// The head comes first in the page's head, the banner first in its body, after a skip link if there is one, the foot at
/// the foot of every page. The bytes are the same for every visitor. A static site without a back end takes `--mode local`: the browser then remembers
/// the choice by itself, which proves nothing. `--out` then writes the center's texts too, a manifest for each
/// language; serve it under /consent/v1/.
#[derive(Debug, clap::Args)]
pub(crate) struct Render {
    /// The site's description
    #[arg(long, value_name = "site.toml")]
    site: PathBuf,
    /// One of the site's languages, such as en
    #[arg(long)]
    lang: Lang,
    /// One of the site's variants of wording and position (default: the site's own)
    #[arg(long, value_name = "ID")]
    variant: Option<String>,
    /// The folder with the web assets (default: the environment's VOLENS_WEB)
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// Where the pages will find the web assets (default: /web below the site's endpoint, which is /consent/v1 unless
    /// site.toml says otherwise)
    #[arg(long, value_name = "URL")]
    web_url: Option<String>,
    /// Who keeps the choice: the consent service, or the browser alone
    #[arg(long, value_enum, default_value_t = Keeper::Service)]
    mode: Keeper,
    /// Put this nonce on all styles and scripts, for a policy that names one; a template's mark, such as '{{ nonce }}',
    /// stays as it is
    #[arg(long, value_name = "TEXT", value_parser = nonce)]
    nonce: Option<String>,
    /// For pages of `volens serve --dev`
    #[arg(long)]
    dev: bool,
    /// Print one part only
    #[arg(long, value_enum, conflicts_with_all = ["out", "json"])]
    part: Option<Part>,
    /// Write head.html, foot.html, banner.html, all of it as snippet.html and snippet.json, and csp.json to this folder,
    /// and the texts of the center in local mode
    #[arg(long, value_name = "DIR", conflicts_with = "json")]
    out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Keeper {
    Service,
    Local,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// First in `<head>`, but after `<meta charset>`, which browsers look for in the first kilobyte
    Head,
    /// At the foot of every page
    Foot,
    /// First in `<body>`, after a skip link
    Banner,
    /// Hashes for the Content-Security-Policy, as JSON
    Csp,
}

impl Render {
    pub(crate) fn run(self) -> Outcome {
        let site = self.in_variant(input::site(&self.site)?)?;
        let site = if self.dev { input::for_development(site, &self.site)? } else { site };
        let mode = match self.mode {
            Keeper::Service => Mode::Service,
            Keeper::Local => Mode::Local,
        };
        let manifest = input::manifest(&site, &self.site, &self.lang, mode)?;
        let web_url = self.web_url.clone().unwrap_or_else(|| [site.endpoint(), "/web"].concat());
        let assets = Assets::load(&input::web(self.web.as_deref())?, &web_url).map_err(Failure::failed)?;
        let assets = assets.telling(site.signals());
        let mut snippet = input::runtime()?.block_on(page::snippet(&manifest, &assets, &[], None));
        if let Some(nonce) = &self.nonce {
            snippet = snippet.with_nonce(nonce);
        }
        match (&self.out, self.part) {
            (Some(folder), _) => write(folder, &snippet, texts(&manifest)?)?,
            (None, Some(Part::Head)) => input::print(&snippet.head)?,
            (None, Some(Part::Foot)) => input::print(&snippet.foot)?,
            (None, Some(Part::Banner)) => input::print(&snippet.banner)?,
            (None, Some(Part::Csp)) => input::print_json(&csp(&snippet))?,
            (None, None) if self.json => input::print_json(&snippet.to_json())?,
            (None, None) => input::print(whole(&snippet))?,
        }
        Ok(Exit::Ok)
    }
}

impl Render {
    fn in_variant(&self, site: Site) -> Result<Site, Failure> {
        let Some(id) = &self.variant else { return Ok(site) };
        site.in_variant(id).ok_or_else(|| {
            let known = site.variants().collect::<Vec<_>>().join(", ");
            let path = self.site.display();
            Failure::bad(if known.is_empty() {
                format!("--variant: found {id}, expected none, as {path} has no variants")
            } else {
                format!("--variant: found {id}, expected a variant of {path}: {known}")
            })
        })
    }
}

/// What the service would answer at `/consent/v1/manifest`, as a file for sites that have none.
fn texts(manifest: &Manifest) -> Result<Option<(String, String)>, Failure> {
    if manifest.mode != Mode::Local {
        return Ok(None);
    }
    let json = serde_json::to_string(manifest).map_err(Failure::failed)?;
    Ok(Some((format!("manifest.{}.json", manifest.lang), json + "\n")))
}

/// A nonce, or what a template puts one in place of: nothing that ends an attribute.
fn nonce(text: &str) -> Result<String, &'static str> {
    let ends = |c: char| c.is_control() || matches!(c, '"' | '<' | '>');
    if text.is_empty() || text.contains(ends) {
        return Err("expected a nonce or a template's mark, without quotes and angle brackets");
    }
    Ok(text.to_owned())
}

/// Sources for the directives; the widget's WASM needs `'wasm-unsafe-eval'` besides.
fn csp(snippet: &Snippet) -> Value {
    snippet.to_json().get_mut("csp").map(Value::take).unwrap_or_default()
}

fn whole(snippet: &Snippet) -> String {
    let Snippet { head, foot, banner, .. } = snippet;
    let [scripts, styles, connect, forms] = snippet.sources().map(|(_, sources)| sources.join(" "));
    format!(
        "<!-- volens: first in <head> -->\n{head}\n\
         <!-- volens: first in <body>, after a skip link if there is one -->\n{banner}\n\
         <!-- volens: at the foot of every page -->\n{foot}\n\
         <!-- volens: for the Content-Security-Policy\n\
         script-src {scripts} 'wasm-unsafe-eval'\n\
         style-src {styles}\n\
         connect-src {connect}\n\
         form-action {forms}\n-->\n"
    )
}

fn write(folder: &Path, snippet: &Snippet, texts: Option<(String, String)>) -> Result<(), Failure> {
    let failed = |path: &Path, error| Failure::failed(format_args!("{}: cannot be written: {error}", path.display()));
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let files = [
        ("head.html", snippet.head.clone()),
        ("foot.html", snippet.foot.clone()),
        ("banner.html", snippet.banner.clone()),
        ("snippet.html", whole(snippet)),
        ("snippet.json", snippet.to_json().to_string() + "\n"),
        ("csp.json", csp(snippet).to_string() + "\n"),
    ];
    for (name, content) in files.map(|(name, content)| (name.to_owned(), content)).into_iter().chain(texts) {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| failed(&path, error))?;
        input::print(format_args!("{}\n", path.display()))?;
    }
    Ok(())
}
