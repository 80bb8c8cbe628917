use volens_core::labels::Wording;
use volens_core::site::Site;

use crate::{SHOP, replaced};

fn said(text: &str) -> String {
    Site::parse("site.toml", text).unwrap_err().to_string()
}

#[test]
fn all_errors_are_listed_with_line_key_found_and_expected() {
    assert_eq!(said(include_str!("bad.toml")), include_str!("bad.txt").trim_end());
}

#[test]
fn wrong_languages_are_not_held_against_the_texts() {
    let text = replaced("languages = [\"en\", \"sv\"]", "languages = [\"en\", \"la\", \"x\", \"EN\"]");
    let tags: Vec<String> = Wording::tags().map(|tag| format!("\"{tag}\"")).collect();
    let (last, head) = tags.split_last().unwrap();
    let known = format!("expected a language with built-in texts: {} or {last}", head.join(", "));
    let expected = [
        format!("site.toml:4: site.languages[1]: found \"la\", {known}"),
        format!("site.toml:4: site.languages[2]: found \"x\", {known}"),
        format!("site.toml:4: site.languages[3]: found \"EN\", {known}"),
    ];
    assert_eq!(said(&text), expected.join("\n"));
    let text = replaced("languages = [\"en\", \"sv\"]", "languages = []");
    assert_eq!(said(&text), format!("site.toml:4: site.languages: found an empty list, {known}"));
    let text = replaced("languages = [\"en\", \"sv\"]", "languages = [\"en\", \"en\"]");
    assert_eq!(said(&text), "site.toml:4: site.languages[1]: found \"en\", expected each language once");
}

#[test]
fn own_texts_keep_their_places_and_plural_forms() {
    let own = |line: &str| said(&format!("{SHOP}\n[texts]\n{line}\n")).split_once(": ").unwrap().1.to_owned();
    assert_eq!(
        own("lead.en = \"May we?\""),
        "texts.lead.en: found \"May we?\", expected a text with {acts} and {controller} in it"
    );
    assert_eq!(
        own("save.en = \"Save {it}\""),
        "texts.save.en: found \"Save {it}\", expected a text with no {places} in it"
    );
    assert_eq!(
        own("takes_part.en = \"{count} others.\""),
        "texts.takes_part.en: found \"{count} others.\", expected one form per plural category between bars, as in \
         \"{count} provider takes part.|{count} providers take part.\""
    );
    assert!(own("savee.en = \"Save\"").starts_with("texts.savee: found an unknown key, expected "));
}

#[test]
fn a_site_says_it_in_its_own_words() {
    let site = Site::parse("site.toml", &format!("{SHOP}\n[texts]\nreject_all.sv = \"Nej till allt\"\n")).unwrap();
    let text = |lang: &str| site.wording(&lang.parse().unwrap()).unwrap().labels().reject_all.clone();
    assert_eq!([text("en"), text("sv")], ["Reject all", "Nej till allt"]);
    assert_ne!(site.text(&"sv".parse().unwrap()), Site::parse("site.toml", SHOP).unwrap().text(&"sv".parse().unwrap()));
}

#[test]
fn a_syntax_error_stands_alone() {
    assert_eq!(
        said("[site]\nid = \"a\"\n[controller\nname = 1\n"),
        "site.toml:3: syntax: found what TOML does not allow (unclosed table, expected `]`), expected TOML"
    );
    let twice = said(&format!("{SHOP}\n[purpose.analytics]\n"));
    assert_eq!(
        twice,
        format!(
            "site.toml:{}: syntax: found what TOML does not allow (duplicate key), expected TOML",
            SHOP.lines().count() + 2
        )
    );
}

#[test]
fn json_errors_have_lines_too() {
    let json = "{\n  \"site\": {\n    \"id\": 7\n  },\n  \"controller\": true\n}\n";
    let errors = Site::parse_json("site.json", json).unwrap_err();
    let lines: Vec<(usize, &str)> = errors.errors().iter().map(|error| (error.line(), error.key())).collect();
    assert!(lines.contains(&(3, "site.id")), "{errors}");
    assert!(lines.contains(&(5, "controller")), "{errors}");
    let errors = Site::parse_json("site.json", "{\"a\": 1,\n\"a\": 2}").unwrap_err();
    assert_eq!(errors.to_string(), "site.json:2: syntax: found the member \"a\" twice, expected each once");
    let errors = Site::parse_json("site.json", "{\n\"a\":").unwrap_err();
    assert!(errors.to_string().starts_with("site.json:2: syntax: found what JSON does not allow ("), "{errors}");
    assert_eq!(errors.errors().len(), 1);
}

