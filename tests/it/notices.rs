//! A grant is for a text under a notice: what is changed is asked again, and nothing else.

use crate::support::browser::{Browser, CHOICES, SUMMARY, all, choice};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, SITE, START, wait};
use serde_json::{Value, json};
use volens_core::NoticeHash;
use volens_server::mail::Mail;

fn open(test: &str, site: &str, clock: &Hands) -> Host {
    Host::open(
        &std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("it-{test}")),
        site,
        clock.clone(),
        Mail::Outbox,
    )
}

/// A browser that takes its cookies to the site as it is after a deploy.
fn moved(browser: &Browser, host: &Host) -> Browser {
    let mut moved = host.browser();
    moved.jar = browser.jar.clone();
    moved
}

fn revised() -> String {
    let (before, after) = SITE.split_once("[purpose.analytics]").unwrap();
    format!("{before}[purpose.analytics]{}", after.replacen("revision = 1", "revision = 2", 1))
}

fn with_recipient() -> String {
    SITE.to_owned()
        + "\n[recipient.lab]\nname = \"Lab GmbH\"\ncountry = \"DE\"\nrole = \"controller\"\npurposes = [\"analytics\"]\n"
}

fn reworded() -> String {
    SITE.replace("We count which pages are read.", "We count the pages that are read.")
}

/// One more choice, with a service of its own.
fn extended() -> String {
    let purpose = SITE
        .split_once("[purpose.marketing]")
        .unwrap()
        .1
        .split_once("[purpose.newsletter]")
        .unwrap()
        .0
        .replace("Advertising", "Maps")
        .replace("measure our advertising", "show maps");
    let service = "[service.maps]\nname = \"Maps\"\nprovider = \"Maps BV\"\ncountry = \"NL\"\npurposes = { maps = \"consent\" }\nscripts = []\nframes = []\non_withdraw = \"event\"\n";
    SITE.replace("[service.insight]", &format!("[purpose.maps]{purpose}\n{service}\n[service.insight]"))
}

#[test]
fn a_grant_under_a_notice_never_published_is_refused_with_the_current_one() {
    let host = Host::start("unpublished");
    let unknown: NoticeHash = "0000000000000000000000000000000000000000000".parse().unwrap();
    let mut browser = host.browser();
    let reply = browser.choose(&unknown, &all(true));
    assert_eq!(reply.problem(), (409, "notice-not-current".into()));
    assert_eq!(reply.json()["current"], json!(host.notice()));
    assert_eq!(host.statements(), 0);

    let fields = [("notice", unknown.as_str()), ("lang", "sv"), ("accept", "all"), ("return_to", "/sv/")];
    assert_eq!(browser.form(CHOICES, &[], &fields).problem(), (409, "notice-not-current".into()));
    let page = browser.form(CHOICES, &[("accept", "text/html,*/*;q=0.8")], &fields);
    assert_eq!(page.status, 409);
    assert!(page.header("content-type").unwrap().starts_with("text/html"), "a person gets a page");
    assert!(
        page.text().contains("<html lang=\"sv\"") && page.text().contains(host.notice().as_str()),
        "with what holds today"
    );
    assert!(page.set_cookies().is_empty());
    assert_eq!(host.statements(), 0);
}

#[test]
fn what_is_refused_beside_such_a_grant_is_recorded_all_the_same() {
    let host = Host::start("mixed");
    let unknown: NoticeHash = "somethingelse".parse().unwrap();
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("marketing", false)]);
    let reply = browser.choose(&unknown, &[("analytics", false), ("marketing", true)]);
    assert_eq!((reply.status, &reply.json()["code"]), (409, &json!("notice-not-current")));
    assert_eq!((browser.status("analytics"), browser.status("marketing")), ("refused".into(), "refused".into()));
    assert_eq!(host.statements(), 2, "the grant left no trace");
}

#[test]
fn a_refusal_is_taken_under_any_notice() {
    let host = Host::start("unknown-refusal");
    let unknown: NoticeHash = "somethingelse".parse().unwrap();
    let mut browser = host.browser();
    assert_eq!(browser.choose(&unknown, &all(false)).status, 201);
    assert_eq!(browser.status("analytics"), "refused");
    let fields = [("notice", unknown.as_str()), ("reject", "all")];
    assert_eq!(host.browser().form(CHOICES, &[], &fields).status, 303, "without a language too");
    let recorded: String =
        disk::sqlite(&host.data).query_row("SELECT DISTINCT notice FROM statement", [], |row| row.get(0)).unwrap();
    assert_eq!(recorded, "somethingelse", "recorded as it was said");

    let mut granted = host.browser();
    granted.choose(&host.notice(), &all(true));
    let subject = granted.subject();
    assert_eq!(granted.choose(&unknown, &[("analytics", false)]).status, 201);
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "withdraw"]);
}

