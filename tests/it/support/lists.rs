//! Status lists and other services' tokens, as somebody outside reads them.

use super::browser::{Browser, Reply};
use super::host::{Host, ORIGIN, SITE};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::io::Read as _;
use volens_core::token::{Claims, StatusEntry};
use volens_core::{SubjectId, Timestamp};
use volens_server::mail::Mail;

pub(crate) const STATISTICS_OF: &str = "https://statistics.example";
pub(crate) const SHOP_API: &str = "shop-api";

/// The small site with two services beside it; its tokens have a status.
pub(crate) fn site() -> String {
    format!("{}\n[tokens]\nstatus = true\n", unlisted())
}

/// The same without status lists.
pub(crate) fn unlisted() -> String {
    SITE.replacen(
        "[controller]",
        &format!("token_audiences = [\"{STATISTICS_OF}\", \"{SHOP_API}\"]\n\n[controller]"),
        1,
    )
}

pub(crate) fn path(entry: &StatusEntry) -> &str {
    entry.uri.strip_prefix(ORIGIN).unwrap()
}

/// Where a token is listed.
pub(crate) fn entry(claims: &Claims) -> StatusEntry {
    claims.status.clone().expect("a token with a status").status_list
}

/// The claims of a list that was just fetched.
pub(crate) fn claims(reply: &Reply) -> Value {
    let part = reply.text().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The bytes of a list.
pub(crate) fn bytes(list: &Value) -> Vec<u8> {
    let packed = URL_SAFE_NO_PAD.decode(list["status_list"]["lst"].as_str().unwrap()).unwrap();
    let mut bytes = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// How many bits of a list are set.
pub(crate) fn ones(host: &Host, list: u32) -> u32 {
    let reply = host.browser().get(&format!("/consent/v1/status/{list}"));
    assert_eq!(reply.status, 200, "{reply:?}");
    bytes(&claims(&reply)).iter().map(|byte| byte.count_ones()).sum()
}

/// Whether a token's bit is set.
pub(crate) fn ended(host: &Host, claims_of_token: &Claims) -> bool {
    let entry = entry(claims_of_token);
    let reply = host.browser().get(path(&entry));
    assert_eq!(reply.status, 200, "{reply:?}");
    let idx = usize::try_from(entry.idx).unwrap();
    bytes(&claims(&reply))[idx / 8] >> (idx % 8) & 1 == 1
}

/// Asks for a token for another service.
pub(crate) fn ask(browser: &mut Browser, audience: &str) -> Reply {
    browser.json("/consent/v1/token", &json!({ "aud": audience }))
}

/// What came by letter: the subject takes a purpose back.
pub(crate) fn letter(host: &Host, subject: &SubjectId, purpose: &str, received_at: Timestamp) -> Reply {
    let bearer = format!("Bearer {}", host.admin());
    let body = json!({ "subject": subject, "purpose": purpose, "received_at": received_at, "channel": "post" });
    host.browser().json_with("/consent/v1/admin/withdrawals", &[("authorization", &bearer)], &body)
}

/// The same folder, after a restart; opening sweeps.
pub(crate) fn again(host: Host, site: &str) -> Host {
    let (data, clock) = (host.data.clone(), host.clock.clone());
    drop(host);
    Host::open(&data, site, clock, Mail::Outbox)
}

/// A browser with the cookies of another, at a service that was started again.
pub(crate) fn moved(browser: &Browser, host: &Host) -> Browser {
    let mut moved = host.browser();
    moved.jar.clone_from(&browser.jar);
    moved
}
