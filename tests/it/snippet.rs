//! The snippet over HTTP, for servers, caches and plugins that put it into pages.

use crate::support::host::Host;
use serde_json::json;

#[test]
fn each_part_is_the_same_bytes_as_in_a_page() {
    let host = Host::start("snippet");
    let get = |path: &str| host.browser().get(path);
    let part = |part: &str| {
        let reply = get(&format!("/consent/v1/snippet?lang=sv&part={part}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert_eq!(reply.header("content-language"), Some("sv"));
        reply.text().to_owned()
    };
    let (head, banner, foot) = (part("head"), part("banner"), part("foot"));
    assert!(head.contains("\"lang\":\"sv\"") && head.contains("loader."), "{head}");
    assert!(banner.contains("Avvisa alla") && banner.contains("method=\"post\""), "{banner}");
    assert!(foot.contains("id=\"cookie-settings\""), "{foot}");
    let all = get("/consent/v1/snippet?lang=sv").text().to_owned();
    assert!([&head, &banner, &foot].iter().all(|part| all.contains(part.as_str())), "{all}");

    // For programs, all of one answer.
    let reply = get("/consent/v1/snippet?lang=sv&format=json");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert_eq!(
        (reply.header("content-language"), reply.header("cache-control")),
        (Some("sv"), Some("public, max-age=60"))
    );
    let mut parts = reply.json();
    let csp = parts.as_object_mut().unwrap().remove("csp").unwrap();
    assert_eq!(parts, json!({ "head": head, "banner": banner, "foot": foot }));
    assert_eq!(csp["connect-src"], json!(["'self'"]));
    assert!(csp["script-src"][0].as_str().unwrap().starts_with("'sha256-"), "{csp}");
}

#[test]
fn an_unknown_part_is_named() {
    let reply = Host::start("snippet-part").browser().get("/consent/v1/snippet?part=body");
    assert_eq!((reply.status, &reply.json()["code"]), (400, &"malformed".into()));
    let detail = reply.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail, "part is \"body\"; expected \"head\", \"banner\" or \"foot\", or none for all of them");
    for query in ["format=xml", "format=json&part=head"] {
        let reply = Host::start("snippet-format").browser().get(&format!("/consent/v1/snippet?{query}"));
        assert_eq!(reply.problem(), (400, "malformed".into()), "{query}");
    }
}

#[test]
fn the_one_tag_holds_no_text_of_any_language() {
    let reply = Host::start("embed").browser().get("/consent/v1/embed.js");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    let script = reply.text();
    assert!(script.contains("[\"en\",") && script.contains("/consent/v1/snippet?lang="), "{script}");
    assert!(!script.contains("Avvisa") && !script.contains("Reject"), "{script}");
}
