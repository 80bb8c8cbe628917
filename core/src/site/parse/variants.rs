//! `[look]` and `[[variant]]`: where the first layer stands, and other wordings and places to compare it with.

use std::collections::BTreeMap;

use super::super::error::Noted;
use super::super::parts::Variant;
use super::super::read::{At, Table};
use super::super::shape;
use super::texts;
use crate::id::Lang;
use crate::labels::Wording;
use crate::manifest::Position;

const POSITIONS: [(&str, Position); 3] =
    [("bottom", Position::Bottom), ("top", Position::Top), ("corner", Position::Corner)];

pub(super) fn look(root: &mut Table<'_>, noted: &mut Noted) -> Position {
    let Some(mut table) = root.get("look").and_then(|at| at.table(noted)) else { return Position::default() };
    let position = table.word_or("position", Position::default(), &POSITIONS, noted);
    table.end(noted);
    position.unwrap_or_default()
}

pub(super) fn variants(
    root: &mut Table<'_>,
    own: (&BTreeMap<Lang, Wording>, Position),
    languages: &[Lang],
    noted: &mut Noted,
) -> Vec<Variant> {
    let mut read: Vec<Variant> = Vec::new();
    for at in root.list("variant", noted) {
        let Some(variant) = variant(&at, own, languages, noted) else { continue };
        if read.iter().any(|known| known.id == variant.id) {
            noted.add(at.node.line, &format!("{}.id", at.key), &format!("{:?} again", variant.id), "each variant once");
        }
        read.push(variant);
    }
    read
}

fn variant(
    at: &At<'_>,
    (wordings, position): (&BTreeMap<Lang, Wording>, Position),
    languages: &[Lang],
    noted: &mut Noted,
) -> Option<Variant> {
    let mut table = at.table(noted)?;
    let id = table.fitting("id", shape::id, shape::ID, noted);
    let own_position = table.word_or("position", position, &POSITIONS, noted);
    let mut own_wordings = wordings.clone();
    let texts_at = table.get("texts");
    let before = noted.len();
    if let Some(texts) = texts_at.as_ref().and_then(|at| at.table(noted)) {
        texts::replace(texts, &mut own_wordings, languages, noted);
    }
    // A text that is wrong has its own error.
    let differs = own_position != Some(position) || own_wordings != *wordings || noted.len() > before;
    if !differs && id.is_some() {
        let expected = "a text or a position other than the site's own, as a variant differs from it";
        match (texts_at, table.get("position")) {
            (None, None) => table.missing("texts", expected, noted),
            (Some(at), None) => noted.add(at.node.line, &at.key, "the site's own texts", expected),
            (None, Some(at)) => noted.add(at.node.line, &at.key, "the site's own position", expected),
            (Some(at), Some(_)) => noted.add(at.node.line, &at.key, "the site's own texts and position", expected),
        }
    }
    table.end(noted);
    Some(Variant { id: id?, position: own_position?, wordings: own_wordings })
}
