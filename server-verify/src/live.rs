//! Keys that change while a service runs.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;
#[cfg(feature = "std")]
use std::borrow::ToOwned;
#[cfg(feature = "std")]
use std::sync::{PoisonError, RwLock};

use volens_core::Timestamp;
use volens_core::token::TYPE;

use crate::keys::PublicKey;
use crate::{KeySet, VerifyError};

/// The keys in use, which can be replaced while verifiers run: a handle, whose clones mean the same keys.
///
/// A check reads them once, so that it is made with one set from beginning to end. A key that is taken away is no
/// longer believed from the next check on, nor is what a verifier remembers of its tokens. Without keys, every token
/// is refused as `unknown-key`.
///
/// ```
/// use volens_verify::{KeySet, LiveKeys, Verifier};
///
/// let keys = LiveKeys::empty();
/// let verifier = Verifier::builder()
///     .issuer("https://shop.example")
///     .audience("https://shop.example")
///     .keys(&keys)
///     .build()?;
/// assert_eq!(keys.kids(), [""; 0]);
///
/// // Read from wherever you keep them, whenever they change.
/// # let jwks = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
/// # "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// keys.replace(KeySet::from_jwks(jwks)?);
/// assert_eq!(keys.kids(), ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "std")]
#[derive(Clone)]
pub struct LiveKeys(Arc<Shared>);

#[cfg(feature = "std")]
struct Shared {
    /// Read by every check, written a few times an hour at most.
    snapshot: RwLock<Arc<Snapshot>>,
    #[cfg(feature = "refresh")]
    asks: crate::refresh::Asks,
}

#[cfg(feature = "std")]
impl LiveKeys {
    /// Keys to begin with.
    pub fn new(keys: KeySet) -> Self {
        Self::with(Snapshot::of(keys))
    }

    /// No keys yet: nothing is believed until there are.
    pub fn empty() -> Self {
        Self::with(Snapshot::default())
    }

    fn with(snapshot: Snapshot) -> Self {
        Self(Arc::new(Shared {
            snapshot: RwLock::new(Arc::new(snapshot)),
            #[cfg(feature = "refresh")]
            asks: crate::refresh::Asks::default(),
        }))
    }

    /// Puts other keys in place of the present ones.
    pub fn replace(&self, keys: KeySet) {
        self.put(Snapshot::of(keys));
    }

    /// The same, for keys that may be used until they are replaced or `until` has come, whichever is first: whoever
    /// cannot reach the issuer for long does not know which keys it still stands by.
    pub fn replace_until(&self, keys: KeySet, until: Timestamp) {
        self.put(Snapshot { until: Some(until), ..Snapshot::of(keys) });
    }

    /// Takes all keys away.
    pub fn clear(&self) {
        self.put(Snapshot::default());
    }

    /// The ids of the present keys, in order; also of those whose `until` has come.
    pub fn kids(&self) -> Vec<String> {
        self.read().keys.iter().flat_map(KeySet::kids).map(ToOwned::to_owned).collect()
    }

    fn put(&self, new: Snapshot) {
        // Before the lock: it takes milliseconds.
        #[cfg(feature = "table")]
        let new = if self.read().precomputed { new.precomputed() } else { new };
        // Nothing panics while it is held; and if it did, what is in there is whole.
        let mut present = self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        let removed = present.keys.iter().flat_map(KeySet::kids).any(|kid| new.get(kid).is_none());
        let generation = present.generation + u64::from(removed);
        *present = Arc::new(Snapshot { generation, ..new });
    }

    #[cfg(feature = "table")]
    fn precompute(&self) {
        let mut present = self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        if !present.precomputed {
            *present = Arc::new(present.precomputed());
        }
    }

    fn read(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(feature = "refresh")]
    pub(crate) fn asks(&self) -> &crate::refresh::Asks {
        &self.0.asks
    }
}

#[cfg(feature = "std")]
impl fmt::Debug for LiveKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kids()).finish()
    }
}

/// Where a verifier has its keys from: a [`KeySet`] that stays, or [`LiveKeys`].
#[derive(Clone, Debug)]
pub struct KeySource(Source);

#[derive(Clone)]
enum Source {
    Fixed(Arc<Snapshot>),
    #[cfg(feature = "std")]
    Live(LiveKeys),
}

impl From<KeySet> for KeySource {
    fn from(keys: KeySet) -> Self {
        Self(Source::Fixed(Arc::new(Snapshot::of(keys))))
    }
}

