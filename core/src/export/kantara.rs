//! Kantara Consent Receipt v1.1.0 (20 February 2018), the forerunner of ISO/IEC TS 27560: an export format only.

use std::fmt;

use super::access;
use super::facts::{self, Kept};
use super::id::uuid;
use super::json::Json;
use super::read::{ReadError, Schema};
use super::{Dossier, DossierError, Entry, all_described};
use crate::manifest::Role;
use crate::notice::value_of;
use crate::retention::Anchor;
use crate::site::{Company, Purpose, RecipientRole, Service, Site, Texts};
use crate::{Because, Known, Lang};
use std::collections::BTreeMap;

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
    /// These; at least one, each with a name.
    Categories(Vec<String>),
}

/// A list of Kantara receipts, one for each statement with a consent that stands.
///
/// A receipt tells what consent was given to and when, in whole seconds. Refusals, withdrawals and ends have no place in
/// it, so a grant that one of them followed has no receipt, and no records are read back: whoever needs the history
/// takes another form. Nor has a grant on another basis, which is no consent.
///
/// ```
/// # use volens_core::{export::{Dossier, Entry}, site::Site};
/// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// # let line = &line.replace("n1", site.notice().as_str());
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
        if let Sensitive::Categories(categories) = sensitive
            && (categories.is_empty() || categories.iter().any(|category| category.trim().is_empty()))
        {
            return Err(DossierError::NoCategory);
        }
        let consents = match dossier.consents() {
            Err(DossierError::NoConsent) => return Err(DossierError::NothingGranted),
            other => other?,
        };
        let mut grants: Vec<(&Entry, &Purpose)> = Vec::new();
        for (told, purpose) in &consents {
            let answer = told.timeline.ask(dossier.created, Known::Everything, None);
            let last = told.timeline.last(dossier.created, Known::Everything);
            if answer.because() == Because::Granted {
                grants.extend(told.own().filter(|entry| Some(&entry.record) == last).map(|entry| (entry, *purpose)));
            }
        }
        all_described(grants.iter().map(|(entry, _)| *entry).filter(|entry| !dossier.describes(entry)))?;
        let mut statements: BTreeMap<_, Vec<(&Entry, &Purpose)>> = BTreeMap::new();
        for grant in grants {
            statements.entry(statement(grant.0)).or_default().push(grant);
        }
        if statements.is_empty() {
            return Err(DossierError::NothingGranted);
        }
        let receipts = statements.values().map(|grants| receipt(dossier, grants, sensitive));
        Ok(Self { json: Json::List(receipts.collect::<Result<_, _>>()?) })
    }
}

impl fmt::Display for KantaraReceipts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

/// What two grants have in common that were made by one statement, beginning with when it took effect.
fn statement(Entry { record, particulars }: &Entry) -> impl Ord + use<> {
    let times = (record.effective(), record.received_at(), record.claimed_at());
    (times, record.notice().clone(), access::particulars(particulars).to_string())
}

fn receipt(dossier: &Dossier<'_>, grants: &[(&Entry, &Purpose)], sensitive: &Sensitive) -> Result<Json, DossierError> {
    let Dossier { site, subject, .. } = dossier;
    let (first, _) = grants.first().ok_or(DossierError::NothingGranted)?;
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
        ("jurisdiction".to_owned(), facts::jurisdiction(site, known.jurisdiction.as_deref()).into()),
        ("consentTimestamp".to_owned(), at.unix_seconds().into()),
        ("collectionMethod".to_owned(), method.into()),
    ];
    let rest = Json::object([
        ("language", lang.map(Lang::as_str).into()),
        ("piiPrincipalId", subject.as_str().into()),
        ("piiControllers", Json::List(controllers.collect::<Result<_, _>>()?)),
        ("policyUrl", facts::absolute(site, policy).into()),
        ("services", services(site, grants)),
        ("sensitive", Json::Bool(!categories.is_empty())),
        ("spiCat", categories.iter().map(|category| category.as_str().into()).collect()),
    ]);
    let written: String = grants.iter().map(|(grant, _)| access::entry(site.id(), grant).to_string()).collect();
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
fn services(site: &Site, grants: &[(&Entry, &Purpose)]) -> Json {
    let mut services: BTreeMap<_, (&Service, Vec<Json>)> = BTreeMap::new();
    for (grant, described) in grants {
        for service in facts::on_consent(site, described) {
            let purpose = purpose(site, described, service, grant);
            services.entry(&service.id).or_insert((service, Vec::new())).1.push(purpose);
        }
    }
    let service = |(service, purposes): (&Service, Vec<Json>)| {
        let name = service.name.as_deref().unwrap_or(service.id.as_str());
        Json::object([("service", name.into()), ("purposes", Json::List(purposes))])
    };
    services.into_values().map(service).collect()
}

fn purpose(site: &Site, purpose: &Purpose, service: &Service, grant: &Entry) -> Json {
    let lang = grant.particulars.lang.as_ref();
    let text = |texts: &Texts| {
        let own = lang.and_then(|lang| texts.get(lang));
        own.or_else(|| facts::first(site, texts).map(|(_, text)| text)).unwrap_or_default().to_owned()
    };
    let data = facts::data(site, purpose, Some(service));
    let kept = data.iter().flat_map(|datum| datum.kept.iter().map(move |kept| (datum.id, kept)));
    let kept = kept.map(|(id, kept)| match kept {
        Kept::For(period, Some(from)) => format!("; {id} is kept for {period} from {}", words(*from)),
        Kept::For(period, None) => format!("; {id} is kept for {period}"),
        Kept::While(criterion) => format!("; {id}: {}", text(criterion)),
    });
    let end = grant.record.expires_at().map(|end| format!("ends on {end}, or "));
    let data_ends: String = kept.collect();
    let place = facts::withdraw_at(site, purpose).join(" or ");
    let termination = format!("{}when withdrawn at {place}{data_ends}", end.unwrap_or_else(|| "ends ".to_owned()));
    // A processor is no third party (GDPR article 4(10)).
    let third: Vec<&str> = facts::recipients(site, purpose, Some(service))
        .into_iter()
        .filter(|recipient| recipient.role != RecipientRole::Processor)
        .map(|recipient| recipient.name.as_str())
        .collect();
    Json::object([
        ("purpose", text(&purpose.title).into()),
        ("purposeCategory", Json::some([purpose.id.as_str().into()])),
        // The service rests on consent, and silence, scrolling or a ticked box never made a grant (DESIGN, section 2.8).
        ("consentType", "EXPLICIT".into()),
        ("piiCategory", data.iter().map(|datum| datum.id.into()).collect()),
        ("termination", termination.into()),
        ("thirdPartyDisclosure", Json::Bool(!third.is_empty())),
        ("thirdPartyName", (!third.is_empty()).then(|| third.join(", ")).into()),
    ])
}

/// `account end` of an anchor.
fn words(from: Anchor) -> String {
    value_of(&from).as_str().unwrap_or_default().replace('_', " ")
}
