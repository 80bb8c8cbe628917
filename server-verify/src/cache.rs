//! Tokens that were verified a moment ago: bounded, and nothing that has ended stays.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use volens_core::Timestamp;

use crate::consent::Verified;

/// Threads wait for one another only within a part.
const PARTS: usize = 16;

/// A token is known by its SHA-256, so that no token can be read from here, nor another one made to pass for it.
pub(crate) type Fingerprint = [u8; 32];

/// What verified tokens say, up to a number of them. Only what has passed every check gets in: forged tokens cannot
/// push out true ones.
pub(crate) struct Cache {
    parts: Vec<Mutex<Part>>,
    most: usize,
}

#[derive(Default)]
struct Part {
    known: HashMap<Fingerprint, Arc<Verified>>,
    /// The oldest first; it goes first.
    order: VecDeque<Fingerprint>,
    /// When the first of them ends.
    first_end: Option<Timestamp>,
    /// Of the keys that all of them were verified with.
    generation: u64,
}

impl Cache {
    pub(crate) fn new(most: NonZeroUsize) -> Self {
        let parts = PARTS.min(most.get());
        Self { most: most.get().div_ceil(parts), parts: (0..parts).map(|_| Mutex::default()).collect() }
    }

    pub(crate) fn fingerprint(token: &str) -> Fingerprint {
        Sha256::digest(token).into()
    }

    /// What the token says, if it was verified before with keys of this generation and has not ended.
    pub(crate) fn get(&self, token: &Fingerprint, generation: u64, now: Timestamp) -> Option<Arc<Verified>> {
        self.part(token, generation, now, |part| part.known.get(token).cloned()).flatten()
    }

    /// Remembers a token that was verified at `now` with keys of this generation.
    pub(crate) fn put(&self, token: Fingerprint, verified: &Arc<Verified>, generation: u64, now: Timestamp) {
        self.part(&token, generation, now, |part| {
            let end = verified.expires_at();
            if part.known.insert(token, Arc::clone(verified)).is_none() {
                part.order.push_back(token);
            }
            part.first_end = Some(part.first_end.map_or(end, |first| first.min(end)));
            if part.known.len() > self.most
                && let Some(oldest) = part.order.pop_front()
            {
                part.known.remove(&oldest);
            }
        });
    }

    /// Lets the part that holds `token` drop what has ended or rests on keys that may be gone, then `act`. Not for one
    /// who read the keys before some were removed: it neither learns nor leaves anything here.
    fn part<T>(
        &self,
        token: &Fingerprint,
        generation: u64,
        now: Timestamp,
        act: impl FnOnce(&mut Part) -> T,
    ) -> Option<T> {
        let index = usize::from(token.first().copied().unwrap_or_default()) % self.parts.len();
        let Some(part) = self.parts.get(index) else { unreachable!("a remainder is less than its divisor") };
        // A panic elsewhere leaves a cache that has too little at worst.
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if generation < part.generation {
            return None;
        }
        if part.generation < generation {
            *part = Part { generation, ..Part::default() };
        }
        if part.first_end.is_some_and(|end| end <= now) {
            part.drop_ended(now);
        }
        Some(act(&mut part))
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.lock().unwrap().known.len()).sum()
    }
}

impl Part {
    fn drop_ended(&mut self, now: Timestamp) {
        self.known.retain(|_, verified| verified.expires_at() > now);
        self.order.retain(|token| self.known.contains_key(token));
        self.first_end = self.known.values().map(|verified| verified.expires_at()).min();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
    use super::*;
    use crate::consent::Notice;
    use volens_core::token::{Claims, Issue};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_800_000_000 + seconds)
    }

    fn ending(seconds: i64) -> Arc<Verified> {
        let issue = Issue {
            origin: "https://shop.example".to_owned(),
            controllers: vec![],
            policy: "1".to_owned(),
            notice: "n".parse().unwrap(),
            text: "t".parse().unwrap(),
            lang: "en".parse().unwrap(),
            jurisdiction: "eu".to_owned(),
        };
        let claims = Claims { exp: at(seconds).unix_seconds(), ..Claims::refused(issue, at(0), []) };
        Arc::new(Verified { claims, notice: Notice::Counts })
    }

    fn put(cache: &Cache, number: usize, end: i64, now: i64) -> Fingerprint {
        let token = Cache::fingerprint(&number.to_string());
        cache.put(token, &ending(end), 0, at(now));
        token
    }

    #[test]
    fn it_never_holds_more_than_it_may() {
        for most in [1, 7, 16, 100] {
            let cache = Cache::new(NonZeroUsize::new(most).unwrap());
            for number in 0..1000 {
                let token = put(&cache, number, 60, 0);
                assert!(cache.get(&token, 0, at(0)).is_some(), "the newest is there");
            }
            let held = cache.len();
            assert!(held <= most.next_multiple_of(PARTS.min(most)), "{held} of {most}");
        }
    }

    #[test]
    fn what_has_ended_goes_with_the_next_question() {
        let cache = Cache::new(NonZeroUsize::MIN.saturating_add(999));
        let tokens: Vec<_> =
            (0..500).map(|number| put(&cache, number, if number % 2 == 0 { 10 } else { 20 }, 0)).collect();
        assert_eq!(cache.len(), 500);
        for token in &tokens {
            cache.get(token, 0, at(10));
        }
        assert_eq!(cache.len(), 250);
        // Put again after it had gone, it is the newest of its part, once.
        put(&cache, 0, 20, 10);
        put(&cache, 0, 20, 10);
        assert_eq!(cache.len(), 251);
        for token in &tokens {
            assert!(cache.get(token, 0, at(20)).is_none());
        }
        assert_eq!(cache.len(), 0);
    }
    #[test]
    fn what_rests_on_removed_keys_is_gone_at_once() {
        let cache = Cache::new(NonZeroUsize::MIN.saturating_add(99));
        let token = put(&cache, 1, 60, 0);
        assert!(cache.get(&token, 0, at(0)).is_some());
        assert!(cache.get(&token, 1, at(0)).is_none(), "verified with keys of which one was removed since");
        assert_eq!(cache.len(), 0);
        // A check that began before the removal ends after it.
        cache.put(token, &ending(60), 0, at(0));
        assert_eq!(cache.len(), 0);
        assert!(cache.get(&token, 0, at(0)).is_none());
        cache.put(token, &ending(60), 1, at(0));
        assert!(cache.get(&token, 1, at(0)).is_some());
    }
}
