//! The published vectors that this crate does not answer yet, by name.

/// Why, and which. A vector that passes must leave this table.
const OPEN: &[(&str, &[&str])] = &[
    #[cfg(not(feature = "es256"))]
    (
        "without the feature es256 P-256 keys are passed over, and a set of them alone is refused",
        &[
            "algorithm-es256",
            "algorithm-es256-63",
            "algorithm-es256-65",
            "algorithm-es256-96",
            "algorithm-es256-der",
            "algorithm-es256-empty",
            "algorithm-es256-mixed",
            "algorithm-es256-ones",
            "algorithm-es256-order",
            "algorithm-es256-r-order",
            "algorithm-es256-r-zero",
            "algorithm-es256-s-order",
            "algorithm-es256-s-zero",
            "algorithm-es256-sha512",
            "algorithm-es256-stranger",
            "algorithm-es256-swapped",
            "algorithm-es256-unknown",
            "algorithm-es256-zeros",
            "algorithm-es384",
            "algorithm-eddsa-kid-p256",
        ],
    ),
    #[cfg(not(feature = "status"))]
    (
        "without the feature status every token that names a list is status-unknown",
        &[
            "order-status-stale-withdrawn",
            "order-withdrawn-other-notice",
            "status-big",
            "status-big-neighbour",
            "status-bit-order",
            "status-bit-order-set",
            "status-first-bit",
            "status-fresh-edge",
            "status-last-bit",
            "status-list-ended",
            "status-list-ended-long",
            "status-list-last-second",
            "status-neighbours",
            "status-stale",
            "status-stale-old",
            "status-stale-withdrawn",
            "status-two-lists",
            "status-two-lists-set",
            "status-valid",
            "status-valid-purpose",
            "status-withdrawn",
            "status-withdrawn-purpose",
        ],
    ),
];

pub(super) fn reason(id: &str) -> Option<&'static str> {
    OPEN.iter().find(|(_, open)| open.contains(&id)).map(|(reason, _)| *reason)
}

pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    OPEN.iter().flat_map(|(_, open)| open.iter().copied())
}
