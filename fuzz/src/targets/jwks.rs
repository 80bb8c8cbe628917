//! Key sets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use volens_verify::{KeySet, KeySetError, thumbprint};

use super::{Target, vectors};
use crate::mutate;
use crate::random::Random;

pub struct Jwks;

/// RFC 7638, of what the members say.
fn print(jwk: &Value) -> String {
    let text = |member: &str| jwk[member].as_str().unwrap_or_default();
    let (x, y) = (text("x"), text("y"));
    let members = match text("kty") {
        "EC" => format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
        _ => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
    };
    B64.encode(Sha256::digest(members))
}

impl Target for Jwks {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let jwk = |seed: u8, more: &[(&str, Value)]| {
            let public = SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
            let mut jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": thumbprint(&public), "x": B64.encode(public)});
            for (name, value) in more {
                jwk[*name] = value.clone();
            }
            jwk
        };
        // The key of RFC 7515, appendix A.3.
        let mut ec = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        });
        ec["kid"] = print(&ec).into();
        let other = json!({"kty": "EC", "crv": "P-384", "kid": "a", "x": "AA", "y": "AA"});
        let all = jwk(3, &[("use", "sig".into()), ("alg", "EdDSA".into()), ("key_ops", json!(["verify"]))]);
        [
            vectors()["jwks"].clone(),
            json!({"keys": [jwk(1, &[]), jwk(2, &[]), all]}),
            json!({"keys": [other, ec, jwk(4, &[("use", "enc".into())]), jwk(5, &[])]}),
            json!({"keys": [jwk(6, &[("d", "AA".into())])]}),
        ]
        .map(|set| set.to_string().into_bytes())
        .into()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        if let (Ok(mut value), 1..) = (serde_json::from_slice::<Value>(input), random.below(3)) {
            mutate::json(random, &mut value);
            // The thumbprint is put right at times, or no changed key would get past it.
            if random.one_in(2) {
                for jwk in value.get_mut("keys").and_then(Value::as_array_mut).into_iter().flatten() {
                    if jwk["x"].is_string() {
                        jwk["kid"] = print(jwk).into();
                    }
                }
            }
            let text = value.to_string();
            return if random.one_in(8) { mutate::twice(random, &text, &value) } else { text }.into_bytes();
        }
        let mut bytes = input.to_vec();
        mutate::bytes(random, &mut bytes, other);
        bytes
    }

    fn run(&self, input: &[u8]) -> String {
        let keys = match KeySet::from_jwks(input) {
            Ok(keys) => keys,
            // Without the place of the key, or each place would be a kind of its own.
            Err(KeySetError::Key { problem, .. }) => return problem.to_string(),
            Err(error) => return error.code().into(),
        };
        let written = keys.to_jwks();
        let again = KeySet::from_jwks(written.as_bytes()).expect("what it writes, it reads");
        assert_eq!(again.to_jwks(), written);
        // Of members that it has no use for it reads no more than where they end: half a surrogate pair or bytes that are
        // no text pass there. What is used is checked above and below.
        let Ok(given) = serde_json::from_slice::<Value>(input) else {
            return format!("{} keys beside an unread member that is no text", keys.kids().count().min(8));
        };
        let given = given["keys"].as_array().expect("an array");
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
        assert!(given.iter().all(|jwk| private.iter().all(|member| jwk.get(member).is_none())), "a private key");
        let written: Value = serde_json::from_str(&written).expect("JSON");
        for key in written["keys"].as_array().expect("an array") {
            let print = print(key);
            assert_eq!(key["kid"], print.as_str());
            // A `y` beside an Ed25519 key says nothing.
            let members: &[&str] =
                if key["kty"] == "EC" { &["kid", "kty", "crv", "x", "y"] } else { &["kid", "kty", "crv", "x"] };
            let same = |jwk: &Value| members.iter().all(|member| jwk[*member] == key[*member]);
            assert!(given.iter().any(same), "{print} was not given");
        }
        format!("{} of {} keys", keys.kids().count().min(8), given.len().min(8))
    }
}
