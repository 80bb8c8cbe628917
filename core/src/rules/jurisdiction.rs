//! Which rule set a jurisdiction has.

use super::RuleSet;

/// By ISO 3166 code, in bytewise order. A part of a country that is not listed follows its country.
const TABLE: &[(&str, RuleSet)] = &[
    ("AT", RuleSet::Eu),
    ("AX", RuleSet::Eu),
    ("BE", RuleSet::Eu),
    ("BG", RuleSet::Eu),
    ("CA-QC", RuleSet::CaQc),
    ("CH", RuleSet::Ch),
    ("CN", RuleSet::Cn),
    ("CN-HK", RuleSet::Strict),
    ("CN-MO", RuleSet::Strict),
    ("CN-TW", RuleSet::Strict),
    ("CY", RuleSet::Eu),
    ("CZ", RuleSet::Eu),
    ("DE", RuleSet::Eu),
    ("DK", RuleSet::Eu),
    ("EE", RuleSet::Eu),
    ("ES", RuleSet::Eu),
    ("FI", RuleSet::Eu),
    ("FR", RuleSet::Eu),
    // Overseas, outside the Union.
    ("FR-BL", RuleSet::Strict),
    ("FR-NC", RuleSet::Strict),
    ("FR-PF", RuleSet::Strict),
    ("FR-PM", RuleSet::Strict),
    ("FR-TF", RuleSet::Strict),
    ("FR-WF", RuleSet::Strict),
    ("GB", RuleSet::Uk),
    // Outermost regions of the Union with codes of their own: GF, GP, MF, MQ, RE, YT.
    ("GF", RuleSet::Eu),
    ("GP", RuleSet::Eu),
    ("GR", RuleSet::Eu),
    ("HR", RuleSet::Eu),
    ("HU", RuleSet::Eu),
    ("IE", RuleSet::Eu),
    ("IS", RuleSet::Eu),
    ("IT", RuleSet::Eu),
    ("LI", RuleSet::Eu),
    ("LT", RuleSet::Eu),
    ("LU", RuleSet::Eu),
    ("LV", RuleSet::Eu),
    ("MF", RuleSet::Eu),
    ("MQ", RuleSet::Eu),
    ("MT", RuleSet::Eu),
    ("NL", RuleSet::Eu),
    // Caribbean parts of the Kingdom, outside the Union.
    ("NL-AW", RuleSet::Strict),
    ("NL-BQ1", RuleSet::Strict),
    ("NL-BQ2", RuleSet::Strict),
    ("NL-BQ3", RuleSet::Strict),
    ("NL-CW", RuleSet::Strict),
    ("NL-SX", RuleSet::Strict),
    ("NO", RuleSet::Eu),
    ("PL", RuleSet::Eu),
    ("PT", RuleSet::Eu),
    ("RE", RuleSet::Eu),
    ("RO", RuleSet::Eu),
    ("SE", RuleSet::Eu),
    ("SI", RuleSet::Eu),
    ("SK", RuleSet::Eu),
    ("US-AK", RuleSet::Us),
    ("US-AL", RuleSet::Us),
    ("US-AR", RuleSet::Us),
    ("US-AZ", RuleSet::Us),
    ("US-CA", RuleSet::UsCa),
    ("US-CO", RuleSet::UsCo),
    ("US-CT", RuleSet::UsCt),
    ("US-DC", RuleSet::Us),
    ("US-DE", RuleSet::UsDe),
    ("US-FL", RuleSet::Us),
    ("US-GA", RuleSet::Us),
    ("US-HI", RuleSet::Us),
    ("US-IA", RuleSet::Us),
    ("US-ID", RuleSet::Us),
    ("US-IL", RuleSet::Us),
    ("US-IN", RuleSet::Us),
    ("US-KS", RuleSet::Us),
    ("US-KY", RuleSet::Us),
    ("US-LA", RuleSet::Us),
    ("US-MA", RuleSet::Us),
    ("US-MD", RuleSet::UsMd),
    ("US-ME", RuleSet::Us),
    ("US-MI", RuleSet::Us),
    ("US-MN", RuleSet::UsMn),
    ("US-MO", RuleSet::Us),
    ("US-MS", RuleSet::Us),
    ("US-MT", RuleSet::UsMt),
    ("US-NC", RuleSet::Us),
    ("US-ND", RuleSet::Us),
    ("US-NE", RuleSet::UsNe),
    ("US-NH", RuleSet::UsNh),
    ("US-NJ", RuleSet::UsNj),
    ("US-NM", RuleSet::Us),
    ("US-NV", RuleSet::Us),
    ("US-NY", RuleSet::Us),
    ("US-OH", RuleSet::Us),
    ("US-OK", RuleSet::Us),
    ("US-OR", RuleSet::UsOr),
    ("US-PA", RuleSet::Us),
    ("US-RI", RuleSet::Us),
    ("US-SC", RuleSet::Us),
    ("US-SD", RuleSet::Us),
    ("US-TN", RuleSet::Us),
    ("US-TX", RuleSet::UsTx),
    ("US-UT", RuleSet::Us),
    ("US-VA", RuleSet::Us),
    ("US-VT", RuleSet::Us),
    ("US-WA", RuleSet::Us),
    ("US-WI", RuleSet::Us),
    ("US-WV", RuleSet::Us),
    ("US-WY", RuleSet::Us),
    ("YT", RuleSet::Eu),
];

