//! Tokens and what is done to them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use volens_verify::thumbprint;

use crate::chance::Chance;

pub(crate) const ISSUER: &str = "https://nordvakt.example";
pub(crate) const NOW: i64 = 1_795_294_230; // 2026-11-21T20:50:30Z
const LATER: i64 = NOW + 15_000_000;
const PURPOSES: [&str; 6] = ["analytics", "marketing", "functional", "video", "maps", "reader-survey"];

/// What stands in for a value, most of it wrong.
const VALUES: [&str; 36] = [
    "0",
    "1",
    "-1",
    "-0",
    "0.0",
    "1.5",
    "1e3",
    "1795294230",
    "1795294231",
    "1795294229",
    "1795294230.0",
    "1795294230.5",
    "9007199254740993",
    "253402300799",
    "253402300800",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "\"\"",
    "\"1\"",
    "\"1795294230\"",
    "\"x\"",
    "\"https://nordvakt.example\"",
    "\"https://nordvakt.example/\"",
    "\"\\u0068ttps://nordvakt.example\"",
    "\"\\ud83c\\udf6a\"",
    "\"\\ud83c\"",
    "\"\\x\"",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[\"https://nordvakt.example\"]",
    "{\"a\":1,\"a\":2}",
    "NaN",
];

/// What stands in for a name.
const NAMES: [&str; 14] =
    ["iss", "aud", "sub", "iat", "nbf", "exp", "jti", "ctl", "g", "status", "x", "\\u0061ud", "EXP", "__proto__"];

/// What is put somewhere into JSON.
const SNIPPETS: [&str; 20] = [
    " ", "\n", "\t", "\r", "\0", "\u{feff}", "\u{a0}", ",", ":", "\"", "\\", "{", "}", "[", "]", "0", "-", "e", "é",
    "/**/",
];

/// Makes tokens of a few keys that a reader knows, and of one that it does not.
pub(crate) struct Maker {
    chance: Chance,
    keys: [SigningKey; 3],
    stranger: SigningKey,
}

impl Maker {
    pub(crate) fn new(mut chance: Chance) -> Self {
        let mut key = || {
            let mut seed = [0; 32];
            for part in seed.chunks_mut(8) {
                part.copy_from_slice(&chance.number().to_le_bytes());
            }
            SigningKey::from_bytes(&seed)
        };
        let (keys, stranger) = ([key(), key(), key()], key());
        Self { chance, keys, stranger }
    }

    pub(crate) fn public_keys(&self) -> [[u8; 32]; 3] {
        self.keys.each_ref().map(|key| key.verifying_key().to_bytes())
    }

    /// How it came about, and the token.
    pub(crate) fn next(&mut self) -> (&'static str, String) {
        let parts = self.parts();
        match self.chance.below(14) {
            0 => ("as minted", parts.token()),
            1 | 2 => ("a bit of its text", self.flipped(&parts.token())),
            3 => ("a bit of what it encodes", self.flipped_within(&parts)),
            4 => ("parts of two tokens", self.crossed(&parts)),
            5 => ("cut or run on", self.cut(&parts.token())),
            6 | 7 => ("claims edited, signed again", Parts { claims: self.edited(&parts.claims), ..parts }.token()),
            8 => ("claims spoilt, signed again", Parts { claims: self.spoilt(&parts.claims), ..parts }.token()),
            9 => ("claims respelt, signed again", Parts { claims: self.respelt(&parts.claims), ..parts }.token()),
            10 => ("header edited, signed again", Parts { header: self.edited_header(&parts.header), ..parts }.token()),
            11 => ("header respelt, signed again", Parts { header: self.respelt(&parts.header), ..parts }.token()),
            12 => ("header spoilt, signed again", Parts { header: self.spoilt(&parts.header), ..parts }.token()),
            _ => ("another signature", self.signed_otherwise(&parts)),
        }
    }

    /// A good token: a few purposes, some time ago.
    fn parts(&mut self) -> Parts {
        let key = self.keys.get(self.chance.below(3)).unwrap_or(&self.stranger).clone();
        let alg = if self.chance.one_in(4) { "Ed25519" } else { "EdDSA" };
        let kid = thumbprint(&key.verifying_key().to_bytes());
        let age = i64::try_from(self.chance.below(86_400)).unwrap_or_default();
        let (iat, life) = (NOW - age, 1 + i64::try_from(self.chance.below(15_552_000)).unwrap_or_default());
        let decided = PURPOSES
            .iter()
            .filter_map(|purpose| match self.chance.below(3) {
                0 => None,
                1 => Some(format!("\"{purpose}\":0")),
                _ => Some(format!("\"{purpose}\":{iat}")),
            })
            .collect::<Vec<_>>()
            .join(",");
        let who = match self.chance.below(3) {
            0 => String::new(),
            _ => format!("\"sub\":\"s-{:x}\",\"jti\":\"j-{:x}\",", self.chance.number(), self.chance.number()),
        };
        let (lang, src) = (self.chance.of(&["sv", "en", "pt-BR"]), self.chance.of(&["banner", "center", "email"]));
        let exp = NOW + life;
        Parts {
            header: format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"consent+jwt"}}"#),
            claims: format!(
                r#"{{"iss":"{ISSUER}","aud":"{ISSUER}",{who}"iat":{iat},"exp":{exp},"ctl":["nordvakt"],"pol":"3.2","ntc":"Zk3vQ9aB","txt":"t-4Lm8","lang":"{lang}","jur":"eu","src":"{src}","g":{{{decided}}}}}"#
            ),
            key,
        }
    }

    /// Any one of the seven bits that leave it a text.
    fn flipped(&mut self, token: &str) -> String {
        let mut bytes = token.as_bytes().to_vec();
        let (at, bit) = (self.chance.below(bytes.len()), self.chance.below(7));
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << bit;
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn flipped_within(&mut self, parts: &Parts) -> String {
        let token = parts.token();
        let mut parts =
            token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).collect::<Vec<_>>();
        let which = self.chance.below(parts.len());
        if let Some(part) = parts.get_mut(which) {
            let (at, bit) = (self.chance.below(part.len()), self.chance.below(8));
            if let Some(byte) = part.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect::<Vec<_>>().join(".")
    }

    /// Each part from one of two tokens, or in another place.
    fn crossed(&mut self, parts: &Parts) -> String {
        let other = self.parts();
        let (one, two) = (parts.token(), other.token());
        let pieces = one.split('.').chain(two.split('.')).collect::<Vec<_>>();
        if self.chance.one_in(3) {
            (0..3).map(|_| self.chance.of(&pieces)).collect::<Vec<_>>().join(".")
        } else {
            let picked = |chance: &mut Chance, at: usize| {
                pieces.get(at + 3 * chance.below(2)).copied().unwrap_or_default().to_owned()
            };
            (0..3).map(|at| picked(&mut self.chance, at)).collect::<Vec<_>>().join(".")
        }
    }

    fn cut(&mut self, token: &str) -> String {
        match self.chance.below(4) {
            0 => token.get(..self.chance.below(token.len())).unwrap_or_default().to_owned(),
            1 => token.get(1 + self.chance.below(token.len() - 1)..).unwrap_or_default().to_owned(),
            2 => token.to_owned() + self.chance.of(&["=", "==", ".", " ", "\n", "A", "AAAA", "\0", ".e30", "."]),
            _ => self.chance.of(&["=", ".", " ", "\n", "A", "Bearer ", "\u{feff}", "\0"]).to_owned() + token,
        }
    }

    /// A member replaced, added or taken out; now and then a time at the edge of now, which stays good.
    fn edited(&mut self, json: &str) -> String {
        let name = self.chance.of(&NAMES);
        let value = self.chance.of(&VALUES);
        let near = self.near();
        match self.chance.below(5) {
            0 => self.replaced(json, name, value),
            1 => self.replaced(json, "iat", &(NOW - near).to_string()),
            2 => self.replaced(json, "exp", &(NOW + near).to_string()),
            3 => added(json, "nbf", &(NOW - near).to_string()),
            _ => added(json, name, value),
        }
    }

    /// Seconds, mostly few.
    fn near(&mut self) -> i64 {
        match self.chance.below(4) {
            0 => LATER - NOW,
            1 => -1,
            more => i64::try_from(self.chance.below(more * 2)).unwrap_or_default(),
        }
    }

    /// The member's value replaced if it is there and plain; else the member is added.
    fn replaced(&mut self, json: &str, name: &str, value: &str) -> String {
        let start = format!("\"{name}\":");
        let Some((before, rest)) = json.split_once(&start) else { return added(json, name, value) };
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        let after = rest.get(end..).unwrap_or_default();
        if self.chance.one_in(12) {
            return format!("{before}{}", after.strip_prefix(',').unwrap_or(after));
        }
        format!("{before}{start}{value}{after}")
    }

    /// Bytes put in, taken out or changed anywhere.
    fn spoilt(&mut self, json: &str) -> String {
        let at =
            (0..=json.len()).filter(|at| json.is_char_boundary(*at)).nth(self.chance.below(json.len())).unwrap_or(0);
        let (before, after) = json.split_at_checked(at).unwrap_or((json, ""));
        match self.chance.below(4) {
            0 => format!("{before}{}", after.get(1..).unwrap_or_default()),
            1 => format!("{before}{}{}", self.chance.of(&SNIPPETS), after.get(1..).unwrap_or_default()),
            2 => format!("{json}{}", self.chance.of(&SNIPPETS)),
            _ => format!("{before}{}{after}", self.chance.of(&SNIPPETS)),
        }
    }

    /// The same JSON in other bytes: space where it may be, escapes in names and values.
    fn respelt(&mut self, json: &str) -> String {
        let mut out = String::new();
        let (mut within, mut escaped) = (false, false);
        for c in json.chars() {
            if c == '"' && !escaped {
                within = !within;
            } else if within && c.is_ascii_alphabetic() && !escaped && self.chance.one_in(12) {
                out.extend(format!("\\u{:04x}", u32::from(c)).chars());
                continue;
            }
            escaped = within && c == '\\' && !escaped;
            out.push(c);
            if !within && matches!(c, '{' | '}' | ',' | ':' | '[' | ']') && self.chance.one_in(4) {
                out.push_str(self.chance.of(&[" ", "\n", "\t", "\r\n", "  "]));
            }
        }
        out
    }

    fn edited_header(&mut self, header: &str) -> String {
        match self.chance.below(4) {
            0 => {
                let alg = self.chance.of(&[
                    "\"none\"",
                    "\"None\"",
                    "\"\"",
                    "\"HS256\"",
                    "\"RS256\"",
                    "\"ES256\"",
                    "\"EdDSA\"",
                    "\"Ed25519\"",
                    "\"eddsa\"",
                    "null",
                    "1",
                    "[\"EdDSA\"]",
                ]);
                self.replaced(header, "alg", alg)
            }
            1 => {
                let typ = self.chance.of(&[
                    "\"JWT\"",
                    "\"consent+jwt\"",
                    "\"CONSENT+JWT\"",
                    "\"application/consent+jwt\"",
                    "\"\"",
                    "null",
                    "1",
                    "\"consent-dev+jwt\"",
                    "\"statuslist+jwt\"",
                ]);
                self.replaced(header, "typ", typ)
            }
            2 => {
                let kid = self.chance.of(&["\"\"", "\"k1\"", "null", "0", "[]", "\"__proto__\""]);
                self.replaced(header, "kid", kid)
            }
            _ => {
                let name =
                    self.chance.of(&["crit", "jku", "x5u", "jwk", "x5c", "b64", "zip", "cty", "alg", "kid", "typ"]);
                let value = self.chance.of(&VALUES);
                added(header, name, value)
            }
        }
    }

    fn signed_otherwise(&mut self, parts: &Parts) -> String {
        let input = parts.input();
        let good = parts.key.sign(input.as_bytes()).to_bytes();
        let signature = match self.chance.below(5) {
            0 => self.stranger.sign(input.as_bytes()).to_bytes().to_vec(),
            1 => vec![0; self.chance.below(130)],
            2 => raised(&good),
            3 => good.iter().rev().copied().collect(),
            _ => good.iter().copied().take(self.chance.below(64)).collect(),
        };
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// A token before it is put together, to be signed by its key.
struct Parts {
    header: String,
    claims: String,
    key: SigningKey,
}

impl Parts {
    fn input(&self) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&self.header), URL_SAFE_NO_PAD.encode(&self.claims))
    }

    fn token(&self) -> String {
        let input = self.input();
        let signature = self.key.sign(input.as_bytes()).to_bytes();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn added(json: &str, name: &str, value: &str) -> String {
    format!("{},\"{name}\":{value}}}", json.strip_suffix('}').unwrap_or(json))
}

/// S with the order of the group added: the same number to whoever does not look (RFC 8032, 5.1.7).
fn raised(signature: &[u8; 64]) -> Vec<u8> {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    let (r, s) = signature.split_at(32);
    let s = s.iter().zip(L).map(|(s, l)| {
        let sum = u16::from(*s) + u16::from(l) + carry;
        carry = sum >> 8;
        sum.to_le_bytes()[0]
    });
    r.iter().copied().chain(s).collect()
}
