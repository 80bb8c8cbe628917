//! Tokens that were verified a moment ago: bounded, and nothing that has ended stays.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use volens_core::Timestamp;

use crate::consent::{Life, Verified};

/// Threads wait for one another only within a part.
const PARTS: usize = 16;

/// What verified tokens say, up to a number of them. Only what has passed every check gets in: forged tokens cannot
/// push out true ones.
pub(crate) struct Cache {
    parts: Vec<Mutex<Part>>,
    most: usize,
}

#[derive(Default)]
struct Part {
    known: HashMap<Place, Known, BuildHasherDefault<AsItIs>>,
    /// The oldest first; it goes first.
    order: VecDeque<Place>,
    /// When the first of them ends.
    first_end: Option<Timestamp>,
    /// Of the keys that all of them were verified with.
    generation: u64,
}

/// One token, with all that is asked about it again, so that the reference to what it says need not be followed.
#[derive(Clone)]
struct Known {
    token: Fingerprint,
    life: Life,
    verified: Arc<Verified>,
}

/// A token is known by its SHA-256, so that no token can be read from here, nor another one made to pass for it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

/// Where a token lies: a few letters of its signature. The processor then fetches what lies there while it hashes the
/// token, and what lies nowhere is not hashed before it is verified.
///
/// Anybody can send letters that lead to another's place: the fingerprint is not that token's. To crowd a part one
/// needs tokens that the issuer signed, hundreds of times as many as the part holds to choose from, and what it costs
/// is a walk through that part, less than a signature.
type Place = u64;

/// The place of a token, if it has one: nothing so short is a token.
fn place(token: &str) -> Option<Place> {
    // 16 of a signature's 86 letters, without the last, of which some bits are always the same.
    let (_, end) = token.as_bytes().split_last_chunk::<24>()?;
    let (first, rest) = end.split_first_chunk()?;
    let (second, _) = rest.split_first_chunk()?;
    // Six bits of each letter are drawn as by lot; this spreads them over all bits of the place.
    let mixed = u64::from_le_bytes(*first).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    let mixed = (mixed ^ u64::from_le_bytes(*second)).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    Some(mixed ^ (mixed >> 32))
}

/// Hashes no further what is spread already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, _: &[u8]) {
        unreachable!("a place is a number")
    }

    fn write_u64(&mut self, place: u64) {
        self.0 = place;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Cache {
    pub(crate) fn new(most: NonZeroUsize) -> Self {
        let parts = PARTS.min(most.get());
        Self { most: most.get().div_ceil(parts), parts: (0..parts).map(|_| Mutex::default()).collect() }
    }

    /// What the token says, if it was verified before with keys of this generation and has not ended, and when it
    /// counts.
    pub(crate) fn get(&self, token: &str, generation: u64, now: Timestamp) -> Option<(Life, Arc<Verified>)> {
        let place = place(token)?;
        let known = self.part(place, generation, now, |part| part.known.get(&place).cloned()).flatten()?;
        // Nobody waits for the hash.
        (known.token == Fingerprint::of(token)).then_some((known.life, known.verified))
    }

    /// Remembers a token that was verified at `now` with keys of this generation.
    pub(crate) fn put(&self, token: &str, verified: &Arc<Verified>, generation: u64, now: Timestamp) {
        let Some(place) = place(token) else { return };
        let life = Life::of(&verified.claims);
        let known = Known { token: Fingerprint::of(token), life, verified: Arc::clone(verified) };
        self.part(place, generation, now, |part| {
            if part.known.insert(place, known).is_none() {
                part.order.push_back(place);
            }
            part.first_end = Some(part.first_end.map_or(life.end, |first| first.min(life.end)));
            if part.known.len() > self.most
                && let Some(oldest) = part.order.pop_front()
            {
                part.known.remove(&oldest);
            }
        });
    }

    /// Lets the part that holds `place` drop what has ended or rests on keys that may be gone, then `act`. Not for one
    /// who read the keys before some were removed: it neither learns nor leaves anything here.
    fn part<T>(&self, place: Place, generation: u64, now: Timestamp, act: impl FnOnce(&mut Part) -> T) -> Option<T> {
        // Not of the lowest and highest bits: they tell where in a part it lies, and would be alike in all of it.
        let [.., bits, _] = place.to_le_bytes();
        let index = usize::from(bits) % self.parts.len();
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
        self.known.retain(|_, known| known.life.end > now);
        self.order.retain(|place| self.known.contains_key(place));
        self.first_end = self.known.values().map(|known| known.life.end).min();
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

    /// As long as a signature; its place depends on `number`, what comes before the signature on `rest`.
    fn token(rest: &str, number: usize) -> String {
        format!("{rest}.{number:A>70}{:A>16}", "")
    }

    fn put(cache: &Cache, number: usize, end: i64, now: i64) -> String {
        let token = token("", number);
        cache.put(&token, &ending(end), 0, at(now));
        token
    }

    #[test]
    fn what_lies_at_the_same_place_is_told_apart() {
        let cache = Cache::new(NonZeroUsize::MIN.saturating_add(99));
        let (known, other) = (token("known", 1), token("other", 1));
        assert_eq!(place(&known), place(&other));
        cache.put(&known, &ending(60), 0, at(0));
        assert!(cache.get(&known, 0, at(0)).is_some());
        assert!(cache.get(&other, 0, at(0)).is_none(), "a token that nobody verified");
        // Were it ever genuine, it would take the other's place.
        cache.put(&other, &ending(70), 0, at(0));
        let (life, verified) = cache.get(&other, 0, at(0)).unwrap();
        assert_eq!((life.end, verified.expires_at()), (at(70), at(70)));
        assert!(cache.get(&known, 0, at(0)).is_none());
        assert_eq!(cache.len(), 1);
    }

    #[test]
    fn what_is_too_short_for_a_token_has_no_place() {
        let cache = Cache::new(NonZeroUsize::MIN);
        for short in ["", "a.b.c", &"A".repeat(23)] {
            cache.put(short, &ending(60), 0, at(0));
            assert!(cache.get(short, 0, at(0)).is_none());
        }
        assert_eq!(cache.len(), 0);
    }

    #[test]
    fn places_are_spread_over_all_parts() {
        let cache = Cache::new(NonZeroUsize::MIN.saturating_add(99_999));
        for number in 0..1600 {
            put(&cache, number, 60, 0);
        }
        let held: Vec<_> = cache.parts.iter().map(|part| part.lock().unwrap().known.len()).collect();
        assert!(held.iter().all(|held| (50..200).contains(held)), "{held:?}");
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
        cache.put(&token, &ending(60), 0, at(0));
        assert_eq!(cache.len(), 0);
        assert!(cache.get(&token, 0, at(0)).is_none());
        cache.put(&token, &ending(60), 1, at(0));
        assert!(cache.get(&token, 1, at(0)).is_some());
    }
}
