//! `volens token inspect`: what a token says, whoever wrote it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use volens_core::Timestamp;
use volens_core::token::{
    Claims, DEV_TYPE, MAX_LENGTH, TYPE, UnverifiedToken, is_object_with_each_member_once as once_each,
};

use super::one_line;
use crate::exit::{Exit, Outcome};
use crate::input;

const HEADER: [&str; 3] = ["alg", "kid", "typ"];
const FORBIDDEN: [&str; 6] = ["crit", "jku", "x5u", "jwk", "x5c", "b64"];
/// More than this is no token that somebody only made too long.
const LIMIT: usize = 65_536;

/// Print what the token on standard input says, without verifying it.
///
/// Nothing may be decided from this: anyone can write such a token. Takes whatever it is given, and says what is wrong
/// with it and where. Exit 0, or 1 if something is wrong.
#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(crate) fn run(self) -> Outcome {
        let seen = Seen::of(&one_line(input::standard_input(LIMIT as u64)?));
        if self.json {
            input::print(visible(&seen.json().to_string()) + "\n")?;
        } else {
            input::print(seen.text())?;
        }
        Ok(if seen.problems.is_empty() { Exit::Ok } else { Exit::Refused })
    }
}

struct Problem {
    at: String,
    code: &'static str,
    message: String,
}

#[derive(Default)]
struct Seen {
    header: Option<Value>,
    claims: Option<Value>,
    signature: Option<usize>,
    problems: Vec<Problem>,
}

impl Seen {
    fn of(bytes: &[u8]) -> Self {
        let mut seen = Self::default();
        if bytes.len() > MAX_LENGTH {
            seen.wrong("token", "too-long", format!("found {} bytes, expected at most {MAX_LENGTH}", bytes.len()));
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            let at = error.valid_up_to();
            seen.wrong("token", "malformed", format!("found a byte that is no text at offset {at}"));
        }
        let text = String::from_utf8_lossy(bytes);
        let parts: Vec<&str> = text.split('.').collect();
        if parts.len() != 3 {
            let dots = parts.len() - 1;
            seen.wrong("token", "malformed", format!("found {dots} dots, expected 2 between three parts"));
        }
        let mut parts = parts.into_iter();
        let decoded = ["header", "claims", "signature"].map(|name| seen.decode(name, parts.next()?));
        let [header, claims, signature] = decoded;
        seen.header = header.and_then(|bytes| seen.object("header", &bytes));
        if let Some(Value::Object(header)) = seen.header.clone() {
            seen.check_header(&header);
        }
        if let Some(bytes) = claims {
            seen.claims = seen.object("claims", &bytes);
            if let (Some(Value::Object(_)), Err(error)) = (&seen.claims, serde_json::from_slice::<Claims>(&bytes)) {
                seen.wrong("claims", "malformed", error.to_string());
            }
        }
        seen.signature = signature.map(|signature| signature.len());
        if let Some(length) = seen.signature.filter(|length| *length != 64) {
            seen.wrong("signature", "bad-signature", format!("found {length} bytes, expected 64"));
        }
        // The reader that decides has the last word, so that nothing strange is called sound.
        if let (Err(error), true) = (UnverifiedToken::parse(&text), seen.problems.is_empty()) {
            seen.wrong("token", error.code(), error.to_string());
        }
        seen
    }

    fn wrong(&mut self, at: &str, code: &'static str, message: impl Into<String>) {
        self.problems.push(Problem { at: at.to_owned(), code, message: message.into() });
    }

