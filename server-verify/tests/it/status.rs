//! Status lists: which are taken in, what they say of a token, and for how long.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::{Value, json};
use volens_core::Timestamp;
use volens_verify::{Analytics, BuildError, KeySet, StatusError, StatusLists, Verifier, VerifierBuilder, VerifyError};

use crate::forge::{Forge, ISSUER, b64, key, keys, now};

const URI: &str = "https://nordvakt.example/consent/v1/status/1";
const OTHER: &str = "https://nordvakt.example/consent/v1/status/2";
const MIB: usize = 1 << 20;

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(bytes).unwrap();
    zlib.finish().unwrap()
}

/// A list in its parts: 1,024 tokens, signed half a minute ago.
fn list(bytes: &[u8]) -> Forge {
    let iat = now().unix_seconds() - 30;
    Forge {
        claims: json!({
            "sub": URI, "iss": ISSUER, "iat": iat, "exp": iat + 86_400, "ttl": 60,
            "status_list": {"bits": 1, "lst": b64(zlib(bytes))},
        }),
        ..Forge::good().header("typ", "statuslist+jwt")
    }
}

fn ended(indices: &[usize]) -> Forge {
    let mut bytes = [0; 128];
    for idx in indices {
        bytes[idx / 8] |= 1 << (idx % 8);
    }
    list(&bytes)
}

fn packed(bits: u64, lst: impl AsRef<[u8]>) -> Forge {
    ended(&[]).claim("status_list", json!({"bits": bits, "lst": b64(lst)}))
}

fn at_idx(idx: u64) -> String {
    Forge::good().claim("status", json!({"status_list": {"idx": idx, "uri": URI}})).token()
}

fn builder() -> VerifierBuilder {
    Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys())
}

fn with(lists: &StatusLists) -> Verifier {
    builder().status(lists.clone()).build().unwrap()
}

fn start() -> (StatusLists, Verifier) {
    let lists = StatusLists::new();
    let verifier = with(&lists);
    (lists, verifier)
}

fn put(lists: &StatusLists, verifier: &Verifier, list: &Forge) -> &'static str {
    lists.put_at(URI, list.token(), verifier, now()).map_or_else(StatusError::code, |_| "ok")
}

fn code_at(verifier: &Verifier, token: &str, after: i64) -> &'static str {
    verifier.verify_at(token, now().plus_seconds(after)).map_or_else(VerifyError::code, |_| "ok")
}

fn code(verifier: &Verifier, token: &str) -> &'static str {
    code_at(verifier, token, 0)
}

#[test]
fn a_list_says_what_was_withdrawn_since() {
    let (lists, verifier) = start();
    let (stands, gone) = (at_idx(76), at_idx(77));
    assert_eq!(code(&verifier, &stands), "status-unknown", "no list yet");
    let times = lists.put_at(URI, ended(&[77]).token(), &verifier, now()).unwrap();
    assert_eq!(times.issued_at, now().plus_seconds(-30));
    assert_eq!(times.stale_at.unix_millis(), now().plus_seconds(270).unix_millis() + 1);
    assert_eq!(times.ttl, Some(Duration::from_mins(1)));
    assert_eq!([code(&verifier, &stands), code(&verifier, &gone)], ["ok", "withdrawn"]);
    assert!(verifier.verify_at(&stands, now()).unwrap().require::<Analytics>().is_ok());
    assert_eq!([code(&verifier, &at_idx(1023)), code(&verifier, &at_idx(1024))], ["ok", "status-unknown"]);
    // A verifier that was given no lists, or others, knows nothing of these.
    assert_eq!(code(&builder().build().unwrap(), &stands), "status-unknown");
    assert_eq!(code(&with(&StatusLists::new()), &stands), "status-unknown");
    assert_eq!(code(&with(&lists), &stands), "ok");
    lists.remove(OTHER);
    assert_eq!(code(&verifier, &stands), "ok");
    lists.remove(URI);
    assert_eq!(code(&verifier, &stands), "status-unknown");
}

#[test]
fn the_verifiers_own_clock_counts_where_none_is_given() {
    let lists = StatusLists::new();
    let verifier = builder().status(lists.clone()).clock(now).build().unwrap();
    assert!(lists.put(URI, ended(&[]).token().into_bytes(), &verifier).is_ok());
    assert!(verifier.verify(&at_idx(0)).is_ok());
    let early = builder().status(lists.clone()).clock(|| now().plus_seconds(-600)).build().unwrap();
    assert_eq!(lists.put(URI, ended(&[]).token(), &early), Err(StatusError::NotYetValid));
}

