//! From the bytes that came to a list: what is cheap first, and nothing is unpacked that nobody signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags as flag};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use volens_core::Timestamp;
use volens_core::token::{HeaderRef, Parts, is_object_with_each_member_once};

use super::list::{List, Width};
use super::{MOST_AHEAD, StatusError};
use crate::live::Keys;
use crate::verifier::named;

/// The only `typ` of a status list (draft, section 5.1).
const TYPE: &str = "statuslist+jwt";
/// The longest list that is looked at, in bytes: [`MOST_UNPACKED`], were it of noise, in base64url twice, and claims.
const MOST: usize = 2 << 20;
/// The largest list, unpacked: 8,388,608 tokens of one bit. Those of `volens-server` have 16,384 bytes.
const MOST_UNPACKED: usize = 1 << 20;
/// The last second of the year 9999, as for tokens.
const LAST: i64 = 253_402_300_799;

/// The claims; others are passed over. Those that may be absent may not be `null`.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default, deserialize_with = "present")]
    iss: Option<String>,
    iat: i64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    exp: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    ttl: Option<u64>,
    /// Not a struct: a derived reader takes an array of the members too.
    status_list: Map<String, Value>,
}

fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

pub(super) fn list(
    uri: &str,
    token: &[u8],
    issuer: &str,
    keys: &Keys<'_>,
    now: Timestamp,
) -> Result<List, StatusError> {
    if token.len() > MOST {
        return Err(StatusError::TooLong);
    }
    let token = std::str::from_utf8(token).map_err(|_| StatusError::Malformed)?;
    let (signing_input, signature) = token.rsplit_once('.').ok_or(StatusError::Malformed)?;
    let (header, payload) = signing_input.split_once('.').ok_or(StatusError::Malformed)?;
    if payload.contains('.') {
        return Err(StatusError::Malformed);
    }
    let parts = Parts { header, payload, signature, signing_input };
    let header = parts.header().map_err(StatusError::of_token)?;
    let signature = parts.signature().map_err(StatusError::of_token)?;
    let judged = HeaderRef { alg: &header.alg, kid: &header.kid, typ: &header.typ };
    let key = named(keys, judged, TYPE).map_err(StatusError::of_check)?;
    key.check(&parts, signature).map_err(StatusError::of_check)?;

    let claims = claims(payload)?;
    if claims.iss.is_some_and(|iss| iss != issuer) {
        return Err(StatusError::WrongIssuer);
    }
    if claims.sub != uri {
        return Err(StatusError::WrongList);
    }
    let begins = claims.iat.max(claims.nbf.unwrap_or(0));
    if Timestamp::from_unix_seconds(begins) > now.plus_seconds(MOST_AHEAD) {
        return Err(StatusError::NotYetValid);
    }
    let (width, packed) = status_list(&claims.status_list).ok_or(StatusError::Malformed)?;
    Ok(List {
        kid: header.kid,
        iat: claims.iat,
        exp: claims.exp,
        ttl: claims.ttl,
        received_at: now,
        width,
        bytes: unpacked(&packed, MOST_UNPACKED)?,
    })
}

fn claims(payload: &str) -> Result<Claims, StatusError> {
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| StatusError::Malformed)?;
    // As text: a reader of bytes passes over members that it does not know without a look at their letters.
    let text = std::str::from_utf8(&json).map_err(|_| StatusError::Malformed)?;
    if !is_object_with_each_member_once(&json) {
        return Err(StatusError::Malformed);
    }
    let claims: Claims = serde_json::from_str(text).map_err(|_| StatusError::Malformed)?;
    let times = [Some(claims.iat), claims.nbf, claims.exp];
    let good = times.into_iter().flatten().all(|time| (0..=LAST).contains(&time)) && claims.ttl != Some(0);
    if good { Ok(claims) } else { Err(StatusError::Malformed) }
}

fn status_list(members: &Map<String, Value>) -> Option<(Width, Vec<u8>)> {
    let width = Width::of(members.get("bits")?.as_u64()?)?;
    Some((width, URL_SAFE_NO_PAD.decode(members.get("lst")?.as_str()?).ok()?))
}

/// zlib (RFC 1950) to the last byte, with its checksum, into at most `most` bytes.
fn unpacked(packed: &[u8], most: usize) -> Result<Vec<u8>, StatusError> {
    const HOW: u32 = flag::TINFL_FLAG_PARSE_ZLIB_HEADER
        | flag::TINFL_FLAG_COMPUTE_ADLER32
        | flag::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let (mut read, mut written) = (0, 0);
    // Grown as it fills: what a few bytes say that they unpack to costs nothing before they do.
    let mut bytes = vec![0; most.min(1 << 14)];
    loop {
        let rest = packed.get(read..).unwrap_or_default();
        let (status, took, made) = decompress(&mut state, rest, &mut bytes, written, HOW);
        (read, written) = (read + took, written + made);
        match status {
            TINFLStatus::Done if read == packed.len() && written <= most => {
                bytes.truncate(written);
                return Ok(bytes);
            }
            // One byte more than may be: a list that just fits is not taken for one that does not.
            TINFLStatus::HasMoreOutput if bytes.len() <= most => bytes.resize((bytes.len() * 2).min(most + 1), 0),
            TINFLStatus::HasMoreOutput | TINFLStatus::Done if written > most => return Err(StatusError::TooLarge),
            _ => return Err(StatusError::BadCompression),
        }
    }
}