    fn decode(&mut self, name: &str, part: &str) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|error| self.wrong(name, "malformed", format!("not base64url without padding: {error}")))
            .ok()
    }

    fn object(&mut self, name: &str, bytes: &[u8]) -> Option<Value> {
        match serde_json::from_slice::<Value>(bytes) {
            Err(error) => {
                self.wrong(name, "malformed", format!("not JSON: {error}"));
                None
            }
            Ok(value) => {
                if !value.is_object() {
                    self.wrong(name, "malformed", "found another JSON value, expected an object");
                } else if !once_each(bytes) {
                    self.wrong(name, "malformed", "a member stands twice; the last is shown");
                }
                Some(value)
            }
        }
    }

    fn check_header(&mut self, header: &Map<String, Value>) {
        for name in HEADER {
            if !header.get(name).is_some_and(Value::is_string) {
                self.wrong(&format!("header.{name}"), "malformed", "missing or no text, expected text");
            }
        }
        for name in header.keys() {
            if FORBIDDEN.contains(&name.as_str()) {
                self.wrong(&format!("header.{name}"), "forbidden-header", "expected alg, kid and typ only");
            } else if !HEADER.contains(&name.as_str()) {
                self.wrong(&format!("header.{name}"), "malformed", "expected alg, kid and typ only");
            }
        }
        match header.get("typ").and_then(Value::as_str) {
            Some(TYPE) | None => {}
            Some(DEV_TYPE) => {
                self.wrong("header.typ", "wrong-type", "made by `volens serve --dev`: counts on that machine alone");
            }
            Some(_) => self.wrong("header.typ", "wrong-type", format!("expected {TYPE:?}")),
        }
        match header.get("alg").and_then(Value::as_str) {
            Some("EdDSA" | "Ed25519") | None => {}
            Some("ES256") => {
                let message =
                    "expected \"EdDSA\" or \"Ed25519\"; \"ES256\" counts only with verifiers that take keys on P-256";
                self.wrong("header.alg", "wrong-alg", message);
            }
            Some(_) => self.wrong("header.alg", "wrong-alg", "expected \"EdDSA\" or \"Ed25519\""),
        }
    }

    /// Every time in the claims, in their order.
    fn times(&self) -> Vec<(String, Timestamp)> {
        let Some(Value::Object(claims)) = &self.claims else { return Vec::new() };
        let of = |name: String, value: &Value| Some((name, time(value)?));
        let own = ["iat", "nbf", "exp"].into_iter().filter_map(|name| of(name.to_owned(), claims.get(name)?));
        let grants = claims.get("g").and_then(Value::as_object).into_iter().flatten();
        own.chain(grants.filter_map(|(id, value)| of(format!("g.{id}"), value))).collect()
    }

    fn json(&self) -> Value {
        let times: Map<String, Value> =
            self.times().into_iter().map(|(name, at)| (name, at.to_string().into())).collect();
        let problems: Vec<Value> = self
            .problems
            .iter()
            .map(|problem| json!({"at": problem.at, "code": problem.code, "message": problem.message}))
            .collect();
        json!({
            "verified": false, "header": self.header, "claims": self.claims, "times": times,
            "signature_bytes": self.signature, "problems": problems,
        })
    }

    fn text(&self) -> String {
        let mut out =
            String::from("UNVERIFIED: nobody has checked the signature, so nothing may be decided from this\n");
        let times = self.times();
        for (name, value) in [("header", &self.header), ("claims", &self.claims)] {
            out += &format!("{name}\n");
            for (path, value) in value.iter().flat_map(members) {
                let _ = write!(out, "  {:<12} {}", visible(&path), visible(&value.to_string()));
                if let Some((_, at)) = times.iter().find(|(of, _)| name == "claims" && *of == path) {
                    let _ = write!(out, "  {at}");
                }
                out.push('\n');
            }
        }
        if let Some(length) = self.signature {
            out += &format!("signature\n  {length} bytes\n");
        }
        for (place, problem) in self.problems.iter().enumerate() {
            let title = if place == 0 { "wrong\n" } else { "" };
            out += &format!("{title}  {}: {}: {}\n", visible(&problem.at), problem.code, visible(&problem.message));
        }
        out
    }
}

/// An object's members by name, those of `g` one level down.
fn members(value: &Value) -> Vec<(String, &Value)> {
    let Value::Object(object) = value else { return vec![(String::new(), value)] };
    let mut all = Vec::new();
    for (name, value) in object {
        match value {
            Value::Object(inner) if name == "g" => {
                all.extend(inner.iter().map(|(id, value)| (format!("g.{id}"), value)));
            }
            _ => all.push((name.clone(), value)),
        }
    }
    all
}

/// Unix seconds that are a time; 0 stands for a refusal.
fn time(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_i64().filter(|seconds| *seconds != 0)?;
    let at = Timestamp::from_unix_seconds(seconds);
    (at.unix_seconds() == seconds).then_some(at)
}

/// A stranger wrote the token: what moves a terminal's cursor or turns text around is shown as an escape.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if c.is_control() || turns {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_left_alone() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\u{9b}ö"), "a\\u001b[2Jb\\u202ec\\u009bö");
    }

    #[test]
    fn zero_and_far_times_are_numbers() {
        assert_eq!(time(&json!(1)).unwrap().to_string(), "1970-01-01T00:00:01Z");
        assert!([json!(0), json!(i64::MAX), json!("1"), json!(1.5)].iter().all(|value| time(value).is_none()));
    }
}
