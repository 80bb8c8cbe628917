//! Withdrawals since a token was issued, by Token Status Lists (draft-ietf-oauth-status-list): feature `status`.

mod error;
mod list;
mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use volens_core::Timestamp;
use volens_core::token::StatusEntry;

use crate::live::Keys;
use crate::{Verifier, VerifyError};

pub use error::StatusError;
use list::List;

/// Five minutes: the service lets caches keep a list for one, a back end asks each minute, and three tries may fail.
const MAX_AGE: Duration = Duration::from_mins(5);
/// Whoever asks for more than a day does not want to know.
const MOST_AGE: u64 = 86_400;
/// Clocks that differ by more seconds are broken.
const MOST_AHEAD: i64 = 300;

/// The status lists that a back end has fetched: one shared place for those who fetch and those who verify.
///
/// Nothing here fetches. You fetch each list from an address of your own configuration and [`put`](Self::put) what
/// came; a [`Verifier`] that was [given](crate::VerifierBuilder::status) this handle or a clone of it asks it about
/// every token that names a list, at each call, for cached tokens too. A token's own `uri` is only compared with the
/// addresses of the lists that are here.
///
/// | the list that a token names | the answer |
/// |---|---|
/// | is not here, or is signed by a key that is no longer in the verifier's set, or ends before the token's index | `status-unknown` |
/// | is older than [`max_age`](Self::max_age), or at or past its own `exp`, or signed more than 300 seconds after now | `status-stale` |
/// | says anything but 0 (the draft's VALID) at the token's index | `withdrawn` |
///
/// ```
/// use std::time::Duration;
/// use volens_verify::{KeySet, StatusError, StatusLists, Verifier};
///
/// const SERVICE: &str = "https://shop.example/consent/v1/status";
///
/// /// What your HTTP client does: status and body, or no answer. No redirects, at most 2 MiB.
/// fn get(uri: &str) -> Option<(u16, Vec<u8>)> {
///     # let names = br#"{"status_lists":["https://shop.example/consent/v1/status/1","https://evil.example/1"]}"#;
///     # return Some((if uri == SERVICE { 200 } else { 404 }, names.to_vec()));
///     /* … */
/// }
///
/// /// Asks for every list once, and says how long to wait before the next time.
/// fn refresh(lists: &StatusLists, verifier: &Verifier) -> Option<Duration> {
///     let (200, names) = get(SERVICE)? else { return None };
///     let names: serde_json::Value = serde_json::from_slice(&names).ok()?;
///     let uris = names["status_lists"].as_array()?.iter().filter_map(|uri| uri.as_str());
///     let mut pause = Duration::from_mins(1);
///     // Not signed: nobody may send us elsewhere.
///     for uri in uris.filter(|uri| uri.strip_prefix(SERVICE).is_some_and(|rest| rest.starts_with('/'))) {
///         match get(uri) {
///             Some((200, body)) => match lists.put(uri, body, verifier) {
///                 Ok(times) => pause = times.ttl.map_or(pause, |ttl| pause.min(ttl)),
///                 // A cache on the way gave an older copy than the last time: the newer one stays.
///                 Err(StatusError::Older) => {}
///                 // What is here stays, and counts until it is too old; then tokens are refused.
///                 Err(refused) => eprintln!("{uri}: {refused}"),
///             },
///             Some((404, _)) => lists.remove(uri),
///             _ => eprintln!("{uri}: no answer"),
///         }
///     }
///     Some(pause)
/// }
///
/// # let jwks = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
/// # "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// let lists = StatusLists::new().max_age(Duration::from_mins(3));
/// let verifier = Verifier::builder()
///     .issuer("https://shop.example")
///     .audience("https://shop.example")
///     .keys(KeySet::from_jwks(jwks)?)
///     .status(lists.clone())
///     .build()?;
/// // In a task of its own, again and again:
/// let pause = refresh(&lists, &verifier).unwrap_or(Duration::from_secs(5));
/// # assert_eq!(pause, Duration::from_mins(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct StatusLists {
    held: Arc<RwLock<Held>>,
    max_age: Duration,
}

/// By issuer, then by address.
type Held = BTreeMap<String, BTreeMap<String, Arc<List>>>;

