//! `OneTrust`: `key=value&…`, the values percent-encoded, or plain where a framework has decoded the cookie.

use super::text::{decoded, unexpected};
use super::{ImportError, Reason, Said, Stored, Tool};

const TOOL: Tool = Tool::OneTrust;
/// The only values that are known to say no to a flag.
const OFF: [&str; 2] = ["0", "false"];

pub(super) fn read(value: &str, closed: Option<&str>) -> Result<Stored, ImportError> {
    let whole = if value.contains('&') || !value.contains("%26") { value.into() } else { decoded(TOOL, value)? };
    // A time is 24 bytes, 32 if its colons are encoded.
    let at = closed.filter(|closed| closed.len() <= 64).and_then(|closed| decoded(TOOL, closed.trim()).ok());
    let mut stored = Stored { first: at.and_then(|at| at.parse().ok()), ..Stored::new(TOOL) };
    let (mut groups, mut interactions) = (0, Vec::new());
    for (key, value) in whole.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        match key {
            "groups" => {
                groups += 1;
                read_list(&mut stored, value)?;
            }
            "hosts" | "genVendors" => read_list(&mut stored, value)?,
            "interactionCount" => interactions.push(value),
            "AwaitingReconsent" if !OFF.contains(&value) => {
                stored.doubts.insert(Reason::AwaitingReconsent);
            }
            "isGpcEnabled" | "browserGpcFlag" if !OFF.contains(&value) => {
                stored.doubts.insert(Reason::SignalAgainst);
            }
            _ => {}
        }
    }
    if groups == 0 {
        let expected = "a list such as C0001:1,C0002:0";
        return Err(ImportError::Field { tool: TOOL, field: "groups", found: "nothing", expected });
    }
    let acted = matches!(interactions.as_slice(), [count] if count.parse::<u32>().is_ok_and(|count| count > 0));
    if !acted || stored.first.is_none() {
        stored.doubts.insert(Reason::NoPositiveAct);
    }
    if groups > 1 {
        stored.doubts.insert(Reason::Unreadable);
    }
    // Nobody touched or closed the banner and no signal spoke: what is off was never refused.
    let untouched = closed.is_none() && !interactions.is_empty() && interactions.iter().all(|count| *count == "0");
    if untouched && !stored.doubts.contains(&Reason::SignalAgainst) {
        for said in stored.names.values_mut().filter(|said| **said == Said::No) {
            *said = Said::Open;
        }
    }
    Ok(stored)
}

fn read_list(stored: &mut Stored, value: &str) -> Result<(), ImportError> {
    let list = decoded(TOOL, value)?;
    let mut at = 0;
    for entry in list.split(',') {
        if !entry.is_empty() {
            let end = at + entry.len();
            let (name, state) = entry.rsplit_once(':').ok_or_else(|| unexpected(TOOL, &list, end, ": and 0 or 1"))?;
            stored.say(
                name,
                match state {
                    "1" => Said::Yes,
                    "0" => Said::No,
                    _ => Said::Open,
                },
            );
        }
        at += entry.len() + 1;
    }
    Ok(())
}
