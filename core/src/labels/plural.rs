//! Which plural form a whole number takes (Unicode CLDR, cardinal rules), as an index into the forms a language has.
//!
//! Checked against `Intl.PluralRules` in `tests/it/languages.rs`. Numbers from a million on, for which some Romance
//! languages have a form of their own, do not come up in periods and counts of providers.

/// The index of the form for a number.
pub(super) type Rule = fn(u32) -> usize;

/// Japanese, Chinese.
pub(super) fn none(_: u32) -> usize {
    0
}

/// Most languages: one, other.
pub(super) fn one(n: u32) -> usize {
    usize::from(n != 1)
}

/// French, Portuguese: 0 is one too.
pub(super) fn up_to_one(n: u32) -> usize {
    usize::from(n > 1)
}

/// Icelandic: 1, 21, 31 … but not 11.
pub(super) fn ends_in_one(n: u32) -> usize {
    usize::from(n % 10 != 1 || n % 100 == 11)
}

/// Czech, Slovak: one, few, other.
pub(super) fn two_to_four(n: u32) -> usize {
    match n {
        1 => 0,
        2..=4 => 1,
        _ => 2,
    }
}

/// Croatian, Ukrainian: one (1, 21 …), few (2–4, 22–24 …), the rest.
pub(super) fn slavic(n: u32) -> usize {
    match (n % 10, n % 100) {
        (1, ten) if ten != 11 => 0,
        (2..=4, ten) if !(12..=14).contains(&ten) => 1,
        _ => 2,
    }
}

/// Polish: as before, but only 1 is one.
pub(super) fn polish(n: u32) -> usize {
    match (n, n % 10, n % 100) {
        (1, ..) => 0,
        (_, 2..=4, ten) if !(12..=14).contains(&ten) => 1,
        _ => 2,
    }
}

/// Slovenian: one, two, few, other.
pub(super) fn slovenian(n: u32) -> usize {
    match n % 100 {
        1 => 0,
        2 => 1,
        3 | 4 => 2,
        _ => 3,
    }
}

/// Lithuanian: one, few, other.
pub(super) fn lithuanian(n: u32) -> usize {
    match (n % 10, n % 100) {
        (_, 11..=19) | (0, _) => 2,
        (1, _) => 0,
        _ => 1,
    }
}

/// Latvian: zero, one, other.
pub(super) fn latvian(n: u32) -> usize {
    match (n % 10, n % 100) {
        (_, 11..=19) | (0, _) => 0,
        (1, _) => 1,
        _ => 2,
    }
}

/// Romanian: one, few, other.
pub(super) fn romanian(n: u32) -> usize {
    match (n, n % 100) {
        (1, _) => 0,
        (0, _) | (_, 1..=19) => 1,
        _ => 2,
    }
}

/// Irish: one, two, few, many, other.
pub(super) fn irish(n: u32) -> usize {
    match n {
        1 => 0,
        2 => 1,
        3..=6 => 2,
        7..=10 => 3,
        _ => 4,
    }
}

/// Maltese: one, two, few, many, other.
pub(super) fn maltese(n: u32) -> usize {
    match (n, n % 100) {
        (1, _) => 0,
        (2, _) => 1,
        (0, _) | (_, 3..=10) => 2,
        (_, 11..=19) => 3,
        _ => 4,
    }
}

/// Arabic: zero, one, two, few, many, other.
pub(super) fn arabic(n: u32) -> usize {
    match (n, n % 100) {
        (0, _) => 0,
        (1, _) => 1,
        (2, _) => 2,
        (_, 3..=10) => 3,
        (_, 11..) => 4,
        _ => 5,
    }
}

/// Hebrew: one, two, other.
pub(super) fn hebrew(n: u32) -> usize {
    match n {
        1 => 0,
        2 => 1,
        _ => 2,
    }
}