/// The times of a list that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListTimes {
    /// When it was signed (`iat`).
    pub issued_at: Timestamp,
    /// The first instant at which it tells nothing any more, if no newer one comes; it may be past.
    pub stale_at: Timestamp,
    /// After how long its maker wants to be asked again (`ttl`, whole seconds).
    pub ttl: Option<Duration>,
}

impl StatusLists {
    /// No list yet, and the usual age: five minutes.
    pub fn new() -> Self {
        Self { held: Arc::default(), max_age: MAX_AGE }
    }

    /// How old a list may be, since it was signed, for a verifier that is given this handle: whole seconds, from 1 to
    /// 86,400. So long a withdrawal may stay unseen. The lists are shared with all clones; the age is this handle's own.
    ///
    /// Less than twice the list's `ttl` (60 seconds here) refuses tokens whenever a cache on the way is as slow as it
    /// may be.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Takes in a list that you fetched from `uri`, as of the verifier's clock.
    ///
    /// `token` is the body of the answer, a compact JWS, as it came. The verifier lends its issuer and keys. Another
    /// list that is here under this address stays if this returns an error.
    ///
    /// # Errors
    /// The first reason in the order of [`StatusError`]'s variants.
    pub fn put(&self, uri: &str, token: impl AsRef<[u8]>, by: &Verifier) -> Result<ListTimes, StatusError> {
        self.put_at(uri, token, by, by.config().now())
    }

    /// Takes in a list at the instant `now`; else as [`put`](Self::put).
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_at(
        &self,
        uri: &str,
        token: impl AsRef<[u8]>,
        by: &Verifier,
        now: Timestamp,
    ) -> Result<ListTimes, StatusError> {
        let config = by.config();
        let keys = config.keys_at(now);
        let list = read::list(uri, token.as_ref(), config.issuer(), &keys, now)?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let lists = held.entry(config.issuer().to_owned()).or_default();
        let list = match lists.get(uri) {
            // What a key signed that was taken away since keeps nothing out.
            Some(at_hand) if keys.has(at_hand.kid()) => list.following(at_hand)?,
            Some(_) | None => list,
        };
        let times = ListTimes { issued_at: list.issued_at(), stale_at: list.stale_at(self.age()), ttl: list.ttl() };
        lists.insert(uri.to_owned(), Arc::new(list));
        Ok(times)
    }

    /// Drops the list of this address: its service says that there is none any more (404), as all its tokens have
    /// ended.
    pub fn remove(&self, uri: &str) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        for lists in held.values_mut() {
            lists.remove(uri);
        }
    }

    /// Whether the age is one that can be configured.
    pub(crate) fn age_is_bounded(&self) -> bool {
        (1..=MOST_AGE).contains(&self.max_age.as_secs()) && self.max_age.subsec_nanos() == 0
    }

    fn age(&self) -> i64 {
        self.max_age.as_secs().min(MOST_AGE).cast_signed()
    }

    fn get(&self, issuer: &str, uri: &str) -> Option<Arc<List>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.get(issuer)?.get(uri).cloned()
    }
}

impl Default for StatusLists {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StatusLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusLists").field("max_age", &self.max_age).finish_non_exhaustive()
    }
}

/// How a token stands by the lists at hand. Not knowing comes first, then knowing too little, then what is known.
pub(crate) fn standing(
    lists: &StatusLists,
    issuer: &str,
    keys: &Keys<'_>,
    entry: &StatusEntry,
    now: Timestamp,
) -> Result<(), VerifyError> {
    let list = lists.get(issuer, &entry.uri).ok_or(VerifyError::StatusUnknown)?;
    // A key is taken out of a set when somebody else may have it.
    if !keys.has(list.kid()) {
        return Err(VerifyError::StatusUnknown);
    }
    let value = list.value(entry.idx).ok_or(VerifyError::StatusUnknown)?;
    if !list.is_fresh(now, lists.age()) {
        return Err(VerifyError::StatusStale);
    }
    // 1 is INVALID, 2 SUSPENDED, others an application's own: none of them says that the grant stands.
    if value == 0 { Ok(()) } else { Err(VerifyError::Withdrawn) }
}
