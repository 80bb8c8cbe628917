//! Where the service is, how the first layer looks, and in whose words: what an owner decides at a deploy.

use volens_core::manifest::{Mode, Position};
use volens_core::site::{Site, SiteErrors, Worded};
use volens_core::{Lang, Timestamp};

use crate::{SHOP, replaced};

const SCOPE: &str = "cookie_scope = \"domain\"";
const ORIGINS: &str = "\"https://shop.example\", \"https://www.shop.example\"";
const ANALYTICS: [&str; 6] = [
    "title.en = \"Analysis\"\n",
    "title.sv = \"Analys\"\n",
    "act.en = \"count visits\"\n",
    "act.sv = \"räkna besök\"\n",
    "description.en = \"Counts visits.\"\n",
    "description.sv = \"Räknar besök.\"\n",
];

fn parse(text: &str) -> Result<Site, SiteErrors> {
    Site::parse("site.toml", text)
}

fn errors(text: &str) -> Vec<String> {
    let errors = parse(text).unwrap_err();
    errors
        .errors()
        .iter()
        .map(|error| format!("{}: found {}, expected {}", error.key(), error.found(), error.expected()))
        .collect()
}

fn lang(tag: &str) -> Lang {
    tag.parse().unwrap()
}

fn with_endpoint(endpoint: &str) -> String {
    replaced(SCOPE, &format!("{SCOPE}\nendpoint = \"{endpoint}\""))
}

#[test]
fn the_service_is_where_its_cookies_reach_the_pages() {
    for good in ["https://consent.shop.example/consent/v1", "https://shop.example:8443/c"] {
        let site = parse(&with_endpoint(good)).unwrap();
        assert_eq!(site.manifest(&lang("en"), Mode::Service).unwrap().endpoint, good);
        assert_eq!(site.endpoint_url(), good);
        assert_eq!(site.sibling("https://www.shop.example"), Some("https://www.shop.example"));
    }
    let elsewhere = "site.endpoint: found \"https://consent.example/v1\", expected a host of the domain \"shop.example\", which its cookies are shared under";
    assert_eq!(errors(&with_endpoint("https://consent.example/v1")), [elsewhere]);
    assert_eq!(errors(&with_endpoint("https://evilshop.example/v1")).len(), 1, "a host of its own, not of the domain");
    for bad in [
        "/consent/v1",
        "https://consent.shop.example",
        "https://consent.shop.example/",
        "http://consent.shop.example/v1",
    ] {
        let expected = format!(
            "site.endpoint: found {bad:?}, expected an origin and a path such as \"https://consent.example.com/consent/v1\", without a \"/\" at its end"
        );
        assert_eq!(errors(&with_endpoint(bad)), [expected]);
    }
}

#[test]
fn origins_are_spelt_as_browsers_spell_them() {
    let spelt = |origin: &str, expected: &str| {
        let said = format!("found {origin:?}, expected {expected:?}, as browsers leave out the scheme's own port");
        assert!(
            errors(&replaced(ORIGINS, &format!("\"https://shop.example\", {origin:?}")))
                .contains(&format!("site.origins[1]: {said}"))
        );
    };
    spelt("https://www.shop.example:443", "https://www.shop.example");
    // The first again, in other letters.
    spelt("https://shop.example:443", "https://shop.example");
    spelt("http://localhost:80", "http://localhost");
    assert_eq!(
        errors(&with_endpoint("https://consent.shop.example:443/v1")),
        [
            "site.endpoint: found \"https://consent.shop.example:443/v1\", expected \"https://consent.shop.example/v1\", as \
          browsers leave out the scheme's own port"
        ]
    );
    let source = "https://insight.example:443/";
    let scripts = format!("{SHOP}\n[service.more]\nname = \"More\"\nscripts = [{source:?}]\n");
    let expected = "expected \"https://insight.example/\", as browsers leave out the scheme's own port";
    assert!(errors(&scripts).iter().any(|error| error.ends_with(expected)), "{:#?}", errors(&scripts));
}

#[test]
fn one_host_that_keeps_its_choice_to_itself_has_its_service_there() {
    let alone = |endpoint: &str, origins: &str| {
        let text = with_endpoint(endpoint).replace("\"domain\"", "\"host\"").replace("domain = \"shop.example\"\n", "");
        parse(&text.replace(ORIGINS, origins))
    };
    assert!(alone("http://localhost:8081/v1", "\"http://localhost:8080\"").is_ok(), "cookies know no ports");
    assert!(alone("https://shop.example/v1", ORIGINS).is_err(), "www would never see them");
    assert!(alone("https://consent.shop.example/v1", "\"https://shop.example\"").is_err());
}

