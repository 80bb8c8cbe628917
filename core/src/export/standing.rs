//! What stands for a purpose when an export is made.

use super::access::word;
use super::json::Json;
use crate::law::{Case, Operation, Purposes, Reason, Terms};
use crate::{Known, NoticeHash, PurposeId, Timestamp};

/// The members of an answer.
pub(super) const MEMBERS: [&str; 7] =
    ["basis", "because", "may_use", "may_store", "since", "until", "under_its_notice"];

/// An answer for each basis that a purpose rests on; none where that is not known.
///
/// Consent is asked under the site's current notice. Whether a grant under another one carries over is not known from
/// its hash, so the answer under its own notice stands beside.
pub(super) fn standing(
    case: &Case,
    purposes: &Purposes,
    purpose: &PurposeId,
    at: Timestamp,
    notice: &NoticeHash,
) -> Vec<Json> {
    let bases = purposes.get(purpose).into_iter().flat_map(Terms::bases);
    let answers = bases.filter_map(|basis| {
        let processing = purposes.processing(purpose, *basis).ok()?;
        let ask = |notice| case.ask(&processing, at, Known::Everything, notice);
        let verdict = ask(Some(notice));
        let own = (verdict.reason() == Reason::OtherNotice).then(|| ask(None).reason().code());
        Some(Json::object([
            ("basis", word(basis)),
            ("because", verdict.reason().code().into()),
            ("may_use", Json::Bool(verdict.permits(Operation::Use))),
            ("may_store", Json::Bool(verdict.permits(Operation::Store))),
            ("since", verdict.since().into()),
            ("until", verdict.until().into()),
            ("under_its_notice", own.into()),
        ]))
    });
    answers.collect()
}
