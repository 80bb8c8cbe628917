//! What was published and what was said cannot be changed by anyone with the file; who it was about can be deleted.

use crate::support::browser::all;
use crate::support::disk;
use crate::support::host::{Host, wait};
use serde_json::json;

fn host(test: &str) -> Host {
    let host = Host::start(test);
    host.browser().choose(&host.notice(), &all(true));
    host
}

#[test]
fn sqlite_itself_refuses_to_change_the_proof() {
    let host = host("triggers");
    let store = disk::sqlite(&host.data);
    let columns = |table: &str| -> Vec<String> {
        let mut select = store.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let dump = |table: &str| -> Vec<String> {
        let columns = columns(table);
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let mut select = store.prepare(&format!("SELECT {} FROM {table}", quoted.join("||','||"))).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    for (table, change) in [
        ("notice", "material = '{}'"),
        ("text", "body = ''"),
        ("statement", "received_at = 0"),
        ("record", "kind = 'refuse'"),
    ] {
        let before = dump(table);
        assert!(!before.is_empty());
        for sql in [
            format!("UPDATE {table} SET {change}"),
            format!("UPDATE OR REPLACE {table} SET {change}"),
            format!("DELETE FROM {table}"),
        ] {
            let error = store.execute(&sql, []).unwrap_err().to_string();
            assert!(error.contains("kept") || error.contains("never"), "{sql}: {error}");
        }
        // A replacement deletes what it replaces, and no trigger on deletion sees it.
        let column = change.split(" =").next().unwrap();
        let columns = columns(table);
        let value = change.split("= ").nth(1).unwrap();
        let changed: Vec<&str> =
            columns.iter().map(|name| if name == column { value } else { name.as_str() }).collect();
        // It may be refused or ignored; it may not happen.
        drop(store.execute(&format!("REPLACE INTO {table} SELECT {} FROM {table}", changed.join(", ")), []));
        assert_eq!(dump(table), before, "{table}");
    }
}

#[test]
fn who_a_pseudonym_is_can_be_deleted_and_the_record_stays() {
    let host = host("deletable");
    host.browser().json("/consent/v1/newsletter/subscriptions", &json!({ "email": "ada@mail.example", "lang": "en" }));
    let body = wait(host.service.outbox()).unwrap()[0].body.clone();
    let link = body.split("http://localhost:8080").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    host.browser().form(&link, &[], &[]);
    let subject = host.reader().subject_of_address("ada@mail.example").unwrap().unwrap();
    wait(host.service.account_subject("ada")).unwrap();

    let store = disk::sqlite(&host.data);
    for table in ["contact", "account", "pending", "idempotency", "outbox"] {
        store.execute(&format!("DELETE FROM {table}"), []).unwrap();
        assert_eq!(disk::count(&host.data, table), 0);
    }
    assert_eq!(host.reader().subject_of_address("ada@mail.example").unwrap(), None);
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant"], "the proof stays, and names nobody");
}

#[test]
fn a_record_of_no_statement_and_of_no_kind_is_refused() {
    let host = host("checks");
    let store = disk::sqlite(&host.data);
    store.pragma_update(None, "foreign_keys", "ON").unwrap();
    for sql in [
        "INSERT INTO record VALUES ('shop', 'nothing', 'analytics', 'grant', NULL)",
        "INSERT INTO record SELECT site_id, statement, 'more', 'perhaps', NULL FROM statement",
        "INSERT INTO statement SELECT site_id, 'x', subject, notice, text, look, lang, policy, controllers, jurisdiction, channel, control, signals, claimed_at, recorded_at + 1, recorded_at, variant FROM statement",
    ] {
        store.execute(sql, []).unwrap_err();
    }
}
