//! `[texts]`: a site's own texts in place of built-in ones.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::Noted;
use super::super::read::{Table, one_of};
use super::super::tree::quoted;
use crate::id::Lang;
use crate::labels::{Labels, Wording, Words};

/// Each language's wording with what the site says otherwise.
pub(super) fn wordings(root: &mut Table<'_>, languages: &[Lang], noted: &mut Noted) -> BTreeMap<Lang, Wording> {
    let mut wordings: BTreeMap<Lang, Wording> =
        languages.iter().filter_map(|lang| Some((lang.clone(), Wording::built_in(lang)?.clone()))).collect();
    if let Some(table) = root.get("texts").and_then(|at| at.table(noted)) {
        replace(table, &mut wordings, languages, noted);
    }
    wordings
}

/// Puts a table's texts in the place of others. What a text must hold is what the built-in one does.
pub(super) fn replace(
    mut table: Table<'_>,
    wordings: &mut BTreeMap<Lang, Wording>,
    languages: &[Lang],
    noted: &mut Noted,
) {
    for name in Labels::NAMES.iter().chain(Words::NAMES) {
        for (tag, at) in table.texts_at(name, languages, noted) {
            let Some(text) = at.text(noted) else { continue };
            let Some(wording) = wordings.get_mut(tag) else { continue };
            let built_in = wording.text(name).unwrap_or_default();
            if places(text) != places(built_in) {
                at.wrong(noted, &format!("a text with {}", named(&places(built_in))));
            } else if text.split('|').count() != built_in.split('|').count() {
                at.wrong(noted, &format!("one form per plural category between bars, as in {}", quoted(built_in)));
            } else if let Some(own) = wording.clone().with(name, text.to_owned()) {
                *wording = own;
            }
        }
    }
    table.end(noted);
}

/// The `{places}` in a text.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn named(places: &BTreeSet<&str>) -> String {
    if places.is_empty() {
        return "no {places} in it".to_owned();
    }
    let places: Vec<String> = places.iter().map(|name| ["{", name, "}"].concat()).collect();
    format!("{} in it", one_of(&places).replace(" or ", " and "))
}
