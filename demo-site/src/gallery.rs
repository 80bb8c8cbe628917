//! The gallery: every state of banner, center and settings page, in every built-in language, theme and position.
//!
//! What it shows are stills, made by the components that visitors meet; nothing in them acts. `/demo/gallery` links to
//! them, `/demo/gallery/still?scene=…&lang=…&theme=…&position=…` is one.

mod sample;
mod still;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use minijinja::value::Value;
use serde::Deserialize;
use volens_core::Lang;
use volens_core::labels::Wording;
use volens_widget::view::Gpc;

use self::sample::Cast;
use self::still::{Asks, Draft, SCENES, Scene, Still};
use crate::App;
use crate::headers::{PLAIN_POLICY, harden};

/// As the browser prefers, and four that hold whatever it prefers; `brand` is a site's own.
const THEMES: [&str; 5] = ["auto", "light", "dark", "brand", "contrast"];
const POSITIONS: [&str; 3] = ["bottom", "top", "corner"];

/// The styles of the pages around the stills, and the themes.
const STYLE: &str = include_str!("../assets/gallery.css");

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    scene: Option<String>,
    lang: Option<String>,
    theme: Option<String>,
    position: Option<String>,
}

/// One value for each, all of them known.
struct Chosen {
    lang: Lang,
    theme: &'static str,
    position: &'static str,
}

impl Asked {
    /// None if anything asked for does not exist.
    fn chosen(&self) -> Option<Chosen> {
        let one_of = |all: &[&'static str], asked: Option<&str>| match asked {
            None => all.first().copied(),
            Some(asked) => all.iter().copied().find(|one| *one == asked),
        };
        let lang = Wording::tags().find(|tag| *tag == self.lang.as_deref().unwrap_or("en"))?;
        Some(Chosen {
            lang: lang.parse().ok()?,
            theme: one_of(&THEMES, self.theme.as_deref())?,
            position: one_of(&POSITIONS, self.position.as_deref())?,
        })
    }
}

/// The page of links, with every scene in a small frame.
pub(crate) async fn index(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response {
    let Some(chosen) = asked.chosen() else { return unknown() };
    let languages: Vec<Value> = Wording::tags()
        .filter_map(|tag| Some((tag, tag.parse::<Lang>().ok()?)))
        .map(|(tag, lang)| context! { tag, dir => lang.dir() })
        .collect();
    let page = context! {
        icon => app.assets.icon.as_str(),
        lang => chosen.lang.as_str(), theme => chosen.theme, position => chosen.position,
        all_languages => languages, themes => THEMES, positions => POSITIONS,
        scenes => SCENES.map(|(name, _)| name),
    };
    answer(app.templates.render("gallery/index.html", page), &INDEX_POLICY)
}

/// One still.
pub(crate) async fn show(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Response {
    let scene = asked.scene.as_deref().unwrap_or("first-layer");
    let (Some(chosen), Some((name, scene))) = (asked.chosen(), SCENES.iter().find(|(name, _)| *name == scene)) else {
        return unknown();
    };
    let many = matches!(scene, Scene::Center(Draft::Unfolded) | Scene::Settings(Draft::Unfolded));
    let cast = if many { Cast::Many } else { Cast::Few };
    let Some(manifest) = sample::manifest(&chosen.lang, cast) else { return unknown() };
    let still = still::still(*scene, manifest, &app.gallery).await;
    let html = match still {
        None => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Still::Whole(page)) => {
            let theme = format!("<html class=\"{}\" ", chosen.theme);
            let style = "<link rel=\"stylesheet\" href=\"/demo/gallery/style.css\"></head>";
            Ok(page.replacen("<html ", &theme, 1).replacen("</head>", style, 1))
        }
        Some(Still::Page { banner, foot, inside, asks, gpc }) => {
            let position = format!("data-volens=\"sheet\" data-position=\"{}\"", chosen.position);
            app.templates.render(
                "gallery/still.html",
                context! {
                    name => *name, icon => app.assets.icon.as_str(),
                    lang => chosen.lang.as_str(), dir => chosen.lang.dir(), theme => chosen.theme,
                    asks => if asks == Asks::Still { "ask" } else { "decided" },
                    gpc => gpc == Gpc::Sent,
                    styles => app.gallery.stylesheets(),
                    banner => banner.replacen("data-volens=\"sheet\"", &position, 1),
                    foot, inside,
                },
            )
        }
    };
    answer(html, &STILL_POLICY)
}

/// The style sheet of both.
pub(crate) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")], STYLE).into_response()
}

const INDEX_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);
const STILL_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
);

fn answer(html: Result<String, minijinja::Error>, policy: &HeaderValue) -> Response {
    match html {
        Ok(html) => {
            let mut answer = ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
            harden(answer.headers_mut(), PLAIN_POLICY);
            answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.clone());
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
        Err(error) => {
            eprintln!("gallery: {error:#}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "The gallery has no such picture: see /demo/gallery.\n").into_response()
}