pub(super) fn rule_set(code: &str) -> RuleSet {
    let code = code.to_ascii_uppercase();
    let (country, part) = code.split_once('-').map_or((code.as_str(), None), |(country, part)| (country, Some(part)));
    let country = match country {
        "UK" => "GB",
        "EL" => "GR",
        other => other,
    };
    match part {
        None => listed(country),
        Some(part) if is_part(part) => listed(&format!("{country}-{part}")).or_else(|| listed(country)),
        Some(_) => None,
    }
    .unwrap_or(RuleSet::Strict)
}

fn listed(code: &str) -> Option<RuleSet> {
    let at = TABLE.binary_search_by(|(listed, _)| (*listed).cmp(code)).ok()?;
    TABLE.get(at).map(|(_, set)| *set)
}

/// ISO 3166-2: one to three letters or digits.
fn is_part(part: &str) -> bool {
    (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(TABLE.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn the_whole_eea_is_there() {
        let countries = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO";
        assert_eq!(countries.split(' ').count(), 30);
        for country in countries.split(' ') {
            assert_eq!(rule_set(country), RuleSet::Eu, "{country}");
        }
        let states = TABLE.iter().filter(|(code, _)| code.starts_with("US-")).count();
        assert_eq!(states, 51, "fifty states and the District of Columbia");
    }

    #[test]
    fn codes_are_read_with_their_oddities() {
        for (code, set) in [
            ("se", RuleSet::Eu),
            ("SE-AB", RuleSet::Eu),
            ("EL", RuleSet::Eu),
            ("uk", RuleSet::Uk),
            ("GB-SCT", RuleSet::Uk),
            ("UK-ENG", RuleSet::Uk),
            ("CH-ZH", RuleSet::Ch),
            ("us-ca", RuleSet::UsCa),
            ("US-UT", RuleSet::Us),
            ("ca-qc", RuleSet::CaQc),
            ("CN-11", RuleSet::Cn),
            ("FR-RE", RuleSet::Eu),
        ] {
            assert_eq!(rule_set(code), set, "{code}");
        }
        for code in [
            "", "US", "CA", "CA-ON", "US-PR", "JE", "HK", "CN-HK", "FR-NC", "EU", "XX", "S", "SE-", "-SE", " SE",
            "SE-ABCD", "SE-Å", "GBR", "752",
        ] {
            assert_eq!(rule_set(code), RuleSet::Strict, "{code:?}");
        }
    }
}
