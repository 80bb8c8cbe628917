use std::path::Path;

use serde_json::{Value, json};
use volens_core::PurposeId;
use volens_core::notice::{Fact, Material};
use volens_core::site::Site;

use crate::{SHOP, shop, shop_with};

fn purpose(id: &str) -> PurposeId {
    id.parse().unwrap()
}

/// `VOLENS_BLESS=1` writes the vectors anew; `git diff` then shows what changed.
#[test]
fn notices_are_as_the_vectors_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/notice.json");
    let changed = SHOP.replace("name = \"Host AS\"", r#"name = "Värd – ”Host” \\ \"AS\"\n😀""#);
    let cases = [
        ("shop", SHOP),
        ("a recipient's name that JSON must escape", &changed),
        ("many errors", include_str!("bad.toml")),
    ];
    let vectors: Vec<Value> = cases
        .iter()
        .map(|(name, text)| {
            let material = Site::parse("site.toml", text).map(|site| site.material());
            match material {
                Ok(material) => {
                    json!({ "name": name, "site": text, "material": material.to_jcs(), "notice": material.notice() })
                }
                Err(errors) => json!({ "name": name, "site": text, "errors": errors.to_string() }),
            }
        })
        .collect();
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("VOLENS_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "tests/vectors/notice.json");
}

#[test]
fn material_survives_json_and_names_itself() {
    let material = shop().material();
    let read: Material = serde_json::from_str(&material.to_jcs()).unwrap();
    assert_eq!(read, material);
    assert_eq!(read.notice(), shop().notice());
    assert_eq!(material.notice().as_str().len(), 43);
}

#[test]
fn texts_are_not_material() {
    let notice = shop().notice();
    for (old, new) in [
        ("title.sv = \"Analys\"", "title.sv = \"Statistik\""),
        ("description.en = \"Counts visits.\"", "description.en = \"Counts your visits.\""),
        ("act.en = \"show offers\"", "act.en = \"show you offers\""),
        ("safeguard.en = \"Standard clauses\"", "safeguard.en = \"Clauses\""),
        ("version.en = \"2.0\"", "version.en = \"2.1\""),
        ("description.en = \"A random number.\"", "description.en = \"A number.\""),
        ("https://counter.example/js/", "https://counter.example/v2/"),
        ("on_withdraw = \"event\"", "on_withdraw = \"reload\""),
        ("name = \"_c_*\"", "name = \"_d_*\""),
    ] {
        assert_eq!(shop_with(old, new).notice(), notice, "{new}");
    }
}

#[test]
fn facts_are_material_and_concern_their_purpose_alone() {
    let old = shop().material();
    for (was, is, fact, touched) in [
        ("name = \"Host AS\"", "name = \"Other AS\"", Fact::Recipients, "necessary club"),
        ("role = \"joint\"\npurposes", "role = \"processor\"\npurposes", Fact::Recipients, "analytics marketing"),
        ("country = \"US\"", "country = \"IN\"", Fact::Transfers, "analytics marketing"),
        ("provider = \"Counter Oy\"", "provider = \"Teller Oy\"", Fact::Services, "analytics marketing"),
        ("revision = 2", "revision = 3", Fact::Meaning, "analytics"),
        ("direct_marketing = \"yes\"", "direct_marketing = \"no\"", Fact::Meaning, "marketing"),
        ("duration = \"P13M\"", "duration = \"P14M\"", Fact::LongestStorage, "analytics"),
        ("duration = \"PT30M\"", "duration = \"persistent\"", Fact::LongestStorage, "marketing"),
        ("club = \"contract\"", "club = \"consent\"", Fact::Basis, "club"),
        ("name = \"Shop ApS\"", "name = \"Butik ApS\"", Fact::Controllers, "necessary analytics marketing club"),
    ] {
        let new = shop_with(was, is).material();
        assert_ne!(new.notice(), old.notice(), "{is}");
        for id in ["necessary", "analytics", "marketing", "club"] {
            let expected = if touched.split(' ').any(|touched| touched == id) { vec![fact] } else { Vec::new() };
            assert_eq!(new.changes(&old, &purpose(id)), expected, "{id}: {is}");
            assert_eq!(new.carries(&old, &purpose(id)), expected.is_empty());
        }
    }
}

#[test]
fn a_shorter_storage_below_the_longest_changes_nothing() {
    let new = shop_with("period = \"P1Y\"", "period = \"P6M\"");
    assert_eq!(new.notice(), shop().notice());
}

#[test]
fn a_new_purpose_carries_nothing() {
    let text = SHOP.replace("marketing = \"consent\" }", "marketing = \"consent\", extra = \"consent\" }")
        + "\n[purpose.extra]\nsubject = \"device\"\npolicy = \"site\"\ntitle.en = \"Extra\"\nact.en = \"do more\"\ndescription.en = \"More.\"\n";
    let new = Site::parse("shop.toml", &text).unwrap().material();
    let old = shop().material();
    assert_eq!(new.changes(&old, &purpose("extra")), [Fact::Purpose]);
    assert_eq!(old.changes(&new, &purpose("extra")), [Fact::Purpose]);
    assert!(new.carries(&old, &purpose("analytics")));
    assert!(!new.carries(&old, &purpose("nowhere")));
}

#[test]
fn order_in_the_file_is_no_fact() {
    let (head, tail) = SHOP.split_once("[service.web]").unwrap();
    let (web, rest) = tail.split_once("[service.counter]").unwrap();
    let (counter, rest) = rest.split_once("[[cookie]]").unwrap();
    let turned = format!("{head}[service.counter]{counter}[service.web]{web}[[cookie]]{rest}");
    assert_ne!(turned, SHOP);
    assert_eq!(Site::parse("shop.toml", &turned).unwrap().notice(), shop().notice());
}
