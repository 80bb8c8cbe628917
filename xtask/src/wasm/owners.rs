//! Whose bytes the WASM file holds: code by the crate that wrote the function.
//!
//! A generic function counts for the crate it is written in, whatever types it was made for: a `Vec` of Yew's nodes is
//! `alloc`'s. What was inlined counts where it ended up.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::failure::{During, Outcome};

/// Bytes and functions by crate, then the bytes that are no code.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    crates: BTreeMap<String, Owned>,
    sections: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Default)]
struct Owned {
    functions: usize,
    bytes: usize,
}

impl Owners {
    /// Reads a module that still has the names of its functions.
    pub(super) fn of(wasm: &[u8]) -> Outcome<Self> {
        let what = || "the optimised WASM".to_owned();
        let mut owners = Self::default();
        let (mut imported, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.during(what)? {
                Payload::ImportSection(section) => {
                    owners.sections.insert("imports", section.range().len());
                    for import in section.into_imports() {
                        imported += usize::from(matches!(import.during(what)?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::DataSection(section) => drop(owners.sections.insert("data", section.range().len())),
                Payload::ElementSection(section) => drop(owners.sections.insert("table", section.range().len())),
                Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
                Payload::CustomSection(section) => {
                    let KnownCustom::Name(sections) = section.as_known() else { continue };
                    for section in sections {
                        let Name::Function(map) = section.during(what)? else { continue };
                        for name in map {
                            let name = name.during(what)?;
                            names.insert(name.index as usize, name.name);
                        }
                    }
                }
                _ => {}
            }
        }
        for (place, bytes) in sizes.into_iter().enumerate() {
            let name = names.get(&(imported + place)).and_then(|name| crate_of(name)).unwrap_or("(glue and compiler)");
            let owned = owners.crates.entry(name.to_owned()).or_default();
            owned.functions += 1;
            owned.bytes += bytes;
        }
        Ok(owners)
    }

    pub(crate) fn table(&self) -> String {
        let mut rows: Vec<_> = self.crates.iter().collect();
        rows.sort_by_key(|(_, owned)| std::cmp::Reverse(owned.bytes));
        let code: usize = rows.iter().map(|(_, owned)| owned.bytes).sum();
        let mut table = String::from("crate                 functions   code B\n");
        // Writing to a `String` cannot fail.
        for (name, Owned { functions, bytes }) in rows {
            let _ = writeln!(table, "{name:20}  {functions:>9}  {bytes:>7}");
        }
        let _ = writeln!(table, "{:20}  {:>9}  {code:>7}", "all code", "");
        for (name, bytes) in &self.sections {
            let _ = writeln!(table, "{name:20}  {:>9}  {bytes:>7}", "");
        }
        table
    }
}

/// The first crate in a name that rustc mangled (`C`, a disambiguator, the length of the name, the name).
fn crate_of(mangled: &str) -> Option<&str> {
    let path = mangled.strip_prefix("_R")?;
    path.match_indices("Cs").find_map(|(at, found)| {
        let (_, rest) = path.get(at + found.len()..)?.split_once('_')?;
        let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit()).len();
        let length: usize = rest.get(..digits)?.parse().ok()?;
        let name = rest.get(digits..)?;
        let name = name.strip_prefix('_').unwrap_or(name).get(..length)?;
        name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_').then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_crate() {
        for (mangled, name) in [
            ("_RNvXs0_NtNtCs5pj0JqgmKxy_3yew10dom_bundle5bnodeNtNtNtB9_11virtual_dom5vnode5VNode9reconcile", "yew"),
            ("_RNvNtNtCs97mcutD8hv8_13volens_widget4view6center6center", "volens_widget"),
            ("_RINvNtCsa7e25hjXJrd_4core3ptr13drop_in_placeNtNtCs5pj0JqgmKxy_3yew4htmlE", "core"),
            ("_RNCNCINvNtCs9eJ08spJkW9_6js_sys7futures17future_to_promise0E00B12_", "js_sys"),
        ] {
            assert_eq!(crate_of(mangled), Some(name));
        }
        for none in ["__wbindgen_malloc", "load", "_R", "_RCs", "_RNvCsab_99yew"] {
            assert_eq!(crate_of(none), None, "{none}");
        }
    }

    /// One function of a crate, one of nobody.
    #[test]
    fn code_is_counted_by_crate() {
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
        let function = |index: u8, name: &str| [&[index, length(name.as_bytes())], name.as_bytes()].concat();
        let map = [vec![2], function(0, "_RNvCsab_3yew1f"), function(1, "open")].concat();
        let names = [&[4], &b"name"[..], &[1, length(&map)], &map].concat();
        let wasm = [
            &b"\0asm\x01\0\0\0"[..],
            &[1, 4, 1, 0x60, 0, 0],
            &[3, 3, 2, 0, 0],
            &[10, 8, 2, 3, 0, 1, 0x0b, 2, 0, 0x0b],
            &[0, length(&names)],
            &names,
        ]
        .concat();
        let owners = Owners::of(&wasm).unwrap();
        assert_eq!(owners.crates["yew"].bytes, 3);
        assert_eq!(owners.crates["(glue and compiler)"].bytes, 2);
        let table = owners.table();
        assert!(table.lines().any(|line| line.starts_with("all code ") && line.ends_with(" 5")), "{table}");
        assert!(Owners::of(b"no wasm").is_err());
    }
}
