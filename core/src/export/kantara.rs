//! Kantara Consent Receipt v1.1.0 (20 February 2018), the forerunner of ISO/IEC TS 27560: an export format only.

use std::fmt;

use super::facts;
use super::id::uuid;
use super::json::Json;
use super::read::{ReadError, Schema};
use super::{Dossier, DossierError, Entry};
use crate::basis::Basis;
use crate::manifest::Role;
use crate::period::Period;
use crate::site::{Company, Purpose, RecipientRole, Service, Site};
use crate::{Kind, Lang};

static SCHEMA: Schema = Schema::new(|| Json::parse(include_str!("kantara.schema.json")).unwrap_or(Json::Null));

/// Whether special categories of data are processed (GDPR article 9), which `site.toml` does not say.
///
/// ```
/// use volens_core::export::Sensitive;
/// assert_ne!(Sensitive::None, Sensitive::Categories(vec!["health".into()]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there is some or there is none")]
pub enum Sensitive {
    /// None.
    None,
    /// These.
    Categories(Vec<String>),
}

/// A list of Kantara receipts, one for each statement that granted something.
///
/// A receipt tells what consent was given to and when, in whole seconds. Refusals, withdrawals and ends have no place in
/// it, so no records are read back: whoever needs the history takes another form.
///
/// ```
/// # use volens_core::{export::{Dossier, Entry}, site::Site};
/// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
/// # let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
/// use volens_core::export::{KantaraReceipts, Sensitive};
///
/// let text = dossier.kantara(&Sensitive::None)?.to_string();
/// assert!(text.contains("\"consentTimestamp\": 1772355600,"));
/// assert_eq!(KantaraReceipts::parse(&text)?.to_string(), text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KantaraReceipts {
    json: Json,
}

impl KantaraReceipts {
    /// Reads a list of receipts; what it does not know it keeps.
    ///
    /// # Errors
    /// The first field that is missing or not as the specification has it, with its path.
    ///
    /// ```
    /// use volens_core::export::KantaraReceipts;
    ///
    /// let error = KantaraReceipts::parse(r#"[{"version": "KI-CR-v1.1.0", "consentTimestamp": 1.5}]"#).unwrap_err();
    /// assert_eq!(error.to_string(), "[0].consentTimestamp: found a number, expected a whole number");
    /// ```
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        let json = Json::parse(text)?;
        SCHEMA.check(&json)?;
        Ok(Self { json })
    }

    /// How many receipts.
    ///
    /// ```
    /// assert_eq!(volens_core::export::KantaraReceipts::parse("[]")?.count(), 0);
    /// # Ok::<(), volens_core::export::ReadError>(())
    /// ```
    pub fn count(&self) -> usize {
        self.json.items().len()
    }

    pub(super) fn of(dossier: &Dossier<'_>, sensitive: &Sensitive) -> Result<Self, DossierError> {
        let mut grants: Vec<&Entry> =
            dossier.entries.iter().filter(|entry| entry.record.kind() == Kind::Grant).collect();
        grants.sort_by_key(|entry| entry.record.effective());
        let mut statements: Vec<Vec<&Entry>> = Vec::new();
        for grant in grants {
            match statements.iter_mut().find(|known| known.first().is_some_and(|first| together(first, grant))) {
                Some(known) => known.push(grant),
                None => statements.push(vec![grant]),
            }
        }
        if statements.is_empty() {
            return Err(DossierError::NothingGranted);
        }
        let json = statements.iter().map(|grants| receipt(dossier, grants, sensitive)).collect::<Result<_, _>>()?;
        Ok(Self { json: Json::List(json) })
    }
}

impl fmt::Display for KantaraReceipts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

/// Whether two grants were made by one statement.
fn together(a: &Entry, b: &Entry) -> bool {
    let key = |entry: &Entry| (entry.record.effective(), entry.record.received_at(), entry.record.claimed_at());
    key(a) == key(b) && a.record.notice() == b.record.notice() && a.particulars == b.particulars
}

