//! `tests/vectors/token.json`: tokens with the answer that every verifier has to give.
//!
//! `VOLENS_BLESS=1 cargo test -p volens-verify` writes the file anew; without it, a difference fails.

mod published;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use volens_core::PurposeId;
use volens_verify::{KeySet, Verifier};

use crate::forge::{Forge, ISSUER, NOTICE, NOW, SEED, b64, key, keys, now};

#[derive(Serialize, Deserialize, PartialEq)]
struct File {
    about: Vec<String>,
    seed: String,
    jwks: Value,
    issuer: String,
    audience: String,
    now: String,
    vectors: Vec<Vector>,
}

#[derive(Clone, Serialize, Deserialize, PartialEq)]
struct Vector {
    name: String,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notices: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    expect: String,
}

impl Vector {
    fn now(mut self, now: &str) -> Self {
        self.now = Some(now.into());
        self
    }

    fn controller(mut self, controller: &str) -> Self {
        self.controller = Some(controller.into());
        self
    }

    fn notice(mut self, notice: &str) -> Self {
        self.notices = Some(vec![notice.into()]);
        self
    }

    fn purpose(mut self, purpose: &str) -> Self {
        self.purpose = Some(purpose.into());
        self
    }
}

fn vector(expect: &str, name: &str, token: impl Into<String>) -> Vector {
    let (name, token, expect) = (name.into(), token.into(), expect.into());
    Vector { name, token, now: None, controller: None, notices: None, purpose: None, expect }
}

fn file() -> File {
    let good = Forge::good;
    let mut vectors = vec![
        vector("ok", "analytics granted, marketing refused", good().token()),
        vector("ok", "the granted purpose", good().token()).purpose("analytics"),
        vector("ok", "alg Ed25519 (RFC 9864)", good().header("alg", "Ed25519").token()).purpose("analytics"),
        vector("ok", "everything refused: no sub, no jti", Forge::refuser().token()),
        vector("ok", "an unknown claim", good().claim("new", json!({"a": [1, null]})).token()),
        vector("ok", "the longest: 4,096 bytes", of_length(4096)),
        vector("ok", "issued now", good().claim("iat", now().unix_seconds()).token()),
        vector("ok", "one second before its end", good().claim("exp", now().unix_seconds() + 1).token()),
        vector("ok", "a controller that the text named", good().token()).controller("nordvakt-dk"),
        vector("ok", "a notice that counts", good().token()).notice(NOTICE).purpose("analytics"),
        vector("ok", "granted in this second", good().claim("g", json!({"analytics": now().unix_seconds()})).token())
            .purpose("analytics"),
        vector("too-long", "4,097 bytes, otherwise good", of_length(4097)),
    ];
    vectors.extend(malformed());
    vectors.extend(headers());
    vectors.extend(signatures());
    vectors.extend(claims());
    File {
        about: [
            "Consent tokens and the answer that a verifier has to give.",
            "Configure a verifier with jwks, issuer and audience (and controller and notices where given), verify token at now",
            "(the vector's own or the file's), then, if purpose is given, ask for it. expect is ok or the code of the refusal.",
            "seed is the private key (RFC 8032, section 7.1, test 1). Written by VOLENS_BLESS=1 cargo test -p volens-verify.",
        ]
        .map(String::from)
        .into(),
        seed: SEED.map(|byte| format!("{byte:02x}")).concat(),
        jwks: serde_json::from_str(&keys().to_jwks()).unwrap(),
        issuer: ISSUER.into(),
        audience: ISSUER.into(),
        now: NOW.into(),
        vectors,
    }
}

/// A good token of exactly this length.
fn of_length(length: usize) -> String {
    // Three bytes of claims are four characters, and not every length can be had with one header.
    (0..4)
        .flat_map(|pad| (0..length).map(move |fill| (pad, fill)))
        .skip_while(|(_, fill)| fill * 4 < (length - 1000) * 3)
        .map(|(pad, fill)| {
            let forge = Forge::good();
            let header = forge.header.to_string() + &" ".repeat(pad);
            forge.raw(header, forge.claims.to_string().replacen('{', &format!("{{\"x\":\"{}\",", "x".repeat(fill)), 1))
        })
        .find(|token| token.len() == length)
        .unwrap()
}

