//! Ed25519 with a precomputed table for each key: the answers of `verify_strict`, in half the time.
//!
//! A token's key is one of few and stays for months, so the multiples that a verification needs can be made beforehand.
//! All that is computed with is public; nothing here has to take the same time for all inputs.
//!
//! What is checked is the equation of RFC 8032, section 5.1.7, without the cofactor: `R = [S]B − [k]A`. Both products
//! come from a table of `j · 1024^i · P` for `i` below 26 and `j` from 1 to 512, the scalar being written in base 1024
//! with digits from −511 to 512: 52 additions and no doubling. The method is that of Brickell, Gordon, `McCurley` and
//! Wilson, "Fast exponentiation with precomputation" (1992), with signed digits as in Bernstein, Duif, Lange, Schwabe and Yang,
//! "High-speed high-security signatures" (2012), section 4. The points are those of `curve25519-dalek`, and so are
//! addition and encoding.
//!
//! # Why it is exact
//! `verify_strict` accepts if and only if `S` is below the order, the bytes of `R` decode to a point, neither that point
//! nor `A` is of small order, and the encoding of `[S]B − [k]A` is those bytes. Here the last is checked first. Once it
//! holds, the bytes are the one encoding that is canonical of a point, and decode to it: `R` is never decoded, and of small
//! order if and only if its bytes are one of eight. Digits write the same integer as the scalar, so that nothing depends on
//! the order of `A`, which may have a part of small order. Keys of small order get no table.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::array;
use core::iter::successors;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::traits::Identity as _;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha512};

/// Bits of a digit. One less makes 6 additions more, one more a table of nearly twice the size.
const BITS: u32 = 10;
/// Digits of a scalar below 2^253, and as many rows.
const DIGITS: usize = 253_usize.div_ceil(BITS as usize);
/// The greatest digit, and as many points in a row.
const GREATEST: i16 = 1 << (BITS - 1);

/// So many points are fetched and then added. The table lies outside of the nearest cache, and fetches that wait for no
/// addition wait together.
const AT_ONCE: usize = DIGITS / 2;

/// The multiples of one point, 2 MiB: `rows[i][j - 1]` is `j · 1024^i` times the point.
struct Multiples {
    rows: Vec<Vec<EdwardsPoint>>,
}

impl Multiples {
    fn of(point: EdwardsPoint) -> Self {
        let mut unit = point;
        let rows = (0..DIGITS).map(|_| {
            let row: Vec<_> = successors(Some(unit), |last| Some(last + unit)).take(GREATEST as usize).collect();
            // Twice 512 times the unit is the next one.
            unit = row.last().map_or(unit, |last| last + last);
            row
        });
        Self { rows: rows.collect() }
    }

    /// Points whose sum is the product with a scalar, that is below 2^253.
    fn summands(&self, scalar: &[u8; 32]) -> impl Iterator<Item = EdwardsPoint> {
        self.rows.iter().zip(digits(scalar)).map(|(row, digit)| {
            let multiple = usize::from(digit.unsigned_abs()).checked_sub(1).and_then(|at| row.get(at));
            match multiple {
                // Digit 0.
                None => EdwardsPoint::identity(),
                Some(point) if digit < 0 => -point,
                Some(point) => *point,
            }
        })
    }
}

/// The digits of a number below 2^253 in base 1024, the least first.
fn digits(scalar: &[u8; 32]) -> impl Iterator<Item = i16> {
    let mut bytes = scalar.iter();
    let (mut bits, mut held) = (0, 0);
    let mut carry = 0;
    (0..DIGITS).map(move |_| {
        while held < BITS {
            bits |= u32::from(bytes.next().copied().unwrap_or(0)) << held;
            held += 8;
        }
        let digit = (bits & ((1 << BITS) - 1)) as i16 + carry;
        (bits, held) = (bits >> BITS, held - BITS);
        carry = i16::from(digit > GREATEST);
        digit - carry * (1 << BITS)
    })
}

/// What all keys have in common: the multiples of the base point `B`, and the encodings of the eight points of small
/// order.
#[derive(Clone)]
pub(super) struct Base(Arc<(Multiples, [[u8; 32]; 8])>);

impl Base {
    pub(super) fn new() -> Self {
        Self(Arc::new((Multiples::of(ED25519_BASEPOINT_POINT), EIGHT_TORSION.map(|point| point.compress().to_bytes()))))
    }
}

/// A key and its multiples.
pub(super) struct Table {
    key: VerifyingKey,
    base: Base,
    minus_key: Multiples,
}

impl Table {
    /// None for a key of small order, which nothing fits.
    pub(super) fn new(key: &VerifyingKey, base: &Base) -> Option<Self> {
        let table = || Self { key: *key, base: base.clone(), minus_key: Multiples::of(-key.to_edwards()) };
        (!key.is_weak()).then(table)
    }

    /// What `verify_strict` says.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let Some((r, s)) = signature.split_first_chunk::<32>() else { return false };
        let Some(s) = s.try_into().ok().and_then(|s| Scalar::from_canonical_bytes(s).into_option()) else {
            return false;
        };
        let hash = Sha512::new().chain_update(r).chain_update(self.key.as_bytes()).chain_update(message).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let (base, small_order) = &*self.base.0;
        let mut summands = base.summands(s.as_bytes()).chain(self.minus_key.summands(k.as_bytes()));
        let mut sum = EdwardsPoint::identity();
        for _ in 0..2 * DIGITS / AT_ONCE {
            let fetched: [EdwardsPoint; AT_ONCE] = array::from_fn(|_| summands.next().unwrap_or_default());
            for point in &fetched {
                sum += point;
            }
        }
        sum.compress().as_bytes() == r && !small_order.contains(r)
    }
}

#[cfg(test)]
mod tests;
