//! `[data_class.<id>]`, `[recipient.<id>]` and `[[transfer]]`.

use super::{Ids, own_id, references};
use crate::period::Period;
use crate::retention::{Anchor, ContactWindow, Term};
use crate::site::error::Noted;
use crate::site::parts::{DataClass, Recipient, RecipientRole, Retention, Transfer};
use crate::site::read::{At, Table};
use crate::site::shape;

const PERIOD: &str = "an ISO 8601 period such as \"P1Y\", \"P6M\", \"P14D\" or \"PT30M\"";
/// From where a contact window may begin.
const BEFORE_WITHDRAWAL: [Anchor; 7] = [
    Anchor::Creation,
    Anchor::Delivery,
    Anchor::Grant,
    Anchor::Request,
    Anchor::AccountEnd,
    Anchor::LicenceEnd,
    Anchor::TrialEnd,
];
const ROLES: [(&str, RecipientRole); 3] = [
    ("processor", RecipientRole::Processor),
    ("controller", RecipientRole::Controller),
    ("joint", RecipientRole::Joint),
];

pub(super) fn classes<'a>(root: &mut Table<'a>, ids: &Ids, noted: &mut Noted) -> Vec<(DataClass, At<'a>)> {
    let entries = root.entries("data_class", noted);
    entries.into_iter().filter_map(|(name, at)| Some((class(name, &at, ids, noted)?, at))).collect()
}

fn class(name: &str, at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<DataClass> {
    let id = own_id(name, at, noted);
    let mut table = at.table(noted)?;
    let title = table.texts("title", &ids.languages, noted);
    let purposes = references(&table.list("purposes", noted), "purpose", &ids.purposes, noted);
    let listed = table.list("retention", noted);
    let terms = listed.iter().filter_map(|at| term(at, &Anchor::ALL, noted));
    let mut retention: Vec<Retention> =
        terms.map(|term| Retention::Period { period: term.period(), from: term.from() }).collect();
    let contact = table.list("contact", noted);
    let contact =
        contact.iter().filter_map(|at| ContactWindow::new(term(at, &BEFORE_WITHDRAWAL, noted)?).ok()).collect();
    let criterion = table.texts("criterion", &ids.languages, noted);
    if table.has("criterion") {
        table.complete("criterion", &criterion, &ids.languages, "", noted);
        retention.push(Retention::Criterion(criterion));
    } else if listed.is_empty() {
        let line = table.line_of("retention");
        noted.add(line, &format!("{}.retention", table.key), "nothing", "at least one period, or a criterion");
    }
    table.end(noted);
    Some(DataClass { id: id?, title, purposes, retention, contact })
}

fn term(at: &At<'_>, anchors: &[Anchor], noted: &mut Noted) -> Option<Term> {
    let mut table = at.table(noted)?;
    let period = table.need("period", PERIOD, noted).and_then(|at| {
        let period = at.parsed::<Period>(PERIOD, noted)?;
        if period.approx_seconds().is_none() {
            at.wrong(noted, PERIOD);
        }
        Some(period)
    });
    let words: Vec<(&str, Anchor)> = anchors.iter().map(|anchor| (anchor.code(), *anchor)).collect();
    let from = table.word("from", &words, noted);
    table.end(noted);
    Term::new(period?, from?).ok()
}

pub(super) fn recipients(root: &mut Table<'_>, ids: &Ids, noted: &mut Noted) -> Vec<Recipient> {
    let entries = root.entries("recipient", noted);
    entries.into_iter().filter_map(|(name, at)| recipient(name, &at, ids, noted)).collect()
}

fn recipient(name: &str, at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<Recipient> {
    let id = own_id(name, at, noted);
    let mut table = at.table(noted)?;
    let legal_name = table.text("name", noted);
    let country = table.fitting("country", shape::country, shape::COUNTRY, noted);
    let role = table.word("role", &ROLES, noted);
    let purposes = references(&table.list("purposes", noted), "purpose", &ids.purposes, noted);
    let address = table.some_text("address", noted);
    table.end(noted);
    Some(Recipient { id: id?, name: legal_name?, country: country?, role: role?, purposes, address })
}

pub(super) fn transfers<'a>(root: &mut Table<'a>, ids: &Ids, noted: &mut Noted) -> Vec<(Transfer, At<'a>)> {
    let list = root.list("transfer", noted);
    list.into_iter().filter_map(|at| Some((transfer(&at, ids, noted)?, at))).collect()
}

fn transfer(at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<Transfer> {
    let mut table = at.table(noted)?;
    let recipient = table
        .need("recipient", "the id of a recipient", noted)
        .and_then(|at| at.reference("recipient", &ids.recipients, noted))
        .map(str::to_owned);
    let country = table.fitting("country", shape::country, shape::COUNTRY, noted);
    let safeguard = table.texts("safeguard", &ids.languages, noted);
    table.end(noted);
    Some(Transfer { recipient: recipient?, country: country?, safeguard })
}
