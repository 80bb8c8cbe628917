//! The cookie list of a site, made from the same description that the banner is made from.
//!
//! ```
//! # fn f(manifest: &volens_core::manifest::Manifest) {
//! let fragment = volens_cookie_list::html(manifest);  // for a page of the site
//! let machine = volens_cookie_list::json(manifest);   // for /.well-known/cookie-list.json
//! # }
//! ```
//!
//! Both are pure functions: the same [`Manifest`](volens_core::manifest::Manifest) gives the same bytes. What one language
//! shows, only that language's manifest holds; make one list per language.

mod html;
mod json;

pub use html::{STYLE, html};
pub use json::{VERSION, json};
