use std::collections::{BTreeMap, BTreeSet};

use volens_core::labels::{Labels, Wording, Words, fill};
use volens_core::manifest::Mode;
use volens_core::site::Site;

use crate::every_language;

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

/// How banners elsewhere ask for trust instead of consent: "we value your privacy", "a better experience".
const TRUST: [(&str, &[&str]); 32] = [
    ("ar", &["خصوصيتك تهم", "نحترم خصوصي", "نقدر خصوصي", "تجربة", "تجربت"]),
    ("bg", &["ценим", "важна за нас", "изживяване"]),
    ("cs", &["vážíme si", "záleží nám", "zážitek", "zážitk"]),
    ("da", &["værner om", "sætter pris på", "oplevelse"]),
    ("de", &["wichtig", "wir schätzen", "wir respektieren", "erlebnis", "nutzererfahrung"]),
    ("el", &["σεβόμαστε", "σημαντικό για εμάς", "εμπειρία"]),
    ("en", &["we value", "we care", "we respect", "experience"]),
    ("es", &["valoramos", "nos importa", "respetamos", "experiencia"]),
    ("et", &["hoolime", "austame", "oluline", "kogemus"]),
    ("fi", &["arvostamme", "kunnioitamme", "tärke", "käyttökokemus", "kokemuksen"]),
    ("fr", &["nous respectons", "importance", "nous tenons", "expérience"]),
    ("ga", &["meas againn", "tábhacht", "eispéireas"]),
    ("he", &["חשובה לנו", "מכבדים", "חוויה", "חוויית"]),
    ("hr", &["cijenimo", "poštujemo", "stalo nam je", "iskustv"]),
    ("hu", &["fontos számunkra", "tiszteletben tart", "élmény"]),
    ("is", &["annt um", "virðum", "upplifun"]),
    ("it", &["teniamo", "rispettiamo", "esperienz"]),
    ("ja", &["大切にし", "尊重し", "体験", "エクスペリエンス"]),
    ("lt", &["vertiname", "rūpinamės", "gerbiame", "patirt"]),
    ("lv", &["rūpējamies", "cienām", "svarīg", "pieredz"]),
    ("mt", &["ngħożżu", "nirrispettaw", "importanti għalina", "esperjenza"]),
    ("nb", &["verdsetter", "bryr oss", "respekterer", "opplevelse"]),
    ("nl", &["hechten waarde", "waarderen", "respecteren", "ervaring"]),
    ("pl", &["cenimy", "szanujemy", "dbamy", "wrażenia", "doświadczeni"]),
    ("pt", &["valorizamos", "respeitamos", "preocupamo", "experiência"]),
    ("ro", &["prețuim", "respectăm", "ne pasă", "experienț"]),
    ("sk", &["vážime si", "záleží nám", "zážitok", "skúsenos"]),
    ("sl", &["cenimo", "spoštujemo", "pomembna nam", "izkušnj"]),
    ("sv", &["värnar om", "bryr oss", "respekterar", "upplevelse"]),
    ("tr", &["önem veriyoruz", "değer veriyoruz", "saygı", "deneyim"]),
    ("uk", &["цінуємо", "поважаємо", "дбаємо", "досвід"]),
    ("zh", &["重视", "尊重", "体验"]),
];

#[test]
fn no_text_asks_for_trust_instead_of_consent() {
    let all = languages();
    assert_eq!(TRUST.map(|(lang, _)| lang).to_vec(), all.keys().copied().collect::<Vec<_>>());
    for (lang, phrases) in TRUST {
        // What that one says is respected is the browser's signal.
        for (name, text) in all[lang].iter().filter(|(name, _)| *name != "gpc") {
            let text = text.to_lowercase();
            let found: Vec<_> = phrases.iter().filter(|phrase| text.contains(**phrase)).collect();
            assert!(found.is_empty(), "{lang}: {name}: {found:?}");
        }
    }
}

/// Words as a reader of English counts them. Japanese and Chinese set no spaces: of their characters, two and a half and
/// five thirds make a word, as translators reckon.
fn words(lang: &str, text: &str) -> usize {
    let unspaced = |letter: &char| matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let characters = text.chars().filter(unspaced).count();
    let spaced: String = text.chars().map(|letter| if unspaced(&letter) { ' ' } else { letter }).collect();
    let spaced = spaced.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    match lang {
        "ja" => spaced + (characters * 2).div_ceil(5),
        "zh" => spaced + (characters * 3).div_ceil(5),
        _ => spaced,
    }
}

/// What is read before the answer, with all built-in choices: the question, who takes part, what a no means.
#[test]
fn every_language_asks_in_at_most_45_words() {
    let site = Site::parse("every-language.toml", &every_language()).unwrap();
    let offered: Vec<&str> = site.languages().iter().map(volens_core::Lang::as_str).collect();
    assert_eq!(offered, Wording::tags().collect::<Vec<_>>());
    for lang in site.languages() {
        let manifest = site.manifest(lang, Mode::Service).unwrap();
        assert_eq!(manifest.choices().count(), 3);
        let text = [&*manifest.lead, &manifest.rest].join(" ");
        let words = words(lang.as_str(), &text);
        assert!((15..=45).contains(&words), "{lang}: {words} words: {text}");
    }
}
