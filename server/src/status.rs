//! Status lists: withdrawals since a token was issued, for those who check tokens offline
//! (draft-ietf-oauth-status-list).

use crate::service::Inner;
use crate::store::{Life, Place, Write};
use crate::{ServiceError, log};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use volens_core::site::TokenStatus;
use volens_core::token::{Claims, Stance, Status, StatusEntry, UnverifiedToken};
use volens_core::{SubjectId, Timestamp};
use volens_verify::StatusError;

/// The only `typ` of a status list.
const TYPE: &str = "statuslist+jwt";
/// A list is signed again after so many seconds, and those who keep one ask again.
pub(crate) const TTL: i64 = 60;
/// Whoever cannot reach the service for so many seconds knows nothing any more.
const LIFE: i64 = 86_400;

/// Signed lists: one signature serves everybody for a minute, or until a bit is set.
#[derive(Default)]
pub(crate) struct Lists(Mutex<BTreeMap<i64, Signed>>);

struct Signed {
    version: i64,
    iat: i64,
    token: Arc<str>,
}

/// The claims of a Status List Token, in the order in which they are written.
#[derive(Serialize)]
struct ListClaims<'a> {
    sub: &'a str,
    iss: &'a str,
    iat: i64,
    exp: i64,
    ttl: i64,
    status_list: Bits,
}

#[derive(Serialize)]
struct Bits {
    bits: u8,
    lst: String,
}

impl Inner {
    /// The signed list; none: there is no such list.
    pub(crate) fn status_list(&self, list: i64) -> Result<Option<Arc<str>>, ServiceError> {
        // Held while it is signed: who asks meanwhile gets the same one.
        let mut lists = self.lists.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.clock.now();
        let (now, uri) = (at.unix_seconds(), self.list_uri(list));
        self.store.read(|read| {
            let Some(version) = read.status_version(list)? else {
                lists.remove(&list);
                self.known.remove(&uri);
                return Ok(None);
            };
            if let Some(signed) = lists.get(&list)
                && signed.version == version
                && (0..TTL).contains(&(now - signed.iat))
            {
                return Ok(Some(Arc::clone(&signed.token)));
            }
            let claims = ListClaims {
                sub: &uri,
                iss: self.origin(),
                iat: now,
                exp: now + LIFE,
                ttl: TTL,
                status_list: Bits { bits: 1, lst: deflated(&read.status_bits(list)?)? },
            };
            let token: Arc<str> = self.keys.sign_json(TYPE, &claims, at).map_err(|_| ServiceError::Corrupt)?.into();
            self.know(&uri, &token, at);
            lists.insert(list, Signed { version, iat: now, token: Arc::clone(&token) });
            Ok(Some(token))
        })
    }

    /// The lists that there are, with their addresses.
    pub(crate) fn status_lists(&self) -> Result<BTreeMap<i64, String>, ServiceError> {
        self.store.read(|read| Ok(read.status_lists()?.into_iter().map(|list| (list, self.list_uri(list))).collect()))
    }

    /// Signs what changed, for the verifier of this process.
    pub(crate) fn know_lists(&self) -> Result<(), ServiceError> {
        self.status_lists()?.into_keys().try_for_each(|list| self.status_list(list).map(drop))
    }

    /// Hands a list to the verifier of this process. Who fetches it gets it all the same.
    fn know(&self, uri: &str, token: &str, now: Timestamp) {
        let take_in = || self.known.put_at(uri, token, &self.verifier, now);
        let held = take_in().or_else(|error| match error {
            // The clock was put right, and what is known came from the future.
            StatusError::Older => {
                self.known.remove(uri);
                take_in()
            }
            error => Err(error),
        });
        if let Err(error) = held {
            log::warn(format_args!("{uri}: {error}"));
        }
    }

    /// A place for a token of `subject` that says `claims`; none where tokens carry no status.
    pub(crate) fn placed(
        &self,
        write: &Write<'_>,
        life: Life,
        subject: &SubjectId,
        claims: &Claims,
    ) -> Result<Option<Status>, ServiceError> {
        if self.site.token_status() == TokenStatus::Omitted {
            return Ok(None);
        }
        let granted = claims.g.iter().filter(|(_, stance)| **stance != Stance::Refused);
        let granted: Vec<&str> = granted.map(|(purpose, _)| purpose.as_str()).collect();
        let ends_at = Timestamp::from_unix_seconds(claims.exp);
        let Place { list, idx } = write.place(life, subject, &granted, ends_at)?;
        Ok(Some(Status { status_list: StatusEntry { idx: idx.into(), uri: self.list_uri(list) } }))
    }

    fn list_uri(&self, list: i64) -> String {
        format!("{}/status/{list}", self.site.endpoint_url())
    }
}

/// Whether nothing that a token of ours grants has ended since, as far as a status list would say.
pub(crate) fn token_holds(read: &Write<'_>, token: &str) -> Result<bool, ServiceError> {
    let claims = UnverifiedToken::parse(token).map_err(|_| ServiceError::Corrupt)?.into_claims();
    let (Some(status), Some(subject)) = (claims.status, claims.sub) else { return Ok(true) };
    let StatusEntry { idx, uri } = status.status_list;
    let list = uri.rsplit_once('/').and_then(|(_, list)| list.parse().ok()).ok_or(ServiceError::Corrupt)?;
    let idx = u32::try_from(idx).map_err(|_| ServiceError::Corrupt)?;
    read.holds(&subject, Place { list, idx })
}

/// zlib (RFC 1950), base64url: the draft's `lst`.
fn deflated(bits: &[u8]) -> Result<String, ServiceError> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = zlib.write_all(bits).and_then(|()| zlib.finish());
    Ok(URL_SAFE_NO_PAD.encode(written.map_err(|_| ServiceError::Corrupt)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the draft, section 4.1: the statuses 1 0 0 1 1 1 0 1, 1 1 0 0 0 1 0 1 as two bytes.
    #[test]
    fn the_drafts_own_example_comes_out_as_it_stands_there() {
        assert_eq!(deflated(&[0xb9, 0xa3]).ok().as_deref(), Some("eNrbuRgAAhcBXQ"));
    }
}
