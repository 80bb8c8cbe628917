//! `site.schema.json`, the parser and the examples agree on keys.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use volens_core::retention::{Anchor, ContactWindow, Term};
use volens_core::site::Site;

use crate::{SHOP, demo, replaced};

const CRITERION: &str = "criterion.en = \"As long as the club exists.\"";

const VARIANTS: &str =
    "[look]\nposition = \"top\"\n[[variant]]\nid = \"b\"\nposition = \"corner\"\ntexts.choose.en = \"More\"\n";

const TOKENS: &str = "[tokens]\nstatus = true\n";

/// The shop with what it leaves out.
fn full_shop() -> String {
    let contact = format!("contact = [{{ period = \"P14D\", from = \"trial_end\" }}]\n{CRITERION}");
    [&replaced(CRITERION, &contact), "\n[texts]\nchoose.en = \"Let me see\"\n", VARIANTS, TOKENS].concat()
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../site.schema.json")).unwrap()
}

fn json_form(toml: &str) -> Value {
    toml::from_str(toml).unwrap()
}

fn resolved<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    match node["$ref"].as_str() {
        Some(path) => root.pointer(path.trim_start_matches('#')).unwrap(),
        None => node,
    }
}

/// The few words of JSON Schema that `site.schema.json` uses.
fn check(root: &Value, node: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    let node = resolved(root, node);
    if let Some(options) = node["anyOf"].as_array() {
        let fits = |option: &Value| {
            let mut wrong = Vec::new();
            check(root, option, value, path, &mut wrong);
            wrong.is_empty()
        };
        if !options.iter().any(fits) {
            wrong.push(format!("{path}: fits none of anyOf"));
        }
        return;
    }
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Null => "null",
    };
    if node["type"] != kind {
        wrong.push(format!("{path}: {kind}, schema says {}", node["type"]));
    }
    if let Some(words) = node["enum"].as_array()
        && !words.contains(value)
    {
        wrong.push(format!("{path}: {value}"));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &node["items"], item, &format!("{path}[{index}]"), wrong);
    }
    for name in node["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            wrong.push(format!("{path}.{name}: missing"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (node["properties"].get(name), &node["additionalProperties"]) {
            (Some(known), _) => check(root, known, member, &path, wrong),
            (None, Value::Object(_)) => check(root, &node["additionalProperties"], member, &path, wrong),
            (None, _) => wrong.push(format!("{path}: not in the schema")),
        }
    }
}

#[test]
fn the_examples_fit_the_schema() {
    let schema = schema();
    for text in [SHOP, &full_shop(), &demo()] {
        let mut wrong = Vec::new();
        check(&schema, &schema, &json_form(text), "", &mut wrong);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Where a period of storage and a contact window may begin.
#[test]
fn the_schema_names_the_anchors_that_are_taken() {
    let schema = schema();
    let named = |of: &str| schema.pointer(&format!("/$defs/{of}/properties/from/enum")).unwrap().clone();
    assert_eq!(named("term"), json!(Anchor::ALL.map(Anchor::code)));
    let month = |from| Term::new("P1M".parse().unwrap(), from).unwrap();
    let windows = Anchor::ALL.into_iter().filter(|from| ContactWindow::new(month(*from)).is_ok());
    assert_eq!(named("window"), json!(windows.map(Anchor::code).collect::<Vec<_>>()));
}

#[test]
fn json_of_the_same_shape_is_the_same_site() {
    for text in [SHOP, &full_shop(), &demo()] {
        let json = serde_json::to_string_pretty(&json_form(text)).unwrap();
        assert_eq!(Site::parse_json("site.json", &json).unwrap(), Site::parse("site.toml", text).unwrap());
    }
}

/// Plants a key that nobody knows into every table with fixed keys, with the keys that the schema lists there.
fn plant(root: &Value, node: &Value, value: &mut Value, path: &str, planted: &mut Vec<(String, BTreeSet<String>)>) {
    let node = resolved(root, node);
    for (index, item) in value.as_array_mut().into_iter().flatten().enumerate() {
        plant(root, &node["items"], item, &format!("{path}[{index}]"), planted);
    }
    let Some(members) = value.as_object_mut() else { return };
    let empty = Map::new();
    let known = node["properties"].as_object().unwrap_or(&empty);
    for (name, member) in members.iter_mut() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        plant(root, known.get(name).unwrap_or(&node["additionalProperties"]), member, &path, planted);
    }
    if !known.is_empty() {
        let path = if path.is_empty() { "zzz".to_owned() } else { format!("{path}.zzz") };
        planted.push((path, known.keys().cloned().collect()));
        members.insert("zzz".into(), json!(1));
    }
}

#[test]
fn the_parser_knows_the_keys_of_the_schema_and_no_others() {
    let schema = schema();
    let mut value = json_form(&full_shop());
    let mut planted = Vec::new();
    plant(&schema, &schema, &mut value, "", &mut planted);
    let errors = Site::parse_json("site.json", &value.to_string()).unwrap_err();
    for (path, known) in planted {
        let error =
            errors.errors().iter().find(|error| error.key() == path).unwrap_or_else(|| panic!("{path}: not refused"));
        assert_eq!(error.found(), "an unknown key", "{path}");
        let parsed: BTreeSet<String> = error.expected().replace(" or ", ", ").split(", ").map(str::to_owned).collect();
        assert_eq!(parsed, known, "{path}");
    }
}
