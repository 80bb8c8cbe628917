use std::collections::{BTreeMap, BTreeSet};

use volens_core::labels::{Labels, Wording, Words, fill};

/// Every built-in language with all its texts by name.
fn languages() -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let texts = |tag: &str| {
        let wording = Wording::built_in(&tag.parse().unwrap()).unwrap();
        let labels = serde_json::to_value(wording.labels()).unwrap();
        let words = serde_json::to_value(wording.words()).unwrap();
        let of = |value: serde_json::Value| serde_json::from_value::<BTreeMap<String, String>>(value).unwrap();
        of(labels).into_iter().chain(of(words)).collect()
    };
    Wording::tags().map(|tag| (tag, texts(tag))).collect()
}

fn wording(tag: &str) -> &'static Wording {
    Wording::built_in(&tag.parse().unwrap()).unwrap()
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_fills_in_the_same_places() {
    let all = languages();
    for (lang, texts) in &all {
        assert_eq!(texts.len(), Labels::NAMES.len() + Words::NAMES.len());
        for (name, text) in texts {
            assert_eq!(places(text), places(&all["en"][name]), "{lang}: {name}");
            assert!(!text.trim().is_empty(), "{lang}: {name}");
        }
    }
}

/// Two languages that share more than a quarter of their texts are a copy, not a translation.
#[test]
fn no_language_is_a_copy_of_another() {
    let all = languages();
    for (lang, texts) in &all {
        for (other, theirs) in all.range::<str, _>((std::ops::Bound::Excluded(*lang), std::ops::Bound::Unbounded)) {
            let same: Vec<&String> = texts.keys().filter(|name| texts[*name] == theirs[*name]).collect();
            assert!(same.len() * 4 <= texts.len(), "{lang} and {other} share {same:?}");
        }
    }
}

#[test]
fn labels_survive_json_and_a_missing_one_is_named() {
    for tag in Wording::tags() {
        let labels = wording(tag).labels();
        let json = serde_json::to_string(labels).unwrap();
        assert_eq!(serde_json::from_str::<Labels>(&json).unwrap(), *labels);
    }
    let mut some = serde_json::to_value(wording("en").labels()).unwrap();
    some.as_object_mut().unwrap().remove("save");
    some["of_a_later_version"] = "x".into();
    let error = serde_json::from_value::<Labels>(some).unwrap_err();
    assert_eq!(error.to_string(), "missing field `save`");
}

#[test]
fn values_are_filled_in_once() {
    assert_eq!(fill("{a}, {b}, {c}, {", &[("a", "{b}"), ("b", "2")]), "{b}, 2, {c}, {");
    assert_eq!(fill("{{a}}", &[("a", "1")]), "{1}");
}

#[test]
fn lists_have_an_and() {
    assert_eq!(wording("en").list(&[]), "");
    assert_eq!(wording("sv").list(&["a"]), "a");
    assert_eq!(wording("da").list(&["a", "b"]), "a og b");
    assert_eq!(wording("en").list(&["a", "b", "c"]), "a, b and c");
}

/// On a phone the two buttons stand next to each other.
#[test]
fn yes_and_no_are_both_short() {
    for (lang, texts) in languages() {
        let (yes, no) = (texts["accept_all"].chars().count(), texts["reject_all"].chars().count());
        assert!(yes.max(no) <= 22, "{lang}: {} / {}", texts["accept_all"], texts["reject_all"]);
        assert!(yes.abs_diff(no) <= 8, "{lang}: {} / {}", texts["accept_all"], texts["reject_all"]);
    }
}

#[test]
fn no_text_asks_for_trust_instead_of_consent() {
    let phrases =
        ["we value", "improve your experience", "värnar om", "bästa upplevelse", "værner om", "bedste oplevelse"];
    for (lang, texts) in languages() {
        for (name, text) in texts {
            let text = text.to_lowercase();
            assert!(phrases.iter().all(|phrase| !text.contains(phrase)), "{lang}: {name}");
        }
    }
}
