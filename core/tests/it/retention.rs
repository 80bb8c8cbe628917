use volens_core::Timestamp;
use volens_core::retention::{Anchor, Facts, Hold, Schedule, State, Until, due_for_deletion};
use volens_core::site::{DataClass, Site};

use crate::{demo, replaced, shop};

const CLASS: &str = "[data_class.visits]\n";

fn class<'a>(site: &'a Site, id: &str) -> &'a DataClass {
    &site.data_classes()[id]
}

fn shop_with_a_window(period: &str) -> Site {
    let contact = format!("{CLASS}contact = [{{ period = \"{period}\", from = \"trial_end\" }}]\n");
    Site::parse("shop.toml", &replaced(CLASS, &contact)).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_class_of_the_site_is_a_schedule() {
    let site = shop();
    let now = at("2026-06-01T00:00:00Z");
    let facts = Facts::new().at(Anchor::Creation, at("2025-06-01T00:00:00Z"));
    let visits = due_for_deletion(&class(&site, "visits").into(), &facts, now);
    assert_eq!((visits.state(), visits.due_at()), (State::Due, Some(now)));
    let members = due_for_deletion(&class(&site, "members").into(), &facts, now);
    assert_eq!((members.state(), members.holds()), (State::Review, &[Hold::Criterion][..]));
}

#[test]
fn a_criterion_beside_a_period_waits_for_its_end() {
    let both = |text: &str| format!("criterion.{text} = \"While somebody asks.\"\n");
    let text = replaced(CLASS, &[CLASS, &both("en"), &both("sv")].concat());
    let site = Site::parse("shop.toml", &text).unwrap();
    let facts = Facts::new().at(Anchor::Creation, at("2025-06-01T00:00:00Z"));
    let state = |now: &str| due_for_deletion(&class(&site, "visits").into(), &facts, at(now)).state();
    assert_eq!(state("2026-05-31T23:59:59Z"), State::Kept);
    assert_eq!(state("2026-06-01T00:00:00Z"), State::Review);
}

#[test]
fn a_window_neither_lengthens_storage_nor_makes_a_new_notice() {
    for period in ["P14D", "P90Y"] {
        let with = shop_with_a_window(period);
        assert_eq!(class(&with, "visits").contact.len(), 1);
        assert_eq!(Schedule::from(class(&with, "visits")), Schedule::from(class(&shop(), "visits")));
        assert_eq!(with.notice(), shop().notice());
        assert_eq!(with.material(), shop().material());
    }
}

#[test]
fn the_last_reminder_of_the_demo_comes_within_14_days_of_the_trial() {
    let text = demo();
    let site = Site::parse("site.toml", &text).unwrap();
    let [window] = class(&site, "licence_reminder").contact[..] else { panic!("one window") };
    let facts = Facts::new().at(Anchor::TrialEnd, at("2026-02-20T08:00:00Z"));
    assert!(window.at(&facts, at("2026-03-06T07:59:59.999999999Z")).is_open());
    assert!(!window.at(&facts, at("2026-03-06T08:00:00Z")).is_open());
}

#[test]
fn the_reminders_of_the_demo_last_as_long_as_account_and_licence() {
    let text = demo();
    let site = Site::parse("site.toml", &text).unwrap();
    let reminders = Schedule::from(class(&site, "licence_reminder"));
    let now = at("2026-06-01T00:00:00Z");
    let account = Facts::new().at(Anchor::AccountEnd, at("2026-01-31T10:00:00Z"));
    let verdict = due_for_deletion(&reminders, &account, now);
    let [Hold::Term(term, Until::Open)] = verdict.holds() else { panic!("{verdict:?}") };
    assert_eq!((verdict.state(), term.from()), (State::Open, Anchor::LicenceEnd));
    let both = account.at(Anchor::LicenceEnd, at("2025-12-31T10:00:00Z"));
    assert_eq!(due_for_deletion(&reminders, &both, now).due_at(), Some(at("2026-02-28T10:00:00Z")));
}
