//! Mutated tokens and what this crate says to them, as JSON lines for readers that are not ours.
//!
//! `differential CASES SEED`: the first line has what a reader must be configured with, each other one a token, how it
//! came about, and our answer. The same arguments give the same lines. `cargo xtask differential` compares.

mod chance;
mod mutate;

use std::env;
use std::error::Error;
use std::io::{BufWriter, Write as _, stdout};

use serde_json::json;
use volens_core::Timestamp;
use volens_verify::{KeySet, Verifier, VerifyError};

use chance::Chance;
use mutate::{ISSUER, Maker, NOW};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(cases), Some(seed), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: differential CASES SEED".into());
    };
    let (cases, seed) = (cases.parse::<u32>()?, seed.parse::<u64>()?);
    let mut maker = Maker::new(Chance::new(seed));
    let keys = KeySet::from_public_keys(maker.public_keys())?;
    // Without `alg`: that member would tie a key to one of the two names of its one algorithm.
    let jwks = keys.to_jwks().replace(r#""alg":"EdDSA","#, "");
    let verifier = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys).build()?;
    let jwks: serde_json::Value = serde_json::from_str(&jwks)?;

    let mut out = BufWriter::new(stdout().lock());
    let head = json!({
        "jwks": jwks, "issuer": ISSUER, "audience": ISSUER, "now": NOW, "cases": cases, "seed": seed,
    });
    writeln!(out, "{head}")?;
    for _ in 0..cases {
        let (kind, token) = maker.next();
        let ours =
            verifier.verify_at(&token, Timestamp::from_unix_seconds(NOW)).map_or_else(VerifyError::code, |_| "ok");
        writeln!(out, "{}", json!({ "kind": kind, "token": token, "ours": ours }))?;
    }
    Ok(out.flush()?)
}