fn receipt(dossier: &Dossier<'_>, grants: &[&Entry], sensitive: &Sensitive) -> Result<Json, DossierError> {
    let Dossier { site, subject, .. } = dossier;
    let first = grants.first().ok_or(DossierError::NothingGranted)?;
    let known = &first.particulars;
    let method = match (known.channel, &known.control) {
        (Some(channel), Some(control)) => format!("{}: {control}", channel.as_str()),
        (Some(channel), None) => channel.as_str().to_owned(),
        (None, Some(control)) => control.clone(),
        (None, None) => "not recorded".to_owned(),
    };
    let lang = known.lang.as_ref();
    let policy = lang.and_then(|lang| site.privacy_url().get(lang));
    let policy = policy.or_else(|| facts::first(site, site.privacy_url()).map(|(_, url)| url)).unwrap_or_default();
    let decides = |company: &&Company| matches!(company.role, Role::Controller | Role::Joint);
    let controllers = site.controllers().filter(decides).map(|company| controller(site, company));
    let categories = match sensitive {
        Sensitive::None => &[],
        Sensitive::Categories(categories) => categories.as_slice(),
    };
    let at = first.record.effective();
    let mut receipt = vec![
        ("version".to_owned(), "KI-CR-v1.1.0".into()),
        ("jurisdiction".to_owned(), site.controller().country.as_str().into()),
        ("consentTimestamp".to_owned(), at.unix_seconds().into()),
        ("collectionMethod".to_owned(), method.into()),
    ];
    let rest = Json::object([
        ("language", lang.map(Lang::as_str).into()),
        ("piiPrincipalId", subject.as_str().into()),
        ("piiControllers", Json::List(controllers.collect::<Result<_, _>>()?)),
        ("policyUrl", facts::absolute(site, policy).into()),
        ("services", services(site, grants)?),
        ("sensitive", Json::Bool(!categories.is_empty())),
        ("spiCat", categories.iter().map(|category| category.as_str().into()).collect()),
    ]);
    let written: String = grants.iter().map(|grant| super::access::entry(site, grant).to_string()).collect();
    let id = uuid(&["kantara receipt", site.id(), &written, &rest.to_string()]);
    receipt.push(("consentReceiptID".to_owned(), id.into()));
    if let Json::Object(rest) = rest {
        receipt.extend(rest);
    }
    Ok(Json::Object(receipt))
}

/// A joint controller without a mail address or telephone is reached through the controller (GDPR article 26(1)).
fn controller(site: &Site, company: &Company) -> Result<Json, DossierError> {
    let (own, main) = (&company.contact, &site.controller().contact);
    let phone = own.phone.as_ref().or(main.phone.as_ref()).ok_or(DossierError::NoPhone)?;
    let email = own.email.as_ref().or(main.email.as_ref());
    let officer = company.data_protection_officer(&company.country).map_or(&own.name, |officer| &officer.name);
    Ok(Json::object([
        ("piiController", own.name.as_str().into()),
        ("contact", officer.as_str().into()),
        (
            "address",
            Json::object([
                ("streetAddress", company.address().into()),
                ("addressCountry", company.country.as_str().into()),
            ]),
        ),
        ("email", email.cloned().unwrap_or_default().into()),
        ("phone", phone.as_str().into()),
        ("piiControllerUrl", company.website.clone().into()),
    ]))
}

/// The purposes granted, by service.
fn services(site: &Site, grants: &[&Entry]) -> Result<Json, DossierError> {
    let mut services: Vec<(&Service, Vec<Json>)> = Vec::new();
    for grant in grants {
        let id = grant.record.purpose();
        let described = site.purpose(id).ok_or_else(|| DossierError::UnknownPurpose(id.clone()))?;
        let mut used = facts::services(site, described);
        if described.needs_consent() {
            used.retain(|service| service.purposes.get(id) == Some(&Basis::Consent));
        }
        for service in used {
            let purpose = purpose(site, described, grant);
            match services.iter_mut().find(|(known, _)| known.id == service.id) {
                Some((_, purposes)) => purposes.push(purpose),
                None => services.push((service, vec![purpose])),
            }
        }
    }
    Ok(services
        .into_iter()
        .map(|(service, purposes)| {
            let name = service.name.as_deref().unwrap_or(service.id.as_str());
            Json::object([("service", name.into()), ("purposes", Json::List(purposes))])
        })
        .collect())
}

fn purpose(site: &Site, purpose: &Purpose, grant: &Entry) -> Json {
    let lang = grant.particulars.lang.as_ref();
    let title =
        lang.and_then(|lang| purpose.title.get(lang)).or_else(|| facts::first(site, &purpose.title).map(|(_, t)| t));
    let data = facts::data(site, purpose);
    let kept = data.iter().flat_map(|datum| &datum.kept).filter_map(|kept| match kept {
        facts::Kept::For(period @ Period::Span(_), _) => Some(**period),
        _ => None,
    });
    let end = grant.record.expires_at().map(|end| format!("ends on {end}, or "));
    let data_ends = kept.max().map(|longest| format!("; data is kept for {longest} at most")).unwrap_or_default();
    let place = facts::withdraw_at(site, purpose).join(" or ");
    let termination = format!("{}when withdrawn at {place}{data_ends}", end.unwrap_or_else(|| "ends ".to_owned()));
    // A processor is no third party (GDPR article 4(10)).
    let third: Vec<&str> = facts::recipients(site, purpose)
        .into_iter()
        .filter(|recipient| recipient.role != RecipientRole::Processor)
        .map(|recipient| recipient.name.as_str())
        .collect();
    Json::object([
        ("purpose", title.into()),
        ("purposeCategory", Json::some([purpose.id.as_str().into()])),
        // Silence, scrolling or a ticked box never made a grant (DESIGN, section 2.8).
        ("consentType", "EXPLICIT".into()),
        ("piiCategory", data.iter().map(|datum| datum.id.into()).collect()),
        ("termination", termination.into()),
        ("thirdPartyDisclosure", Json::Bool(!third.is_empty())),
        ("thirdPartyName", (!third.is_empty()).then(|| third.join(", ")).into()),
    ])
}