fn malformed() -> Vec<Vector> {
    let forge = Forge::good();
    let good = forge.token();
    let (header, claims) = (forge.header.to_string(), forge.claims.to_string());
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let iat = now().unix_seconds() - 600;
    let named = |name: &str, token: String| vector("malformed", name, token);
    let claim = |name: &str, from: &str, to: &str| named(name, forge.replaced(from, to));
    // 64 bytes leave four unused bits in the last character; good ones are zero.
    let loose_end = {
        let last = good.chars().next_back().unwrap();
        let next = char::from_u32(u32::from(last) + 1).unwrap();
        format!("{}{next}", &good[..good.len() - 1])
    };
    vec![
        named("nothing", String::new()),
        named("one part", head.into()),
        named("two parts", format!("{head}.{body}")),
        named("four parts", format!("{good}.{signature}")),
        named("five parts, as an encrypted token has", format!("{head}.{body}.{body}.{body}.{signature}")),
        named("padding", format!("{good}==")),
        named("unused bits that are not zero", loose_end),
        named("the alphabet of plain base64", format!("{head}.{body}.{}", signature.replacen(['-', '_'], "+", 1))),
        named("a line end after it", format!("{good}\n")),
        named("a space before it", format!(" {good}")),
        named("a JWS in JSON", json!({"protected": head, "payload": body, "signature": signature}).to_string()),
        named("an unsigned record of local mode as it lies in the browser", claims.clone()),
        named("a header that is no JSON", forge.raw("alg=EdDSA", &claims)),
        named("a header that is a list", forge.raw("[]", &claims)),
        named("a header with a duplicate member", forge.raw(header.replacen('{', "{\"typ\":\"JWT\",", 1), &claims)),
        named("a header with a byte order mark", forge.raw(format!("\u{feff}{header}"), &claims)),
        named("a header with another member", forge.clone().header("zip", "DEF").token()),
        named("a header without kid", forge.clone().without_header("kid").token()),
        named("a header without typ", forge.clone().without_header("typ").token()),
        named("a header without alg", forge.clone().without_header("alg").token()),
        named("alg that is a list", forge.clone().header("alg", json!(["EdDSA"])).token()),
        named("claims that are a list", forge.raw(&header, "[]")),
        named(
            "claims that are not UTF-8",
            forge.raw(&header, [&claims.as_bytes()[..2], b"\xff\xfe", &claims.as_bytes()[2..]].concat()),
        ),
        named("claims with data after them", forge.raw(&header, format!("{claims}{{}}"))),
        claim("a duplicate claim", "\"lang\"", "\"exp\":4000000000,\"lang\""),
        claim("a duplicate claim, written with an escape", "\"lang\"", "\"e\\u0078p\":4000000000,\"lang\""),
        claim("a duplicate member inside a claim", "\"marketing\":0", "\"analytics\":0"),
        claim("a duplicate member inside an unknown claim", "\"lang\"", "\"new\":{\"a\":1,\"a\":2},\"lang\""),
        claim("exp as text", &format!("\"exp\":{}", iat + 180 * 86_400), "\"exp\":\"4000000000\""),
        claim("exp null", &format!("\"exp\":{}", iat + 180 * 86_400), "\"exp\":null"),
        claim("exp with a fraction", &format!("\"exp\":{}", iat + 180 * 86_400), "\"exp\":4000000000.5"),
        claim("exp beyond any calendar", &format!("\"exp\":{}", iat + 180 * 86_400), "\"exp\":9223372036854775808"),
        claim("iat negative", &format!("\"iat\":{iat}"), "\"iat\":-1"),
        claim("sub null", "\"sub\":\"s-7hK2\"", "\"sub\":null"),
        claim("src unknown", "\"src\":\"banner\"", "\"src\":\"scrolling\""),
        claim("a refusal as false", "\"marketing\":0", "\"marketing\":false"),
        claim("a grant as true", "\"marketing\":0", "\"marketing\":true"),
        claim("a grant before 1970", "\"marketing\":0", "\"marketing\":-5"),
        claim("a purpose that is no id", "\"marketing\":0", "\"Marketing\":0"),
        named("aud as a list", forge.clone().claim("aud", json!([ISSUER])).token()),
        named("g as a list", forge.clone().claim("g", json!(["analytics"])).token()),
        named("status without its list", forge.clone().claim("status", json!({})).token()),
        named("no exp", forge.clone().without("exp").token()),
        named("no iat", forge.clone().without("iat").token()),
        named("no iss", forge.clone().without("iss").token()),
        named("no aud", forge.clone().without("aud").token()),
        named("no g", forge.clone().without("g").token()),
        named("no ntc", forge.without("ntc").token()),
    ]
}

