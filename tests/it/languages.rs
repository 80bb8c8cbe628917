//! The built-in languages against what browsers themselves say (Unicode CLDR, by Node's `Intl`).

use serde_json::{Value, json};
use volens_core::labels::Wording;

use crate::outside::{ask, node};

fn counts() -> Vec<u32> {
    (1..=130).chain([199, 200, 201, 202, 211, 999, 1_000, 1_001]).collect()
}

/// Each language with what browsers say in it.
fn said() -> Vec<(&'static Wording, &'static str, Value)> {
    let tags: Vec<&str> = Wording::tags().collect();
    let answers = ask(node("intl.mjs"), &json!({ "tags": tags, "counts": counts() }));
    let wording = |tag: &str| Wording::built_in(&tag.parse().unwrap()).unwrap();
    tags.into_iter().map(|tag| (wording(tag), tag, answers[tag].clone())).collect()
}

#[test]
fn the_32_languages_are_there() {
    let asked = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv nb is uk tr ar he ja zh";
    let mut asked: Vec<&str> = asked.split(' ').collect();
    asked.sort_unstable();
    let mut built_in: Vec<&str> = Wording::tags().collect();
    built_in.sort_unstable();
    assert_eq!(built_in, asked);
}

#[test]
fn numbers_take_the_plural_form_that_browsers_give_them() {
    for (wording, tag, said) in said() {
        let forms = wording.words().takes_part.split('|').count();
        let marks: Vec<String> = (0..forms).map(|form| format!("form {form}")).collect();
        for (count, category) in counts().into_iter().zip(said["categories"].as_array().unwrap()) {
            let category = usize::try_from(category.as_u64().unwrap()).unwrap();
            assert!(category < forms, "{tag}: {count} takes form {category} of {forms}");
            assert_eq!(wording.counted(&marks.join("|"), count), format!("form {category}"), "{tag}: {count}");
        }
    }
}

#[test]
fn periods_read_as_browsers_write_them() {
    let units = [
        ("year", "P", "Y"),
        ("month", "P", "M"),
        ("week", "P", "W"),
        ("day", "P", "D"),
        ("hour", "PT", "H"),
        ("minute", "PT", "M"),
        ("second", "PT", "S"),
    ];
    // The browsers' data names no units in Maltese; ours are our own.
    for (wording, tag, said) in said().into_iter().filter(|(_, tag, _)| *tag != "mt") {
        for (unit, before, after) in units {
            for (count, expected) in counts().into_iter().zip(said["units"][unit].as_array().unwrap()) {
                let period = format!("{before}{count}{after}");
                assert_eq!(wording.duration(&period.parse().unwrap()), expected.as_str().unwrap(), "{tag}: {period}");
            }
        }
    }
}

#[test]
fn lists_read_as_browsers_write_them() {
    let differ: Vec<[String; 3]> = said()
        .into_iter()
        // Browsers put a comma before the last item in English and Maltese; we do not.
        .filter(|(_, tag, _)| !["en", "mt"].contains(tag))
        .map(|(wording, tag, said)| [tag.into(), wording.list(&["ג", "ג", "ג"]), said["list"].as_str().unwrap().into()])
        .filter(|[_, ours, browsers]| ours != browsers)
        .collect();
    assert!(differ.is_empty(), "{differ:?}");
}
