//! The law, asked about a whole site.

use crate::{demo, replaced, shop};
use volens_core::law::{LawError, Purposes};
use volens_core::objection::unsubscribe;
use volens_core::site::Site;
use volens_core::{Basis, Kind};

#[test]
fn a_preference_flagged_as_marketing_is_no_site() {
    let flagged = replaced("kind = \"preference\"", "kind = \"preference\"\ndirect_marketing = \"yes\"");
    let errors = Site::parse("site.toml", &flagged).unwrap_err();
    assert_eq!(errors.errors().len(), 1);
    assert!(errors.to_string().ends_with("direct_marketing: found \"yes\", expected \"no\""), "{errors}");
}

#[test]
fn a_purpose_is_asked_about_on_its_own_bases() {
    let purposes = Purposes::of(&shop());
    let asked = |id: &str, basis| purposes.processing(&id.parse().unwrap(), basis).map(|found| found.basis());
    assert_eq!(asked("club", Basis::Contract), Ok(Basis::Contract));
    assert_eq!(asked("club", Basis::Consent), Err(LawError::OtherBasis(Basis::Consent)));
    assert_eq!(asked("tickets", Basis::Consent), Err(LawError::UnknownPurpose));
}

#[test]
fn unsubscribing_from_mail_of_partners_objects_to_all_marketing_to_the_address() {
    let purposes = Purposes::of(&Site::parse("site.toml", &demo()).unwrap());
    let from = |id: &str| unsubscribe(&purposes, [id.parse().unwrap()]);
    let objections = from("partner_mail");
    let names: Vec<&str> = objections.keys().map(volens_core::PurposeId::as_str).collect();
    assert_eq!(names, ["newsletter", "partner_mail"]);
    assert!(objections.values().all(|kind| *kind == Kind::Object));
    assert_eq!(from("marketing_mail").into_values().collect::<Vec<_>>(), [Kind::Withdraw]);
}
