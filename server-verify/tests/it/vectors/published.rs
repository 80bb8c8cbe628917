//! `tests/vectors/token/*.json`: the published vectors, whose answers no code of ours made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use volens_core::{PurposeId, Timestamp};
use volens_verify::{KeySet, Verifier, VerifierBuilder};

mod open;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: Vec<String>,
    schema: u32,
    jwks: BTreeMap<String, Value>,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    #[serde(rename = "comment")]
    _comment: String,
    token: String,
    jwks: Value,
    context: Context,
    expect: String,
    flags: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Context {
    issuer: String,
    audience: String,
    now: i64,
    controller: Option<String>,
    notices: Option<Vec<String>>,
    purpose: Option<String>,
    leeway: Option<u32>,
    #[cfg_attr(not(feature = "status"), allow(dead_code, reason = "without it nobody asks a list"))]
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "status"), allow(dead_code, reason = "without it nobody asks a list"))]
struct Status {
    lists: BTreeMap<String, String>,
    max_staleness: u32,
}

/// The codes of DESIGN 7, in their order.
pub(super) const CODES: [&str; 17] = [
    "too-long",
    "malformed",
    "forbidden-header",
    "wrong-type",
    "wrong-alg",
    "unknown-key",
    "bad-signature",
    "wrong-issuer",
    "wrong-audience",
    "wrong-controller",
    "not-yet-valid",
    "expired",
    "status-unknown",
    "status-stale",
    "withdrawn",
    "other-notice",
    "not-granted",
];

fn files() -> Vec<(String, File)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/token");
    let mut files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let file = serde_json::from_slice(&std::fs::read(&path).unwrap());
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, file.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        })
        .collect::<Vec<(String, File)>>();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

/// Lists that are none are not taken in.
#[cfg(feature = "status")]
fn with_lists(builder: VerifierBuilder, context: &Context, now: Timestamp) -> Verifier {
    let Some(status) = &context.status else { return builder.build().unwrap() };
    let age = std::time::Duration::from_secs(status.max_staleness.into());
    let lists = volens_verify::StatusLists::new().max_age(age);
    let verifier = builder.status(lists.clone()).build().unwrap();
    for (uri, list) in &status.lists {
        let _ = lists.put_at(uri, list, &verifier, now);
    }
    verifier
}

#[cfg(not(feature = "status"))]
fn with_lists(builder: VerifierBuilder, _: &Context, _: Timestamp) -> Verifier {
    builder.build().unwrap()
}

/// What our crate says; `key-set` if it takes no such set at all. The same with tables and without.
fn answer(file: &File, vector: &Vector) -> &'static str {
    let answer = answer_of(file, vector, |builder| builder);
    #[cfg(feature = "table")]
    assert_eq!(answer_of(file, vector, VerifierBuilder::precomputed), answer, "{}", vector.id);
    answer
}

fn answer_of(file: &File, vector: &Vector, how: fn(VerifierBuilder) -> VerifierBuilder) -> &'static str {
    let jwks = vector.jwks.as_str().map_or(&vector.jwks, |name| &file.jwks[name]);
    let Ok(keys) = KeySet::from_jwks(jwks.to_string().as_bytes()) else { return "key-set" };
    let context = &vector.context;
    let mut builder = Verifier::builder().issuer(&context.issuer).audience(&context.audience).keys(keys);
    if let Some(controller) = &context.controller {
        builder = builder.controller(controller);
    }
    if let Some(notices) = &context.notices {
        builder = builder.notices(notices.iter().map(|notice| notice.parse().unwrap()));
    }
    if let Some(leeway) = context.leeway {
        builder = builder.leeway(std::time::Duration::from_secs(leeway.into()));
    }
    let now = Timestamp::from_unix_seconds(context.now);
    let consent = match with_lists(how(builder), context, now).verify_at(&vector.token, now) {
        Ok(consent) => consent,
        Err(error) => return error.code(),
    };
    let Some(purpose) = &context.purpose else { return "ok" };
    let purpose: PurposeId = purpose.parse().unwrap();
    let asked = consent.require_id(&purpose);
    assert_eq!(asked.is_ok(), consent.permits(&purpose), "{}", vector.id);
    asked.map_or_else(|denied| denied.code(), |_| "ok")
}

/// Exactly the code, but for what [`open`] names; and what it names still has to fail, or its line is out of date.
#[test]
fn each_published_vector_gets_its_answer() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, file) in &files() {
        assert_eq!(file.schema, 1, "{name}");
        for vector in &file.vectors {
            let answer = answer(file, vector);
            // Whoever refuses such a set when it is configured never meets the token.
            let expected = if vector.flags.contains("key-set") { "key-set" } else { &vector.expect };
            // Without lists, every token that names one may have been withdrawn.
            let unknown =
                cfg!(not(feature = "status")) && vector.flags.contains("status") && answer == "status-unknown";
            let expected = if unknown { "status-unknown" } else { expected };
            let open = open::reason(&vector.id);
            seen.extend(open.map(|_| vector.id.clone()));
            match (answer == expected, open) {
                (true, None) | (false, Some(_)) => {}
                (false, None) => wrong.push(format!("{}: expected {expected}, got {answer}", vector.id)),
                (true, Some(reason)) => wrong.push(format!("{} passes now; no longer open: {reason}", vector.id)),
            }
            // Open or not, what has to be refused is never let through.
            assert!(answer != "ok" || expected == "ok", "{} was let through", vector.id);
        }
    }
    wrong.extend(open::ids().filter(|id| !seen.contains(*id)).map(|id| format!("{id} is open and is no vector")));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// At least 200, each under one name, in the file of its theme, with a code that exists; each code three times.
#[test]
fn the_published_vectors_are_whole() {
    let files = files();
    let mut ids = BTreeSet::new();
    let mut count = BTreeMap::<&str, usize>::new();
    for (theme, file) in &files {
        for vector in &file.vectors {
            assert!(vector.id.starts_with(&format!("{theme}-")), "{} in {theme}.json", vector.id);
            assert!(ids.insert(&vector.id), "{} twice", vector.id);
            assert!(vector.expect == "ok" || CODES.contains(&vector.expect.as_str()), "{}", vector.id);
            *count.entry(&vector.expect).or_default() += 1;
        }
    }
    assert!(ids.len() >= 200, "{}", ids.len());
    for code in CODES.into_iter().chain(["ok"]) {
        assert!(count.get(code).is_some_and(|n| *n >= 3), "{code}: {count:?}");
    }
    for pair in CODES.windows(2) {
        let id = format!("order-{}-{}", pair[0], pair[1]);
        assert!(ids.contains(&id), "{id}");
    }
}
