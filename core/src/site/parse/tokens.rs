//! `[tokens]`: what the site's tokens carry beside what was decided.

use super::super::TokenStatus;
use super::super::error::Noted;
use super::super::read::{At, Table};
use super::super::tree::Value;

/// What is declared; no status where the table or the key is missing.
pub(super) fn declared(root: &mut Table<'_>, noted: &mut Noted) -> TokenStatus {
    let Some(mut table) = root.get("tokens").and_then(|at| at.table(noted)) else { return TokenStatus::default() };
    let status = table.get("status").and_then(|at| status(&at, noted));
    table.end(noted);
    status.unwrap_or_default()
}

fn status(at: &At<'_>, noted: &mut Noted) -> Option<TokenStatus> {
    match &at.node.value {
        Value::Other(flag) if flag == "true" => Some(TokenStatus::Listed),
        Value::Other(flag) if flag == "false" => Some(TokenStatus::Omitted),
        _ => {
            at.wrong(noted, "true or false, without quotation marks");
            None
        }
    }
}

/// Services that may have tokens of their own. None of them is the site itself: a token for another service names a
/// visitor by another pseudonym, and would pass for the browser's.
pub(super) fn audiences(table: &mut Table<'_>, origins: &[String], noted: &mut Noted) -> Vec<String> {
    let mut audiences: Vec<String> = Vec::new();
    for at in table.list("token_audiences", noted) {
        let Some(audience) = at.text(noted) else { continue };
        if origins.iter().any(|origin| origin == audience) {
            at.wrong(noted, "the name of another service: tokens for the site's own origins are the browser's");
        } else if audiences.iter().any(|known| known == audience) {
            at.wrong(noted, "each audience once");
        } else {
            audiences.push(audience.to_owned());
        }
    }
    audiences
}