fn headers() -> Vec<Vector> {
    let good = Forge::good;
    let own = json!({"kty": "OKP", "crv": "Ed25519", "x": b64(attacker().verifying_key().to_bytes())});
    let with = |name: &str, value: Value| {
        vector("forbidden-header", &format!("header {name}"), good().header(name, value).token())
    };
    let mut hs256 = good().header("alg", "HS256");
    hs256.claims["g"]["marketing"] = json!(1);
    let input = format!("{}.{}", b64(hs256.header.to_string()), b64(hs256.claims.to_string()));
    vec![
        with("crit", json!(["exp"])),
        with("jku", json!("https://evil.example/jwks.json")),
        with("x5u", json!("https://evil.example/cert.pem")),
        with("jwk", own),
        with("x5c", json!(["MIIB"])),
        with("b64", json!(false)),
        vector("wrong-type", "an ordinary JWT", good().header("typ", "JWT").token()),
        vector("wrong-type", "an access token", good().header("typ", "at+jwt").token()),
        vector("wrong-type", "typ in capitals", good().header("typ", "CONSENT+JWT").token()),
        vector(
            "wrong-type",
            "typ with its media type in full",
            good().header("typ", "application/consent+jwt").token(),
        ),
        vector(
            "wrong-type",
            "an unsigned record of local mode dressed as a token",
            good().header("typ", "consent+local").header("alg", "none").signed_with([]),
        ),
        vector("wrong-alg", "none, unsigned", good().header("alg", "none").signed_with([])),
        vector("wrong-alg", "none, signed all the same", good().header("alg", "none").token()),
        vector("wrong-alg", "nOnE, unsigned", good().header("alg", "nOnE").signed_with([])),
        vector("wrong-alg", "HS256 with the public key as the secret", hs256.signed_with(hmac(&input))),
        vector("wrong-alg", "RS256", good().header("alg", "RS256").signed_with([1; 256])),
        vector("wrong-alg", "ES256", good().header("alg", "ES256").token()),
        vector("wrong-alg", "Ed448", good().header("alg", "Ed448").signed_with([1; 114])),
        vector("wrong-alg", "eddsa in small letters", good().header("alg", "eddsa").token()),
        vector("unknown-key", "another key under its own name", {
            let kid = volens_verify::thumbprint(&attacker().verifying_key().to_bytes());
            Forge { key: attacker(), ..good().header("kid", kid) }.token()
        }),
        vector("unknown-key", "no name", good().header("kid", "").token()),
        vector("unknown-key", "a path as a name", good().header("kid", "../../dev/null").token()),
    ]
}

fn signatures() -> Vec<Vector> {
    let good = Forge::good();
    let signature = good.signature();
    let (head, rest) = good.token().split_once('.').map(|(h, r)| (h.to_owned(), r.to_owned())).unwrap();
    let other = good.clone().claim("g", json!({"analytics": 1, "marketing": 1}));
    let respelt = b64(good.header.to_string().replacen(':', ": ", 1));
    let mut identity = [0; 64];
    identity[0] = 1;
    let bad = |name: &str, token: String| vector("bad-signature", name, token);
    assert_ne!(head, respelt);
    vec![
        bad("another key under our key's name", Forge { key: attacker(), ..good.clone() }.token()),
        bad("the signature of another token", other.signed_with(signature)),
        bad("the header respelt", format!("{respelt}.{rest}")),
        bad("no signature", good.signed_with([])),
        bad("63 bytes", good.signed_with(&signature[..63])),
        bad("65 bytes", good.signed_with([&signature[..], &[0]].concat())),
        bad("all zero", good.signed_with([0; 64])),
        bad("R of small order, S zero", good.signed_with(identity)),
        bad("S raised by the order of the group", good.signed_with(raised(signature))),
        bad("R and S changed places", good.signed_with([&signature[32..], &signature[..32]].concat())),
    ]
}