#[cfg(feature = "std")]
impl From<LiveKeys> for KeySource {
    fn from(keys: LiveKeys) -> Self {
        Self(Source::Live(keys))
    }
}

#[cfg(feature = "std")]
impl From<&LiveKeys> for KeySource {
    fn from(keys: &LiveKeys) -> Self {
        keys.clone().into()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(snapshot) => snapshot.keys.fmt(f),
            #[cfg(feature = "std")]
            Self::Live(keys) => keys.fmt(f),
        }
    }
}

impl KeySource {
    /// Each key with a table, those to come too.
    #[cfg(feature = "table")]
    pub(crate) fn precomputed(self) -> Self {
        match self.0 {
            Source::Fixed(snapshot) => Self(Source::Fixed(Arc::new(snapshot.precomputed()))),
            #[cfg(feature = "std")]
            Source::Live(keys) => {
                keys.precompute();
                Self(Source::Live(keys))
            }
        }
    }

    /// The keys as they are now, for one check at the instant `now`.
    pub(crate) fn at(&self, now: Timestamp) -> Keys<'_> {
        let snapshot = match &self.0 {
            Source::Fixed(snapshot) => Held::Borrowed(snapshot),
            #[cfg(feature = "std")]
            Source::Live(keys) => Held::Shared(keys.read()),
        };
        let in_use = snapshot.until.is_none_or(|until| now < until);
        Keys { source: self, snapshot, in_use }
    }
}

/// The keys of one check.
pub(crate) struct Keys<'s> {
    #[cfg_attr(not(feature = "refresh"), expect(dead_code, reason = "only a refresher wants to know what is missing"))]
    source: &'s KeySource,
    snapshot: Held<'s>,
    in_use: bool,
}

impl Keys<'_> {
    /// The key that a header, as it stands in a token of the usual type, names.
    pub(crate) fn of_usual_header(&self, header: &str) -> Option<Result<&PublicKey, VerifyError>> {
        self.snapshot.usual_headers.iter().find(|(usual, _)| usual == header).map(|(_, kid)| self.named(kid))
    }

    /// Whether there is a key with this id that may be used.
    #[cfg(feature = "status")]
    pub(crate) fn has(&self, kid: &str) -> bool {
        self.in_use && self.snapshot.get(kid).is_some()
    }

    /// The key with this id.
    pub(crate) fn named(&self, kid: &str) -> Result<&PublicKey, VerifyError> {
        let found = if self.in_use { self.snapshot.get(kid) } else { None };
        #[cfg(feature = "refresh")]
        if found.is_none()
            && let Source::Live(keys) = &self.source.0
        {
            keys.asks().unknown(kid);
        }
        found.ok_or(VerifyError::UnknownKey)
    }

    #[cfg(feature = "std")]
    /// Whether what was verified with these keys before still counts.
    pub(crate) fn in_use(&self) -> bool {
        self.in_use
    }

    #[cfg(feature = "std")]
    /// Grows when a key is removed: what was verified under a smaller number may rest on it.
    pub(crate) fn generation(&self) -> u64 {
        self.snapshot.generation
    }
}

#[derive(Clone, Default)]
struct Snapshot {
    keys: Option<KeySet>,
    /// What most tokens begin with, and the key that it names.
    usual_headers: Vec<(String, String)>,
    until: Option<Timestamp>,
    /// Whether each key has a table.
    #[cfg(all(feature = "std", feature = "table"))]
    precomputed: bool,
    #[cfg(feature = "std")]
    generation: u64,
}

impl Snapshot {
    fn of(keys: KeySet) -> Self {
        Self { usual_headers: keys.usual_headers(TYPE), keys: Some(keys), ..Self::default() }
    }

    #[cfg(feature = "table")]
    fn precomputed(&self) -> Self {
        Self {
            keys: self.keys.clone().map(KeySet::precomputed),
            #[cfg(feature = "std")]
            precomputed: true,
            ..self.clone()
        }
    }

    fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.as_ref()?.get(kid)
    }
}

/// A set that never changes needs no counting of who reads it.
enum Held<'s> {
    Borrowed(&'s Snapshot),
    #[cfg(feature = "std")]
    Shared(Arc<Snapshot>),
}

impl Deref for Held<'_> {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        match self {
            Self::Borrowed(snapshot) => snapshot,
            #[cfg(feature = "std")]
            Self::Shared(snapshot) => snapshot,
        }
    }
}