/// What was verified before is asked about at each call.
#[test]
fn a_withdrawal_acts_at_once_on_a_token_that_is_remembered() {
    let lists = StatusLists::new();
    let verifier = builder().status(lists.clone()).cache(NonZeroUsize::MIN).build().unwrap();
    let token = at_idx(77);
    assert_eq!(put(&lists, &verifier, &ended(&[])), "ok");
    for _ in 0..2 {
        assert_eq!(code(&verifier, &token), "ok");
    }
    assert_eq!(put(&lists, &verifier, &ended(&[77]).claim("iat", now().unix_seconds())), "ok");
    assert_eq!(code(&verifier, &token), "withdrawn");
    assert_eq!(code_at(&verifier, &token, 301), "status-stale");
    lists.remove(URI);
    assert_eq!(code(&verifier, &token), "status-unknown");
}

#[test]
fn it_counts_until_it_is_too_old_or_ends() {
    let lists = StatusLists::new();
    let short = with(&lists.clone().max_age(Duration::from_secs(45)));
    let (usual, long) = (with(&lists), with(&lists.clone().max_age(Duration::from_hours(24))));
    let token = at_idx(0);
    assert_eq!(put(&lists, &usual, &ended(&[]).claim("exp", now().unix_seconds() + 3600)), "ok");
    for (verifier, last) in [(&short, 15), (&usual, 270), (&long, 3599)] {
        assert_eq!([code_at(verifier, &token, last), code_at(verifier, &token, last + 1)], ["ok", "status-stale"]);
    }
    // One that ended before it came is no reason to believe the one before it.
    let over = ended(&[]).claim("iat", now().unix_seconds() - 5).claim("exp", now().unix_seconds());
    assert_eq!(put(&lists, &usual, &over), "ok");
    assert_eq!(code(&long, &token), "status-stale");
    // Without an end it has the age alone.
    assert_eq!(put(&lists, &usual, &ended(&[]).without("exp").claim("iat", now().unix_seconds())), "ok");
    assert_eq!([code_at(&long, &token, 86_400), code_at(&long, &token, 86_401)], ["ok", "status-stale"]);
}

#[test]
fn a_clock_that_is_wrong_makes_no_list_last_longer() {
    let (lists, verifier) = start();
    let token = at_idx(0);
    let ahead = |seconds: i64| ended(&[]).claim("iat", now().unix_seconds() + seconds).without("exp");
    assert_eq!(put(&lists, &verifier, &ahead(301)), "not-yet-valid");
    assert_eq!(put(&lists, &verifier, &ended(&[]).claim("nbf", now().unix_seconds() + 301)), "not-yet-valid");
    assert_eq!(put(&lists, &verifier, &ahead(300)), "ok");
    assert_eq!([code_at(&verifier, &token, 300), code_at(&verifier, &token, 301)], ["ok", "status-stale"]);
    // The signer's clock is put right: a list that says it is older may be, or not.
    assert_eq!(put(&lists, &verifier, &ended(&[])), "older-list");
    // This machine's clock is put back: how old the list is, nobody knows.
    assert_eq!([code_at(&verifier, &token, -300), code_at(&verifier, &token, -301)], ["ok", "status-stale"]);
}

#[test]
fn an_older_list_takes_no_place_and_of_one_second_both_count() {
    let (lists, verifier) = start();
    let second = |second: i64, indices: &[usize]| ended(indices).claim("iat", now().unix_seconds() + second);
    let codes = || [1, 2, 3].map(|idx| code(&verifier, &at_idx(idx)));
    assert_eq!(put(&lists, &verifier, &second(-20, &[1])), "ok");
    assert_eq!(put(&lists, &verifier, &second(-21, &[])), "older-list");
    assert_eq!(codes(), ["withdrawn", "ok", "ok"]);
    // A replay of the list that was signed first in that second.
    assert_eq!(put(&lists, &verifier, &second(-20, &[1, 2])), "ok");
    assert_eq!(put(&lists, &verifier, &second(-20, &[])), "ok");
    assert_eq!(codes(), ["withdrawn", "withdrawn", "ok"]);
    let other_shape = list(&[0; 64]).claim("iat", now().unix_seconds() - 20);
    assert_eq!(put(&lists, &verifier, &other_shape), "older-list");
    assert_eq!(put(&lists, &verifier, &second(-19, &[3])), "ok");
    assert_eq!(codes(), ["ok", "ok", "withdrawn"], "the newest word counts");
}

