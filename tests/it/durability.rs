//! A 201 is a promise: what it promised is on the disk, whatever happens next.

use crate::support::browser::{Browser, all, choice};
use crate::support::disk;
use crate::support::host::{SITE, id};
use crate::support::process::Served;
use std::sync::mpsc;
use volens_core::site::Site;
use volens_core::{Known, NoticeHash, SubjectId, Timestamp};
use volens_server::Reader;

fn notice() -> NoticeHash {
    Site::parse("site.toml", SITE).unwrap().notice()
}

fn granted(data: &std::path::Path, subject: &SubjectId) -> bool {
    let far = "2027-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
    let evidence = Reader::open(data).unwrap().evidence(subject, &id("analytics"), far, Known::Everything).unwrap();
    evidence.records.len() == 1 && evidence.records[0].kind == "grant"
}

#[test]
fn a_kill_right_after_a_201_loses_nothing() {
    let data = disk::folder("kill");
    let mut known: Vec<Browser> = Vec::new();
    for round in 0..24 {
        let mut served = Served::start(&data, SITE);
        // Everyone of the rounds before is known to the process that started after their kill.
        for earlier in &known {
            let mut browser = served.browser();
            browser.jar.clone_from(&earlier.jar);
            assert_eq!(browser.status("analytics"), "granted", "round {round}");
        }
        let mut browser = served.browser();
        assert_eq!(browser.choose(&notice(), &all(true)).status, 201);
        served.kill();
        assert!(granted(&data, &browser.subject()), "round {round}");
        known.push(browser);
    }
    assert_eq!(Reader::open(&data).unwrap().statements().unwrap(), 24);
}

#[test]
fn a_kill_in_the_middle_of_many_posts_keeps_every_one_that_was_answered() {
    let data = disk::folder("kill-many");
    let mut promised = 0;
    for _ in 0..4 {
        let mut served = Served::start(&data, SITE);
        let (tell, hear) = mpsc::channel();
        for _ in 0..4 {
            let (first, tell) = (served.browser(), tell.clone());
            std::thread::spawn(move || {
                let body = choice(&notice(), &all(true)).to_string();
                let headers = [("content-type", "application/json")];
                loop {
                    let mut browser = first.clone();
                    // Killed: what was not answered was not promised.
                    let Ok(reply) = browser.send("POST", "/consent/v1/choices", &headers, body.as_bytes()) else {
                        return;
                    };
                    assert_eq!(reply.status, 201);
                    tell.send(browser.subject()).unwrap();
                }
            });
        }
        drop(tell);
        let mut answered: Vec<SubjectId> = (0..40).map(|_| hear.recv().expect("posts that are answered")).collect();
        served.kill();
        answered.extend(hear);
        assert!(answered.iter().all(|subject| granted(&data, subject)));
        promised += answered.len() as u64;
    }
    let kept = Reader::open(&data).unwrap().statements().unwrap();
    assert!(kept >= promised, "{kept} kept of {promised} promised");
    let sound: String = disk::sqlite(&data).query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}
