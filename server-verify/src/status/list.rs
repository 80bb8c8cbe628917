//! A list that was believed: what it says, and for how long.

use std::time::Duration;

use volens_core::Timestamp;

use super::{MOST_AHEAD, StatusError};

/// How many bits each token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    One,
    Two,
    Four,
    Eight,
}

impl Width {
    pub(super) const fn of(bits: u64) -> Option<Self> {
        match bits {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    /// (tokens in a byte, the lowest bits of one)
    const fn shape(self) -> (u8, u8) {
        match self {
            Self::One => (8, 0b1),
            Self::Two => (4, 0b11),
            Self::Four => (2, 0b1111),
            Self::Eight => (1, 0xff),
        }
    }
}

pub(super) struct List {
    /// The key that signed it.
    pub(super) kid: String,
    pub(super) iat: i64,
    pub(super) exp: Option<i64>,
    pub(super) ttl: Option<u64>,
    /// When it was taken in first.
    pub(super) received_at: Timestamp,
    pub(super) width: Width,
    pub(super) bytes: Vec<u8>,
}

impl List {
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) fn issued_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.iat)
    }

    pub(super) fn ttl(&self) -> Option<Duration> {
        self.ttl.map(Duration::from_secs)
    }

    /// The status at an index, counted from the lowest bits of the first byte (draft, section 4).
    pub(super) fn value(&self, idx: u64) -> Option<u8> {
        let (each, mask) = self.width.shape();
        let byte = self.bytes.get(usize::try_from(idx / u64::from(each)).ok()?)?;
        let place = u8::try_from(idx % u64::from(each)).ok()?;
        Some(byte >> (place * (8 / each)) & mask)
    }

    /// It is as old as it was when it came: a signer whose clock is ahead makes no list last longer.
    fn since(&self) -> Timestamp {
        self.issued_at().min(self.received_at)
    }

    pub(super) fn stale_at(&self, max_age: i64) -> Timestamp {
        // As old as may be is not too old, and times have milliseconds.
        let too_old = Timestamp::from_unix_millis(self.since().plus_seconds(max_age).unix_millis().saturating_add(1));
        self.exp.map_or(too_old, |exp| too_old.min(Timestamp::from_unix_seconds(exp)))
    }

    /// A clock that was put back by more than clocks differ cannot tell how old the list is.
    pub(super) fn is_fresh(&self, now: Timestamp, max_age: i64) -> bool {
        now < self.stale_at(max_age) && self.since() <= now.plus_seconds(MOST_AHEAD)
    }

    /// This list, if it may take the place of the one at hand.
    ///
    /// Two of the same second: whatever either says has ended, has. One of them was signed before the other, and
    /// nothing tells which.
    pub(super) fn following(mut self, at_hand: &Self) -> Result<Self, StatusError> {
        if self.iat > at_hand.iat {
            return Ok(self);
        }
        if self.iat < at_hand.iat || self.width != at_hand.width || self.bytes.len() != at_hand.bytes.len() {
            return Err(StatusError::Older);
        }
        for (own, other) in self.bytes.iter_mut().zip(&at_hand.bytes) {
            *own |= other;
        }
        self.received_at = self.received_at.min(at_hand.received_at);
        self.exp = [self.exp, at_hand.exp].into_iter().flatten().min();
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(width: u64, bytes: &[u8]) -> List {
        List {
            kid: String::new(),
            iat: 1000,
            exp: None,
            ttl: None,
            received_at: Timestamp::from_unix_seconds(1030),
            width: Width::of(width).unwrap(),
            bytes: bytes.into(),
        }
    }

    fn values(width: u64, bytes: &[u8]) -> Vec<u8> {
        let list = list(width, bytes);
        (0..).map_while(|idx| list.value(idx)).collect()
    }

    /// The examples of the draft, sections 4.1 and 4.2.
    #[test]
    fn values_are_read_as_in_the_drafts_own_examples() {
        assert_eq!(values(1, &[0xb9, 0xa3]), [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        assert_eq!(values(2, &[0xc9, 0x44, 0xf9]), [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
        assert_eq!(values(4, &[0x5a, 0x0f]), [10, 5, 15, 0]);
        assert_eq!(values(8, &[0, 3, 255]), [0, 3, 255]);
        assert_eq!(list(1, &[0]).value(u64::MAX), None);
        assert!([0, 3, 5, 16, u64::MAX].map(Width::of).iter().all(Option::is_none));
    }

    #[test]
    fn it_ages_from_its_signature_or_from_when_it_came() {
        let at = Timestamp::from_unix_seconds;
        let fresh = |list: &List, millis| list.is_fresh(Timestamp::from_unix_millis(millis), 120);
        let plain = list(1, &[0]);
        for (millis, expected) in [(1_000_000, true), (1_120_000, true), (1_120_001, false), (1_121_000, false)] {
            assert_eq!(fresh(&plain, millis), expected, "{millis}");
        }
        // A clock that was put back.
        assert_eq!([699_999, 700_000].map(|millis| fresh(&plain, millis)), [false, true]);
        let ending = List { exp: Some(1050), ..list(1, &[0]) };
        assert_eq!([1_049_999, 1_050_000].map(|millis| fresh(&ending, millis)), [true, false]);
        assert_eq!(ending.stale_at(120), at(1050));
        // Signed by a clock that is a minute ahead.
        let ahead = List { iat: 1090, ..list(1, &[0]) };
        assert_eq!([1_150_000, 1_150_001].map(|millis| fresh(&ahead, millis)), [true, false]);
    }

    #[test]
    fn a_newer_list_follows_and_of_one_second_both_count() {
        let code = |list: Result<List, StatusError>| list.map_or_else(StatusError::code, |_| "ok");
        let at_hand = list(1, &[0b0001, 0]);
        assert_eq!(code(List { iat: 1001, ..list(8, &[0]) }.following(&at_hand)), "ok");
        assert_eq!(code(List { iat: 999, ..list(1, &[0xff, 0xff]) }.following(&at_hand)), "older-list");
        assert_eq!(code(list(2, &[0, 0]).following(&at_hand)), "older-list");
        assert_eq!(code(list(1, &[0]).following(&at_hand)), "older-list");
        let later = List { exp: Some(5000), received_at: Timestamp::from_unix_seconds(2000), ..list(1, &[0b0100, 0]) };
        let both = later.following(&at_hand).ok().unwrap();
        assert_eq!((both.bytes.as_slice(), both.exp), ([0b0101, 0].as_slice(), Some(5000)));
        assert_eq!(both.received_at, at_hand.received_at);
    }
}