#[test]
fn a_refusal_in_a_language_the_site_has_given_up_is_taken() {
    let host = Host::start("given-up");
    let mut browser = host.browser();
    let mut body = choice(&host.notice(), &all(false));
    body["lang"] = json!("da");
    assert_eq!(browser.json(CHOICES, &body).status, 201);
    let fields = [("notice", host.notice().to_string()), ("lang", "da".into()), ("reject", "all".into())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(host.browser().form(CHOICES, &[], &fields).status, 303);
    assert_eq!(host.statements(), 2);
}

#[test]
fn a_changed_meaning_is_asked_again_and_the_rest_is_not() {
    for (test, changed) in [("revised", revised()), ("recipient", with_recipient())] {
        disk::folder(test);
        let clock = Hands::at(START);
        let old = open(test, SITE, &clock);
        let mut browser = old.browser();
        browser.choose(&old.notice(), &all(true));
        let subject = browser.subject();
        let old_notice = old.notice();
        drop(old);

        clock.forward(DAY);
        let new = open(test, &changed, &clock);
        assert_ne!(new.notice(), old_notice, "{test}");
        let mut browser = moved(&browser, &new);
        let state = browser.state();
        assert_eq!(state["ask"], json!(["analytics"]), "{test}");
        assert_eq!(state["purposes"]["analytics"], json!({ "status": "undecided" }), "{test}");
        assert_eq!(
            state["purposes"]["marketing"]["status"], "granted",
            "{test}: what has not changed is not asked again"
        );

        // What was agreed to under the old text holds for its time.
        assert!(new.evidence(&subject, "analytics", clock.now()).permitted);
        let snippet = wait(new.service.snippet(&"en".parse().unwrap(), None)).unwrap();
        assert!(snippet.head.contains(&format!("[\"{}\",\"011\"]", old_notice.short())), "{test}: {}", snippet.head);

        assert_eq!(browser.choose(&new.notice(), &[("analytics", true)]).status, 201);
        assert_eq!(browser.subject(), subject);
        assert_eq!(browser.state()["ask"], json!([]));
        assert_eq!(browser.jar[SUMMARY], format!("1.{}.111", new.notice().short()));
        assert_eq!(new.kinds(&subject, "marketing"), ["grant"], "carried, not written again");
    }
}

#[test]
fn a_grant_under_a_superseded_text_is_recorded_for_that_text_and_asked_again() {
    disk::folder("superseded");
    let clock = Hands::at(START);
    let old = open("superseded", SITE, &clock);
    let (old_notice, old_text) = (old.notice(), old.service.manifest(&"en".parse().unwrap()).unwrap().text.clone());
    drop(old);
    clock.forward(DAY);
    let new = open("superseded", &revised(), &clock);

    // A page from a cache, of yesterday.
    let mut browser = new.browser();
    let reply = browser.choose(&old_notice, &all(true));
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json()["state"]["ask"], json!(["analytics"]));
    assert_eq!(browser.state()["ask"], json!(["analytics"]));
    assert_eq!(browser.jar[SUMMARY], format!("1.{}.-11", new.notice().short()));
    assert!(!browser.claims().g.contains_key("analytics"), "the token grants what counts");
    let evidence = new.evidence(&browser.subject(), "analytics", clock.now());
    assert_eq!(evidence.records[0].notice, old_notice.as_str());
    assert_eq!(evidence.records[0].text.as_deref(), Some(old_text.as_str()));

    // A no takes back what was said under the old text, too.
    let subject = browser.subject();
    browser.choose(&new.notice(), &[("analytics", false)]);
    assert_eq!(new.kinds(&subject, "analytics"), ["grant", "withdraw"]);
}

