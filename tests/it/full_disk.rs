//! A full disk: 503, nothing half-written, and work goes on when there is room again.

use crate::support::browser::{CHOICES, all, choice};
use crate::support::disk;
use crate::support::host::SITE;
use crate::support::process::Served;
use volens_core::site::Site;
use volens_server::Reader;

#[test]
fn a_full_disk_is_said_and_survived() {
    let data = disk::folder("full");
    let served = Served::start_on_a_small_disk(&data, SITE);
    let notice = Site::parse("site.toml", SITE).unwrap().notice();
    let mut before = served.browser();
    assert_eq!(before.choose(&notice, &all(true)).status, 201);
    let statements = || Reader::open(&data).unwrap().statements().unwrap();
    assert_eq!(statements(), 1);

    // Half a page more than what is there: the next commit begins to write, and cannot end.
    let wal = std::fs::metadata(data.join("volens.sqlite-wal")).unwrap().len();
    served.limit_files(Some(wal + 2048));
    let key = ("idempotency-key", "0123456789abcdefghijklmn");
    for _ in 0..3 {
        let mut browser = served.browser();
        let reply = browser.json_with(CHOICES, &[key], &choice(&notice, &all(true)));
        assert_eq!(reply.problem(), (503, "unavailable".into()));
        assert!(browser.jar.is_empty());
        let fields = [("notice", notice.as_str()), ("lang", "en"), ("reject", "all")];
        assert_eq!(served.browser().form(CHOICES, &[], &fields).problem(), (503, "unavailable".into()));
        let withdrawn = before.clone().choose(&notice, &all(false));
        assert_eq!(withdrawn.problem(), (503, "unavailable".into()));
    }
    assert_eq!(before.status("analytics"), "granted", "what is there can be read");
    assert_eq!(statements(), 1);
    assert_eq!(
        [disk::count(&data, "statement"), disk::count(&data, "record"), disk::count(&data, "idempotency")],
        [1, 3, 0]
    );

    served.limit_files(None);
    let mut after = served.browser();
    // The retry of what failed, with its key.
    assert_eq!(after.json_with(CHOICES, &[key], &choice(&notice, &all(true))).status, 201);
    assert_eq!(after.status("analytics"), "granted");
    assert_eq!(before.choose(&notice, &all(false)).status, 201);
    assert_eq!(statements(), 3);
    let sound: String = disk::sqlite(&data).query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}
