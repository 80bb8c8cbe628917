use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use volens_core::notice::{Change, Detail, Diff, Fact, Material, Question};
use volens_core::site::Site;
use volens_core::{Basis, PurposeId};

use crate::{SHOP, demo, shop, shop_with};

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

/// Changes of one fact each, in different places.
const CHANGES: [(&str, &str); 10] = [
    ("necessary = \"strictly_necessary\",", "necessary = \"strictly_necessary\", analytics = \"contract\","),
    ("name = \"Host AS\"", "name = \"Other AS\""),
    ("role = \"joint\"\npurposes", "role = \"processor\"\npurposes"),
    ("country = \"US\"", "country = \"IN\""),
    ("provider = \"Counter Oy\"", "provider = \"Teller Oy\""),
    ("revision = 2", "revision = 3"),
    ("direct_marketing = \"yes\"", "direct_marketing = \"no\""),
    ("duration = \"P13M\"", "duration = \"P14M\""),
    ("club = \"contract\"", "club = \"consent\""),
    ("{ analytics = \"consent\", marketing", "{ analytics = \"legitimate_interest\", marketing"),
];

/// The notices of every mixture of the changes, by the bits of its number.
fn mixtures() -> &'static [Material] {
    static MIXTURES: OnceLock<Vec<Material>> = OnceLock::new();
    MIXTURES.get_or_init(|| {
        let mixed = |bits: usize| {
            let taken = CHANGES.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
            taken.fold(SHOP.to_owned(), |text, (_, (was, is))| text.replace(was, is))
        };
        (0..1 << CHANGES.len()).map(|bits| Site::parse("shop.toml", &mixed(bits)).unwrap().material()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Details tell all that `changes` names, the same there and back; whoever is asked, is asked for a reason.
    #[test]
    fn details_tell_every_change_and_nothing_else(
        old in prop::sample::select(mixtures()),
        new in prop::sample::select(mixtures()),
        id in prop::sample::select(&["necessary", "analytics", "marketing", "club"][..]),
    ) {
        let id = purpose(id);
        let details = new.details(&old, &id);
        let mut facts: Vec<Fact> = details.iter().map(Change::fact).collect();
        facts.dedup();
        prop_assert_eq!(facts, new.changes(&old, &id));
        prop_assert!(details.iter().all(|change| change.before() != change.after()));
        let mut bases = details.iter().filter(|change| change.fact() == Fact::Basis);
        prop_assert!(bases.all(|change| change.before().is_some() && change.after().is_some()));
        let back: Vec<_> = old.details(&new, &id);
        let turned = |change: &Change| (change.fact(), change.of().to_owned(), change.after().cloned(), change.before().cloned());
        let straight = |change: &Change| (change.fact(), change.of().to_owned(), change.before().cloned(), change.after().cloned());
        prop_assert_eq!(details.iter().map(turned).collect::<Vec<_>>(), back.iter().map(straight).collect::<Vec<_>>());

        // Only `analytics` and `club` ever change between consent and another basis.
        let question = new.question(&old, &id);
        prop_assert!(question != Question::Again || !new.carries(&old, &id));
        prop_assert!(question != Question::First || new.changes(&old, &id).contains(&Fact::Basis));
        match id.as_str() {
            "necessary" => prop_assert_eq!(question, Question::Nobody),
            "marketing" => prop_assert_eq!(question == Question::Nobody, new.carries(&old, &id)),
            _ => {}
        }
        prop_assert_eq!(new.question(&new, &id), Question::Nobody);
    }
}

#[test]
fn a_basis_that_becomes_or_ceases_to_be_consent() {
    let (old, new) = (shop().material(), shop_with("club = \"contract\"", "club = \"consent\"").material());
    assert_eq!(new.question(&old, &purpose("club")), Question::First);
    assert_eq!(old.question(&new, &purpose("club")), Question::Ended);
    let change = &new.details(&old, &purpose("club"))[0];
    assert_eq!((change.fact(), change.of()), (Fact::Basis, "web"));
    let bases = (Some(&Detail::Basis(Basis::Contract)), Some(&Detail::Basis(Basis::Consent)));
    assert_eq!((change.before(), change.after()), bases);
}

#[test]
fn a_language_gains_and_loses_an_offer() {
    let swedish = |text: &str, after: &str, more: &str| text.replace(after, &format!("{after}\n{more}"));
    let texts = "title.sv = \"Reklam\"\nact.sv = \"visa reklam\"\ndescription.sv = \"Visar reklam.\"";
    let text = swedish(SHOP, "act.en = \"show offers\"", texts);
    let text = swedish(&text, "description.en = \"Offers seen.\"", "description.sv = \"Visad reklam.\"");
    let new = Site::parse("shop.toml", &text).unwrap();
    let diff = Diff::between(&shop(), &new);
    let marketing = diff.purposes().iter().find(|diff| diff.id().as_str() == "marketing").unwrap();
    assert_eq!(marketing.gained(), ["sv".parse().unwrap()]);
    assert_eq!((marketing.question(), marketing.asks(), diff.asks()), (Question::Nobody, true, true));
    assert_eq!(diff.old_notice(), diff.new_notice());
    let back = Diff::between(&new, &shop());
    let marketing = back.purposes().iter().find(|diff| diff.id().as_str() == "marketing").unwrap();
    assert_eq!(marketing.lost(), ["sv".parse().unwrap()]);
    assert!(!back.asks() && !back.is_same());
}

#[test]
fn a_site_against_itself_asks_nobody() {
    for text in [SHOP.to_owned(), demo()] {
        let site = Site::parse("site.toml", &text).unwrap();
        let diff = Diff::between(&site, &site);
        assert!(diff.is_same() && !diff.asks());
        assert!(diff.purposes().iter().all(|purpose| purpose.changes().is_empty()));
        assert_eq!(diff.purposes().len(), site.purposes().len());
    }
}
