//! Status lists: spoiled as text, under their encoding, under their compression, and with a true signature over it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Value, json};
use std::num::NonZeroUsize;
use volens_verify::{StatusLists, Verifier, VerifyError};

use super::issuer::Issuer;
use super::{Target, vectors};
use crate::inflate::{packed, unpacked, zeros};
use crate::mutate::{self, Spoilt};
use crate::random::Random;

const URI: &str = "https://nordvakt.example/consent/v1/status/1";
/// What a list may unpack to, and how old it may be.
const MOST: usize = 1 << 20;
const MAX_AGE: i64 = 300;
/// Whose tokens are asked about: the first, one that ended, its neighbour, the last and one beyond it.
const IDX: [u64; 5] = [0, 77, 78, 1023, 1024];
const BEFORE: [&str; 5] = ["ok", "withdrawn", "ok", "ok", "status-unknown"];

pub struct Status {
    issuer: Issuer,
    lists: StatusLists,
    verifier: Verifier,
    tokens: Vec<String>,
    good: Vec<u8>,
}

struct Seen {
    iat: i64,
    exp: Option<i64>,
    bits: u64,
    bytes: Vec<u8>,
}

impl Status {
    pub fn new() -> Self {
        let ((issuer, builder), lists) = (Issuer::and_verifier(), StatusLists::new());
        let builder = builder.status(lists.clone()).cache(NonZeroUsize::MIN.saturating_add(63));
        let verifier = builder.build().expect("nothing is missing");
        let mut this = Self { issuer, lists, verifier, tokens: Vec::new(), good: Vec::new() };
        let vectors = vectors();
        let first = vectors["vectors"][0]["token"].as_str().expect("a token").split('.').nth(1).expect("claims");
        let mut claims: Value =
            serde_json::from_slice(&B64.decode(first).expect("base64url")).expect("the first vector is good");
        for idx in IDX {
            claims["status"] = json!({"status_list": {"idx": idx, "uri": URI}});
            let token = this.issuer.sign(this.header("consent+jwt").as_bytes(), claims.to_string().as_bytes());
            this.tokens.push(String::from_utf8(token).expect("text"));
        }
        let mut bytes = [0; 128];
        bytes[9] = 1 << 5;
        this.good = this.list(this.issuer.now.unix_seconds() - 200, 1, &packed(&bytes));
        this.put_back();
        this
    }

    fn header(&self, typ: &str) -> String {
        format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"{typ}"}}"#, self.issuer.kid)
    }

    fn list(&self, iat: i64, bits: u64, lst: &[u8]) -> Vec<u8> {
        let claims = json!({
            "sub": URI, "iss": self.issuer.origin, "iat": iat, "exp": iat + 86_400, "ttl": 60,
            "status_list": {"bits": bits, "lst": B64.encode(lst)},
        });
        self.issuer.sign(self.header("statuslist+jwt").as_bytes(), claims.to_string().as_bytes())
    }

    /// The good list alone.
    fn put_back(&self) {
        self.lists.remove(URI);
        self.lists.put_at(URI, &self.good, &self.verifier, self.issuer.now).expect("it is good");
    }

    fn codes(&self) -> Vec<&'static str> {
        let code =
            |token: &String| self.verifier.verify_at(token, self.issuer.now).map_or_else(VerifyError::code, |_| "ok");
        self.tokens.iter().map(code).collect()
    }

    /// What has to be true of a list that was taken in, by other means than the verifier's.
    fn deserved(&self, input: &[u8]) -> Seen {
        let text = std::str::from_utf8(input).expect("text");
        assert!(text.len() <= 2 << 20);
        let claims = self.issuer.deserved(text, "statuslist+jwt");
        assert_eq!(claims["sub"], URI);
        assert!(claims.get("iss").is_none_or(|iss| *iss == self.issuer.origin));
        assert!(claims.get("ttl").is_none_or(|ttl| ttl.as_u64().expect("a number") > 0));
        let iat = claims["iat"].as_i64().expect("a number");
        let begins = iat.max(claims.get("nbf").map_or(0, |nbf| nbf.as_i64().expect("a number")));
        assert!(iat >= 0 && begins <= self.issuer.now.unix_seconds() + 300);
        let inner = claims["status_list"].as_object().expect("an object");
        let bits = inner["bits"].as_u64().filter(|bits| [1, 2, 4, 8].contains(bits)).expect("a width");
        let lst = B64.decode(inner["lst"].as_str().expect("text")).expect("base64url");
        let exp = claims.get("exp").map(|exp| exp.as_i64().expect("a number"));
        Seen { iat, exp, bits, bytes: unpacked(&lst, MOST).expect("zlib, and not too much") }
    }

    /// What the tokens' answers have to be then.
    fn expected(&self, mut seen: Seen) -> Vec<&'static str> {
        let now = self.issuer.now.unix_seconds();
        if seen.iat == now - 200 {
            // Of the same second as the good one, which is still believed.
            assert_eq!((seen.bits, seen.bytes.len()), (1, 128));
            seen.bytes[9] |= 1 << 5;
            seen.exp = Some(seen.exp.unwrap_or(i64::MAX).min(now - 200 + 86_400));
        }
        assert!(seen.iat >= now - 200, "an older list took the place");
        let stale = now - seen.iat > MAX_AGE || seen.exp.is_some_and(|exp| exp <= now);
        let answer = |idx: u64| {
            let bit = usize::try_from(idx * seen.bits).expect("small");
            let Some(byte) = seen.bytes.get(bit / 8) else { return "status-unknown" };
            let value = u16::from(*byte) >> (bit % 8) & ((1 << seen.bits) - 1);
            match (stale, value) {
                (true, _) => "status-stale",
                (false, 0) => "ok",
                (false, _) => "withdrawn",
            }
        };
        IDX.into_iter().map(answer).collect()
    }

    /// Changes what is under the compression, or the compressed bytes, and signs the whole.
    fn repacked(&self, random: &mut Random, claims: &[u8], other: &[u8]) -> Option<Vec<u8>> {
        let mut claims: Value = serde_json::from_slice(claims).ok()?;
        let mut lst = B64.decode(claims["status_list"]["lst"].as_str()?).ok()?;
        if random.one_in(2) {
            mutate::bytes(random, &mut lst, other);
        } else {
            let mut bytes = unpacked(&lst, 16_384)?;
            mutate::bytes(random, &mut bytes, other);
            lst = packed(&bytes);
        }
        claims["status_list"]["lst"] = B64.encode(lst).into();
        if random.one_in(3) {
            claims["status_list"]["bits"] = (*random.pick(&[1, 2, 4, 8, 3])).into();
        }
        if random.one_in(3) {
            let near = *random.pick(&[-201, -200, -199, -1, 0, 300, 301]);
            claims["iat"] = (self.issuer.now.unix_seconds() + near).into();
        }
        Some(self.issuer.sign(self.header("statuslist+jwt").as_bytes(), claims.to_string().as_bytes()))
    }
}