#[test]
fn a_list_signed_by_a_key_that_was_removed_is_not_believed() {
    let (lists, verifier) = start();
    assert_eq!(put(&lists, &verifier, &ended(&[])), "ok");
    let next = SigningKey::from_bytes(&[7; 32]);
    let both = KeySet::from_public_keys([&key(), &next].map(|key| key.verifying_key().to_bytes())).unwrap();
    let next = KeySet::from_public_keys([next.verifying_key().to_bytes()]).unwrap();
    let later = |keys: KeySet| {
        Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys).status(lists.clone()).build().unwrap()
    };
    assert_eq!(code(&later(both), &at_idx(0)), "ok");
    // The token is signed by the new key, its list by the old one.
    let mut token = Forge::good().claim("status", json!({"status_list": {"idx": 0, "uri": URI}}));
    token.key = SigningKey::from_bytes(&[7; 32]);
    let token = token.header("kid", next.kids().next().unwrap().to_owned()).token();
    let later = later(next);
    assert_eq!(code(&later, &token), "status-unknown");
    // Nor does it keep out what the new key signs, even if it says that it is newer.
    let mut own = ended(&[]).claim("iat", now().unix_seconds() - 60);
    own.key = SigningKey::from_bytes(&[7; 32]);
    let kid = volens_verify::thumbprint(&own.key.verifying_key().to_bytes());
    assert_eq!(put(&lists, &later, &own.header("kid", kid)), "ok");
    assert_eq!(code(&later, &token), "ok");
}

#[test]
fn issuers_do_not_speak_for_one_another() {
    let (lists, verifier) = start();
    let other = Verifier::builder().issuer("https://other.example").audience(ISSUER).keys(keys());
    let other = other.status(lists.clone()).build().unwrap();
    assert_eq!(put(&lists, &verifier, &ended(&[77])), "ok");
    let newer = ended(&[]).claim("iat", now().unix_seconds());
    assert_eq!(put(&lists, &other, &newer), "wrong-issuer");
    assert_eq!(put(&lists, &other, &newer.without("iss")), "ok");
    assert_eq!(code(&verifier, &at_idx(77)), "withdrawn");
}

#[test]
fn each_width_is_read_and_all_but_zero_is_withdrawn() {
    let (lists, verifier) = start();
    for (second, bits) in [1_u64, 2, 4, 8].into_iter().enumerate() {
        let most = (1_u16 << bits) - 1;
        // Every value there is, each at the index of its own number.
        let mut bytes = vec![0_u8; 512];
        for value in 0..=most {
            let bit = usize::from(value) * usize::try_from(bits).unwrap();
            bytes[bit / 8] |= u8::try_from(value).unwrap() << (bit % 8);
        }
        let iat = now().unix_seconds() - 20 + i64::try_from(second).unwrap();
        assert_eq!(put(&lists, &verifier, &packed(bits, zlib(&bytes)).claim("iat", iat)), "ok");
        assert_eq!(code(&verifier, &at_idx(0)), "ok");
        for value in 1..=u64::from(most) {
            assert_eq!(code(&verifier, &at_idx(value)), "withdrawn", "{bits} bits, {value}");
        }
        let tokens = 4096 / bits;
        assert_eq!([tokens - 1, tokens].map(|idx| code(&verifier, &at_idx(idx))), ["ok", "status-unknown"]);
    }
}

