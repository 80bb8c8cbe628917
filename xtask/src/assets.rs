//! The files a browser loads: built, named by their content, and listed in `assets.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::digest;
use crate::failure::{During, Failure, Outcome};
use crate::minify::{Source, minify};
use crate::place::Place;
use crate::setup::node::{self, Node};
use crate::stamp;
use crate::step;
use crate::wasm;

/// The inline scripts, and what the server puts its own data in place of; exactly one must be left after minifying.
const INLINE: [(&str, &str); 3] = [("gate.js", "__GATE__"), ("local.js", "__GATE__"), ("signals.js", "__SIGNALS__")];

/// A page cached before a deploy may ask for the files of its day; they stay this long after it.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);

const LIST: &str = "assets.json";
const STAMP: &str = ".stamp";
const TYPES: &str = "volens.d.ts";

/// What the caller can live with when Node is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Files that work, larger than they could be.
    Working,
    /// Files as they are shipped.
    Small,
}

/// One file in `assets.json`.
#[derive(Debug)]
pub(crate) struct Asset {
    pub(crate) key: &'static str,
    stem: &'static str,
    ext: &'static str,
}

/// All of them, in the order they are shown.
pub(crate) const ASSETS: [Asset; 8] = [
    Asset { key: "gate", stem: "gate", ext: "js" },
    Asset { key: "loader", stem: "loader", ext: "js" },
    Asset { key: "local", stem: "local", ext: "js" },
    Asset { key: "signals", stem: "signals", ext: "js" },
    Asset { key: "glue", stem: "volens_widget", ext: "js" },
    Asset { key: "wasm", stem: "volens_widget", ext: "wasm" },
    Asset { key: "banner_css", stem: "banner", ext: "css" },
    Asset { key: "center_css", stem: "center", ext: "css" },
];

/// Builds the assets into `target/web`, unless those there are of the same sources.
pub(crate) fn build(place: &Place, need: Need) -> Outcome {
    let node = match need {
        Need::Small => Some(Node::find_or_install_npm(node::FOR_BUILDING, place)?),
        Need::Working => Node::find(node::FOR_BUILDING)
            .inspect_err(|why| {
                let why = why.sentence();
                step::say(&format!("Widget: {why}; it stays larger than it could be"));
            })
            .ok(),
    };
    let sources = stamp::of_sources(place)?;
    let small = format!("small {sources}");
    let wanted = if node.is_some() { small.clone() } else { format!("working {sources}") };
    let there = fs::read_to_string(place.web().join(STAMP)).unwrap_or_default();
    if (there == wanted || there == small) && list(&place.web()).is_ok() {
        step::say("Widget: up to date");
        return Ok(());
    }
    let files = make(place, node.as_ref())?;
    let types = place.root().join("wasm-widget/web").join(TYPES);
    let types = fs::read(&types).during(|| format!("cannot read {}", types.display()))?;
    publish(&place.web(), &files, &types)?;
    write(&place.web().join(STAMP), wanted.as_bytes())
}

/// Copies what `target/web` lists to another folder.
pub(crate) fn ship(place: &Place, folder: &Path) -> Outcome {
    let files = list(&place.web())?.into_iter().map(|(key, (_, bytes))| (key, bytes)).collect();
    let types = place.web().join(TYPES);
    let types = fs::read(&types).during(|| format!("cannot read {}", types.display()))?;
    publish(folder, &files, &types)
}

/// Name and content of every asset that `folder` lists; an error if the list or a file is not there.
pub(crate) fn list(folder: &Path) -> Outcome<BTreeMap<&'static str, (String, Vec<u8>)>> {
    let path = folder.join(LIST);
    let text = fs::read(&path).during(|| format!("cannot read {}", path.display()))?;
    let all: Value = serde_json::from_slice(&text).during(|| format!("cannot read {}", path.display()))?;
    let mut files = BTreeMap::new();
    for asset in &ASSETS {
        let name = all
            .get(asset.key)
            .and_then(|entry| entry.get("file")?.as_str())
            .ok_or_else(|| Failure::new(format!("{} names no file for {}", path.display(), asset.key)))?;
        let bytes =
            fs::read(folder.join(name)).during(|| format!("cannot read {name}, which {} names", path.display()))?;
        files.insert(asset.key, (name.to_owned(), bytes));
    }
    Ok(files)
}

