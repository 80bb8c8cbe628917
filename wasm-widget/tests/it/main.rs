//! The widget's HTML, as the server makes it from a site of its own.

#![allow(clippy::unwrap_used, reason = "tests, helpers included")]

mod first_layer;
mod page;
mod site;