/// Each spoiled list gets its code, and the good one stays.
#[test]
fn what_is_no_list_is_refused_and_displaces_nothing() {
    let (lists, verifier) = start();
    assert_eq!(put(&lists, &verifier, &ended(&[77])), "ok");
    // Newer, so that it would take the place if it were good.
    let newer = || ended(&[]).claim("iat", now().unix_seconds());
    let spoiled = |name: &str, value: Value| newer().claim(name, value).token();
    let good = newer().token();
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let mut stranger = newer();
    stranger.key = SigningKey::from_bytes(&[9; 32]);
    let lst = |bytes: Vec<u8>| packed(1, bytes).claim("iat", now().unix_seconds()).token();
    let good_zlib = zlib(&[0; 128]);
    let mut wrong_sum = good_zlib.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    let raw = newer().claims["status_list"]["lst"].as_str().unwrap().to_owned();
    let bits = |bits: Value| spoiled("status_list", json!({"bits": bits, "lst": raw}));
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&[0; 128]).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&[0; 128]).unwrap();
    let cases: Vec<(&str, &str, String)> = vec![
        ("too-long", "2 MiB and a byte", "a".repeat(2 * MIB + 1)),
        ("malformed", "nothing", String::new()),
        ("malformed", "2 MiB of no token", "a".repeat(2 * MIB)),
        ("malformed", "two parts", format!("{head}.{body}")),
        ("malformed", "four parts", format!("{good}.{signature}")),
        ("malformed", "a line end after it", format!("{good}\n")),
        ("malformed", "padding", format!("{good}==")),
        ("malformed", "another header member", newer().header("zip", "DEF").token()),
        ("malformed", "no kid", newer().without_header("kid").token()),
        ("forbidden-header", "crit", newer().header("crit", json!([])).token()),
        ("forbidden-header", "jwk", newer().header("jwk", json!({})).token()),
        ("wrong-type", "a consent token", Forge::good().token()),
        ("wrong-type", "JWT", newer().header("typ", "JWT").token()),
        ("wrong-type", "the long form", newer().header("typ", "application/statuslist+jwt").token()),
        ("wrong-type", "capitals", newer().header("typ", "StatusList+JWT").token()),
        ("wrong-alg", "none", newer().header("alg", "none").token()),
        ("wrong-alg", "HS256", newer().header("alg", "HS256").token()),
        ("unknown-key", "another name", newer().header("kid", "another").token()),
        ("bad-signature", "a stranger's", stranger.token()),
        ("bad-signature", "short", newer().signed_with([0; 63])),
        ("bad-signature", "none", format!("{head}.{body}.")),
        ("bad-signature", "of a stranger, over claims that are none", stranger.raw(stranger.header.to_string(), "[]")),
        ("malformed", "claims that are a list", newer().raw(newer().header.to_string(), "[]")),
        ("malformed", "data after the claims", newer().raw(newer().header.to_string(), format!("{}0", newer().claims))),
        ("malformed", "a claim twice", newer().replaced("\"ttl\":60", "\"ttl\":60,\"iat\":1")),
        ("malformed", "a member twice, deeper", newer().replaced("\"bits\":1", "\"bits\":1,\"bits\":2")),
        (
            "malformed",
            "twice in what nobody reads",
            newer().replaced("\"ttl\":60", "\"ttl\":60,\"x\":{\"a\":1,\"a\":1}"),
        ),
        ("malformed", "no sub", newer().without("sub").token()),
        ("malformed", "no iat", newer().without("iat").token()),
        ("malformed", "no list", newer().without("status_list").token()),
        ("malformed", "iat as text", spoiled("iat", json!("1"))),
        ("malformed", "iat with a point", spoiled("iat", json!(1.5))),
        ("malformed", "iat negative", spoiled("iat", json!(-1))),
        ("malformed", "exp beyond any calendar", spoiled("exp", json!(253_402_300_800_i64))),
        ("malformed", "exp null", spoiled("exp", json!(null))),
        ("malformed", "iss null", spoiled("iss", json!(null))),
        ("malformed", "ttl 0", spoiled("ttl", json!(0))),
        ("malformed", "ttl as text", spoiled("ttl", json!("60"))),
        ("malformed", "a list of a list", spoiled("status_list", json!([1, raw]))),
        ("malformed", "no lst", spoiled("status_list", json!({"bits": 1}))),
        ("malformed", "lst padded", spoiled("status_list", json!({"bits": 1, "lst": format!("{raw}=")}))),
        ("malformed", "bits 3", bits(json!(3))),
        ("malformed", "bits 0", bits(json!(0))),
        ("malformed", "bits 16", bits(json!(16))),
        ("malformed", "bits 1.0", bits(json!(1.0))),
        ("malformed", "bits as text", bits(json!("1"))),
        ("wrong-issuer", "another", spoiled("iss", json!("https://evil.example"))),
        ("wrong-list", "another", spoiled("sub", json!(OTHER))),
        ("wrong-list", "a slash more", spoiled("sub", json!(format!("{URI}/")))),
        ("bad-compression", "nothing", lst(vec![])),
        ("bad-compression", "not compressed", lst(vec![0; 128])),
        ("bad-compression", "without its head", lst(deflate.finish().unwrap())),
        ("bad-compression", "gzip", lst(gzip.finish().unwrap())),
        ("bad-compression", "cut short", lst(good_zlib[..good_zlib.len() - 1].to_vec())),
        ("bad-compression", "a wrong sum", lst(wrong_sum)),
        ("bad-compression", "a byte after it", lst([good_zlib.as_slice(), &[0]].concat())),
        ("bad-compression", "twice", lst([good_zlib.as_slice(), &good_zlib].concat())),
        ("too-large", "a byte more than may be", lst(zlib(&vec![0; MIB + 1]))),
        ("too-large", "16 MiB in 16 kB", lst(zlib(&vec![0; 16 * MIB]))),
    ];
    for (expected, name, text) in cases {
        let answer = lists.put_at(URI, &text, &verifier, now()).map_or_else(StatusError::code, |_| "ok");
        assert_eq!(answer, expected, "{name}");
        assert_eq!([code(&verifier, &at_idx(77)), code(&verifier, &at_idx(76))], ["withdrawn", "ok"], "{name}");
    }
    assert_eq!(lists.put_at(URI, b"\xff.\xff.\xff", &verifier, now()), Err(StatusError::Malformed));
    assert_eq!(lists.put_at(OTHER, &good, &verifier, now()), Err(StatusError::WrongList));
}

