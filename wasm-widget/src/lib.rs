//! Consent banner and cookie center.
//!
//! One set of Yew components serves three places: the first layer in every page's HTML and the settings page, both
//! made on the server (feature `ssr`, module `page`), and the cookie center in the browser (feature `csr`). All rules
//! of the interface are in [`state`], which knows neither.
//!
//! What a page carries before any of this runs is in the folder `web/`: a gate of half a kilobyte that says before
//! the first paint whether to ask, and a loader that releases what was allowed and fetches the rest when it is wanted.

#[cfg(any(test, all(feature = "csr", target_arch = "wasm32")))]
mod read;
pub mod state;
pub mod view;

#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub mod browser;
#[cfg(feature = "ssr")]
pub mod page;
