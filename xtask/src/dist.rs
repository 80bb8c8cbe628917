//! `cargo xtask dist`: what a release ships, and its sizes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::assets::{self, Need};
use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::inherited;
use crate::notices;
use crate::npm;
use crate::place::Place;
use crate::setup::node::{self, Node};
use crate::sizes::{Page, Sizes};
use crate::step;
use crate::turn;
use crate::wasm;

/// Builds `target/dist` and prints the size table; an error if something is over budget.
pub(crate) fn run(place: &Place) -> Outcome {
    {
        let _alone = turn::wait(place)?;
        assets::build(place, Need::Small)?;
    }
    let mut build = cargo(place, &["build", "--package", "volens", "--locked"]);
    step::loud("Size table: building `volens`, which renders the first layer", &mut build)?;
    ship_and_measure(place)
}

/// Prints whose code the WASM file holds.
pub(crate) fn by_crate(place: &Place) -> Outcome {
    let _alone = turn::wait(place)?;
    let node = Node::find_or_install_npm(node::FOR_BUILDING, place)?;
    println!("{}", wasm::owners(place, &node)?.table());
    Ok(())
}

/// The same, with assets and `volens` built already.
pub(crate) fn ship_and_measure(place: &Place) -> Outcome {
    let dist = place.dist();
    assets::ship(place, &dist)?;
    npm::ship(place)?;
    // The same WASM, the same notices.
    fs::copy(npm::folder(place).join(notices::NAME), dist.join(notices::NAME))
        .during(|| format!("cannot copy {}", notices::NAME))?;
    let every = place.root().join("tests/sites/every-language.toml");
    let text = fs::read_to_string(&every).during(|| format!("cannot read {}", every.display()))?;
    let telling_all = place.target().join("every-language-telling-all.toml");
    fs::write(&telling_all, text.clone() + ALL_SIGNALS).during(|| format!("cannot write {}", telling_all.display()))?;
    let languages = languages(&text)?;
    let name = format!("the most of {} languages", languages.len());
    let telling = format!("{name}, all adapters of [signals]");
    let sizes = Sizes::measure(
        &assets::list(&dist)?,
        &pages(place, &dist, &place.root().join("demo-site/site.toml"), &["da", "en", "sv"])?,
        &[
            (&name, pages(place, &dist, &every, &languages)?),
            (&telling, pages(place, &dist, &telling_all, &languages)?),
        ],
    )?;
    println!("{}:\n{}", dist.display(), sizes.table());
    sizes.within_budget()
}

/// Every adapter there is; Google's further options are a site's own.
const ALL_SIGNALS: &str = "
[signals]
vendors = [\"uet\", \"clarity\", \"meta\"]
matomo = \"all\"
";

/// The `languages` of a `site.toml`.
fn languages(toml: &str) -> Outcome<Vec<&str>> {
    let listed = toml.split_once("languages = [").and_then(|(_, rest)| rest.split_once(']'));
    let listed = listed.ok_or_else(|| Failure::new("the site of every language lists none".to_owned()))?.0;
    Ok(listed.split('"').skip(1).step_by(2).collect())
}

/// What a page of `site` carries, in each of these languages.
fn pages(place: &Place, web: &Path, site: &Path, languages: &[&str]) -> Outcome<BTreeMap<String, Page>> {
    let mut pages = BTreeMap::new();
    for &lang in languages {
        let mut render = Command::new(place.binary("volens"));
        inherited::forget_xtask(&mut render)
            .arg("render")
            .arg("--site")
            .arg(site)
            .arg("--web")
            .arg(web)
            .args(["--lang", lang, "--json"]);
        let output = render.output().during(|| "cannot start `volens render`".to_owned())?;
        if !output.status.success() {
            return Err(Failure::new(format!(
                "`volens render --lang {lang}`: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            )));
        }
        let snippet: serde_json::Value =
            serde_json::from_slice(&output.stdout).during(|| "`volens render --json`".to_owned())?;
        let part = |name: &str| {
            let html = snippet.get(name).and_then(serde_json::Value::as_str);
            html.map(str::to_owned).ok_or_else(|| Failure::new(format!("`volens render --json` prints no `{name}`")))
        };
        let page = Page { head: part("head")?, banner: part("banner")?, foot: part("foot")? };
        pages.insert(lang.to_owned(), page);
    }
    Ok(pages)
}