fn make(place: &Place, node: Option<&Node>) -> Outcome<BTreeMap<&'static str, Vec<u8>>> {
    if let Some(node) = node {
        node.install("Build tools", &place.npm_tools(), place)?;
    }
    let small = |name: &str, source, text: &str| match node {
        Some(node) => minify(place, node, name, source, text),
        None => Ok(text.to_owned()),
    };
    let web = place.root().join("wasm-widget/web");
    let of_file = |name: &str, source| {
        let path = web.join(name);
        let text = fs::read_to_string(&path).during(|| format!("cannot read {}", path.display()))?;
        small(name, source, &text)
    };
    let inline = |(name, place): (&str, &str)| {
        let script = of_file(name, Source::Script)?;
        if script.matches(place).count() == 1 {
            Ok(script.into_bytes())
        } else {
            Err(Failure::new(format!("{name} must hold {place} exactly once")))
        }
    };
    let [gate, local, signals] = INLINE.map(inline);
    let loader = of_file("loader.js", Source::Script)?;
    let banner = of_file("banner.css", Source::Style)?;
    let center = of_file("center.css", Source::Style)?;
    let widget = wasm::build(place, node)?;
    let glue = small("volens_widget.js", Source::Script, &widget.glue)?;
    Ok(BTreeMap::from([
        ("gate", gate?),
        ("local", local?),
        ("signals", signals?),
        ("loader", loader.into_bytes()),
        ("glue", glue.into_bytes()),
        ("wasm", widget.wasm),
        ("banner_css", banner.into_bytes()),
        ("center_css", center.into_bytes()),
    ]))
}

/// Writes the files under their hashed names, then the list, then removes what nothing can ask for any more.
fn publish(folder: &Path, files: &BTreeMap<&'static str, Vec<u8>>, types: &[u8]) -> Outcome {
    fs::create_dir_all(folder).during(|| format!("cannot make {}", folder.display()))?;
    let until_now = listed(folder);
    let mut entries = serde_json::Map::new();
    let mut current = BTreeSet::new();
    for asset in &ASSETS {
        let bytes = files.get(asset.key).ok_or_else(|| Failure::new(format!("{} was not built", asset.key)))?;
        let name = format!("{}.{}.{}", asset.stem, digest::short(bytes), asset.ext);
        write(&folder.join(&name), bytes)?;
        entries.insert(asset.key.to_owned(), json!({ "file": name, "sri": digest::integrity(bytes) }));
        current.insert(name);
    }
    for name in until_now.iter().filter(|name| !current.contains(*name)) {
        supersede(&folder.join(name))?;
    }
    write(&folder.join(TYPES), types)?;
    write(&folder.join(LIST), format!("{:#}\n", Value::Object(entries)).as_bytes())?;
    forget_old(folder, &current)
}

/// The files that the list of the last deploy names; none before the first, or if somebody has spoilt it.
fn listed(folder: &Path) -> BTreeSet<String> {
    let text = fs::read(folder.join(LIST)).unwrap_or_default();
    let all: BTreeMap<String, Value> = serde_json::from_slice(&text).unwrap_or_default();
    let names = all.values().filter_map(|entry| entry.get("file")?.as_str());
    names.filter(|name| is_hashed(name)).map(str::to_owned).collect()
}

/// Dates a file to now. Its own date is that of its build, and yesterday's cached page may name what was built long ago.
fn supersede(path: &Path) -> Outcome {
    let dated = fs::File::options().append(true).open(path).and_then(|file| file.set_modified(SystemTime::now()));
    match dated {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        dated => dated.during(|| format!("cannot date {}", path.display())),
    }
}

