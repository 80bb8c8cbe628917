//! Purposes as types, so that a function can demand proof in its signature.

/// A purpose known at compile time.
///
/// Declare your own for every purpose of your `site.toml` that code depends on:
///
/// ```
/// enum HeatMaps {}
/// impl volens_verify::Purpose for HeatMaps {
///     const ID: &'static str = "heat-maps";
/// }
///
/// fn record_heat(_: &volens_verify::Grant<HeatMaps>) { /* … */ }
/// ```
///
/// An `ID` that is no purpose id (`[a-z][a-z0-9_-]{0,47}`) can stand in no token and is therefore never granted.
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
