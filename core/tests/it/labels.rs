use std::collections::BTreeSet;

use volens_core::labels::{DA, EN, Labels, SV, fill};

fn texts(labels: &Labels) -> serde_json::Map<String, serde_json::Value> {
    serde_json::to_value(labels).unwrap().as_object().unwrap().clone()
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_fills_in_the_same_places() {
    let english = texts(&EN);
    for (lang, labels) in [("sv", &SV), ("da", &DA)] {
        for (name, text) in texts(labels) {
            let (theirs, ours) = (text.as_str().unwrap(), english[&name].as_str().unwrap());
            assert_eq!(places(theirs), places(ours), "{lang}: {name}");
        }
    }
}

#[test]
fn no_two_languages_say_the_same() {
    // Names of techniques and words that the languages share.
    let shared = ["kind_cookie", "item_kind"];
    for (name, text) in texts(&EN) {
        if !shared.contains(&name.as_str()) {
            assert_ne!(Some(&text), texts(&SV).get(&name), "sv: {name} is English");
            assert_ne!(Some(&text), texts(&DA).get(&name), "da: {name} is English");
        }
    }
}

#[test]
fn labels_survive_json_and_a_missing_one_is_named() {
    for labels in [EN, SV, DA] {
        let json = serde_json::to_string(&labels).unwrap();
        assert_eq!(serde_json::from_str::<Labels>(&json).unwrap(), labels);
    }
    let mut some = texts(&EN);
    some.remove("save");
    some.insert("of_a_later_version".into(), "x".into());
    let error = serde_json::from_value::<Labels>(some.into()).unwrap_err();
    assert_eq!(error.to_string(), "missing field `save`");
}

#[test]
fn values_are_filled_in_once() {
    assert_eq!(fill("{a}, {b}, {c}, {", &[("a", "{b}"), ("b", "2")]), "{b}, 2, {c}, {");
    assert_eq!(fill("{{a}}", &[("a", "1")]), "{1}");
}

#[test]
fn lists_have_an_and() {
    assert_eq!(EN.list(&[]), "");
    assert_eq!(SV.list(&["a"]), "a");
    assert_eq!(DA.list(&["a", "b"]), "a og b");
    assert_eq!(EN.list(&["a", "b", "c"]), "a, b and c");
}

#[test]
fn no_text_asks_for_trust_instead_of_consent() {
    let phrases =
        ["we value", "improve your experience", "värnar om", "bästa upplevelse", "værner om", "bedste oplevelse"];
    for labels in [EN, SV, DA] {
        for (name, text) in texts(&labels) {
            let text = text.as_str().unwrap().to_lowercase();
            assert!(phrases.iter().all(|phrase| !text.contains(phrase)), "{name}");
        }
    }
}
