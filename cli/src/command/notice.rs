//! `volens notice`: what a change to a site's description asks of its visitors.

use std::path::PathBuf;

use serde_json::{Value, json};
use volens_core::notice::{Change, Detail, Diff, Fact, Presence, PurposeDiff, Question};
use volens_core::site::{Basis, DirectMarketing, PurposeKind, RecipientRole, SubjectKind};
use volens_core::{Lang, manifest::Role};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Look at the notice: the facts a visitor must know before saying yes.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Notice {
    Diff(Compare),
}

/// Show who will be asked again, for what and why, before a changed description is deployed.
///
/// The notice is made of facts: controllers, purposes with their legal basis, revision and longest storage, services,
/// recipients, transfers. Where a fact about a purpose changes, a consent given before does not cover it any more:
/// whoever granted it is asked at once, whoever refused it when 180 days have passed. A purpose that is new to consent,
/// or to a language, is asked of everybody whom it is new to. Better texts ask nobody; if the meaning of a purpose
/// changes with them, raise its revision.
///
/// Exit 0 if nobody is asked, 1 if somebody is, 2 if a file cannot be read, 4 if one is wrong.
#[derive(Debug, clap::Args)]
pub(crate) struct Compare {
    /// The description that is deployed: TOML, or JSON in a file named ….json
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The description that is about to be
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Notice {
    pub(crate) fn run(self) -> Outcome {
        match self {
            Self::Diff(compare) => compare.run(),
        }
    }
}

impl Compare {
    fn run(self) -> Outcome {
        let (old, new) = (input::site(&self.old)?, input::site(&self.new)?);
        if old.id() != new.id() {
            let name = self.new.display();
            let (found, expected) = (new.id(), old.id());
            return Err(Failure::bad(format_args!(
                "{name}: site.id: found {found:?}, expected {expected:?}: two sites have no notice in common"
            )));
        }
        let diff = Diff::between(&old, &new);
        if self.json {
            input::print_json(&json(&diff))?;
        } else {
            input::print(text(&diff))?;
        }
        Ok(if diff.asks() { Exit::Refused } else { Exit::Ok })
    }
}

fn json(diff: &Diff) -> Value {
    let purposes = diff.purposes().iter().map(|purpose| {
        let changes = purpose.changes().iter().map(|change| {
            let (old, new) = (change.before().map(words), change.after().map(words));
            json!({"fact": change.fact().code(), "of": change.of(), "old": old, "new": new})
        });
        json!({
            "id": purpose.id(), "subject": purpose.subject(), "presence": presence(purpose.presence()),
            "asks": purpose.asks(), "question": purpose.question().code(), "changes": changes.collect::<Vec<_>>(),
            "gained": purpose.gained(), "lost": purpose.lost(),
        })
    });
    json!({
        "old": diff.old_notice(), "new": diff.new_notice(), "same": diff.is_same(), "asks": diff.asks(),
        "purposes": purposes.collect::<Vec<_>>(),
    })
}

fn text(diff: &Diff) -> String {
    let mut text = format!("old notice {}\nnew notice {}\n\n", diff.old_notice(), diff.new_notice());
    for purpose in diff.purposes() {
        text += &paragraph(purpose);
    }
    text.push('\n');
    text += &sum(diff);
    text
}

fn paragraph(purpose: &PurposeDiff) -> String {
    let mut text = format!("{}: {}\n", purpose.id(), verdict(purpose));
    let languages = |languages: &[Lang]| languages.iter().map(Lang::as_str).collect::<Vec<_>>().join(", ");
    if purpose.presence() == Presence::Both {
        for (what, list) in [("offered for the first time", purpose.gained()), ("offered no longer", purpose.lost())] {
            if !list.is_empty() {
                text += &format!("  {what} in {}\n", languages(list));
            }
        }
    }
    for change in purpose.changes() {
        text += &format!("  {}\n", line(change));
    }
    text
}

/// What happens to a purpose, and to whom.
fn verdict(purpose: &PurposeDiff) -> String {
    let place = match purpose.subject() {
        SubjectKind::Device => "in the banner",
        SubjectKind::Account => "in the account",
        _ => "where the address is given, not in the banner",
    };
    match (purpose.presence(), purpose.question()) {
        (Presence::Removed, _) => "removed, nobody is asked".to_owned(),
        (_, Question::Again) => {
            format!("asked again {place}\n  who granted it is asked at once, who refused it 180 days after the refusal")
        }
        (Presence::New, Question::First) => format!("new, everybody is asked {place}"),
        (_, Question::First) => format!("rests on consent for the first time, everybody is asked {place}"),
        (_, Question::Ended) => "rests on consent no longer, nobody is asked".to_owned(),
        (Presence::New, _) => "new, nobody is asked as it does not rest on consent".to_owned(),
        _ if purpose.asks() => format!("unchanged, but readers of a language that it is new to are asked {place}"),
        _ if !purpose.lost().is_empty() => "nobody is asked".to_owned(),
        _ if purpose.changes().is_empty() => "unchanged".to_owned(),
        _ => "changed, nobody is asked as it does not rest on consent".to_owned(),
    }
}

fn sum(diff: &Diff) -> String {
    let asked: Vec<&str> =
        diff.purposes().iter().filter(|purpose| purpose.asks()).map(|purpose| purpose.id().as_str()).collect();
    if !asked.is_empty() {
        return format!("Somebody is asked for: {}.\n", asked.join(", "));
    }
    let why = if diff.is_same() {
        "Nothing has changed."
    } else if diff.old_notice() == diff.new_notice() {
        "The notice is the same: only texts or languages have changed, or things that no notice names, such as a \
         storage shorter than the longest."
    } else {
        "The notice is another, but no consent rests on what has changed."
    };
    format!("{why} Nobody is asked again.\n")
}

fn line(change: &Change) -> String {
    let of = change.of();
    let what = match (change.fact(), change.before().or(change.after())) {
        (Fact::Basis, _) => format!("legal basis of {of}"),
        (Fact::Controllers, _) => format!("controllers: {of}"),
        (Fact::Services, _) => format!("services: {of}"),
        (Fact::Recipients, _) => format!("recipients: {of}"),
        (Fact::Transfers, _) => format!("transfers: {of}"),
        (Fact::LongestStorage, _) => "longest storage".to_owned(),
        (_, Some(Detail::Revision(_))) => "revision".to_owned(),
        (_, Some(Detail::Subject(_))) => "decided by".to_owned(),
        (_, Some(Detail::Kind(_))) => "a yes is".to_owned(),
        (_, Some(Detail::DirectMarketing(_))) => "direct marketing".to_owned(),
        (fact, _) => fact.code().to_owned(),
    };
    match (change.before().map(words), change.after().map(words)) {
        (Some(old), Some(new)) => format!("{what}: {old} → {new}"),
        (None, Some(new)) => format!("{what}: added {new}"),
        (Some(old), None) => format!("{what}: removed {old}"),
        (None, None) => format!("{what}: changed"),
    }
}

fn words(detail: &Detail) -> String {
    match detail {
        Detail::Controller { name, country, role } => format!("{name:?} ({country}), {}", controller(*role)),
        Detail::Revision(number) => number.to_string(),
        Detail::Subject(SubjectKind::Device) => "a browser".to_owned(),
        Detail::Subject(SubjectKind::Account) => "an account".to_owned(),
        Detail::Subject(SubjectKind::Address) => "an address".to_owned(),
        Detail::Kind(PurposeKind::Consent) => "consent".to_owned(),
        Detail::Kind(PurposeKind::Preference) => "a wish".to_owned(),
        Detail::DirectMarketing(DirectMarketing::Yes) => "yes".to_owned(),
        Detail::DirectMarketing(DirectMarketing::No) => "no".to_owned(),
        Detail::Basis(basis) => legal_basis(*basis).to_owned(),
        Detail::Service { name, provider, country } => format!("{name:?} by {provider:?} ({country})"),
        Detail::Storage(period) => period.to_string(),
        Detail::Recipient { name, country, role } => format!("{name:?} ({country}), {}", recipient(*role)),
        Detail::Transfer { country, .. } => country.clone(),
        _ => "something else".to_owned(),
    }
}

const fn legal_basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Consent => "consent",
        Basis::Contract => "contract",
        Basis::LegalObligation => "legal obligation",
        Basis::LegitimateInterest => "legitimate interest",
        Basis::StrictlyNecessary => "strictly necessary",
        _ => "another",
    }
}

const fn controller(role: Role) -> &'static str {
    match role {
        Role::Controller => "the controller",
        Role::Joint => "joint controller",
        Role::Affiliate => "company of the same group",
        Role::Parent => "parent company",
    }
}

const fn recipient(role: RecipientRole) -> &'static str {
    match role {
        RecipientRole::Processor => "processor",
        RecipientRole::Controller => "controller of its own",
        RecipientRole::Joint => "joint controller",
        _ => "in another role",
    }
}

const fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Both => "both",
        Presence::Removed => "removed",
        Presence::New => "new",
    }
}
