//! tarteaucitron: `!service=wait` for each service on the page, then `true` or `false`.

use super::text::{decoded, unexpected};
use super::{ImportError, Reason, Said, Stored, Tool};

const TOOL: Tool = Tool::Tarteaucitron;

pub(super) fn read(value: &str) -> Result<Stored, ImportError> {
    let text = decoded(TOOL, value)?;
    let mut stored = Stored::new(TOOL);
    let mut at = 0;
    while at < text.len() || at == 0 {
        let rest = text.get(at..).unwrap_or_default();
        let entry = rest.strip_prefix('!').ok_or_else(|| unexpected(TOOL, &text, at, "! and a service"))?;
        let entry = entry.split_once('!').map_or(entry, |(entry, _)| entry);
        let end = at + 1 + entry.len();
        let (service, status) =
            entry.split_once('=').ok_or_else(|| unexpected(TOOL, &text, end, "= and true, false or wait"))?;
        let said = match status {
            "true" => Said::Yes,
            "false" => Said::No,
            "wait" => Said::Open,
            _ => return Err(unexpected(TOOL, &text, end - status.len(), "true, false or wait")),
        };
        if stored.names.contains_key(service) {
            stored.doubts.insert(Reason::Unreadable);
        }
        stored.say(service, said);
        at = end;
    }
    Ok(stored)
}