#[test]
fn a_look_and_its_variants() {
    let site = |more: &str| parse(&[SHOP, more].concat());
    let position = |more: &str| site(more).unwrap().manifest(&lang("sv"), Mode::Service).unwrap().position;
    assert_eq!(position(""), Position::Bottom);
    assert_eq!(position("[look]\nposition = \"corner\"\n"), Position::Corner);

    let two = "[look]\nposition = \"top\"\n[[variant]]\nid = \"b\"\ntexts.lead.en = \"{controller}: {acts}?\"\n[[variant]]\nid = \"c\"\nposition = \"bottom\"\n";
    let own = site(two).unwrap();
    assert_eq!(own.variants().collect::<Vec<_>>(), ["b", "c"]);
    let [b, c] = ["b", "c"].map(|id| own.in_variant(id).unwrap().manifest(&lang("en"), Mode::Service).unwrap());
    assert_eq!((b.position, c.position), (Position::Top, Position::Bottom));
    assert_eq!(b.lead, "Shop AB: count visits and show offers?");
    assert_eq!(b.settings_url, "/consent/v1/settings?lang=en&variant=b");
    let plain = own.manifest(&lang("en"), Mode::Service).unwrap();
    assert_eq!((plain.variant, &plain.text, &plain.notice), (None, &c.text, &b.notice));
    assert_ne!(plain.text, b.text);
    // What is not said otherwise stays.
    assert_eq!(own.in_variant("b").unwrap().text(&lang("sv")), own.text(&lang("sv")));

    for (more, expected) in [
        ("[look]\nposition = \"left\"\n", "look.position: found \"left\", expected \"bottom\", \"top\" or \"corner\""),
        (
            "[[variant]]\nposition = \"top\"\n",
            "variant[0].id: found nothing, expected an id: a small letter, then small letters, digits, \"_\" or \"-\", at most 48 in all",
        ),
        (
            "[[variant]]\nid = \"b\"\n",
            "variant[0].texts: found nothing, expected a text or a position other than the site's own, as a variant differs from it",
        ),
        (
            "[[variant]]\nid = \"b\"\nposition = \"bottom\"\n",
            "variant[0].position: found the site's own position, expected a text or a position other than the site's own, as a variant differs from it",
        ),
        (
            "[[variant]]\nid = \"b\"\ntexts.reject_all.en = \"Reject all\"\n",
            "variant[0].texts: found the site's own texts, expected a text or a position other than the site's own, as a variant differs from it",
        ),
        (
            "[[variant]]\nid = \"b\"\nposition = \"bottom\"\ntexts.reject_all.en = \"Reject all\"\n",
            "variant[0].texts: found the site's own texts and position, expected a text or a position other than the site's own, as a variant differs from it",
        ),
        (
            "[[variant]]\nid = \"b\"\ntexts.lead.en = \"Yes?\"\n",
            "variant[0].texts.lead.en: found \"Yes?\", expected a text with {acts} and {controller} in it",
        ),
        (
            "[[variant]]\nid = \"b\"\ntexts.lead.de = \"Ja?\"\n",
            "variant[0].texts.lead.de: found \"de\", expected a language of the site: \"en\" or \"sv\"",
        ),
        (
            "[[variant]]\nid = \"b\"\nposition = \"top\"\n[[variant]]\nid = \"b\"\nposition = \"corner\"\n",
            "variant[1].id: found \"b\" again, expected each variant once",
        ),
    ] {
        let found = errors(&[SHOP, more].concat());
        assert!(found.iter().any(|error| error == expected), "{found:#?}");
        assert_eq!(
            found.iter().filter(|error| error.contains("as a variant differs")).count(),
            usize::from(expected.contains("differs"))
        );
    }
}

#[test]
fn without_variants_every_day_is_the_same() {
    let site = parse(SHOP).unwrap();
    assert!((0..400).all(|day| site.variant_at(Timestamp::from_unix_seconds(day * 86_400)).is_none()));
}

#[test]
fn a_purpose_in_built_in_words() {
    let (first, rest) = ANALYTICS.split_first().unwrap();
    let mut text = replaced(first, "wording = \"built_in\"\n");
    for own in rest {
        assert!(text.contains(own), "{own}");
        text = text.replacen(own, "", 1);
    }
    let site = parse(&text).unwrap();
    let purpose = &site.purposes()["analytics"];
    assert_eq!(purpose.wording, Worded::BuiltIn);
    for tag in ["en", "sv"] {
        let words = site.wording(&lang(tag)).unwrap().words();
        let said = [&purpose.title, &purpose.act, &purpose.description].map(|texts| texts.get(&lang(tag)).unwrap());
        assert_eq!(said, [&*words.analytics_title, &*words.analytics_act, &*words.analytics_about]);
        assert!(site.offered(&purpose.id, &lang(tag)));
    }
    assert!(site.manifest(&lang("en"), Mode::Service).unwrap().lead.contains(purpose.act.get(&lang("en")).unwrap()));
    assert_eq!(site.notice(), parse(SHOP).unwrap().notice(), "words are not among the facts of the notice");

    // A variant's words, and the site's own in place of built-in ones, are taken here too.
    let more =
        "[texts]\nanalytics_title.en = \"Counting\"\n[[variant]]\nid = \"b\"\ntexts.analytics_title.en = \"Numbers\"\n";
    let site = parse(&[&text, more].concat()).unwrap();
    let title = |site: &Site| site.purposes()["analytics"].title.get(&lang("en")).unwrap().to_owned();
    assert_eq!([title(&site), title(&site.in_variant("b").unwrap())], ["Counting", "Numbers"]);

    let both = text.replacen("wording = \"built_in\"\n", "wording = \"built_in\"\ntitle.en = \"Mine\"\n", 1);
    assert_eq!(errors(&both), ["purpose.analytics.title: found a text, expected none, as wording is \"built_in\""]);
    let other = replaced("[purpose.club]\n", "[purpose.club]\nwording = \"built_in\"\n");
    let expected = "purpose.club.wording: found \"built_in\", expected texts, as only \"functional\", \"analytics\" and \"marketing\" have built-in ones";
    assert_eq!(errors(&other), [expected]);
    let word = text.replacen("\"built_in\"", "\"short\"", 1);
    assert!(errors(&word).contains(&"purpose.analytics.wording: found \"short\", expected \"built_in\"".to_owned()));
}