#[test]
fn a_damaged_file_is_read_to_its_end() {
    let lines: Vec<&str> = SHOP.lines().collect();
    for left_out in 0..lines.len() {
        let text: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect();
        if let Err(errors) = Site::parse("site.toml", &text.join("\n")) {
            assert!(!errors.errors().is_empty());
            assert!(errors.errors().iter().all(|error| (1..=lines.len()).contains(&error.line())), "{errors}");
        }
        // Cut short, at a place that may be inside a letter.
        let short = String::from_utf8_lossy(&SHOP.as_bytes()[..left_out * 37 % SHOP.len()]).into_owned();
        assert!(Site::parse("site.toml", &short).is_err());
    }
    let deep = ["{\"site\":", &"[".repeat(50_000), &"]".repeat(50_000), "}"].concat();
    assert!(
        Site::parse_json("site.json", &deep)
            .unwrap_err()
            .to_string()
            .contains("site.json:1: site: found a list, expected a table")
    );
}

#[test]
fn each_mistake_has_its_own_sentence() {
    for (old, new, expected) in [
        (
            "subject = \"account\"",
            "subject = \"person\"",
            "purpose.club.subject: found \"person\", expected \"device\", \"account\" or \"address\"",
        ),
        ("revision = 2", "revision = 0", "purpose.analytics.revision: found 0, expected a whole number from 1"),
        (
            "necessary = \"strictly_necessary\"",
            "necessary = \"consent\"",
            "service.web.purposes.necessary: found \"consent\", expected another basis, as nobody is asked about this purpose",
        ),
        (
            "[purpose.necessary]",
            "[purpose.needed]",
            "purpose.necessary: found nothing, expected a table: what the consent tool itself stores belongs to this purpose",
        ),
        (
            "incorporates = [\"clubs\"]",
            "incorporates = [\"club\"]",
            "policy[0].incorporates[0]: found \"club\", expected the id of a policy: \"clubs\" or \"site\"",
        ),
        (
            "effective.en = \"2024-02-29\"",
            "effective.en = 2024-02-29",
            "policy[1].effective.en: found the date 2024-02-29 without quotation marks, expected a text",
        ),
        (
            "effective.en = \"2024-02-29\"",
            "effective.en = \"2023-02-29\"",
            "policy[1].effective.en: found \"2023-02-29\", expected a date such as \"2026-09-01\"",
        ),
        (
            "version.sv = \"1.9\"\n",
            "",
            "policy[0].version.sv: found nothing, expected a text, as the policy has others in this language",
        ),
        (
            "act.sv = \"räkna besök\"\n",
            "",
            "purpose.analytics.act.sv: found nothing, expected a text, as the purpose has others in this language",
        ),
        (
            "act.sv = \"driva butiken\"\ndescription.en",
            "description.en",
            "purpose.necessary.act.sv: found nothing, expected a text, as this purpose is needed in every language",
        ),
        (
            "description.sv = \"Ett slumptal.\"\n",
            "",
            "cookie[1].description.sv: found nothing, expected a text, as its purpose is offered in this language",
        ),
        (
            "title.en = \"Shop\"",
            "title.da = \"Butik\"",
            "site.title.da: found \"da\", expected a language of the site: \"en\" or \"sv\"",
        ),
        (
            "club = \"contract\" }",
            "clubs = \"contract\" }",
            "service.web.purposes.clubs: found \"clubs\", expected the id of a purpose: \"analytics\", \"club\", \"marketing\" or \"necessary\"",
        ),
        (
            ", club = \"contract\" }",
            " }",
            "purpose.club: found a purpose that no service uses, expected at least one service that names it in its purposes",
        ),
        (
            "policy = \"clubs\"\ntitle.en = \"Club\"\ndescription.en",
            "policy = \"clubs\"\ntitle.sv = \"Klubb\"\ndescription.sv",
            "purpose.club: found texts in no language of its policy, expected texts in a language that its policy has too",
        ),
        (
            "https://counter.example/js/",
            "https://counter.example",
            "service.counter.scripts[0]: found \"https://counter.example\", expected a URL prefix with scheme, host and a path that ends in \"/\", or one exact URL",
        ),
        (
            "[service.counter]",
            "[service.volens]",
            "service.volens: found an id that the consent tool has, expected another id",
        ),
        (
            "name = \"basket\"",
            "name = \"__Host-consent\"",
            "cookie[0].name: found \"__Host-consent\", which the consent tool lists itself, expected another name",
        ),
        (
            "domain = \"counter.example\"\n",
            "",
            "cookie[2].domain: found nothing, expected the provider's host, as party is \"third\"",
        ),
        (
            "party = \"first\"\ndescription.en = \"A",
            "party = \"first\"\nhttp_only = \"yes\"\nkind = \"local\"\ndescription.en = \"A",
            "syntax: found what TOML does not allow (duplicate key), expected TOML",
        ),
        (
            "kind = \"indexeddb\"",
            "kind = \"indexeddb\"\nhttp_only = \"yes\"",
            "cookie[2].http_only: found \"yes\", expected \"no\", as only cookies can be kept from scripts",
        ),
        (
            "retention = [{ period = \"P1Y\", from = \"creation\" }]\n",
            "",
            "data_class.visits.retention: found nothing, expected at least one period, or a criterion",
        ),
        (
            "period = \"P1Y\"",
            "period = \"session\"",
            "data_class.visits.retention[0].period: found \"session\", expected an ISO 8601 period such as \"P1Y\", \"P6M\", \"P14D\" or \"PT30M\"",
        ),
        (
            "from = \"creation\"",
            "from = \"purchase\"",
            "data_class.visits.retention[0].from: found \"purchase\", expected \"creation\", \"delivery\", \"grant\", \"request\", \"account_end\", \"licence_end\", \"trial_end\" or \"withdrawal\"",
        ),
        (
            "from = \"creation\"",
            "colour = \"red\"",
            "data_class.visits.retention[0].from: found nothing, expected \"creation\", \"delivery\", \"grant\", \"request\", \"account_end\", \"licence_end\", \"trial_end\" or \"withdrawal\"",
        ),
        (
            "[data_class.members]",
            "[data_class.members]\ncontact = [{ period = \"session\", from = \"trial_end\" }]",
            "data_class.members.contact[0].period: found \"session\", expected an ISO 8601 period such as \"P1Y\", \"P6M\", \"P14D\" or \"PT30M\"",
        ),
        (
            "[data_class.members]",
            "[data_class.members]\ncontact = [{ period = \"P14D\", from = \"trial\" }]",
            "data_class.members.contact[0].from: found \"trial\", expected \"creation\", \"delivery\", \"grant\", \"request\", \"account_end\", \"licence_end\" or \"trial_end\"",
        ),
        (
            "[data_class.members]",
            "[data_class.members]\ncontact = [{ period = \"P14D\", from = \"withdrawal\" }]",
            "data_class.members.contact[0].from: found \"withdrawal\", expected \"creation\", \"delivery\", \"grant\", \"request\", \"account_end\", \"licence_end\" or \"trial_end\"",
        ),
        (
            "[data_class.members]",
            "[data_class.members]\ncontact = \"P14D\"",
            "data_class.members.contact: found \"P14D\", expected a list",
        ),
        (
            "domain = \"shop.example\"",
            "domain = \"example.com\"",
            "site.domain: found \"example.com\", expected a domain that holds the origin \"https://shop.example\"",
        ),
        (
            "domain = \"shop.example\"\n",
            "",
            "site.domain: found nothing, expected a domain in small letters without a leading dot, such as \"example.com\", as cookie_scope is \"domain\"",
        ),
        (
            "[affiliate.shop-dk]",
            "[affiliate.shop]",
            "affiliate.shop: found the controller's id, expected an id of its own",
        ),
        (
            "[affiliate.shop-dk]",
            "[affiliate.Shop]",
            "affiliate.Shop: found \"Shop\", expected an id: a small letter, then small letters, digits, \"_\" or \"-\", at most 48 in all",
        ),
        (
            "safeguard.sv = \"Standardavtalsklausuler\"\n",
            "",
            "transfer[0].safeguard.sv: found nothing, expected a text, as a purpose of this recipient is offered in this language",
        ),
        ("email = \"privacy@shop.example\"\n", "", "controller.email: found nothing, expected an e-mail address"),
        (
            "role = \"processor\"",
            "role = \"processor\"\ncolour = \"red\"",
            "recipient.host.colour: found an unknown key, expected address, country, name, purposes or role",
        ),
    ] {
        let errors = said(&replaced(old, new));
        assert!(
            errors.lines().any(|line| line.ends_with(&format!(": {expected}"))),
            "{new}\n expected: {expected}\n said: {errors}"
        );
    }
}

