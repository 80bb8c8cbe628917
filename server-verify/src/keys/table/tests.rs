//! `verify_strict` is the oracle, for good signatures and for all that has ever fooled a verifier.

use std::cell::Cell;
use std::sync::LazyLock;

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::Signature;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;

static BASE: LazyLock<Base> = LazyLock::new(Base::new);

/// A private scalar, the public key that it makes with a part of small order added, and the table.
struct Pair {
    secret: Scalar,
    key: VerifyingKey,
    table: Table,
}

/// Two of no part of small order, and one of each of the seven.
static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let pair = |(seed, torsion): (u8, usize)| {
        let secret = Scalar::from_bytes_mod_order([seed; 32]);
        let key = VerifyingKey::from(EdwardsPoint::mul_base(&secret) + EIGHT_TORSION[torsion]);
        Pair { secret, key, table: Table::new(&key, &BASE).unwrap() }
    };
    [(1, 0), (99, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 6), (8, 7)].map(pair).into()
});

fn hash(r: &[u8; 32], key: &VerifyingKey, message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key.as_bytes()).chain_update(message);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn attach(r: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(&s);
    signature
}

/// A number below 2^256, little-endian, raised by the order of the group so many times.
fn raised(number: [u8; 32], times: u16) -> [u8; 32] {
    // L − 1, and one.
    let order = (Scalar::ZERO - Scalar::ONE).to_bytes();
    let mut carry = times;
    let mut sum = [0; 32];
    for ((sum, number), order) in sum.iter_mut().zip(number).zip(order) {
        carry += u16::from(number) + u16::from(order) * times;
        *sum = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    sum
}

/// What is done to a signature.
#[derive(Clone, Debug)]
enum Spoil {
    Nothing,
    /// One bit of R or S.
    Bit(usize),
    /// S + n·L.
    Raised(u16),
    /// −S.
    Negated,
    /// R gets a part of small order before the message is hashed: the equation with a cofactor holds.
    Torsion(usize),
    /// R is of small order and S made to fit, in bytes that are canonical or not.
    SmallR(usize),
    /// R is encoded with y + p, which only y below 19 allows; with either sign.
    NotCanonical(u8, bool),
    AnyBytes([u8; 32], [u8; 32]),
    /// S is any number below L.
    AnyS([u8; 32]),
    OtherMessage,
    OtherKey(usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        4 => Just(Spoil::Nothing),
        2 => (0..512_usize).prop_map(Spoil::Bit),
        1 => (1..16_u16).prop_map(Spoil::Raised),
        1 => Just(Spoil::Negated),
        4 => (0..8_usize).prop_map(Spoil::Torsion),
        2 => (0..8_usize).prop_map(Spoil::SmallR),
        2 => (0..19_u8, any::<bool>()).prop_map(|(y, sign)| Spoil::NotCanonical(y, sign)),
        1 => (any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(r, s)| Spoil::AnyBytes(r, s)),
        1 => any::<[u8; 32]>().prop_map(Spoil::AnyS),
        1 => Just(Spoil::OtherMessage),
        1 => (0..9_usize).prop_map(Spoil::OtherKey),
    ]
}

/// The signature, made with `nonce`, and what is signed in the end.
fn make(pair: &Pair, nonce: Scalar, message: &mut Vec<u8>, spoil: &Spoil) -> [u8; 64] {
    let sign = |nonce: Scalar, r: [u8; 32], message: &[u8]| {
        attach(r, (nonce + hash(&r, &pair.key, message) * pair.secret).to_bytes())
    };
    let point = EdwardsPoint::mul_base(&nonce);
    let r = point.compress().to_bytes();
    let good = sign(nonce, r, message);
    let s: [u8; 32] = good[32..].try_into().unwrap();
    match spoil {
        Spoil::Nothing | Spoil::OtherKey(_) => good,
        Spoil::Bit(at) => {
            let mut signature = good;
            signature[at / 8] ^= 1 << (at % 8);
            signature
        }
        Spoil::Raised(times) => attach(r, raised(s, *times)),
        Spoil::Negated => attach(r, (-Scalar::from_bytes_mod_order(s)).to_bytes()),
        Spoil::Torsion(which) => sign(nonce, (point + EIGHT_TORSION[*which]).compress().to_bytes(), message),
        Spoil::SmallR(which) => sign(Scalar::ZERO, EIGHT_TORSION[*which].compress().to_bytes(), message),
        Spoil::NotCanonical(y, sign_bit) => {
            let mut r = [0xff; 32];
            // p is 2^255 − 19.
            r[0] = 0xed + y;
            r[31] = if *sign_bit { 0xff } else { 0x7f };
            sign(Scalar::ZERO, r, message)
        }
        Spoil::AnyBytes(r, s) => attach(*r, *s),
        Spoil::AnyS(s) => attach(r, Scalar::from_bytes_mod_order(*s).to_bytes()),
        Spoil::OtherMessage => {
            message.push(0);
            good
        }
    }
}

#[test]
fn it_answers_as_verify_strict_does() {
    const CASES: u32 = 12_000;
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let any_case = (0..9_usize, any::<[u8; 32]>(), proptest::collection::vec(any::<u8>(), 0..64), spoil());
    let (accepted, refused, with_torsion) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let verdict = runner.run(&any_case, |(pair, nonce, mut message, spoil)| {
        let signature = make(&PAIRS[pair], Scalar::from_bytes_mod_order(nonce), &mut message, &spoil);
        let asked = if let Spoil::OtherKey(other) = spoil { other } else { pair };
        let Pair { key, table, .. } = &PAIRS[asked];
        let strict = key.verify_strict(&message, &Signature::from_bytes(&signature)).is_ok();
        prop_assert_eq!(table.signed(&message, &signature), strict);
        let count = |counter: &Cell<u32>| counter.set(counter.get() + 1);
        count(if strict { &accepted } else { &refused });
        if strict && asked > 1 {
            count(&with_torsion);
        }
        Ok(())
    });
    verdict.unwrap();
    let counted = (accepted.get(), refused.get(), with_torsion.get());
    assert_eq!(counted.0 + counted.1, CASES, "{counted:?}");
    // Agreement counts only where there was something to agree on, on both sides.
    assert!(counted.0 > 1_000 && counted.1 > 6_000 && counted.2 > 200, "{counted:?}");
}

/// The sum of [`Multiples::summands`] is the product, for the scalars whose digits are at their edges.
#[test]
fn products_are_exact() {
    let last = Scalar::ZERO - Scalar::ONE;
    let same_byte = |byte: u8| {
        let mut bytes = [byte; 32];
        bytes[31] &= 0x0f;
        Scalar::from_canonical_bytes(bytes).unwrap()
    };
    // 25 times the same digit, below the last one.
    let same_digit =
        |digit: u64| (0..25).fold(Scalar::ZERO, |sum, _| sum * Scalar::from(1024_u64) + Scalar::from(digit));
    let scalars: Vec<_> = (0..=1030_u64)
        .map(Scalar::from)
        .chain((0..=255).map(same_byte))
        .chain((0..=1023).map(same_digit))
        .chain((0..=300_u64).map(|less| last - Scalar::from(less)))
        .collect();
    for Pair { key, table, .. } in &PAIRS[..3] {
        let minus_key = -key.to_edwards();
        for scalar in &scalars {
            let sum = table.minus_key.summands(scalar.as_bytes()).sum::<EdwardsPoint>();
            assert_eq!(sum, minus_key * scalar, "{scalar:?}");
        }
    }
    for scalar in &scalars {
        assert_eq!(BASE.0.0.summands(scalar.as_bytes()).sum::<EdwardsPoint>(), EdwardsPoint::mul_base(scalar));
    }
}

#[test]
fn a_key_of_small_order_has_no_table() {
    for point in EIGHT_TORSION {
        assert!(Table::new(&VerifyingKey::from(point), &BASE).is_none());
    }
    // In bytes that are not canonical either: y = p + 1, the neutral point.
    let mut bytes = [0xff; 32];
    (bytes[0], bytes[31]) = (0xee, 0x7f);
    assert!(CompressedEdwardsY(bytes).decompress().is_some());
    assert!(Table::new(&VerifyingKey::from_bytes(&bytes).unwrap(), &BASE).is_none());
}