#[test]
fn the_largest_list_is_taken_in() {
    let (lists, verifier) = start();
    let mut bytes = vec![0; MIB];
    bytes[MIB - 1] = 0x80;
    assert_eq!(put(&lists, &verifier, &packed(1, zlib(&bytes))), "ok");
    let last = (MIB as u64) * 8 - 1;
    assert_eq!(
        [last - 1, last, last + 1].map(|idx| code(&verifier, &at_idx(idx))),
        ["ok", "withdrawn", "status-unknown"]
    );
    // What cannot be packed, in the longest form a list may have.
    let mut noise = 1_u64;
    let mut next = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        noise.to_be_bytes()[0]
    };
    bytes.fill_with(&mut next);
    let full = packed(8, zlib(&bytes)).claim("iat", now().unix_seconds());
    assert!(full.token().len() > MIB * 16 / 9);
    assert_eq!(put(&lists, &verifier, &full), "ok");
    let expected = |byte: u8| if byte == 0 { "ok" } else { "withdrawn" };
    for idx in (0..MIB).step_by(1021) {
        assert_eq!(code(&verifier, &at_idx(idx as u64)), expected(bytes[idx]), "{idx}");
    }
}

#[test]
fn an_age_that_bounds_nothing_cannot_be_configured() {
    let build = |age| builder().status(StatusLists::new().max_age(age)).build().map(|_| ());
    for wrong in [Duration::ZERO, Duration::from_millis(1500), Duration::from_secs(86_401), Duration::MAX] {
        assert_eq!(build(wrong), Err(BuildError::StatusAge), "{wrong:?}");
    }
    assert_eq!([1, 86_400].map(|age| build(Duration::from_secs(age))), [Ok(()), Ok(())]);
    let error = BuildError::StatusAge;
    assert_eq!(error.code(), "bad-status-age");
    assert_eq!(error.to_string(), "not an age of status lists, expected whole seconds, from 1 to 86400");
}

/// Those who verify while lists come see the old one or the new one, and what was withdrawn stays so.
#[test]
fn lists_may_come_while_others_verify() {
    let (lists, verifier) = start();
    assert_eq!(put(&lists, &verifier, &ended(&[])), "ok");
    let token = at_idx(77);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let codes: Vec<_> = (0..50).map(|_| code(&verifier, &token)).collect();
                    let first = codes.iter().position(|code| *code == "withdrawn").unwrap_or(codes.len());
                    assert!(codes[..first].iter().all(|code| *code == "ok"), "{codes:?}");
                    assert!(codes[first..].iter().all(|code| *code == "withdrawn"), "{codes:?}");
                })
            })
            .collect();
        for second in -20..0 {
            let list = ended(&[77]).claim("iat", now().unix_seconds() + second);
            assert_eq!(put(&lists, &verifier, &list), "ok");
        }
        for reader in readers {
            reader.join().unwrap();
        }
    });
    assert_eq!(code(&verifier, &token), "withdrawn");
}

#[test]
fn it_tells_nothing_of_what_it_holds() {
    let (lists, verifier) = start();
    assert_eq!(put(&lists, &verifier, &ended(&[77])), "ok");
    assert_eq!(format!("{lists:?}"), "StatusLists { max_age: 300s, .. }");
    let at = Timestamp::from_unix_seconds(0);
    assert_eq!(
        lists.put_at(URI, "", &verifier, at).unwrap_err().to_string(),
        "not a status list: expected a compact JWS with the members of a status list token"
    );
}