#[test]
fn a_period_is_neither_negative_nor_nothing() {
    let line = SHOP.lines().position(|line| line.starts_with("retention")).unwrap() + 1;
    for period in ["-P1Y", "P-1D", "P0D", "PT0S", "P1.5D", "1 year", "persistent"] {
        let text = replaced("period = \"P1Y\"", &format!("period = {period:?}"));
        let key = "data_class.visits.retention[0].period";
        let expected = "an ISO 8601 period such as \"P1Y\", \"P6M\", \"P14D\" or \"PT30M\"";
        assert_eq!(said(&text), format!("site.toml:{line}: {key}: found {period:?}, expected {expected}"));
    }
}

#[test]
fn tokens_are_described_without_guesses() {
    let end = SHOP.lines().count();
    for (value, found) in [("\"true\"", "\"true\""), ("1", "1"), ("\"yes\"", "\"yes\"")] {
        assert_eq!(
            said(&format!("{SHOP}[tokens]\nstatus = {value}\n")),
            format!(
                "site.toml:{}: tokens.status: found {found}, expected true or false, without quotation marks",
                end + 2
            )
        );
    }
    let audiences = |list: &str| {
        let said = said(&replaced("token_audiences = [\"https://api.example\"]", &format!("token_audiences = {list}")));
        said.split_once(": ").unwrap().1.to_owned()
    };
    assert_eq!(
        audiences("[\"api\", \"https://www.shop.example\"]"),
        "site.token_audiences[1]: found \"https://www.shop.example\", expected the name of another service: tokens for \
         the site's own origins are the browser's"
    );
    assert_eq!(audiences("[\"api\", \"api\"]"), "site.token_audiences[1]: found \"api\", expected each audience once");
}