#[test]
fn a_better_wording_asks_nobody() {
    disk::folder("reworded");
    let clock = Hands::at(START);
    let old = open("reworded", SITE, &clock);
    let mut browser = old.browser();
    browser.choose(&old.notice(), &all(true));
    let (notice, subject) = (old.notice(), browser.subject());
    drop(old);
    clock.forward(DAY);
    let new = open("reworded", &reworded(), &clock);
    assert_eq!(new.notice(), notice);
    let mut browser = moved(&browser, &new);
    assert_eq!(browser.state()["ask"], json!([]));
    assert_eq!(browser.choose(&notice, &all(true)).status, 200);

    // Each of the two texts is kept, and a record names the one that was shown.
    let mut later = new.browser();
    later.choose(&notice, &all(true));
    let text =
        |subject: &volens_core::SubjectId| new.evidence(subject, "analytics", clock.now()).text.unwrap().to_string();
    assert!(text(&subject).contains("We count which pages are read."));
    assert!(text(&later.subject()).contains("We count the pages that are read."));

    // A cached page names the text that it showed.
    let shown = new.evidence(&subject, "analytics", clock.now()).records[0].text.clone().unwrap();
    clock.forward(60);
    let mut cached = new.browser();
    let mut body = choice(&notice, &all(true));
    body["text"] = json!(shown);
    cached.json(CHOICES, &body);
    assert!(text(&cached.subject()).contains("We count which pages are read."));
}

#[test]
fn a_record_names_the_text_that_was_shown_or_none() {
    let host = Host::start("text-unknown");
    let say = |text: Value, on: bool| {
        host.clock.forward(1);
        let mut body = choice(&host.notice(), &[("analytics", true), ("functional", on), ("marketing", on)]);
        body["text"] = text;
        let mut browser = host.browser();
        let reply = browser.json(CHOICES, &body);
        (browser, reply)
    };
    let ours = host.service.manifest(&"en".parse().unwrap()).unwrap().text.clone();
    // A page that another deploy made: the yes is kept, and nothing is claimed that cannot be shown.
    let never = "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A";
    for (text, kept) in [(json!(ours), Some(ours.as_str())), (json!(never), None), (json!(null), Some(ours.as_str()))] {
        let (browser, reply) = say(text.clone(), true);
        assert_eq!((reply.status, reply.json()["receipt"]["text"].as_str()), (201, kept), "{text}");
        let proof = host.evidence(&browser.subject(), "analytics", host.clock.now());
        let record = &proof.records[0];
        assert!(proof.permitted && proof.material.is_some(), "{text}");
        assert_eq!(
            (record.text.as_deref(), record.look.is_some(), proof.text.is_some()),
            (kept, kept.is_some(), kept.is_some())
        );
    }
    let before = host.statements();
    for (text, found) in [(json!("n+1"), "\"n+1\""), (json!(7), "7"), (json!("x".repeat(65)), "\"xxx")] {
        let reply = say(text, false).1;
        assert_eq!(reply.problem(), (400, "malformed".into()), "{found}");
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(&format!("text: found {found}")), "{detail}");
        assert!(
            detail.ends_with(
                ", expected the hash of the text that was shown: at most 64 letters, digits, \"-\" or \"_\""
            )
        );
    }
    assert_eq!(host.statements(), before);
    // A no is never lost to it.
    let (mut browser, _) = say(json!(ours), true);
    host.clock.forward(1);
    let mut body = choice(&host.notice(), &all(false));
    body["text"] = json!("n+1");
    let subject = browser.subject();
    assert_eq!(browser.json(CHOICES, &body).status, 201);
    let proof = host.evidence(&subject, "analytics", host.clock.now());
    assert_eq!((proof.because, proof.records[1].text.as_deref()), ("withdrawn", None));
}

#[test]
fn who_refused_is_asked_again_for_new_purposes_only() {
    disk::folder("new-purpose");
    let clock = Hands::at(START);
    let old = open("new-purpose", SITE, &clock);
    let mut refuser = old.browser();
    refuser.choose(&old.notice(), &all(false));
    let mut known = old.browser();
    known.choose(&old.notice(), &[("analytics", false), ("functional", false), ("marketing", true)]);
    drop(old);
    clock.forward(DAY);

    let revised = open("new-purpose", &revised(), &clock);
    assert_eq!(moved(&refuser, &revised).state()["ask"], json!([]), "a changed purpose is no new one");
    assert_eq!(moved(&known, &revised).state()["ask"], json!([]));
    drop(revised);

    let extended = open("new-purpose", &extended(), &clock);
    let mut refuser = moved(&refuser, &extended);
    assert_eq!(refuser.state()["ask"], json!(["maps"]));
    assert_eq!(moved(&known, &extended).state()["ask"], json!(["maps"]));
    assert_eq!(refuser.choose(&extended.notice(), &[("maps", false)]).status, 201);
    assert_eq!(refuser.state()["ask"], json!([]));
    assert_eq!(refuser.claims().sub, None);
}