impl Target for Status {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let text = include_str!("../../../tests/vectors/token/status.json");
        let all: Value = serde_json::from_str(text).expect("the published vectors are JSON");
        let vectors = all["vectors"].as_array().into_iter().flatten();
        let lists = vectors.filter_map(|vector| vector["context"]["status"]["lists"].as_object());
        let mut seeds: Vec<Vec<u8>> =
            lists.flatten().filter_map(|(_, list)| Some(list.as_str()?.as_bytes().to_vec())).collect();
        let now = self.issuer.now.unix_seconds();
        for bits in [1, 2, 4, 8] {
            seeds.push(self.list(now, bits, &packed(&[0x1b; 300])));
        }
        // The draft's own example, with its fixed codes.
        seeds.push(self.list(now, 1, &[0x78, 0xda, 0xdb, 0xb9, 0x18, 0, 2, 0x17, 1, 0x5d]));
        // As large as may be, and a byte more.
        seeds.extend([MOST, MOST + 1].map(|count| self.list(now, 1, &zeros(count))));
        seeds.push(self.good.clone());
        assert!(seeds.len() > 30, "the published vectors have lists");
        seeds
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        if random.one_in(2)
            && let Some(claims) = mutate::parts(input).map(|[_, claims, _]| claims)
            && let Some(list) = self.repacked(random, &claims, other)
        {
            return list;
        }
        match mutate::token(random, input, other, 4) {
            Spoilt::Signed(text) => text,
            Spoilt::Unsigned(header, claims) => self.issuer.sign(&header, &claims),
        }
    }

    fn run(&self, input: &[u8]) -> String {
        match self.lists.put_at(URI, input, &self.verifier, self.issuer.now) {
            Ok(times) => {
                let seen = self.deserved(input);
                assert_eq!(times.issued_at.unix_seconds(), seen.iat);
                let size = seen.bytes.len().checked_ilog2().unwrap_or(0).div_ceil(3);
                let kind = format!("taken in, {} bits, size {size}", seen.bits);
                let codes = self.codes();
                assert_eq!(codes, self.expected(seen));
                self.put_back();
                format!("{kind}, {}", codes[1])
            }
            Err(refused) => {
                assert_eq!(self.codes(), BEFORE, "the good list stays");
                format!("{}, {}", refused.code(), input.len().checked_ilog2().unwrap_or(0).div_ceil(3))
            }
        }
    }
}
