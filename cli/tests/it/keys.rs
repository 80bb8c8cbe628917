//! `volens keys`: what an operator does in a year.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{folder, text, volens};

const DAY: i64 = 86_400_000;

fn keys(action: &str, data: &Path, more: &[&str]) -> crate::run::Ran {
    volens(&[&["keys", action, "--data", text(data)], more].concat())
}

/// Those of signing keys.
fn files(data: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(data.join("keys")).unwrap().map(|file| file.unwrap().path());
    let signing = |file: &PathBuf| file.file_name().unwrap().to_str().unwrap().starts_with("signing-");
    let mut files: Vec<_> = all.filter(signing).collect();
    files.sort();
    files
}

/// As if all of a key's times lay further back: they are in the names of its files.
fn age(data: &Path, days: i64) {
    let back = |millis: &str| format!("{:013}", millis.parse::<i64>().unwrap() - days * DAY);
    for file in files(data) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let (stem, extension) = name.split_once('.').unwrap();
        let times: Vec<_> = stem.strip_prefix("signing-").unwrap().split('-').map(back).collect();
        if extension == "published" {
            let millis = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, back(&millis)).unwrap();
        }
        std::fs::rename(&file, file.with_file_name(format!("signing-{}.{extension}", times.join("-")))).unwrap();
    }
}

fn states(data: &Path) -> Vec<String> {
    let list = keys("list", data, &["--json"]).json();
    list["keys"].as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn there_are_no_keys_until_they_are_made() {
    let data = folder("keys-none");
    for ran in [
        volens(&["keys", "--data", text(&data)]),
        keys("list", &data, &[]),
        keys("rotate", &data, &[]),
        keys("rotate", &data, &["--unannounced"]),
        keys("prune", &data, &[]),
    ] {
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("keys: found no key, expected those of a service"), "{}", ran.err);
    }
    assert!(!data.join("keys").exists());
}

#[test]
fn a_first_key_is_made_once_and_shown_without_its_private_part() {
    let data = folder("keys");
    let first = keys("generate", &data, &["--json"]).json();
    assert_eq!(first["state"], "signing");
    let again = keys("generate", &data, &[]);
    assert_eq!((again.code, again.out.as_str()), (4, ""));
    assert!(again.err.contains("`volens keys rotate` makes the next one"), "{}", again.err);

    let kid = first["kid"].as_str().unwrap();
    assert_eq!(volens(&["keys", "--data", text(&data)]).out, format!("{kid}  Ed25519\n"));
    let jwks = volens(&["keys", "--data", text(&data), "--json"]).json();
    assert_eq!((&jwks["keys"][0]["kid"], &jwks["keys"][0]["d"]), (&first["kid"], &Value::Null));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data.join("keys")), mode(Path::new(first["file"].as_str().unwrap()))), (0o700, 0o600));
    }
}

#[test]
fn from_a_rotation_to_the_end_of_the_old_key() {
    let data = folder("keys-rotate");
    keys("generate", &data, &[]);
    let next = keys("rotate", &data, &["--json"]).json();
    assert_eq!((&next["state"], &next["from"]), (&Value::from("next"), &Value::Null));
    let waiting = keys("rotate", &data, &[]);
    assert_eq!(waiting.code, 4);
    assert!(waiting.err.contains("found a key that waits for its turn"), "{}", waiting.err);
    let shown = keys("list", &data, &[]).out;
    assert!(shown.contains("  next, 24 hours after the service's next start"), "{shown}");

    // A service starts: from now on a day counts.
    let started = |data: &Path| {
        let now = volens_server::Clock::now(&volens_server::SystemClock);
        drop(volens_server::keys::Keys::open(data, now).unwrap());
    };
    started(&data);
    assert!(keys("list", &data, &[]).out.contains("  next from 2"));
    assert_eq!(states(&data), ["signing", "next"]);
    age(&data, 1);
    assert_eq!(states(&data), ["retiring", "signing"]);
    age(&data, 180);
    assert!(keys("list", &data, &[]).out.contains("  retiring until 2"));
    assert_eq!(keys("prune", &data, &["--json"]).json()["deleted"], Value::Array(vec![]));
    age(&data, 1);
    assert_eq!(states(&data), ["retired", "signing"]);
    assert_eq!(volens(&["keys", "--data", text(&data)]).out.lines().count(), 1);
    assert_eq!(keys("prune", &data, &["--json"]).json()["deleted"].as_array().unwrap().len(), 1);
    let list = keys("list", &data, &["--json"]).json();
    assert_eq!((&list["keys"][0]["kid"], states(&data).len()), (&next["kid"], 1));
}

#[test]
fn a_start_too_soon_is_refused_and_a_leak_needs_none() {
    let data = folder("keys-soon");
    keys("generate", &data, &[]);
    let soon = keys("rotate", &data, &["--from", "2026-11-22T00:00:00Z"]);
    assert_eq!((soon.code, soon.out.as_str()), (4, ""));
    assert!(
        soon.err.contains("expected at least a day from now") && soon.err.contains("--unannounced"),
        "{}",
        soon.err
    );
    let both = keys("rotate", &data, &["--from", "2099-11-22T00:00:00Z", "--unannounced"]);
    assert_eq!(both.code, 4);
    assert_eq!(keys("rotate", &data, &["--unannounced", "--json"]).json()["state"], "signing");
    assert_eq!(states(&data), ["retiring", "signing"]);
    assert_eq!(keys("rotate", &data, &["--from", "2099-11-22T00:00:00Z"]).code, 0);
    assert_eq!(states(&data), ["retiring", "signing", "next"]);
}

/// Whatever is asked, no line of a private key is in the answer.
#[test]
fn private_keys_are_never_printed() {
    let data = folder("keys-private");
    let mut said = String::new();
    for (action, more) in [("generate", &[][..]), ("rotate", &[]), ("list", &[]), ("list", &["--json"]), ("prune", &[])]
    {
        let ran = keys(action, &data, more);
        said += &(ran.out + &ran.err);
    }
    said += &volens(&["keys", "--data", text(&data), "--json"]).out;
    for file in files(&data) {
        let pem = std::fs::read_to_string(&file).unwrap();
        let secret = pem.lines().nth(1).unwrap();
        assert!(secret.len() > 60 && !said.contains(secret) && !said.contains(&secret[22..64]), "{said}");
    }
}
