//! `[controller]` and `[affiliate.<id>]`.

use std::collections::BTreeMap;

use super::own_id;
use crate::manifest::Role;
use crate::site::error::Noted;
use crate::site::parts::{Company, Contact, Representative};
use crate::site::read::{At, Table};
use crate::site::shape;

/// Who must be reachable: the controller by post and mail, others by post.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    PostAndMail,
    Post,
    Any,
}

pub(super) fn controller(root: &mut Table<'_>, noted: &mut Noted) -> Option<Company> {
    let mut table = root.need("controller", "a table", noted)?.table(noted)?;
    let id = table.fitting("id", shape::id, shape::ID, noted);
    company(table, id, Some(Role::Controller), Reach::PostAndMail, noted)
}

pub(super) fn affiliates(root: &mut Table<'_>, controller: Option<&str>, noted: &mut Noted) -> Vec<Company> {
    const ROLES: [(&str, Role); 3] = [("joint", Role::Joint), ("affiliate", Role::Affiliate), ("parent", Role::Parent)];
    let mut read = Vec::new();
    for (name, at) in root.entries("affiliate", noted) {
        let id = own_id(name, &at, noted);
        if controller == Some(name) {
            noted.add(at.node.line, &at.key, "the controller's id", "an id of its own");
        }
        let Some(mut table) = at.table(noted) else { continue };
        let role = table.word("role", &ROLES, noted);
        read.extend(company(table, id, role, Reach::Post, noted));
    }
    read
}

fn company(
    mut table: Table<'_>,
    id: Option<String>,
    role: Option<Role>,
    reach: Reach,
    noted: &mut Noted,
) -> Option<Company> {
    let contact = contact(&mut table, reach, noted);
    let country = table.fitting("country", shape::country, shape::COUNTRY, noted);
    let website = table.get("website").and_then(|at| at.fitting(shape::url, shape::URL, noted)).map(str::to_owned);
    let data_protection_officers =
        table.get("data_protection_officer").map(|at| officers(&at, noted)).unwrap_or_default();
    let listed = table.list("representative", noted);
    let representatives = listed.iter().filter_map(|at| representative(at, noted)).collect();
    table.end(noted);
    Some(Company {
        id: id?,
        role: role?,
        country: country?,
        contact: contact?,
        website,
        data_protection_officers,
        representatives,
    })
}

fn contact(table: &mut Table<'_>, reach: Reach, noted: &mut Noted) -> Option<Contact> {
    let name = table.text("name", noted);
    let address = if reach == Reach::Any { table.some_text("address", noted) } else { table.text("address", noted) };
    let email = if reach == Reach::PostAndMail {
        table.fitting("email", shape::email, shape::EMAIL, noted)
    } else {
        table.get("email").and_then(|at| at.fitting(shape::email, shape::EMAIL, noted)).map(str::to_owned)
    };
    let phone = table.some_text("phone", noted);
    Some(Contact { name: name?, email, address, phone })
}

/// One officer, or one by country.
fn officers(at: &At<'_>, noted: &mut Noted) -> BTreeMap<Option<String>, Contact> {
    let entries = at.entries(noted);
    let by_country = !entries.is_empty() && entries.iter().all(|(name, _)| shape::country(name));
    let places = if by_country {
        entries.into_iter().map(|(country, at)| (Some(country.to_owned()), at)).collect()
    } else {
        vec![(None, at.clone())]
    };
    let mut read = BTreeMap::new();
    for (country, at) in places {
        let Some(mut table) = at.table(noted) else { continue };
        let contact = contact(&mut table, Reach::Any, noted);
        table.end(noted);
        read.extend(contact.map(|contact| (country, contact)));
    }
    read
}

fn representative(at: &At<'_>, noted: &mut Noted) -> Option<Representative> {
    let mut table = at.table(noted)?;
    let country = table.fitting("country", shape::country, shape::COUNTRY, noted);
    let contact = contact(&mut table, Reach::Post, noted);
    table.end(noted);
    Some(Representative { country: country?, contact: contact? })
}
