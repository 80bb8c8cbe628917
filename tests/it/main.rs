//! The consent service as its users meet it: over HTTP, from its mails, on its disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod support {
    pub(crate) mod assets;
    pub(crate) mod browser;
    pub(crate) mod disk;
    pub(crate) mod host;
    pub(crate) mod lists;
    pub(crate) mod process;
    pub(crate) mod smtp;
}

mod accounts;
mod admin;
mod audiences;
mod bad_input;
mod check;
mod choices;
mod conformance;
mod cookies;
mod dev;
mod durability;
mod ended;
mod forms;
mod full_disk;
mod idempotency;
mod languages;
mod late;
mod law;
mod newsletter;
mod notices;
mod openapi;
mod outside;
mod public;
mod receipts;
mod refusers;
mod rotation;
mod same_site;
mod siblings;
mod sites;
mod smtp;
mod snippet;
mod status;
mod status_timeline;
mod token;
mod triggers;
mod variants;
mod vectors;
