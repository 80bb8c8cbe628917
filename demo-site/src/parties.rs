//! Who is who, for the policies: read from `site.toml`, so that text and records name the same companies.

use minijinja::context;
use minijinja::value::Value;
use volens_core::Lang;
use volens_core::manifest::Role;
use volens_core::site::{Company, Contact, RecipientRole, Site};

use crate::words::Words;

/// What `parties` is in a policy's template.
pub(crate) fn parties(site: &Site, words: &Words, lang: &Lang) -> Value {
    let controller = site.controller();
    let joint = site.affiliates().iter().find(|company| company.role == Role::Joint);
    let representatives: Vec<Value> = controller
        .representatives
        .iter()
        .map(|representative| contact(&representative.contact, Some(words.country(&representative.country))))
        .collect();
    context! {
        controller => company(controller, words),
        joint => joint.map(|joint| company(joint, words)),
        officer => controller.data_protection_officer(&controller.country).map(|officer| contact(officer, None)),
        representatives,
        recipients => recipients(site, words, lang),
        transfers => transfers(site, words, lang),
    }
}

fn company(company: &Company, words: &Words) -> Value {
    contact(&company.contact, Some(words.country(&company.country)))
}

fn contact(contact: &Contact, country: Option<&str>) -> Value {
    context! {
        name => contact.name.as_str(), address => contact.address.as_deref(),
        email => contact.email.as_deref(), phone => contact.phone.as_deref(),
        country_words => country,
    }
}

/// Only for purposes that this language's policy describes.
fn recipients(site: &Site, words: &Words, lang: &Lang) -> Vec<Value> {
    site.recipients()
        .filter_map(|recipient| {
            let titles: Vec<&str> =
                recipient.purposes.iter().filter_map(|id| site.purpose(id)?.title.get(lang)).collect();
            let role = match recipient.role {
                RecipientRole::Processor => "processor",
                RecipientRole::Joint => "joint",
                _ => "controller",
            };
            (!titles.is_empty()).then(|| {
                context! {
                    name => recipient.name.as_str(), country => words.country(&recipient.country),
                    role => words.role(role), purposes => titles.join(", "),
                }
            })
        })
        .collect()
}

fn transfers(site: &Site, words: &Words, lang: &Lang) -> Vec<Value> {
    site.transfers()
        .iter()
        .filter_map(|transfer| {
            let name = site.recipient(&transfer.recipient)?.name.as_str();
            let safeguard = transfer.safeguard.get(lang)?;
            Some(context! { name, country => words.country(&transfer.country), safeguard })
        })
        .collect()
}
