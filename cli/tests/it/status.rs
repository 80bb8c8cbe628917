//! `volens token verify --status`, on the published vectors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use volens_core::Timestamp;

use crate::run::{Ran, folder, repository, text, with_input};

struct Vectors {
    file: Value,
    folder: PathBuf,
}

impl Vectors {
    fn open(test: &str) -> Self {
        let path = repository().join("tests/vectors/token/status.json");
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let folder = folder(test);
        std::fs::write(folder.join("jwks.json"), file["jwks"]["main"].to_string()).unwrap();
        Self { file, folder }
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        self.file["vectors"].as_array().unwrap().iter().filter(|vector| vector["jwks"] == "main")
    }

    fn get(&self, id: &str) -> &Value {
        self.all().find(|vector| vector["id"] == id).unwrap()
    }

    fn list(vector: &Value) -> Option<&str> {
        let lists = vector["context"]["status"]["lists"].as_object()?;
        let [list] = lists.values().collect::<Vec<_>>().try_into().ok()?;
        list.as_str()
    }

    /// Verifies the vector's token with this list in a file, `after` the vector's own time.
    fn verify(&self, vector: &Value, list: Option<&str>, after: i64, more: &[&str]) -> Ran {
        let (jwks, status) = (self.folder.join("jwks.json"), self.folder.join("list.jwt"));
        let context = &vector["context"];
        let at = Timestamp::from_unix_seconds(context["now"].as_i64().unwrap() + after).to_string();
        let mut args = vec!["token", "verify", "--jwks", text(&jwks), "--at", &at];
        args.extend(["--issuer", context["issuer"].as_str().unwrap()]);
        args.extend(["--audience", context["audience"].as_str().unwrap()]);
        args.extend(context["purpose"].as_str().map(|purpose| ["--purpose", purpose]).into_iter().flatten());
        if let Some(list) = list {
            std::fs::write(&status, list).unwrap();
            args.extend(["--status", text(&status)]);
        }
        args.extend(more);
        with_input(&args, vector["token"].as_str().unwrap().as_bytes())
    }
}

/// With one list each, as the command takes it. A list that is none is a mistake, not an answer; the age is the
/// command's own, so those that are older than the vector allows by a second are left out.
#[test]
fn every_vector_gets_its_code() {
    let vectors = Vectors::open("status-vectors");
    let mut codes = BTreeMap::<String, u32>::new();
    for vector in vectors.all() {
        let id = vector["id"].as_str().unwrap();
        let list = Vectors::list(vector);
        let several = vector["context"]["status"]["lists"].as_object().is_some_and(|lists| lists.len() > 1);
        if several || ["status-stale", "status-stale-withdrawn"].contains(&id) {
            continue;
        }
        let ran = vectors.verify(vector, list, 0, &["--json"]);
        let is_none = vector["flags"].as_array().unwrap().contains(&json!("decided")) && id != "status-list-sub";
        if is_none {
            assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{id}");
            assert!(ran.err.contains("list.jwt: ") && ran.err.contains("expected"), "{id}: {}", ran.err);
            continue;
        }
        let expect = vector["expect"].as_str().unwrap();
        assert_eq!(ran.json()["code"], expect, "{id}");
        assert_eq!(ran.code, i32::from(expect != "ok"), "{id}");
        *codes.entry(expect.to_owned()).or_default() += 1;
    }
    for code in ["ok", "withdrawn", "status-unknown", "status-stale"] {
        assert!(codes.get(code).is_some_and(|count| *count >= 3), "{code}: {codes:?}");
    }
}

#[test]
fn for_people() {
    let vectors = Vectors::open("status-people");
    let valid = vectors.get("status-valid");
    let list = Vectors::list(valid).unwrap();
    // As an editor leaves it.
    let ran = vectors.verify(valid, Some(&format!("{list}\n")), 0, &[]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "valid until 2027-05-20T20:40:30Z, granted: analytics\n", "")
    );
    let says = |vector: &Value, list: Option<&str>, after: i64| {
        let ran = vectors.verify(vector, list, after, &[]);
        assert_eq!(ran.code, 1);
        ran.out
    };
    let withdrawn = vectors.get("status-withdrawn");
    assert_eq!(says(withdrawn, Vectors::list(withdrawn), 0), "refused: withdrawn: withdrawn since it was issued\n");
    let unknown = "refused: status-unknown: may have been withdrawn: it names a status list that is not at hand\n";
    assert_eq!(says(valid, None, 0), unknown);
    // Signed half a minute before, it may be five minutes old.
    assert_eq!(vectors.verify(valid, Some(list), 270, &[]).code, 0);
    let stale = "refused: status-stale: may have been withdrawn: the status list at hand is too old to tell\n";
    assert_eq!(says(valid, Some(list), 271), stale);
}

#[test]
fn a_file_that_is_no_list_is_named_with_what_was_found() {
    let vectors = Vectors::open("status-bad");
    let valid = vectors.get("status-valid");
    let list = Vectors::list(valid).unwrap();
    let said = |list: &str, after: i64| {
        let ran = vectors.verify(valid, Some(list), after, &["--json"]);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""));
        ran.err.split_once("list.jwt: ").unwrap().1.to_owned()
    };
    let of = |id: &str| Vectors::list(vectors.get(id)).unwrap();
    assert_eq!(
        said(of("status-list-typ"), 0),
        "found \"JWT\": another kind of token, expected typ \"statuslist+jwt\"\n"
    );
    assert_eq!(
        said(of("status-list-forged"), 0),
        "the signature does not fit the list, expected one by the key that \"kid\" names\n"
    );
    assert_eq!(
        said(list, -400),
        "found a list signed at 2026-11-21T20:50:00Z, expected one signed at most 300 seconds after --at\n"
    );
    let none = "not a status list: expected a compact JWS with the members of a status list token\n";
    assert_eq!(said("", 0), format!("found no bytes: {none}"));
    assert_eq!(said("<html>ä", 0), format!("found 8 bytes that begin with \"<html>ä\": {none}"));
    let nowhere = vectors.verify(valid, None, 0, &["--status", "/nowhere"]);
    assert_eq!((nowhere.code, nowhere.out.as_str()), (2, ""));
    assert!(nowhere.err.contains("/nowhere: cannot be read: "), "{}", nowhere.err);
}