fn claims() -> Vec<Vector> {
    let good = Forge::good;
    let at = now().unix_seconds();
    let status = json!({"status_list": {"idx": 131_071, "uri": "https://nordvakt.example/consent/v1/status/1"}});
    vec![
        vector("wrong-issuer", "another site", good().claim("iss", "https://evil.example").token()),
        vector("wrong-issuer", "a slash too many", good().claim("iss", format!("{ISSUER}/")).token()),
        vector(
            "wrong-issuer",
            "our issuer as a beginning",
            good().claim("iss", format!("{ISSUER}.evil.example")).token(),
        ),
        vector("wrong-audience", "for another service", good().claim("aud", "orders-api").token()),
        vector("wrong-controller", "a controller that the text did not name", good().token()).controller("parent"),
        vector("wrong-controller", "nobody named", good().claim("ctl", json!([])).token()).controller("nordvakt"),
        vector("not-yet-valid", "not before a second later than now", good().claim("nbf", at + 1).token()),
        vector("malformed", "a status that is a list", good().claim("status", serde_json::json!([[1, "u"]])).token()),
        vector("not-yet-valid", "issued a second later than now", good().claim("iat", at + 1).token()),
        vector("not-yet-valid", "issued a fraction of a second later", good().token()).now("2026-11-21T20:40:29.999Z"),
        vector("expired", "at its end", good().claim("exp", at).token()),
        vector("expired", "years later", good().token()).now("2036-01-01T00:00:00Z"),
        vector("status-unknown", "a status list that is not at hand", good().claim("status", status).token()),
        vector("other-notice", "granted under another notice", good().token()).notice("another").purpose("analytics"),
        vector("not-granted", "refused", good().token()).purpose("marketing"),
        vector("not-granted", "refused under another notice", good().token()).notice("another").purpose("marketing"),
        vector("not-granted", "never asked", good().token()).purpose("functional"),
        vector("not-granted", "everything refused", Forge::refuser().token()).purpose("analytics"),
        vector(
            "not-granted",
            "granted a second later than now",
            good().claim("g", json!({"analytics": at + 1})).token(),
        )
        .purpose("analytics"),
    ]
}

fn attacker() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[9; 32])
}

/// HMAC-SHA-256 (RFC 2104) under our public key, which is what a confused verifier would compute.
fn hmac(input: &str) -> Vec<u8> {
    let public = key().verifying_key().to_bytes();
    let pad = |with: u8| (0..64).map(|i| public.get(i).copied().unwrap_or(0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([&pad(0x36), input.as_bytes()].concat());
    Sha256::digest([&pad(0x5c)[..], &inner].concat()).to_vec()
}

/// S + L: the same number modulo the order of the group, and so a second signature to a careless verifier.
fn raised(mut signature: [u8; 64]) -> [u8; 64] {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (s, l) in signature[32..].iter_mut().zip(L) {
        let sum = u16::from(*s) + u16::from(l) + carry;
        *s = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    signature
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/token.json")
}

fn answer(file: &File, vector: &Vector) -> &'static str {
    let keys = KeySet::from_jwks(file.jwks.to_string().as_bytes()).unwrap();
    let mut builder = Verifier::builder().issuer(&file.issuer).audience(&file.audience).keys(keys);
    if let Some(controller) = &vector.controller {
        builder = builder.controller(controller);
    }
    if let Some(notices) = &vector.notices {
        builder = builder.notices(notices.iter().map(|notice| notice.parse().unwrap()));
    }
    let now = vector.now.as_ref().unwrap_or(&file.now).parse().unwrap();
    let consent = match builder.build().unwrap().verify_at(&vector.token, now) {
        Ok(consent) => consent,
        Err(error) => return error.code(),
    };
    let Some(purpose) = &vector.purpose else { return "ok" };
    let purpose: PurposeId = purpose.parse().unwrap();
    let asked = consent.require_id(&purpose);
    assert_eq!(asked.is_ok(), consent.permits(&purpose));
    asked.map_or_else(|denied| denied.code(), |_| "ok")
}

#[test]
fn a_file_is_what_the_code_makes() {
    let made = serde_json::to_string_pretty(&file()).unwrap() + "\n";
    if std::env::var_os("VOLENS_BLESS").is_some() {
        std::fs::create_dir_all(path().parent().unwrap()).unwrap();
        std::fs::write(path(), &made).unwrap();
    }
    let stored = std::fs::read_to_string(path()).unwrap();
    let first = made.lines().zip(stored.lines()).find(|(made, stored)| made != stored);
    assert_eq!(first, None, "made and stored differ; VOLENS_BLESS=1 writes the file anew");
    assert_eq!(made.len(), stored.len());
}

#[test]
fn each_vector_gets_its_answer() {
    let file = file();
    let wrong = file
        .vectors
        .iter()
        .map(|vector| (vector, answer(&file, vector)))
        .filter(|(vector, answer)| vector.expect != *answer)
        .map(|(vector, answer)| format!("{}: expected {}, got {answer}", vector.name, vector.expect))
        .collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Names are unique, and every code has its vector.
#[test]
fn every_code_has_a_vector() {
    let file = file();
    let mut names = file.vectors.iter().map(|v| (&v.expect, &v.name)).collect::<Vec<_>>();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), file.vectors.len());
    // Status lists came after this file.
    let later = ["status-stale", "withdrawn"];
    for code in published::CODES.into_iter().filter(|code| !later.contains(code)).chain(["ok"]) {
        assert!(file.vectors.iter().any(|vector| vector.expect == code), "{code}");
    }
}
