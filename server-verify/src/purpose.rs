//! Purposes as types, so that a function can demand proof in its signature.

/// A purpose known at compile time.
///
/// Declare your own for every purpose of your `site.toml` that code depends on, with [`purposes!`](crate::purposes).
/// Where ids are known only at run time, ask [`Consent::require_id`](crate::Consent::require_id).
///
/// An `ID` that is no purpose id (`[a-z][a-z0-9_-]{0,47}`) can stand in no token and is therefore never granted;
/// [`purposes!`](crate::purposes) does not let it compile.
pub trait Purpose: 'static {
    /// The id, as in `site.toml`.
    const ID: &'static str;
}

/// The built-in purpose `analytics`: measuring how the site is used.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a name, never a value")]
pub enum Analytics {}

/// The built-in purpose `marketing`: advertising, here or elsewhere.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a name, never a value")]
pub enum Marketing {}

/// The built-in purpose `functional`: comfort that the visitor did not ask for.
#[derive(Debug)]
#[allow(clippy::exhaustive_enums, reason = "a name, never a value")]
pub enum Functional {}

impl Purpose for Analytics {
    const ID: &'static str = "analytics";
}

impl Purpose for Marketing {
    const ID: &'static str = "marketing";
}

impl Purpose for Functional {
    const ID: &'static str = "functional";
}

/// Declares a site's own purposes as types, each with its id in `site.toml`.
///
/// ```
/// use volens_verify::{Consent, Denied, Grant};
///
/// volens_verify::purposes! {
///     /// Where visitors click.
///     pub HeatMaps = "heat-maps";
///     Chat = "chat";
/// }
///
/// fn record_heat(_: &Grant<HeatMaps>) { /* … */ }
///
/// fn clicked(consent: &Consent) -> Result<(), Denied> {
///     record_heat(&consent.require::<HeatMaps>()?);
///     Ok(())
/// }
/// ```
///
/// An id that can stand in no token does not compile:
///
/// ```compile_fail
/// volens_verify::purposes! { HeatMaps = "heat maps"; }
/// ```
#[macro_export]
macro_rules! purposes {
    ($($(#[$attribute:meta])* $visible:vis $name:ident = $id:literal;)+) => {$(
        $(#[$attribute])*
        #[derive(Debug)]
        #[allow(clippy::exhaustive_enums, reason = "a name, never a value")]
        $visible enum $name {}

        impl $crate::Purpose for $name {
            const ID: &'static str = {
                ::core::assert!(
                    $crate::is_purpose_id($id),
                    "not a purpose id, expected [a-z][a-z0-9_-]* of at most 48 characters",
                );
                $id
            };
        }

        // Whether or not anything asks for it.
        const _: &str = <$name as $crate::Purpose>::ID;
    )+};
}

/// Whether a text can be the id of a purpose: `[a-z][a-z0-9_-]*`, at most 48 characters, at compile time too.
///
/// ```
/// const _: () = assert!(volens_verify::is_purpose_id("heat-maps"));
/// assert!(!volens_verify::is_purpose_id("heat maps"));
/// ```
pub const fn is_purpose_id(text: &str) -> bool {
    let [first, rest @ ..] = text.as_bytes() else { return false };
    if !first.is_ascii_lowercase() || rest.len() >= 48 {
        return false;
    }
    let mut left = rest;
    while let [byte, tail @ ..] = left {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-') {
            return false;
        }
        left = tail;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use volens_core::PurposeId;

    crate::purposes! {
        /// Where visitors click.
        HeatMaps = "heat-maps";
        Longest = "a23456789012345678901234567890123456789012345678";
    }

    #[test]
    fn a_declared_purpose_has_its_id() {
        assert_eq!((HeatMaps::ID, Longest::ID.len()), ("heat-maps", 48));
    }

    fn agrees(text: &str) -> bool {
        is_purpose_id(text) == text.parse::<PurposeId>().is_ok()
    }

    #[test]
    fn edges_are_as_in_the_parser() {
        for text in ["", "a", "A", "1a", "-a", "a-", "a_1", "ä", "aä", "a b", &"a".repeat(48), &"a".repeat(49)] {
            assert!(agrees(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_check_at_compile_time_is_the_parsers(text in "[a-zA-Z0-9_ -]{0,4}[a-z0-9_-]{0,50}.{0,1}") {
            prop_assert!(agrees(&text));
        }
    }
}
