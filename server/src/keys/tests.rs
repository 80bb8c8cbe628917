//! Rotation over time, on disk.
use super::*;
use std::collections::BTreeSet;
use volens_core::Channel;
use volens_core::token::{Issue, LIFE, Stance, UnverifiedToken};
use volens_verify::Verifier;

const DAY: i64 = 86_400;
const SITE: &str = "https://shop.example";

/// Half past nine in the morning, so that days of tokens and of rotations do not fall together.
fn day(days: i64) -> Timestamp {
    let midnight: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    midnight.plus_seconds(days * DAY + 34_200)
}

fn data(name: &str) -> PathBuf {
    let data = std::env::temp_dir().join(format!("volens-keys-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    data
}

fn issue() -> Issue {
    Issue {
        origin: SITE.into(),
        controllers: vec!["shop".into()],
        policy: "1".into(),
        notice: "n".parse().unwrap(),
        text: "t".parse().unwrap(),
        lang: "en".parse().unwrap(),
        jurisdiction: "eu".into(),
    }
}

fn granted(now: Timestamp) -> Claims {
    let who = ("s".parse().unwrap(), "j".into());
    let decided = [("analytics".parse().unwrap(), Stance::Granted(now))].into();
    Claims::granted(issue(), who, Channel::Banner, now, decided, [])
}

fn refused(now: Timestamp) -> Claims {
    Claims::refused(issue(), now, ["analytics".parse().unwrap()])
}

fn kid(token: &str) -> String {
    UnverifiedToken::parse(token).unwrap().header().kid.clone()
}

fn verifies(jwks: &str, token: &str, at: Timestamp) -> bool {
    let keys = KeySet::from_jwks(jwks.as_bytes()).unwrap();
    Verifier::builder().issuer(SITE).audience(SITE).keys(keys).build().unwrap().verify_at(token, at).is_ok()
}

struct Minted {
    token: String,
    at: Timestamp,
    end: Timestamp,
}

/// A service that is started anew every day, and whose operator makes a key every 30 days and clears up every week:
/// whatever it signs is believed until it ends, by whoever fetched the keys within the last day.
#[test]
fn every_token_of_400_days_verifies_until_its_end() {
    let data = data("400-days");
    let mut served: Vec<String> = Vec::new();
    let mut minted = Vec::new();
    let mut signers = BTreeSet::new();
    let mut pruned = 0;
    for today in 0..=400 {
        let now = day(today);
        if today % 30 == 29 {
            Keys::rotate(&data, now, now.plus_seconds(ANNOUNCED)).unwrap();
        }
        if today % 7 == 6 {
            pruned += Keys::prune(&data, now).unwrap().len();
        }
        let keys = Keys::open(&data, now).unwrap();
        served.push(keys.public().unwrap().to_jwks());
        // At the start of a day's run, and at the last moment before the next: rotations take effect in between.
        for at in [now, now.plus_seconds(DAY - 1)] {
            for claims in [granted(at), refused(at)] {
                let end = Timestamp::from_unix_seconds(claims.exp);
                let token = keys.sign(&claims).unwrap();
                signers.insert(kid(&token));
                minted.push(Minted { token, at, end });
            }
        }
    }
    assert!(signers.len() >= 13 && pruned >= 5, "{} keys signed, {pruned} pruned", signers.len());

    let mut asked = 0;
    for Minted { token, at, end } in &minted {
        let kid = kid(token);
        let last = end.plus_seconds(-1);
        let mut known = "";
        for (today, jwks) in (0..).zip(&served) {
            // This key set is served until the next day's, and caches have it for a day longer.
            let (from, until) = (day(today), day(today + 2));
            let (first, latest) = (from.max(*at), until.plus_seconds(-1).min(last));
            if first > latest {
                continue;
            }
            assert!(jwks.contains(&kid), "{kid}, minted {at}, not among the keys of {from}");
            // The same keys give the same answer, so signatures are checked where the keys differ, and at the end.
            if jwks != known || latest == last {
                for at in [first, latest] {
                    assert!(verifies(jwks, token, at), "minted {at}, keys of {from}");
                    asked += 1;
                }
                known = jwks;
            }
        }
        assert!(!verifies(served.last().unwrap(), token, *end));
    }
    assert!(asked > 2 * minted.len(), "{asked}");
    std::fs::remove_dir_all(data).unwrap();
}

/// Whoever refuses on the day of a rotation cannot be told from others by the key.
#[test]
fn refusals_of_one_day_are_the_same_bytes_on_a_day_of_rotation() {
    let data = data("same-bytes");
    Keys::open(&data, day(0)).unwrap();
    Keys::rotate(&data, day(10), day(12)).unwrap();
    let keys = Keys::open(&data, day(10)).unwrap();
    let refusal = |at| keys.sign(&refused(at)).unwrap();
    assert_eq!(refusal(day(12).plus_seconds(-1)), refusal(day(12).plus_seconds(1)));
    assert_ne!(kid(&refusal(day(12))), kid(&refusal(day(13))));
    assert_ne!(
        kid(&keys.sign(&granted(day(12).plus_seconds(-1))).unwrap()),
        kid(&keys.sign(&granted(day(12))).unwrap())
    );
    std::fs::remove_dir_all(data).unwrap();
}

#[test]
fn one_rotation_at_a_time_and_never_by_surprise() {
    let data = data("one");
    let now = day(0);
    assert!(matches!(Keys::rotate(&data, now, day(1)), Err(KeysError::NoKey(_))));
    assert!(!data.exists());
    assert_eq!(Keys::generate(&data, now).unwrap().state, KeyState::Signing);
    assert!(matches!(Keys::generate(&data, now), Err(KeysError::HasKey)));
    let early = Keys::rotate(&data, now, day(1).plus_seconds(-1)).unwrap_err();
    assert!(
        early.to_string().starts_with("found a start before 2026-11-23T09:30:00Z, expected at least a day"),
        "{early}"
    );
    assert_eq!(Keys::rotate(&data, now, day(1)).unwrap().state, KeyState::Next { from: None });
    assert!(matches!(Keys::rotate(&data, now, day(1)), Err(KeysError::Waiting)));

    // Made at the same moment, it still is the newer one.
    Keys::add(&data, now).unwrap();
    let keys = Keys::open(&data, now.plus_seconds(1)).unwrap();
    let codes: Vec<_> = Keys::list(&data, now.plus_seconds(1)).unwrap().iter().map(|key| key.state.code()).collect();
    assert_eq!(codes, ["retiring", "retired", "signing"]);
    assert_eq!(keys.public().unwrap().kids().count(), 2);
    std::fs::remove_dir_all(data).unwrap();
}

/// Reading makes no key, opens no announcement and changes no file.
#[test]
fn looking_changes_nothing() {
    let data = data("looking");
    Keys::generate(&data, day(0)).unwrap();
    Keys::rotate(&data, day(1), day(2)).unwrap();
    let files = || {
        let mut files: Vec<_> =
            std::fs::read_dir(data.join("keys")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    };
    let before = files();
    assert_eq!(Keys::list(&data, day(9)).unwrap().len(), 2);
    assert_eq!(Keys::published(&data, day(9)).unwrap().kids().count(), 2);
    assert!(Keys::prune(&data, day(9)).unwrap().is_empty());
    let token = Keys::sign_under(&data, day(9), &granted(day(9))).unwrap();
    assert_eq!(kid(&token), Keys::list(&data, day(9)).unwrap()[0].kid, "the next has not been published yet");
    assert_eq!(files(), before);
    std::fs::remove_dir_all(data).unwrap();
}

#[test]
fn a_file_that_is_no_key_is_named() {
    let data = data("no-key");
    Keys::generate(&data, day(0)).unwrap();
    for name in ["mine.pem", "signing-x.pem", "signing-1-.pem", "signing-1.pem"] {
        let file = data.join("keys").join(name);
        std::fs::write(&file, "no key").unwrap();
        let error = Keys::open(&data, day(0)).unwrap_err();
        assert!(matches!(&error, KeysError::NotAKey(path) if *path == file), "{error}");
        std::fs::remove_file(file).unwrap();
    }
    assert!(Keys::open(&data, day(0)).is_ok());
    std::fs::remove_dir_all(data).unwrap();
}

/// A key that only exists in memory, for tests of whoever checks tokens.
#[test]
fn a_temporary_key_signs() {
    let keys = Keys::temporary().unwrap();
    let token = keys.sign(&granted(day(0))).unwrap();
    assert!(verifies(&keys.public().unwrap().to_jwks(), &token, day(0)));
    assert!(!verifies(&Keys::temporary().unwrap().public().unwrap().to_jwks(), &token, day(0)));
    assert_eq!(KEPT, LIFE + DAY);
}

#[cfg(unix)]
#[test]
fn files_and_folder_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = data("modes");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    std::fs::create_dir_all(data.join("keys")).unwrap();
    std::fs::set_permissions(data.join("keys"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let part = data.join("keys").join(format!("signing-{:013}.part", day(0).unix_millis()));
    std::fs::write(&part, "somebody's").unwrap();
    Keys::generate(&data, day(0)).unwrap();
    Keys::rotate(&data, day(0), day(1)).unwrap();
    Keys::open(&data, day(0)).unwrap();
    assert_eq!(mode(&data.join("keys")), 0o700);
    let files: Vec<_> = std::fs::read_dir(data.join("keys")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
    std::fs::remove_dir_all(data).unwrap();
}
