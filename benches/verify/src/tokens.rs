//! One visitor's consent in the form of each contender: true, and spoilt in every way that all of them must notice.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use volens_core::token::{self, Claims, Issue, Stance};
use volens_core::{Channel, Timestamp};
use volens_verify::{Clock as _, SystemClock, thumbprint};

/// Issuer and audience.
pub const ORIGIN: &str = "https://shop.example";

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    Issuer,
    /// One whose key no verifier knows.
    Stranger,
}

impl Signer {
    /// The seed of its keys, the same in each run.
    pub const fn seed(self) -> [u8; 32] {
        match self {
            Self::Issuer => [7; 32],
            Self::Stranger => [8; 32],
        }
    }

    pub fn ed25519(self) -> SigningKey {
        SigningKey::from_bytes(&self.seed())
    }
}

/// How many visitors' tokens those take in turn for whom each is the first: what one token leaves in the processor's
/// caches helps little with the next.
pub const STRANGERS: u32 = 1000;

/// What the verifiers are shown before they are timed.
#[derive(Clone, Debug)]
pub struct Trial {
    /// True ones, each of another visitor.
    pub valid: Vec<String>,
    pub spoilt: Vec<(&'static str, String)>,
}

impl Trial {
    /// `make` writes and signs a token in the contender's form.
    pub fn of(make: impl Fn(&Claims, Signer) -> String) -> Self {
        let valid: Vec<_> = (0..STRANGERS).map(|number| make(&claims(number), Signer::Issuer)).collect();
        let spoilt = vec![
            ("a signature with one letter changed", flipped(&valid[0])),
            ("a stranger's signature", make(&claims(0), Signer::Stranger)),
            ("another issuer", make(&Claims { iss: "https://other.example".into(), ..claims(0) }, Signer::Issuer)),
            ("another audience", make(&Claims { aud: "https://other.example".into(), ..claims(0) }, Signer::Issuer)),
            ("ended", make(&expired(), Signer::Issuer)),
        ];
        Self { valid, spoilt }
    }
}

/// What a real token says: `number` tells visitors apart.
pub fn claims(number: u32) -> Claims {
    let now = SystemClock.now();
    let issue = Issue {
        origin: ORIGIN.into(),
        controllers: vec!["shop".into(), "shop-dk".into()],
        policy: "3.2".into(),
        notice: "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A".parse().expect("a notice's hash"),
        text: "pB6xV0nM4qT8wL2rY9sK3jH7gF1dC5aZeUiOoXtRvNs".parse().expect("a text's hash"),
        lang: "en".parse().expect("a language"),
        jurisdiction: "eu".into(),
    };
    let granted = now.plus_seconds(-HOUR);
    let decided = [
        ("analytics", Stance::Granted(granted)),
        ("functional", Stance::Granted(granted)),
        ("marketing", Stance::Refused),
    ];
    let decided = decided.map(|(purpose, stance)| (purpose.parse().expect("a purpose"), stance));
    let name = |kind: &str| URL_SAFE_NO_PAD.encode(format!("{kind}-{number:014}"));
    let subject = name("s").parse().expect("a subject");
    let ends = [now.plus_seconds(180 * DAY)];
    Claims::granted(issue, (subject, name("j")), Channel::Banner, granted, decided.into(), ends)
}

/// A token that ended an hour ago: longer than any contender's leeway.
pub fn expired() -> Claims {
    let ended = SystemClock.now().plus_seconds(-HOUR).unix_seconds();
    Claims { iat: ended - DAY, exp: ended, ..claims(0) }
}

/// The header of our own tokens.
pub fn header(alg: &str, kid: &str, typ: &str) -> token::Header {
    token::Header { alg: alg.into(), kid: kid.into(), typ: typ.into() }
}

/// The id of the signer's Ed25519 key.
pub fn kid(signer: Signer) -> String {
    thumbprint(signer.ed25519().verifying_key().as_bytes())
}

/// A token as Volens mints it.
pub fn minted(claims: &Claims, signer: Signer) -> String {
    under(&header("EdDSA", &kid(Signer::Issuer), token::TYPE), claims, signer)
}

/// The same under any header.
pub fn under(header: &token::Header, claims: &Claims, signer: Signer) -> String {
    let input = token::signing_input(header, claims).expect("a token of normal length");
    let signature = signer.ed25519().sign(input.as_bytes());
    token::compact(input, &signature.to_bytes())
}

/// With a letter of the signature changed that carries six whole bits of it.
fn flipped(token: &str) -> String {
    let at = token.len() - 10;
    let other = if &token[at..=at] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

/// The claims as a program reads them that has no types of ours: what the others read them into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plain {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub iat: i64,
    pub exp: i64,
    pub jti: String,
    pub ctl: Vec<String>,
    pub pol: String,
    pub ntc: String,
    pub txt: String,
    pub lang: String,
    pub jur: String,
    pub src: String,
    pub g: BTreeMap<String, i64>,
}

/// Those of them that are no registered claims, for libraries that read the registered ones themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    pub ctl: Vec<String>,
    pub pol: String,
    pub ntc: String,
    pub txt: String,
    pub lang: String,
    pub jur: String,
    pub src: String,
    pub g: BTreeMap<String, i64>,
}

/// Whether the purposes were read as [`claims`] says them.
pub fn as_claimed(g: &BTreeMap<String, i64>) -> bool {
    g.get("analytics").is_some_and(|at| *at > 0) && g.get("marketing") == Some(&0)
}

/// As PASETO writes times.
pub fn written(seconds: i64) -> String {
    Timestamp::from_unix_seconds(seconds).to_string()
}
