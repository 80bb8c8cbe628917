//! Accounts: choices of account holders, and their end.

use crate::support::disk;
use crate::support::host::{Hands, Host, START, at, id, wait};
use volens_core::{Because, Choice, Known};
use volens_server::AccountChoice;
use volens_server::mail::Mail;

#[test]
fn an_account_that_ends_takes_its_name_along_and_leaves_the_proof() {
    let site = std::fs::read_to_string(disk::repository().join("demo-site/site.toml")).unwrap();
    let clock = Hands::at(START);
    let host = Host::open(&disk::folder("account-end"), &site, clock.clone(), Mail::Outbox);
    let offers = id("marketing_mail");
    let choice = AccountChoice {
        account: "kim@example.com".into(),
        purpose: offers.clone(),
        choice: Choice::Grant,
        lang: "sv".parse().unwrap(),
        control: "account preferences".into(),
    };
    wait(host.service.choose_for_account(choice)).unwrap();
    assert_eq!(wait(host.service.account_state("kim@example.com", &offers)).unwrap(), Because::Granted);
    let subject = host.reader().subject_of_account("kim@example.com").unwrap().unwrap();

    clock.forward(3600);
    wait(host.service.end_account("kim@example.com")).unwrap();
    assert_eq!(wait(host.service.account_state("kim@example.com", &offers)).unwrap(), Because::Unknown);
    assert!(host.reader().subject_of_account("kim@example.com").unwrap().is_none());
    let evidence = |time: &str| host.reader().evidence(&subject, &offers, at(time), Known::Everything).unwrap();
    assert!(evidence("2026-11-20T12:30:00Z").permitted);
    assert_eq!(evidence("2026-11-20T13:00:01Z").because, "withdrawn");
    // Again, and for nobody: nothing to do.
    wait(host.service.end_account("kim@example.com")).unwrap();
    assert_eq!(host.statements(), 2);
}