/// Removes what was superseded, by its date, more than 30 days ago.
fn forget_old(folder: &Path, current: &BTreeSet<String>) -> Outcome {
    let what = || format!("cannot tidy {}", folder.display());
    for entry in fs::read_dir(folder).during(what)? {
        let entry = entry.during(what)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_hashed(&name) || current.contains(&name) {
            continue;
        }
        let superseded = entry.metadata().and_then(|data| data.modified()).during(what)?;
        if SystemTime::now().duration_since(superseded).is_ok_and(|age| age > KEPT_FOR) {
            fs::remove_file(entry.path()).during(what)?;
        }
    }
    Ok(())
}

/// Whether a name is one that `publish` gives.
fn is_hashed(name: &str) -> bool {
    ASSETS.iter().any(|asset| {
        name.strip_prefix(asset.stem)
            .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(asset.ext)?.strip_suffix('.'))
            .is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    fs::write(path, bytes).during(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(loader: &str) -> BTreeMap<&'static str, Vec<u8>> {
        let mut files: BTreeMap<_, _> = ASSETS.iter().map(|asset| (asset.key, asset.key.as_bytes().to_vec())).collect();
        files.insert("loader", loader.as_bytes().to_vec());
        files
    }

    fn folder(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("volens-assets-{name}-{}", std::process::id()))
    }

    #[test]
    fn what_is_published_can_be_listed() {
        let folder = folder("list");
        publish(&folder, &files("abc"), b"types").unwrap();
        let listed = list(&folder).unwrap();
        assert_eq!(listed["loader"], ("loader.ba7816bf.js".to_owned(), b"abc".to_vec()));
        assert_eq!(listed.len(), ASSETS.len());
        assert_eq!(fs::read(folder.join(TYPES)).unwrap(), b"types");

        fs::remove_file(folder.join("loader.ba7816bf.js")).unwrap();
        assert!(list(&folder).unwrap_err().to_string().contains("cannot read loader.ba7816bf.js"));
        fs::remove_dir_all(folder).unwrap();
    }

    /// As if what happened to it last had happened `days` ago.
    fn age(path: &Path, days: u64) {
        let date = SystemTime::now() - Duration::from_hours(24 * days);
        fs::File::options().append(true).open(path).unwrap().set_modified(date).unwrap();
    }

    #[test]
    fn live_for_40_days_superseded_today_stays() {
        let folder = folder("live");
        publish(&folder, &files("abc"), b"").unwrap();
        let old = folder.join("loader.ba7816bf.js");
        age(&old, 40);
        publish(&folder, &files("abcd"), b"").unwrap();
        assert!(old.exists());

        // Deploys of something else do not begin its 30 days anew, and do not cut them.
        age(&old, 29);
        publish(&folder, &files("abcde"), b"").unwrap();
        assert!(old.exists());
        age(&old, 31);
        publish(&folder, &files("abcdef"), b"").unwrap();
        assert!(!old.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn superseded_31_days_ago_goes_and_what_is_not_ours_stays() {
        let folder = folder("old");
        publish(&folder, &files("abc"), b"").unwrap();
        publish(&folder, &files("abcd"), b"").unwrap();
        let old = folder.join("loader.ba7816bf.js");
        let mine = folder.join("notes.js");
        fs::write(&mine, "").unwrap();
        for file in [&old, &mine] {
            age(file, 31);
        }
        publish(&folder, &files("abcd"), b"").unwrap();
        assert!(!old.exists());
        assert!(mine.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn taken_back_into_use_and_superseded_again_stays() {
        let folder = folder("again");
        let old = folder.join("loader.ba7816bf.js");
        for loader in ["abc", "abcd", "abc"] {
            publish(&folder, &files(loader), b"").unwrap();
        }
        age(&old, 40);
        publish(&folder, &files("abcd"), b"").unwrap();
        assert!(old.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn only_names_with_a_hash_are_ours() {
        assert!(is_hashed("volens_widget.0123abcd.wasm"));
        for name in ["gate.js", "gate.0123abcd.css", "gate.0123abcg.js", "volens.d.ts", "assets.json"] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
