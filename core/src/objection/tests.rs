use super::*;
use crate::law::Terms;
use crate::{PurposeKind, SubjectKind, Timestamp};

fn id(text: &str) -> PurposeId {
    text.parse().unwrap()
}

fn purposes() -> Purposes {
    let terms = |subject, marketing, bases: &[Basis]| {
        Terms::new(subject, PurposeKind::Consent, marketing, bases.iter().copied()).unwrap()
    };
    let (account, yes, no) = (SubjectKind::Account, DirectMarketing::Yes, DirectMarketing::No);
    Purposes::new([
        (id("mail"), terms(account, yes, &[Basis::Consent])),
        (id("partner"), terms(account, yes, &[Basis::LegitimateInterest])),
        (id("mixed"), terms(account, yes, &[Basis::Consent, Basis::Contract])),
        (id("survey"), terms(account, no, &[Basis::LegitimateInterest])),
        (id("ads"), terms(SubjectKind::Device, yes, &[Basis::Consent])),
    ])
}

fn unsubscribed(from: &[&str]) -> Vec<(String, Kind)> {
    let decisions = unsubscribe(&purposes(), from.iter().map(|name| id(name)));
    decisions.into_iter().map(|(id, kind)| (id.as_str().to_owned(), kind)).collect()
}

#[test]
fn errors_say_what_was_found_and_what_is_expected() {
    let all = [
        ObjectionError::NoRight(Basis::Consent),
        ObjectionError::NoRight(Basis::LegalObligation),
        ObjectionError::Absolute,
        ObjectionError::NoGrounds,
        ObjectionError::ReceivedAfterRecorded,
    ];
    let texts: Vec<String> = all.iter().map(|error| format!("{}: {error}", error.code())).collect();
    assert_eq!(
        texts,
        [
            "no-right-to-object: an objection to what rests on consent; expected a withdrawal (GDPR article 7(3))",
            "no-right-to-object: an objection to what rests on legal-obligation; expected legitimate-interest or direct \
             marketing (GDPR article 21)",
            "objection-absolute: an objection to direct marketing, overruled; expected it to be upheld (GDPR article \
             21(3))",
            "no-grounds: an empty text; expected the grounds that override the objection (GDPR article 21(1))",
            "received-after-recorded: received_at is after recorded_at; a statement cannot be written before it arrives",
        ]
    );
}

#[test]
fn the_right_to_object_follows_from_basis_and_flag() {
    let right = |name: &str, basis| Right::of(&purposes().processing(&id(name), basis).unwrap());
    assert_eq!(right("survey", Basis::LegitimateInterest), Ok(Right::LegitimateInterest));
    assert_eq!(right("partner", Basis::LegitimateInterest), Ok(Right::DirectMarketing));
    assert_eq!(right("mixed", Basis::Contract), Ok(Right::DirectMarketing));
    for basis in [Basis::Consent, Basis::Contract, Basis::LegalObligation, Basis::StrictlyNecessary] {
        let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [basis]).unwrap();
        let processing = Purposes::new([(id("p"), terms)]).processing(&id("p"), basis).unwrap();
        assert_eq!(Right::of(&processing), Err(ObjectionError::NoRight(basis)));
        let ruling = Ruling::new(&processing, Outcome::Upheld, Timestamp::from_unix_seconds(0));
        // What is on record all the same is decided; consent is withdrawn, and nothing decided on it.
        let refused = Err(ObjectionError::NoRight(basis));
        assert_eq!(ruling.map(drop), if basis == Basis::Consent { refused } else { Ok(()) });
    }
}

#[test]
fn under_consent_unsubscribing_withdraws_from_that_alone() {
    assert_eq!(unsubscribed(&["mail"]), [("mail".to_owned(), Kind::Withdraw)]);
    assert_eq!(unsubscribed(&["mixed"]), [("mixed".to_owned(), Kind::Withdraw)]);
    assert_eq!(unsubscribed(&["gone"]), [("gone".to_owned(), Kind::Withdraw)]);
}

#[test]
fn on_another_basis_it_objects_and_to_marketing_at_once() {
    assert_eq!(unsubscribed(&["survey"]), [("survey".to_owned(), Kind::Object)]);
    let all = ["mail", "mixed", "partner"].map(|name| (name.to_owned(), Kind::Object));
    assert_eq!(unsubscribed(&["partner"]), all);
    assert_eq!(unsubscribed(&["mail", "partner"]), all);
}
