//! Which rule sets a site may name.

use serde_json::Value;
use volens_core::rules::RuleSet;
use volens_core::site::Site;

use crate::{replaced, shop_with};

#[test]
fn a_site_takes_the_rule_sets_that_the_schema_names() {
    let schema: Value = serde_json::from_str(include_str!("../../site.schema.json")).unwrap();
    let named = schema.pointer("/properties/site/properties/rule_set/enum").unwrap();
    let taken: Vec<&str> = RuleSet::FOR_SITES.iter().map(|set| set.code()).collect();
    assert_eq!(named, &Value::from(taken));
    for set in RuleSet::ALL {
        let line = format!("rule_set = \"{set}\"");
        if RuleSet::FOR_SITES.contains(set) {
            assert_eq!(shop_with("rule_set = \"eu\"", &line).rule_set(), *set);
        } else {
            let errors = Site::parse("site.toml", &replaced("rule_set = \"eu\"", &line)).unwrap_err();
            assert_eq!(
                errors.to_string(),
                format!("site.toml:5: site.rule_set: found \"{set}\", expected \"eu\" or \"strict\"")
            );
        }
    }
}
