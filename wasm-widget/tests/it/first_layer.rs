use volens_widget::page::snippet;

use crate::site::{LANGUAGES, assets, lines, manifest};

#[tokio::test]
async fn html_in_three_languages() {
    let assets = assets("html_in_three_languages");
    for (lang, _) in LANGUAGES {
        let snippet = snippet(&manifest(lang), &assets, &[], None).await;
        insta::assert_snapshot!(format!("banner_{lang}"), lines(&snippet.banner));
        insta::assert_snapshot!(format!("foot_{lang}"), lines(&snippet.foot));
    }
}

/// Calm means short: 45 words besides the buttons, in every language.
#[test]
fn forty_five_words_at_most() {
    for (lang, _) in LANGUAGES {
        let manifest = manifest(lang);
        let text = [manifest.lead.as_str(), &manifest.rest].join(" ");
        let words = text.split_whitespace().count();
        assert!(words <= 45, "{lang}: {words} words in {text:?}");
    }
}

/// The act is named, and no virtue is claimed.
#[test]
fn the_question_names_the_acts() {
    for (lang, acts) in LANGUAGES {
        let lead = manifest(lang).lead;
        assert!(lead.contains("Nordvakt AB"), "{lead}");
        for act in acts {
            assert!(lead.contains(act), "{lead}");
        }
    }
}

/// Yes and no differ in their name, where it is said, in their text, and in nothing else.
#[tokio::test]
async fn yes_and_no_weigh_the_same() {
    let manifest = manifest("en");
    let html = snippet(&manifest, &assets("yes_and_no_weigh_the_same"), &[], None).await.banner;
    let button = |name: &str| {
        let (_, from) = html.split_once(&format!("name=\"{name}\"")).unwrap();
        let (before, _) = html.split_once(&format!(" name=\"{name}\"")).unwrap();
        let (_, start) = before.rsplit_once("<button").unwrap();
        let (rest, _) = from.split_once('>').unwrap();
        (start.to_owned(), rest.replace(&format!("\"{name}-all\""), "\"\""))
    };
    assert_eq!(button("accept"), button("reject"));
}

#[tokio::test]
async fn nothing_in_it_is_ticked_or_scripted() {
    let snippet = snippet(&manifest("en"), &assets("nothing_in_it"), &[], Some("/en/\"><b>")).await;
    for part in [&snippet.banner, &snippet.foot] {
        for bad in [" checked", " style=", " onclick", " onsubmit", "javascript:", "Idempotency", "<b>"] {
            assert!(!part.contains(bad), "{bad} in {part}");
        }
    }
}
